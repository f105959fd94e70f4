"""What the signer serves, and its hash (docs/spec/ask.md, "The signer").

All of it is read once and lies in memory: what was hashed is what is served.  The files lie
beside the package that serves them; that package is not needed to hash them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

    from cablegram.wiring.settings import Settings

KINDS: Final[Mapping[str, str]] = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
}
FORMAT: Final = "cablegram/signer-files/v1"
CONFIG: Final = "/config.json"
MANIFEST: Final = "/manifest.json"
CARD: Final = "/card.json"
"""The office's own card: drafts are sealed to its key, whatever the desk says."""


@dataclass(frozen=True, slots=True)
class Served:
    """One file as it goes out: its bytes and what they are."""

    data: bytes
    kind: str

    @property
    def digest(self) -> str:
        """``sha256:`` and the hex SHA-256 of the bytes."""
        return canonical.digest(self.data)


@cache
def code() -> Mapping[str, Served]:
    """Every file that is the same for each office of this version, by its path."""
    found: dict[str, Served] = {}
    for name, entry in _walk(files("cablegram") / "signer" / "static", ""):
        stem, _, ending = name.rpartition(".")
        kind = KINDS.get(ending)
        if kind is not None:
            path = f"/{stem}" if ending == "html" else f"/static/{name}"
            found[path] = Served(entry.read_bytes(), kind)
    return dict(sorted(found.items()))


def manifest() -> Mapping[str, canonical.Value]:
    """The digest of each path, and one over all of them."""
    named = {path: one.digest for path, one in code().items()}
    return {"format": FORMAT, "files": dict(named), "hash": whole(named)}


def whole(named: Mapping[str, str]) -> str:
    """The hash over the digests of all paths: what a card says."""
    return canonical.digest(canonical.encode(dict(named)))


def config(said: Settings) -> Mapping[str, canonical.Value]:
    """What the pages must know of this office; they take it from nowhere else."""
    return {
        "format": "cablegram/signer/v1",
        "office": said.office,
        "zone": said.zone,
        "language": said.language,
        "desk": said.desk,
        "signer": said.signer,
    }


def policy(desk: str) -> str:
    """The content security policy: our own files, the desk to talk to, nothing in between.

    Pictures may be made by the page itself: a copy's sheets come out of its sealed bytes.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        f"connect-src 'self' {desk}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def served(said: Settings, card: bytes = b"") -> Mapping[str, Served]:
    """Everything that this office's signer serves, by path."""
    made = {CONFIG: config(said), MANIFEST: manifest()}
    return {
        **code(),
        **({CARD: Served(card, KINDS["json"])} if card else {}),
        **{path: Served(canonical.encode(value), KINDS["json"]) for path, value in made.items()},
    }


def _walk(folder: Traversable, before: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_file():
            yield before + entry.name, entry
        elif entry.is_dir():
            yield from _walk(entry, f"{before}{entry.name}/")
