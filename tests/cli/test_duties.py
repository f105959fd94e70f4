"""``duties`` at the command line: what a person and what a timer is told."""

from __future__ import annotations

import json

BY = ("--as", "makarov")
PAPER = ("--paper", "--sheets", 2)


def test_duties_tell_a_person_and_a_timer(run):
    """Nothing due is 0; a copy that must go back makes it 20, with the command that does it."""
    assert (0, "", True) == ((said := run("duties"))[0], said[1], "nothing is due" in said[2])
    limit = ("--limit", "1951-07-06T00:00")
    assert 0 == run(*BY, "accept", "21497/2", "--from", "beijing", *PAPER, *limit)[0]
    status, out, _ = run("duties", "--as-of", "1951-07-07T00:00")
    assert 20 == status, out
    assert "late  must leave  1" in out
    assert "cablegram dispatch 1 --to beijing --carrier WHO" in out
    status, out, _ = run("--json", "duties", "--within", 0, "--as-of", "1951-07-07T00:00")
    assert (20, "must leave") == (status, json.loads(out)["duties"][0]["kind"])
    assert 0 == run("duties", "--kind", "alarm")[0]
    assert 0 == run("duties", "--as-of", "1951-01-01T00:00")[0]
    status, _, err = run("duties", "--kind", "nonsense")
    assert (3, True) == (status, "Use one of alarm, missing" in err)
