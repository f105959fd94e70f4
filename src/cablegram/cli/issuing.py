"""``issue``, ``hand-over`` and ``return``: copies go out, go on, and come back.

A line may be about several persons: each gets an order of their own, and who is refused does
not keep the others waiting.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import distant, naming, saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cablegram.cli.naming import Named
    from cablegram.model.acts import Act, Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves

    Part = tuple[Sequence[Copy], Act, Mapping[str, Fact], Mapping[str, Fact]]

_WORDS = click.argument("words", metavar="COPIES [PERSON] ...", nargs=-1, required=True)
_SHEETS = click.option(
    "--sheets", "-n", type=int, help="How many sheets each has, where COPY=N does not say."
)
_OFF_ROUTE = click.option("--reason", "-r", default="", help="Why it goes off its route.")
_NOTE = click.option("--note", default="", help="A word to keep with it.")


@order(
    "issue",
    "cablegram --as makarov issue 21497/1 --to stalin\n"
    "cablegram --as makarov issue 21497\n"
    "cablegram --as makarov issue 21497/2 901 molotov 902 stalin",
)
@_WORDS
@click.option("--to", "-t", "holder", default="", help="Who is to have them.")
@click.option(
    "--due", "-d", default="", help="When they must be back; the latest there is, if not."
)
@click.option("--return-to", default="", help="Where they come back to.")
@click.option("--proxy", default="", help="Who takes them for the holder.")
@click.option("--hand-receipt", default="", help="The number of their signature.")
@click.option("--exception", default="", help="Why it is issued in spite of a supply hold.")
@click.option("--sheets", "-n", type=int, help="How many sheets each has, counted out.")
@_OFF_ROUTE
@_NOTE
@pass_session
def issue(session: Session, /, words: Sequence[str], holder: str, due: str, **said: Any) -> None:
    """Give copies to persons, to be back by a day and at a place.

    Where no person is said, a copy goes to who is next on its route, else to whom it is for on
    the distribution list; a telegram's number means all of its copies that are for somebody.
    """
    from cablegram.model.acts import Act
    from cablegram.registry import returns

    if session.url:
        said["due_at"] = session.read_moment(due, end=True) if due else ""
        distant.issue(session, words, holder, {n: v for n, v in said.items() if v})
        return
    bureau = session.office.bureau
    sheets, proxy = said.pop("sheets") or 0, said.pop("proxy")
    parts: list[Part] = []
    with bureau.books.view() as view:
        named = naming.persons(view, naming.read(words), holder)
        if proxy:
            said["proxy"] = naming.persons(view, [naming.Named("")], proxy)[0].person
        groups: dict[tuple[str, int], list[Copy]] = defaultdict(list)
        for one in named:
            for copy, person in _meant(view, one, Act.ISSUE):
                groups[person, one.sheets or sheets].append(copy)
        for (person, count), copies in groups.items():
            latest = [returns.latest(view, copy, bureau.now(), bureau) for copy in copies]
            facts = {**said, "holder": person, "sheets": count or ""}
            facts["due_at"] = session.read_moment(due, end=True) if due else ""
            proposed = {"due_at": min(at for at, _ in latest), "return_to": latest[0][1]}
            parts.append((copies, Act.ISSUE, facts, proposed))
    each(session, parts)


@order("hand-over", "cablegram --as makarov hand-over 21497/1=2 molotov")
@_WORDS
@click.option("--to", "-t", "holder", default="", help="Who is to have them.")
@_SHEETS
@_OFF_ROUTE
@click.option("--hand-receipt", default="", help="The number of their signature.")
@_NOTE
@pass_session
def hand_over(
    session: Session, /, words: Sequence[str], holder: str, sheets: int | None, **said: str
) -> None:
    """Let a holder hand copies to the next one: who is next on the route, if nobody is said."""
    from cablegram.model.acts import Act

    if session.url:
        distant.hand_over(session, words, holder, sheets, said)
        return
    with session.office.bureau.books.view() as view:
        named = naming.persons(view, naming.counted(naming.read(words), sheets), holder)
        groups: dict[tuple[str, int], list[Copy]] = defaultdict(list)
        for one in named:
            for copy, person in _meant(view, one, Act.HAND_OVER):
                groups[person, one.sheets].append(copy)
    each(
        session,
        [
            (copies, Act.HAND_OVER, {**said, "holder": person, "sheets": count}, {})
            for (person, count), copies in groups.items()
        ],
    )


@order("return", "cablegram --as makarov return 21497/1=2 21498/3=1")
@_WORDS
@_SHEETS
@click.option("--note", default="", help="A word to keep; why it came without their transmittal.")
@_OFF_ROUTE
@pass_session
def return_(
    session: Session, words: Sequence[str], sheets: int | None, note: str, reason: str
) -> None:
    """Take copies back, from whoever has them: persons, or another office.

    One that another office had comes under its transmittal; where it sent none, say why in a note.
    """
    from cablegram.model.acts import Act
    from cablegram.registry import announced, serving

    if session.url:
        distant.return_(session, words, sheets, {"note": note, "reason": reason})
        return
    bureau = session.office.bureau
    named = naming.counted(naming.read(words), sheets)
    if any(one.person for one in named):
        raise click.UsageError("whoever has them gives them back: name the copies alone")
    inside: dict[int, list[Copy]] = defaultdict(list)
    outside: list[Part] = []
    with bureau.books.view() as view:
        for one in named:
            copy = serving.one(view, one.name)
            if serving.way_back(copy) is Act.RETURN:
                inside[one.sheets].append(copy)
                continue
            under = announced.came_under(view, copy, bureau)
            facts: dict[str, Fact] = {"sheets": one.sheets, "note": note}
            proposed = {"transmittal": under} if under else {}
            outside.append(([copy], Act.COME_BACK, facts, proposed))
    parts: list[Part] = [
        (copies, Act.RETURN, {"sheets": count, "note": note, "reason": reason}, {})
        for count, copies in inside.items()
    ]
    each(session, parts + outside)


def each(session: Session, parts: Sequence[Part]) -> None:
    """Give each order; one that is refused is told, and the others are given all the same.

    Raises:
        CablegramError: the last refusal, once all were tried; ``kept`` says what was done.
    """
    from cablegram.errors import CablegramError, CustodyError, UnknownError
    from cablegram.registry import finding

    done: list[str] = []
    refused: list[CablegramError] = []
    for copies, act, facts, proposed in parts:
        try:
            session.move_copies(copies, act, facts, proposed)
        except CablegramError as error:
            if not isinstance(error, CustodyError | UnknownError):
                error.kept += _kept(done)
                raise
            refused.append(error)
            continue
        with session.office.bureau.books.view() as view:
            done += [finding.name(view, copy) for copy in copies]
    for one in refused[:-1]:
        saying.refuse(str(one), one.hint, one.kept)
    if refused:
        if done:
            refused[-1].kept = sentence("Nothing was changed of these.") + _kept(done)
        raise refused[-1]


def _kept(done: Sequence[str]) -> str:
    return sentence(" Done: {copies}.", copies=beside(done)) if done else ""


def _meant(view: Shelves, one: Named, act: Act) -> Iterable[tuple[Copy, str]]:
    """The copies that a name means for an act, each with the person it goes to.

    Raises:
        UnknownError: nobody says to whom, or none of them can go.
    """
    from cablegram.errors import UnknownError
    from cablegram.model.names import FILE
    from cablegram.registry import finding, hand_receipts, routes, serving

    copies = serving.copies(view, [one.name], act)
    if one.person:
        return [(copy, one.person) for copy in copies]
    whole = one.name.isdecimal() and bool(copies[0].telegram)
    found = []
    for copy in copies:
        on_list = copy.whom if copy.whom != FILE and act.value == "issue" else ""
        # Of a whole telegram, what somebody had and brought back is not sent out once more.
        if whole and (not on_list or hand_receipts.given(view, copy)):
            continue
        person = routes.next_reader(view, copy) or on_list
        if not person:
            raise UnknownError(
                "to whom? {copy} has no route, and is on nobody's list",
                hint="Name the person behind it: {copy} PERSON.",
                copy=finding.name(view, copy),
            )
        found.append((copy, person))
    if not found:
        raise UnknownError(
            "no copy of {cable} is here that still goes to somebody on its list",
            hint="See `cablegram where {cable}`, then name the copy and the person.",
            cable=one.name,
        )
    return found


COMMANDS = (issue, hand_over, return_)
