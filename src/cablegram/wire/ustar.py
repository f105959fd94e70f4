"""Headers of POSIX ustar archives in one spelling: plain files, nobody's, of 1 January 1970.

``container`` and ``backup`` are such archives; a header is read by asking what would have
been written (docs/spec/envelope.md, "The container").
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

BLOCK: Final = 512
END: Final = bytes(2 * BLOCK)
NAME_MAX: Final = 100
SIZE_MAX: Final = 8**11 - 1
SIZE: Final = slice(124, 135)
OCTAL: Final = re.compile(rb"[0-7]{11}\Z")

_NUL = b"\0"
_KIND = b"0".ljust(101, _NUL) + b"ustar" + _NUL + b"00"
"""A plain file without a link, in the form of POSIX."""


@lru_cache(maxsize=256)  # signatures have the same few sizes in every telegram
def header(name: str, size: int) -> bytes:
    """A ustar header for a plain file: mode 0644, nobody's, of 1 January 1970."""
    before = b"".join(
        (
            name.encode().ljust(NAME_MAX, _NUL),
            b"0000644" + _NUL,  # mode
            (b"0000000" + _NUL) * 2,  # user, group
            b"%011o" % size + _NUL,
            b"00000000000" + _NUL,  # time
        )
    )
    checksum = sum(before) + 8 * ord(" ") + sum(_KIND)
    return (before + b"%06o" % checksum + _NUL + b" " + _KIND).ljust(BLOCK, _NUL)
