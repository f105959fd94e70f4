"""What every Vault must keep: the promises of ports.Vault."""

from __future__ import annotations

import pytest

from cablegram.errors import StorageError


def test_what_was_put_comes_back(vault):
    """put then get; kinds and names are apart; names may be anything."""
    vault.put("name", "makarov", "Макаров".encode())
    vault.put("share", "makarov", b"\x00" * 32)
    vault.put("name", "../../x", b"")
    assert "Макаров".encode() == vault.get("name", "makarov")
    assert b"\x00" * 32 == vault.get("share", "makarov")
    assert b"" == vault.get("name", "../../x")
    assert vault.get("name", "vaganov") is None


def test_a_repeat_replaces(vault):
    """The last put counts."""
    vault.put("name", "makarov", b"one")
    vault.put("name", "makarov", b"another, longer")
    assert b"another, longer" == vault.get("name", "makarov")


def test_destroyed_is_gone_alone(vault):
    """destroy takes that one thing away; again, or of what never was, is harmless."""
    vault.put("name", "makarov", b"M")
    vault.put("name", "vaganov", b"V")
    vault.put("share", "makarov", b"S")
    vault.destroy("name", "makarov")
    vault.destroy("name", "makarov")
    vault.destroy("name", "nobody")
    vault.destroy("other", "nobody")
    assert vault.get("name", "makarov") is None
    assert b"V" == vault.get("name", "vaganov")
    assert b"S" == vault.get("share", "makarov")


def test_a_name_may_be_put_again_after_its_destruction(vault):
    """A new thing under an old name has a new key."""
    vault.put("name", "makarov", b"old")
    vault.destroy("name", "makarov")
    vault.put("name", "makarov", b"new")
    assert b"new" == vault.get("name", "makarov")


@pytest.mark.parametrize("kind", ["", "..", "a/b", "Name", "x" * 33, "name\n"])
def test_a_kind_is_a_word(vault, kind):
    """Kinds name folders, so they are plain words."""
    for verb in (lambda: vault.put(kind, "n", b""), lambda: vault.get(kind, "n")):
        with pytest.raises(StorageError, match="kind"):
            verb()
    with pytest.raises(StorageError, match="kind"):
        vault.destroy(kind, "n")
