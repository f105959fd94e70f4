"""Logging in with passkeys; their relying party is the desk's host name, and no other.

A passkey made here opens pages and signs nothing: orders are signed under the signer's host
name, which a page of ours cannot ask for.  Verification of the user is required every time.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cablegram.desk.frame import name_of
from cablegram.errors import MalformedError, OrderError, UnknownError
from cablegram.ports import Thing
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.desk.frame import Desk

CHALLENGE_FOR: Final = timedelta(minutes=5)
PASSKEYS_MAX: Final = 10
LABEL_MAX: Final = 60
ANSWER_MAX: Final = 1 << 16
_CREDENTIAL: Final = re.compile(r"[A-Za-z0-9_-]{1,1400}\Z")


def invited(desk: Desk, token: str) -> str:
    """The person a link was made for.

    Raises:
        UnknownError: it was used, is too old, or never was.
    """
    thing = desk.store.get("invite", name_of(token), desk.now())
    if thing is None:
        raise UnknownError(
            "this link opens nothing any more",
            hint="Ask the office for a new one: `cablegram desk invite PERSON`.",
        )
    return thing.person


def passkeys(desk: Desk, person: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The passkeys of a person: each one's id and what is kept of it."""
    return [(one.name, _said(one)) for one in desk.store.of("login", person)]


def ask_for_new(desk: Desk, person: str, name: str) -> str:
    """What the browser needs to make a passkey, as JSON."""
    others = desk.store.of("login", person)
    if len(others) >= PASSKEYS_MAX:
        raise OrderError(
            "{person} has {most} passkeys here already",
            hint="Take one away first.",
            person=person,
            most=PASSKEYS_MAX,
        )
    options = webauthn.generate_registration_options(
        rp_id=desk.host,
        rp_name=f"Cablegram, {desk.bureau.name}",
        user_id=f"{desk.bureau.name}/{person}".encode(),
        user_name=person,
        user_display_name=name or person,
        challenge=_challenge(desk, "new", person),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.name)) for one in others
        ],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return webauthn.options_to_json(options)


def keep_new(desk: Desk, person: str, body: bytes, label: str) -> None:
    """Keep the passkey that the browser made for this person.

    Raises:
        MalformedError, OrderError: it is none, or not the answer to what was asked.
    """
    answer = _answer(body)
    challenge = _spend(desk, answer, "new", person)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=desk.host,
            expected_origin=desk.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _not_a_passkey() from error
    name = bytes_to_base64url(made.credential_id)
    if desk.store.get("login", name) is not None:
        raise OrderError("this passkey is in use here", hint="Make a new one on another device.")
    data = canonical.encode(
        {
            "key": bytes_to_base64url(made.credential_public_key),
            "count": made.sign_count,
            "label": label.strip()[:LABEL_MAX],
            "made_at": desk.now(),
        }
    )
    desk.store.put(Thing("login", name, data, person))


def ask(desk: Desk) -> str:
    """What the browser needs to log somebody in, as JSON; it does not say whom."""
    options = webauthn.generate_authentication_options(
        rp_id=desk.host,
        challenge=_challenge(desk, "login", ""),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def log_in(desk: Desk, body: bytes) -> str:
    """The person whose passkey answered.

    Raises:
        MalformedError, OrderError: it did not answer what was asked, or is unknown here.
    """
    answer = _answer(body)
    challenge = _spend(desk, answer, "login", "")
    named = str(answer.get("id", ""))
    thing = desk.store.get("login", named) if _CREDENTIAL.match(named) else None
    if thing is None:
        raise OrderError(
            "this passkey is not known here",
            hint="Use another, or the recovery sheet; or ask the office for a new link.",
        )
    kept = _said(thing)
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=desk.host,
            expected_origin=desk.origin,
            credential_public_key=base64url_to_bytes(str(kept["key"])),
            credential_current_sign_count=int(kept["count"]),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _not_a_passkey() from error
    data = canonical.encode({**kept, "count": found.new_sign_count})
    desk.store.put(Thing("login", thing.name, data, thing.person))
    return thing.person


def remove(desk: Desk, person: str, name: str) -> None:
    """Take a passkey of this person away; never the last.

    Raises:
        UnknownError, OrderError: not theirs, or the last.
    """
    names = [one for one, _ in passkeys(desk, person)]
    if name not in names:
        raise UnknownError("there is no such passkey", hint="Look at the list again.")
    if len(names) == 1:
        raise OrderError("this is the only passkey you log in with", hint="Make another one first.")
    desk.store.take("login", name)


def _challenge(desk: Desk, what: str, person: str) -> bytes:
    challenge = desk.bureau.random(32)
    name = name_of(bytes_to_base64url(challenge))
    until = desk.now(after=CHALLENGE_FOR)
    desk.sweep()
    desk.store.put(Thing("challenge", name, what.encode(), person, until))
    return challenge


def _spend(desk: Desk, answer: Mapping[str, Any], what: str, person: str) -> bytes:
    """The challenge that was answered: one that we set, for this, not yet used."""
    try:
        client = json.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        challenge = str(client["challenge"])
        name = name_of(challenge)
    except (ValueError, KeyError, TypeError) as error:
        raise _not_a_passkey() from error
    thing = desk.store.take("challenge", name, desk.now())
    if thing is None or thing.data != what.encode() or thing.person != person:
        raise OrderError("the question this answers is too old", hint="Try once more.")
    return base64url_to_bytes(challenge)


def _answer(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _not_a_passkey() from error
    if not isinstance(said, dict) or len(body) > ANSWER_MAX:
        raise _not_a_passkey()
    return said


def _said(thing: Thing) -> Mapping[str, Any]:
    said = canonical.decode(thing.data)
    assert isinstance(said, dict), "we wrote it"
    return said


def _not_a_passkey() -> MalformedError:
    return MalformedError("the answer is not a passkey's", hint="Try once more, from the page.")
