"""Labels of ADatP-4774: written, read back, and what is refused of others' labels."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.errors import MalformedError
from cablegram.wire import label
from cablegram.wire.label import Label, Value

FULL = Label(
    policy="EXAMPLE",
    classification="RESTRICTED",
    values=(
        Value("Special Handling", "RESTRICTIVE", "ALPHA"),
        Value("Releasable To", "PERMISSIVE", "XAA"),
        Value("Releasable To", "PERMISSIVE", "XBB"),
        Value("Administrative", "INFORMATIVE", "STAFF & <HEAD>"),
        Value("Caveat", "RESTRICTIVE", "copying prohibited"),
    ),
    created_at="2026-09-26T12:00:00Z",
    review_at="2031-09-26T00:00:00Z",
    policy_uri="urn:oid:2.25.283505922519774543341581604402970826256",
    originator="author@example.org",
    originator_type="rfc822Name",
)
# Written by hand from the standard's schema, not by our writer.
THEIRS = """<?xml version="1.0" encoding="UTF-8"?>
<!-- another system's spelling -->
<originatorConfidentialityLabel xmlns="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
    Id="l1" ReviewDateTime="2031-09-26T02:00:00+02:00">
 <ConfidentialityInformation>
  <PolicyIdentifier URI="urn:oid:2.25.283505922519774543341581604402970826256"> EXAMPLE
  </PolicyIdentifier><Classification>RESTRICTED</Classification>
  <Category Type="RESTRICTIVE" TagName="Special Handling" URI="urn:oid:2.25.1.1">
   <GenericValue>ALPHA</GenericValue></Category>
  <Category TagName="Releasable To" Type="PERMISSIVE">
   <GenericValue>XAA</GenericValue><GenericValue>XBB</GenericValue></Category>
  <Category TagName="Administrative" Type="INFORMATIVE">
   <GenericValue><![CDATA[STAFF & <HEAD>]]></GenericValue></Category>
  <Category TagName="Caveat" Type="RESTRICTIVE">
   <GenericValue>copying&#32;prohibited</GenericValue></Category>
 </ConfidentialityInformation>
 <OriginatorID IDType="rfc822Name">author@example.org</OriginatorID>
 <CreationDateTime>2026-09-26T12:00:00.000Z</CreationDateTime>
</originatorConfidentialityLabel>
"""


def test_another_systems_spelling_is_the_same_label():
    """Default namespace, order of attributes, offsets, white space, CDATA, references."""
    assert FULL == label.read(THEIRS.encode())


def test_what_is_written_has_the_standards_shape():
    """Names, namespace, order and the two times that the standard requires."""
    text = label.write(FULL).decode()
    assert text.index("PolicyIdentifier") < text.index("Classification>") < text.index("Category")
    assert text.index("OriginatorID") < text.index("CreationDateTime")
    assert 'xmlns:slab="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"' in text
    assert 'ReviewDateTime="2031-09-26T00:00:00Z"' in text
    assert 1 == text.count('TagName="Releasable To"')
    assert "STAFF &amp; &lt;HEAD&gt;" in text
    assert FULL == label.read(text.encode())


def test_a_letters_words_become_values_and_come_back():
    """Plain, with a tag, of another type; caveats under their own tag."""
    words = ("Releasable To: XAA (permissive)", "ATOMAL", "Administrative: STAFF (informative)")
    made = label.values(words, ("copying prohibited",))
    said = replace(FULL, values=made)
    assert (words, ("copying prohibited",)) == (said.categories(), said.caveats())
    assert Value("Category", "RESTRICTIVE", "ATOMAL") == made[1]


def test_the_least_label_there_is():
    """Policy, classification and when it was made; older labels have another root."""
    least = Label("SU", "SECRET", (), "1951-07-03T12:00:00Z")
    written = label.write(least).decode()
    assert least == label.read(written.encode())
    assert not any(word in written for word in ("ReviewDateTime", "OriginatorID", "URI"))
    older = written.replace("originatorConfidentialityLabel", "ConfidentialityLabel")
    assert least == label.read(older.encode())


def put(text, old, new):
    """The label with one thing changed."""
    assert old in text
    return text.replace(old, new, 1)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n<originator'
BROKEN = {
    "a bomb of entities": ("<originator", BOMB),
    "an outside entity": ("<originator", '<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<originator'),
    "an undefined entity": ("ALPHA", "&alpha;"),
    "a processing instruction": ("<!-- another system's spelling -->", "<?php x ?>"),
    "another encoding": ('encoding="UTF-8"', 'encoding="UTF-16"'),
    "an open element": ("</CreationDateTime>", ""),
    "another namespace": ("label:1:0", "label:2:0"),
    "another root": ("originatorConf", "metadataConf"),
    "no policy": ("PolicyIdentifier URI", "Policy URI"),
    "two classifications": (
        "<Classification>",
        "<Classification>A</Classification><Classification>",
    ),
    "an empty classification": ("RESTRICTED<", "<"),
    "a URI on the classification": ("<Classification>", '<Classification URI="urn:oid:1">'),
    "a policy URI that is no oid": ('URI="urn:oid:2.25.28', 'URI="https://2.25.28'),
    "a type in small letters": ('"PERMISSIVE"', '"permissive"'),
    "a category without a type": (' Type="PERMISSIVE"', ""),
    "a category without a tag name": (' TagName="Releasable To"', ""),
    "a value of another kind": (
        "<GenericValue>ALPHA</",
        "<IntegerValue>7</IntegerValue><GenericValue>ALPHA</",
    ),
    "a value with children": ("ALPHA", "<GenericValue>A</GenericValue>"),
    "an attribute on a value": ("<GenericValue>ALPHA", '<GenericValue a="b">ALPHA'),
    "an element of its own": ("<Category Type", "<Marking>X</Marking><Category Type"),
    "a successor": ("</originatorConf", "<SuccessionHandling/></originatorConf"),
    "two creation times": (
        "<CreationDateTime>",
        "<CreationDateTime>2026-01-01T00:00:00Z</CreationDateTime><CreationDateTime>",
    ),
    "no creation time": ("CreationDateTime>2026-09-26T12:00:00.000Z", "CreationDateTime>"),
    "a time that is none": ("2026-09-26T12:00:00.000Z", "yesterday"),
    "a time without a zone": ("00.000Z", "00.000"),
    "an unknown kind of originator": ("rfc822Name", "pigeon"),
    "an originator without a kind": (' IDType="rfc822Name"', ""),
    "an unknown attribute of the root": ('Id="l1"', 'Colour="red"'),
    "loose text": ("<ConfidentialityInformation>", "<ConfidentialityInformation>and more"),
    "a hidden character": ("ALPHA", "AL\u202ePHA"),
    "one value twice": ("XBB", "XAA"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_label_with_one_fault(fault):
    """Each refused with a hint, by name; nothing is dropped in silence."""
    old, new = BROKEN[fault]
    text = put(THEIRS, old, new)
    if fault == "no policy":
        text = put(text, "</PolicyIdentifier>", "</Policy>")
    if fault == "another root":
        text = put(text, "</originatorConf", "</metadataConf")
    if fault == "no creation time":
        text = put(text, "<CreationDateTime></CreationDateTime>", "")
    with pytest.raises(MalformedError) as refused:
        label.read(text.encode())
    assert refused.value.hint.endswith(".")


def test_a_label_over_a_bound_is_refused_soon():
    """Size, elements, depth, values."""
    deep = "<originatorConfidentialityLabel xmlns='" + label.NAMESPACE + "'>" + "<a>" * 10_000
    many = put(THEIRS, "<GenericValue>XAA</GenericValue>", "<GenericValue>X</GenericValue>" * 200)
    few = "".join(f"<GenericValue>X{n}</GenericValue>" for n in range(40))
    for data in (
        b" " * (label.SIZE_MAX + 1),
        deep.encode(),
        many.encode(),
        put(THEIRS, "<GenericValue>XAA</GenericValue>", few).encode(),
        b"",
        b"\xff\xfe<\x00",
    ):
        with pytest.raises(MalformedError):
            label.read(data)


def test_a_privacy_mark_is_kept_as_a_caveat():
    """It says what may not be done, in words."""
    text = put(THEIRS, "</Classification>", "</Classification><PrivacyMark>EYES ONLY</PrivacyMark>")
    assert "EYES ONLY" in label.read(text.encode()).caveats()


@pytest.mark.parametrize(
    "changes",
    [{"policy": " SU"}, {"classification": "TOP  SECRET"}, {"policy": ""}, {"created_at": "now"}],
    ids=str,
)
def test_a_label_that_would_not_read_back_is_none(changes):
    """Spaces that XML would fold, and what the schema needs."""
    with pytest.raises(MalformedError):
        replace(FULL, **changes)


WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=20
).filter(lambda text: label.fields.clean(text, "it") if _is_clean(text) else False)


def _is_clean(text):
    from cablegram.model.text import unclean

    return unclean(text) is None


@given(policy=WORDS, level=WORDS, words=st.lists(WORDS, max_size=5, unique=True))
def test_whatever_can_be_said_reads_back(policy, level, words):
    """Markup, quotes and all scripts."""
    made = replace(
        FULL,
        policy=policy,
        classification=level,
        values=tuple(Value(f"Tag {n}", "RESTRICTIVE", text) for n, text in enumerate(words)),
    )
    assert made == label.read(label.write(made))


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_be_refused(data):
    """Read or refused, never a fault."""
    for text in (data, THEIRS.encode()[:150] + data, THEIRS.encode()[:-40] + data):
        with suppress(MalformedError):
            label.read(text)
