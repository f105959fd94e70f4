"""``counter``: the registrar's place; one order a line, and a number alone asks where it is."""

from __future__ import annotations

import shlex
import sys

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order
from cablegram.cli.session import Session, pass_session
from cablegram.sentences import sentence

_NOTHING = "Nothing was changed."
AS_WHO = 2
"""The word, and the person."""
HELP = (
    "21497/2 (or a scan)        where it is",
    "i 21497                    issue its copies to whom they are for",
    "i 21497/2 901 molotov      issue these to molotov",
    "r 21497/2=2 901=3          take back, with the sheets counted",
    "p 21497/2=2 malenkov       handed on to malenkov",
    "s 21497/2=2 malenkov       read here, and given back",
    "f 21497 21498 -p 51-C      into the file: the copies that are for it",
    "h molotov / w 21497 / l 21497/2 / d   what he has, where, its life, what is due",
    "as makarov                 somebody else gives the orders from now on",
    "end                        leave the counter",
)


@order("counter", "cablegram --as makarov counter")
@pass_session
@click.pass_context
def counter(context: click.Context, session: Session) -> None:
    """Serve the counter: one order a line, typed or scanned, without `cablegram` before it.

    A number alone asks where it is; `?` tells what can be typed. From a file or a pipe it
    exits as the last line that was refused did.
    """
    folder, person = str(session.office.root), session.person
    keys = session.office.root / session.office.settings.officers
    session.office.close()
    del session.__dict__["office"]  # each order opens it, and says what there is to say
    fixed = ["--office", folder, *(["--json"] if session.json else [])]
    if session.passphrase_file is not None:
        fixed += ["--passphrase-file", str(session.passphrase_file)]
    if sys.stdin.isatty():
        saying.tell("one order a line; `?` tells what can be typed, `end` leaves")
    worst = 0
    while line := _asked(person):
        words = _split(line)
        if words == ["end"]:
            break
        if words[:1] == ["as"] and len(words) == AS_WHO:
            if (keys / f"{words[1]}.key").is_file():
                person = words[1]
                saying.tell("{person} is at the counter", person=person)
            else:
                here = ", ".join(sorted(path.stem for path in keys.glob("*.key")))
                saying.refuse(
                    sentence("no key of {person} is here", person=words[1]),
                    sentence("Name one of {here}.", here=here),
                    sentence(_NOTHING),
                )
        elif words:
            worst = _serve(words, [*fixed, "--as", person]) or worst
    if worst and not sys.stdin.isatty():
        context.exit(worst)


def _serve(words: list[str], fixed: list[str]) -> int:
    """One order; gives its exit status."""
    from cablegram import cli

    if words == ["?"]:
        for line in HELP:
            saying.say(line)
        return 0
    if words == ["counter"]:
        saying.tell("you are at the counter")
        return 0
    alone = len(words) == 1 and any(map(str.isdigit, words[0]))
    return cli.run([*fixed, *(["where", *words] if alone else words)])


def _split(line: str) -> list[str]:
    """The words of a line; none where a quotation mark stands alone, which is told.

    An apostrophe that stands alone is one: the minister's train.
    """
    try:
        return shlex.split(line)
    except ValueError:
        spelled = shlex.shlex(line, posix=True)
        spelled.whitespace_split, spelled.quotes, spelled.commenters = True, '"', ""
    try:
        return list(spelled)
    except ValueError:
        saying.refuse("a quotation mark stands alone", "Close it, or leave it out.", _NOTHING)
        return []


def _asked(person: str) -> str:
    """The next line, empty at the end; a terminal is told who gives the orders."""
    if sys.stdin.isatty():
        sys.stderr.write(f"{person}> ")
        sys.stderr.flush()
    return sys.stdin.readline()


COMMANDS = (counter,)
