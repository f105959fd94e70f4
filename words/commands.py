"""The table of commands, so that to name one is not to load all: ``cli/commands.py``.

Each command with the modules that make it and the first paragraph of its help, as they stand in
those modules.  ``make words`` writes it again; a test says when it is stale.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING

import click
import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = reading.SOURCE / "cli" / "commands.py"
_HEAD = '''"""Every command: its modules, and what it is for.  Written by ``make words``.

A name leads to its modules, and the list is shown, without loading any other.
"""

# fmt: off
# ruff: noqa: E501
from __future__ import annotations

COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
'''


def made() -> Iterator[tuple[str, click.Command]]:
    """Every command by its name, in the order of a telegram's way, each with all that is in it."""
    from cablegram.cli import MODULES

    loaded = [import_module(f"cablegram.cli.{name}") for name in MODULES]
    for module in loaded:
        for command in module.COMMANDS:
            yield command.name, command


def text() -> str:
    """The module as it is to be."""
    from cablegram.cli.ordering import paragraphs

    rows = []
    for name, command in made():
        own = inspect.unwrap(command.callback).__module__
        modules = [own, *sorted({*_modules(command)} - {own})]
        short = [module.removeprefix("cablegram.cli.") for module in modules]
        said = next(iter(paragraphs(command.help or "")), "")
        listed = ", ".join(map(_quoted, short)) + ("," if len(short) == 1 else "")
        rows.append(f"    {_quoted(name)}: (({listed}), {_quoted(said)}),\n")
    return _HEAD + "".join(rows) + "}\n"


def _modules(command: click.Command) -> Iterator[str]:
    yield inspect.unwrap(command.callback).__module__
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from _modules(inner)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
