"""Shelves: how the books are laid out, one row a record, and how each is searched.

The one list that every storage is built from (docs/spec/books.md, "Shelves").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cablegram.model import custody, paperwork, records, route, year

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ShelfSpec:
    """A shelf as every storage must build it: record type, key columns, and how it is searched.

    ``finds`` maps a search's name to its columns, in the order rows come; the key
    columns always end the order.  A search that ``sparse`` names finds only the rows in which
    that text is set, so that its index leaves the others out.
    """

    name: str
    record: type[object]
    key: tuple[str, ...]
    finds: Mapping[str, tuple[str, ...]]
    sparse: Mapping[str, str] = field(default_factory=dict)


SPECS: Mapping[str, ShelfSpec] = {
    spec.name: spec
    for spec in (
        ShelfSpec(
            "telegrams",
            records.Telegram,
            ("handle",),
            {
                "cable": ("cable_number",),
                "outgoing": ("outgoing_number",),
                "letter": ("letter",),
                "order": ("order_digest",),
                "received": ("direction", "received_at"),
                "sent": ("direction", "filed_at"),
                "fulfil": ("fulfil_by",),
                "filed": ("filed_at",),
                "about": ("reply_to", "kind"),
                "kind": ("kind",),
            },
        ),
        ShelfSpec(
            "copies",
            custody.Copy,
            ("handle",),
            {
                "telegram": ("telegram", "number"),
                "state": ("state", "due_at"),
                "holder": ("holder", "state", "due_at"),
                "incoming": ("incoming",),
                "their_incoming": ("their_incoming",),
                "owner": ("owner", "owner_cable", "owner_copy"),
                "print_number": ("print_number",),
                "owner_number": ("owner_number",),
                "limit": ("state", "limit_at"),
                "screen": ("screen", "state", "due_at"),
                "sealed": ("state", "due_at"),
            },
            {"limit": "limit_at", "screen": "screen", "sealed": "screen"},
        ),
        ShelfSpec(
            "drafts",
            records.KeptDraft,
            ("digest",),
            {"number": ("number",), "state": ("state", "number")},
        ),
        ShelfSpec(
            "print_runs", records.PrintRun, ("number",), {"telegram": ("telegram", "number")}
        ),
        ShelfSpec("officers", records.Officer, ("person", "since_index"), {"key": ("key",)}),
        ShelfSpec("proxies", records.Proxy, ("holder", "person", "since_index"), {}),
        ShelfSpec("waivers", records.Waiver, ("number",), {}),
        ShelfSpec("denials", records.Denial, ("number",), {"order": ("order_digest",)}),
        ShelfSpec("persons", records.Person, ("person",), {}),
        ShelfSpec("correspondents", records.Correspondent, ("office",), {}),
        ShelfSpec("cover_names", records.CoverName, ("cover",), {}),
        ShelfSpec("settings", records.Setting, ("name",), {}),
        ShelfSpec("outgoing", records.Outgoing, ("digest", "office"), {"laid": ("laid_at",)}),
        ShelfSpec(
            "incoming",
            records.Incoming,
            ("digest",),
            {"state": ("state", "outer_number"), "outer": ("outer_number",)},
        ),
        ShelfSpec("circuits", records.Circuit, ("office", "direction"), {}),
        ShelfSpec(
            "circuit_items",
            records.CircuitItem,
            ("office", "direction", "number"),
            {
                "letter": ("letter", "direction"),
                "sealed": ("sealed",),
                "state": ("state", "receipts", "office", "number"),
                "telegram": ("telegram",),
            },
        ),
        ShelfSpec(
            "papers",
            records.Paper,
            ("digest",),
            {
                "state": ("state", "leaf_index"),
                "subject": ("subject", "kind"),
                "office": ("office", "direction", "number"),
            },
        ),
        ShelfSpec(
            "paper_items",
            paperwork.PaperItem,
            ("paper", "place"),
            {
                "copy": ("owner", "cable", "copy"),
                "state": ("state", "office", "number", "place"),
                "incoming": ("incoming",),
            },
            {"incoming": "incoming"},
        ),
        ShelfSpec("alarms", records.Alarm, ("number",), {"state": ("state", "number")}),
        ShelfSpec(
            "orders",
            records.KeptOrder,
            ("digest",),
            {"officer": ("officer", "number"), "act": ("act", "leaf_index")},
        ),
        ShelfSpec("leaves", records.Leaf, ("index",), {"subject": ("subject", "seq")}),
        ShelfSpec("head", records.SignedHead, ("name",), {}),
        ShelfSpec("numbers", records.Counter, ("kind", "series"), {}),
        ShelfSpec("balances", records.Balance, ("source", "batch"), {}),
        ShelfSpec("finds", records.Find, ("key", "at", "subject"), {}),
        ShelfSpec("pages", records.PageKey, ("key",), {}),
        ShelfSpec("musters", records.MusterRow, ("number",), {"state": ("state", "number")}),
        ShelfSpec("muster_lists", records.MusterList, ("muster", "number"), {}),
        ShelfSpec(
            "hand_receipts",
            paperwork.HandReceipt,
            ("number",),
            {"copy": ("copy", "state"), "person": ("person", "state")},
        ),
        ShelfSpec(
            "tasks",
            paperwork.Task,
            ("number",),
            {
                "copy": ("copy",),
                "entry": ("leaf_index",),
                "person": ("person", "state", "due_at"),
                "state": ("state", "due_at"),
                "telegram": ("telegram",),
            },
        ),
        ShelfSpec(
            "inquiries",
            paperwork.Inquiry,
            ("number",),
            {"copy": ("copy", "state"), "state": ("state",)},
        ),
        ShelfSpec(
            "notices",
            paperwork.Notice,
            ("number",),
            {"copy": ("copy",), "state": ("state", "kind", "to")},
        ),
        ShelfSpec(
            "tracers",
            paperwork.Tracer,
            ("number",),
            {"copy": ("copy", "due_at"), "telegram": ("telegram", "to")},
        ),
        ShelfSpec("watches", year.Watch, ("number",), {}),
        ShelfSpec("years", year.ClosedYear, ("year", "series"), {}),
        ShelfSpec(
            "reviews",
            year.Review,
            ("number",),
            {"telegram": ("telegram", "what"), "state": ("state", "what", "decision", "until_at")},
        ),
        ShelfSpec("certificates", paperwork.Certificate, ("number",), {}),
        ShelfSpec("notes", paperwork.NoteRow, ("digest",), {"subject": ("subject", "leaf_index")}),
        ShelfSpec(
            "routes",
            route.RouteStop,
            ("copy", "round", "place"),
            {"state": ("state", "due_at"), "person": ("person", "state", "due_at")},
        ),
        ShelfSpec(
            "references",
            paperwork.Reference,
            ("number",),
            {"telegram": ("telegram",), "other": ("other",)},
        ),
    )
}
