"""``year`` and ``review``: close a year's books, and decide what its time has come for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import many, sentence, word

if TYPE_CHECKING:
    from cablegram.model.acts import Fact
    from cablegram.ports import Shelves

SHOWN_MAX = 100
"""How many names of a kind are told; `--json` has them all."""

_SERIES = click.option("--series", default="", help="Which; the current one if not given.")


@click.group("year", cls=Family)
def year() -> None:
    """Close the books of a year that has ended, by two; see what stands open."""


@order("show", "cablegram year show 1951 --series T")
@click.argument("number", metavar="YEAR", type=int, required=False)
@_SERIES
@pass_session
def show(session: Session, number: int | None, series: str) -> None:
    """Show what the books say of YEAR: as they were closed, or as they would be now."""
    from cablegram.registry import offices, years

    bureau = session.office.bureau
    with bureau.books.view() as view:
        number = number if number is not None else years.year_of(bureau.now(), bureau)
        years.read_year(str(number))
        letter = offices.series(view, series).letter
        row = view.years.get(number, letter)
        said = row.statement if row is not None else years.statement(view, number, letter, bureau)
    _say(
        session,
        json.loads(said),
        sentence("by {officer} and {second}", officer=row.officer, second=row.second)
        if row
        else "",
    )


@order("close", "cablegram --as makarov --second vaganov year close 1951 --series T")
@click.argument("number", metavar="YEAR", type=int)
@_SERIES
@click.option("--next", "letter", default="", help="Begin this series first, of the same regime.")
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def close(session: Session, number: int, series: str, letter: str, note: str) -> None:
    """Close the books of YEAR for one series; both who order it sign what they say."""
    from cablegram.cli.office import settle
    from cablegram.cli.series import regime_of
    from cablegram.registry import offices, years
    from cablegram.wire import canonical

    bureau = session.office.bureau
    with bureau.books.view() as view:
        series = offices.series(view, series).letter
        years.read_year(str(number))
        settled = letter in offices.all_series(view)
    if letter:
        if not settled:
            settle(session, f"series/{letter}", regime_of(session, letter, {}))
        settle(session, "series", letter)
    with bureau.books.view() as view:
        said = years.statement(view, number, series, bureau)
    facts: dict[str, Fact] = {"year": str(number), "series": series}
    facts["statement"] = canonical.digest(said)
    session.order("close_year", {**facts, **({"note": note} if note else {})})
    _say(
        session,
        json.loads(said),
        sentence("by {person} and {other}", person=session.person, other=session.other),
    )


@order("list", "cablegram year list")
@pass_session
def list_(session: Session) -> None:
    """List the years whose books are closed, and those that are to be."""
    from cablegram.registry import years
    from cablegram.registry.reading import every

    bureau = session.office.bureau
    with bureau.books.view() as view:
        closed = list(every(view.years))
        waiting = years.open_years(view, bureau.now(), bureau)
    if session.json:
        fields = ("year", "series", "officer", "second", "closed_at")
        said = [{name: getattr(row, name) for name in fields} for row in closed]
        open_ = [{"year": number, "series": series} for number, series in waiting]
        saying.say_json({"closed": said, "open": open_})
        return
    rows: list[tuple[str, ...]] = [
        (
            str(r.year),
            r.series,
            session.local(r.closed_at),
            sentence("{officer} and {second}", officer=r.officer, second=r.second),
        )
        for r in closed
    ]
    rows += [(str(number), series, "not closed", "-") for number, series in waiting]
    for line in saying.table(("year", "series", "closed", "by"), rows):
        saying.say(line)
    if not rows:
        saying.tell("no year has ended yet")


@order("review", "cablegram --as makarov review 21497 --keep 1971-01-01T00:00 --reason 'in force'")
@click.argument("number", type=int, required=False)
@click.option("--sent", type=int, help="A telegram of ours, by its outgoing number.")
@click.option("--keep", default="", help="Its classification stays until then.")
@click.option("--regrade", default="", help="Its classification is to be this level.")
@click.option("--declassify", is_flag=True, help="It is to be declassified.")
@click.option("--keep-copies", default="", help="Its copies are kept until then.")
@click.option("--destroy-copies", is_flag=True, help="Its copies are to be destroyed.")
@click.option("--reason", required=True)
@click.option("--note", default="", help="A word to keep with it.")
@pass_session
def review(session: Session, /, number: int | None, sent: int | None, **said: Any) -> None:
    """Record what is decided of telegram NUMBER when its time has come.

    What is decided is not done by this: `duties` then asks for the act that does it.
    """
    decisions: list[dict[str, Fact]] = []
    if said["keep"]:
        until = session.read_moment(said["keep"])
        decisions.append({"what": "classification", "decision": "keep", "until_at": until})
    if said["regrade"]:
        level = said["regrade"]
        decisions.append({"what": "classification", "decision": "regrade", "level": level})
    if said["declassify"]:
        decisions.append({"what": "classification", "decision": "declassify"})
    if said["keep_copies"]:
        until = session.read_moment(said["keep_copies"])
        decisions.append({"what": "retention", "decision": "keep", "until_at": until})
    if said["destroy_copies"]:
        decisions.append({"what": "retention", "decision": "destroy"})
    if len(decisions) != 1:
        raise click.UsageError("say one thing that is decided, as --keep or --declassify")
    if (number is None) == (sent is None):
        raise click.UsageError("name a telegram by its cable number, or one of ours with --sent")
    with session.office.bureau.books.view() as view:
        handle = _telegram(view, number, sent)
    facts: dict[str, Fact] = {"telegram": handle, "reason": said["reason"], **decisions[0]}
    done = session.order("review", facts | ({"note": said["note"]} if said["note"] else {}))
    made = int(getattr(getattr(done, "done", done), "answer", "0"))
    if session.json:
        saying.say_json({"review": made, **decisions[0]})
        return
    saying.say(
        "review {made} is recorded: {decision}", made=made, decision=decisions[0]["decision"]
    )
    if decisions[0]["decision"] != "keep":
        saying.tell("it is not done by that: see `cablegram duties`")


def _telegram(view: Shelves, number: int | None, sent: int | None) -> str:
    from cablegram.errors import UnknownError
    from cablegram.registry import finding

    if sent is None:
        assert number is not None, "one of them was given"
        return finding.telegram(view, number).handle
    ours = [row for row in view.telegrams.find("outgoing", sent) if row.direction == "out"]
    if not ours:
        raise UnknownError(
            "no telegram {sent} of ours is in the books",
            hint="See `cablegram where {sent}`.",
            sent=sent,
        )
    return ours[-1].handle


def _say(session: Session, said: dict[str, Any], by: str) -> None:
    if session.json:
        saying.say_json({**said, "closed": int(by != "")})
        return
    how = sentence("closed {by}", by=by) if by else sentence("not closed")
    saying.say("{year}, series {series}: {how}", year=said["year"], series=said["series"], how=how)
    for what, name in (("received", "in"), ("sent", "out")):
        span = said["cable"] if name == "in" else said["outgoing"]
        numbers = sentence(", {first} to {last}", first=span[0], last=span[1]) if span[1] else ""
        count = said["telegrams"].get(name, 0)
        saying.say(
            "  {count} {what}{numbers}", count=count, what=word(what, "year"), numbers=numbers
        )
    if said["accepted"]:
        saying.say("  {copies} accepted", copies=many(said["accepted"], "copy", "copies"))
    for state, count in said["copies"].items():
        saying.say(
            "  {copies} {state}",
            copies=many(count, "copy", "copies"),
            state=word(state, "State"),
        )
    for kind, last in said["last"].items():
        if last:
            saying.say("  last {kind} number {last}", kind=word(kind, "number"), last=last)
    for what in ("carried", "tasks", "inquiries", "drafts"):
        if said[what]:
            listed = ", ".join(map(str, said[what][:SHOWN_MAX]))
            left = len(said[what]) - SHOWN_MAX
            listed += f", +{left:,}" if left > 0 else ""
            words = word("carried over" if what == "carried" else f"open {what}", "year")
            saying.say("  {words}: {listed}", words=words, listed=listed)
    saying.say("  register {register}", register=said["register"])
    saying.say("  ledger {ledger}", ledger=said["ledger"] or "-")
    if said["current"] != said["series"]:
        saying.say("  new letters go in series {current}", current=said["current"])


for _command in (show, close, list_):
    year.add_command(_command)

COMMANDS = (year, review)
