"""Forms with hard values: overlong, in square letters, empty, many; and the words themselves."""

from __future__ import annotations

import re
from dataclasses import fields as fields_of
from datetime import UTC, datetime, timedelta, timezone

import pytest

from cablegram.errors import MalformedError, PressError
from cablegram.forms import between, blocks, counts, ends, lists, slips
from cablegram.forms.blocks import Imprint, Said
from cablegram.forms.exemplar import Exemplar
from cablegram.forms.words import WORDS
from cablegram.press import fonts, set_form
from readback import colours, off_sheet, reader, sheets, whole

MOSCOW = timezone(timedelta(hours=3))
AT = datetime(1951, 7, 5, 21, 0, tzinfo=MOSCOW)
LONG = "Второе Главное управление Генерального штаба Вооружённых Сил и всех приданных частей"
CHINESE = "中央人民政府人民革命军事委员会作战部机要处"


def imprint(**changes):
    usual = {
        "office": "eighth",
        "names": {"ru": "8 отдел", "en": "Eighth Department"},
        "languages": ("ru", "en"),
        "made_at": AT,
        "origin": "eighth/ledger",
        "size": 54,
        "root": "2eee6c9036fe861d" * 4,
    }
    return Imprint(**{**usual, **changes})


def exemplar(**changes):
    usual = {
        "name": "21497/2",
        "spelled": "21497/2-K7",
        "number": 2,
        "made": 4,
        "classification": "СОВ. СЕКРЕТНО",
        "series": "Т",
        "from_office": "Пекин",
        "their_number": "3349",
        "received_at": AT,
        "sheets": 3,
        "print_number": 1395,
    }
    return Exemplar(**{**usual, **changes})


def receipt(**changes):
    usual = {
        "copy": exemplar(),
        "holder": "тов. Сталину",
        "proxy": "",
        "number": "",
        "issued_at": AT,
        "issued_by": "МАКАРОВ",
        "due_at": AT + timedelta(days=6),
        "return_to": "8 отдел",
        "returned_at": None,
        "returned_to": "",
        "returned_sheets": 0,
    }
    return slips.HandReceipt(**{**usual, **changes})


def line(n=1, whom="тов. Сталину"):
    return lists.CopyLine(
        number=n, whom=whom, sheets=2, where=Said("state_printed"), since=AT, due_at=None
    )


def pdf(form, **changes):
    head = imprint(**changes)
    made = set_form(blocks.worded(form.layout(), head), "CGF1:eighth:x:1:54", AT.astimezone(UTC))
    assert [] == off_sheet(made.pdf)
    assert {"0"} == colours(made.pdf)
    return made.pdf


def distribution(copies, **changes):
    usual = {
        "number": "21497",
        "office": "Пекин",
        "their_number": "3349",
        "received_at": AT,
        "series": "Т",
        "classification": "СОВ. СЕКРЕТНО",
        "signatory": "МАО ЦЗЭДУН",
        "short_content": "",
        "copies": tuple(copies),
        "return_term": Said("term_24-hour days", (("count", 6), ("place", "8 отдел"))),
    }
    return lists.Distribution(**{**usual, **changes})


def test_overlong_names_stay_on_the_sheet():
    """An office and a holder with very long names, and a name without a gap."""
    form = receipt(
        holder=LONG,
        proxy="W" * 90,
        return_to=LONG,
        copy=exemplar(from_office=LONG, spelled="9" * 30),
    )
    made = pdf(form, names={"ru": LONG * 2, "en": "General Staff " * 12})
    text = whole(made).replace(" ", "").replace("\u200b", "")
    assert "W" * 90 in text
    assert "9" * 30 in text
    assert LONG.replace(" ", "") in text


@pytest.mark.skipif(fonts.folder(fonts.CHINESE) is None, reason="cablegram[cjk] is not installed")
def test_chinese_and_korean_names_are_set():
    """Square letters beside Cyrillic, in names of offices and persons."""
    form = receipt(
        holder="彭德怀", return_to=CHINESE, copy=exemplar(from_office="조선인민군 총사령부")
    )
    text = whole(pdf(form, names={"ru": "北京 · Пекин", "en": "Beijing"}))
    for word in ("彭德怀", CHINESE[:8], "조선인민군", "北京"):
        assert word in text


def test_a_letter_without_a_glyph_is_an_error():
    """A box in its place would be a false paper."""
    with pytest.raises(PressError, match=r"U\+10480"):
        pdf(receipt(holder="\U00010480"))


def test_sixty_rows_go_on_with_heads_and_numbers():
    """Each further sheet has the table's heads, the form's name and number, and says it goes on."""
    found = sheets(pdf(distribution(line(n) for n in range(1, 61))))
    assert len(found) > 1
    for n, sheet in enumerate(found, 1):
        assert "Где находится" in sheet
        assert "21497" in sheet
        assert f"лист {n} из {len(found)}" in sheet
        assert ("продолжение" in sheet) is (n > 1)


def test_one_row_takes_one_sheet():
    """The list of one copy is one sheet, its other places blank."""
    assert 1 == len(sheets(pdf(distribution([line()]))))


def test_more_rows_than_a_form_has_are_refused():
    """A bound with a name, and what to do."""
    many = [line(n % 900 + 1) for n in range(blocks.ROWS_MAX + 1)]
    with pytest.raises(MalformedError, match="2001 rows, more than 2000"):
        pdf(distribution(many))


def test_every_form_stands_empty():
    """A form to fill in by hand has its labels and nothing that the books did not say."""
    form = ends.Certificate(
        number="",
        copies=(),
        method="",
        at=None,
        first="",
        first_title="",
        second="",
        second_title="",
        note="",
        orders=(),
    )
    text = whole(pdf(form))
    assert "Акт об уничтожении" in text
    assert "Destruction certificate" in text


def test_empty_count_and_quiet_watch():
    """Nothing waits: two blank rows for a pen."""
    watch = counts.Handover(
        at=AT,
        number="",
        outgoing="",
        incoming="",
        note="",
        by_state=(),
        last_numbers=tuple((f"last_{k}", 0) for k in ("cable", "print", "incoming", "outer")),
        waiting=(),
    )
    assert "Акт сдачи и приёма дежурства" in whole(pdf(watch))


def test_receipt_of_a_copy():
    """What it says, in words, with the incoming number large."""
    form = between.Receipt(
        kind="copy_received",
        office="IV часть ОС ЦК ВКП(б)",
        to="8 отдел",
        number=1,
        at=AT,
        copy="21497/2",
        incoming="575/2280",
        sheets=3,
        circuit_number=0,
        note="",
        subject="sha256:" + "a" * 64,
        digest="sha256:" + "b" * 64,
    )
    text = whole(pdf(form))
    for word in ("Экземпляр получен", "575/2280", "21497/2", "5.7.1951 21.00", "aaaaaaaaaaaaaaaa"):
        assert word in text


def test_one_zone_is_said_once_and_two_at_each_moment():
    """Where clocks changed between two moments, each says its own offset."""
    once = whole(pdf(receipt()))
    assert "UTC+03:00" in once
    assert "(+03:00)" not in once
    winter = AT.replace(tzinfo=timezone(timedelta(hours=2)))
    each = whole(pdf(receipt(returned_at=winter)))
    assert "(+02:00)" in each
    assert "5.7.1951 21.00 (+03:00)" in each


def test_braces_in_a_name_are_only_braces():
    """A value is never a pattern."""
    where = Said("state_issued", (("holder", "{holder} {0}"), ("owner", ""), ("place", "")))
    copies = [lists.CopyLine(number=1, whom="{x}", sheets=1, where=where, since=AT, due_at=None)]
    assert "выдан: {holder} {0}" in whole(pdf(distribution(copies)))


def test_unclean_values_are_refused():
    """What hides or reorders text does not reach a paper."""
    with pytest.raises(MalformedError, match="bidirectional"):
        pdf(receipt(holder="abc\u202edef"))


# --- the words ----------------------------------------------------------------------------------


def test_every_language_has_the_same_keys_and_names():
    """A form in another language lacks no word and names the same things."""
    first, *others = WORDS.values()
    for other in others:
        assert set(first) == set(other)
        for key, text in first.items():
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(
                re.findall(r"\{\w+\}", other[key])
            )


def test_no_word_stands_there_for_nothing():
    """Each state and act has its word; a phrase is found by its name."""
    from cablegram.model.acts import Act, State

    for lang in WORDS.values():
        assert {f"state_{state.value}" for state in State} <= set(lang)
        assert {f"act_{act.value}" for act in Act} <= set(lang)


def test_values_are_frozen():
    """A form that was made does not change under the press."""
    form = receipt()
    for field in fields_of(form):
        with pytest.raises(AttributeError):
            setattr(form, field.name, None)


def test_file_is_archival_and_dated_by_the_form():
    """PDF/A-2a, PDF/UA-1, and no other date than the form's own."""
    made = pdf(receipt())
    assert b"pdfaid:part>2" in made or b'pdfaid:part="2"' in made
    assert b"pdfuaid:part" in made
    assert "D:19510705180000Z" == str(reader(made).metadata["/CreationDate"])[:17]
