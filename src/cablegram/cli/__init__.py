"""The command line: words in, one order, words out.  ``main`` is the program."""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from cablegram import languages
from cablegram.cli import saying, speaking
from cablegram.cli.commands import COMMANDS
from cablegram.cli.ordering import Family, Order, short
from cablegram.cli.session import Session
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = 2
FAULT = 70
INTERRUPTED = 130

MODULES = (
    "office",
    "series",
    "officer",
    "standing",
    "correspondent",
    "room",
    "serving",
    "signer",
    "telegram",
    "service",
    "clearing",
    "reading",
    "label",
    "line",
    "opening",
    "counter",
    "custody",
    "issuing",
    "screening",
    "dealing",
    "paperwork",
    "circulating",
    "noting",
    "passing",
    "arriving",
    "disputing",
    "noticing",
    "tracing",
    "asking",
    "waiting",
    "finding",
    "charging",
    "shelving",
    "duties",
    "watching",
    "custodian",
    "yearly",
    "counting",
    "counting_between",
    "forms",
    "audit",
    "register",
    "backup",
    "restoring",
    "demo",
)
"""The modules with commands, in the order of a telegram's way: ``commands`` is made of them."""


LETTERS = {
    "d": "duties",
    "f": "file",
    "h": "holding",
    "i": "issue",
    "l": "log",
    "p": "hand-over",
    "r": "return",
    "s": "shown",
    "w": "where",
}
"""The acts of the counter by one letter."""


class _Commands(Family):
    """All commands, each file giving its own in ``COMMANDS``."""

    example = "cablegram --office moscow --as makarov verify 21497"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a telegram's way."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """By its name, its one letter, or what its name alone begins with.

        Loads that command and no other; all of them only where none is so named.
        """
        name = LETTERS.get(cmd_name, cmd_name)
        if name in COMMANDS:
            self._load(name)
        found = super().get_command(ctx, name)
        if found is None:
            for one in COMMANDS:
                self._load(one)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click; out of the table alone."""
        del ctx
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        rows = [(name, short(saying.said(text), limit)) for name, (_, text) in COMMANDS.items()]
        with formatter.section(saying.said(sentence("Commands"))):
            formatter.write_dl(rows)

    def _load(self, name: str) -> None:
        from importlib import import_module

        if name not in self.commands:
            for module in COMMANDS[name][0]:
                for command in import_module(f"cablegram.cli.{module}").COMMANDS:
                    self.add_command(command)


@click.group("cablegram", cls=_Commands)
@click.option(
    "--office",
    "folder",
    envvar="CABLEGRAM_OFFICE",
    show_envvar=True,
    help="The office's folder; the one you stand in if it is one. Or its desk's address: https://...",
)
@click.option(
    "--keys",
    envvar="CABLEGRAM_KEYS",
    show_envvar=True,
    type=click.Path(path_type=Path),
    help="The folder with your own key, where the office is at a distance.",
)
@click.option(
    "--as",
    "-a",
    "officer",
    envvar="CABLEGRAM_AS",
    show_envvar=True,
    default="",
    help="Who gives the order.",
)
@click.option("--second", "-2", "other", default="", help="Who seconds it, where two must.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="A file with the office's passphrase, for scripts.",
)
@click.option("--json", "json", is_flag=True, help="Say it as one line of canonical JSON.")
@click.option(
    "--language",
    type=click.Choice(languages.LANGUAGES),
    help="What to speak; else CABLEGRAM_LANGUAGE, the office's setting, the machine's.",
)
@click.version_option(package_name="cablegram", prog_name="cablegram")
@click.pass_context
def program(
    ctx: click.Context,
    folder: str | None,
    keys: Path | None,
    officer: str,
    other: str,
    passphrase_file: Path | None,
    json: bool,
    language: str | None,
) -> None:
    """Sealed telegrams between offices, every copy accounted for.

    Dates are local: 1951-07-05T21:00, or with an offset. Copies are named 21497/2, or by the
    incoming number they bear here.
    """
    # What is spoken was chosen before anything was parsed, so that a refusal speaks it too.
    del language
    url = folder if folder is not None and folder.startswith(("http://", "https://")) else ""
    place = Path(folder) if folder is not None and not url else None
    ctx.obj = Session(place, officer, other, passphrase_file, json, url, keys)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The program: runs one command and exits with its status."""
    _prepare()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives its exit status."""
    context: click.Context | None = None
    speaking.choose(arguments)
    try:
        with program.make_context("cablegram", list(arguments)) as context:
            program.invoke(context)
            _finish(context.obj)
    except click.exceptions.Exit as error:
        return error.exit_code
    except BaseException as error:  # noqa: BLE001  # the last border: nobody is shown a traceback unasked
        return _refused(error, context)
    finally:
        if context is not None and isinstance(context.obj, Session) and context.obj.has_office:
            context.obj.office.close()
    return 0


def _refused(error: BaseException, context: click.Context | None) -> int:
    """Say what an error has to say; gives the exit status."""
    from cablegram.errors import CablegramError, StorageError

    status = FAULT
    match error:
        case click.exceptions.NoArgsIsHelpError():
            sys.stderr.write(error.format_message() + "\n")
            return USAGE
        case click.ClickException():
            ctx = getattr(error, "ctx", None)
            what = saying.said(sentence(error.format_message()))
            saying.refuse(_first_small(what), _example(ctx), _NOTHING)
            return USAGE
        case click.Abort() | KeyboardInterrupt():
            saying.refuse("it was interrupted", "Give the same command again.", _COMMITTED)
            return INTERRUPTED
        case BrokenPipeError():
            # Whoever read us has gone: say nothing more, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return 0
        case OSError() if not _writable():
            # It stays broken: what is still held for it goes nowhere, and exit does not say so.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            saying.refuse(
                "the answer could not be written", saying.ELSEWHERE, "What was committed is kept."
            )
            status = StorageError.exit_status
        case CablegramError():
            said = (error.what, error.hint, error.kept)
            saying.refuse(*(_localised(saying.again(text), context) for text in said))
            status = error.exit_status
        case SystemExit():
            raise error
        case _:
            saying.refuse(
                sentence("a fault of the program: {type}", type=type(error).__name__),
                "Give the command again with CABLEGRAM_DEBUG=1 and report what it shows.",
                _COMMITTED,
            )
    if os.environ.get("CABLEGRAM_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    return status


_MOMENT = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_NOTHING = sentence("Nothing was changed.")
_COMMITTED = sentence("What was committed before is kept; nothing is done twice.")


def _prepare() -> None:
    """Make the streams fit to speak on: each one there, and no character too much for them."""
    while (lowest := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004  # the three streams
        pass  # One of them was closed: no file that is opened later may take its place.
    os.close(lowest)
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if sys.stdout is None:
        # It refuses what is written to it, so that nobody takes a lost answer for a given one.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _writable() -> bool:
    """Whether standard output still takes what it is given."""
    try:
        sys.stdout.write("")
        sys.stdout.flush()
    except OSError:
        return False
    return True


def _finish(session: Session) -> None:
    """Say so where the office keeps a clock of its own."""
    if session.has_office and session.office.clock.own:
        now = session.office.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        saying.tell("this office keeps a clock of its own: {now}", now=session.local(now))
    sys.stdout.flush()


def _localised(text: str, context: click.Context | None) -> str:
    """A sentence with its moments in the office's zone, as they can be typed again."""
    from cablegram.errors import MalformedError

    session = None if context is None else context.obj
    if not isinstance(session, Session) or not (session.has_office or session.has_zone):
        return text
    zone = session.zone
    try:
        return _MOMENT.sub(lambda found: saying.typed(found[0], zone), text)
    except MalformedError:
        return text  # It quotes something that only looks like a moment.


def _example(ctx: click.Context | None) -> str:
    command = program if ctx is None else ctx.command
    example = command.example if isinstance(command, Order | Family) else ""
    return sentence(
        "Write it as in: {example}",
        example=example.splitlines()[0] if example else _Commands.example,
    )


def _first_small(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line[:1].lower() + line[1:]
