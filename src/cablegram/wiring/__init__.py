"""Wiring: settings become a ``Bureau``; the only importers of storage and carriers.

Nothing is imported here, so that the desk's side never loads what holds keys: take ``desk``
for the books and the room's client, ``tools`` for private keys, ``room`` for its process.
"""
