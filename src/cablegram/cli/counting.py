"""``muster``: count what is here against the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session

if TYPE_CHECKING:
    from typing import IO

    from cablegram.ports import Shelves

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
_TOLD = frozenset({"open_items", "unsighted", "unexpected"})
"""Of these, where the books say that each is."""


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
    with bureau.books.view() as view:
        for name, words in _WORDS.items():
            _say(session, view, name, words, _sorted(outcome[name]))
    away = _sorted(outcome["unsighted"])
    if away:
        saying.tell(
            f"look again; what stays away: `cablegram act miss {away[0]} --fact reason=...`"
        )


def _sorted(found: object) -> list[str]:
    assert isinstance(found, list), "the outcome is lists of names"
    return sorted(map(str, found), key=saying.natural)


def _say(session: Session, view: Shelves, name: str, words: str, found: list[str]) -> None:
    """One heading of the outcome; what is not in order a line each, with what the books say."""
    if found and name in _TOLD:
        saying.say(f"{len(found):6} {words}:")
        for one in found:
            saying.say(f"       {one} {_where(session, view, one)}")
    elif found:
        saying.say(f"{len(found):6} {words}: {', '.join(found)}")


def _where(session: Session, view: Shelves, name: str) -> str:
    from cablegram.errors import CablegramError
    from cablegram.registry import serving

    try:
        return session.where(serving.one(view, name))
    except CablegramError:
        # Two that read alike stand with a part of their handle, which no one would type.
        return "is told apart by its handle" if name.endswith(")") else "is not in the books"


COMMANDS = (muster,)
