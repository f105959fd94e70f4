"""Clocks (docs/spec/office-folder.md, "The clock")."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cablegram.errors import MalformedError, SetUpError
from cablegram.wiring import clock


def test_the_machines_clock_tells_the_machines_time(tmp_path):
    """An office without a clock of its own goes by the machine."""
    told = clock.choose(tmp_path, "machine")
    assert not told.own
    assert timedelta(seconds=5) > abs(datetime.now(UTC) - told.now())


def test_an_own_clock_stands_until_it_is_set_forward(tmp_path):
    """It stands, it goes forward, and back only in a drill."""
    clock.start(tmp_path / "clock", "1951-07-05T18:00:00Z")
    own = clock.choose(tmp_path, "own")
    assert isinstance(own, clock.OwnClock)
    assert own.own
    assert datetime(1951, 7, 5, 18, tzinfo=UTC) == own.now()
    own.set("1951-07-06T06:00:00Z")
    assert datetime(1951, 7, 6, 6, tzinfo=UTC) == own.now()
    with pytest.raises(SetUpError):
        own.set("1951-07-06T05:59:59Z")
    assert datetime(1951, 7, 6, 6, tzinfo=UTC) == own.now()
    own.set("1951-07-05T00:00:00Z", drill=True)
    assert datetime(1951, 7, 5, tzinfo=UTC) == own.now()


@pytest.mark.parametrize("data", [b"", b"tomorrow\n", b"1951-07-05T18:00:00Z\n\n", b"\xff\n"])
def test_a_file_without_a_moment_is_refused(tmp_path, data):
    """A clock that shows nothing is not guessed at."""
    (tmp_path / "clock").write_bytes(data)
    with pytest.raises(SetUpError):
        clock.choose(tmp_path, "own").now()


def test_a_clock_that_is_not_there_is_refused(tmp_path):
    """Nor is one that is gone."""
    with pytest.raises(SetUpError):
        clock.choose(tmp_path, "own").now()


def test_a_clock_can_be_mended_in_a_drill(tmp_path):
    """The order that the refusal names works."""
    own = clock.OwnClock(tmp_path / "clock")
    with pytest.raises(SetUpError) as caught:
        own.set("1951-07-05T18:00:00Z")
    assert "--drill" in caught.value.hint
    own.set("1951-07-05T18:00:00Z", drill=True)
    assert datetime(1951, 7, 5, 18, tzinfo=UTC) == own.now()


def test_not_a_moment_is_refused(tmp_path):
    """Only a moment is set."""
    with pytest.raises(MalformedError):
        clock.start(tmp_path / "clock", "18:00")
