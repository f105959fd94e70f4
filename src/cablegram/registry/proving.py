"""Proving: an appointment is followed back, order by order, to the office key.

A row on the officers shelf is a convenience.  What counts is the signed order behind it and
the leaf that commits to that order: a row that anybody writes into the books by hand puts
nobody in post.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, OrderError
from cablegram.model.orders import OfficeAct, SignedOrder
from cablegram.model.roles import Role, check_may, check_may_second, read_roles
from cablegram.registry import entries
from cablegram.registry.reading import every
from cablegram.signatures import sshsig
from cablegram.wire import canonical, paper
from cablegram.wire import card as card_format
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from cablegram.bureau import Bureau
    from cablegram.model.orders import Order
    from cablegram.model.records import Officer
    from cablegram.ports import Shelves
    from cablegram.wire.leaf import Entry

APPOINTMENT = ("person", "key_line", "role", "title", "since_at", "until_at")
"""The facts of an appointment that its row repeats, in the order of the row."""


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


def prove_order(
    page: Shelves, digest: str, bureau: Bureau, *, what: str, index: int
) -> tuple[Order, Entry]:
    """A spent order as it was signed, with the entry at ``index`` where it landed.

    Every signature, appointment and role behind it is looked at as of that entry: whatever
    else the books say, this was ordered here.

    Raises:
        OrderError: it was not; ``what`` says what stands on it.
    """
    entry = entries.held(page, index)
    if entry is None or entry.order != digest:
        raise _by_hand(what)
    order = prove_behind(page, entry, index, bureau, what=what)
    if entry.act != order.act:
        raise _by_hand(what)
    return order, entry


def prove_behind(page: Shelves, entry: Entry, index: int, bureau: Bureau, *, what: str) -> Order:
    """The order that an entry names, whatever act it brought forth there, as it was signed.

    Raises:
        OrderError: there is none, or it does not hold as of that entry.
    """
    kept = page.orders.get(entry.order)
    if kept is None or canonical.digest(kept.body) != entry.order:
        raise _by_hand(what)
    order = order_format.decode(kept.body)
    if order.office != bureau.name or order.origin != _origin_at(page, index, bureau):
        raise _by_hand(what)
    signed = [(order, kept.body, kept.signature)]
    if entry.seconds:
        second = page.orders.get(entry.seconds)
        if second is None or canonical.digest(second.body) != entry.seconds:
            raise _by_hand(what)
        seconding = order_format.decode(second.body)
        other = seconding.officer != order.officer
        if seconding.seconds != entry.order or not other or not order.same_as(seconding):
            raise _by_hand(what)
        signed.append((seconding, second.body, second.signature))
    for said, body, signature in signed:
        if said.officer == bureau.name:
            check_office_signature(SignedOrder(body, signature), bureau)
            continue
        row = stood(page, said.officer, index, said.key)
        prove(page, row, bureau)
        check_officer(row, said, SignedOrder(body, signature))
        if said.seconds:
            check_may_second(said.officer, read_roles(row.role))
        else:
            check_may(said.officer, read_roles(row.role), said.act, str(said.facts.get("name", "")))
    return order


def stood(page: Shelves, person: str, index: int, key: str) -> Officer:
    """The appointment of a person, to this key, that stood at a leaf.

    Raises:
        OrderError: none did.
    """
    found = [
        row
        for row in page.officers.find("", person)
        if row.since_index < index and (not row.until_index or index <= row.until_index)
    ]
    if not found:
        raise OrderError(
            "{person} was not in post when the order landed",
            hint="Have an officer in post sign it.",
            person=person,
        )
    return by_key(found, person, key)


def by_key(rows: list[Officer], person: str, key: str) -> Officer:
    """Of a person's appointments the one to this key.

    Raises:
        OrderError: the person has been appointed to none such.
    """
    for row in rows:
        if row.key == key:
            return row
    raise OrderError(
        "the order names a key that is not {person}'s",
        hint="Sign it with the key of the appointment.",
        person=person,
    )


def check_officer(row: Officer, order: Order, signed: SignedOrder) -> None:
    """Hold an order to the key of an appointment.

    Raises:
        OrderError: by another key, or the signature does not hold.
    """
    by_key([row], row.person, order.key)
    try:
        _check_one(row.key_line, signed.body, signed.signature)
    except CablegramError as exc:
        raise OrderError(
            "the signature on {person}'s order does not hold",
            hint="Sign it again.",
            person=row.person,
        ) from exc


def check_office_signature(signed: SignedOrder, bureau: Bureau) -> None:
    """Hold an order to every signing key on our own card."""
    try:
        _check_office(bureau.card, signed.body, signed.signature)
    except CablegramError as exc:
        raise OrderError(
            "the office's signature on an order does not hold",
            hint="Make the order again with the office's own key file.",
        ) from exc


def _prove_link(page: Shelves, row: Officer, bureau: Bureau) -> list[Officer]:
    """Check the order behind one row; gives the rows that its signers stand on."""
    kept = page.orders.get(row.order_digest)
    if kept is None or canonical.digest(kept.body) != row.order_digest:
        raise _broken(row)
    order = order_format.decode(kept.body)
    said = tuple(order.facts.get(name, "") for name in APPOINTMENT)
    if (
        order.act != OfficeAct.APPOINT
        or said != tuple(getattr(row, name) for name in APPOINTMENT)
        or sshsig.PublicKey.from_line(row.key_line).key_id() != row.key
        or order.office != bureau.name
        or order.origin != _origin_at(page, row.since_index, bureau)
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
    if any(Role.CHIEF not in read_roles(chief.role) for chief in found[0]):
        raise _broken(row)
    for signer in found[-1] if row.second_digest else ():
        check_may_second(signer.person, read_roles(signer.role))
    return [signer for rows in found for signer in rows]


def restores(page: Shelves, bureau: Bureau) -> list[tuple[Order, int]]:
    """Every restore of these books from a backup with its leaf, the earliest first.

    Each is the office key's own order, and is held to the leaf it landed at.
    """
    found = []
    for kept in every(page.orders, "act", OfficeAct.RESTORE.value):
        order, entry = order_format.decode(kept.body), entries.held(page, kept.leaf_index)
        if entry is not None and entry.order == canonical.digest(kept.body):
            check_office_signature(SignedOrder(kept.body, kept.signature), bureau)
            found.append((order, kept.leaf_index))
    return found


def _origin_at(page: Shelves, index: int, bureau: Bureau) -> str:
    """The name that our ledger had at a leaf: another before each restore."""
    for order, leaf_index in restores(page, bureau):
        if index < leaf_index:
            return str(order.facts["origin"])
    return bureau.origin


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
        if leaf.act == OfficeAct.RELIEVE
        and leaf.index > row.since_index
        and _relieves(page, leaf.index, row)
    ]
    if row.until_index != min(relieved, default=0):
        raise _broken(row)


def _relieves(page: Shelves, index: int, row: Officer) -> bool:
    """Whether the relief at this leaf ended that appointment: all of them, or this one's key."""
    entry = entries.held(page, index)
    if entry is None:
        raise _broken(row)
    key = canonical.decode(entry.evidence.encode(), what="evidence").get("key", "")
    return key in ("", row.key)


def _signer_rows(
    page: Shelves, row: Officer, order: Order, signed: SignedOrder, bureau: Bureau
) -> list[Officer]:
    if order.officer == bureau.name:
        check_office_signature(signed, bureau)
        return []
    for signer in page.officers.find("", order.officer):
        in_post = signer.since_index < row.since_index and (
            not signer.until_index or row.since_index < signer.until_index
        )
        if in_post and signer.key == order.key:
            check_officer(signer, order, signed)
            return [signer]
    raise _broken(row)


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
        "the appointment of {person} does not go back to the office key",
        hint="Compare the books with the ledger: a row was written by hand.",
        person=row.person,
    )


def _by_hand(what: str) -> OrderError:
    return OrderError(
        "{what} is in the books, and no order on the ledger says so",
        hint="Run `cablegram audit` on this office: a row was written by hand.",
        what=what,
    )
