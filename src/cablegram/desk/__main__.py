"""Serve one office's desk: ``python -m cablegram.desk FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from cablegram.desk.app import build
from cablegram.desk.frame import Desk
from cablegram.wiring.desk import Office

KEEP_ALIVE_S = 75
REQUESTS_AT_ONCE = 512


def main() -> None:
    """Serve until told to stop; the address is the settings'."""
    office = Office(Path(sys.argv[1]))
    try:
        desk = Desk(office)
        desk.templates  # noqa: B018  # what is missing is said at the start
        desk.store.sweep(desk.now())
        uvicorn.run(
            build(desk),
            host="127.0.0.1",
            port=urlsplit(desk.origin).port or 8451,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            limit_concurrency=REQUESTS_AT_ONCE,
        )
    finally:
        office.close()


if __name__ == "__main__":
    main()
