"""Prepared: what the books say of an act before anybody writes: its subjects, defaults, choices.

What nobody should type (digests, numbers that are taken, the receipt that came in) is worked out
here, when the form is shown and again when it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cablegram.desk.acting import fields, office_acts
from cablegram.desk.acting.fields import Choice, Field, Written
from cablegram.errors import CustodyError
from cablegram.model.acts import RULES, Act
from cablegram.model.names import FILE
from cablegram.model.orders import OFFICE_RULES, OfficeAct, Subject
from cablegram.registry import (
    announced,
    calling,
    entries,
    finding,
    papers,
    restoring,
    returns,
    routes,
    serving,
)
from cablegram.registry.reading import every
from cablegram.sentences import sentence, word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.acts import Fact
    from cablegram.model.custody import Copy
    from cablegram.ports import Shelves

    Hidden = dict[str, Fact]


@dataclass
class Prepared:
    """One act made ready: what is asked, what stands already, what it is about."""

    act: str
    fields: list[Field] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    about: str = ""
    copies: tuple[Copy, ...] = ()

    def set(self, name: str, **changes: Any) -> None:
        """Change a field: what stands in it, what there is to choose, what it is called."""
        self.fields = [replace(f, **changes) if f.name == name else f for f in self.fields]

    def hide(self, **facts: Fact) -> None:
        """Settle facts that nobody writes; empty ones are left out of the order."""
        self.fields = [f for f in self.fields if f.name not in facts]
        self.facts |= {name: value for name, value in facts.items() if value != ""}

    def choose(self, name: str, choices: Sequence[Choice], *, one: bool = True) -> None:
        """Give a field its choices; where there is one alone, it stands there already."""
        value = choices[0].value if one and len(choices) == 1 else ""
        self.set(name, written=Written.CHOICE, choices=tuple(choices), value=value)


@dataclass(frozen=True)
class Asked:
    """What a form is about: the books, who fills it, and what the address or the form says."""

    view: Shelves
    bureau: Bureau
    person: str
    said: Mapping[str, Sequence[str]]
    keys: Sequence[Choice] = ()

    def one(self, name: str) -> str:
        """The value that is said of this name; empty where none is."""
        found = self.said.get(name, ())
        return found[0] if found else ""


_LAST = ("reason", "note", "hand_receipt", "exception", "certificate", "notice")
"""Facts that stand at the end of a form, in this order."""
_NEVER = {
    Act.ISSUE: (),
    Act.PRINT: ("print_number", "digest", "sheets", "verifier", "attachments", "half"),
    Act.DISPATCH: ("transmittal", "limit_at", "limit_to"),
    Act.READ: ("way",),
    Act.REPLACE_SHEET: ("digest",),
}
"""Facts that an act itself brings forth."""


def prepare(act: str, asked: Asked) -> Prepared:
    """An act made ready for whoever fills its form.

    Raises:
        UnknownError, CustodyError: what it is about is not there, or does not allow it.
    """
    if act in OFFICE_RULES:
        rule = OFFICE_RULES[OfficeAct(act)]
        ready = Prepared(act, _fields(rule.needs, rule.may))
        office_acts.prepare(ready, asked)
    else:
        ready = _on_copies(Act(act), asked)
    _fill(ready, asked)
    return ready


def _fields(needs: Sequence[str], may: Sequence[str]) -> list[Field]:
    names = [*needs, *may]
    ordered = [n for n in names if n not in _LAST] + [n for n in _LAST if n in names]
    return [fields.of(name, needed=name in needs) for name in ordered]


def _on_copies(act: Act, asked: Asked) -> Prepared:
    rule = RULES[act]
    never = _NEVER.get(act, ())
    ready = Prepared(
        act.value,
        _fields([n for n in rule.needs if n not in never], [n for n in rule.may if n not in never]),
    )
    if rule.sources:
        _take_copies(ready, act, asked)
    special = _SPECIAL.get(act)
    if special is not None:
        special(ready, asked)
    if any(f.name == "notice" for f in ready.fields):
        ready.choose("notice", _notices(act, ready, asked))
    if any(f.name == "inquiry" for f in ready.fields):
        ready.choose("inquiry", _inquiries(ready, asked))
    return ready


def _take_copies(ready: Prepared, act: Act, asked: Asked) -> None:
    """The copies that the address names, by handle or by number; a telegram's, for its own acts."""
    view = asked.view
    found: dict[str, Copy] = {}
    for said in asked.said.get("copy", ()):
        copy = view.copies.get(said)
        for one in [copy] if copy is not None else serving.copies(view, [said], act):
            found[one.handle] = one
    if not found and (number := asked.one("telegram")):
        telegram = fields.telegram(view, number)
        born = view.copies.find("telegram", telegram.handle)
        found = {copy.handle: copy for copy in born if copy.state in RULES[act].sources}
        ready.labels[telegram.handle] = str(telegram.cable_number or telegram.outgoing_number)
    ready.copies = tuple(found.values())
    seen = dict(zip(asked.said.get("copy", ()), asked.said.get("seq", ()), strict=False))
    ready.subjects = tuple(
        # What the officer looked at counts: a copy that has moved since is refused.
        Subject(
            copy.handle, int(seen[copy.handle]) if seen.get(copy.handle, "").isdigit() else copy.seq
        )
        for copy in ready.copies
    )
    ready.labels |= {copy.handle: finding.name(view, copy) for copy in ready.copies}
    if not ready.copies:
        ready.fields.insert(0, fields.of("copy", needed=True, written=Written.TEXT))


def _fill(ready: Prepared, asked: Asked) -> None:
    """Let stand what the address says of a fact."""
    for one in ready.fields:
        said = asked.one(one.name)
        if said and one.written is not Written.CHOICES and one.name != "copy":
            ready.set(one.name, value=said)


# --- acts on copies -------------------------------------------------------------------------------


def _issue(ready: Prepared, asked: Asked) -> None:
    if not ready.copies:
        ready.set("return_to", needed=False)
        return
    view, bureau = asked.view, asked.bureau
    ends = [returns.latest(view, copy, bureau.now(), bureau) for copy in ready.copies]
    persons = {
        routes.next_reader(view, copy) or (copy.whom if copy.whom != FILE else "")
        for copy in ready.copies
    }
    ready.set("holder", value=persons.pop() if len(persons) == 1 else "")
    ready.set("due_at", value=fields.spelled(min(at for at, _ in ends), bureau.zone))
    ready.set("return_to", value=ends[0][1])


def _hand_over(ready: Prepared, asked: Asked) -> None:
    persons = {routes.next_reader(asked.view, copy) for copy in ready.copies}
    ready.set("holder", value=persons.pop() if len(persons) == 1 else "")


def _dispatch(ready: Prepared, asked: Asked) -> None:
    at = serving.receipt_due(asked.bureau.now())
    hint = sentence("When their receipt is due.")
    ready.set("due_at", value=fields.spelled(at, asked.bureau.zone), hint=hint)
    ready.set("due_at", label=sentence("Receipt due"))


def _print(ready: Prepared, _: Asked) -> None:
    telegrams = {copy.telegram for copy in ready.copies}
    if len(telegrams) == 1:
        ready.about = telegrams.pop()


def _allot(ready: Prepared, asked: Asked) -> None:
    view = asked.view
    if not asked.one("telegram"):
        ready.hide(copy="", made="")
        ready.fields.insert(0, fields.of("telegram", needed=True))
        return
    telegram = fields.telegram(view, asked.one("telegram"))
    number = restoring.next_copy(view, telegram, asked.bureau)
    ready.hide(copy=number, made=number)
    ready.subjects = (Subject(telegram.handle, entries.next_seq(view, telegram.handle) - 1),)
    ready.labels[telegram.handle] = str(telegram.cable_number)
    consents = [
        Choice(call.row.digest, sentence("their notice, outer {outer}", outer=call.outer))
        for call in calling.calls(view, asked.bureau)
        if call.said.kind == "consented" and call.said.letter == telegram.letter
    ]
    if consents:
        ready.choose("consent", consents)
    else:
        ready.set(
            "consent",
            written=Written.TEXT,
            hint=sentence("The digest of what they agreed in, or of its scan."),
        )


def _accept(ready: Prepared, asked: Asked) -> None:
    offers = announced.offers(asked.view, asked.bureau)
    chosen = asked.one("offer")
    choices = [
        Choice(
            f"{one.transmittal} {one.item.owner} {one.item.cable}/{one.item.copy}",
            sentence(
                "{name} of {owner}, from {office}",
                name=f"{one.item.cable}/{one.item.copy}",
                owner=one.item.owner,
                office=one.office,
            ),
        )
        for one in offers
    ]
    ready.hide(made="", print_number="", transmittal="")
    by_value = dict(zip((choice.value for choice in choices), offers, strict=True))
    if chosen in by_value:
        item = by_value[chosen].item
        ready.hide(
            owner=item.owner, owner_cable=item.cable, owner_copy=item.copy, owner_number="",
            transmittal=by_value[chosen].transmittal, limit_at=item.limit_at,
            limit_to=item.limit_to, dated_at="", content="",
        )  # fmt: skip
        ready.labels["offer"] = chosen
    else:
        ready.hide(owner_cable="")
        if choices:
            label = sentence("Announced copy")
            hint = sentence("Leave it empty for a paper from an office without Cablegram.")
            offer = Field("offer", label, Written.CHOICE, hint, choices=tuple(choices))
            ready.fields.insert(0, offer)
    ready.set("incoming", needed=False)


def _come_back(ready: Prepared, asked: Asked) -> None:
    under = {announced.came_under(asked.view, copy, asked.bureau) for copy in ready.copies}
    ready.hide(transmittal=under.pop() if len(under) == 1 else "")


def _receipted(ready: Prepared, asked: Asked) -> None:
    """What their receipt says, and nothing that anybody types."""
    for copy in ready.copies:
        found = papers.answered(asked.view, copy, asked.bureau)
        if found is None or found.act.value != ready.act or len(ready.copies) != 1:
            raise CustodyError(
                "no receipt that says so has come in for {copy}",
                hint="Take in what the line holds, then look again.",
                copy=finding.name(asked.view, copy),
            )
        ready.hide(**found.facts)
    ready.fields = [f for f in ready.fields if f.name in {"note", "reason", "copy"}]


def _settle(ready: Prepared, asked: Asked) -> None:
    from cablegram.registry import disputes

    outcome = "back" if ready.act == Act.SETTLE_BACK.value else "there"
    words = {disputes.their_word(asked.view, copy, outcome) for copy in ready.copies}
    ready.hide(receipt=words.pop() if len(words) == 1 else "")


def _correct(ready: Prepared, asked: Asked) -> None:
    from cablegram.model.orders import act_named

    choices: list[Choice] = []
    for copy in ready.copies[:1]:
        life = list(finding.life(asked.view, copy.handle))
        countered = {
            int(entries.facts(entry)["entry"]) for _, entry in life if entry.act == "correct"
        }
        choices = [
            Choice(
                str(index), sentence("entry {index}: {act}", index=index, act=act_named(entry.act))
            )
            for index, entry in reversed(life)
            if index not in countered and entry.act != "correct"
        ]
    ready.choose("entry", choices)
    if choices:
        ready.set("entry", value=choices[0].value)
    ready.set("task", needed=False)
    ready.choose("task", _tasks(ready, asked))


def _fulfil(ready: Prepared, asked: Asked) -> None:
    if task := asked.one("task"):
        row = asked.view.tasks.get(int(task)) if task.isdigit() else None
        copy = None if row is None else asked.view.copies.get(row.copy)
        if copy is not None and not ready.copies:
            again = replace(asked, said={**asked.said, "copy": (copy.handle,)})
            ready.fields = [f for f in ready.fields if f.name != "copy"]
            _take_copies(ready, Act.FULFIL, again)
    ready.choose("task", _tasks(ready, asked))


def _verify(ready: Prepared, asked: Asked) -> None:
    choices = [
        Choice(str(row.number), sentence("standing order {number}", number=row.number))
        for row in asked.view.waivers.find()
        if not row.until_index and row.person == asked.person
    ]
    ready.choose("waiver", choices, one=False)
    if not choices:
        ready.hide(waiver="")


def _describe(ready: Prepared, asked: Asked) -> None:
    if number := asked.one("telegram"):
        telegram = fields.telegram(asked.view, number)
        seq = entries.next_seq(asked.view, telegram.handle) - 1
        ready.subjects = (Subject(telegram.handle, seq),)
        ready.copies = ()
        ready.labels[telegram.handle] = str(telegram.cable_number or telegram.outgoing_number)
        ready.fields = [f for f in ready.fields if f.name != "copy"]


def _reprint(ready: Prepared, _: Asked) -> None:
    if len(ready.copies) == 1:
        ready.set("sheets", value=str(ready.copies[0].sheets))


def _miss(ready: Prepared, asked: Asked) -> None:
    choices = [
        Choice(str(row.number), sentence("muster {number}", number=row.number))
        for row in every(asked.view.musters)
    ]
    ready.choose("muster", choices[::-1], one=False)


def _notices(act: Act, ready: Prepared, asked: Asked) -> list[Choice]:
    handles = {copy.handle for copy in ready.copies}
    return [
        Choice(
            call.row.digest,
            sentence("outer {outer}: {kind}", outer=call.outer, kind=word(call.said.kind, "kind")),
        )
        for call in calling.calls(asked.view, asked.bureau)
        if call.act is act and handles & {copy.handle for copy in call.copies}
    ]


def _inquiries(ready: Prepared, asked: Asked) -> list[Choice]:
    return [
        Choice(str(row.number), sentence("inquiry {number}", number=row.number))
        for copy in ready.copies
        for row in asked.view.inquiries.find("copy", copy.handle)
    ]


def _tasks(ready: Prepared, asked: Asked) -> list[Choice]:
    telegrams = {copy.telegram for copy in ready.copies if copy.telegram}
    handles = {copy.handle for copy in ready.copies}
    return [
        Choice(
            str(row.number),
            sentence("task {number}, of {person}", number=row.number, person=row.person),
        )
        for row in every(asked.view.tasks)
        if row.state == "open" and (row.copy in handles or row.telegram in telegrams)
    ]


_SPECIAL: Mapping[Act, Callable[[Prepared, Asked], None]] = {
    Act.ISSUE: _issue,
    Act.HAND_OVER: _hand_over,
    Act.DISPATCH: _dispatch,
    Act.PRINT: _print,
    Act.ALLOT: _allot,
    Act.ACCEPT: _accept,
    Act.COME_BACK: _come_back,
    Act.RECEIPTED: _receipted,
    Act.GIVE_BACK: _receipted,
    Act.DISPUTE: _receipted,
    Act.SETTLE_THERE: _settle,
    Act.SETTLE_BACK: _settle,
    Act.CORRECT: _correct,
    Act.FULFIL: _fulfil,
    Act.VERIFY: _verify,
    Act.DESCRIBE: _describe,
    Act.REPRINT: _reprint,
    Act.MISS: _miss,
}
