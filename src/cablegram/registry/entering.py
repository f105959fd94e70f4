"""Entering: an opened letter becomes a line in the register and numbered copies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cablegram.errors import CustodyError
from cablegram.model.acts import IN_CUSTODY, Act, State
from cablegram.model.custody import Copy
from cablegram.model.handling import ADDRESSEE, COPYING_PROHIBITED
from cablegram.model.names import FILE
from cablegram.model.orders import OfficeAct
from cablegram.model.records import Telegram
from cablegram.registry import (
    custody,
    entries,
    indexing,
    notes,
    numbering,
    offices,
    regimes,
    restoring,
)
from cablegram.wire.leaf import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.handling import Series
    from cablegram.model.records import Incoming
    from cablegram.ports import Page
    from cablegram.registry.orders import Given
    from cablegram.wire.letter import Addressee, Letter

COPIES_MAX = 999


@dataclass(frozen=True, slots=True)
class Entered:
    """A telegram new to the register, its copies, and the index of its first leaf."""

    telegram: Telegram
    copies: tuple[Copy, ...]
    leaf_index: int


def enter(
    page: Page, given: Given, letter: Letter, digest: str, arrived: Incoming, bureau: Bureau
) -> Entered:
    """Give an opened letter its cable number and allot its copies.

    ``digest`` is the letter's.  Who each copy is for comes from the series' standing
    list, with ``addressee`` replaced through our table of cover names.

    Raises:
        CustodyError: an addressee's name stands for nobody here.
    """
    now = bureau.now()
    regime = offices.series_or_current(page, letter.series)
    regimes.check_witnessed(regime, OfficeAct.OPEN.value)
    people = _addressees(page, letter.addressees, bureau)
    acting = [one for one in letter.addressees if one.role == "action"]
    acts = _addressees(page, acting, bureau)
    list_ = _distribution(regime, people, letter.copies)
    asked = letter.return_
    telegram = Telegram(
        handle=bureau.handle(),
        direction="in",
        office=letter.office,
        series=letter.series,
        outgoing_number=letter.outgoing_number,
        cable_number=_cable(page),
        letter=digest,
        sealed=arrived.digest,
        signatory=letter.signatory,
        classification=letter.level,
        precedence=letter.precedence_action.name.lower(),
        filed_at=letter.filed_at,
        received_at=arrived.taken_in_at,
        opened_at=now,
        opened_by=given.first.officer,
        return_count=asked.count if asked else 0,
        return_unit=asked.unit if asked else "",
        return_counted=asked.counted if asked else "",
        return_to=asked.to if asked else "",
        copies=len(list_),
        order_digest=given.digest,
        told=" ".join(person for person in people if person not in acts),
        **handling(letter),
    )
    page.telegrams.add(telegram)
    index = enter_telegram(
        page, telegram, OfficeAct.OPEN, given, bureau, evidence={"letter": digest}
    )
    copies: list[tuple[Copy, dict[str, Fact]]] = []
    for number, whom in enumerate(list_, start=1):
        facts: dict[str, Fact] = {"copy": number, "made": len(list_), "whom": whom}
        copies.append((_allotted(telegram, number, len(list_), whom, bureau), facts))
    moved = custody.start(page, copies, Act.ALLOT, given, bureau)
    indexing.telegram(page, telegram, list_)
    page.incoming.put(replace(arrived, state="opened", why="", telegram=telegram.handle))
    return Entered(telegram, moved.copies, index)


def handling(letter: Letter) -> dict[str, str]:
    """How a letter is to be handled, as its telegram's row keeps it."""
    return {
        "policy": letter.policy,
        "categories": "\n".join(letter.categories),
        # A caveat that is not one of the form's own says what the words are about: it lies sealed.
        "caveats": "\n".join(c for c in letter.caveats if c == COPYING_PROHIBITED),
        "precedence_info": letter.precedence_info.name.lower(),
        "reply_to": letter.reply_to,
        "fulfil_by": letter.fulfil_by,
        "kind": "" if letter.kind == "telegram" else letter.kind,
    }


def allot_extra(page: Page, given: Given, telegram: Telegram, bureau: Bureau) -> Copy:
    """Allot one more copy, with the originator's consent; older sheets keep what they say.

    Raises:
        CustodyError: the order names another number than the next, or somebody unknown.
    """
    facts = given.first.facts
    if not telegram.sealed:
        raise CustodyError(
            "the words of {cable} are here on paper alone",
            hint="Ask its originator for another copy.",
            cable=telegram.cable_number,
        )
    number = restoring.next_copy(page, telegram, bureau)
    if facts.get("copy") != number or facts.get("made") != number:
        raise CustodyError(
            "the next copy of {cable} is number {number}",
            hint="Sign the order for that number.",
            cable=telegram.cable_number,
            number=number,
        )
    whom = str(facts.get("whom", ""))
    if whom not in {"", FILE} and page.persons.get(whom) is None:
        raise CustodyError(
            "nobody here goes by the name {whom}",
            hint="Say who it stands for with `cablegram office cover`, then order it again.",
            whom=whom,
        )
    regimes.check_whom(page, offices.series_or_current(page, telegram.series), whom, bureau)
    copy = replace(
        _allotted(telegram, number, number, whom, bureau), classification=level_of(page, telegram)
    )
    page.telegrams.put(replace(telegram, copies=number))
    moved = custody.start(page, [(copy, facts)], Act.ALLOT, given, bureau, extra=True)
    notes.keep(page, facts, Act.ALLOT.value, copy.handle, moved.leaf_index, bureau)
    indexing.telegram(page, telegram, [whom])
    return moved.copies[0]


def level_of(page: Page, telegram: Telegram) -> str:
    """How a further copy is classified: as all in custody are by now, else as its letter says."""
    levels = {
        copy.classification
        for copy in page.copies.find("telegram", telegram.handle)
        if copy.state in IN_CUSTODY
    }
    return levels.pop() if len(levels) == 1 else telegram.classification


def enter_telegram(
    page: Page,
    telegram: Telegram,
    act: OfficeAct,
    given: Given,
    bureau: Bureau,
    *,
    evidence: dict[str, str | int],
    office: str = "",
) -> int:
    """The leaf of an act on a telegram; gives its index."""
    direction = "cable" if telegram.direction == "in" else "outgoing"
    number = telegram.cable_number or telegram.outgoing_number
    return entries.enter_order(
        page,
        given,
        bureau,
        kind=entries.TELEGRAM,
        subject=telegram.handle,
        act=act.value,
        facts=evidence,
        office=office or telegram.office,
        numbers=f"{direction} {number}",
    )


def enter_unordered(
    page: Page,
    telegram: Telegram,
    act: OfficeAct,
    bureau: Bureau,
    *,
    evidence: dict[str, str | int],
    office: str,
) -> int:
    """The leaf of what follows from an earlier order by itself: an envelope sealed."""
    return entries.enter(
        page,
        [
            Entry(
                kind=entries.TELEGRAM,
                act=act.value,
                subject=telegram.handle,
                seq=entries.next_seq(page, telegram.handle),
                at=bureau.now(),
                office=office,
                evidence=entries.evidence(evidence),
                order=telegram.order_digest,
            )
        ],
        bureau,
    )


def _cable(page: Page) -> int:
    number = numbering.take(page, numbering.CABLE)
    numbering.hold_new(numbering.CABLE, number, page.telegrams.find("cable", number, limit=1))
    return number


def _addressees(page: Page, addressees: Sequence[Addressee], bureau: Bureau) -> list[str]:
    people = []
    for addressee in addressees:
        person = offices.covered(page, addressee.name, bureau)
        if page.persons.get(person) is None:
            raise CustodyError(
                "nobody here goes by the name {addressee}",
                hint="Say who it stands for with `cablegram office cover`, then open it again.",
                kept="The sealed bytes are in the incoming tray.",
                addressee=addressee.name,
            )
        people.append(person)
    return list(dict.fromkeys(people))  # two cover names of one person are one addressee


def _distribution(regime: Series, people: list[str], asked: int) -> list[str]:
    """Who each copy is for: the standing list, each addressee entry once per person.

    More copies than it lists go to the file, where the series keeps any there.
    """
    listed: list[str] = []
    for whom in regime.standing:
        listed += people if whom == ADDRESSEE else [whom]
    listed += [FILE] * (asked - len(listed) if regime.file_copies else 0)
    if len(listed) > COPIES_MAX:
        raise CustodyError(
            "{listed} copies would be made",
            hint="Ask for {copies_max} at most.",
            listed=len(listed),
            copies_max=COPIES_MAX,
        )
    return listed


def _allotted(telegram: Telegram, number: int, made: int, whom: str, bureau: Bureau) -> Copy:
    return Copy(
        handle=bureau.handle(),
        telegram=telegram.handle,
        number=number,
        made=made,
        whom=whom,
        state=State.ALLOTTED,
        accountable=bureau.name,
        series=telegram.series,
        classification=telegram.classification,
    )
