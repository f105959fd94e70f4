"""``office``: make one, show it, and settle what it settles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cablegram.ports import Shelves


@click.group("office", cls=Family)
def office() -> None:
    """Make an office, show it, settle its series, cover names, persons, numbers and clock."""


@order(
    "init", 'cablegram office init moscow --id moscow --name en="Eighth Department" --chief makarov'
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--id", "office_id", required=True, help="The office's id.")
@click.option("--name", "names", multiple=True, required=True, help="Its name: en=..., ru=...")
@click.option("--chief", required=True, help="The id of the first officer, who appoints others.")
@click.option("--chief-name", default="", help="The chief's name, kept erasable.")
@click.option("--chief-title", default="", help="The chief's title on the sheets.")
@click.option("--zone", default="UTC", help="The zone of its local time: Europe/Moscow.")
@click.option("--own-clock", "at", default="", help="Keep a clock of its own, from this moment on.")
@click.option("--series", default="T", help="The letter of its series.")
@click.option(
    "--return-to", default="", help="Where copies come back to; its own name if not given."
)
@click.option("--carrier", "folder_carrier", default="", help="The folder both offices reach.")
@click.option("--classical", is_flag=True, help="Receive under x25519 alone, not hybrid.")
@click.option(
    "--go-on-from",
    "numbers",
    type=(str, int),
    multiple=True,
    help="KIND and last number of an existing register: cable 21496.",
)
@click.option(
    "--work", type=click.IntRange(8, 20), default=18, help="Work factor of the passphrase."
)
@pass_session
def init(session: Session, /, folder: Path, **said: object) -> None:
    """Make an office in FOLDER, whole or not at all."""
    from zoneinfo import ZoneInfo

    from cablegram.model.times import read_moment
    from cablegram.wire import words
    from cablegram.wiring import settings, tools

    zone, at, carrier = str(said["zone"]), str(said["at"]), str(said["folder_carrier"])
    tz = settings.Settings(office=str(said["office_id"]), zone=zone).tz()
    assert isinstance(tz, ZoneInfo)
    founding = tools.Founding(
        office=str(said["office_id"]),
        names=_names(said["names"]),  # type: ignore[arg-type]  # click's own tuple of texts
        chief=str(said["chief"]),
        passphrase=session.passphrase(again=True),
        chief_name=str(said["chief_name"]),
        chief_title=str(said["chief_title"]),
        zone=zone,
        language=saying.language().tag,
        at=read_moment(at, tz) if at else "",
        series=str(said["series"]),
        return_to=str(said["return_to"]),
        kind=tools.Kind.X25519 if said["classical"] else tools.Kind.HYBRID,
        carriers={"folder": str(Path(carrier).resolve())} if carrier else {},
        numbers=dict(said["numbers"]),  # type: ignore[call-overload]  # click's own pairs
        log_n=int(str(said["work"])),
    )
    session.__dict__["office"] = made = tools.init_office(folder, founding)
    spelled = words.fingerprint(made.card)
    if session.json:
        saying.say_json({"office": founding.office, "chief": founding.chief, "words": spelled})
        return
    saying.say(
        "{office} is founded, with {chief} as its chief",
        office=founding.office,
        chief=founding.chief,
    )
    saying.say("words  {spelled}", spelled=spelled)
    saying.tell(
        "the office lies in {folder}; keep its passphrase and a copy of keys/office.age",
        folder=folder,
    )


@order("show", "cablegram office show")
@pass_session
def show(session: Session) -> None:
    """Say what the office is: names, words, zone, series, numbers, room."""
    from cablegram.registry import entries, offices, roster, watching
    from cablegram.wire import words

    us = session.office
    with us.bureau.books.view() as view:
        head = view.head.get("head")
        regime = offices.series(view)
        watch = watching.holder(view, us.bureau)
        facts: dict[str, object] = {
            "office": us.bureau.name,
            "names": dict(us.card.names),
            "words": words.fingerprint(us.card),
            "zone": us.settings.zone,
            "clock": us.settings.clock,
            "series": regime.letter,
            "officers": list(roster.persons_in_post(view)),
            "watch": watch,
            "ledger": us.bureau.origin,
            "entries": entries.size(view),
            "signed": 0 if head is None else head.size,
            "carriers": dict(us.settings.carriers),
        }
    if us.card.signer is not None:
        facts["signer"] = us.card.signer.origin
    if session.json:
        saying.say_json(facts)
        return
    for name, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list | dict) else str(value)
        saying.say(f"{name:9} {shown or '-'}")


@order("card", "cablegram office card --out moscow.card")
@click.option("--out", type=click.Path(path_type=Path), help="Write it there, not on the screen.")
@pass_session
def card(session: Session, out: Path | None) -> None:
    """Give our signed card in one file, for another office to add."""
    from cablegram.wiring import inspecting

    data = inspecting.card(session.office.root)
    if out is None:
        saying.say_bytes(data)
    else:
        out.write_bytes(data)
        saying.tell(
            "the card of {office} is in {out}", office=session.office.settings.office, out=out
        )


@order("clock", "cablegram office clock --set 1951-07-06T09:00")
@click.option("--set", "to", default="", help="The moment to stand at from now on.")
@click.option("--drill", is_flag=True, help="Let it go back.")
@pass_session
def clock(session: Session, to: str, drill: bool) -> None:
    """Show the office's clock, or set its own one forward."""
    from cablegram.errors import SetUpError
    from cablegram.model.times import moment
    from cablegram.wiring.clock import OwnClock

    clock = session.office.clock
    if to:
        if not isinstance(clock, OwnClock):
            raise SetUpError(
                "this office goes by the machine's clock",
                hint='Write the line: clock = "own" in office.toml, for drills only.',
            )
        clock.set(session.read_moment(to), drill=drill)
    now = moment(clock.now())
    if session.json:
        saying.say_json({"now": now, "own": int(clock.own)})
    else:
        saying.say(session.local(now))


@order("cover", "cablegram --as makarov office cover Filippov stalin")
@click.argument("cover", required=False)
@click.argument("person", required=False)
@click.option("--name", default="", help="The person's name on the distribution list.")
@pass_session
def cover(session: Session, cover: str | None, person: str | None, name: str) -> None:
    """Say which person a cover name stands for, or list them."""
    from cablegram.model.text import clean

    if cover and person:
        clean(name, "the person's name")
        settle(session, f"cover/{cover}", person)
        if name:
            session.office.bureau.vault.put("name", person, name.encode())
    with session.office.bureau.books.view() as view:
        rows = sorted((row.cover, row.person) for row in view.cover_names.find())
    if session.json:
        saying.say_json({"cover_names": [list(row) for row in rows]})
        return
    for line in saying.table(("cover name", "person"), rows):
        saying.say(line)


@order("person", "cablegram --as makarov office person molotov --name 'V. M. Molotov'")
@click.argument("person", required=False)
@click.option("--name", default="", help="The person's name, kept erasable.")
@pass_session
def person(session: Session, person: str | None, name: str) -> None:
    """Enter a person who may hold copies, or list those who are known."""
    from cablegram.model.text import clean
    from cablegram.registry.reading import every

    bureau = session.office.bureau
    if person:
        clean(name, "the person's name")
        with bureau.books.view() as view:
            known = view.persons.get(person) is not None
        if not known:
            settle(session, f"person/{person}", person)
        if name:
            bureau.vault.put("name", person, name.encode())
    with bureau.books.view() as view:
        ids = sorted(row.person for row in every(view.persons))
    rows = [(one, (bureau.vault.get("name", one) or b"").decode()) for one in ids]
    if session.json:
        saying.say_json({"persons": [list(row) for row in rows]})
        return
    for line in saying.table(("person", "name"), [(one, said or "-") for one, said in rows]):
        saying.say(line)
    if person and known:
        saying.tell("{person} was known before", person=person)


@order("heading", "cablegram --as makarov office heading war-ministry 'War Ministry'")
@click.argument("office_id", metavar="[ID]", required=False)
@click.argument("name", required=False)
@pass_session
def heading(session: Session, office_id: str | None, name: str | None) -> None:
    """Say what an office without a card is called on paper, or list those that are known."""
    from cablegram.registry import offices

    if office_id and not name:
        raise click.UsageError("what is it called? Give its name behind its id")
    if office_id and name:
        settle(session, f"heading/{office_id}", name)
    with session.office.bureau.books.view() as view:
        rows = sorted(offices.headings(view).items())
    if session.json:
        saying.say_json({"headings": [list(row) for row in rows]})
        return
    for line in saying.table(("office", "called"), rows):
        saying.say(line)
    if not rows:
        saying.tell("no office without a card has a heading")


@order("numbers", "cablegram --as makarov office numbers --go-on-from cable 21496")
@click.option("--go-on-from", "last", type=(str, int), help="KIND and the last number used.")
@pass_session
def numbers(session: Session, last: tuple[str, int] | None) -> None:
    """Show the last numbers used, or go on from an existing register's."""
    from cablegram.registry import numbering, offices

    if last is not None:
        kind, used = last
        with session.office.bureau.books.view() as view:
            letter = offices.series(view).letter
        suffix = f"/{letter}" if kind == numbering.OUTGOING else ""
        settle(session, f"numbers/{kind}{suffix}", str(used))
    with session.office.bureau.books.view() as view:
        rows = _standing(view)
    if session.json:
        saying.say_json({"last": dict(rows)})
        return
    for line in saying.table(("number", "last used"), [(kind, str(n)) for kind, n in rows]):
        saying.say(line)


def _standing(view: Shelves) -> Sequence[tuple[str, int]]:
    from cablegram.registry import numbering

    return [
        (f"{row.kind} {row.series}".strip(), row.last)
        for row in view.numbers.find()
        if row.kind in numbering.MAY_GO_ON
    ]


def settle(session: Session, name: str, value: str) -> None:
    """Settle a matter of the office, and say so."""
    session.order("settle", {"name": name, "value": value})
    saying.tell("settled: {name}", name=name)


def _names(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        lang, is_pair, name = pair.partition("=")
        if not is_pair:
            raise click.UsageError(
                sentence("the name {pair!r} does not say its language", pair=pair)
            )
        found[lang] = name
    return found


for _command in (init, show, card, clock, cover, person, heading, numbers):
    office.add_command(_command)

COMMANDS = (office,)
