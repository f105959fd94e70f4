"""The service key: Go's one-line form, a file for its owner alone, never overwritten."""

from __future__ import annotations

import os

import pytest

from cablegram.errors import MalformedError, SetUpError
from cablegram.ledger import signer
from cablegram.ledger.note import Note, Verifier
from cablegram.ledger.signer import Signer

# The example in the documentation of Go's note package.
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_key_of_another():
    """A key that another implementation wrote reads, and is written again as it stood."""
    made = Signer.decode(SKEY)
    assert ("PeterNeumann", VKEY) == (made.origin, made.vkey())
    assert SKEY == made.encode()
    note = Note.parse(made.sign("one\n").encode())
    assert {Verifier.parse(VKEY): None} == note.verify([Verifier.parse(VKEY)])


@pytest.mark.parametrize(
    "line",
    [
        "",
        SKEY[:-1],
        SKEY + "\n",
        SKEY.replace("PRIVATE+KEY+", ""),
        SKEY.replace("PRIVATE", "private"),
        SKEY.replace("c74f20a3", "c74f20a4"),
        SKEY.replace("+AYEK", "+AoEK"),
        SKEY.replace("DFz", ""),
        SKEY.replace("DFz", "DF?"),
        SKEY.replace("Peter", "Peter "),
    ],
)
def test_no_such_key(line):
    """A key file of another spelling is refused, and the refusal does not show it."""
    with pytest.raises(MalformedError) as refused:
        Signer.decode(line)
    assert "AYEK" not in str(refused.value)


def test_file(tmp_path):
    """The key file is its owner's alone and gives the same key again."""
    path = tmp_path / "ledger.key"
    made = signer.create(path, "mid.example/ledger", bytes(range(32)))
    assert 0o600 == path.stat().st_mode & 0o777
    assert made.vkey() == signer.load(path).vkey()


def test_is_not_overwritten(tmp_path):
    """A key that is there stays there: kept is what the refusal says is kept."""
    path = tmp_path / "ledger.key"
    path.write_text(SKEY)
    with pytest.raises(SetUpError) as refused:
        signer.create(path, "mid.example/ledger", bytes(32))
    assert "Nothing was changed." == refused.value.kept
    assert SKEY == path.read_text()


def test_readable_by_others(tmp_path):
    """A key that others may read is not used."""
    path = tmp_path / "ledger.key"
    path.write_text(SKEY)
    path.chmod(0o640)
    with pytest.raises(SetUpError, match="others"):
        signer.load(path)


def test_missing_or_damaged(tmp_path):
    """No file, and a file that holds something else, are told apart."""
    path = tmp_path / "ledger.key"
    with pytest.raises(SetUpError, match="there is no ledger key"):
        signer.load(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(descriptor, b"\xff" * 5000)
    os.close(descriptor)
    with pytest.raises(MalformedError):
        signer.load(path)
