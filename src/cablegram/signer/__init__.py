"""The signer: a static server of the room's side, under a host name that the desk has not.

Its pages sign orders, seal drafts and open copies in the person's own browser, with passkeys
that the desk's pages cannot ask (docs/spec/ask.md).  Start at ``files``: what is served, and its
hash; ``app`` serves it.  It reads the office's settings and nothing else: no books, no keys.
"""

from __future__ import annotations

from cablegram.signer.app import Signer, serve
from cablegram.signer.files import Served, manifest, served

__all__ = ["Served", "Signer", "manifest", "serve", "served"]
