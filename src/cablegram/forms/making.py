"""Making a form: by its name and what it is about, out of the books, onto paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING, Protocol

from cablegram.errors import UnknownError
from cablegram.forms import accepted, arrivals, between, blocks, counts, ends, lists, lives, slips
from cablegram.forms.reading import Reading, languages_of
from cablegram.press import set_form
from cablegram.registry import finding, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.forms.blocks import Layout
    from cablegram.forms.reading import Event
    from cablegram.model.custody import Copy
    from cablegram.model.records import Telegram

_ABOUT_NOW = frozenset({"muster", "watch"})
"""Forms that are about the office as it stands where nothing is named."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_LAST_DAY = date(9999, 1, 1)
CODE = "CGF1"
"""What a form's code begins with: never that of a copy, so that a card is not counted as one."""


class Form(Protocol):
    """A form's values."""

    def layout(self) -> Layout:
        """What stands where."""
        ...


_Found = tuple[Form, "Event | None"]


@dataclass(frozen=True, slots=True)
class Made:
    """A form as it comes from the press, and the name its file gets."""

    name: str
    pdf: bytes
    sheets: int
    form: Form


def make(
    bureau: Bureau, name: str, subjects: Sequence[str], *, languages: tuple[str, ...] = ()
) -> Made:
    """The form of this name about these subjects, as the books stand now.

    Args:
        bureau: the office.
        name: one of ``FORMS``.
        subjects: what it is about: copies, a telegram, numbers; see ``FORMS``.
        languages: which it is in, the first leading; the office's own where not given.

    Raises:
        UnknownError: no such form, or nothing it could be about.
        CustodyError: the copy's life has nothing that such a form says.
        PressError: a letter has no glyph.
    """
    if name not in FORMS:
        raise UnknownError(
            "there is no form {name}", hint="Use one of {forms}.", name=name, forms=", ".join(FORMS)
        )
    if not subjects and name not in _ABOUT_NOW:
        raise UnknownError(
            "the form {name} is about something, and nothing was named",
            hint="Name what it is about: see `cablegram form {name} --help`.",
            name=name,
        )
    chosen = languages or languages_of(bureau.card)
    with bureau.books.view() as view:
        read = Reading(view, bureau, chosen)
        form, event = FORMS[name](read, subjects)
        imprint = read.imprint(event)
    data = blocks.worded(form.layout(), imprint)
    about = subjects[0][:40] if subjects else "now"
    code = f"{CODE}:{bureau.name}:{name}:{about}:{imprint.size}"
    made = set_form(data, code, imprint.made_at.astimezone(UTC))
    stem = "-".join((name, *subjects[:2])).replace("/", "-").replace(":", "-")
    return Made(f"{stem[:100]}.pdf", made.pdf, made.sheets, form)


def _copies(read: Reading, subjects: Sequence[str]) -> list[Copy]:
    return [serving.one(read.view, subject) for subject in subjects]


def _copy(
    compose: Callable[[Reading, Copy], _Found],
) -> Callable[[Reading, Sequence[str]], _Found]:
    return lambda read, subjects: compose(read, serving.one(read.view, subjects[0]))


def _telegram(
    compose: Callable[[Reading, Telegram], _Found],
) -> Callable[[Reading, Sequence[str]], _Found]:
    def made(read: Reading, subjects: Sequence[str]) -> _Found:
        cable = subjects[0]
        if not _is_number(cable):
            raise UnknownError(
                "{cable} is not a cable number", hint="Write it as in 21497.", cable=cable[:40]
            )
        return compose(read, finding.telegram(read.view, int(cable)))

    return made


def _number(text: str) -> int:
    if not _is_number(text):
        raise UnknownError("{text} is not a number", hint="Write it in digits.", text=text[:40])
    return int(text)


def _certificate(read: Reading, said: Sequence[str]) -> _Found:
    """By its number, or by copies."""
    if len(said) == 1 and said[0].isdecimal():
        return ends.numbered(read, _number(said[0]))
    return ends.certificate(read, _copies(read, said))


def _register(*, sent: bool) -> Callable[[Reading, Sequence[str]], _Found]:
    return lambda read, said: (lists.register(read, *_span(said), sent=sent), None)


def _span(said: Sequence[str]) -> tuple[str, str]:
    """From where to where a register is printed: two numbers, or two days as in 1951-07-05."""
    first, last = said[0], said[-1]
    if all(map(_is_day, (first, last))) or all(map(_is_number, (first, last))):
        return first, last
    raise UnknownError(
        "the register has no span from {first} to {last}",
        hint="Give two numbers, or two days as in 1951-07-05.",
        first=first[:40],
        last=last[:40],
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= serving.DIGITS_MAX


def _is_day(text: str) -> bool:
    try:
        return _DAY.match(text) is not None and date.fromisoformat(text) < _LAST_DAY
    except ValueError:
        return False


FORMS: Mapping[str, Callable[[Reading, Sequence[str]], _Found]] = {
    "register": _register(sent=False),
    "register-sent": _register(sent=True),
    "register-accepted": lambda read, said: (
        accepted.register_accepted(read, *_span(said)),
        None,
    ),
    "distribution": _telegram(lists.distribution),
    "transmittal": lambda read, said: between.transmittal(read, said[0]),
    "receipt": lambda read, said: between.receipt(read, said[0]),
    "paper-receipt": lambda read, said: (arrivals.paper_receipt(read, _copies(read, said)), None),
    "hand-receipt": _copy(slips.hand_receipt),
    "tracer": _copy(slips.tracer),
    "charge-out": _copy(slips.charge_out),
    "disclosure": _copy(lives.disclosure),
    "certificate": _certificate,
    "muster": lambda read, said: counts.muster(read, _number(said[0]) if said else 0),
    "watch": lambda read, said: counts.watch(read, _number(said[0]) if said else 0),
    "missing": _copy(lives.missing),
    "regrade": _telegram(lives.regrade),
}
"""Every form by name, with how it is composed."""
