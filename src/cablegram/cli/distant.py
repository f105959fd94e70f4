"""An office at a distance: what is asked goes to its desk, what is ordered is signed here.

The desk says the rows of the books as ``--json`` does (docs/spec/api.md), and they are told here
as those of an office at hand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from cablegram.cli import naming, saying, wording
from cablegram.sentences import beside, many, sentence, word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.cli.session import Session
    from cablegram.model.acts import Act, Fact
    from cablegram.model.custody import Copy

R = TypeVar("R")
MOST = 200


def ask(session: Session, path: str, /, **asked: object) -> dict[str, Any]:
    """What the desk answers; as it is where a script reads."""
    return session.far.read(session.person, path, **asked)


def where(session: Session, words: Sequence[str]) -> None:
    """See ``where``."""
    from cablegram.cli import asking
    from cablegram.model import custody
    from cablegram.model.records import Telegram
    from cablegram.registry.serving import Sent

    said = ask(session, "where", number=" ".join(words))
    if session.json:
        saying.say_json(said)
        return
    for hit in said["found"]:
        if hit["line"]:
            saying.say(asking.telegram_line(session, hit["by"], _row(Telegram, hit["line"])))
        else:
            saying.say("{number} as {by}", number=" ".join(words), by=asking.by_words(hit["by"]))
        found = [(str(one["copy"]), _copy(one)) for one in hit["copies"]]
        rows = [
            (name, custody.numbered(copy), wording.whom(copy.whom) or "-", session.where(copy))
            for name, copy in found
        ]
        for line in saying.table(("copy", "no.", "for", "where"), rows):
            saying.say("  " + line)
        asking.say_sent(session, [_row(Sent, one) for one in hit["sent"]])


def holding(session: Session, holder: str, most: int) -> None:
    """See ``holding``."""
    from cablegram.model import custody

    said = ask(session, f"holders/{holder}", most=min(most, MOST))
    if session.json:
        saying.say_json(said)
        return
    found = [(str(one["copy"]), _copy(one)) for one in said["copies"]]
    found.sort(key=lambda row: (row[1].due_at, saying.natural(row[0])))
    lines = [
        (name, custody.numbered(copy), copy.classification or "-", session.where(copy))
        for name, copy in found
    ]
    for line in saying.table(("copy", "no.", "level", "where"), lines):
        saying.say(line)
    count, overdue = int(said["count"]), int(said["overdue"])
    if count > len(found):
        saying.say("and {count:,} more", count=count - len(found))
    has = many(count, "copy", "copies") if count else sentence("nothing")
    late = sentence(", {overdue} overdue", overdue=overdue) if overdue else ""
    saying.tell("{holder} has {has}{late}", holder=said["holder"], has=has, late=late)


def log(session: Session, number: str) -> None:
    """See ``log``."""
    said = ask(session, "log", number=number)
    if session.json:
        saying.say_json(said)
        return
    rows = [
        (
            str(one["index"]),
            session.local(str(one["at"])),
            wording.act(str(one["act"])),
            str(one["officer"]) + (f" + {one['second']}" if one["second"] else "") or "-",
            str(one["holder"] or one["office"] or "-"),
            saying.again(str(one["numbers"])),
        )
        for one in said["entries"]
    ]
    for line in saying.table(("entry", "when", "act", "by", "holder", "numbers"), rows):
        saying.say(line)


def find(session: Session, asked: Mapping[str, object]) -> None:
    """See ``find``."""
    said = ask(session, "find", **asked)
    if session.json:
        saying.say_json(said)
        return
    rows = [_hit(session, one) for one in said["found"]]
    for line in saying.table(("number", "when", "office", "theirs", "content", "copies"), rows):
        saying.say(line)
    if said["more"]:
        saying.tell("there may be more; narrow it with --office, --person, --from and --to")


def due(session: Session, within: int, most: int) -> None:
    """See ``due``: the lists of copies; the rest is told by ``duties``."""
    said = ask(session, "due", within=within, most=min(most, MOST))
    if session.json:
        saying.say_json(said)
        return
    lists = {"overdue": "overdue", "soon": "due soon", "missing": "missing"}
    rows = [
        (word(what, "due"), str(one["copy"]), session.where(_copy(one)))
        for name, what in lists.items()
        for one in said[name]
    ]
    for line in saying.table(("what", "about", ""), rows):
        saying.say(line)
    if not rows:
        saying.tell("nothing is due")


def duties(session: Session, within: int, kinds: Sequence[str]) -> bool:
    """See ``duties``; whether anything is late or due today."""
    said = ask(session, "duties", within=within, kind=tuple(kinds))
    if session.json:
        saying.say_json(said)
    else:
        rows = [
            (
                word(str(one["grade"]), "Grade"),
                word(str(one["kind"]), "duty"),
                str(one["about"]),
                _duty_words(session, one),
                str(one["command"]),
            )
            for one in said["duties"]
        ]
        for line in saying.table(("", "what", "about", "", "do"), rows):
            saying.say(line)
        if said["watch"]:
            saying.tell("{watch} has the watch", watch=said["watch"])
    return any(one["grade"] != "soon" for one in said["duties"])


def move(session: Session, names: Sequence[str], act: Act, facts: Mapping[str, Fact]) -> None:
    """Order one act on the copies that go by these names, and say where they then are."""
    said = ask(session, "copies", act=act.value, name=tuple(names))
    given = {name: value for name, value in facts.items() if value != ""}
    _give(session, said["copies"], act, given)


def issue(session: Session, words: Sequence[str], holder: str, facts: Mapping[str, Fact]) -> None:
    """See ``issue``: each person is named, as the list and the routes are the office's."""
    from cablegram.model.acts import Act

    _to_persons(session, naming.read(words), holder, Act.ISSUE, facts)


def hand_over(
    session: Session,
    words: Sequence[str],
    holder: str,
    sheets: int | None,
    facts: Mapping[str, Fact],
) -> None:
    """See ``hand-over``."""
    from cablegram.model.acts import Act

    named = naming.counted(naming.read(words), sheets)
    _to_persons(session, named, holder, Act.HAND_OVER, facts)


def return_(
    session: Session, words: Sequence[str], sheets: int | None, facts: Mapping[str, Fact]
) -> None:
    """See ``return``, from persons; what another office had is taken back at the office."""
    from cablegram.model.acts import Act

    groups: dict[int, list[str]] = defaultdict(list)
    for one in naming.counted(naming.read(words), sheets):
        groups[one.sheets].append(one.name)
    for count, names in groups.items():
        move(session, names, Act.RETURN, {**facts, "sheets": count})


def _to_persons(
    session: Session,
    named: Sequence[naming.Named],
    holder: str,
    act: Act,
    facts: Mapping[str, Fact],
) -> None:
    import click

    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one in named:
        if not (one.person or holder):
            raise click.UsageError(
                sentence("to whom? At a distance name the person: {copy} PERSON", copy=one.name)
            )
        groups[one.person or holder, one.sheets].append(one.name)
    for (person, sheets), names in groups.items():
        said = ask(session, "copies", act=act.value, name=tuple(names), person=person)
        proposed = {"due_at": said["due_at"], "return_to": said["return_to"]}
        whole = {**proposed, **{n: v for n, v in facts.items() if v != ""}}
        whole |= {"holder": said["persons"][0]} | ({"sheets": sheets} if sheets else {})
        _give(session, said["copies"], act, {n: v for n, v in whole.items() if v != ""})


def _give(
    session: Session, found: Sequence[Mapping[str, Any]], act: Act, facts: Mapping[str, Fact]
) -> None:
    """Sign the order here, bring it to the desk, and say what came of it."""
    from cablegram.model.orders import Subject

    about = tuple(Subject(str(one["handle"]), int(one["seq"])) for one in found)
    signed = [session.far.sign(session.person, act.value, about, facts)]
    if session.other:
        signed.append(session.far.second(session.other, signed[0]))
    done = session.far.give(signed)
    copies = done["copies"]
    if session.json:
        saying.say_json(
            {
                "act": act.value,
                "copies": [one["copy"] for one in copies],
                "order": done["order"],
                "repeat": done["repeat"],
                "states": [one["state"] for one in copies],
            }
        )
        return
    for one in copies:
        saying.say("{name} {where}", name=one["copy"], where=session.where(_copy(one)))
    if done["repeat"]:
        saying.tell("this was ordered before, and nothing was done again")


def _hit(session: Session, hit: Mapping[str, Any]) -> tuple[str, ...]:
    copies = [_copy(one) for one in hit["copies"]]
    if line := hit["telegram"]:
        came = line["direction"] == "in"
        theirs = str(line["outgoing_number"] or "-")
        number = line["name"] if came else sentence("out {theirs}", theirs=theirs)
        born = Counter(copy.state.value for copy in copies)
        told = beside(
            sentence("{n} {state}", n=n, state=word(state, "State"))
            for state, n in sorted(born.items())
        )
        content = str(line["short_content"] or line["signatory"] or "-")
        when = session.local(str(hit["at"]))
        return number, when, str(line["office"] or "-"), theirs, content, told or "-"
    one = copies[0]
    theirs = f"{one.owner_cable}/{one.owner_copy}" if one.owner_cable else "-"
    stands = session.where(one).removeprefix("is ")
    when = session.local(str(hit["at"]))
    return one.incoming, when, one.owner, theirs, one.short_content or "-", stands


def _duty_words(session: Session, one: Mapping[str, Any]) -> str:
    words = saying.again(str(one["words"]))
    return beside((words, session.local(str(one["at"])))) if one["at"] else words


def _copy(said: Mapping[str, Any]) -> Copy:
    from cablegram.model.acts import State
    from cablegram.model.custody import Copy

    return _row(Copy, {**said, "state": _state(State, str(said["state"]))})


def _state(states: Any, text: str) -> Any:
    from cablegram.errors import MalformedError

    try:
        return states(text)
    except ValueError as error:
        raise MalformedError(
            "the desk says a state that is not known here: {state}",
            hint="Use the version of cablegram that the office has.",
            state=ascii(text[:40]),
        ) from error


def _row(kind: type[R], said: Mapping[str, Any]) -> R:
    """A row as it was said, by the columns that are known here."""
    from cablegram.errors import MalformedError

    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # every row is one
    try:
        return kind(**{name: value for name, value in said.items() if name in names})
    except TypeError as error:
        raise MalformedError(
            "the desk's rows lack what is needed here",
            hint="Use the version of cablegram that the office has.",
        ) from error
