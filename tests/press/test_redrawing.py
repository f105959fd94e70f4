"""Pictures that somebody sent: drawn anew as plain PNGs by a child, or not at all."""

import io
import os
import resource
import socket
import struct
import subprocess
import sys
import time
import zlib
from types import SimpleNamespace

import pytest
from PIL import Image

from cablegram.press import redraw, redrawing

RED = (200, 30, 40)
CANARY = b"canary of a camera 77c1"
QUICK_S = 20.0


def picture(kind="PNG", size=(300, 200), mode="RGB", color=RED, **more):
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, kind, **more)
    return out.getvalue()


def several(kind, count=3):
    frames = [Image.new("RGB", (40, 40), (n * 80 % 256, 0, 0)) for n in range(count)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bent(wide, high, data=b"", *, before=()):
    """A PNG whose header says whatever it says."""
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    parts = [
        chunk(b"IHDR", head),
        *before,
        chunk(b"IDAT", zlib.compress(data)),
        chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def seen(drawn):
    assert drawn is not None, "it was not drawn"
    return Image.open(io.BytesIO(drawn), formats=("PNG",))


def chunks(drawn):
    place, found = 8, []
    while place < len(drawn):
        found.append(drawn[place + 4 : place + 8])
        place += int.from_bytes(drawn[place : place + 4]) + 12
    return found


# --- drawn ----------------------------------------------------------------------------------------

KINDS = ["png", "jpeg", "webp", "progressive", "clear", "half", "grey", "bilevel", "16 bit", "cmyk"]
KINDS += ["camera"]


@pytest.mark.parametrize(
    ("data", "near"),
    [
        (picture(), RED),
        (picture("JPEG"), RED),
        (picture("WEBP"), RED),
        (picture("JPEG", progressive=True), RED),
        (picture("PNG", mode="RGBA", color=(*RED, 0)), (255, 255, 255)),
        (picture("PNG", mode="LA", color=(0, 128)), (127, 127, 127)),
        (picture("PNG", mode="L", color=90), (90, 90, 90)),
        (picture("PNG", mode="1", color=1), (255, 255, 255)),
        (picture("PNG", mode="I;16", color=30_000), (117, 117, 117)),
        (picture("JPEG", mode="CMYK", color=(0, 255, 255, 0)), (255, 0, 0)),
        (several("MPO"), (0, 0, 0)),
    ],
    ids=KINDS,
)
def test_a_picture_is_drawn_as_a_plain_png(data, near):
    """Whatever its kind: the same colours, on white where it is clear, and nothing but pixels."""
    drawn = redraw(data)
    assert drawn == redrawing.draw(data), "the child draws the same bytes"
    shown = seen(drawn)
    got = shown.convert("RGB").getpixel((9, 9))
    assert all(abs(a - b) <= 6 for a, b in zip(got, near, strict=True))
    assert [b"IHDR", b"IDAT", b"IEND"] == list(dict.fromkeys(chunks(drawn)))


def test_palettes_are_drawn_in_their_colours():
    out = io.BytesIO()
    Image.new("RGB", (50, 40), RED).quantize(4).save(out, "PNG")
    assert seen(redraw(out.getvalue())).convert("RGB").getpixel((3, 3)) == RED


@pytest.mark.parametrize(("size", "drawn"), [((4000, 1000), (2000, 500)), ((7, 9000), (2, 2000))])
def test_a_large_picture_is_drawn_smaller(size, drawn):
    assert drawn == seen(redraw(picture(size=size))).size


def test_what_a_camera_wrote_beside_the_pixels_is_gone():
    """Its place, its maker, its comments and profile; but it stands upright as it was held."""
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010F] = CANARY.decode()
    told = {"exif": notes, "comment": CANARY, "icc_profile": CANARY}
    sent = picture("JPEG", **told)
    assert 3 == sent.count(CANARY)
    drawn = redraw(sent + CANARY)
    assert CANARY not in drawn
    assert (200, 300) == seen(drawn).size


# --- not drawn ------------------------------------------------------------------------------------

NOISE = bytes(os.urandom(300 * 200 * 3))


def noisy(kind):
    out = io.BytesIO()
    Image.frombytes("RGB", (300, 200), NOISE).save(out, kind)
    return out.getvalue()


def vast_webp():
    """One that says that each of its sides is as long as it can be."""
    sent = picture("WEBP", lossless=True)
    assert b"VP8L" == sent[12:16]
    return sent[:21] + struct.pack("<I", 16_382 | 16_382 << 14) + sent[25:]


HOSTILE = {
    "huge": lambda: bent(60_000, 60_000, bytes(10_000_000)),
    "negative": lambda: bent(2**31 - 1, 2**31 - 1),
    "empty": lambda: bent(0, 5),
    "many pixels": lambda: bent(9_000, 9_000, bytes(9_000 * 27_001)),
    "many notes": lambda: bent(100, 100, bytes(100 * 301), before=[NOTE] * 3_000),
    "huge jpeg": lambda: picture("JPEG").replace(struct.pack(">HH", 200, 300), b"\xff" * 4),
    "huge webp": vast_webp,
    "cut png": lambda: noisy("PNG")[:-9_000],
    "cut jpeg": lambda: noisy("JPEG")[:-9_000],
    "cut webp": lambda: noisy("WEBP")[:-9_000],
    "animation": lambda: several("PNG"),
    "endless animation": lambda: several("PNG", 2_000),
    "animated webp": lambda: several("WEBP"),
    "bent png": lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(5_000),
    "bent jpeg": lambda: b"\xff\xd8\xff" + os.urandom(5_000),
    "bent webp": lambda: b"RIFF\xff\xff\xff\xffWEBP" + os.urandom(5_000),
    "nothing": lambda: b"\x89PNG\r\n\x1a\n",
}
NOTE = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(900_000)))
MEASURED = """
import re, resource, sys
from pathlib import Path
from cablegram.press import redraw
drawn = redraw(sys.stdin.buffer.read())
ours = re.search("VmHWM: *([0-9]+)", Path("/proc/self/status").read_text().replace("\\t", " "))[1]
theirs = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(drawn is None, int(ours) >> 10, theirs >> 10)
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_are_not_drawn(name):
    """In little time, and in a child whose memory has a bound: ours grows by none of it."""
    sent = HOSTILE[name]()
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED], input=sent, capture_output=True, check=True
    )
    assert time.monotonic() - began < QUICK_S
    refused, ours, theirs = ran.stdout.decode().split()
    assert "True" == refused
    assert int(ours) < 300, "MiB of the room"
    assert int(theirs) < 1_300, "MiB of the child"


@pytest.mark.parametrize(
    ("name", "says"), [("many pixels", "too many pixels"), ("animation", "several pictures")]
)
def test_the_bounds_come_before_the_pixels(name, says):
    with pytest.raises(ValueError, match=says):
        redrawing.draw(HOSTILE[name]())


def test_other_files_start_no_child(monkeypatch):
    """A PDF, a drawing in XML, a TIFF, a GIF; and what is too large to be handed over."""
    monkeypatch.setattr(redrawing.subprocess, "Popen", None)
    for data in (b"%PDF-1.7\n", b"<svg/>", b"II*\0", b"GIF89a", b"", b"RIFF1234WAVE"):
        assert redraw(data) is None
    monkeypatch.setattr(redrawing, "BYTES_MAX", 100)
    assert redraw(picture()) is None


@pytest.mark.parametrize("seed", range(16))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_bent_pictures(kind, seed):
    """A picture with a few bytes changed is drawn or not, and nothing else happens."""
    import random

    chosen = random.Random(seed)
    sent = bytearray(noisy(kind))
    for _ in range(20):
        sent[chosen.randrange(12, len(sent))] ^= 1 << chosen.randrange(8)
    drawn = redraw(bytes(sent))
    assert drawn is None or redrawing.is_plain(drawn)


# --- the child ------------------------------------------------------------------------------------


def childlike(monkeypatch, lines):
    """The child runs these lines in place of its own."""
    monkeypatch.setattr(redrawing, "_CHILD", lines)


def test_a_child_that_stalls_is_ended(monkeypatch):
    """It reads nothing and says nothing; the file is larger than any pipe."""
    monkeypatch.setattr(redrawing, "TIME_S", 0.5)
    childlike(monkeypatch, "import time; time.sleep(60)")
    began = time.monotonic()
    assert redraw(picture() + bytes(1 << 20)) is None
    assert time.monotonic() - began < 10


def test_a_machine_without_room_for_a_child_draws_nothing(monkeypatch):
    monkeypatch.setattr(redrawing.sys, "executable", "/nowhere/python")
    assert redraw(picture()) is None


def test_a_child_that_was_taken_over_says_no_more_than_a_picture(monkeypatch):
    """Endless bytes are cut off; bytes with something beside the pixels are not passed on."""
    monkeypatch.setattr(redrawing, "DRAWN_MAX", 1 << 20)
    childlike(
        monkeypatch,
        "import sys\nwhile True: sys.stdout.buffer.write(bytes(65536))",
    )
    assert redraw(picture()) is None
    noted = bent(9, 9, bytes(9 * 28), before=[chunk(b"tEXt", b"a\0" + CANARY)])
    for said in (noted, bent(2_001, 1), bent(0, 1), picture() + b"more", picture()[:-1], b""):
        childlike(monkeypatch, f"import sys; sys.stdout.buffer.write({said!r})")
        assert redraw(picture()) is None
    childlike(monkeypatch, f"import sys; sys.stdout.buffer.write({picture()!r})")
    assert picture() == redraw(picture())


BOUND = """
import sys, socket, os
from cablegram.press import redrawing
def draw(data):
    tried = []
    for what in (lambda: open("/etc/hostname"), socket.socket, lambda: os.open("/tmp", 0),
                 lambda: bytearray(2 << 30)):
        try:
            what()
            tried.append("done")
        except (OSError, MemoryError) as error:
            tried.append(type(error).__name__)
    tried.append(sorted(os.environ.keys() - {"LC_CTYPE"}))
    return repr(tried).encode()
redrawing.draw = draw
redrawing.main()
"""


def test_the_child_opens_nothing_more():
    """No file, no socket, no memory past its bound, whatever its code would do."""
    socket.socket().close()
    ran = subprocess.run(
        [sys.executable, "-I", "-c", BOUND], input=b"", capture_output=True, check=True, env={}
    )
    assert b"['OSError', 'OSError', 'OSError', 'MemoryError', []]" == ran.stdout


def test_the_child_bounds_itself_before_it_looks(monkeypatch):
    """Time, memory, files, children; then the picture."""
    bounds, out = {}, io.BytesIO()
    monkeypatch.setattr(redrawing.resource, "setrlimit", bounds.__setitem__)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(picture())))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
    redrawing.main()
    assert redraw(picture()) == out.getvalue()
    assert {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (3, 3),
        resource.RLIMIT_NPROC: (0, 0),
        resource.RLIMIT_CPU: (10, 10),
        resource.RLIMIT_DATA: (1 << 30, 1 << 30),
    } == bounds
