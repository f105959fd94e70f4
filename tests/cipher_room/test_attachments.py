"""Attachments that a letter names and that are something else."""

from __future__ import annotations

import pytest

from cablegram import circuits
from cablegram.wire import canonical
from cablegram.wire.wording import Attachment
from rooms import line_of, saved

LETTERS = [{"en": f"The {word} paragraph.\n".encode()} for word in ("first", "second", "third")]


@pytest.fixture
def line():
    return line_of("beijing", "eighth")


def send(desk, to="eighth", text=0):
    return desk.send(desk.draft((to,), LETTERS[text]))


def items(desk, office="beijing", direction="in"):
    with desk.office.view() as view:
        return list(view.circuit_items.find("", office, direction))


def incoming(desk, digest):
    with desk.office.view() as view:
        return view.incoming.get(digest)


def carried(beijing, eighth):
    """What beijing has in its tray, taken in at eighth: telegrams only."""
    beijing.carry()
    return [one for one in eighth.take_in() if one.kind == "telegram"]


def put(desk, data, claimed="beijing"):
    """Bytes that somebody laid at the carrier, taken in."""
    taken = circuits.keep(data, claimed, desk.bureau)
    desk.head()
    return taken


def test_an_attachments_digest_cannot_hide_another_offices_telegram():
    """A sender may name any digest as its attachment: what our keys open is a telegram."""
    (beijing, rogue, eighth), _ = line_of("beijing", "rogue", "eighth")
    send(beijing)
    sealed = beijing.bureau.blobs.get(items(beijing, "eighth", "out")[0].sealed)
    lie = attachment_named(sealed)
    rogue.bureau.blobs.put(sealed)
    lying = rogue.draft(("eighth",), attachments=(lie,), keys=(("a.pdf", SEED),))
    for late in (False, True):
        eighth_books = saved(eighth)
        if not late:
            put(eighth, sealed)
        rogue_books = saved(rogue)
        rogue.send(lying)
        letter = reseal_first(rogue, eighth)
        opened = eighth.open(put(eighth, letter, "rogue").digest)
        assert 1 == opened["cable_number"]
        if late:
            assert "attachment" == put(eighth, sealed).state
        digest = canonical.digest(sealed)
        if not late:
            assert "waiting" == incoming(eighth, digest).state
        told = eighth.open(digest)
        assert ("beijing", 0) == (told["office"], told["repeat"])
        assert "opened" == incoming(eighth, digest).state
        eighth_books()
        rogue_books()


def reseal_first(desk, to):
    return desk.bureau.blobs.get(items(desk, to.office.name, "out")[0].sealed)


SEED = canonical.encode_bytes(bytes(32))


def attachment_named(sealed):
    return Attachment(
        name="a.pdf",
        media_type="application/pdf",
        size=1,
        sha256=canonical.digest(b"x"),
        sealed_sha256=canonical.digest(sealed),
        sealed_size=len(sealed),
        recipient=canonical.digest(b"y"),
    )


def test_an_attachments_digest_does_not_touch_a_paper_that_came_in(line):
    """Only what could be an attachment is marked as one."""
    (beijing, eighth), _ = line
    send(beijing)
    (taken,) = carried(beijing, eighth)
    eighth.carry()
    (receipt,) = beijing.take_in()
    data = beijing.bureau.blobs.get(receipt.digest)
    eighth.bureau.blobs.put(data)
    eighth.send(
        eighth.draft(("beijing",), attachments=(attachment_named(data),), keys=(("a.pdf", SEED),))
    )
    letter = reseal_first(eighth, beijing)
    beijing.open(put(beijing, letter, "eighth").digest)
    assert "entered" == incoming(beijing, receipt.digest).state
    assert taken.digest
