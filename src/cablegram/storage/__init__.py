"""Where an office keeps things: books, blobs, tiles, vault and paper (docs/spec/books.md).

Each class keeps one promise of ``ports``; only ``wiring`` chooses among them.
``memory`` forgets everything at exit; ``sql`` and the folders are durable when a call returns.
"""
