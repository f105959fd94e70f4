"""``find`` and ``describe``: by words, office, day and person; and the words to be found by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cablegram.cli import distant, saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, sentence, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.ports import Shelves
    from cablegram.registry.searching import Hit

CONTENT_WIDTH = 60


@order("find", "cablegram find Пэн Дэ-хуай перемирие --office beijing --from 1.7.1951")
@click.argument("words", nargs=-1)
@click.option("--office", default="", help="From or of this office, by id or heading.")
@click.option("--from", "since", default="", help="Not before this day.")
@click.option("--to", "until", default="", help="Not after this day.")
@click.option("--person", default="", help="For, with or named: by id or name, in any script.")
@click.option("--number", default="", help="Bearing this number, ours or theirs.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, help="How many at most.")
@click.option("--rebuild", is_flag=True, help="Make the search keys again out of the books first.")
@pass_session
def find(
    session: Session, /, words: Sequence[str], since: str, until: str, rebuild: bool, **said: object
) -> None:
    """Find telegrams and copies by WORDS of their short content, signatory, office or persons.

    Names are found however they are written: Пэн Дэ-хуай, Peng Dehuai, P'eng Te-huai, 彭德怀.
    A star ends a beginning: перемир*. The newest come first.
    """
    from cablegram.model.dates import read_date
    from cablegram.registry import indexing, searching

    if session.url:
        kept = {name: said[name] for name in ("office", "person", "number")}
        distant.find(
            session,
            {
                "words": " ".join(words),
                **kept,
                "since": since,
                "until": until,
                "most": said["limit"],
            },
        )
        return
    bureau = session.office.bureau
    zone = session.office.settings.tz()
    if rebuild:
        with bureau.books.page("") as page:
            saying.tell("{count} search keys were made again", count=indexing.rebuild(page))
    asked = searching.Asked(
        words=" ".join(words),
        office=str(said["office"]),
        person=str(said["person"]),
        number=str(said["number"]),
        since=read_date(since, zone) if since else "",
        until=read_date(until, zone, end=True) if until else "",
        limit=int(str(said["limit"])),
    )
    if asked == searching.Asked(limit=asked.limit):
        raise click.UsageError("nothing was asked for")
    with bureau.books.view() as view:
        found = searching.search(view, asked, bureau)
        rows = [_row(session, view, hit) for hit in found.hits]
    if session.json:
        fields = ("number", "at", "office", "their_number", "content", "copies")
        hits = [dict(zip(fields, row, strict=True)) for row in rows]
        saying.say_json({"found": hits, "more": int(found.more)})
        return
    for line in saying.table(("number", "when", "office", "theirs", "content", "copies"), rows):
        saying.say(line)
    if found.more or len(rows) == asked.limit:
        saying.tell("there may be more; narrow it with --office, --person, --from and --to")


@order("describe", "cablegram --as makarov describe 21497 'On the armistice talks'")
@click.argument("number")
@click.argument("content")
@pass_session
def describe(session: Session, number: str, content: str) -> None:
    """Write the short CONTENT of a telegram, or of a copy that came from elsewhere.

    It lies in clear in the books, and only where the series allows it.
    """
    from cablegram.model.acts import Act
    from cablegram.model.orders import Subject
    from cablegram.registry import entries, serving

    with session.office.bureau.books.view() as view:
        found = serving.find(view, number)[0]
        telegram = found.telegram or view.telegrams.get(found.copies[0].telegram)
        if telegram is not None:
            seq = entries.next_seq(view, telegram.handle) - 1
            about, before = Subject(telegram.handle, seq), telegram.short_content
            name = str(telegram.cable_number or telegram.outgoing_number)
        else:
            copy = found.copies[0]
            about, before = Subject(copy.handle, copy.seq), copy.short_content
            name = copy.incoming
    if before != content:
        session.order(Act.DESCRIBE.value, {"content": content}, (about,))
    if session.json:
        saying.say_json({"number": name, "content": content, "repeat": int(before == content)})
        return
    saying.say(f"{name}: {content}")
    if before == content:
        saying.tell("these are its words already, and nothing was done again")


def _row(session: Session, view: Shelves, hit: Hit) -> tuple[str, str, str, str, str, str]:
    from collections import Counter

    from cablegram.registry.reading import every

    if hit.telegram is not None:
        row = hit.telegram
        born = Counter(copy.state.value for copy in every(view.copies, "telegram", row.handle))
        copies = beside(
            sentence("{n} {state}", n=n, state=word(state, "State"))
            for state, n in sorted(born.items())
        )
        ours, theirs = row.cable_number, row.outgoing_number
        number = str(ours) if row.direction == "in" else sentence("out {theirs}", theirs=theirs)
        content = _short(row.short_content or row.signatory)
        return (
            number,
            session.local(hit.at),
            row.office or "-",
            str(theirs or "-"),
            content,
            copies or "-",
        )
    copy = hit.copy
    assert copy is not None, "a hit is of a telegram or of a copy"
    theirs_ = f"{copy.owner_cable}/{copy.owner_copy}" if copy.owner_cable else "-"
    return (
        copy.incoming,
        session.local(hit.at),
        copy.owner,
        theirs_,
        _short(copy.short_content),
        session.where(copy).removeprefix("is "),
    )


def _short(text: str) -> str:
    return (text if len(text) <= CONTENT_WIDTH else text[: CONTENT_WIDTH - 1] + "…") or "-"


COMMANDS = (find, describe)
