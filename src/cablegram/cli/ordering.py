"""Commands as click has them; each help ends in a worked example and the exit statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

EXITS = (
    "0 done, also where it was done before; 2 not spelled as a command; 3 malformed; 4 seal or "
    "signature; 5 custody; 6 ledger; 7 unknown; 8 order; 9 circuit; 10 room; 11 storage; "
    "12 set-up; 13 press; 14 lost race; 70 a fault of the program."
)


class Order(click.Command):
    """A command whose help ends in an example and the exit statuses."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See click."""
        del ctx
        _epilog(self.example, formatter)


class Family(click.Group):
    """A group of commands about one thing; alone it shows its help."""

    command_class = Order

    @property
    def example(self) -> str:
        """The example of its first command."""
        first = next(iter(self.commands.values()))
        return first.example if isinstance(first, Order | Family) else ""

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


def _epilog(example: str, formatter: click.HelpFormatter) -> None:
    with formatter.section("Example"):
        for line in example.splitlines():
            formatter.write(f"  {line}\n")
    with formatter.section("Exit status"):
        formatter.write_text(EXITS)
