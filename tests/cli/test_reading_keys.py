"""A new reading key's file: gone where nothing stands on it, kept where something does."""

from __future__ import annotations

import pytest

from cablegram import cli
from cablegram.errors import LedgerError
from cablegram.wiring import tools
from cablegram.wiring.desk import Office
from folders import founding


@pytest.fixture
def root(tmp_path):
    return tools.init_office(tmp_path / "moscow", founding()).root


def new(root, path):
    line = ["--office", str(root), "--as", "makarov", "officer", "reading-key", "new"]
    return cli.run([*line, "--identity", str(path)])


def test_a_key_that_was_enrolled_is_kept_though_its_head_failed(root, tmp_path, monkeypatch):
    """The order stands in the books: without the file nothing sealed to it would ever open."""

    def fails(office):
        raise LedgerError("no head today", hint="Try again.")

    monkeypatch.setattr(Office, "head", fails)
    assert 6 == new(root, tmp_path / "kept.age")
    assert (tmp_path / "kept.age").is_file()


def test_a_key_whose_order_is_refused_is_gone(root, tmp_path, monkeypatch):
    """Nothing stands on it."""
    from cablegram import registry

    def refuses(*given, **rest):
        raise LedgerError("not today", hint="Try again.")

    monkeypatch.setattr(registry, "perform", refuses)
    assert 6 == new(root, tmp_path / "gone.age")
    assert not (tmp_path / "gone.age").exists()
