"""Disputes: a copy that the other office does not take as it came, settled by both offices.

The receiver ``contest``s it and has nothing on charge; either ``agree``s to an outcome, and the
other acts on that signed word (docs/spec/custody.md, "Disputes").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import CustodyError, UnknownError
from cablegram.model.acts import Act, State
from cablegram.registry import custody, entries, finding, offices, papers, passing, settling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Page, Shelves
    from cablegram.registry.custody import Moved
    from cablegram.registry.orders import Given
    from cablegram.wire import canonical

OUTCOMES = {"there": settling.THERE, "back": settling.BACK}


def contest(page: Page, given: Given, bureau: Bureau) -> str:
    """Refuse a copy that a transmittal lists, saying what is wrong; we then owe that word.

    Raises:
        CustodyError: it was accepted, or contested before.
    """
    sender, cable, number, name = _listed(page, given, bureau)
    subject = str(given.first.facts["transmittal"])
    if settling.DISPUTED in settling.words(page, subject, sender, cable, number).ours:
        raise CustodyError(
            "{name} was disputed before", hint="Settle it with its sender.", name=name
        )
    _say(page, given, settling.DISPUTED, (subject, sender, cable, number), bureau)
    return name


def agree(page: Page, given: Given, bureau: Bureau) -> str:
    """Say how a disputed copy settles, there or back, and owe that word to the other office.

    Its sender names the copy, its receiver the transmittal.

    Raises:
        CustodyError: it is not disputed, or our word stands already.
    """
    outcome = OUTCOMES.get(str(given.first.facts["outcome"]))
    if outcome is None:
        raise CustodyError("a dispute settles there or back", hint="Say one of the two.")
    if given.first.subjects:
        office, subject, cable, number, name = _ours(page, given)
    else:
        office, cable, number, name = _listed(page, given, bureau)
        subject = str(given.first.facts["transmittal"])
    said = settling.words(page, subject, office, cable, number)
    if not given.first.subjects and settling.DISPUTED not in said.ours:
        raise CustodyError(
            "{name} is not disputed here", hint="Accept it, or dispute it first.", name=name
        )
    settling.check_outcome(said, outcome, name)
    _say(page, given, outcome, (subject, office, cable, number), bureau)
    return name


def settle(page: Page, given: Given, bureau: Bureau) -> Moved:
    """Settle disputed copies of ours on the other office's word; ours is then owed to them.

    Raises:
        CustodyError: they have signed no such word.
    """
    before = [page.copies.get(subject.handle) for subject in given.first.subjects]
    moved = custody.move_given(page, given, bureau, {})
    kind = settling.THERE if given.first.act == Act.SETTLE_THERE else settling.BACK
    for n, (was, copy) in enumerate(zip(before, moved.copies, strict=True)):
        sent = papers.went_under(page, copy)
        assert was is not None, "move_given has found it"
        assert sent is not None, "only a dispatched copy is disputed"
        cable, number = papers.owners_numbers(page, copy)
        said = settling.words(page, sent.subject, was.holder, cable, number)
        if said.our_outcome != kind:
            facts = {**given.first.facts, "sheets": copy.sheets}
            about = (sent.subject, was.holder, cable, number)
            _owe(page, kind, about, facts, moved.leaf_index + n, bureau)
    return moved


def their_word(page: Shelves, copy: Copy, outcome: str) -> str:
    """The digest of the other office's signed word that allows this outcome; empty for none."""
    sent = papers.went_under(page, copy)
    if sent is None:
        return ""
    said = settling.words(page, sent.subject, copy.holder, *papers.owners_numbers(page, copy))
    return settling.allows(said, OUTCOMES[outcome])


def _listed(page: Page, given: Given, bureau: Bureau) -> tuple[str, int, int, str]:
    """A copy that a transmittal to us lists and that is not on charge: sender, numbers, name."""
    facts = given.first.facts
    owner, named = str(facts.get("owner", "")), str(facts.get("transmittal", ""))
    cable, number = passing.whole(facts, "owner_cable"), passing.whole(facts, "owner_copy")
    _, sender = passing.line_of(page, named, owner, cable, number)
    copy = finding.by_owner(page, owner, cable, number, bureau.name)
    name = f"{cable}/{number}"
    under = None if copy is None else papers.came_under(page, copy)
    if under is not None and under.digest == named:
        raise CustodyError(
            "{name} was accepted under this transmittal",
            hint="Send it back to {sender} under a transmittal of our own.",
            name=name,
            sender=sender,
        )
    return sender, cable, number, name


def _ours(page: Page, given: Given) -> tuple[str, str, int, int, str]:
    """A disputed copy that we sent: the office, our transmittal, its numbers and its name."""
    copy: Copy | None = None
    if len(given.first.subjects) == 1:
        copy = page.copies.get(given.first.subjects[0].handle)
    if copy is None or copy.seq != given.first.subjects[0].expected:
        raise UnknownError("the order names no copy as it stands", hint="Look at it again.")
    name = finding.name(page, copy)
    sent = papers.went_under(page, copy)
    if copy.state is not State.DISPUTED or sent is None or sent.state != papers.SIGNED:
        raise CustodyError(
            "{name} is not disputed under a transmittal that went",
            hint="Take in what the line holds.",
            name=name,
        )
    cable, number = papers.owners_numbers(page, copy)
    return copy.holder, sent.subject, cable, number, name


def _say(
    page: Page, given: Given, kind: str, about: tuple[str, str, int, int], bureau: Bureau
) -> None:
    _, office, cable, number = about
    offices.enter(page, given, bureau, numbers=f"copy {cable}/{number}", office=office)
    _owe(page, kind, about, given.first.facts, entries.size(page) - 1, bureau)


def _owe(
    page: Page,
    kind: str,
    about: tuple[str, str, int, int],
    facts: Mapping[str, Fact],
    leaf_index: int,
    bureau: Bureau,
) -> None:
    subject, office, cable, number = about
    debt: dict[str, canonical.Value] = {
        "kind": kind,
        "subject": subject,
        "cable": cable,
        "copy": number,
        "sheets": passing.whole(facts, "sheets"),
        "note": str(facts.get("note", "")),
        "at": bureau.now(),
    }
    papers.owe(page, papers.RECEIPT, office, debt, leaf_index)
