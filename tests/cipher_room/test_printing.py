"""Printing at the room: what is ordered, once, under one number, or nothing at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.cipher_room import printing
from cablegram.errors import (
    CircuitError,
    CustodyError,
    MalformedError,
    OrderError,
    PressError,
    UnknownError,
)
from cablegram.model.acts import State
from cablegram.press import Set
from cablegram.sealing import envelope as envelopes
from cablegram.wire import canonical
from rooms import TEXTS, line_of, refused

CHANGED = ("copies", "leaves", "numbers", "orders", "pages", "print_runs", "head")


@pytest.fixture
def line(quick_press):
    return line_of("beijing", "eighth")


def opened(line, texts=TEXTS, **changes):
    """A telegram that eighth has opened."""
    (beijing, eighth), _ = line
    beijing.send(beijing.draft(("eighth",), texts, **changes))
    beijing.carry()
    eighth.take_in()
    with beijing.office.view() as view:
        sealed = view.circuit_items.find("", "eighth", "out")[-1].sealed
    return eighth, str(eighth.open(sealed)["telegram"])


def order(eighth, telegram, copies=None, facts=None, by="chief"):
    subjects = eighth.copies(telegram) if copies is None else copies
    return eighth.office.sign("print", facts or {}, by=by, subjects=subjects)


def runs(eighth):
    with eighth.office.view() as view:
        return [(run.number, run.state) for run in view.print_runs.find()]


def test_what_is_printed_is_what_the_books_say_was_printed(line):
    """The digest on the copy's leaf is that of the sheet in the paper folder."""
    eighth, telegram = opened(line)
    done = eighth.room.print(telegram, [order(eighth, telegram)])
    assert (1, 1, 4) == (done["print_number"], done["cable_number"], done["copies"])
    assert [f"1-copy-{n}.pdf" for n in (1, 2, 3, 4)] == done["files"]
    entered = [entry for _, entry in eighth.office.leaves() if entry.act == "print"]
    digests = [canonical.decode(e.evidence.encode())["digest"] for e in entered]
    assert digests == [
        canonical.digest(pdf) for _, pdf in sorted(eighth.bureau.paper.sheets.items())
    ]
    assert {State.PRINTED} == {copy.state for copy in eighth.copies(telegram)}
    assert [(1, "done")] == runs(eighth)


def test_a_run_that_is_done_puts_nothing_more_on_paper(line):
    """The same order again is told the same; a sheet taken out of the folder stays out."""
    eighth, telegram = opened(line)
    given = [order(eighth, telegram)]
    done = eighth.room.print(telegram, given)
    eighth.bureau.paper.sheets.clear()
    before = eighth.office.dump()
    assert done == eighth.room.print(telegram, given)
    assert ({}, before) == (eighth.bureau.paper.sheets, eighth.office.dump())


def test_a_run_takes_up_where_the_press_stopped(line, monkeypatch):
    """Copies printed before the fault stay; the rest follow under the same print number."""
    eighth, telegram = opened(line)
    given = [order(eighth, telegram)]
    count = []

    def jam(sheet):
        count.append(sheet.copy_number)
        if len(count) == 3:
            raise PressError("the press jammed", hint="Free it.")
        return Set(repr(sheet).encode(), 2)

    monkeypatch.setattr(printing, "set_copy", jam)
    with pytest.raises(PressError):
        eighth.room.print(telegram, given)
    assert ["1-copy-1.pdf", "1-copy-2.pdf"] == sorted(eighth.bureau.paper.sheets)
    states = [copy.state for copy in eighth.copies(telegram)]
    assert [State.PRINTED, State.PRINTED, State.ALLOTTED, State.ALLOTTED] == states
    first = dict(eighth.bureau.paper.sheets)
    eighth.office.clock.pass_(minutes=5)
    done = eighth.room.print(telegram, given)
    assert (1, 4) == (done["print_number"], done["copies"])
    assert [1, 2, 3, 3, 4] == count
    assert first.items() <= eighth.bureau.paper.sheets.items()
    assert [(1, "done")] == runs(eighth)


def test_an_abandoned_run_is_void_and_its_number_stays_used(line, monkeypatch):
    """Another order for the rest takes the next number; the old order prints nothing any more."""
    eighth, telegram = opened(line)
    old = order(eighth, telegram)
    real = printing.set_copy

    def jam(sheet):
        if sheet.copy_number == 2:
            raise PressError("the press jammed", hint="Free it.")
        return real(sheet)

    monkeypatch.setattr(printing, "set_copy", jam)
    with pytest.raises(PressError):
        eighth.room.print(telegram, [old])
    monkeypatch.setattr(printing, "set_copy", real)
    rest = eighth.copies(telegram)[1:]
    done = eighth.room.print(telegram, [order(eighth, telegram, rest)])
    assert (2, 3) == (done["print_number"], done["copies"])
    assert [(1, "void"), (2, "done")] == runs(eighth)
    sheets = dict(eighth.bureau.paper.sheets)
    with refused(eighth, CustodyError, "print run 1 was left unfinished and is void"):
        eighth.room.print(telegram, [old])
    assert sheets == eighth.bureau.paper.sheets
    assert [1, 2, 2, 2] == [copy.print_number for copy in eighth.copies(telegram)]


def test_a_copy_that_changed_meanwhile_stops_the_run_before_its_sheet(line, monkeypatch):
    """A sheet is set only for a copy that still waits for it."""
    eighth, telegram = opened(line)
    copies = eighth.copies(telegram)
    given = [order(eighth, telegram)]
    real = printing.set_copy

    def voided(sheet):
        if sheet.copy_number == 1:
            eighth.office.give("void", {"reason": "not wanted"}, subjects=[copies[1]])
        return real(sheet)

    monkeypatch.setattr(printing, "set_copy", voided)
    with pytest.raises(CustodyError, match="copy 2 of 1 is not waiting to be printed"):
        eighth.room.print(telegram, given)
    assert ["1-copy-1.pdf"] == sorted(eighth.bureau.paper.sheets)


def test_two_processes_with_the_same_order_print_each_copy_once(line, monkeypatch):
    """Whoever comes second finds the page taken, with the same bytes on paper."""
    eighth, telegram = opened(line)
    given = [order(eighth, telegram)]
    real, nested = printing.set_copy, []

    def second(sheet):
        if not nested:
            nested.append(1)
            eighth.room.print(telegram, given)
        return real(sheet)

    monkeypatch.setattr(printing, "set_copy", second)
    done = eighth.room.print(telegram, given)
    assert 4 == len(done["files"])
    assert 4 == len([e for _, e in eighth.office.leaves() if e.act == "print"])
    assert [(1, "done")] == runs(eighth)


@pytest.mark.parametrize(
    ("facts", "kind", "match"),
    [
        ({"verifier": "nobody"}, OrderError, "not an officer in post"),
        ({"colour": "red"}, CustodyError, "no use for colour"),
        ({"verifier": 7}, CustodyError, "verifier is not text"),
    ],
)
def test_an_order_that_cannot_be_carried_out_uses_no_number(line, facts, kind, match):
    """P12: never half; no run, no number, no sheet."""
    eighth, telegram = opened(line)
    with refused(eighth, kind, match):
        eighth.room.print(telegram, [order(eighth, telegram, facts=facts)])
    assert ([], {}) == (runs(eighth), eighth.bureau.paper.sheets)


def test_an_order_on_no_copy_or_on_anothers_prints_nothing(line):
    """The copies named must be there, of this telegram, and waiting."""
    eighth, telegram = opened(line)
    _, other = opened(line, {"en": b"Another.\n"})
    with refused(eighth, CustodyError, "on no copy"):
        eighth.room.print(telegram, [order(eighth, telegram, [])])
    with refused(eighth, CustodyError, "a copy of another telegram"):
        eighth.room.print(telegram, [order(eighth, other)])
    ghost = replace(eighth.copies(telegram)[0], handle="00" * 16)
    with refused(eighth, CustodyError, "a copy of another telegram"):
        eighth.room.print(telegram, [order(eighth, telegram, [ghost])])
    stale = replace(eighth.copies(telegram)[0], seq=2)
    with refused(eighth, CustodyError, "is not waiting"):
        eighth.room.print(telegram, [order(eighth, telegram, [stale])])
    eighth.room.print(telegram, [order(eighth, telegram)])
    with refused(eighth, CustodyError, "is not waiting"):
        eighth.room.print(telegram, [order(eighth, telegram)])


@pytest.mark.parametrize("text", ["# A title alone\n", " \n\n\n ", "x" * 20_001])
def test_what_could_never_be_printed_is_never_sent(line, text):
    """Nothing but blanks, a title alone, a paragraph no sheet can show: refused as a draft."""
    (beijing, _), _ = line
    with pytest.raises(MalformedError):
        beijing.draft(("eighth",), {"en": text.encode()})


def test_the_verifier_and_names_of_persons_stand_on_the_sheet(line):
    """Names come out of the vault; ids stand for those it does not have."""
    eighth, telegram = opened(line)
    eighth.bureau.vault.put("name", "makarov", "Н. Макаров".encode())
    given = order(eighth, telegram, facts={"verifier": "makarov"})
    eighth.room.print(telegram, [given])
    sheet = eighth.bureau.paper.sheets["1-copy-1.pdf"].decode()
    assert "Н. Макаров" in sheet
    assert "'chief'" in sheet


def test_a_sheet_says_that_its_verification_is_waived(line):
    """Who opened it verifies under a standing order: the sheet says so; without one it does not."""
    eighth, telegram = opened(line)
    with eighth.bureau.books.view() as view:
        opener = view.telegrams.get(telegram).opened_by
    eighth.office.give("waive", {"what": "verify", "person": opener, "reason": "a post of two"})
    given = order(eighth, telegram, facts={"verifier": opener})
    eighth.room.print(telegram, [given])
    assert "verification_waived=True" in eighth.bureau.paper.sheets["1-copy-1.pdf"].decode()


# --- attachments --------------------------------------------------------------------------------


def with_attachment(line, name, *, lost=False, data=b"map"):
    (beijing, _), carrier = line
    made = envelopes.seal_attachment(data, name=name, media_type="image/png")
    beijing.bureau.blobs.put(made.sealed)
    wanted = made.attachment.sealed_sha256.removeprefix("sha256:")
    carrier.loses = lambda _, item: lost and item.name == wanted
    found = opened(line, attachments=(made.attachment,), keys=((name, made.seed),))
    carrier.loses = lambda _, __: False
    return (*found, made)


def test_an_attachments_name_cannot_take_the_place_of_a_sheet(line):
    """Whatever the sender calls it, a sheet stays the sheet that was printed."""
    eighth, telegram, _ = with_attachment(line, "copy-1.pdf")
    done = eighth.room.print(telegram, [order(eighth, telegram, facts={"attachments": "yes"})])
    assert "1-attachment-1.pdf" == done["files"][-1]
    assert 5 == len(eighth.bureau.paper.sheets)
    assert b"map" == eighth.bureau.paper.sheets["1-attachment-1.pdf"]
    assert b"map" != eighth.bureau.paper.sheets["1-copy-1.pdf"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("map of 1951.png", "1-attachment-1.png"),
        ("план", "1-attachment-1"),
        ("a.план", "1-attachment-1"),
        ("a.x" + "y" * 9, "1-attachment-1"),
    ],
)
def test_an_attachment_is_written_under_a_name_of_ours(line, name, written):
    """Its own name is sealed: neither the folder nor the books show it."""
    eighth, telegram, _ = with_attachment(line, name)
    done = eighth.room.print(telegram, [order(eighth, telegram, facts={"attachments": "yes"})])
    assert written == done["files"][-1]
    assert name not in repr(eighth.office.dump())


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.png", ".profile"])
def test_an_attachment_with_a_climbing_name_is_not_even_made(name):
    """Names that climb are refused by the format."""
    with pytest.raises(MalformedError):
        envelopes.seal_attachment(b"x", name=name, media_type="image/png")


def test_an_attachment_that_has_not_come_stops_the_run_before_it_begins(line):
    """P12: never half; without attachments, or once it has come, the same order prints."""
    eighth, telegram, made = with_attachment(line, "map.png", lost=True)
    given = [order(eighth, telegram, facts={"attachments": "yes"})]
    with refused(eighth, CircuitError, "has not come in yet"):
        eighth.room.print(telegram, given)
    assert ([], {}) == (runs(eighth), eighth.bureau.paper.sheets)
    line[1].send("eighth", "beijing", made.sealed)
    assert ["attachment"] == [one.state for one in eighth.take_in()]
    done = eighth.room.print(telegram, given)
    assert "1-attachment-1.png" == done["files"][-1]


def test_a_draft_whose_attachment_is_not_there_uses_no_number(line):
    """What cannot be sent whole is not numbered."""
    (beijing, _), _ = line
    made = envelopes.seal_attachment(b"map", name="map.png", media_type="image/png")
    draft = beijing.draft(
        ("eighth",), attachments=(made.attachment,), keys=(("map.png", made.seed),)
    )
    with refused(beijing, UnknownError, "does not lie beside its draft"):
        beijing.send(draft)
