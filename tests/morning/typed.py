"""What is typed for each slip, as a registrar types it who knows the program."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from morning.day import Day
    from morning.paper_list import Slip

MONTHS = {"June": 6, "July": 7}
Typed = tuple[str, str]


def ident(name: str) -> str:
    return name.lower().replace(" ", "-")


def day_of(words: str) -> str:
    day, month = words.split()
    return f"{int(day)}.{MONTHS[month]}"


def short(name: str) -> str:
    """A person's id as far as one types it."""
    return name.lower()[:3]


@dataclass
class Desk:
    day: Day
    keeper: str = "weber"
    sheets: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    whom: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    left: str = ""
    batch: list[Slip] = field(default_factory=list)

    def count(self, name: str) -> int:
        return self.sheets.get(name, 2)

    def counted(self, name: str, said: dict[str, str]) -> str:
        """A paper with its sheets, as they are counted."""
        return f"{name}={said.get('sheets') or self.count(name)}"

    def _on_list(self, slip: Slip) -> bool:
        return all(self.whom.get(name) == slip.said["who"] for name in slip.items)

    def _together(self, slip: Slip) -> str:
        """Papers as they are typed: a telegram's number alone for all those its list means."""
        found = []
        for name in slip.items:
            number = name.partition("/")[0]
            mates = [n for n in self.whom if n.startswith(f"{number}/")]
            if slip.kind == "file":
                meant = [n for n in mates if self.whom[n] == "file"]
            else:
                meant = [n for n in mates if self.whom[n] != "file"]
            found.append(number if meant and set(meant) <= set(slip.items) else name)
        return " ".join(dict.fromkeys(found))

    def _outer(self) -> str:
        """The outer number of what was taken in last, as `take-in` says it."""
        return re.findall(r"^(\d+) ", self.day.said[-1].out, re.MULTILINE)[-1]

    def _newest(self, office: str) -> str:
        said = self.day.quiet(office, "due").out
        return re.findall(r"follow (\d+)", said)[-1]

    def lines(self, slip: Slip, nxt: Slip | None) -> Iterator[Typed]:
        s, k = slip.said, self.keeper
        items = " ".join(slip.items)
        match slip.kind:
            case "telegram":
                whom = [w.title() if w != "file" else w for w in s["whom"].split(", ")]
                self.day.send(ident(s["office"]), whom, s["about"], flash="flash" in s)
                self.batch.append(slip)
                self.theirs[s["ours"]] = s["theirs"]
                for n, name in enumerate(s["whom"].split(", "), 1):
                    self.whom[f"{s['ours']}/{n}"] = name
                if nxt is None or nxt.kind != "telegram" or nxt.at != slip.at:
                    yield k, "take-in"
                    yield "ott", "open --all"
                    yield "ott", "print --all"
                    yield "quist", "verify --all"
                    for one in self.batch:
                        yield k, f'describe {one.said["ours"]} "{one.said["about"]}"'
                    self.batch = []
            case "paper":
                self.sheets[s["ours"]] = int(s["sheets"])
                day, month = s["dated"].split()
                who = s["office"].lower()[:4].rstrip()
                dated = f"{day}.{MONTHS[month]}"
                yield k, f"paper {who} {s['theirs']} {dated} {s['sheets']} {s['about']}"
            case "refused batch":
                self.left = items  # The next slip tells what comes of it.
            case "issue after a hold":
                yield k, f"i {self.left}"
            case "refused hold":
                yield k, f"i {items}"
            case "issue, one each":
                yield k, f"i {self._together(slip)}"
            case "issue":
                person = "" if self._on_list(slip) else f" {short(s['who'])}"
                yield k, f"i {items}{person}"
            case "issue by proxy":
                yield k, f"i {items} --proxy {short(s['proxy'])}"
            case "return" | "short return":
                yield k, "r " + " ".join(self.counted(i, s) for i in slip.items)
            case "search":
                yield k, "inquiries"
                yield k, f"inquiry finding 1 -w '{s['who']} is asked for it'"
            case "sheet found":
                yield (
                    k,
                    f"replace-sheet {items} -n {s['sheets']} -r 'was in the safe'",
                )
                yield (
                    "quist",
                    "-2 thale inquiry rule 1 --ruling explained -r 'was in the safe'",
                )
                yield k, "due"
                alarm = re.search(r"^alarm +(\d+) ", self.day.said[-1].out, re.MULTILINE)
                yield k, f"alarm close {alarm and alarm[1]} -r 'the sheet was found'"
            case "route":
                readers = re.sub(r", who has it", "", s["route"])
                yield k, f"route {items} {' '.join(map(short, readers.split(', ')))}"
            case "pass on":
                yield k, f"p {self.counted(items, s)}"
            case "file":
                yield k, f"f {self._together(slip)} -p {s['place']}"
            case "take out":
                yield k, f"charge-out {items} -r 'for work'"
                yield k, f"extend {items} --due +6 -r 'for work'"
            case "read here":
                yield k, f"s {self.counted(items, s)} {short(s['who'])}"
            case "send":
                yield k, f"dispatch {items} --to {ident(s['office'])} --carrier courier"
                yield k, "carry"
            case "their receipt":
                there = ident(s["office"])
                self.day.quiet(there, "take-in")
                for name in slip.items:
                    self.day.quiet(there, f"accept {name} --from centre --sheets 2 --incoming N/")
                self.day.quiet(there, "carry")
                yield k, "take-in"
            case "dispute":
                there = ident(s["office"])
                self.day.quiet(there, f"dispute {items} --sheets 1 --why 'a sheet is missing'")
                self.day.quiet(there, "carry")
                yield k, "take-in"
            case "settled":
                there = ident(s["office"])
                self.day.quiet(there, f"settle {items} back --from centre")
                self.day.quiet(there, "carry")
                yield k, "take-in"
                yield k, f"settle {items} back --sheets {s['sheets']}"
            case "proxy":
                yield (
                    k,
                    f"proxy add {short(s['who'])} {short(s['proxy'])} -u {day_of(s['until'])}",
                )
            case "recall":
                yield k, f"recall {s['ours']} -r 'asked back by {s['office']}'"
            case "resolution":
                yield (
                    k,
                    (
                        f"resolve {items} --by {short(s['who'])} -t {short(s['to'])} "
                        f"-u {day_of(s['until'])} -w '{s['what']}'"
                    ),
                )
                number = re.search(r"task (\d+) is", self.day.said[-1].err)
                self.tasks[items] = number[1] if number else "0"
            case "fulfilled":
                yield k, f"tasks --of {short(s['who'])}"
                number = re.search(r"^(\d+) ", self.day.said[-1].out, re.MULTILINE)
                yield k, f"task done {number[1] if number else 0} -w '{s['what']}'"
            case "extend":
                yield k, f"extend {items} -d {day_of(s['until'])} -r 'he asks'"
            case "burn":
                yield (
                    k,
                    f"-2 thale destroy {' '.join(self.counted(i, s) for i in slip.items)} -m burnt",
                )
            case "one more copy":
                there = ident(s["office"])
                yield k, f"ask consent {s['ours']}"
                yield k, "carry"
                self.day.quiet(there, "take-in")
                self.day.quiet(there, f"follow {self._newest(there)}")
                self.day.quiet(there, "carry")
                yield k, "take-in"
                yield k, f"-2 thale allot {s['ours']} --for {short(s['who'])} -r agreed"
                yield "ott", "print --all"
                yield "quist", "verify --all"
            case "regrade":
                there = ident(s["office"])
                theirs = self.theirs[s["ours"]]
                self.day.quiet(there, f"notify regraded {theirs} --level {s['level']} --to centre")
                self.day.quiet(there, "carry")
                yield k, "take-in"
                yield "quist", f"follow {self._outer()}"
                yield k, "notices"
                numbers = re.findall(r"^(\d+) ", self.day.said[-1].out, re.MULTILINE)
                yield k, f"notice given {' '.join(numbers)}"
            case "mistake":
                yield k, f"correct {items} -r 'was for {s['next']}'"
                yield k, f"r {self.counted(items, s)} --note mistake"
                yield k, f"i {items} {short(s['next'])}"
            case "asked for":
                yield k, f"i {items} {short(s['who'])}"
            case "where":
                what = re.sub(r".*No\. ", "", s["what"])
                yield k, what
            case "who has":
                yield k, f"h {short(s['who'])}"
            case "duties":
                yield k, "d"
            case "muster":
                (self.day.root / "seen.txt").write_text("\n".join(slip.items) + "\n")
                yield k, f"muster open --place {s['place']}"
                number = re.search(r"muster (\d+),", self.day.said[-1].out)
                yield k, f"muster sight {number and number[1]} seen.txt"
                yield k, f"-2 thale muster close {number and number[1]}"
            case "handover":
                yield k, f"watch hand --to {short(s['next'])}"
                self.keeper = ident(s["next"])
                yield self.keeper, "watch take"
            case _:
                raise AssertionError(slip.kind)
