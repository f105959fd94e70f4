"""Telegrams sealed and opened: what holds, what is refused, and by whom else it is opened."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samples
from cablegram.errors import CablegramError, CircuitError, MalformedError, SealError
from cablegram.sealing import age, envelope
from cablegram.sealing.keys import OfficeKeys
from cablegram.sealing.recipients import Kind
from cablegram.wire import canonical, card, padding
from cablegram.wire import envelope as envelopes
from vectors import telegrams
from vectors.telegrams import BEIJING, CARDS, CASES, HARBIN, HYBRID, MOSCOW, PYONGYANG

VECTORS = sorted((Path(__file__).resolve().parents[1] / "vectors/telegram").glob("*.vector"))
AT = "1951-07-05T18:00:00Z"


def unseal(sealed, keys=MOSCOW, me="moscow"):
    return envelope.unseal(sealed, keys, me=me, find_card=CARDS.get)


def sealed_for(office, *, letter=None, texts=samples.TEXTS, keys=(), **changes):
    """A telegram from beijing, by ``seal`` itself."""
    signed = envelope.sign_letter(letter or samples.letter(), BEIJING)
    to = CARDS[office]
    receiving = card.current(to, AT)
    outer = samples.envelope(
        letter=canonical.digest(signed.body), to=office, to_key=receiving.name, keys=keys
    )
    return envelope.seal(
        changes.pop("signed", signed),
        texts,
        replace(outer, **{k: v for k, v in changes.items() if k not in {"to_card", "receiving"}}),
        changes.get("to_card", to),
        changes.get("receiving", receiving),
        BEIJING,
    )


def judge(expect, says, sealed):
    """The error of that name, with those words and the claim of what is kept; or accepted."""
    if expect == "accepted":
        assert dict(samples.TEXTS) == unseal(sealed).bodies
        return
    with pytest.raises(CablegramError) as refused:
        unseal(sealed)
    assert expect == type(refused.value).__name__
    assert says in str(refused.value)
    assert "The sealed bytes are in the incoming tray." == refused.value.kept
    assert refused.value.hint.endswith(".")


@pytest.mark.parametrize("name", CASES)
def test_a_telegram_with_one_fault_is_refused_for_it(name):
    """Each step of the plan has its own clear error."""
    make, expect, says, _ = CASES[name]
    judge(expect, says, make())


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_is_judged_as_its_header_says(path):
    """Telegrams sealed once, that every later version must judge alike."""
    head, _, sealed = path.read_bytes().partition(b"\n\n")
    header = dict(line.split(": ", 1) for line in head.decode().split("\n"))
    judge(header["expect"], header.get("says", ""), sealed)


def test_broken_vectors_outnumber_good_ones():
    """And all that are listed are there."""
    assert set(telegrams.FILES) == {path.stem for path in VECTORS}
    assert 2 * sum(path.stem.startswith("good") for path in VECTORS) < len(VECTORS)


@pytest.mark.parametrize("office", ["moscow", "harbin"])
def test_what_was_sealed_is_what_is_opened(office):
    """Letter, texts, envelope and kind come out as they went in."""
    opened = unseal(sealed_for(office, attempt=2), telegrams.OFFICES[office], office)
    assert samples.letter() == opened.letter
    assert dict(samples.TEXTS) == opened.bodies
    assert (office, "beijing", 2, 12) == (
        opened.envelope.to,
        opened.envelope.office,
        opened.envelope.attempt,
        opened.envelope.circuit_number,
    )
    assert {"moscow": Kind.HYBRID, "harbin": Kind.X25519}[office] == opened.kind
    assert "sha256:" + sha256(opened.letter_body).hexdigest() == opened.letter_digest
    assert opened.envelope.letter == opened.letter_digest
    assert 2 == len(opened.letter_signatures)
    assert canonical.digest(envelopes.encode(opened.envelope)) == opened.envelope_digest


@settings(deadline=None, max_examples=15)
@given(st.text("абв \n", min_size=1, max_size=3000), st.integers(0, 200))
def test_a_telegram_of_any_length_opens(text, subject):
    """The envelope's size is right at every length, and the whole has a PADMÉ length."""
    texts = {"body.ru.md": f"я{text}".encode()}
    letter = samples.letter(subject="x" * subject, parts=samples.parts(texts))
    sealed = sealed_for("harbin", letter=letter, texts=texts)
    opened = unseal(sealed, HARBIN, "harbin")
    assert texts == opened.bodies
    plain = age.decrypt(sealed, HARBIN.identities())
    assert padding.padded_size(opened.envelope.size) == len(plain)


def test_the_size_is_found_where_the_stand_ins_were_shorter():
    """A letter signed in another way only costs a round more."""
    signed = envelope.sign_letter(samples.letter(), BEIJING)
    short = envelope.SignedLetter(signed.body, signed.signatures[:1])
    sealed = sealed_for("moscow", signed=short)
    plain = age.decrypt(sealed, MOSCOW.identities())
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        stated = envelopes.decode(archive.extractfile("envelope.json").read())
        end = archive.getmembers()[-1]
    assert stated.size == end.offset_data + end.size + -end.size % 512 + 1024
    with pytest.raises(SealError, match="was taken off"):
        unseal(sealed)


def test_every_flip_is_refused():
    """One bit of every header byte, and of many in the payload."""
    sealed = telegrams.build()
    header = sealed.index(b"\n---") + 64
    places = [*range(0, header, 3), *range(header, len(sealed), 61), len(sealed) - 1]
    for place in places:
        flipped = bytearray(sealed)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(CablegramError):
            unseal(bytes(flipped))


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_any_flip_is_refused(data):
    """Anywhere, any bits of a byte."""
    sealed = SEALED
    place = data.draw(st.integers(0, len(sealed) - 1))
    flipped = bytearray(sealed)
    flipped[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CablegramError):
        unseal(bytes(flipped))


SEALED = telegrams.build()


def test_every_cut_is_refused():
    """No beginning of a telegram opens."""
    for end in range(0, len(SEALED), 97):
        with pytest.raises(CablegramError):
            unseal(SEALED[:end])
    with pytest.raises(SealError):
        unseal(SEALED + b"x")


def test_an_honest_telegram_sealed_again_to_a_third_office_is_refused():
    """The receiver cannot forward the sender's signed words as if sent there."""
    plain = age.decrypt(sealed_for("moscow"), MOSCOW.identities())
    forwarded = age.encrypt(plain, [PYONGYANG.receiving[0].recipient()])
    with pytest.raises(CircuitError, match="was not sealed by it to this office"):
        unseal(forwarded, PYONGYANG, "pyongyang")


def test_a_signature_that_the_newest_card_asks_for_cannot_be_left_out():
    """An office whose card has one algorithm more since then is held to both."""
    sealed = telegrams.build(
        letter={"office": "harbin"},
        envelope={"office": "harbin"},
        signed_by=telegrams.Sender(HARBIN, HARBIN),
        change=lambda members: [m for m in members if "mldsa44" not in m[0]],
    )
    assert dict(samples.TEXTS) == unseal(sealed).bodies
    newer = CARDS | {"harbin": telegrams.office_card("harbin", HARBIN)}
    with pytest.raises(SealError, match="was taken off"):
        envelope.unseal(sealed, MOSCOW, me="moscow", find_card=newer.get)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"letter": samples.DIGEST}, CircuitError, "another letter"),
        ({"office": "harbin"}, CircuitError, "another letter"),
        ({"to": "harbin"}, CircuitError, "another office or key"),
        ({"to_key": samples.DIGEST}, CircuitError, "another office or key"),
        ({"keys": (("a", samples.SEED),)}, MalformedError, "one key for each"),
    ],
)
def test_an_envelope_that_does_not_fit_is_not_sealed(changes, error, says):
    """Letter, sender, receiver, key and attachment keys are held before sealing."""
    signed = envelope.sign_letter(samples.letter(), BEIJING)
    receiving = card.current(CARDS["moscow"], AT)
    outer = replace(
        samples.envelope(letter=canonical.digest(signed.body), to_key=receiving.name, keys=()),
        **changes,
    )
    with pytest.raises(error, match=says):
        envelope.seal(signed, samples.TEXTS, outer, CARDS["moscow"], receiving, BEIJING)


def test_texts_that_the_letter_does_not_name_are_not_sealed():
    """The texts are held to the letter's digests before sealing."""
    with pytest.raises(MalformedError, match="is not the text"):
        sealed_for("moscow", texts=samples.TEXTS | {"body.ru.md": b"x"})


@pytest.mark.parametrize("epoch", [4, 9])
def test_nothing_is_sealed_to_a_weaker_or_unknown_key(epoch):
    """An x25519 key behind a hybrid one, or a key that is not on the card."""
    keys = CARDS["moscow"].receiving
    chosen = keys[3] if epoch == 4 else samples.receiving(9)
    with pytest.raises(CircuitError, match="may not be sealed to"):
        sealed_for("moscow", receiving=chosen, to_key=chosen.name)


def test_an_x25519_telegram_goes_where_nothing_else_is_offered():
    """To a card without a hybrid key, and the kind says so."""
    assert card.CLASSICAL == card.current(CARDS["harbin"], AT).kind
    assert Kind.X25519 == unseal(sealed_for("harbin"), HARBIN, "harbin").kind
    assert HYBRID == unseal(sealed_for("moscow")).kind


@settings(deadline=None, max_examples=15)
@given(st.binary(max_size=5000))
def test_an_attachment_comes_back(data):
    """Its fields are what anyone reckons, and its length is padded."""
    sealed = envelope.seal_attachment(data, name="map.png", media_type="image/png")
    named = sealed.attachment
    assert data == envelope.open_attachment(sealed.sealed, named, sealed.seed)
    assert (len(data), "sha256:" + sha256(data).hexdigest()) == (named.size, named.sha256)
    assert "sha256:" + sha256(sealed.sealed).hexdigest() == named.sealed_sha256
    assert len(sealed.sealed) == named.sealed_size
    assert sealed.seed not in repr(sealed)


def test_an_attachment_travels_with_its_telegram():
    """Its key is in the envelope and nowhere in the letter."""
    sealed = envelope.seal_attachment(b"map", name="map.png", media_type="image/png")
    letter = samples.letter(attachments=(sealed.attachment,))
    opened = unseal(sealed_for("moscow", letter=letter, keys=(("map.png", sealed.seed),)))
    assert sealed.seed.encode() not in opened.letter_body
    ((_, seed),) = opened.envelope.keys
    (named,) = opened.letter.attachments
    assert b"map" == envelope.open_attachment(sealed.sealed, named, seed)


def test_an_attachment_that_is_not_the_named_one_is_refused():
    """Its bytes first, then its key, then what was in it."""
    one = envelope.seal_attachment(b"one", name="a", media_type="image/png")
    two = envelope.seal_attachment(b"two", name="a", media_type="image/png")
    for sealed in (two.sealed, one.sealed[:-1], one.sealed[:-1] + b"\0"):
        with pytest.raises(SealError, match="sealed file is not"):
            envelope.open_attachment(sealed, one.attachment, one.seed)
    with pytest.raises(SealError, match="key is not the one"):
        envelope.open_attachment(one.sealed, one.attachment, two.seed)
    lied = replace(one.attachment, sha256=samples.DIGEST)
    with pytest.raises(SealError, match="attachment is not the one"):
        envelope.open_attachment(one.sealed, lied, one.seed)
    with pytest.raises(MalformedError, match="hidden in the padding"):
        envelope.open_attachment(one.sealed, replace(one.attachment, size=2), one.seed)
    with pytest.raises(MalformedError, match="spelled"):
        envelope.open_attachment(one.sealed, one.attachment, "AA")


def test_an_attachment_past_the_bound_is_not_sealed(monkeypatch):
    """The bound is on the plain bytes."""
    monkeypatch.setattr(envelope, "ATTACHMENT_SIZE_MAX", 2)
    with pytest.raises(MalformedError, match="larger than 2 bytes"):
        envelope.seal_attachment(b"one", name="a", media_type="image/png")


TOOLS = ("age", "tar", "ssh-keygen", "sha256sum")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]


def run(*words, cwd, given=None):
    return subprocess.run(
        words, cwd=cwd, input=given, capture_output=True, check=True, timeout=30
    ).stdout


@pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}")
def test_a_telegram_is_opened_without_us(tmp_path):
    """age, tar, ssh-keygen and sha256sum alone, to an x25519 card."""
    (tmp_path / "telegram.age").write_bytes(sealed_for("harbin"))
    identity = HARBIN.receiving[0].identity.secret_text()
    (tmp_path / "key.txt").write_text(f"{identity}\n")
    line = CARDS["beijing"].signing[0]
    (tmp_path / "allowed_signers").write_text(f"beijing {line}\n")
    opened = run("age", "-d", "-i", "key.txt", "telegram.age", cwd=tmp_path)
    run("tar", "x", cwd=tmp_path, given=opened)
    for document in ("letter", "envelope"):
        body = (tmp_path / f"{document}.json").read_bytes()
        told = run(
            *("ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "beijing"),
            *("-n", f"{document}@cablegram", "-s", f"{document}.json.ed25519.sig"),
            cwd=tmp_path,
            given=body,
        )
        assert told.startswith(b'Good "%s@cablegram" signature for beijing' % document.encode())
    summed = run("sha256sum", "letter.json", *samples.TEXTS, cwd=tmp_path).decode().split()
    digests = dict(zip(summed[1::2], summed[::2], strict=True))
    assert digests["letter.json"] in (tmp_path / "envelope.json").read_text()
    letter = (tmp_path / "letter.json").read_text()
    for name, text in samples.TEXTS.items():
        assert digests[name] in letter
        assert text == (tmp_path / name).read_bytes()


def test_keys_are_fixed():
    """The vectors stay readable: the same office has the same keys in every run."""
    assert isinstance(MOSCOW, OfficeKeys)
    assert MOSCOW.public_keys() == telegrams.office_keys("moscow", HYBRID).public_keys()
