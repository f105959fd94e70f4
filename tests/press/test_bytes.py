"""The file itself: the same bytes twice, tagged, with no clock and no path in it."""

import io
import multiprocessing
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pypdf
import pytest

from cablegram.errors import PressError
from cablegram.press import engine, set_copy
from cablegram.press.codes import code_picture

ANOTHER_PROCESS = """
import pickle, sys
from hashlib import sha256
from cablegram.press import set_copy
print(sha256(set_copy(pickle.load(sys.stdin.buffer)).pdf).hexdigest())
"""


def info(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


def test_same_values_same_bytes(russian):
    """Two settings of one copy are one file."""
    assert set_copy(russian()) == set_copy(russian())


def test_same_bytes_in_another_process(russian, tmp_path):
    """A process elsewhere, in another zone, sets the same file."""
    import pickle

    source = Path(sys.modules["cablegram"].__file__).parents[1]
    found = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS],
        input=pickle.dumps(russian()),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(source), "TZ": "Asia/Pyongyang", "LANG": "C.UTF-8"},
        timeout=60,
    )
    assert found.stdout.decode().strip() == sha256(set_copy(russian()).pdf).hexdigest()


def test_same_bytes_from_threads(russian):
    """Threads set different copies at once without mixing them."""
    copies = [russian(copy_number=n) for n in (1, 2, 3, 4)]
    alone = [set_copy(copy) for copy in copies]
    found = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: set_copy(copies[n])}))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n] for n in range(4)] == alone


def test_copies_differ(russian):
    """Every numbered copy is a file of its own."""
    assert set_copy(russian()).pdf != set_copy(russian(copy_number=1)).pdf


def test_no_clock_and_no_path(russian):
    """The dates in the file are the one handed in, and no place of this machine is in it."""
    at = datetime(1951, 7, 5, 20, 0, 30, tzinfo=UTC)
    pdf = set_copy(russian(set_at=at)).pdf
    dates = set(re.findall(rb"[(]D:[0-9]+Z?", pdf)) | set(
        re.findall(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:Z+]+", pdf)
    )
    assert dates == {b"(D:19510705200030Z", b"1951-07-05T20:00:30+00:00"}
    for place in (str(Path.cwd()), str(engine.TEMPLATES), "site-packages", ".typ\x00"):
        assert place.encode() not in pdf
    for page in info(pdf).pages:
        assert b"templates" not in page.get_contents().get_data()


def test_metadata(russian):
    """Title, author, language, tags and both standards are declared."""
    pdf = set_copy(russian()).pdf
    reader = info(pdf)
    assert reader.metadata.title == "ШИФРТЕЛЕГРАММА № 21497, Экз. № 2"
    assert reader.metadata.author == "Второе Главное управление Генштаба Советской Армии"
    assert reader.metadata.keywords == "СОВ. СЕКРЕТНО, CG1:8OTD:21497:2:K7QX"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "ru"
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def test_title_cannot_forge_the_count(english):
    """Words that look like the file's own count of sheets do not change it."""
    made = set_copy(english(cable_number="1 0 obj <</Type/Pages/Count 9/"))
    assert made.sheets == len(info(made.pdf).pages)


def test_fonts_are_embedded_subsets(russian):
    """Every face travels in the file."""
    for page in info(set_copy(russian()).pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            kinds = set(inner["/FontDescriptor"].get_object())
            assert kinds & {"/FontFile2", "/FontFile3"}


def _set_in_child(queue, copy):
    try:
        queue.put(set_copy(copy).sheets)
    except PressError as exc:
        queue.put(exc.hint)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_forked_child_is_refused_and_does_not_hang(russian):
    """After the press has run, a forked child gets an error instead of waiting for ever."""
    set_copy(russian())
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_set_in_child, args=(queue, russian()), daemon=True)
    child.start()
    assert queue.get(timeout=20).startswith("Start worker processes by spawn")
    child.join(20)
    assert child.exitcode == 0


def test_another_process_is_known_by_its_number(russian, monkeypatch):
    """The refusal rests on the process that first used the press."""
    monkeypatch.setattr(engine, "_started_in", [0])
    with pytest.raises(PressError, match="forked"):
        set_copy(russian())


def test_any_other_trouble_is_a_refusal(tmp_path, monkeypatch):
    """A warning or an error of the typesetter is never a sheet."""
    monkeypatch.setattr(engine, "TEMPLATES", tmp_path)
    (tmp_path / "broken.typ").write_text("#unknown")
    (tmp_path / "odd.typ").write_text('#set document(title: "t")\n#text(font: "Nowhere Sans")[a]')
    for template in ("broken.typ", "odd.typ"):
        with pytest.raises(PressError, match="refused"):
            engine.set_sheets(
                template, {"lists": [["a"], {"b": 1}]}, datetime(1951, 7, 5, tzinfo=UTC)
            )


def test_code_is_one_path_without_a_name():
    """The code is a drawing that depends on its text alone."""
    picture = code_picture("CG1:8OTD:21497:2:K7QX")
    assert picture.startswith("<svg")
    assert picture.count("<path") == 1
    assert picture == code_picture.__wrapped__("CG1:8OTD:21497:2:K7QX")
    assert picture != code_picture("CG1:8OTD:21497:3:K7QX")
