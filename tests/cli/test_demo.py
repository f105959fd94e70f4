"""The demo: what it says is what the offices it leaves behind hold."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cablegram.cli import story
from cablegram.errors import MalformedError

RECORD = Path(__file__).resolve().parents[3] / "shared" / "record" / "telegram-21497.txt"


def cablegram(*words, cwd, status=0):
    done = subprocess.run(
        [sys.executable, "-m", "cablegram", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert status == done.returncode, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The demo, played once; its folder and what it said."""
    root = tmp_path_factory.mktemp("demo") / "left"
    before = time.monotonic()
    said = cablegram("demo", root, cwd=root.parent)
    assert time.monotonic() - before < 60
    return root, said.stdout


def state(root, office, number):
    said = cablegram("--office", office, "--json", "where", number, cwd=root)
    (hit,) = json.loads(said.stdout)["found"]
    return {copy["copy"]: copy for copy in hit["copies"]}


def test_every_copy_of_21497_is_where_the_story_leaves_it(played):
    """Copy 1 destroyed by two, 2 back in the registry, 3 and 4 filed; each known by its number."""
    root, _ = played
    copies = state(root, "eighth", "21497")
    assert {
        "21497/1": "destroyed",
        "21497/2": "in_registry",
        "21497/3": "filed",
        "21497/4": "filed",
    } == {name: copy["state"] for name, copy in copies.items()}
    assert {1395} == {copy["print_number"] for copy in copies.values()}


def test_the_third_office_took_it_under_its_own_number_and_gave_it_back(played):
    """575/2280 follows the register's 2279 and is closed by the owner's receipt."""
    root, _ = played
    copy = state(root, "special-sector", "575/2280")["575/2280"]
    assert ("given_back", "eighth", 2) == (copy["state"], copy["owner"], copy["number"])


def test_it_refused_what_the_rules_refuse_and_said_three_things(played):
    """Opener may not verify; nothing is supplied while copy 1 is overdue."""
    _, said = played
    for line in (
        "cannot be verified by vaganov, who opened or printed it",
        "nothing more is issued to stalin, who has 1 overdue",
    ):
        at = next(n for n, text in enumerate(said.splitlines()) if line in text)
        after = [text.strip() for text in said.splitlines()[at + 1 : at + 3]]
        assert ["next:", "kept:"] == [text[:5] for text in after]


def test_the_muster_counts_across_both_offices_and_shows_the_doubled_number(played):
    """Copy 2 counts by the other office's signed word; 21497/4 was on two sheets."""
    _, said = played
    assert "1 seen by the office that has them: 21497/2" in said
    assert "1 seen on more than one sheet: 21497/4" in said


def test_the_sheets_bear_the_facts_of_the_record(played):
    """Numbers, names, times and the label stand on copy 2 as printed."""
    from pypdf import PdfReader

    root, _ = played
    pages = PdfReader(root / "eighth" / "paper" / "21497-copy-2.pdf").pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    for fact in (
        "21497",
        "3349",
        "1395",
        "Ваганов, 22.25 ч. 5.7.1951",
        "Чеснокова, 23.00 ч. 5.7.1951",
        "21.00 ч. 5.7.1951",
        "Товарищу ФИЛИППОВУ",
        "тов. Сталину",
        "(МАКАРОВ)",
        "РЕКОНСТРУКЦИЯ",
        "отп. 4 экз.",
    ):
        assert fact in text, fact


def test_the_ledger_it_leaves_stands_an_audit_and_its_rooms_are_locked(played):
    """Public view and inspector's view agree; no process of the demo is left."""
    root, _ = played
    card = root / "eighth" / "card.json"
    said = cablegram(
        "--json",
        "audit",
        "eighth/ledger",
        "--card",
        card,
        "--disclosed",
        "inspector.jsonl",
        cwd=root,
    )
    assert "destroyed" in said.stdout
    for office in ("beijing", "eighth", "special-sector"):
        answer = cablegram("--office", office, "room", "status", cwd=root)
        assert "locked" in answer.stdout
        assert "unlocked" not in answer.stdout


def test_it_touches_nothing_in_a_folder_that_is_in_use(tmp_path):
    """A folder with something in it is refused, and stays as it was."""
    (tmp_path / "mine").write_text("mine")
    done = cablegram("demo", tmp_path, cwd=tmp_path, status=12)
    assert ["mine"] == [path.name for path in tmp_path.iterdir()]
    assert 3 == len(done.stderr.splitlines())


def test_the_retold_texts_keep_every_fact():
    """Six articles, miles, parallel, months and names, in both languages."""
    texts = story.retold().texts
    for lang, facts in {
        "ru": ("Риджуэй", "Ким Ир Сен", "Пэн Дэхуа", "10 английских миль", "38-й параллели",
               "25 июня 1950", "трёхмесячный", "от двух до трёх месяцев", "четыре месяца"),
        "en": ("Ridgway", "Kim Il Sung", "Peng Dehuai", "10 English miles", "38th parallel",
               "25 June 1950", "three months", "two to three months", "four months"),
    }.items():  # fmt: skip
        for fact in facts:
            assert fact in texts[lang], fact
        assert [f"{n}." for n in range(1, 7)] == [
            block[:2] for block in texts[lang].split("\n\n") if block[:1].isdigit()
        ]


@pytest.mark.skipif(not RECORD.exists(), reason="the record of 1951 is not beside this clone")
def test_the_archives_page_gives_both_texts_without_its_furniture():
    """What the form prints on each sheet is no part of the text; six articles are."""
    texts = story.read(RECORD).texts
    assert "Продолжение" not in texts["ru"]
    assert "лист" not in texts["ru"]
    for text in texts.values():
        assert all(f"\n{n}." in text for n in range(1, 7))


@pytest.mark.parametrize("page", [b"no such text", b"\xff\xfe", b"x" * (story.PAGE_MAX + 1)])
def test_another_page_is_refused(tmp_path, page):
    """Not the record's layout, not UTF-8, or too large."""
    path = tmp_path / "page.txt"
    path.write_bytes(page)
    with pytest.raises(MalformedError):
        story.read(path)


def test_the_third_offices_stamp_stands_on_the_sheets_that_came(played):
    """575/2280 of 5 July 1951 and its order to return are on sheet 1, and on no other."""
    from pypdf import PdfReader

    root, _ = played
    ours = PdfReader(root / "eighth" / "paper" / "21497-copy-2.pdf").pages
    theirs = PdfReader(root / "special-sector" / "paper" / "575-2280.pdf").pages
    assert len(ours) == len(theirs)
    first = " ".join(theirs[0].extract_text().split())
    assert "575/2280" in first
    assert "ВКП(б)" in first
    assert "5.7.1951" in first
    assert "575/2280" not in theirs[1].extract_text()


def test_sheets_that_were_not_sent_are_not_accepted(played, tmp_path):
    """One byte more than the transmittal announced: refused, and nothing is entered."""
    root, _ = played
    pdf = (root / "eighth" / "paper" / "21498-copy-2.pdf").read_bytes()
    (tmp_path / "other.pdf").write_bytes(pdf + b"\n")
    for office in ("eighth", "special-sector"):
        secret = root / "passphrase.txt"
        cablegram("--office", office, "--passphrase-file", secret, "room", "unlock", cwd=root)
    try:
        words = "--office eighth --as makarov dispatch 21498/2 --to special-sector --carrier us"
        cablegram(*words.split(), cwd=root)
        cablegram("--office", "eighth", "--as", "makarov", "carry", cwd=root)
        cablegram("--office", "special-sector", "take-in", cwd=root)
        words = "--office special-sector accept 21498/2 --sheets 1 --incoming 575/ --received"
        done = cablegram(*words.split(), tmp_path / "other.pdf", cwd=root, status=5)
        assert "not the ones that the transmittal announced" in done.stderr
        cablegram("--office", "special-sector", "where", "575/2281", cwd=root, status=7)
    finally:
        for office in ("eighth", "special-sector"):
            cablegram("--office", office, "room", "lock", cwd=root)
