"""Printing: one run, then copy by copy the sheet first and its entry second.

A crash between the two leaves a sheet that the books do not have: the same order then
prints the same bytes over it.  The other order would record a sheet that is not there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.cipher_room import opening, sheets
from cablegram.cipher_room.unlocked import given_for
from cablegram.errors import CustodyError, UnknownError
from cablegram.model.acts import Act, State
from cablegram.model.orders import OfficeAct
from cablegram.model.records import PrintRun
from cablegram.press import set_copy
from cablegram.registry import custody, entering, numbering, orders
from cablegram.sealing import envelope as envelopes
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.cipher_room.unlocked import Unlocked
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.orders import SignedOrder
    from cablegram.model.records import Telegram
    from cablegram.sealing.envelope import Opened

OPEN = "open"
DONE = "done"
VOID = "void"


def print_copies(
    handle: str, signed: Sequence[SignedOrder], room: Unlocked
) -> Mapping[str, object]:
    """Print the copies that the orders name, as sheets into the paper folder.

    Safe to give again: what was printed stays, the rest follows under the same print number.

    Raises:
        OrderError, CustodyError: nothing was printed.
        PressError: a sheet could not be set; the copies printed before it stay printed.
    """
    bureau = room.bureau
    with bureau.books.view() as view:
        telegram = view.telegrams.get(handle)
        if telegram is None or telegram.direction != "in":
            raise UnknownError("no such telegram is in the register", hint="Look it up again.")
        given = given_for(view, signed, bureau, Act.PRINT.value)
        copies = [view.copies.get(subject.handle) for subject in given.first.subjects]
        arrived = view.incoming.get(telegram.sealed)
        for copy in copies:
            if copy is None or copy.telegram != handle:
                raise CustodyError(
                    "the order names a copy of another telegram", hint="Sign one for this telegram."
                )
    assert arrived is not None, "an opened telegram came through the tray"
    opened = opening.read(arrived, room)
    run = _open_run(telegram, signed, room)
    files = [
        _print_one(telegram, copy, run, opened, signed, room) for copy in copies if copy is not None
    ]
    if given.first.facts.get("attachments") == "yes":
        files += _attachments(telegram, opened, room)
    with bureau.books.page(f"run done {run.order_digest}") as page:
        if page.repeated is None:
            page.print_runs.put(replace(run, state=DONE))
    room.head()
    return {
        "print_number": run.number,
        "cable_number": telegram.cable_number,
        "copies": len(copies),
        "files": files,
    }


def _open_run(telegram: Telegram, signed: Sequence[SignedOrder], room: Unlocked) -> PrintRun:
    """The run of these orders, opened with its number and moment if it was not yet.

    A run of other orders that was abandoned on this telegram is void from here on.
    """
    bureau = room.bureau
    digest = canonical.digest(signed[0].body)
    with bureau.books.page(f"run {digest}") as page:
        if page.repeated is not None:
            number = int(page.repeated.decode())
            run = page.print_runs.get(number)
            assert run is not None, "the page that opened the run wrote its row"
            return run
        given = orders.check(page, signed, bureau)
        for subject in given.first.subjects:
            copy = page.copies.get(subject.handle)
            if copy is None or copy.state is not State.ALLOTTED or copy.seq != subject.expected:
                name = f"copy {copy.number}" if copy else "a copy"
                raise CustodyError(
                    f"{name} of {telegram.cable_number} is not waiting to be printed",
                    hint="Look at it again and sign a new order.",
                )
        for row in page.print_runs.find("telegram", telegram.handle):
            if row.state == OPEN:
                page.print_runs.put(replace(row, state=VOID))
        run = PrintRun(
            number=numbering.take(page, numbering.PRINT),
            telegram=telegram.handle,
            officer=given.first.officer,
            at=bureau.now(),
            state=OPEN,
            order_digest=digest,
        )
        page.print_runs.add(run)
        index = entering.enter_telegram(
            page,
            telegram,
            OfficeAct.PRINT_RUN,
            given,
            bureau,
            evidence={"print_number": run.number},
        )
        orders.keep(page, given, index)
        page.answer.value = str(run.number).encode()
    return run


def _attachments(telegram: Telegram, opened: Opened, room: Unlocked) -> list[str]:
    """Put the letter's attachments into the paper folder as they are; nothing here looks inside.

    Raises:
        StorageError: one has not come in yet.
    """
    seeds = dict(opened.envelope.keys)
    written = []
    for one in opened.letter.attachments:
        sealed = room.bureau.blobs.get(one.sealed_sha256)
        data = envelopes.open_attachment(sealed, one, seeds[one.name])
        written.append(room.bureau.paper.put(f"{telegram.cable_number}-{one.name}", data))
    return written


def _print_one(
    telegram: Telegram,
    copy: Copy,
    run: PrintRun,
    opened: Opened,
    signed: Sequence[SignedOrder],
    room: Unlocked,
) -> str:
    bureau = room.bureau
    with bureau.books.view() as view:
        facsimile = sheets.compose(view, telegram, copy, run, opened, signed, bureau)
    printed = set_copy(facsimile)
    where = bureau.paper.put(f"{telegram.cable_number}-copy-{copy.number}.pdf", printed.pdf)
    with bureau.books.page(f"print {run.order_digest} {copy.handle}") as page:
        if page.repeated is None:
            given = orders.check(page, signed, bureau)
            facts: dict[str, Fact] = {
                "print_number": run.number,
                "digest": canonical.digest(printed.pdf),
                "sheets": printed.sheets,
            }
            custody.move_given(page, given, bureau, {copy.handle: facts})
    return where
