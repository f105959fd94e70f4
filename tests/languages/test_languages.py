"""Languages: which is spoken, and how a sentence is said in it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cablegram import languages
from cablegram.errors import CustodyError
from cablegram.languages import choose, speaking
from cablegram.model.acts import Act, State
from cablegram.model.handling import Precedence
from cablegram.sentences import (
    Sentence,
    all_of,
    any_of,
    beside,
    counted,
    many,
    sentence,
    term,
    word,
)
from cablegram.wire import canonical

RU = speaking("ru")


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [
        (("ru",), "ru"),
        (("ru_RU.UTF-8",), "ru"),
        (("", "zh-Hans", "ru"), "zh"),
        (("ko_KR@euc",), "ko"),
        (("de", "fr_FR.UTF-8", "ru"), "ru"),
        (("C", "ru"), "en"),
        (("POSIX",), "en"),
        (("de",), "en"),
        (("", ""), "en"),
        ((), "en"),
        (("../ru",), "en"),
    ],
)
def test_the_first_wish_that_can_be_met_is(wishes, chosen):
    """A wish is a tag or a locale; where none can be met, English is spoken."""
    assert chosen == choose(wishes)


def test_a_sentence_is_its_english_text_everywhere_else():
    """To books, formats and tests it is a plain text."""
    made = sentence("{copy} is out with {holder!r}", copy="21497/2", holder="Molotov")
    assert "21497/2 is out with 'Molotov'" == made
    assert {made: 1} == {"21497/2 is out with 'Molotov'": 1}
    assert b'{"a":"21497/2 is out with \'Molotov\'"}' == canonical.encode({"a": made})


def test_an_error_fills_its_three_sentences_with_the_same_values():
    """Message, hint and what was kept share them, and each can be said in Russian."""
    error = CustodyError(
        "there is no folder {folder}", hint="See `cablegram where {number}`.", folder="a", number=3
    )
    assert "there is no folder a" == str(error)
    assert ("See `cablegram where 3`.", "Nothing was changed.") == (error.hint, error.kept)
    said = [RU.say(text) for text in (error.what, error.hint, error.kept)]
    assert ["папки a нет", "См. `cablegram where 3`.", "Ничего не изменено."] == said
    assert "папки a нет" == RU.say(error)


def test_values_with_braces_stay_as_they_are():
    """What a person typed is never read as a place."""
    error = CustodyError("there is no folder {folder}", hint="Look again.", folder="{count}{0}")
    assert "there is no folder {count}{0}" == str(error)
    assert "папки {count}{0} нет" == RU.say(error)
    assert "{a} {" == CustodyError("{a} {", hint="b").what


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 экземпляр"),
        (2, "2 экземпляра"),
        (5, "5 экземпляров"),
        (11, "11 экземпляров"),
        (21, "21 экземпляр"),
        (112, "112 экземпляров"),
        (12345, "12\u00a0345 экземпляров"),
    ],
)
def test_counts_take_the_form_of_their_number(count, said):
    """One, a few and many in Russian, digits grouped as Russian does."""
    assert said == RU.say(many(count, "copy", "copies"))


def test_english_counts_by_one_and_more():
    """Digits are grouped with commas."""
    assert ["1 copy", "2 copies", "0 entries", "12,345 rows"] == [
        many(1, "copy", "copies"),
        many(2, "copy", "copies"),
        many(0, "entry", "entries"),
        many(12345, "row"),
    ]


def test_sentences_in_sentences_are_said_too():
    """Words of ours, counts and errors at its places; what people wrote stays."""
    made = sentence("{name} cannot be {done}: it is {words}", name="21497/1", done=word(
        "handed_over", "cannot be"), words=term(State.IN_REGISTRY))  # fmt: skip
    assert "21497/1 cannot be handed over: it is in registry" == made
    assert "21497/1 нельзя передать, состояние: в регистратуре" == RU.say(made)
    assert "{copy}: Ничего не изменено." == RU.say(
        beside(("{copy}", sentence("Nothing was changed.")), ": ")
    )
    assert "a, Выдать" == RU.say(sentence("a, ") + "Выдать")
    assert "выдача" == RU.say(Act.ISSUE)
    assert "immediate" == str(term(Precedence.IMMEDIATE))
    assert "весьма срочная" == RU.say(Precedence.IMMEDIATE)


def test_a_single_word_may_be_a_name_and_is_left():
    """A person called chief is not turned into one; several words are looked up whole."""
    assert "chief" == RU.say("chief")
    assert "папка chief" != RU.say(sentence("there is no folder {folder}", folder="chief"))
    assert "папки chief нет" == RU.say(sentence("there is no folder {folder}", folder="chief"))
    assert "начальник" == RU.say(word("chief", "Role"))


def test_several_are_joined():
    """One of them, or all."""
    assert ["a", "a or b", "a, b or c"] == [any_of("a"), any_of("ab"), any_of("abc")]
    assert ["a", "a and b", "a, b and c"] == [all_of("a"), all_of("ab"), all_of("abc")]
    assert "a, b или c" == RU.say(any_of("abc"))
    assert "a и b" == RU.say(all_of("ab"))


def test_a_sentence_takes_its_values_later():
    """A table of words holds it with its places open."""
    open_ = sentence("issued to {holder}")
    assert "issued to stalin" == sentence(open_, holder="stalin")
    made = sentence(open_, holder="stalin")
    assert made is sentence(made, holder="other")
    assert isinstance(made + "", Sentence)
    assert "выдан: stalin!" == RU.say(made + "!")
    assert "- выдан: stalin" == RU.say("- " + made)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Nothing was changed.", "Ничего не изменено."),
        ("there is no folder /a b", "папки /a b нет"),
        ("21497/1 cannot be issued: it is printed", "21497/1 нельзя выдать, состояние: отпечатан"),
        ("copy 2 of 4", "экз. 2 из 4"),
        ("what nobody says here", "what nobody says here"),
        ("", ""),
    ],
)
def test_text_out_of_the_books_is_known_again(text, said):
    """Refusals that were kept, and those of the room's process, are said in Russian."""
    assert said == RU.again(text)
    assert text == speaking("en").again(text)


def test_what_is_not_translated_is_said_in_english():
    """A sentence without words in a language is English there, and stands beside those with."""
    for tag in ("zh", "ko"):
        made = counted(2, "{count} row of {n}", "{count} rows of {n}", n=3)
        assert "2 rows of 3" == speaking(tag).say(made)
        assert "Nothing was said." == speaking(tag).say(sentence("Nothing was said."))
    assert "未作任何更改。" == speaking("zh").say(sentence("Nothing was changed."))
    assert "아무것도 바뀌지 않았습니다." == speaking("ko").say(sentence("Nothing was changed."))


@pytest.mark.parametrize("tag", ["en", "ru", "zh", "ko"])
def test_nothing_is_said_for_nothing(tag):
    """A catalogue's head lies under the empty text, and is never said."""
    spoken = speaking(tag)
    assert ["", "", ""] == [spoken.again(""), spoken.say(""), spoken.say(sentence(""))]


@pytest.mark.parametrize(
    ("tag", "day", "number"),
    [
        ("en", "5.7.1951 21.00", "12,345"),
        ("ru", "05.07.1951 21:00", "12\u00a0345"),
        ("zh", "1951/7/5 21:00", "12,345"),
        ("ko", "1951. 7. 5. 21:00", "12,345"),
    ],
)
def test_days_and_numbers_are_written_as_the_language_does(tag, day, number):
    """The hour is the zone's own, whatever the language."""
    at = datetime(1951, 7, 5, 18, 0, tzinfo=UTC).astimezone(ZoneInfo("Europe/Moscow"))
    assert (day, number) == (speaking(tag).day_and_time(at), speaking(tag).number(12345))


def test_a_place_may_ask_for_grouped_digits():
    """``{count:,}`` is grouped as the language does, and a bare number is a name."""
    assert "и ещё 12\u00a0345" == RU.say(sentence("and {count:,} more", count=12345))
    assert "телеграммы 21497 нет в журнале" == RU.say(
        sentence("no telegram {cable} is in the register", cable=21497)
    )


def test_english_needs_no_catalogue(monkeypatch):
    """Whoever speaks English reads none."""
    monkeypatch.setattr(languages.po, "read", lambda _: pytest.fail("it was read"))
    english = languages.Language("en")
    assert "there is no folder a" == english.say(
        sentence("there is no folder {folder}", folder="a")
    )
    assert "1 copy" == english.say(many(1, "copy", "copies"))
    assert "issue" == english.say(Act.ISSUE)
