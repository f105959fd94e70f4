"""Notifying: what other offices must be told of copies, and what only they may allow.

A copy answers to the office that it was had from: whoever sent it, or its owner; one born here
to the originator of its telegram.  That office alone lengthens its limit, lowers its classification
and lets further ones be made, by a signed notice that an order names (docs/spec/notice.md).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, MalformedError, OrderError, UnknownError
from cablegram.model import levels, names
from cablegram.model.acts import AWAY, Act, State
from cablegram.model.orders import OfficeAct
from cablegram.registry import entries, lines, offices, papers, returns, vouching
from cablegram.sentences import sentence
from cablegram.wire import canonical
from cablegram.wire import notice as notice_format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.records import Paper
    from cablegram.ports import Page, Shelves
    from cablegram.registry.custody import Moved
    from cablegram.registry.orders import Given
    from cablegram.wire.notice import Notice

TELLS: Mapping[Act, str] = {
    Act.EXTEND: "extended",
    Act.RECALL: "recalled",
    Act.REGRADE: "regraded",
    Act.DECLASSIFY: "declassified",
    Act.COMPROMISE: "compromised",
    Act.DESTROY: "destroyed",
    Act.REPORT_DESTROYED: "destroyed",
    Act.CANCEL: "cancelled",
}
"""What an act on a copy tells another office that has it, or that we have it from."""

_UP = frozenset({Act.COMPROMISE, Act.DESTROY, Act.REPORT_DESTROYED})
_ANSWERS: Mapping[Act, frozenset[str]] = {
    **{act: frozenset({kind}) for act, kind in TELLS.items() if act is not Act.DESTROY},
    Act.EXTEND: frozenset({"extended", "asks_extension", "returning"}),
    Act.REGRADE: frozenset({"regraded", "asks_regrade"}),
}
"""The notices that an act may name: what it follows, or what it answers."""
_ASKS = notice_format.ASKING | {"returning"}
"""What our act answers: a question, or a day that was named for a tracer."""
_FROM_HOLDER = _ASKS | {"destroyed"}
_OUR_LETTERS = frozenset({"regraded", "declassified", "compromised", "consented"})


def upstream(page: Shelves, copy: Copy, bureau: Bureau) -> str:
    """The office that a copy answers to; empty for one that is nobody's but ours."""
    if copy.owner:
        under = papers.came_under(page, copy)
        office = copy.owner if under is None else under.office
        return "" if office == bureau.name else office
    telegram = page.telegrams.get(copy.telegram)
    return telegram.office if telegram is not None and telegram.letter else ""


def check(page: Page, copy: Copy, act: Act, facts: Mapping[str, Fact], bureau: Bureau) -> None:
    """Hold an act on a copy to the notice that it names, or to its needing none.

    Raises:
        CustodyError: it is another office's to allow, and no notice of theirs says so.
    """
    if act not in _ANSWERS:
        return
    if act is Act.CANCEL and facts.get("letter"):
        raise CustodyError(
            "a letter that cancels has its effect when it is opened",
            hint="Open it; leave the letter out of the order.",
        )
    named = str(facts.get("notice", ""))
    if named:
        _check_named(page, copy, act, facts, bureau)
        return
    name = returns.naming(page, copy)
    if act is Act.REPORT_DESTROYED:
        if offices.can_sign(page, copy.holder, bureau):
            raise CustodyError(
                "{holder} has signed no notice that {name} was destroyed",
                hint="Take in what the line holds, then follow their notice.",
                holder=copy.holder,
                name=name,
            )
        _check_scan(str(facts.get("certificate", "")))
        return
    office = upstream(page, copy, bureau)
    if office and offices.can_sign(page, office, bureau) and _loosens(copy, act, facts):
        raise CustodyError(
            "{name} is not ours to {act}: {office} has signed no notice of it",
            hint="Ask {office} with `cablegram ask`, then follow the notice that comes.",
            name=name,
            act=act.value,
            office=office,
        )


def close(page: Page, named: str) -> None:
    """Close an open notice: it has been acted on, answered or set aside."""
    row = page.papers.get(named)
    if row is not None and row.state == papers.OPEN:
        page.papers.put(replace(row, state=papers.ENTERED))


def told(
    page: Page, given: Given, before: Mapping[str, Copy], moved: Moved, bureau: Bureau
) -> None:
    """Owe the notices that an act on copies brings with it, and close the one it answers."""
    _owe(page, given, before, moved, Act(given.first.act), given.first.facts, bureau)


def entailed(
    page: Page,
    given: Given,
    before: Mapping[str, Copy],
    moved: Moved,
    act: Act,
    facts: Mapping[str, Fact],
    bureau: Bureau,
) -> None:
    """Owe the notices of an act that another order brought with it."""
    _owe(page, given, before, moved, act, facts, bureau)


def _owe(
    page: Page,
    given: Given,
    before: Mapping[str, Copy],
    moved: Moved,
    act: Act,
    facts: Mapping[str, Fact],
    bureau: Bureau,
) -> None:
    named = str(facts.get("notice", ""))
    groups: dict[tuple[str, str], list[canonical.Value]] = {}
    # What a certificate on paper says by whom, is said on paper to others too.
    unsigned = act is Act.REPORT_DESTROYED and not named
    for copy in () if unsigned else moved.copies:
        for office, letter, item in _tell(page, before[copy.handle], act, bureau):
            groups.setdefault((office, letter), []).extend([item] if item else [])
    answers, source = _asked(page, named)
    for (office, letter), items in groups.items():
        if office == source:
            continue  # what they told us is not told back
        debt = _said(page, act, facts, given)
        debt |= {"at": bureau.now(), "letter": letter}
        if answers == office and "answers" in notice_format.SAYS[TELLS[act]][2]:
            debt["answers"] = named
        for start in range(0, max(len(items), 1), notice_format.ITEMS_MAX):
            debt["copies"] = items[start : start + notice_format.ITEMS_MAX]
            order = f"{given.digest} {start}"
            papers.owe(page, papers.NOTICE, office, dict(debt), moved.leaf_index, order=order)
    close(page, named)


def notify(page: Page, given: Given, bureau: Bureau) -> str:
    """Tell or ask another office what comes of no act on copies: ask, consent, decline, regrade.

    Raises:
        OrderError: the kind is an act's, or the letter or copy is not one to speak about.
    """
    facts = given.first.facts
    kind, office = str(facts["kind"]), str(facts["office"])
    offices.correspondent(page, office, bureau)
    letter, answers = str(facts.get("letter", "")), str(facts.get("answers", ""))
    is_asking = given.first.act == OfficeAct.ASK
    if kind not in (notice_format.ASKING if is_asking else _OUR_LETTERS | {"declined"}):
        raise OrderError(
            "a notice {kind} comes of an act on the copies", hint="Order that act.", kind=kind[:40]
        )
    items = [_item_asked(page, s.handle, s.expected, office, bureau) for s in given.first.subjects]
    if kind in _OUR_LETTERS and items:
        raise OrderError(
            "a notice {kind} on copies comes of an act on them", hint="Order that act.", kind=kind
        )
    if letter and not _may_speak(page, letter, office, ours=kind in _OUR_LETTERS):
        raise OrderError(
            "the letter is none that passed between us and {office}",
            hint="Look it up again.",
            office=office,
        )
    if answers:
        _check_answers(page, answers, office, kind, letter)
    debt: dict[str, canonical.Value] = {
        "kind": kind,
        "at": bureau.now(),
        "letter": letter,
        "copies": list(items),
        "answers": answers,
        **{name: facts[name] for name in ("limit_at", "level", "count") if name in facts},
    }
    offices.enter(page, given, bureau, numbers=f"notice {kind}", office=office)
    papers.owe(page, papers.NOTICE, office, debt, entries.size(page) - 1, order=given.digest)
    close(page, answers)
    return kind


def set_aside(page: Page, given: Given, bureau: Bureau) -> str:
    """Close an open notice without an act, for the order's reason.

    Raises:
        UnknownError: there is no such open notice.
    """
    named = str(given.first.facts["notice"])
    row = page.papers.get(named)
    if row is None or opened(row) is None:
        raise UnknownError("no such notice is open", hint="List them with `cablegram due`.")
    offices.enter(page, given, bureau, numbers=f"notice {row.number}", office=row.office)
    close(page, named)
    return named


def items_of(page: Shelves, copy: Copy, bureau: Bureau) -> tuple[str, int, int]:
    """A copy by its owner: office, cable and copy number."""
    return (copy.owner or bureau.name, *papers.owners_numbers(page, copy))


def opened(row: Paper) -> Notice | None:
    """What a notice of another office says that no order has served yet; None of anything else."""
    if (row.kind, row.direction, row.state) != (papers.NOTICE, lines.IN, papers.OPEN):
        return None
    return notice_format.decode(row.body)


def _check_named(
    page: Page, copy: Copy, act: Act, facts: Mapping[str, Fact], bureau: Bureau
) -> None:
    row = page.papers.get(str(facts["notice"]))
    said = None if row is None else opened(row)
    name = returns.naming(page, copy)
    if said is None or said.kind not in _ANSWERS[act]:
        raise CustodyError(
            "no notice waits that asks to {act} {name}",
            hint="List those that wait with `cablegram due`.",
            act=act,
            name=name,
        )
    assert row is not None, "what it says was read from it"
    vouching.hold(page, row, bureau)
    from_holder = said.kind in _FROM_HOLDER or (
        said.kind == "compromised" and said.office == copy.holder
    )
    office = copy.holder if from_holder else upstream(page, copy, bureau)
    if said.office != office or not _about(page, copy, said, bureau):
        raise CustodyError(
            "the notice of {office} is not about {name}",
            hint="Name a copy that it lists.",
            office=said.office,
            name=name,
        )
    fits = {
        "extended": max(str(facts.get("limit_at", "")), str(facts.get("due_at", "")))
        <= said.limit_at,
        "returning": str(facts.get("due_at", "")) <= said.limit_at,
        "regraded": facts.get("classification") == said.level,
        "destroyed": facts.get("certificate") == said.certificate,
    }
    if not fits.get(said.kind, True):
        raise CustodyError(
            "the notice of {office} says something else of {name}",
            hint="Follow it as it stands, or ask them for another.",
            office=said.office,
            name=name,
        )


def _about(page: Page, copy: Copy, said: Notice, bureau: Bureau) -> bool:
    telegram = page.telegrams.get(copy.telegram)
    if said.letter:
        return telegram is not None and telegram.letter == said.letter
    is_holder = said.office == copy.holder
    under = papers.went_under(page, copy) if is_holder else papers.came_under(page, copy)
    journeys = {"", "" if under is None else under.subject}
    mine = items_of(page, copy, bureau)
    return any(
        (item.owner, item.cable, item.copy) == mine and item.under in journeys
        for item in said.copies
    )


def _loosens(copy: Copy, act: Act, facts: Mapping[str, Fact]) -> bool:
    """Whether the act takes away from what the office we have the copy from asks of it."""
    if act is Act.EXTEND:
        limit = str(facts.get("limit_at", ""))
        return bool(copy.owner and copy.limit_at and limit > copy.limit_at)
    if act is Act.REGRADE:
        return levels.lowers(copy.classification, str(facts.get("classification", "")))
    return act in {Act.DECLASSIFY, Act.CANCEL}


def _check_scan(certificate: str) -> None:
    try:
        names.digest(certificate)
    except MalformedError as exc:
        raise CustodyError(
            "the certificate of an office without Cablegram is named by the digest of its scan",
            hint="Give it as sha256:..., the SHA-256 of the scanned certificate.",
        ) from exc


def _tell(
    page: Page, copy: Copy, act: Act, bureau: Bureau
) -> list[tuple[str, str, canonical.Value]]:
    """Whom an act on this copy, as it stood, is told: office, letter, and the copy's item."""
    found: list[tuple[str, str, canonical.Value]] = []
    late = act is Act.EXTEND and copy.state is State.IN_TRANSIT  # that moves the tracer alone
    down = copy.state in AWAY and act not in {Act.DESTROY, Act.REPORT_DESTROYED} and not late
    if down and copy.holder != copy.owner and offices.can_sign(page, copy.holder, bureau):
        under = papers.went_under(page, copy)
        found.append((copy.holder, "", item(page, copy, under, bureau)))
    office = upstream(page, copy, bureau) if act in _UP else ""
    if office and office != copy.holder and offices.can_sign(page, office, bureau):
        if copy.owner:
            under = papers.came_under(page, copy)
            found += [(office, "", i)] if (i := item(page, copy, under, bureau)) else []
        elif act is Act.COMPROMISE:
            telegram = page.telegrams.get(copy.telegram)
            assert telegram is not None, "upstream has found it"
            found.append((office, telegram.letter, {}))
    return [(who, letter, item) for who, letter, item in found if item or letter]


def item(page: Page, copy: Copy, under: Paper | None, bureau: Bureau) -> dict[str, canonical.Value]:
    """A copy as a notice names it; nothing where it bears no numbers of its owner."""
    owner, cable, number = items_of(page, copy, bureau)
    if not cable or not number:
        return {}
    return {
        "owner": owner,
        "cable": cable,
        "copy": number,
        "under": "" if under is None else under.subject,
    }


def _said(
    page: Page, act: Act, facts: Mapping[str, Fact], given: Given
) -> dict[str, canonical.Value]:
    debt: dict[str, canonical.Value] = {"kind": TELLS[act]}
    if act is Act.EXTEND:
        debt["limit_at"] = facts.get("limit_at") or facts["due_at"]
    elif act is Act.RECALL:
        debt["limit_at"] = facts.get("due_at", "")
    elif act is Act.REGRADE:
        debt["level"] = facts["classification"]
    elif act is Act.DESTROY:
        debt["certificate"] = facts.get("certificate") or f"order {given.digest}"
        debt["persons"] = [given.first.officer, given.second_person]
    elif act is Act.REPORT_DESTROYED:
        row = page.papers.get(str(facts.get("notice", "")))
        debt["certificate"] = facts["certificate"]
        debt["persons"] = [] if row is None else list(notice_format.decode(row.body).persons)
    return debt


def _asked(page: Page, named: str) -> tuple[str, str]:
    """Who asked with this notice, and who told with it; each empty where it is not so."""
    row = page.papers.get(named)
    said = None if row is None else opened(row)
    if said is None:
        return "", ""
    return (said.office, "") if said.kind in _ASKS else ("", said.office)


def _item_asked(
    page: Page, handle: str, expected: int, office: str, bureau: Bureau
) -> canonical.Value:
    copy = page.copies.get(handle)
    if copy is None or copy.seq != expected:
        raise UnknownError("the order names no copy as it stands", hint="Look at it again.")
    found = item(page, copy, papers.came_under(page, copy), bureau)
    if not found or upstream(page, copy, bureau) != office:
        raise OrderError(
            "{copy} is not {office}'s to allow anything of",
            hint="Ask {upstream}.",
            copy=returns.naming(page, copy),
            office=office,
            upstream=upstream(page, copy, bureau) or sentence("nobody: it is ours"),
        )
    return found


def _may_speak(page: Page, letter: str, office: str, *, ours: bool) -> bool:
    direction = lines.OUT if ours else lines.IN
    rows = page.circuit_items.find("letter", letter, direction)
    return any(row.office == office for row in rows)


def _check_answers(page: Page, answers: str, office: str, kind: str, letter: str) -> None:
    row = page.papers.get(answers)
    said = None if row is None else opened(row)
    asked = {"consented": "asks_consent", "regraded": "asks_regrade"}.get(kind)
    if (
        said is None
        or said.office != office
        or said.kind not in ({asked} if asked else notice_format.ASKING)
        or (asked and said.letter != letter)
    ):
        raise OrderError(
            "{office} has asked nothing that this answers",
            hint="See `cablegram due`.",
            office=office,
        )
