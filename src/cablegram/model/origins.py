"""Origins and host names of web pages, spelled as browsers spell them (docs/spec/passkey.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, cast

HOST_MAX: Final = 253
PORT_MAX: Final = 65_535

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label begins with a letter: an address of numbers has no passkeys.
_HOST = re.compile(rf"(?:{_LABEL}\.)*(?=[a-z]){_LABEL}")
_ORIGIN = re.compile(r"(https?)://([^:/?#@]*)(?::([1-9][0-9]{0,4}))?")
_OWN_PORT = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page comes from; ``port`` is the scheme's own where none is spelled."""

    scheme: Literal["https", "http"]
    host: str
    port: int

    @property
    def trusted(self) -> bool:
        """Whether browsers give its pages passkeys: TLS, or the machine that they run on."""
        return self.scheme == "https" or is_local(self.host)


def read(text: str) -> Origin | None:
    """The origin that is spelled so; None where no browser spells one so."""
    found = _ORIGIN.fullmatch(text)
    if found is None or not is_host(found[2]):
        return None
    own = _OWN_PORT[found[1]]
    port = int(found[3] or own)
    if port > PORT_MAX or (found[3] is not None and port == own):
        return None
    return Origin(cast('Literal["https", "http"]', found[1]), found[2], port)


def is_host(text: str) -> bool:
    """Whether a passkey can be for it: a name of labels, in lower case."""
    return len(text) <= HOST_MAX and _HOST.fullmatch(text) is not None


def is_local(host: str) -> bool:
    """Whether browsers take this host name for the machine they run on."""
    return host == "localhost" or host.endswith(".localhost")
