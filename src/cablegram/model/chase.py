"""Chasing what is late: a tracer, after some days another, and after the last one an inquiry.

Pure: a clock says what is next, and does nothing (docs/spec/tracing.md).
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from cablegram.model.times import instant, moment

if TYPE_CHECKING:
    from collections.abc import Sequence


class Next(Enum):
    """What is next for something that is late."""

    TRACE = "trace"
    WAIT = "wait"
    INQUIRE = "inquire"


def after(sent: Sequence[str], at: str, *, days: int, most: int) -> Next:
    """What is next at a moment, after tracers at ``sent``, the newest last.

    ``days`` are waited after each; no more than ``most`` are sent.
    """
    if not sent:
        return Next.TRACE
    if at < moment(instant(sent[-1]) + timedelta(days=days)):
        return Next.WAIT
    return Next.TRACE if len(sent) < most else Next.INQUIRE
