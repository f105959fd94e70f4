"""Making a form: by its name and what it is about, out of the books, onto paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
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
        if not cable.isdecimal():
            raise UnknownError(
                "{cable} is not a cable number", hint="Write it as in 21497.", cable=cable
            )
        return compose(read, finding.telegram(read.view, int(cable)))

    return made


def _certificate(read: Reading, said: Sequence[str]) -> _Found:
    """By its number, or by copies."""
    if len(said) == 1 and said[0].isdecimal():
        return ends.numbered(read, int(said[0]))
    return ends.certificate(read, _copies(read, said))


def _register(*, sent: bool) -> Callable[[Reading, Sequence[str]], _Found]:
    return lambda read, said: (lists.register(read, said[0], said[-1], sent=sent), None)


FORMS: Mapping[str, Callable[[Reading, Sequence[str]], _Found]] = {
    "register": _register(sent=False),
    "register-sent": _register(sent=True),
    "register-accepted": lambda read, said: (
        accepted.register_accepted(read, said[0], said[-1]),
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
    "muster": lambda read, said: counts.muster(read, int(said[0]) if said else 0),
    "watch": lambda read, said: counts.watch(read, int(said[0]) if said else 0),
    "missing": _copy(lives.missing),
    "regrade": _telegram(lives.regrade),
}
"""Every form by name, with how it is composed."""
