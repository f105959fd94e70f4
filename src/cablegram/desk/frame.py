"""What every handler is given: the office, the desk's store, where we and the signer are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from cablegram.desk import rates, rendering
from cablegram.model.times import moment
from cablegram.wire import canonical
from cablegram.wiring import clock, settings
from cablegram.wiring.inviting import TOKEN_SIZE, name_of

if TYPE_CHECKING:
    from datetime import timedelta

    from jinja2 import Environment
    from starlette.requests import Request

    from cablegram.bureau import Bureau
    from cablegram.languages import Language
    from cablegram.model.roles import Role
    from cablegram.ports import Clock, DeskStore
    from cablegram.wiring.desk import Office

__all__ = ["Asker", "Desk", "asker", "language", "name_of"]

SWEEP_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is logged in: a person in post, their roles today, the session they came by."""

    person: str
    roles: frozenset[Role]
    session: str


@dataclass
class Desk:
    """One office's desk.  ``machine`` is the clock of sessions; the office may keep its own."""

    office: Office
    machine: Clock = field(default_factory=clock.MachineClock)
    rates: rates.Rates = field(default_factory=rates.Rates)
    _sweep_at: float = field(default_factory=monotonic)

    @property
    def bureau(self) -> Bureau:
        """The office's bureau."""
        return self.office.bureau

    @property
    def store(self) -> DeskStore:
        """What the desk remembers."""
        return self.office.store

    @property
    def origin(self) -> str:
        """Our own origin, as browsers spell it."""
        return self.office.settings.desk

    @property
    def host(self) -> str:
        """Our host name: the relying party that people log in to."""
        return settings.host(self.origin)

    @property
    def signer(self) -> str:
        """The origin of the signer's pages."""
        return self.office.settings.signer

    @cached_property
    def templates(self) -> Environment:
        """The pages' templates."""
        return rendering.environment()

    def now(self, *, after: timedelta | None = None) -> str:
        """The machine's moment, or one so much later."""
        at = self.machine.now()
        return moment(at if after is None else at + after)

    def sweep(self) -> None:
        """Take what has ended out of the store, a minute after the last time at the earliest."""
        if (now := monotonic()) >= self._sweep_at:
            self._sweep_at = now + SWEEP_EVERY_S
            self.store.sweep(self.now())

    def token(self) -> str:
        """A secret that nobody can foresee, as text."""
        return canonical.encode_bytes(self.bureau.random(TOKEN_SIZE))


def asker(request: Request) -> Asker:
    """Who is logged in; only on ways that ask for somebody."""
    found = request.state.asker
    assert isinstance(found, Asker), "the guard let nobody else through"
    return found


def language(request: Request) -> Language:
    """The language this request is answered in."""
    found: Language = request.state.language
    return found
