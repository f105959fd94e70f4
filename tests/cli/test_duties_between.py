"""Duties between two offices on disk, their rooms unlocked: each by the command that ends it."""

from __future__ import annotations

import itertools
import json
import re
import shlex

import pytest

from cablegram import cli
from cablegram.wiring import room, tools
from folders import PASSPHRASE, founding

CHIEFS = {"beijing": "zhou", "moscow": "makarov"}
FULFIL_BY = "1951-07-08T18:00+03:00"


class Offices:
    """Two offices, acquainted, with a stick between them."""

    def __init__(self, folder, capsys):
        self.folder, self._capsys = folder, capsys
        (folder / "stick").mkdir()
        (folder / "pass").write_text(PASSPHRASE)
        for name, chief in CHIEFS.items():
            said = founding(
                office=name,
                chief=chief,
                names={"en": name},
                carriers={"folder": str(folder / "stick")},
            )
            tools.init_office(folder / name, said).close()
            self(name, "officer", "add", "vaganov")
            self(name, "office", "person", "stalin")
        self("beijing", "correspondent", "add", folder / "moscow/card.json", "--compared")
        self("moscow", "correspondent", "add", folder / "beijing/card.json", "--compared")
        for name in CHIEFS:
            self(name, "room", "unlock")

    def __call__(self, office, *arguments, by="", second="", fails=False):
        """Give a command to an office; gives what it says."""
        named = ["--office", self.folder / office, "--passphrase-file", self.folder / "pass"]
        named += ["--as", by or CHIEFS[office], *(["--second", second] if second else [])]
        status = cli.run([str(word) for word in (*named, *arguments)])
        out, err = self._capsys.readouterr()
        assert fails == (status not in {0, 20}), err
        return out

    def line(self, *way):
        """Carry and take in, along the way: ``("beijing", "moscow")``."""
        for sender, receiver in itertools.pairwise(way):
            self(sender, "carry")
            self(receiver, "take-in")

    def due(self, office, kind, at=""):
        when = ("--as-of", at) if at else ()
        return json.loads(self(office, "--json", "duties", "--kind", kind, *when))["duties"]

    def only(self, office, kind, at=""):
        (one,) = self.due(office, kind, at)
        return one

    def do(self, office, duty, *, by="", second="", **fill):
        """Give the command of a duty, its words in capitals filled in."""
        words = shlex.split(re.sub(r" \(or .*\)", "", duty["command"]))
        words = [fill.get(word, word) for word in words]
        assert not [word for word in words if word.isupper()], words
        return self(office, *words[1:], by=by, second=second)

    def gone(self, office, kind, at=""):
        return [] == self.due(office, kind, at)


@pytest.fixture
def two(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("CABLEGRAM_OFFICE", "CABLEGRAM_AS", "CABLEGRAM_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    yield Offices(tmp_path, capsys)
    for name in CHIEFS:
        room.lock(tmp_path / name)


def drafted(two, *more):
    (two.folder / "t.md").write_text("# Telegram\n\nWords.\n")
    words = ("--for", "stalin", "--signatory", "Mao", "--text", f"en={two.folder / 't.md'}")
    two("beijing", "draft", "--to", "moscow", *words, *more)


def opened(two, *more):
    """A telegram of Beijing's, sent and opened at Moscow."""
    drafted(two, *more)
    two("beijing", "release", "1")
    two.line("beijing", "moscow")
    two("moscow", "open", "1")


def in_registry(two, *more):
    opened(two, *more)
    two("moscow", "print", "1")
    two("moscow", "verify", "1", by="vaganov")


def test_a_draft_is_cleared_and_released(two):
    """Nobody clears their own; an objection is the objector's to withdraw."""
    two("beijing", "office", "clearing", "secret", "--clearances", "1")
    drafted(two)
    waits = two.only("beijing", "draft")
    assert ("today", "to moscow, lacks 1: any officer but the drafter must clear it") == (
        waits["grade"],
        waits["words"],
    )
    two("beijing", "object", "1", "--reason", "the date", by="vaganov")
    waits, objection = two.due("beijing", "draft")
    assert ("soon", "vaganov objects: the date") == (objection["grade"], objection["words"])
    two.do("beijing", objection, by="vaganov")
    free = two.only("beijing", "draft")
    assert "to moscow, may be released by another than zhou" == free["words"]
    two.do("beijing", free, WHO="vaganov")
    assert two.gone("beijing", "draft")


def test_a_telegram_comes_in(two):
    """To open, to print, to verify, and its papers: one after the other, and then nothing."""
    drafted(two)
    two("beijing", "release", "1")
    assert "moscow 1" == two.only("beijing", "not receipted")["about"]
    two.line("beijing", "moscow")
    for kind in ("to open", "to print"):
        two.do("moscow", two.only("moscow", kind))
        assert two.gone("moscow", kind)
    two.do("moscow", two.only("moscow", "to verify"), by="vaganov")
    assert two.gone("moscow", "to verify")
    owed = two.due("moscow", "papers owed")
    assert ["receipt to beijing"] == [duty["about"] for duty in owed]
    two.do("moscow", owed[0])
    assert two.gone("moscow", "papers owed")
    two.do("beijing", two.only("beijing", "not receipted"))
    assert two.gone("beijing", "not receipted")


def test_word_of_fulfilment_is_owed_by_its_day(two):
    """The day alone ends nothing, nor a copy's return; one report does, however many copies."""
    in_registry(two, "--fulfil-by", FULFIL_BY)
    assert two.gone("moscow", "to report")
    soon = two.only("moscow", "to report", "1951-07-07T00:00")
    assert ("soon", "beijing asks word of its fulfilment") == (soon["grade"], soon["words"])
    late = two.only("moscow", "to report", "1951-08-01T00:00")
    assert "late" == late["grade"]
    two.do("moscow", late, WHAT="carried out")
    assert two.gone("moscow", "to report", "1951-08-01T00:00")


def set_clocks(two, at):
    for name in CHIEFS:
        two(name, "office", "clock", "--set", at)


def test_a_copy_goes_to_another_office_and_comes_back(two):
    """To accept, its receipt, and to go back in time: each ends by what it prints."""
    in_registry(two)
    two("moscow", "dispatch", "1/2", "--to", "beijing", "--carrier", "courier")
    two.line("moscow", "beijing")
    assert two.gone("moscow", "no receipt")
    assert "1/2" == two.only("moscow", "no receipt", "1951-07-14T00:00")["about"]
    two.do("beijing", two.only("beijing", "to accept"), N="1")
    assert two.gone("beijing", "to accept")
    two("beijing", "carry")
    two.do("moscow", two.only("moscow", "no receipt", "1951-07-14T00:00"))
    assert two.gone("moscow", "no receipt", "1951-07-14T00:00")
    assert two.gone("moscow", "receipt came")
    leaves = two.only("beijing", "must leave", "1951-07-14T00:00")
    assert "late" == leaves["grade"]
    two.do("beijing", leaves, WHO="courier")
    assert two.gone("beijing", "must leave", "1951-07-14T00:00")


def test_a_telegram_without_its_receipt_is_traced(two):
    """A notice goes, it is answered, and the answer waits here until somebody has dealt with it."""
    drafted(two)
    two("beijing", "release", "1")
    two.line("beijing", "moscow")
    set_clocks(two, "1951-07-14T12:00")
    late = two.only("beijing", "to trace")
    assert "cablegram trace 1 --to moscow" == late["command"]
    assert "late" == two.only("beijing", "not receipted")["grade"]
    two.do("beijing", late)
    assert two.gone("beijing", "to trace")
    two.line("beijing", "moscow")
    came = two.only("moscow", "notice came")
    assert "traced" in came["words"]
    assert "cablegram answer" in two("moscow", "due")
    two.do("moscow", came, HOW="sent-again")
    assert two.gone("moscow", "notice came")
    two.line("moscow", "beijing")
    answered = two.only("beijing", "notice came")
    assert "sent again" in two("beijing", "tracers")
    two.do("beijing", answered, WHY="it was opened late")
    assert two.gone("beijing", "notice came")


def test_what_one_watch_says_to_the_next_is_sealed(two):
    """Read back by whoever may, and in clear nowhere."""
    two("moscow", "watch", "hand", "--to", "vaganov", "--words", "the key is with Stalin")
    two("moscow", "watch", "take", by="vaganov")
    words = json.loads(two("moscow", "--json", "watch", "show"))["words"]
    assert "the key is with Stalin" in two("moscow", "note", "read", words, by="vaganov")
    assert "key is with" not in two("moscow", "watch", "show")


def test_a_dispute_is_settled_by_both(two):
    """Each side is told to say how, then to wait, then to settle on the other's word."""
    in_registry(two)
    two("moscow", "dispatch", "1/1", "--to", "beijing", "--carrier", "courier")
    two.line("moscow", "beijing")
    assert "1/1" == two.only("beijing", "to accept")["about"]
    two("beijing", "dispute", "1/1", "--sheets", "1", "--why", "short")
    assert two.gone("beijing", "to accept")
    assert "today" == two.only("beijing", "dispute")["grade"]
    two.line("beijing", "moscow")
    two("moscow", "take-in")
    one = two.only("moscow", "dispute")
    assert ("today", "cablegram settle 1/1 THERE-OR-BACK") == (one["grade"], one["command"])
    two.do("moscow", one, **{"THERE-OR-BACK": "back"})
    waits = two.only("moscow", "dispute")
    assert ("soon", "we said back, and beijing has not signed the same") == (
        waits["grade"],
        waits["words"],
    )
    two.do("beijing", two.only("beijing", "dispute"), **{"THERE-OR-BACK": "back"})
    assert two.gone("beijing", "dispute")
    assert two.gone("beijing", "to accept")
    two.line("beijing", "moscow")
    settle = two.only("moscow", "dispute")
    assert "beijing has signed how it settles" == settle["words"]
    two.do("moscow", settle)
    assert two.gone("moscow", "dispute")


def test_a_notice_is_followed_declined_or_set_aside(two):
    """Beijing asks for another level, Moscow answers; and Beijing lays the answer aside."""
    in_registry(two)
    two("moscow", "ask", "regrade", "1", "--level", "restricted")
    two.line("moscow", "beijing")
    asked = two.only("beijing", "notice came")
    assert ("outer 3", True) == (asked["about"], "asks regrade" in asked["words"])
    assert "cablegram follow 3 (or decline 3)" == asked["command"]
    two("beijing", "decline", "3")
    assert two.gone("beijing", "notice came")
    two.line("beijing", "moscow")
    declined = two.only("moscow", "notice came")
    two.do("moscow", declined, WHY="so be it")
    assert two.gone("moscow", "notice came")
