"""Confidentiality labels as other systems know them (docs/spec/label.md; ADatP-4774 Ed. A).

A label says policy, classification and categories of a telegram as XML.  Reading is hardened:
no document type, no entity, few elements, little depth; what we would not know how to keep is
refused, never dropped, since a lost category is a lost restriction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, NoReturn, cast
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from cablegram.errors import MalformedError
from cablegram.model.handling import CAVEATS_MAX
from cablegram.model.times import instant, moment
from cablegram.sentences import sentence
from cablegram.wire import fields
from cablegram.wire.wording import CATEGORIES_MAX

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACE: Final = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
ROOTS: Final = ("originatorConfidentialityLabel", "ConfidentialityLabel")
"""What the root may be called; the second is kept by the standard for older labels."""
SIZE_MAX: Final = 64 << 10
ELEMENTS_MAX: Final = 128
DEPTH_MAX: Final = 4
VALUES_MAX: Final = CATEGORIES_MAX + CAVEATS_MAX
PLAIN_TAG: Final = "Category"
CAVEAT_TAG: Final = "Caveat"
"""The tag names that a category without one of its own, and a caveat, go under."""

Type = Literal["RESTRICTIVE", "PERMISSIVE", "INFORMATIVE"]
TYPES: Final = ("RESTRICTIVE", "PERMISSIVE", "INFORMATIVE")
ID_TYPES: Final = (
    "rfc822Name",
    "dNSName",
    "directoryName",
    "uniformResourceIdentifier",
    "iPAddress",
    "x400Address",
    "userPrincipalName",
    "jID",
)
_SPACES = " \t\r\n"
_HINT = "Ask whoever made it for an ADatP-4774 label, or write level and categories yourself."


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a category: ``Releasable To``, permissive, ``XAA``."""

    tag: str
    type: Type
    value: str

    def __post_init__(self) -> None:
        fields.line(self.tag, "a category's tag name", most=64)
        fields.one_of(self.type, "a category's type", TYPES)
        fields.line(self.value, "a category's value", most=100)

    def words(self) -> str:
        """The category as letters write it: ``Releasable To: XAA (permissive)``, ``ATOMAL``."""
        text = self.value if self.tag == PLAIN_TAG else f"{self.tag}: {self.value}"
        return text if self.type == "RESTRICTIVE" else f"{text} ({self.type.lower()})"

    @classmethod
    def of(cls, words: str) -> Value:
        """The category that letters write so."""
        kind = "RESTRICTIVE"
        for other in ("PERMISSIVE", "INFORMATIVE"):
            if words.endswith(f" ({other.lower()})"):
                words, kind = words.removesuffix(f" ({other.lower()})"), other
        tag, divided, value = words.partition(": ")
        if not divided:
            tag, value = PLAIN_TAG, words
        return cls(tag, cast("Type", kind), value)


@dataclass(frozen=True, slots=True)
class Label:
    """A label: whose policy, which classification, and what restricts or releases.

    ``created_at`` and ``review_at`` are moments; a label we read may have no ``review_at``.
    ``originator`` is an identifier and ``originator_type`` of which kind, or both are empty.
    """

    policy: str
    classification: str
    values: tuple[Value, ...]
    created_at: str
    review_at: str = ""
    policy_uri: str = ""
    originator: str = ""
    originator_type: str = ""

    def __post_init__(self) -> None:
        fields.line(self.policy, "the label's policy", most=64)
        fields.line(self.classification, "the label's classification", most=64)
        for text in (self.policy, self.classification):
            if text != " ".join(text.split(" ")).strip() or "  " in text:
                raise MalformedError("the label has spaces too many", hint="Take them out.")
        fields.few(self.values, "the label's categories", VALUES_MAX)
        fields.distinct(self.values, "the label's categories")
        instant(self.created_at)
        fields.set_or(instant, self.review_at)
        if self.policy_uri and not self.policy_uri.startswith("urn:oid:"):
            raise MalformedError("the policy's URI is not urn:oid:", hint=_HINT)
        fields.line(self.policy_uri, "the policy's URI", empty=True)
        fields.line(self.originator, "the label's originator", empty=not self.originator_type)
        if self.originator:
            fields.one_of(self.originator_type, "the originator's kind", ID_TYPES)

    def categories(self) -> tuple[str, ...]:
        """Its categories as a letter writes them, less the caveats."""
        return tuple(value.words() for value in self.values if value.tag != CAVEAT_TAG)

    def caveats(self) -> tuple[str, ...]:
        """Its caveats."""
        return tuple(value.value for value in self.values if value.tag == CAVEAT_TAG)


def values(categories: Sequence[str], caveats: Sequence[str]) -> tuple[Value, ...]:
    """A letter's categories and caveats as a label's values."""
    said = [Value.of(words) for words in categories]
    return (*said, *(Value(CAVEAT_TAG, "RESTRICTIVE", words) for words in caveats))


def write(label: Label) -> bytes:
    """The label as XML that the standard's schema takes; it reads back as the same label."""
    rows = ['<?xml version="1.0" encoding="UTF-8"?>']
    review = f" ReviewDateTime={quoteattr(label.review_at)}" if label.review_at else ""
    rows.append(f'<slab:{ROOTS[0]} xmlns:slab="{NAMESPACE}"{review}>')
    rows.append("  <slab:ConfidentialityInformation>")
    uri = f" URI={quoteattr(label.policy_uri)}" if label.policy_uri else ""
    rows.append(f"    {_element('PolicyIdentifier', label.policy, uri)}")
    rows.append(f"    {_element('Classification', label.classification)}")
    for tag, kind in dict.fromkeys((value.tag, value.type) for value in label.values):
        rows.append(f'    <slab:Category Type="{kind}" TagName={quoteattr(tag)}>')
        rows += [
            f"      {_element('GenericValue', value.value)}"
            for value in label.values
            if (value.tag, value.type) == (tag, kind)
        ]
        rows.append("    </slab:Category>")
    rows.append("  </slab:ConfidentialityInformation>")
    if label.originator:
        kind_of = f" IDType={quoteattr(label.originator_type)}"
        rows.append(f"  {_element('OriginatorID', label.originator, kind_of)}")
    rows.append(f"  {_element('CreationDateTime', label.created_at)}")
    rows.append(f"</slab:{ROOTS[0]}>")
    return ("\n".join(rows) + "\n").encode()


def read(data: bytes) -> Label:
    """The label in an XML document.

    Raises:
        MalformedError: not a label, over a bound, hostile, or saying something we cannot keep.
    """
    root = _parse(data)
    if root.name not in ROOTS:
        raise _malformed(sentence("it is a {root}, not an originator's label", root=root.name[:40]))
    review = root.attributes({"ReviewDateTime", "Id"}).get("ReviewDateTime", "")
    info = root.one("ConfidentialityInformation")
    policy, level = info.one("PolicyIdentifier"), info.one("Classification")
    level.attributes(set())
    found: list[Value] = []
    for category in info.all("Category"):
        said = category.attributes({"Type", "TagName", "URI"})
        if {"Type", "TagName"} - set(said):
            raise _malformed("a category lacks its type or tag name")
        found += _values(category, said["TagName"], cast("Type", said["Type"]))
    found += [Value(CAVEAT_TAG, "RESTRICTIVE", mark.leaf()) for mark in info.all("PrivacyMark")]
    originators = root.all("OriginatorID")
    created = root.one("CreationDateTime").leaf()
    label = Label(
        policy=policy.leaf(),
        classification=level.leaf(),
        values=tuple(found),
        created_at=_moment(created),
        review_at=_moment(review) if review else "",
        policy_uri=policy.attributes({"URI"}).get("URI", ""),
        originator="".join(one.leaf() for one in originators[:1]),
        originator_type="".join(
            one.attributes({"IDType"}).get("IDType", "") for one in originators
        ),
    )
    info.done()
    root.done()
    return label


def _values(category: _Element, tag: str, kind: Type) -> list[Value]:
    given = category.all("GenericValue")
    category.done()
    for value in given:
        value.attributes(set())
    return [Value(tag, kind, value.leaf()) for value in given]


class _Element:
    """An element of the label's own namespace; what is taken from it cannot be forgotten."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.text = ""
        self.children: list[_Element] = []
        self._attributes = attributes
        self._taken: set[str] = set()

    def attributes(self, known: set[str]) -> dict[str, str]:
        """Its attributes, if there is none that we do not know."""
        for name in self._attributes:
            if name not in known:
                raise _malformed(
                    sentence(
                        "{name} has the attribute {name2}, which we cannot keep",
                        name=self.name,
                        name2=name[:40],
                    )
                )
        return self._attributes

    def all(self, name: str) -> list[_Element]:
        """Its children of this name."""
        self._taken.add(name)
        return [child for child in self.children if child.name == name]

    def one(self, name: str) -> _Element:
        """Its one child of this name."""
        found = self.all(name)
        if len(found) != 1:
            raise _malformed(
                sentence(
                    "there are {found} {name} in {self_name}, and there must be one",
                    found=len(found),
                    name=name,
                    self_name=self.name,
                )
            )
        return found[0]

    def leaf(self) -> str:
        """Its text, white space made one space; it has no children."""
        self.done()
        return " ".join(self.text.split())

    def done(self) -> None:
        """Refuse children that were not taken: they may restrict what we would let pass."""
        for child in self.children:
            if child.name not in self._taken:
                raise _malformed(
                    sentence("it has {child}, which we cannot keep", child=child.name[:40])
                )
        if self.children and self.text.strip(_SPACES):
            raise _malformed(sentence("there is loose text in {name}", name=self.name))


class _Reader:
    """Builds the few elements of a label, and stops at the first thing that no label has."""

    def __init__(self) -> None:
        self.root: _Element | None = None
        self._open: list[_Element] = []
        self._count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._count += 1
        if space != NAMESPACE:
            raise _malformed(sentence("{local} is not of the label's namespace", local=local[:40]))
        if self._count > ELEMENTS_MAX or len(self._open) >= DEPTH_MAX:
            raise _malformed("it has too many elements")
        made = _Element(local, attributes)
        if self._open:
            self._open[-1].children.append(made)
        else:
            self.root = made
        self._open.append(made)

    def end(self, _: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        self._open[-1].text += text

    def declared(self, _: str, encoding: str | None, __: int) -> None:
        if (encoding or "UTF-8").upper() not in {"UTF-8", "US-ASCII"}:
            raise _malformed("it is not in UTF-8")

    def hostile(self, *_: object) -> NoReturn:
        raise _malformed("it has a document type or an entity, which no label needs")


def _parse(data: bytes) -> _Element:
    if len(data) > SIZE_MAX:
        raise _malformed(sentence("it is larger than {size_max} KiB", size_max=SIZE_MAX >> 10))
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.XmlDeclHandler = reader.declared
    parser.StartDoctypeDeclHandler = reader.hostile
    parser.EntityDeclHandler = reader.hostile
    parser.ProcessingInstructionHandler = reader.hostile
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        raise _malformed("it is not well-formed XML in UTF-8") from exc
    assert reader.root is not None, "what is well-formed has a root"
    return reader.root


def _moment(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise _malformed(sentence("{text!r} is not a date and time", text=text[:40])) from exc
    if at.tzinfo is None:
        raise _malformed(sentence("{text!r} does not say its zone", text=text[:40]))
    return moment(at)


def _element(name: str, text: str, attributes: str = "") -> str:
    return f"<slab:{name}{attributes}>{escape(text)}</slab:{name}>"


def _malformed(what: str) -> MalformedError:
    return MalformedError("the label cannot be read: {what}", hint=_HINT, what=what)
