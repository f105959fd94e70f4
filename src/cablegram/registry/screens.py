"""Screens: who opens a sealed copy, and when its share is given (docs/spec/reading.md).

The entry first, the share second: it is handed out only where a signed head covers the reading,
and is gone before the page that ends the copy is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, CustodyError, OrderError, UnknownError
from cablegram.ledger import log
from cablegram.model.acts import Act, Mark, State
from cablegram.model.levels import within
from cablegram.model.roles import Role, read_roles
from cablegram.model.screens import BROWSER, EACH, ENDS, WAYS
from cablegram.registry import (
    classifications,
    entries,
    holding,
    offices,
    proving,
    readers,
    returns,
    roster,
    standing,
)
from cablegram.registry.reading import every
from cablegram.sentences import any_of
from cablegram.signatures.passkey import PASSKEY
from cablegram.signatures.sshsig import PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.records import Leaf
    from cablegram.ports import Shelves
    from cablegram.registry.orders import Given
    from cablegram.wire.leaf import Entry

SHARE = "share"
"""The kind under which the vault keeps opening shares, each under its copy's handle."""


@dataclass(frozen=True, slots=True)
class SealedFiles:
    """The two files of a sealed copy that may lie anywhere: age files, binary."""

    content: bytes
    half: bytes


@dataclass(frozen=True, slots=True)
class Readable:
    """A copy for the screen of a person: whether they can open it now, and why not.

    ``opened_at`` is when they first opened it since it was issued to them; empty before.
    """

    copy: Copy
    name: str
    can_open: bool
    why_not: str
    opened_at: str


# --- the rules of an act --------------------------------------------------------------------------


def check(
    page: Shelves, copy: Copy, act: Act, facts: Mapping[str, Fact], given: Given, bureau: Bureau
) -> None:
    """What an act on a copy for the screen asks of the books, beside ``model.screens``.

    Raises:
        CustodyError: which rule.
    """
    if act is Act.READ:
        _check_read(page, copy, facts, given, bureau)
    proxy = str(facts.get("proxy", ""))
    if act is Act.ISSUE and copy.screen and copy.screen == proxy:
        may = standing.check_proxy(page, str(facts.get("holder", "")), proxy, bureau)
        if may != standing.OPEN:
            raise CustodyError(
                "{copy} is sealed to {proxy}, who may receive for {holder}, and not open",
                hint="Name them as one who may open, or print a further copy for {holder}.",
                copy=returns.naming(page, copy),
                proxy=proxy,
                holder=facts.get("holder", ""),
            )


def person_for(page: Shelves, copy: Copy, said: str, bureau: Bureau) -> str:
    """Whom a copy is sealed to by what its print order says: ``*`` or a person's id.

    Raises:
        CustodyError: it is for the file, or for somebody else for whom that person may not open.
    """
    person = copy.whom if said == EACH else said
    known = page.persons.get(copy.whom) is not None
    if not known or page.persons.get(person) is None:
        raise CustodyError(
            "copy {number} is for {whom}, and is not sealed to a person",
            hint="Print it on paper, or name whom it is sealed to.",
            number=copy.number,
            whom=copy.whom,
        )
    if person != copy.whom and (
        standing.check_proxy(page, copy.whom, person, bureau) != standing.OPEN
    ):
        raise CustodyError(
            "{proxy} may receive for {holder}, and not open",
            hint="Seal it to {holder}, or name one who may open.",
            proxy=person,
            holder=copy.whom,
        )
    return person


def destroy_shares(act: str, copies: Iterable[str], bureau: Bureau) -> None:
    """Destroy the opening shares of copies that an act has ended, as the last thing on its page.

    A crash between this and the commit leaves copies that are out and do not open: the same order
    again ends them.  The other order of the two would leave a copy that is back and opens.
    """
    if act in {one.value for one in ENDS}:
        for handle in copies:
            if bureau.vault.get(SHARE, handle) is not None:
                bureau.vault.destroy(SHARE, handle)


def destroy_dated(page: Shelves, bureau: Bureau) -> int:
    """Destroy the shares of copies whose date has come; gives how many there were.

    The date stands in a signed order and the copy's row is held to it; that nothing was destroyed
    yet changes nothing either, since no share is given after its date.
    """
    count = 0
    for copy in every(page.copies, "sealed", State.ISSUED.value, below=bureau.now()):
        if bureau.vault.get(SHARE, copy.handle) is not None:
            holding.hold(page, copy, bureau)
            bureau.vault.destroy(SHARE, copy.handle)
            count += 1
    return count


# --- for a desk -----------------------------------------------------------------------------------


def order_facts(person: str, way: str) -> dict[str, str]:
    """The facts of the order ``read`` by which a person opens a copy."""
    return {"reader": person, "way": way}


def readable(page: Shelves, person: str, bureau: Bureau, way: str = BROWSER) -> list[Readable]:
    """The copies for the screen that are out to this person: those that open, the soonest due.

    What is sealed to them and lies in the registry yet is not among them.
    """
    found = []
    for copy in every(page.copies, "screen", person, State.ISSUED.value):
        why, opened = "", ""
        try:
            opened = _opened_at(page, copy, person, bureau)
            _check_open(page, copy, person, bureau, way)
            if bureau.vault.get(SHARE, copy.handle) is None:
                raise _gone(page, copy)
        except CablegramError as error:
            why = error.what
        found.append(Readable(copy, returns.naming(page, copy), not why, why, opened))
    return sorted(
        found, key=lambda one: (not one.can_open, one.copy.due_at, len(one.name), one.name)
    )


def sealed_copy(page: Shelves, handle: str, bureau: Bureau) -> SealedFiles:
    """The sealed files of a copy for the screen.

    Raises:
        UnknownError: no such copy, or one on paper.
        CustodyError: the books are not as the ledger has them.
        StorageError: the bytes are not there, or no longer what they were.
    """
    copy = _copy(page, handle)
    printed = _newest(page, copy, Act.PRINT, bureau)
    facts = {} if printed is None else entries.facts(printed[1])
    if not facts.get("screen"):
        raise UnknownError(
            "{copy} is on paper",
            hint="Have it issued to you at the counter.",
            copy=returns.naming(page, copy),
        )
    get = bureau.blobs.get
    return SealedFiles(get(str(facts["digest"])), get(str(facts["half"])))


def share(page: Shelves, handle: str, person: str, bureau: Bureau, way: str) -> bytes:
    """The opening share of a copy, for whom a covered entry says that they have read it.

    Raises:
        UnknownError: no such copy.
        CustodyError: why it is not given.
        OrderError: a row was written by hand.
    """
    copy = _copy(page, handle)
    _check_open(page, copy, person, bureau, way)
    if not _opened_at(page, copy, person, bureau):
        raise CustodyError(
            "no signed head covers an entry that {person} has opened {copy}",
            hint="Order it read: `cablegram --as {person} open-copy {copy}`.",
            person=person,
            copy=returns.naming(page, copy),
        )
    kept = bureau.vault.get(SHARE, handle)
    if kept is None:
        raise _gone(page, copy)
    return kept


def attachment(page: Shelves, handle: str, sealed: str, bureau: Bureau) -> bytes:
    """The sealed bytes of an attachment of this copy's telegram.

    Raises:
        UnknownError: no such copy, or no attachment of its telegram, or it has not come in yet.
    """
    copy = _copy(page, handle)
    row = page.incoming.get(sealed)
    about = offices.expected(page, sealed) or (
        row.telegram if row is not None and row.state == offices.ATTACHMENT else ""
    )
    if not copy.telegram or about != copy.telegram or not bureau.blobs.has(sealed):
        raise UnknownError(
            "{copy} has no such attachment here",
            hint="Take in what the line holds, and look again.",
            copy=returns.naming(page, copy),
        )
    return bureau.blobs.get(sealed)


# --- opening --------------------------------------------------------------------------------------


def _check_read(
    page: Shelves, copy: Copy, facts: Mapping[str, Fact], given: Given, bureau: Bureau
) -> None:
    officer = given.first.officer
    row = proving.by_key(roster.standing(page, officer), officer, given.first.key)
    if read_roles(row.role) == {Role.PROXY} and facts.get("reader") != officer:
        raise OrderError(
            "{officer} enters no reading but their own",
            hint="Have the registrar enter it.",
            officer=officer,
        )
    way = str(facts.get("way", ""))
    if not copy.screen or way not in WAYS or copy.state is not State.ISSUED:
        return  # the table says so better
    if PublicKey.from_line(row.key_line).algorithm == PASSKEY and way != BROWSER:
        raise CustodyError(
            "{copy}: an order signed with a passkey was signed in a browser",
            hint="Open it in the browser, or sign with the key of the command line.",
            copy=returns.naming(page, copy),
        )
    _check_date(page, copy, bureau)
    check_way(page, copy, way, bureau)


def _check_open(page: Shelves, copy: Copy, person: str, bureau: Bureau, way: str) -> None:
    """Refuse a share of a copy that is not out to that person, or not to be opened so now."""
    holding.hold(page, copy, bureau)
    if copy.screen != person or copy.state is not State.ISSUED:
        raise CustodyError(
            "{copy} is not out to {person} on a screen",
            hint="See where it is: `cablegram where {copy}`.",
            copy=returns.naming(page, copy),
            person=person,
        )
    for mark in (Mark.ON_RECALL, Mark.COMPROMISED):
        if copy.has(mark):
            raise CustodyError(
                "{copy} does not open: it bears the mark {mark}",
                hint="Return it: `cablegram return {copy}`.",
                copy=returns.naming(page, copy),
                mark=mark,
            )
    _check_date(page, copy, bureau)
    check_way(page, copy, way, bureau)


def _check_date(page: Shelves, copy: Copy, bureau: Bureau) -> None:
    if copy.due_at <= bureau.now():
        raise CustodyError(
            "{copy} was to be read by {due_at}, and does not open any more",
            hint="Return it: `cablegram return {copy}`.",
            copy=returns.naming(page, copy),
            due_at=copy.due_at,
        )


def check_way(page: Shelves, copy: Copy, way: str, bureau: Bureau) -> None:
    """Refuse a browser above the level that the office has settled for one.

    Raises:
        CustodyError: above it.
        OrderError: what is settled was written by hand.
    """
    if way not in WAYS:
        raise CustodyError(
            "there is no way {way} to open a copy",
            hint="Say the way: {ways}.",
            way=way[:40],
            ways=any_of(WAYS),
        )
    telegram = page.telegrams.get(copy.telegram)
    level = copy.classification or ("" if telegram is None else telegram.classification)
    check_level(page, "" if telegram is None else telegram.policy, level, way, bureau)


def check_level(page: Shelves, policy: str, level: str, way: str, bureau: Bureau) -> None:
    """``check_way`` for a level by itself.

    Raises:
        CustodyError: above what a browser opens here.
    """
    most = readers.settled(page, readers.BROWSER, bureau)
    if way != BROWSER or most in {"", readers.ANY_LEVEL}:
        return
    ours = classifications.own(page, bureau)
    is_within = within(level, most) if ours is None else ours.within(policy, level, most)
    if not is_within:
        raise CustodyError(
            "what is {level} is not opened in a browser here, which opens up to {most}",
            hint="Open it at the command line: `cablegram open-copy`.",
            level=level,
            most=most,
        )


def _opened_at(page: Shelves, copy: Copy, person: str, bureau: Bureau) -> str:
    """When the person first opened the copy since its newest issue, as a covered entry says."""
    for leaf, entry in _since_issue(page, copy, bureau):
        facts = entries.facts(entry)
        said = (entry.act, facts.get("reader"), entry.officer)
        if said == (Act.READ.value, person, person) and facts.get("way"):
            return entry.at if log.is_covered(page, leaf) else ""
    return ""


def _since_issue(page: Shelves, copy: Copy, bureau: Bureau) -> Iterator[tuple[Leaf, Entry]]:
    """The leaves of a copy behind its newest issue, the oldest first, each held to the ledger."""
    leaves = list(every(page.leaves, "subject", copy.handle))
    issued = [n for n, leaf in enumerate(leaves) if leaf.act == Act.ISSUE.value]
    for leaf in leaves[issued[-1] + 1 :] if issued else ():
        entry = entries.proved(page, leaf, bureau)
        if entry is None:
            raise _by_hand(page, copy)
        yield leaf, entry


def _newest(page: Shelves, copy: Copy, act: Act, bureau: Bureau) -> tuple[Leaf, Entry] | None:
    """The newest entry of an act on a copy, held to the ledger."""
    rows = [leaf for leaf in every(page.leaves, "subject", copy.handle) if leaf.act == act.value]
    if not rows:
        return None
    entry = entries.proved(page, rows[-1], bureau)
    if entry is None:
        raise _by_hand(page, copy)
    return rows[-1], entry


def _copy(page: Shelves, handle: str) -> Copy:
    copy = page.copies.get(handle)
    if copy is None:
        raise UnknownError("no such copy is in the books", hint="Look again.")
    return copy


def _gone(page: Shelves, copy: Copy) -> CustodyError:
    return CustodyError(
        "the opening share of {copy} is destroyed, and it does not open again",
        hint="Return it, and have a further copy printed where it is needed.",
        copy=returns.naming(page, copy),
    )


def _by_hand(page: Shelves, copy: Copy) -> CustodyError:
    return CustodyError(
        "{copy} is not in the books as the ledger has it",
        hint="Run `cablegram audit` on this office: a row was written by hand.",
        copy=returns.naming(page, copy),
    )
