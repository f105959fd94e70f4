"""Checking signatures; no private key ever comes here.

``verify_all`` holds a set of signatures against every key of the signer's card;
``verify`` one signature against one key.
"""

from __future__ import annotations

from cablegram.signatures.sshsig import PublicKey, verify, verify_all

__all__ = ["PublicKey", "verify", "verify_all"]
