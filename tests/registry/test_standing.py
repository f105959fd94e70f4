"""Standing orders about persons: posts with dates and roles, proxies, waivers; and denials."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import CustodyError, MalformedError, OrderError, StorageError, UnknownError
from cablegram.model.orders import SignedOrder
from cablegram.model.roles import Role
from cablegram.registry import denials, perform, roster, standing
from cablegram.sealing.keys import OfficerKey
from cablegram.wire import canonical
from offices import CHIEF, START, digest, every, found, later, office_keys, refuses, seed


@pytest.fixture
def office():
    return found()


def appoint(office, person, role, **facts):
    key = office.hire(person).public_key.line()
    said = {"person": person, "key_line": key, "role": role, **facts}
    return office.give("appoint", said, by=CHIEF, two="makarov")


def cover(office, by, name="X"):
    return office.give("settle", {"name": f"cover/{name}", "value": "stalin"}, by=by)


# --- posts ----------------------------------------------------------------------------------------


def test_a_role_does_its_own_work_and_no_other(office):
    """A registrar issues and does not verify; a verifier the other way round."""
    appoint(office, "registrar", "registrar")
    appoint(office, "checker", "verifier")
    made = office.printed(office.telegram(copies=4).copies)
    with refuses(office, "registrar is registrar here, and may not order verify", OrderError):
        office.give("verify", {}, by="registrar", subjects=made)
    office.give("verify", {}, by="checker", subjects=made)
    facts = {"holder": "stalin", "due_at": later(START, days=1), "return_to": "here"}
    copies = office.copies(made)
    with refuses(office, "checker is verifier here, and may not order issue", OrderError):
        office.give("issue", facts, by="checker", subjects=copies[:1])
    office.give("issue", facts, by="registrar", subjects=copies[:1])


def test_several_roles_at_once(office):
    """Any of them suffices."""
    appoint(office, "both", "cipher-officer verifier")
    cover(office, "both")
    assert {Role.CIPHER_OFFICER, Role.VERIFIER} == _roles(office, "both", START)


def test_a_reader_seconds_nothing(office):
    """Theirs is to read."""
    appoint(office, "stalin", "reader")
    copies = office.in_registry()
    said = {"method": "burnt", "sheets": 2}
    with refuses(office, "stalin is reader here, and seconds nothing", OrderError):
        office.give("destroy", said, by="makarov", two="stalin", subjects=copies[:1])


def test_a_post_has_its_dates(office):
    """Neither before it begins nor from its end on, signed or landed."""
    since, until = later(START, days=1), later(START, days=3)
    appoint(office, "late", "officer", since_at=since, until_at=until)
    with refuses(office, f"the appointment of late begins at {since}", OrderError):
        cover(office, "late")
    early = office.sign("settle", {"name": "cover/X", "value": "stalin"}, by="late")
    office.clock.set(since)
    with refuses(office, f"the appointment of late begins at {since}", OrderError):
        office.perform([early])
    cover(office, "late")
    office.clock.set(later(until, seconds=-1))
    just = office.sign("settle", {"name": "cover/Y", "value": "stalin"}, by="late")
    office.clock.set(until)
    with refuses(office, f"the appointment of late ended at {until}", OrderError):
        office.perform([just])
    assert frozenset() == _roles(office, "late", until)


def _roles(office, person, at):
    with office.view() as books:
        return roster.roles_of(books, person, at)


def test_a_chief_with_an_end_does_not_count_as_the_last(office):
    """Or the office would one day have none."""
    appoint(office, "other", "chief", until_at=later(START, days=3))
    with refuses(office, "chief is the only chief", OrderError):
        office.give("relieve", {"person": CHIEF, "reason": "x"}, by=CHIEF, two="makarov")


def test_a_person_with_two_keys_is_one(office):
    """Two appointments, two keys, and still one person where two must order."""
    second_key = OfficerKey(seed("a further key of makarov"))
    said = {"person": "makarov", "key_line": second_key.public_key.line(), "role": "officer"}
    office.give("appoint", said, by=CHIEF, two="vaganov")
    copies = office.in_registry(verifier="vaganov")
    first = office.sign("destroy", {"method": "burnt", "sheets": 2}, by="makarov", subjects=copies)
    office.people["makarov"], kept = second_key, office.people["makarov"]
    second = office.second(first, by="makarov")
    with refuses(office, "signed both orders, and two persons must", OrderError):
        office.perform([first, second])
    cover(office, "makarov")  # the further key is as good as the first
    key = second_key.public_key.key_id()
    relieved = {"person": "makarov", "reason": "lost", "key": key}
    office.give("relieve", relieved, by=CHIEF, two="vaganov")
    with refuses(office, "the order names a key that is not makarov's", OrderError):
        cover(office, "makarov", "Z")
    with refuses(office, "the order names a key that is not makarov's", OrderError):
        office.give("relieve", relieved, by=CHIEF, two="vaganov")
    office.people["makarov"] = kept
    cover(office, "makarov", "Z")


def test_the_same_key_again_after_a_relief(office):
    """Whoever comes back may bring their key; it is nobody else's."""
    line = office.hire("makarov").public_key.line()
    with refuses(office, "makarov is in post already with this key", OrderError):
        appoint(office, "makarov", "verifier")
    office.give("relieve", {"person": "makarov", "reason": "x"}, by=CHIEF, two="vaganov")
    said = {"person": "makarov", "key_line": line, "role": "verifier"}
    office.give("appoint", said, by=CHIEF, two="vaganov")
    with refuses(office, "makarov is verifier here", OrderError):
        cover(office, "makarov")


def test_an_office_key_is_no_officers(office):
    """The composite kind is for offices."""
    line = office_keys("other").public_keys()[1].line()
    said = {"person": "zhou", "key_line": line, "role": "officer"}
    with refuses(office, "an office's kind of key", OrderError):
        office.give("appoint", said, by=CHIEF, two="makarov")


def test_a_clock_that_went_back_revives_nothing(office):
    """Behind the last entry nothing is ordered: not even by a second."""
    office.clock.pass_(days=1)
    cover(office, CHIEF)
    cover(office, CHIEF, "Y")
    office.clock.pass_(seconds=-1)
    with refuses(office, "the office's clock stands at", OrderError):
        cover(office, CHIEF, "Z")


# --- proxies --------------------------------------------------------------------------------------

PROXY = {"holder": "stalin", "person": "molotov", "may": "receive"}


def test_a_proxy_receives_by_a_standing_order(office):
    """Not by being named; sealed is not open."""
    copy = office.in_registry(1)[0]
    said = {"holder": "stalin", "due_at": later(START, days=1), "return_to": "here"}
    with refuses(office, "molotov may not receive for stalin", CustodyError):
        office.give("issue", {**said, "proxy": "molotov"}, by="makarov", subjects=[copy])
    office.give("proxy", PROXY, by="makarov")
    office.give("issue", {**said, "proxy": "molotov"}, by="makarov", subjects=[copy])
    out = office.copy(copy)
    assert ("stalin", "molotov") == (out.holder, out.proxy)
    with refuses(office, "molotov may receive for stalin, and not open", CustodyError):
        office.give("read", {"reader": "molotov"}, by="makarov", subjects=[out])
    office.give("read", {"reader": "stalin"}, by="makarov", subjects=[out])
    office.give("unproxy", {"holder": "stalin", "person": "molotov", "reason": "x"}, by="makarov")
    office.give("proxy", {**PROXY, "may": "open"}, by="makarov")
    office.give("read", {"reader": "molotov"}, by="makarov", subjects=[office.copy(copy)])
    office.give("return", {"sheets": 2}, by="makarov", subjects=[office.copy(copy)])
    assert "" == office.copy(copy).proxy


@pytest.mark.parametrize(
    ("changes", "says", "error"),
    [
        ({"may": "steal"}, "cannot be let steal", MalformedError),
        ({"person": "stalin"}, "needs no proxy", OrderError),
        ({"person": "nobody"}, "nobody called nobody", UnknownError),
        ({"until_at": START}, "which has passed", OrderError),
        ({"note": "x\u202e"}, "bidirectional", MalformedError),
    ],
)
def test_proxies_that_cannot_be(office, changes, says, error):
    """Each is refused by name."""
    with refuses(office, says, error):
        office.give("proxy", {**PROXY, **changes}, by="makarov")


def test_a_proxy_ends(office):
    """By itself or by an order; twice is refused."""
    office.give("proxy", {**PROXY, "until_at": later(START, hours=1)}, by="makarov")
    with refuses(office, "molotov is a proxy of stalin already", OrderError):
        office.give("proxy", PROXY, by="makarov")
    with office.view() as books:
        assert "receive" == standing.check_proxy(books, "stalin", "molotov", office.bureau)
    office.clock.pass_(hours=1)
    with office.view() as books, pytest.raises(CustodyError):
        standing.check_proxy(books, "stalin", "molotov", office.bureau)
    ended = {"holder": "stalin", "person": "molotov", "reason": "x"}
    office.give("unproxy", ended, by="makarov")
    with refuses(office, "molotov is no proxy of stalin", UnknownError):
        office.give("unproxy", ended, by="makarov")


def test_a_reader_names_their_own_proxy(office):
    """And nobody else's."""
    appoint(office, "stalin", "reader")
    appoint(office, "beria", "reader")
    with refuses(office, "beria cannot say who receives for stalin", OrderError):
        office.give("proxy", PROXY, by="beria")
    office.give("proxy", PROXY, by="stalin")
    with refuses(office, "beria cannot say who receives for stalin", OrderError):
        office.give("unproxy", {"holder": "stalin", "person": "molotov", "reason": "x"}, by="beria")


# --- waivers --------------------------------------------------------------------------------------

WAIVER = {"what": "verify", "person": "vaganov", "reason": "a post of two"}


def test_waivers_that_cannot_be(office):
    """Only the chief's, only for what can be waived, only for somebody in post."""
    with refuses(office, "vaganov is officer here, and may not order waive", OrderError):
        office.give("waive", WAIVER, by="vaganov")
    with refuses(office, "no standing order lets anybody off destroy", OrderError):
        office.give("waive", {**WAIVER, "what": "destroy"})
    with refuses(office, "stalin is not an officer in post", OrderError):
        office.give("waive", {**WAIVER, "person": "stalin"})
    with refuses(office, "no standing order 7", UnknownError):
        office.give("unwaive", {"number": "7", "reason": "x"})


def test_a_waiver_is_for_one_person_and_ends(office):
    """Its number is named by the act; another's, an ended or an expired one serves nobody."""
    made = office.printed(office.telegram(by="vaganov").copies)
    office.give("waive", {**WAIVER, "until_at": later(START, hours=2)})
    office.give("waive", WAIVER)
    with office.view() as books:
        assert "1" == standing.waiver_for(books, "verify", "vaganov", office.bureau)
        assert "" == standing.waiver_for(books, "verify", CHIEF, office.bureau)
    for named in ("3", "x", "99999999999999999999"):
        with refuses(office, f"no standing order {named} lets vaganov verify", CustodyError):
            office.give("verify", {"waiver": named}, by="vaganov", subjects=made[:1])
    with refuses(office, "no standing order 1 lets chief verify", CustodyError):
        office.give("verify", {"waiver": "1"}, by=CHIEF, subjects=made[:1])
    office.clock.pass_(hours=2)
    with refuses(office, "no standing order 1 lets vaganov verify", CustodyError):
        office.give("verify", {"waiver": "1"}, by="vaganov", subjects=made[:1])
    with office.view() as books:
        assert "2" == standing.waiver_for(books, "verify", "vaganov", office.bureau)
    office.give("verify", {"waiver": "2"}, by="vaganov", subjects=made[:1])
    office.give("unwaive", {"number": "2", "reason": "a third came"})
    with refuses(office, "no standing order 2 lets vaganov verify", CustodyError):
        office.give("verify", {"waiver": "2"}, by="vaganov", subjects=made[1:2])
    with refuses(office, "no standing order 2", UnknownError):
        office.give("unwaive", {"number": "2", "reason": "x"})


# --- denials --------------------------------------------------------------------------------------


def log_of(office):
    with office.view() as books:
        return list(every(books.denials))


def test_a_refused_order_has_one_entry(office):
    """Number, moment, order, officer, act, class and first sentence; nothing else changed."""
    assert [] == log_of(office)
    signed = office.sign("settle", {"name": "series/T", "value": "x"}, by="stranger")
    with refuses(office, "stranger is not an officer in post", OrderError):
        office.perform([signed])
    (row,) = log_of(office)
    assert (1, START, canonical.digest(signed.body), "stranger", "settle", "OrderError") == (
        row.number,
        row.at,
        row.order_digest,
        row.officer,
        row.act,
        row.refused,
    )
    assert row.words.startswith("stranger is not an officer in post")
    with refuses(office, "stranger"):
        office.perform([signed])
    assert [1, 2] == [row.number for row in log_of(office)]


def test_what_is_no_order_leaves_no_entry(office):
    """Nobody fills the log with junk."""
    for signed in ((), (SignedOrder(b"junk", ""),)):
        with refuses(office):
            perform(signed, office.bureau)
    assert [] == log_of(office)


def test_a_fault_of_storage_is_no_denial(office):
    """And a log that cannot be written does not hide the refusal."""
    signed = [office.sign("settle", {"name": "x", "value": "x"}, by="stranger")]
    with pytest.raises(StorageError), denials.logged(signed, office.bureau):
        raise StorageError("the disk is full", hint="Make room.")
    assert [] == log_of(office)

    class Full:
        def page(self, key):
            raise StorageError("the disk is full", hint="Make room.")

    broken = replace(office.bureau, books=Full())
    with pytest.raises(OrderError, match="no"), denials.logged(signed, broken):
        raise OrderError("no", hint="Do.")
    assert digest("") not in {row.order_digest for row in log_of(office)}
