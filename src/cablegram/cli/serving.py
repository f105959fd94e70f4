"""``up`` and ``desk``: the registry in a browser."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session

if TYPE_CHECKING:
    from types import FrameType

CARRY_EVERY_MAX = 86_400


@order("up", "cablegram --office eighth --passphrase-file pass.txt up")
@click.option("--no-room", is_flag=True, help="Leave the cipher room as it is.")
@click.option(
    "--carry-every",
    type=click.IntRange(0, CARRY_EVERY_MAX),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How often to carry out and take in; 0 leaves it to people.",
)
@pass_session
def up(session: Session, *, no_room: bool, carry_every: int) -> None:
    """Serve the desk and the signer's pages, and unlock the room, until this is interrupted.

    The room stays as it is where it is unlocked already, where --no-room says so, and where no
    passphrase can be asked for.
    """
    from cablegram.wiring import room
    from cablegram.wiring.up import Servers

    office = session.office
    root = office.root
    # Whoever keeps this running ends it with SIGTERM, and that is no fault.
    signal.signal(signal.SIGTERM, _end)
    wants = session.passphrase_file is not None or sys.stdin.isatty()
    passphrase = session.passphrase() if wants and not no_room and not room.running(root) else ""
    servers = Servers(root, carry_every)
    unlocked = False
    try:
        if passphrase:
            # The room works on its passphrase while the servers load.
            room.unlock(root, passphrase)
            unlocked = True
        servers.come_up()
        saying.say("{desk}", desk=office.settings.desk)
        saying.tell("the signer's pages are at {signer}", signer=office.settings.signer)
        if not room.running(root):
            saying.tell("the cipher room is locked: `cablegram room unlock` opens it")
        sys.stdout.flush()
        servers.wait()
        saying.tell("a server ended by itself; the other is ended too")
    finally:
        servers.end()
        if unlocked:
            room.lock(root)


@click.group("desk", cls=Family)
def desk() -> None:
    """Let people in at the desk."""


@order("invite", "cablegram --office eighth desk invite makarov")
@click.argument("persons", nargs=-1, required=True)
@pass_session
def invite(session: Session, persons: tuple[str, ...]) -> None:
    """Say a link for each of PERSONS, with which they make their first passkey at the desk.

    A link works once, within a week. Hand it over as you would hand over a key.
    """
    from cablegram.wiring import inviting

    links = [(p, inviting.invite(session.office, p)) for p in session.meant(*persons)]
    if session.json:
        saying.say_json({"links": [{"link": link, "person": person} for person, link in links]})
        return
    for person, link in links:
        saying.say("{person} {link}", person=person, link=link)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise SystemExit(0)


desk.add_command(invite)

COMMANDS = (up, desk)
