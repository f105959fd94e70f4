"""``officer``: who is in post."""

from __future__ import annotations

from pathlib import Path

import click

from cablegram.cli import saying
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session


@click.group("officer", cls=Family)
def officer() -> None:
    """Appoint officers, relieve them, list who is in post."""


@order(
    "add", 'cablegram --as makarov officer add vaganov --name "Vaganov" --title "cipher officer"'
)
@click.argument("person")
@click.option("--role", default="officer", help="officer or chief.")
@click.option("--title", default="", help="The title on the sheets.")
@click.option("--name", default="", help="The person's name, kept erasable.")
@click.option("--key", type=click.Path(path_type=Path), help="Their public key, made elsewhere.")
@pass_session
def add(session: Session, person: str, role: str, title: str, name: str, key: Path | None) -> None:
    """Appoint PERSON, on the chief's order.

    Another officer seconds it (--second). While only one person is in post the office key does,
    which takes the office's passphrase.
    """
    from cablegram.errors import SetUpError
    from cablegram.registry import roster
    from cablegram.wiring import tools

    us = session.office
    try:
        line = "" if key is None else " ".join(key.read_text("utf-8").split()[:2])
    except (OSError, UnicodeDecodeError) as error:
        raise SetUpError("the public key cannot be read", hint="Give its file.") from error
    with us.bureau.books.view() as view:
        alone = len(roster.persons_in_post(view)) < 2  # noqa: PLR2004  # two persons second each other
    keys = tools.unlock(us.root, session.passphrase()) if alone and not session.other else None
    post = tools.Post(person, role=role, title=title, name=name, key_line=line)
    tools.appoint(us, post, chief=session.person, other=session.other, keys=keys)
    us.head()
    if session.json:
        saying.say_json({"person": person, "role": role})
    else:
        saying.say(f"{person} is in post")


@order("list", "cablegram officer list")
@click.option("--all", "everyone", is_flag=True, help="Also those relieved.")
@pass_session
def list_(session: Session, everyone: bool) -> None:
    """List who is in post."""
    with session.office.bureau.books.view() as view:
        rows = [r for r in view.officers.find() if everyone or not r.until_index]
    if session.json:
        fields = ("person", "role", "title", "key", "since_index", "until_index")
        saying.say_json({"officers": [{f: getattr(r, f) for f in fields} for r in rows]})
        return
    shown = [
        (r.person, r.role, r.title or "-", "in post" if not r.until_index else "relieved")
        for r in rows
    ]
    for line in saying.table(("person", "role", "title", ""), shown):
        saying.say(line)


@order(
    "relieve",
    'cablegram --as makarov --second chesnokova officer relieve vaganov --reason "posted"',
)
@click.argument("person")
@click.option("--reason", required=True)
@pass_session
def relieve(session: Session, person: str, reason: str) -> None:
    """End the appointment of PERSON, on the chief's order and another officer's."""
    from cablegram.wiring import tools

    tools.relieve(session.office, person, reason, chief=session.person, other=session.other)
    session.office.head()
    if session.json:
        saying.say_json({"person": person, "role": ""})
    else:
        saying.say(f"{person} is relieved")


for _command in (add, list_, relieve):
    officer.add_command(_command)

COMMANDS = (officer,)
