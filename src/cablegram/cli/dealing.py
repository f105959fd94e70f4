"""Acts on copies that come more seldom: shown, resolved, missed, found, regraded, countered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import saying
from cablegram.cli.noting import evidence, evidence_options
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.model.acts import Fact

_COPIES = click.argument("copies", nargs=-1, required=True)
_REASON = click.option("--reason", "-r", required=True, help="Why.")
_SHEETS = click.option("--sheets", "-n", type=int, required=True, help="How many sheets there are.")
_NOTE = click.option("--note", default="", help="A word to keep with it.")
_INQUIRY = click.option("--inquiry", type=int, help="The inquiry that it stands on.")
_TWO = "cablegram --as makarov --second vaganov"


@order("shown", "cablegram --as makarov shown 21497/2=2 stalin --messenger ivanov")
@click.argument("words", metavar="COPIES [PERSON] ...", nargs=-1, required=True)
@click.option("--to", "-t", "reader", default="", help="Who read them.")
@click.option("--messenger", default="", help="Who carried them there and back, and waited.")
@click.option("--sheets", "-n", type=int, help="How many each has, where COPY=N does not say.")
@click.option("--hand-receipt", default="", help="The number of their signature on paper.")
@_NOTE
@pass_session
def shown(
    session: Session, /, words: Sequence[str], reader: str, sheets: int | None, **said: str
) -> None:
    """Record that copies were read while the messenger waited: signed for, read, back, counted."""
    from cablegram.cli import issuing, naming
    from cablegram.model.acts import Act
    from cablegram.registry import serving

    with session.office.bureau.books.view() as view:
        named = naming.persons(view, naming.counted(naming.read(words), sheets), reader)
        parts: list[issuing.Part] = []
        for one in named:
            if not one.person:
                raise click.UsageError(
                    sentence("who read {copy}? Name them behind it", copy=one.name)
                )
            facts: dict[str, Fact] = {**said, "reader": one.person, "sheets": one.sheets}
            parts.append((serving.copies(view, [one.name], Act.SHOW), Act.SHOW, facts, {}))
    issuing.each(session, parts)


@order("read", "cablegram --as makarov read 21497/2 --by molotov")
@_COPIES
@click.option("--by", "reader", required=True, help="Who read it.")
@_NOTE
@pass_session
def read(session: Session, copies: Sequence[str], reader: str, note: str) -> None:
    """Record who has read copies: a line of the disclosure record."""
    from cablegram.model.acts import Act

    (reader,) = session.meant(reader)
    session.move(copies, Act.READ, {"reader": reader, "note": note})


@order(
    "resolve",
    "cablegram --as makarov resolve 21497/2 --by stalin --to molotov --until 1951-07-09T12:00 "
    "--words 'report to me'",
)
@_COPIES
@click.option("--by", "written_by", required=True, help="Who wrote it.")
@click.option("--to", "-t", "to", multiple=True, help="Who is to act; may be given more than once.")
@click.option("--until", "-u", "fulfil_by", default="", help="By when.")
@evidence_options
@_NOTE
@pass_session
def resolve(
    session: Session, /, copies: Sequence[str], to: Sequence[str], fulfil_by: str, **said: Any
) -> None:
    """Enter what a holder wrote on copies; each person who is to act gets a task."""
    from cablegram.model.acts import Act
    from cablegram.registry import serving

    until = session.read_moment(fulfil_by, end=True) if fulfil_by else ""
    with session.office.bureau.books.view() as view:
        found = serving.copies(view, copies, Act.ANNOTATE)
    writer, *actors = session.meant(said.pop("written_by"), *to)
    named = evidence(session, said.pop("words"), said.pop("scan"), said.pop("evidence"))
    said["written_by"] = writer
    facts = {**said, "evidence": named, "to": " ".join(actors), "fulfil_by": until}
    session.move_copies(found, Act.ANNOTATE, facts, {})
    with session.office.bureau.books.view() as view:
        for copy in found:
            for task in view.tasks.find("copy", copy.handle):
                if task.resolution == named:
                    saying.tell(
                        "task {number} is {person}'s", number=task.number, person=task.person
                    )


@order("fulfil", "cablegram --as makarov fulfil 21497/1 --words 'carried out on the 8th'")
@_COPIES
@evidence_options
@_NOTE
@pass_session
def fulfil(session: Session, /, copies: Sequence[str], **said: Any) -> None:
    """Report that what a telegram orders was carried out; its originator is owed word of it."""
    from cablegram.model.acts import Act
    from cablegram.registry import serving

    with session.office.bureau.books.view() as view:
        found = serving.copies(view, copies, Act.FULFIL)
    named = evidence(session, said["words"], said["scan"], said["evidence"])
    session.move_copies(found, Act.FULFIL, {"evidence": named, "note": said["note"]}, {})


@order("extend", "cablegram --as makarov extend 21497/1 --due 1951-07-14T21:00 --reason ill")
@_COPIES
@click.option("--due", "-d", required=True, help="By when it must now be back.")
@click.option("--limit", default="", help="The owner's new limit, where it gave one.")
@_REASON
@pass_session
def extend(session: Session, copies: Sequence[str], due: str, limit: str, reason: str) -> None:
    """Give copies more time."""
    from cablegram.model.acts import Act

    facts = {"due_at": session.read_moment(due, end=True), "reason": reason}
    session.move(
        copies,
        Act.EXTEND,
        {**facts, "limit_at": session.read_moment(limit, end=True) if limit else ""},
    )


@order("regrade", "cablegram --as makarov regrade 21497 --level secret --reason 'their 3360'")
@_COPIES
@click.option("--level", required=True, help="The classification from now on.")
@_REASON
@pass_session
def regrade(session: Session, copies: Sequence[str], level: str, reason: str) -> None:
    """Regrade copies; a telegram's number means all that are in custody."""
    from cablegram.model.acts import Act

    session.move(copies, Act.REGRADE, {"classification": level, "reason": reason})


@order(
    "replace-sheet",
    f"{_TWO} replace-sheet 21497/2 --sheets 2 --spoiled 1 --method burnt --reason torn",
)
@_COPIES
@_SHEETS
@click.option("--spoiled", type=int, help="How many spoiled sheets were destroyed, by two.")
@click.option("--method", default="", help="How.")
@click.option("--certificate", default="", help="The number of a certificate on paper.")
@click.option("--digest", default="", help="The digest of the sheets as they are now.")
@_REASON
@pass_session
def replace_sheet(
    session: Session, /, copies: Sequence[str], sheets: int, spoiled: int | None, **said: str
) -> None:
    """Record new sheets in place of spoiled ones; a copy that was short is whole again."""
    from cablegram.model.acts import Act

    facts = {**said, "sheets": sheets, "spoiled": "" if spoiled is None else spoiled}
    session.move(copies, Act.REPLACE_SHEET, facts)


@order("void", "cablegram --as makarov void 21497/5 --reason 'one too many'")
@_COPIES
@_REASON
@pass_session
def void(session: Session, copies: Sequence[str], reason: str) -> None:
    """Void numbers that were never printed; they stay listed."""
    from cablegram.model.acts import Act

    session.move(copies, Act.VOID, {"reason": reason})


@order("charge-out", "cablegram --as makarov charge-out 21497/3 --reason 'for the minister'")
@_COPIES
@_REASON
@pass_session
def charge_out(session: Session, copies: Sequence[str], reason: str) -> None:
    """Take copies out of the file."""
    from cablegram.model.acts import Act

    session.move(copies, Act.CHARGE_OUT, {"reason": reason})


@order("miss", "cablegram --as makarov miss 21497/2 --reason 'not at the muster'")
@_COPIES
@_REASON
@click.option("--muster", default="", help="The muster that did not see it.")
@pass_session
def miss(session: Session, copies: Sequence[str], reason: str, muster: str) -> None:
    """Record copies as missing; each gets an inquiry."""
    from cablegram.model.acts import Act

    session.move(copies, Act.MISS, {"reason": reason, "muster": muster})
    _tell_inquiries(session, copies)


@order("found", "cablegram --as makarov found 21497/2 --reason 'behind the safe'")
@_COPIES
@_REASON
@_INQUIRY
@pass_session
def found(session: Session, copies: Sequence[str], reason: str, inquiry: int | None) -> None:
    """Record copies as found again; the gap stays visible."""
    from cablegram.model.acts import Act

    session.move(copies, Act.FIND, {"reason": reason, "inquiry": inquiry or ""})


@order("lost", f"{_TWO} lost 21497/2 --inquiry 4 --reason 'nothing was found'")
@click.argument("copy")
@click.option("--inquiry", type=int, required=True, help="The closed inquiry about it.")
@_REASON
@pass_session
def lost(session: Session, copy: str, inquiry: int, reason: str) -> None:
    """Declare a missing copy lost, on a ruling; two persons order it."""
    from cablegram.model.acts import Act

    session.move([copy], Act.DECLARE_LOST, {"inquiry": inquiry, "reason": reason})


@order("compromise", "cablegram --as makarov compromise 21497/2 --reason 'read by a stranger'")
@_COPIES
@_REASON
@_INQUIRY
@pass_session
def compromise(session: Session, copies: Sequence[str], reason: str, inquiry: int | None) -> None:
    """Mark copies as perhaps read by others; each gets an inquiry, and its originator word."""
    from cablegram.model.acts import Act

    session.move(copies, Act.COMPROMISE, {"reason": reason, "inquiry": inquiry or ""})
    _tell_inquiries(session, copies)


@order("contain", f"{_TWO} contain 21497/2 --inquiry 4 --reason 'the reader was cleared'")
@click.argument("copy")
@click.option("--inquiry", type=int, required=True, help="The inquiry that ruled so.")
@_REASON
@pass_session
def contain(session: Session, copy: str, inquiry: int, reason: str) -> None:
    """Clear the mark of a compromised copy, on a ruling; two persons order it."""
    from cablegram.model.acts import Act

    session.move([copy], Act.CONTAIN, {"inquiry": inquiry, "reason": reason})


@order("correct", "cablegram --as makarov correct 21497/2 --reason 'the wrong copy'")
@click.argument("entry", required=False)
@click.option("--of", "of", default="", help="The copy whose newest entry it is: 901.")
@_REASON
@pass_session
def correct(session: Session, entry: str | None, of: str, reason: str) -> None:
    """Counter ENTRY of a copy's log, or the newest of 21497/2, and say what puts it right.

    Nothing is undone: the wrong entry stays, with the one that counters it.
    """
    from cablegram.errors import UnknownError
    from cablegram.model.acts import Act
    from cablegram.registry import finding, serving

    if bool(entry) == bool(of):
        raise click.UsageError("counter which entry? Give its number, or a copy")
    with session.office.bureau.books.view() as view:
        if entry and entry.isascii() and entry.isdecimal():
            index = int(entry[: serving.DIGITS_MAX])
        else:
            index = finding.life(view, serving.one(view, of or entry or "").handle)[-1][0]
        leaf = view.leaves.get(index)
        copy = None if leaf is None else view.copies.get(leaf.subject)
        if leaf is None or copy is None:
            raise UnknownError(
                "entry {entry} is not of a copy",
                hint="See a copy's entries with `cablegram log`.",
                entry=entry,
            )
        name = finding.name(view, copy)
    session.move_copies([copy], Act.CORRECT, {"entry": index, "reason": reason}, {})
    right = _RIGHT.get(leaf.act)
    if right and leaf.seq == copy.seq:
        saying.tell("to put it right: `cablegram {right}`", right=right.format(name=name))


def _tell_inquiries(session: Session, names: Sequence[str]) -> None:
    """Say which inquiries are open about the copies of these names."""
    from cablegram.registry import finding, inquiries, serving

    with session.office.bureau.books.view() as view:
        copies = {
            copy.handle: copy
            for name in names
            for hit in serving.find(view, name)
            for copy in hit.copies
        }
        for copy in copies.values():
            row = inquiries.running(view, copy)
            if row is not None:
                saying.tell(
                    "inquiry {number} is open about {copy}",
                    number=row.number,
                    copy=finding.name(view, copy),
                )


_RIGHT = {
    "issue": "return {name}=SHEETS --note 'issued by mistake'",
    "hand_over": "hand-over {name}=SHEETS WHOEVER-HAS-IT",
    "file": "charge-out {name} --reason 'filed by mistake'",
    "charge_out": "file {name} --place WHERE IT LAY",
    "miss": "found {name} --reason 'it was there'",
    "regrade": "regrade {name} --level WHAT IT WAS --reason 'regraded by mistake'",
    "extend": "extend {name} --due WHAT IT WAS --reason 'extended by mistake'",
}
"""What puts a copy right after a mistaken act, where anything does."""

COMMANDS = (
    shown,
    read,
    resolve,
    fulfil,
    extend,
    regrade,
    replace_sheet,
    void,
    charge_out,
    miss,
    found,
    lost,
    compromise,
    contain,
    correct,
)
