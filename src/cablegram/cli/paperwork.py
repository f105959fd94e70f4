"""``tasks``, ``receipts``, ``inquiries``, ``notices`` and what ends each; ``certificates``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import saying, wording
from cablegram.cli.noting import evidence, evidence_options
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import all_of, many, sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cablegram.model.acts import Fact
    from cablegram.model.paperwork import Certificate, HandReceipt, Inquiry, Notice, Task
    from cablegram.ports import Shelves


@order("tasks", "cablegram tasks --of molotov")
@click.option("--of", "person", default="", help="Only those of this person.")
@click.option("--due", is_flag=True, help="Only those past their day.")
@click.option("--all", "everything", is_flag=True, help="Also done and withdrawn.")
@pass_session
def tasks(session: Session, person: str, due: bool, everything: bool) -> None:
    """List what resolutions have ordered, soonest due first."""
    from cablegram.registry import tasks as tasks_
    from cablegram.registry.reading import every

    bureau = session.office.bureau
    (person,) = session.meant(person)
    now = bureau.now()
    with bureau.books.view() as view:
        rows = list(every(view.tasks) if everything else every(view.tasks, "state", tasks_.OPEN))
        rows = [
            row
            for row in sorted(rows, key=lambda row: (row.due_at or "~", row.number))
            if person in {"", row.person} and (not due or "" < row.due_at < now)
        ]
        shown = [_task(session, view, row, now) for row in rows]
    heads = ("task", "of", "copy", "due", "resolution of", "state")
    _show(session, "tasks", rows, heads, shown, sentence("there is nothing to do"))


@click.group("task", cls=Family)
def task() -> None:
    """End tasks: reported done, or withdrawn."""


@order("done", "cablegram --as makarov task done 3 --words 'sent on Monday'")
@click.argument("number", type=int)
@evidence_options
@click.option("--on", "copy", default="", help="The copy the report is entered on.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def done(session: Session, /, number: int, copy: str, note: str, **given: Any) -> None:
    """Report task NUMBER done, on a copy of its telegram that lies here."""
    from cablegram.model.acts import HELD_HERE, Act
    from cablegram.registry import serving
    from cablegram.registry import tasks as tasks_

    with session.office.bureau.books.view() as view:
        row = tasks_.open_task(view, number)
        own = view.copies.get(row.copy)
        assert own is not None, "a task stands on a copy in the books"
        mates = view.copies.find("telegram", row.telegram) if row.telegram else ()
        here = [mate for mate in (own, *mates) if mate.state in HELD_HERE]
        named = serving.one(view, copy) if copy else next(iter(here), own)
    facts: dict[str, Fact] = {
        "task": number,
        "note": note,
        "evidence": evidence(session, given["words"], given["scan"], given["evidence"]),
    }
    session.move_copies([named], Act.FULFIL, facts, {})


@order("withdraw", "cablegram --as makarov task withdraw 3 --reason 'done by another'")
@click.argument("number", type=int)
@click.option("--reason", "-r", required=True)
@pass_session
def withdraw(session: Session, number: int, reason: str) -> None:
    """Withdraw task NUMBER by a counter-entry to its resolution."""
    from cablegram.model.acts import Act
    from cablegram.registry import tasks as tasks_

    with session.office.bureau.books.view() as view:
        row = tasks_.open_task(view, number)
        own = view.copies.get(row.copy)
        assert own is not None, "a task stands on a copy in the books"
    facts: dict[str, Fact] = {"entry": row.leaf_index, "reason": reason, "task": number}
    session.move_copies([own], Act.CORRECT, facts, {})


@order("receipts", "cablegram receipts molotov")
@click.argument("person")
@click.option("--all", "everything", is_flag=True, help="Also those that are closed.")
@pass_session
def receipts(session: Session, person: str, everything: bool) -> None:
    """List the hand receipts of PERSON: what they signed for and have not given back."""
    from cablegram.registry import hand_receipts
    from cablegram.registry.reading import every

    (person,) = session.meant(person)
    states = (person,) if everything else (person, hand_receipts.OPEN)
    with session.office.bureau.books.view() as view:
        rows = list(every(view.hand_receipts, "person", *states))
        shown = [_receipt(session, view, row) for row in rows]
    heads = ("receipt", "copy", "sheets", "since", "by", "state")
    _show(
        session,
        "receipts",
        rows,
        heads,
        shown,
        sentence("{person} has signed for nothing that is out", person=person),
    )


@order("inquiries", "cablegram inquiries")
@click.option("--all", "everything", is_flag=True, help="Also those that are closed.")
@pass_session
def inquiries(session: Session, everything: bool) -> None:
    """List the inquiries about copies."""
    from cablegram.registry import inquiries as inquiries_
    from cablegram.registry.reading import every

    with session.office.bureau.books.view() as view:
        shelf = view.inquiries
        rows = list(every(shelf) if everything else every(shelf, "state", inquiries_.OPEN))
        shown = [_inquiry(session, view, row) for row in rows]
    heads = ("inquiry", "copy", "because", "since", "findings", "state")
    _show(session, "inquiries", rows, heads, shown, sentence("no inquiry is open"))


@click.group("inquiry", cls=Family)
def inquiry() -> None:
    """Ask about a copy, add what was found, and rule."""


@order("open", "cablegram --as makarov inquiry open 21497/2 --reason 'the seal looks odd'")
@click.argument("copy")
@click.option("--reason", "-r", required=True)
@pass_session
def open_(session: Session, copy: str, reason: str) -> None:
    """Open an inquiry about COPY; missing, short and compromised copies have one by themselves."""
    from cablegram.registry import serving

    with session.office.bureau.books.view() as view:
        found = serving.one(view, copy)
    number = _give(session, "inquire", {"copy": found.handle, "reason": reason})
    _said(session, "inquiry", number, wording.state("open"))


@order("finding", "cablegram --as makarov inquiry finding 4 --words 'the bag was left open'")
@click.argument("number", type=int)
@evidence_options
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def finding(session: Session, /, number: int, note: str, **given: Any) -> None:
    """Add what was found to inquiry NUMBER."""
    from cablegram.registry import inquiries as inquiries_

    with session.office.bureau.books.view() as view:
        inquiries_.find(view, number)  # before anything is sealed for it
    facts: dict[str, Fact] = {
        "inquiry": number,
        "evidence": evidence(session, given["words"], given["scan"], given["evidence"]),
    }
    _give(session, "finding", {**facts, "note": note} if note else facts)
    _said(session, "inquiry", number, wording.state("open"))


@order(
    "rule",
    "cablegram --as makarov --second vaganov inquiry rule 4 --ruling lost --reason 'burnt by slip'",
)
@click.argument("number", type=int)
@click.option(
    "--ruling", required=True, type=click.Choice(["lost", "found", "contained", "explained"])
)
@click.option("--reason", "-r", required=True)
@pass_session
def rule(session: Session, number: int, ruling: str, reason: str) -> None:
    """Close inquiry NUMBER with a ruling; two persons order it."""
    _give(session, "rule", {"inquiry": number, "ruling": ruling, "reason": reason})
    _said(session, "inquiry", number, sentence("closed: {ruling}", ruling=word(ruling, "Ruling")))


@order("notices", "cablegram notices")
@click.option("--all", "everything", is_flag=True, help="Also those that were given.")
@pass_session
def notices(session: Session, everything: bool) -> None:
    """List who must be told of recalls, regrades, extensions, losses and compromises."""
    from cablegram.registry import notices as notices_
    from cablegram.registry.reading import every

    with session.office.bureau.books.view() as view:
        shelf = view.notices
        rows = list(every(shelf) if everything else every(shelf, "state", notices_.OWED))
        shown = [_notice(session, view, row) for row in rows]
    heads = ("notice", "to", "copy", word("of", "act"), "since", "state")
    _show(session, "notices", rows, heads, shown, sentence("no notice is owed"))


@click.group("notice", cls=Family)
def notice() -> None:
    """Note that notices were given."""


@order("given", "cablegram --as makarov notice given 4 5 6")
@click.argument("numbers", type=int, nargs=-1, required=True)
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def given(session: Session, numbers: Sequence[int], note: str) -> None:
    """Note that the notices of these NUMBERS were given."""
    from cablegram.errors import CablegramError

    done: list[str] = []
    for number in numbers:
        try:
            _give(session, "notice", {"number": number} | ({"note": note} if note else {}))
        except CablegramError as error:
            error.kept += f" Noted before it: {', '.join(done)}." if done else ""
            raise
        done.append(str(number))
        _said(session, "notice", number, wording.state("given"))


@order("certificates", "cablegram certificates --since 1951-01-01")
@click.option("--since", default="", help="Only those from this day on.")
@pass_session
def certificates(session: Session, since: str) -> None:
    """List what was destroyed, by whom and how: a certificate a line, each by two.

    `cablegram form destruction NUMBER` prints one with its copies.
    """
    from cablegram.registry.reading import every

    begin = session.read_moment(since) if since else ""
    with session.office.bureau.books.view() as view:
        rows = [row for row in every(view.certificates) if row.at >= begin]
    shown = [
        (
            f"{row.number} ({row.paper})" if row.paper else str(row.number),
            session.local(row.at),
            all_of(filter(None, (row.officer, row.second))),
            wording.act(row.act),
            many(row.copies, "copy", "copies"),
            many(row.sheets, "sheet"),
            row.method or "-",
        )
        for row in rows
    ]
    heads = ("certificate", "when", "by", "act", word("of", "copies"), "sheets", "how")
    _show(session, "certificates", rows, heads, shown, sentence("nothing was destroyed"))


def _give(session: Session, act: str, facts: Mapping[str, Fact]) -> int:
    """The office act, and the number it answers."""
    done = session.order(act, facts)
    return int(getattr(getattr(done, "done", done), "answer", "0"))


def _said(session: Session, what: str, number: int, state: str) -> None:
    if session.json:
        saying.say_json({what: number, "state": state})
    else:
        saying.say("{what} {number} is {state}", what=word(what, "due"), number=number, state=state)


def _show(
    session: Session,
    name: str,
    rows: Sequence[HandReceipt]
    | Sequence[Task]
    | Sequence[Inquiry]
    | Sequence[Notice]
    | Sequence[Certificate],
    heads: Sequence[str],
    shown: Iterable[Sequence[str]],
    nothing: str,
) -> None:
    if session.json:
        saying.say_json({name: [asdict(row) for row in rows]})
        return
    for line in saying.table(heads, list(shown)):
        saying.say(line)
    if not rows:
        saying.tell(nothing)


def _copy(view: Shelves, handle: str) -> str:
    from cablegram.registry import finding as finding_

    copy = view.copies.get(handle)
    return "-" if copy is None else finding_.name(view, copy)


def _task(session: Session, view: Shelves, row: Task, now: str) -> tuple[str, ...]:
    late = row.state == "open" and "" < row.due_at < now
    state = wording.state("late" if late else row.state)
    due = session.local(row.due_at)
    return (str(row.number), row.person, _copy(view, row.copy), due, row.written_by, state)


def _receipt(session: Session, view: Shelves, row: HandReceipt) -> tuple[str, ...]:
    number = f"{row.number} ({row.paper})" if row.paper else str(row.number)
    by = row.proxy or row.person
    since = session.local(row.given_at)
    return (
        number,
        _copy(view, row.copy),
        str(row.sheets),
        since,
        by,
        word(row.state, "receipt state"),
    )


def _inquiry(session: Session, view: Shelves, row: Inquiry) -> tuple[str, ...]:
    state = (
        sentence("closed: {ruling}", ruling=word(row.ruling, "Ruling"))
        if row.ruling
        else wording.state(row.state)
    )
    since = session.local(row.opened_at)
    return (
        str(row.number),
        _copy(view, row.copy),
        word(row.cause, "Cause"),
        since,
        str(row.findings),
        state,
    )


def _notice(session: Session, view: Shelves, row: Notice) -> tuple[str, ...]:
    act = wording.act(row.act)
    since = session.local(row.at)
    return (str(row.number), row.to, _copy(view, row.copy), act, since, wording.state(row.state))


task.add_command(done)
task.add_command(withdraw)
for _command in (open_, finding, rule):
    inquiry.add_command(_command)
notice.add_command(given)

COMMANDS = (tasks, task, receipts, inquiries, inquiry, notices, notice, certificates)
