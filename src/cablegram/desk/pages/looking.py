"""Looking things up: each page asks the books once, as of one moment, and renders one template.

``shown`` makes the handler: what gathers a page is given the books as its reader is told them, what
was asked, and who asks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from cablegram.desk.frame import asker, language
from cablegram.desk.rendering import at, render
from cablegram.desk.telling import SHAPES, Telling
from cablegram.languages import speaking
from cablegram.model.acts import State
from cablegram.model.times import instant
from cablegram.sentences import term, word

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import tzinfo

    from starlette.requests import Request
    from starlette.responses import Response

    from cablegram.desk.frame import Asker, Desk
    from cablegram.desk.telling import Chip

_STATES = {state.value: term(state) for state in State}
_SHAPES = {state.value: shape for state, shape in SHAPES.items()}


def shown(
    template: str, gather: Callable[[Telling, Request, Asker], dict[str, Any]]
) -> Callable[[Request, Desk], Awaitable[Response]]:
    """The handler of a page that only reads."""

    async def show(request: Request, desk: Desk) -> Response:
        who = asker(request)
        with desk.bureau.books.view() as view:
            told = Telling(view, desk.bureau, language(request).tag)
            values = gather(told, request, who)
            return render(request, desk, template, **words(told, desk), **values)

    return show


def words(told: Telling, desk: Desk) -> dict[str, Any]:
    """What the templates of these pages say beside what every page does."""
    zone, tag = desk.office.settings.tz(), told.language
    say = speaking(tag).say
    return {
        "told": told,
        "chip": lambda one: chip(one, say),
        "chips": lambda some: chips(some, say),
        "at": lambda moment: at(moment, zone, tag),
        "clock": lambda moment: _clock(moment, zone, tag),
        "whole_day": lambda moment: _whole_day(moment, zone, tag),
        "short_day": lambda moment: _short_day(moment, zone, tag),
        "precedence": lambda name: word(name, "Precedence"),
        "state_word": lambda name: word(name, "state"),
        "cause_word": lambda name: word(name, "Cause"),
        "states": _STATES,
        "shapes": _SHAPES,
        "State": State,
    }


def chip(one: Chip, say: Callable[[object], str]) -> Markup:
    """A copy as a small card.  Written here, not in a template: a page may have two hundred."""
    words_, text = escape(say(one.words)), escape(one.text)
    shape = one.shape + " late" * one.late + " marked" * one.marked
    return Markup(  # noqa: S704  # what is not our own is escaped
        f'<a class="chip {shape}" href="{one.href}" title="{words_}">'
        f'<span aria-hidden="true">{text}</span><span class="hidden">{text}, {words_}</span></a>'
    )


def chips(some: Sequence[Chip], say: Callable[[object], str]) -> Markup:
    """Copies in a row."""
    if not some:
        return Markup('<span class="none">–</span>')
    drawn = "".join(chip(one, say) for one in some)
    return Markup(f'<span class="chips">{drawn}</span>')  # noqa: S704  # drawn above


@lru_cache(maxsize=4096)
def _clock(moment: str, zone: tzinfo, tag: str) -> Markup:
    """The time of day alone."""
    written = speaking(tag).day_and_time(instant(moment).astimezone(zone)).rpartition(" ")[2]
    return Markup('<time datetime="{}">{}</time>').format(moment, written)


@lru_cache(maxsize=512)
def _whole_day(moment: str, zone: tzinfo, tag: str) -> str:
    return speaking(tag).whole_day(instant(moment).astimezone(zone))


@lru_cache(maxsize=4096)
def _short_day(moment: str, zone: tzinfo, tag: str) -> str:
    return speaking(tag).short_day(instant(moment).astimezone(zone))
