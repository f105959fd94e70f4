"""Serve one office's desk: ``python -m cablegram.desk FOLDER [SECONDS]``.

Every so many seconds it minds the line to other offices; 0 leaves that to people.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from cablegram.desk.app import build
from cablegram.desk.frame import Desk
from cablegram.desk.minding import Minder
from cablegram.wiring.desk import Office
from cablegram.wiring.patient import Patient

KEEP_ALIVE_S = 75
REQUESTS_AT_ONCE = 512


def main() -> None:
    """Serve until told to stop; the address is the settings'."""
    root, *rest = sys.argv[1:]
    office = Office(Path(root))
    every_s = float(rest[0]) if rest else 0.0
    minder = Minder(Path(root), every_s) if every_s else None
    try:
        desk = Desk(office)
        desk.templates  # noqa: B018  # what is missing is said at the start
        desk.store.sweep(desk.now())
        if minder is not None:
            minder.start()
        uvicorn.run(
            build(desk),
            host="127.0.0.1",
            port=urlsplit(desk.origin).port or 8451,
            http=Patient,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            limit_concurrency=REQUESTS_AT_ONCE,
        )
    finally:
        if minder is not None:
            minder.end()
        office.close()


if __name__ == "__main__":
    main()
