"""What there is to say on pages: read out of the templates, and out of the scripts beside them.

A template says ``{{ _("...") }}``; a script says ``say("...")``, ``counted(n, "...", "...")`` or
``word(text, "context")``.  All are literals, and the places in them are filled beside them
(docs/decisions/0018-sentences.md).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import jinja2
import reading
from jinja2 import nodes
from reading import Found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OURS = ("desk/static", "signer/static")
"""The folders with scripts of our own; what is bundled there at set-up speaks to nobody."""

_CALL = re.compile(r"(?<![\w.$])(say|counted|word)\(")
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/) | (?P<text>"(?:[^"\\\n]|\\.)*") | (?P<other>
    '(?:[^'\\\n]|\\.)*' | `(?:[^`\\]|\\.)*` | .)""",
    re.DOTALL | re.VERBOSE,
)


def of_templates() -> Iterator[Found]:
    """What the templates say."""
    for path in sorted(reading.SOURCE.rglob("templates/*.html")):
        for found in of_template(path.read_text("utf-8")):
            yield Found(found.text, found.more, found.context, _where(path))


def of_template(source: str) -> Iterator[Found]:
    """What one template says, in the order of its lines."""
    for call in jinja2.Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            yield from map(Found, _literals(call.args[0]))


def of_scripts() -> Iterator[Found]:
    """What the scripts say."""
    for folder in OURS:
        for path in sorted((reading.SOURCE / folder).rglob("*.js")):
            for found in of_script(path.read_text("utf-8")):
                yield Found(found.text, found.more, found.context, _where(path))


def of_script(source: str) -> Iterator[Found]:
    """What one script says.  Of ``word`` only what is a literal: the lists stand elsewhere."""
    source = _without_comments(source)
    for call in _CALL.finditer(source):
        arguments = _arguments(source, call.end())
        if call[1] == "say":
            yield from map(Found, arguments[0])
        elif call[1] == "counted" and len(arguments) > 2:  # noqa: PLR2004  # number, one, more
            yield from map(Found, arguments[1], arguments[2])
        elif call[1] == "word" and len(arguments) > 1 and arguments[1]:
            yield from (Found(text, context=arguments[1][0]) for text in arguments[0])


def lists_of_script(source: str) -> Iterator[str]:
    """The contexts whose words a script says, whichever they are."""
    source = _without_comments(source)
    for call in _CALL.finditer(source):
        if call[1] == "word" and len(arguments := _arguments(source, call.end())) > 1:
            yield from arguments[1]


def _literals(node: nodes.Node) -> Iterator[str]:
    """The texts of an argument, through its alternatives."""
    match node:
        case nodes.Const(value=str(text)) if text:
            yield text
        case nodes.CondExpr():
            yield from _literals(node.expr1)
            if node.expr2 is not None:
                yield from _literals(node.expr2)
        case nodes.Or() | nodes.And():
            yield from (*_literals(node.left), *_literals(node.right))
        case _:
            pass


def _without_comments(source: str) -> str:
    return "".join(t[0] for t in _TOKEN.finditer(source) if not t[0].startswith(("//", "/*")))


def _arguments(source: str, at: int) -> list[list[str]]:
    """The texts of each argument of a call whose bracket opened before ``at``."""
    found: list[list[str]] = [[]]
    depth = 1
    while depth and (token := _TOKEN.match(source, at)):
        at = token.end()
        if token["text"] and depth == 1:
            found[-1].append(json.loads(token["text"]))
        elif token["other"] == "," and depth == 1:
            found.append([])
        elif token["other"]:
            depth += (token["other"] in "([{") - (token["other"] in ")]}")
    return found


def _where(path: Path) -> str:
    return path.relative_to(reading.SOURCE).as_posix()
