"""Drafted, cleared, released: three facts, each a signed order, and what stops a release."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import MalformedError, OrderError, UnknownError
from cablegram.model.clearing import CLEARANCES_MAX, CLEARERS_MAX, ClearingRule
from cablegram.model.handling import Precedence
from cablegram.registry import clearances, drafts, entries, orders
from cablegram.wire import canonical
from cablegram.wire import draft as draft_format
from cablegram.wire.letter import Part
from cablegram.wire.wording import Addressee
from offices import CHIEF, digest, found, refuses

RULE = ClearingRule("top secret", 2, frozenset({"makarov", "vaganov", "role:chief"}))


@pytest.fixture
def office():
    made = found()
    settle(made, RULE)
    return made


def settle(office, rule):
    """Settle a rule of clearing."""
    facts = {"name": f"clearing/{rule.level}", "value": clearances.write(rule).decode()}
    return office.give("settle", facts)


def said(**changes):
    """What the draft says, deciphered."""
    fields = {
        "kind": "telegram",
        "signatory": "Mao Zedong",
        "series": "T",
        "level": "top secret",
        "precedence_action": Precedence.ROUTINE,
        "addressees": (Addressee("Filippov", "action"),),
        "zone": "Asia/Shanghai",
        "parts": (Part("body.en.md", "original", "en", "text/markdown", 7, digest("words")),),
        "to": ("beijing", "eighth"),
    }
    return draft_format.Draft(**{**fields, **changes})


def made(office, name="first", *, by="makarov", **changes):
    """A draft lying here and recorded; gives its digest."""
    sealed = office.bureau.blobs.put(name.encode())
    facts = {"draft": sealed, "series": "T", "level": "top secret", "to": "beijing eighth"}
    office.give("draft", {**facts, **changes}, by=by)
    return sealed


def clear(office, draft, by, **more):
    """Clear a draft."""
    return office.give("clear", {"draft": draft, **more}, by=by)


def release(office, draft, *, by=CHIEF, two="", **changes):
    """Ask what the room asks before it numbers a letter."""
    signed = [office.sign("release", {"draft": draft}, by=by)]
    if two:
        signed.append(office.second(signed[0], by=two))
    with office.view() as books:
        given = orders.check(books, signed, office.bureau)
        drafts.check_release(books, said(**changes), given, office.bureau)


def stands(office, draft):
    """Where the draft stands."""
    with office.view() as books:
        return drafts.standing(books, books.drafts.get(draft), office.bureau)


def test_two_clearances_let_it_go(office):
    """Counted by person; each is a leaf under the draft's own handle."""
    draft = made(office)
    with refuses(office, "draft 1 has 0 of 2 clearances", OrderError) as refused:
        release(office, draft)
    assert "makarov, vaganov, any chief" in refused[0].hint
    clear(office, draft, "vaganov")
    clear(office, draft, "vaganov", note="again")
    with refuses(office, "draft 1 has 1 of 2 clearances", OrderError):
        release(office, draft)
    clear(office, draft, CHIEF)
    release(office, draft)
    now = stands(office, draft)
    assert ((CHIEF, "vaganov"), (), 0, True) == (
        now.cleared,
        now.objections,
        now.lacks,
        now.may_go,
    )
    acts = [e.act for _, e in office.leaves() if e.subject == now.draft.handle]
    assert ["draft", "clear", "clear", "clear"] == acts


def test_the_drafter_does_not_clear_nor_release_alone(office):
    """Drafter, clearer and releaser are different facts."""
    draft = made(office)
    with refuses(office, "makarov drafted it and cannot clear it", OrderError):
        clear(office, draft, "makarov")
    clear(office, draft, "vaganov")
    clear(office, draft, CHIEF)
    with refuses(office, "makarov drafted it and cannot release it alone", OrderError):
        release(office, draft, by="makarov")
    release(office, draft, by="makarov", two="vaganov")
    settle(office, replace(RULE, apart=False))
    release(office, draft, by="makarov")


def test_an_edit_is_another_draft_that_nobody_cleared(office):
    """Clearances fall away with any change of the bytes."""
    draft = made(office)
    clear(office, draft, "vaganov")
    clear(office, draft, CHIEF)
    edited = made(office, "edited")
    with refuses(office, "draft 2 has 0 of 2 clearances", OrderError):
        release(office, edited)


def test_an_objection_stops_it_until_it_is_withdrawn(office):
    """The latest word of each person counts; the drafter may object too."""
    draft = made(office)
    clear(office, draft, "vaganov")
    clear(office, draft, CHIEF)
    office.give("object", {"draft": draft, "reason": "wrong date"}, by="vaganov")
    assert (("vaganov", "wrong date"),) == stands(office, draft).objections
    assert not stands(office, draft).may_go
    with refuses(office, "vaganov objects to draft 1: wrong date", OrderError):
        release(office, draft)
    clear(office, draft, "vaganov")
    release(office, draft)
    office.give("object", {"draft": draft, "reason": "I withdraw it"}, by="makarov")
    with refuses(office, "makarov objects to draft 1", OrderError):
        release(office, draft)


def test_only_those_named_clear(office):
    """Persons, or a role by an appointment that stands; the rule of the moment counts."""
    office.appoint("chesnokova", by=CHIEF, two="makarov")
    draft = made(office)
    with refuses(office, "chesnokova is not among those who clear top secret", OrderError):
        clear(office, draft, "chesnokova")
    settle(office, replace(RULE, clearances=1, by=frozenset()))
    clear(office, draft, "chesnokova")
    release(office, draft)
    settle(office, replace(RULE, clearances=1))
    with refuses(office, "draft 1 has 0 of 1 clearances", OrderError):
        release(office, draft)


def test_levels_without_a_rule_go_by_the_common_one_or_none(office):
    """``*`` stands for every level that has none of its own."""
    draft = made(office, level="secret")
    release(office, draft, level="secret")
    release(office, digest("never recorded"), level="secret")
    assert stands(office, draft).may_go
    settle(office, ClearingRule("*", 1))
    with refuses(office, "has 0 of 1 clearances", OrderError):
        release(office, draft, level="secret")
    with refuses(office, "nobody is recorded as having drafted this", OrderError):
        release(office, digest("never recorded"), level="secret")
    with office.view() as books:
        assert ["*", "top secret"] == [rule.level for rule in clearances.rules(books)]


@pytest.mark.parametrize(
    "changes", [{"level": "secret"}, {"series": "G"}, {"to": ("beijing",)}], ids=str
)
def test_a_draft_that_was_said_to_be_another_is_not_released(office, changes):
    """What was cleared was seen under this level, series and list of offices."""
    draft = made(office)
    clear(office, draft, "vaganov")
    clear(office, draft, CHIEF)
    with refuses(office, "is not what makarov said it was", OrderError):
        release(office, draft, **changes)


def test_a_released_draft_is_closed(office):
    """No word on it counts any more, and it is not released twice, whatever its row says."""
    draft = made(office)
    clear(office, draft, "vaganov")
    clear(office, draft, CHIEF)
    signed = office.sign("release", {"draft": draft})
    with office.page() as page:
        given = orders.check(page, [signed], office.bureau)
        drafts.released(page, given, "a" * 32, office.bureau)
        orders.keep(page, given, entries.size(page) - 1)
    for act, more in (("clear", {}), ("object", {"reason": "late"})):
        with refuses(office, "draft 1 was released already", OrderError):
            office.give(act, {"draft": draft, **more}, by="vaganov")
    with office.page() as page:
        page.drafts.put(replace(page.drafts.get(draft), state="drafted"))
    with refuses(office, "draft 1 was released already", OrderError):
        release(office, draft)
    unknown = office.sign("release", {"draft": digest("no row")})
    with office.page() as page:
        given = orders.check(page, [unknown], office.bureau)
        drafts.released(page, given, "b" * 32, office.bureau)
    assert 1 == sum(1 for _, entry in office.leaves() if entry.act == "release")


def test_a_draft_is_recorded_once_and_lies_here(office):
    """Somebody else's record of the same bytes is refused; so is one of nothing."""
    draft = made(office)
    facts = {"draft": draft, "series": "T", "level": "top secret", "to": "beijing"}
    with refuses(office, "makarov drafted that already, as draft 1", OrderError):
        office.give("draft", facts, by="vaganov")
    with refuses(office, "no such draft lies here", UnknownError):
        office.give("draft", {**facts, "draft": digest("nothing")})
    with refuses(office, "no such draft is recorded here", UnknownError):
        clear(office, digest("nothing"), "vaganov")


# --- rows written by hand -------------------------------------------------------------------------


def test_a_clearance_written_by_hand_counts_for_nothing(office):
    """A leaf without its order, an order on another draft, a row that points elsewhere."""
    draft, other = made(office), made(office, "other")
    clear(office, other, "vaganov")
    clear(office, other, CHIEF)
    with office.page() as page:
        mine, theirs = page.drafts.get(draft), page.drafts.get(other)
        page.drafts.put(replace(mine, handle=theirs.handle))
    with refuses(office, "is not in the books as its orders have it", OrderError):
        release(office, draft)
    with office.page() as page:
        page.drafts.put(replace(mine, handle="f" * 32))
    with refuses(office, "is not in the books as its orders have it", OrderError):
        release(office, draft)


def test_a_leaf_that_was_moved_counts_for_nothing(office):
    """Columns changed to another subject and seq no longer fit the leaf."""
    draft, other = made(office), made(office, "other")
    clear(office, other, "vaganov")
    with office.page() as page:
        leaf = page.leaves.get(entries.size(page) - 1)
        row = page.drafts.get(draft)
        page.leaves.put(replace(leaf, subject=row.handle, seq=2))
    with refuses(office, "is not in the books as its orders have it", OrderError):
        release(office, draft)
    with office.page() as page:  # an order on another draft, spent at a leaf of this one
        began = page.leaves.find("subject", row.handle, 1)[0]
        wrong = replace(page.drafts.get(draft), digest=digest("another"))
        page.drafts.put(wrong)
        page.leaves.put(replace(leaf, subject=wrong.handle, seq=9))
        assert began
    with office.view() as books, pytest.raises(OrderError, match="as its orders have it"):
        drafts.standing(books, wrong, office.bureau)


# --- rules and names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"level": ""}, "names no classification"),
        ({"level": "a\nb"}, "the classification"),
        ({"clearances": -1}, "-1 clearances were asked for"),
        ({"clearances": CLEARANCES_MAX + 1}, "9 clearances were asked for"),
        ({"by": frozenset({"Stalin"})}, "is not a person's id"),
        ({"by": frozenset(f"p{n}" for n in range(CLEARERS_MAX + 1))}, "65 were named to clear"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_none(changes, says):
    """Each field is bounded."""
    with pytest.raises(MalformedError, match=says):
        replace(RULE, **changes)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", None),
        ("level", 5),
        ("clearances", "2"),
        ("clearances", "many"),
        ("by", 5),
        ("by", ["vaganov", "makarov"]),
        ("apart", 2),
        ("colour", "red"),
    ],
)
def test_a_rule_with_one_fault(field, value):
    """One spelling a rule."""
    assert RULE == clearances.read(clearances.write(RULE))
    said_ = canonical.decode(clearances.write(RULE))
    if value is None:
        del said_[field]
    else:
        said_[field] = value
    with pytest.raises(MalformedError) as refused:
        clearances.read(canonical.encode(said_))
    assert refused.value.hint


def test_a_rule_is_settled_under_its_own_level(office):
    """Else one level's rule would stand for another's."""
    facts = {"name": "clearing/secret", "value": clearances.write(RULE).decode()}
    with refuses(office, "clearing/secret names another level", OrderError):
        office.give("settle", facts)


def test_a_draft_is_found_by_number_and_digest(office):
    """Or the beginning of the digest while it waits."""
    draft, other = made(office), made(office, "other")
    with office.view() as books:
        for name in ("1", draft, draft[7:], draft[:20], draft[7:14]):
            assert draft == drafts.find(books, name).digest
        assert other == drafts.find(books, "2").digest
        for name in ("3", "", "sha256:", digest("nothing"), "no such"):
            with pytest.raises(UnknownError, match="no drafts go by"):
                drafts.find(books, name)
