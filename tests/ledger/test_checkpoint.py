"""Checkpoints: three lines and no second spelling of them."""

from __future__ import annotations

import pytest

from cablegram.errors import LedgerError, MalformedError
from cablegram.ledger import checkpoint, merkle
from cablegram.ledger.checkpoint import Checkpoint
from cablegram.ledger.note import SigningKey

# The example of c2sp.org/tlog-checkpoint.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ORIGIN = "mid.example/ledger"
KEY = SigningKey(ORIGIN, bytes(range(32)))
TEXT = EXAMPLE.replace("example.com/behind-the-sofa", ORIGIN)


def test_example():
    """The specification's example reads and is written again as it stood."""
    head = Checkpoint.parse(EXAMPLE)
    assert ("example.com/behind-the-sofa", 20852163) == (head.origin, head.size)
    assert "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62" == head.root.hex()
    assert EXAMPLE == head.text()


def test_extensions_are_kept():
    """Further lines, which others may write, are read and written again."""
    head = Checkpoint.parse(EXAMPLE + "more\nand more\n")
    assert ("more", "and more") == head.extensions
    assert EXAMPLE + "more\nand more\n" == head.text()


@pytest.mark.parametrize(
    "text",
    [
        "",
        EXAMPLE[:-1],
        "\n" + EXAMPLE,
        EXAMPLE + "\n",
        EXAMPLE + "more",
        EXAMPLE + "more\n\nand more\n",
        EXAMPLE.replace("20852163", "020852163"),
        EXAMPLE.replace("20852163", "+20852163"),
        EXAMPLE.replace("20852163", "-1"),
        EXAMPLE.replace("20852163", " 20852163"),
        EXAMPLE.replace("20852163", "20_852_163"),
        EXAMPLE.replace("20852163", "\u0662"),
        EXAMPLE.replace("20852163", ""),
        EXAMPLE.replace("20852163", str(2**53)),
        EXAMPLE.replace("20852163", "1" * 5000),
        EXAMPLE.replace("20852163", "0"),
        EXAMPLE.replace("q2I=", "q2J="),
        EXAMPLE.replace("q2I=", "q2I"),
        EXAMPLE.replace("CsUY", ""),
        EXAMPLE.replace("\n", "\r\n"),
        EXAMPLE.replace("example", "exam\tple"),
        EXAMPLE.replace("example", "x" * 256),
        "x\n3\n",
    ],
)
def test_no_such_checkpoint(text):
    """Text that we would not have written is refused."""
    with pytest.raises(MalformedError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, bytes(32), ()),
        ("a\nb", 1, bytes(32), ()),
        ("a", 1, bytes(31), ()),
        ("a", -1, bytes(32), ()),
        ("a", 0, bytes(32), ()),
        ("a", 1, bytes(32), ("",)),
        ("a", 1, bytes(32), ("b\nc",)),
    ],
)
def test_no_such_head(origin, size, root, extensions):
    """A head that its text could not say does not exist."""
    with pytest.raises(MalformedError):
        Checkpoint(origin, size, root, extensions)


def test_empty_tree():
    """The head of no leaves has the empty root."""
    head = Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT)
    assert f"{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" == head.text()


def test_opening():
    """A checkpoint opens under its own ledger's key."""
    head = checkpoint.open(KEY.sign(TEXT).encode(), KEY.verifier)
    assert Checkpoint.parse(TEXT) == head.checkpoint
    assert {KEY.verifier: None} == head.signed


def test_of_another_ledger():
    """A checkpoint of another origin, or signed by a witness alone, is not the ledger's own."""
    with pytest.raises(LedgerError, match="is not mid"):
        checkpoint.open(KEY.sign(EXAMPLE).encode(), KEY.verifier)
    other = SigningKey("other.example/ledger", b"o" * 32)
    with pytest.raises(LedgerError, match="is not mid"):
        checkpoint.open(other.sign(TEXT).encode(), KEY.verifier, [other.verifier])
