"""Scanned: the line of a batch that each verb of the registrar's line makes of a copy.

Before the rules are asked (``scanning``): which act it is, with which facts, and what is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, CustodyError, UnknownError
from cablegram.model import custody
from cablegram.model.acts import RULES, Act, State
from cablegram.model.batch import COUNTED, Answer, Stance, Verb
from cablegram.model.names import FILE
from cablegram.registry import announced, returns, routes, serving
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.orders import Subject
    from cablegram.ports import Shelves


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan came to: the answer, in words, and the line that it puts into the batch.

    ``taken`` says whether there is one.  ``about`` is the copy's handle, or what stands for it
    while it has none.  ``sheets`` were counted, 0 while nobody has; ``books`` are those of the
    books.  ``due_at`` is a moment that belongs to the words.
    """

    answer: Answer
    said: str
    hint: str = ""
    taken: bool = False
    about: str = ""
    name: str = ""
    act: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    free: Mapping[str, str] = field(default_factory=dict)
    subject: Subject | None = None
    sheets: int = 0
    books: int = 0
    due_at: str = ""
    two: bool = False
    text: str = ""


def refused(error: CablegramError, answer: Answer) -> Scanned:
    """A refusal as an answer of the line."""
    return Scanned(answer, error.what, error.hint)


def with_sheets(line: Scanned, said: Stance) -> Scanned:
    """The line with the sheets that the verb says each has, where that is what the books say."""
    assert Act(line.act) in COUNTED, "the acts that are ordered with a count are listed"
    sheets = line.sheets or (said.sheets if said.sheets == line.books else 0)
    # What is not counted yet is asked of the rules with the sheets of the books.
    return replace(line, sheets=sheets, facts={**line.facts, "sheets": sheets or line.books})


def already(copy: Copy, line: Scanned, said: Stance) -> Scanned | None:
    """The answer where a copy is already what the verb would make of it; None where it is not."""
    is_so = _ALREADY.get(said.verb)
    if is_so is None or not is_so(copy, said):
        return None
    words = sentence("{name} is {words}", name=line.name, words=custody.words(copy))
    words += f" ({copy.place})" if copy.place else ""
    return Scanned(Answer.ALREADY, words, about=copy.handle, name=line.name)


def by_verb(view: Shelves, line: Scanned, copy: Copy, said: Stance, bureau: Bureau) -> Scanned:
    """The line as the verb makes it of this copy."""
    return _BY_VERB[said.verb](view, line, copy, said, bureau)


def _receive(view: Shelves, line: Scanned, copy: Copy, said: Stance, bureau: Bureau) -> Scanned:
    if copy.state in RULES[Act.COME_BACK].sources:
        return _back(view, line, copy, said, bureau)
    words = sentence("{name}: to be verified", name=line.name)
    return replace(line, act=Act.VERIFY.value, said=words)


def _back(view: Shelves, line: Scanned, copy: Copy, said: Stance, bureau: Bureau) -> Scanned:
    act = serving.way_back(copy)
    facts: dict[str, Fact] = {}
    if said.reason:
        off_route = act is Act.RETURN and routes.next_reader(view, copy)
        facts["reason" if off_route else "note"] = said.reason
    if act is Act.COME_BACK and (under := announced.came_under(view, copy, bureau)):
        facts["transmittal"] = under
    late = copy.state in returns.OVERDUE_STATES and bool(copy.due_at)
    late = late and copy.due_at < bureau.now()
    words = sentence("{name}: back from {holder}", name=line.name, holder=copy.holder)
    if late:
        words += sentence(", overdue since")
    back = replace(
        line,
        answer=Answer.OVERDUE if late else Answer.TAKEN,
        said=words,
        act=act.value,
        facts=facts,
        due_at=copy.due_at if late else "",
    )
    return with_sheets(back, said)


def _issue(view: Shelves, line: Scanned, copy: Copy, said: Stance, bureau: Bureau) -> Scanned:
    person = said.person or _next(view, line, copy)
    if (copy.state, copy.holder) == (State.ISSUED, person):
        words = sentence("{name} is {words}", name=line.name, words=custody.words(copy))
        return Scanned(Answer.ALREADY, words, about=copy.handle, name=line.name, due_at=copy.due_at)
    end, to = returns.latest(view, copy, bureau.now(), bureau)
    facts: dict[str, Fact] = {"holder": person, "return_to": to}
    for name in ("proxy", "exception", "reason"):
        if getattr(said, name):
            facts[name] = getattr(said, name)
    free = {} if said.due_at else {"due_at": end}
    if said.due_at:
        facts["due_at"] = said.due_at
    words = sentence("{name}: to {holder}", name=line.name, holder=person)
    if said.proxy:
        words += sentence(", by the hand of {proxy}", proxy=said.proxy)
    issued = replace(
        line, act=Act.ISSUE.value, said=words + sentence(", due"), facts=facts, free=free
    )
    issued = replace(issued, due_at=said.due_at or end)
    if copy.state not in RULES[Act.ISSUE].sources:
        return issued  # the table says so better
    try:
        returns.check_supply(view, person, copy, bureau.now(), exception=said.exception)
        returns.check_due(view, copy, said.due_at or end, bureau.now(), bureau)
    except CustodyError as error:
        return replace(refused(error, Answer.OVERDUE), about=copy.handle, name=line.name)
    return issued


def _next(view: Shelves, line: Scanned, copy: Copy) -> str:
    """Who is to have a copy where nobody was said: the next on its route, else its list's."""
    on_list = copy.whom if copy.whom != FILE and copy.state is not State.ISSUED else ""
    person = routes.next_reader(view, copy) or on_list
    if not person:
        raise UnknownError(
            "to whom? {copy} has no route, and is on nobody's list",
            hint="Name the person behind the verb, and scan it again.",
            copy=line.name,
        )
    return person


def _pass_on(view: Shelves, line: Scanned, copy: Copy, said: Stance, _: Bureau) -> Scanned:
    person = said.person or _next(view, line, copy)
    facts: dict[str, Fact] = {"holder": person}
    facts |= {"reason": said.reason} if said.reason else {}
    words = sentence(
        "{name}: from {holder} to {person}", name=line.name, holder=copy.holder, person=person
    )
    return with_sheets(
        replace(line, act=Act.HAND_OVER.value, said=words, facts=facts, due_at=copy.due_at), said
    )


def _show(_: Shelves, line: Scanned, __: Copy, said: Stance, ___: Bureau) -> Scanned:
    facts: dict[str, Fact] = {"reader": said.person}
    facts |= {"note": said.reason} if said.reason else {}
    words = sentence("{name}: to be read here by {person}", name=line.name, person=said.person)
    return with_sheets(replace(line, act=Act.SHOW.value, said=words, facts=facts), said)


def _file(_: Shelves, line: Scanned, __: Copy, said: Stance, ___: Bureau) -> Scanned:
    words = sentence("{name}: into {place}", name=line.name, place=said.place)
    return replace(line, act=Act.FILE.value, said=words, facts={"place": said.place})


def _out(_: Shelves, line: Scanned, copy: Copy, said: Stance, __: Bureau) -> Scanned:
    words = sentence("{name}: out of {place}", name=line.name, place=copy.place)
    return replace(line, act=Act.CHARGE_OUT.value, said=words, facts={"reason": said.reason})


def _destroy(_: Shelves, line: Scanned, __: Copy, said: Stance, ___: Bureau) -> Scanned:
    words = sentence("{name}: to be destroyed, {method}", name=line.name, method=said.method)
    facts = {"method": said.method}
    return with_sheets(replace(line, act=Act.DESTROY.value, said=words, facts=facts), said)


_BY_VERB: Mapping[Verb, Callable[[Shelves, Scanned, Copy, Stance, Bureau], Scanned]] = {
    Verb.RECEIVE: _receive,
    Verb.BACK: _back,
    Verb.ISSUE: _issue,
    Verb.HAND_ON: _pass_on,
    Verb.SHOW: _show,
    Verb.FILE: _file,
    Verb.OUT: _out,
    Verb.DESTROY: _destroy,
}

_ALREADY: Mapping[Verb, Callable[[Copy, Stance], bool]] = {
    Verb.RECEIVE: lambda copy, _: copy.state is State.IN_REGISTRY,
    Verb.BACK: lambda copy, _: copy.state in {State.IN_REGISTRY, State.FILED},
    Verb.FILE: lambda copy, said: (copy.state, copy.place) == (State.FILED, said.place),
    Verb.OUT: lambda copy, _: copy.state is State.IN_REGISTRY,
    Verb.HAND_ON: lambda copy, said: (copy.state, copy.holder) == (State.ISSUED, said.person),
}
"""Where a copy already is what the verb would make of it."""
