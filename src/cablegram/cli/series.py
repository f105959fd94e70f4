"""``office series``: what the office asks of the copies and telegrams of a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import saying, wording
from cablegram.cli.office import office, settle
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, many, sentence, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cablegram.model.handling import Series

NONE, ANYONE = "none", "anyone"
_PLAIN: dict[str, object] = {
    "may_hold": [],
    "waits": [],
    "file_copies": "yes",
    "short_content": "no",
    "new_letter": "no",
}
"""A regime's fields as every series has them: they are left out of its bytes."""


@order(
    "series",
    "cablegram --as makarov office series T --days 6 --counted received --return-to Registry",
)
@click.argument("letter", required=False)
@click.argument("of", required=False)
@click.option("--days", type=int, help="How many days a copy may be out.")
@click.option("--calendar/--hours", default=None, help="Calendar days, or 24-hour days.")
@click.option("--counted", type=click.Choice(("received", "printed", "issued")), help="From when.")
@click.option("--return-to", help="The place that copies come back to.")
@click.option("--standing", help="Who gets copies: addressee,addressee,file,file")
@click.option("--allowance", type=int, help="How many overdue copies a holder may have.")
@click.option("--exempt", help="The precedence that goes past a supply hold.")
@click.option("--two", help="Acts that two persons must order: release,open,allot; none.")
@click.option("--may-hold", help="Who may hold copies: stalin,molotov,role:reader; anyone.")
@click.option("--file-copies/--no-file-copies", default=None, help="Whether copies are filed.")
@click.option(
    "--short-content/--no-short-content",
    default=None,
    help="Whether what a telegram is about may lie in clear in the books.",
)
@click.option("--waits", help="Acts that wait for a quorum of witnesses: open,release; none.")
@click.option("--tracer-days", type=int, help="How many days apart tracers are.")
@click.option("--tracers", type=int, help="How many, before an inquiry.")
@click.option("--muster-days", type=int, help="How often its copies are mustered; 0: no period.")
@click.option("--review-years", type=int, help="When classification is reviewed; 0: never.")
@click.option("--keep-years", type=int, help="How long copies are kept; 0: for good.")
@click.option(
    "--new-letter/--same-letter", default=None, help="Whether each year begins another letter."
)
@click.option("--current", is_flag=True, help="Make it the series that new letters go in.")
@pass_session
def series(
    session: Session, /, letter: str | None, of: str | None, current: bool, **said: object
) -> None:
    """Show a series and its regime (`office series show T`), or settle it."""
    from cablegram.registry import offices

    if letter == "show":
        letter, of = of, None
    if of:
        raise click.UsageError(
            sentence("one series at a time: {letter}, not {of} as well", letter=letter, of=of)
        )
    wanted = {name: value for name, value in said.items() if value is not None}
    if letter and wanted:
        settle(session, f"series/{letter}", regime_of(session, letter, wanted))
    if letter and current:
        settle(session, "series", letter)
    with session.office.bureau.books.view() as view:
        regime = offices.series(view, letter or "")
        others = [other for other in offices.all_series(view) if other != regime.letter]
    if session.json:
        saying.say_json(_json(regime))
        return
    for line in _lines(regime):
        saying.say(line)
    if others:
        saying.tell("other series: {others}", others=", ".join(others))


def _json(regime: Series) -> Mapping[str, object]:
    """Every field, also those that are left out where they are as in every series."""
    from cablegram.model.handling import SPANS
    from cablegram.registry import offices
    from cablegram.wire import canonical

    said: dict[str, object] = dict(canonical.decode(offices.write_series(regime)))
    said["may_hold"], said["waits"] = sorted(regime.may_hold), sorted(regime.waits)
    said["file_copies"] = offices.YES if regime.file_copies else offices.NO
    said["short_content"] = offices.YES if regime.short_content else offices.NO
    said["new_letter"] = offices.YES if regime.new_letter else offices.NO
    return said | {name: getattr(regime, name) for name in SPANS}


def _lines(regime: Series) -> list[str]:
    term = regime.term
    exempt = regime.exempt.name.lower()
    return [
        sentence("series {letter}", letter=regime.letter),
        sentence(
            "out for {count} {unit} from when it is {counted}",
            count=term.count,
            unit=term.unit,
            counted=term.counted,
        ),
        sentence("back to {to}", to=term.to),
        sentence("copies {standing}", standing=", ".join(regime.standing)),
        sentence(
            "overdue at most {allowance}, save at {exempt} and above",
            allowance=regime.allowance,
            exempt=word(exempt, "Precedence"),
        ),
        sentence(
            "tracers {tracers}, {days} apart",
            tracers=regime.tracers,
            days=many(regime.tracer_days, "day"),
        ),
        sentence(
            "two persons {listed}",
            listed=_listed(map(wording.act, regime.two), sentence("for nothing more")),
        ),
        sentence("held by {listed}", listed=_listed(regime.may_hold, sentence("anyone known"))),
        sentence("copies in the file {yes}", yes=_yes(regime.file_copies)),
        sentence("short content {yes}", yes=_yes(regime.short_content)),
        sentence("a new letter each year {yes}", yes=_yes(regime.new_letter)),
        sentence(
            "waits for witnesses {listed}",
            listed=_listed(map(wording.act, regime.waits), sentence("with nothing")),
        ),
        sentence("mustered every {span}", span=many(regime.muster_days, "day"))
        if regime.muster_days
        else sentence("mustered when it is ordered"),
        sentence("reviewed after {span}", span=many(regime.review_years, "year"))
        if regime.review_years
        else sentence("reviewed when it is ordered"),
        sentence("kept for {span}", span=many(regime.keep_years, "year"))
        if regime.keep_years
        else sentence("kept for good"),
    ]


def _yes(is_so: bool) -> str:
    return sentence("yes") if is_so else sentence("no")


def regime_of(session: Session, letter: str, wanted: dict[str, object]) -> str:
    """The regime with what was asked for changed; what was not asked for stays."""
    from cablegram.errors import MalformedError, UnknownError
    from cablegram.model.handling import SPANS
    from cablegram.registry import offices
    from cablegram.wire import canonical

    with session.office.bureau.books.view() as view:
        try:
            now = offices.series(view, letter)
        except UnknownError:
            now = offices.series(view)
    said = canonical.decode(offices.write_series(now))
    said["letter"] = letter
    for name, field in (("days", "count"), ("counted", "counted"), ("return_to", "to")):
        if name in wanted:
            said[field] = wanted[name]  # type: ignore[assignment]  # read_series checks each
    if "days" in wanted or "calendar" in wanted:
        said["unit"] = "calendar days" if wanted.get("calendar") else "24-hour days"
    for name in ("allowance", "exempt", *SPANS):
        if name in wanted:
            said[name] = wanted[name]  # type: ignore[assignment]  # likewise
    said.update(_lists(now, wanted))
    plain = _PLAIN | {name: count for name, (_, _, count) in SPANS.items()}
    said = {name: value for name, value in said.items() if value != plain.get(name)}
    try:
        return offices.write_series(offices.read_series(canonical.encode(said))).decode()
    except ValueError as error:
        raise MalformedError("that is not a regime", hint="See `--help`.") from error


def _lists(now: Series, wanted: dict[str, object]) -> dict[str, Any]:
    """The regime's lists of words, and what it says yes or no to, as they are asked for."""
    from cablegram.model.names import FILE
    from cablegram.registry import offices

    said: dict[str, Any] = {}
    for name, nothing in (("standing", ""), ("two", NONE), ("may_hold", ANYONE), ("waits", NONE)):
        if name in wanted:
            words = [word.strip() for word in str(wanted[name]).split(",") if word.strip()]
            said[name] = words if name == "standing" else sorted(set(words) - {nothing})
    for name in ("file_copies", "short_content", "new_letter"):
        if name in wanted:
            said[name] = offices.YES if wanted[name] else offices.NO
    if said.get("file_copies") == offices.NO and "standing" not in wanted:
        said["standing"] = [whom for whom in now.standing if whom != FILE]
    return said


def _listed(words: Iterable[str], nothing: str) -> str:
    return beside(sorted(words)) or nothing


office.add_command(series)
COMMANDS: tuple[click.Command, ...] = ()
