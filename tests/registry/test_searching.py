"""Finding by words, office, day, person and number; nothing out of the vault is ever a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cablegram.errors import MalformedError, UnknownError
from cablegram.model import balance
from cablegram.model.handling import default_series
from cablegram.model.orders import Subject
from cablegram.model.records import Find
from cablegram.registry import balances, finding, indexing, searching
from cablegram.registry.searching import Asked
from cablegram.wire import balance as format_
from cablegram.wire import canonical
from offices import every, found, refuses

OLD = """cable,copy,office,outgoing,received,signatory,content,whom,sheets,state,holder,due
21405,1,beijing,3300,3.7.1951,Мао Цзэ-дун,О перемирии в Корее,stalin,2,in registry,,
21406,1,beijing,3301,4.7.1951,Чжоу Энь-лай,О приезде Пэн Дэ-хуая,molotov,2,issued,beria,1.9.1951
21407,1,harbin,12,5.7.1951,,On the armistice in Korea,,2,in registry,,
21408,,harbin,13,6.7.1951,,,,,,,
"""
THEIRS = """owner,owner_cable,owner_copy,incoming,sheets,state,whom,content
provost,77,2,575/2280,3,in registry,molotov,Kim Il Sung's journey
provost,78,2,575/2281,3,issued,,On grain
"""


@pytest.fixture(params=["memory", "sqlite"])
def office(request, tmp_path):
    regime = replace(default_series("T", "the Eighth Department"), short_content=True)
    made = found(regime=regime, folder=tmp_path if request.param == "sqlite" else None)
    made.bureau.vault.put("name", "molotov", "В. М. Молотов".encode())
    take(made, OLD)
    take(made, THEIRS.replace(",issued,,", ",in registry,,"))
    return made


def take(office, text):
    with office.view() as view:
        seen = balances.read(view, text.encode(), office.bureau)
    assert seen.faults == ()
    matter = format_.encode(balance.lines_of(seen.groups))
    facts = {"list": canonical.digest(matter), "source": seen.source, "batch": 1, "batches": 1}
    office.give("charge", facts, two="makarov", matter=matter)


def ask(here, words="", **rest):
    with here.view() as view:
        answer = searching.search(view, Asked(words, **rest), here.bureau)
    return [
        str(hit.telegram.cable_number or hit.telegram.outgoing_number)
        if hit.telegram
        else hit.copy.incoming
        for hit in answer.hits
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("перемирие", ["21405"]),
        ("корея", ["21407", "21405"]),
        ("Korea armistice", ["21407"]),
        ("Peng Dehuai", ["21406"]),
        ("彭德懷", ["21406"]),
        ("毛澤東", ["21405"]),
        ("Zhou Enlai", ["21406"]),
        ("김일성", ["575/2280"]),
        ("beijing", ["21406", "21405"]),
        ("beijing перемирие", ["21405"]),
        ("stalin", ["21405"]),
        ("Сталин", ["21405"]),
        ("Молотов", ["21406", "575/2280"]),
        ("перем*", ["21405"]),
        ("armi* korea", ["21407"]),
    ],
)
def test_words(office, words, expected):
    """Newest first; each word must be there, whoever or wherever it names."""
    assert sorted(expected) == sorted(ask(office, words))


def test_what_narrows(office):
    """Office, days, person, number, alone and together."""
    assert ["21408", "21407"] == ask(office, office="harbin")
    assert ["21405"] == ask(office, office="beijing", until="1951-07-03T23:59:59Z")
    assert ["21406"] == ask(office, office="beijing", since="1951-07-04T00:00:00Z")
    both = {"since": "1951-07-04T00:00:00Z", "until": "1951-07-05T23:00:00Z"}
    assert ["21407", "21406"] == ask(office, **both)
    assert ["21406"] == ask(office, person="beria")
    assert ["21405"] == ask(office, person="Mao Zedong")
    assert {"21406", "575/2280"} == set(ask(office, person="Молотов"))
    assert ["21406"] == ask(office, number="3301")
    assert ["575/2280"] == ask(office, "journey", number="575/2280")
    assert ["21407"] == ask(office, "korea", limit=1)
    assert ["575/2281", "575/2280"] == sorted(ask(office, office="provost"), reverse=True)


@pytest.mark.parametrize(
    "rest",
    [
        {"words": "погода"},
        {"words": "перемирие", "office": "harbin"},
        {"words": "xyz*"},
        {"number": "99"},
        {"number": "3301", "words": "перемирие"},
        {"number": "3301", "since": "1951-07-05T00:00:00Z"},
        {"person": "nobody"},
        {"office": "nowhere"},
        {"words": "the"},
        {"words": ""},
    ],
)
def test_nothing_fits(office, rest):
    """It is said, with what to try."""
    with refuses(office, "", UnknownError):
        ask(office, **rest)


def test_words_that_are_unclean(office):
    """A question is text like any other."""
    with refuses(office, "cannot be seen", MalformedError):
        ask(office, "a\u200bb")


def test_a_name_that_was_erased_leads_nowhere(office):
    """The vault's name is a key for its question alone; no shelf has it."""
    assert not any("молотов" in row.key for row in keys(office))
    office.bureau.vault.destroy("name", "molotov")
    with refuses(office, "", UnknownError):
        ask(office, "В. М. Молотов", person="")
    assert ["21406", "575/2280"] == sorted(ask(office, person="molotov"))


def keys(office):
    with office.view() as view:
        return list(every(view.finds))


def test_other_words_in_place_of_the_first(office):
    """What a stale key leads to is held to the row as it stands."""
    with office.view() as view:
        row = finding.telegram(view, 21405)
        copy = finding.copy(view, "575/2280")
    office.give("describe", {"content": "О железных дорогах"}, subjects=[Subject(row.handle, 1)])
    office.give("describe", {"content": "On timber"}, subjects=[copy])
    assert ["21405"] == ask(office, "железная дорога")
    assert ["575/2280"] == ask(office, "timber")
    for gone in ("перемирие", "김일성"):
        with refuses(office, "", UnknownError):
            ask(office, gone)


def test_what_comes_by_the_line_is_found(office):
    """An opened telegram by signatory, office and whom its copies are for; a paper by its words."""
    opened = office.telegram(addressees=("beria",)).telegram
    assert [str(opened.cable_number)] == ask(office, "Мао", office="beijing", person="beria")
    said = {"owner": "trade", "sheets": 1, "incoming": "12", "content": "On coal"}
    office.give("accept", said)
    assert ["12"] == ask(office, "coal")
    facts = {
        "copy": 5,
        "made": 5,
        "whom": "malenkov",
        "consent": office.bureau.blobs.put(b"a scan"),
    }
    named = Subject(opened.handle, 1)
    office.give("allot", facts, two="makarov", subjects=[named])
    assert [str(opened.cable_number)] == ask(office, person="malenkov")


def test_keys_are_made_again(office):
    """Out of the rows alone, for books that had none; a forged key finds nothing."""
    with office.page() as page:
        count = indexing.rebuild(page)
        page.finds.put(Find("w:погод", "1951-07-01T00:00:00Z", "ab" * 16))
    assert count > 20
    assert ["21405"] == ask(office, "перемирие")
    assert ["575/2281"] == ask(office, "grain")
    with refuses(office, "", UnknownError):
        ask(office, "погода")


def test_a_question_has_a_bound(office, monkeypatch):
    """What was not looked at is said."""
    monkeypatch.setattr(searching, "LOOKED_MAX", 1)
    with office.view() as view:
        answer = searching.search(view, Asked("корея"), office.bureau)
        assert (1, True) == (len(answer.hits), answer.more)
        days = Asked(since="1951-07-01T00:00:00Z")
        assert searching.search(view, days, office.bureau).more
    monkeypatch.setattr(searching, "EXPAND_MAX", 1)
    assert ask(office, "перем*")
