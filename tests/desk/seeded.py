"""A registry in the middle of a day, for looking at pages: a real office folder, two weeks old.

``seeded(folder)`` founds the office ``moscow`` in ``folder/moscow`` with everybody in post, and has
a fortnight happen to it: every row comes of an order that its own people sign.  The folder can be
served (``python -m cablegram.desk``) and worked on from the command line; the passphrase of its
room is ``folders.PASSPHRASE``, its own clock stands at ``NOW``.  No sentence of it was ever sent.

    PYTHONPATH=src:tests python tests/desk/seeded.py FOLDER
"""

from __future__ import annotations

import heapq
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import days

from cablegram.carriers.folder import FolderCarrier
from cablegram.cipher_room import CipherRoom
from cablegram.ledger import log
from cablegram.model.acts import HELD_HERE
from cablegram.model.clearing import ClearingRule
from cablegram.model.handling import Precedence, Series
from cablegram.model.orders import Subject
from cablegram.model.records import Incoming
from cablegram.model.times import Counted, ReturnTerm, Unit, instant, moment
from cablegram.registry import (
    clearances,
    entering,
    finding,
    mustering,
    musters,
    numbering,
    orders,
    returns,
    tallies,
    watches,
)
from cablegram.wire import canonical
from cablegram.wire import card as card_format
from cablegram.wire import letter as letter_format
from cablegram.wiring import clock, settings, tools
from cablegram.wiring.tools.keys import officer_key
from folders import PASSPHRASE, founding
from offices import Drawn, GivenClock, Office, digest, found, later
from passed import accept, announced, dispatch, post, settle_receipts
from rooms import Desk, Remembered

if TYPE_CHECKING:
    from collections.abc import Callable

ZONE = ZoneInfo("Europe/Moscow")
NOW = "1951-07-10T11:40"
CHIEF = "makarov"
OPENS, CLOSES = 8, 18
TERM = ReturnTerm(6, Unit.DAYS_24H, Counted.RECEIVED, "Registry, room 214")


_ORDER = count()


@dataclass
class Seeded:
    """The office as a folder, and as the tests' own; other offices by name."""

    root: Path
    office: Office
    others: dict[str, Office] = field(default_factory=dict)
    to_come: list[tuple[str, int, Callable[[], None]]] = field(default_factory=list)

    def plan(self, at: str, what: Callable[[], None]) -> None:
        """Have something happen at a moment; what happens may plan more."""
        heapq.heappush(self.to_come, (at, next(_ORDER), what))

    def happen(self) -> None:
        """Let everything happen, each at its moment."""
        while self.to_come:
            at, _, what = heapq.heappop(self.to_come)
            for office in (self.office, *self.others.values()):
                if office.bureau.now() < at:
                    office.clock.set(at)
            what()


def seeded(folder: Path, *, language: str = "en") -> Seeded:
    """Found the office and let the fortnight happen."""
    here = _founded(folder, language)
    _meet(here)
    for line in (*days.LINES, *days.TODAY):
        here.plan(local(line.at), partial(_line, here, line))
    for plan in (_between, _paperwork, _drafts, _sent, _musters, _watches):
        plan(here)
    here.happen()
    stand(here, NOW)
    log.sign_checkpoint(here.office.bureau, here.office.signer)
    return here


def local(at: str) -> str:
    """A moment of Moscow's as the books write it."""
    return moment(datetime.fromisoformat(at).replace(tzinfo=ZONE))


def stand(here: Seeded, at: str) -> None:
    """Let the office's own clock, and its folder's, stand at a local moment."""
    here.office.clock.set(local(at))
    clock.start(here.root / clock.FILE, local(at))


def _founded(folder: Path, language: str) -> Seeded:
    root, line = folder / "moscow", folder / "line"
    line.mkdir(parents=True)
    regime = Series(
        letter="T", term=TERM, allowance=2, two=frozenset(), short_content=True, muster_days=14
    )
    made = tools.init_office(
        root,
        founding(
            names={
                "en": "Eighth Department", "ru": "Восьмой отдел", "zh": "第八处", "ko": "제8부",
            },
            chief=CHIEF, chief_name="Павел Макаров", chief_title="Head of the department",
            at="1951-06-25T06:00:00Z", series="T", regime=regime, language=language,
            carriers={"folder": str(line)},
            numbers={"cable": 21460, "print": 1361, "outgoing": 610, "outer": 880},
        ),
    )  # fmt: skip
    keys = tools.unlock(root, PASSPHRASE)
    first = days.POSTS[0][0]
    for person, name, role in days.POSTS:
        rest = {"keys": keys} if person == first else {"other": first}
        tools.appoint(made, tools.Post(person, name=name, role=role), chief=CHIEF, **rest)
    for person, name in days.READERS.items():
        made.bureau.vault.put("name", person, name.encode())
    given = GivenClock(made.bureau.now())
    # Handles are drawn alike each time, so that what is ordered by them is.
    bureau = replace(made.bureau, clock=given, random=Drawn("moscow"))
    office = Office(bureau, keys, made.signer, given)
    for person in (CHIEF, *(post_[0] for post_ in days.POSTS)):
        office.people[person] = officer_key(root, settings.read(root), person)
        with bureau.books.view() as view:
            office.numbers[person] = view.orders.count("officer", person)
    return Seeded(root, office)


def _meet(here: Seeded) -> None:
    """Readers are made known; four offices with cards, one that is called by a heading alone."""
    office = here.office
    for person in days.READERS:
        office.give("settle", {"name": f"person/{person}", "value": person}, by=CHIEF)
        office.cover(days.READERS[person], person, by=CHIEF)
    office.give("settle", {"name": "heading/harbin", "value": "Harbin, the garrison"}, by=CHIEF)
    carrier = FolderCarrier(here.root.parent / "line")
    for name, names in days.OFFICES.items():
        other = found(name, others=("clerk", "second"), clock=GivenClock(office.bureau.now()))
        card = replace(card_format.decode(other.bureau.card), names=names)
        other.bureau = replace(
            other.bureau, card=card_format.encode(card), carriers={"folder": carrier}
        )
        here.others[name] = other
        office.know(other, by=CHIEF)
        other.know(office)
    for level in ("top secret", "secret"):
        rule = ClearingRule(level, 1, frozenset({"role:clearer", "role:chief"}), apart=True)
        facts = {"name": f"clearing/{level}", "value": clearances.write(rule).decode()}
        office.give("settle", facts, by=CHIEF)


# --- the register ---------------------------------------------------------------------------------


def _line(here: Seeded, line: days.Line) -> None:
    """One telegram comes; what is done with its copies is said by letters (``days.Line``)."""
    office = here.office
    made = _enter(office, line)
    about = Subject(made.telegram.handle, 1)
    office.give("describe", {"content": line.content}, by="chesnokova", subjects=[about])
    born = [copy.handle for copy in made.copies]
    if line.then != "-":
        here.plan(soon(here, minutes=25), partial(_print, here, line, born))


def _print(here: Seeded, line: days.Line, born: list[str]) -> None:
    here.office.printed(here.office.copies(born), by="vaganov", sheets=line.sheets)
    if line.then != "p":
        here.plan(soon(here, minutes=10), partial(_verify, here, line, born))


def _verify(here: Seeded, line: days.Line, born: list[str]) -> None:
    here.office.give("verify", {}, by="orlova", subjects=here.office.copies(born))
    for n, what in enumerate(line.then.split()):
        if what != "x":
            here.plan(soon(here, minutes=7 * (n + 1)), partial(_then, here, born[n], what))


def _then(here: Seeded, handle: str, what: str) -> None:
    """The next act on one copy; the one after it comes in its own time."""
    act, _, rest = what.partition("/")
    name, _, said = act.partition(":")
    copy = here.office.copy(handle)
    if name == "r" and not said.endswith("!"):
        again = f"r:!/{rest}" if rest else "r:!"
        back = at_work(soon(here, hours=float(said or 20)))
        here.plan(back, partial(_then, here, handle, again))
        return
    give = partial(here.office.give, by="chesnokova", subjects=[copy])
    if name == "i":
        who, _, hours = said.partition("+")
        with here.office.view() as view:
            end, _ = returns.latest(view, copy, soon(here), here.office.bureau)
        due = min(soon(here, hours=float(hours or 96)), end)
        give("issue", {"holder": who, "due_at": due, "return_to": TERM.to})
    elif name == "h":
        facts = {"holder": said, "sheets": copy.sheets, "reason": "he asked to see it"}
        give("hand_over", facts)
    elif name == "r":
        give("return", {"sheets": copy.sheets}, by="litvin")
    elif name == "f":
        give("file", {"place": (said or "case-141,-leaf-226").replace("-", " ")}, by="litvin")
    elif name == "d":
        facts = {"method": "burnt in the stove of room 214", "sheets": copy.sheets}
        give("destroy", facts, by="litvin", two="chesnokova")
    if rest:
        here.plan(soon(here, minutes=35), partial(_then, here, handle, rest))


def soon(here: Seeded, **by: float) -> str:
    """So much later than now."""
    return later(here.office.bureau.now(), **by)


def at_work(at: str) -> str:
    """That moment, or the next morning where nobody is at the counter."""
    here = instant(at).astimezone(ZONE)
    if here.hour >= CLOSES:
        here = (here + timedelta(days=1)).replace(hour=OPENS)
    return moment(here.replace(hour=max(here.hour, OPENS)))


def _enter(office: Office, line: days.Line) -> Any:
    """A telegram opened: as the cipher room enters it, without the sealing."""
    level = Precedence[line.precedence]
    letter = letter_format.Letter(
        kind="telegram",
        signatory=line.signatory,
        series="T",
        level=line.level,
        precedence_action=level,
        precedence_info=level,
        return_=TERM if line.sender == "beijing" else None,
        addressees=tuple(
            letter_format.Addressee(days.READERS[who], "action") for who in line.to.split()
        ),
        copies=line.made,
        zone="Asia/Shanghai",
        parts=(
            letter_format.Part(
                "body.ru.md", "original", "ru", "text/markdown", 7, digest(line.content)
            ),
        ),
        office=line.sender,
        outgoing_number=line.outgoing,
        filed_at=later(office.bureau.now(), hours=-3),
    )
    named = canonical.digest(letter_format.encode(letter))
    sealed = digest(f"sealed {named}")
    taken_in = later(office.bureau.now(), minutes=-20)
    signed = office.sign("open", {"sealed": sealed}, by="vaganov")
    with office.bureau.books.page(f"open {sealed}") as page:
        outer = numbering.take(page, numbering.OUTER)
        arrived = Incoming(sealed, outer, line.sender, "telegram", taken_in, "waiting")
        page.incoming.add(arrived)
        given = orders.check(page, [signed], office.bureau)
        return entering.enter(page, given, letter, named, arrived, office.bureau)


def copy_of(here: Seeded, name: str) -> Any:
    """The copy of this name, as it stands."""
    with here.office.view() as view:
        return finding.copy(view, name)


# --- between offices ------------------------------------------------------------------------------


def _between(here: Seeded) -> None:
    """Copies lent to the Special Sector: one they have, one they dispute, one nobody receipts."""
    here.plan(local("1951-07-03T20:10"), partial(_lend, here))
    here.plan(local("1951-07-03T22:10"), partial(_receipt, here))
    here.plan(local("1951-07-04T11:00"), partial(_borrow, here))
    here.plan(local("1951-07-05T19:30"), partial(_lend_one, here))


def _lend(here: Seeded) -> None:
    lent = [copy_of(here, f"{n}/2") for n in (21463, 21465, 21467)]
    dispatch(here.office, lent, "special-sector", by="chesnokova")
    post(here.office, here.others["special-sector"])


def _receipt(here: Seeded) -> None:
    office, special = here.office, here.others["special-sector"]
    for n in range(2):
        accept(special, office.name, n, by="clerk", incoming=f"575/{2270 + n}")
    row, said = announced(special, office.name)
    item = said.items[2]
    facts = {"note": "the seal was broken", "owner": office.name, "transmittal": row.digest,
             "owner_cable": item.cable, "owner_copy": item.copy}  # fmt: skip
    special.give("contest", facts, by="clerk")
    post(special, office)
    settle_receipts(office, by="chesnokova")


def _borrow(here: Seeded) -> None:
    """Two of theirs come here; both are to go back by the tenth."""
    office, special = here.office, here.others["special-sector"]
    made = special.in_registry(4, verifier="clerk", sender="beijing", outgoing=77)
    terms = {"limit_at": local("1951-07-11T12:00"), "limit_to": "Special Sector"}
    dispatch(special, made[:2], office.name, by="clerk", **terms)
    post(special, office)
    for n in range(2):
        accept(office, special.name, n, by="chesnokova", incoming=f"575/{2280 + n}")
    post(office, special)
    settle_receipts(special, by="clerk")
    facts = {"holder": "petri", "due_at": local("1951-07-10T10:00"), "return_to": TERM.to}
    office.give("issue", facts, by="chesnokova", subjects=[copy_of(here, "575/2280")])


def _lend_one(here: Seeded) -> None:
    due = {"due_at": local("1951-07-09T18:00")}
    dispatch(here.office, [copy_of(here, "21476/2")], "special-sector", by="chesnokova", **due)


# --- paperwork ------------------------------------------------------------------------------------


def _paperwork(here: Seeded) -> None:
    """Resolutions and their tasks, a route, a proxy, a copy missed, one short of a sheet."""
    for at, what in (
        ("1951-07-07T10:00", _resolve), ("1951-07-08T16:30", _circulate),
        ("1951-07-09T09:20", _miss), ("1951-07-09T11:40", _short), ("1951-07-09T15:00", _chase),
    ):  # fmt: skip
        here.plan(local(at), partial(what, here))


def _resolve(here: Seeded) -> None:
    office = here.office
    for n, (name, to, by) in enumerate(
        (("21475/1", "novak lund", "1951-07-11T12:00"), ("21478/1", "ivanec", "1951-07-09T18:00"))
    ):
        words = office.bureau.blobs.put(f"resolution {n}, sealed".encode())
        facts = {"written_by": "grau", "evidence": words, "to": to, "fulfil_by": local(by)}
        office.give("annotate", facts, by="chesnokova", subjects=[copy_of(here, name)])


def _circulate(here: Seeded) -> None:
    give = partial(here.office.give, by="chesnokova")
    name = "21483/3"
    give("route", {"readers": "novak/24 lund/24 petri/12"}, subjects=[copy_of(here, name)])
    facts = {"holder": "novak", "due_at": local("1951-07-12T12:00"), "return_to": TERM.to}
    give("issue", facts, subjects=[copy_of(here, name)])
    give("proxy", {"holder": "grau", "person": "lund", "may": "receive"})


def _miss(here: Seeded) -> None:
    give = partial(here.office.give, by="chesnokova")
    reason = {"reason": "not in its place at the count of 9 July"}
    give("miss", reason, subjects=[copy_of(here, "21470/3")])
    give("compromise", {"reason": "left on a desk overnight"}, subjects=[copy_of(here, "21479/2")])
    give("recall", {"reason": "the originator asks for it"}, subjects=[copy_of(here, "21480/1")])


def _short(here: Seeded) -> None:
    short = copy_of(here, "21478/2")
    facts = {"sheets": short.sheets - 1, "reason": "one sheet is not with it"}
    here.office.give("return", facts, by="litvin", subjects=[short])


def _chase(here: Seeded) -> None:
    give = partial(here.office.give, by="chesnokova")
    give("trace", {"copy": copy_of(here, "21470/1").handle, "nth": "1"})
    facts = {"telegram": copy_of(here, "21484/1").telegram, "relation": "supplements",
             "other": copy_of(here, "21476/1").telegram}  # fmt: skip
    give("refer", facts)


# --- what we send ---------------------------------------------------------------------------------


def _drafts(here: Seeded) -> None:
    """Four drafts wait: one to be cleared, one cleared, one objected to, one that needs nobody."""
    for at, name, level, to, by in days.DRAFTS:
        here.plan(local(at), partial(_draft, here, name, level, to, by))


def _draft(here: Seeded, name: str, level: str, to: str, by: str) -> None:
    give = here.office.give
    sealed = here.office.bureau.blobs.put(f"draft {name}".encode())
    give("draft", {"draft": sealed, "series": "T", "level": level, "to": to}, by=by)
    if name == "cleared":
        give("clear", {"draft": sealed}, by=CHIEF)
    if name == "objected":
        reason = "the date in the second paragraph is wrong"
        give("object", {"draft": sealed, "reason": reason}, by=CHIEF)


def _sent(here: Seeded) -> None:
    """Telegrams that our own room sealed; two of theirs lie unopened, and it can open them."""
    desks = {name: _desk(office) for name, office in here.others.items()}
    ours = _desk(here.office)
    for at, to, words, opened in days.SENT:
        here.plan(local(at), partial(_send, ours, desks, to, words, opened))
    for at, words in days.UNOPENED:
        here.plan(local(at), partial(_come, ours, desks["beijing"], words))


def _desk(office: Office) -> Desk:
    memory = Remembered()
    return Desk(office, CipherRoom(office.bureau, office.keys, memory, office.signer), memory)


def _send(ours: Desk, desks: dict[str, Desk], to: str, words: str, opened: str) -> None:
    """Drafted, cleared and released as its level asks; opened where ``opened`` says so."""
    office, names = ours.office, tuple(to.split())
    sealed = ours.draft(
        names, {"ru": words.encode()}, signatory="Павел Макаров", level="secret", caveats=(),
        zone="Europe/Moscow",
    )  # fmt: skip
    office.give("draft", {"draft": sealed, "series": "T", "level": "secret", "to": to}, by="litvin")
    office.give("clear", {"draft": sealed}, by="orlova")
    ours.send(sealed, by=CHIEF)
    ours.carry()
    for name in opened.split():
        for taken in desks[name].take_in():
            if taken.kind == "telegram":
                desks[name].open(taken.digest)
        desks[name].carry()
    ours.take_in()


def _come(ours: Desk, theirs: Desk, words: str) -> None:
    to = (letter_format.Addressee(days.READERS["grau"], "action"),)
    theirs.send(
        theirs.draft(
            (ours.office.name,), {"ru": words.encode()}, addressees=to, signatory="Чэнь Вэньхуа",
            level="top secret",
        )
    )  # fmt: skip
    theirs.carry()
    ours.take_in()


# --- counting -------------------------------------------------------------------------------------


def _musters(here: Seeded) -> None:
    """One that spans two offices and was matched, one that is open and lacks three."""
    here.plan(local("1951-07-10T08:30"), partial(_count_with, here))
    here.plan(local("1951-07-10T09:45"), partial(_count_case, here))


def _count_with(here: Seeded) -> None:
    office, special = here.office, here.others["special-sector"]
    number = int(office.give("open_muster", {"office": special.name}, by="chesnokova").answer)
    facts = {"muster": str(number), "office": special.name}
    office.give("call_muster", facts, by="chesnokova")
    post(office, special)
    with special.view() as books:
        (call,) = tallies.waiting(books)
    facts = {"office": call.office, "call": call.digest}
    theirs = int(special.give("open_muster", facts, by="chief").answer)
    _sight(office, number, _there(office, number), by="chesnokova")
    _sight(special, theirs, _there(special, theirs)[1:], by="clerk")  # one is not seen
    _close(office, number, by="chesnokova", two="litvin")
    _close(special, theirs, by="chief", two="clerk")
    post(office, special)
    post(special, office)
    with office.view() as books:
        count = tallies.count_with(books, str(number), special.name, office.bureau)
        matched = tallies.matched(books, count, office.bureau)
        assert matched is not None, "both counts came"
        digest_ = canonical.digest(tallies.encode(count, matched, office.bureau))
    facts = {"muster": str(number), "office": special.name, "matched": digest_}
    office.give("match_muster", facts, by="chesnokova", two="litvin")


def _count_case(here: Seeded) -> None:
    office = here.office
    number = int(office.give("open_muster", {"place": "case 141"}, by="chesnokova").answer)
    _sight(office, number, _there(office, number)[:-3], by="litvin", place="case 141")


def _there(office: Office, number: int) -> list[str]:
    """The names, with their check characters, of what a muster expects and the shelves hold."""
    with office.view() as books:
        rows = [books.copies.get(handle) for handle, _ in mustering.expected_of(books, number)]
        held = [copy for copy in rows if copy is not None and copy.state in HELD_HERE]
        return sorted(finding.spelled(books, copy) for copy in held)


def _sight(office: Office, number: int, seen: list[str], *, by: str, place: str = "") -> None:
    facts = {"muster": str(number), "sighted": musters.digest_of(seen)}
    facts |= {"place": place} if place else {}
    office.give("sight", facts, by=by, matter="\n".join(seen).encode())


def _close(office: Office, number: int, *, by: str, two: str) -> None:
    with office.view() as books:
        row = mustering.opened(books, str(number))
        outcome = mustering.encode(books, mustering.conclude_now(books, row))
    facts = {"muster": str(number), "outcome": canonical.digest(outcome)}
    office.give("close_muster", facts, by=by, two=two)


def _watches(here: Seeded) -> None:
    """The watch goes from hand to hand; since this morning Chesnokova has it."""
    for at, left, taken in (
        ("1951-07-09T19:00", "litvin", "vaganov"), ("1951-07-10T07:50", "vaganov", "chesnokova"),
    ):  # fmt: skip
        here.plan(local(at), partial(_watch, here, left, taken))


def _watch(here: Seeded, left: str, taken: str) -> None:
    give = here.office.give
    facts = {"to": taken, "list": _open(here.office), "note": "the courier comes at nine"}
    number = str(give("hand_watch", facts, by=left).answer)
    here.office.clock.pass_(minutes=10)
    give("take_watch", {"watch": number, "list": _open(here.office)}, by=taken)


def _open(office: Office) -> str:
    with office.view() as books:
        return canonical.digest(watches.open_now(books, office.bureau))


if __name__ == "__main__":
    print(seeded(Path(sys.argv[1]).resolve(), language=(sys.argv[2:] or ["en"])[0]).root)
