"""Sealed files in both directions with tools not ours: pyrage, age, npm's age-encryption."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from cablegram.sealing import age, armor, shares
from cablegram.sealing.keys import OfficeKeys
from cablegram.sealing.passphrase import PassphraseRecipient
from cablegram.sealing.recipients import (
    HybridIdentity,
    X25519Identity,
    identity_from_text,
    recipient_from_text,
)

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "build/node/node_modules/age-encryption/dist/index.js"
SCRIPT = ROOT / "tests/interop/age.mjs"
SIZES = [0, 1, 65535, 65536, 65537, 200_000]

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
needs_npm = pytest.mark.skipif(
    shutil.which("node") is None or not PACKAGE.is_file(),
    reason="node or its package age-encryption is not installed (build/node)",
)


@pytest.fixture(scope="module")
def pyrage():
    return pytest.importorskip("pyrage", reason="pyrage is not installed")


# --- pyrage (Rust) ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_both_ways(pyrage, size):
    """pyrage opens what we seal to its x25519 key, and we open what it seals to ours."""
    text, ours, theirs = os.urandom(size), X25519Identity(b"x" * 32), pyrage.x25519.Identity
    their_key = theirs.generate()
    sealed = age.encrypt(text, [recipient_from_text(str(their_key.to_public()))])
    assert text == pyrage.decrypt(sealed, [their_key])

    our_key = pyrage.x25519.Recipient.from_str(str(ours.recipient()))
    assert text == age.decrypt(pyrage.encrypt(text, [our_key]), [ours])
    assert text == age.decrypt(armor.read(pyrage.encrypt(text, [our_key], armored=True)), [ours])


def test_pyrage_knows_our_identity(pyrage):
    """The same secret text gives the same recipient there and here."""
    ours = X25519Identity(b"x" * 32)
    assert str(ours.recipient()) == str(
        pyrage.x25519.Identity.from_str(ours.secret_text()).to_public()
    )


def test_pyrage_passphrase(pyrage):
    """pyrage opens what we seal with a passphrase (the other way is in the public vectors)."""
    sealed = age.encrypt(b"text", [PassphraseRecipient("шесть статей", log_n=10)])
    assert pyrage.passphrase.decrypt(sealed, "шесть статей") == b"text"


# --- age (Go) ---------------------------------------------------------------------------------


@needs_age
@pytest.mark.parametrize("size", SIZES)
def test_age_tool_both_ways(tmp_path, size):
    """``age`` opens what we seal to an x25519 key, and we open what it seals to that key."""
    text, key = os.urandom(size), X25519Identity(os.urandom(32))
    key_file = tmp_path / "key"
    key_file.write_text(key.secret_text() + "\n")

    def run(*words, data):
        return subprocess.run(["age", *words], input=data, capture_output=True, check=True).stdout

    sealed = age.encrypt(text, [key.recipient()])
    assert text == run("-d", "-i", key_file, data=sealed)
    assert text == run("-d", "-i", key_file, data=armor.write(sealed))
    assert text == age.decrypt(run("-r", str(key.recipient()), data=text), [key])
    assert text == age.decrypt(armor.read(run("-a", "-r", str(key.recipient()), data=text)), [key])


# --- age-encryption (TypeScript), which knows the hybrid keys ---------------------------------


def node(*jobs):
    words = ["node", SCRIPT, PACKAGE]
    text = json.dumps(jobs).encode()
    return json.loads(subprocess.run(words, input=text, capture_output=True, check=True).stdout)


def base64(data):
    return b64encode(data).decode()


@needs_npm
@pytest.mark.parametrize("made", [HybridIdentity, X25519Identity])
def test_npm_both_ways(made):
    """age-encryption opens what we seal, and we what it seals, to either kind of key."""
    ours = made(os.urandom(32))
    their_key = node({"what": "identity", "hybrid": made is HybridIdentity})[0]
    texts = [os.urandom(size) for size in SIZES]
    public = recipient_from_text(their_key["recipient"])
    jobs = [
        {
            "what": "open",
            "identity": their_key["identity"],
            "data": base64(age.encrypt(text, [public])),
        }
        for text in texts
    ]
    jobs += [
        {"what": "seal", "recipient": str(ours.recipient()), "data": base64(text)} for text in texts
    ]
    results = [b64decode(result) for result in node(*jobs)]

    assert public.raw == identity_from_text(their_key["identity"]).recipient().raw
    assert texts == results[: len(texts)]
    assert texts == [age.decrypt(sealed, [ours]) for sealed in results[len(texts) :]]


@needs_npm
def test_npm_opens_a_sealed_copy():
    """A sealed copy opens elsewhere: both halves, one exclusive or, then the content."""
    addressee = HybridIdentity(b"a" * 32)
    made = shares.make(b"Copy 2 of 4.", addressee.recipient())
    key = addressee.secret_text()
    half, share = (
        b64decode(result)
        for result in node(
            {"what": "open", "identity": key, "data": base64(made.half)},
            {"what": "open", "identity": key, "data": base64(made.share)},
        )
    )
    one_off = HybridIdentity(bytes(a ^ b for a, b in zip(half, share, strict=True))).secret_text()
    opened = node({"what": "open", "identity": one_off, "data": base64(made.content)})[0]
    assert b64decode(opened) == b"Copy 2 of 4."


@needs_npm
def test_npm_opens_the_office_key_file():
    """The office's key file opens with a passphrase elsewhere."""
    data = OfficeKeys.generate().to_file("шесть статей", log_n=10).decode()
    opened = node({"what": "openWithPassphrase", "passphrase": "шесть статей", "data": data})[0]
    assert json.loads(opened)["kind"] == "office-keys"
