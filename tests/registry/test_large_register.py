"""A made register is a real one, and no question at the counter walks through a shelf of it.

The generator is the benches' own (bench/_register.py), here with some hundred telegrams: what is
looked at are SQLite's plans, which do not depend on how long a minute is.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from cablegram.ledger import log
from cablegram.model.acts import Act
from cablegram.registry import auditing, dues, entries, finding, registers, serving

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from _register import opened, register

TELEGRAMS = 320
NOW = "1951-07-05T17:00:00Z"
SMALL = frozenset({"correspondents", "officers", "migrations"})
"""Shelves that no telegram and no copy adds to: they may be read whole."""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    made = register(tmp_path_factory.mktemp("large") / "books.sqlite", TELEGRAMS, processes=1)
    yield made
    made.bureau.books.close()


@pytest.fixture
def plans(office):
    """Every statement that is run meanwhile, with SQLite's plan for it."""
    connection, seen = office.bureau.books._connection, {}

    def note(_, sql, values):
        if sql.startswith("select"):
            seen[sql] = values
        return True

    connection.exec_trace = note
    yield seen
    connection.exec_trace = None


def walks(office, seen):
    """The statements that read a whole shelf."""
    office.bureau.books._connection.exec_trace = None
    run = office.bureau.books._connection.execute
    found = []
    for sql, values in seen.items():
        for *_, words in run(f"explain query plan {sql}", values):
            table = words.split()[1] if words.startswith("SCAN") else ""
            if table and table not in SMALL and not table.startswith(("(", "CONSTANT")):
                found.append((words, sql))
    return found


def test_what_was_made_is_what_the_registry_would_have_written(office):
    """Every row stands up to the ledger, and copies are spread over the states."""
    with office.view() as view:
        assert [] == auditing.hold(view)
        assert TELEGRAMS == view.telegrams.count()
        states = Counter(copy.state.value for copy in view.copies.find(limit=1000))
        assert {"in_registry", "issued", "filed", "destroyed", "with_office"} <= set(states)
        assert 3 * TELEGRAMS < view.copies.count() < 5 * TELEGRAMS
    log.sign_checkpoint(office.bureau, office.signer)


@pytest.mark.parametrize(
    "ask",
    [
        lambda view: serving.find(view, "200"),
        lambda view: serving.find(view, "1020"),
        lambda view: serving.find(view, "575/3"),
        lambda view: serving.find(view, "200/1"),
        lambda view: serving.copies(view, ["200/1"], Act.READ),
        lambda view: dues.due(view, NOW, timedelta(days=2), 50),
        lambda view: dues.holding(view, "reader-001", NOW, 50),
        lambda view: finding.life(view, finding.copy(view, "200/1").handle),
        lambda view: entries.next_seq(view, finding.copy(view, "200/1").handle),
    ],
    ids=["cable", "outgoing", "stamp", "copy", "to act on", "due", "holding", "life", "seq"],
)
def test_no_question_walks_through_a_shelf(office, plans, ask):
    """Each is a search of an index."""
    with office.view() as view:
        ask(view)
    assert len(plans) > 1
    assert [] == walks(office, plans)


def test_no_act_walks_through_a_shelf(office, plans):
    """Nor does the order behind it, or its head."""
    with office.view() as view:
        copies = view.copies.find("state", "in_registry", limit=1)
    office.give("file", {"place": "case 1"}, by="makarov", subjects=copies)
    office.give("settle", {"name": "person/zhukov", "value": "zhukov"})
    log.sign_checkpoint(office.bureau, office.signer)
    assert len(plans) > 9
    assert [] == walks(office, plans)


def test_its_numbers_are_sequences_and_nothing_breaks_them(office):
    """As the register audit sees them."""
    from datetime import UTC

    from cablegram.model.sequences import judge

    with office.view() as view:
        columns = registers.columns(view, UTC)
    found = dict(
        zip(
            (c.name for c in columns), judge([(c.entries, c.periods) for c in columns]), strict=True
        )
    )
    for name in ("cable numbers", "print numbers", "outer numbers", "incoming numbers, part 2"):
        assert ("sequence", ()) == (found[name].verdict, found[name].breaks), name
    assert "constant" == found["incoming numbers, part 1"].verdict


def test_it_is_opened_again_as_it_was_left(tmp_path):
    """The file is made once; orders go on from the last number and head."""
    path = tmp_path / "books.sqlite"
    register(path, 64, processes=1).bureau.books.close()
    before = path.stat().st_mtime_ns
    again = opened(path)
    size = again.size()
    with again.view() as view:
        copies = view.copies.find("state", "in_registry", limit=1)
    again.give("file", {"place": "case 1"}, by="makarov", subjects=copies)
    assert size + 1 == log.sign_checkpoint(again.bureau, again.signer).size
    again.bureau.books.close()
    assert before <= path.stat().st_mtime_ns
