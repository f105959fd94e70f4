"""``muster``: count what is here against the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session

if TYPE_CHECKING:
    from typing import IO

LIST_MAX = 8 << 20

_WORDS = {
    "sighted": "seen here",
    "sighted_elsewhere": "seen by the office that has them",
    "open_items": "with another office, which has not said so",
    "unsighted": "should be here and were not seen",
    "unexpected": "seen and should not be",
    "doubled": "seen on more than one sheet",
    "moved_since": "moved after the cut-off",
}


@order("muster", "cablegram --as makarov --second chesnokova muster --sighted seen.txt")
@click.option(
    "--sighted", type=click.File("rb"), required=True, help="The numbers seen, one a line; - reads."
)
@click.option("--cut-off", default="", help="As of when; now if not given.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def muster(session: Session, sighted: IO[bytes], cut_off: str, note: str) -> None:
    """Hold a muster: every copy sighted, elsewhere, or missing from the count."""
    from cablegram.errors import MalformedError
    from cablegram.registry import musters
    from cablegram.wire import canonical

    bureau = session.office.bureau
    try:
        seen = [line.strip() for line in sighted.read(LIST_MAX).decode().splitlines()]
    except UnicodeDecodeError as error:
        raise MalformedError("the list is not text", hint="Write a number a line.") from error
    seen = [line for line in seen if line]
    at = session.read_moment(cut_off) if cut_off else bureau.now()
    facts = {"cut_off": at, "sighted": musters.digest_of(seen)} | ({"note": note} if note else {})
    done = session.order("muster", facts, matter="\n".join(seen).encode())
    number = int(getattr(getattr(done, "done", done), "answer", "0"))
    with bureau.books.view() as view:
        row = view.musters.get(number)
    assert row is not None, "the order wrote its row"
    outcome = canonical.decode(row.outcome)
    if session.json:
        saying.say_json({"muster": number, "cut_off": at, **outcome})
        return
    saying.say(f"muster {number}, as of {session.local(at)}")
    for name, words in _WORDS.items():
        found = outcome[name]
        assert isinstance(found, list), "the outcome is lists of names"
        if found:
            saying.say(f"{len(found):6} {words}: {', '.join(map(str, found))}")


COMMANDS = (muster,)
