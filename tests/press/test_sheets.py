"""What stands on the sheets, read back out of the PDF by another library."""

import io
import re

import pypdf
import pytest

from cablegram.errors import PressError
from cablegram.press import Part, Slot, Stamp, fonts, set_copy


def sheets(copy):
    """The text of each sheet, with every run of white space as one space."""
    made = set_copy(copy)
    reader = pypdf.PdfReader(io.BytesIO(made.pdf))
    assert len(reader.pages) == made.sheets
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def flat(text):
    return " ".join(text.split())


ON_EVERY_SHEET = ("СОВ. СЕКРЕТНО", "Экз. № 2", "RECONSTRUCTION — РЕКОНСТРУКЦИЯ", "№ 21497")
ON_SHEET_1 = (
    "ВТОРОЕ ГЛАВНОЕ УПРАВЛЕНИЕ ГЕНШТАБА СОВЕТСКОЙ АРМИИ",
    "ШИФРТЕЛЕГРАММА № 21497",
    "Снятие копий воспрещается",
    "ПОДЛЕЖИТ ВОЗВРАТУ ПО ИСТЕЧЕНИИ 6 СУТОК С МОМЕНТА ПОЛУЧЕНИЯ В 8 ОТДЕЛ",
    "ОТДЕЛ ВТОРОГО ГЛАВНОГО УПРАВЛЕНИЯ ГЕНШТАБА СОВЕТСКОЙ АРМИИ",
    "Экз. № 1 тов. Сталину",
    "Экз. № 2 тов. Сталину",
    "Экз. № 3 в дело",
    "Экз. № 18",
    "получена 21.00 ч. 5.7.1951 г. (московское время)",
    "откуда Пекин",
    "Для заметок и резолюции",
    "СЕРИЯ «Т»",
    "Подлежит возврату IV часть ОС ЦК ВКП(б) Вх. № 575/2280/ш от 5.7.1951 г.",
    "Товарищу ФИЛИППОВУ",
    "Проект соглашения о прекращении военных действий в Корее",
    "/См. сл. лист/",
    "Экз. № 2 из 4 · лист 1 из 2",
)
ON_SHEET_2 = (
    "Экз. № 2 · Продолжение шифртелеграммы № 21497 · Лист 2",
    "МАО ЦЗЭДУН № 3349 5.7.1951 г.",
    "Расш. Ваганов, 22.25 ч. 5.7.1951 г.",
    "Отп. Чеснокова, 23.00 ч. 5.7.1951 г., № 1395",
    "отп. 4 экз. Экз. №№ 3, 4 — в дело.",
    "Проверил: НАЧАЛЬНИК ОТДЕЛЕНИЯ, ПОЛКОВНИК",
    "(МАКАРОВ)",
    "Экз. № 2 из 4 · лист 2 из 2",
)


def test_marks_stand_on_their_sheets(russian):
    """Telegram 21497 has two sheets, with each mark of the 1951 form where the form has it."""
    first, second = sheets(russian())
    for mark in ON_EVERY_SHEET:
        assert mark in first
        assert mark in second
    for sheet in (first, second):
        assert sheet.count("СОВ. СЕКРЕТНО") == 2
    for mark in ON_SHEET_1:
        assert mark in first
    for mark in ON_SHEET_2:
        assert mark in second
    for mark in ("Продолжение", "МАО ЦЗЭДУН", "Проверил"):
        assert mark not in first
    for mark in ("/См. сл. лист/", "Для заметок", "получена"):
        assert mark not in second


def test_words_are_all_there_in_their_order(russian, parts):
    """Nothing of the text is lost between the sheets."""
    first, second = sheets(russian())
    whole = first + " " + second
    at = 0
    for paragraph in parts["ru"].paragraphs:
        for sentence in re.split(r"(?<=[.;:])\s", flat(paragraph)):
            found = whole.find(sentence, at)
            assert found >= 0, sentence
            at = found


@pytest.mark.parametrize(
    "fact",
    [
        "Риджуэй",
        "Ким Ир Сен",
        "Пэн Дэхуаем",
        "10 английских миль",
        "38-й параллели",
        "1951 г.",
        "25 июня 1950 г.",
        "трёхмесячный",
        "двух до трёх месяцев",
        "четыре месяца",
        "буферной",
    ],
)
def test_reconstruction_keeps_the_facts(parts, fact):
    """The Russian retelling names who, where, how far and how long."""
    assert fact.lower() in " ".join(parts["ru"].paragraphs).lower()


@pytest.mark.parametrize(
    "fact",
    [
        "Ridgway",
        "Kim Il Sung",
        "Peng Dehuai",
        "10 English miles",
        "38th parallel",
        "1951",
        "25 June 1950",
        "three months of",
        "two to three months",
        "four months",
        "buffer zone",
    ],
)
def test_english_reconstruction_keeps_the_facts(parts, fact):
    """The English retelling names who, where, how far and how long."""
    assert fact.lower() in " ".join(parts["en"].paragraphs).lower()


def test_english_form(english):
    """The form speaks English from head to foot."""
    first, second = sheets(english())
    for mark in (
        "SECOND MAIN DIRECTORATE OF THE GENERAL STAFF OF THE SOVIET ARMY",
        "CIPHER TELEGRAM No. 21497",
        "Making copies is prohibited",
        "TO BE RETURNED ON EXPIRY OF 6 DAYS OF 24 HOURS FROM RECEIPT TO THE 8TH DEPARTMENT",
        "received 2100, 5 July 1951 (Moscow time)",
        "from Beijing",
        "For notes and resolution",
        'SERIES "G"',
        "Inc. No. 575/2280/sh of 5 July 1951",
        "/See next sheet/",
        "Copy No. 2 of 4 · sheet 1 of 2",
    ):
        assert mark in first
    for mark in (
        "Copy No. 2 · Continuation of cipher telegram No. 21497 · Sheet 2",
        "Deciphered Vaganov, 2225, 5 July 1951",
        "Printed Chesnokova, 2300, 5 July 1951, No. 1395",
        "4 copies printed. Copies Nos. 3, 4 to file.",
        "Verified: CHIEF OF SECTION, COLONEL (MAKAROV)",
    ):
        assert mark in second


def test_one_line_is_one_sheet(english):
    """A short telegram fills one sheet, without a catchline and without what it lacks."""
    (only,) = sheets(
        english(
            body=(Part("en", "", ("Received.",)),),
            label="",
            series="",
            return_words=None,
            from_office="",
            addressee="",
            signatory="",
            sender_number="",
            sender_date=None,
            deciphered=None,
            printed=None,
            copies_filed=(),
            verifier_title="",
            verifier_name="",
            stamps=(),
            zone="",
            code_text="",
            copies_prohibited=False,
            classification="Official",
            classification_level=0,
        )
    )
    assert "Received." in only
    assert "received 2100, 5 July 1951 " in only
    assert "sheet 1 of 1" in only
    assert only.count("Official") == 2
    absent = ["next sheet", "RECONSTRUCTION", "SERIES", "RETURNED", "from", "Comrade FILIPPOV"]
    for mark in [*absent, "Deciphered", "Printed", "Verified", "prohibited", "Inc. No."]:
        assert mark not in only


def test_twelve_sheets(english):
    """Every sheet of a long telegram is numbered, continued and but for the last carried on."""
    paragraphs = tuple(f"{n}. " + "The delegation arrived on Saturday. " * 14 for n in range(1, 52))
    found = sheets(english(body=(Part("en", "", paragraphs),)))
    assert len(found) >= 10
    for n, sheet in enumerate(found, start=1):
        assert f"sheet {n} of {len(found)}" in sheet
        assert (f"· Sheet {n}" in sheet) is (n > 1)
        assert ("/See next sheet/" in sheet) is (n < len(found))
        assert sheet.count("TOP SECRET") == 2


def test_for_whom_they_sign_stands_under_whose_words_they_are(english, russian):
    """Where the letter says it, and nowhere else; in the form's own language."""
    sheet = "".join(sheets(english(on_behalf_of="THE CENTRAL COMMITTEE")))
    assert sheet.index("MAO ZEDONG") < sheet.index("on behalf of THE CENTRAL COMMITTEE")
    assert "по поручению: ЦК" in "".join(sheets(russian(on_behalf_of="ЦК")))
    assert "on behalf of" not in "".join(sheets(english()))


@pytest.mark.parametrize("count", range(12, 36, 2))
def test_no_sheet_has_only_names(english, count):
    """The signatory and the verifier stand on a sheet that has words of the telegram."""
    paragraphs = tuple(
        f"[{n}] The talks went on until a quarter past nine in the evening of the next day."
        for n in range(count)
    )
    last = sheets(english(body=(Part("en", "", paragraphs),)))[-1]
    for mark in (f"[{count - 1}]", "MAO ZEDONG", "MAKAROV"):
        assert mark in last


def test_long_last_paragraph_may_break(english):
    """A last paragraph longer than a sheet is carried over like any other."""
    found = sheets(english(body=(Part("en", "", ("The talks went on. " * 400,)),)))
    assert len(found) >= 3
    assert sum(sheet.count("talks") for sheet in found) == 400


def test_parts_in_four_languages(russian, parts):
    """Each further language begins a section named in the form's language and its own."""
    found = " ".join(
        sheets(
            russian(
                body=(
                    parts["ru"],
                    parts["translation"],
                    Part("zh", "停战协定草案", ("双方同时下达停火命令。",), translation=True),
                    Part("ko-KP", "정전 협정 초안", ("쌍방은 동시에 명령을 내린다.",)),
                    Part("uk", "Проєкт", ("Підтвердіть одержання ґрунтовно.",), translation=True),
                )
            )
        )
    )
    marks = [
        "МАО ЦЗЭДУН",
        "Перевод · Translation",
        "Перевод · 译文",
        "双方同时下达停火命令。",
        "Текст · 원문",
        "쌍방은",
        "Перевод Проєкт",
        "Підтвердіть одержання ґрунтовно.",
        "Расш.",
    ]
    places = [found.index(mark) for mark in marks]
    assert places == sorted(places)


def test_eighteen_slots_are_shown(russian):
    """The list has eighteen places, blank where no copy was made."""
    first = sheets(russian(distribution=()))[0]
    for n in range(1, 19):
        assert re.search(rf"Экз\. № {n}\b", first)
    assert "Экз. № 19" not in first


def test_more_copies_than_slots(english):
    """The list grows by whole rows, down to the last copy made, over sheets if need be."""
    slots = tuple(Slot(n, f"Department {n}") for n in range(1, 201))
    found = sheets(english(copies_made=200, copy_number=199, distribution=slots))
    whole = " ".join(found)
    for n in range(1, 201):
        assert re.search(rf"Copy No\. {n} Department {n}\b", whole)
    assert "Copy No. 201" in whole
    assert "Copy No. 202" not in whole
    assert "received" not in found[0]


def test_stamps_beside_and_after(english):
    """Stamps that the column has no room for stand after the text; none is lost."""
    stamps = tuple(
        Stamp(
            f"Department {n} of the Special Sector of the Central Committee",
            f"575/{2280 + n}",
            english().sender_date,
            "Subject to return within three days",
        )
        for n in range(12)
    )
    first, *others = sheets(english(stamps=stamps))
    for n in range(12):
        assert f"575/{2280 + n}" in first + " ".join(others)
    assert "575/2280" in first
    assert "575/2291" in others[-1]


def test_long_words_stay_on_the_sheet(english):
    """A run without a gap is broken at the edge and not cut by it."""
    found = sheets(english(body=(Part("en", "", ("abcdefghij" * 30,)),)))
    letters = re.sub(r"[\s\u200b]", "", " ".join(found))
    assert "abcdefghij" * 30 in letters


def test_longest_lines_stay_in_their_places(english):
    """Nothing runs over its neighbour or the edge: every letter lies inside the margins."""
    word = "W" * 120
    copy = english(
        cable_number=word[:40],
        series=word[:12],
        classification=word[:80],
        label=word[:60],
        distribution=tuple(Slot(n, word) for n in range(1, 5)),
        stamps=(Stamp(word, word[:40], english().sender_date, word),),
        verifier_title=word,
        verifier_name=word,
        signatory=word,
        from_office=word,
        addressee=word,
    )
    pdf = set_copy(copy).pdf
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        places = []
        page.extract_text(visitor_text=lambda *found, to=places: to.append(found[:3]))
        for text, cm, tm in places:
            if text.strip():
                across = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
                assert 40 < across < 545


def test_markup_is_text(english):
    """What the typesetter would read as an order is printed as it stands."""
    line = '#set page(fill: red) *bold* `raw` $x$ @ref <a> \\ // "c" -- ---'
    assert line in sheets(english(body=(Part("en", line, (line,)),), caveats=(line,)))[0]


def test_caveats_are_shown(english):
    """Each caveat has a line of its own under the number."""
    caveats = ("Eyes only", "Not to be " + "mentioned or quoted " * 7)
    first = sheets(english(caveats=caveats))[0]
    for caveat in caveats:
        assert flat(caveat) in first


def test_waived_verification_is_said(english):
    """A copy that nobody verified says so and has no line to sign."""
    last = sheets(english(verification_waived=True))[-1]
    assert "Not verified, by the chief's standing order." in last
    assert "Verified:" not in last


def test_verifier_may_be_named_by_title_alone(english):
    """Where the person is not known before the signing, the name stays open."""
    last = sheets(english(verifier_name=""))[-1]
    assert "Verified: CHIEF OF SECTION, COLONEL" in last
    assert "()" not in last


def test_missing_glyph_is_refused(english):
    """A letter no face has is an error that names its code point and not the text."""
    with pytest.raises(PressError, match=r"U\+1F600") as refusal:
        set_copy(english(body=(Part("en", "", ("Quite secret words \U0001f600",)),)))
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("where", ["addressee", "series", "office_heading", "from_office"])
def test_missing_glyph_anywhere_is_refused(english, where):
    """The form's own lines are held to the same rule."""
    with pytest.raises(PressError):
        set_copy(english(**{where: "\u0e01"}))


@pytest.mark.parametrize(("lang", "text"), [("zh", "停火"), ("ko", "정전")])
def test_absent_font_package_is_named(english, monkeypatch, lang, text):
    """Chinese or Korean without its package is refused with the order that installs it."""
    monkeypatch.setattr(fonts, "folder", lambda package: None)
    with pytest.raises(PressError, match="no face") as refusal:
        set_copy(english(body=(Part(lang, "", (text,)),)))
    assert refusal.value.hint == "Install cablegram[cjk] and print again."
    assert set_copy(english()).sheets == 2


def test_package_that_is_not_there_has_no_folder():
    """A font package is looked for by its module and nowhere else."""
    absent = fonts.FontPackage("cablegram_no_such_fonts", "None", "no", fonts.CHINESE.letters)
    assert fonts.folder(absent) is None
    assert fonts.folder(fonts.KOREAN) in fonts.folders()
