"""Copies passed between offices of tests: real papers, signed by one and taken in by the other."""

from __future__ import annotations

from cablegram import circuits
from cablegram.cipher_room import receipts
from cablegram.cipher_room.unlocked import Unlocked
from cablegram.ledger import log
from cablegram.registry import lines, papers
from cablegram.registry.reading import every
from cablegram.wire import transmittal as transmittal_format
from offices import later


def acquainted(one, other):
    """Two offices that have compared each other's cards; gives the second."""
    one.know(other)
    other.know(one)
    return other


def post(sender, receiver):
    """Sign all that the sender owes, under a head, and have the receiver take it in."""
    log.sign_checkpoint(sender.bureau, sender.signer)
    with sender.view() as books:
        owed = [row for row in papers.owed(books, 2**53 - 1) if row.office == receiver.name]
    taken = []
    for row in owed:
        receipts.sign(row.digest, Unlocked(sender.bureau, sender.keys, sender.signer))
        with sender.view() as books:
            signed = books.papers.get(row.digest)
        data = signed.body + b"\n" + signed.signatures.encode()
        taken.append(circuits.taking_in.keep(data, sender.name, receiver.bureau))
    assert {"entered"} >= {one.state for one in taken}, [one.why for one in taken]
    return len(taken)


def dispatch(office, copies, to, *, by="makarov", **facts):
    said = {"office": to, "carrier": "courier", "due_at": later(office.bureau.now(), days=7)}
    office.give("dispatch", {**said, **facts}, by=by, subjects=office.copies(copies))
    return office.copies(copies)


def transmittals(books, sender):
    """That office's transmittals to us, newest first, each with its row."""
    rows = [
        row
        for row in every(books.papers, "office", sender, lines.IN)
        if row.kind == papers.TRANSMITTAL
    ]
    return [(row, transmittal_format.decode(row.body)) for row in reversed(rows)]


def announced(office, sender):
    """The newest transmittal of that office that came in."""
    with office.view() as books:
        return transmittals(books, sender)[0]


def accept(office, sender, item=0, *, by="poskrebyshev", **facts):
    row, transmittal = announced(office, sender)
    line = transmittal.items[item]
    said = {
        "owner": line.owner,
        "owner_cable": line.cable,
        "owner_copy": line.copy,
        "sheets": line.sheets,
        "incoming": "575/",
        "transmittal": row.digest,
    }
    done = office.give("accept", {**said, **facts}, by=by)
    return office.copy(done.copies[0])


def waiting(office):
    with office.view() as books:
        return papers.awaiting(books, office.bureau)


def settle_receipts(office, *, by="makarov"):
    """Order what the receipts that came in allow; gives the acts."""
    found_ = waiting(office)
    for one in found_:
        office.give(one.act.value, one.facts, by=by, subjects=[one.copy])
    return [one.act for one in found_]
