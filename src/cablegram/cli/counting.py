"""``muster``: count what is here against the books, at once or in sittings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import all_of, many, sentence, word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from cablegram.model.records import MusterRow
    from cablegram.ports import Shelves

LIST_MAX = 8 << 20
BATCH = 1000
"""How many copies one order declares missing."""

_WORDS = {
    "sighted": "seen here",
    "sighted_elsewhere": "seen by the office that has them",
    "checked_since": "not seen, and their sheets counted by an act since",
    "left_since": "gone by an act since",
    "open_items": "with another office, which has not said so",
    "unsighted": "should be here and were not seen",
    "unexpected": "seen and should not be",
    "misplaced": "seen here, and elsewhere by the books",
    "found": "seen, and missing by the books",
    "ended": "seen, and should not exist any more",
    "unknown": "seen, and in no book of ours",
    "doubled": "seen on more than one sheet",
    "added_since": "came after the cut-off",
    "beside": "seen, and not of this muster",
    "unchecked": "typed without check characters",
    "moved_since": "moved after the cut-off",
}
_TOLD = frozenset(
    {"open_items", "unsighted", "unexpected", "misplaced", "found", "ended", "checked_since"}
    | {"left_since"}
)
"""Of these, where the books say that each is."""
_WRONG = ("open_items", "unsighted", "misplaced", "found", "ended", "unknown", "doubled")


class _Muster(Family):
    """``muster`` alone counts at once; with a word behind it, it goes in sittings."""

    @property
    def example(self) -> str:
        """See ``Family``."""
        return "cablegram --as makarov muster --sighted seen.txt\n" + super().example


@click.group("muster", cls=_Muster, invoke_without_command=True)
@click.option("--sighted", type=click.File("rb"), help="The numbers seen, one a line; - reads.")
@click.option("--cut-off", default="", help="As of when; now if not given.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
@click.pass_context
def muster(
    context: click.Context, session: Session, sighted: IO[bytes] | None, cut_off: str, note: str
) -> None:
    """Count every copy: at once by one (--sighted), or opened, sighted and closed by two."""
    from cablegram.registry import musters

    if context.invoked_subcommand is not None:
        if sighted is not None or cut_off or note:
            raise click.UsageError("those options are of a count at once")
        return
    if sighted is None:
        raise click.UsageError("Missing option '--sighted', or a word such as open")
    bureau = session.office.bureau
    seen = _read(sighted)
    at = session.read_moment(cut_off) if cut_off else bureau.now()
    facts = {"cut_off": at, "sighted": musters.digest_of(seen)} | ({"note": note} if note else {})
    done = session.order("muster", facts, matter="\n".join(seen).encode())
    with bureau.books.view() as view:
        row = _row(view, _number(done))
        outcome = _outcome(row.outcome)
        if session.json:
            saying.say_json({"muster": row.number, "cut_off": at, **outcome})
            return
        saying.say("muster {number}, as of {at}", number=row.number, at=session.local(at))
        for name, words in _WORDS.items():
            _say(session, view, name, words, _sorted(outcome.get(name, [])))
    away = _sorted(outcome["unsighted"])
    if away:
        saying.tell(
            "look again; what stays away: `cablegram miss {away} --reason ...`", away=away[0]
        )


@order("open", "cablegram --as makarov muster open --place 'case 12'")
@click.option("--series", default="", help="Only this series.")
@click.option("--place", default="", help="Only what lies in places that begin so.")
@click.option("--holder", default="", help="Only what this person or office has.")
@click.option("--with", "office", default="", help="Only what lies between us and this office.")
@click.option("--copy", "names", multiple=True, help="Only these copies: a spot muster.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def open_(session: Session, /, names: tuple[str, ...], **said: str) -> None:
    """Open a muster: freeze the cut-off, and what must be there."""
    from cablegram.registry import mustering, musters

    facts = {name: value for name, value in said.items() if value}
    if names:
        facts["named"] = musters.digest_of(names)
    done = session.order("open_muster", facts, matter="\n".join(names).encode())
    with session.office.bureau.books.view() as view:
        row = _row(view, _number(done))
        many = len(list(mustering.expected_of(view, row.number)))
    if session.json:
        saying.say_json({"muster": row.number, "cut_off": row.cut_off, "expected": many})
        return
    saying.say(
        "muster {number}, as of {cut_off}: {copies} expected",
        number=row.number,
        cut_off=session.local(row.cut_off),
        copies=_copies(many),
    )
    saying.tell(
        "sight them: `cablegram muster sight {number} seen.txt`, or - and scan", number=row.number
    )


@order("sight", "cablegram --as chesnokova muster sight 1 shelf-3.txt --at 'shelf 3'")
@click.argument("number", type=int)
@click.argument("sighted", type=click.File("rb"))
@click.option("--at", "place", default="", help="Where they were seen.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def sight(session: Session, /, number: int, sighted: IO[bytes], **said: str) -> None:
    """Keep a sitting of muster NUMBER: what one person saw, from a file or (-) a scanner."""
    from cablegram.registry import mustering, musters

    seen = _scan(session) if sighted.isatty() else _read(sighted)
    facts = {name: value for name, value in said.items() if value}
    facts |= {"muster": str(number), "sighted": musters.digest_of(seen)}
    done = session.order("sight", facts, matter="\n".join(seen).encode())
    with session.office.bureau.books.view() as view:
        sitting = view.muster_lists.get(number, _number(done))
        assert sitting is not None, "the order wrote its list"
        kept = list(mustering.sighted(sitting))
        left = len(mustering.conclude_now(view, _row(view, number)).outcome.unsighted)
    unknown = [one.name for one in kept if one.handle == mustering.NOTHING]
    unchecked = [one.name for one in kept if one.how == mustering.TYPED]
    if session.json:
        said_ = {"sitting": sitting.number, "seen": len(kept), "unsighted": left}
        saying.say_json({"muster": number, **said_, "unknown": unknown, "unchecked": unchecked})
        return
    sheets = many(len(kept), "sheet")
    saying.say(
        "muster {number}, sitting {sitting_number}: {sheets} seen, {left} to go",
        number=number,
        sitting_number=sitting.number,
        sheets=sheets,
        left=left,
    )
    if unknown:
        saying.tell(
            "look at these again, no book of ours has them: {unknown}", unknown=", ".join(unknown)
        )
    if unchecked:
        saying.tell(
            "{unchecked} typed without check characters: they are listed so",
            unchecked=len(unchecked),
        )


@order("show", "cablegram muster show 1")
@click.argument("number", type=int, required=False)
@pass_session
def show(session: Session, number: int | None) -> None:
    """Show a muster as it stands now; without NUMBER, list all musters.

    Of one that was called to other offices, what both counts come to, as it is shown there.
    """
    from cablegram.cli import counting_between
    from cablegram.registry import mustering
    from cablegram.registry.reading import every

    with session.office.bureau.books.view() as view:
        if number is not None:
            row = _row(view, number)
            if row.state == mustering.OPEN:
                outcome = _outcome(mustering.encode(view, mustering.conclude_now(view, row)))
            else:
                outcome = _outcome(row.outcome)
            _show(session, view, row, outcome)
            if not session.json:
                counting_between.show(session, view, row)
            return
        rows = list(every(view.musters))
    if session.json:
        from cablegram.answers import lists

        saying.say_json(lists.musters(rows))
        return
    shown = [
        (
            str(r.number),
            session.local(r.cut_off),
            word(r.state, "muster state"),
            all_of(filter(None, (r.officer, r.second))),
        )
        for r in rows
    ]
    for line in saying.table(("muster", "as of", "is", "by"), shown):
        saying.say(line)


@order("close", "cablegram --as makarov --second chesnokova muster close 1")
@click.argument("number", type=int)
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def close(session: Session, number: int, note: str) -> None:
    """Close muster NUMBER by two, who sign what it came to."""
    from cablegram.registry import mustering
    from cablegram.wire import canonical

    bureau = session.office.bureau
    with bureau.books.view() as view:
        row = mustering.opened(view, str(number))
        outcome = mustering.encode(view, mustering.conclude_now(view, row))
    facts = {"muster": str(number), "outcome": canonical.digest(outcome)}
    session.order("close_muster", facts | ({"note": note} if note else {}))
    with bureau.books.view() as view:
        _show(session, view, _row(view, number), _outcome(outcome))


@order("miss", "cablegram --as makarov muster miss 1 --yes")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Order it; without, say what would be ordered.")
@pass_session
def miss(session: Session, number: int, *, yes: bool) -> None:
    """Declare missing what closed muster NUMBER did not see and nobody has touched since.

    So it does with a copy of ours that another office answers for, where its count leaves it open.
    Each has an inquiry from then on.
    """
    from cablegram.errors import CustodyError
    from cablegram.model.acts import Act
    from cablegram.registry import finding, mustering, tallies

    with session.office.bureau.books.view() as view:
        row = _row(view, number)
        if row.state != mustering.CLOSED:
            raise CustodyError(
                "muster {number} is {state}, not closed by two",
                hint="Close it first: `cablegram --second PERSON muster close {number}`.",
                number=number,
                state=word(row.state, "muster state"),
            )
        away = mustering.still_unsighted(view, row)
        away += tallies.not_seen_there(view, row, session.office.bureau)
        names = [finding.name(view, copy) for copy in away]
    if not away:
        saying.tell("nothing that muster {number} did not see is still away", number=number)
        return
    if not yes:
        for name, copy in zip(names, away, strict=True):
            saying.say("{name} {where}", name=name, where=session.where(copy))
        saying.tell(
            "to declare them missing: `cablegram muster miss {number} --yes`", number=number
        )
        return
    facts = {
        "reason": sentence("not seen at muster {number}", number=number),
        "muster": str(number),
    }
    for first in range(0, len(away), BATCH):
        session.move_copies(away[first : first + BATCH], Act.MISS, facts, {})


def _read(sighted: IO[bytes]) -> list[str]:
    from cablegram.errors import MalformedError

    data = sighted.read(LIST_MAX + 1)
    if len(data) > LIST_MAX:
        raise MalformedError("the list is too long", hint="Give it in several sittings.")
    try:
        seen = [line.strip() for line in data.decode().splitlines()]
    except UnicodeDecodeError as error:
        raise MalformedError("the list is not text", hint="Write a number a line.") from error
    return [line for line in seen if line]


def _scan(session: Session) -> list[str]:
    """What a scanner types: each name is told at once, and a copy scanned twice counts once."""
    from cablegram.registry import mustering

    saying.tell("scan or type, a number a line; an empty line ends; = before it: one more sheet")
    seen: list[str] = []
    met: set[str] = set()
    for line in sys.stdin:
        name = line.strip()
        if not name:
            break
        again = name.startswith("=")
        name = name.removeprefix("=")
        with session.office.bureau.books.view() as view:
            one = mustering.identify(view, [name])[0]
        if one.handle == mustering.NOTHING:
            saying.tell("{name}: no book of ours has it; it is kept so", name=name)
        elif one.handle in met and not again:
            saying.tell("{name}: seen already, not counted twice", name=name)
            continue
        met.add(one.handle)
        seen.append(name)
    return seen


def _row(view: Shelves, number: int) -> MusterRow:
    from cablegram.errors import UnknownError

    row = view.musters.get(number)
    if row is None:
        raise UnknownError(
            "there is no muster {number}",
            hint="List them with `cablegram muster show`.",
            number=number,
        )
    return row


def _number(done: object) -> int:
    return int(getattr(getattr(done, "done", done), "answer", "0"))


def _outcome(data: bytes) -> Mapping[str, object]:
    """A muster's outcome; it may be longer than a document that travels."""
    import json

    found: Mapping[str, object] = json.loads(data)
    return found


def _copies(count: int) -> str:
    return many(count, "copy", "copies")


def _show(session: Session, view: Shelves, row: MusterRow, outcome: Mapping[str, object]) -> None:
    from cablegram.cli import counting_between

    if session.json:
        head = {"muster": row.number, "cut_off": row.cut_off, "state": row.state}
        counts = counting_between.as_json(session, view, row)
        who = {"by": row.officer, "second": row.second, "counts": counts}
        saying.say_json({**head, **who, **outcome})
        return
    by = (
        sentence(" by {officer} and {second}", officer=row.officer, second=row.second)
        if row.state == "closed"
        else ""
    )
    saying.say(
        "muster {number}, as of {cut_off}, {state}{by}",
        number=row.number,
        cut_off=session.local(row.cut_off),
        state=word(row.state, "muster state"),
        by=by,
    )
    if outcome.get("before"):
        added, gone = (len(_sorted(outcome[name])) for name in ("additions", "deletions"))
        said = sentence(
            "at muster {before}, {added} added and {gone} gone since",
            before=outcome["before"],
            added=added,
            gone=gone,
        )
        saying.say("{carried:6} {said}", carried=outcome["carried"], said=said)
    for name, words in _WORDS.items():
        _say(session, view, name, words, _sorted(outcome.get(name, [])))
    if not any(outcome.get(name) for name in _WRONG):
        saying.say("       everything is accounted for")
    if outcome.get("unsighted"):
        saying.tell(
            "look again; what stays away: `cablegram muster miss {number}`", number=row.number
        )


def _sorted(found: object) -> list[str]:
    assert isinstance(found, list), "the outcome is lists of names"
    return sorted(map(str, found), key=saying.natural)


def _say(session: Session, view: Shelves, name: str, words: str, found: list[str]) -> None:
    """One heading of the outcome; what is not in order a line each, with what the books say."""
    if found and name in _TOLD:
        saying.say("{count:6} {words}:", count=len(found), words=sentence(words))
        for one in found:
            saying.say("       {one} {where}", one=one, where=_where(session, view, one))
    elif found:
        listed = ", ".join(found)
        saying.say(
            "{count:6} {words}: {listed}", count=len(found), words=sentence(words), listed=listed
        )


def _where(session: Session, view: Shelves, name: str) -> str:
    from cablegram.errors import CablegramError
    from cablegram.registry import serving

    try:
        return session.where(serving.one(view, name))
    except CablegramError:
        # Two that read alike stand with a part of their handle, which no one would type.
        if name.endswith(")"):
            return sentence("is told apart by its handle")
        return sentence("is not in the books")


for _command in (open_, sight, show, close, miss):
    muster.add_command(_command)

COMMANDS = (muster,)
