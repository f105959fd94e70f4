"""The offices of the day on disk, and the terminals that its people type at."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cablegram import cli
from cablegram.model.times import read_moment
from cablegram.wiring import clock, room

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "Europe/Vienna"
HOME = "centre"
MISSIONS = ("linden", "arden", "norrland")
CHIEF = {"centre": "quist", "linden": "ahlen", "arden": "berg", "norrland": "carst"}
STAFF = {
    "weber": "registrar",
    "reiss": "registrar",
    "ott": "cipher-officer",
    "thale": "alternate",
}
READERS = (
    *("brandt", "corvin", "dorn", "eklund", "farkas", "grau", "hollis", "ivanec", "jonas"),
    *("kessler", "lund", "novak", "olsen", "petri", "ulrich"),
)
OLD_NUMBERS = {"linden": 3300, "arden": 87, "norrland": 11}
_TEXT = "# {about}\n\n" + "\n\n".join(
    f"{n}. What stands here fills the sheet, so that there are two of them to count." * 2
    for n in range(1, 17)
)


@dataclass
class Said:
    """What came of one line."""

    line: str
    status: int
    out: str
    err: str


@dataclass
class Day:
    """All offices of the day under one folder; ``said`` has every line that our people typed."""

    root: Path
    said: list[Said] = field(default_factory=list)

    def open(self) -> None:
        """Found the offices, put people in post, and let each office know the others."""
        (self.root / "line").mkdir()
        (self.root / "pass").write_text("correct horse battery")
        go_on = "--go-on-from cable 21479 --go-on-from print 1400"
        for name in (HOME, *MISSIONS):
            used = go_on if name == HOME else f"--go-on-from outgoing {OLD_NUMBERS[name]}"
            self.quiet(
                name,
                f"office init {name} --id {name} --name en={name.title()} --chief {CHIEF[name]} "
                f"--zone {ZONE} --own-clock 1951-07-04T07:00 --series T --carrier line --work 10 "
                f"{used}",
                office="",
            )
        first, *others = STAFF
        self.quiet(HOME, f"officer add {first} --role {STAFF[first]}")
        for person in others:
            self.quiet(HOME, f"--second {first} officer add {person} --role {STAFF[person]}")
        self.quiet(
            HOME,
            "office series T --days 6 --counted received --return-to Registry "
            "--standing addressee,file --allowance 2 --exempt flash --short-content --two none",
        )
        for person in READERS:
            self.quiet(HOME, f"office person {person}")
            self.quiet(HOME, f"office cover {person.title()} {person}")
        for heading in ("War Ministry", "State Bank", "Railways", "Academy"):
            name = heading.lower().replace(" ", "-")
            self.quiet(HOME, f"office heading {name} '{heading}'")
        for name in MISSIONS:
            self.quiet(HOME, f"correspondent add {name}/card.json --compared")
            self.quiet(name, f"correspondent add {HOME}/card.json --compared")
        for name in (HOME, *MISSIONS):
            self.quiet(name, "room unlock")

    def close(self) -> None:
        """End the rooms."""
        for name in (HOME, *MISSIONS):
            if (self.root / name).is_dir():
                room.lock(self.root / name)

    def clock(self, at: str) -> None:
        """Set every office's clock: ``08.05`` of the day."""
        moment = read_moment(f"1951-07-05T{at.replace('.', ':')}", ZoneInfo(ZONE))
        for name in (HOME, *MISSIONS):
            clock.start(self.root / name / clock.FILE, moment)

    def quiet(self, name: str, line: str, *, office: str | None = None, may: int = 0) -> Said:
        """A line in an office whose keystrokes are nobody's business here."""
        office = name if office is None else office
        return self._type(office, CHIEF[name], f"--passphrase-file pass {line}", may)

    def send(self, office: str, whom: list[str], about: str, *, flash: bool) -> None:
        """A mission writes, releases and carries a telegram of two sheets."""
        text = self.root / "text.md"
        text.write_text(_TEXT.format(about=about), "utf-8")
        people = [name for name in whom if name != "file"]
        to = " ".join(f"--for {name}" for name in people) or "--for Quist"
        soon = "--precedence flash" if flash else ""
        drafted = self.quiet(
            office,
            f"draft --to {HOME} {to} --signatory {office.title()} --level 'top secret' "
            f"--text en=text.md --copies {len(whom)} {soon}",
        )
        self.quiet(office, f"release {drafted.out.strip()}")
        self.quiet(office, "carry")

    def types(self, person: str, line: str) -> Said:
        """A line that one of us types at a terminal of the home office."""
        said = self._type(HOME, person, "counter", None, typed=line + "\n")
        said.line = line
        self.said.append(said)
        return said

    def _type(self, office: str, person: str, line: str, may: int | None, typed: str = "") -> Said:
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        os.environ["CABLEGRAM_AS"] = person
        if office:
            os.environ["CABLEGRAM_OFFICE"] = str(self.root / office)
        else:
            os.environ.pop("CABLEGRAM_OFFICE", None)
        before, sys.stdin = sys.stdin, io.StringIO(typed)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.run(shlex.split(line))
            out.flush()
        sys.stdin = before
        said = Said(line, status, out.buffer.getvalue().decode(), err.getvalue())
        assert may in {None, status}, f"{office}: {line}\n{said.out}{said.err}"
        return said
