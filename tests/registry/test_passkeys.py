"""An officer's passkey: its orders are orders, and nothing else that it signs is one.

Vectors of single faults stand in ``tests/vectors/passkey``; here is what comes of them where it
counts, in ``registry.perform``.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha512

import pytest

from cablegram.errors import MalformedError, OrderError
from cablegram.model.orders import SignedOrder
from cablegram.registry.performing import Repeat
from cablegram.wire import card as card_format
from cablegram.wire import order as order_format
from offices import CHIEF, found, refuses
from passkeys import Passkey

SPACE = order_format.NAMESPACE
FACTS = {"name": "cover/X", "value": "beria"}


@pytest.fixture
def office():
    """An office where Molotov is in post with a passkey."""
    office = found()
    office.people["molotov"] = Passkey("molotov")
    appoint(office, office.people["molotov"].public_key.line())
    return office


def appoint(office, line, person="molotov", role="officer"):
    facts = {"person": person, "key_line": line, "role": role}
    office.give("appoint", facts, by=CHIEF, two="makarov")


def order(office, **changes):
    return order_format.encode(office.order("settle", FACTS, by="molotov", **changes))


def test_an_order_by_passkey_is_an_order(office):
    """And the very same again is a repeat, whatever its signature."""
    body = order(office)
    key = office.people["molotov"]
    office.perform([SignedOrder(body, key.sign(SPACE, body))])
    with office.view() as books:
        assert "beria" == books.cover_names.get("X").person
    again = office.perform([SignedOrder(body, key.sign(SPACE, body, counter=9))])
    assert isinstance(again, Repeat)


FAULTS = {
    "the desk's page asked": {"origin": "http://desk.localhost:8451"},
    "the desk's relying party": {
        "signed_for": "desk.localhost",
        "origin": "http://desk.localhost:8451",
    },
    "in a frame": {"more": ',"crossOrigin":true'},
    "nobody verified": {"flags": 0x01},
    "nobody there": {"flags": 0x04},
    "a key was made": {"type": "webauthn.create"},
    "another host's page": {"origin": "https://sign.localhost.example.org"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_order(office, fault):
    """The desk can ask for any challenge, on its own pages and for its own relying party."""
    body = order(office)
    made = office.people["molotov"].sign(SPACE, body, **FAULTS[fault])
    with refuses(office, "the signature on molotov's order does not hold", OrderError):
        office.perform([SignedOrder(body, made)])


@pytest.mark.parametrize("wrong", ["login", "digest", "other order"])
def test_a_login_s_challenge_is_no_order(office, wrong):
    """A challenge of 32 bytes, the order's own hash, or another order's: nothing was ordered."""
    body, other = order(office), order(office)
    challenge = {
        "login": bytes(range(32)),
        "digest": sha512(body).digest(),
        "other order": None,
    }[wrong]
    asked = other if challenge is None else body
    made = office.people["molotov"].sign(SPACE, asked, challenge=challenge)
    with refuses(office, "the signature on molotov's order does not hold", OrderError):
        office.perform([SignedOrder(body, made)])


def test_a_login_passkey_signs_no_order(office):
    """It has another key: no appointment names it, for whatever page it signed."""
    body = order(office)
    login = Passkey("molotov's login", "desk.localhost")
    for key in (login, Passkey("molotov's login")):
        with refuses(office, "the signature on molotov's order does not hold", OrderError):
            office.perform([SignedOrder(body, key.sign(SPACE, body))])
    named = order(office, key=login.public_key.key_id())
    with refuses(office, "names a key that is not molotov's", OrderError):
        office.perform([SignedOrder(named, login.sign(SPACE, named))])


def test_a_number_is_spent_once(office):
    """Another order under the number of one that landed is refused, however it is signed."""
    key = office.people["molotov"]
    first = order(office, number=1)
    office.perform([SignedOrder(first, key.sign(SPACE, first))])
    second = order_format.encode(
        office.order("settle", {**FACTS, "value": "stalin"}, by="molotov", number=1)
    )
    with refuses(office, "used order number 1 before", OrderError):
        office.perform([SignedOrder(second, key.sign(SPACE, second))])


def test_one_person_with_a_passkey_and_a_file_is_one():
    """Two keys of one person never make two persons."""
    office = found()
    passkey, file = Passkey("molotov"), office.hire("molotov's file")
    for key in (passkey, file):
        appoint(office, key.public_key.line(), role="chief")
    office.people["molotov"] = passkey
    facts = {"person": "makarov", "reason": "leave"}
    first = office.sign("relieve", facts, by="molotov", key=passkey.public_key.key_id())
    office.people["molotov"] = file
    second = office.second(first, by="molotov", key=file.public_key.key_id())
    with refuses(office, "molotov signed both orders, and two persons must", OrderError):
        office.perform([first, second])
    office.perform([first, office.second(first, by=CHIEF)])


@pytest.mark.parametrize("host", ["ssh:", "SIGN.localhost", "127.0.0.1"])
def test_a_line_for_no_host_appoints_nobody(host):
    """A passkey is for a host name."""
    office = found()
    line = Passkey("molotov", host).case.line().decode()
    with refuses(office, "the public key is not", MalformedError):
        appoint(office, line)


def test_the_point_is_one_person_s_for_whatever_host(office):
    """The same point under another host's name is the same key, and stays Molotov's."""
    line = Passkey("molotov", "other.localhost").case.line().decode()
    with refuses(office, "that key is or was another person's", OrderError):
        appoint(office, line, person="beria")
    with refuses(office, "is in post already with this key", OrderError):
        appoint(office, line)


SIGNER = card_format.SigningPages("http://sign.localhost:8452", "sha256:" + "ab" * 32)


@pytest.mark.parametrize("host", ["desk.localhost", "evil.sign.localhost", "localhost"])
def test_the_card_says_for_which_host_a_passkey_is(host):
    """Once it does, nobody is appointed to another's; other keys, and those of before, stay."""
    office = found()
    appoint(office, Passkey("malenkov", host).public_key.line(), person="malenkov")
    card = replace(card_format.decode(office.bureau.card), signer=SIGNER)
    office.bureau = replace(office.bureau, card=card_format.encode(card))
    says = f"the passkey is for {host}, and orders are signed at http://sign.localhost:8452"
    with refuses(office, says, OrderError):
        appoint(office, Passkey("molotov", host).public_key.line())
    appoint(office, Passkey("molotov").public_key.line())
    appoint(office, office.hire("beria").public_key.line(), person="beria")
    office.people["malenkov"] = Passkey("malenkov", host)
    office.give("settle", FACTS, by="malenkov")
