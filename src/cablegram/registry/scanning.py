"""Scanning: what a code means under the verb of the registrar's line (docs/spec/desk-line.md).

Questions only.  Each line is asked of the rules as the order that it would be; nothing of it
happens before that order is signed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, CustodyError, MalformedError, UnknownError
from cablegram.model import batch, check, custody, dates
from cablegram.model.acts import Act, State
from cablegram.model.batch import Answer, Stance, Verb
from cablegram.model.keyboards import by_key
from cablegram.model.orders import OfficeAct, Subject
from cablegram.model.times import instant, moment
from cablegram.registry import (
    announced,
    finding,
    foreseeing,
    mustering,
    musters,
    returns,
    roster,
    serving,
)
from cablegram.registry.reading import every
from cablegram.registry.scanned import Scanned, already, by_verb, refused, with_sheets
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.batch import Typed
    from cablegram.model.custody import Copy
    from cablegram.model.orders import Order
    from cablegram.ports import Shelves

    Drafts = Callable[[str, Sequence[Subject], Mapping[str, Fact]], Order]

_DAYS = re.compile(r"([0-9]{1,4})[dдв]\Z", re.IGNORECASE)
_NUMBERED = re.compile(r"([0-9]{1,9})(?: (.*))?\Z")


def stance(typed: Typed, bureau: Bureau) -> Stance:
    """A verb as it was typed, its persons, day and muster looked up.

    Raises:
        UnknownError: a person or muster that is not known, or may be several.
        MalformedError: a day that is none.
    """
    verb, words = typed.verb, typed.words
    assert verb is not None, "only a verb is a stance"
    with bureau.books.view() as view:
        said = Stance(
            verb=verb,
            said=typed.text,
            person=_person(view, words.person),
            due_at=due(words.due, bureau) if words.due else "",
            sheets=words.sheets,
            proxy=_person(view, words.proxy),
            exception=words.exception,
            reason=words.rest if verb is Verb.OUT else words.reason,
            place=words.rest if verb is Verb.FILE else "",
            method=words.rest if verb is Verb.DESTROY else "",
            stamp=words.rest if verb is Verb.RECEIVE else "",
        )
        return _mustering(view, said, words.rest) if verb is Verb.MUSTER else said


def due(text: str, bureau: Bureau) -> str:
    """A day as it is typed behind ``I``: ``2d`` is the end of the second day from today."""
    found = _DAYS.fullmatch(text)
    if found is None:
        return dates.read_near(text, bureau.zone, bureau.now(), end=True)
    here = instant(bureau.now()).astimezone(bureau.zone)
    try:
        ends = (here + timedelta(days=int(found[1]) + 1)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
    except OverflowError as exc:
        raise MalformedError(
            "{text} is after all dates", hint="Write fewer days.", text=text
        ) from exc
    return moment(ends - timedelta(seconds=1))


def scan(
    said: Stance,
    meant: tuple[str, ...],
    drafts: Drafts,
    bureau: Bureau,
    *,
    counted: int = 0,
) -> Scanned:
    """What this number means under the verb; ``counted`` are the sheets, where somebody said.

    ``drafts`` makes the order that would be signed out of act, subjects and facts.
    """
    try:
        with bureau.books.view() as view:
            if said.verb is Verb.MUSTER:
                return _seen(view, said, meant)
            line = _line(view, said, meant, counted, bureau)
    except MalformedError as error:
        return refused(error, Answer.NOT_READ)
    except (CustodyError, UnknownError) as error:
        return refused(error, Answer.WRONG_STATE)
    if not line.taken:
        return line
    return foreseen(line, drafts, bureau)


def count(line: Scanned, sheets: int, drafts: Drafts, bureau: Bureau) -> Scanned:
    """The line with its sheets counted, asked of the rules again."""
    facts = {**line.facts, "sheets": sheets}
    return foreseen(replace(line, facts=facts, sheets=sheets), drafts, bureau)


def where(view: Shelves, copy: Copy, at: str) -> Scanned:
    """Where a copy is, in words, with the moment it is due."""
    name = finding.name(view, copy)
    late = copy.state in returns.OVERDUE_STATES and bool(copy.due_at) and copy.due_at < at
    said = sentence("{name} is {words}", name=name, words=custody.words(copy))
    if copy.place:
        said += f" ({copy.place})"
    if copy.state is State.ISSUED and copy.proxy:
        said += sentence(", by the hand of {proxy}", proxy=copy.proxy)
    if copy.due_at:
        said += sentence(", overdue since") if late else sentence(", due")
    answer = Answer.OVERDUE if late else Answer.TOLD
    return Scanned(answer, said, about=copy.handle, name=name, due_at=copy.due_at)


def asked(meant: tuple[str, ...], bureau: Bureau) -> list[Scanned]:
    """What a question is answered: where a number is, or what a person has.

    Raises:
        UnknownError: nothing and nobody goes by it.
    """
    at, refusal = bureau.now(), None
    with bureau.books.view() as view:
        for text in meant:
            try:
                hits = serving.find(view, text)
            except CablegramError as error:
                refusal = refusal or error
                continue
            found = [where(view, copy, at) for hit in hits for copy in hit.copies]
            none = Scanned(Answer.TOLD, sentence("{number} has no copies", number=text))
            return found or [none]
        for text in meant:
            if not any(map(str.isdigit, text)):
                held = _held(view, roster.meant(view, text.lower()), at)
                return held or [Scanned(Answer.TOLD, sentence("{person} has nothing", person=text))]
    assert refusal is not None, "a number was not found for a reason"
    raise refusal


def _held(view: Shelves, person: str, at: str) -> list[Scanned]:
    copies = list(every(view.copies, "holder", person, State.ISSUED.value))
    return [where(view, copy, at) for copy in copies]


def _person(view: Shelves, word: str) -> str:
    """The person a word means, also where another keyboard was on."""
    if not word:
        return ""
    try:
        return roster.meant(view, word)
    except UnknownError:
        struck = by_key(word)
        if struck == word:
            raise
        return roster.meant(view, struck)


def _mustering(view: Shelves, said: Stance, rest: str) -> Stance:
    """The muster that is sighted: the one that is named, or the one that is open."""
    found = _NUMBERED.match(rest)
    if found is not None:
        mustering.opened(view, found[1])
        return replace(said, muster=int(found[1]), place=found[2] or "")
    opened = [row.number for row in every(view.musters) if row.state == mustering.OPEN]
    if rest or len(opened) != 1:
        raise UnknownError(
            "{count} musters are open",
            hint="Name one by its number, as in `M 7`; open one under Act.",
            count=len(opened),
        )
    return replace(said, muster=opened[0])


def _seen(view: Shelves, said: Stance, meant: tuple[str, ...]) -> Scanned:
    """A sighting: whatever is seen is noted, also what nobody's books have."""
    texts = batch.named(meant)
    facts: dict[str, Fact] = {"muster": str(said.muster)}
    facts |= {"place": said.place} if said.place else {}
    for text in texts:
        (seen,) = mustering.identify(view, [text])
        copy = view.copies.get(seen.handle) if seen.handle != mustering.NOTHING else None
        if copy is not None:
            break
    else:
        text, copy = texts[0], None
    name = text if copy is None else finding.name(view, copy)
    about = f"muster {said.muster} {text if copy is None else copy.handle}"
    line = Scanned(
        Answer.TAKEN,
        sentence("{name}: seen", name=name),
        taken=True,
        about=about,
        name=name,
        act=OfficeAct.SIGHT.value,
        facts=facts,
        text=text,
    )
    if copy is None:
        said_ = sentence("{name}: seen, and in no book of ours", name=name)
        return replace(line, answer=Answer.NOT_OURS, said=said_)
    if copy.state not in {State.IN_REGISTRY, State.FILED, State.PRINTED}:
        said_ = sentence(
            "{name}: seen, and by the books it is {words}", name=name, words=custody.words(copy)
        )
        return replace(line, answer=Answer.WRONG_STATE, said=said_)
    return line


def _line(
    view: Shelves, said: Stance, meant: tuple[str, ...], counted: int, bureau: Bureau
) -> Scanned:
    """The line that a number is under the verb, before the rules are asked."""
    texts = batch.named(meant)
    try:
        copy = _copy(view, texts)
    except UnknownError as error:
        found = _announced(view, said, texts, counted, bureau)
        return found or refused(error, Answer.NOT_OURS)
    except MalformedError:
        found = _announced(view, said, texts, counted, bureau)
        if found is None:
            raise
        return found
    if said.verb is Verb.WHERE:
        return where(view, copy, bureau.now())
    line = Scanned(
        Answer.TAKEN,
        "",
        taken=True,
        about=copy.handle,
        name=finding.name(view, copy),
        subject=Subject(copy.handle, copy.seq),
        sheets=counted,
        books=copy.sheets,
    )
    return already(copy, line, said) or by_verb(view, line, copy, said, bureau)


def _copy(view: Shelves, texts: tuple[str, ...]) -> Copy:
    """The copy that one of these readings names, held to its check characters."""
    refusal: CablegramError | None = None
    for text in texts:
        try:
            copy = finding.copy(view, text)
        except CablegramError as error:
            better = refusal is None or isinstance(error, UnknownError)
            refusal = error if better else refusal
            continue
        given = check.split(text)[1]
        if check.is_code(text) or given in _characters(view, copy):
            return copy
        refusal = refusal or MalformedError(
            "{typed} has no check characters",
            hint="Scan it, or type the two characters that stand behind the number on the sheet.",
            typed=text[:40],
        )
    assert refusal is not None, "named gives one reading at least"
    raise refusal


def _characters(view: Shelves, copy: Copy) -> frozenset[str]:
    """The check characters that stand behind a copy's numbers: ours, and its owner's."""
    ours = check.of_name(finding.us(view), finding.name(view, copy))
    theirs = check.of_copy(copy.owner, copy.owner_cable, copy.owner_copy) if copy.owner else ours
    return frozenset({ours, theirs})


def _announced(
    view: Shelves, said: Stance, texts: tuple[str, ...], counted: int, bureau: Bureau
) -> Scanned | None:
    """A copy that a transmittal announces, where it is to be received; None where none does."""
    if said.verb is not Verb.RECEIVE:
        return None
    for offer in announced.offers(view, bureau):
        item = offer.item
        name, given = f"{item.cable}/{item.copy}", check.of_copy(item.owner, item.cable, item.copy)
        codes = {check.code(item.owner, item.cable, item.copy).upper(), f"{name}-{given}".upper()}
        codes.add(f"{check.CODE}:{item.owner}:{name.replace('/', ':')}".upper())
        if not codes & {text.upper() for text in texts}:
            continue
        facts: dict[str, Fact] = {
            "owner": item.owner,
            "owner_cable": item.cable,
            "owner_copy": item.copy,
            "transmittal": offer.transmittal,
        }
        facts |= {"limit_at": item.limit_at, "limit_to": item.limit_to} if item.limit_at else {}
        facts["incoming"] = said.stamp or f"{item.cable}/"
        line = Scanned(
            Answer.TAKEN,
            sentence(
                "{name} of {owner}, from {office}", name=name, owner=item.owner, office=offer.office
            ),
            taken=True,
            about=f"accept {item.owner} {name}",
            name=name,
            act=Act.ACCEPT.value,
            facts=facts,
            sheets=counted,
            books=item.sheets,
            due_at=item.limit_at,
        )
        return with_sheets(line, said)
    return None


def foreseen(line: Scanned, drafts: Drafts, bureau: Bureau) -> Scanned:
    """The line, if the order that it would be meets no rule that forbids it."""
    subjects = () if line.subject is None else (line.subject,)
    facts = {**line.facts, **line.free}
    try:
        found = foreseeing.foresee(drafts(line.act, subjects, facts), bureau)
    except CablegramError as error:
        no = refused(error, Answer.WRONG_STATE)
        return replace(no, about=line.about, name=line.name)
    return replace(line, two=found.two)


def texts_digest(texts: Sequence[str]) -> str:
    """The digest of what was seen, as the order of a sighting has it."""
    return musters.digest_of(texts)
