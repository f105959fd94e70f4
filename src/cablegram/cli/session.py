"""A session: what the options before the command say, and the journey every order takes."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cablegram.cli import saying, wording
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo

    from cablegram.model.acts import Act, Fact
    from cablegram.model.custody import Copy
    from cablegram.model.orders import SignedOrder, Subject
    from cablegram.ports import Shelves
    from cablegram.registry import Done, Repeat
    from cablegram.wiring.desk import Office
    from cablegram.wiring.tools import Far

PASSPHRASE_FILE_MAX = 4096
AT_A_DISTANCE = (
    "where", "holding", "log", "find", "due", "duties",
    "issue", "return", "hand-over", "verify", "file", "recall", "destroy", "act",
)  # fmt: skip
"""The commands that work on an office at a distance."""

TRIES = 5
"""How often an order is given where another process is quicker each time."""

T = TypeVar("T")


@dataclass
class Session:
    """The options of one call, and the office once it is needed."""

    folder: Path | None
    officer: str
    other: str
    passphrase_file: Path | None
    json: bool
    url: str = ""
    keys: Path | None = None

    @cached_property
    def office(self) -> Office:
        """The office, by --office, the environment, or the folder we stand in.

        Raises:
            SetUpError: none was named, or it is one at a distance.
        """
        from cablegram.errors import SetUpError
        from cablegram.wiring import desk, settings

        if self.url:
            raise SetUpError(
                "this is done at the office's own machine, and {url} is at a distance",
                hint="Do it there, or at its desk in a browser; from here go: {commands}.",
                url=self.url,
                commands=", ".join(AT_A_DISTANCE),
            )
        here = Path.cwd()
        if self.folder is None and not (here / settings.FILE).is_file():
            raise SetUpError(
                "no office was named",
                hint="Add --office FOLDER before the command, or set CABLEGRAM_OFFICE.",
            )
        return desk.Office(self.folder or here)

    @cached_property
    def far(self) -> Far:
        """The office at a distance that --office named by its address."""
        from cablegram.errors import SetUpError
        from cablegram.model import origins
        from cablegram.wiring import tools

        place = origins.read(self.url.rstrip("/"))
        if place is None or not place.trusted:
            raise SetUpError(
                "{url} is not the address of a desk",
                hint="Give it like https://desk.example, or http on this machine alone.",
                url=self.url,
            )
        return tools.Far(self.url, self.keys or Path.cwd())

    @cached_property
    def zone(self) -> tzinfo:
        """The office's zone."""
        return self.far.zone if self.url else self.office.settings.tz()

    @property
    def has_zone(self) -> bool:
        """Whether the office's zone is known, though it is at a distance."""
        return "far" in self.__dict__ and "card" in self.far.__dict__

    def now(self) -> str:
        """The office's moment."""
        return self.far.now(self.person) if self.url else self.office.bureau.now()

    @property
    def has_office(self) -> bool:
        """Whether an office was opened."""
        return "office" in self.__dict__

    @cached_property
    def person(self) -> str:
        """Who orders: --as, or the one person whose key lies here."""
        from cablegram.errors import SetUpError

        if self.officer:
            return self.officer
        folder = self.far.keys if self.url else self.office.root / self.office.settings.officers
        here = sorted(path.stem for path in folder.glob("*.key")) if folder.is_dir() else []
        if len(here) != 1:
            raise SetUpError(
                "nobody was named as giving the order",
                hint="Add --as PERSON before the command: {here}.",
                here=", ".join(here) or sentence("no key is here"),
            )
        return here[0]

    def passphrase(self, *, again: bool = False) -> str:
        """The office's passphrase: from --passphrase-file, or typed where there is a terminal."""
        from cablegram.errors import SetUpError

        if self.passphrase_file is not None:
            try:
                with self.passphrase_file.open("rb") as file:
                    return file.read(PASSPHRASE_FILE_MAX).decode().rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                raise SetUpError(
                    "the passphrase file cannot be read", hint="Give a text file of one line."
                ) from error
        if not sys.stdin.isatty():
            raise SetUpError(
                "no passphrase was given", hint="Add --passphrase-file FILE before the command."
            )
        said: str = click.prompt(
            "passphrase of the office", hide_input=True, confirmation_prompt=again, err=True
        )
        return said

    def sign(
        self, act: str, about: Sequence[Subject], facts: Mapping[str, Fact]
    ) -> list[SignedOrder]:
        """The order of the person who acts, and of the second one where --second names one."""
        from cablegram.wiring import tools

        first = tools.sign_order(self.office, self.person, act, about, facts)
        if not self.other:
            return [first]
        return [first, tools.second(self.office, self.other, first)]

    def order(
        self,
        act: str,
        facts: Mapping[str, Fact],
        about: Sequence[Subject] = (),
        *,
        matter: bytes = b"",
    ) -> Done | Repeat:
        """Sign an order, have it performed, and put a signed head over it."""
        from cablegram import registry
        from cablegram.errors import CablegramError

        done = self.give(
            act,
            facts,
            about,
            lambda signed: registry.perform(signed, self.office.bureau, matter=matter),
        )
        try:
            self.office.head()
        except CablegramError as error:
            error.kept = "The order was carried out and is in the books; no signed head covers it."
            raise
        return done

    def give(
        self,
        act: str,
        facts: Mapping[str, Fact],
        about: Sequence[Subject],
        perform: Callable[[list[SignedOrder]], T],
        signed: list[SignedOrder] | None = None,
    ) -> T:
        """Sign an order, unless it is ``signed`` already, and have it performed.

        Where another process took its number in between it is signed anew under the next one;
        nothing can be done twice, for the first signed was refused.
        """
        from cablegram.errors import LostRaceError, OrderError

        signed = signed or self.sign(act, about, facts)
        for left in reversed(range(TRIES)):
            try:
                return perform(signed)
            except LostRaceError:
                if not left:
                    raise
            except OrderError:
                if not left or not self._overtaken(signed):
                    raise
                signed = self.sign(act, about, facts)
        raise AssertionError("the last try returns or raises")  # pragma: no cover

    def _overtaken(self, signed: Sequence[SignedOrder]) -> bool:
        """Whether the number of one of these orders now stands on another order."""
        from cablegram.registry import orders

        with self.office.bureau.books.view() as view:
            return orders.overtaken(view, signed)

    def move(
        self,
        names: Sequence[str],
        act: Act,
        facts: Mapping[str, Fact],
        proposed: Mapping[str, Fact] | None = None,
    ) -> None:
        """Order one act on the copies that go by these names, and say where they then are.

        ``proposed`` are facts that stand unless ``facts`` give others; empty facts are left out.
        """
        from cablegram.registry import serving

        if self.url:
            from cablegram.cli import distant

            distant.move(self, names, act, {**(proposed or {}), **facts})
            return
        with self.office.bureau.books.view() as view:
            copies = serving.copies(view, names, act)
        self.move_copies(copies, act, facts, proposed or {})

    def move_copies(
        self,
        copies: Sequence[Copy],
        act: Act,
        facts: Mapping[str, Fact],
        proposed: Mapping[str, Fact],
    ) -> None:
        """``move`` for copies that were found already; the very same order again is a repeat."""
        from cablegram.registry import serving
        from cablegram.wiring import tools

        given = {name: value for name, value in facts.items() if value != ""}
        with self.office.bureau.books.view() as view:
            repeat = serving.did(view, copies, act, given, self.person)
        order = ""
        if not repeat:
            done = self.order(act.value, {**proposed, **given}, tools.subjects(copies))
            order = getattr(done, "order", "")
        with self.office.bureau.books.view() as view:
            now = [view.copies.get(copy.handle) or copy for copy in copies]
            self.show_copies(view, now, act.value, order, repeat=repeat)

    def show_copies(
        self, view: Shelves, copies: Sequence[Copy], act: str, order: str, *, repeat: bool
    ) -> None:
        """Copies after an act, one a line."""
        from cablegram.registry import finding

        rows = [(finding.name(view, copy), copy) for copy in copies]
        if self.json:
            names = [name for name, _ in rows]
            states = [copy.state.value for _, copy in rows]
            saying.say_json(
                {
                    "act": act,
                    "copies": names,
                    "order": order,
                    "repeat": int(repeat),
                    "states": states,
                }
            )
            return
        for name, copy in rows:
            saying.say("{name} {where}", name=name, where=self.where(copy))
        if repeat:
            saying.tell("this was ordered before, and nothing was done again")

    def where(self, copy: Copy) -> str:
        """Where a copy is, in words, with when and where it is due."""
        from cablegram.model import custody
        from cablegram.model.acts import State
        from cablegram.registry.returns import OVERDUE_STATES

        said = sentence("is {words}", words=custody.words(copy))
        if copy.place:
            said += f" ({copy.place})"
        if copy.state is State.IN_TRANSIT:
            said += sentence(", its receipt due {due_at}", due_at=self.local(copy.due_at))
        elif copy.due_at:
            due = self.local(copy.due_at)
            if copy.state in OVERDUE_STATES and copy.due_at < self.now():
                said += sentence(", overdue since {due_at}", due_at=due)
            else:
                said += sentence(", due back {due_at}", due_at=due)
            if copy.return_to:
                said += sentence(", to {return_to}", return_to=copy.return_to)
        if copy.state is State.ISSUED and copy.proxy:
            said += sentence(", by the hand of {proxy}", proxy=copy.proxy)
        if copy.waiver:
            said += sentence(", verified under standing order {waiver}", waiver=copy.waiver)
        if copy.marks:
            return sentence("{said} [{marks}]", said=said, marks=wording.marks(copy.marks))
        return said

    def local(self, moment: str) -> str:
        """A moment as this office's zone shows it; as English writes it, where a script reads."""
        return saying.when(moment, self.zone, english=self.json)

    def meant(self, *words: str) -> list[str]:
        """The ids of the persons that these words mean; an empty word stays empty."""
        from cablegram.registry import roster

        with self.office.bureau.books.view() as view:
            return [roster.meant(view, word) if word else "" for word in words]

    def read_moment(self, text: str, *, end: bool = False) -> str:
        """A moment out of what a person typed, in this office's zone.

        A day alone is its first second, or its last with ``end``, as where something is due.
        """
        from cablegram.model.dates import read_near

        return read_near(text, self.zone, self.now(), end=end)


pass_session = click.make_pass_decorator(Session)
