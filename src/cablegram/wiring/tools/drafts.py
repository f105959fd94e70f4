"""Drafts: texts sealed to our own room, not numbered yet (docs/spec/letter.md, "Drafts")."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cablegram.sealing import age, recipients
from cablegram.sealing.recipients import Kind
from cablegram.wire import card as card_format
from cablegram.wire import draft as draft_format
from cablegram.wire.canonical import digest
from cablegram.wire.wording import Part, part_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.wire.draft import Draft
    from cablegram.wiring.desk import Office


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a draft, in its language."""

    lang: str
    data: bytes
    role: Literal["original", "translation"] = "original"

    def part(self) -> Part:
        """How the draft names it."""
        return Part(
            name=part_name(self.lang),
            role=self.role,
            lang=self.lang,
            media_type="text/markdown",
            size=len(self.data),
            sha256=digest(self.data),
        )


def parts(texts: Sequence[Text]) -> tuple[Part, ...]:
    """The parts of a draft with these texts, in the order that its format asks for."""
    return tuple(sorted((text.part() for text in texts), key=lambda part: part.name))


def write_draft(office: Office, draft: Draft, texts: Sequence[Text]) -> str:
    """Seal a draft to our own newest key and keep it; gives the digest that a release names.

    ``draft.parts`` are filled in here.

    Raises:
        MalformedError: a text is not clean, or the draft and its texts do not fit.
    """
    bodies = {part_name(text.lang): text.data for text in texts}
    data = draft_format.encode(replace(draft, parts=parts(texts)), bodies)
    key = card_format.current(office.card, office.bureau.now())
    sealed = age.encrypt(data, [recipients.recipient(Kind(key.kind), key.key)])
    return office.bureau.blobs.put(sealed)
