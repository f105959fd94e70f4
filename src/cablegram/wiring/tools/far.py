"""An office at a distance: its desk is asked, and orders are signed here (docs/spec/api.md).

A person's key never leaves the folder it lies in.  There the office's card is kept as well, from
the first time that its desk was asked: a desk that shows another one later is not believed.
"""

from __future__ import annotations

import json
import ssl
from base64 import urlsafe_b64encode
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from os import urandom
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from cablegram import errors
from cablegram.errors import CablegramError, MalformedError, SetUpError
from cablegram.model.orders import Head, Order, SignedOrder
from cablegram.model.times import instant, moment
from cablegram.registry import serving
from cablegram.sealing.keys import OfficerKey
from cablegram.storage import durable
from cablegram.wire import canonical, reading
from cablegram.wire import order as order_format
from cablegram.wiring.ordering import GOOD_FOR
from cablegram.wiring.tools import keys as key_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cablegram.model.acts import Fact
    from cablegram.model.orders import Subject
    from cablegram.wire.card import Card

ANSWER_MAX: Final = 64 << 20
WAIT_S: Final = 630.0
"""A little longer than the desk waits for its room."""
TRIES: Final = 3
TOKEN_DAYS: Final = 30
TOKEN_MAX: Final = 200
_SAID_MAX: Final = 2000
_LOCAL: Final = "127.0.0.1"
_CLASSES: Final = {
    kind.exit_status: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, CablegramError)
}
_UNKNOWN: Final = (
    "It is not known whether the order was carried out: look before you give it again."
)


class Far:
    """The office whose desk is at ``origin``, asked by a person whose key lies in ``keys``."""

    def __init__(self, origin: str, keys: Path) -> None:
        self.origin = origin.rstrip("/")
        self.keys = keys

    @cached_property
    def card(self) -> Card:
        """The office's card, as it was the first time its desk was asked.

        Raises:
            SealError: its signatures do not hold.
            SetUpError: it is another office's than before.
        """
        data = self._plain("/api/ledger/card")
        card, _ = serving.read_card(data)
        place = self.keys / f"{urlsplit(self.origin).hostname}.card"
        try:
            known, _ = serving.read_card(place.read_bytes())
        except FileNotFoundError:
            with durable.told(place.name):
                durable.folder(self.keys, durable.PRIVATE_FOLDER)
                durable.write_new(place, data, durable.PRIVATE_FILE)
            return card
        if (known.office, known.origin, known.signing) != (card.office, card.origin, card.signing):
            raise SetUpError(
                "the desk at {origin} shows another card than the first time",
                hint="Ask the office by another way; if it has new keys, take {file} away.",
                origin=self.origin,
                file=place,
            )
        return card

    @cached_property
    def zone(self) -> ZoneInfo:
        """The office's zone."""
        return ZoneInfo(self.card.zone)

    def read(self, person: str, path: str, /, **asked: object) -> dict[str, Any]:
        """What the desk answers to a question of this person.

        Raises:
            CablegramError: refused, as at the office's own machine.
            SetUpError: the desk does not answer.
        """
        words = {name: value for name, value in asked.items() if value not in ("", None, ())}
        question = f"/api/{quote(path)}" + (f"?{urlencode(words, doseq=True)}" if words else "")
        for again in (False, True):
            headers = {"Authorization": f"Bearer {self._token(person, anew=again)}"}
            status, data = self._ask("GET", question, headers=headers)
            if status != 401 or again:  # noqa: PLR2004  # not good any more
                break
        return self._said(status, data)

    def now(self, person: str) -> str:
        """The office's moment."""
        return str(self.read(person, "next")["now"])

    def sign(
        self,
        person: str,
        act: str,
        about: Sequence[Subject],
        facts: Mapping[str, Fact],
        *,
        seconds: str = "",
    ) -> SignedOrder:
        """An order of this person, signed here, under the number that the desk says is next."""
        key = key_files.key_in(self.keys, person)
        stands = self.read(person, "next")
        order = Order(
            act=act,
            office=self.card.office,
            origin=self.card.origin,
            subjects=tuple(about),
            facts=dict(facts),
            officer=person,
            key=key.public_key.key_id(),
            number=int(stands["number"]),
            signed_at=str(stands["now"]),
            not_after=moment(instant(str(stands["now"])) + GOOD_FOR),
            head=Head(
                int(stands["head"]["size"]), canonical.decode_bytes(str(stands["head"]["root"]))
            ),
            seconds=seconds,
        )
        body = order_format.encode(order)
        if isinstance(key, OfficerKey):
            return SignedOrder(body, key.sign(order_format.NAMESPACE, body))
        return SignedOrder(body, key.sign(body))

    def second(self, person: str, first: SignedOrder) -> SignedOrder:
        """The order of a second person that says what the first says, and names it."""
        order = order_format.decode(first.body)
        digest = canonical.digest(first.body)
        return self.sign(person, order.act, order.subjects, order.facts, seconds=digest)

    def give(self, signed: Sequence[SignedOrder], matter: bytes = b"") -> dict[str, Any]:
        """Bring signed orders to the desk; what came of them.

        Where the line breaks the very same bytes are brought again: they are done once.

        Raises:
            CablegramError: refused, as at the office's own machine.
            SetUpError: no answer came.
        """
        orders = [{"body": _text(one.body), "signature": one.signature} for one in signed]
        said = {"orders": orders} | ({"matter": _text(matter)} if matter else {})
        person = order_format.decode(signed[0].body).officer
        headers = {"Authorization": f"Bearer {self._token(person)}"}
        for left in reversed(range(TRIES)):
            try:
                return self._said(*self._ask("POST", "/api/orders", said, headers))
            except _SilentError as error:
                if not left:
                    error.kept = _UNKNOWN
                    raise
        raise AssertionError("the last try returns or raises")  # pragma: no cover

    def _token(self, person: str, *, anew: bool = False) -> str:
        """This person's reading token: from the folder of keys, or asked for with their key."""
        place = self.keys / f"{person}.reading"
        if not anew and place.exists():
            kept = key_files.read_private(place, "the reading token")
            return kept[:TOKEN_MAX].decode("ascii", "replace").strip()
        key = key_files.key_in(self.keys, person)
        if not isinstance(key, OfficerKey):
            raise SetUpError(
                "a security key signs orders alone, and asks for no reading token",
                hint="Make a reading token at the desk and put it into {file}.",
                file=place,
            )
        token = self._ask_token(person, key)
        with durable.told(place.name):
            durable.replace(place, token.encode() + b"\n", durable.PRIVATE_FILE)
        return token

    def _ask_token(self, person: str, key: OfficerKey) -> str:
        body = reading.encode(
            reading.Reading(
                office=self.card.office,
                origin=self.card.origin,
                person=person,
                key=key.public_key.key_id(),
                made_at=self._plain("/api/now").decode("ascii", "replace").strip(),
                days=TOKEN_DAYS,
                nonce=urandom(reading.NONCE_SIZE),
            )
        )
        said = {"body": _text(body), "signature": key.sign(reading.NAMESPACE, body)}
        return str(self._said(*self._ask("POST", "/api/tokens", said))["token"])

    def _plain(self, path: str) -> bytes:
        """What anyone may read."""
        status, data = self._ask("GET", path)
        if status != 200:  # noqa: PLR2004  # what is public is there
            self._said(status, data)
        return data

    def _ask(
        self,
        method: str,
        path: str,
        said: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """One request to the desk itself: through no proxy, and following nobody elsewhere."""
        place = urlsplit(self.origin)
        host = place.hostname or ""
        # Browsers take every name under localhost for this machine; the system need not.
        local = host == "localhost" or host.endswith(".localhost")
        line: HTTPConnection
        if place.scheme == "https":
            line = HTTPSConnection(
                host, place.port, timeout=WAIT_S, context=ssl.create_default_context()
            )
        else:
            line = HTTPConnection(_LOCAL if local else host, place.port, timeout=WAIT_S)
        told = {"Host": place.netloc, "Accept": "application/json", "Accept-Language": "en"}
        body = None if said is None else json.dumps(said).encode()
        if body is not None:
            told["Content-Type"] = "application/json"
        try:
            line.request(method, path, body, {**told, **(headers or {})})
            came = line.getresponse()
            return came.status, came.read(ANSWER_MAX)
        except (OSError, HTTPException) as error:
            raise _SilentError(
                "the desk at {origin} does not answer: {error}",
                hint="Look at the address; at the office `cablegram up` starts its desk.",
                origin=self.origin,
                error=str(error) or type(error).__name__,
            ) from error
        finally:
            line.close()

    def _said(self, status: int, data: bytes) -> dict[str, Any]:
        """The answer, or the refusal as the class that it is at the office's own machine."""
        try:
            said = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise _strange(self.origin) from error
        if not isinstance(said, dict):
            raise _strange(self.origin)
        if status == 200:  # noqa: PLR2004  # an answer
            return said
        match said:
            case {
                "error": {
                    "message": str(what),
                    "hint": str(hint),
                    "kept": str(kept),
                    "status": int(n),
                }
            }:
                kind = _CLASSES.get(n, CablegramError)
                raise kind(what[:_SAID_MAX], hint=hint[:_SAID_MAX], kept=kept[:_SAID_MAX])
        raise _strange(self.origin)


class _SilentError(SetUpError):
    """No answer came."""


def _strange(origin: str) -> MalformedError:
    return MalformedError(
        "what answers at {origin} is no desk", hint="Look at the address.", origin=origin
    )


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
