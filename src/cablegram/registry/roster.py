"""The roster: who is in post, proved each time by appointments that go back to the office key.

A row on the officers shelf is a convenience.  What counts is the signed order behind it:
a row that anybody writes into the books by hand puts nobody in post.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, OrderError, UnknownError
from cablegram.model.names import person_id
from cablegram.model.orders import OfficeAct, SignedOrder
from cablegram.model.records import Officer, Person
from cablegram.model.text import clean
from cablegram.registry import entries
from cablegram.registry.reading import every
from cablegram.signatures import sshsig
from cablegram.wire import canonical, paper
from cablegram.wire import card as card_format
from cablegram.wire import order as order_format
from cablegram.wire.leaf import Entry

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.orders import Order
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

CHIEF = "chief"
OFFICER = "officer"
ROLES = frozenset({CHIEF, OFFICER})


def in_post(page: Shelves, person: str) -> Officer:
    """The standing appointment of a person.

    Raises:
        OrderError: there is none.
    """
    for row in page.officers.find("", person):
        if row.until_index == 0:
            return row
    raise OrderError(
        f"{person} is not an officer in post here", hint="Have the chief appoint them first."
    )


def persons_in_post(page: Shelves) -> tuple[str, ...]:
    """Everyone with a standing appointment, in order of id."""
    return tuple(dict.fromkeys(row.person for row in every(page.officers) if not row.until_index))


def check_signature(
    page: Shelves,
    order: Order,
    signed: SignedOrder,
    bureau: Bureau,
    *,
    landed: int | None = None,
) -> None:
    """Hold an order to its officer's appointment and key.

    ``landed`` is the leaf that the very same order landed at before: the appointment that
    stood then is the one that counts.

    Raises:
        OrderError: not in post, another key, a signature that does not hold, or an
            appointment that does not go back to the office key.
    """
    row = in_post(page, order.officer) if landed is None else _stood(page, order.officer, landed)
    prove(page, row, bureau)
    _check_officer(row, order, signed)


def check_office_signature(signed: SignedOrder, bureau: Bureau) -> None:
    """Hold an order to every signing key on our own card."""
    try:
        _check_office(bureau.card, signed.body, signed.signature)
    except CablegramError as exc:
        raise OrderError(
            "the office's signature on an order does not hold",
            hint="Make the order again with the office's own key file.",
        ) from exc


def prove(page: Shelves, row: Officer, bureau: Bureau) -> None:
    """Follow an appointment back to the office key.

    Raises:
        OrderError: a link of the chain is missing or does not hold.
    """
    # Signers stand before those they appoint, so this ends; each is proved once.
    proved: set[int] = set()
    waiting = [row]
    while waiting:
        current = waiting.pop()
        if current.since_index not in proved:
            proved.add(current.since_index)
            waiting += _prove_link(page, current, bureau)


def appoint(page: Page, given: Given, bureau: Bureau) -> Officer:
    """Put a person in post, on an order of the chief seconded by another person.

    Raises:
        OrderError: not the chief's order, or the person is in post already.
    """
    facts = {name: str(value) for name, value in given.first.facts.items()}
    person = person_id(facts["person"])
    if person == bureau.name:
        raise OrderError(f"{person} is the office itself", hint="Give the person another id.")
    if facts["role"] not in ROLES:
        raise OrderError(
            f"there is no role {facts['role']}", hint=f"Use one of {', '.join(sorted(ROLES))}."
        )
    clean(facts.get("title", ""), "a title")
    key = sshsig.PublicKey.from_line(facts["key_line"])
    _check_chief(page, given, bureau)
    if any(row.until_index == 0 for row in page.officers.find("", person)):
        raise OrderError(f"{person} is in post already", hint="Relieve them first.")
    if page.officers.find("key", key.key_id(), limit=1):
        raise OrderError("that key is or was another appointment's", hint="Make a new key.")
    subject = known_person(page, person, bureau)
    index = _enter(page, given, subject, bureau)
    row = Officer(
        person=person,
        key=key.key_id(),
        key_line=facts["key_line"],
        role=facts["role"],
        title=facts.get("title", ""),
        since_index=index,
        until_index=0,
        order_digest=given.digest,
        second_digest=given.second_digest,
    )
    page.officers.add(row)
    return row


def relieve(page: Page, given: Given, bureau: Bureau) -> Officer:
    """End a person's appointment; what they signed before stays signed.

    Raises:
        OrderError: not the chief's order, not in post, or the last chief.
    """
    _check_chief(page, given, bureau)
    row = in_post(page, str(given.first.facts["person"]))
    others = (
        other.person
        for other in every(page.officers)
        if not other.until_index and other.role == CHIEF and other.person != row.person
    )
    if row.role == CHIEF and not any(others):
        raise OrderError(
            f"{row.person} is the only chief", hint="Appoint another chief before this one leaves."
        )
    index = _enter(page, given, known_person(page, row.person, bureau), bureau)
    ended = Officer(
        row.person,
        row.key,
        row.key_line,
        row.role,
        row.title,
        row.since_index,
        index,
        row.order_digest,
        row.second_digest,
    )
    page.officers.put(ended)
    return ended


def check_known(page: Shelves, person: str) -> None:
    """Refuse a person whom the books do not know; nobody (an empty id) passes.

    Raises:
        UnknownError: with the ids that look like it.
    """
    if not person or page.persons.get(person) is not None:
        return
    like = get_close_matches(person, [row.person for row in every(page.persons)], 1)
    raise UnknownError(
        f"nobody called {person} is known here",
        hint=f"Did you mean {like[0]}?  Else enter them first: `cablegram office person {person}`."
        if like
        else f"Enter them first: `cablegram office person {person}`.",
    )


def known_person(page: Page, person: str, bureau: Bureau) -> Person:
    """The person's row, made with a fresh ledger handle if they are new to the books."""
    row = page.persons.get(person)
    if row is None:
        row = Person(person_id(person), bureau.handle())
        page.persons.add(row)
    return row


def _enter(page: Page, given: Given, subject: Person, bureau: Bureau) -> int:
    return entries.enter(
        page,
        [
            Entry(
                kind=entries.PERSON,
                act=given.first.act,
                subject=subject.handle,
                seq=entries.next_seq(page, subject.handle),
                at=bureau.now(),
                officer=given.first.officer,
                second=given.second_person,
                holder=subject.person,
                office=bureau.name,
                evidence=entries.evidence(given.first.facts),
                order=given.digest,
                seconds=given.second_digest,
            )
        ],
        bureau,
    )


def _stood(page: Shelves, person: str, index: int) -> Officer:
    """The appointment of a person that stood at a leaf.

    Raises:
        OrderError: none did.
    """
    for row in page.officers.find("", person):
        if row.since_index < index and (not row.until_index or index < row.until_index):
            return row
    raise OrderError(
        f"{person} was not in post when the order landed", hint="Have an officer in post sign it."
    )


def _check_chief(page: Shelves, given: Given, bureau: Bureau) -> None:
    if given.first.officer != bureau.name and in_post(page, given.first.officer).role != CHIEF:
        raise OrderError(
            f"{given.first.officer} is not a chief here",
            hint="Have the chief sign first and another officer second.",
        )


def _prove_link(page: Shelves, row: Officer, bureau: Bureau) -> list[Officer]:
    """Check the order behind one row; gives the rows that its signers stand on."""
    kept = page.orders.get(row.order_digest)
    if kept is None or canonical.digest(kept.body) != row.order_digest:
        raise _broken(row)
    order = order_format.decode(kept.body)
    said = tuple(order.facts.get(name, "") for name in ("person", "key_line", "role", "title"))
    if (
        order.act != OfficeAct.APPOINT
        or said != (row.person, row.key_line, row.role, row.title)
        or sshsig.PublicKey.from_line(row.key_line).key_id() != row.key
        or order.office != bureau.name
        or order.origin != bureau.origin
    ):
        raise _broken(row)
    _hold_to_ledger(page, row)
    signers = [(order, kept.body, kept.signature)]
    if row.second_digest:
        second = page.orders.get(row.second_digest)
        if second is None:
            raise _broken(row)
        seconding = order_format.decode(second.body)
        if (
            seconding.seconds != row.order_digest
            or seconding.officer == order.officer
            or not order.same_as(seconding)
        ):
            raise _broken(row)
        signers.append((seconding, second.body, second.signature))
    elif order.officer != bureau.name:
        raise _broken(row)
    found = [
        _signer_rows(page, row, signer, SignedOrder(body, signature), bureau)
        for signer, body, signature in signers
    ]
    if any(chief.role != CHIEF for chief in found[0]):
        raise _broken(row)
    return [signer for rows in found for signer in rows]


def _hold_to_ledger(page: Shelves, row: Officer) -> None:
    """Hold a row's beginning and end to the leaves that they are said to be at."""
    began = entries.held(page, row.since_index)
    ended = entries.held(page, row.until_index) if row.until_index else None
    if (
        began is None
        or (began.act, began.order, began.seconds, began.holder)
        != (OfficeAct.APPOINT, row.order_digest, row.second_digest, row.person)
        or (row.until_index and ended is None)
    ):
        raise _broken(row)
    relieved = [
        leaf.index
        for leaf in every(page.leaves, "subject", began.subject)
        if leaf.act == OfficeAct.RELIEVE and leaf.index > row.since_index
    ]
    if row.until_index != min(relieved, default=0):
        raise _broken(row)


def _signer_rows(
    page: Shelves, row: Officer, order: Order, signed: SignedOrder, bureau: Bureau
) -> list[Officer]:
    if order.officer == bureau.name:
        check_office_signature(signed, bureau)
        return []
    for signer in page.officers.find("", order.officer):
        stood = signer.since_index < row.since_index and (
            not signer.until_index or row.since_index < signer.until_index
        )
        if stood and signer.key == order.key:
            _check_officer(signer, order, signed)
            return [signer]
    raise _broken(row)


def _check_officer(row: Officer, order: Order, signed: SignedOrder) -> None:
    if order.key != row.key:
        raise OrderError(
            f"the order names a key that is not {row.person}'s",
            hint="Sign it with the key of the appointment.",
        )
    try:
        _check_one(row.key_line, signed.body, signed.signature)
    except CablegramError as exc:
        raise OrderError(
            f"the signature on {row.person}'s order does not hold", hint="Sign it again."
        ) from exc


@lru_cache(maxsize=4096)
def _check_one(key_line: str, body: bytes, signature: str) -> None:
    sshsig.verify(
        signature,
        namespace=order_format.NAMESPACE,
        message=body,
        key=sshsig.PublicKey.from_line(key_line),
    )


@lru_cache(maxsize=256)
def _check_office(card: bytes, body: bytes, signature: str) -> None:
    keys = [sshsig.PublicKey.from_line(line) for line in card_format.decode(card).signing]
    _, signatures = paper.split(body + b"\n" + signature.encode())
    sshsig.verify_all(signatures, namespace=order_format.NAMESPACE, message=body, keys=keys)


def _broken(row: Officer) -> OrderError:
    return OrderError(
        f"the appointment of {row.person} does not go back to the office key",
        hint="Compare the books with the ledger: a row was written by hand.",
    )
