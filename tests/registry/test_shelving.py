"""Shelf after shelf: what is there and the old books do not have, and the other way round."""

from __future__ import annotations

import pytest

from cablegram.errors import MalformedError
from cablegram.model import check
from cablegram.registry import shelving
from cablegram.wire import balance

OLD = balance.read_csv(
    b"""cable,copy,office,outgoing,received,sheets,state,place,holder,owner,owner_cable,owner_copy,incoming
21405,1,beijing,3300,3.7.1951,2,issued,,stalin,,,,
21405,2,,,,2,filed,case 12,,,,,
21405,3,,,,2,in registry,"case 12, leaf 3",,,,,
21406,1,beijing,3301,4.7.1951,1,filed,case 13,,,,,
21406,2,,,,1,destroyed,,,,,,
,,,,,3,filed,case 12,,provost,77,2,575/2280
21407,,harbin,12,4.7.1951,,,,,,,,
"""
)


def close(*scanned, counted=(), place="case 12"):
    return shelving.close(OLD, counted, place, scanned, "moscow")


def rows(shelf, before=()):
    data = balance.write_csv([*(row.cells for row in before), *shelf.rows])
    return balance.read_csv(data)


def test_a_shelf_is_held_to_the_old_books():
    """Each copy once: as the books say, here and elsewhere by them, in no book, and not here."""
    found = close("21405/2\n", " 21405/1=2", "21406/1", "21499/7=4", "21405/2")
    assert ("21405/2",) == found.there
    assert (("21405/1", "issued stalin"), ("21406/1", "filed case 13")) == found.elsewhere
    assert ("21499/7",) == found.unknown
    assert {"21405/3", "575/2280"} == {name for name, _ in found.absent}
    assert ("21405/3", "in registry case 12, leaf 3") in found.absent
    written = {shelving.name_of(row.cells): row.cells for row in rows(found)}
    assert ("filed", "case 12", "2") == tuple(
        written["21405/1"][name] for name in ("state", "place", "sheets")
    )
    assert "holder" not in written["21405/1"]
    assert {"cable": "21499", "copy": "7", "sheets": "4", "state": "filed", "place": "case 12"} == (
        dict(written["21499/7"])
    )


def test_a_scanner_types_codes():
    """Our own code is our number; another office's is the stamp it bears here."""
    ours, theirs = check.code("moscow", 21405, 2), check.code("provost", 77, 2)
    found = close(ours, theirs, check.code("provost", 78, 1), f"21405/3-{_of('21405/3')}")
    assert ("21405/2", "575/2280", "21405/3") == found.there
    assert ("78/1 provost",) == found.unknown
    assert () == found.absent
    assert "78/1 provost" in [row.cells.get("incoming") for row in rows(found)]


def _of(name):
    return check.of_name("moscow", name)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("21405/2=", "does not say how many sheets"),
        ("21405/2=0", "does not say how many sheets"),
        ("21405/2=10000", "does not say how many sheets"),
        ("21405/2=two", "does not say how many sheets"),
        ("21405/2-AA", "the check characters of 21405/2 are not AA"),
        ("CG1:moscow:21405", "is not the code of a copy"),
    ],
)
def test_what_cannot_be_read(line, says):
    """It is read again; nothing of the shelf is written."""
    with pytest.raises(MalformedError, match=says):
        close("21405/3", line)


def test_a_copy_lies_on_one_shelf():
    """Seen before on another shelf it is told, and written once; the shelf does not lack it."""
    first = close("21405/2", "21405/3", "575/2280")
    counted = rows(first)
    again = close("21405/2", "21406/1", counted=counted, place="case 13")
    assert (("21405/2", "case 12"),) == again.before
    assert ("21406/1",) == again.there
    assert () == close(counted=counted).absent


def test_what_no_shelf_had():
    """Copies that lie at rest by the old books, and beside them all other rows as they stand."""
    lost, others = shelving.left(OLD, rows(close("21405/2", "575/2280")))
    assert ["21405/3", "21406/1"] == [shelving.name_of(cells) for cells in lost]
    assert ["21405/1", "21406/2", "21407"] == [shelving.name_of(cells) for cells in others]
    gone = shelving.missing(lost[0])
    assert ("missing", shelving.NOT_SEEN, None) == (
        gone["state"],
        gone["reason"],
        gone.get("place"),
    )


def test_a_telegram_that_we_sent_has_a_name_too():
    """A line of the register of what was sent is no copy, and is nobody's number."""
    assert "out 12" == shelving.name_of({"outgoing": "12", "direction": "out"})
