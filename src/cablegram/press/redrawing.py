"""A picture that somebody sent, drawn anew as a plain PNG (docs/spec/reading.md, "Pictures").

The code that reads such a file can be stopped, stalled or taken over by the file.  Here that
costs a child, which has bounds on time and memory, holds no keys, can open nothing once it has
begun, and leaves nothing behind.  What it gives back is held to be a plain picture and no more.
"""

from __future__ import annotations

import contextlib
import importlib
import resource
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import IO

    from PIL.Image import Image

BYTES_MAX: Final = 48 << 20
PIXELS_MAX: Final = 64_000_000
SIDE_MAX: Final = 2_000
DRAWN_MAX: Final = 16 << 20
TIME_S = 10
MEMORY_MAX: Final = 1 << 30

_CHILD = "from cablegram.press import redrawing; redrawing.main()"
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PARTS = (
    "ImageOps",
    *("JpegImagePlugin", "MpoImagePlugin", "PngImagePlugin", "TiffImagePlugin", "WebPImagePlugin"),
)
_SPAN = 1 << 14
_STREAMS = 3


def kind(data: bytes) -> str:
    """What a file begins like: ``PNG``, ``JPEG``, ``WEBP``, or nothing that is drawn anew."""
    if data.startswith(_SIGNATURE):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    return ""


def redraw(data: bytes) -> bytes | None:
    """The picture as a PNG of at most ``SIDE_MAX`` a side with nothing but its pixels in it.

    None where there is none: no PNG, JPEG or WebP, one of several pictures, too large, broken,
    or not done in ``TIME_S`` seconds.  Done by a child; a hostile file ends that and nothing else.
    """
    if not kind(data) or len(data) > BYTES_MAX:
        return None
    try:
        drawn = _by_a_child(data)
    except OSError:  # a machine that has no room for a child prints without pictures
        return None
    return drawn if is_plain(drawn) else None


def is_plain(drawn: bytes) -> bool:
    """Whether it is a PNG within the bounds that has pixels in it and nothing else."""
    place, kinds = len(_SIGNATURE), []
    if not drawn.startswith(_SIGNATURE) or len(drawn) > DRAWN_MAX:
        return False
    while place < len(drawn):
        size, name = int.from_bytes(drawn[place : place + 4]), drawn[place + 4 : place + 8]
        kinds.append(name)
        place += size + 12
    sides = (int.from_bytes(drawn[16:20]), int.from_bytes(drawn[20:24]))
    return (
        place == len(drawn)
        and kinds[:1] == [b"IHDR"]
        and kinds[-1:] == [b"IEND"]
        and set(kinds[1:-1]) == {b"IDAT"}
        and all(0 < side <= SIDE_MAX for side in sides)
    )


def main() -> None:
    """Be the child: a file on standard input, the PNG out; nothing where it is not drawn."""
    # Loaded before the bounds are set: from then on no file opens any more, and no socket.
    for name in _PARTS:
        importlib.import_module(f"PIL.{name}")
    importlib.import_module("PIL.Image").preinit()
    data = sys.stdin.buffer.read()
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _STREAMS),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, TIME_S),
        (resource.RLIMIT_DATA, MEMORY_MAX),
    ):
        resource.setrlimit(what, (most, most))
    sys.stdout.buffer.write(draw(data))


def draw(data: bytes) -> bytes:
    """``redraw`` in this very process: for the child alone.

    Raises:
        Exception: whatever the library raises over a file that is no picture.
        ValueError: too many pixels, or a picture of several.
    """
    from io import BytesIO

    from PIL import Image, ImageOps

    image = Image.open(BytesIO(data), formats=(kind(data),))
    wide, high = image.size
    if wide * high > PIXELS_MAX:
        raise ValueError("too many pixels")
    # Cameras put a small second picture behind a JPEG; all else that has several is an animation.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise ValueError("several pictures")
    image.draft("RGB", (SIDE_MAX, SIDE_MAX))
    small = ImageOps.exif_transpose(_flat(image))
    out = BytesIO()
    _bare(small).save(out, "PNG")
    return out.getvalue()


def _flat(image: Image) -> Image:
    """The picture at its size for the screen, in colours or greys of 8 bits."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in {"L", "RGB"}:
        image = image.convert("L" if image.mode == "1" else "RGB")
    image.thumbnail((SIDE_MAX, SIDE_MAX), reducing_gap=3.0)
    return image


def _bare(image: Image) -> Image:
    """The pixels alone, on white paper: no profile, no notes, no transparency."""
    from PIL import Image as Images

    bare = Images.new("L" if image.mode == "L" else "RGB", image.size, "white")
    bare.paste(image, mask=image if image.mode == "RGBA" else None)
    return bare


def _by_a_child(data: bytes) -> bytes:
    """What a child says to the file until it ends, has said enough, or its time is over."""
    with subprocess.Popen(  # noqa: S603  # our own interpreter and a line of this module
        [sys.executable, "-I", "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        bufsize=0,
    ) as child:
        assert child.stdin is not None, "it was asked for"
        assert child.stdout is not None, "likewise"
        clock = threading.Timer(TIME_S, child.kill)
        handing = threading.Thread(target=_hand, args=(child.stdin, data), daemon=True)
        clock.start()
        handing.start()
        try:
            drawn = _take(child.stdout)
            child.kill()
            handing.join(TIME_S)
        finally:
            clock.cancel()
            child.kill()
    return drawn


def _hand(to: IO[bytes], data: bytes) -> None:
    """Hand the file over; a child that has ended takes no more."""
    with contextlib.suppress(OSError), to:
        view = memoryview(data)
        while view:
            view = view[to.write(view) :]


def _take(out: IO[bytes]) -> bytes:
    """What the child says, up to one byte more than a picture may have."""
    taken = bytearray()
    while len(taken) <= DRAWN_MAX and (more := out.read(_SPAN)):
        taken += more
    return bytes(taken)
