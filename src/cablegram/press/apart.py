"""The typesetter in a process of its own, for a paper that others made (docs/spec/facsimile.md).

The code that reads such a file can be made to stop or to stall by the file.  Here that ends a
child, which has bounds on time and memory, holds no keys, and leaves nothing behind.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

from cablegram.errors import CablegramError, MalformedError, PressError
from cablegram.press import engine

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME_S = 30
MEMORY_MAX = 1 << 30

_CHILD = "from cablegram.press import apart; apart.main()"
_REFUSALS = {kind.exit_status: kind for kind in (MalformedError, PressError)}


def set_over(template: str, data: Mapping[str, object], paper: bytes, sheets: int) -> bytes:
    """``engine.set_over``, which see, done by a child.

    Raises:
        MalformedError: the child refused the paper.
        PressError: it refused the data, broke down or took too long.
    """
    asked = json.dumps({"template": template, "data": data, "sheets": sheets})
    try:
        ran = subprocess.run(  # noqa: S603  # our own interpreter and a line of this module
            [sys.executable, "-P", "-c", _CHILD],
            input=asked.encode() + b"\n" + paper,
            capture_output=True,
            check=False,
            timeout=TIME_S,
        )
    except subprocess.TimeoutExpired as exc:
        raise PressError(
            "the typesetter was not done with the paper after {time_s} seconds",
            hint="Stamp it by hand.",
            time_s=TIME_S,
        ) from exc
    if ran.returncode in _REFUSALS:
        what, hint = json.loads(ran.stdout)
        raise _REFUSALS[ran.returncode](what, hint=hint)
    if ran.returncode != 0:
        raise PressError("the typesetter broke down over the paper", hint="Stamp it by hand.")
    return ran.stdout


def main() -> None:
    """Be the child: the order and the paper on standard input, the PDF or a refusal out."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, TIME_S),
        (resource.RLIMIT_DATA, MEMORY_MAX),
    ):
        resource.setrlimit(what, (most, most))
    asked = json.loads(sys.stdin.buffer.readline())
    paper = sys.stdin.buffer.read()
    try:
        made = engine.set_over(asked["template"], asked["data"], paper, asked["sheets"])
    except CablegramError as error:
        sys.stdout.buffer.write(json.dumps([str(error), error.hint]).encode())
        sys.exit(error.exit_status)
    sys.stdout.buffer.write(made)
