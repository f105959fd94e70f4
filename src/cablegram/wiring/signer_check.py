"""A running signer, asked for everything it serves and held to what a card says (docs/spec/ask.md).

Who serves other files to this check than to browsers is not found by it: look from another
machine, too, and at what a browser has.
"""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError, SetUpError
from cablegram.model import names, origins
from cablegram.sentences import sentence
from cablegram.wire import canonical
from cablegram.wiring import signer_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.model.origins import Origin
    from cablegram.wire.card import SigningPages

ANSWER_MAX: Final = 4 << 20
PATHS_MAX: Final = 256
WAIT_S: Final = 10.0
_HERE: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a signer served: its hash, how many paths, and those that we would serve otherwise."""

    hash: str
    paths: int
    others: tuple[str, ...]


def check(origin: str, wanted: SigningPages | None) -> Seen:
    """Ask a signer for every path, and hold them to its own manifest and to the card.

    Raises:
        SetUpError: it does not answer, serves what its manifest does not say, or is not what the
            card has.
    """
    place = origins.read(origin)
    if place is None:
        raise SetUpError(
            "{origin!r} is not an address of a signer",
            hint="Give one like https://sign.example.",
            origin=origin,
        )
    if wanted is not None and wanted.origin != origin:
        raise SetUpError(
            "the card has the signer at {wanted}, and this is {origin}",
            hint="Ask there, or record this one: `cablegram signer record`.",
            wanted=wanted.origin,
            origin=origin,
        )
    manifest = _document(place, origin, signer_files.MANIFEST)
    config = _document(place, origin, signer_files.CONFIG)
    listed = _listed(manifest, origin)
    _hold_policy(place, origin, str(config.get("desk")))
    served = {path: canonical.digest(_get(place, origin, path)[0]) for path in listed}
    for path, digest in served.items():
        if listed[path] != digest:
            raise _other(origin, sentence("{path} is not what its own list says", path=path))
    found = signer_files.whole(served)
    if manifest.get("hash") != found:
        raise _other(origin, "its own list has another hash than its files")
    if wanted is not None and wanted.hash != found:
        raise _other(origin, sentence("the card has {hash}", hash=wanted.hash))
    ours = {path: one.digest for path, one in signer_files.code().items()}
    paths = sorted({*ours, *served})
    others = tuple(path for path in paths if ours.get(path) != served.get(path))
    return Seen(found, len(served), others)


def _listed(manifest: Mapping[str, object], origin: str) -> dict[str, str]:
    files = manifest.get("files")
    if manifest.get("format") != signer_files.FORMAT or not isinstance(files, dict):
        raise _other(origin, "its list of files is not one")
    listed = {str(path): str(digest) for path, digest in files.items()}
    if not 0 < len(listed) <= PATHS_MAX:
        raise _other(origin, "its list of files is not one")
    for path, digest in listed.items():
        if not path.startswith("/") or not path.isascii() or any(c in path for c in "?# "):
            raise _other(origin, "its list of files has something that is no path")
        try:
            names.digest(digest)
        except MalformedError as error:
            raise _other(origin, "its list of files is not one") from error
    return listed


def _hold_policy(place: Origin, origin: str, desk: str) -> None:
    """Every page goes out with the walls that make it safe."""
    found = _get(place, origin, signer_files.CONFIG)[1]
    if origins.read(desk) is None or found != signer_files.policy(desk):
        raise _other(origin, "its content security policy is another")


def _document(place: Origin, origin: str, path: str) -> Mapping[str, object]:
    try:
        return canonical.decode(_get(place, origin, path)[0])
    except MalformedError as error:
        raise _other(origin, sentence("{path} is not what it should be", path=path)) from error


def _get(place: Origin, origin: str, path: str) -> tuple[bytes, str]:
    """The bytes at a path, and the content security policy that they came with."""
    # Only browsers know *.localhost for sure: here it is what it says.
    host = _HERE if origins.is_local(place.host) else place.host
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    line = kind(host, place.port, timeout=WAIT_S)
    try:
        line.request("GET", path, headers={"host": origin.partition("://")[2]})
        answer = line.getresponse()
        data = answer.read(ANSWER_MAX + 1)
    except (OSError, http.client.HTTPException) as error:
        raise SetUpError(
            "the signer at {origin} does not answer",
            hint="Start it with `cablegram up`, then ask again.",
            origin=origin,
        ) from error
    finally:
        line.close()
    if answer.status != HTTPStatus.OK or len(data) > ANSWER_MAX:
        raise _other(origin, sentence("{path} is not there", path=path))
    return data, answer.getheader("content-security-policy", "")


def _other(origin: str, why: str) -> SetUpError:
    return SetUpError(
        "the signer at {origin} is not the one that is wanted: {why}",
        hint="Sign nothing there; ask who changed it, and start it anew as it was installed.",
        origin=origin,
        why=why,
    )
