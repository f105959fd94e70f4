"""Names, text, handling, lines, musters and orders: the nouns and their bounds."""

from __future__ import annotations

import itertools

import pytest

from cablegram.errors import MalformedError
from cablegram.model import names
from cablegram.model.acts import IN_CUSTODY, Act, State
from cablegram.model.custody import Copy
from cablegram.model.handling import (
    MAY_HOLD_MAX,
    STANDING_LIST_MAX,
    Precedence,
    Series,
    default_series,
)
from cablegram.model.line import GAP_MAX, Link, Verdict, judge
from cablegram.model.muster import Muster, compare
from cablegram.model.orders import (
    ACTS,
    FACTS_MAX,
    OFFICE_RULES,
    SUBJECTS_MAX,
    Head,
    OfficeAct,
    Order,
    Subject,
)
from cablegram.model.text import clean, unclean
from cablegram.model.times import Counted, ReturnTerm, Unit

# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a", "moscow", "eighth-department", "a" * 32, "b2"])
def test_ids(text):
    """Offices and persons go by short ids."""
    assert text == names.office_id(text) == names.person_id(text)


@pytest.mark.parametrize(
    "text", ["", "Moscow", "2a", "-a", "a" * 33, "a b", "a_b", "москва", "a\n", "a/../b", "á"]
)
def test_ids_refused(text):
    """Anything else is no id, a line feed at the end included."""
    for check in (names.office_id, names.person_id):
        with pytest.raises(MalformedError) as refused:
            check(text)
        assert "Nothing was changed." == refused.value.kept


def test_file_is_an_office_perhaps_but_no_person():
    """``file`` stands on a list where a person would."""
    assert "file" == names.office_id("file")
    with pytest.raises(MalformedError):
        names.person_id("file")


def test_series_letters():
    """One to four capital letters, Latin or Cyrillic."""
    for text in ("T", "ABCD", "Г", "СЕКР"):
        assert text == names.series_letter(text)
    for text in ("", "t", "ABCDE", "T1", "Ё", "T\n"):
        with pytest.raises(MalformedError):
            names.series_letter(text)


def test_a_digest_names_its_hash():
    """Lower-case hex of one length behind the hash's name."""
    assert "sha256:" + "0f" * 32 == names.digest("sha256:" + "0f" * 32)
    for text in ("", "0F" * 32, "0f" * 31, "0f" * 32 + "\n"):
        with pytest.raises(MalformedError):
            names.digest(f"sha256:{text}")


def test_copy_numbers():
    """``21497/2`` names a copy."""
    assert (21497, 2) == names.copy_number("21497/2")
    for text in ("21497", "21497/", "/2", "21497/2/1", "1234567890/1", "1/12345", "-1/2", "1/2\n"):
        with pytest.raises(MalformedError):
            names.copy_number(text)


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "plain", "два\nслова", "电报", "전보", "café", "a\u200db"])
def test_clean_text(text):
    """Letters of any script, line feeds among them, are clean."""
    assert unclean(text) is None
    assert text == clean(text, "it", lines=True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a\x00b", "a control character (U+0000)"),
        ("a\tb", "a control character (U+0009)"),
        ("a\rb", "a control character (U+000D)"),
        ("\x1b[2J", "a control character (U+001B)"),
        ("a\x7f", "a control character (U+007F)"),
        ("a\x9bb", "a control character (U+009B)"),
        ("a\u202eb", "a bidirectional control character (U+202E)"),
        ("a\u2066b", "a bidirectional control character (U+2066)"),
        ("a\u200fb", "a bidirectional control character (U+200F)"),
        ("a\u061cb", "a bidirectional control character (U+061C)"),
        ("a\u200bb", "a character that cannot be seen (U+200B)"),
        ("a\ufeffb", "a character that cannot be seen (U+FEFF)"),
        ("a\u2028b", "a character that cannot be seen (U+2028)"),
        ("a\ud800b", "a character that cannot be seen (U+D800)"),
        ("a\U000e0041b", "a character that cannot be seen (U+E0041)"),
        ("cafe\u0301", "characters that are not in normal form C"),
    ],
)
def test_unclean_text(text, says):
    """Whatever steers a terminal, reorders or hides is refused by its code point."""
    assert says == unclean(text)
    with pytest.raises(MalformedError) as refused:
        clean(text, "the subject")
    assert f"the subject has {says}" == str(refused.value)


def test_lines_and_length():
    """One line unless lines are asked for; never longer than the bound."""
    with pytest.raises(MalformedError, match="the title has a line break"):
        clean("a\nb", "the title")
    assert "a\nb" == clean("a\nb", "the body", lines=True)
    assert "a" * 9 == clean("a" * 9, "it", most=9)
    with pytest.raises(MalformedError, match="it is longer than 9 characters"):
        clean("a" * 10, "it", most=9)


# --- handling -------------------------------------------------------------------------------------

TERM = ReturnTerm(6, Unit.DAYS_24H, Counted.RECEIVED, "the Eighth Department")


def test_the_default_series_is_the_sheets():
    """Six 24-hour days from receipt, two to the addressee, two to file, nothing overdue."""
    series = default_series("T", "the Eighth Department")
    assert TERM == series.term
    assert ("addressee", "addressee", "file", "file") == series.standing
    assert (0, Precedence.FLASH, {"allot"}) == (series.allowance, series.exempt, set(series.two))


def test_precedence_is_ordered():
    """Higher goes first."""
    assert ["ROUTINE", "PRIORITY", "IMMEDIATE", "FLASH"] == [p.name for p in sorted(Precedence)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"letter": "t"}, "is not a series"),
        ({"standing": ()}, "a standing list of 0 copies"),
        ({"standing": ("file",) * (STANDING_LIST_MAX + 1)}, "a standing list of 65 copies"),
        ({"standing": ("Stalin",)}, "is not a person's id"),
        ({"allowance": -1}, "allows -1 overdue"),
        ({"two": frozenset({"read"})}, "asks two persons for read"),
        ({"waits": frozenset({"appoint"})}, "waits for witnesses with appoint"),
        ({"may_hold": frozenset({"Stalin"})}, "is not a person's id"),
        ({"may_hold": frozenset({"role:"})}, "is not a person's id"),
        (
            {"may_hold": frozenset(f"reader{n}" for n in range(MAY_HOLD_MAX + 1))},
            "lists 513 who may hold its copies",
        ),
        ({"file_copies": False}, "keeps no file copies, and its standing list has some"),
        ({"two": frozenset({"relaese"})}, "asks two persons for relaese"),
    ],
)
def test_a_series_that_cannot_be_kept_is_none(changes, says):
    """A regime that names what no rule reads would be believed and not held."""
    with pytest.raises(MalformedError, match=says):
        Series(**{"letter": "T", "term": TERM, **changes})


# --- a line ---------------------------------------------------------------------------------------


def slow(link, seen):
    """What a link is, from the whole list of links that came, as a person would say it.

    ``seen`` maps number to (letter, previous).
    """
    last = max(seen, default=0)
    if link.number in seen:
        return "repeat" if seen[link.number][0] == link.letter else "fork"
    if link.number > last + GAP_MAX:
        return "fork"
    contradictions = [
        link.number - 1 in seen and seen[link.number - 1][0] != link.previous,
        link.number + 1 in seen and seen[link.number + 1][1] != link.letter,
        link.number == 1 and link.previous != "" and last == 0,
    ]
    if any(contradictions):
        return "fork"
    if link.number == last + 1:
        return "next"
    return "gap" if link.number > last else "late"


def test_every_small_case_of_a_line():
    """Exhaustive: every set of up to three numbers seen, every link that may come next."""
    letters = ["a", "b"]
    kinds = [None, *itertools.product(letters, ["", *letters])]
    tried = set()
    for rows in itertools.product(kinds, repeat=3):
        seen = {number: row for number, row in enumerate(rows, 1) if row is not None}
        last = max(seen, default=0)
        for number, letter, previous in itertools.product(range(1, 6), letters, ["", *letters]):
            link = Link(number, letter, previous)
            wanted = slow(link, seen)
            got = judge(
                link,
                last=last,
                last_letter=seen[last][0] if last else "",
                known=seen.get(number, ("", ""))[0],
                before=seen.get(number - 1, ("", ""))[0],
                after_says=seen.get(number + 1, ("", ""))[1],
            )
            # A first number that names one before it, with nothing after it seen: same in both.
            if number + 1 in seen and seen[number + 1][1] == "":
                continue  # the one after says nothing of before: not a line this office keeps
            assert wanted == got.value, (seen, link)
            tried.add(wanted)
    assert {"next", "repeat", "gap", "late", "fork"} == tried


@pytest.mark.parametrize(
    ("link", "last", "verdict"),
    [
        (Link(1, "a", ""), 0, Verdict.NEXT),
        (Link(GAP_MAX, "a", "z"), 0, Verdict.GAP),
        (Link(GAP_MAX + 1, "a", "z"), 0, Verdict.FORK),
        (Link(5 + GAP_MAX, "a", "z"), 5, Verdict.GAP),
        (Link(6 + GAP_MAX, "a", "z"), 5, Verdict.FORK),
    ],
)
def test_a_thousand_are_not_lost_unnoticed(link, last, verdict):
    """A jump beyond the bound is a fork."""
    last_letter = "e" if last else ""
    assert verdict is judge(
        link, last=last, last_letter=last_letter, known="", before="", after_says=""
    )


# --- a muster -------------------------------------------------------------------------------------


def stands(state):
    return Copy("0" * 32, "1" * 32, 1, 1, "file", State(state), "moscow", "T")


def test_a_muster_by_hand():
    """Seen, confirmed elsewhere, open, unseen; strays and doubles."""
    books = {
        "1/1": stands("in_registry"),
        "1/2": stands("issued"),
        "1/3": stands("with_office"),
        "1/4": stands("in_transit"),
        "1/5": stands("disputed"),
        "1/6": stands("destroyed"),
        "1/7": stands("with_office"),
        "1/8": stands("filed"),
    }
    seen = ["1/1", "1/8", "1/8", "1/6", "9/9", "1/7"]
    outcome = compare(books, seen, frozenset({"1/3"}))
    assert (
        Muster(
            sighted=("1/1", "1/7", "1/8"),
            sighted_elsewhere=("1/3",),
            open_items=("1/4", "1/5"),
            unsighted=("1/2",),
            unexpected=("1/7", "1/6", "9/9"),
            doubled=("1/8",),
        )
        == outcome
    )
    assert not outcome.complete


@pytest.mark.parametrize("state", sorted(State))
@pytest.mark.parametrize("seen", [0, 1, 2])
@pytest.mark.parametrize("confirmed", [False, True])
def test_every_copy_stands_in_exactly_one_list(state, seen, confirmed):
    """Each copy in custody is counted once, whatever was seen; the others only if seen."""
    outcome = compare(
        {"1/1": stands(state)}, ["1/1"] * seen, frozenset({"1/1"} if confirmed else ())
    )
    lists = (
        outcome.sighted,
        outcome.sighted_elsewhere,
        outcome.open_items,
        outcome.unsighted,
    )
    assert (1 if state in IN_CUSTODY else 0) == sum(len(names_) for names_ in lists)
    elsewhere = state in {"in_transit", "with_office", "disputed"}
    should = state in IN_CUSTODY and not elsewhere
    assert (bool(seen) and not should) == bool(outcome.unexpected)
    assert (seen == 2) == bool(outcome.doubled)
    complete = {
        0: state not in IN_CUSTODY or (elsewhere and confirmed),
        1: should,
        2: False,
    }[seen]
    assert complete == outcome.complete


# --- orders ---------------------------------------------------------------------------------------

ORDER = {
    "act": "issue",
    "office": "moscow",
    "origin": "moscow/ledger",
    "subjects": (Subject("0" * 32, 3),),
    "facts": {"holder": "molotov"},
    "officer": "makarov",
    "key": "sha256:" + "0" * 64,
    "number": 7,
    "signed_at": "1951-07-05T17:00:00Z",
    "not_after": "1951-07-06T17:00:00Z",
    "head": Head(4, bytes(32)),
}


def test_what_can_be_ordered():
    """Every act on copies and those on the office; what only happens cannot be ordered."""
    assert {act.value for act in Act} < ACTS
    assert {
        "appoint",
        "relieve",
        "proxy",
        "unproxy",
        "waive",
        "unwaive",
        "enrol",
        "unenrol",
        "correspond",
        "settle",
        "charge",
        "draft",
        "clear",
        "object",
        "release",
        "open",
        "muster",
        "open_muster",
        "sight",
        "close_muster",
        "call_muster",
        "match_muster",
        "alarm",
        "contest",
        "agree",
        "inquire",
        "finding",
        "rule",
        "notice",
        "ask",
        "notify",
        "set_aside",
        "read_note",
        "read_draft",
        "refer",
        "trace",
        "answer",
        "hand_watch",
        "take_watch",
        "take_charge",
        "close_year",
        "review",
        "back_up",
        "restore",
        "stand",
        "resume",
    } == {act.value for act in OFFICE_RULES}
    for act in ("found", "take_in", "receipt", "envelope", "print_run", "shred", ""):
        with pytest.raises(MalformedError, match="there is no act"):
            Order(**{**ORDER, "act": act})
    assert "take_in" == OfficeAct.TAKE_IN.value


def test_an_order_is_bounded():
    """Too many subjects or facts, or one subject twice, make no order."""
    many = tuple(Subject(f"{n:032x}", 1) for n in range(SUBJECTS_MAX + 1))
    Order(**{**ORDER, "subjects": many[:-1]})
    facts = {f"f{n}": n for n in range(FACTS_MAX + 1)}
    for changes in ({"subjects": many}, {"facts": facts}):
        with pytest.raises(MalformedError, match="too large"):
            Order(**{**ORDER, **changes})
    with pytest.raises(MalformedError, match="one subject twice"):
        Order(**{**ORDER, "subjects": (Subject("0" * 32, 3), Subject("0" * 32, 4))})


@pytest.mark.parametrize(
    "changes",
    [
        {"act": "return"},
        {"office": "beijing"},
        {"origin": "moscow/other"},
        {"subjects": (Subject("0" * 32, 4),)},
        {"subjects": ()},
        {"facts": {"holder": "malenkov"}},
        {"facts": {"holder": "molotov", "note": "x"}},
    ],
)
def test_a_second_order_says_the_same(changes):
    """Act, ledger, subjects and facts make the order; who, when and which number do not."""
    first = Order(**ORDER)
    own = {
        "officer": "vaganov",
        "key": "sha256:" + "1" * 64,
        "number": 1,
        "signed_at": "1951-07-05T18:00:00Z",
        "not_after": "1951-07-07T17:00:00Z",
        "head": Head(5, b"1" * 32),
        "seconds": "sha256:" + "2" * 64,
    }
    assert first.same_as(Order(**{**ORDER, **own}))
    assert not first.same_as(Order(**{**ORDER, **own, **changes}))
