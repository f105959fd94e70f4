"""Duties about posts: appointments, proxies and standing orders that end, or have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.errors import OrderError
from cablegram.registry import roster, watching
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
            key = sentence(" --key {key}", key=row.key) * _others(
                asked, row.person, row.since_index
            )
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


def _ends(asked: Asked, at: str) -> str:
    return sentence(", has ended") if at <= asked.at else sentence(", ends")


def _ending(asked: Asked, kind: str, about: str, words: str, command: str, at: str) -> Duty:
    """What has ended lets nobody do anything: it is tidied up today, and is not late."""
    return Duty(kind, Grade.TODAY if at <= asked.at else Grade.SOON, about, words, command, at)


def _others(asked: Asked, person: str, since_index: int) -> bool:
    rows = asked.page.officers.find("", person)
    return any(row.since_index != since_index and not row.until_index for row in rows)
