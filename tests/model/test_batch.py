"""The registrar's line as it is typed, and how its lines become orders."""

from __future__ import annotations

import pytest

from cablegram.errors import MalformedError
from cablegram.model import batch
from cablegram.model.batch import Kind, Line, Verb, Words
from cablegram.model.orders import SUBJECTS_MAX, Subject


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", Kind.CLOSE), ("   ", Kind.CLOSE), ("h", Kind.HELP), ("H", Kind.HELP), ("р", Kind.HELP),
        ("-", Kind.DROP), ("--", Kind.DROP), ("-3", Kind.DROP), ("=2", Kind.COUNT),
        ("R", Kind.VERB), ("b 2", Kind.VERB), ("и 2", Kind.VERB), ("ь 7", Kind.VERB),
        ("21497/2-K7", Kind.COPY), ("CG1:moscow:21497:2:K7", Kind.COPY), ("901-K7", Kind.COPY),
        ("b2", Kind.COPY), ("21497", Kind.COPY),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_as_the_table_says(typed, kind):
    assert kind is batch.read(typed).kind


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("I", Words()),
        ("I stalin", Words(person="stalin")),
        ("i STALIN 2d", Words(person="stalin", due="2d")),
        ("I 2d", Words(due="2d")),
        ("ш 2в", Words(due="2в")),
        ("I stalin 9.7 18.00", Words(person="stalin", due="9.7 18.00")),
        ("I stalin +2", Words(person="stalin", due="+2")),
        ("I eklund @ulrich", Words(person="eklund", proxy="ulrich")),
        ("I bra ! he flies # off route", Words("bra", exception="he flies", reason="off route")),
        ("I bra # a ! b", Words("bra", reason="a ! b")),
        ("B", Words()),
        ("B 2", Words(sheets=2)),
        ("B # by courier", Words(reason="by courier")),
        ("B 2 # by courier", Words(sheets=2, reason="by courier")),
        ("P malenkov 2", Words(person="malenkov", sheets=2)),
        ("P 2", Words(sheets=2)),
        ("S olsen", Words(person="olsen")),
        ("F 12/3", Words(rest="12/3")),
        ("F case 12, leaf # 226", Words(rest="case 12, leaf # 226")),
        ("O for work", Words(rest="for work")),
        ("D burnt", Words(rest="burnt")),
        ("D burnt in the stove 2", Words(rest="burnt in the stove", sheets=2)),
        ("M 7 shelf 3", Words(rest="7 shelf 3")),
        ("R", Words()),
        ("R 575/ 2", Words(rest="575/", sheets=2)),
    ],
)
def test_a_verb_takes_its_words_apart(typed, words):
    assert words == batch.read(typed).words


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("F", "F stands without its words"),
        ("O", "O stands without its words"),
        ("D", "D stands without its words"),
        ("D 2", "D stands without its words"),
        ("S", "S stands without its words"),
        ("S 2", "S stands without its words"),
        ("B stalin", "B has no use for stalin"),
        ("B 2 3", "B has no use for 2"),
        ("I stalin molotov", "I has no use for molotov"),
        ("P @ulrich", "has no use for"),
        ("I @", "I has no use for @"),
        ("=0", "0 sheets cannot be counted"),
        ("B 0", "0 sheets cannot be counted"),
        ("Z", "Z is no verb and no number"),
        ("stalin", "stalin is no verb and no number"),
        ("a\u202eb", "bidirectional"),
        ("1" * 301, "longer than 300"),
    ],
)
def test_what_is_nothing_is_refused_by_name(typed, says):
    with pytest.raises(MalformedError, match=says):
        batch.read(typed)


def test_taking_back_says_which_line():
    assert [0, 3, -1] == [batch.read(typed).number for typed in ("-", "-3", "--")]


def test_a_count_says_of_which_line():
    for typed, line, sheets in (("=2", 0, 2), ("3=12", 3, 12)):
        said = batch.read(typed)
        assert (line, sheets) == (said.line, said.number)


def test_a_number_alone_is_not_enough():
    """Half a number, or one without its two characters, names no copy on the line."""
    for typed in ("21497/2", "21497", "21497/2-", "21497/2-K"):
        with pytest.raises(MalformedError, match="has no check characters"):
            batch.named(batch.read(typed).meant)
    assert ("21497/2-K7",) == batch.named(batch.read("21497/2-K7").meant)
    assert "21497/2-K7" in batch.named(batch.read("21497.2-Л7").meant)


def line(number, act="return", facts=None, free=None, handle=""):
    subject = Subject(handle or f"{number:032x}", 3)
    return Line(number, act, facts or {"sheets": 2}, (subject,), free or {})


def test_lines_with_the_same_facts_are_one_order():
    found = batch.bundles([line(1), line(2), line(3, facts={"sheets": 1}), line(4)])
    assert [(1, 2, 4), (3,)] == [bundle.lines for bundle in found]
    assert [3, 1] == [len(bundle.subjects) for bundle in found]
    assert [{"sheets": 2}, {"sheets": 1}] == [bundle.facts for bundle in found]


def test_dates_that_nobody_said_are_the_earliest_and_those_that_were_stay():
    """Free facts make no further order; a date that was said does."""
    to = {"holder": "stalin", "return_to": "here"}
    found = batch.bundles(
        [
            line(1, "issue", to, {"due_at": "1951-07-12T20:59:59Z"}),
            line(2, "issue", to, {"due_at": "1951-07-11T20:59:59Z"}),
            line(3, "issue", {**to, "due_at": "1951-07-10T20:59:59Z"}),
        ]
    )
    assert [(1, 2), (3,)] == [bundle.lines for bundle in found]
    assert ["1951-07-11T20:59:59Z", "1951-07-10T20:59:59Z"] == [b.facts["due_at"] for b in found]


def test_two_acts_and_two_holders_are_not_one_order():
    found = batch.bundles(
        [line(1, "issue", {"holder": "a"}), line(2, "issue", {"holder": "b"}), line(3, "file")]
    )
    assert 3 == len(found)


def test_an_order_holds_no_more_than_it_may():
    found = batch.bundles([line(n) for n in range(1, SUBJECTS_MAX + 3)])
    assert [SUBJECTS_MAX, 2] == [len(bundle.subjects) for bundle in found]


def test_sightings_are_one_list():
    seen = [Line(n, "sight", {"muster": "7"}, (), {}, f"CG1:x:{n}:1") for n in (1, 2)]
    (bundle,) = batch.bundles(seen)
    assert ((), ("CG1:x:1:1", "CG1:x:2:1")) == (bundle.subjects, bundle.texts)


def test_every_verb_that_needs_words_has_an_example_that_is_read():
    for verb, example in batch.NEEDS_WORDS.items():
        assert verb is batch.read(example).verb
    assert set(Verb) >= batch.TO_END
