"""Serving the counter: what a number means, what waits, what was asked before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import apsw
import pytest

from cablegram.errors import CircuitError, MalformedError, SealError, UnknownError
from cablegram.model.acts import Act, State
from cablegram.model.custody import Copy
from cablegram.model.records import CircuitItem, Incoming, PrintRun
from cablegram.registry import alarms, announced, serving
from cablegram.registry.reading import every
from cablegram.storage.rows import LAYOUTS
from cablegram.storage.sql import statements
from cablegram.storage.sql.schema import bring_up, migrations
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.wire import card as card_format
from cablegram.wire import paper
from offices import CHIEF, digest, found, later, office_keys
from rooms import line_of

DAY = timedelta(days=1)


@pytest.fixture
def office():
    return found(others=("makarov",))


def test_what_is_overdue_soon_due_and_held_is_told_apart(office):
    """By the clock alone: at the moment, within the span, and per holder."""
    one, two, three, four = office.in_registry(4)
    now = office.bureau.now()
    for copy, holder, hours in ((one, "stalin", 1), (two, "stalin", 30), (three, "molotov", 60)):
        facts = {"holder": holder, "due_at": later(now, hours=hours), "return_to": "x"}
        office.give("issue", facts, subjects=[copy])
    with office.view() as view:
        at = later(now, hours=2)
        told = serving.due(view, at, DAY * 2)
        assert [one.handle] == [copy.handle for copy in told.overdue]
        assert [two.handle] == [copy.handle for copy in told.soon][:1]
        assert (("stalin", 1),) == told.held
        nothing = serving.due(view, now, timedelta(0))
    assert ((), (), ()) == (nothing.overdue, nothing.soon, nothing.held)
    assert four.state is State.IN_REGISTRY


def test_a_hold_is_told_only_beyond_the_allowance_of_the_series(office):
    """One overdue is borne where the series bears one."""
    from cablegram.model.handling import default_series

    office.settle(replace(default_series("T", "x"), allowance=1))
    (one,) = office.in_registry(1)[:1]
    now = office.bureau.now()
    facts = {"holder": "stalin", "due_at": later(now, hours=1), "return_to": "x"}
    office.give("issue", facts, subjects=[one])
    with office.view() as view:
        told = serving.due(view, later(now, hours=2), DAY)
    assert (1, ()) == (len(told.overdue), told.held)


def put(office, shelf, row):
    with office.page() as page:
        getattr(page, shelf).put(row)


def test_trays_circuits_and_alarms_are_told(office):
    """What waits to be opened, what nobody receipted, what does not fit."""
    waiting = Incoming(digest("a"), 1, "beijing", "telegram", "", "waiting")
    put(office, "incoming", waiting)
    put(office, "incoming", Incoming(digest("b"), 2, "beijing", "attachment", "", "waiting"))
    sent = CircuitItem("beijing", "out", 1, digest("c"), "", digest("d"), "", 1, "sent")
    put(office, "circuit_items", sent)
    put(office, "circuit_items", replace(sent, number=2, receipts="taken_in"))
    put(office, "circuit_items", replace(sent, number=3, receipts="opened taken_in"))
    with office.page() as page:
        alarm = alarms.sound(page, alarms.GAP, "beijing", "number 3 has not come", office.bureau)
    with office.view() as view:
        told = serving.due(view, office.bureau.now(), DAY)
    assert (waiting,) == told.unopened
    assert [1, 2] == [item.number for item in told.unreceipted]
    assert (alarm,) == told.alarms


def test_copies_go_by_name_and_a_telegram_by_its_cable_number(office):
    """All that the act can move, each once."""
    copies = office.in_registry(4)
    with office.view() as view:
        cable = view.telegrams.get(copies[0].telegram).cable_number
        names = [f"{cable}/2", f"{cable}"]
        found_ = serving.copies(view, names, Act.ISSUE)
        assert [2, 1, 3, 4] == [copy.number for copy in found_]
        with pytest.raises(UnknownError) as caught:
            serving.copies(view, [str(cable)], Act.VERIFY)
        assert f"cablegram where {cable}" in caught.value.hint
        for name in ("99", f"{cable}/9", "x"):
            with pytest.raises(UnknownError):
                serving.copies(view, [name], Act.ISSUE)


def test_the_very_same_order_is_known_again(office):
    """Same act, same person, same facts, on every copy."""
    copies = office.in_registry(2)
    now = office.bureau.now()
    facts = {"holder": "stalin", "due_at": later(now, hours=1), "return_to": "x"}
    office.give("issue", facts, subjects=copies[:1])
    one, two = office.copies(copies[:2])
    with office.view() as view:
        assert serving.did(view, [one], Act.ISSUE, {"holder": "stalin"}, CHIEF)
        assert serving.did(view, [one], Act.ISSUE, {}, CHIEF)
        assert not serving.did(view, [one], Act.ISSUE, {"holder": "molotov"}, CHIEF)
        assert not serving.did(view, [one], Act.ISSUE, {"holder": "stalin"}, "makarov")
        assert not serving.did(view, [one], Act.RETURN, {}, CHIEF)
        assert not serving.did(view, [one, two], Act.ISSUE, {"holder": "stalin"}, CHIEF)
        assert not serving.did(view, [], Act.ISSUE, {}, CHIEF)
        assert not serving.did(view, [replace(one, handle="0" * 32)], Act.ISSUE, {}, CHIEF)
        # A verification has no facts: there is nothing to differ in.
        assert serving.did(view, [two], Act.VERIFY, {}, "makarov")
        assert not serving.did(view, [two], Act.VERIFY, {"note": "x"}, "makarov")


@pytest.mark.parametrize("state", list(State))
def test_the_way_back_goes_by_where_the_copy_is(state):
    """From another office it comes back; from a person it is returned."""
    copy = Copy("0" * 32, "", 1, 1, "", state, "moscow", "T")
    away = {State.IN_TRANSIT, State.WITH_OFFICE, State.DISPUTED}
    assert (Act.COME_BACK if state in away else Act.RETURN) is serving.way_back(copy)


def test_an_unfinished_run_is_taken_up_by_its_own_orders(office):
    """New orders only for copies that still wait."""
    entered = office.telegram(copies=2)
    telegram, copies, handle = entered.telegram, entered.copies, entered.telegram.handle
    with office.view() as view:
        waiting, orders = serving.to_print(view, telegram)
    assert ([copy.handle for copy in copies], []) == ([copy.handle for copy in waiting], orders)
    named = "sha256:" + "5" * 64
    put(office, "print_runs", PrintRun(7, handle, CHIEF, office.bureau.now(), "open", named))
    with office.view() as view:
        assert ([], []) == serving.to_print(view, telegram)
    put(office, "print_runs", PrintRun(7, handle, CHIEF, office.bureau.now(), "done", named))
    with office.view() as view:
        assert list(copies) == serving.to_print(view, telegram)[0]


def test_an_order_kept_is_given_again_with_the_one_that_seconded_it(office):
    """Both, as they were signed."""
    copies = office.in_registry(2)
    first = office.sign(
        "destroy", {"method": "burnt", "sheets": copies[0].sheets}, by=CHIEF, subjects=copies[:1]
    )
    second = office.second(first, by="makarov")
    done = office.perform([first, second])
    with office.view() as view:
        assert [first, second] == serving.kept(view, done.order)
        assert [] == serving.kept(view, digest("other"))


def test_a_draft_that_was_released_is_not_released_again():
    """The room is given the very orders of then, and answers with the same telegram."""
    (beijing, _), _ = line_of("beijing", "eighth")
    draft = beijing.draft(("eighth",))
    with beijing.bureau.books.view() as view:
        assert [] == serving.release_of(view, draft)
    sent = beijing.send(draft)
    beijing.send(beijing.draft(("eighth",)))
    with beijing.bureau.books.view() as view:
        assert [] == serving.release_of(view, digest("another draft"))
        orders = serving.release_of(view, draft)
    assert sent["telegram"] == beijing.room.seal(draft, orders)["telegram"]
    assert 1 == len(orders)


def dispatched():
    """Copy 2 on its way from the eighth to the special office, its transmittal taken in there."""
    (beijing, eighth, special), _ = line_of("beijing", "eighth", "special")
    eighth.office.cover("Filippov", "stalin")
    eighth.office.appoint("clerk", by="chief", two="makarov")
    beijing.send(beijing.draft(("eighth",)))
    beijing.carry()
    (taken,) = eighth.take_in()
    opened = eighth.open(taken.digest, by="vaganov")
    eighth.print(str(opened["telegram"]), by="clerk", verifier="makarov")
    copies = eighth.copies(str(opened["telegram"]))
    eighth.office.give("verify", {}, by="makarov", subjects=copies)
    two = eighth.copies(str(opened["telegram"]))[1]
    send(eighth, two, "special")
    special.take_in()
    return eighth, special, two


def send(desk, copy, office):
    facts = {
        "office": office,
        "carrier": "courier",
        "due_at": serving.receipt_due(desk.bureau.now()),
    }
    desk.office.give("dispatch", facts, subjects=[desk.office.copy(copy)])
    desk.carry()


def accept(desk, offer):
    facts = {
        "owner": offer.item.owner,
        "owner_cable": offer.item.cable,
        "owner_copy": offer.item.copy,
        "incoming": "575/",
        "sheets": offer.item.sheets,
        "transmittal": offer.transmittal,
    }
    return desk.office.copy(desk.office.give("accept", facts).copies[0])


def offered(desk):
    with desk.bureau.books.view() as view:
        return announced.offers(view, desk.bureau)


def test_what_was_announced_is_offered_until_it_is_accepted_and_again_when_it_comes_again():
    """A copy given back may be sent a second time under another transmittal."""
    eighth, special, two = dispatched()
    (offer,) = offered(special)
    assert ("eighth", "eighth", 1, 2) == (
        offer.office,
        offer.item.owner,
        offer.item.cable,
        offer.item.copy,
    )
    copy = accept(special, offer)
    assert [] == offered(special)
    special.carry()
    eighth.take_in()
    eighth.settle_receipts()
    there = eighth.office.copy(two)
    with eighth.bureau.books.view() as view:
        assert "" == announced.came_under(view, there, eighth.bureau)
    send(special, copy, "eighth")
    eighth.take_in()
    # Our own copy on its way home is not offered: it comes back.
    assert [] == offered(eighth)
    other = eighth.copies(two.telegram)[0]
    with eighth.bureau.books.view() as view:
        named = announced.came_under(view, there, eighth.bureau)
        assert named.startswith("sha256:")
        assert "" == announced.came_under(view, replace(other, holder="special"), eighth.bureau)
    facts = {"sheets": two.sheets, "transmittal": named}
    eighth.office.give("come_back", facts, subjects=[eighth.office.copy(two)])
    eighth.carry()
    special.take_in()
    special.settle_receipts()
    assert State.GIVEN_BACK is special.office.copy(copy).state
    assert [] == offered(special)
    with special.office.page() as page:  # as books have it that are older than these rows
        for row in list(every(page.paper_items, "state", "accepted")):
            page.paper_items.put(replace(row, state="open"))
    assert [] == offered(special)
    # The number it bore there finds it still, though the books dropped it with its return.
    with eighth.bureau.books.view() as view:
        (hit,) = serving.find(view, "575/1")
        assert [two.handle] == [found.handle for found in hit.copies]
        with pytest.raises(UnknownError):
            serving.find(view, "575/99")
    eighth.bureau.clock.pass_(hours=1)
    send(eighth, two, "special")
    special.take_in()
    (again,) = offered(special)
    assert again.transmittal != offer.transmittal


def test_a_tracer_is_told_when_no_receipt_has_come():
    """By the moment the order gave."""
    eighth, _, two = dispatched()
    at = eighth.bureau.now()
    with eighth.bureau.books.view() as view:
        assert () == serving.due(view, at, DAY).tracers
        (copy,) = serving.due(view, later(at, days=8), DAY).tracers
    assert two.handle == copy.handle


def test_what_must_go_back_to_its_owner_is_told():
    """While it is here, with the owner's limit."""
    _, special, _ = dispatched()
    (offer,) = offered(special)
    facts = {
        "owner": "eighth",
        "owner_cable": 1,
        "owner_copy": 2,
        "incoming": "1",
        "sheets": offer.item.sheets,
        "transmittal": offer.transmittal,
        "limit_at": offer.item.limit_at or later(special.bureau.now(), days=6),
    }
    special.office.give("accept", facts)
    with special.bureau.books.view() as view:
        at = special.bureau.now()
        assert () == serving.due(view, at, DAY).leaving
        (copy,) = serving.due(view, later(at, days=7), DAY).leaving
    assert "1" == copy.incoming


def signed_card(office):
    keys = office.keys
    body = office.bureau.card
    return body, paper.join(body, tuple(keys.sign(card_format.NAMESPACE, body)))


def test_a_card_is_held_to_the_keys_it_names(office):
    """Whole, it reads; with a signature less, or another's, it does not."""
    body, data = signed_card(office)
    card, read = serving.read_card(data)
    assert (office.bureau.name, body) == (card.office, read)
    _, signatures = paper.split(data)
    with pytest.raises(SealError):
        serving.read_card(paper.join(body, signatures[:1]))
    other = tuple(office_keys("another").sign(card_format.NAMESPACE, body))
    with pytest.raises(SealError):
        serving.read_card(paper.join(body, other))
    with pytest.raises(MalformedError):
        serving.read_card(b"\xff" * 40)


def test_a_newer_card_of_the_same_keys_needs_no_second_comparing(office):
    """The words are the same; a stranger's, or those of other keys, are not."""
    beijing, impostor = found("beijing"), found("beijing2")
    card = card_format.decode(beijing.bureau.card)
    with office.view() as view:
        assert not serving.compared(view, card)
    office.know(beijing, compared="no")
    with office.view() as view:
        assert not serving.compared(view, card)
    office.know(beijing)
    with office.view() as view:
        assert serving.compared(view, card)
        other = card_format.decode(impostor.bureau.card)
        assert not serving.compared(view, replace(other, office="beijing"))


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", "١", "1" * 400 + "x"])
def test_an_outer_number_is_digits(office, text):
    """And nothing else."""
    with office.view() as view, pytest.raises(MalformedError):
        serving.outer(view, text)


def test_what_came_in_is_found_by_its_outer_number(office):
    """Telegrams can be opened; papers cannot."""
    put(office, "incoming", Incoming(digest("a"), 4, "beijing", "telegram", "", "waiting"))
    put(office, "incoming", Incoming(digest("b"), 5, "beijing", "receipt", "", "entered"))
    with office.view() as view:
        assert digest("a") == serving.to_open(view, "4").digest
        with pytest.raises(CircuitError):
            serving.to_open(view, "5")
        for text in ("6", "9" * 300):
            with pytest.raises(UnknownError):
                serving.to_open(view, text)


def test_papers_of_older_books_are_found_too(tmp_path):
    """The step that brings the rows in reads them out of the papers as taking in does now."""
    _, special, _ = dispatched()
    (offer,) = offered(special)
    accept(special, offer)
    special.carry()
    eighth, _, _ = dispatched()
    wanted, papers_ = set(), []
    for desk in (special, eighth):
        with desk.bureau.books.view() as view:
            papers_ += every(view.papers)
            wanted |= {replace(row, state="") for row in every(view.paper_items)}
    connection = apsw.Connection(str(tmp_path / "old.db"))
    steps = migrations()
    before = next(n for n, step in enumerate(steps) if step.name.endswith("_announced.sql"))
    bring_up(connection, steps[:before])
    layout = LAYOUTS["papers"]
    connection.executemany(statements.add("papers"), [layout.values(row) for row in papers_])
    bring_up(connection, steps)
    connection.close()
    books = SqliteBooks(tmp_path / "old.db")
    with books.view() as view:
        found = list(every(view.paper_items))
    books.close()
    assert wanted
    assert wanted == {replace(row, state="") for row in found}
    assert {"open"} == {row.state for row in found if row.kind == "transmittal"}
