"""Serve one office's signer: ``python -m cablegram.signer FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from cablegram.signer import serve


def main() -> None:
    """Serve until told to stop; the address is the settings'."""
    serve(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
