"""Copies that pass between offices: two books, real papers signed and taken in."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, LostRaceError, MalformedError, OrderError, UnknownError
from cablegram.model import custody
from cablegram.model.acts import Act, State
from cablegram.model.orders import Subject
from cablegram.model.records import CircuitItem
from cablegram.registry import announced as announced_
from cablegram.registry import finding, lines, musters, papers, returns
from cablegram.registry.announced import came_under
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wire import receipt as receipt_format
from cablegram.wire import transmittal as transmittal_format
from offices import START, digest, found, later, refuses
from passed import accept, acquainted, announced, dispatch, post, settle_receipts, waiting

DUE = "1951-07-11T17:00:00Z"


@pytest.fixture
def moscow():
    return found()


@pytest.fixture
def special(moscow):
    return acquainted(moscow, found("special", others=("poskrebyshev",)))


def muster(office, seen, *, at="", by="makarov"):
    said = {"cut_off": at or office.bureau.now(), "sighted": musters.digest_of(seen)}
    done = office.give("muster", said, by=by, matter="\n".join(seen).encode())
    with office.view() as books:
        row = books.musters.get(int(done.answer))
    return json.loads(row.outcome)


def there(moscow, special):
    """Copy 2 accepted by the special sector under its own number, the receipt entered here."""
    copies = moscow.in_registry(4)
    dispatch(moscow, copies[1:2], "special")
    assert 1 == post(moscow, special)
    theirs = accept(special, "moscow")
    assert 1 == post(special, moscow)
    assert [Act.RECEIPTED] == settle_receipts(moscow)
    return copies, theirs


# --- the whole way --------------------------------------------------------------------------------


def test_there_and_back(moscow, special):
    """Dispatched, accepted, receipted; given back, come back, closed: each half on its own book."""
    copies, theirs = there(moscow, special)
    ours = moscow.copy(copies[1])
    assert (State.WITH_OFFICE, "special", "special", "575/1", DUE, "the Eighth Department") == (
        ours.state,
        ours.holder,
        ours.accountable,
        ours.their_incoming,
        ours.due_at,
        ours.return_to,
    )
    assert (
        State.IN_REGISTRY,
        "special",
        "moscow",
        1,
        2,
        "575/1",
        DUE,
        "the Eighth Department",
    ) == (
        theirs.state,
        theirs.accountable,
        theirs.owner,
        theirs.owner_cable,
        theirs.owner_copy,
        theirs.incoming,
        theirs.limit_at,
        theirs.limit_to,
    )
    assert "top secret" == theirs.classification
    assert [] == waiting(moscow)
    dispatch(special, [theirs], "moscow", by="poskrebyshev")
    assert 1 == post(special, moscow)
    row, transmittal = announced(moscow, "special")
    assert ("moscow", 1, 2, "", "") == (
        transmittal.items[0].owner,
        transmittal.items[0].cable,
        transmittal.items[0].copy,
        transmittal.items[0].limit_at,
        transmittal.items[0].limit_to,
    )
    moscow.give(
        "come_back", {"sheets": 2, "transmittal": row.digest}, by="makarov", subjects=[ours]
    )
    back = moscow.copy(ours)
    assert (State.IN_REGISTRY, "moscow", "", "", "") == (
        back.state,
        back.accountable,
        back.holder,
        back.their_incoming,
        back.limit_at,
    )
    assert 1 == post(moscow, special)
    assert [Act.GIVE_BACK] == settle_receipts(special, by="poskrebyshev")
    closed = special.copy(theirs)
    assert (State.GIVEN_BACK, "moscow") == (closed.state, closed.accountable)


def test_a_second_journey_needs_its_own_receipt(moscow, special):
    """The receipt of an earlier journey says nothing of a later one, to us or by hand."""
    copies, theirs = there(moscow, special)
    with moscow.view() as books:
        old = next(
            row.digest for row in every(books.papers) if row.direction == "in" and row.number == 1
        )
    dispatch(special, [theirs], "moscow", by="poskrebyshev")
    post(special, moscow)
    row, _ = announced(moscow, "special")
    moscow.give(
        "come_back",
        {"sheets": 2, "transmittal": row.digest},
        by="makarov",
        subjects=moscow.copies(copies[1:2]),
    )
    post(moscow, special)
    settle_receipts(special, by="poskrebyshev")
    moscow.clock.pass_(hours=1)
    dispatch(moscow, copies[1:2], "special")
    post(moscow, special)
    assert [] == waiting(moscow)
    with refuses(moscow, "special has signed no such receipt for 1/2", CustodyError):
        moscow.give("receipted", {"receipt": old}, subjects=moscow.copies(copies[1:2]))
    again = accept(special, "moscow")
    assert ("575/2", State.IN_REGISTRY) == (again.incoming, again.state)
    with special.view() as books:
        found_ = finding.by_owner(books, "moscow", 1, 2, "special")
    assert again.handle == found_.handle
    post(special, moscow)
    assert [Act.RECEIPTED] == settle_receipts(moscow)
    assert "575/2" == moscow.copy(copies[1]).their_incoming


def test_on_to_a_third_office(moscow, special):
    """Terms nest: the third office is told the owner's limit; sightings go to whoever sent it."""
    archive = acquainted(special, found("archive", others=("librarian",)))
    moscow.know(archive)
    archive.know(moscow)
    copies, theirs = there(moscow, special)
    dispatch(special, [theirs], "archive", by="poskrebyshev")
    post(special, archive)
    third = accept(archive, "special", by="librarian")
    assert ("moscow", 1, 2, DUE) == (
        third.owner,
        third.owner_cable,
        third.owner_copy,
        third.limit_at,
    )
    post(archive, special)
    assert [Act.RECEIPTED] == settle_receipts(special, by="poskrebyshev")
    outcome = muster(archive, [third.incoming], by="librarian")
    assert [third.incoming] == outcome["sighted"]
    assert (1, 0) == (post(archive, special), post(archive, moscow))
    seen = muster(special, [], at=archive.bureau.now(), by="poskrebyshev")
    assert [theirs.incoming] == seen["sighted_elsewhere"]
    assert [] == seen["open_items"]
    # Back the way it came: the archive gives it to the special sector, which is not its owner.
    dispatch(archive, [third], "special", by="librarian")
    post(archive, special)
    row, _ = announced(special, "archive")
    with special.view() as books:
        there_now = books.copies.get(theirs.handle)
        assert row.digest == came_under(books, there_now, special.bureau)
    special.give(
        "come_back",
        {"sheets": 2, "transmittal": row.digest},
        by="poskrebyshev",
        subjects=special.copies([theirs]),
    )
    assert 1 == post(special, archive)
    # The book of that stay is closed there, by the word of the office that had lent it.
    assert [Act.GIVE_BACK] == settle_receipts(archive, by="librarian")
    ended = archive.copy(third)
    assert (State.GIVEN_BACK, "special") == (ended.state, ended.accountable)
    assert "given back to special" == custody.words(ended)
    assert DUE == special.copy(theirs).limit_at
    assert State.WITH_OFFICE is moscow.copy(copies[1]).state


# --- dispatch -------------------------------------------------------------------------------------


def test_dispatch_owes_a_transmittal(moscow, special):
    """One order, one transmittal with every copy on it; its debt is the evidence on each leaf."""
    copies = moscow.in_registry(3)
    dispatch(moscow, copies, "special")
    with moscow.view() as books:
        (row,) = papers.owed(books, 2**53 - 1)
        assert [] == list(papers.owed(books, row.leaf_index))
        assert [row] == list(papers.owed(books, row.leaf_index + 1))
    assert ("transmittal", "special", moscow.size() - 1) == (row.kind, row.office, row.leaf_index)
    debt = papers.debt_of(row)
    assert [1, 2, 3] == [item["copy"] for item in debt["items"]]
    assert {DUE} == {item["limit_at"] for item in debt["items"]}
    for _, entry in moscow.leaves()[-3:]:
        assert row.digest == json.loads(entry.evidence)["transmittal"]
        assert "special" == entry.holder


@pytest.mark.parametrize(
    ("facts", "error", "says"),
    [
        ({"office": "stranger"}, UnknownError, "no office stranger is known here"),
        ({"office": ""}, UnknownError, "no office  is known here"),
        ({"carrier": ""}, CustodyError, "dispatch was ordered without carrier"),
        ({"due_at": "soon"}, MalformedError, "is not a moment"),
        ({"carrier": "c" * 201}, MalformedError, "longer than 200"),
        ({"colour": "red"}, CustodyError, "dispatch has no use for colour"),
    ],
)
def test_dispatch_that_cannot_be(moscow, special, facts, error, says):
    """What no transmittal could carry is refused now, not owed for ever."""
    copies = moscow.in_registry(1)
    with refuses(moscow, says, error):
        dispatch(moscow, copies, facts.pop("office", "special"), **facts)


def test_dispatch_to_an_office_nobody_compared(moscow):
    """A card whose words were not compared is a stranger's."""
    moscow.know(found("special", others=()), compared="")
    copies = moscow.in_registry(1)
    with refuses(moscow, "the card of special has not been compared", OrderError):
        dispatch(moscow, copies, "special")


def test_dispatch_of_what_is_not_there(moscow, special):
    """An unknown handle, and more than one transmittal lists."""
    said = {"office": "special", "carrier": "courier", "due_at": DUE}
    with refuses(moscow, "names a copy not in the books", UnknownError):
        moscow.give("dispatch", said, subjects=[Subject("f" * 32, 1)])
    many = [Subject(f"{n:032x}", 1) for n in range(transmittal_format.ITEMS_MAX + 1)]
    with refuses(moscow, "257 copies do not go on one transmittal", OrderError):
        moscow.give("dispatch", said, subjects=many)


def test_dispatch_is_held_like_an_issue(moscow, special):
    """An office with something overdue is sent nothing more, but what goes back to its owner."""
    copies, theirs = there(moscow, special)
    moscow.clock.set(later(DUE, seconds=1))
    with moscow.view() as books:
        assert [copies[1].handle] == [
            copy.handle for copy in returns.overdue(books, moscow.bureau.now(), "special")
        ]
    said = "nothing more is issued to special, who has 1 overdue (0 may be): 1/2 was due back"
    with refuses(moscow, said, CustodyError):
        dispatch(moscow, copies[2:3], "special")
    dispatch(moscow, copies[2:3], "special", exception="by order of the minister")
    special.clock.set(moscow.bureau.now())
    dispatch(special, [theirs], "moscow", by="poskrebyshev")


def test_what_is_on_charge_already_is_offered_no_more(moscow, special):
    """Taken on charge by its numbers alone, or again under another transmittal once it was back."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    post(moscow, special)
    item = {"owner": "moscow", "owner_cable": 1, "owner_copy": 1, "sheets": 2}
    special.give("accept", {**item, "incoming": "5/"}, by="poskrebyshev")
    with special.view() as books:
        assert [] == announced_.offers(books, special.bureau)
        (theirs,) = books.copies.find("owner", "moscow")
    dispatch(special, [theirs], "moscow", by="poskrebyshev")
    post(special, moscow)
    back = {"sheets": 2, "transmittal": announced(moscow, "special")[0].digest}
    moscow.give("come_back", back, by="makarov", subjects=[moscow.copy(copy)])
    post(moscow, special)
    settle_receipts(special, by="poskrebyshev")
    assert State.GIVEN_BACK is special.copy(theirs).state
    moscow.clock.pass_(hours=1)
    special.clock.pass_(hours=1)
    dispatch(moscow, [copy], "special")
    post(moscow, special)
    newest = announced(special, "moscow")[0].digest
    with special.view() as books:
        assert newest in {offer.transmittal for offer in announced_.offers(books, special.bureau)}


def test_a_copy_without_its_owners_numbers_stays(moscow, special):
    """Paper entered without numbers cannot stand on a transmittal."""
    done = moscow.give("accept", {"owner": "provost", "incoming": "12", "sheets": 1}, by="makarov")
    with refuses(moscow, "12 bears no numbers of its owner", CustodyError):
        dispatch(moscow, done.copies, "special")


# --- accept ---------------------------------------------------------------------------------------


def test_what_came_under_a_transmittal_must_be_on_it(moscow, special):
    """Unknown transmittal, other copy, other sheets: refused, with what to do."""
    dispatch(moscow, moscow.in_registry(2), "special")
    with moscow.view() as books:
        ours = papers.owed(books, 2**53 - 1)[0].digest
    post(moscow, special)
    for facts, error, says in (
        ({"transmittal": digest("none")}, UnknownError, "no such transmittal has come in"),
        ({"transmittal": ours}, UnknownError, "no such transmittal has come in"),
        ({"owner_copy": 3}, CustodyError, "does not list copy 3 of 1"),
        ({"owner_cable": 2}, CustodyError, "does not list copy 1 of 2"),
        ({"owner": "beijing"}, CustodyError, "does not list copy 1 of 1"),
        ({"sheets": 1}, CustodyError, "sent with 2 sheets, and 1 were counted"),
        ({"sheets": "two"}, CustodyError, "and two were counted"),
        ({"owner_copy": "one"}, CustodyError, "does not list copy 0 of 1"),
        ({"incoming": "5" * 65}, MalformedError, "longer than 64"),
        ({"owner": ""}, CustodyError, "does not list"),
        ({"limit_at": "never"}, MalformedError, "is not a moment"),
    ):
        with refuses(special, says, error):
            accept(special, "moscow", **facts)
    first = accept(special, "moscow", 0)
    with refuses(special, "copy 1 of 1 from moscow is in our books already under 575/1"):
        accept(special, "moscow", 0)
    second = accept(special, "moscow", 1, limit_at=later(DUE, days=9))
    assert ("575/1", "575/2") == (first.incoming, second.incoming)
    assert DUE == second.limit_at
    third = (moscow.in_registry(1, outgoing=3350))[0]
    dispatch(moscow, [third], "special")
    post(moscow, special)
    stricter = accept(special, "moscow", limit_at=later(DUE, days=-1))
    assert later(DUE, days=-1) == stricter.limit_at


def test_accepted_copies_obey_the_owners_limit(moscow, special):
    """The reader to the registry, the registry to the owner: never later than the owner's date."""
    copies, theirs = there(moscow, special)
    said = {"holder": "stalin", "return_to": "the registry"}
    special.clock.pass_(days=1)
    own = later(START, days=6)  # our own six days run from the day we accepted it: START too
    assert own == DUE
    with refuses(special, f"it is due back by {DUE}", CustodyError):
        special.give("issue", {**said, "due_at": later(DUE, seconds=1)}, subjects=[theirs])
    with refuses(special, f"575/1 must leave here by {DUE}", CustodyError) as refused:
        special.give("extend", {"due_at": later(DUE, days=1), "reason": "x"}, subjects=[theirs])
    assert "Ask moscow to extend it first, and give the new limit with it." == refused[0].hint
    moscow.give(
        "extend",
        {"due_at": later(DUE, days=2), "reason": "granted"},
        subjects=moscow.copies(copies[1:2]),
    )
    post(moscow, special)
    with special.view() as books:
        (notice,) = books.papers.find("state", papers.OPEN)
    special.give(
        "extend",
        {
            "due_at": later(DUE, days=1),
            "limit_at": later(DUE, days=2),
            "reason": "as they say",
            "notice": notice.digest,
        },
        subjects=[theirs],
    )
    special.give("issue", {**said, "due_at": later(DUE, days=1)}, subjects=special.copies([theirs]))
    assert "stalin" == special.copy(theirs).holder


def test_paper_and_an_opening_balance(moscow):
    """From an office without Cablegram, and what an existing registry has: our own numbers."""
    paper = {"owner": "provost", "sheets": 3}
    first = moscow.give("accept", paper, by="makarov")
    stamped = moscow.give("accept", {**paper, "incoming": "575/2280"}, by="makarov")
    ours = {"owner": "moscow", "owner_cable": 19000, "owner_copy": 4, "sheets": 2}
    balance = moscow.give("accept", {**ours, "incoming": "old 12", "whom": "molotov"}, by="makarov")
    for done, incoming, owner, made in (
        (first, "1", "provost", 0),
        (stamped, "575/2280", "provost", 0),
        (balance, "old 12", "moscow", 0),
    ):
        copy = moscow.copy(done.copies[0])
        assert (incoming, owner, made, State.IN_REGISTRY) == (
            copy.incoming,
            copy.owner,
            copy.made,
            copy.state,
        )
    with moscow.view() as books:
        assert [] == list(papers.owed(books, 2**53 - 1))
    with refuses(moscow, "in our books already under old 12", CustodyError):
        moscow.give("accept", {**ours, "incoming": "old 13"}, by="makarov")
    with refuses(moscow, "incoming number 575/2280 is taken", CustodyError):
        moscow.give("accept", {**paper, "incoming": "575/2280"}, by="makarov")
    with refuses(moscow, "accept was ordered without owner", CustodyError):
        moscow.give("accept", {"sheets": 2}, by="makarov")
    with refuses(moscow, "sheets is not a count", CustodyError):
        moscow.give("accept", {**paper, "sheets": "two"}, by="makarov")


def test_an_incoming_number_is_no_copy_of_ours(moscow):
    """What reads like cable and copy number of ours is taken; our next number passes over it."""
    moscow.in_registry(1)
    paper = {"owner": "provost", "sheets": 3}
    with refuses(moscow, "incoming number 1/2 is taken", CustodyError):
        moscow.give("accept", {**paper, "incoming": "1/2"}, by="makarov")
    moscow.give("accept", {**paper, "incoming": "575/1"}, by="makarov")
    done = moscow.give("accept", {**paper, "incoming": "575/"}, by="makarov")
    assert "575/2" == moscow.copy(done.copies[0]).incoming
    done = moscow.give("accept", {**paper, "incoming": "575/"}, by="makarov")
    assert "575/3" == moscow.copy(done.copies[0]).incoming


# --- their receipts -------------------------------------------------------------------------------


def test_only_a_signed_receipt_moves_the_liability(moscow, special):
    """An officer's word is none: the receipt must have come in, for this copy, as it says."""
    copies = dispatch(moscow, moscow.in_registry(2), "special")
    with refuses(moscow, "special has signed no such receipt for 1/1", CustodyError):
        moscow.give("receipted", {"receipt": digest("a scrap")}, subjects=copies[:1])
    post(moscow, special)
    accept(special, "moscow", 0)
    post(special, moscow)
    (one,) = waiting(moscow)
    assert (copies[0].handle, {"incoming": "575/1", "sheets": 2}) == (
        one.copy.handle,
        {name: one.facts[name] for name in ("incoming", "sheets")},
    )
    for facts, copy in (
        ({**one.facts, "incoming": "575/9"}, copies[0]),
        ({**one.facts, "sheets": 1}, copies[0]),
        ({**one.facts, "receipt": digest("a scrap")}, copies[0]),
        (one.facts, copies[1]),
    ):
        with refuses(moscow, "special has signed no such receipt", CustodyError):
            moscow.give("receipted", facts, subjects=[copy])
    with refuses(moscow, "signed no such receipt", CustodyError):
        moscow.give("give_back", {"receipt": one.facts["receipt"]}, subjects=[copies[0]])
    moscow.give("receipted", {"receipt": one.facts["receipt"]}, subjects=[copies[0]])
    assert State.WITH_OFFICE is moscow.copy(copies[0]).state


def fake(moscow, special, **changes):
    """A receipt of the special sector's own making, entered as one that was checked."""
    with moscow.view() as books:
        sent = next(row for row in every(books.papers) if row.kind == "transmittal")
    said = {
        "kind": "copy_received",
        "office": "special",
        "to": "moscow",
        "subject": sent.subject,
        "number": 1,
        "previous": "",
        "at": START,
        "proof": "c2sp.org/tlog-proof@v1\n\n",
        "incoming": "575/1",
        "cable": 1,
        "copy": 1,
        "sheets": 2,
    }
    body = receipt_format.encode(receipt_format.Receipt(**{**said, **changes}))
    with moscow.page() as page:
        page.papers.put(
            replace(
                sent,
                digest=canonical.digest(body),
                direction="in",
                kind="receipt",
                number=1,
                subject=changes.get("subject", sent.subject),
                body=body,
                signatures="".join(special.keys.sign(receipt_format.NAMESPACE, body)),
                state="entered",
            )
        )


@pytest.mark.parametrize(
    ("changes", "act"),
    [
        ({}, Act.RECEIPTED),
        ({"sheets": 1}, Act.DISPUTE),
        ({"copy": 2}, None),
        ({"cable": 2}, None),
        ({"office": "archive"}, None),
        ({"to": "archive"}, None),
        ({"kind": "copy_closed"}, None),
        ({"kind": "copy_sighted"}, None),
    ],
)
def test_what_a_receipt_allows(moscow, special, changes, act):
    """The right copy and office: received; other sheets: a dispute; anything else: nothing."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    assert [] == waiting(moscow)
    post(moscow, special)
    with moscow.page() as page:  # a word of our own about our own transmittal is no receipt
        sent = next(row for row in every(page.papers) if row.kind == "transmittal")
        said = {"kind": "taken_in", "subject": sent.subject, "at": START}
        papers.owe(page, papers.RECEIPT, "special", said, 0)
    fake(moscow, special, **changes)
    found_ = waiting(moscow)
    assert [act] == [one.act for one in found_] or (act is None and found_ == [])
    settle_receipts(moscow)
    state = {Act.RECEIPTED: "with_office", Act.DISPUTE: "disputed", None: "in_transit"}[act]
    assert state == moscow.copy(copy).state.value


def test_an_owner_does_not_receive_its_own(moscow, special):
    """On the way to its owner only ``copy_closed`` counts; the copy is given back, not lent."""
    _, theirs = there(moscow, special)
    dispatch(special, [theirs], "moscow", by="poskrebyshev")
    post(special, moscow)
    for kind, acts in (("copy_received", []), ("copy_closed", [Act.GIVE_BACK])):
        with special.view() as books:
            sent = next(
                row
                for row in every(books.papers)
                if row.direction == "out" and row.kind == "transmittal"
            )
        body = receipt_format.encode(
            receipt_format.Receipt(
                kind=kind,
                office="moscow",
                to="special",
                subject=sent.subject,
                number=1,
                previous="",
                at=START,
                proof="c2sp.org/tlog-proof@v1\n\n",
                cable=1,
                copy=2,
                sheets=2,
            )
        )
        with special.page() as page:
            page.papers.put(
                replace(
                    sent,
                    digest=canonical.digest(body),
                    direction="in",
                    kind="receipt",
                    body=body,
                    state="entered",
                )
            )
        assert acts == [one.act for one in waiting(special)]


# --- come back ------------------------------------------------------------------------------------


def test_come_back_without_papers(moscow, special):
    """From transit it may turn round without papers, with a word why; no receipt is owed then."""
    (copy,) = dispatch(moscow, moscow.in_registry(1), "special")
    post(moscow, special)
    with refuses(moscow, "under no transmittal", CustodyError):
        moscow.give("come_back", {"sheets": 1}, subjects=[copy])
    moscow.give("come_back", {"sheets": 1, "note": "the courier turned round"}, subjects=[copy])
    back = moscow.copy(copy)
    assert (State.IN_REGISTRY, "incomplete", "") == (back.state, back.marks, back.limit_at)
    with moscow.view() as books:
        assert [] == list(papers.owed(books, 2**53 - 1))


def test_come_back_under_the_wrong_transmittal(moscow, special):
    """It must have come in, list the copy, and be that of the office that had it."""
    archive = acquainted(moscow, found("archive", others=("librarian",)))
    copies, theirs = there(moscow, special)
    dispatch(moscow, copies[2:3], "archive")
    post(moscow, archive)
    other = accept(archive, "moscow", by="librarian")
    dispatch(archive, [other], "moscow", by="librarian")
    post(archive, moscow)
    row, _ = announced(moscow, "archive")
    out = moscow.copies(copies[1:2])
    with refuses(moscow, "no such transmittal has come in", UnknownError):
        moscow.give("come_back", {"sheets": 2, "transmittal": digest("x")}, subjects=out)
    with refuses(moscow, "does not list copy 2 of 1", CustodyError):
        moscow.give("come_back", {"sheets": 2, "transmittal": row.digest}, subjects=out)
    with moscow.page() as page:
        page.copies.put(replace(out[0], holder="archive", number=3))
    with refuses(moscow, "is not in the books as the ledger has it", CustodyError):
        moscow.give("come_back", {"sheets": 2, "transmittal": row.digest}, subjects=out)
    with moscow.page() as page:
        page.copies.put(out[0])
    # The archive lists a copy of ours that the special sector has: it was passed on behind us.
    told = transmittal_format.decode(row.body)
    item = replace(told.items[0], copy=2)
    with moscow.page() as page:
        page.papers.put(replace(row, body=transmittal_format.encode(replace(told, items=(item,)))))
    with refuses(moscow, "was with special, and the transmittal is archive's", CustodyError):
        moscow.give("come_back", {"sheets": 2, "transmittal": row.digest}, subjects=out)
    with refuses(moscow, "names a copy that is not in the books", UnknownError):
        moscow.give("come_back", {"sheets": 2}, subjects=[Subject("f" * 32, 1)])
    assert State.IN_REGISTRY is special.copy(theirs).state


# --- papers ---------------------------------------------------------------------------------------


def test_a_debt_is_owed_once(moscow, special):
    """The same debt again is the same row; signing takes the line's next number or loses a race."""
    debt = {"kind": "taken_in", "subject": digest("sealed"), "at": START}
    with moscow.page() as page:
        first = papers.owe(page, papers.RECEIPT, "special", debt, 0)
        assert first == papers.owe(page, papers.RECEIPT, "special", debt, 5)
    assert debt == papers.debt_of(first)
    with moscow.page() as page:
        done = papers.signed(page, first, 1, b"{}", ("s",), digest("blob"), moscow.bureau)
        assert (1, "signed", digest("sealed")) == (done.number, done.state, done.subject)
        assert "receipt" == page.outgoing.get(digest("blob"), "special").kind
    with (
        refuses(moscow, "number 1 to special was taken by another process", LostRaceError),
        moscow.page() as page,
    ):
        papers.signed(page, first, 1, b"{}", ("s",), digest("blob"), moscow.bureau)


def test_a_receipt_is_laid_out_again(moscow, special):
    """Whoever repeats what was receipted never had the receipt: it goes out again, the same."""
    debt = {"kind": "taken_in", "subject": digest("sealed"), "at": START}
    for kind in ("taken_in", "fulfilled"):
        with moscow.page() as page:
            said = {**debt, "kind": kind, "circuit_number": 1}
            papers.owe(page, papers.RECEIPT, "special", said, 0)
    with moscow.page() as page:
        row = papers.owed(page, 1)[0]
        papers.signed(page, row, 1, b"{}", ("s",), digest("blob"), moscow.bureau)
        page.outgoing.remove(digest("blob"), "special")
        papers.lay_again(page, digest("sealed"), moscow.bureau)
        assert [canonical.digest(b"{}\ns")] == [laid.digest for laid in page.outgoing.find()]


@pytest.mark.parametrize("office", ["special", "us"])
@pytest.mark.parametrize(
    ("kind", "debt"),
    [
        ("receipt", {"kind": "copy_received", "subject": "sha256:" + "0" * 64, "at": START}),
        ("receipt", {"kind": "opened", "subject": "sha256:" + "0" * 64, "at": START}),
        ("receipt", {"kind": "taken_in", "subject": "nothing", "at": START}),
        (
            "transmittal",
            {"items": [], "carrier": "courier", "sent_at": START, "receipt_due": DUE},
        ),
    ],
)
def test_a_debt_that_could_not_be_signed(moscow, office, kind, debt):
    """It is refused with the act that would make it."""
    with refuses(moscow, error=MalformedError), moscow.page() as page:
        papers.owe(page, kind, office, debt, 0)


# --- musters --------------------------------------------------------------------------------------


def test_a_muster_over_two_offices(moscow, special):
    """What is away is an open item until the other office has signed that it saw it."""
    copies, theirs = there(moscow, special)
    here = ["1/1", "1/3", "1/4"]
    first = muster(moscow, here)
    assert (here, [], ["1/2"], []) == (
        sorted(first["sighted"]),
        first["sighted_elsewhere"],
        first["open_items"],
        first["unsighted"],
    )
    special.clock.pass_(hours=2)
    outcome = muster(special, [theirs.incoming], by="poskrebyshev")
    assert ["575/1"] == outcome["sighted"]
    assert 1 == post(special, moscow)
    moscow.clock.pass_(hours=1)
    second = muster(moscow, here)
    assert ["1/2"] == second["sighted_elsewhere"]
    assert [] == second["open_items"]
    moscow.clock.pass_(hours=3)
    stale = muster(moscow, here)  # seen two hours ago, and the cut-off is now
    assert ["1/2"] == stale["open_items"]
    assert State.WITH_OFFICE is moscow.copy(copies[1]).state


def test_a_muster_counts_and_changes_nothing(moscow, special):
    """Doubled, unexpected, unseen: listed, and no copy changes state by it."""
    copies = moscow.in_registry(4)
    dispatch(moscow, copies[3:], "special")
    before = moscow.dump()["copies"]
    seen = ["1/1", "1/1", "1/2", "1/4", "7/7"]
    outcome = muster(moscow, seen)
    assert {
        "sighted": ["1/1", "1/2", "1/4"],
        "sighted_elsewhere": [],
        "open_items": [],
        "unsighted": ["1/3"],
        "unexpected": ["1/4", "7/7"],
        "doubled": ["1/1"],
        "moved_since": [],
    } == {name: sorted(value) for name, value in outcome.items()}
    assert before == moscow.dump()["copies"]
    assert ("muster", "muster 1") == (
        moscow.leaves()[-1][1].act,
        moscow.leaves()[-1][1].numbers,
    )
    moscow.give("miss", {"reason": "not seen", "muster": "1"}, subjects=copies[2:3])
    assert State.MISSING is moscow.copy(copies[2]).state


def test_what_moved_after_the_cut_off_says_so(moscow):
    """A count as of noon says less of a copy that moved at one."""
    copies = moscow.in_registry(2)
    noon = moscow.bureau.now()
    moscow.clock.pass_(hours=1)
    moscow.give("file", {"place": "case 1"}, subjects=copies[1:])
    outcome = muster(moscow, ["1/1", "1/2"], at=noon)
    assert ["1/2"] == outcome["moved_since"]


def test_musters_that_cannot_be_held(moscow):
    """A cut-off to come, another list than was signed, a list that is no text, too long a list."""
    said = {"cut_off": later(START, seconds=1), "sighted": musters.digest_of([])}
    with refuses(moscow, "has not come yet", CustodyError):
        moscow.give("muster", said)
    with refuses(moscow, "is not a moment", MalformedError):
        moscow.give("muster", {**said, "cut_off": "yesterday"})
    said["cut_off"] = START
    with refuses(moscow, "is not the one that was signed", CustodyError):
        moscow.give("muster", said, matter=b"1/1")
    with refuses(moscow, "the list of what was seen is not text", MalformedError):
        moscow.give("muster", said, matter=b"\xff")
    with refuses(moscow, "a number that was seen has a control character", MalformedError):
        muster(moscow, ["1/1\x1b"])
    many = ["1"] * (musters.SIGHTED_MAX + 1)
    with refuses(moscow, "is not the one that was signed", CustodyError):
        muster(moscow, many)


def test_two_that_read_alike_are_two(moscow):
    """An incoming number that a later cable number of ours repeats hides neither copy."""
    paper = {"owner": "provost", "sheets": 1, "incoming": "1/2"}
    done = moscow.give("accept", paper, by="makarov")
    moscow.in_registry(2)
    outcome = muster(moscow, ["1/1"])
    names = outcome["unsighted"]
    assert 2 == len(names)
    assert "1/2" in names
    assert any(name.startswith("1/2 (") for name in names)
    assert State.IN_REGISTRY is moscow.copy(done.copies[0]).state


def test_paper_is_sighted_for_nobody(moscow):
    """A copy that came without a transmittal is owed to no one."""
    moscow.give("accept", {"owner": "provost", "sheets": 1, "incoming": "9"}, by="makarov")
    assert ["9"] == muster(moscow, ["9"])["sighted"]
    with moscow.view() as books:
        assert [] == list(papers.owed(books, 2**53 - 1))


def test_many_rows_are_read_to_the_end(moscow):
    """A search gives a thousand; reading on gives all."""
    with moscow.page() as page:
        for number in range(1, 2003):
            page.circuit_items.put(
                CircuitItem("x", lines.OUT, number, "", "", "", "", 0, lines.MISSING)
            )
    with moscow.view() as books:
        assert list(range(1, 2003)) == [row.number for row in every(books.circuit_items)]
        assert 999 == len(list(every(books.circuit_items, "", "x", "out", below=1000)))
