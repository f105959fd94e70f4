"""Key files: the office's and an officer's, what comes back and what must be refused."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from cablegram.errors import MalformedError, SealError, SetUpError
from cablegram.sealing import age, armor
from cablegram.sealing.keys import OfficeKeys, OfficerKey, ReceivingKey
from cablegram.sealing.passphrase import PassphraseIdentity, PassphraseRecipient
from cablegram.sealing.recipients import HybridIdentity, Kind, X25519Identity
from cablegram.signatures import verify, verify_all
from cablegram.wire import canonical

FIRST = ReceivingKey(1, Kind.HYBRID, b"1" * 32)
SECOND = ReceivingKey(2, Kind.X25519, b"2" * 32)
OFFICE = OfficeKeys(b"s" * 32, b"c" * 64, (FIRST, SECOND))
PHRASE = "шесть статей"

try:
    import bcrypt  # noqa: F401
except ImportError:
    HAS_BCRYPT = False
else:
    HAS_BCRYPT = True


def document():
    """What stands inside the office's key file, spelled out by hand."""
    return {
        "companion_seed": canonical.encode_bytes(b"c" * 64),
        "kind": "office-keys",
        "receiving": [
            {"epoch": 1, "kind": "mlkem768x25519", "seed": canonical.encode_bytes(b"1" * 32)},
            {"epoch": 2, "kind": "x25519", "seed": canonical.encode_bytes(b"2" * 32)},
        ],
        "signing_seed": canonical.encode_bytes(b"s" * 32),
        "v": 1,
    }


def sealed(value):
    recipient = PassphraseRecipient(PHRASE, log_n=1)
    return armor.write(age.encrypt(canonical.encode(value), [recipient]))


# --- the office -------------------------------------------------------------------------------


def test_key_file_is_as_the_page_says():
    """The key file holds the fields of its page and reads back."""
    data = OFFICE.to_file(PHRASE, log_n=1)
    inside = age.decrypt(armor.read(data), [PassphraseIdentity(PHRASE)])

    assert data.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert document() == canonical.decode(inside)
    assert (
        OFFICE
        == OfficeKeys.from_file(data, PHRASE)
        == OfficeKeys.from_file(sealed(document()), PHRASE)
    )


def test_wrong_passphrase_is_refused():
    """Another passphrase is said to be one; an empty one seals nothing."""
    with pytest.raises(SealError, match="passphrase does not open"):
        OfficeKeys.from_file(OFFICE.to_file(PHRASE, log_n=1), "p")
    with pytest.raises(SealError):
        OFFICE.to_file("")


def change(**fields):
    return document() | fields


RECEIVING = document()["receiving"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        change(v=2),
        change(kind="officer-keys"),
        change(more="x"),
        change(signing_seed=7),
        change(signing_seed="AAAA"),
        change(companion_seed=canonical.encode_bytes(bytes(63))),
        change(companion_seed="***"),
        change(receiving=[]),
        change(receiving={}),
        change(receiving=["AAAA"]),
        change(receiving=RECEIVING[::-1]),
        change(receiving=[RECEIVING[0], RECEIVING[0]]),
        change(receiving=[RECEIVING[0] | {"epoch": 0}]),
        change(receiving=[RECEIVING[0] | {"epoch": "1"}]),
        change(receiving=[RECEIVING[0] | {"kind": "scrypt"}]),
        change(receiving=[RECEIVING[0] | {"seed": "AAAA"}]),
        change(receiving=[RECEIVING[0] | {"more": "x"}]),
        change(receiving=[RECEIVING[0] | {"epoch": n} for n in range(1, 66)]),
    ],
)
def test_other_contents_are_refused(value):
    """Each field is there, of its type, size and order, and no other."""
    with pytest.raises(MalformedError) as refused:
        OfficeKeys.from_file(sealed(value), PHRASE)
    assert refused.value.hint.endswith(".")


def test_file_that_is_not_armored_is_refused():
    """The office's key file is text; anything else is refused before the passphrase is tried."""
    with pytest.raises(MalformedError):
        OfficeKeys.from_file(armor.read(OFFICE.to_file(PHRASE, log_n=1)), PHRASE)


def test_epochs_are_opened_newest_first():
    """What is sealed to any epoch's key opens, and the newest key is tried first."""
    identities = OFFICE.identities()
    assert [X25519Identity, HybridIdentity] == [type(key) for key in identities]
    for key in OFFICE.receiving:
        sealed_to = age.encrypt(b"text", [key.recipient()])
        assert age.decrypt(sealed_to, identities) == b"text"
        assert age.decrypt(sealed_to, [key.identity]) == b"text"


def test_generate_draws_what_it_needs():
    """New keys come from the given randomness and from nothing else; two offices differ."""
    drawn = OfficeKeys.generate(lambda size: b"r" * size, kind=Kind.X25519)
    assert drawn == OfficeKeys(b"r" * 32, b"r" * 64, (ReceivingKey(1, Kind.X25519, b"r" * 32),))
    assert OfficeKeys.generate() != OfficeKeys.generate()
    assert Kind.HYBRID is OfficeKeys.generate().receiving[0].kind


def test_office_signs_with_every_key():
    """One signature for each key of the card, and they hold together."""
    signatures = OFFICE.sign("letter@cablegram", b"text")
    assert len(OFFICE.public_keys()) == len(signatures) == 2
    verify_all(signatures, namespace="letter@cablegram", message=b"text", keys=OFFICE.public_keys())


def test_no_repr_shows_a_secret():
    """The repr of keys names what is public at most."""
    for key in (OFFICE, FIRST, OfficerKey(b"s" * 32), OFFICE._companion, FIRST.identity):
        shown = repr(key)
        assert not any(letter * 8 in shown for letter in "sc12")
        assert canonical.encode_bytes(b"s" * 32) not in shown


# --- an officer -------------------------------------------------------------------------------


def test_officer_key_comes_back():
    """The key file is OpenSSH's and reads back."""
    key = OfficerKey.generate()
    data = key.to_openssh()
    again = OfficerKey.from_openssh(data)

    assert data.startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert key.public_key == again.public_key
    assert key.public_key.key_id() in repr(key)
    signature = again.sign("order@cablegram", b"text")
    verify(signature, namespace="order@cablegram", message=b"text", key=key.public_key)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_ssh_keygen_reads_ours_and_we_its(tmp_path):
    """``ssh-keygen`` finds the same public key in our file, and we in its file."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    key = OfficerKey.generate()
    ours.write_bytes(key.to_openssh())
    ours.chmod(0o600)
    shown = subprocess.run(["ssh-keygen", "-y", "-f", ours], capture_output=True, check=True)
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "chief", "-f", theirs]
    subprocess.run(words, check=True)

    assert key.public_key.line() == " ".join(shown.stdout.decode().split()[:2])
    line = theirs.with_suffix(".pub").read_text()
    assert line == OfficerKey.from_openssh(theirs.read_bytes()).public_key.line() + " chief\n"


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_officer_key_with_a_passphrase(tmp_path):
    """A passphrase works where bcrypt is, and is refused with an order to install it elsewhere."""
    theirs = tmp_path / "theirs"
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", theirs]
    subprocess.run(words, check=True)
    if HAS_BCRYPT:
        OfficerKey.from_openssh(theirs.read_bytes(), "passphrase")
        data = OfficerKey(b"s" * 32).to_openssh("passphrase")
        OfficerKey.from_openssh(data, "passphrase")
        with pytest.raises(MalformedError, match="passphrase is another"):
            OfficerKey.from_openssh(data, "other")
    else:
        with pytest.raises(SetUpError, match="bcrypt"):
            OfficerKey.from_openssh(theirs.read_bytes(), "passphrase")
        with pytest.raises(SetUpError, match="bcrypt"):
            OfficerKey(b"s" * 32).to_openssh("passphrase")
    with pytest.raises(SealError, match="do not go together"):
        OfficerKey.from_openssh(theirs.read_bytes())


def test_passphrase_for_a_key_file_without_one_is_refused():
    """A passphrase for a file that has none is not passed over in silence."""
    with pytest.raises(SealError, match="do not go together"):
        OfficerKey.from_openssh(OfficerKey(b"s" * 32).to_openssh(), "passphrase")


def test_missing_bcrypt_is_said(monkeypatch):
    """Without bcrypt a passphrase is refused with an order to install it, reading and writing."""
    from cryptography.exceptions import UnsupportedAlgorithm

    from cablegram.sealing import keys

    def lacking(*words):
        raise UnsupportedAlgorithm("bcrypt")

    monkeypatch.setattr(keys.serialization, "load_ssh_private_key", lacking)
    monkeypatch.setattr(keys.serialization, "BestAvailableEncryption", lacking)
    with pytest.raises(SetUpError, match="bcrypt"):
        OfficerKey.from_openssh(b"", "passphrase")
    with pytest.raises(SetUpError, match="bcrypt"):
        OfficerKey(b"s" * 32).to_openssh("passphrase")


def test_other_key_files_are_refused():
    """A damaged file, or a key of another kind, is refused and nothing of it is shown."""
    other = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    with pytest.raises(MalformedError, match="not an Ed25519"):
        OfficerKey.from_openssh(other)
    for data in (b"", b"nonsense", OfficerKey(b"s" * 32).to_openssh()[:200]):
        with pytest.raises(MalformedError, match="cannot be read"):
            OfficerKey.from_openssh(data)
    with pytest.raises(MalformedError, match="32 bytes"):
        OfficerKey(b"short")


def test_empty_passphrase_is_refused():
    """A key file with an empty passphrase would only look protected."""
    with pytest.raises(SealError, match="empty"):
        OfficerKey(b"s" * 32).to_openssh("")
