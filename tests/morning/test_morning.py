"""A day of 200 slips, done with the commands: the paper list agrees, and nobody types too much."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from morning import paper_list
from morning.day import HOME, MISSIONS, READERS, Day
from morning.typed import MONTHS, Desk, ident

PAGE = Path(__file__).parents[2] / "docs" / "morning.md"
BEFORE = 14345
"""What the same slips took with the commands of the day before they were written down."""
REFUSED = {
    17: (5, "nothing more is issued to brandt", "Done: 21480/2, 21480/3."),
    38: (5, "21485/3 cannot be issued: it is issued to ivanec", "return 21485/3="),
    78: (5, "nothing more is issued to brandt", "--exception"),
}
"""The refusals of the day: each is right, says what to do, and holds nobody else up."""
DUE = 20
"""`duties` exits so where anything is due; it is an answer, not a refusal."""
_ROW = re.compile(r"\| ([a-z, ]+) \| (\d+) \| (\d+) \| (\d+) \|")


def test_the_slips_are_the_day_that_was_asked_for():
    """200 acts: 30 telegrams, 20 papers, and each of the rest at least once; the list is sound."""
    old, slips = paper_list.read()
    assert list(range(1, 201)) == [slip.number for slip in slips]
    assert sorted(slip.at for slip in slips) == [slip.at for slip in slips]
    kinds = Counter(slip.kind for slip in slips)
    assert (30, 20) == (kinds["telegram"], kinds["paper"])
    assert set(paper_list.KINDS) == set(kinds)
    assert {"12.00"} == {slip.at for slip in slips if slip.kind == "handover"}
    kept = paper_list.PaperList()
    for line in old:
        kept.old(line)
    for slip in slips:
        kept.enter(slip)
    with pytest.raises(AssertionError, match="is not with Dorn"):
        kept.enter(slips[51])  # What was brought back is not brought back twice.


def test_the_day(tmp_path, monkeypatch):
    """Every slip is done; the books are the paper list at one and at five; audits hold."""
    monkeypatch.chdir(tmp_path)
    for name in ("CABLEGRAM_OFFICE", "CABLEGRAM_AS", "CABLEGRAM_DEBUG"):
        monkeypatch.setenv(name, "")  # so that they are put back
    day = Day(tmp_path)
    old, slips = paper_list.read()
    kept = paper_list.PaperList()
    keys, lines, refused = Counter(), Counter(), {}
    try:
        day.open()
        _take_old_list(day, old)
        for line in old:
            kept.old(line)
        desk = Desk(day)
        for slip, after in zip(slips, [*slips[1:], None], strict=True):
            if slip.at > "13.00" and slips[slip.number - 2].at < "13.00":
                _compare(day, kept)
            day.clock(slip.at)
            for person, line in desk.lines(slip, after):
                said = day.types(person, line)
                keys[slip.kind] += len(line) + len("\n")
                lines[slip.kind] += 1
                if said.status not in {0, DUE}:
                    refused[slip.number] = said
            kept.enter(slip)
        _compare(day, kept)
        _check_refused(refused)
        _check_answers(day)
        for office in (HOME, *MISSIONS):
            day.quiet(office, f"audit {office}/ledger --card {office}/card.json")
            day.quiet(office, "audit")
    finally:
        day.close()
    _check_keys(Counter(slip.kind for slip in slips), lines, keys)


def _take_old_list(day, old):
    """The old list as the CSV file that somebody typed off it."""
    rows, met = ["cable,copy,made,office,received,sheets,state,holder,place,due"], set()
    for line in old:
        name, rest = line.split(maxsplit=2)[1:]
        cable, _, copy = name.partition("/")
        where, _, due = rest.partition(", due ")
        first = ("4", "linden", "24.6.1951") if cable not in met else ("", "", "")
        met.add(cable)
        when = due.split()
        date = f"{when[0]}.{MONTHS[when[1]]}.1951 {(*when, '18.00')[2]}" if due else ""
        filed = where.removeprefix("case ") if where.startswith("case ") else ""
        state, holder = ("filed", "") if filed else ("issued", ident(where))
        rows.append(",".join([cable, copy, *first, "2", state, holder, filed, date]))
    (day.root / "old.csv").write_text("\n".join(rows) + "\n")
    said = day.quiet(HOME, "--second weber charge take old.csv --go-on-from incoming 900")
    assert "6 telegrams and 14 copies on charge" in said.out


def _compare(day, kept):
    """Where each paper is by the books, and what each reader has: no more and no less."""
    for name, where in kept.where.items():
        found = json.loads(day.quiet(HOME, f"--json where {name}").out)["found"]
        (copy,) = [one for hit in found for one in hit["copies"] if one["copy"] == name]
        assert where == _place(copy), f"{name}: {where} on the list, {copy}"
    for reader in READERS:
        has = json.loads(day.quiet(HOME, f"--json holding {reader}").out)["copies"]
        listed = {name for name, where in kept.where.items() if where == reader.title()}
        assert listed == {copy["copy"] for copy in has}, reader


def _place(copy):
    """A copy of the books in the words of the list."""
    match copy["state"]:
        case "in_registry":
            return paper_list.HERE
        case "issued":
            return copy["holder"].title()
        case "filed":
            return f"case {copy['place']}"
        case "in_transit" | "with_office" | "disputed":
            return f"sent to {copy['holder'].title()}"
        case "destroyed":
            return paper_list.BURNED
    return copy["state"]


def _check_refused(refused):
    assert set(REFUSED) == set(refused), {n: said.line for n, said in refused.items()}
    for number, (status, what, todo) in REFUSED.items():
        said = refused[number]
        assert status == said.status
        assert what in said.err
        assert todo in said.err, said.err


def _check_answers(day):
    """What was asked over the telephone was answered with what the slips say."""
    answers = {said.line: said.out for said in day.said}
    assert "is issued to corvin, overdue since" not in answers["21471/2"]
    assert "is issued to corvin, due back 7.7.1951 18.00" in answers["21471/2"]
    assert "is filed (B-7)" in answers["904"]
    assert "is issued to novak" in answers["21482/3"]
    assert "is filed (W-3)" in answers["117"]
    assert "21499" in answers["3313"]
    assert 8 == len(answers["h bra"].splitlines()) - 1


def _check_keys(slips, lines, keys):
    """No kind of slip takes more keys than the page says; all together half of what it was."""
    if os.environ.get("CABLEGRAM_SESSIONS") == "write":
        _write(slips, lines, keys)
    said = {row[1]: tuple(map(int, row.groups()[1:])) for row in _ROW.finditer(PAGE.read_text())}
    assert set(slips) == set(said)
    for kind, (count, most_lines, most_keys) in said.items():
        assert count == slips[kind], kind
        assert lines[kind] <= most_lines, kind
        assert keys[kind] <= most_keys, f"{kind}: {keys[kind]} keys, and {most_keys} were promised"
    assert 2 * keys.total() < BEFORE
    assert f"**{keys.total():,} keys**" in PAGE.read_text()


def _write(slips, lines, keys):
    rows = [
        f"| {kind} | {slips[kind]} | {lines[kind]} | {keys[kind]} |"
        for kind in sorted(slips, key=lambda kind: (-keys[kind], kind))
    ]
    head, _, rest = PAGE.read_text("utf-8").partition("| slip |")
    tail = rest[rest.index("\n\n") :]
    table = "| slip | slips | lines typed | keys |\n| --- | --- | --- | --- |\n" + "\n".join(rows)
    head = re.sub(r"\*\*[\d,]+ keys\*\*", f"**{keys.total():,} keys**", head)
    PAGE.write_text(head + table + tail, "utf-8")
