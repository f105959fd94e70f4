"""SSHSIG signatures: OpenSSH's, the IETF's and ours, and everything that must be refused."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import CablegramError, MalformedError, SealError
from cablegram.sealing.keys import OfficeKeys, OfficerKey, ReceivingKey
from cablegram.sealing.recipients import Kind
from cablegram.signatures import sshsig, verify, verify_all
from cablegram.signatures.sshsig import COMPOSITE, ED25519, PublicKey

HERE = Path(__file__).parent
OPENSSH = HERE / "openssh"
NAMESPACE = "letter@cablegram"
MESSAGE = b"The six articles follow.\n"
OFFICE = OfficeKeys(bytes(range(32)), bytes(64), (ReceivingKey(1, Kind.HYBRID, bytes(32)),))
STRANGER = OfficerKey(b"s" * 32)
KEYS = OFFICE.public_keys()
SIGNATURES = OFFICE.sign(NAMESPACE, MESSAGE)

needs_ssh_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed"
)


def held(armored, *, namespace=NAMESPACE, message=MESSAGE, key=KEYS[0]):
    verify(armored, namespace=namespace, message=message, key=key)


def held_all(signatures, keys=KEYS):
    verify_all(signatures, namespace=NAMESPACE, message=MESSAGE, keys=keys)


def blob_of(armored):
    return b64decode("".join(armored.split("\n")[1:-2]))


def armored_as(blob, columns=70):
    text = b64encode(blob).decode()
    lines = [text[at : at + columns] for at in range(0, len(text), columns)]
    marks = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
    return "\n".join((marks[0], *lines, marks[1], ""))


def string(data):
    return len(data).to_bytes(4, "big") + data


# --- judged from outside ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ed25519", "mldsa44-ed25519"])
def test_openssh_signature_holds(name):
    """A signature that OpenSSH made holds, and no longer over other bytes."""
    key = PublicKey.from_line((OPENSSH / f"{name}.pub").read_text())
    armored = (OPENSSH / f"{name}.sig").read_text()
    namespace = (OPENSSH / "namespace").read_text().strip()
    message = (OPENSSH / "signed-data").read_bytes()

    held(armored, namespace=namespace, message=message, key=key)
    with pytest.raises(SealError, match="does not hold"):
        held(armored, namespace=namespace, message=message + b"\n", key=key)


def test_composite_is_the_drafts():
    """The composite signature of the draft's own vector holds, and the seeds give its key."""
    case = json.loads((HERE / "ietf" / "composite.json").read_text())
    public, seeds, signature, message = (b64decode(case[name]) for name in ("pk", "sk", "s", "m"))
    ours = OfficeKeys(bytes(32), seeds, OFFICE.receiving).public_keys()[1]

    assert public == ours.raw
    assert sshsig.composite_data(message).endswith(bytes.fromhex("00") + _sha512(message))
    # SSHSIG wraps the message first, so the draft's vector is held against the check beneath it.
    sshsig._CHECKS[COMPOSITE](sshsig.PublicKey(COMPOSITE, public), signature, message)


def _sha512(data):
    ran = subprocess.run(["sha512sum"], input=data, capture_output=True, check=True)
    return bytes.fromhex(ran.stdout.split()[0].decode())


@needs_ssh_keygen
@pytest.mark.parametrize("place", [0, 1])
def test_ssh_keygen_verifies_ours(tmp_path, place):
    """``ssh-keygen -Y verify`` says Good to our signatures, and no to an altered letter."""
    signers, signature = tmp_path / "signers", tmp_path / "letter.sig"
    signers.write_text(f"office {KEYS[place].line()}\n")
    signature.write_text(SIGNATURES[place])
    if place == 1 and not knows_composite(tmp_path):
        pytest.skip("this ssh-keygen does not know the composite signature (OpenSSH 10.4 does)")
    words = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "office", "-n", NAMESPACE]

    def judged(message):
        return subprocess.run(
            [*words, "-s", signature], input=message, capture_output=True, check=False
        )

    assert judged(MESSAGE).returncode == 0
    assert judged(MESSAGE + b" ").returncode != 0


def knows_composite(folder):
    key_file = folder / "companion.pub"
    key_file.write_text(KEYS[1].line() + "\n")
    ran = subprocess.run(["ssh-keygen", "-l", "-f", key_file], capture_output=True, check=False)
    return ran.returncode == 0


@needs_ssh_keygen
@pytest.mark.parametrize("hash_name", ["sha512", "sha256"])
def test_ssh_keygen_signs_for_us(tmp_path, hash_name):
    """A signature by ``ssh-keygen -Y sign`` with an officer's key file holds here."""
    officer = OfficerKey.generate()
    key_file, letter = tmp_path / "officer.key", tmp_path / "letter"
    key_file.write_bytes(officer.to_openssh())
    key_file.chmod(0o600)
    letter.write_bytes(MESSAGE)
    words = ["-Y", "sign", "-O", f"hashalg={hash_name}", "-n", NAMESPACE, "-f", key_file]
    subprocess.run(["ssh-keygen", *words, letter], check=True, capture_output=True)

    held((tmp_path / "letter.sig").read_text(), key=officer.public_key)


# --- one signature ----------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 1])
def test_ours_hold(place):
    """Both of the office's signatures hold against the card's keys."""
    held(SIGNATURES[place], key=KEYS[place])


@pytest.mark.parametrize("place", [0, 1])
def test_other_key_namespace_or_bytes_are_refused(place):
    """A signature stands for one key, one namespace and one message."""
    armored, key = SIGNATURES[place], KEYS[place]
    with pytest.raises(SealError, match="by another key"):
        held(armored, key=STRANGER.public_key)
    with pytest.raises(SealError, match="is for letter@cablegram, not for order@cablegram"):
        held(armored, key=key, namespace="order@cablegram")
    with pytest.raises(SealError, match="does not hold") as refused:
        held(armored, key=key, message=MESSAGE[:-1])
    assert refused.value.hint.endswith(".")


def test_composite_needs_both_halves():
    """A composite with one honest half and one of another key does not hold."""
    other = OfficeKeys(bytes(32), b"o" * 64, OFFICE.receiving)
    good = sshsig._parse(SIGNATURES[1]).raw
    bad = sshsig._parse(other.sign(NAMESPACE, MESSAGE)[1]).raw
    for raw in (good[:2420] + bad[2420:], bad[:2420] + good[2420:]):
        with pytest.raises(SealError, match="does not hold"):
            held(sshsig.armor(KEYS[1], NAMESPACE, raw), key=KEYS[1])


@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_every_flipped_bit_is_refused(data):
    """No bit of a signature can be turned and the signature still hold."""
    place = data.draw(st.integers(0, 1))
    blob = bytearray(blob_of(SIGNATURES[place]))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CablegramError):
        held(armored_as(bytes(blob)), key=KEYS[place])


@given(at=st.integers(0, len(SIGNATURES[0]) - 1), character=st.characters())
@settings(deadline=None, max_examples=150)
def test_every_changed_character_is_refused(at, character):
    """No character of the armor can be another one."""
    changed = SIGNATURES[0][:at] + character + SIGNATURES[0][at + 1 :]
    if changed != SIGNATURES[0]:
        with pytest.raises(CablegramError):
            held(changed)


ARMOR_FAULTS = {
    "no line feed at the end": SIGNATURES[0][:-1],
    "two line feeds at the end": SIGNATURES[0] + "\n",
    "CRLF": SIGNATURES[0].replace("\n", "\r\n"),
    "other columns": armored_as(blob_of(SIGNATURES[0]), columns=64),
    "space before": " " + SIGNATURES[0],
    "space in a line": SIGNATURES[0].replace("\nU1NI", "\n U1NI"),
    "other mark": SIGNATURES[0].replace("SSH SIGNATURE", "SSH  SIGNATURE"),
    "only marks": "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
    "nothing": "",
    "not ASCII": SIGNATURES[0].replace("U1NI", "Ü1NI"),
    "too long": armored_as(blob_of(SIGNATURES[0]) + bytes(sshsig.SIGNATURE_MAX)),
    "bytes after the end": armored_as(blob_of(SIGNATURES[0]) + b"\0"),
    "cut off": armored_as(blob_of(SIGNATURES[0])[:-1]),
}


@pytest.mark.parametrize("fault", ARMOR_FAULTS)
def test_armor_has_one_spelling(fault):
    """Armor that OpenSSH would read but not write is refused."""
    with pytest.raises(MalformedError):
        held(ARMOR_FAULTS[fault])


def test_fields_have_one_spelling():
    """Each field of the blob is what it must be: version, reserved, hash, namespace, algorithm."""
    raw = sshsig._parse(SIGNATURES[0]).raw
    key, signature = KEYS[0].blob(), string(b"ssh-ed25519") + string(raw)
    good = [key, NAMESPACE.encode(), b"", b"sha512", signature]
    start = b"SSHSIG" + b"\0\0\0\1"

    def spelled(fields, start=start):
        return armored_as(start + b"".join(map(string, fields)))

    held(spelled(good))
    faults = [
        spelled(good, b"SSHSIG\0\0\0\2"),
        spelled(good, b"SSHSIh\0\0\0\1"),
        spelled([key, NAMESPACE.encode(), b"x", b"sha512", signature]),
        spelled([key, NAMESPACE.encode(), b"", b"sha1", signature]),
        spelled([key, NAMESPACE.encode(), b"", b"md5", signature]),
        spelled([key, b"", b"", b"sha512", signature]),
        spelled([key, b"letter cablegram", b"", b"sha512", signature]),
        spelled([key, b"l" * 65, b"", b"sha512", signature]),
        spelled([*good[:4], string(COMPOSITE.encode()) + string(raw)]),
        spelled([*good[:4], signature + b"\0"]),
        spelled([*good[:4], string(b"ssh-ed25519")]),
        spelled([key + b"\0", *good[1:]]),
        spelled([string(b"ssh-ed25519") + string(bytes(31)), *good[1:]]),
        spelled([string(b"ssh-rsa") + string(bytes(32)), *good[1:]]),
        spelled(good[:4]),
        spelled([]),
    ]
    for text in faults:
        with pytest.raises(MalformedError):
            held(text)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("change", [b"", b"\0", None])
def test_raw_signature_of_another_size_is_refused(place, change):
    """A raw signature that is empty, longer or shorter than the algorithm's does not hold."""
    raw = sshsig._parse(SIGNATURES[place]).raw
    other = {b"": b"", b"\0": raw + b"\0", None: raw[:-1]}[change]
    with pytest.raises(CablegramError):
        held(sshsig.armor(KEYS[place], NAMESPACE, other), key=KEYS[place])


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("byte", [b"\0", b"\xff"])
def test_key_that_is_no_point_verifies_nothing(place, byte):
    """A key of the right size that is no key at all holds no signature, and breaks nothing."""
    raw = sshsig._parse(SIGNATURES[place]).raw
    key = PublicKey(KEYS[place].algorithm, byte * len(KEYS[place].raw))
    with pytest.raises(SealError, match="does not hold"):
        held(sshsig.armor(key, NAMESPACE, raw), key=key)


# --- a card's worth of signatures -------------------------------------------------------------


def test_every_key_of_the_card_signs_once():
    """All signatures together hold, in any order."""
    held_all(SIGNATURES)
    held_all(SIGNATURES[::-1])


@pytest.mark.parametrize(("kept", "missing"), [(0, COMPOSITE), (1, ED25519)])
def test_stripped_signature_is_refused_by_name(kept, missing):
    """Taking one signature away is refused, and the refusal names it."""
    with pytest.raises(SealError, match=f"the {missing} signature by sha256:.* is missing"):
        held_all([SIGNATURES[kept]])


def test_stranger_twin_and_empty_card_are_refused():
    """No key signs twice, nobody signs beside the card, and no card means no check."""
    with pytest.raises(SealError, match="not on the signer's card"):
        held_all([*SIGNATURES, STRANGER.sign(NAMESPACE, MESSAGE)])
    with pytest.raises(SealError, match="stands there 2 times"):
        held_all([*SIGNATURES, SIGNATURES[1]])
    with pytest.raises(SealError, match="no key"):
        held_all([], keys=())


def test_one_bad_signature_spoils_all():
    """A card's signatures hold together or not at all."""
    other = OFFICE.sign(NAMESPACE, b"Other words.\n")
    for mixed in ([SIGNATURES[0], other[1]], [other[0], SIGNATURES[1]]):
        with pytest.raises(SealError, match="does not hold"):
            held_all(mixed)
    with pytest.raises(MalformedError):
        held_all([SIGNATURES[0], "nonsense"])


# --- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.algorithm)
def test_key_reads_what_it_writes(key):
    """A key's blob and line read back; a comment on the line is not looked at."""
    assert key == PublicKey.from_blob(key.blob())
    assert key == PublicKey.from_line(key.line())
    assert key == PublicKey.from_line(key.line() + " chief@office 1951\n")


def test_key_is_named_by_its_raw_bytes():
    """The key id is the SHA-256 of the raw bytes (this one of 32 zeros, by sha256sum)."""
    expected = "sha256:66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
    assert expected == PublicKey(ED25519, bytes(32)).key_id()


@pytest.mark.parametrize(
    ("algorithm", "size"), [(ED25519, 31), (COMPOSITE, 32), ("ssh-rsa", 32), ("", 0)]
)
def test_key_of_another_kind_or_size_is_refused(algorithm, size):
    """A key that exists has a known algorithm and its size."""
    with pytest.raises(MalformedError):
        PublicKey(algorithm, bytes(size))


def test_key_line_has_one_spelling():
    """A line that names another algorithm, or is no base64, is refused."""
    line = KEYS[0].line()
    text = line.split()[1]
    faults = [
        "",
        text,
        "ssh-ed25519",
        f"ssh-rsa {text}",
        f"ssh-ed25519  {text}",
        f"ssh-ed25519 {text[:-1]}",
        f"ssh-ed25519 {text[:-4]}",
        f"ssh-ed25519 {text}AAAA",
        f"ssh-ed25519 {text[:-1]}é",
        f'from="host" {line}',
        KEYS[1].line()[:1800] + "A" * 5000,
    ]
    for fault in faults:
        with pytest.raises(MalformedError):
            PublicKey.from_line(fault)
