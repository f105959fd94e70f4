"""Small stand-ins for tests of the desk's rules."""

from __future__ import annotations

from types import SimpleNamespace

from cablegram.model.custody import Copy


def view_of(state, *, holder, proxy):
    """Shelves with one copy, ``h``, in this state."""
    copy = Copy(
        handle="h",
        telegram="t",
        number=1,
        made=1,
        whom="stalin",
        state=state,
        accountable="moscow",
        series="G",
        holder=holder,
        proxy=proxy,
    )
    return SimpleNamespace(copies=SimpleNamespace(get={"h": copy}.get))
