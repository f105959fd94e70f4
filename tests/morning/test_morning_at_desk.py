"""The 200 slips at the desk: on the line and in the forms, and the books are the paper list."""

from __future__ import annotations

import os
import re
from pathlib import Path

import desks
import hands
from morning import paper_list
from morning.at_desk import AtDesk
from morning.day import HOME, MISSIONS, Day
from morning.test_morning import _compare, _take_old_list

PAGE = Path(__file__).parents[2] / "docs" / "morning.md"
REFUSED = {
    17: ("overdue", "nothing more is issued to brandt"),
    38: ("wrong_state", "21485/3 cannot be issued: it is issued to ivanec"),
    78: ("overdue", "nothing more is issued to brandt"),
}
"""The refusals of the day, the same that the command line gives, and no other."""
_FIGURES = re.compile(r"\*\*([\d,]+) keys, ([\d,]+) scans and ([\d,]+) touches\*\*")


def test_the_day_at_the_desk(tmp_path, monkeypatch):
    """Every slip is done; the books are the paper list at one and at five; audits hold."""
    monkeypatch.chdir(tmp_path)
    for name in ("CABLEGRAM_OFFICE", "CABLEGRAM_AS", "CABLEGRAM_DEBUG"):
        monkeypatch.setenv(name, "")  # so that they are put back
    day = Day(tmp_path)
    old, slips = paper_list.read()
    kept = paper_list.PaperList()
    try:
        day.open()
        _take_old_list(day, old)
        for line in old:
            kept.old(line)
        with desks.client(tmp_path / HOME) as browser:
            people: dict[str, hands.Hand] = {}
            at = AtDesk(day, lambda who: people.setdefault(who, hands.hand(browser, who)))
            for slip, after in zip(slips, [*slips[1:], None], strict=True):
                if slip.at > "13.00" and slips[slip.number - 2].at < "13.00":
                    _compare(day, kept)
                day.clock(slip.at)
                at.do(slip, after)
                kept.enter(slip)
            _compare(day, kept)
            _check_refused(at.refused)
            _check_figures(people.values())
        for office in (HOME, *MISSIONS):
            day.quiet(office, f"audit {office}/ledger --card {office}/card.json")
            day.quiet(office, "audit")
    finally:
        day.close()


def _check_refused(refused):
    assert set(REFUSED) == set(refused), refused
    for number, (kind, what) in REFUSED.items():
        (one,) = refused[number]
        assert kind == one["kind"], one
        assert what in one["said"]
        assert one["hint"]


def _check_figures(people):
    """No more is typed, scanned or touched than the page says."""
    people = list(people)
    found = tuple(
        sum(getattr(one, what) for one in people) for what in ("keys", "scans", "touches")
    )
    if os.environ.get("CABLEGRAM_SESSIONS") == "write":
        text = "**{:,} keys, {:,} scans and {:,} touches**".format(*found)
        PAGE.write_text(_FIGURES.sub(text, PAGE.read_text("utf-8")), "utf-8")
    said = _FIGURES.search(PAGE.read_text("utf-8"))
    assert said is not None
    promised = tuple(int(one.replace(",", "")) for one in said.groups())
    assert all(have <= most for have, most in zip(found, promised, strict=True)), found
