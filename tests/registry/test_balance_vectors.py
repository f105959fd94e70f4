"""Files of old books with one fault each: the dry run names the row, the column and what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cablegram import errors
from cablegram.model.handling import default_series
from cablegram.registry import balances
from offices import found

VECTORS = sorted((Path(__file__).parents[1] / "vectors" / "balance").glob("*.csv"))


@pytest.fixture(scope="module")
def office():
    return found(regime=replace(default_series("T", "the Eighth Department"), short_content=True))


def read(path):
    head, _, data = path.read_bytes().partition(b"\n\n")
    said = dict(line.split(": ", 1) for line in head.decode().splitlines())
    return said, data


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_file_has_one_fault_or_none(office, path):
    """Good ones are counted; of a bad one there is one fault, where the header says."""
    said, data = read(path)
    before = office.dump()
    if said["expect"] == "MalformedError":
        with office.view() as view, pytest.raises(errors.MalformedError) as refused:
            balances.read(view, data, office.bureau, "")
        assert said["says"] in str(refused.value)
        assert said["do"] in refused.value.hint
    else:
        with office.view() as view:
            seen = balances.read(view, data, office.bureau, "")
        if said["expect"] == "accepted":
            assert (said["telegrams"], said["copies"]) == (str(seen.telegrams), str(seen.copies))
            assert () == seen.faults
        else:
            (fault,) = seen.faults
            assert (said["row"], said["column"]) == (str(fault.row), fault.column)
            assert said["says"] in fault.what
            assert said["do"] in fault.do
            assert fault.do.endswith(".")
    assert before == office.dump()


def test_there_are_more_bad_files_than_good():
    """Each column has a bad file of its own, as far as anything in it can be wrong."""
    heads = [path.read_bytes().partition(b"\n\n")[0].decode() for path in VECTORS]
    faulty = {
        line.split(": ")[1] for head in heads for line in head.splitlines() if "column" in line
    }
    assert 2 * sum("accepted" in head for head in heads) < len(heads)
    named = {"cable", "copy", "made", "office", "outgoing", "series", "received", "print", "whom"}
    named |= {"sheets", "state", "place", "holder", "due", "with", "direction", "incoming"}
    assert named <= faulty
