"""An opening balance: what rows become, what is refused by row and column, what a crash leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.ledger import audit
from cablegram.model import balance
from cablegram.model.acts import State
from cablegram.model.handling import default_series
from cablegram.model.orders import Subject
from cablegram.registry import auditing, balances, finding, returns, serving
from cablegram.wire import balance as format_
from cablegram.wire import canonical
from offices import CHIEF, bare, digest, found, refuses

HEAD = "cable,copy,made,office,outgoing,received,content,whom,sheets,state,place,holder,due,with"
OLD = f"""{HEAD}
21405,1,3,beijing,3300,3.7.1951 13.55,On the truce,stalin,2,issued,,stalin,9.7.1951,
21405,2,,,,,,,2,filed,"case 12, leaf 3",,,
21405,3,,,,,,,,destroyed,,,,
21406,1,2,beijing,3301,4.7.1951,,file,1,with office,,,,special
21406,2,,,,,,,,void,,,,
21407,,,harbin,12,4.7.1951,On rails,,,,,,,
"""
HEAD_OF_THEIRS = "owner,owner_cable,owner_copy,incoming,sheets,state,whom,limit"
THEIRS = f"""{HEAD_OF_THEIRS}
provost,77,2,575/2280/shs,3,in registry,molotov,1.8.1951
provost,78,1,12,1,given back,,
"""


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path):
    regime = replace(default_series("T", "the Eighth Department"), short_content=True)
    return found(regime=regime, folder=tmp_path if request.param == "sqlite" else None)


def read(office, text, encoding=""):
    data = text if isinstance(text, bytes) else text.encode()
    with office.view() as view:
        return balances.read(view, data, office.bureau, encoding)


def orders(office, seen, **more):
    """Each batch's signed orders with its list."""
    batches = balance.batches(seen.groups)
    for number, batch in enumerate(batches, 1):
        matter = format_.encode(balance.lines_of(batch))
        facts = {"list": canonical.digest(matter), "source": seen.source}
        facts |= {"batch": number, "batches": len(batches), **more}
        first = office.sign("charge", facts)
        yield [first, office.second(first, by="makarov")], matter


def take(office, text, **more):
    seen = read(office, text)
    assert seen.faults == ()
    done = [office.perform(signed, matter) for signed, matter in orders(office, seen, **more)]
    return done[-1]


def faults(office, text):
    return [(f.row, f.column, f.what) for f in read(office, text).faults]


def where(office, name):
    with office.view() as view:
        return finding.copy(view, name)


def whole(office):
    """The inspector's replay and our own audit agree with the books; gives copies by state."""
    with office.view() as view:
        assert auditing.hold(view) == []
    rows = [(i, e.kind, e.act, e.subject, e.seq) for i, e in office.leaves()]
    return dict(audit.custody(rows).by_state)


# --- what a row becomes ------------------------------------------------------------------------


def test_old_books_become_copies_where_they_stood(office):
    """Each copy goes by its old number, lies where it lay, and replays through the table."""
    take(office, OLD)
    seen = read(office, OLD)
    assert (3, 5) == (seen.telegrams, seen.copies)
    issued, filed, gone = (where(office, f"21405/{n}") for n in (1, 2, 3))
    assert ("issued", "stalin", "1951-07-09T00:00:00Z") == (
        issued.state,
        issued.holder,
        issued.due_at,
    )
    assert ("filed", "case 12, leaf 3", 2) == (filed.state, filed.place, filed.sheets)
    assert "destroyed" == gone.state
    away, void = where(office, "21406/1"), where(office, "21406/2")
    assert ("with_office", "special", "special") == (away.state, away.holder, away.accountable)
    assert "void" == void.state
    assert {"issued": 1, "filed": 1, "destroyed": 1, "with_office": 1, "void": 1} == whole(office)


def test_a_copy_of_the_old_books_is_ours(office):
    """Returns, overdue lists and supply hold work on it as on one born here."""
    take(office, OLD)
    issued = where(office, "21405/1")
    assert "" == issued.owner
    office.clock.set("1951-07-10T09:00:00Z")
    with office.view() as view:
        assert "21405/1" == returns.naming(view, issued)
        assert [issued] == returns.overdue(view, office.bureau.now(), "stalin")
        due = serving.due(view, office.bureau.now(), timedelta(days=2))
        assert (("stalin", 1),) == due.held
    held = office.in_registry(1)
    facts = {"holder": "stalin", "due_at": "1951-07-11T09:00:00Z", "return_to": "here"}
    with refuses(office, "nothing more is issued to stalin", CustodyError):
        office.give("issue", facts, subjects=held)
    office.give("return", {"sheets": 2}, subjects=[issued])
    assert State.IN_REGISTRY is where(office, "21405/1").state
    assert whole(office)["in_registry"] == 2


def test_what_the_entries_say(office):
    """The first leaf names us as owner and the copy's own numbers; two persons stand in each."""
    take(office, OLD)
    copy = where(office, "21405/2")
    life = [entry for _, entry in office.leaves() if entry.subject == copy.handle]
    assert ["accept", "file"] == [entry.act for entry in life]
    said = canonical.decode(life[0].evidence.encode())
    assert {
        "owner": "moscow",
        "owner_cable": 21405,
        "owner_copy": 2,
        "incoming": "21405/2",
        "sheets": 2,
        "made": 3,
    } == said
    assert {(CHIEF, "makarov")} == {(entry.officer, entry.second) for entry in life}


def test_a_line_of_the_register_without_copies(office):
    """Its telegram is found; a number that was used is never given again."""
    take(office, OLD)
    with office.view() as view:
        row = finding.telegram(view, 21407)
        assert ("harbin", 12, "On rails", 0) == (
            row.office,
            row.outgoing_number,
            row.short_content,
            row.copies,
        )
    assert 21408 == office.telegram().telegram.cable_number


def test_anothers_copies_and_their_stamps(office):
    """They go by the old stamp; ours go on behind the highest."""
    take(office, THEIRS)
    here, back = where(office, "575/2280/shs"), where(office, "12")
    assert ("provost", 77, 2, "molotov", "in_registry") == (
        here.owner,
        here.owner_cable,
        here.owner_copy,
        here.whom,
        here.state,
    )
    assert ("1951-08-01T00:00:00Z", "given_back", "provost") == (
        here.limit_at,
        back.state,
        back.accountable,
    )
    done = office.give("accept", {"owner": "provost", "sheets": 1, "incoming": "575/"})
    assert "575/2281" == office.copy(done.copies[0]).incoming
    assert {"in_registry": 2, "given_back": 1} == whole(office)


def test_all_other_states(office):
    """Missing, lost, in transit and in the registry are reached by their own acts."""
    text = f"""{HEAD},print,direction,filed
5,1,4,beijing,1,1.7.1951,,file,2,missing,,,,,3,,
5,2,,,,,,,,lost,,,,,3,,
5,3,,,,,,,1,in transit,,,1.9.1951,special,,,
5,4,,,,,,,1,in registry,,,,,,,
,,,,3340,,On grain,,,,,,,,,out,1.7.1951
"""
    take(office, text, numbers="outer=9")
    assert {"missing": 1, "lost": 1, "in_transit": 1, "in_registry": 1} == whole(office)
    with office.view() as view:
        assert 3 == view.print_runs.get(3).number
        found_ = finding.find(view, "3")
        assert [[1, 2]] == [[copy.number for copy in hit.copies] for hit in found_]
        last = {(row.kind, row.series): row.last for row in view.numbers.find()}
        assert (5, 3, 3340, 9) == (
            last["cable", ""],
            last["print", ""],
            last["outgoing", "T"],
            last["outer", ""],
        )


def test_due_dates_follow_from_the_series_where_none_is_written(office):
    """Six 24-hour days from receipt, back to the series' place."""
    text = "cable,copy,received,sheets,state,holder\n7,1,1.7.1951 10.00,1,issued,molotov\n"
    take(office, text)
    copy = where(office, "7/1")
    assert ("1951-07-07T10:00:00Z", "the Eighth Department") == (copy.due_at, copy.return_to)


def test_persons_by_cover_name_and_by_their_name(office):
    """Names are looked up in the vault; ids are what is signed."""
    office.bureau.vault.put("name", "molotov", "В. М. Молотов".encode())
    text = (
        "cable,copy,received,sheets,state,holder,due\n"
        "7,1,1.7.1951,1,issued,В. М. МОЛОТОВ,1.9.1951\n7,2,,1,issued,Filippov,1.9.1951\n"
    )
    take(office, text)
    assert ["molotov", CHIEF] == [where(office, f"7/{n}").holder for n in (1, 2)]
    assert not any("Молотов" in str(row) for row in office.dump().values())


def test_a_muster_counts_them(office):
    """What was taken on must be there."""
    take(office, OLD)
    seen = ["21405/2"]
    facts = {"cut_off": office.bureau.now(), "sighted": canonical.digest(b"21405/2")}
    office.give("muster", facts, matter="\n".join(seen).encode())
    with office.view() as view:
        said = canonical.decode(view.musters.get(1).outcome)
    assert (["21405/2"], ["21405/1"], ["21406/1"]) == (
        said["sighted"],
        said["unsighted"],
        said["open_items"],
    )


# --- repeats and crashes -----------------------------------------------------------------------


def test_the_same_file_again(office):
    """What is on charge is no fault of the file that brought it; another order is refused."""
    take(office, OLD)
    seen = read(office, OLD)
    assert seen.faults == ()
    signed, matter = next(iter(orders(office, seen)))
    with refuses(office, "batch 1 of this list is on charge", CustodyError):
        office.perform(signed, matter)
    other = faults(office, OLD + " ")
    assert (2, "cable", "21405 is in the register") in other


def test_an_interrupted_file_goes_on(office, monkeypatch):
    """Whole batches stand; the rest is still to be taken, and no number comes twice."""
    monkeypatch.setattr(balance, "BATCH_MAX", 3)
    seen = read(office, OLD)
    first, second = orders(office, seen)
    office.perform(*first)
    assert {"issued": 1, "filed": 1, "destroyed": 1} == whole(office)
    assert read(office, OLD).faults == ()
    office.perform(*second)
    assert 5 == sum(whole(office).values())


def test_batches_divide_no_telegram(monkeypatch):
    """A telegram's copies stand in one batch, and each batch keeps within its bound."""
    monkeypatch.setattr(balance, "BATCH_MAX", 4)
    lines = [
        balance.Line(row, cable=1 + row // 3, copy=1 + row % 3, received_at="x") for row in range(9)
    ]
    groups, _ = balance.group(lines)
    assert [3, 3, 3] == [sum(one.size for one in batch) for batch in balance.batches(groups)]


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        ("7,1,,,,5.7.51,,,1,filed,x,,,", "received", "not a date"),
        ("7,1,,,,,,,1,filed,x,,,", "received", "not said"),
        ("7,1,,,,5.7.1951,,,,filed,x,,,", "sheets", "not counted"),
        ("7,1,,,,5.7.1951,,,x,filed,x,,,", "sheets", "no number"),
        ("7,1,,,,5.7.1951,,,1,filed,,,,", "place", "filed"),
        ("7,1,,,,5.7.1951,,,1,issued,,,,", "holder", "issued"),
        ("7,1,,,,5.7.1951,,,1,issued,,nobody,1.9.1951,", "holder", "nobody here goes by"),
        ("7,1,,,,5.7.1951,,,1,with office,,,,", "with", "with office"),
        ("7,1,,,,5.7.1951,,,1,with office,,,,moscow", "with", "ourselves"),
        ("7,1,,,,5.7.1951,,,1,asleep,,,,", "state", "no state"),
        ("7,1,,,,5.7.1951,,,1,given back,,,,", "state", "given back to nobody"),
        ("7,,,,,5.7.1951,,,1,filed,x,,,", "state", "without a copy"),
        ("7,3,2,,,5.7.1951,,,1,filed,x,,,", "copy", "copy 3 of 2"),
        (",1,,,,5.7.1951,,,1,filed,x,,,", "cable", "no cable number"),
        ("7,1,,Embassy!,,5.7.1951,,,1,filed,x,,,", "office", "not an office id"),
        ("7,1,,,,5.7.1951,a\u200bb,,1,filed,x,,,", "content", "cannot be seen"),
    ],
)
def test_a_bad_row_is_named(office, row, column, what):
    """Row, column, what is so; the other rows are not blamed."""
    good = "9,1,,,,5.7.1951,,,1,in registry,,,,"
    found_ = faults(office, f"{HEAD}\n{good}\n{row}\n")
    assert {3} == {number for number, _, _ in found_}
    assert column in [name for _, name, _ in found_]
    assert any(what in said for _, name, said in found_ if name == column), found_


@pytest.mark.parametrize(
    ("rows", "at", "column"),
    [
        (["7,1,,,,5.7.1951,,,1,in registry,,,,"] * 2, 3, "copy"),
        (["7,1,,a,,5.7.1951,,,1,in registry,,,,", "7,2,,b,,,,,1,in registry,,,,"], 3, "office"),
        (["7,1,,,,5.7.1951,,,1,in registry,,,,", "7,,,,,,,,,,,,,"], 3, "copy"),
    ],
)
def test_rows_that_contradict(office, rows, at, column):
    """The later of two rows is named."""
    assert (at, column) in [(r, c) for r, c, _ in faults(office, "\n".join([HEAD, *rows]))]


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ("p,1,1,12,1,in registry,,\np,1,2,12,1,in registry,,", "incoming"),
        ("p,1,1,12,1,in registry,,\np,1,1,13,1,in registry,,", "owner_copy"),
        ("p,1,1,,1,in registry,,", "incoming"),
        ("p,1,1,5,1,void,,", "state"),
        ("moscow,1,1,5,1,in registry,,", "with"),
    ],
)
def test_bad_rows_of_others_copies(office, rows, column):
    """Stamps and owners' numbers stand once."""
    head = HEAD_OF_THEIRS
    assert column in [name for _, name, _ in faults(office, f"{head}\n{rows}\n")]


def test_numbers_that_are_in_the_books(office):
    """Ours and theirs, print numbers, outgoing numbers: each is named by its row."""
    take(office, OLD)
    take(office, THEIRS)
    text = "direction,series,outgoing,filed,cable,copy,received,sheets,state,print,owner,incoming,"
    text += "owner_cable,owner_copy\n"
    text += "out,,3340,1.7.1951,,,,,,,,,,\n,,,,90,1,1.7.1951,1,in registry,3,,,,\n"
    take(office, text)
    again = text + ",,,,21405,9,1.7.1951,1,in registry,,,,,\n"
    again += ",,,,91,1,1.7.1951,1,in registry,3,,,,\n"
    again += ",,,,,,,1,in registry,,provost,21405/1,1,1\n"
    again += ",,,,,,,1,in registry,,provost,4,77,2\n"
    found_ = {(row, column) for row, column, _ in faults(office, again)}
    assert {
        (2, "outgoing"),
        (3, "cable"),
        (4, "cable"),
        (5, "print"),
        (6, "incoming"),
        (7, "owner_copy"),
    } <= found_


def test_an_outgoing_line_and_its_faults(office):
    """It has a number and a day, and no copies; a number stands once in a series."""
    head = "direction,outgoing,filed,cable\n"
    said = faults(office, head + "out,,1.7.1951,\nout,3,,\nout,4,1.7.1951,9\nout,4,1.7.1951,\n")
    assert {(2, "outgoing"), (3, "filed"), (4, "direction"), (5, "outgoing")} == {
        (row, column) for row, column, _ in said
    }
    assert [(2, "direction")] == [
        (r, c) for r, c, _ in faults(office, "direction,outgoing\nup,1\n") if c == "direction"
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "names no column"),
        (b"cable,copy\n", "no rows"),
        (b"cable,colour\n1,2\n", "there is no column 'colour'"),
        (b"cable,cable\n1,2\n", "stands twice"),
        (b"copy\n1\n", "names no column of numbers"),
        (b"cable\n1,2\n", "more cells"),
        (b'cable,note\n1,"a\n', "not CSV"),
        ("cable,note\n1,молния\n".encode("cp1251"), "not UTF-8"),
        (b"cable,note\n1," + b"x" * 2001, "longer than 2000"),
    ],
)
def test_a_file_that_cannot_be_read(office, text, says):
    """The file as a whole is refused, with what to do."""
    with refuses(office, says, MalformedError):
        read(office, text)


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").replace("\n", "\r\n").encode(),
    ],
)
def test_spellings_of_one_file(office, spell):
    """Whatever a spreadsheet saves is the same list."""
    text = "cable,copy,received,sheets,state,place\n7,1,5.7.1951 21.00,1,filed,дело 12\n"
    seen = read(office, spell(text))
    assert seen.faults == ()
    (line,) = seen.groups[0].copies
    assert ("дело 12", "1951-07-05T21:00:00Z") == (line.place, line.received_at)
    named = read(office, text.encode("cp1251"), "cp1251").groups[0].copies[0]
    assert line == named


def test_an_order_for_another_list(office):
    """The digest that two persons signed is the list's, and the batch has its place."""
    seen = read(office, OLD)
    signed, matter = next(iter(orders(office, seen)))
    with refuses(office, "another list", OrderError):
        office.perform(signed, matter + b"\n")
    for place in ({"batch": 2, "batches": 1}, {"batch": 0, "batches": 1}, {"batch": "1"}):
        facts = {"list": canonical.digest(matter), "source": seen.source, "batches": 1, **place}
        first = office.sign("charge", facts)
        with refuses(office, "no place", OrderError):
            office.perform([first, office.second(first, by="makarov")], matter)


def test_one_person_takes_nothing_on(office):
    """Old books are taken on charge by two."""
    (signed, matter), *_ = orders(office, read(office, OLD))
    with refuses(office, "takes two persons", OrderError):
        office.perform(signed[:1], matter)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: m.replace(b"21405", b"21405.5", 1),
        lambda m: m.replace(b'"row":2,', b"", 1),
        lambda m: m.replace(b'"row":2', b'"age":2', 1),
        lambda m: m[:-1],
        lambda m: m.split(b"\n")[0] + b"\n",
        lambda m: b"x" + m,
        lambda m: m.replace(b'{"cable', b'{ "cable', 1),
    ],
)
def test_a_list_that_is_none(office, spoil):
    """One spelling, or it is refused."""
    _, matter = next(iter(orders(office, read(office, OLD))))
    bad = spoil(matter)
    assert bad != matter
    facts = {"list": canonical.digest(bad), "source": digest("x"), "batch": 1, "batches": 1}
    first = office.sign("charge", facts)
    with refuses(office, "", MalformedError):
        office.perform([first, office.second(first, by="makarov")], bad)


def test_a_list_that_no_longer_fits(office):
    """What the books got meanwhile is seen on the page itself, and the whole list refused."""
    first, *_ = orders(office, read(office, OLD))
    take(office, "cable,copy,received,sheets,state\n21406,1,1.7.1951,1,in registry\n")
    with refuses(office, "row 5, cable: 21406 is in the register", CustodyError):
        office.perform(*first)


def test_a_signed_list_that_contradicts_itself(office):
    """A list made by hand is held to itself like a file."""
    lines = [balance.Line(2, cable=5, copy=1, received_at="1951-07-01T00:00:00Z")]
    for more, says in (([], "state"), (lines, "copy")):
        matter = format_.encode([*lines, *more])
        facts = {"list": canonical.digest(matter), "source": digest("x"), "batch": 1, "batches": 1}
        first = office.sign("charge", facts)
        with refuses(office, says, CustodyError):
            office.perform([first, office.second(first, by="makarov")], matter)


def test_a_name_of_two_persons(office):
    """Neither is guessed."""
    for person in ("molotov", "beria"):
        office.bureau.vault.put("name", person, b"The Minister")
    text = f"{HEAD}\n7,1,,,,5.7.1951,,the minister,1,in registry,,,,\n"
    assert [(2, "whom", "the minister may be beria or molotov")] == faults(office, text)


def test_a_holder_the_signed_list_makes_up(office):
    """An id that nobody made known is refused on the page too."""
    line = balance.Line(
        2, cable=5, copy=1, received_at="1951-07-01T00:00:00Z", sheets=1, state="issued",
        holder="ghost", due_at="1951-08-01T00:00:00Z", return_to="here",
    )  # fmt: skip
    matter = format_.encode([line])
    facts = {"list": canonical.digest(matter), "source": digest("x"), "batch": 1, "batches": 1}
    first = office.sign("charge", facts)
    with refuses(office, "nobody called ghost", CustodyError):
        office.perform([first, office.second(first, by="makarov")], matter)


def test_a_short_content_is_written_by_an_order(office):
    """Of a telegram on its line, of a copy from elsewhere on the copy; one entry each."""
    take(office, OLD)
    take(office, THEIRS)
    with office.view() as view:
        row = finding.telegram(view, 21405)
    copy, born = where(office, "575/2280/shs"), where(office, "21405/2")
    named = Subject(row.handle, 1)
    office.give("describe", {"content": "On the armistice"}, subjects=[named])
    office.give("describe", {"content": "On timber"}, subjects=[copy])
    with office.view() as view:
        assert "On the armistice" == view.telegrams.get(row.handle).short_content
    assert "On timber" == office.copy(copy).short_content
    assert 2 == office.copy(copy).seq
    with refuses(office, "short content of its telegram", CustodyError):
        office.give("describe", {"content": "x"}, subjects=[born])
    with refuses(office, "has changed since", OrderError):
        office.give("describe", {"content": "x"}, subjects=[named])
    for facts in ({}, {"content": ""}, {"content": "x", "note": "y"}, {"content": 3}):
        with refuses(office, "needs the content", OrderError):
            office.give("describe", facts, subjects=[Subject(row.handle, 2)])
    with refuses(office, "longer than", MalformedError):
        office.give("describe", {"content": "x" * 501}, subjects=[Subject(row.handle, 2)])
    whole(office)


def test_no_short_content_where_the_series_has_none(tmp_path):
    """It would lie in clear in the books: refused in a list, with a paper and by an order."""
    office = found()
    bad = faults(office, OLD)
    assert [(2, "content"), (7, "content")] == [(row, column) for row, column, _ in bad]
    bad = faults(office, HEAD_OF_THEIRS + ",content\np,1,1,5,1,in registry,,,words\n")
    assert [(2, "content")] == [(row, column) for row, column, _ in bad]
    said = {"owner": "provost", "sheets": 1, "content": "words"}
    with refuses(office, "keeps no short content", CustodyError):
        office.give("accept", said)
    done = office.give("accept", {"owner": "provost", "sheets": 1})
    copy = office.copy(done.copies[0])
    telegram = office.telegram().telegram
    for subject in (copy, Subject(telegram.handle, 1)):
        with refuses(office, "keeps no short content", CustodyError):
            office.give("describe", {"content": "words"}, subjects=[subject])
    with refuses(office, "not in the books", UnknownError):
        office.give("describe", {"content": "words"}, subjects=[Subject("ab" * 16, 1)])


def test_columns_are_told():
    """What a person may write, and what kind of thing stands there."""
    said = balances.columns()
    assert ("number", "date", "person", "office", "text") == (
        said["cable"],
        said["received"],
        said["holder"],
        said["with"],
        said["place"],
    )


def test_words_that_are_none(office):
    """A precedence, a series, a limit of a copy sent elsewhere."""
    head = "cable,copy,received,sheets,state,precedence,series,with,limit,limit_to,owner\n"
    said = faults(
        office,
        head
        + "5,1,1.7.1951,1,in registry,SOON,,,,,\n6,1,1.7.1951,1,in registry,,tt,,,,\n"
        + "7,1,1.7.1951,1,in registry,flash,T,,,,\n8,1,1.7.1951,1,in registry,,,,,,special\n",
    )
    assert {(2, "precedence"), (3, "series"), (5, "cable"), (5, "incoming")} == {
        (row, column) for row, column, _ in said
    }
    out = "9,1,1.7.1951,1,with office,,,special,1.9.1951,here,\n"
    take(office, head + out)
    assert ("1951-09-01T00:00:00Z", "here") == (
        where(office, "9/1").limit_at,
        where(office, "9/1").limit_to,
    )


def test_what_does_not_stand_in_the_way(office):
    """A sender's number like ours, a copy given back that comes again, a place of return."""
    take(office, OLD)
    take(office, THEIRS)
    text = "direction,outgoing,filed\nout,3300,1.7.1951\n"
    take(office, text)
    take(office, HEAD_OF_THEIRS + "\nprovost,78,1,13,1,in registry,,\n")
    out = "cable,copy,received,sheets,state,holder,due,return_to\n"
    take(office, out + "30,1,1.7.1951,1,issued,beria,1.9.1951,room 4\n")
    assert "room 4" == where(office, "30/1").return_to
    whole(office)


def test_an_office_without_a_series(office):
    """Copies come under a regime; one must be settled first."""
    bare_ = bare("harbin")
    said = faults(bare_, "cable,copy,received,sheets,state\n5,1,1.7.1951,1,in registry\n")
    assert [(2, "series")] == [(row, column) for row, column, _ in said]


def test_no_further_copy_of_a_telegram_on_paper(office):
    """Its words are not here to be printed."""
    take(office, OLD)
    with office.view() as view:
        row = finding.telegram(view, 21405)
    facts = {"copy": 4, "made": 4, "whom": "file", "consent": "theirs"}
    with refuses(office, "on paper", CustodyError):
        office.give("allot", facts, two="makarov", subjects=[Subject(row.handle, 1)])
    with office.view() as view, pytest.raises(UnknownError):
        finding.copy(view, "21405/4")


def test_numbers_that_cannot_go_on(office):
    """A kind that is none, and a number that is behind ours."""
    text = "cable,copy,received,sheets,state\n9,1,1.7.1951,1,in registry\n"
    for said, error in (
        ("colour=3", OrderError),
        ("cable=4", CustodyError),
        ("outer=x", MalformedError),
    ):
        (signed, matter), *_ = orders(office, read(office, text), numbers=said)
        with refuses(office, "", error):
            office.perform(signed, matter)
