"""``paper``: a paper item of an office without Cablegram, on charge with one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.model.acts import Fact


@order("paper", "cablegram --as makarov paper war-ministry 61-k 3.7 2 two wagons for Sorn")
@click.argument("office")
@click.argument("theirs", metavar="NUMBER")
@click.argument("dated", metavar="DATE")
@click.argument("sheets", type=int)
@click.argument("content", nargs=-1)
@click.option("--for", "-f", "whom", default="", help="Whom it is for.")
@click.option(
    "--incoming", "-i", default="", help="Our number on it; 575/ takes our next behind it."
)
@click.option("--exemplar", type=click.IntRange(1), help="Which exemplar of it this is.")
@click.option("--limit", default="", help="When it must go back.")
@click.option("--note", default="", help="A word to keep with it.")
@click.option("--receipt", is_flag=True, help="Print the receipt that is sent back.")
@pass_session
def paper(
    session: Session, /, office: str, theirs: str, sheets: int, content: Sequence[str], **said: str
) -> None:
    """Take a paper on charge: whose, its NUMBER there, its DATE, the SHEETS counted, what about.

    OFFICE is an id or a heading, or what one of them begins with. A dash says that it bears no
    number, or no date. What it is about is kept where the series has a short content.
    """
    from cablegram.model.acts import Act
    from cablegram.registry import naming, regimes, roster
    from cablegram.registry import offices as offices_

    bureau = session.office.bureau
    with bureau.books.view() as view:
        owner = naming.office(view, bureau, office)
        if content:
            regimes.check_short_content(offices_.series(view))
        whom = roster.meant(view, said["whom"]) if said["whom"] else ""
    facts: dict[str, Fact] = {"owner": owner, "sheets": sheets}
    written: dict[str, Fact] = {
        "owner_number": "" if theirs == "-" else theirs,
        "owner_copy": said["exemplar"] or "",
        "dated_at": "" if said["dated"] == "-" else session.read_moment(said["dated"]),
        "content": " ".join(content),
        "whom": whom,
        "incoming": said["incoming"],
        "limit_at": session.read_moment(said["limit"], end=True) if said["limit"] else "",
        "note": said["note"],
    }
    facts |= {name: value for name, value in written.items() if value}
    done = session.order(Act.ACCEPT.value, facts)
    handles = getattr(getattr(done, "done", done), "copies", ())
    with bureau.books.view() as view:
        made = [found for handle in handles if (found := view.copies.get(handle))]
        session.show_copies(view, made, Act.ACCEPT.value, getattr(done, "order", ""), repeat=False)
    if said["receipt"] and made:
        _print_receipt(session, made[0].incoming)


def _print_receipt(session: Session, incoming: str) -> None:
    from cablegram import forms

    made = forms.make(session.office.bureau, "paper-receipt", (incoming,))
    saying.tell(
        "receipt to be sent back: {file}", file=session.office.bureau.paper.put(made.name, made.pdf)
    )


COMMANDS = (paper,)
