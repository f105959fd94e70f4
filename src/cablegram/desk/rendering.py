"""Pages out of templates, in the language and the zone of whoever reads them."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import jinja2
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from cablegram.desk import menu
from cablegram.languages import ENGLISH, speaking
from cablegram.model.times import instant
from cablegram.sentences import Sentence, sentence

if TYPE_CHECKING:
    from datetime import tzinfo

    from starlette.requests import Request

    from cablegram.desk.frame import Desk
    from cablegram.languages import Language

LANGUAGE_NAMES: Final = {"en": "English", "ru": "Русский", "zh": "中文", "ko": "한국어"}


def environment() -> jinja2.Environment:
    """The templates beside this module; what they do not know is a fault, not an empty place."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("cablegram.desk"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )


def render(
    request: Request, desk: Desk, name: str, /, *, status: int = 200, **values: object
) -> HTMLResponse:
    """The page of a template."""
    return HTMLResponse(text(request, desk, name, **values), status)


def text(request: Request, desk: Desk, name: str, /, **values: object) -> str:
    """The text of a template."""
    language: Language = request.state.language
    zone = desk.office.settings.tz()
    said: dict[str, object] = {
        "_": lambda what, **places: say(language, what, **places),
        "number": language.number,
        "when": lambda moment: when(moment, zone, language),
        "at": lambda moment: at(moment, zone, language.tag),
        "day": lambda moment: day(moment, zone, language),
        "language": language.tag,
        "languages": LANGUAGE_NAMES,
        "office": desk.bureau.name,
        "own_clock": desk.bureau.clock.own,
        "now": desk.bureau.now(),
        "asker": request.state.asker,
        "path": request.url.path,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "signer": desk.signer,
        "menu": menu.offered(request.state.asker),
    }
    return desk.templates.get_template(name).render(said | values)


def say(language: Language, what: object, /, **places: object) -> str:
    """A sentence as this language says it; what comes out of the books is known again."""
    if isinstance(what, Enum):  # some are texts as well
        return language.say(what)
    marked = {name: value for name, value in places.items() if isinstance(value, Markup)}
    if marked and isinstance(what, str):
        return _say_marked(language, what, places, marked)
    if isinstance(what, Sentence) or not isinstance(what, str) or places:
        return language.say(sentence(what, **places) if isinstance(what, str) else what)
    return language.again(what) if language.tag != ENGLISH else what


def _say_marked(
    language: Language, what: str, places: dict[str, object], marked: dict[str, Markup]
) -> Markup:
    """A sentence some of whose places are HTML already: the rest is escaped around them."""
    kept = {name: f"\0{name}\0" for name in marked}
    said = escape(language.say(sentence(what, **{**places, **kept})))
    for name, value in marked.items():
        said = Markup(said.replace(kept[name], value))  # noqa: S704  # both are escaped
    return said


def when(moment: str, zone: tzinfo, language: Language) -> Markup:
    """A moment in the office's zone, as ``<time>``; nothing where it is not set."""
    if not moment:
        return Markup("")
    at = instant(moment).astimezone(zone)
    offset = at.strftime("%z")
    shown = f"{language.day_and_time(at)} ({offset[:3]}:{offset[3:5]})"
    return Markup('<time datetime="{}">{}</time>').format(moment, shown)


@lru_cache(maxsize=8192)
def at(moment: str, zone: tzinfo, tag: str) -> Markup:
    """A moment in the office's zone, day and time, as ``<time>``; nothing where it is not set."""
    if not moment:
        return Markup("")
    written = speaking(tag).day_and_time(instant(moment).astimezone(zone))
    return Markup('<time datetime="{}">{}</time>').format(moment, written)


def day(moment: str, zone: tzinfo, language: Language) -> Markup:
    """The day of a moment in the office's zone, as ``<time>``; nothing where it is not set."""
    if not moment:
        return Markup("")
    shown = language.day_and_time(instant(moment).astimezone(zone)).rpartition(" ")[0]
    return Markup('<time datetime="{}">{}</time>').format(moment, shown)
