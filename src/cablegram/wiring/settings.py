"""Settings: ``office.toml``, read strictly and written whole (docs/spec/office-folder.md)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cablegram.errors import SetUpError
from cablegram.model import origins
from cablegram.model.names import office_id
from cablegram.model.text import unclean
from cablegram.sentences import sentence
from cablegram.wire import fields
from cablegram.wire.card import CARRIERS_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo
    from pathlib import Path

FILE: Final = "office.toml"
VERSION: Final = 1
SETTINGS_MAX: Final = 1 << 16
MACHINE: Final = "machine"
OWN: Final = "own"
CARRIER_KINDS: Final = ("folder",)
DESK: Final = "http://desk.localhost:8451"
SIGNER: Final = "http://sign.localhost:8452"
"""Where the desk and the signer's pages are, unless the settings say otherwise."""

OPTIONAL: Final[Mapping[str, str]] = {"desk": DESK, "signer": SIGNER}

_EXAMPLES: Final[Mapping[str, str]] = {
    "version": "version = 1",
    "office": 'office = "moscow"',
    "zone": 'zone = "Europe/Moscow"',
    "clock": 'clock = "machine"',
    "language": 'language = "en"',
    "paper": 'paper = "paper"',
    "officers": 'officers = "officers"',
    "desk": f'desk = "{DESK}"',
    "signer": f'signer = "{SIGNER}"',
    "carriers": '[carriers]\\nfolder = "/media/stick"',
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one office; paths as they were written, taken from its folder on."""

    office: str
    zone: str
    clock: Literal["machine", "own"] = "machine"
    language: str = "en"
    paper: str = "paper"
    officers: str = "officers"
    carriers: Mapping[str, str] = field(default_factory=dict)
    desk: str = DESK
    signer: str = SIGNER

    def __post_init__(self) -> None:
        office_id(self.office)
        fields.zone(self.zone)
        fields.language(self.language)
        self.tz()
        if self.clock not in {MACHINE, OWN}:
            raise _wrong("clock", sentence("is {clock!r}", clock=self.clock))
        for name, path in (("paper", self.paper), ("officers", self.officers)):
            if not path or unclean(path) is not None or "\n" in path:
                raise _wrong(name, "is not a path")
        for name, place in (("desk", self.desk), ("signer", self.signer)):
            if not is_origin(place):
                raise _wrong(name, "is not an address like https://desk.example")
        if host(self.desk) == host(self.signer):
            raise _wrong("signer", "has the host name of the desk")
        if len(self.carriers) > CARRIERS_MAX:
            raise _wrong("carriers", "are too many")
        for name, address in self.carriers.items():
            if name not in CARRIER_KINDS or unclean(address) is not None or "\n" in address:
                raise _wrong(
                    "carriers",
                    sentence("have {name!r}, which is not known or not an address", name=name),
                )

    def tz(self) -> tzinfo:
        """The zone that local times are shown in."""
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise _wrong(
                "zone", sentence("is {zone!r}, which this machine does not know", zone=self.zone)
            ) from error

    def text(self) -> str:
        """The file's text."""
        names = ("office", "zone", "clock", "language", "paper", "officers")
        lines = [f"version = {VERSION}"]
        lines += [f"{name} = {_quoted(getattr(self, name))}" for name in names]
        lines += [
            f"{name} = {_quoted(getattr(self, name))}"
            for name, usual in OPTIONAL.items()
            if getattr(self, name) != usual
        ]
        lines += ["", "[carriers]"]
        lines += [f"{name} = {_quoted(path)}" for name, path in sorted(self.carriers.items())]
        return "\n".join(lines) + "\n"


def read(root: Path) -> Settings:
    """The settings of the office in this folder.

    Raises:
        SetUpError: no office there, or a key that is unknown, missing or of the wrong type.
    """
    path = root / FILE
    try:
        data = path.read_bytes() if path.stat().st_size <= SETTINGS_MAX else b"\0"
        document = tomllib.loads(data.decode())
    except OSError as error:
        raise SetUpError(
            "there is no office in {folder}",
            hint="Give its folder with --office, or make one with `cablegram office init`.",
            folder=root.resolve(),
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetUpError(
            "{file} is not TOML that can be read: {error}",
            hint="Mend that line; docs/spec/office-folder.md has the whole file.",
            file=FILE,
            error=error,
        ) from error
    for name in document:
        if name not in _EXAMPLES:
            raise SetUpError(
                "{file} has {name!r}, which is no setting",
                hint="Take that line out; the settings are {examples}.",
                file=FILE,
                name=name,
                examples=", ".join(_EXAMPLES),
            )
    if document.pop("version", None) != VERSION:
        raise _wrong("version", "is missing or not 1")
    said = {
        name: _text({**OPTIONAL, **document}, name)
        for name in _EXAMPLES
        if name not in {"version", "carriers"}
    }
    return Settings(
        office=said["office"],
        zone=said["zone"],
        clock=cast('Literal["machine", "own"]', said["clock"]),
        language=said["language"],
        paper=said["paper"],
        officers=said["officers"],
        carriers=_carriers(document.get("carriers")),
        desk=said["desk"],
        signer=said["signer"],
    )


def is_origin(text: str) -> bool:
    """Whether a browser spells an origin so and trusts it: https, or http on this machine."""
    found = origins.read(text)
    return found is not None and found.trusted


def host(origin: str) -> str:
    """The host name of an origin."""
    return origin.partition("://")[2].partition(":")[0]


def _text(document: Mapping[str, object], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise _wrong(name, "is missing or not text")
    return value


def _carriers(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _wrong("carriers", "are missing")
    for address in value.values():
        if not isinstance(address, str):
            raise _wrong("carriers", "have an address that is not text")
    return dict(value)


def _wrong(name: str, how: str) -> SetUpError:
    example = _EXAMPLES[name].replace("\\n", ", then ")
    return SetUpError(
        "the setting {name} in {file} {how}",
        hint="Write the line: {example}",
        name=name,
        file=FILE,
        how=how,
        example=example,
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
