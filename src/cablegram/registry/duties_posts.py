"""Duties about posts: appointments, proxies and standing orders that end, or have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import OrderError
from cablegram.model.roles import read_roles
from cablegram.registry import custodians, roster, watching
from cablegram.registry.duty import Asked, Duty, Grade
from cablegram.registry.reading import every
from cablegram.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator


def appointments(asked: Asked) -> Iterator[Duty]:
    """Appointments with an end that is near or past: relieve, and appoint anew who goes on."""
    for row in every(asked.page.officers):
        if not row.until_index and "" < row.until_at < asked.until:
            roles = row.role.replace(" ", ", ")
            words = sentence("{roles}{ends}", roles=roles, ends=_ends(asked, row.until_at))
            key = f" --key {row.key}" * _others(asked, row.person, row.since_index)
            command = f"cablegram --second WHO officer relieve {row.person}{key} --reason WHY"
            yield _ending(asked, "post ends", row.person, words, command, row.until_at)


def proxies(asked: Asked) -> Iterator[Duty]:
    """Proxies with an end that is near or past."""
    for row in every(asked.page.proxies):
        if not row.until_index and "" < row.until_at < asked.until:
            words = sentence(
                "for {holder}{ends}", holder=row.holder, ends=_ends(asked, row.until_at)
            )
            command = f"cablegram proxy end {row.holder} {row.person} --reason WHY"
            yield _ending(asked, "proxy ends", row.person, words, command, row.until_at)


def waivers(asked: Asked) -> Iterator[Duty]:
    """Standing orders of the chief with an end that is near or past."""
    for row in every(asked.page.waivers):
        if not row.until_index and "" < row.until_at < asked.until:
            ends = _ends(asked, row.until_at)
            words = sentence("{person}, {what}{ends}", person=row.person, what=row.what, ends=ends)
            command = f"cablegram waiver end {row.number} --reason WHY"
            yield _ending(asked, "waiver ends", str(row.number), words, command, row.until_at)


def watch(asked: Asked) -> Iterator[Duty]:
    """A watch that was handed over and nobody took, or that somebody not in post has."""
    try:
        row = watching.handed(asked.page, asked.bureau)
        has = watching.holder(asked.page, asked.bureau)
    except OrderError as refused:
        yield Duty("watch", Grade.LATE, "", str(refused), "cablegram audit")
        return
    if row is not None:
        words = sentence(
            "from {outgoing}, waits for {incoming}", outgoing=row.outgoing, incoming=row.incoming
        )
        command = f"cablegram --as {row.incoming} watch take"
        yield Duty("watch", Grade.TODAY, str(row.number), words, command, row.handed_at)
    elif has and not roster.roles_of(asked.page, has, asked.at):
        words = sentence("{holder} has it, and is not in post", holder=has)
        command = "cablegram --as CHIEF watch hand --to WHO --note WHY"
        yield Duty("watch", Grade.LATE, has, words, command)


def charge(asked: Asked) -> Iterator[Duty]:
    """Copies for which nobody in post answers, or soon nobody will."""
    try:
        taken = custodians.charges(asked.page, asked.bureau)
    except OrderError as refused:
        yield Duty("charge", Grade.LATE, "", str(refused), "cablegram audit")
        return
    apart = frozenset(taken) - {custodians.ALL}
    for series, person in taken.items():
        if custodians.has_copies(asked.page, series, apart):
            yield from _charge(asked, series, person)
    appointed = custodians.custodians(asked.page)
    if not taken and appointed and custodians.has_copies(asked.page, custodians.ALL):
        words = sentence("{person} is custodian, and has not taken charge", person=appointed[0])
        yield _take_charge(asked, Grade.TODAY, custodians.ALL, words, appointed[0], "CHIEF")


def _charge(asked: Asked, series: str, person: str) -> Iterator[Duty]:
    rows = [row for row in asked.page.officers.find("", person) if not row.until_index]
    fit = [row for row in rows if read_roles(row.role) & custodians.ANSWERS]
    ends = (
        "" if any(not row.until_at for row in fit) else max((r.until_at for r in fit), default="")
    )
    if not fit or "" < ends <= asked.at:
        words = sentence("{person} answered for them, and is not in post", person=person)
        yield _take_charge(asked, Grade.LATE, series, words, "WHO", "CHIEF", ends, why=True)
    elif "" < ends < asked.until:
        words = sentence("{person} answers for them, and leaves", person=person)
        yield _take_charge(asked, Grade.SOON, series, words, "WHO", person, ends)


def _take_charge(
    asked: Asked,
    grade: Grade,
    series: str,
    words: str,
    who: str,
    second: str,
    at: str = "",
    *,
    why: bool = False,
) -> Duty:
    """By a muster that is there already, else by holding one first."""
    of = "" if series == custodians.ALL else f" --series {series}"
    muster = custodians.fresh(asked.page, series, asked.at)
    command = f"cablegram muster open{of}"
    if muster is not None:
        command = f"cablegram --as {who} --second {second} custodian take{of}"
        command += f" --muster {muster.number}" + " --reason WHY" * why
    return Duty("charge", grade, custodians.named(series), words, command, at)


def _ends(asked: Asked, at: str) -> str:
    return sentence(", has ended") if at <= asked.at else sentence(", ends")


def _ending(asked: Asked, kind: str, about: str, words: str, command: str, at: str) -> Duty:
    """What has ended lets nobody do anything: it is tidied up today, and is not late."""
    return Duty(kind, Grade.TODAY if at <= asked.at else Grade.SOON, about, words, command, at)


def _others(asked: Asked, person: str, since_index: int) -> bool:
    rows = asked.page.officers.find("", person)
    return any(row.since_index != since_index and not row.until_index for row in rows)
