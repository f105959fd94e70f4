"""``backup``: seal the whole office into one file, and check such a file on its own."""

from __future__ import annotations

from pathlib import Path

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import many, sentence


class _Backup(Family):
    """``backup FILE`` makes one; the other words are commands about one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """What is no command's name is the file to make."""
        if args and args[0] not in self.commands:
            return "make", self.commands["make"], args
        return super().resolve_command(ctx, args)


@click.group("backup", cls=_Backup)
def backup() -> None:
    """Back up the office: `cablegram backup FILE`; make its key; check a backup on its own."""


@order("make", "cablegram --as makarov backup stick/moscow-1951-07-05.backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--with-officers", is_flag=True, help="With the officers' own keys that lie in the office."
)
@click.option("--unnoted", is_flag=True, help="Though nobody notes it: one stays due.")
@pass_session
def make(session: Session, file: Path, *, with_officers: bool, unnoted: bool) -> None:
    """Seal books, sealed bytes, settings and keys into FILE, while the office works on.

    An officer (--as) notes in the books that it was made, for whoever asks when one is due.
    """
    from cablegram.wiring import tools

    noted = not unnoted and bool(session.person)
    with saying.progress("bytes sealed") as tell:
        made = tools.back_up(session.office, file, with_officers=with_officers, tell=tell)
    if noted:
        facts = {"made_at": made.made_at, "size": str(made.size), "root": made.root.hex()}
        session.order("back_up", facts)
    if session.json:
        saying.say_json(
            {
                "blobs": made.blobs,
                "bytes": made.bytes,
                "entries": made.entries,
                "made_at": made.made_at,
                "office": made.office,
                "root": made.root.hex(),
                "size": made.size,
            }
        )
        return
    entries = many(made.entries, "entry", "entries")
    blobs = many(made.blobs, "sealed file")
    saying.say(
        "{office} is backed up: {entries}, {blobs}, {size}",
        office=made.office,
        entries=entries,
        blobs=blobs,
        size=_size(made.bytes),
    )
    saying.tell(
        "check it where its key lies: `cablegram backup check {file} --identity KEY`",
        file=file.name,
    )
    here = session.office.root / session.office.settings.officers
    keys = sorted(path.stem for path in here.glob("*.key")) if here.is_dir() else []
    if keys and not with_officers:
        saying.tell(
            "keys that lie here and are in no backup: {keys}; keep copies", keys=", ".join(keys)
        )


@order("every", "cablegram --as makarov backup every 7")
@click.argument("days", type=int)
@pass_session
def every(session: Session, days: int) -> None:
    """Settle every how many DAYS a backup is due; `duties` then says so."""
    from cablegram.cli.office import settle

    settle(session, "backup/days", str(days))


@order("key", "cablegram backup key stick/moscow-backup.key")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--classical", is_flag=True, help="An x25519 key, which stock age opens today.")
@pass_session
def key(session: Session, file: Path, *, classical: bool) -> None:
    """Make a backup key into FILE, outside the office; backups are sealed to it from now on."""
    from cablegram.wiring import tools

    public = tools.make_key(session.office.root, file, classical=classical)
    if session.json:
        saying.say_json({"office": session.office.settings.office, "recipient": public})
        return
    saying.say(
        "the backup key of {office} is in {file}",
        office=session.office.settings.office,
        file=file.name,
    )
    saying.tell("print it or keep it in another safe: without it no backup of yours opens")


@order("names", "cablegram backup names stick/moscow.names")
@click.argument("file", type=click.Path(path_type=Path))
@pass_session
def names(session: Session, file: Path) -> None:
    """Seal the persons' names into FILE; destroy the one before, since erased names are in it."""
    from cablegram.wiring import tools

    count = tools.write_names(session.office, file)
    if session.json:
        saying.say_json({"names": count, "office": session.office.settings.office})
        return
    saying.say(
        "{names} of {office} in {file}",
        names=many(count, "name"),
        office=session.office.settings.office,
        file=file.name,
    )
    saying.tell("destroy the file of names made before this one")


@order("check", "cablegram backup check moscow-1951-07-05.backup --identity moscow-backup.key")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--identity", required=True, type=click.Path(path_type=Path), help="The backup key's file."
)
@pass_session
def check(session: Session, file: Path, identity: Path) -> None:
    """Hold a backup to its list, its ledger and its books, with its key alone."""
    from cablegram.wiring import tools

    with saying.progress("bytes checked") as tell:
        found = tools.check(file, tools.read_identity(identity), tell)
    said = found.manifest
    if session.json:
        saying.say_json(
            {
                "blobs": said.blobs,
                "bytes": said.bytes,
                "entries": said.entries,
                "made_at": said.made_at,
                "numbers": dict(said.numbers),
                "office": said.office,
                "origin": said.origin,
                "root": said.root.hex(),
                "size": said.size,
                "words": found.words,
            }
        )
        return
    made_at = said.made_at.replace("T", " ").replace("Z", " UTC")
    saying.say(
        "{office}, made {made_at}: whole, and as its ledger has it",
        office=said.office,
        made_at=made_at,
    )
    saying.say("words  {found}", found=found.words)
    entries = many(said.entries, "entry", "entries")
    saying.say(
        "{origin}: {entries}, {size} under the head, root {root}",
        origin=said.origin,
        entries=entries,
        size=said.size,
        root=said.root.hex(),
    )
    saying.say(f"{many(said.blobs, 'sealed file')}, {_size(said.bytes)}")


def _size(count: int) -> str:
    return sentence("{value:,} MiB", value=-(-count >> 20))


for _command in (make, every, key, names, check):
    backup.add_command(_command)

COMMANDS = (backup,)
