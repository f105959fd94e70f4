"""What stands on a form, block by block, and how it is worded (docs/spec/forms.md).

A form gives a ``Layout``: keys of words, and values.  ``worded`` turns it into what the press
sets: labels in every language of the form, values in the first, moments in local time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from cablegram.errors import MalformedError
from cablegram.forms.words import WORDS
from cablegram.model.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROWS_MAX = 2000
"""The most rows on one form; a longer list is printed span by span."""
TEXT_MAX = 2000
OFFICE_SHORT = 52
"""The longest office's name that the heads of further sheets have room for."""
COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase of the words table in the form's first language, with what it names."""

    key: str
    names: tuple[tuple[str, str | int], ...] = ()


Value = str | int | datetime | date | Said | None
"""What a cell holds: a text, a number (0 is blank), a local moment, a day, a phrase, or nothing."""


@dataclass(frozen=True, slots=True)
class Field:
    """A box with a label; ``span`` of twelve columns."""

    label: str
    value: Value = None
    span: int = 4
    large: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """Boxes row by row; the spans of a row make twelve."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: so many millimetres, or a share of what is left."""

    label: str
    mm: float = 0
    share: float = 1
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that stands for several rows."""

    value: Value
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads that come again on each sheet, then ``blank`` rows for a pen."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value | Cell, ...], ...]
    blank: int = 0
    size: float = 8.2


@dataclass(frozen=True, slots=True)
class Prose:
    """A sentence in each language."""

    key: str
    names: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading within the form, and how many stand under it."""

    key: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Lines:
    """Ruled lines for a pen."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick, or ticked."""

    label: str
    chosen: bool = False
    value: Value = None


@dataclass(frozen=True, slots=True)
class Ticks:
    """Boxes one under the other, in so many columns."""

    options: tuple[Tick, ...]
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign: in which role, the name and title known, and the day if the books say it."""

    role: str
    name: str = ""
    title: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign, one under the other."""

    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the sheet is cut: what stands below is given away or sent back."""


Block = Fields | Table | Prose | Section | Lines | Ticks | Signatures | Cut


@dataclass(frozen=True, slots=True)
class Layout:
    """A form: the key of its title, its number, its blocks, and the paper it is set on.

    ``paper`` is a4 or a5; a card is laid with narrower margins and smaller heads.
    """

    title: str
    number: str
    blocks: tuple[Block, ...]
    paper: str = "a4"
    flipped: bool = False
    card: bool = False


@dataclass(frozen=True, slots=True)
class Imprint:
    """Whose form it is and as of when: what stands at the head and the foot of each.

    ``names`` are the office's by language; ``languages`` those of the form, the first leading.
    ``size`` and ``root`` are of the signed head that the books stood under, ``entry`` the leaf
    that the form is about; -1 where it is about none.
    """

    office: str
    names: Mapping[str, str]
    languages: tuple[str, ...]
    made_at: datetime
    origin: str
    size: int = 0
    root: str = ""
    entry: int = -1
    order: str = ""

    def __post_init__(self) -> None:
        if not self.languages or any(lang not in WORDS for lang in self.languages):
            raise MalformedError(
                "the form is not kept in that language",
                hint="Use {words}.",
                words=" or ".join(WORDS),
            )


@dataclass(slots=True)
class _Speaker:
    """Words values in the form's languages; collects which offsets its moments have."""

    languages: tuple[str, ...]
    offsets: set[str] = field(default_factory=set)
    spelled: bool = False

    def pair(self, key: str, names: Mapping[str, str] | None = None) -> list[str]:
        """The words of this key in each language."""
        texts = [WORDS[lang][key] for lang in self.languages]
        return [text.format(**names) if names else text for text in texts]

    def value(self, value: Value, lang: str = "") -> str:
        """A value as it stands in its box."""
        match value:
            case None | 0:
                return ""
            case datetime():
                return self._moment(value)
            case date():
                return f"{value.day}.{value.month}.{value.year}"
            case Said():
                names = {name: str(said) for name, said in value.names}
                return WORDS[lang or self.languages[0]][value.key].format(**names)
            case _:
                return clean(str(value), "a value on a form", most=TEXT_MAX)

    def _moment(self, at: datetime) -> str:
        offset = at.strftime("%z")
        shown = f"{offset[:3]}:{offset[3:5]}"
        self.offsets.add(shown)
        text = f"{at.day}.{at.month}.{at.year} {at:%H.%M}"
        return f"{text} ({shown})" if self.spelled else text


def worded(form: Layout, imprint: Imprint) -> dict[str, Any]:
    """What the press sets: ``form`` in the words of the imprint's languages.

    Where all moments have one offset it is said once, at the foot; else each says its own.
    """
    speaker = _Speaker(imprint.languages)
    blocks = [_block(block, speaker) for block in form.blocks]
    speaker.value(imprint.made_at)
    if len(speaker.offsets) > 1:
        speaker.spelled = True
        blocks = [_block(block, speaker) for block in form.blocks]
    title = speaker.pair(form.title)
    heading = _heading(imprint)
    number = clean(form.number, "the number of a form", most=80)
    own = WORDS[imprint.languages[0]]
    return {
        "langs": list(imprint.languages),
        "title": f"{title[0]} {number}".strip(),
        "office": heading[0],
        "keywords": [number] if number else [],
        "page": {"paper": form.paper, "flipped": form.flipped, "card": form.card},
        "heading": heading,
        "form": title,
        "number": number,
        "blocks": blocks,
        "foot": _foot(imprint, speaker, own),
        "words": {
            "continued": _continued(heading[0], title[0], own["continued"]),
            "sheet": f"{own['sheet']} ",
            "of": f" {own['of']} ",
            "code_alt": own["code"],
            "signature": speaker.pair("signature"),
            "name": speaker.pair("name"),
            "day": speaker.pair("day"),
        },
    }


def _continued(office: str, title: str, continued: str) -> str:
    """The line over a further sheet; a long office's name stands on the first alone."""
    named = f"{office} · " if len(office) <= OFFICE_SHORT else ""
    return f"{named}{title} · {continued}"


def _heading(imprint: Imprint) -> list[str]:
    """The office's name in each language of the form that its card has one in; once if alike."""
    found = [imprint.names[lang] for lang in imprint.languages if lang in imprint.names]
    return list(dict.fromkeys(found)) or [next(iter(imprint.names.values()), imprint.office)]


def _foot(imprint: Imprint, speaker: _Speaker, own: Mapping[str, str]) -> list[str]:
    made = own["made"].format(at=speaker.value(imprint.made_at))
    if not speaker.spelled and speaker.offsets:
        made += " · " + own["zone"].format(offset=next(iter(speaker.offsets)))
    lines = [made]
    if imprint.entry >= 0:
        named = f" · {own['order']} {imprint.order[7:23]}" if imprint.order else ""
        lines.append(own["entry"].format(entry=imprint.entry) + named)
    if imprint.size:
        root = "\u00a0".join(imprint.root[n : n + 4] for n in range(0, 16, 4))
        lines.append(own["head"].format(origin=imprint.origin, size=imprint.size, root=root))
    return lines


def _block(block: Block, say: _Speaker) -> dict[str, Any]:
    match block:
        case Fields():
            laid = _fields(block, say)
        case Table():
            laid = _table(block, say)
        case Prose():
            laid = {"texts": _sentences(block, say)}
        case Section():
            laid = {"texts": say.pair(block.key), "value": _count(block, say)}
        case Lines():
            laid = {"texts": say.pair(block.label), "count": block.count}
        case Ticks():
            laid = {
                "options": [
                    {"label": say.pair(o.label), "chosen": o.chosen, "value": say.value(o.value)}
                    for o in block.options
                ],
                "columns": block.columns,
            }
        case Signatures():
            laid = {"signatures": [_signature(s, say) for s in block.signatures]}
        case Cut():
            laid = {}
    return {"kind": type(block).__name__.lower(), **laid}


def _fields(block: Fields, say: _Speaker) -> dict[str, Any]:
    assert sum(f.span for f in block.fields) % COLUMNS == 0, "boxes fill their rows"
    return {
        "fields": [
            {
                "label": say.pair(f.label),
                "value": say.value(f.value),
                "span": f.span,
                "large": f.large,
            }
            for f in block.fields
        ]
    }


def _sentences(block: Prose, say: _Speaker) -> list[str]:
    return [
        WORDS[lang][block.key].format(**{name: say.value(said, lang) for name, said in block.names})
        for lang in say.languages
    ]


def _signature(line: Signature, say: _Speaker) -> dict[str, Any]:
    return {
        "role": say.pair(line.role),
        "name": say.value(line.name),
        "title": say.value(line.title),
        "at": say.value(line.at),
    }


def _count(block: Section, say: _Speaker) -> str:
    return str(block.value) if isinstance(block.value, int) else say.value(block.value)


def _table(block: Table, say: _Speaker) -> dict[str, Any]:
    if len(block.rows) > ROWS_MAX:
        raise MalformedError(
            "the form would have {rows} rows, more than {rows_max}",
            hint="Print a shorter span.",
            rows=len(block.rows),
            rows_max=ROWS_MAX,
        )
    return {
        "columns": [
            {"label": say.pair(c.label), "mm": c.mm, "share": c.share, "right": c.right}
            for c in block.columns
        ],
        "rows": [{"cells": list(_cells(row, say))} for row in block.rows],
        "blank": block.blank,
        "size": block.size,
    }


def _cells(row: Sequence[Value | Cell], say: _Speaker) -> Iterator[dict[str, Any]]:
    for cell in row:
        if isinstance(cell, Cell):
            yield {"value": say.value(cell.value), "rows": cell.rows}
        else:
            yield {"value": say.value(cell), "rows": 1}
