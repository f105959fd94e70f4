"""``open`` and ``print``: what the cipher room does with what came in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying, service
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, many, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.model.custody import Copy
    from cablegram.model.orders import SignedOrder
    from cablegram.model.records import Incoming, Telegram


@order("open", "cablegram --as vaganov open 1")
@click.argument("outer", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that waits.")
@pass_session
def open_(session: Session, outer: Sequence[str], everything: bool) -> None:
    """Open the envelopes with these OUTER numbers: cable number, register line, copies."""
    from cablegram.errors import CablegramError
    from cablegram.model.orders import OfficeAct

    rows = _rows(session, outer, everything)
    answers: list[Mapping[str, object]] = []
    for row in rows:
        facts = {"sealed": row.digest}
        ask = partial(session.office.room.open, row.digest)
        try:
            answer = session.give(OfficeAct.OPEN.value, facts, (), ask)
        except CablegramError as error:
            if answers:
                error.kept += " Those opened before it are entered."
            raise
        answers.append(answer)
        if not session.json:
            _say_opened(row, answer)
            with session.office.bureau.books.view() as view:
                telegram = view.telegrams.get(str(answer["telegram"]))
                assert telegram is not None, "the room has entered it"
                if telegram.kind in service.VERBS:
                    effect = service.effect(view, telegram)
                    saying.tell("{cable} {effect}", cable=telegram.cable_number, effect=effect)
    if session.json:
        saying.say_json({"opened": [dict(answer) for answer in answers]})
    elif not rows:
        saying.tell("nothing waits to be opened")


@order(
    "print",
    "cablegram --as chesnokova print 21497 --verifier makarov\n"
    "cablegram --as chesnokova print 21497 --screen molotov --screen stalin=poskrebyshev",
)
@click.argument("cables", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that wait for it.")
@click.option("--verifier", default="", help="Who will verify the copies; stands on the sheets.")
@click.option("--attachments", is_flag=True, help="Put the attachments beside the sheets.")
@click.option(
    "--screen",
    "screens",
    multiple=True,
    help="PERSON, HOLDER=PROXY or `all`: seal their copies for the screen; the others wait.",
)
@pass_session
def print_(
    session: Session,
    /,
    cables: Sequence[int],
    *,
    everything: bool,
    verifier: str,
    attachments: bool,
    screens: Sequence[str],
) -> None:
    """Print the copies of telegrams CABLES that wait for it, a run each.

    With --screen nothing goes on paper: a copy is sealed to the reading key of whom it is for.
    """
    from cablegram.errors import CablegramError

    if everything == bool(cables):
        raise click.UsageError("print which telegrams? Name them, or give --all")
    facts = {"verifier": verifier} if verifier else {}
    if attachments:
        facts["attachments"] = "yes"
    done: list[str] = []
    for cable in cables or _waiting(session):
        try:
            made = _print(session, cable, facts, screens)
        except CablegramError as error:
            if done:
                error.kept += sentence(" Printed before it: {cables}.", cables=beside(done))
            raise
        done += [str(cable)] if made else []
    if everything and not done:
        saying.tell("nothing waits to be printed")
    elif done and not session.json:
        names = "--all" if everything else " ".join(done)
        saying.tell(
            "have them verified before anything leaves: `cablegram verify {names}`", names=names
        )


def _waiting(session: Session) -> list[int]:
    """The cable numbers of the telegrams with copies that were never printed."""
    from cablegram.model.acts import State
    from cablegram.registry.reading import every

    with session.office.bureau.books.view() as view:
        handles = {copy.telegram for copy in every(view.copies, "state", State.ALLOTTED.value)}
        rows = (view.telegrams.get(handle) for handle in handles)
        return sorted(row.cable_number for row in rows if row is not None)


def _print(session: Session, cable: int, facts: Mapping[str, str], screens: Sequence[str]) -> bool:
    """The runs of one telegram; whether anything was printed."""
    from cablegram.registry import finding, serving

    with session.office.bureau.books.view() as view:
        telegram = finding.telegram(view, cable)
        copies, orders = serving.to_print(view, telegram)
        printed = [run.number for run in view.print_runs.find("telegram", telegram.handle)]
    if not copies and not orders and printed:
        if session.json:
            saying.say_json({"print_number": printed[-1], "copies": 0, "files": [], "repeat": 1})
        saying.tell(
            "every copy of {cable} was printed before, last as print {printed}",
            cable=cable,
            printed=printed[-1],
        )
        return False
    runs = _screened(session, cable, copies, screens) if screens and not orders else [("", copies)]
    for to, part in runs:
        _run(session, telegram, {**facts, **({"screen": to} if to else {})}, part, orders)
    return bool(runs)


def _screened(
    session: Session, cable: int, copies: Sequence[Copy], screens: Sequence[str]
) -> list[tuple[str, list[Copy]]]:
    """The runs that seal the copies of these persons: each to itself, or to a proxy."""
    from cablegram.errors import CustodyError
    from cablegram.model.screens import EACH
    from cablegram.registry import readers

    runs: dict[str, list[Copy]] = {}
    for said in screens:
        if said == "all":
            with session.office.bureau.books.view() as view:
                known = {key.person for key in readers.all_keys(view, session.office.bureau)}
            runs.setdefault(EACH, []).extend(c for c in copies if c.whom in known)
            continue
        named, _, proxy = said.partition("=")
        holder, to = session.meant(named, proxy)
        found = [copy for copy in copies if copy.whom == holder]
        if not found:
            raise CustodyError(
                "no copy of {cable} for {person} waits to be printed",
                hint="See whom its copies are for: `cablegram where {cable}`.",
                cable=cable,
                person=holder,
            )
        runs.setdefault(to or EACH, []).extend(found)
    return [(to, list(dict.fromkeys(part))) for to, part in runs.items() if part]


def _run(
    session: Session,
    telegram: Telegram,
    facts: Mapping[str, str],
    copies: Sequence[Copy],
    orders: list[SignedOrder],
) -> None:
    """One run of one telegram."""
    from cablegram.model.acts import Act
    from cablegram.wiring import tools

    ask = partial(session.office.room.print, telegram.handle)
    answer = dict(session.give(Act.PRINT.value, facts, tools.subjects(copies), ask, orders))
    if session.json:
        saying.say_json({**answer, "repeat": 0})
        return
    count, files = answer["copies"], answer["files"]
    assert isinstance(count, int), "the room counts the copies"
    assert isinstance(files, list), "the room lists the files"
    made = many(count, "copy", "copies")
    saying.say(
        "print {print_number}: {made} of {cable}",
        print_number=answer["print_number"],
        made=made,
        cable=telegram.cable_number,
    )
    for file in map(str, files):
        name, _, person = file.partition(" ")
        if facts.get("screen") and person:
            saying.say("{copy} is sealed to {person}", copy=name, person=person)
        else:
            saying.say(file)


def _rows(session: Session, outer: Sequence[str], everything: bool) -> list[Incoming]:
    from cablegram.registry import serving

    with session.office.bureau.books.view() as view:
        if everything:
            return [i for i in view.incoming.find("state", "waiting") if i.kind == "telegram"]
        if not outer:
            raise click.UsageError("open what? Give an outer number, or --all")
        return [serving.to_open(view, text) for text in outer]


def _say_opened(row: Incoming, answer: Mapping[str, object]) -> None:
    count = answer["copies"]
    assert isinstance(count, int), "the room counts the copies"
    saying.say(
        "outer {outer_number} is {cable_number}: from {office}, their {outgoing_number}, {copies}",
        outer_number=row.outer_number,
        cable_number=answer["cable_number"],
        office=answer["office"],
        outgoing_number=answer["outgoing_number"],
        copies=many(count, "copy", "copies"),
    )
    if answer.get("repeat"):
        saying.tell("it was opened before, and nothing was entered again")
    if answer.get("alarm"):
        saying.tell(str(answer["alarm"]))


COMMANDS = (open_, print_)
