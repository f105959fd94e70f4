"""Commands as click has them; each help ends in a worked example and the exit statuses.

Help is written in English, in docstrings and options, and said in the language that is spoken:
paragraph by paragraph, option by option.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import click

from cablegram.cli import saying
from cablegram.sentences import any_of, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

EXITS = sentence(
    "0 done, also where it was done before; 2 not spelled as a command; 3 malformed; 4 seal or "
    "signature; 5 custody; 6 ledger; 7 unknown; 8 order; 9 circuit; 10 room; 11 storage; "
    "12 set-up; 13 press; 14 lost race; 70 a fault of the program."
)


SHORTEST = 2
"""How many letters of a command's name must be typed at least."""


class _Spoken(click.Command):
    """A command whose help is said in the language that is spoken."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click."""
        del ctx
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text("\n\n".join(map(saying.said, paragraphs(self.help or ""))))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click."""
        rows = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and not isinstance(param, click.Argument):
                names, text = record
                help_ = getattr(param, "help", None) or ""
                rows.append((names, saying.said(sentence(help_)) + text.removeprefix(help_)))
        with formatter.section(saying.said(sentence("Options"))):
            formatter.write_dl(rows)

    def get_short_help_str(self, limit: int = 45) -> str:
        """See click."""
        return short(saying.said(next(iter(paragraphs(self.help or "")), "")), limit)


class Order(_Spoken):
    """A command whose help ends in an example and the exit statuses."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click."""
        del ctx
        _epilog(self.example, formatter)


class Family(_Spoken, click.Group):
    """A group of commands about one thing; alone it shows its help."""

    command_class = Order

    @property
    def example(self) -> str:
        """The example of its first command."""
        first = next(iter(self.commands.values()))
        return first.example if isinstance(first, Order | Family) else ""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """By its name, or by what its name alone begins with; scripts do better to write it out.

        Raises:
            click.UsageError: several begin so.
        """
        found = super().get_command(ctx, cmd_name)
        if found is not None or len(cmd_name) < SHORTEST:
            return found
        begin = [name for name in self.list_commands(ctx) if name.startswith(cmd_name)]
        if len(begin) > 1:
            raise click.UsageError(
                sentence("{word} may be {names}", word=cmd_name, names=any_of(begin)), ctx
            )
        return self.get_command(ctx, begin[0]) if begin else None

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click."""
        del ctx
        _epilog(self.example, formatter)


def order(name: str, example: str, **rest: Any) -> Callable[[Callable[..., Any]], Order]:
    """Make a command of a function."""

    def made(function: Callable[..., Any]) -> Order:
        command = click.command(name, cls=Order, example=example, **rest)(function)
        assert isinstance(command, Order)
        return command

    return made


def short(said: str, limit: int) -> str:
    """The beginning of what a command is for, as a list of commands has room for."""
    return click.Command("", help=said).get_short_help_str(limit)


def paragraphs(help_: str) -> list[str]:
    """A docstring's paragraphs, each one line."""
    text = inspect.cleandoc(help_).partition("\f")[0]
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _epilog(example: str, formatter: click.HelpFormatter) -> None:
    with formatter.section(saying.said(sentence("Example"))):
        for line in example.splitlines():
            formatter.write(f"  {line}\n")
    with formatter.section(saying.said(sentence("Exit status"))):
        formatter.write_text(saying.said(EXITS))
