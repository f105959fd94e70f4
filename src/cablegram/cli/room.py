"""``room``: unlock and lock the cipher room."""

from __future__ import annotations

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence, word


@click.group("room", cls=Family)
def room() -> None:
    """Unlock the cipher room, lock it, ask how it is."""


@order("unlock", "cablegram --passphrase-file pass.txt room unlock")
@pass_session
def unlock(session: Session) -> None:
    """Start the room with the office's passphrase; it holds the keys until it is locked."""
    from cablegram.wiring import room as rooms

    _say(session, dict(rooms.unlock(session.office.root, session.passphrase())))


@order("lock", "cablegram room lock")
@pass_session
def lock(session: Session) -> None:
    """End the room: the keys leave the memory."""
    from cablegram.wiring import room as rooms

    was = rooms.lock(session.office.root)
    _say(session, {"office": session.office.settings.office, "state": "locked", "was": int(was)})


@order("status", "cablegram room status")
@pass_session
def status(session: Session) -> None:
    """Say whether the room is unlocked, and since when."""
    from cablegram.errors import RoomError
    from cablegram.wiring import room as rooms

    try:
        answer = dict(session.office.room.status())
    except RoomError:
        if rooms.running(session.office.root):
            raise
        answer = {"office": session.office.settings.office, "state": "locked"}
    _say(session, answer)


@order("serve", "cablegram --office moscow room serve < pass.txt", hidden=True)
@pass_session
def serve(session: Session) -> None:
    """Be the room; `unlock` starts this."""
    from cablegram.wiring import room as rooms

    rooms.serve(session.office.root)
    session.__dict__.pop("office")


def _say(session: Session, answer: dict[str, object]) -> None:
    if session.json:
        saying.say_json(answer)
        return
    since = str(answer.get("since", ""))
    tail = sentence(" since {since}", since=session.local(since)) if since else ""
    saying.say(
        "the cipher room of {office} is {state}{tail}",
        office=answer["office"],
        state=word(str(answer["state"]), "state"),
        tail=tail,
    )


for _command in (unlock, lock, status, serve):
    room.add_command(_command)

COMMANDS = (room,)
