"""``officer``: who is in post."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cablegram.cli import saying, wording
from cablegram.cli.ordering import Family, order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import beside, sentence, word

if TYPE_CHECKING:
    from cablegram.model.records import Officer


@click.group("officer", cls=Family)
def officer() -> None:
    """Appoint officers, relieve them, list who is in post."""


@order(
    "add", 'cablegram --as makarov officer add vaganov --name "Vaganov" --title "cipher officer"'
)
@click.argument("person")
@click.option(
    "--role",
    "roles",
    multiple=True,
    default=("officer",),
    show_default="officer",
    help="What they answer for; may be given several times. See `officer roles`.",
)
@click.option("--since", default="", help="From when on it counts; at once if not given.")
@click.option("--until", default="", help="When it ends by itself.")
@click.option("--title", default="", help="The title on the sheets.")
@click.option("--name", default="", help="The person's name, kept erasable.")
@click.option("--key", type=click.Path(path_type=Path), help="Their public key, made elsewhere.")
@click.option("--words", default="", help="Eight words of the passkey that they made at the desk.")
@pass_session
def add(
    session: Session,
    /,
    person: str,
    roles: tuple[str, ...],
    key: Path | None,
    words: str,
    since: str,
    until: str,
    **said: str,
) -> None:
    """Appoint PERSON, on the chief's order.

    Another officer seconds it (--second). While only one person is in post the office key does,
    which takes the office's passphrase. A key in a token (sk-ssh-ed25519) is given with --key. A
    passkey that they made at the desk is found by the words that they read to you.
    """
    from cablegram.errors import SetUpError
    from cablegram.registry import roster
    from cablegram.wiring import made_keys, tools

    us = session.office
    try:
        line = "" if key is None else " ".join(key.read_text("utf-8").split()[:2])
    except (OSError, UnicodeDecodeError) as error:
        raise SetUpError("the public key cannot be read", hint="Give its file.") from error
    with us.bureau.books.view() as view:
        line = made_keys.by_words(view, us.store, person, words).line if words else line
        alone = len(roster.persons_in_post(view)) < 2  # noqa: PLR2004  # two persons second each other
    keys = tools.unlock(us.root, session.passphrase()) if alone and not session.other else None
    role = " ".join(sorted(set(" ".join(roles).replace(",", " ").split())))
    dates = {
        "since_at": session.read_moment(since) if since else "",
        "until_at": session.read_moment(until, end=True) if until else "",
    }
    post = tools.Post(person, role=role, key_line=line, **dates, **said)
    tools.appoint(us, post, chief=session.person, other=session.other, keys=keys)
    us.head()
    if session.json:
        saying.say_json({"person": person, "role": role})
    else:
        saying.say("{person} is in post", person=person)


@order("list", "cablegram officer list")
@click.option("--all", "everyone", is_flag=True, help="Also those relieved.")
@pass_session
def list_(session: Session, everyone: bool) -> None:
    """List who is in post."""
    from cablegram.answers import lists

    with session.office.bureau.books.view() as view:
        if session.json:
            saying.say_json(lists.officers(view, everyone=everyone))
            return
        rows = [r for r in view.officers.find() if everyone or not r.until_index]
    shown = [
        (r.person, wording.roles(r.role.split()), r.title or "-", _stands(session, r)) for r in rows
    ]
    for line in saying.table(("person", "role", "title", ""), shown):
        saying.say(line)


def _stands(session: Session, row: Officer) -> str:
    if row.until_index:
        return sentence("relieved")
    now = session.office.bureau.now()
    if now < row.since_at:
        return sentence("from {since_at}", since_at=session.local(row.since_at))
    if not row.until_at:
        return sentence("in post")
    until_at = session.local(row.until_at)
    if now < row.until_at:
        return sentence("until {until_at}", until_at=until_at)
    return sentence("ended {until_at}", until_at=until_at)


@order("keys", "cablegram officer keys")
@pass_session
def keys(session: Session) -> None:
    """List the keys that people sign with, and passkeys made at the desk that wait for the chief.

    Words are compared with what the person reads out, never with what a screen elsewhere shows.
    """
    from cablegram.registry.reading import every
    from cablegram.signatures import PublicKey
    from cablegram.wire import words
    from cablegram.wiring import made_keys

    us = session.office
    with us.bureau.books.view() as view:
        rows = [row for row in every(view.officers) if not row.until_index]
        waiting = made_keys.waiting(view, us.store)
    found = [(row.person, PublicKey.from_line(row.key_line), "", "") for row in rows]
    found += [(k.person, PublicKey.from_line(k.line), k.label, k.made_at) for k in waiting]
    if session.json:
        fields = ("person", "key", "algorithm", "application", "words", "label", "made_at")
        listed = [
            (who, k.key_id(), k.algorithm, k.application, words.of_key(k.key_id()), label, at)
            for who, k, label, at in found
        ]
        saying.say_json({"keys": [dict(zip(fields, one, strict=True)) for one in listed]})
        return
    shown = [
        (
            who,
            k.application or k.algorithm,
            words.of_key(k.key_id()),
            sentence("waits: {label}, {made_at}", label=label or "-", made_at=session.local(at))
            if at
            else "",
        )
        for who, k, label, at in found
    ]
    for line in saying.table(("person", "made for", "words", ""), shown):
        saying.say(line)


@order("roles", "cablegram officer roles")
@pass_session
def roles_(session: Session) -> None:
    """List the roles, and the acts each may order."""
    from cablegram.model.roles import MAY, Role

    acts = {role.value: sorted(a for a, who in MAY.items() if role in who) for role in Role}
    if session.json:
        saying.say_json({"roles": acts})
        return
    shown = [
        (
            word(role, "Role"),
            sentence("every act")
            if len(found) == len(MAY)
            else beside(map(wording.act, found)) or "-",
        )
        for role, found in acts.items()
    ]
    for line in saying.table(("role", "may order"), shown):
        saying.say(line)


@order(
    "relieve",
    'cablegram --as makarov --second chesnokova officer relieve vaganov --reason "posted"',
)
@click.argument("person")
@click.option("--reason", required=True)
@click.option("--key", default="", help="Only the appointment to this key, by its sha256 name.")
@click.option("--leave-charge-open", "left", is_flag=True, help="Though they answer for copies.")
@pass_session
def relieve(session: Session, /, person: str, reason: str, key: str, *, left: bool) -> None:
    """End the appointments of PERSON, on the chief's order and another officer's."""
    from cablegram.wiring import tools

    tools.relieve(
        session.office,
        person,
        reason,
        chief=session.person,
        other=session.other,
        key=key,
        charge="open" if left else "",
    )
    session.office.head()
    if session.json:
        saying.say_json({"person": person, "role": ""})
    else:
        saying.say("{person} is relieved", person=person)


for _command in (add, list_, keys, roles_, relieve):
    officer.add_command(_command)

COMMANDS = (officer,)
