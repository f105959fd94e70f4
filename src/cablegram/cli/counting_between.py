"""``muster call``, ``answer`` and ``match``: a muster that runs across two offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.counting import muster
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import many, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.model.records import MusterRow
    from cablegram.model.tally import Matched
    from cablegram.ports import Shelves
    from cablegram.registry.tallies import Count

_WHY = {
    "unseen": "had there, and not seen",
    "missing": "missing",
    "destroyed": "destroyed; the report is on its way, or lost",
    "signed": "claimed on the other's signature, and the other does not know it",
    "one-sided": "claimed by one, and not by the other",
    "both": "both have it",
    "neither": "each says that the other has it",
    "came": "it came after the cut-off",
    "gone": "it went after the cut-off",
}
_SAYS = {
    "none": "{office} knows nothing of it",
    "here": "{office} has it",
    "passed": "{office} has passed it on",
    "sent": "{office} has sent it",
    "away": "{office} says that the other has it",
    "disputed": "{office} does not take it as it came, or was told so",
    "missing": "{office} misses it",
    "home": "{office} has it back",
    "ended": "{office} has given it back",
    "destroyed": "{office} has destroyed it",
}
_CLASSES = {
    "agreed": "agreed by both",
    "moved": "moved since the cut-off",
    "transit": "on the way, or word of it is",
    "disputed": "not taken as they came",
    "open": "open",
}


@order("call", "cablegram --as makarov muster call 1 --to special-sector --by 1951-07-12T18:00")
@click.argument("number", type=int)
@click.option("--to", "office", required=True, help="The office that is to count, too.")
@click.option("--by", "answer_by", default="", help="By when its count is wanted.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def call(session: Session, /, number: int, office: str, answer_by: str, note: str) -> None:
    """Call another office to count what lies between us, at the cut-off of open muster NUMBER."""
    facts = {"muster": str(number), "office": office} | ({"note": note} if note else {})
    if answer_by:
        facts["answer_by"] = session.read_moment(answer_by)
    session.order("call_muster", facts)
    if session.json:
        saying.say_json({"muster": number, "called": office})
        return
    saying.say("{office} is called to muster {number}", office=office, number=number)
    saying.tell("`cablegram carry` takes the call; then sight what is here, and close by two")


@order("answer", "cablegram --as poskrebyshev muster answer moscow")
@click.argument("office", required=False)
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def answer(session: Session, office: str | None, note: str) -> None:
    """Open the muster that OFFICE has called us to; without OFFICE, list the calls that wait."""
    from cablegram.errors import UnknownError
    from cablegram.registry import mustering, tallies

    with session.office.bureau.books.view() as view:
        calls = list(tallies.waiting(view))
    if office is None:
        _say_calls(session, calls)
        return
    meant = [one for one in calls if one.office == office]
    if not meant:
        raise UnknownError(
            "no call of {office} waits", hint="Take in what the line holds.", office=office
        )
    facts = {"office": office, "call": meant[0].digest} | ({"note": note} if note else {})
    done = session.order("open_muster", facts)
    number = int(getattr(getattr(done, "done", done), "answer", "0"))
    with session.office.bureau.books.view() as view:
        count = len(list(mustering.expected_of(view, number)))
    if session.json:
        saying.say_json({"muster": number, "with": office, "expected": count})
        return
    saying.say(
        "muster {number}, with {office}, whose cut-off is {cut_off}: {copies} expected",
        number=number,
        office=office,
        cut_off=session.local(meant[0].cut_off),
        copies=many(count, "copy", "copies"),
    )
    saying.tell("sight what is here: `cablegram muster sight {number} seen.txt`", number=number)


@order("match", "cablegram --as makarov --second chesnokova muster match 1 --with special-sector")
@click.argument("number", type=int)
@click.option("--with", "office", required=True, help="The other office.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def match(session: Session, /, number: int, office: str, note: str) -> None:
    """Sign by two what our count of muster NUMBER and that office's come to."""
    from cablegram.errors import CustodyError
    from cablegram.registry import tallies
    from cablegram.wire import canonical

    bureau = session.office.bureau
    with bureau.books.view() as view:
        count = tallies.count_with(view, str(number), office, bureau)
        found = tallies.matched(view, count, bureau)
    if found is None:
        raise CustodyError(
            "the counts of both offices are not there yet",
            hint="Close ours, and take in what the line holds.",
        )
    digest = canonical.digest(tallies.encode(count, found, bureau))
    facts = {"muster": str(number), "office": office, "matched": digest}
    session.order("match_muster", facts | ({"note": note} if note else {}))
    with bureau.books.view() as view:
        row = view.musters.get(number)
        assert row is not None, "its list was signed a moment ago"
        if session.json:
            saying.say_json({"muster": number, "counts": as_json(session, view, row)})
            return
        show(session, view, row)
    saying.tell("`cablegram carry` takes our word to {office}", office=office)


def show(session: Session, view: Shelves, row: MusterRow) -> None:
    """The matched list with each office of a muster, class by class, and who has signed it."""
    from cablegram.registry import tallies

    bureau = session.office.bureau
    for count in tallies.counts_of(view, row, bureau):
        found = tallies.matched(view, count, bureau)
        if found is None:
            saying.say("with {office}: one of the counts is not there yet", office=count.office)
            continue
        copies = many(len(found), "copy", "copies")
        saying.say("with {office}: {copies}", office=count.office, copies=copies)
        for name, words in _CLASSES.items():
            some = [one for one in found if one.klass.value == name]
            if some:
                names = ", ".join(_named(one) for one in some)
                saying.say("{count:6} {words}: {names}", count=len(some), words=words, names=names)
            for one in some if name in {"open", "moved", "disputed"} else ():
                saying.say("       " + _told(session, count, one))
        for direction, (digest, persons) in tallies.signed(view, count).items():
            who = count.office if direction == "in" else bureau.name
            said = {"who": who, "persons": " and ".join(persons)}
            if digest == _digest(session, count, found):
                saying.say("       signed by {persons} of {who}", **said)
            else:
                saying.say("       {persons} of {who} signed another list than this", **said)
        if not tallies.signed(view, count).get("out"):
            saying.tell(
                "sign it by two: `cablegram --second WHO muster match {number} --with {office}`",
                number=row.number,
                office=count.office,
            )


def as_json(session: Session, view: Shelves, row: MusterRow) -> list[Mapping[str, object]]:
    """The matched lists of a muster, by office; the list is empty while a count is not there."""
    from cablegram.registry import tallies

    bureau = session.office.bureau
    return [
        {
            "office": count.office,
            "count": count.digest,
            "matched": [_json(one) for one in tallies.matched(view, count, bureau) or ()],
            "signed": sorted(tallies.signed(view, count)),
        }
        for count in tallies.counts_of(view, row, bureau)
    ]


def _digest(session: Session, count: Count, found: Sequence[Matched]) -> str:
    from cablegram.registry import tallies
    from cablegram.wire import canonical

    return canonical.digest(tallies.encode(count, found, session.office.bureau))


def _named(one: Matched) -> str:
    return f"{one.cable}/{one.copy} of {one.owner}"


def _told(session: Session, count: Count, one: Matched) -> str:
    """What either office says of a copy, and why that is not simply agreed."""
    first, second = sorted((session.office.bureau.name, count.office))
    said = sentence(
        "{copy}: {first}, {second}",
        copy=_named(one),
        first=sentence(_SAYS[one.first.value], office=first),
        second=sentence(_SAYS[one.second.value], office=second),
    )
    return sentence("{said}; {why}", said=said, why=sentence(_WHY[one.why])) if one.why else said


def _json(one: Matched) -> dict[str, object]:
    return {
        "owner": one.owner,
        "cable": one.cable,
        "copy": one.copy,
        "first": one.first.value,
        "second": one.second.value,
        "class": one.klass.value,
        "why": one.why,
    }


def _say_calls(session: Session, calls: Sequence[Count]) -> None:
    if session.json:
        said = [
            {"office": c.office, "muster": c.number, "cut_off": c.cut_off, "by": c.answer_by}
            for c in calls
        ]
        saying.say_json({"calls": said})
        return
    rows = [
        (c.office, str(c.number), session.local(c.cut_off), session.local(c.answer_by))
        for c in calls
    ]
    for line in saying.table(("office", "their muster", "cut-off", "wanted by"), rows):
        saying.say(line)
    if not rows:
        saying.tell("no office calls us to count")


for _command in (call, answer, match):
    muster.add_command(_command)

COMMANDS = ()
