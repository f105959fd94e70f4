"""Performing an order: one page, one act, whatever the act is; a repeat is a result.

The page's key is the order's digest, so that an order given again after a crash, or by a
second process, is told what came of it the first time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cablegram.errors import OrderError
from cablegram.ledger import log
from cablegram.model.acts import Act
from cablegram.model.orders import OfficeAct, act_named
from cablegram.registry import (
    alarms,
    backups,
    charging,
    consents,
    custodians,
    custody,
    denials,
    describing,
    disputes,
    drafts,
    entering,
    entries,
    inquiries,
    mustering,
    musters,
    notices,
    notifying,
    offices,
    orders,
    passing,
    readers,
    references,
    restoring,
    reviewing,
    roster,
    screens,
    service,
    standing,
    tallies,
    tracing,
    watches,
    years,
)
from cablegram.sentences import word
from cablegram.wire import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cablegram.bureau import Bureau
    from cablegram.model.orders import SignedOrder
    from cablegram.ports import Page
    from cablegram.registry.orders import Given

ROOM_ONLY = frozenset(
    {OfficeAct.RELEASE.value, OfficeAct.OPEN.value, OfficeAct.READ_NOTE.value}
    | {OfficeAct.READ_DRAFT.value, Act.PRINT.value}
)
"""Acts that the cipher room carries out, on pages of its own."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an order came to: handles of the copies it moved, and what else it answers."""

    order: str
    copies: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same order again: nothing was done now, and this came of it then."""

    done: Done


def perform(signed: Sequence[SignedOrder], bureau: Bureau, *, matter: bytes = b"") -> Done | Repeat:
    """Carry out one order (and the one that seconds it) on a page of its own.

    ``matter`` is what the order names by digest: a correspondent's card, the list of what a
    muster saw (a name a line), or that of an opening balance.

    Raises:
        OrderError, CustodyError, UnknownError, MalformedError: nothing was changed.
        LedgerError: the books are behind their own published checkpoint.
        StorageError: it could not be made durable; give the same order again.
    """
    with denials.logged(signed, bureau):
        return _perform(signed, bureau, matter)


def _perform(signed: Sequence[SignedOrder], bureau: Bureau, matter: bytes) -> Done | Repeat:
    key = canonical.digest(signed[0].body) if signed else ""
    with bureau.books.page(f"order {key}") as page:
        if page.repeated is not None:
            return Repeat(_read(key, page.repeated))
        # Books behind their own published checkpoint are an old backup: nothing goes on them.
        log.hold(page, bureau)
        given = orders.check(page, signed, bureau)
        if given.first.act in ROOM_ONLY:
            raise OrderError(
                "{act} is the cipher room's to carry out",
                hint="Give the order to the room.",
                act=act_named(given.first.act),
            )
        orders.hold_unspent(page, given)
        done = act(page, given, matter, bureau)
        page.answer.value = canonical.encode({"copies": list(done.copies), "answer": done.answer})
        screens.destroy_shares(given.first.act, done.copies, bureau)
    return done


def act(page: Page, given: Given, matter: bytes, bureau: Bureau) -> Done:
    """What an order that passed brings about, on this page; whose it is, is asked before."""
    ordered = given.first.act
    if ordered in _COPY_ACTS:
        moved = _COPY_ACTS[ordered](page, given, bureau)
        return Done(given.digest, tuple(copy.handle for copy in moved.copies))
    if ordered in {a.value for a in Act}:
        moved = custody.move_given(page, given, bureau, {})
        return Done(given.digest, tuple(copy.handle for copy in moved.copies))
    founding = given.first.officer == bureau.name and not roster.persons_in_post(page)
    orders.needs_two(given, offices.two_by_series(page), founding=founding)
    answer = _OFFICE_ACTS[ordered](page, given, matter, bureau)
    if page.orders.get(given.digest) is None:
        orders.keep(page, given, entries.size(page) - 1)
    return Done(given.digest, (), answer)


def _allot(page: Page, given: Given, bureau: Bureau) -> custody.Moved:
    if len(given.first.subjects) != 1:
        raise OrderError("an extra copy is of one telegram", hint="Name that telegram alone.")
    subject = given.first.subjects[0]
    telegram = page.telegrams.get(subject.handle)
    if telegram is None or telegram.direction != "in":
        raise OrderError("the order names no telegram of ours", hint="Look it up again.")
    service.check_stands(page, telegram, word("made", "cannot be"), bureau)
    consent = consents.check(page, telegram, given.first.facts, bureau)
    copy = entering.allot_extra(page, given, telegram, bureau)
    consents.served(page, telegram, consent)
    return custody.Moved((copy,), entries.size(page) - 1)


def _told(page: Page, given: Given, bureau: Bureau) -> custody.Moved:
    """An act that another office is told of, on the page of the act."""
    before = {s.handle: page.copies.get(s.handle) for s in given.first.subjects}
    moved = custody.move_given(page, given, bureau, {})
    notifying.told(page, given, {h: c for h, c in before.items() if c is not None}, moved, bureau)
    return moved


_COPY_ACTS: dict[str, Callable[[Page, Given, Bureau], custody.Moved]] = {
    Act.ALLOT.value: _allot,
    Act.ACCEPT.value: passing.accept,
    Act.DESCRIBE.value: describing.describe,
    Act.DISPATCH.value: passing.dispatch,
    Act.COME_BACK.value: passing.come_back,
    Act.FULFIL.value: passing.fulfil,
    Act.SETTLE_THERE.value: disputes.settle,
    Act.SETTLE_BACK.value: disputes.settle,
    **{act.value: _told for act in notifying.TELLS},
}


def _appoint(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return roster.appoint(page, given, bureau).person


def _relieve(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    custodians.check_relief(page, given, bureau)
    return roster.relieve(page, given, bureau).person


def _proxy(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return standing.name_proxy(page, given, bureau).person


def _unproxy(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return standing.end_proxy(page, given, bureau).person


def _waive(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(standing.waive(page, given, bureau).number)


def _unwaive(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(standing.end_waiver(page, given, bureau).number)


def _enrol(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return readers.enrol(page, given, bureau)


def _unenrol(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return readers.unenrol(page, given, bureau)


def _correspond(page: Page, given: Given, matter: bytes, bureau: Bureau) -> str:
    return offices.know(page, given, matter, bureau).office


def _settle(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    offices.settle(page, given, bureau)
    return str(given.first.facts["name"])


def _draft(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(drafts.draft(page, given, bureau).number)


def _speak(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(drafts.speak(page, given, bureau).number)


def _charge(page: Page, given: Given, matter: bytes, bureau: Bureau) -> str:
    taken = charging.take(page, given, matter, bureau)
    return f"{taken.telegrams} {taken.copies}"


def _muster(page: Page, given: Given, matter: bytes, bureau: Bureau) -> str:
    held = musters.hold(page, given, musters.read_list(matter), bureau)
    return str(held.number)


def _call_muster(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return tallies.call(page, given, bureau)


def _match_muster(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return tallies.match(page, given, bureau)


def _open_muster(page: Page, given: Given, matter: bytes, bureau: Bureau) -> str:
    tallies.check_call(page, given, bureau)
    return str(mustering.open_(page, given, musters.read_list(matter), bureau).number)


def _sight(page: Page, given: Given, matter: bytes, bureau: Bureau) -> str:
    return str(mustering.sight(page, given, musters.read_list(matter), bureau).number)


def _close_muster(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    row = mustering.close(page, given, bureau)
    tallies.closed(page, given, row.number, bureau)
    return str(row.number)


def _alarm(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(alarms.close(page, given, bureau).number)


def _contest(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return disputes.contest(page, given, bureau)


def _agree(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return disputes.agree(page, given, bureau)


def _inquire(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(inquiries.inquire(page, given, bureau).number)


def _finding(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(inquiries.finding(page, given, bureau).number)


def _rule(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(inquiries.rule(page, given, bureau).number)


def _notice(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(notices.give(page, given, bureau).number)


def _notify(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return notifying.notify(page, given, bureau)


def _set_aside(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return notifying.set_aside(page, given, bureau)


def _refer(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(references.refer(page, given, bureau).number)


def _trace(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(tracing.trace(page, given, bureau).number)


def _answer(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return tracing.answer(page, given, bureau)


def _hand_watch(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(watches.hand(page, given, bureau).number)


def _take_watch(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(watches.take(page, given, bureau).number)


def _take_charge(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return custodians.take(page, given, bureau)


def _close_year(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(years.close(page, given, bureau).year)


def _review(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return str(reviewing.review(page, given, bureau).number)


def _back_up(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return backups.note(page, given, bureau)


def _restore(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return restoring.begin(page, given, bureau)


def _stand(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return restoring.stand(page, given, bureau)


def _resume(page: Page, given: Given, _: bytes, bureau: Bureau) -> str:
    return restoring.resume(page, given, bureau)


_OFFICE_ACTS: dict[str, Callable[[Page, Given, bytes, Bureau], str]] = {
    OfficeAct.APPOINT.value: _appoint,
    OfficeAct.RELIEVE.value: _relieve,
    OfficeAct.PROXY.value: _proxy,
    OfficeAct.UNPROXY.value: _unproxy,
    OfficeAct.WAIVE.value: _waive,
    OfficeAct.UNWAIVE.value: _unwaive,
    OfficeAct.ENROL.value: _enrol,
    OfficeAct.UNENROL.value: _unenrol,
    OfficeAct.CORRESPOND.value: _correspond,
    OfficeAct.SETTLE.value: _settle,
    OfficeAct.CHARGE.value: _charge,
    OfficeAct.DRAFT.value: _draft,
    OfficeAct.CLEAR.value: _speak,
    OfficeAct.OBJECT.value: _speak,
    OfficeAct.MUSTER.value: _muster,
    OfficeAct.OPEN_MUSTER.value: _open_muster,
    OfficeAct.SIGHT.value: _sight,
    OfficeAct.CLOSE_MUSTER.value: _close_muster,
    OfficeAct.CALL_MUSTER.value: _call_muster,
    OfficeAct.MATCH_MUSTER.value: _match_muster,
    OfficeAct.ALARM.value: _alarm,
    OfficeAct.RESTORE.value: _restore,
    OfficeAct.STAND.value: _stand,
    OfficeAct.RESUME.value: _resume,
    OfficeAct.CONTEST.value: _contest,
    OfficeAct.AGREE.value: _agree,
    OfficeAct.INQUIRE.value: _inquire,
    OfficeAct.FINDING.value: _finding,
    OfficeAct.RULE.value: _rule,
    OfficeAct.NOTICE.value: _notice,
    OfficeAct.ASK.value: _notify,
    OfficeAct.NOTIFY.value: _notify,
    OfficeAct.SET_ASIDE.value: _set_aside,
    OfficeAct.REFER.value: _refer,
    OfficeAct.TRACE.value: _trace,
    OfficeAct.ANSWER.value: _answer,
    OfficeAct.HAND_WATCH.value: _hand_watch,
    OfficeAct.TAKE_WATCH.value: _take_watch,
    OfficeAct.TAKE_CHARGE.value: _take_charge,
    OfficeAct.CLOSE_YEAR.value: _close_year,
    OfficeAct.REVIEW.value: _review,
    OfficeAct.BACK_UP.value: _back_up,
}


def _read(key: str, answer: bytes) -> Done:
    said = canonical.decode(answer, what="the answer of a page")
    copies = said["copies"]
    assert isinstance(copies, list), "perform writes the copies as a list"
    return Done(key, tuple(str(handle) for handle in copies), str(said["answer"]))
