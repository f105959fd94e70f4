"""Office acts: what the books say of an act on an office, a telegram or a person beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.desk.acting import fields
from cablegram.desk.acting.fields import Choice, Written
from cablegram.errors import CustodyError, UnknownError
from cablegram.model.orders import OfficeAct, Subject
from cablegram.model.roles import Role
from cablegram.registry import (
    calling,
    custodians,
    finding,
    mustering,
    notifying,
    offices,
    serving,
    tallies,
    tracing,
    watches,
    watching,
    years,
)
from cablegram.registry.reading import every
from cablegram.sentences import sentence, term, word
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cablegram.desk.acting.prepared import Asked, Prepared

RELATIONS = ("in_reply_to", "see_also", "supplements", "corrects", "cancels")


def prepare(ready: Prepared, asked: Asked) -> None:
    """An office act made ready.

    Raises:
        UnknownError, CustodyError: what it is about is not there, or does not allow it.
    """
    special = _SPECIAL.get(OfficeAct(ready.act))
    if special is not None:
        special(ready, asked)


def _words(context: str, *names: str) -> list[Choice]:
    return [Choice(name, word(name, context)) for name in names]


def _appoint(ready: Prepared, asked: Asked) -> None:
    if asked.keys:
        ready.choose("key_line", asked.keys, one=False)
        ready.set("key_line", label=sentence("Their passkey"), hint="")
    roles = [Choice(role.value, term(role)) for role in Role]
    ready.set("role", choices=tuple(roles), written=Written.CHOICES)
    ready.set("person", written=Written.TEXT)
    ready.set("person", hint=sentence("Their id: small letters, as in chesnokova."))


def _relieve(ready: Prepared, asked: Asked) -> None:
    person = asked.one("person")
    keys = [
        Choice(row.key, f"{row.role} · {row.key[7:19]}")
        for row in asked.view.officers.find("", person)
        if not row.until_index
    ]
    ready.choose("key", keys, one=False)
    ready.set("key", hint=sentence("Empty ends all their appointments."))
    charge = Choice("open", sentence("are left to nobody until they are counted"))
    ready.choose("charge", [charge], one=False)


def _proxy(ready: Prepared, _: Asked) -> None:
    ready.choose("may", _words("may", "receive", "open"), one=False)
    ready.set("person", label=sentence("Proxy"))


def _waive(ready: Prepared, _: Asked) -> None:
    ready.choose("what", [Choice("verify", word("verify", "Act"))])


def _unwaive(ready: Prepared, asked: Asked) -> None:
    rows = [row for row in asked.view.waivers.find() if not row.until_index]
    named = sentence
    choices = [
        Choice(str(r.number), named("{what}, {person}", what=r.what, person=r.person)) for r in rows
    ]
    ready.choose("number", choices)


def _correspond(ready: Prepared, _: Asked) -> None:
    ready.hide(office="")
    ready.choose("compared", [Choice("yes", sentence("were compared and agree"))], one=False)


def _draft(ready: Prepared, asked: Asked) -> None:
    rows = [row for row in every(asked.view.drafts) if row.state != "released"]
    choices = [Choice(r.digest, sentence("draft {number}", number=r.number)) for r in rows]
    ready.choose("draft", choices)


def _release(ready: Prepared, asked: Asked) -> None:
    _draft(ready, asked)
    ready.about = asked.one("draft")


def _open(ready: Prepared, asked: Asked) -> None:
    rows = list(every(asked.view.incoming, "state", "waiting"))
    choices = [
        Choice(
            row.digest,
            sentence("outer {outer} from {office}", outer=row.outer_number, office=row.claimed),
        )
        for row in rows
        if row.kind == "telegram"
    ]
    ready.choose("sealed", choices)
    if outer := asked.one("outer"):
        ready.set("sealed", value=serving.to_open(asked.view, outer).digest)
    ready.about = asked.one("sealed")


def _musters(asked: Asked, state: str = mustering.OPEN) -> list[Choice]:
    return [
        Choice(str(row.number), sentence("muster {number}", number=row.number))
        for row in every(asked.view.musters)
        if row.state == state
    ]


def _muster(ready: Prepared, asked: Asked) -> None:
    ready.set("cut_off", needed=False)
    ready.set("sighted", needed=True)
    if not asked.one("cut_off"):
        ready.facts["cut_off"] = asked.bureau.now()


def _open_muster(ready: Prepared, asked: Asked) -> None:
    calls = [
        Choice(one.digest, sentence("of {office}", office=one.office))
        for one in tallies.waiting(asked.view)
    ]
    ready.choose("call", calls, one=False)
    if not calls:
        ready.hide(call="")
    for one in tallies.waiting(asked.view):
        if one.digest == asked.one("call"):
            ready.set("office", value=one.office)


def _sight(ready: Prepared, asked: Asked) -> None:
    ready.choose("muster", _musters(asked))


def _close_muster(ready: Prepared, asked: Asked) -> None:
    ready.choose("muster", _musters(asked))
    ready.hide(outcome="")
    if number := asked.one("muster"):
        row = mustering.opened(asked.view, number)
        outcome = mustering.encode(asked.view, mustering.conclude_now(asked.view, row))
        ready.facts["outcome"] = canonical.digest(outcome)


def _call_muster(ready: Prepared, asked: Asked) -> None:
    ready.choose("muster", _musters(asked))


def _match_muster(ready: Prepared, asked: Asked) -> None:
    ready.choose("muster", _musters(asked, mustering.CLOSED))
    ready.hide(matched="")
    number, office = asked.one("muster"), asked.one("office")
    if number and office:
        count = tallies.count_with(asked.view, number, office, asked.bureau)
        found = tallies.matched(asked.view, count, asked.bureau)
        if found is None:
            raise CustodyError(
                "the counts of both offices are not there yet",
                hint="Close ours, and take in what the line holds.",
            )
        ready.facts["matched"] = canonical.digest(tallies.encode(count, found, asked.bureau))


def _alarm(ready: Prepared, asked: Asked) -> None:
    choices = [
        Choice(
            str(row.number), sentence("alarm {number}: {words}", number=row.number, words=row.words)
        )
        for row in asked.view.alarms.find("state", "open")
    ]
    ready.choose("number", choices)
    ready.set("number", label=sentence("Alarm"))


def _agree(ready: Prepared, asked: Asked) -> None:
    ready.choose("outcome", _words("outcome", "there", "back"), one=False)
    ready.hide(transmittal="", owner="", owner_cable="", owner_copy="")
    for said in asked.said.get("copy", ())[:1]:
        copy = asked.view.copies.get(said) or serving.one(asked.view, said)
        ready.subjects = (Subject(copy.handle, copy.seq),)
        ready.labels[copy.handle] = finding.name(asked.view, copy)


def _inquiry(ready: Prepared, asked: Asked) -> None:
    choices = [
        Choice(str(row.number), sentence("inquiry {number}", number=row.number))
        for row in asked.view.inquiries.find("state", "open")
    ]
    ready.choose("inquiry", choices)
    ready.choose("ruling", _words("ruling", "lost", "found", "contained", "explained"), one=False)


def _inquire(ready: Prepared, asked: Asked) -> None:
    copy = asked.view.copies.get(asked.one("copy"))
    if copy is not None:
        ready.hide(copy=copy.handle)
        ready.labels[copy.handle] = finding.name(asked.view, copy)


def _notice(ready: Prepared, asked: Asked) -> None:
    choices = [
        Choice(str(row.number), sentence("notice {number} to {to}", number=row.number, to=row.to))
        for row in asked.view.notices.find("state", "owed")
    ]
    ready.choose("number", choices)
    ready.set("number", label=sentence("Notice that was given"))


def _ask(ready: Prepared, asked: Asked) -> None:
    kinds = ("asks_extension", "asks_consent", "asks_regrade")
    ready.choose("kind", _words("kind", *kinds), one=False)
    for said in asked.said.get("copy", ())[:1]:
        copy = asked.view.copies.get(said) or serving.one(asked.view, said)
        office = notifying.upstream(asked.view, copy, asked.bureau)
        born = asked.view.telegrams.get(copy.telegram)
        letter = "" if copy.owner or born is None else born.letter
        ready.hide(office=office, letter=letter)
        ready.subjects = (Subject(copy.handle, copy.seq),) if copy.owner else ()
        ready.labels[copy.handle] = finding.name(asked.view, copy)
    if number := asked.one("telegram"):
        telegram = fields.telegram(asked.view, number)
        ready.hide(office=telegram.office, letter=telegram.letter)


def _notify(ready: Prepared, asked: Asked) -> None:
    ready.choose("kind", _words("kind", "regraded", "declassified", "compromised"), one=False)
    if outer := asked.one("outer"):
        _answer_call(ready, asked, int(outer) if outer.isdigit() else 0)
    elif number := asked.one("telegram"):
        ready.hide(letter=fields.telegram(asked.view, number).letter, answers="", count="")
    else:
        ready.hide(answers="", count="")


def _answer_call(ready: Prepared, asked: Asked, outer: int) -> None:
    """Yes or no to what another office has asked."""
    call = calling.call(asked.view, outer, asked.bureau)
    if not call.tells:
        raise UnknownError(
            "outer {outer} asks for no answer of ours",
            hint="Order the act that it allows, or set it aside.",
            outer=outer,
        )
    ready.choose("kind", _words("kind", call.tells, "declined"), one=False)
    ready.hide(office=call.said.office, answers=call.row.digest)
    if asked.one("kind") == "declined":
        ready.hide(letter="", level="", count="")
    elif call.said.level:
        ready.hide(letter=call.said.letter, level=call.said.level, count="")
    else:
        ready.hide(letter=call.said.letter, level="", count=call.said.count)


def _calls(ready: Prepared, asked: Asked) -> None:
    calls = calling.calls(asked.view, asked.bureau)
    choices = [
        Choice(
            one.row.digest,
            sentence("outer {outer}: {kind}", outer=one.outer, kind=word(one.said.kind, "kind")),
        )
        for one in calls
    ]
    ready.choose("notice", choices)
    for one in calls:
        if str(one.outer) == asked.one("outer"):
            ready.set("notice", value=one.row.digest)
    says = ("returning", "sent_again", "not_here")
    ready.choose("says", _words("answer", *says), one=False)


def _refer(ready: Prepared, _: Asked) -> None:
    ready.choose("relation", _words("Relation", *RELATIONS), one=False)
    ready.set("number", written=Written.TEXT, label=sentence("Or their number"))


def _trace(ready: Prepared, asked: Asked) -> None:
    ready.hide(nth="")
    if said := asked.one("copy"):
        copy = asked.view.copies.get(said) or serving.one(asked.view, said)
        ready.hide(copy=copy.handle, telegram="", office="")
        ready.facts["nth"] = str(len(tracing.of_copy(asked.view, copy)) + 1)
        ready.labels[copy.handle] = finding.name(asked.view, copy)
    elif (number := asked.one("telegram")) and (office := asked.one("office")):
        telegram = fields.telegram(asked.view, number)
        ready.hide(copy="")
        ready.facts["nth"] = str(len(tracing.of_telegram(asked.view, telegram, office)) + 1)


def _hand_watch(ready: Prepared, asked: Asked) -> None:
    ready.hide(list=canonical.digest(watches.open_now(asked.view, asked.bureau)))
    ready.set("to", written=Written.PERSON, label=sentence("Who takes it over"))


def _take_watch(ready: Prepared, asked: Asked) -> None:
    row = watching.handed(asked.view, asked.bureau)
    if row is None:
        raise UnknownError(
            "no watch waits to be taken over", hint="Have whoever has it hand it over first."
        )
    listed = canonical.digest(watches.open_now(asked.view, asked.bureau))
    ready.hide(watch=str(row.number), list=listed)


def _take_charge(ready: Prepared, asked: Asked) -> None:
    series = asked.one("series") or "*"
    ready.set("series", value=series)
    ready.hide(outcome="", unsighted="", muster="")
    row = custodians.fresh(asked.view, series, asked.bureau.now())
    if row is not None and row.state == mustering.CLOSED:
        ready.facts |= {
            "muster": str(row.number),
            "outcome": canonical.digest(row.outcome),
            "unsighted": str(len(mustering.still_unsighted(asked.view, row))),
        }


def _close_year(ready: Prepared, asked: Asked) -> None:
    view, bureau = asked.view, asked.bureau
    year = asked.one("year") or str(years.year_of(bureau.now(), bureau) - 1)
    letter = offices.series(view, asked.one("series")).letter
    ready.set("year", value=year)
    ready.set("series", value=letter)
    ready.hide(statement="")
    if asked.one("year"):
        said = years.statement(view, years.read_year(year), letter, bureau)
        ready.facts["statement"] = canonical.digest(said)


def _review(ready: Prepared, _: Asked) -> None:
    ready.choose("what", _words("review", "classification", "retention"), one=False)
    decisions = ("keep", "regrade", "declassify", "destroy")
    ready.choose("decision", _words("review decision", *decisions), one=False)


def _settle(ready: Prepared, _: Asked) -> None:
    hint = sentence("cover/NAME, person/ID, heading/OFFICE, numbers/cable, series, series/T.")
    ready.set("name", hint=hint)
    ready.set("value", written=Written.LONG)


_SPECIAL: Mapping[OfficeAct, Callable[[Prepared, Asked], None]] = {
    OfficeAct.APPOINT: _appoint,
    OfficeAct.RELIEVE: _relieve,
    OfficeAct.PROXY: _proxy,
    OfficeAct.UNPROXY: lambda ready, _: ready.set("person", label=sentence("Proxy")),
    OfficeAct.WAIVE: _waive,
    OfficeAct.UNWAIVE: _unwaive,
    OfficeAct.CORRESPOND: _correspond,
    OfficeAct.SETTLE: _settle,
    OfficeAct.CLEAR: _draft,
    OfficeAct.OBJECT: _draft,
    OfficeAct.RELEASE: _release,
    OfficeAct.OPEN: _open,
    OfficeAct.MUSTER: _muster,
    OfficeAct.OPEN_MUSTER: _open_muster,
    OfficeAct.SIGHT: _sight,
    OfficeAct.CLOSE_MUSTER: _close_muster,
    OfficeAct.CALL_MUSTER: _call_muster,
    OfficeAct.MATCH_MUSTER: _match_muster,
    OfficeAct.ALARM: _alarm,
    OfficeAct.AGREE: _agree,
    OfficeAct.INQUIRE: _inquire,
    OfficeAct.FINDING: _inquiry,
    OfficeAct.RULE: _inquiry,
    OfficeAct.NOTICE: _notice,
    OfficeAct.ASK: _ask,
    OfficeAct.NOTIFY: _notify,
    OfficeAct.SET_ASIDE: _calls,
    OfficeAct.ANSWER: _calls,
    OfficeAct.REFER: _refer,
    OfficeAct.TRACE: _trace,
    OfficeAct.HAND_WATCH: _hand_watch,
    OfficeAct.TAKE_WATCH: _take_watch,
    OfficeAct.TAKE_CHARGE: _take_charge,
    OfficeAct.CLOSE_YEAR: _close_year,
    OfficeAct.REVIEW: _review,
}
