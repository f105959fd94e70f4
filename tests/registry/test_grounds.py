"""Grounds: a leaf written behind the last one by hand gets no head, and carries no act."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from cablegram.errors import CablegramError, LedgerError, OrderError
from cablegram.ledger import log
from cablegram.model import balance
from cablegram.model.acts import Act, State
from cablegram.model.handling import default_series
from cablegram.model.records import Counter, Leaf
from cablegram.registry import balances, entries, grounds, holding, matters, numbering, proving
from cablegram.wire import balance as balance_format
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wire.leaf import Entry, decode_entry, encode_entry, make
from offices import CHIEF, digest, found, later, seed

SEED = seed("planted", 32)


def take(office, text):
    """Take an opening balance on charge."""
    with office.view() as view:
        seen = balances.read(view, text.encode(), office.bureau)
    assert seen.faults == ()
    matter = balance_format.encode(balance.lines_of(seen.groups))
    facts = {"list": canonical.digest(matter), "source": seen.source, "batch": 1, "batches": 1}
    office.give("charge", facts, two="makarov", matter=matter)


def sign(office):
    return log.sign_checkpoint(
        office.bureau, office.signer, partial(grounds.hold, bureau=office.bureau)
    )


def plant(office, entry, *, copy=None):
    """Write a leaf behind the last one, its counter and a copy's row to fit, as SQL would."""
    with office.page() as page:
        index = numbering.take(page, numbering.LEAF) - 1
        page.leaves.add(
            Leaf(
                index, make(entry, SEED), entry.kind, entry.act, entry.subject, entry.seq,
                encode_entry(entry), SEED,
            )
        )  # fmt: skip
        if copy is not None:
            page.copies.put(copy)


def entry_of(office, copy, act, order, **changes):
    """A leaf that looks like that act on this copy, by that order."""
    fields = {
        "kind": entries.COPY,
        "act": act,
        "subject": copy.handle,
        "seq": copy.seq,
        "at": office.bureau.now(),
        "officer": CHIEF,
        "order": order,
        "telegram": copy.telegram,
        "after": holding.row_digest(copy),
    }
    return Entry(**{**fields, **changes})


@pytest.fixture
def office():
    made = found()
    sign(made)
    return made


def refused(office, index):
    before = office.dump()
    with pytest.raises(LedgerError, match=f"entry {index} stands on no order"):
        sign(office)
    assert before == office.dump()


def test_what_orders_wrote_gets_its_head(office):
    """Opening, printing, verifying, an issue, a return, burning by two, a relief."""
    copies = office.in_registry(2)
    sign(office)
    due = later(office.bureau.now(), days=3)
    office.give("issue", {"holder": "molotov", "due_at": due, "return_to": "here"}, subjects=copies)
    office.give("return", {"sheets": 2}, subjects=office.copies(copies))
    first = office.sign("destroy", {"method": "burnt", "sheets": 2}, subjects=office.copies(copies))
    office.perform([first, office.second(first, by="makarov")])
    office.give("relieve", {"person": "vaganov", "reason": "leave"}, by=CHIEF, two="makarov")
    assert office.size() == sign(office).size


def forged(office, copy):
    return digest("an order that nobody signed")


def of_another_copy(office, copy):
    """An order that was really given, on another copy at the same step."""
    other = office.in_registry(1, outgoing=77)[0]
    return office.give("file", {"place": "case 1"}, subjects=[other]).order


def of_an_earlier_step(office, copy):
    """An order that was really given on this very copy, before."""
    with office.view() as view:
        found_ = view.leaves.find("subject", copy.handle)
    return next(decode_entry(leaf.entry).order for leaf in found_ if leaf.act == Act.VERIFY.value)


def by_nobody_in_post(office, copy):
    """A real signature under a key that was never appointed."""
    signed = office.sign("file", {"place": "case 1"}, by="stranger", subjects=[copy])
    named = canonical.digest(signed.body)
    said = order_format.decode(signed.body)
    with office.page() as page:
        like = page.orders.find(limit=1)[0]
        page.orders.put(
            replace(
                like, digest=named, officer="stranger", number=said.number, act=said.act,
                body=signed.body, signature=signed.signature,
            )
        )  # fmt: skip
    return named


@pytest.mark.parametrize("order", [forged, of_another_copy, of_an_earlier_step, by_nobody_in_post])
def test_a_planted_step_gets_no_head_and_carries_no_act(office, order):
    """The row fits its leaf; the leaf stands on nothing."""
    copy = office.in_registry(1)[0]
    sign(office)
    named = order(office, copy)
    filed = replace(copy, state=State.FILED, place="case 1", seq=copy.seq + 1)
    plant(office, entry_of(office, filed, "file", named), copy=filed)
    with pytest.raises(CablegramError):
        office.give("charge_out", {"reason": "wanted"}, subjects=[filed])
    refused(office, office.size() - 1)


def test_a_planted_copy_gets_no_head_and_is_not_printed(office):
    """A further copy under the order that opened its telegram, which was published since."""
    copy = office.telegram().copies[0]
    sign(office)
    with office.view() as view:
        opened = decode_entry(view.leaves.find("subject", copy.telegram, 1, limit=1)[0].entry)
    extra = replace(copy, handle="f" * 32, number=9, seq=1)
    plant(office, entry_of(office, extra, "allot", opened.order), copy=extra)
    with pytest.raises(CablegramError):
        office.printed([extra])
    refused(office, office.size() - 1)


def test_a_planted_copy_of_an_order_that_makes_none_gets_no_head(office):
    """An order to file says nothing of a copy that nobody had before."""
    copy = office.in_registry(1)[0]
    filed = office.give("file", {"place": "case 1"}, subjects=[copy]).order
    sign(office)
    extra = replace(copy, handle="f" * 32, number=9, seq=1)
    plant(office, entry_of(office, extra, "accept", filed), copy=extra)
    refused(office, office.size() - 1)


def test_an_order_is_no_proof_of_what_it_only_brought_with_it(office):
    """What opened a telegram allotted its copies; nobody ordered an allotment."""
    copy = office.telegram().copies[0]
    with office.view() as view:
        leaf = view.leaves.find("subject", copy.handle, 1, limit=1)[0]
        order = decode_entry(leaf.entry).order
        for index in (leaf.index, 0):  # and where it landed, no other entry stands
            with pytest.raises(OrderError, match="no order on the ledger says so"):
                proving.prove_order(view, order, office.bureau, what="it", index=index)


def test_a_copy_is_where_its_act_leaves_it(office):
    """The order is real and its leaf is not published yet; the row was turned to another state."""
    copy = office.in_registry(1)[0]
    sign(office)
    done = office.give("file", {"place": "case 1"}, subjects=[copy])
    assert done.copies
    filed = office.copy(copy)
    gone = replace(filed, state=State.DESTROYED, place="")
    with office.page() as page:
        leaf = page.leaves.find("subject", copy.handle, filed.seq, limit=1)[0]
        entry = replace(decode_entry(leaf.entry), after=holding.row_digest(gone))
        page.leaves.put(replace(leaf, entry=encode_entry(entry), leaf=make(entry, leaf.seed)))
        page.copies.put(gone)
    refused(office, leaf.index)


def test_a_planted_copy_of_no_telegram_gets_no_head(office):
    """The order that opened a telegram makes no copies of another."""
    copy = office.telegram().copies[0]
    with office.view() as view:
        opened = decode_entry(view.leaves.find("subject", copy.telegram, 1, limit=1)[0].entry)
    extra = replace(copy, handle="f" * 32, telegram="e" * 32)
    plant(office, entry_of(office, extra, "allot", opened.order), copy=extra)
    refused(office, office.size() - 1)


def test_an_order_of_long_ago_is_not_given_again(office):
    """A regime that was settled and changed since does not come back with its old order."""
    regime = default_series("T", "here")
    office.settle(regime)
    office.clock.pass_(days=2)
    office.settle(replace(regime, allowance=5))
    sign(office)
    with office.view() as view:
        handle = matters.handle(view, "series/T")
        first = decode_entry(view.leaves.find("subject", handle, limit=1)[0].entry)
    office.clock.pass_(days=2)
    for at in (office.bureau.now(), first.at):
        plant(office, replace(first, seq=4, at=at))
        size = office.size()
        refused(office, size - 1)
        with office.page() as page:
            page.numbers.put(Counter(numbering.LEAF, "", size - 1))
        del office.bureau.books._shelves["leaves"][size - 1,]


def planted_again(office, name, **changes):
    """The first leaf of a matter, written once more behind the last one."""
    with office.view() as view:
        first = decode_entry(view.leaves.find("subject", matters.handle(view, name))[-1].entry)
    plant(office, replace(first, at=office.bureau.now(), **changes))
    return office.size() - 1


def test_an_order_of_the_same_day_lands_once(office):
    """A regime that was changed an hour later does not come back with the order of before."""
    regime = default_series("T", "here")
    office.settle(regime)
    with office.view() as view:
        row, handle = view.settings.get("series/T"), matters.handle(view, "series/T")
        first = decode_entry(view.leaves.find("subject", handle)[-1].entry)
    office.settle(replace(regime, allowance=5))
    sign(office)
    plant(office, replace(first, seq=3, at=office.bureau.now()))
    with office.page() as page:
        page.settings.put(row)
    with pytest.raises(OrderError, match="what is settled as series/T is in the books"):
        office.give("settle", {"name": "series/T", "value": "x"})
    refused(office, office.size() - 1)


def test_a_landing_written_twice_in_a_row_gets_no_head(office):
    """Its next step at once behind it, and the same again on another matter."""
    office.settle(default_series("T", "here"))
    refused(office, planted_again(office, "series/T", seq=2))


@pytest.mark.parametrize(
    ("act", "facts", "of", "about"),
    [
        ("settle", {"name": "cover/Filippov", "value": "stalin"}, "cover/Filippov", "cover/Ivanov"),
        ("proxy", {"holder": "stalin", "person": "beria", "may": "open"},
         "proxy/stalin/beria", "proxy/molotov/beria"),
    ],
)  # fmt: skip
def test_an_order_is_about_one_matter(office, act, facts, of, about):
    """The same order, entered on its own page, proves nothing of another matter."""
    office.give(act, facts)
    with office.view() as view:
        handle = matters.handle(view, about)
    planted_again(office, of, subject=handle, numbers=about, seq=1)
    with office.view() as view:
        assert matters.newest(view, of, office.bureau) is not None
        with pytest.raises(OrderError, match=f"what is settled as {about} is in the books"):
            matters.newest(view, about, office.bureau)


def test_old_books_are_charged_whole_or_not(office):
    """What an opening balance brings stands on it; a step that is added later does not."""
    take(
        office,
        "cable,copy,made,office,received,sheets,state,place\n"
        "1,1,1,beijing,4.7.1951 10.00,2,filed,case 3\n",
    )
    sign(office)
    with office.view() as view:
        copy = view.copies.find("state", "filed")[0]
        order = decode_entry(view.leaves.find("subject", copy.handle, 1, limit=1)[0].entry).order
    gone = replace(copy, state=State.DESTROYED, seq=copy.seq + 1)
    plant(office, entry_of(office, gone, "destroy", order), copy=gone)
    refused(office, office.size() - 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": entries.COPY, "act": "file"},
        {"kind": entries.OFFICE, "act": "appoint"},
        {"kind": entries.OFFICE, "act": "settle"},
    ],
)
def test_only_what_happens_by_itself_needs_no_order(office, changes):
    plant(office, Entry(subject="a" * 32, seq=1, at=office.bureau.now(), **changes))
    refused(office, office.size() - 1)


def test_what_happens_by_itself_needs_none(office):
    said = {"kind": entries.OFFICE, "act": "take_in", "subject": "a" * 32, "seq": 1}
    plant(office, Entry(at=office.bureau.now(), **said))
    assert office.size() == sign(office).size


@pytest.mark.parametrize("column", ["kind", "act", "subject", "seq", "seed"])
def test_a_leaf_is_what_lies_beside_it(office, column):
    """Its columns are those of its entry, and it commits to that."""
    copy = office.in_registry(1)[0]
    with office.page() as page:
        leaf = page.leaves.find("subject", copy.handle, copy.seq, limit=1)[0]
        other = {"seq": 99, "seed": SEED}.get(column, "other")
        page.leaves.put(replace(leaf, **{column: other}))
    refused(office, leaf.index)


def test_a_copy_taken_away_is_missed(office):
    """A step whose copy is not in the books any more."""
    copy = office.telegram().copies[0]
    sign(office)
    office.printed([copy])
    with office.view() as view:
        leaf = view.leaves.find("subject", copy.handle, 2, limit=1)[0]
    del office.bureau.books._shelves["copies"][copy.handle,]
    refused(office, leaf.index)
