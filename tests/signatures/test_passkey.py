"""Passkey signatures: one fault a file, judged by us and by ssh-keygen (docs/spec/passkey.md)."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from cablegram import errors
from cablegram.errors import CablegramError, MalformedError, SealError
from cablegram.signatures import passkey, sshsig
from cablegram.signatures.passkey import ORDER, PASSKEY, Assertion
from cablegram.signatures.sshsig import SECURITY_KEY, PublicKey

HERE = Path(__file__).parent
VECTORS = sorted((HERE.parent / "vectors" / "passkey").glob("*.vector"))
SPACE = "order@cablegram"

needs_ssh_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="no ssh-keygen here to judge"
)


def load(name):
    """The header, key line, order and signature of a vector."""
    head, _, data = (
        (HERE.parent / "vectors" / "passkey" / f"{name}.vector").read_bytes().partition(b"\n\n")
    )
    line, order, signature = data.split(b"\n", 2)
    said = dict(row.split(": ", 1) for row in head.decode().split("\n"))
    return said, line.decode(), order, signature.decode()


def verify(line, order, signature, namespace=SPACE):
    key = PublicKey.from_line(line)
    sshsig.verify(signature, namespace=namespace, message=order, key=key)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_is_judged_as_its_header_says(path):
    """The header's error, its words in the message, and three sentences; or accepted."""
    said, line, order, signature = load(path.stem)
    if said["expect"] == "accepted":
        verify(line, order, signature)
        return
    with pytest.raises(CablegramError) as refused:
        verify(line, order, signature)
    assert said["expect"] == type(refused.value).__name__
    assert getattr(errors, said["expect"]) is type(refused.value)
    assert said.get("says", "") in str(refused.value)
    assert not str(refused.value).endswith(".")
    assert refused.value.hint.endswith(".")


@needs_ssh_keygen
@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_ssh_keygen_says_what_the_header_says(path, tmp_path):
    """All that we accept is Good to it; much that it calls Good we refuse."""
    said, line, order, signature = load(path.stem)
    if said["openssh"] == "unasked":
        pytest.skip("what ssh-keygen says to it is its own business")
    assert (said["openssh"] == "good") == judged(tmp_path, line, order, signature)


def judged(folder, line, order, signature):
    allowed, made = folder / "allowed", folder / "order.sig"
    allowed.write_text(f"makarov {line}\n")
    made.write_text(signature)
    words = ["-f", allowed, "-I", "makarov", "-n", SPACE, "-s", made]
    ran = subprocess.run(
        ["ssh-keygen", "-Y", "verify", *words], input=order, capture_output=True, check=False
    )
    return (ran.returncode, ran.stdout[:4]) == (0, b"Good")


def test_broken_vectors_outnumber_good_ones():
    """And among the broken there are many that ssh-keygen calls Good: those are why we look."""
    heads = [load(path.stem)[0] for path in VECTORS]
    good = [head for head in heads if head["expect"] == "accepted"]
    passed = [head for head in heads if head["expect"] != "accepted" and head["openssh"] == "good"]
    assert 10 == len(good)
    assert len(heads) - len(good) > 6 * len(good)
    assert len(passed) > 30


def test_what_a_browser_made_for_openssh_itself():
    """OpenSSH's own vector holds under its key, and is no order: another host, no verification."""
    folder = HERE / "openssh"
    line, signature = (folder / "webauthn.pub").read_text(), (folder / "webauthn.sig").read_text()
    namespace = (folder / "namespace").read_text().strip()
    said = {"namespace": namespace, "message": (folder / "signed-data").read_bytes()}
    key = PublicKey.from_line(line)
    assert ("mindrot.org", line.split()[1]) == (key.application, key.line().split()[1])
    # Its s is the greater of the two.  Turned, all that stands before the flags holds.
    with pytest.raises(MalformedError, match="the greater of two"):
        sshsig.verify(signature, key=key, **said)
    with pytest.raises(SealError, match="did not ask who touched it"):
        sshsig.verify(turned(key, signature, namespace), key=key, **said)


def turned(key, signature, namespace):
    """The signature with the smaller s, spelled out by hand."""
    raw = sshsig._parse(signature).raw
    size = int.from_bytes(raw[:4], "big")
    numbers, rest = raw[4 : 4 + size], raw[4 + size :]
    r, s = numbers[: 4 + numbers[3]], numbers[8 + numbers[3] :]
    smaller = (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    assert smaller[0] < 0x80
    numbers = r + bytes([0, 0, 0, 32]) + smaller
    return sshsig.armor(key, namespace, bytes([0, 0, 0, len(numbers)]) + numbers + rest)


def test_for_another_order_or_namespace():
    """What was signed is this order, in this namespace."""
    _, line, order, signature = load("good")
    with pytest.raises(SealError, match="signed something else"):
        verify(line, order + b" ", signature)
    with pytest.raises(SealError, match="is for order@cablegram"):
        verify(line, order, signature, namespace="login@cablegram")


@pytest.mark.parametrize("host", ["desk.localhost", "sign.example.org"])
def test_the_same_point_for_another_host_is_another_key(host):
    """Though it has the same name: the line of the appointment says for which host."""
    _, line, order, signature = load("good")
    key = PublicKey.from_line(line)
    other = PublicKey(PASSKEY, key.raw, host)
    with pytest.raises(SealError, match="by another key"):
        verify(other.line(), order, signature)
    # Nor does it help to write the other line into the signature.
    again = sshsig.armor(other, SPACE, sshsig._parse(signature).raw)
    with pytest.raises(SealError, match="does not hold"):
        verify(other.line(), order, again)


def test_its_line_comes_back():
    """As OpenSSH writes it, to the byte; cut anywhere it is refused."""
    _, line, _, _ = load("good")
    key = PublicKey.from_line(line + " makarov@sign.localhost")
    assert (line, "sign.localhost", 65) == (key.line(), key.application, len(key.raw))
    for cut in range(len(key.blob())):
        with pytest.raises(MalformedError):
            PublicKey.from_blob(key.blob()[:cut])
    with pytest.raises(MalformedError):
        PublicKey(SECURITY_KEY, bytes(32), "sign.localhost")
    with pytest.raises(MalformedError):
        PublicKey(PASSKEY, key.raw)


def test_every_flipped_bit_is_refused():
    """Whatever is done to a good signature, it is refused with one of our errors."""
    _, line, order, signature = load("good")
    blob = bytearray(b64decode("".join(signature.split("\n")[1:-2])))
    for place in range(len(blob)):
        for mask in (1, 0x20, 0x80):
            blob[place] ^= mask
            with pytest.raises(CablegramError):
                verify(line, order, armored(bytes(blob)))
            blob[place] ^= mask


def armored(blob):
    text = b64encode(blob).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    marks = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
    return "\n".join((marks[0], *lines, marks[1], ""))


def test_an_answer_is_cut_anywhere():
    """What cannot be read is malformed, wherever it ends."""
    _, _, _, signature = load("extensions")
    raw = sshsig._parse(signature).raw
    assert raw == Assertion.read(raw).spelled()
    for cut in range(len(raw)):
        with pytest.raises(MalformedError):
            Assertion.read(raw[:cut])


def test_client_data_that_nests():
    """However deep it goes, within its bound: refused, and nothing breaks."""
    _, line, _, signature = load("good")
    key = PublicKey.from_line(line)
    found = Assertion.read(sshsig._parse(signature).raw)
    for deep in (b"[" * 2000, b'{"a":' * 400):
        changed = Assertion(found.r, found.s, found.flags, 0, found.origin, deep, found.extensions)
        with pytest.raises(MalformedError, match="JSON"):
            passkey.check(key.raw, key.application, changed.spelled(), b"")
