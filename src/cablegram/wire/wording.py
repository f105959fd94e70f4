"""Wording: what a letter or a draft says before it has a number (docs/spec/letter.md, "Wording").

``letter`` adds the office, the number and the time; ``draft`` adds who it is for.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from cablegram.errors import MalformedError
from cablegram.model import names
from cablegram.model.handling import CAVEATS_MAX, Precedence
from cablegram.model.text import clean
from cablegram.model.times import Counted, ReturnTerm, Unit, instant
from cablegram.wire import canonical, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.wire.fields import Fields

Kind = Literal["telegram", "recall", "query", "correction", "cancellation", "closing"]

KINDS: Final = ("telegram", "recall", "query", "correction", "cancellation", "closing")
ABOUT_ANOTHER: Final = frozenset({"recall", "query", "correction", "cancellation"})
"""Kinds that say which letter they are about, in ``reply_to``."""

WITH_WORDS: Final = frozenset({"telegram", "correction"})
"""Kinds that have a signatory, an addressee and a text."""

PART_MEDIA_TYPES: Final = frozenset({"text/markdown"})
ADDRESSEES_MAX: Final = 64
CATEGORIES_MAX: Final = 16
PARTS_MAX: Final = 16
ATTACHMENTS_MAX: Final = 16
COPIES_MAX: Final = 999
PART_SIZE_MAX: Final = 4 << 20
PARAGRAPHS_MAX: Final = 2000
PARAGRAPH_MAX: Final = 20_000
ATTACHMENT_SIZE_MAX: Final = 48 << 20
FILE_NAME_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is written to, by name or cover name: to act, or to be told."""

    name: str
    role: Literal["action", "info"]

    def __post_init__(self) -> None:
        fields.line(self.name, "an addressee")
        fields.one_of(self.role, "an addressee's role", ("action", "info"))


@dataclass(frozen=True, slots=True)
class Part:
    """One text of the letter: an original or a translation; its name is ``body.<lang>.md``."""

    name: str
    role: Literal["original", "translation"]
    lang: str
    media_type: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        fields.language(self.lang)
        if self.name != part_name(self.lang):
            raise MalformedError(
                "a part in {lang} is not called {part_name}",
                hint=fields.HINT,
                lang=self.lang,
                part_name=part_name(self.lang),
            )
        fields.one_of(self.role, "a part's role", ("original", "translation"))
        fields.one_of(self.media_type, "a part's media type", PART_MEDIA_TYPES)
        fields.within(self.size, f"the size of {self.name}", 1, PART_SIZE_MAX)
        names.digest(self.sha256)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the letter, sealed on its own to a one-off key.

    ``size`` and ``sha256`` are of the plain bytes, ``sealed_size`` and ``sealed_sha256`` of the
    sealed file; ``recipient`` names the one-off key.  The secret travels in envelopes alone.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    sealed_sha256: str
    sealed_size: int
    recipient: str

    def __post_init__(self) -> None:
        fields.line(self.name, "an attachment's name", most=FILE_NAME_MAX)
        if self.name.startswith(".") or "/" in self.name or "\\" in self.name:
            raise MalformedError(
                "an attachment's name is not a plain file name", hint="Rename the file."
            )
        fields.media_type(self.media_type)
        fields.within(self.size, "an attachment's size", 0, ATTACHMENT_SIZE_MAX)
        fields.within(self.sealed_size, "an attachment's sealed size", 1, 2 * ATTACHMENT_SIZE_MAX)
        for value in (self.sha256, self.sealed_sha256, self.recipient):
            names.digest(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a letter says, less its office, number and time.

    ``copies`` is how many are asked for, 0 leaving it to the receiver.  ``reply_to`` is a
    letter's digest or empty, ``fulfil_by`` a moment or empty, ``label`` a word shown with
    it everywhere ("reconstruction") or empty.
    """

    kind: Kind
    signatory: str
    on_behalf_of: str = ""
    series: str
    level: str
    policy: str = ""
    categories: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    precedence_action: Precedence = Precedence.ROUTINE
    precedence_info: Precedence = Precedence.ROUTINE
    return_: ReturnTerm | None = None
    addressees: tuple[Addressee, ...] = ()
    copies: int = 0
    zone: str
    reply_to: str = ""
    fulfil_by: str = ""
    subject: str = ""
    label: str = ""
    parts: tuple[Part, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        wordless = self.kind not in WITH_WORDS
        fields.one_of(self.kind, "the letter's kind", KINDS)
        fields.line(self.signatory, "the signatory", empty=wordless)
        fields.line(self.on_behalf_of, "on whose behalf it is", empty=True)
        names.series_letter(self.series)
        fields.line(self.level, "the classification", most=64)
        fields.line(self.policy, "the classification's policy", most=64, empty=True)
        fields.few(self.categories, "the classification", CATEGORIES_MAX)
        fields.few(self.caveats, "the list of caveats", CAVEATS_MAX)
        for text in (*self.categories, *self.caveats):
            fields.line(text, "a category or caveat")
        fields.distinct(self.categories, "the classification")
        fields.distinct(self.caveats, "the list of caveats")
        if self.return_ is not None:
            fields.line(self.return_.to, "the place to return to")
        fields.within(self.copies, "the number of copies asked for", 0, COPIES_MAX)
        fields.zone(self.zone)
        fields.set_or(names.digest, self.reply_to)
        if self.kind in ABOUT_ANOTHER and not self.reply_to:
            raise MalformedError(
                "a {kind} does not say which letter it is about",
                hint="Name its letter.",
                kind=self.kind,
            )
        fields.set_or(instant, self.fulfil_by)
        fields.line(self.subject, "the subject", empty=True)
        fields.line(self.label, "the label", most=64, empty=True)
        self._check_lists(least=0 if wordless else 1)

    def _check_lists(self, *, least: int) -> None:
        fields.few(self.addressees, "the list of addressees", ADDRESSEES_MAX, least=least)
        fields.distinct([a.name for a in self.addressees], "the list of addressees")
        fields.few(self.parts, "the list of parts", PARTS_MAX, least=least)
        fields.few(self.attachments, "the list of attachments", ATTACHMENTS_MAX)
        fields.distinct([a.name for a in self.attachments], "the list of attachments")
        order = [part.name for part in self.parts]
        if order != sorted(set(order)):
            raise MalformedError("the parts are not one a language, in order", hint=fields.HINT)
        if self.parts and all(part.role == "translation" for part in self.parts):
            raise MalformedError("the letter has no original", hint="Mark one part original.")

    def said(self) -> dict[str, Any]:
        """The fields of the wording alone, to make a letter or a draft of."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(Wording)}


def part_name(lang: str) -> str:
    """What the text in this language is called: ``body.ru.md``."""
    return f"body.{lang}.md"


def check_texts(parts: Sequence[Part], texts: Mapping[str, bytes]) -> None:
    """Hold texts to the parts that name them: which they are, how long, their digests, clean.

    Raises:
        MalformedError: one is missing, too many, not the one that was meant, or not clean text.
    """
    for part in parts:
        text = texts.get(part.name)
        if text is None:
            raise MalformedError("{part} is missing", hint=fields.HINT, part=part.name)
        if len(text) != part.size or canonical.digest(text) != part.sha256:
            raise MalformedError(
                "{part} is not the text that the letter names", hint=fields.HINT, part=part.name
            )
        try:
            read = clean(text.decode(), part.name, most=PART_SIZE_MAX, lines=True)
        except UnicodeDecodeError as exc:
            raise MalformedError("{part} is not UTF-8", hint=fields.HINT, part=part.name) from exc
        _check_paragraphs(part.name, read)
    if len(texts) != len(parts):
        raise MalformedError("there is a text that the letter does not name", hint=fields.HINT)


def _check_paragraphs(name: str, text: str) -> None:
    """Hold a text to what a sheet can show: the receiver could not print anything else."""
    blocks = [block.strip() for block in text.split("\n\n")]
    if blocks[0].startswith("# "):
        blocks.pop(0)
    paragraphs = [block for block in blocks if block]
    if not paragraphs:
        raise MalformedError(
            "{name} has no paragraph", hint="Write what the telegram says.", name=name
        )
    if len(paragraphs) > PARAGRAPHS_MAX or max(map(len, paragraphs)) > PARAGRAPH_MAX:
        raise MalformedError(
            "{name} has over {paragraphs_max} paragraphs, or one over {paragraph_max} letters",
            hint="Divide it with blank lines, or send the rest as an attachment.",
            name=name,
            paragraphs_max=PARAGRAPHS_MAX,
            paragraph_max=PARAGRAPH_MAX,
        )


def write(said: Wording) -> dict[str, canonical.Value]:
    """The wording's fields as they stand in a letter or draft."""
    term = said.return_
    return {
        "kind": said.kind,
        "signatory": said.signatory,
        "on_behalf_of": said.on_behalf_of,
        "series": said.series,
        "classification": {
            "level": said.level,
            "policy": said.policy,
            "categories": list(said.categories),
        },
        "caveats": list(said.caveats),
        "precedence": {
            "action": said.precedence_action.name.lower(),
            "info": said.precedence_info.name.lower(),
        },
        "return": {}
        if term is None
        else {
            "count": term.count,
            "unit": term.unit.value,
            "counted": term.counted.value,
            "to": term.to,
        },
        "addressees": [{"name": a.name, "role": a.role} for a in said.addressees],
        "copies": said.copies,
        "zone": said.zone,
        "reply_to": said.reply_to,
        "fulfil_by": said.fulfil_by,
        "subject": said.subject,
        "label": said.label,
        "parts": [_write_part(part) for part in said.parts],
        "attachments": [_write_attachment(attachment) for attachment in said.attachments],
    }


def read(document: Fields) -> Wording:
    """Take the wording's fields out of a letter or draft.

    Raises:
        MalformedError: one is missing, of another type or out of bounds.
    """
    classification = document.within("classification")
    precedence = document.within("precedence")
    said = Wording(
        kind=cast("Kind", document.text("kind")),
        signatory=document.text("signatory"),
        on_behalf_of=document.text("on_behalf_of"),
        series=document.text("series"),
        level=classification.text("level"),
        policy=classification.text("policy"),
        categories=classification.texts("categories"),
        caveats=document.texts("caveats"),
        precedence_action=_precedence(precedence.text("action")),
        precedence_info=_precedence(precedence.text("info")),
        return_=_read_return(document.within("return")),
        addressees=tuple(_read_addressee(entry) for entry in document.each("addressees")),
        copies=document.number("copies"),
        zone=document.text("zone"),
        reply_to=document.text("reply_to"),
        fulfil_by=document.text("fulfil_by"),
        subject=document.text("subject"),
        label=document.text("label"),
        parts=tuple(_read_part(entry) for entry in document.each("parts")),
        attachments=tuple(_read_attachment(entry) for entry in document.each("attachments")),
    )
    classification.done()
    precedence.done()
    return said


def _write_part(part: Part) -> canonical.Value:
    return {
        "name": part.name,
        "role": part.role,
        "lang": part.lang,
        "media_type": part.media_type,
        "size": part.size,
        "sha256": part.sha256,
    }


def _write_attachment(attachment: Attachment) -> canonical.Value:
    return {
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "sealed_sha256": attachment.sealed_sha256,
        "sealed_size": attachment.sealed_size,
        "recipient": attachment.recipient,
    }


def _read_return(entry: Fields) -> ReturnTerm | None:
    if not entry.left():
        return None
    term = ReturnTerm(
        entry.number("count"),
        Unit(fields.one_of(entry.text("unit"), "the unit of the return term", list(Unit))),
        Counted(
            fields.one_of(entry.text("counted"), "the start of the return term", list(Counted))
        ),
        entry.text("to"),
    )
    entry.done()
    return term


def _read_addressee(entry: Fields) -> Addressee:
    role = cast('Literal["action", "info"]', entry.text("role"))
    addressee = Addressee(entry.text("name"), role)
    entry.done()
    return addressee


def _read_part(entry: Fields) -> Part:
    part = Part(
        name=entry.text("name"),
        role=cast('Literal["original", "translation"]', entry.text("role")),
        lang=entry.text("lang"),
        media_type=entry.text("media_type"),
        size=entry.number("size"),
        sha256=entry.text("sha256"),
    )
    entry.done()
    return part


def _read_attachment(entry: Fields) -> Attachment:
    attachment = Attachment(
        name=entry.text("name"),
        media_type=entry.text("media_type"),
        size=entry.number("size"),
        sha256=entry.text("sha256"),
        sealed_sha256=entry.text("sealed_sha256"),
        sealed_size=entry.number("sealed_size"),
        recipient=entry.text("recipient"),
    )
    entry.done()
    return attachment


def _precedence(word: str) -> Precedence:
    choices = {precedence.name.lower(): precedence for precedence in Precedence}
    return choices[fields.one_of(word, "a precedence", choices)]
