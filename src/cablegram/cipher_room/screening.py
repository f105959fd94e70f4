"""Screening: a copy is sealed to a person instead of being put on paper (docs/spec/reading.md).

What is sealed is what would have been printed.  Its two files lie among the blobs; the opening
share goes into the vault on the page that enters the copy, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cablegram.errors import CablegramError
from cablegram.press import picture_copy, redraw, set_copy
from cablegram.registry import readers, returns, screens
from cablegram.sealing import envelope as envelopes
from cablegram.sealing import recipients, shares
from cablegram.wire import screen as screen_format

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.model.records import PrintRun, Telegram
    from cablegram.ports import Shelves
    from cablegram.press import Facsimile
    from cablegram.registry.orders import Given
    from cablegram.sealing.envelope import Opened

LOOKS_MAX: Final = 24 << 20
"""How many bytes the pictures of attachments may have together in one copy."""
_BESIDE = 2_048
"""More than a picture takes in the archive beside its own bytes."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Whom a copy is to be sealed to, and how it is called."""

    person: str
    recipient: str
    name: str


@dataclass(frozen=True, slots=True)
class Screened:
    """A copy that was sealed: the facts of its entry, how many sheets, and its opening share."""

    facts: dict[str, Fact]
    share: bytes


def asked(given: Given) -> str:
    """What a print order says of the screen: ``*``, a person, or nothing."""
    return str(given.first.facts.get("screen", ""))


def whom(view: Shelves, copy: Copy, given: Given, bureau: Bureau) -> Sealing | None:
    """Whom a copy is sealed to by its print order; None where it goes on paper.

    Raises:
        CustodyError, UnknownError: nobody, or one who has no key that is sealed to.
        OrderError: a key that was written into the books by hand.
    """
    said = asked(given)
    if not said:
        return None
    person = screens.person_for(view, copy, said, bureau)
    key = readers.sealed_to(view, person, bureau)
    return Sealing(person, key.recipient, returns.naming(view, copy))


def looks(opened: Opened, bureau: Bureau) -> dict[str, bytes]:
    """What attachments look like, by name: those that are pictures and could be drawn anew.

    One that has not come in, does not open or does not decode has none, and stays a file.
    """
    seeds = dict(opened.envelope.keys)
    found: dict[str, bytes] = {}
    left = LOOKS_MAX
    for one in opened.letter.attachments:
        if not bureau.blobs.has(one.sealed_sha256):
            continue
        try:
            sealed = bureau.blobs.get(one.sealed_sha256)
            drawn = redraw(envelopes.open_attachment(sealed, one, seeds[one.name]))
        except CablegramError:
            # Whoever fetches the file is told why; the copy does not hang on it.
            continue
        if drawn is not None and len(drawn) <= left:
            found[one.name] = drawn
            left -= len(drawn)
    return found


def seal(
    telegram: Telegram,
    copy: Copy,
    run: PrintRun,
    facsimile: Facsimile,
    to: Sealing,
    opened: Opened,
    drawn: Mapping[str, bytes],
    bureau: Bureau,
) -> Screened:
    """Seal a copy to a person, in need of an opening share, and lay its files among the blobs.

    ``drawn`` has pictures of attachments, as ``looks`` gives them; they are left out where the
    copy would be too large with them.

    Raises:
        PressError: a sheet could not be set.
        MalformedError: the copy is too large for a screen.
        SealError: the key cannot be sealed to.
    """
    printed, pictures = set_copy(facsimile), picture_copy(facsimile)
    assert len(pictures) == printed.sheets, "the same sheets, set twice"
    said = _said(telegram, copy, run, printed.sheets, facsimile, to, opened, bureau)
    texts = [opened.bodies[name] for name in sorted(part.name for part in said.parts)]
    least = screen_format.encode(said, pictures, printed.pdf, texts)
    said, shown = _with_looks(said, drawn, screen_format.ARCHIVE_MAX - len(least))
    packed = screen_format.encode(said, pictures, printed.pdf, texts, shown)
    made = shares.make(packed, recipients.recipient_from_text(to.recipient), random=bureau.random)
    facts: dict[str, Fact] = {
        "print_number": run.number,
        "digest": bureau.blobs.put(made.content),
        "half": bureau.blobs.put(made.half),
        "screen": to.person,
        "sheets": printed.sheets,
    }
    return Screened(facts, made.share)


def _with_looks(
    said: screen_format.ScreenCopy, drawn: Mapping[str, bytes], left: int
) -> tuple[screen_format.ScreenCopy, Sequence[bytes]]:
    """The copy with the pictures of its attachments, in their order, as far as they fit."""
    attachments, shown = [], []
    for number, one in enumerate(said.attachments, start=1):
        picture = drawn.get(one.name, b"")
        left -= len(picture) + _BESIDE
        if not picture or left < 0:
            attachments.append(one)
            continue
        attachments.append(replace(one, shown=screen_format.shown_name(number)))
        shown.append(picture)
    return replace(said, attachments=tuple(attachments)), shown


def _said(  # what stands on the copy comes from everything that is known of it
    telegram: Telegram,
    copy: Copy,
    run: PrintRun,
    sheets: int,
    facsimile: Facsimile,
    to: Sealing,
    opened: Opened,
    bureau: Bureau,
) -> screen_format.ScreenCopy:
    seeds = dict(opened.envelope.keys)
    parts = sorted(opened.letter.parts, key=lambda part: part.role != "original")
    return screen_format.ScreenCopy(
        office=bureau.name,
        handle=copy.handle,
        cable=telegram.cable_number,
        copy=copy.number,
        made=copy.made,
        name=to.name,
        person=to.person,
        printed_at=run.at,
        level=facsimile.classification,
        sheets=sheets,
        parts=tuple(screen_format.Text(p.name, p.lang, p.role) for p in parts),
        attachments=tuple(
            screen_format.Attached(
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                sha256=one.sha256,
                sealed_sha256=one.sealed_sha256,
                sealed_size=one.sealed_size,
                seed=seeds[one.name],
            )
            for one in opened.letter.attachments
        ),
    )
