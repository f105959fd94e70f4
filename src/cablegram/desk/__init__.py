"""The desk: the registry in a browser, rendered here, signed, sealed and opened elsewhere.

A request comes in by one of the ways in ``routes.WAYS``; ``security`` and ``guard`` let it
through or refuse it; a handler in ``pages`` or ``api`` reads the books and renders a page.
Whatever changes anything goes out as an *ask* (``asked``) to the signer's pages and comes back
signed.  The desk holds no private key but the ledger's, and no telegram's text.

``python -m cablegram.desk FOLDER`` serves one office.
"""
