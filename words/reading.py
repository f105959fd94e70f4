"""What there is to say, read out of the code itself (docs/decisions/0018-sentences.md).

Literals are found where sentences stand: in errors, in what is said and told, in ``sentence``,
``counted``, ``many`` and ``word``; a hint is known anywhere by its capital and its full stop.
Help and options come from the commands as they are built, words of our lists from the lists, and
click's own sentences from click.  Pages are read in ``pages``.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from enum import Enum

    import click

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "cablegram"

SCREEN = ("desk/", "signer/")
"""What people see in a browser: a sentence of theirs is named after it wherever else it stands."""
APART = (
    "forms/words/",
    "model/folding/",
    "press/",
    "cli/story/",
    "cli/commands.py",
    "storage/sql/",
    "sentences.py",
    "languages/",
)
"""What speaks in another way: sheets, the demo's telegram, what repeats help; SQL; machinery."""

SAID = {"say", "tell", "progress", "UsageError", "BadParameter", "prompt", "refuse"}
FAULTS = {"fault", "Fault", "_fault"}
"""What is wrong in a row of old books."""
TABLES = {"_listed", "_show"}
"""Functions of a file that make a table: a row of literals is its heads."""
PROGRAMMING = {"AssertionError", "ValueError", "TypeError", "KeyError", "OSError"}
CLICK = ("core", "exceptions", "formatting", "parser", "types", "decorators")

ENUMS = {
    "cablegram.model.acts": ("State", "Mark", "Act"),
    "cablegram.model.handling": ("Precedence",),
    "cablegram.model.line": ("Verdict",),
    "cablegram.model.orders": ("OfficeAct",),
    "cablegram.model.roles": ("Role",),
    "cablegram.model.route": ("StopState",),
    "cablegram.model.times": ("Unit", "Counted"),
    "cablegram.registry.duties": ("Grade",),
    "cablegram.registry.inquiries": ("Cause", "Ruling"),
    "cablegram.registry.references": ("Relation",),
}
"""The lists whose members are said, each its own context."""

LISTS = (
    ("duty", "cablegram.registry.duties", "KINDS"),
    ("kind", "cablegram.cli.wording", "KINDS"),
    ("kind", "cablegram.wire.receipt", "KINDS"),
    ("kind", "cablegram.wire.notice", "KINDS"),
    ("kind", "cablegram.wire.wording", "KINDS"),
    ("state", "cablegram.cli.wording", "STATES"),
    ("for whom", "cablegram.cli.wording", "FOR_WHOM"),
    ("may", "cablegram.registry.standing", "MAY"),
)
"""Words that are kept as text: the context that ``word`` gives them, and the list they are of."""

WORDS = {
    "due": (
        *("overdue", "due soon", "missing", "must go back", "tracer", "supply hold", "alarm"),
        *("task", "to hand on", "inquiry", "notice", "to print", "to verify", "to open", "owed"),
        *("not receipted", "dispute"),
    ),
    "kind": ("extension", "consent", "regrade"),
    "list": ("proxies", "waivers", "denials"),
    "muster state": ("open", "closed"),
    "number": (
        *("cable", "outgoing", "print", "incoming", "their incoming"),
        *("their incoming before it came back",),
    ),
    "receipt state": ("open", "closed"),
    "since": ("came", "went"),
    "watch state": ("handed", "taken", "dropped"),
    "year": ("received", "sent", "carried over", "open tasks", "open inquiries", "open drafts"),
}
"""Likewise, those that stand in no list of the code."""

KEPT = (
    *("{others} and {last}", "{others} or {last}"),
    *("circuit number {first}", "circuit numbers {first} to {last}"),
    "{numbers} from {office} not opened yet, or lost",
    "number {number} from {office} does not fit what came before",
    "{office} has {kind} what our books never sent",
    "{copy} has {sheets} of {all} sheets",
    "alarm {number}: {words}; the digests are {first} and {second}",
    (
        "copy {copy} of {cable} of {owner}: "
        "the counts contradict what was signed between us and {office}"
    ),
    "copy {number} of {made}",
    *("alarm {number}", "cable {number}", "copy {number}", "draft {number}", "inquiry {number}"),
    *("muster {number}", "notice {number}", "number of {office}", "out {number}", "in {number}"),
    *("outer {number}", "reference {number}", "restored at {number}", "series {letter}"),
    *("tracer {number}", "print {number}", "outgoing {number}", "batch {batch} of {many}"),
    *("note of entry {entry}",),
)
"""What ``all_of`` and ``any_of`` make, and what alarms and the ledger keep as text."""

_HINT = re.compile(r"[A-Z`][^\n]* [^\n]*[.?]\Z")


@dataclass(frozen=True)
class Found:
    """A sentence to translate; ``more`` is its plural, ``where`` the file it stands in."""

    text: str
    more: str = ""
    context: str = ""
    where: str = ""


def everything(shown: Iterable[Found] = ()) -> list[Found]:
    """All there is to say, each once, in the order of the files; ``shown`` is what pages say."""
    found: dict[tuple[str, str], Found] = {}
    for one in (*of_source(), *shown, *of_help(), *of_lists(), *of_click()):
        before = found.get((one.context, one.text))
        if before is None or (one.more and not before.more):
            found[one.context, one.text] = one
        elif one.where.startswith(SCREEN) and not before.where.startswith(SCREEN):
            found[one.context, one.text] = replace(before, where=one.where)
    return list(found.values())


def of_source() -> Iterator[Found]:
    """What stands in the modules."""
    for path in sorted(SOURCE.rglob("*.py")):
        where = path.relative_to(SOURCE).as_posix()
        if not where.startswith(APART):
            for one in of_tree(ast.parse(path.read_text("utf-8"))):
                yield Found(one.text, one.more, one.context, where)


def of_tree(tree: ast.Module) -> Iterator[Found]:
    """What stands in one module, in the order of its lines."""
    found: list[tuple[int, int, Found]] = []
    apart = _apart(tree)
    for node in ast.walk(tree):
        for text, one in _of_node(node):
            if id(text) not in apart and _has_words(one.text):
                found.append((text.lineno, text.col_offset, one))
    for _, _, one in sorted(found, key=lambda each: each[:2]):
        yield one


def of_help() -> Iterator[Found]:
    """The help of every command: its paragraphs, and what its options say."""
    import commands

    from cablegram.cli import program
    from cablegram.cli.ordering import paragraphs

    def walk(command: click.Command) -> Iterator[Found]:
        assert command.callback is not None
        where = inspect.unwrap(command.callback).__module__.removeprefix("cablegram.")
        where = where.replace(".", "/") + ".py"
        where = "cli/__init__.py" if where == "cli.py" else where
        for text in paragraphs(command.help or ""):
            yield Found(text, where=where)
        for option in command.params:
            text = getattr(option, "help", None)
            if text:
                yield Found(text, where=where)
        inner = sorted(getattr(command, "commands", {}).items())
        for _, one in commands.made() if command is program else inner:
            if not one.hidden:
                yield from walk(one)

    yield from walk(program)


def of_lists() -> Iterator[Found]:
    """The words of our own lists."""
    from cablegram.sentences import term, word

    for module, names in ENUMS.items():
        for name in names:
            kind: type[Enum] = getattr(import_module(module), name)
            for member in kind:
                yield Found(str(term(member)), context=name, where=_file(module))
    for context, module, name in LISTS:
        texts: Iterable[str] | Mapping[str, Any] = getattr(import_module(module), name)
        for text in texts:
            yield Found(str(word(text, context)), context=context, where=_file(module))
    for context, listed in WORDS.items():
        for text in listed:
            yield Found(text, context=context, where="cli/wording.py")
    for text in KEPT:
        yield Found(text, where="ledger")


def of_click() -> Iterator[Found]:
    """What click says itself, as it asks gettext for it."""
    import click

    for name in CLICK:
        path = Path(click.__file__).with_name(f"{name}.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in {"_", "ngettext"}:
                texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                if texts and isinstance(texts[0], str):
                    more = texts[1] if _called(node) == "ngettext" else ""
                    yield Found(texts[0], str(more), where=f"click/{name}.py")
    yield Found("required", where="click/core.py")


def _of_node(node: ast.AST) -> Iterator[tuple[ast.Constant, Found]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _HINT.match(node.value):
        yield node, Found(node.value)
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        if _called(node.exc) not in PROGRAMMING:
            for arg in node.exc.args:
                yield from ((c, f) for c, f in _texts(arg) if " " in f.text)
    elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
        for value in node.value.values:
            yield from ((c, f) for c, f in _texts(value) if _is_phrase(f.text))
    elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Tuple):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(t, ast.Name) and t.id.lower().strip("_") == "heads" for t in targets):
            yield from _texts(node.value)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)


def _of_call(call: ast.Call) -> Iterator[tuple[ast.Constant, Found]]:
    name, args = _called(call), call.args
    said = [k.value for k in call.keywords if k.arg == "what"]
    if name.endswith("Error") and name not in PROGRAMMING | SAID:
        said += [*args[:1], *(k.value for k in call.keywords if k.arg in {"hint", "kept"})]
    elif name in SAID:
        said += args
    elif name in FAULTS | {"__init__"}:  # an error that says one thing only
        for arg in args:
            yield from ((c, f) for c, f in _texts(arg) if " " in f.text)
    elif name in {"sentence", "table"}:
        said += args[:1]
    elif name in TABLES:
        said += [arg for arg in args if isinstance(arg, ast.Tuple)]
    for arg in said:
        yield from _texts(arg)
    texts = [arg for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if texts and (name in {"counted", "many"} or (name == "word" and len(texts) > 1)):
        yield texts[0], _of_maker(name, [str(text.value) for text in texts])


def _of_maker(name: str, texts: list[str]) -> Found:
    """What ``counted``, ``many`` and ``word`` make of their literals."""
    one, more = texts[0], texts[1] if len(texts) > 1 else ""
    if name == "word":
        return Found(one.replace("_", " "), context=more)
    if name == "many":
        return Found("{count} " + one, "{count} " + (more or one + "s"))
    return Found(one, more)


def _texts(node: ast.expr) -> Iterator[tuple[ast.Constant, Found]]:
    """The literals of an expression, through its alternatives and rows."""
    match node:
        case ast.Constant(value=str(text)):
            yield node, Found(text)
        case ast.IfExp():
            yield from (*_texts(node.body), *_texts(node.orelse))
        case ast.BoolOp():
            for value in node.values:
                yield from _texts(value)
        case ast.Tuple() | ast.List():
            for value in node.elts:
                yield from _texts(value)
        case ast.Starred():
            yield from _texts(node.value)
        case ast.BinOp():
            yield from (*_texts(node.left), *_texts(node.right))
        case _:
            pass


def _apart(tree: ast.Module) -> set[int]:
    """Strings that are no sentences: docstrings, the strings beside constants, help, examples."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        if isinstance(node, ast.keyword) and node.arg == "help":
            found.add(id(node.value))
        if isinstance(node, ast.Call) and _called(node) == "order":
            found |= {id(arg) for arg in node.args}
    return found


def _is_phrase(text: str) -> bool:
    """Whether a value of a table of words is one: several words, and no path or example."""
    return bool(re.fullmatch(r"[a-z][a-z' ,]* [a-z{][a-z0-9{}', -]*", text))


def _has_words(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{2}", re.sub(r"`[^`]*`|\{[^{}]*\}", "", text)))


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _file(module: str) -> str:
    return module.removeprefix("cablegram.").replace(".", "/") + ".py"
