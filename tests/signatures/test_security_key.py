"""Security keys (PROTOCOL.u2f): touch and user verification are asked, and ssh-keygen agrees.

The token is played by a key in software that signs what a token signs; ``ssh-keygen`` judges.
"""

from __future__ import annotations

import shutil
import subprocess
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cablegram.errors import MalformedError, SealError
from cablegram.signatures import sshsig
from cablegram.signatures.sshsig import SECURITY_KEY, PublicKey

SPACE = "order@cablegram"
VERIFY = ("ssh-keygen", "-Y", "verify")
BODY = b'{"act":"issue"}'
TOKEN = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = PublicKey(SECURITY_KEY, TOKEN.public_key().public_bytes_raw(), "ssh:cablegram")


def touched(*, flags=0x05, counter=7, body=BODY, key=KEY, space=SPACE):
    """What a token answers: application, flags, counter and the hash, signed."""
    tail = bytes([flags]) + counter.to_bytes(4, "big")
    data = sshsig.signed_data(space, body)
    asked = sha256(key.application.encode()).digest() + tail + sha256(data).digest()
    return sshsig.armor(key, space, TOKEN.sign(asked) + tail)


def verify(signature, *, key=KEY, body=BODY):
    sshsig.verify(signature, namespace=SPACE, message=body, key=key)


def test_a_touched_and_verified_key_signs():
    """Present and verified; other flags of the token's are its own business."""
    for flags in (0x05, 0x0D, 0x1D):
        verify(touched(flags=flags))


@pytest.mark.parametrize(("flags", "says"), [(0x04, "not touched"), (0x01, "did not ask who")])
def test_presence_and_verification_are_asked(flags, says):
    """ssh-keygen says Good to both; we do not."""
    with pytest.raises(SealError, match=says):
        verify(touched(flags=flags))


@pytest.mark.parametrize("flags", [0x45, 0x85, 0xC5])
def test_flags_of_other_data(flags):
    """An assertion for SSH carries neither attested data nor extensions."""
    with pytest.raises(MalformedError, match="flags and counter"):
        verify(touched(flags=flags))


def test_what_it_is_held_to():
    """Another body, counter, application or key: it does not hold."""
    good = touched()
    with pytest.raises(SealError, match="does not hold"):
        verify(good, body=b"{}")
    raw = TOKEN.sign(b"x") + bytes([5, 0, 0, 0, 1])
    with pytest.raises(SealError, match="does not hold"):
        verify(sshsig.armor(KEY, SPACE, raw))
    other = PublicKey(SECURITY_KEY, KEY.raw, "ssh:other")
    with pytest.raises(SealError, match="by another key"):
        verify(good, key=other)
    with pytest.raises(MalformedError, match="flags and counter"):
        verify(sshsig.armor(KEY, SPACE, TOKEN.sign(b"x")[:64] + b"\x05"))


@pytest.mark.parametrize("application", ["", "https://a", "ssh:" + "x" * 61, "ssh:a b"])
def test_applications(application):
    """``ssh:`` and what follows, and only for a security key."""
    with pytest.raises(MalformedError):
        PublicKey(SECURITY_KEY, KEY.raw, application)
    with pytest.raises(MalformedError):
        PublicKey("ssh-ed25519", KEY.raw, "ssh:x")


def test_its_line_comes_back():
    """As OpenSSH writes it, to the byte; cut anywhere it is refused."""
    line = KEY.line()
    assert KEY == PublicKey.from_line(line + " makarov@token")
    blob = KEY.blob()
    for cut in range(len(blob)):
        with pytest.raises(MalformedError):
            PublicKey.from_blob(blob[:cut])


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here to judge")
@pytest.mark.parametrize("flags", [0x05, 0x01])
def test_ssh_keygen_verifies_it(tmp_path, flags):
    """Good, also where the token did not ask who touches it: that is ours to look at."""
    signers, signature = tmp_path / "signers", tmp_path / "order.sig"
    signers.write_text(f"makarov {KEY.line()}\n")
    signature.write_text(touched(flags=flags))
    ran = subprocess.run(
        [
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            signers,
            "-I",
            "makarov",
            "-n",
            SPACE,
            "-s",
            signature,
        ],
        input=BODY,
        capture_output=True,
        check=False,
    )
    assert (0, b"Good") == (ran.returncode, ran.stdout[:4]), ran.stderr
