"""The signer: a static server of the room's side, under a host name that the desk has not.

Its pages sign orders, seal drafts and open copies in the person's own browser, with passkeys
that the desk's pages cannot ask (docs/spec/ask.md).  ``wiring.signer_files`` says what is served
and its hash; ``serve`` serves it.  It reads the office's settings and nothing else: no books, no
keys.
"""

from __future__ import annotations

from cablegram.signer.app import Signer, serve

__all__ = ["Signer", "serve"]
