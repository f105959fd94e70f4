"""``form``: the registry's own papers as PDF, in the paper folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Write it there, not into the paper folder."
)
_LANG = click.option(
    "--lang", default="", help="Its languages, the first leading: ru,en or en alone."
)


@click.group("form", cls=Family)
def form() -> None:
    """Print a form from the books: lists, slips, cards, certificates; bilingual, black on white."""


@order("register", "cablegram form register --from 21490 --to 21510")
@click.option("--from", "first", required=True, help="The first number, or day: 1951-07-05.")
@click.option("--to", "last", default="", help="The last one; the same if not given.")
@click.option("--sent", is_flag=True, help="Telegrams that we sent, by outgoing number.")
@click.option("--accepted", is_flag=True, help="Copies that came from other offices.")
@_LANG
@_OUT
@pass_session
def register(
    session: Session, /, first: str, last: str, sent: bool, accepted: bool, **rest: Any
) -> None:
    """Print pages of the register: telegrams of a span of numbers or days, with their copies."""
    last = last or first
    days = [_is_day(text) for text in (first, last)]
    if days[0] != days[1] or not (days[0] or (first.isdecimal() and last.isdecimal())):
        raise click.UsageError("give two numbers, or two days as in 1951-07-05")
    if sent and accepted:
        raise click.UsageError("print one register after the other: --sent or --accepted")
    name = "register-sent" if sent else "register-accepted" if accepted else "register"
    _print(session, name, (first, last), rest["lang"], rest["out"])


@order("muster", "cablegram form muster 1")
@click.argument("number", type=click.IntRange(1), required=False)
@_LANG
@_OUT
@pass_session
def muster(session: Session, number: int | None, lang: str, out: Path | None) -> None:
    """Print the outcome of muster NUMBER; without it, a list to count with."""
    _print(session, "muster", (str(number),) if number else (), lang, out)


@order("watch", "cablegram form watch 3")
@click.argument("number", type=click.IntRange(1), required=False)
@_LANG
@_OUT
@pass_session
def watch(session: Session, number: int | None, lang: str, out: Path | None) -> None:
    """Print what watch NUMBER handed over; without it, what one that ends now would."""
    _print(session, "watch", (str(number),) if number else (), lang, out)


@order("certificate", "cablegram form certificate 21497/4")
@click.argument("copies", nargs=-1, required=True)
@_LANG
@_OUT
@pass_session
def certificate(session: Session, copies: Sequence[str], lang: str, out: Path | None) -> None:
    """Print the certificate of the order that destroyed COPIES; or one to fill in and sign."""
    _print(session, "certificate", copies, lang, out)


@order("paper-receipt", "cablegram form paper-receipt 901 902")
@click.argument("papers", nargs=-1, required=True)
@_LANG
@_OUT
@pass_session
def paper_receipt(session: Session, papers: Sequence[str], lang: str, out: Path | None) -> None:
    """Print the receipt for PAPERS of one office that has no Cablegram, to be sent back."""
    _print(session, "paper-receipt", papers, lang, out)


def _single(name: str, subject: str, help_text: str) -> click.Command:
    """A form about one thing."""

    @_LANG
    @_OUT
    @pass_session
    def made(session: Session, about: str, lang: str, out: Path | None) -> None:
        _print(session, name, (about,), lang, out)

    made.__doc__ = help_text
    argument: Callable[[Callable[..., None]], Callable[..., None]] = click.argument(
        "about", metavar=subject.split(maxsplit=1)[0]
    )
    return order(name, f"cablegram form {name} {subject.split(maxsplit=1)[1]}")(argument(made))


_SINGLE = (
    ("distribution", "CABLE 21497", "Print which copy of telegram CABLE is for whom."),
    ("transmittal", "WHICH 21497/2", "Print a transmittal: by digest, OFFICE/NUMBER, or copy."),
    ("receipt", "WHICH 21497/2", "Print a receipt: by digest, OFFICE/NUMBER, or copy."),
    ("hand-receipt", "COPY 21497/1", "Print the holder's signature for COPY."),
    ("tracer", "COPY 21497/1", "Print the chaser for COPY, with the holder's answer to cut off."),
    ("charge-out", "COPY 21497/3", "Print the card that stands where COPY should be."),
    ("disclosure", "COPY 21497/1", "Print everyone who has seen COPY, with room to sign."),
    ("missing", "COPY 21497/1", "Print the report on COPY that was not found."),
    ("regrade", "CABLE 21497", "Print the notice that telegram CABLE was regraded."),
)


def _print(session: Session, name: str, about: Sequence[str], lang: str, out: Path | None) -> None:
    """Make the form and say where it lies."""
    from cablegram import forms
    from cablegram.errors import StorageError

    languages = tuple(part.strip() for part in lang.split(",") if part.strip())
    made = forms.make(session.office.bureau, name, about, languages=languages)
    if out is None:
        where = session.office.bureau.paper.put(made.name, made.pdf)
    else:
        try:
            out.write_bytes(made.pdf)
        except OSError as error:
            raise StorageError(
                "the form cannot be written to {out}",
                hint="Name another file with --out.",
                out=out.name,
            ) from error
        where = str(out)
    if session.json:
        saying.say_json({"form": name, "file": where, "sheets": made.sheets})
    else:
        saying.say(where)


def _is_day(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return "-" in text


form.add_command(register)
for _name, _subject, _help in _SINGLE:
    form.add_command(_single(_name, _subject, _help))
for _command in (certificate, paper_receipt, muster, watch):
    form.add_command(_command)

COMMANDS = (form,)
