"""Notes: sealed words read back by the room, on an order that is good once."""

from __future__ import annotations

import pytest

from cablegram.errors import MalformedError, OrderError, SealError, StorageError, UnknownError
from cablegram.sealing import age
from cablegram.wire import note as note_format
from cablegram.wire.note import Note
from offices import digest
from rooms import line_of, refused

WORDS = "Comrade Molotov: report to me by Monday.\nSt."
IN_BYTES = WORDS.encode()


@pytest.fixture
def desk():
    (one, _), _ = line_of("moscow", "beijing")
    return one


def sealed(desk, data=IN_BYTES, media_type="text/plain"):
    packed = note_format.encode(Note(media_type, data))
    own = desk.office.keys.receiving[-1].recipient()
    return desk.bureau.blobs.put(age.encrypt(packed, [own]))


def resolve(desk, evidence):
    (copy,) = desk.office.in_registry(1, outgoing=3000 + desk.office.size())
    facts = {"written_by": "stalin", "evidence": evidence, "to": "molotov"}
    desk.office.give("annotate", facts, by="makarov", subjects=[copy])
    return copy


def ask(desk, note, **facts):
    return [desk.office.sign("read_note", {"note": note, **facts}, by="makarov")]


def test_words_come_back_once_their_reading_is_entered(desk):
    """The entry is on the ledger and under a head before a word leaves the room."""
    note = sealed(desk)
    resolve(desk, note)
    before = desk.office.size()
    signed = ask(desk, note, reason="the minister asks")
    answer = desk.room.open(note, signed)
    assert {"media_type": "text/plain", "words": WORDS, "file": ""} == answer
    assert before + 1 == desk.office.size()
    index, entry = desk.office.leaves()[-1]
    assert ("read_note", "makarov") == (entry.act, entry.officer)
    assert note in entry.evidence
    with desk.bureau.books.view() as view:
        assert view.head.get("head").size > index


def test_an_order_reads_once(desk):
    """A spent order, which lies in the books for anybody to take, reads nothing."""
    note = sealed(desk)
    resolve(desk, note)
    signed = ask(desk, note)
    desk.room.open(note, signed)
    with refused(desk, OrderError, "has read its note already", "head"):
        desk.room.open(note, signed)
    assert WORDS == desk.room.open(note, ask(desk, note))["words"]


def test_a_scan_goes_into_the_paper_folder(desk):
    """Its bytes as they were, under a name of ours."""
    scan = bytes(range(256))
    for kind, suffix in (("image/png", "png"), ("application/octet-stream", "bin")):
        note = sealed(desk, scan, kind)
        resolve(desk, note)
        answer = desk.room.open(note, ask(desk, note))
        name = f"note-{note[7:23]}.{suffix}"
        assert {"media_type": kind, "words": "", "file": name} == answer
        assert scan == desk.bureau.paper.sheets[name]


def test_nothing_else_is_read_by_such_an_order(desk):
    """What no act named, another note, what is no note, what is not ours, what is not there."""
    note, other = sealed(desk), sealed(desk, b"other")
    resolve(desk, note)
    with refused(desk, UnknownError, "no act has brought such a note", "head"):
        desk.room.open(other, ask(desk, other))
    with refused(desk, OrderError, "something else than was asked", "head"):
        desk.room.open(other, ask(desk, note))
    draft = desk.draft(("beijing",))
    foreign = desk.bureau.blobs.put(b"age-encryption.org/v1\nnothing")
    for wrong, error in ((draft, MalformedError), (foreign, (SealError, MalformedError))):
        resolve(desk, wrong)
        with refused(desk, error, None, "head"):
            desk.room.open(wrong, ask(desk, wrong))
    gone = digest("gone")
    with desk.bureau.books.page("") as page:
        row = page.notes.get(note)
        page.notes.add(type(row)(gone, row.act, row.subject, row.leaf_index))
    with refused(desk, StorageError, None, "head"):
        desk.room.open(gone, ask(desk, gone))


def test_the_desk_does_not_carry_it_out(desk):
    """read_note is the room's; the registry refuses it."""
    note = sealed(desk)
    resolve(desk, note)
    with refused(desk, OrderError, "is the cipher room's to carry out", "head"):
        desk.office.perform(ask(desk, note))


def test_another_process_was_quicker_with_the_same_order(desk, monkeypatch):
    """The page decides: one of two that carry the same order reads, the other is refused."""
    note = sealed(desk)
    resolve(desk, note)
    signed = ask(desk, note)
    right = age.decrypt

    def meanwhile(*args, **rest):
        monkeypatch.setattr(age, "decrypt", right)
        desk.room.open(note, signed)
        return right(*args, **rest)

    monkeypatch.setattr(age, "decrypt", meanwhile)
    with pytest.raises(OrderError, match="has read its note already"):
        desk.room.open(note, signed)
