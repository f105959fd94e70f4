"""The roster: who is in post, in which roles, from when and until when.

Appointments and reliefs are signed orders; ``proving`` follows each of them back to the office
key whenever an order stands on it (docs/spec/roles.md).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cablegram.errors import OrderError, UnknownError
from cablegram.model.names import person_id
from cablegram.model.orders import CLOCK_SLACK_S
from cablegram.model.records import Officer, Person
from cablegram.model.roles import Role, check_may, check_may_second, read_roles
from cablegram.model.text import clean
from cablegram.model.times import instant
from cablegram.registry import entries, proving
from cablegram.registry.proving import check_office_signature, prove
from cablegram.registry.reading import every
from cablegram.sentences import any_of, sentence
from cablegram.signatures import passkey, sshsig
from cablegram.wire import card as card_format

if TYPE_CHECKING:
    from collections.abc import Collection

    from cablegram.bureau import Bureau
    from cablegram.model.orders import Order, SignedOrder
    from cablegram.ports import Page, Shelves
    from cablegram.registry.orders import Given

__all__ = ["check_office_signature", "prove"]

CHIEF = Role.CHIEF.value
OFFICER = Role.OFFICER.value


SHORTEST = 3
"""How many letters of a person's id must be typed at least."""


def in_post(page: Shelves, person: str) -> Officer:
    """The first standing appointment of a person.

    Raises:
        OrderError: there is none.
    """
    return standing(page, person)[0]


def standing(page: Shelves, person: str) -> list[Officer]:
    """The standing appointments of a person: one for each key they sign with.

    Raises:
        OrderError: there is none.
    """
    rows = [row for row in page.officers.find("", person) if row.until_index == 0]
    if not rows:
        raise OrderError(
            "{person} is not an officer in post here",
            hint="Have the chief appoint them first.",
            person=person,
        )
    return rows


def roles_of(page: Shelves, person: str, at: str) -> frozenset[Role]:
    """The roles a person has at a moment, over all their appointments; none for a stranger."""
    rows = page.officers.find("", person)
    found = [read_roles(row.role) for row in rows if not row.until_index and in_date(row, at)]
    return frozenset().union(*found)


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
    """Hold an order to its officer's appointment, its dates, its roles and its key.

    ``landed`` is the leaf that the very same order landed at before: the appointment that
    stood then is the one that counts.

    Raises:
        OrderError: not in post, out of its dates, of another role, another key, a signature
            that does not hold, or an appointment that does not go back to the office key.
    """
    if landed is None:
        row = proving.by_key(standing(page, order.officer), order.officer, order.key)
    else:
        row = proving.stood(page, order.officer, landed, order.key)
    prove(page, row, bureau)
    if landed is None:
        _check_dates(row, order, bureau.now())
        _check_appointed(page, row, order)
    roles = read_roles(row.role)
    if order.seconds:
        check_may_second(order.officer, roles)
    else:
        check_may(order.officer, roles, order.act, str(order.facts.get("name", "")))
    proving.check_officer(row, order, signed)


def check_would(page: Shelves, order: Order, bureau: Bureau) -> None:
    """``check_signature`` of an order that nobody has signed yet: all but the signature.

    Raises:
        OrderError: as there.
    """
    row = proving.by_key(standing(page, order.officer), order.officer, order.key)
    prove(page, row, bureau)
    _check_dates(row, order, bureau.now())
    check_may(order.officer, read_roles(row.role), order.act, str(order.facts.get("name", "")))


def appoint(page: Page, given: Given, bureau: Bureau) -> Officer:
    """Put a person in post, on an order of the chief seconded by another person.

    ``role`` may name several roles; ``since_at`` and ``until_at`` are moments.  A person may
    have several appointments at a time, each to a key of its own.

    Raises:
        OrderError: not the chief's order, or a key that cannot be theirs.
        MalformedError: no such role, or dates that are none.
    """
    facts = {name: str(value) for name, value in given.first.facts.items()}
    person = person_id(facts["person"])
    if person == bureau.name:
        raise OrderError(
            "{person} is the office itself", hint="Give the person another id.", person=person
        )
    read_roles(facts["role"])
    clean(facts.get("title", ""), "a title")
    key = sshsig.PublicKey.from_line(facts["key_line"])
    if key.algorithm == sshsig.COMPOSITE:
        raise OrderError(
            "an officer does not sign with an office's kind of key",
            hint="Give an ssh-ed25519, sk-ssh-ed25519 or passkey line of the person's own.",
        )
    _check_host(key, bureau)
    _check_term(given, facts.get("since_at", ""), facts.get("until_at", ""), bureau.now())
    _check_new_key(page, person, key.key_id())
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
        since_at=facts.get("since_at", ""),
        until_at=facts.get("until_at", ""),
    )
    page.officers.add(row)
    return row


def relieve(page: Page, given: Given, bureau: Bureau) -> Officer:
    """End a person's appointments, or the one to the key that is named.

    What they signed before stays signed.

    Raises:
        OrderError: not the chief's order, not in post, or the last chief.
    """
    person, key = str(given.first.facts["person"]), str(given.first.facts.get("key", ""))
    rows = standing(page, person)
    if key:
        rows = [proving.by_key(rows, person, key)]
    ending = {(row.person, row.since_index) for row in rows}
    _check_chief_left(page, rows, ending)
    index = _enter(page, given, known_person(page, person, bureau), bureau)
    ended = [replace(row, until_index=index) for row in rows]
    page.officers.put_all(ended)
    return ended[0]


def check_known(page: Shelves, person: str) -> None:
    """Refuse a person whom the books do not know; nobody (an empty id) passes.

    Raises:
        UnknownError: with the ids that look like it.
    """
    if not person or page.persons.get(person) is not None:
        return
    like = get_close_matches(person, [row.person for row in every(page.persons)], 1)
    raise UnknownError(
        "nobody called {person} is known here",
        hint=sentence(
            "Did you mean {like}?  Else enter them first: `cablegram office person {person}`.",
            like=like[0],
            person=person,
        )
        if like
        else sentence("Enter them first: `cablegram office person {person}`.", person=person),
        person=person,
    )


def meant(page: Shelves, word: str) -> str:
    """The id of the person a word means: a whole id, or the beginning of one person's alone.

    Raises:
        UnknownError: nobody's, or several persons'.
    """
    if page.persons.get(word) is not None:
        return word
    begin = [row.person for row in page.persons.find("", since=word, limit=SHORTEST + 1)]
    begin = [person for person in begin if person.startswith(word)] if word else []
    if len(begin) == 1 and len(word) >= SHORTEST:
        return begin[0]
    if len(begin) > 1:
        raise UnknownError(
            "{word} may be {persons}",
            hint="Write it longer: {first}.",
            word=word,
            persons=any_of(begin[:SHORTEST]),
            first=begin[0],
        )
    if begin:
        raise UnknownError(
            "{word} is too short for a name",
            hint="Write it longer: {first}.",
            word=word,
            first=begin[0],
        )
    check_known(page, word)
    return word


def known_person(page: Page, person: str, bureau: Bureau) -> Person:
    """The person's row, made with a fresh ledger handle if they are new to the books."""
    row = page.persons.get(person)
    if row is None:
        row = Person(person_id(person), bureau.handle())
        page.persons.add(row)
    return row


def in_date(row: Officer, at: str) -> bool:
    """Whether a moment lies within the dates of an appointment."""
    return row.since_at <= at and (not row.until_at or at < row.until_at)


def _check_dates(row: Officer, order: Order, now: str) -> None:
    """An appointment counts within its dates, both when an order is signed and when it lands."""
    if row.since_at > min(now, order.signed_at):
        raise OrderError(
            "the appointment of {person} begins at {since_at}",
            hint="Wait until then, or have another officer sign.",
            person=row.person,
            since_at=row.since_at,
        )
    if row.until_at and row.until_at <= max(now, order.signed_at):
        raise OrderError(
            "the appointment of {person} ended at {until_at}",
            hint="Have the chief relieve and appoint them again, or have another officer sign.",
            person=row.person,
            until_at=row.until_at,
        )


def _check_appointed(page: Shelves, row: Officer, order: Order) -> None:
    """Nobody orders by a date of before they were appointed, but for what clocks differ by."""
    began = entries.held(page, row.since_index)
    assert began is not None, "prove has held it to its leaf"
    if instant(order.signed_at) + timedelta(seconds=CLOCK_SLACK_S) < instant(began.at):
        raise OrderError(
            "the order of {person} was signed before they were appointed",
            hint="Have it signed again, with a clock that is right.",
            person=row.person,
        )


def _check_host(key: sshsig.PublicKey, bureau: Bureau) -> None:
    """A passkey is for the signer that our card names: another host could ask it for orders."""
    signer = card_format.decode(bureau.card).signer
    if key.algorithm == passkey.PASSKEY and signer is not None and key.application != signer.host:
        raise OrderError(
            "the passkey is for {host}, and orders are signed at {origin}",
            hint="Have the person make one at {origin}.",
            host=key.application,
            origin=signer.origin,
        )


def _check_term(given: Given, since_at: str, until_at: str, now: str) -> None:
    for moment in (since_at, until_at):
        if moment:
            instant(moment)
    if since_at and since_at < given.first.signed_at:
        raise OrderError(
            "the appointment would begin at {since_at}, before it was ordered",
            hint="Leave the beginning out, or give a moment to come.",
            since_at=since_at,
        )
    if until_at and until_at <= max(since_at, now):
        raise OrderError(
            "the appointment would be over at {until_at}, before it begins",
            hint="Give a later end.",
            until_at=until_at,
        )


def _check_new_key(page: Page, person: str, key: str) -> None:
    for row in page.officers.find("key", key):
        if row.person != person:
            raise OrderError(
                "that key is or was another person's",
                hint="Make a new key: two persons never share one.",
            )
        if row.until_index == 0:
            raise OrderError(
                "{person} is in post already with this key",
                hint="Relieve them first, or appoint them to a further key.",
                person=person,
            )


def _check_chief_left(page: Page, rows: list[Officer], ending: Collection[tuple[str, int]]) -> None:
    if not any(Role.CHIEF in read_roles(row.role) for row in rows):
        return
    for other in every(page.officers):
        stays = not other.until_index and (other.person, other.since_index) not in ending
        if stays and not other.until_at and Role.CHIEF in read_roles(other.role):
            return
    raise OrderError(
        "{person} is the only chief",
        hint="Appoint another chief, without an end, before this one leaves.",
        person=rows[0].person,
    )


def _enter(page: Page, given: Given, subject: Person, bureau: Bureau) -> int:
    return entries.enter_order(
        page,
        given,
        bureau,
        kind=entries.PERSON,
        subject=subject.handle,
        holder=subject.person,
        office=bureau.name,
    )
