"""Notes: words or a scan that an office seals to itself (docs/spec/note.md, version 1).

One line of canonical JSON that says what follows, a line feed, then the bytes themselves.
What a note is named by is the digest of its sealed bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cablegram.errors import MalformedError
from cablegram.model.text import clean
from cablegram.wire import canonical, fields

NOTE_MAX: Final = 16 << 20
"""The most bytes a note has: a scan of some sheets."""
WORDS_MAX: Final = 65_536
"""The most characters of a note that is words."""
WORDS: Final = "text/plain"
_HEAD_MAX: Final = 4096


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its media type, and its bytes; words are clean UTF-8 text.

    Raises:
        MalformedError: empty, too long, or words that are not clean.
    """

    media_type: str
    data: bytes

    def __post_init__(self) -> None:
        fields.media_type(self.media_type)
        if not self.data:
            raise MalformedError("a note is empty", hint="Give its words, or a file.")
        if len(self.data) > NOTE_MAX:
            raise MalformedError(
                "a note is larger than {note_max} MiB",
                hint="Scan it smaller.",
                note_max=NOTE_MAX >> 20,
            )
        if self.media_type == WORDS:
            clean(self.words(), "the note", most=WORDS_MAX, lines=True)

    def words(self) -> str:
        """The words of a note that is words.

        Raises:
            MalformedError: they are not UTF-8.
        """
        try:
            return self.data.decode()
        except UnicodeDecodeError as exc:
            raise MalformedError("the note is not text", hint="Give it as a scan.") from exc


def encode(note: Note) -> bytes:
    """The note's bytes, as they are sealed."""
    head = canonical.encode(
        {
            "format": fields.format_name("note"),
            "media_type": note.media_type,
            "sha256": canonical.digest(note.data),
            "size": len(note.data),
        }
    )
    return head + b"\n" + note.data


def decode(data: bytes) -> Note:
    """Read a note.

    Raises:
        MalformedError: anything that ``encode`` would not have written.
    """
    head, _, body = data.partition(b"\n")
    read = fields.read(head[:_HEAD_MAX], "note")
    note = Note(read.text("media_type"), body)
    read.text("sha256"), read.number("size")
    read.done()
    fields.same(encode(note), data, "note")
    return note
