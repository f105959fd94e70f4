"""The seeded office is a real one: its ledger holds, and its counter answers every question."""

from __future__ import annotations

import json

import pytest

from cablegram import cli

DUE = 20


def said(capsys, folder, *words):
    status = cli.run(["--office", str(folder), *words])
    out, err = capsys.readouterr()
    assert status in {0, DUE}, err
    return out


@pytest.mark.parametrize(
    "words", [["audit"], ["due"], ["duties"], ["tasks"], ["drafts"], ["muster", "show", "1"]]
)
def test_its_questions_are_answered(capsys, office_folder, words):
    """A tally that is owed is told like any other paper: ``due`` failed on it."""
    assert said(capsys, office_folder, *words)


def test_a_day_has_something_of_everything(capsys, office_folder):
    """What pages are to show happens there: nearly every kind of duty, and of state."""
    duties = json.loads(said(capsys, office_folder, "--json", "duties"))["duties"]
    kinds = {duty["kind"] for duty in duties}
    assert {
        "alarm", "missing", "overdue", "must leave", "no receipt", "to trace", "supply hold",
        "dispute", "to open", "to print", "to verify", "papers owed", "draft", "task",
        "to hand on", "to tell", "inquiry", "muster open", "due soon", "not receipted",
    } <= kinds  # fmt: skip
