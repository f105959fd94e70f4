"""Restoring: an office from a backup, whole or not at all (docs/spec/restoring.md).

Everything is built under a hidden name beside the place and renamed when it is complete; a
crash leaves a folder that begins with a dot, and no office.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cablegram import registry
from cablegram.errors import SealError, SetUpError
from cablegram.ledger import log, signer
from cablegram.model.orders import OfficeAct
from cablegram.model.times import moment
from cablegram.registry import restoring as rules
from cablegram.sealing.keys import OfficeKeys
from cablegram.storage import durable
from cablegram.storage.room_memory import FileRoomMemory
from cablegram.wire import backup, canonical
from cablegram.wire import card as card_format
from cablegram.wiring import clock, settings
from cablegram.wiring.desk import LEDGER_KEY, OFFICE_KEYS, Office
from cablegram.wiring.tools import cards, checking
from cablegram.wiring.tools.orders import sign_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cablegram.ledger.signer import Signer
    from cablegram.model.acts import Fact
    from cablegram.sealing.recipients import HybridIdentity, X25519Identity
    from cablegram.wire.backup import Manifest
    from cablegram.wire.card import Card

_SUFFIX = re.compile(r"-[0-9]+\.[0-9a-f]{6}\Z")
_LEFT_OUT = (backup.MANIFEST, backup.NOTE, backup.SUMS)


@dataclass(frozen=True, slots=True)
class Restored:
    """An office that was restored: its manifest, its new ledger's name, whom it must hear."""

    office: Office
    manifest: Manifest
    origin: str
    to_hear: tuple[str, ...]


def restore(
    file: Path,
    root: Path,
    identity: HybridIdentity | X25519Identity,
    passphrase: str,
    *,
    a_day: int = rules.A_DAY,
    again: int = 0,
    names: Mapping[str, str] | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Restored:
    """Build the office in ``root``, which must not be there, from a backup that holds.

    ``a_day`` is more numbers of one kind than the office takes in a day; ``again`` is how many
    times it was restored already since the backup was made; ``names`` are persons' names by id,
    from ``checking.read_names``.

    Raises:
        SetUpError: something is in ``root``.
        SealError: another key or another passphrase.
        MalformedError, LedgerError: the backup does not hold.
        StorageError: it could not be written.  There is no office in ``root``.
    """
    if root.exists() or root.is_symlink():
        raise SetUpError(
            "there is something at {root} already",
            hint="Give a folder that is not there yet; an office is never restored over another.",
            root=root.name,
        )
    temp = root.parent / f".{root.name}.{secrets.token_hex(4)}.new"
    try:
        with durable.told("the office folder"):
            temp.mkdir(durable.PRIVATE_FOLDER, parents=True)
            manifest = checking.unpack(file, identity, temp, with_blobs=True, tell=tell)
            card = checking.hold(temp, manifest).card
            keys = _keys(temp, card, passphrase)
            origin, heard = _build(temp, manifest, card, keys, (a_day, again), names or {})
            _sync(temp)
            # A crash before this line leaves the hidden folder, one after it the whole office.
            temp.rename(root)
            durable.sync(root.parent)
    except BaseException:
        shutil.rmtree(temp, ignore_errors=True)
        raise
    return Restored(Office(root), manifest, origin, heard)


def _keys(root: Path, card: Card, passphrase: str) -> OfficeKeys:
    keys = OfficeKeys.from_file((root / OFFICE_KEYS).read_bytes(), passphrase)
    if tuple(key.line() for key in keys.public_keys()) != card.signing:
        raise SealError(
            "the office's keys in this backup are not those of its card",
            hint="Take another backup, and keep this one for whoever looks into it.",
        )
    return keys


def _build(
    root: Path,
    manifest: Manifest,
    card: Card,
    keys: OfficeKeys,
    jump: tuple[int, int],
    names: Mapping[str, str],
) -> tuple[str, tuple[str, ...]]:
    """A new ledger and card, the order that says so, the room's memory of it."""
    backed_up = canonical.digest((root / backup.MANIFEST).read_bytes())
    for name in _LEFT_OUT:
        (root / name).unlink()
    for name in ("blobs", "vault", "room"):
        durable.folder(root / name, durable.PRIVATE_FOLDER)
    stem = _SUFFIX.sub("", card.origin)
    a_day, again = jump
    # The books restored before these gave cards out too, each with a serial of its own.
    serial = card.serial + 1 + again
    origin = f"{stem}-{serial}.{secrets.token_hex(3)}"
    ledger = signer.create(root / LEDGER_KEY, origin, os.urandom(32))
    now = moment(clock.choose(root, settings.read(root).clock).now())
    _write_card(root, card, serial, ledger, keys, now)
    office = Office(root)
    try:
        bureau = office.bureau
        log.adopt(bureau, ledger)
        with bureau.books.view() as view:
            series = rules.series_used(view)
        facts: dict[str, Fact] = {
            "backup": backed_up,
            "made_at": manifest.made_at,
            "origin": card.origin,
            "size": manifest.entries,
            "a_day": a_day,
            "series": series,
        }
        if again:
            facts["again"] = again
        order = sign_order(office, bureau.name, OfficeAct.RESTORE.value, (), facts, key=keys)
        registry.perform([order], bureau)
        head = office.head()
        memory = FileRoomMemory(root / "room" / "memory")
        memory.see(head.size)
        memory.remember_restored(canonical.digest(order.body))
        with bureau.books.view() as view:
            heard = tuple(sorted(rules.to_hear(view, bureau)))
            known = [person for person in names if view.persons.get(person) is not None]
        for person in known:
            bureau.vault.put("name", person, names[person].encode())
    finally:
        # The log goes into the file, so that the folder can be renamed.
        office.close()
    return origin, heard


def _write_card(
    root: Path, card: Card, serial: int, ledger: Signer, keys: OfficeKeys, now: str
) -> None:
    new = replace(
        card,
        serial=serial,
        previous=canonical.digest(card_format.encode(card)),
        origin=ledger.origin,
        ledger_key=ledger.vkey(),
        made_at=now,
    )
    cards.write(root, new, keys)


def _sync(root: Path) -> None:
    """Make every file and folder durable before the office gets its name."""
    for path, _, files in os.walk(root):
        for name in files:
            durable.sync(Path(path) / name)
        durable.sync(Path(path))
