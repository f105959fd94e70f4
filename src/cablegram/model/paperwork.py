"""Paperwork: the rows that acts on copies leave beside them (docs/spec/books.md, "Paperwork").

A copy says where it is; these say what is owed because of it: signatures for it, tasks out
of its resolutions, inquiries about it, notices to whoever has it.  Each is written on the page
of the act that makes it, and each change of one is an order with its leaf.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HandReceipt:
    """A person's signature for a copy, closed when the copy leaves their hands.

    ``paper`` is the number of a receipt on paper, where there is one; ``given_by`` is the act
    (issue, hand_over, show) and ``taken_by`` the one that closed it.  ``state`` is open or closed.
    """

    number: int
    copy: str
    person: str
    proxy: str
    sheets: int
    given_by: str
    given_at: str
    leaf_index: int
    state: str
    paper: str = ""
    taken_by: str = ""
    taken_at: str = ""
    sheets_back: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """What a resolution orders one person to do.

    ``resolution`` is the digest of its sealed words, ``leaf_index`` the entry it came with;
    ``report`` the digest of the report that ended it.  ``state`` is open, done or withdrawn.
    """

    number: int
    copy: str
    telegram: str
    person: str
    due_at: str
    state: str
    resolution: str
    written_by: str
    entered_by: str
    at: str
    leaf_index: int
    report: str = ""
    ended_at: str = ""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked about one copy until two persons rule on it.

    ``cause`` is missing, short, compromised or other; ``ruling`` is empty while it is open.
    ``findings`` counts the sealed findings; they are the entries of its office's ledger.
    """

    number: int
    copy: str
    cause: str
    opened_at: str
    leaf_index: int
    state: str
    findings: int = 0
    ruling: str = ""
    closed_at: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Word that somebody must be given of an act on a copy that they have, or own.

    ``kind`` is person or office; ``act`` what was done; ``state`` owed or given.
    """

    number: int
    to: str
    kind: str
    copy: str
    act: str
    at: str
    leaf_index: int
    state: str
    given_at: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A destruction, by two: whole copies, or spoiled sheets (act destroy, reprint, replace_sheet).

    ``order_digest`` names the order; its subjects are the copies.  ``paper`` is the number of
    a certificate on paper, where there is one.
    """

    number: int
    act: str
    at: str
    officer: str
    second: str
    method: str
    copies: int
    sheets: int
    order_digest: str
    leaf_index: int
    paper: str = ""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """Sealed words or a scan that an act named: the act, what it is about, and its entry."""

    digest: str
    act: str
    subject: str
    leaf_index: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A spravka: how one telegram of ours stands to another, ours or another office's.

    ``other`` is our telegram's handle, or empty; then ``office`` and ``their_number`` say which.
    """

    number: int
    telegram: str
    relation: str
    at: str
    leaf_index: int
    other: str = ""
    office: str = ""
    their_number: str = ""


@dataclass(frozen=True, slots=True)
class PaperItem:
    """A copy that another office's paper speaks of: a line of a transmittal, or of a receipt.

    ``number`` is the paper's on its line; ``incoming`` the number that the copy bears there.
    ``state`` is open, accepted, ours (it comes back), or said (a receipt's).
    """

    paper: str
    place: int
    office: str
    number: int
    kind: str
    owner: str
    cable: int
    copy: int
    state: str
    incoming: str = ""


@dataclass(frozen=True, slots=True)
class Tracer:
    """A demand for what is late: a copy, or an office's receipt for a telegram of ours.

    ``copy`` or ``telegram`` is set, a handle; ``to`` is a person's or an office's id, ``kind`` says
    which.  ``due_at`` is the moment that had passed: tracers about one thing, to one, for one
    moment are a run, and ``nth`` counts it.  ``paper`` is the notice that is owed, if one is.
    """

    number: int
    kind: str
    to: str
    copy: str
    telegram: str
    due_at: str
    nth: int
    at: str
    officer: str
    leaf_index: int
    paper: str = ""
