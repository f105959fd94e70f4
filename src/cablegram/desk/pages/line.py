"""The registrar's line: verbs and scans, a batch, one signature (docs/spec/desk-line.md).

The same answers go to a plain form, a page at a time, and to the page's script as JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response

from cablegram.desk import asked, batches, counter, parts, waiting
from cablegram.desk.frame import asker
from cablegram.desk.rendering import render, say, when
from cablegram.errors import MalformedError
from cablegram.model.batch import Answer, Verb
from cablegram.registry.scanned import Scanned
from cablegram.sentences import beside, counted, many, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from cablegram.desk.asked import Kept
    from cablegram.desk.batches import Batch, Entry
    from cablegram.desk.counter import Told
    from cablegram.desk.frame import Desk
    from cablegram.desk.parts import Outcome
    from cablegram.desk.waiting import Waiting
    from cablegram.model.batch import Stance

SHOWN_MAX: Final = 60
"""How many lines are shown; all are kept."""

MARKS: Final = {
    Answer.TAKEN: "+",
    Answer.ALREADY: "=",
    Answer.NOT_OURS: "×",
    Answer.OVERDUE: "!",
    Answer.WRONG_STATE: "/",
    Answer.NOT_READ: "?",
    Answer.TOLD: "·",
    Answer.DONE: "✓",
}
STATES: Final = {batches.OPEN: "", batches.WAITS: "2", batches.DONE: "✓", batches.REFUSED: "/"}

VERBS: Final = {
    Verb.RECEIVE: (sentence("Receipt"), "R [575/] [2]"),
    Verb.ISSUE: (sentence("Issue"), "I stalin 2d @proxy ! why # off route"),
    Verb.BACK: (sentence("Back"), "B 2 # note"),
    Verb.HAND_ON: (sentence("Pass on"), "P molotov 2"),
    Verb.SHOW: (sentence("Read here"), "S molotov 2"),
    Verb.FILE: (sentence("File"), "F 12/3"),
    Verb.OUT: (sentence("Out of the file"), "O for work"),
    Verb.DESTROY: (sentence("Destroy"), "D burnt 2"),
    Verb.MUSTER: (sentence("Muster"), "M 7 shelf 3"),
    Verb.WHERE: (sentence("Where"), "? 21497"),
}
ALSO: Final = (
    ("=2", sentence("the last line has 2 sheets, counted; 3=2 says so of line 3")),
    ("-", sentence("take the last line back; -3 takes back line 3, -- takes back all")),
    ("h", sentence("this help")),
    ("↵", sentence("an empty line closes the batch, with one signature an order")),
)


async def show(request: Request, desk: Desk) -> Response:
    """The line, as this person left it."""
    kept = batches.load(desk.store, asker(request).person)
    return _page(request, desk, kept, kept.told)


async def take(request: Request, desk: Desk) -> Response:
    """What was typed, as a plain form sends it."""
    told, closed = await _taken(request, desk)
    if closed is not None:
        return closed
    return _page(request, desk, told.kept, told.answers, helps=told.helps)


async def typed(request: Request, desk: Desk) -> Response:
    """What was typed, as the page's script sends it."""
    told, closed = await _taken(request, desk)
    said = _state(request, desk, told.kept, told.answers)
    if closed is not None:
        said["go"] = closed.headers["location"]
    return JSONResponse({**said, "helps": told.helps})


async def _taken(request: Request, desk: Desk) -> tuple[Told, Response | None]:
    form = await request.form()
    text = form.get("typed", "")
    if not isinstance(text, str):
        raise MalformedError("a file is no line", hint="Type or scan on the line.")
    told = counter.typed(desk, asker(request).person, text)
    return _close(request, desk, told) if told.closes else (told, None)


def _close(request: Request, desk: Desk, told: Told) -> tuple[Told, Response | None]:
    """Ask for the signatures of a batch, unless something of it does not stand."""
    kept = told.kept
    uncounted = [entry for entry in kept.open if entry.uncounted]
    if uncounted:
        names = beside(entry.scanned.name for entry in uncounted)
        words = sentence("the sheets of {copies} are not counted", copies=names)
        hint = sentence(
            "Count them: {line}=2 says that line {line} has 2 sheets.", line=uncounted[0].number
        )
        return _stays(desk, kept, [Scanned(Answer.NOT_READ, words, hint)])
    kept, fallen = counter.recheck(desk, kept)
    if fallen:
        return _stays(desk, kept, [_fallen(entry) for entry in fallen])
    if not kept.open:
        words = sentence("there is nothing in the batch")
        hint = sentence("Say a verb and scan; `h` tells more.")
        return _stays(desk, kept, [Scanned(Answer.NOT_READ, words, hint)])
    batches.keep(desk.store, kept)
    draft = counter.drafts(desk, kept.person)
    wanted = [
        parts.Part(
            counter.order_of(draft, bundle),
            matter=counter.matter(bundle),
            keeps=batches.packed([e for e in kept.open if e.number in bundle.lines]),
        )
        for bundle in kept.bundles
    ]
    labels = {entry.scanned.about: entry.scanned.name for entry in kept.open}
    answer = asked.sign_parts(request, desk, wanted, labels=labels, then="/line", takes="line")
    return counter.Told(kept), answer


def _fallen(entry: Entry) -> Scanned:
    words = sentence("{name} does not stand any more", name=entry.scanned.name)
    return Scanned(Answer.WRONG_STATE, words, entry.scanned.hint)


def _stays(desk: Desk, kept: Batch, answers: Sequence[Scanned]) -> tuple[Told, Response | None]:
    kept = counter.told(desk, kept, answers)
    return counter.Told(kept, tuple(answers)), None


def _page(
    request: Request, desk: Desk, kept: Batch, answers: Sequence[Scanned], *, helps: bool = False
) -> Response:
    state = _state(request, desk, kept, answers)
    verbs = [(verb.value, name, example) for verb, (name, example) in VERBS.items()]
    return render(request, desk, "line.html", line=state, helps=helps, verbs=verbs, also=ALSO)


def _state(request: Request, desk: Desk, kept: Batch, answers: Sequence[Scanned]) -> dict[str, Any]:
    """All that the page shows of a batch, in the reader's words."""
    language, zone = request.state.language, desk.office.settings.tz()

    def words(text: object) -> str:
        return say(language, text)

    def due(at: str) -> str:
        return when(at, zone, language).striptags()

    lines = [
        {
            "number": entry.number,
            "said": words(entry.scanned.said),
            "due": due(entry.scanned.due_at),
            "hint": words(entry.scanned.hint),
            "state": entry.state,
            "mark": STATES[entry.state] or MARKS[entry.scanned.answer],
            "late": entry.is_late,
            "verb": entry.verb,
            "sheets": entry.scanned.sheets,
            "uncounted": entry.uncounted,
            "two": entry.scanned.two,
        }
        for entry in reversed(kept.entries[-SHOWN_MAX:])
    ]
    told = [
        {
            "kind": one.answer.value,
            "mark": MARKS[one.answer],
            "said": words(one.said),
            "hint": words(one.hint),
            "due": due(one.due_at),
            "stays": one.taken,
        }
        for one in answers
    ]
    return {
        "told": told,
        "lines": lines,
        "stance": _stance(kept.stance, words, due),
        "sum": words(_sum(kept)),
        "count": len(kept.open),
    }


def _stance(stance: Stance | None, words: Any, due: Any) -> dict[str, str]:
    """The verb in force, in words."""
    if stance is None:
        return {"letter": "?", "name": words(VERBS[Verb.WHERE][0]), "more": "", "due": ""}
    more = [
        *filter(None, (stance.person, stance.place, stance.method, stance.stamp)),
        *([words(sentence("muster {number}", number=stance.muster))] if stance.muster else []),
        *([words(many(stance.sheets, "sheet"))] if stance.sheets else []),
        *([f"@{stance.proxy}"] if stance.proxy else []),
        *([f"! {stance.exception}"] if stance.exception else []),
        *([f"# {stance.reason}"] if stance.reason else []),
    ]
    name = words(VERBS[stance.verb][0])
    return {
        "letter": stance.verb.value,
        "name": name,
        "more": ", ".join(more),
        "due": due(stance.due_at),
    }


def _sum(kept: Batch) -> str:
    """How many lines there are, and how many signatures close them."""
    lines, orders = len(kept.open), len(kept.bundles)
    if not lines:
        return sentence("The batch is empty.")
    said = counted(lines, "{count} line in the batch", "{count} lines in the batch")
    signs = counted(orders, "{count} signature closes it", "{count} signatures close it")
    return sentence("{lines}; {signatures}.", lines=said, signatures=signs)


def _landed(desk: Desk, kept: Kept, outcomes: Sequence[Outcome]) -> str:
    """What came of a batch: which lines are done, which wait for a second, which do not stand."""
    mine = batches.load(desk.store, kept.person)
    done, waits, told = 0, 0, list[Scanned]()
    for one in outcomes:
        entries = batches.unpacked(one.keeps)
        if one.error is None:
            state = batches.WAITS if one.waits else batches.DONE
            mine = counter.settle(mine, entries, state, one.digest)
            done, waits = done + len(entries) * (not one.waits), waits + len(entries) * one.waits
        elif one.again:
            # The lines stay as they are: what was signed was refused, and nothing is lost.
            told.append(Scanned(Answer.NOT_READ, one.error.what, _AGAIN))
        else:
            why = beside((one.error.what, one.error.hint), ". ")
            mine = counter.settle(mine, entries, batches.REFUSED, "", why)
            told.append(Scanned(Answer.WRONG_STATE, one.error.what, one.error.hint))
    if waits:
        words = counted(
            waits, "{count} line waits for the second", "{count} lines wait for the second"
        )
        told.insert(0, Scanned(Answer.TOLD, words))
    if done:
        words = counted(done, "{count} line done", "{count} lines done")
        told.insert(0, Scanned(Answer.DONE, words))
    counter.told(desk, mine, told)
    return "/line"


def _seconded(desk: Desk, waits: Waiting, how: str) -> None:
    """A line's order has landed with its second, was withdrawn, or has ended."""
    person = waits.order.officer
    mine = batches.load(desk.store, person)
    state = {"done": batches.DONE}.get(how, batches.REFUSED)
    why = "" if how == "done" else _ENDED[how]
    here = [e for e in mine.entries if (e.state, e.order) == (batches.WAITS, waits.digest)]
    batches.keep(desk.store, counter.settle(mine, here, state, waits.digest, why))


_AGAIN = sentence("Another order took its number: nothing is lost, close it once more with Enter.")
_ENDED = {
    "withdrawn": sentence("It was withdrawn before a second signed."),
    "ended": sentence("Nobody signed second in time."),
}
parts.TAKERS["line"] = _landed
waiting.TAKERS["line"] = _seconded
