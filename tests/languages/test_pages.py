"""What pages and their scripts say: found there, said in every language, and nothing beside it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "words"))

import make
import pages
import reading

TEMPLATES = sorted(reading.SOURCE.rglob("templates/*.html"))
SHOWN = {"title", "placeholder", "aria-label", "aria-description", "alt", "label", "summary"}
"""Attributes that a person reads."""

TEMPLATE = """
{% extends "base.html" %}
{# _("a comment") #}
<h1>{{ _("Returned on {day}", day=when(copy.at)) }}</h1>
<p title="{{ _("one") if a else _("two or " ~ x) }}">{{ _("three" if b else "four") }}</p>
{{ _(sentence) }} {{ other("no") }} {{ _("it's \\"quoted\\"") }}
"""

SCRIPT = r"""
// say("a comment") says nothing
say("one, {two}", {two: say("three")});
element.textContent = busy ? say(ok ? "four" : "five")
  : counted(n, "{count} copy", "{count} copies", {n});
word(order.act, "OfficeAct"); word("in_registry", "State"); essay("no"); x.say("no either");
say(`no`); say("six" /* , "no" */); say("a \"quoted\" ) one", f(1, "no", [2]));
"""


def test_what_a_template_says_is_found():
    """Literals in ``_``, through their alternatives; comments and values are none."""
    found = [one.text for one in pages.of_template(TEMPLATE)]
    expected = ["Returned on {day}", "one", "three", "four", 'it\'s "quoted"']
    assert sorted(expected) == sorted(found)


def test_what_a_script_says_is_found():
    """Literals in ``say``, ``counted`` and ``word``, and the lists whose words it says."""
    found = [(one.text, one.more, one.context) for one in pages.of_script(SCRIPT)]
    assert found == [
        ("one, {two}", "", ""),
        ("three", "", ""),
        ("four", "", ""),
        ("five", "", ""),
        ("{count} copy", "{count} copies", ""),
        ("in_registry", "", "State"),
        ("six", "", ""),
        ('a "quoted" ) one', "", ""),
    ]
    assert {"OfficeAct", "State"} == set(pages.lists_of_script(SCRIPT))


class Bare(HTMLParser):
    """The words that stand in a page and in no sentence."""

    def __init__(self):
        super().__init__()
        self.found, self._kept = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("translate") == "no" or self._kept:
            self._kept += [tag] if tag not in {"br", "img", "input", "link", "meta", "hr"} else []
        elif tag not in {"meta", "link"}:
            self.found += [given[name] for name in SHOWN & set(given) if has_words(given[name])]
            if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
                self.found += [given["value"]] if has_words(given.get("value")) else []

    def handle_endtag(self, tag):
        if self._kept and self._kept[-1] == tag:
            self._kept.pop()

    def handle_data(self, data):
        if not self._kept and has_words(data):
            self.found.append(" ".join(data.split()))


def has_words(text):
    return bool(re.search(r"[^\W\d_]{2}", text or ""))


MARKS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SET = re.compile(r"\{% set \w+ %\}(.*?)\{% endset %\}", re.DOTALL)
ATTRIBUTES = re.compile(r"(?:\s*[\w-]+(?:=\"[^\"]*\")?)*\s*\Z")


def bare(source):
    """Words of a template that nobody translates, its own marks taken out."""

    def attributes_of_later(found):
        """What is set aside for a tag to come is read in place of one."""
        plain = MARKS.sub("", found[1])
        return f"<hr {plain}>" if "=" in plain and ATTRIBUTES.match(plain) else found[0]

    reader = Bare()
    reader.feed(MARKS.sub("", SET.sub(attributes_of_later, source)))
    return reader.found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_in_english_only(path):
    """Every word of it stands in ``_(...)``, or under ``translate="no"``."""
    assert [] == bare(path.read_text("utf-8"))


def test_bare_words_are_noticed():
    """The test above can fail: text, attributes, the words of a button."""
    page = '<p title="Its title">{{ _("a b") }} and more<b translate="no">Cablegram <i>x y</i></b>'
    assert ["Its title", "and more"] == bare(page + '<input type="text" value="kept">')
    assert ["Send it"] == bare('<input type="submit" value="Send it">')


RUN = """
globalThis.document = {documentElement: {}};
globalThis.fetch = async (url) => (
  {ok: url.pathname.endsWith("ru.json"), json: async () => (WORDS)});
const {speak, spoken, say, counted, word} = await import(MODULE);
const made = [];
const rows = (n) => counted(n, "{count} row of {a}", "{count} rows of {a}", {a: "b"});
const all = () => made.push([
  spoken(), document.documentElement.lang ?? "", say("{copy} is out", {copy: "{holder}"}),
  say("unknown {x}", {x: 1}), ...[1, 3, 5, 12345].map(rows),
  word("in_registry", "State"), word("constructor", "State"), say("toString")]);
all();
for (const tag of ["ru", "zh", "../en"]) { await speak(tag); all(); }
console.log(JSON.stringify(made));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="no node to run the scripts")
def test_scripts_speak():
    """English without words; Russian with its forms; English again where words cannot be had."""
    module = (make.SIGNER / "say.js").as_uri()
    words = {
        "": {
            "{copy} is out": {"other": "{copy} выдан"},
            "{count} row of {a}": {
                "one": "{count} строка {a}", "few": "{count} строки {a}",
                "many": "{count} строк {a}", "other": "{count} строк {a}",
            },
        },
        "State": {"in registry": {"other": "в регистратуре"}},
    }  # fmt: skip
    script = RUN.replace("MODULE", json.dumps(module)).replace("WORDS", json.dumps(words))
    ran = subprocess.run(
        ["node", "--input-type=module", "-"], input=script, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    first, russian, *others = json.loads(ran.stdout)
    english = [
        "{holder} is out", "unknown 1", "1 row of b", "3 rows of b", "5 rows of b",
        "12,345 rows of b", "in registry", "constructor", "toString",
    ]  # fmt: skip
    assert ["en", "", *english] == first
    assert russian == [
        "ru", "ru", "{holder} выдан", "unknown 1", "1 строка b", "3 строки b", "5 строк b",
        "12\u00a0345 строк b", "в регистратуре", "constructor", "toString",
    ]  # fmt: skip
    assert [["en", "en", *english]] * 2 == others
