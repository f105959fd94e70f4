"""``correspondent``: the offices we exchange with."""

from __future__ import annotations

from pathlib import Path

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session

CARD_FILE_MAX = 1 << 20


@click.group("correspondent", cls=Family)
def correspondent() -> None:
    """Take in other offices' cards and compare their words."""


@order("add", "cablegram --as makarov correspondent add beijing.card --compared")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--compared", is_flag=True, help="Its words were read to each other and agree.")
@pass_session
def add(session: Session, file: Path, compared: bool) -> None:
    """Enter the card in FILE, as `office card` or an office folder gives it.

    Nothing goes to an office whose words nobody has compared.
    """
    from cablegram.registry import serving
    from cablegram.wire import canonical, words

    card, body = serving.read_card(read(file))
    with session.office.bureau.books.view() as view:
        known = view.correspondents.get(card.office)
        before = serving.compared(view, card)
    same = known is not None and known.card == body and known.confirmed >= int(compared)
    if not same:
        facts = {"office": card.office, "card": canonical.digest(body)}
        if compared or before:
            facts["compared"] = "yes"
        session.order("correspond", facts, matter=body)
    spelled = words.fingerprint(card)
    done = compared or before
    if session.json:
        saying.say_json(
            {"office": card.office, "words": spelled, "compared": int(done), "repeat": int(same)}
        )
        return
    saying.say(f"{card.office}  {spelled}")
    if not done:
        saying.tell(
            "read these words to {office}, then give this again with --compared", office=card.office
        )
    if same:
        saying.tell("this card was entered before, and nothing was done again")


@order("standing", "cablegram --as makarov correspondent standing beijing")
@click.argument("office")
@pass_session
def standing(session: Session, office: str) -> None:
    """Tell OFFICE what we have of theirs, so that it can go on from a backup; `carry` sends it."""
    from cablegram.registry import restoring

    with session.office.bureau.books.view() as view:
        facts = restoring.stands(view, office)
    session.order("stand", facts)
    if session.json:
        saying.say_json(facts)
        return
    saying.say(
        "of {office} we have circuit {circuit}, papers {papers}",
        office=office,
        circuit=facts["circuit"],
        papers=facts["papers"],
    )
    saying.tell("`cablegram carry` signs it and sends it")


@order("list", "cablegram correspondent list")
@pass_session
def list_(session: Session) -> None:
    """List the offices we know."""
    from cablegram.answers import lists
    from cablegram.wire import card as card_format
    from cablegram.wire import words

    with session.office.bureau.books.view() as view:
        rows = [
            (row, card_format.decode(row.card))
            for row in sorted(view.correspondents.find(), key=lambda r: r.office)
        ]
    if session.json:
        saying.say_json(lists.correspondents([row for row, _ in rows]))
        return
    shown = [
        (
            row.office,
            next(iter(card.names.values())),
            "compared" if row.confirmed else "not compared",
            words.fingerprint(card),
        )
        for row, card in rows
    ]
    for line in saying.table(("office", "name", "", "words"), shown):
        saying.say(line)
    if not rows:
        saying.tell("nothing: no office's card was entered")


@order("words", "cablegram correspondent words beijing")
@click.argument("office", required=False)
@pass_session
def words_(session: Session, office: str | None) -> None:
    """Say the words of OFFICE to compare aloud, or our own."""
    from cablegram.errors import UnknownError
    from cablegram.registry import offices
    from cablegram.wire import words

    with session.office.bureau.books.view() as view:
        card = offices.card_of(view, office) if office else session.office.card
    if card is None:
        raise UnknownError(
            "no office {office} is known here",
            hint="Add its card with `correspondent add`.",
            office=office,
        )
    if session.json:
        saying.say_json({"office": card.office, "words": words.fingerprint(card)})
    else:
        saying.say(words.fingerprint(card))


def read(file: Path) -> bytes:
    """A card in one file, or a card.json with its signatures beside it."""
    from cablegram.errors import SetUpError
    from cablegram.wire import paper

    try:
        with file.open("rb") as opened:
            data = opened.read(CARD_FILE_MAX)
        beside = sorted(file.parent.glob(f"{file.name}.*.sig"))
        if b"\n" not in data and beside:
            return paper.join(data, [path.read_text("ascii") for path in beside])
    except (OSError, UnicodeDecodeError) as error:
        raise SetUpError(
            "the card {file} cannot be read",
            hint="Give the file that the office sent.",
            file=file.name,
        ) from error
    return data


for _command in (add, standing, list_, words_):
    correspondent.add_command(_command)

COMMANDS = (correspondent,)
