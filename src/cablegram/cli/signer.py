"""``signer``: the hash of the pages that sign in browsers, on our card and where they run."""

from __future__ import annotations

from pathlib import Path

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, counted

_CARD = click.option("--card", type=click.Path(path_type=Path), help="Another office's card.")


@click.group("signer", cls=Family)
def signer() -> None:
    """Hash, record and check the pages that sign, seal and open in browsers."""


@order("hash", "cablegram signer hash")
@click.option("--files", is_flag=True, help="Also each file's own.")
@pass_session
def hash_(session: Session, *, files: bool) -> None:
    """Give the hash over the files of the signer as it is installed here; no office is needed."""
    from cablegram.wiring import signer_files

    made = signer_files.manifest()
    if session.json:
        saying.say_json(dict(made))
        return
    saying.say("{hash}", hash=made["hash"])
    listed = made["files"]
    assert isinstance(listed, dict), "a manifest has a list"
    for path, digest in listed.items() if files else ():
        saying.say(f"{digest}  {path}")


@order("record", "cablegram signer record")
@click.option("--none", "gone", is_flag=True, help="Take it off the card.")
@pass_session
def record(session: Session, *, gone: bool) -> None:
    """Put the signer's address and hash on our card, signed anew with the office's keys.

    From then on an officer is appointed to a passkey only if it is for that host.
    """
    from cablegram.wire.card import SigningPages
    from cablegram.wiring import signer_files, tools

    us = session.office
    hashed = str(signer_files.manifest()["hash"])
    pages = None if gone else SigningPages(us.settings.signer, hashed)
    made = tools.record_signer(us, pages, tools.unlock(us.root, session.passphrase()))
    card = us.card if made is None else made
    if session.json:
        said = {"origin": card.signer.origin, "hash": card.signer.hash} if card.signer else {}
        saying.say_json({"serial": card.serial, "signer": said, "repeat": int(made is None)})
        return
    if made is None:
        saying.say("card {serial} says so already", serial=card.serial)
        return
    if pages is None:
        saying.say("card {serial} has no signer any more", serial=card.serial)
    else:
        saying.say(
            "card {serial} has the signer at {origin}, {hash}",
            serial=card.serial,
            origin=pages.origin,
            hash=pages.hash,
        )
    saying.tell("give it to your correspondents, and back the office up: an older backup lacks it")
    saying.tell("desk and room take it up when they are started again")


@order("check", "cablegram signer check")
@_CARD
@pass_session
def check(session: Session, card: Path | None) -> None:
    """Ask a running signer for all it serves, and hold it to the card: ours, or --card's."""
    from cablegram.cli import correspondent
    from cablegram.errors import SetUpError
    from cablegram.registry import serving
    from cablegram.wiring import signer_check

    if card is None:
        wanted, origin = session.office.card.signer, session.office.settings.signer
    else:
        wanted = serving.read_card(correspondent.read(card))[0].signer
        if wanted is None:
            raise SetUpError(
                "the card has no signer", hint="Ask that office whether it signs in browsers."
            )
        origin = wanted.origin
    seen = signer_check.check(origin, wanted)
    if session.json:
        recorded = "" if wanted is None else wanted.hash
        saying.say_json({"origin": origin, "hash": seen.hash, "card": recorded, "files": seen.paths,
                         "others": list(seen.others)})  # fmt: skip
        return
    saying.say(
        "{origin} serves {files}, {hash}",
        origin=origin,
        files=counted(seen.paths, "{count} file", "{count} files"),
        hash=seen.hash,
    )
    if wanted is None:
        saying.tell("our card does not say what it should be: `cablegram signer record`")
    else:
        saying.say("it is what the card has")
    if seen.others:
        saying.tell("installed here are others: {others}", others=beside(seen.others))


for _command in (hash_, record, check):
    signer.add_command(_command)

COMMANDS = (signer,)
