"""Orders: what an officer signs, and every act that can be ordered.

An order names its act, the ledger it is for, its subjects as the officer saw them
(``expected`` is the seq a subject stood at) and the facts.  The second person's order
says the same and names the first's digest (docs/spec/order.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cablegram.errors import MalformedError
from cablegram.model.acts import Act, Two
from cablegram.sentences import Sentence, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.model.acts import Fact

SUBJECTS_MAX = 4096
FACTS_MAX = 32
CLOCK_SLACK_S = 300
"""How far an officer's clock may be ahead of the office's, or behind it."""


class OfficeAct(StrEnum):
    """What is done to an office or a telegram rather than to a copy; each leaves a leaf."""

    APPOINT = "appoint"
    RELIEVE = "relieve"
    PROXY = "proxy"
    UNPROXY = "unproxy"
    WAIVE = "waive"
    UNWAIVE = "unwaive"
    ENROL = "enrol"
    UNENROL = "unenrol"
    CORRESPOND = "correspond"
    SETTLE = "settle"
    CHARGE = "charge"
    DRAFT = "draft"
    CLEAR = "clear"
    OBJECT = "object"
    RELEASE = "release"
    ENVELOPE = "envelope"
    TAKE_IN = "take_in"
    OPEN = "open"
    PRINT_RUN = "print_run"
    MUSTER = "muster"
    OPEN_MUSTER = "open_muster"
    SIGHT = "sight"
    CLOSE_MUSTER = "close_muster"
    CALL_MUSTER = "call_muster"
    MATCH_MUSTER = "match_muster"
    ALARM = "alarm"
    RESTORE = "restore"
    STAND = "stand"
    RESUME = "resume"
    CONTEST = "contest"
    AGREE = "agree"
    INQUIRE = "inquire"
    FINDING = "finding"
    RULE = "rule"
    NOTICE = "notice"
    ASK = "ask"
    NOTIFY = "notify"
    SET_ASIDE = "set_aside"
    READ_NOTE = "read_note"
    READ_DRAFT = "read_draft"
    REFER = "refer"
    TRACE = "trace"
    ANSWER = "answer"
    CANCELLED = "cancelled"
    RECALLED = "recalled"
    CORRECTED = "corrected"
    QUERIED = "queried"
    HAND_WATCH = "hand_watch"
    TAKE_WATCH = "take_watch"
    TAKE_CHARGE = "take_charge"
    CLOSE_YEAR = "close_year"
    REVIEW = "review"
    BACK_UP = "back_up"


def act_named(name: str) -> Sentence:
    """An act on a copy or of an office, by its name, as people are told it."""
    return word(name, "Act" if name in Act.__members__.values() else "OfficeAct")


@dataclass(frozen=True, slots=True)
class OfficeRule:
    """What an order for an office act must say, may say, and whether two must give it."""

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    two: Two = Two.NO


OFFICE_RULES: Mapping[OfficeAct, OfficeRule] = {
    OfficeAct.APPOINT: OfficeRule(
        ("person", "key_line", "role"), ("title", "since_at", "until_at"), Two.ALWAYS
    ),
    OfficeAct.RELIEVE: OfficeRule(("person", "reason"), ("key", "charge"), Two.ALWAYS),
    OfficeAct.PROXY: OfficeRule(("holder", "person", "may"), ("until_at", "note")),
    OfficeAct.UNPROXY: OfficeRule(("holder", "person", "reason")),
    OfficeAct.WAIVE: OfficeRule(("what", "person", "reason"), ("until_at",)),
    OfficeAct.UNWAIVE: OfficeRule(("number", "reason")),
    OfficeAct.ENROL: OfficeRule(("person", "recipient"), ("told",)),
    OfficeAct.UNENROL: OfficeRule(("person", "reason")),
    OfficeAct.CORRESPOND: OfficeRule(("office", "card"), ("compared",)),
    OfficeAct.SETTLE: OfficeRule(("name", "value")),
    OfficeAct.CHARGE: OfficeRule(
        ("list", "source", "batch", "batches"), ("numbers", "note"), Two.ALWAYS
    ),
    OfficeAct.DRAFT: OfficeRule(("draft", "series", "level", "to")),
    OfficeAct.CLEAR: OfficeRule(("draft",), ("note",)),
    OfficeAct.OBJECT: OfficeRule(("draft", "reason")),
    OfficeAct.RELEASE: OfficeRule(("draft",), (), Two.SERIES),
    OfficeAct.OPEN: OfficeRule(("sealed",), ("whom",), Two.SERIES),
    OfficeAct.MUSTER: OfficeRule(("cut_off", "sighted"), ("note",)),
    OfficeAct.OPEN_MUSTER: OfficeRule(
        (), ("series", "place", "holder", "named", "office", "call", "note")
    ),
    OfficeAct.SIGHT: OfficeRule(("muster", "sighted"), ("place", "note")),
    OfficeAct.CLOSE_MUSTER: OfficeRule(("muster", "outcome"), ("note",), Two.ALWAYS),
    OfficeAct.CALL_MUSTER: OfficeRule(("muster", "office"), ("answer_by", "note")),
    OfficeAct.MATCH_MUSTER: OfficeRule(("muster", "office", "matched"), ("note",), Two.ALWAYS),
    OfficeAct.ALARM: OfficeRule(("number", "reason")),
    OfficeAct.RESTORE: OfficeRule(
        ("backup", "made_at", "origin", "size", "a_day", "series"), ("again",)
    ),
    OfficeAct.STAND: OfficeRule(("office", "circuit", "letter", "papers", "paper", "series")),
    OfficeAct.RESUME: OfficeRule(("series",), ("waived", "reason"), Two.ALWAYS),
    OfficeAct.CONTEST: OfficeRule(
        ("transmittal", "owner", "owner_cable", "owner_copy", "note"), ("sheets",)
    ),
    OfficeAct.ASK: OfficeRule(("kind", "office"), ("letter", "limit_at", "level", "count", "note")),
    OfficeAct.NOTIFY: OfficeRule(
        ("kind", "office"), ("letter", "level", "count", "answers", "note")
    ),
    OfficeAct.SET_ASIDE: OfficeRule(("notice", "reason")),
    OfficeAct.AGREE: OfficeRule(
        ("outcome",), ("transmittal", "owner", "owner_cable", "owner_copy", "sheets", "note")
    ),
    OfficeAct.INQUIRE: OfficeRule(("copy", "reason")),
    OfficeAct.FINDING: OfficeRule(("inquiry", "evidence"), ("note",)),
    OfficeAct.RULE: OfficeRule(("inquiry", "ruling", "reason"), (), Two.ALWAYS),
    OfficeAct.NOTICE: OfficeRule(("number",), ("note",)),
    OfficeAct.READ_NOTE: OfficeRule(("note",), ("reason",), Two.SERIES),
    OfficeAct.READ_DRAFT: OfficeRule(("draft",), ("reason", "way"), Two.SERIES),
    OfficeAct.REFER: OfficeRule(("telegram", "relation"), ("other", "office", "number", "note")),
    OfficeAct.TRACE: OfficeRule(("nth",), ("copy", "telegram", "office", "note")),
    OfficeAct.ANSWER: OfficeRule(("notice", "says"), ("limit_at", "note")),
    OfficeAct.HAND_WATCH: OfficeRule(("to", "list"), ("note", "evidence")),
    OfficeAct.TAKE_WATCH: OfficeRule(("watch", "list"), ("note",)),
    OfficeAct.BACK_UP: OfficeRule(("made_at", "size", "root"), ("note",)),
    OfficeAct.CLOSE_YEAR: OfficeRule(("year", "series", "statement"), ("note",), Two.ALWAYS),
    OfficeAct.REVIEW: OfficeRule(
        ("telegram", "what", "decision", "reason"), ("until_at", "level", "note")
    ),
    OfficeAct.TAKE_CHARGE: OfficeRule(
        ("series",), ("muster", "outcome", "unsighted", "reason", "note"), Two.ALWAYS
    ),
}
"""The office acts that officers order; the others happen within one of these."""

ACTS = frozenset({a.value for a in Act} | {a.value for a in OFFICE_RULES})


@dataclass(frozen=True, slots=True)
class Subject:
    """What an order is about, and the seq it stood at when the officer looked."""

    handle: str
    expected: int


@dataclass(frozen=True, slots=True)
class Head:
    """The ledger's size and root (32 bytes) that an order was made on."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """One order, unsigned; ``wire.order`` gives its bytes, whose digest is its name.

    ``number`` is the officer's own and used once.  ``seconds`` is empty, or the digest
    of the order this one seconds.  ``key`` is the SHA-256 name of the signing key.
    """

    act: str
    office: str
    origin: str
    subjects: tuple[Subject, ...]
    facts: Mapping[str, Fact]
    officer: str
    key: str
    number: int
    signed_at: str
    not_after: str
    head: Head
    seconds: str = ""

    def __post_init__(self) -> None:
        if self.act not in ACTS:
            raise MalformedError(
                "there is no act {act!r}", hint="See `cablegram --help`.", act=self.act
            )
        if len(self.subjects) > SUBJECTS_MAX or len(self.facts) > FACTS_MAX:
            raise MalformedError("an order is too large", hint="Give it in several orders.")
        if len({s.handle for s in self.subjects}) != len(self.subjects):
            raise MalformedError("an order names one subject twice", hint="Name each once.")

    def same_as(self, other: Order) -> bool:
        """Whether a second order says what the first says: act, ledger, subjects and facts."""
        return (self.act, self.office, self.origin, self.subjects, dict(self.facts)) == (
            other.act,
            other.office,
            other.origin,
            other.subjects,
            dict(other.facts),
        )


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """An order's canonical bytes and the officer's SSHSIG over them, as they travel."""

    body: bytes
    signature: str
