"""``dispatch`` and ``accept``: copies from office to office."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.registry.announced import Offer


_PLAIN = ("incoming", "limit_at", "whom", "note")


@order(
    "dispatch",
    "cablegram --as makarov dispatch 21497/2 --to special-sector --carrier 'courier Ivanov'",
)
@click.argument("copies", nargs=-1, required=True)
@click.option("--to", "office", required=True, help="The office it goes to.")
@click.option("--carrier", required=True, help="Who or what takes it there.")
@click.option("--receipt-due", default="", help="By when their receipt is due.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def dispatch(session: Session, /, copies: Sequence[str], receipt_due: str, **said: str) -> None:
    """Send copies to another office under one transmittal; `carry` takes it along."""
    from cablegram.model.acts import Act
    from cablegram.registry import serving

    facts = {**said, "due_at": session.read_moment(receipt_due, end=True) if receipt_due else ""}
    proposed = {"due_at": serving.receipt_due(session.office.bureau.now())}
    session.move(copies, Act.DISPATCH, facts, proposed)


@order("accept", "cablegram --as registrar accept 21497/2 --from moscow --sheets 2 --incoming 575/")
@click.argument("copy", required=False)
@click.option("--from", "owner", default="", help="The office whose copy it is.")
@click.option("--sheets", type=int, help="How many sheets were counted.")
@click.option("--incoming", default="", help="Our number on it; 575/ takes our next behind it.")
@click.option("--paper", is_flag=True, help="It came on paper, under no transmittal.")
@click.option("--whom", default="", help="Whom it is for.")
@click.option("--limit", default="", help="When it must go back.")
@click.option("--note", default="", help="A word to keep with it.")
@click.option(
    "--received",
    type=click.Path(path_type=Path),
    help="Its sheets as PDF: stamped with our number into our paper folder.",
)
@pass_session
def accept(session: Session, /, copy: str | None, received: Path | None, **said: object) -> None:
    """Take a copy of another office on charge; without COPY, list what was announced."""
    from cablegram.errors import UnknownError
    from cablegram.model import check
    from cablegram.model.acts import Act
    from cablegram.model.names import copy_number
    from cablegram.registry import announced
    from cablegram.wiring import received as paper

    bureau = session.office.bureau
    with bureau.books.view() as view:
        offers = announced.offers(view, bureau)
    if copy is None:
        _list(session, offers)
        return
    if check.is_code(copy):
        scanned = check.read_code(copy)
        said["owner"] = str(said["owner"]) or scanned.office
        copy = f"{scanned.cable}/{scanned.copy}"
    copy, typed = check.split(copy)
    cable, number = copy_number(copy)
    owner = str(said["owner"])
    meant = [
        offer
        for offer in offers
        if (offer.item.cable, offer.item.copy) == (cable, number)
        and owner in {"", offer.item.owner}
        and typed in {"", check.of_copy(offer.item.owner, cable, number)}
    ]
    if len(meant) != 1 and not (said["paper"] and owner):
        raise UnknownError(
            "{meant} transmittals announce copy {number} of {cable}",
            hint="Name its owner with --from; add --paper if it came under no transmittal.",
            meant=len(meant),
            number=number,
            cable=cable,
        )
    if said["sheets"] is None:
        raise click.UsageError("count the sheets and give --sheets")
    facts = _facts(session, said, meant[0] if meant and not said["paper"] else None)
    facts |= {"owner_cable": cable, "owner_copy": number}
    listed = meant[0].item.content_sha256 if meant and not said["paper"] else ""
    sheets = paper.read(received, listed) if received is not None else b""
    done = session.order(Act.ACCEPT.value, facts)
    handles = getattr(getattr(done, "done", done), "copies", ())
    with bureau.books.view() as view:
        made = [found for handle in handles if (found := view.copies.get(handle))]
        session.show_copies(view, made, Act.ACCEPT.value, getattr(done, "order", ""), repeat=False)
    for accepted in made if sheets else ():
        saying.tell("stamped: {file}", file=paper.stamp(session.office, accepted, sheets))


def _facts(session: Session, said: dict[str, object], offer: Offer | None) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "owner": str(said["owner"]),
        "sheets": int(str(said["sheets"])),
    }
    limit = session.read_moment(str(said["limit"]), end=True) if said["limit"] else ""
    if offer is not None:
        facts |= {"owner": offer.item.owner, "transmittal": offer.transmittal}
        limit = limit or offer.item.limit_at
        if offer.item.limit_to:
            facts["limit_to"] = offer.item.limit_to
    return facts | {
        name: value
        for name, value in {**said, "limit_at": limit}.items()
        if name in _PLAIN and isinstance(value, str) and value
    }


def _list(session: Session, offers: Sequence[Offer]) -> None:
    rows = [
        (
            f"{offer.item.cable}/{offer.item.copy}",
            offer.item.owner,
            offer.office,
            str(offer.item.sheets),
            session.local(offer.item.limit_at),
        )
        for offer in offers
    ]
    if session.json:
        fields = ("copy", "owner", "from", "sheets")
        saying.say_json({"offers": [dict(zip(fields, row, strict=False)) for row in rows]})
        return
    for line in saying.table(("copy", "owner", word("from", "whom"), "sheets", "back by"), rows):
        saying.say(line)
    if not rows:
        saying.tell("no copy is announced that is not accepted")


COMMANDS = (dispatch, accept)
