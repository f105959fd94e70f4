"""P1: whoever has every stored byte of both offices reads no text, subject or attachment."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import replace
from hashlib import shake_256

import pytest

from cablegram.carriers.folder import FolderCarrier
from cablegram.cipher_room import CipherRoom
from cablegram.sealing import envelope as envelopes
from cablegram.storage.blobs import FolderBlobs
from cablegram.storage.paper import FolderPaper
from cablegram.storage.room_memory import FileRoomMemory
from cablegram.storage.tiles import FolderTiles
from cablegram.storage.vault import FolderVault
from offices import found
from rooms import Desk

WORDS = [f"canary{shake_256(f'canary {n}'.encode()).hexdigest(5)}" for n in range(100)]
SEALED = {
    "titles": WORDS[:2],
    "texts": WORDS[2:70],
    "subject": WORDS[70:71],
    "label": WORDS[71:72],
    "on behalf of": WORDS[72:73],
    "caveats": WORDS[73:77],
    "attachments' names": WORDS[77:80],
    "attachments' bytes": WORDS[80:98],
    "persons' names": WORDS[98:],
}


def desks_in(folder):
    """Two offices whose every byte lies under this folder."""
    carrier = FolderCarrier(folder / "stick")
    (folder / "stick").mkdir()
    made = []
    for name in ("beijing", "eighth"):
        home = folder / name
        home.mkdir()
        office = found(name, folder=home)
        vault = FolderVault(home / "vault")
        office.bureau = replace(
            office.bureau,
            blobs=FolderBlobs(home / "blobs"),
            tiles=FolderTiles(home / "ledger"),
            vault=vault,
            paper=FolderPaper(home / "paper"),
            carriers={"folder": carrier},
        )
        for person, words in zip(("chief", "makarov"), SEALED["persons' names"], strict=True):
            vault.put("name", person, words.encode())
        memory = FileRoomMemory(home / "room.memory")
        made.append(Desk(office, CipherRoom(office.bureau, office.keys, memory, office.signer)))
    for one in made:
        for other in made:
            if one is not other:
                one.office.know(other.office)
        one.head()
    return made


def journey(beijing, eighth):
    """Draft, send, carry, open, print and receipts back, with attachments."""
    attached = [
        envelopes.seal_attachment(
            b"\n".join(words.encode() for words in SEALED["attachments' bytes"][n::3]),
            name=f"{name}.txt",
            media_type="text/plain",
        )
        for n, name in enumerate(SEALED["attachments' names"])
    ]
    for one in attached:
        beijing.bureau.blobs.put(one.sealed)
    half = len(SEALED["texts"]) // 2
    texts = {
        "en": f"# {SEALED['titles'][0]}\n\n{' '.join(SEALED['texts'][:half])}\n".encode(),
        "ru": f"# {SEALED['titles'][1]}\n\n{' '.join(SEALED['texts'][half:])}\n".encode(),
    }
    beijing.send(
        beijing.draft(
            ("eighth",),
            texts,
            subject=SEALED["subject"][0],
            label=SEALED["label"][0],
            on_behalf_of=SEALED["on behalf of"][0],
            caveats=tuple(SEALED["caveats"]),
            attachments=tuple(one.attachment for one in attached),
            keys=tuple((one.attachment.name, one.seed) for one in attached),
        )
    )
    beijing.carry()
    eighth.take_in()
    with eighth.office.view() as view, beijing.office.view() as theirs:
        (item,) = theirs.circuit_items.find("", "eighth", "out")
        assert view.incoming.get(item.sealed)
    opened = eighth.open(item.sealed)
    telegram = str(opened["telegram"])
    order = eighth.office.sign("print", {"attachments": "yes"}, subjects=eighth.copies(telegram))
    printed = eighth.room.print(telegram, [order])
    eighth.carry()
    beijing.take_in()
    return printed


def spellings(word):
    """A word as it might lie somewhere: itself, in base64 at any offset, in hex, wide."""
    data = word.encode()
    yield data
    yield data.hex().encode()
    yield word.encode("utf-16-le")
    for lead in range(3):
        yield b64encode(bytes(lead) + data)[4 if lead else 0 : -4]


def files(folder):
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def test_no_stored_byte_shows_what_was_sealed(tmp_path, monkeypatch):
    """A hundred canaries in every field that is sealed: found on printed paper and nowhere else."""
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(scratch))
    home = tmp_path / "home"
    home.mkdir()
    beijing, eighth = desks_in(home)
    printed = journey(beijing, eighth)
    assert 4 + 3 == len(printed["files"])
    found_in = {}
    looked = 0
    for path in [*files(home), *files(scratch)]:
        looked += 1
        data = path.read_bytes() + os.fsencode(path.name)
        for word in WORDS:
            if any(spelling in data for spelling in spellings(word)):
                found_in.setdefault(path.relative_to(tmp_path).parts[:3], set()).add(word)
    assert looked > 20
    where = set(found_in)
    assert {("home", "eighth", "paper")} == where
    # and the search does find: attachments lie there in the clear, as ordered
    assert set(SEALED["attachments' bytes"]) <= found_in["home", "eighth", "paper"]
    assert any(path.name.endswith("-wal") for path in files(home))


def test_nothing_that_is_said_about_a_journey_shows_what_was_sealed(tmp_path):
    """Neither the rows of the books nor the room's answers, nor how its parts show themselves."""
    beijing, eighth = desks_in(tmp_path)
    printed = journey(beijing, eighth)
    said = repr((beijing.office.dump(), eighth.office.dump(), printed))
    said += repr((beijing.room._in, eighth.room._in, beijing.office.keys))
    for word in WORDS:
        assert word not in said
    with pytest.raises(TypeError):
        vars(beijing.room._in)


def test_what_a_query_or_a_cancellation_says_lies_sealed(tmp_path, quick_press):
    """Neither office's books, nor what a carrier has, shows a word of them; sheets alone do."""
    beijing, eighth = desks_in(tmp_path)
    sent = beijing.send(beijing.draft(("eighth",)))
    beijing.carry()
    with beijing.office.view() as view:
        letter = view.telegrams.get(str(sent["telegram"])).letter

    def passes(desk, other, kind, words):
        texts = {"en": f"{words[0]} and {' '.join(words[1:])}\n".encode()}
        bare = {} if kind == "correction" else {"signatory": "", "addressees": ()}
        draft = desk.draft((other.office.name,), texts, kind=kind, reply_to=letter, **bare)
        desk.send(draft)
        desk.carry()
        opens_all(other)

    opens_all(eighth)
    passes(eighth, beijing, "query", WORDS[:10])
    passes(beijing, eighth, "correction", WORDS[10:20])
    passes(beijing, eighth, "recall", WORDS[20:30])
    passes(beijing, eighth, "cancellation", WORDS[30:40])
    eighth.carry()
    beijing.take_in()
    said = repr((beijing.office.dump(), eighth.office.dump()))
    for path in files(tmp_path):
        data = path.read_bytes()
        for word in WORDS[:40]:
            assert not any(spelling in data for spelling in spellings(word)), path
    assert not [word for word in WORDS[:40] if word in said]
    with eighth.office.view() as view:
        (query,) = view.telegrams.find("kind", "correction")
    eighth.print(query.handle)
    assert any(WORDS[10].encode() in path.read_bytes() for path in files(tmp_path))


def opens_all(desk):
    desk.take_in()
    with desk.office.view() as view:
        waiting = [r for r in view.incoming.find("state", "waiting") if r.kind == "telegram"]
    for row in waiting:
        desk.open(row.digest)
