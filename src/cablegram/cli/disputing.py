"""``dispute`` and ``settle``: a copy that came otherwise than sent, settled by both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy

_SHEETS = click.option("--sheets", type=int, default=0, help="How many sheets were counted.")
_FROM = click.option("--from", "owner", default="", help="The office whose copy it is.")


@order("dispute", "cablegram --as registrar dispute 21497/2 --sheets 1 --why 'a sheet is missing'")
@click.argument("copy")
@click.option("--why", required=True, help="What is wrong with it; carriers can read it.")
@_SHEETS
@_FROM
@pass_session
def dispute(session: Session, copy: str, why: str, sheets: int, owner: str) -> None:
    """Refuse a COPY that was announced: short of a sheet, its seal broken, the wrong one."""
    facts = _listed(session, copy, owner)
    counted: dict[str, Fact] = {"sheets": sheets} if sheets else {}
    session.order("contest", {**facts, **counted, "note": why})
    _say(session, copy, "disputed")
    saying.tell("`cablegram carry` tells its sender; then one of you says how it is settled")


@order("settle", "cablegram --as makarov settle 21497/2 back --sheets 1")
@click.argument("copy")
@click.argument("outcome", type=click.Choice(("there", "back")))
@_SHEETS
@_FROM
@pass_session
def settle(session: Session, copy: str, outcome: str, sheets: int, owner: str) -> None:
    """Say that a disputed COPY stays there or comes back; the other office must say the same.

    Where the other office has signed it already, the copy that we sent is settled at once.
    """
    from cablegram.errors import UnknownError
    from cablegram.model.acts import Act, State
    from cablegram.registry import disputes, serving
    from cablegram.wiring import tools

    found: Copy | None = None
    with session.office.bureau.books.view() as view:
        try:
            found = serving.one(view, copy)
        except UnknownError:
            if not owner and "/" not in copy:
                raise
        ours = found is not None and found.state is State.DISPUTED
        word = disputes.their_word(view, found, outcome) if found is not None and ours else ""
    counted: dict[str, Fact] = {"sheets": sheets} if sheets else {}
    if not ours:
        session.order("agree", {**_listed(session, copy, owner), **counted, "outcome": outcome})
    elif found is not None and not word:
        session.order("agree", {**counted, "outcome": outcome}, tools.subjects([found]))
    elif found is not None:
        act = Act.SETTLE_THERE if outcome == "there" else Act.SETTLE_BACK
        back = counted if act is Act.SETTLE_BACK else {}
        session.move_copies([found], act, {"receipt": word, **back}, {})
        return
    _say(session, copy, sentence("said to be settled: {outcome}", outcome=outcome))
    saying.tell("the other office must sign the same; `cablegram carry` tells it")


def _listed(session: Session, copy: str, owner: str) -> Mapping[str, Fact]:
    from cablegram.errors import UnknownError
    from cablegram.model.names import copy_number
    from cablegram.registry import announced

    cable, number = copy_number(copy)
    bureau = session.office.bureau
    with bureau.books.view() as view:
        meant = [
            offer
            for offer in announced.offers(view, bureau)
            if (offer.item.cable, offer.item.copy) == (cable, number)
            and owner in {"", offer.item.owner}
        ]
    if not meant or len({offer.item.owner for offer in meant}) > 1:
        raise UnknownError(
            "{meant} transmittals announce copy {number} of {cable}",
            hint="List what was announced with `cablegram accept`; name its owner with --from.",
            meant=len(meant),
            number=number,
            cable=cable,
        )
    newest = meant[-1]
    return {
        "transmittal": newest.transmittal,
        "owner": newest.item.owner,
        "owner_cable": cable,
        "owner_copy": number,
    }


def _say(session: Session, copy: str, what: str) -> None:
    if session.json:
        saying.say_json({"copy": copy, "state": what})
    else:
        saying.say("{copy} is {what}", copy=copy, what=what)


COMMANDS = (dispute, settle)
