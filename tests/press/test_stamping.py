"""Stamps of later offices: what is added to a paper, what stays, what a stranger's file can do."""

import io
import json
import re
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pypdf
import pytest
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from cablegram.errors import MalformedError, PressError
from cablegram.press import Stamp, apart, engine, fonts, set_copy, stamp_sheets, stamping
from cablegram.press.words import FORMS

SPECIAL_SECTOR = Stamp("IV часть ОС ЦК ВКП(б)", "575/2280/ш", date(1951, 7, 5), "Подлежит возврату")
MINISTER = Stamp("Канцелярия Министра", "12/44", date(1951, 7, 6))
LONGEST = Stamp("W" * 120, "W" * 40, date(1951, 9, 30), "W" * 200)
A4 = (595.276, 841.89)
DPI = 50
PAPER = 200  # of 255: darker is ink


@pytest.fixture(scope="module")
def plain(russian):
    """Copy 2 of 21497 as it left the office that printed it: two sheets, no stamp."""
    made = set_copy(russian(stamps=()))
    assert made.sheets == 2
    return made.pdf


@pytest.fixture(scope="module")
def stamped(plain):
    return stamp_sheets(plain, 2, SPECIAL_SECTOR, lang="ru")


def texts(pdf):
    return [
        " ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
    ]


def place_of(pdf, words, page=0):
    """Where the words begin: points from the left and from the foot."""
    found = []

    def visit(text, cm, tm, *_):
        if words in text:
            found.append(
                (
                    cm[0] * tm[4] + cm[2] * tm[5] + cm[4],
                    cm[1] * tm[4] + cm[3] * tm[5] + cm[5],
                )
            )

    pypdf.PdfReader(io.BytesIO(pdf)).pages[page].extract_text(visitor_text=visit)
    return found


def picture(pdf, sheet):
    """The sheet in grey, by another program: rows of bytes."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("no pdftoppm to make pictures with")
    ran = subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", "-f", str(sheet), "-l", str(sheet), "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    head = re.match(rb"P5\s+([0-9]+)\s+([0-9]+)\s+255\s", ran.stdout)
    width, height = int(head[1]), int(head[2])
    rows = ran.stdout[head.end() :]
    return [rows[i * width : (i + 1) * width] for i in range(height)]


def inked(rows):
    """Where the picture is darker than paper: (from the left, from the top)."""
    return [(x, y) for y, row in enumerate(rows) for x, dot in enumerate(row) if dot < PAPER]


def small(
    *,
    box=b"[0 0 595 842]",
    page=b"",
    kids=b"3 0 R 5 0 R",
    content=b"0 0 1 rg 100 100 200 200 re f",
    version=b"1.4",
):
    """A file of two sheets in a few lines, to be bent."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count 2>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox " + box + b"/Contents 4 0 R" + page + b">>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        b"<</Type/Page/Parent 2 0 R/MediaBox " + box + b"/Contents 4 0 R>>",
    ]
    made, places = bytearray(b"%PDF-" + version + b"\n"), []
    for number, text in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(
        made
        + b"xref\n0 6\n0000000000 65535 f \n%s" % table
        + b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    )


def written(pdf, change):
    """The file with one change, written by another library."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# --- what is added, and where -----------------------------------------------------------------


def test_stamp_stands_on_sheet_1(plain, stamped):
    """Office, order, incoming number and day are on sheet 1; everything that was there is too."""
    (before, second), (first, after) = texts(plain), texts(stamped)
    said = "Подлежит возврату IV часть ОС ЦК ВКП(б) Вх. № 575/2280/ш от 5.7.1951 г."
    assert said not in before
    assert said in first
    assert before in first
    assert second == after


def test_in_the_words_of_the_language(plain):
    """The stamp's own words are in the stamping office's language, not the sheets'."""
    stamp = Stamp("Ministry", "12/44", date(1951, 7, 6))
    assert (
        "Ministry Inc. No. 12/44 of 6 July 1951"
        in texts(stamp_sheets(plain, 2, stamp, lang="en"))[0]
    )


def test_stands_where_the_sheets_have_theirs(russian, stamped):
    """The first stamp is where set_copy would have put it, to a tenth of a point."""
    (printed,) = place_of(set_copy(russian(stamps=(SPECIAL_SECTOR,))).pdf, "575/2280")
    (added,) = place_of(stamped, "575/2280")
    assert printed == pytest.approx(added, abs=0.1)


def test_stamped_again_and_again(plain):
    """Four offices stamp one after another; and all of them can be read."""
    paper = plain
    for n in range(4):
        stamp = Stamp(f"Office {n}", f"575/{2280 + n}", date(1951, 7, 5 + n), "Return it")
        paper = stamp_sheets(paper, 2, stamp, lang="en", beside=n)
    first, second = texts(paper)
    assert second == texts(plain)[1]
    for n in range(4):
        assert f"Return it Office {n} Inc. No. 575/{2280 + n} of {5 + n} July 1951" in first


def test_sheets_are_unchanged(plain, stamped):
    """Each sheet is drawn by the very orders that drew it before, in its old place."""
    before, after = (pypdf.PdfReader(io.BytesIO(pdf)).pages for pdf in (plain, stamped))
    for old, new in zip(before, after, strict=True):
        (drawn,) = (it.get_object() for it in new["/Resources"]["/XObject"].values())
        assert old.get_contents().get_data() == drawn.get_data()
        assert list(drawn["/Matrix"]) == [1, 0, 0, 1, 0, 0]
        (moved,) = re.findall(rb"q 1 0 0 1 ([0-9.]+) ([0-9.]+) cm", new.get_contents().get_data())
        assert pytest.approx([float(by) for by in moved], abs=0.001) == [0, 0]


@pytest.mark.parametrize("beside", range(4))
@pytest.mark.parametrize("stamp", [MINISTER, SPECIAL_SECTOR, LONGEST], ids=lambda s: s.office[:8])
def test_ink_stays_in_its_place(stamp, beside):
    """On an empty paper, seen as a picture, all ink is in the stamp's own place in the column."""
    paper = stamp_sheets(small(content=b""), 2, stamp, lang="ru", beside=beside)
    assert not inked(picture(paper, 2))
    places = inked(picture(paper, 1))
    across, down = ([at / DPI * 25.4 for at in ats] for ats in zip(*places, strict=True))
    assert 16 - 0.5 < min(across) < max(across) < 16 + 38 + 0.5
    foot = 297 - 33 - 1 - 34 * beside
    lean = 1.5  # half of what a stamp of 35 mm rises by, at 3.2 degrees and with its frame
    assert foot - 29 - lean < min(down) < max(down) < foot + lean


def test_stamp_has_no_ground():
    """What is on the paper shows between the lines of the stamp: nothing gets lighter."""
    grey = small(content=b"0.9 g 0 0 595 842 re f")
    rows = picture(stamp_sheets(grey, 2, SPECIAL_SECTOR, lang="ru"), 1)
    places = inked(rows)
    width, height = (max(ats) - min(ats) for ats in zip(*places, strict=True))
    assert 0 < len(places) < width * height / 2
    inside = [dot for row in rows[2:-2] for dot in row[2:-2]]
    assert max(inside) < round(0.95 * 255)


def test_longest_stamp_loses_no_letter(plain):
    """A stamp too long for its place gets smaller letters, and all of them."""
    added = texts(stamp_sheets(plain, 2, LONGEST, lang="ru"))[0]
    assert added.count("W") == 360


def test_stamp_in_chinese(plain):
    """An office may stamp in any script that the press has a face for."""
    stamp = Stamp("外交部机要局", "京字 12 号", date(1951, 7, 6), "限三日内退回")
    first = texts(stamp_sheets(plain, 2, stamp, lang="en"))[0]
    for words in ("外交部机要局", "京字 12 号", "限三日内退回"):
        assert words in first


# --- the file ---------------------------------------------------------------------------------


def test_same_values_same_bytes(plain, stamped):
    """Two stampings are one file, though each is a process of its own."""
    assert stamped == stamp_sheets(plain, 2, SPECIAL_SECTOR, lang="ru")


def test_no_clock_and_no_path(stamped):
    """The file has no date at all, and no place of this machine."""
    assert re.search(rb"D:[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}T", stamped) is None
    assert b"CreationDate" not in stamped
    for place in (str(Path.cwd()), str(engine.TEMPLATES), "site-packages", ".typ\x00"):
        assert place.encode() not in stamped


def test_metadata(stamped):
    """Title and author are the stamp's; the language is its words'."""
    reader = pypdf.PdfReader(io.BytesIO(stamped))
    assert reader.metadata.title == "Вх. № 575/2280/ш"
    assert reader.metadata.author == "IV часть ОС ЦК ВКП(б)"
    assert reader.trailer["/Root"]["/Lang"] == "ru"


@pytest.mark.parametrize(
    "box", [b"[0 0 612 792]", b"[0 0 842 595]", b"[0 0 2000 3000]", b"[0 0 9 9]"]
)
def test_every_sheet_is_a4(box):
    """A paper of another size is fitted onto A4, on as many sheets."""
    pages = pypdf.PdfReader(io.BytesIO(stamp_sheets(small(box=box), 2, MINISTER, lang="ru"))).pages
    assert len(pages) == 2
    for page in pages:
        assert pytest.approx((page.mediabox.width, page.mediabox.height), abs=0.01) == A4


def test_nothing_but_the_picture_comes_along(plain):
    """Links, scripts and attached files of a stranger do not pass on under our stamp."""

    def arm(writer):
        script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('evil')")}
        action = DictionaryObject({NameObject(key): value for key, value in script.items()})
        writer.root_object[NameObject("/OpenAction")] = action
        writer.add_attachment("evil.exe", b"evil payload")
        writer.add_annotation(0, Link(rect=(0, 0, 99, 99), url="http://evil.example"))

    armed = written(plain, arm)
    assert b"evil" in armed
    made = stamp_sheets(armed, 2, MINISTER, lang="ru")
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert {"/Names", "/OpenAction", "/AA", "/AcroForm"}.isdisjoint(reader.trailer["/Root"])
    for page in reader.pages:
        assert "/Annots" not in page
    for number in range(1, reader.trailer["/Size"]):
        assert "evil" not in repr(reader.get_object(number))


def test_nothing_is_left_on_disk(plain, tmp_path, monkeypatch):
    """The text of a copy is written to no file on the way."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    stamp_sheets(plain, 2, MINISTER, lang="ru")
    assert not list(tmp_path.iterdir())


def test_code_of_the_working_folder_is_not_run(plain, stamped, tmp_path, monkeypatch):
    """A module lying where the order is given does not take the place of ours."""
    (tmp_path / "json.py").write_text("raise SystemExit('evil')")
    monkeypatch.chdir(tmp_path)
    assert stamped == stamp_sheets(plain, 2, SPECIAL_SECTOR, lang="ru")


# --- refusals ---------------------------------------------------------------------------------


def refused(error, *asked, **named):
    """The refusal's three sentences, each of them said."""
    with pytest.raises(error) as refusal:
        stamp_sheets(*asked, **{"lang": "ru", **named})
    assert str(refusal.value)[0].islower()
    assert not str(refusal.value).endswith(".")
    assert refusal.value.hint.endswith(".")
    assert refusal.value.kept == "Nothing was changed."
    return str(refusal.value)


@pytest.mark.parametrize("paper", [b"", b"hello", b"<svg/>", b" %PDF-1.7\n", b"\x89PNG\r\n\x1a\n"])
def test_what_does_not_begin_as_a_pdf(paper):
    """A file that does not begin as a PDF is not read further."""
    assert "not a PDF" in refused(MalformedError, paper, 1, MINISTER)


def test_bound_on_the_paper(monkeypatch, plain):
    """One byte more than the bound is refused without being read."""
    assert stamping.PAPER_MAX == 16 * 1024 * 1024
    refused(MalformedError, b"%PDF-" + bytes(stamping.PAPER_MAX), 1, MINISTER)
    monkeypatch.setattr(stamping, "PAPER_MAX", len(plain))
    stamp_sheets(plain, 2, MINISTER, lang="ru")
    monkeypatch.setattr(stamping, "PAPER_MAX", len(plain) - 1)
    refused(MalformedError, plain, 2, MINISTER)


@pytest.mark.parametrize("sheets", [0, -1, 1000])
def test_bound_on_the_sheets(plain, sheets):
    """No sheets, or more than the press takes at once, are refused."""
    refused(MalformedError, plain, sheets, MINISTER)


@pytest.mark.parametrize(("sheets", "found"), [(1, "more than 1"), (3, "2"), (999, "2")])
def test_another_number_of_sheets(plain, sheets, found):
    """A sheet too few would be a sheet lost: the number must be the paper's own."""
    said = refused(MalformedError, plain, sheets, MINISTER)
    assert said == f"the paper has {found} sheets that can be read and not {sheets}"


@pytest.mark.parametrize("beside", [4, 12, -1])
def test_no_room_for_a_fifth(plain, beside):
    """The column has four places; the fifth office stamps by hand."""
    refused(PressError, plain, 2, MINISTER, beside=beside)


def test_unknown_language(plain):
    """The stamp's words are kept in the languages of the form."""
    refused(MalformedError, plain, 2, MINISTER, lang="xx")
    assert set(FORMS) == {"ru", "en"}


def test_missing_glyph(plain):
    """A letter no face has is named by its code point; the rest of the stamp is not repeated."""
    said = refused(PressError, plain, 2, Stamp("Quite secret \U0001f600", "1", date(1951, 7, 5)))
    assert "U+1F600" in said
    assert "secret" not in said


def test_absent_font_package(monkeypatch):
    """A stamp in a script without its package is refused with the order that installs it."""
    monkeypatch.setattr(fonts, "folder", lambda package: None)
    with pytest.raises(PressError, match="no face") as refusal:
        engine.set_over("stamping.typ", {"office": "外交部"}, small(), 2)
    assert refusal.value.hint == "Install cablegram[cjk] and print again."


def lock(writer):
    writer.encrypt("password")


@pytest.mark.parametrize(
    "paper",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + bytes(range(256)) * 64,
        small()[:150],
        small(version=b"2.0"),
        small(kids=b"2 0 R 3 0 R"),
        small(box=b"[0 0 1e30 1e30]"),
        small(box=b"[0 0 nan nan]"),
        written(small(), lock),
    ],
    ids=["bare", "junk", "cut", "newer", "tree-in-itself", "endless", "no-number", "locked"],
)
def test_papers_that_cannot_be_embedded(paper):
    """What the typesetter cannot read whole is refused whole."""
    refused(MalformedError, paper, 2, MINISTER)


def test_paper_that_ends_its_reader():
    """A file nested deep enough ends the process that reads it: a child, and not ours."""
    deep = 100_000
    paper = small(page=b"/Z " + b"<</A " * deep + b"1" + b">>" * deep)
    refused(PressError, paper, 2, MINISTER)
    stamp_sheets(small(), 2, MINISTER, lang="ru")


def test_paper_that_takes_for_ever(monkeypatch, plain):
    """Whoever is not done in time is ended."""
    monkeypatch.setattr(apart, "TIME_S", 0.01)
    refused(PressError, plain, 2, MINISTER)


@pytest.mark.parametrize("seed", range(12))
def test_bent_papers(plain, seed):
    """A paper with a few bytes changed is stamped or refused, and nothing else happens."""
    import random

    chosen = random.Random(seed)
    paper = bytearray(plain)
    for _ in range(40):
        paper[chosen.randrange(9, len(paper))] ^= 1 << chosen.randrange(8)
    try:
        made = stamp_sheets(bytes(paper), 2, MINISTER, lang="ru")
    except (MalformedError, PressError):
        return
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 2


def test_forked_parent_can_still_stamp(monkeypatch, plain, stamped):
    """The child starts afresh: it does not matter that the press had been used before a fork."""
    monkeypatch.setattr(engine, "_started_in", [0])
    assert stamped == stamp_sheets(plain, 2, SPECIAL_SECTOR, lang="ru")


# --- the child --------------------------------------------------------------------------------


class Child:
    """``apart.main`` in this process: its bounds are noted and not set."""

    def __init__(self, monkeypatch):
        self.bounds = {}
        self.out = io.BytesIO()
        self.patch = monkeypatch
        monkeypatch.setattr(apart.resource, "setrlimit", self.bounds.__setitem__)

    def run(self, paper, sheets, stamp=MINISTER):
        data = {
            "lang": "ru",
            "title": "Вх. № 12/44",
            "alt": "Лист ",
            "faces": {"form": fonts.faces(fonts.FORM), "typed": fonts.faces(fonts.TYPED)},
            "stamp": stamping.stamp_words(stamp, FORMS["ru"]),
            "beside": 0,
        }
        asked = json.dumps({"template": "stamping.typ", "data": data, "sheets": sheets})
        given = io.BytesIO(asked.encode() + b"\n" + paper)
        self.patch.setattr(sys, "stdin", SimpleNamespace(buffer=given))
        self.patch.setattr(sys, "stdout", SimpleNamespace(buffer=self.out))
        apart.main()
        return self.out.getvalue()


@pytest.fixture
def child(monkeypatch):
    return Child(monkeypatch)


def test_child_bounds_itself(child, plain):
    """No core file, a bound on time and one on memory, before the paper is read."""
    assert child.run(plain, 2) == stamp_sheets(plain, 2, MINISTER, lang="ru")
    limits = apart.resource
    assert child.bounds == {
        limits.RLIMIT_CORE: (0, 0),
        limits.RLIMIT_CPU: (30, 30),
        limits.RLIMIT_DATA: (1 << 30, 1 << 30),
    }


@pytest.mark.parametrize(
    ("paper", "sheets", "stamp", "status"),
    [
        (small(), 1, MINISTER, 3),
        (small(), 3, MINISTER, 3),
        (b"%PDF-1.7\n", 1, MINISTER, 3),
        (small(version=b"2.0"), 2, MINISTER, 3),
        (small(), 2, Stamp("\U0001f600", "1", date(1951, 7, 5)), 13),
    ],
    ids=["more", "fewer", "unread", "newer", "glyph"],
)
def test_child_says_what_it_refuses(child, paper, sheets, stamp, status):
    """Its exit status is the refusal's, and the sentences go out in place of a PDF."""
    with pytest.raises(SystemExit) as ended:
        child.run(paper, sheets, stamp)
    assert status == ended.value.code
    assert len(json.loads(child.out.getvalue())) == 2


def test_warning_of_the_typesetter_is_a_refusal(monkeypatch, tmp_path):
    """A warning over a paper is never a sheet."""
    monkeypatch.setattr(engine, "TEMPLATES", tmp_path)
    (tmp_path / "odd.typ").write_text('#set document(date: none)\n#text(font: "Nowhere Sans")[a]')
    with pytest.raises(PressError, match="refused"):
        engine.set_over("odd.typ", {}, small(), 2)


def test_large_paper_goes_in_by_lines():
    """A paper longer than one line of numbers comes out whole."""
    paper = bytes(range(256)) * 5000
    lines = engine._in_numbers(paper).split("\n")
    assert len(lines) == 2
    assert paper == b"".join(bytes(json.loads(line)) for line in lines)


def test_a_stamp_needs_a_day_not_a_moment():
    """A registry's stamp has a date and no hour; a moment's date is shown the same way."""
    at = datetime(1951, 7, 5, 21, 0)  # noqa: DTZ001
    words = stamping.stamp_words(Stamp("a", "1", at.date()), FORMS["ru"])
    assert words == {"office": "a", "order": "", "number": "Вх. № 1", "date": "от 5.7.1951 г."}
