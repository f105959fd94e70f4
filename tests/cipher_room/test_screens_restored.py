"""P7: copies that were never opened do not open after their return, whatever backup is restored.

A backup has the books, the blobs and the ledger; the vault is in none (docs/spec/backup.md).
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from cablegram.errors import CablegramError, SealError
from cablegram.model.acts import State
from cablegram.model.handling import default_series
from cablegram.registry import screens
from cablegram.sealing import policy, shares
from cablegram.storage.vault import FolderVault
from offices import CHIEF, later
from rooms import line_of, saved
from screened import HOLDER, IDENTITY, appoint, enrol, files

COPIES = 64 if os.environ.get("CABLEGRAM_SOAK") else 12
TELEGRAMS = 16 if os.environ.get("CABLEGRAM_SOAK") else 1
"""A thousand and more where there is time for it: a tenth of what the promise is tested with."""


@pytest.fixture
def world(tmp_path):
    """An office whose vault lies on a disk, and telegrams whose copies are all for one person."""
    (moscow, beijing), _ = line_of("moscow", "beijing")
    office = moscow.office
    bureau = replace(moscow.bureau, vault=FolderVault(tmp_path / "vault"))
    office.bureau, moscow.room._in = bureau, replace(moscow.room._in, bureau=bureau)
    regime = default_series("T", "here")
    office.settle(replace(regime, standing=("addressee",) * COPIES))
    appoint(office, HOLDER, "reader")
    office.cover("Filippov", HOLDER)
    enrol(moscow, HOLDER, IDENTITY)
    for number in range(TELEGRAMS):
        text = {"en": f"The {number}th.\n".encode()}
        beijing.send(beijing.draft(("moscow",), text, copies=COPIES))
    beijing.carry()
    arrived = [one.digest for one in moscow.take_in() if one.kind == "telegram"]
    telegrams = [str(moscow.open(digest)["telegram"]) for digest in arrived]
    return moscow, telegrams


def give(desk, act, facts, copies, by="makarov"):
    for at in range(0, len(copies), 32):
        part = desk.office.copies(copies[at : at + 32])
        desk.office.give(act, facts, by=by, subjects=part)


def opens(desk, copy):
    """Whether somebody who has the copy's files, the identity and these books gets it open."""
    try:
        facts = screens.order_facts(HOLDER, "command_line")
        desk.office.give("read", facts, by=HOLDER, subjects=[desk.office.copy(copy)])
        desk.head()
    except CablegramError:
        pass  # it may have been read in these books already
    try:
        with desk.bureau.books.view() as view:
            share = screens.share(view, copy.handle, HOLDER, desk.bureau, "command_line")
        found = files(desk, copy)
        return bool(shares.open_copy(found.content, found.half, share, IDENTITY))
    except CablegramError:
        return False


def test_no_backup_opens_what_was_returned(world, tmp_path):
    """Every earlier backup is restored, every copy is tried: none opens, and no share is left."""
    desk, telegrams = world
    copies = [copy for handle in telegrams for copy in desk.copies(handle)]
    assert COPIES * TELEGRAMS == len(copies)
    backups = []

    def back_up():
        backups.append(saved(desk, "books", "blobs", "tiles", "memory"))

    for handle in telegrams:
        signed = desk.office.sign("print", {"screen": "*"}, by=CHIEF, subjects=desk.copies(handle))
        desk.room.print(handle, [signed])
    back_up()
    give(desk, "verify", {}, copies)
    due = {"holder": HOLDER, "due_at": later(desk.bureau.now(), days=3), "return_to": "here"}
    give(desk, "issue", due, copies)
    desk.head()
    back_up()
    assert opens(desk, copies[0]), "before it is returned a copy opens"
    back_up()
    kept = [desk.bureau.vault.get(screens.SHARE, copy.handle) for copy in copies]
    secret = [policy.open_wire(share, [IDENTITY]) for share in kept]
    for copy in copies:
        sheets = {"sheets": desk.office.copy(copy).sheets}
        give(desk, "return", sheets, [copy])
        if copy == copies[len(copies) // 2]:
            desk.head()
            back_up()
    desk.head()
    back_up()
    for restore in backups:
        restore()
        # An order's number was used by what came after the backup: whoever orders goes on.
        opened = [copy.handle for copy in copies if opens(desk, copy)]
        assert [] == opened
    image = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    image += desk.bureau.blobs._kept.values()
    assert not [n for n, data in enumerate(image) for share in kept + secret if share in data]
    for copy in copies[:3]:
        found = files(desk, copy)
        with pytest.raises(SealError):
            shares.open_copy(found.content, found.half, found.half, IDENTITY)


def test_in_a_backup_of_before_it_was_issued_it_is_not_out(world):
    """The first backup has the copies in the registry: there nobody reads them at all."""
    desk, telegrams = world
    copies = desk.copies(telegrams[0])
    signed = desk.office.sign("print", {"screen": "*"}, by=CHIEF, subjects=copies)
    desk.room.print(telegrams[0], [signed])
    assert {State.PRINTED} == {copy.state for copy in desk.copies(telegrams[0])}
    assert not opens(desk, copies[0])
