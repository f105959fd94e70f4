"""Founding: a new office folder, whole or not at all (docs/spec/office-folder.md, "Making one").

Everything is built under a hidden name beside the place and renamed when it is complete; a
crash leaves a folder that begins with a dot, and no office.
"""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cablegram import registry
from cablegram.errors import SetUpError
from cablegram.ledger import signer
from cablegram.model.handling import Series, default_series
from cablegram.model.names import office_id, person_id, series_letter
from cablegram.model.orders import OfficeAct
from cablegram.model.text import clean
from cablegram.model.times import instant, moment
from cablegram.registry import offices, roster
from cablegram.sealing.keys import OfficeKeys
from cablegram.sealing.passphrase import LOG_N
from cablegram.sealing.recipients import Kind
from cablegram.storage import durable
from cablegram.storage.sql.sqlite import SqliteBooks
from cablegram.wire import card as card_format
from cablegram.wiring import clock, settings
from cablegram.wiring.desk import LEDGER_KEY, OFFICE_KEYS, Office
from cablegram.wiring.tools import cards
from cablegram.wiring.tools import keys as key_files
from cablegram.wiring.tools.orders import sign_order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cablegram.model.acts import Fact

PASSPHRASE_LEAST: Final = 8
EARLIER = timedelta(days=1)
"""How long before its making a receiving key may be sealed to, for senders with slow clocks."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new office is to be.

    ``at`` is the moment its own clock starts at; empty means the machine's clock.
    ``numbers`` are the last numbers of an existing register: ``cable``, ``outgoing``,
    ``print``, ``outer``, ``incoming``.  ``regime`` replaces the default series.
    """

    office: str
    names: Mapping[str, str]
    chief: str
    passphrase: str = field(repr=False)
    chief_name: str = ""
    chief_title: str = ""
    zone: str = "UTC"
    at: str = ""
    language: str = "en"
    series: str = "T"
    return_to: str = ""
    regime: Series | None = None
    kind: Kind = Kind.HYBRID
    carriers: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    ledger: str = ""
    log_n: int = LOG_N

    def __post_init__(self) -> None:
        office_id(self.office)
        person_id(self.chief)
        series_letter(self.series)
        clean(self.chief_name, "the chief's name")
        clean(self.chief_title, "the chief's title")
        if self.chief == self.office:
            raise SetUpError(
                "{chief} is the office itself",
                hint="Give the chief an id of their own.",
                chief=self.chief,
            )
        if len(self.passphrase) < PASSPHRASE_LEAST:
            raise SetUpError(
                "the passphrase is too short",
                hint="Give {passphrase_least} characters at least, better several words.",
                passphrase_least=PASSPHRASE_LEAST,
            )


def init_office(root: Path, founding: Founding) -> Office:
    """Make an office in ``root``, which must not be there yet, and open it.

    Raises:
        SetUpError: something is there already, or a setting is wrong.
        StorageError: the folder could not be written.  Nothing is left in ``root``.
    """
    said = settings.Settings(
        office=founding.office,
        zone=founding.zone,
        clock=settings.OWN if founding.at else settings.MACHINE,
        language=founding.language,
        carriers=founding.carriers,
    )
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise SetUpError(
            "there is something in {root} already",
            hint="Give an empty folder, or one that is not there yet.",
            root=root.name,
        )
    temp = root.parent / f".{root.name}.{secrets.token_hex(4)}.new"
    try:
        with durable.told("the office folder"):
            temp.mkdir(durable.PRIVATE_FOLDER, parents=True)
            _build(temp, founding, said)
            temp.replace(root)
            durable.sync(root.parent)
    except BaseException:
        shutil.rmtree(temp, ignore_errors=True)
        raise
    return Office(root)


def _build(root: Path, founding: Founding, said: settings.Settings) -> None:
    durable.write(root / settings.FILE, said.text().encode(), durable.PRIVATE_FILE)
    if founding.at:
        clock.start(root / clock.FILE, founding.at)
    now = moment(clock.choose(root, said.clock).now())
    keys = OfficeKeys.generate(kind=founding.kind)
    durable.folder(root / OFFICE_KEYS.parent, durable.PRIVATE_FOLDER)
    durable.write(
        root / OFFICE_KEYS,
        keys.to_file(founding.passphrase, log_n=founding.log_n),
        durable.PRIVATE_FILE,
    )
    ledger = signer.create(
        root / LEDGER_KEY, founding.ledger or f"{founding.office}/ledger", os.urandom(32)
    )
    _write_card(root, founding, keys, ledger.vkey(), now)
    SqliteBooks(root / "books.sqlite").close()
    for name in ("blobs", "vault", "room"):
        durable.folder(root / name, durable.PRIVATE_FOLDER)
    office = Office(root)
    try:
        _first_orders(office, founding, keys)
        office.head()
    finally:
        # The log goes into the file, so that the folder can be renamed.
        office.close()


def _write_card(root: Path, founding: Founding, keys: OfficeKeys, vkey: str, now: str) -> None:
    first = keys.receiving[0]
    card = card_format.Card(
        office=founding.office,
        names=dict(founding.names),
        serial=1,
        previous="",
        signing=tuple(key.line() for key in keys.public_keys()),
        recovery=(),
        receiving=(
            card_format.Receiving(
                first.epoch,
                "x25519" if first.kind is Kind.X25519 else "mlkem768x25519",
                first.recipient().raw,
                moment(instant(now) - EARLIER),
            ),
        ),
        origin=vkey.partition("+")[0],
        ledger_key=vkey,
        zone=founding.zone,
        carriers=tuple(sorted(founding.carriers)),
        made_at=now,
    )
    cards.write(root, card, keys)


def _first_orders(office: Office, founding: Founding, keys: OfficeKeys) -> None:
    """The chief's appointment by the office key, then what the chief settles."""
    key, _ = key_files.make_officer_key(office.root, office.settings, founding.chief)
    facts: dict[str, Fact] = {
        "person": founding.chief,
        "key_line": key.public_key.line(),
        "role": roster.CHIEF,
    }
    if founding.chief_title:
        facts["title"] = founding.chief_title
    appointing = sign_order(
        office, office.settings.office, OfficeAct.APPOINT.value, (), facts, key=keys
    )
    registry.perform([appointing], office.bureau)
    if founding.chief_name:
        office.bureau.vault.put("name", founding.chief, founding.chief_name.encode())
    place = founding.return_to or next(iter(founding.names.values()), founding.office)
    regime = founding.regime or default_series(founding.series, place)
    _settle(
        office, founding.chief, f"series/{regime.letter}", offices.write_series(regime).decode()
    )
    for kind, used in founding.numbers.items():
        name = f"numbers/{kind}/{regime.letter}" if kind == "outgoing" else f"numbers/{kind}"
        _settle(office, founding.chief, name, str(used))


def _settle(office: Office, chief: str, name: str, value: str) -> None:
    order = sign_order(office, chief, OfficeAct.SETTLE.value, (), {"name": name, "value": value})
    registry.perform([order], office.bureau)
