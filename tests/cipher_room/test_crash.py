"""A crash at every step of the journey, before and after it took effect; then the same again.

Each journey is cut at its n-th call to the outside world, for every n there is; the process is
then dead (nothing works) until a new one gives the same orders.  What comes of it must be what
comes of a journey that nobody cut.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress

import pytest

from cablegram.circuits import carry, take_in
from cablegram.errors import CablegramError
from cablegram.registry import papers
from rooms import Outage, line_of, log_size

HANDLE = re.compile(r"\b[0-9a-f]{32}\b")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}|\b[0-9a-f]{64}\b")


class Journey:
    """Beijing to eighth, as a list of steps; the desk under test is behind an outage."""

    def __init__(self):
        (self.beijing, self.eighth), self.carrier = line_of("beijing", "eighth")
        self.outage = Outage()
        self.draft = self.beijing.draft(("eighth",))
        self.release = self.beijing.office.sign("release", {"draft": self.draft})
        self.sent = self.opened = None
        self.open = self.print = None

    def seal(self):
        self.sent = self.beijing.room.seal(self.draft, [self.release])

    def carry(self):
        carry(self.beijing.bureau)

    def take_in(self):
        take_in(self.eighth.bureau)

    def open_it(self):
        with self.eighth.office.view() as view:
            (row,) = view.incoming.find()
        self.open = self.open or self.eighth.office.sign("open", {"sealed": row.digest})
        self.opened = self.eighth.room.open(row.digest, [self.open])

    def print_it(self):
        telegram = str(self.opened["telegram"])
        if self.print is None:
            copies = self.eighth.copies(telegram)
            self.print = self.eighth.office.sign("print", {}, subjects=copies)
        self.printed = self.eighth.room.print(telegram, [self.print])

    def sign_receipts(self):
        with self.eighth.office.view() as view:
            rows = list(papers.owed(view, log_size(view)))
        for row in rows:
            self.eighth.room.sign_receipt(row.digest)

    def carry_back(self):
        carry(self.eighth.bureau)

    def receipts_in(self):
        take_in(self.beijing.bureau)

    STEPS = (
        "seal",
        "carry",
        "take_in",
        "open_it",
        "print_it",
        "sign_receipts",
        "carry_back",
        "receipts_in",
    )

    def desk_of(self, step):
        beijings = {"seal", "carry", "receipts_in"}
        return self.beijing if step in beijings else self.eighth


def told(journey):
    """Everything that a reader of both offices' books sees, without random names and digests."""
    seen = {}
    for desk in (journey.beijing, journey.eighth):
        for shelf, rows in desk.office.dump().items():
            plain = [sorted((k, plainly(v)) for k, v in row.items()) for row in rows]
            seen[desk.office.name, shelf] = sorted(map(repr, plain))
    return seen


def plainly(value):
    # Proofs, notes and signatures hang on random bytes; that they hold is tested elsewhere.
    if isinstance(value, bytes):
        value = value.decode("latin-1")
        if not value.startswith("{"):
            return "bytes"
    if isinstance(value, str):
        if "SSH SIGNATURE" in value:
            return "signatures"
        value = re.sub(r'"proof":"[^"]*"|"head":{[^}]*}', "", value)
        return HANDLE.sub("H", DIGEST.sub("D", value))
    return value


# A ledger that was cut may have put one head more over the same leaves; pages bear the keys of
# whatever was asked.
def compared(seen):
    loose = {"head"}
    return {key: rows for key, rows in seen.items() if key[1] not in loose}


@pytest.fixture(scope="module")
def whole():
    """The journey that nobody cut."""
    patch = pytest.MonkeyPatch()
    quick(patch)
    journey = Journey()
    for step in Journey.STEPS:
        getattr(journey, step)()
    patch.undo()
    return compared(told(journey)), dict(journey.eighth.bureau.paper.sheets)


def quick(patch):
    from cablegram.cipher_room import printing
    from cablegram.press import Set

    patch.setattr(printing, "set_copy", lambda sheet: Set(repr(sheet).encode(), 2))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", Journey.STEPS)
def test_a_step_cut_anywhere_and_given_again_comes_to_the_same(whole, quick_press, step, after):
    """P4, P11, P12: one letter, one number, one envelope, one cable number, one print run."""
    cut = 0
    at = 0
    while True:
        at += 1
        journey = Journey()
        journey.outage.over_desk(journey.desk_of(step))
        for earlier in Journey.STEPS[: Journey.STEPS.index(step)]:
            getattr(journey, earlier)()
        journey.outage.plan(at, after=after)
        with suppress(CablegramError):
            getattr(journey, step)()
        happened = journey.outage.is_down
        journey.outage.over()
        if not happened:
            break
        cut += 1
        getattr(journey, step)()
        for later in Journey.STEPS[Journey.STEPS.index(step) + 1 :]:
            getattr(journey, later)()
        check(journey, whole, (step, at))
    assert cut >= 2


def check(journey, whole, where):
    seen, sheets = whole
    found = compared(told(journey))
    for key, rows in seen.items():
        assert rows == found[key], (where, key)
    assert sorted(sheets) == sorted(journey.eighth.bureau.paper.sheets)
    printed = {
        entry.numbers: entry for _, entry in journey.eighth.office.leaves() if entry.act == "print"
    }
    assert 4 == len(printed)
    acts = Counter(entry.act for _, entry in journey.beijing.office.leaves())
    assert (1, 1) == (acts["release"], acts["envelope"])
    numbers = {row["kind"]: row["last"] for row in journey.eighth.office.dump()["numbers"]}
    assert (1, 1, 1) == (numbers["cable"], numbers["print"], numbers["outer"])


def test_a_sheet_printed_again_after_a_crash_is_the_same_bytes(quick_press):
    """A crash between a sheet and its entry: the same order puts the same bytes over it."""
    journey = Journey()
    journey.outage.over_desk(journey.eighth)
    for step in Journey.STEPS[:4]:
        getattr(journey, step)()
    sheets = journey.eighth.office.bureau.paper.sheets
    written = []
    real = journey.eighth.office.bureau.paper._inner.put
    journey.eighth.office.bureau.paper._inner.put = lambda name, pdf: (
        written.append((name, pdf)),
        real(name, pdf),
    )[1]
    at = 0
    while len(written) < 12:
        at += 1
        journey.outage.plan(at, after=False)
        try:
            journey.print_it()
        except CablegramError:
            journey.eighth.office.clock.pass_(seconds=7)
        if not journey.outage.is_down:
            break
        journey.outage.over()
    by_name = {}
    for name, pdf in written:
        assert pdf == by_name.setdefault(name, pdf)
    assert by_name == sheets
    assert len(written) > len(sheets)
