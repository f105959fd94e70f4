"""What a person with a pencil knows: the slips read, and a list of who has what kept from them.

Nothing of Cablegram is imported here.  The list is the other side of the books: it is made from the
words of the slips alone, line after line, and the books are held to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

SLIPS = Path(__file__).parent / "slips.txt"
HERE = "here"
BURNED = "burned"

_ITEM = r"[0-9]{5}/[0-9]|[0-9]{3}\b"
_ITEMS = rf"(?:{_ITEM})(?:(?:, | and )(?:{_ITEM}))*"
_NAMES = r"[A-Z][a-z]+(?:(?:, | and )[A-Z][a-z]+)*"
_TIME = re.compile(r"([0-9]+) +([0-9]{2})\.([0-9]{2})  (.*)")
KINDS = {
    "telegram": r"Telegram from (?P<office>\w+), their No\. (?P<theirs>\d+): "
    r"(?P<flash>FLASH, )?(?P<about>.*)\. Our No\. (?P<ours>\d+)\. For (?P<whom>.*)\.",
    "paper": r"Paper from (?P<office>.*), their No\. (?P<theirs>\S+) of (?P<dated>\d+ \w+), "
    r"(?P<sheets>\d) sheets?: (?P<about>.*)\. Our No\. (?P<ours>\d+)\.",
    "refused batch": rf"(?P<who>{_NAMES}) come for (?P<items>{_ITEMS}): one each\.",
    "issue after a hold": r".* is on hold, .*: (?P<stays>\S+) stays here\. "
    rf"(?P<who>{_NAMES}) sign for (?P<items>{_ITEMS}): one each\.",
    "refused hold": r"(?P<who>\w+)'s secretary comes for (?P<items>\S+)\. He is on hold again, .*",
    "issue, one each": rf"(?P<who>{_NAMES}) sign for (?P<items>{_ITEMS}): one each\.",
    "issue by proxy": r"(?P<proxy>\w+) signs for (?P<items>\S+) in place of (?P<who>\w+)\.",
    "issue": rf"(?P<who>\w+) signs for (?P<items>{_ITEMS})(?P<flash>, which is FLASH)?\.",
    "short return": r"(?P<who>\w+) brings back (?P<items>\S+) with (?P<sheets>\d) sheet of \d\.",
    "return": rf"(?P<who>\w+)(?:'s secretary)? brings back (?P<items>{_ITEMS})(?:, the oldest)?\.",
    "search": r"(?P<who>\w+) is asked for the missing sheet of (?P<items>\S+)\. He looks for it\.",
    "sheet found": r"The missing sheet of (?P<items>\S+) was in (?P<who>\w+)'s safe\. "
    r"It is put back: (?P<sheets>\d) sheets\.",
    "route": rf"(?P<items>{_ITEM}) is to go round: (?P<route>.*)\.",
    "pass on": rf"(?P<who>\w+) passes (?P<items>{_ITEM}) on to (?P<next>\w+)\.",
    "file": rf"(?P<items>{_ITEMS}) go(?:es)? into case (?P<place>\S+)\.",
    "take out": rf"Taken out of case (?P<place>\S+) for work: (?P<items>{_ITEM})\.",
    "read here": rf"(?P<who>\w+) reads (?P<items>{_ITEM}) at the counter\.",
    "send": rf"(?P<items>{_ITEMS}) go to (?P<office>\w+) by courier\..*",
    "their receipt": rf"(?P<office>\w+) received (?P<items>{_ITEMS}) and signs for (?:it|them)\.",
    "dispute": rf"(?P<office>\w+) does not accept (?P<items>{_ITEM}): (?P<came>\d) sheet came, .*",
    "settled": rf"(?P<office>\w+) agrees: (?P<items>{_ITEM}) comes back to us with its "
    r"(?P<sheets>\d) sheets\.",
    "proxy": r"(?P<who>\w+) is in \w+ until (?P<until>\d+ \w+)\. (?P<proxy>\w+) receives for him, "
    r"sealed\.",
    "recall": r"All copies of (?P<ours>\d+) are asked back by (?P<office>\w+) at once\.",
    "resolution": rf"On (?P<items>{_ITEM}) (?P<who>\w+) wrote: (?P<to>\w+) to (?P<what>.*), "
    r"by (?P<until>\d+ \w+)\.",
    "fulfilled": r"(?P<who>\w+) reports: (?P<what>.*)\.",
    "extend": rf"(?P<who>\w+) asks to keep (?P<items>{_ITEM}) until (?P<until>\d+ \w+)\.",
    "burn": rf"(?P<items>{_ITEMS}) are burned by (?P<who>\w+) and (?P<second>\w+)\.",
    "one more copy": r"One more copy of (?P<ours>\d+) for (?P<who>\w+): (?P<office>\w+) agreed in "
    r"writing\.",
    "regrade": r"(?P<ours>\d+) is (?P<level>\w+) from now on, not (?P<was>.*): (?P<office>\w+) "
    r"wrote so\. .*",
    "mistake": rf"(?P<items>{_ITEM}) was written down for (?P<who>\w+) by mistake\. "
    r"(?P<next>\w+) has it\.",
    "asked for": rf"(?P<who>\w+) asks for (?P<items>{_ITEM})\. It is out with (?P<has>\w+)\.",
    "where": r"Telephone: where is (?P<what>.*)\?",
    "who has": r"Telephone: what does (?P<who>\w+) have\?",
    "duties": r"What is due (?P<when>today|tomorrow)\?",
    "muster": rf"Spot muster of case (?P<place>\S+): (?P<items>{_ITEMS}) are there\.",
    "handover": r"(?P<who>\w+) hands the watch to (?P<next>\w+)\.",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}


@dataclass(frozen=True)
class Slip:
    """One act as it lay on the desk; ``said`` are the words' parts by name."""

    number: int
    at: str  # "08.05"
    words: str
    kind: str
    said: dict[str, str]

    @property
    def items(self) -> list[str]:
        """The papers it names, as they are called here."""
        return re.findall(_ITEM, self.said.get("items", ""))

    @property
    def people(self) -> list[str]:
        """The persons it names, in order."""
        return re.findall(r"[A-Z][a-z]+", self.said.get("who", ""))


@dataclass
class PaperList:
    """Where each paper is: ``here``, a person, ``case ...``, ``sent to ...``, or ``burned``."""

    where: dict[str, str] = field(default_factory=dict)
    whom: dict[str, str] = field(default_factory=dict)

    def old(self, line: str) -> None:
        """A line of the list that the day began with."""
        name, rest = line.split(maxsplit=2)[1:]
        self.where[name] = rest.partition(",")[0]

    def enter(self, slip: Slip) -> None:
        """What the slip changes; a paper that is elsewhere is a fault of the slips."""
        said, items = slip.said, slip.items
        match slip.kind:
            case "telegram":
                for number, name in enumerate(said["whom"].split(", "), 1):
                    self._new(f"{said['ours']}/{number}")
                    self.whom[f"{said['ours']}/{number}"] = name
            case "paper":
                self._new(said["ours"])
            case "one more copy":
                number = 1 + sum(name.startswith(said["ours"] + "/") for name in self.where)
                self._new(f"{said['ours']}/{number}")
                self.whom[f"{said['ours']}/{number}"] = said["who"]
            case "issue, one each" | "issue after a hold":
                assert len(items) == len(slip.people), slip
                for name, person in zip(items, slip.people, strict=True):
                    self._goes(name, self._at_rest(name), person)
            case "issue" | "issue by proxy":
                for name in items:
                    self._goes(name, self._at_rest(name), said["who"])
            case "return" | "short return":
                for name in items:
                    self._goes(name, said["who"], HERE)
            case "pass on":
                self._goes(items[0], said["who"], said["next"])
            case "mistake":
                self._goes(items[0], said["who"], said["next"])
            case "file":
                for name in items:
                    self._goes(name, HERE, f"case {said['place']}")
            case "take out":
                self._goes(items[0], f"case {said['place']}", HERE)
            case "send":
                for name in items:
                    self._goes(name, self._at_rest(name), f"sent to {said['office']}")
            case "settled":
                self._goes(items[0], f"sent to {said['office']}", HERE)
            case "burn":
                for name in items:
                    self._goes(name, HERE, BURNED)
            case "muster":
                for name in items:
                    assert self.where[name] == f"case {said['place']}", slip
            case "asked for":
                assert self.where[items[0]] == said["has"], slip
            case "read here" | "sheet found":
                assert self.where[items[0]] == HERE, slip
            case _:
                pass  # It moves no paper.

    def _new(self, name: str) -> None:
        assert name not in self.where, f"{name} is on the list already"
        self.where[name] = HERE

    def _at_rest(self, name: str) -> str:
        where = self.where[name]
        assert where == HERE or where.startswith("case "), f"{name} is with {where}"
        return where

    def _goes(self, name: str, from_: str, to: str) -> None:
        assert self.where[name] == from_, f"{name} is not with {from_}: {self.where[name]}"
        self.where[name] = to


def read() -> tuple[list[str], list[Slip]]:
    """The old list's lines, and the slips in order."""
    old: list[str] = []
    slips: list[Slip] = []
    for line in SLIPS.read_text("utf-8").splitlines():
        if line.startswith("old "):
            old.append(line)
        elif line and not line.startswith("#"):
            found = _TIME.fullmatch(line)
            assert found is not None, line
            number, hour, minute, words = found.groups()
            slips.append(_slip(int(number), f"{hour}.{minute}", words))
    return old, slips


def _slip(number: int, at: str, words: str) -> Slip:
    for kind, pattern in _PATTERNS.items():
        found = pattern.fullmatch(words)
        if found:
            said = {name: text for name, text in found.groupdict().items() if text}
            return Slip(number, at, words, kind, said)
    raise AssertionError(f"nobody could read slip {number}: {words}")
