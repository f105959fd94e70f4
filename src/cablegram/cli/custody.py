"""The acts on copies within the house: verify, issue, hand over, return, file, and the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import saying
from cablegram.cli.noting import evidence
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cablegram.model.acts import Act
    from cablegram.model.custody import Copy

_COPIES = click.argument("copies", nargs=-1, required=True)
_SHEETS = click.option("--sheets", type=int, required=True, help="How many sheets were counted.")
_OFF_ROUTE = click.option("--reason", default="", help="Why it goes off its route.")
_NOTE = click.option("--note", default="", help="A word to keep with it.")


@order("verify", "cablegram --as makarov verify 21497")
@_COPIES
@click.option("--waiver", default="", help="The chief's standing order that lets a small post.")
@_NOTE
@pass_session
def verify(session: Session, copies: Sequence[str], waiver: str, note: str) -> None:
    """Verify printed copies: by one who neither opened nor printed them."""
    from cablegram.model.acts import Act

    session.move(copies, Act.VERIFY, {"waiver": waiver, "note": note})


@order("issue", "cablegram --as makarov issue 21497/1 --to stalin")
@_COPIES
@click.option("--to", "holder", default="", help="Who is to have it; next on its route, if not.")
@click.option("--due", default="", help="When it must be back; the latest there is, if not given.")
@click.option("--return-to", default="", help="Where it comes back to.")
@click.option("--proxy", default="", help="Who takes it for them.")
@click.option("--hand-receipt", default="", help="The number of their signature.")
@click.option("--exception", default="", help="Why it is issued in spite of a supply hold.")
@click.option("--sheets", type=int, help="How many sheets were counted out.")
@_OFF_ROUTE
@_NOTE
@pass_session
def issue(session: Session, /, copies: Sequence[str], due: str, **said: Any) -> None:
    """Give copies to a person, to be back by a day and at a place."""
    from cablegram.model.acts import Act
    from cablegram.registry import returns, serving

    bureau = session.office.bureau
    with bureau.books.view() as view:
        found = serving.copies(view, copies, Act.ISSUE)
        latest = [returns.latest(view, copy, bureau.now(), bureau) for copy in found]
    proposed = {"due_at": min(at for at, _ in latest), "return_to": latest[0][1]}
    said["sheets"] = said["sheets"] or ""
    said["holder"] = said["holder"] or _next(session, found)
    facts = {**said, "due_at": session.read_moment(due) if due else ""}
    session.move_copies(found, Act.ISSUE, facts, proposed)


@order("hand-over", "cablegram --as makarov hand-over 21497/1 --to molotov --sheets 2")
@_COPIES
@click.option("--to", "holder", default="", help="Who is to have it; next on its route, if not.")
@_SHEETS
@_OFF_ROUTE
@click.option("--hand-receipt", default="", help="The number of their signature.")
@_NOTE
@pass_session
def hand_over(session: Session, /, copies: Sequence[str], sheets: int, **said: str) -> None:
    """Let a holder hand copies to the next one."""
    from cablegram.model.acts import Act
    from cablegram.registry import serving

    with session.office.bureau.books.view() as view:
        found = serving.copies(view, copies, Act.HAND_OVER)
    said["holder"] = said["holder"] or _next(session, found)
    session.move_copies(found, Act.HAND_OVER, {**said, "sheets": sheets}, {})


def _next(session: Session, copies: Sequence[Copy]) -> str:
    """Who is next on the route of these copies, where they have one and the same next reader."""
    from cablegram.registry import finding, routes

    with session.office.bureau.books.view() as view:
        named = [(finding.name(view, copy), routes.next_reader(view, copy)) for copy in copies]
    readers = {reader for _, reader in named}
    if readers == {""} or not readers:
        raise click.UsageError("to whom? Give --to PERSON, or settle a route")
    if len(readers) > 1:
        said = ", ".join(
            sentence("{name} to {reader}", name=name, reader=reader or sentence("nobody"))
            for name, reader in named
        )
        raise click.UsageError(sentence("they go to different readers: {said}", said=said))
    return readers.pop()


@order("return", "cablegram --as makarov return 21497/1 --sheets 2")
@_COPIES
@_SHEETS
@click.option("--note", default="", help="A word to keep; why it came without their transmittal.")
@_OFF_ROUTE
@pass_session
def return_(session: Session, copies: Sequence[str], sheets: int, note: str, reason: str) -> None:
    """Take copies back, from whoever has them: a person, or another office.

    One that another office had comes under its transmittal; where it sent none, say why in a note.
    """
    from cablegram.errors import CablegramError
    from cablegram.model.acts import Act
    from cablegram.registry import announced, serving

    bureau = session.office.bureau
    with bureau.books.view() as view:
        found = [serving.one(view, name) for name in copies]
        ways = [(copy, serving.way_back(copy)) for copy in found]
        under = {copy.handle: announced.came_under(view, copy, bureau) for copy in found}
    facts: dict[str, str | int] = {"sheets": sheets, "note": note}
    inside = [copy for copy, way in ways if way is Act.RETURN]
    if inside:
        session.move_copies(inside, Act.RETURN, {**facts, "reason": reason}, {})
    done = bool(inside)
    for copy in (copy for copy, way in ways if way is Act.COME_BACK):
        named = under[copy.handle]
        try:
            session.move_copies(
                [copy], Act.COME_BACK, facts, {"transmittal": named} if named else {}
            )
        except CablegramError as error:
            if done:
                error.kept += " Those named before it were taken back."
            raise
        done = True


@order("file", "cablegram --as makarov file 21497/3 --place 'case 12, leaf 226'")
@_COPIES
@click.option("--place", required=True, help="Where in the file it lies.")
@pass_session
def file(session: Session, copies: Sequence[str], place: str) -> None:
    """Lay copies into the file."""
    from cablegram.model.acts import Act

    session.move(copies, Act.FILE, {"place": place})


@order(
    "destroy",
    "cablegram --as makarov --second chesnokova destroy 21497/4 --sheets 2 --method burnt",
)
@_COPIES
@_SHEETS
@click.option("--method", required=True, help="How.")
@click.option("--certificate", default="", help="The number of the certificate.")
@_NOTE
@pass_session
def destroy(session: Session, /, copies: Sequence[str], sheets: int, **said: str) -> None:
    """Destroy copies; two persons order it, and the sheets must be all there."""
    from cablegram.model.acts import Act

    session.move(copies, Act.DESTROY, {**said, "sheets": sheets})


@order("recall", "cablegram --as makarov recall 21497/1 --reason 'a correction follows'")
@_COPIES
@click.option("--reason", required=True)
@click.option("--due", default="", help="By when it must now be back.")
@pass_session
def recall(session: Session, copies: Sequence[str], reason: str, due: str) -> None:
    """Demand copies back before their time."""
    from cablegram.model.acts import Act

    at = session.read_moment(due) if due else ""
    session.move(copies, Act.RECALL, {"reason": reason, "due_at": at})


@order(
    "act",
    "cablegram --as makarov act extend 21497/1 --fact due_at=1951-07-14T21:00 --fact reason=ill",
)
@click.argument("what", required=False)
@click.argument("copies", nargs=-1)
@click.option("--fact", "facts", multiple=True, help="NAME=VALUE, as the table of acts asks.")
@pass_session
def act(session: Session, what: str | None, copies: Sequence[str], facts: Sequence[str]) -> None:
    """Order any act of the table on copies; alone, it lists the table.

    Read, annotate, extend, miss, find, compromise and all the others.
    """
    from cablegram.errors import MalformedError
    from cablegram.model.acts import COUNTS, RULES, Act

    found = {a.value.replace("_", "-"): a for a in Act if RULES[a].sources and a is not Act.PRINT}
    if what is None:
        _list_acts(session, found)
        return
    if what.replace("_", "-") not in found:
        raise MalformedError(
            "there is no act {what!r} on copies",
            hint="See the table with `cablegram act`; it has {found}.",
            what=what,
            found=", ".join(found),
        )
    if not copies:
        raise click.UsageError(sentence("{what} which copies? Name them, as in 21497/1", what=what))
    given: dict[str, str | int] = {}
    for fact in facts:
        name, is_pair, value = fact.partition("=")
        if not is_pair or (name in COUNTS and not value.isdecimal()):
            raise click.UsageError(
                sentence("the fact {fact!r} is not a name and a value", fact=fact)
            )
        given[name] = int(value) if name in COUNTS else value
        if name.endswith("_at"):
            given[name] = session.read_moment(value)
    session.move(copies, found[what.replace("_", "-")], given)


def _list_acts(session: Session, found: Mapping[str, Act]) -> None:
    """The table of acts, as the rules themselves hold it."""
    from cablegram.model.acts import RULES, State

    def spelled(states: Collection[State]) -> str:
        if len(states) <= len(State) // 2:
            return ", ".join(s.value for s in State if s in states).replace("_", " ")
        rest = ", ".join(s.value for s in State if s not in states).replace("_", " ")
        return sentence("any but {rest}", rest=rest) if rest else "any"

    rules = [(name, RULES[act]) for name, act in found.items()]
    if session.json:
        rows = [
            {
                "act": name,
                "from": sorted(state.value for state in rule.sources),
                "to": rule.target.value if rule.target else "",
                "needs": list(rule.needs),
                "may": list(rule.may),
                "two": rule.two.value,
            }
            for name, rule in rules
        ]
        saying.say_json({"acts": rows})
        return
    shown = [
        (
            name,
            spelled(rule.sources),
            rule.target.value.replace("_", " ") if rule.target else "the same",
            " ".join(rule.needs) or "-",
            {"no": "", "always": "two"}.get(rule.two.value, "by series"),
        )
        for name, rule in rules
    ]
    for line in saying.table(("act", "from", "to", "facts needed", "two?"), shown):
        saying.say(line)


@order("allot", "cablegram --as makarov --second vaganov allot 21497 --for molotov --reason asked")
@click.argument("cable", type=int)
@click.option("--for", "whom", required=True, help="Whom the further copy is for.")
@click.option("--reason", required=True)
@click.option("--consent", default="", help="The cable number or digest of what they agreed in.")
@click.option("--scan", type=click.Path(path_type=Path), help="A scan of their consent on paper.")
@pass_session
def allot(session: Session, /, cable: int, scan: Path | None, **said: str) -> None:
    """Allot one further copy of telegram CABLE, with its originator's consent."""
    from cablegram.model.acts import Act
    from cablegram.model.orders import Subject
    from cablegram.registry import calling, entries, finding, restoring

    bureau = session.office.bureau
    with bureau.books.view() as view:
        telegram = finding.telegram(view, cable)
        for call in calling.calls(view, bureau) if not said["consent"] else ():
            if call.said.kind == "consented" and call.said.letter == telegram.letter:
                said["consent"] = call.row.digest
        if said["consent"].isdecimal():
            said["consent"] = finding.telegram(view, int(said["consent"])).letter
        about = Subject(telegram.handle, entries.next_seq(view, telegram.handle) - 1)
        number = restoring.next_copy(view, telegram, bureau)
    if scan is not None:
        said["consent"] = evidence(session, "", scan, said["consent"])
    facts = {name: value for name, value in said.items() if value}
    done = session.order(Act.ALLOT.value, {**facts, "copy": number, "made": number}, (about,))
    with bureau.books.view() as view:
        made = list(view.copies.find("telegram", telegram.handle, number))
        order_digest = getattr(done, "order", "")
        session.show_copies(view, made, Act.ALLOT.value, order_digest, repeat=False)


COMMANDS = (verify, issue, hand_over, return_, file, destroy, recall, act, allot)
