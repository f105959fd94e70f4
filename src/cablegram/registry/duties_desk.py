"""Duties of the desk: tasks, routes, inquiries, word to be given, drafts, musters, alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import OrderError
from cablegram.model.orders import act_named
from cablegram.model.route import StopState
from cablegram.registry import backups, finding, inquiries, mustering, restoring
from cablegram.registry import drafts as drafts_
from cablegram.registry import notices as notices_
from cablegram.registry import tasks as tasks_
from cablegram.registry.duty import Asked, Duty, Grade
from cablegram.registry.reading import every
from cablegram.sentences import beside, sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.model.custody import Copy


def alarms(asked: Asked) -> Iterator[Duty]:
    """What does not fit, until somebody has dealt with it."""
    for one in asked.due.alarms:
        command = f"cablegram alarm close {one.number} --reason WHAT"
        yield Duty("alarm", Grade.LATE, str(one.number), one.words, command, one.at)


def tasks(asked: Asked) -> Iterator[Duty]:
    """Tasks out of resolutions, by their day; one without a day is never due by a clock."""
    for row in every(asked.page.tasks, "state", tasks_.OPEN, below=asked.until):
        name = finding.name(asked.page, _copy(asked, row.copy))
        words = sentence("of {person}, on {name}", person=row.person, name=name)
        command = f"cablegram task done {row.number} --words WHAT"
        yield Duty("task", asked.grade(row.due_at), str(row.number), words, command, row.due_at)


def to_hand_on(asked: Asked) -> Iterator[Duty]:
    """Readers on a route whose hours are over, or nearly."""
    for stop in every(asked.page.routes, "state", StopState.WITH.value, below=asked.until):
        copy = _copy(asked, stop.copy)
        name = finding.name(asked.page, copy)
        stops = asked.page.routes.find("", stop.copy, stop.round)
        after = next((s.person for s in stops if s.state is StopState.WAITING), "")
        words = sentence(
            "with {person}; next is {after}",
            person=stop.person,
            after=after or sentence("the registry"),
        )
        command = f"cablegram {'hand-over' if after else 'return'} {name} --sheets {copy.sheets}"
        yield Duty(
            "to hand on",
            asked.grade(stop.due_at),
            name,
            words,
            command,
            stop.due_at,
        )


def open_inquiries(asked: Asked) -> Iterator[Duty]:
    """Inquiries that two persons have not ruled on."""
    for row in every(asked.page.inquiries, "state", inquiries.OPEN):
        name = finding.name(asked.page, _copy(asked, row.copy))
        words = beside((name, word(row.cause, "Cause")))
        command = f"cablegram --second WHO inquiry rule {row.number} --ruling WHAT --reason WHY"
        yield Duty("inquiry", Grade.TODAY, str(row.number), words, command, row.opened_at)


def to_tell(asked: Asked) -> Iterator[Duty]:
    """Word of acts that somebody has not been given yet."""
    for row in every(asked.page.notices, "state", notices_.OWED):
        name = finding.name(asked.page, _copy(asked, row.copy))
        words = sentence("{to}: {act} {name}", to=row.to, act=act_named(row.act), name=name)
        command = f"cablegram notice given {row.number}"
        yield Duty("to tell", Grade.TODAY, str(row.number), words, command, row.at)


def drafts(asked: Asked) -> Iterator[Duty]:
    """Drafts that wait for somebody to clear or to release them."""
    for row in every(asked.page.drafts, "state", drafts_.DRAFTED):
        number = str(row.number)
        try:
            stands = drafts_.standing(asked.page, row, asked.bureau)
        except OrderError as refused:
            yield Duty("draft", Grade.LATE, number, str(refused), "cablegram audit")
            continue
        for person, reason in stands.objections:
            words = sentence("{person} objects: {reason}", person=person, reason=reason)
            command = f"cablegram --as {person} clear {number}"
            yield Duty("draft", Grade.SOON, number, words, command, row.drafted_at)
        if stands.lacks:
            whom = stands.rule.whom() if stands.rule is not None else sentence("another")
            words = sentence(
                "to {to}, lacks {lacks}: {whom} must clear it",
                to=row.to,
                lacks=stands.lacks,
                whom=whom,
            )
            command = f"cablegram --as WHO clear {number}"
            yield Duty("draft", Grade.TODAY, number, words, command, row.drafted_at)
        elif stands.may_go:
            apart = stands.rule is not None and stands.rule.apart
            words = sentence("to {to}, may be released", to=row.to)
            if apart:
                words += sentence(" by another than {drafter}", drafter=row.drafter)
            command = f"cablegram {'--as WHO ' * apart}release {number}"
            yield Duty("draft", Grade.TODAY, number, words, command, row.drafted_at)


def open_musters(asked: Asked) -> Iterator[Duty]:
    """Musters that were opened and not closed."""
    for row in every(asked.page.musters, "state", mustering.OPEN):
        away = len(mustering.conclude_now(asked.page, row).outcome.unsighted)
        words = (
            sentence("{away} not seen yet", away=away) if away else sentence("everything was seen")
        )
        sight = f"cablegram muster sight {row.number} LIST"
        command = sight if away else f"cablegram --second WHO muster close {row.number}"
        yield Duty("muster open", Grade.TODAY, str(row.number), words, command, row.cut_off)


def backup(asked: Asked) -> Iterator[Duty]:
    """A backup that is due, where the office has settled how often one is."""
    try:
        due_at = backups.due_at(asked.page, asked.bureau)
    except OrderError as refused:
        yield Duty("backup", Grade.LATE, "", str(refused), "cablegram audit")
        return
    if due_at and due_at < asked.until:
        words = sentence("the last one that was noted is too old")
        if due_at >= asked.at:
            words = sentence("the next one is due")
        command = "cablegram --as WHO backup make FILE"
        yield Duty("backup", asked.grade(due_at), asked.bureau.name, words, command, due_at)


def restored(asked: Asked) -> Iterator[Duty]:
    """What an office that was built from a backup waits for before it sends again."""
    if restoring.waiting(asked.page, asked.bureau) is None:
        return
    heard = restoring.to_hear(asked.page, asked.bureau)
    for office in sorted(one for one, said in heard.items() if said is None):
        words = sentence("it has not said what it has of ours since we were restored")
        yield Duty("restored", Grade.LATE, office, words, "cablegram take-in")
    if None not in heard.values():
        words = sentence("everybody was heard: it may send again")
        command = "cablegram --second WHO resume LETTER"
        yield Duty("restored", Grade.TODAY, asked.bureau.name, words, command)


def _copy(asked: Asked, handle: str) -> Copy:
    copy = asked.page.copies.get(handle)
    assert copy is not None, "paperwork is about copies in the books"
    return copy
