"""What a facsimile refuses, and the words of its form."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import MalformedError
from cablegram.press import Hand, Part, ReturnWords, Slot, Stamp, facsimile
from cablegram.press.words import ENGLISH, FORMS, RUSSIAN, SECTIONS

DIRTY = ["a\x1b[31m", "a\u202eb", "a\u200bb", "a\r", "a\tb", "e\u0301", "\ufeffa", "\x00", "\ud800"]


@pytest.mark.parametrize("text", [*DIRTY, "two\nlines"])
@pytest.mark.parametrize("field", sorted(facsimile._BOUNDS))
def test_unclean_line_is_refused(russian, field, text):
    """No control, bidirectional, hidden or unnormalised character reaches a sheet."""
    with pytest.raises(MalformedError):
        russian(**{field: text})


@pytest.mark.parametrize("text", DIRTY)
@pytest.mark.parametrize(
    "make",
    [
        lambda text: Part("en", text, ("a",)),
        lambda text: Part("en", "", (text,)),
        lambda text: Slot(1, text),
        lambda text: Hand(text, datetime(1951, 7, 5, 21, 0)),  # noqa: DTZ001
        lambda text: Stamp(text, "1", date(1951, 7, 5)),
        lambda text: Stamp("a", text, date(1951, 7, 5)),
        lambda text: Stamp("a", "1", date(1951, 7, 5), text),
        lambda text: ReturnWords(6, "24-hour days", "", text),
    ],
)
def test_unclean_piece_is_refused(make, text):
    """The same holds for names, stamps, paragraphs and the place of return."""
    with pytest.raises(MalformedError):
        make(text)


def test_unclean_caveat_is_refused(russian):
    """The same holds for a caveat."""
    with pytest.raises(MalformedError):
        russian(caveats=("a\x07",))


@pytest.mark.parametrize("field", sorted(facsimile._BOUNDS))
def test_long_line_is_refused(russian, field):
    """Every line has a bound."""
    most = facsimile._BOUNDS[field]
    russian(**{field: "a" * most})
    with pytest.raises(MalformedError):
        russian(**{field: "a" * (most + 1)})


@pytest.mark.parametrize(
    "changes",
    [
        {"lang": "xx"},
        {"copy_number": 0},
        {"copy_number": 5},
        {"copies_made": 0},
        {"copies_made": 1000},
        {"classification_level": 5},
        {"classification_level": -1},
        {"distribution": (Slot(1, "a"), Slot(1, "b"))},
        {"distribution": (Slot(5, "a"),)},
        {"copies_filed": (3, 3)},
        {"copies_filed": (0,)},
        {"copies_filed": (5,)},
        {"body": ()},
        {"body": (Part("en", "", ("a" * 20_000,) * 26),)},
        {"caveats": ("a",) * 17},
        {"stamps": (Stamp("a", "1", date(1951, 7, 5)),) * 13},
        {"set_at": datetime(1951, 7, 5, 20, 0)},  # noqa: DTZ001
        {"set_at": datetime(1951, 7, 5, 20, 0, tzinfo=timezone(timedelta(hours=3)))},
    ],
    ids="-".join,
)
def test_impossible_copy_is_refused(russian, changes):
    """Numbers must fit the run, lists name a copy once, and the date of the file is UTC."""
    with pytest.raises(MalformedError):
        russian(**changes)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ReturnWords(0, "24-hour days", "received", "a"),
        lambda: ReturnWords(36_501, "24-hour days", "received", "a"),
        lambda: ReturnWords(6, "weeks", "received", "a"),
        lambda: ReturnWords(6, "24-hour days", "sent", "a"),
        lambda: Slot(0, "a"),
        lambda: Slot(1000, "a"),
        lambda: Part("EN", "", ("a",)),
        lambda: Part("en\n", "", ("a",)),
        lambda: Part("en", "", ()),
        lambda: Part("en", "", (" \n",)),
        lambda: Part("en", "", ("a" * 20_001,)),
        lambda: Part("en", "", ("a",) * 2001),
    ],
)
def test_impossible_piece_is_refused(make):
    """Terms, slots and parts have their bounds."""
    with pytest.raises(MalformedError):
        make()


@pytest.mark.parametrize(
    ("count", "days_24", "calendar"),
    [
        (1, "1 суток", "1 календарного дня"),
        (2, "2 суток", "2 календарных дней"),
        (4, "4 суток", "4 календарных дней"),
        (5, "5 суток", "5 календарных дней"),
        (6, "6 суток", "6 календарных дней"),
        (11, "11 суток", "11 календарных дней"),
        (12, "12 суток", "12 календарных дней"),
        (21, "21 суток", "21 календарного дня"),
        (22, "22 суток", "22 календарных дней"),
        (101, "101 суток", "101 календарного дня"),
        (111, "111 суток", "111 календарных дней"),
        (121, "121 суток", "121 календарного дня"),
    ],
)
def test_russian_days_in_the_genitive(count, days_24, calendar):
    """After "по истечении" the number's noun is genitive: singular after 1, 21, 101, not 11."""
    assert days_24 == RUSSIAN.days(count, "24-hour days")
    assert calendar == RUSSIAN.days(count, "calendar days")


@pytest.mark.parametrize(
    ("count", "days_24", "calendar"),
    [
        (1, "1 day of 24 hours", "1 calendar day"),
        (2, "2 days of 24 hours", "2 calendar days"),
        (21, "21 days of 24 hours", "21 calendar days"),
    ],
)
def test_english_days(count, days_24, calendar):
    """One day, several days."""
    assert days_24 == ENGLISH.days(count, "24-hour days")
    assert calendar == ENGLISH.days(count, "calendar days")


@pytest.mark.parametrize(
    ("term", "russian", "english"),
    [
        (
            ReturnWords(6, "24-hour days", "", "8 отдел"),
            "ПОДЛЕЖИТ ВОЗВРАТУ ПО ИСТЕЧЕНИИ 6 СУТОК В 8 ОТДЕЛ",
            "TO BE RETURNED ON EXPIRY OF 6 DAYS OF 24 HOURS TO 8 ОТДЕЛ",
        ),
        (
            ReturnWords(1, "calendar days", "issued", "Второй отдел"),
            "ПОДЛЕЖИТ ВОЗВРАТУ ПО ИСТЕЧЕНИИ 1 КАЛЕНДАРНОГО ДНЯ С МОМЕНТА ВЫДАЧИ ВО ВТОРОЙ ОТДЕЛ",
            "TO BE RETURNED ON EXPIRY OF 1 CALENDAR DAY FROM ISSUE TO ВТОРОЙ ОТДЕЛ",
        ),
        (
            ReturnWords(3, "24-hour days", "printed", "Особый сектор"),
            "ПОДЛЕЖИТ ВОЗВРАТУ ПО ИСТЕЧЕНИИ 3 СУТОК С МОМЕНТА ОТПЕЧАТАНИЯ В ОСОБЫЙ СЕКТОР",
            "TO BE RETURNED ON EXPIRY OF 3 DAYS OF 24 HOURS FROM PRINTING TO ОСОБЫЙ СЕКТОР",
        ),
        (
            ReturnWords(3, "24-hour days", "opened", "отдел"),
            "ПОДЛЕЖИТ ВОЗВРАТУ ПО ИСТЕЧЕНИИ 3 СУТОК С МОМЕНТА РАСШИФРОВАНИЯ В ОТДЕЛ",
            "TO BE RETURNED ON EXPIRY OF 3 DAYS OF 24 HOURS FROM DECIPHERING TO ОТДЕЛ",
        ),
    ],
)
def test_return_sentence(term, russian, english):
    """The term, the instant it is counted from and the place make one sentence."""
    assert russian == facsimile._return(term, RUSSIAN).replace("\u00a0", " ")
    assert english == facsimile._return(term, ENGLISH).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("made", "filed", "russian", "english"),
    [
        (
            4,
            (3, 4),
            "отп. 4 экз. Экз. №№ 3, 4 — в дело.",
            "4 copies printed. Copies Nos. 3, 4 to file.",
        ),
        (2, (2,), "отп. 2 экз. Экз. № 2 — в дело.", "2 copies printed. Copy No. 2 to file."),
        (1, (), "отп. 1 экз.", "1 copy printed."),
    ],
)
def test_print_run(made, filed, russian, english):
    """Copies printed, and which of them went to file."""
    for words, expected in ((RUSSIAN, russian), (ENGLISH, english)):
        assert expected == words.run(made, facsimile._runs(filed), len(filed))


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((), ""),
        ((4, 3), "3, 4"),
        ((1, 2, 3), "1–3"),
        ((1, 3, 5, 6, 30, 31, 32, 33), "1, 3, 5, 6, 30–33"),
    ],
)
def test_runs_of_numbers(numbers, shown):
    """Three or more in a row are written as first and last."""
    assert shown == facsimile._runs(numbers)


@given(st.sets(st.integers(1, 999)))
@settings(deadline=None, max_examples=60)
def test_runs_lose_no_number(numbers):
    """Read back, the list names the same copies."""
    back = set()
    for run in filter(None, facsimile._runs(tuple(numbers)).split(", ")):
        first, _, last = run.partition("–")
        back |= set(range(int(first), int(last or first) + 1))
    assert numbers == back


def test_slots_run_down_the_columns(russian):
    """The first row has 1, 7 and 13; with 40 copies there are 14 rows."""
    rows = facsimile._slots(russian(), RUSSIAN)
    assert [[slot["number"] for slot in row] for row in rows[:2]] == [[1, 7, 13], [2, 8, 14]]
    assert [slot["name"] for slot in rows[0]] == ["тов. Сталину", "", ""]
    assert len(facsimile._slots(russian(copies_made=40), RUSSIAN)) == 14


@pytest.mark.parametrize(
    ("paragraphs", "short"),
    [
        (("a", "b" * 500), True),
        (("a", "b" * 501), False),
        (("a", "停" * 250), True),
        (("a", "停" * 251), False),
        (("a", "b\n" * 7), True),
        (("a", "b\n" * 8), False),
        (("b",), False),
    ],
)
def test_what_is_held_together(paragraphs, short):
    """A short last paragraph, which is not the only one, stays with the names under it."""
    assert short is facsimile._part(Part("en", "", paragraphs), "en")["ends_short"]


def test_every_form_heads_its_sections():
    """A language the form is kept in can also name a translation."""
    assert set(FORMS) <= set(SECTIONS)
