"""Duties of letters about a letter, and of counts with other offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.model.acts import State
from cablegram.model.tally import Class
from cablegram.registry import finding, lines, mustering, service, tallies
from cablegram.registry.duty import Asked, Duty, Grade
from cablegram.registry.reading import every
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator


def to_call_in(asked: Asked) -> Iterator[Duty]:
    """Copies that are out though their originator has cancelled or recalled them."""
    for copy in service.to_call_in(asked.page):
        name = finding.name(asked.page, copy)
        issued = copy.state is State.ISSUED
        words = (
            sentence("cancelled or recalled, and issued to {holder}", holder=copy.holder)
            if issued
            else sentence("cancelled or recalled, and with {holder}", holder=copy.holder)
        )
        command = f"cablegram recall {name} --reason WHY"
        yield Duty("to call in", Grade.TODAY, name, words, command)


def to_send_back(asked: Asked) -> Iterator[Duty]:
    """Copies that lie here and that their originator has recalled."""
    for copy, office in service.to_send_back(asked.page):
        name = finding.name(asked.page, copy)
        words = sentence("recalled by {office}", office=office)
        command = f"cablegram dispatch {name} --to {office} --carrier WHO"
        yield Duty("to send back", Grade.TODAY, name, words, command)


def queries(asked: Asked) -> Iterator[Duty]:
    """Queries that nobody has answered: of another office, to be; of ours, to be waited for."""
    for query in service.unanswered(asked.page):
        about = next(iter(asked.page.telegrams.find("letter", query.reply_to)), None)
        number = "" if about is None else str(service.number(about))
        if query.direction == lines.IN:
            words = sentence(
                "{office} asks for parts of our {number} again", office=query.office, number=number
            )
            command = f"cablegram service correct {number} --for WHOM --text LANGUAGE=FILE"
            yield Duty("query", Grade.TODAY, str(query.cable_number), words, command)
        else:
            words = sentence("{number} was queried, and nothing has come", number=number)
            name = sentence("our {outgoing}", outgoing=query.outgoing_number)
            yield Duty("query", Grade.SOON, name, words, "cablegram take-in")


def waiting(asked: Asked) -> Iterator[Duty]:
    """Letters about a telegram that has not been opened here."""
    for letter in service.waiting(asked.page):
        words = sentence("what it is about has not come, or lies unopened")
        name = str(letter.cable_number)
        yield Duty("letter waits", Grade.TODAY, name, words, "cablegram open --all")


def called(asked: Asked) -> Iterator[Duty]:
    """Calls of other offices to count what lies between us."""
    for call in tallies.waiting(asked.page):
        words = sentence("{office} calls us to count", office=call.office)
        grade = asked.grade(call.answer_by) if call.answer_by else Grade.TODAY
        name = sentence("their muster {number}", number=call.number)
        command = f"cablegram muster answer {call.office}"
        yield Duty("muster called", grade, name, words, command, call.answer_by)


def to_match(asked: Asked) -> Iterator[Duty]:
    """Counts that are there on both sides and that nobody here has signed."""
    for row in every(asked.page.musters, "state", mustering.CLOSED):
        for count in tallies.counts_of(asked.page, row, asked.bureau):
            found = tallies.matched(asked.page, count, asked.bureau)
            if found is None or "out" in tallies.signed(asked.page, count):
                continue
            left = sum(one.klass is Class.OPEN for one in found)
            words = sentence(
                "counted by us and {office}, {left} open", office=count.office, left=left
            )
            command = f"cablegram --second WHO muster match {row.number} --with {count.office}"
            yield Duty("muster to match", Grade.TODAY, str(row.number), words, command)
