"""``label``: a telegram's classification as other systems read it, and their labels read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session

if TYPE_CHECKING:
    from cablegram.wire.label import Label

REVIEW_AFTER_YEARS = 10
"""When a label says it is to be looked at again, unless it is told."""


@click.group("label", cls=Family)
def label() -> None:
    """Show a telegram's confidentiality label (ADatP-4774), and read another system's."""


@order("show", "cablegram label show 21497 > 21497.label.xml")
@click.argument("number")
@click.option("--review", default="", help="When it is to be reviewed; ten years on if not given.")
@click.option("--policy", default="", help="Whose policy, where the telegram does not say.")
@pass_session
def show(session: Session, number: str, review: str, policy: str) -> None:
    """Give the label of a telegram as XML, by any of its numbers."""
    from cablegram.errors import UnknownError
    from cablegram.registry import serving
    from cablegram.wire import label as format_

    with session.office.bureau.books.view() as view:
        found = [hit.telegram for hit in serving.find(view, number) if hit.telegram is not None]
    if not found:
        raise UnknownError(
            "{number} is a copy from elsewhere, whose letter is not here",
            hint="Ask its owner for the label.",
            number=number,
        )
    telegram = found[0]
    year = int(telegram.filed_at[:4]) + REVIEW_AFTER_YEARS
    made = format_.Label(
        policy=telegram.policy or policy or telegram.office,
        classification=telegram.classification,
        values=format_.values(telegram.categories.splitlines(), telegram.caveats.splitlines()),
        created_at=telegram.filed_at,
        review_at=session.read_moment(review) if review else f"{year}-01-01T00:00:00Z",
    )
    if session.json:
        saying.say_json(_json(made))
    else:
        saying.say_bytes(format_.write(made))


@order("read", "cablegram label read theirs.xml")
@click.argument("file", type=click.Path(path_type=Path))
@pass_session
def read(session: Session, file: Path) -> None:
    """Say what a label says, as `draft --label-file` would take it."""
    from cablegram.cli.telegram import read as read_file
    from cablegram.wire import label as format_

    said = format_.read(read_file(file))
    if session.json:
        saying.say_json(_json(said))
        return
    saying.say("policy      {policy}", policy=said.policy)
    saying.say("level       {classification}", classification=said.classification)
    for words in said.categories():
        saying.say("category    {words}", words=words)
    for words in said.caveats():
        saying.say("caveat      {words}", words=words)
    saying.say("made        {created_at}", created_at=said.created_at)
    saying.say("review      {review_at}", review_at=said.review_at or "-")


def _json(said: Label) -> dict[str, object]:
    return {
        "policy": said.policy,
        "level": said.classification,
        "categories": list(said.categories()),
        "caveats": list(said.caveats()),
        "created_at": said.created_at,
        "review_at": said.review_at,
        "originator": said.originator,
    }


for _command in (show, read):
    label.add_command(_command)

COMMANDS = (label,)
