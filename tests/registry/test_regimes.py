"""What a series asks: who may hold, filing, short content, two persons, witnesses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, OrderError
from cablegram.model.handling import default_series
from cablegram.registry import offices, regimes
from cablegram.wire import canonical
from offices import CHIEF, digest, found, refuses

PLAIN = default_series("T", "the Eighth Department")
NO_FILE = replace(PLAIN, file_copies=False, standing=("addressee", "addressee"))


def an_office(**rules):
    """An office whose series T has these rules beside the common ones."""
    return found(regime=replace(PLAIN, **rules))


def out(office, copy, holder, **more):
    """Issue a copy until the next day."""
    facts = {"holder": holder, "due_at": "1951-07-06T17:00:00Z", "return_to": "here", **more}
    two = more.pop("two", "")
    return office.give(
        "issue", {k: v for k, v in facts.items() if k != "two"}, subjects=[copy], two=two
    )


def test_a_regime_in_full_is_read_back():
    """Every field comes back; one at its common value is not written, so old bytes still read."""
    full = replace(
        NO_FILE,
        may_hold=frozenset({"stalin", "role:reader"}),
        short_content=True,
        waits=frozenset({"open", "destroy"}),
        two=frozenset({"issue", "dispatch", "regrade"}),
    )
    assert full == offices.read_series(offices.write_series(full))
    said = canonical.decode(offices.write_series(full))
    assert (["role:reader", "stalin"], "no", "yes", ["destroy", "open"]) == tuple(
        said[name] for name in ("may_hold", "file_copies", "short_content", "waits")
    )
    old = {
        "letter": "T",
        "count": 6,
        "unit": "24-hour days",
        "counted": "received",
        "to": "the Eighth Department",
        "standing": ["addressee", "addressee", "file", "file"],
        "allowance": 0,
        "exempt": "flash",
        "two": ["allot"],
    }
    assert PLAIN == offices.read_series(canonical.encode(old))


def test_the_series_of_an_office_are_listed():
    """By letter; settings beside them are none."""
    office = found()
    with office.view() as books:
        assert ("T",) == offices.all_series(books)
    office.settle(replace(PLAIN, letter="G"))
    with office.view() as books:
        assert ("G", "T") == offices.all_series(books)


def test_only_those_named_may_hold():
    """Holder, proxy and the next on the route; others are refused by name."""
    office = an_office(may_hold=frozenset({"stalin", "molotov"}))
    copy, other = office.in_registry(2)
    for person in ("beria", "molotov"):
        office.give("proxy", {"holder": "stalin", "person": person, "may": "receive"})
    with refuses(office, "beria may not hold a copy of series T", CustodyError):
        out(office, copy, "beria")
    with refuses(office, "beria may not hold a copy", CustodyError):
        out(office, copy, "stalin", proxy="beria")
    out(office, copy, "stalin", proxy="molotov")
    with refuses(office, "malenkov may not hold", CustodyError):
        office.give("hand_over", {"holder": "malenkov", "sheets": 2}, subjects=[office.copy(copy)])
    office.give("hand_over", {"holder": "molotov", "sheets": 2}, subjects=[office.copy(copy)])
    assert "molotov" == office.copy(copy).holder
    assert "in_registry" == office.copy(other).state


def test_those_in_a_role_may_hold_by_their_appointment():
    """A role is an appointment that goes back to the office key, and stands."""
    office = an_office(may_hold=frozenset({"role:officer"}))
    first, second = office.in_registry(2)
    out(office, first, "makarov")
    for person in ("stalin", CHIEF):
        with refuses(office, f"{person} may not hold", CustodyError):
            out(office, second, person)
    office.give("relieve", {"person": "makarov", "reason": "leave"}, two="vaganov")
    with refuses(office, "makarov may not hold", CustodyError):
        out(office, second, "makarov")


def test_a_role_written_by_hand_lets_nobody_hold():
    """A row of the officers that no order stands behind is found out."""
    office = an_office(may_hold=frozenset({"role:reader"}))
    (copy,) = office.in_registry(1)
    with office.page() as page:
        row = page.officers.find("", "vaganov")[0]
        page.officers.put(replace(row, role="reader"))
    with refuses(office, "does not go back to the office key", OrderError):
        out(office, copy, "vaganov")


def test_where_no_copy_is_filed():
    """None on the list, none filled in, none allotted to the file, none laid there."""
    office = found(regime=NO_FILE)
    made = office.telegram(copies=9).copies
    assert [CHIEF, CHIEF] == [copy.whom for copy in made]
    printed = office.printed(made)
    office.give("verify", {}, by="makarov", subjects=printed)
    with refuses(office, "series T keeps no copies in the file", CustodyError):
        office.give("file", {"place": "case 12"}, subjects=office.copies(made)[:1])
    with office.view() as books:
        telegram = books.telegrams.get(made[0].telegram)
    scan = office.bureau.blobs.put(b"a scan of their consent")
    extra = {"copy": 3, "made": 3, "whom": "file", "consent": scan}
    about = [offices_subject(office, telegram)]
    with refuses(office, "series T keeps no copies in the file", CustodyError):
        office.give("allot", extra, subjects=about, two="makarov")
    office.give("allot", {**extra, "whom": "molotov"}, subjects=about, two="makarov")


def offices_subject(office, telegram):
    """A telegram as an order names it, at the seq it stands at."""
    from cablegram.model.orders import Subject

    with office.view() as books:
        return Subject(telegram.handle, books.leaves.count("subject", telegram.handle))


def test_an_extra_copy_is_for_one_who_may_hold_it():
    """Else it could never be issued."""
    office = an_office(may_hold=frozenset({"stalin"}))
    made = office.telegram().copies
    with office.view() as books:
        telegram = books.telegrams.get(made[0].telegram)
    scan = office.bureau.blobs.put(b"a scan of their consent")
    facts = {"copy": 5, "made": 5, "whom": "beria", "consent": scan}
    about = [offices_subject(office, telegram)]
    with refuses(office, "beria may not hold", CustodyError):
        office.give("allot", facts, subjects=about, two="makarov")


def test_short_content_is_written_where_the_series_allows_it():
    """Not by default: the books hold it in clear."""
    regimes.check_short_content(replace(PLAIN, short_content=True))
    with pytest.raises(CustodyError, match="series T keeps no short content") as refused:
        regimes.check_short_content(PLAIN)
    assert "--short-content" in refused.value.hint


@pytest.mark.parametrize("act", ["verify", "issue"])
def test_an_act_that_waits_for_witnesses_waits(act):
    """No witness is known, so that it is refused with what to do."""
    office = an_office(waits=frozenset({act}))
    printed = office.printed(office.telegram().copies)
    if act == "verify":
        with refuses(office, "verify waits for witnesses in series T", OrderError):
            office.give("verify", {}, by="makarov", subjects=printed)
        return
    office.give("verify", {}, by="makarov", subjects=printed)
    with refuses(office, "issue waits for witnesses in series T", OrderError):
        out(office, office.copy(printed[0]), "stalin")


@pytest.mark.parametrize("act", ["open", "allot"])
def test_opening_waits_for_witnesses_too(act):
    """Neither register line nor copies are made."""
    office = an_office(waits=frozenset({act}))
    with refuses(office, f"{act} waits for witnesses in series T", OrderError):
        office.telegram()
    with refuses(office, "waits for witnesses", OrderError):
        office.telegram(series="X")  # goes by the current series


def test_two_persons_for_more_acts():
    """A series may ask a second person for an issue; then one is refused and two are not."""
    office = an_office(two=frozenset({"issue", "regrade"}))
    (copy,) = office.in_registry(1)
    with refuses(office, "issue takes two persons", CustodyError):
        out(office, copy, "stalin")
    out(office, copy, "stalin", two="makarov")
    facts = {"classification": "secret", "reason": digest("their order")[:20]}
    with refuses(office, "regrade takes two persons", CustodyError):
        office.give("regrade", facts, subjects=[office.copy(copy)])
    office.give("regrade", facts, subjects=[office.copy(copy)], two="makarov")


def test_the_list_of_the_letters_own_series_counts():
    """A telegram in a series that is settled here is allotted by that series' list."""
    office = found()
    office.settle(replace(PLAIN, letter="G", standing=("molotov", "file")))
    assert ["molotov", "file"] == [copy.whom for copy in office.telegram(series="G").copies]
