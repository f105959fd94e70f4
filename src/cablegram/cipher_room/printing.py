"""Printing: one run, then copy by copy the sheet first and its entry second.

A crash between the two leaves a sheet that the books do not have: the same order then
prints the same bytes over it.  The other order would record a sheet that is not there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.cipher_room import opening, screening, sheets
from cablegram.cipher_room.unlocked import given_for, name_of
from cablegram.errors import CircuitError, CustodyError, UnknownError
from cablegram.model.acts import Act, State
from cablegram.model.custody import decide
from cablegram.model.orders import OfficeAct
from cablegram.model.records import PrintRun
from cablegram.press import set_copy
from cablegram.registry import (
    custody,
    entering,
    holding,
    numbering,
    orders,
    restoring,
    screens,
    service,
)
from cablegram.sealing import envelope as envelopes
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.cipher_room.screening import Sealing
    from cablegram.cipher_room.unlocked import Unlocked
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.orders import SignedOrder, Subject
    from cablegram.model.records import Incoming, Telegram
    from cablegram.ports import Shelves
    from cablegram.press import Facsimile
    from cablegram.registry.orders import Given
    from cablegram.sealing.envelope import Opened

OPEN = "open"
DONE = "done"
VOID = "void"

_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}\Z")


def page_of(signed: Sequence[SignedOrder]) -> str:
    """The key of the page on which the run of these orders is done."""
    return f"run done {name_of(signed)}"


def print_copies(
    handle: str, signed: Sequence[SignedOrder], room: Unlocked
) -> Mapping[str, object]:
    """Print the copies that the orders name, as sheets into the paper folder.

    Safe to give again: what was printed stays and is not put on paper a second time, the
    rest follows under the same print number.

    Raises:
        OrderError, CustodyError, CircuitError: nothing was printed.
        PressError: a sheet could not be set; the copies printed before it stay printed.
    """
    bureau = room.bureau
    with bureau.books.view() as view:
        telegram = view.telegrams.get(handle)
        if telegram is None or telegram.direction != "in":
            raise UnknownError("no such telegram is in the register", hint="Look it up again.")
        given = given_for(view, signed, bureau, Act.PRINT.value)
        arrived = view.incoming.get(telegram.sealed)
        before = view.pages.get(page_of(signed))
        for subject in given.first.subjects:
            copy = view.copies.get(subject.handle)
            if copy is None or copy.telegram != handle:
                raise CustodyError(
                    "the order names a copy of another telegram", hint="Sign one for this telegram."
                )
            if copy.state is State.ALLOTTED:
                restoring.refuse_print(view, copy, bureau)
    if before is not None:
        # A run that is done puts nothing more on paper, whatever the rows of its copies say.
        room.head()
        return _told(telegram, before.answer)
    if not given.first.subjects:
        raise CustodyError("print was ordered on no copy", hint="Name at least one.")
    opened = opening.read(_in_tray(arrived, telegram), room)
    attached = given.first.facts.get("attachments") == "yes"
    if attached:
        _check_attachments(opened, bureau)
    run = _open_run(telegram, opened, given, room)
    # Drawn once for all copies of the run.
    drawn = screening.looks(opened, bureau) if screening.asked(given) else {}
    files = [
        _print_one(telegram, subject, run, opened, drawn, given, room)
        for subject in given.first.subjects
    ]
    if attached and not screening.asked(given):
        files += _attachments(telegram, opened, room)
    with bureau.books.page(page_of(signed)) as page:
        if page.repeated is None:
            page.print_runs.put(replace(run, state=DONE))
            copies = len(given.first.subjects)
            said = {"print_number": run.number, "copies": copies, "files": files}
            page.answer.value = canonical.encode(said)
        answer = page.repeated or page.answer.value
    room.head()
    return _told(telegram, answer)


def _in_tray(arrived: Incoming | None, telegram: Telegram) -> Incoming:
    if arrived is None:
        raise UnknownError(
            "the sealed bytes of {cable} are not in the incoming tray",
            hint="Run `cablegram audit` on this office: a row was written by hand.",
            cable=telegram.cable_number,
        )
    return arrived


def _told(telegram: Telegram, answer: bytes) -> Mapping[str, object]:
    said = canonical.decode(answer, what="the answer of a print run")
    return {"cable_number": telegram.cable_number, **said}


def _open_run(telegram: Telegram, opened: Opened, given: Given, room: Unlocked) -> PrintRun:
    """The run of these orders, opened with its number and moment if it was not yet.

    A run of other orders that was abandoned on this telegram is void from here on, and so
    are its orders.

    Raises:
        CustodyError: a rule forbids it, or a later run has made this one void.
        MalformedError: the letter's words cannot be laid out.
        OrderError: whoever is to verify is not in post.
    """
    bureau = room.bureau
    with bureau.books.page(f"run {given.digest}") as page:
        if page.repeated is not None:
            number = int(page.repeated.decode())
            kept = page.print_runs.get(number)
            assert kept is not None, "the page that opened the run wrote its row"
            if kept.state == VOID:
                raise CustodyError(
                    "print run {number} was left unfinished and is void: another came after it",
                    hint="Look at the copies again and sign a new order.",
                    number=number,
                )
            return kept
        given = orders.check(page, given.signed, bureau)
        for row in page.print_runs.find("telegram", telegram.handle):
            if row.state == OPEN:
                page.print_runs.put(replace(row, state=VOID))
        run = PrintRun(
            number=numbering.take(page, numbering.PRINT),
            telegram=telegram.handle,
            officer=given.first.officer,
            at=bureau.now(),
            state=OPEN,
            order_digest=given.digest,
        )
        # Each is laid out once before the number is used: what cannot be printed uses none.
        for subject in given.first.subjects:
            copy = _may_print(page, telegram, subject, given, bureau)
            sheets.compose(page, telegram, copy, run, opened, given.signed, bureau)
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


def _may_print(
    page: Shelves, telegram: Telegram, subject: Subject, given: Given, bureau: Bureau
) -> Copy:
    """The copy, once the rule has been asked with stand-ins for what printing brings forth."""
    copy = page.copies.get(subject.handle)
    assert copy is not None, "the caller has found every copy"
    if copy.state is not State.ALLOTTED or copy.seq != subject.expected:
        raise CustodyError(
            "copy {number} of {cable} is not waiting to be printed",
            hint="Look at it again and sign a new order.",
            number=copy.number,
            cable=telegram.cable_number,
        )
    holding.hold(page, copy, bureau)
    service.check_passing(page, [copy], Act.PRINT, {}, bureau)
    yields: dict[str, Fact] = {"print_number": 1, "digest": telegram.letter, "sheets": 1}
    sealing = screening.whom(page, copy, given, bureau)
    if sealing is not None:
        yields |= {"screen": sealing.person, "half": telegram.letter}
    asked = custody.situation(page, copy, Act.PRINT, given, bureau)
    decide(copy, Act.PRINT, {**given.first.facts, **yields}, asked)
    return copy


def _print_one(
    telegram: Telegram,
    subject: Subject,
    run: PrintRun,
    opened: Opened,
    drawn: Mapping[str, bytes],
    given: Given,
    room: Unlocked,
) -> str:
    bureau = room.bureau
    key = f"print {run.order_digest} {subject.handle}"
    with bureau.books.view() as view:
        done = view.pages.get(key)
        if done is not None:
            # Its sheet was durable before its entry: a second one would be in no books.
            return done.answer.decode()
        copy = _may_print(view, telegram, subject, given, bureau)
        facsimile = sheets.compose(view, telegram, copy, run, opened, given.signed, bureau)
        to = screening.whom(view, copy, given, bureau)
    facts, share, where = _make(telegram, copy, run, facsimile, to, opened, drawn, bureau)
    with bureau.books.page(key) as page:
        if page.repeated is None:
            given = orders.check(page, given.signed, bureau)
            if screening.whom(page, copy, given, bureau) != to:
                raise CustodyError(
                    "the reading key of {person} was changed while copy {number} was sealed to it",
                    hint="Sign a new order to print it.",
                    person=copy.whom,
                    number=copy.number,
                )
            custody.move_given(page, given, bureau, {copy.handle: facts})
            if share:
                # A crash behind this line leaves the share of a copy that is not printed: the same
                # order puts another in its place.  Behind the page, a copy would have none.
                bureau.vault.put(screens.SHARE, copy.handle, share)
            page.answer.value = where.encode()
    return where


def _make(
    telegram: Telegram,
    copy: Copy,
    run: PrintRun,
    facsimile: Facsimile,
    to: Sealing | None,
    opened: Opened,
    drawn: Mapping[str, bytes],
    bureau: Bureau,
) -> tuple[Mapping[str, Fact], bytes, str]:
    """The copy on paper or sealed to a person: its entry's facts, its share, where it is."""
    if to is not None:
        screened = screening.seal(telegram, copy, run, facsimile, to, opened, drawn, bureau)
        return screened.facts, screened.share, f"{to.name} {to.person}"
    printed = set_copy(facsimile)
    where = bureau.paper.put(f"{telegram.cable_number}-copy-{copy.number}.pdf", printed.pdf)
    digest = canonical.digest(printed.pdf)
    facts: dict[str, Fact] = {"print_number": run.number, "digest": digest}
    facts["sheets"] = printed.sheets
    return facts, b"", where


def _check_attachments(opened: Opened, bureau: Bureau) -> None:
    for one in opened.letter.attachments:
        if not bureau.blobs.has(one.sealed_sha256):
            raise CircuitError(
                "an attachment of {office} has not come in yet",
                hint="Take in what the line holds, or print without attachments.",
                office=opened.letter.office,
            )


def _attachments(telegram: Telegram, opened: Opened, room: Unlocked) -> list[str]:
    """Put the letter's attachments into the paper folder as they are; nothing here looks inside.

    Their names are the sender's and sealed, so a file has a name of ours: it takes no sheet's
    place, and says nothing where the books note it.
    """
    seeds = dict(opened.envelope.keys)
    written = []
    for number, one in enumerate(opened.letter.attachments, start=1):
        sealed = room.bureau.blobs.get(one.sealed_sha256)
        data = envelopes.open_attachment(sealed, one, seeds[one.name])
        suffix = _SUFFIX.search(one.name)
        name = f"{telegram.cable_number}-attachment-{number}{suffix[0] if suffix else ''}"
        written.append(room.bureau.paper.put(name, data))
    return written
