"""``custodian``: who answers for the copies, and the change of one for another by a muster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session

if TYPE_CHECKING:
    from cablegram.model.acts import Fact

_SERIES = click.option("--series", default="*", help="Only this series; all that have none else.")


@click.group("custodian", cls=Family)
def custodian() -> None:
    """Take charge of copies on a muster, and see who answers for which."""


@order("take", "cablegram --as chesnokova --second makarov custodian take --muster 3")
@_SERIES
@click.option("--muster", type=int, help="The muster it stands on; the newest fit one if not.")
@click.option("--reason", default="", help="Why the one who answered does not sign.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def take(session: Session, /, series: str, muster: int | None, **said: str) -> None:
    """Take charge of the copies; whoever answered for them so far seconds it."""
    from cablegram.registry import custodians, mustering
    from cablegram.wire import canonical

    bureau = session.office.bureau
    facts: dict[str, Fact] = {name: value for name, value in said.items() if value}
    facts["series"] = series
    with bureau.books.view() as view:
        fresh = custodians.fresh(view, series, bureau.now())
        row = view.musters.get(muster) if muster is not None else fresh
        if muster is not None:
            facts["muster"] = str(muster)
        if row is not None and row.state == mustering.CLOSED:
            facts |= {"muster": str(row.number), "outcome": canonical.digest(row.outcome)}
            facts["unsighted"] = str(len(mustering.still_unsighted(view, row)))
    session.order("take_charge", facts)
    if session.json:
        saying.say_json({"person": session.person, **facts})
        return
    of = custodians.named(series)
    saying.say("{person} answers for the copies of {of}", person=session.person, of=of)
    if facts.get("unsighted", "0") != "0":
        saying.tell(
            "{unsighted} of them were not seen at muster {muster}",
            unsighted=facts["unsighted"],
            muster=facts["muster"],
        )


@order("show", "cablegram custodian show")
@pass_session
def show(session: Session) -> None:
    """Say who answers for the copies of which series."""
    from cablegram.registry import custodians

    bureau = session.office.bureau
    with bureau.books.view() as view:
        taken = custodians.charges(view, bureau)
        appointed = custodians.custodians(view)
    if session.json:
        saying.say_json({"charges": taken, "custodians": appointed})
        return
    rows = [(custodians.named(series), person) for series, person in taken.items()]
    for line in saying.table(("copies of", "custodian"), rows):
        saying.say(line)
    if not rows:
        saying.tell("nobody has taken charge of the copies yet")


for _command in (take, show):
    custodian.add_command(_command)

COMMANDS = (custodian,)
