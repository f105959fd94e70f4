"""The acts on copies within the house: verify, file, destroy, recall, allot, and any act."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.noting import evidence
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, sentence, term, word

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cablegram.model.acts import Act

_COPIES = click.argument("copies", nargs=-1, required=True)
_SHEETS = click.option(
    "--sheets", "-n", type=int, help="How many sheets each has, where COPY=N does not say."
)
_NOTE = click.option("--note", default="", help="A word to keep with it.")


@order("verify", "cablegram --as makarov verify 21497")
@click.argument("copies", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are printed and not verified.")
@click.option("--waiver", default="", help="The chief's standing order that lets a small post.")
@_NOTE
@pass_session
def verify(
    session: Session, copies: Sequence[str], *, everything: bool, waiver: str, note: str
) -> None:
    """Verify printed copies: by one who neither opened nor printed them."""
    from cablegram.model.acts import Act, State
    from cablegram.registry import finding
    from cablegram.registry.reading import every

    if everything == bool(copies):
        raise click.UsageError("verify which copies? Name them, or give --all")
    if everything:
        with session.office.bureau.books.view() as view:
            found = list(every(view.copies, "state", State.PRINTED.value))
            copies = sorted((finding.name(view, copy) for copy in found), key=saying.natural)
    if not copies:
        saying.tell("no printed copy waits to be verified")
        return
    session.move(copies, Act.VERIFY, {"waiver": waiver, "note": note})


@order("file", "cablegram --as makarov file 21497/3 --place 'case 12, leaf 226'")
@_COPIES
@click.option("--place", "-p", required=True, help="Where in the file it lies.")
@pass_session
def file(session: Session, copies: Sequence[str], place: str) -> None:
    """Lay copies into the file; of a telegram's number, those that are for the file."""
    from cablegram.model.acts import Act
    from cablegram.model.names import FILE
    from cablegram.registry import serving

    if session.url:
        session.move(copies, Act.FILE, {"place": place})
        return
    found = []
    with session.office.bureau.books.view() as view:
        for name in copies:
            meant = serving.copies(view, [name], Act.FILE)
            found += [copy for copy in meant if copy.whom == FILE] or meant
    session.move_copies(found, Act.FILE, {"place": place}, {})


@order(
    "destroy",
    "cablegram --as makarov --second chesnokova destroy 21497/4=2 --method burnt",
)
@_COPIES
@_SHEETS
@click.option("--method", "-m", required=True, help="How.")
@click.option("--certificate", default="", help="The number of the certificate.")
@_NOTE
@pass_session
def destroy(session: Session, /, copies: Sequence[str], sheets: int | None, **said: str) -> None:
    """Destroy copies; two persons order it, and the sheets must be all there."""
    from cablegram.cli import naming
    from cablegram.model.acts import Act

    named = naming.counted(naming.read(copies), sheets)
    counts = {one.sheets for one in named}
    if len(counts) > 1:
        raise click.UsageError("one order destroys copies of as many sheets: name the others after")
    session.move([one.name for one in named], Act.DESTROY, {**said, "sheets": counts.pop()})


@order("recall", "cablegram --as makarov recall 21497/1 --reason 'a correction follows'")
@_COPIES
@click.option("--reason", "-r", required=True)
@click.option("--due", "-d", default="", help="By when it must now be back.")
@pass_session
def recall(session: Session, copies: Sequence[str], reason: str, due: str) -> None:
    """Demand copies back before their time."""
    from cablegram.model.acts import Act

    at = session.read_moment(due, end=True) if due else ""
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
            return beside(term(s) for s in State if s in states)
        rest = beside(term(s) for s in State if s not in states)
        return sentence("any but {rest}", rest=rest) if rest else sentence("any")

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
            term(rule.target) if rule.target else sentence("the same"),
            " ".join(rule.needs) or "-",
            {"no": "", "always": sentence("two")}.get(rule.two.value, sentence("by series")),
        )
        for name, rule in rules
    ]
    for line in saying.table(
        ("act", word("from", "state"), word("to", "state"), "facts needed", "two?"), shown
    ):
        saying.say(line)


@order("allot", "cablegram --as makarov --second vaganov allot 21497 --for molotov --reason asked")
@click.argument("cable", type=int)
@click.option("--for", "whom", required=True, help="Whom the further copy is for.")
@click.option("--reason", "-r", required=True)
@click.option("--consent", default="", help="The cable number or digest of what they agreed in.")
@click.option("--scan", type=click.Path(path_type=Path), help="A scan of their consent on paper.")
@pass_session
def allot(session: Session, /, cable: int, scan: Path | None, **said: str) -> None:
    """Allot one further copy of telegram CABLE, with its originator's consent."""
    from cablegram.model.acts import Act
    from cablegram.model.names import FILE
    from cablegram.model.orders import Subject
    from cablegram.registry import calling, entries, finding, restoring, roster

    bureau = session.office.bureau
    with bureau.books.view() as view:
        said["whom"] = said["whom"] if said["whom"] == FILE else roster.meant(view, said["whom"])
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


COMMANDS = (verify, file, destroy, recall, act, allot)
