"""The line, minded: every so often trays are carried out and carriers emptied, without an order.

It runs in a thread beside the pages, on books of its own, so that no page waits for a carrier.
What goes wrong is said once on standard error, and tried again the next time.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError
from cablegram.wiring import errands
from cablegram.wiring.desk import Office

if TYPE_CHECKING:
    from pathlib import Path


class Minder:
    """Minds the line of the office in ``root``, every ``every_s`` seconds until it is ended."""

    def __init__(self, root: Path, every_s: float) -> None:
        self._root, self._every_s = root, every_s
        self._over = threading.Event()
        self._told = ""
        self._thread = threading.Thread(target=self._mind, name="line", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """End, once what is at work is done."""
        self._over.set()
        self._thread.join()

    def round(self, office: Office) -> None:
        """Once out and once in."""
        try:
            said = "; ".join(str(one.why) for one in errands.take_in(office) if not one.digest)
            _, carried = errands.carry(office)
            said = "; ".join([*([said] if said else []), *map(str, carried.refused)])
        except CablegramError as error:
            said = str(error)
        if said and said != self._told:
            sys.stderr.write(f"cablegram: {said}\n")
        self._told = said

    def _mind(self) -> None:
        office = Office(self._root)
        try:
            while not self._over.wait(self._every_s):
                self.round(office)
        finally:
            office.close()
