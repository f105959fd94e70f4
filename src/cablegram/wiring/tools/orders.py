"""Signing orders: what an officer wants done, as bytes and a signature (docs/spec/order.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cablegram import registry
from cablegram.errors import OrderError
from cablegram.model.names import person_id
from cablegram.model.orders import OfficeAct, Order, SignedOrder, Subject
from cablegram.model.text import clean
from cablegram.registry import roster
from cablegram.sealing.keys import OfficeKeys, OfficerKey
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wiring import ordering
from cablegram.wiring.tools import keys as key_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.model.acts import Fact
    from cablegram.registry import Done, Repeat
    from cablegram.wiring.desk import Office


class _Signs(Protocol):
    """Who signs: an officer's key, or the office's keys."""

    def key_id(self) -> str: ...

    def sign(self, body: bytes) -> str: ...


class _Officer:
    def __init__(self, key: OfficerKey) -> None:
        self._key = key

    def key_id(self) -> str:
        return self._key.public_key.key_id()

    def sign(self, body: bytes) -> str:
        return self._key.sign(order_format.NAMESPACE, body)


class _Whole:
    """The office itself, which signs with every one of its keys."""

    def __init__(self, keys: OfficeKeys) -> None:
        self._keys = keys

    def key_id(self) -> str:
        return self._keys.public_keys()[0].key_id()

    def sign(self, body: bytes) -> str:
        return "".join(self._keys.sign(order_format.NAMESPACE, body))


def sign_order(
    office: Office,
    person: str,
    act: str,
    about: Sequence[Subject] = (),
    facts: Mapping[str, Fact] | None = None,
    *,
    seconds: str = "",
    key: OfficerKey | OfficeKeys | None = None,
) -> SignedOrder:
    """An order of this person, under their next number, on the newest head, good for a day.

    ``key`` is read from their key file unless it is given; the office itself gives its own.

    Raises:
        SetUpError: their key file is not here.
    """
    given = key_files.officer_key(office.root, office.settings, person) if key is None else key
    signs: _Signs
    match given:
        case OfficeKeys():
            signs = _Whole(given)
        case OfficerKey():
            signs = _Officer(given)
        case _:
            signs = given
    order = ordering.unsigned(office.bureau, person, signs.key_id(), act, about, facts, seconds)
    return _signed(order, signs)


def second(
    office: Office, person: str, first: SignedOrder, *, key: OfficerKey | OfficeKeys | None = None
) -> SignedOrder:
    """The order of a second person that says what the first says, and names it."""
    order = order_format.decode(first.body)
    return sign_order(
        office,
        person,
        order.act,
        order.subjects,
        order.facts,
        seconds=canonical.digest(first.body),
        key=key,
    )


@dataclass(frozen=True, slots=True)
class Post:
    """Who is to be put in post, as what; ``key_line`` where their key was made elsewhere.

    ``role`` names one or more roles; ``since_at`` and ``until_at`` are moments or empty.
    """

    person: str
    role: str = roster.OFFICER
    title: str = ""
    name: str = ""
    key_line: str = ""
    since_at: str = ""
    until_at: str = ""


def appoint(
    office: Office, post: Post, *, chief: str, other: str = "", keys: OfficeKeys | None = None
) -> Done | Repeat:
    """Put a person in post on the chief's order; ``other`` or the office's ``keys`` second it.

    Their key file is made unless the post has a key line.

    Raises:
        OrderError: not the chief, nobody seconds, or the person is in post already.
    """
    person, key_line, made = person_id(post.person), post.key_line, False
    clean(post.name, "the person's name")
    if not key_line:
        with office.bureau.books.view() as view:
            if person in roster.persons_in_post(view):
                raise OrderError(
                    "{person} is in post already",
                    hint="Relieve them first, or give a further key of theirs with --key.",
                    person=person,
                )
        key, made = key_files.make_officer_key(office.root, office.settings, person)
        key_line = key.public_key.line()
    facts: dict[str, Fact] = {"person": person, "key_line": key_line, "role": post.role}
    for fact in ("title", "since_at", "until_at"):
        if getattr(post, fact):
            facts[fact] = getattr(post, fact)
    try:
        first = sign_order(office, chief, OfficeAct.APPOINT.value, (), facts)
        done = registry.perform(_both(office, first, other, keys), office.bureau)
    except BaseException:
        # Nobody was appointed: a key that was made for it stands for nothing.
        if made:
            key_files.key_path(office.root, office.settings, person).unlink()
        raise
    if post.name:
        office.bureau.vault.put("name", person, post.name.encode())
    return done


def relieve(
    office: Office,
    person: str,
    reason: str,
    *,
    chief: str,
    other: str = "",
    key: str = "",
    charge: str = "",
) -> Done | Repeat:
    """End a person's appointments, or the one to ``key``, on the chief's order and another's.

    ``charge`` is "open" where the copies that they answer for are left to nobody.
    """
    facts = {"person": person, "reason": reason} | ({"key": key} if key else {})
    facts |= {"charge": charge} if charge else {}
    first = sign_order(office, chief, OfficeAct.RELIEVE.value, (), facts)
    return registry.perform(_both(office, first, other, None), office.bureau)


def _both(
    office: Office, first: SignedOrder, other: str, keys: OfficeKeys | None
) -> tuple[SignedOrder, ...]:
    if other:
        return first, second(office, other, first)
    if keys is not None:
        return first, second(office, office.bureau.name, first, key=keys)
    return (first,)


def _signed(order: Order, signs: _Signs) -> SignedOrder:
    body = order_format.encode(order)
    return SignedOrder(body, signs.sign(body))
