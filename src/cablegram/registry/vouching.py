"""Vouching: what another office signed, held to its card again where an act stands on it.

A paper was held to its sender's card when it came in.  Its row may have been written since by
somebody who cannot sign for them, so that an act which their word allows asks once more.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, CustodyError
from cablegram.registry import offices, papers
from cablegram.signatures import sshsig
from cablegram.wire import canonical, paper
from cablegram.wire import card as card_format
from cablegram.wire import notice as notice_format
from cablegram.wire import receipt as receipt_format
from cablegram.wire import tally as tally_format

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.records import Paper
    from cablegram.ports import Shelves

_SPACES = {
    papers.RECEIPT: receipt_format.NAMESPACE,
    papers.NOTICE: notice_format.NAMESPACE,
    papers.TALLY: tally_format.NAMESPACE,
}


def hold(page: Shelves, row: Paper, bureau: Bureau) -> None:
    """Hold a receipt, notice or tally of another office's to its signatures, and its row to it.

    Raises:
        CustodyError: the office has not signed it so.
        OrderError: its card is in the books, and no order compared it.
    """
    offices.correspondent(page, row.office, bureau)
    known = page.correspondents.get(row.office)
    assert known is not None, "correspondent has found it"
    said = canonical.decode(row.body, what="a paper of another office")
    subject = said.get("subject") if row.kind == papers.RECEIPT else row.digest
    if row.kind == papers.TALLY:
        subject = tally_format.decode(row.body).count
    ours = (row.digest, row.office, row.subject, bureau.name)
    try:
        if ours != (canonical.digest(row.body), said.get("office"), subject, said.get("to")):
            raise _unsigned(row)
        _check(known.card, row.kind, row.body, row.signatures)
    except CablegramError as exc:
        raise _unsigned(row) from exc


@lru_cache(maxsize=1024)
def _check(card: bytes, kind: str, body: bytes, signatures: str) -> None:
    keys = [sshsig.PublicKey.from_line(line) for line in card_format.decode(card).signing]
    _, split = paper.split(body + b"\n" + signatures.encode())
    sshsig.verify_all(split, namespace=_SPACES[kind], message=body, keys=keys)


def _unsigned(row: Paper) -> CustodyError:
    return CustodyError(
        "the {kind} of {office} is not in the books as {office} signed it",
        hint="Run `cablegram audit` on this office: a row was written by hand.",
        kind=row.kind,
        office=row.office,
    )
