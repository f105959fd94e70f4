"""Catalogues: up to the code, whole in Russian, their places those of the English sentence."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest
from babel.messages import pofile

from cablegram.languages import LANGUAGES, PLURALS, po

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "words"
OTHERS = [tag for tag in LANGUAGES if tag != "en"]
SCREEN = ("desk/", "signer/")
PLACE = re.compile(r"\{(\w*)[^{}]*\}")
COMMAND = re.compile(r"`[^`]*`")


def module(name: str):
    spec = importlib.util.spec_from_file_location(f"words_{name}", WORDS / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


reading, make = module("reading"), module("make")


def messages(tag: str):
    with make.path(tag).open("rb") as file:
        return [m for m in pofile.read_po(file, locale=tag) if m.id]


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_make_words_leaves_them_as_they_are():
    """Every sentence of the code is in every catalogue, and nothing else is."""
    stale = [path.name for path, text in make.files().items() if path.read_text("utf-8") != text]
    assert [] == stale, "run `make words`, then translate what is new into Russian"


@pytest.mark.parametrize("tag", OTHERS)
def test_a_catalogue_is_for_every_language(tag):
    """Chinese and Korean are ready to be translated: all sentences, none of them guessed."""
    found = messages(tag)
    assert len(found) > 2000
    assert [] == [m.id for m in found if m.fuzzy]


def test_russian_is_whole():
    """Everything that a person reads is said in Russian."""
    lacks = [m.id for m in messages("ru") if not all(forms(m.string))]
    assert [] == lacks, "say them in src/cablegram/languages/ru/LC_MESSAGES/cablegram.po"


@pytest.mark.parametrize("tag", OTHERS)
def test_the_screen_is_whole(tag):
    """Whatever stands on a page of the desk or the signer is said in every language."""
    lacks = [
        m.id
        for m in messages(tag)
        if not all(forms(m.string)) and any(at.startswith(SCREEN) for at, _ in m.locations)
    ]
    assert [] == lacks, f"say them in src/cablegram/languages/{tag}/LC_MESSAGES/cablegram.po"


@pytest.mark.parametrize("tag", OTHERS)
def test_a_translation_has_the_places_and_commands_of_its_sentence(tag):
    """What is filled in, and what can be typed, is the same in every language."""
    wrong = []
    for m in messages(tag):
        english, said = forms(m.id), [text for text in forms(m.string) if text]
        places = {place for text in english for place in PLACE.findall(text)}
        commands = sorted(COMMAND.findall(english[0]))
        for text in said:
            found = set(PLACE.findall(text))
            whole = found <= places if m.pluralizable else found == places
            if not whole or sorted(COMMAND.findall(text)) != commands:
                wrong.append((english[0], text))
    assert [] == wrong


@pytest.mark.parametrize("tag", OTHERS)
def test_a_translation_begins_and_ends_as_its_sentence_does(tag):
    """Spaces at its ends are part of a sentence; a hint in Russian ends as one, too."""
    wrong = []
    for m in messages(tag):
        for text in (t for t in forms(m.string) if t):
            first = forms(m.id)[0]
            ends = re.search(r" .*(?<!No)[.?]$", first), re.search(r"[.?)。？）]$", text)
            at = (first[:1] == " ", first[-1:] == " ") == (text[:1] == " ", text[-1:] == " ")
            if not (at or first.startswith(" by ")) or (ends[0] and not ends[1] and not m.context):
                wrong.append((first, text))
    assert [] == wrong


@pytest.mark.parametrize("tag", OTHERS)
def test_plurals_are_those_of_the_language(tag):
    """As many forms as its rule gives, and the rule is the one the head of the file says."""
    with make.path(tag).open("rb") as file:
        catalog = pofile.read_po(file)
    assert catalog.num_plurals == len({PLURALS[tag](n) for n in range(1000)})
    rule = catalog.plural_expr.replace("&&", " and ").replace("||", " or ")
    rule = re.sub(r"\((.*)\)", r"\1", rule) if rule.startswith("(") else rule
    for n in range(1000):
        assert c_rule(catalog.plural_expr, n) == PLURALS[tag](n), n


def c_rule(expr: str, n: int) -> int:
    """A plural rule as C reads it: Python's own reader of gettext's rules judges ours."""
    from gettext import c2py

    return c2py(expr)(n)


@pytest.mark.parametrize("tag", OTHERS)
def test_our_reader_reads_what_babels_reads(tag):
    """The forty lines that read a catalogue at run time agree with Babel."""
    with make.path(tag).open(encoding="utf-8") as file:
        ours = po.read(file)
    theirs = {
        (m.context or "", forms(m.id)[0]): forms(m.string)
        for m in messages(tag)
        if all(forms(m.string))
    }
    assert theirs == ours


def test_a_line_that_is_none_of_a_catalogue_is_refused():
    """Whatever is not read is not passed over."""
    with pytest.raises(ValueError, match="msg"):
        po.read(['<<<<<<< msgid "a"\n'])


def test_what_is_fuzzy_or_empty_is_not_said():
    """Nobody is told a guess."""
    lines = (
        '#, fuzzy\nmsgid "a b"\nmsgstr "c"\n\nmsgid "d"\nmsgstr ""\n\nmsgid "e"\nmsgstr "\\"f\\""'
    )
    assert {("", "e"): ('"f"',)} == po.read(lines.split("\n"))


CODE = '''
"""A docstring is no sentence. Nor is this one."""
LIMIT = 3
_AGAIN = "Ask the sender to send it again."
_PATH = "books/a b"
WORDS = {"seen": "seen here", "cmd": "x.y"}
heads = ("copy", "where")
raise CustodyError("{copy} is out" if a else "it is gone", hint=_AGAIN, kept="It is kept.", copy=b)
raise _odd(item, "is not a file")
raise ValueError("no such thing at all")
saying.say("print {number}: {copies}", number=1, copies=many(2, "copy", "copies"))
saying.tell(counted(n, "{count} row is bad", "{count} rows are bad"))
click.UsageError("which copy? Name it")
name = word("handed_over", "cannot be")
say(word(row.state, "state"))
fields.decode(data, what="the room's reply")
'''


def test_what_there_is_to_say_is_found_in_code():
    """Each kind of place where a sentence stands is read, and nothing beside them."""
    found = {(f.text, f.more, f.context) for f in reading.of_tree(ast.parse(CODE))}
    assert found == {
        ("Ask the sender to send it again.", "", ""),
        ("seen here", "", ""),
        ("copy", "", ""),
        ("where", "", ""),
        ("{copy} is out", "", ""),
        ("it is gone", "", ""),
        ("It is kept.", "", ""),
        ("is not a file", "", ""),
        ("print {number}: {copies}", "", ""),
        ("{count} copy", "{count} copies", ""),
        ("{count} row is bad", "{count} rows are bad", ""),
        ("which copy? Name it", "", ""),
        ("handed over", "", "cannot be"),
        ("the room's reply", "", ""),
    }
