"""Drafts: what a telegram will say before it has a number (docs/spec/letter.md, "Drafts").

A draft is a container of ``draft.json`` and its texts; it is sealed to the office's own
draft key and never leaves the house.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cablegram.errors import MalformedError
from cablegram.model import names
from cablegram.wire import canonical, container, fields, wording
from cablegram.wire.envelope import check_keys, read_keys, write_keys
from cablegram.wire.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

OFFICES_MAX: Final = 64

_FORMAT = fields.format_name("draft")

digest = canonical.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Wording):
    """A draft: the wording, the offices it is for, and the keys of its attachments."""

    to: tuple[str, ...]
    keys: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        Wording.__post_init__(self)
        fields.few(self.to, "the draft's list of offices", OFFICES_MAX, least=1)
        fields.distinct(self.to, "the draft's list of offices")
        for office in self.to:
            names.office_id(office)
        check_keys(self.keys, "the draft's attachment keys")
        if [name for name, _ in self.keys] != [a.name for a in self.attachments]:
            raise MalformedError(
                "the draft has not one key for each attachment", hint="Write the draft again."
            )


def encode(draft: Draft, bodies: Mapping[str, bytes]) -> bytes:
    """The draft and its texts as one container.

    Raises:
        MalformedError: the texts are not the draft's parts.
    """
    wording.check_texts(draft.parts, bodies)
    document = wording.write(draft)
    document["format"] = _FORMAT
    document["to"] = list(draft.to)
    document["keys"] = write_keys(draft.keys)
    head = canonical.encode(document)
    texts = ((part.name, bodies[part.name]) for part in draft.parts)
    return container.pack([(container.DRAFT, head), *texts])


def decode(data: bytes) -> tuple[Draft, dict[str, bytes]]:
    """The draft and its texts by name.

    Raises:
        MalformedError: not a draft, out of bounds, spelled otherwise, or its texts are not
            the ones it names.
    """
    bodies = container.unpack(data)
    if container.DRAFT not in bodies:
        raise MalformedError("the container is not of a draft", hint=fields.HINT)
    read = fields.read(bodies.pop(container.DRAFT), "draft")
    said = wording.read(read)
    draft = Draft(**said.said(), to=read.texts("to"), keys=read_keys(read))
    read.done()
    fields.same(encode(draft, bodies), data, "draft")
    return draft, bodies
