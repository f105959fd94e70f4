"""Reviewing: a draft is read by whoever is to clear it, on a signed order that is good once.

The entry first, the words second, as with notes: a draft that somebody has read says so on its
own leaves, whatever comes of it (docs/spec/clearing.md, "Reading a draft").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cablegram.cipher_room.unlocked import given_for, name_of
from cablegram.errors import OrderError, UnknownError
from cablegram.model.orders import OfficeAct
from cablegram.model.screens import BROWSER, WAYS
from cablegram.registry import drafts, proving, readers, roster, screens
from cablegram.registry import orders as registry_orders
from cablegram.sealing import age
from cablegram.sealing.recipients import recipient_from_text
from cablegram.signatures.passkey import PASSKEY
from cablegram.signatures.sshsig import PublicKey
from cablegram.wire import draft as draft_format
from cablegram.wire import order as order_format

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cablegram.bureau import Bureau
    from cablegram.cipher_room.unlocked import Unlocked
    from cablegram.model.orders import SignedOrder
    from cablegram.model.records import KeptDraft
    from cablegram.ports import Shelves
    from cablegram.registry.orders import Given
    from cablegram.wire.draft import Draft


def asked(signed: Sequence[SignedOrder]) -> bool:
    """Whether these orders are to read a draft.

    Raises:
        MalformedError: the first is no order.
    """
    return bool(signed) and order_format.decode(signed[0].body).act == OfficeAct.READ_DRAFT


def page_of(digest: str, signed: Sequence[SignedOrder]) -> str:
    """The key of the page on which these orders read this draft."""
    return f"draft {digest} {name_of(signed)}"


def read(digest: str, signed: Sequence[SignedOrder], room: Unlocked) -> Mapping[str, object]:
    """Read the draft of this digest: what it says of itself, and its texts.

    An order that says which ``way`` gets no words: they are sealed to the officer's own reading
    key, and the answer has the digest of the file (docs/spec/reading.md, "Drafts").

    Raises:
        UnknownError: nobody has recorded such a draft, it does not lie here, or they have no
            reading key.
        OrderError: the order is for something else, has been used, or its officer may not.
        CustodyError: its level does not go that way, or the key is not sealed to yet.
        SealError, MalformedError: it does not open, or is no draft.
    """
    bureau = room.bureau
    # 1. the order is for this draft, and its officer is one of those who may read it
    with bureau.books.view() as view:
        given = given_for(view, signed, bureau, OfficeAct.READ_DRAFT.value, draft=digest)
        row = drafts.reading(view, given, bureau)
        to = _sealed_to(view, given, row, bureau)
        used = view.pages.get(page_of(digest, signed)) is not None
    if used:
        raise _used()
    if not bureau.blobs.has(digest):
        raise UnknownError("no such draft lies here", hint="Make it with `cablegram draft`.")
    # 2. it opens, and says what was recorded of it: else somebody is shown another draft
    opened = age.decrypt(bureau.blobs.get(digest), room.keys.identities())
    draft, bodies = draft_format.decode(opened)
    # 3. entered, under a head, before a word leaves the room
    with bureau.books.page(page_of(digest, signed)) as page:
        if page.repeated is not None:
            raise _used()
        given = registry_orders.check(page, signed, bureau)
        drafts.enter_reading(page, drafts.reading(page, given, bureau), given, bureau)
    room.head()
    if to:
        sealed = age.encrypt(opened, [recipient_from_text(to)], random=bureau.random)
        return {"number": row.number, "sealed": bureau.blobs.put(sealed)}
    return {"number": row.number, **_said(draft), "texts": _texts(draft, bodies)}


def _sealed_to(view: Shelves, given: Given, row: KeptDraft, bureau: Bureau) -> str:
    """The reading key that the words are sealed to; empty where they are told at this terminal.

    A passkey signs in a browser, whose desk carries the answer: it gets sealed words alone.
    """
    order, way = given.first, str(given.first.facts.get("way", ""))
    signer = proving.by_key(roster.standing(view, order.officer), order.officer, order.key)
    by_passkey = PublicKey.from_line(signer.key_line).algorithm == PASSKEY
    if (by_passkey and way != BROWSER) or way not in {"", *WAYS}:
        raise OrderError(
            "this order does not say where draft {number} is read",
            hint="Give it on the page of the draft, or at the command line.",
            number=row.number,
        )
    if not way:
        return ""
    screens.check_level(view, "", drafts.level(view, row, bureau), way, bureau)
    return readers.sealed_to(view, order.officer, bureau).recipient


def _said(draft: Draft) -> dict[str, object]:
    """What the draft says of itself, as its letter will."""
    return {
        "kind": draft.kind,
        "signatory": draft.signatory,
        "on_behalf_of": draft.on_behalf_of,
        "series": draft.series,
        "level": draft.level,
        "policy": draft.policy,
        "caveats": list(draft.caveats),
        "categories": list(draft.categories),
        "precedence": draft.precedence_action.name.lower(),
        "to": list(draft.to),
        "action": [one.name for one in draft.addressees if one.role == "action"],
        "info": [one.name for one in draft.addressees if one.role == "info"],
        "subject": draft.subject,
        "attachments": [one.name for one in draft.attachments],
    }


def _texts(draft: Draft, bodies: Mapping[str, bytes]) -> list[dict[str, object]]:
    """Its texts, in its own order."""
    return [
        {"lang": part.lang, "role": part.role, "words": bodies[part.name].decode()}
        for part in draft.parts
    ]


def _used() -> OrderError:
    return OrderError(
        "this order has read its draft already", hint="Sign a new order to read it again."
    )
