"""``carry`` and ``take-in``: the line to other offices, with the papers that follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.cli import saying, wording
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, term, word

if TYPE_CHECKING:
    from cablegram.circuits import TakenIn
    from cablegram.wiring.errands import Signed


@order("carry", "cablegram carry")
@pass_session
def carry(session: Session) -> None:
    """Sign the papers we owe, and hand all that is ready to the carriers."""
    from cablegram.errors import CircuitError
    from cablegram.wiring import errands

    owed, carried = errands.carry(session.office)
    signed = _told(owed)
    if session.json:
        saying.say_json(
            {
                "carried": carried.count,
                "waiting": carried.waiting,
                "signed": signed,
                "refused": list(carried.refused),
            }
        )
    else:
        saying.say(
            "{count} carried, {waiting} waiting", count=carried.count, waiting=carried.waiting
        )
    if carried.refused:
        raise CircuitError(
            beside(carried.refused, "; "),
            hint="Put the stick in or connect the folder, then carry again.",
            kept="What did not go is in the outgoing tray.",
        )


@order("take-in", "cablegram --as chesnokova take-in")
@pass_session
def take_in(session: Session) -> None:
    """Take in what lies at the carriers, and do what other offices' receipts allow."""
    from cablegram.errors import CircuitError
    from cablegram.wiring import errands

    found = errands.take_in(session.office)
    taken = [one for one in found if one.digest]
    stayed = [one.why for one in found if not one.digest]
    matched = _match(session)
    signed = _told(errands.sign_owed(session.office))
    _say_taken(session, taken, matched, signed)
    if stayed:
        raise CircuitError(
            beside(stayed, "; "),
            hint="Put the stick in or connect the folder, or clear what lies there, "
            "then take in again.",
            kept="What was taken in is kept; the rest lies where it was.",
        )


def _say_taken(session: Session, taken: list[TakenIn], matched: list[str], signed: int) -> None:
    if session.json:
        fields = ("digest", "outer_number", "kind", "claimed", "state", "why")
        items = [{field: getattr(one, field) for field in fields} for one in taken]
        saying.say_json({"taken_in": items, "matched": matched, "signed": signed})
        return
    for line in saying.table(
        ("outer", "what", word("from", "whom"), "state"), [_row(one) for one in taken]
    ):
        saying.say(line)
    for name in matched:
        saying.tell("by its receipt: {name}", name=name)
    if any((one.kind, one.state) == ("notice", "entered") for one in taken):
        saying.tell("a notice waits for an order: see `cablegram due`")
    for one in taken:
        if one.why:
            saying.tell(
                "outer {outer_number}: {why}",
                outer_number=one.outer_number,
                why=saying.again(one.why),
            )
    waiting = [str(one.outer_number) for one in taken if one.state == "waiting"]
    if waiting:
        saying.tell("to be opened: `cablegram open {waiting}`", waiting=" ".join(waiting))
    elif not taken:
        saying.tell("nothing lay there")


def _row(one: TakenIn) -> tuple[str, str, str, str]:
    return str(one.outer_number), wording.kind(one.kind), one.claimed, wording.state(one.state)


def _match(session: Session) -> list[str]:
    """Order what receipts that came in allow; gives the copies' names with where they now are."""
    from cablegram.errors import CablegramError
    from cablegram.registry import finding, papers
    from cablegram.wiring import tools

    us = session.office
    with us.bureau.books.view() as view:
        waiting = papers.awaiting(view, us.bureau)
        names = [finding.name(view, one.copy) for one in waiting]
    done: list[str] = []
    for name, one in zip(names, waiting, strict=True):
        # What was taken in stays, whatever comes of the orders that follow from it.
        try:
            about = tools.subjects([one.copy])
            session.order(one.act.value, one.facts, about)
        except CablegramError as error:
            act = term(one.act)
            saying.tell(
                "their receipt for {name} waits for an order ({act}): {error}",
                name=name,
                act=act,
                error=error,
            )
            continue
        with us.bureau.books.view() as view:
            where = session.where(view.copies.get(one.copy.handle) or one.copy)
            done.append(beside((name, where), " "))
    return done


def _told(signed: Signed) -> int:
    """How many papers the room signed; what it left is told."""
    if signed.why is not None:
        saying.tell(
            "papers owed and not signed: {owed}; {error}", owed=signed.left, error=signed.why
        )
    return signed.count


COMMANDS = (carry, take_in)
