"""Copies for the screen, as a whole: sealed by the room, opened with a share, closed for good."""

from __future__ import annotations

import io
import tarfile
from dataclasses import replace

import pytest
from PIL import Image

from cablegram.cipher_room import screening
from cablegram.errors import CustodyError, OrderError, SealError, StorageError, UnknownError
from cablegram.ledger import log
from cablegram.model.acts import Mark, State
from cablegram.model.orders import Subject
from cablegram.model.records import Setting
from cablegram.registry import screens
from cablegram.sealing import envelope as envelopes
from cablegram.sealing import shares
from cablegram.sealing.recipients import HybridIdentity
from cablegram.storage.vault import FolderVault
from cablegram.wire import screen as screen_format
from cablegram.wire.wording import Attachment
from offices import CHIEF, later, seed
from passkeys import Passkey
from rooms import line_of, refused
from screened import HOLDER, IDENTITY, appoint, enrol, files

PROXY = HybridIdentity(seed("poskrebyshev's own"))


def arrived(copies=3, attached=None):
    """An office whose reader has a key, and a telegram with copies that wait to be printed."""
    (moscow, beijing), _ = line_of("moscow", "beijing")
    office = moscow.office
    for person, role in ((HOLDER, "reader"), ("poskrebyshev", "proxy"), ("molotov", "reader")):
        appoint(office, person, role)
    enrol(moscow, HOLDER, IDENTITY)
    office.cover("Filippov", HOLDER)
    more = {}
    if attached is not None:
        beijing.bureau.blobs.put(attached.sealed)
        named = attached.attachment
        more = {"attachments": (named,), "keys": ((named.name, attached.seed),)}
    beijing.send(beijing.draft(("moscow",), copies=copies, **more))
    beijing.carry()
    beside = attached.attachment.sealed_sha256 if attached else ""
    came = [one.digest for one in moscow.take_in() if one.kind == "telegram"]
    (sealed,) = set(came) - {beside}
    telegram = str(moscow.open(sealed)["telegram"])
    return moscow, telegram, moscow.copies(telegram)


@pytest.fixture
def world():
    return arrived()


def seal(desk, telegram, copies, screen="*", *, by=CHIEF, **facts):
    subjects = desk.office.copies(copies)
    signed = desk.office.sign("print", {"screen": screen, **facts}, by=by, subjects=subjects)
    return desk.room.print(telegram, [signed])


def issued(desk, telegram, copy, *, proxy="", screen="*", holder=HOLDER):
    """The copy sealed, verified and issued."""
    seal(desk, telegram, [copy], screen)
    desk.office.give("verify", {}, by="makarov", subjects=[desk.office.copy(copy)])
    facts = {
        "holder": holder,
        "due_at": later(desk.bureau.now(), days=3),
        "return_to": "here",
        **({"proxy": proxy} if proxy else {}),
    }
    desk.office.give("issue", facts, by="makarov", subjects=[desk.office.copy(copy)])
    desk.head()
    return desk.office.copy(copy)


def mine(desk, telegram):
    """The copies that are allotted to the holder."""
    return [copy for copy in desk.copies(telegram) if copy.whom == HOLDER]


def read(desk, copy, *, by=HOLDER, way="browser", reader=""):
    facts = {"reader": reader or by, "way": way}
    desk.office.give("read", facts, by=by, subjects=[desk.office.copy(copy)])
    desk.head()


def share(desk, copy, person=HOLDER, way="browser"):
    with desk.bureau.books.view() as view:
        return screens.share(view, copy.handle, person, desk.bureau, way)


def opened(desk, copy, identity=IDENTITY, given=None):
    found = files(desk, copy)
    given = share(desk, copy) if given is None else given
    return screen_format.decode(shares.open_copy(found.content, found.half, given, identity))


def readable(desk, person=HOLDER, way="browser"):
    with desk.bureau.books.view() as view:
        return screens.readable(view, person, desk.bureau, way)


# --- sealed and opened ----------------------------------------------------------------------------


def test_a_copy_is_read_on_a_screen(world):
    """Sealed, verified, issued; the entry under a head; then the share, and the copy opens."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    assert (HOLDER, State.ISSUED) == (copy.screen, copy.state)
    assert {} == {name: 1 for name in desk.bureau.paper.sheets if "copy" in name}
    with pytest.raises(CustodyError, match="no signed head covers an entry that stalin has opened"):
        share(desk, copy)
    read(desk, copy)
    said, members = opened(desk, copy)
    assert (copy.handle, HOLDER, copy.sheets) == (said.handle, HOLDER, said.sheets)
    assert ("moscow", "TOP SECRET", copy.number) == (said.office, said.level, said.copy)
    assert b"\x89PNG\r\n" == members["sheet-0001.png"][:6]
    assert b"%PDF-" == members["sheets.pdf"][:5]
    assert ["body.ru.md", "body.en.md"] == [part.name for part in said.parts]
    assert "Первый.".encode() in members["body.ru.md"]
    with tarfile.open(fileobj=io.BytesIO(screen_format.encode(*repacked(said, members)))) as tar:
        assert list(members) == tar.getnames()


def repacked(said, members):
    pictures = [members[screen_format.sheet_name(n)] for n in range(1, said.sheets + 1)]
    texts = [members[name] for name in sorted(part.name for part in said.parts)]
    shown = [members[one.shown] for one in said.attachments if one.shown]
    return said, pictures, members[screen_format.SHEETS], texts, shown


def test_it_is_given_again_while_it_is_out(world):
    """The second time needs no further entry."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    read(desk, copy)
    size = desk.office.size()
    assert share(desk, copy) == share(desk, copy)
    assert size == desk.office.size()
    (one,) = readable(desk)
    assert (True, "", desk.bureau.now()) == (one.can_open, one.why_not, one.opened_at)


def test_no_share_before_a_head_covers_the_entry(world):
    """An entry that no head covers may yet be lost; the share waits."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    facts = {"reader": HOLDER, "way": "browser"}
    desk.office.give("read", facts, by=HOLDER, subjects=[copy])
    with pytest.raises(CustodyError, match="no signed head covers"):
        share(desk, copy)
    desk.head()
    assert share(desk, copy)


def test_what_lies_where(world):
    """Both files among the blobs, the share in the vault alone, and no plain word anywhere."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    found, kept = files(desk, copy), desk.bureau.vault.get(screens.SHARE, copy.handle)
    blobs = list(desk.bureau.blobs._kept.values())
    assert found.content in blobs
    assert found.half in blobs
    assert kept is not None
    assert kept not in blobs
    assert not [data for data in blobs if "Первый".encode() in data]
    for alone in (found.half, found.half):
        with pytest.raises(SealError):
            shares.open_copy(found.content, found.half, alone, IDENTITY)
    with pytest.raises(SealError):
        shares.open_copy(found.content, found.half, kept, PROXY)


def test_each_is_sealed_to_whom_it_is_for(world):
    """One order, several persons; the file's copy is refused for what it is."""
    desk, telegram, copies = world
    others = [copy for copy in copies if copy.whom != HOLDER]
    with refused(desk, CustodyError, "is not sealed to a person"):
        seal(desk, telegram, [others[-1]])


def test_a_run_goes_on_where_it_stopped(world):
    """The same order again prints nothing twice, and tells the same."""
    desk, telegram, _ = world
    copy = mine(desk, telegram)[0]
    signed = desk.office.sign("print", {"screen": "*"}, subjects=[copy])
    first = desk.room.print(telegram, [signed])
    kept = desk.bureau.vault.get(screens.SHARE, copy.handle)
    assert first == desk.room.print(telegram, [signed])
    assert kept == desk.bureau.vault.get(screens.SHARE, copy.handle)


@pytest.mark.parametrize("where", ["blobs", "vault"])
def test_a_crash_while_it_is_sealed(world, where, monkeypatch):
    """Nothing is printed, and the same order does it over; the share is that of what is opened."""
    desk, telegram, _ = world
    copy = mine(desk, telegram)[0]
    signed = desk.office.sign("print", {"screen": "*"}, subjects=[copy])
    thing = getattr(desk.bureau, where)
    with monkeypatch.context() as broken:

        def put(*_):
            raise StorageError("the disk is full", hint="Make room.")

        broken.setattr(thing, "put", put)
        with pytest.raises(StorageError):
            desk.room.print(telegram, [signed])
    assert State.ALLOTTED is desk.office.copy(copy).state
    assert desk.bureau.vault.get(screens.SHARE, copy.handle) is None
    desk.room.print(telegram, [signed])
    found, kept = files(desk, copy), desk.bureau.vault.get(screens.SHARE, copy.handle)
    assert shares.open_copy(found.content, found.half, kept, IDENTITY)


# --- to whom --------------------------------------------------------------------------------------


def test_one_without_a_key_gets_none(world):
    """Nor a person whom the books do not know; nothing is numbered."""
    desk, telegram, _ = world
    copy = mine(desk, telegram)[0]
    desk.office.give("unenrol", {"person": HOLDER, "reason": "x"})
    desk.head()
    with refused(desk, UnknownError, "stalin has no reading key"):
        seal(desk, telegram, [copy])


def test_a_key_written_by_hand(world):
    """P10: what the room seals to was ordered, whatever the row says."""
    desk, telegram, _ = world
    with desk.office.page() as page:
        page.settings.put(Setting(f"reader/{HOLDER}", str(PROXY.recipient()).encode()))
    with refused(desk, OrderError, "no order on the ledger says so"):
        seal(desk, telegram, mine(desk, telegram)[:1])


def test_a_key_that_is_new_waits(world):
    """A further key is sealed to a day later, and the copy stays on the list."""
    desk, telegram, _ = world
    enrol(desk, HOLDER, PROXY)
    with refused(desk, CustodyError, "is new, and is sealed to from"):
        seal(desk, telegram, mine(desk, telegram)[:1])


def test_a_key_changed_while_it_was_sealed(world, monkeypatch):
    """What was sealed to the key of before is not entered."""
    desk, telegram, _ = world
    copy = mine(desk, telegram)[0]
    made = shares.make

    def meanwhile(*args, **rest):
        desk.office.give("settle", {"name": "reading/changed", "value": "0"})
        desk.office.give(
            "enrol", {"person": HOLDER, "recipient": str(PROXY.recipient())}, by=HOLDER
        )
        log.sign_checkpoint(desk.bureau, desk.office.signer)
        return made(*args, **rest)

    monkeypatch.setattr(shares, "make", meanwhile)
    with pytest.raises(CustodyError, match="was changed while copy"):
        seal(desk, telegram, [copy])
    assert State.ALLOTTED is desk.office.copy(copy).state
    assert desk.bureau.vault.get(screens.SHARE, copy.handle) is None


def test_a_proxy_who_may_open(world):
    """Sealed to them, issued to the holder by their hand, and opened by them alone."""
    desk, telegram, _ = world
    enrol(desk, "poskrebyshev", PROXY)
    first, second = mine(desk, telegram)[0], None
    del second
    with refused(desk, CustodyError, "may not receive for"):
        seal(desk, telegram, [first], "poskrebyshev")
    said = {"holder": HOLDER, "person": "poskrebyshev"}
    desk.office.give("proxy", {**said, "may": "receive"}, by=HOLDER)
    desk.head()
    with refused(desk, CustodyError, "may receive for stalin, and not open"):
        seal(desk, telegram, [first], "poskrebyshev")
    desk.office.give("unproxy", {**said, "reason": "x"}, by=HOLDER)
    desk.office.give("proxy", {**said, "may": "open"}, by=HOLDER)
    copy = issued(desk, telegram, first, proxy="poskrebyshev", screen="poskrebyshev")
    with pytest.raises(CustodyError, match="sealed to poskrebyshev, who alone opens it"):
        read(desk, copy)
    read(desk, copy, by="poskrebyshev")
    given = share(desk, copy, "poskrebyshev")
    assert HOLDER != opened(desk, copy, PROXY, given)[0].person
    assert [] == readable(desk)
    assert [True] == [one.can_open for one in readable(desk, "poskrebyshev")]


def test_a_proxy_who_may_not_any_more(world):
    """Named when it was sealed; by the time it is issued, or read, no order lets them."""
    desk, telegram, _ = world
    enrol(desk, "poskrebyshev", PROXY)
    said = {"holder": HOLDER, "person": "poskrebyshev"}
    desk.office.give("proxy", {**said, "may": "open"}, by=HOLDER)
    copy = mine(desk, telegram)[0]
    seal(desk, telegram, [copy], "poskrebyshev")
    desk.office.give("verify", {}, by="makarov", subjects=[desk.office.copy(copy)])
    desk.office.give("unproxy", {**said, "reason": "x"}, by=HOLDER)
    desk.office.give("proxy", {**said, "may": "receive"}, by=HOLDER)
    facts = {"holder": HOLDER, "due_at": later(desk.bureau.now(), days=3), "return_to": "here"}
    with refused(desk, CustodyError, "who may receive for stalin, and not open", "denials"):
        desk.office.give(
            "issue",
            {**facts, "proxy": "poskrebyshev"},
            by="makarov",
            subjects=[desk.office.copy(copy)],
        )


def test_who_does_not_get_a_sealed_copy(world):
    """Whom it is sealed to is whom it is issued to."""
    desk, telegram, _ = world
    copy = mine(desk, telegram)[0]
    seal(desk, telegram, [copy])
    desk.office.give("verify", {}, by="makarov", subjects=[desk.office.copy(copy)])
    facts = {"holder": "molotov", "due_at": later(desk.bureau.now(), days=3), "return_to": "here"}
    with refused(desk, CustodyError, "is sealed to stalin, and opens for nobody else", "denials"):
        desk.office.give("issue", facts, by="makarov", subjects=[desk.office.copy(copy)])


# --- closed ---------------------------------------------------------------------------------------


def end(desk, copy, act):
    office = desk.office

    def give(name, facts, two=""):
        office.give(name, facts, by="makarov", two=two, subjects=[office.copy(copy)])

    if act == "return":
        give("return", {"sheets": copy.sheets})
    elif act == "recall":
        give("recall", {"reason": "x"})
    elif act == "compromise":
        give("compromise", {"reason": "x"})
    elif act == "miss":
        give("miss", {"reason": "x"})
    elif act == "lost":
        give("miss", {"reason": "x"})
        with office.view() as books:
            number = books.inquiries.find("copy", copy.handle)[0].number
        ruling = {"inquiry": str(number), "ruling": "lost", "reason": "x"}
        office.give("rule", ruling, by="makarov", two="vaganov")
        give("declare_lost", {"inquiry": number, "reason": "x"}, "vaganov")
        give("find", {"reason": "behind the desk"})
    else:
        assert act == "date"
        office.clock.pass_(days=4)
    desk.head()


ENDS = {
    "return": "is not out to stalin on a screen",
    "date": "does not open any more",
    "recall": "bears the mark on recall",
    "compromise": "bears the mark compromised",
    "miss": "is not out to stalin on a screen",
    "lost": "is not out to stalin on a screen",
}


@pytest.mark.parametrize("was_read", [True, False])
@pytest.mark.parametrize("act", ENDS)
def test_that_copy_does_not_open_again(world, act, was_read):
    """Read before or never: no share, and no order to read it that counts."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    if was_read:
        read(desk, copy)
    end(desk, copy, act)
    with pytest.raises(CustodyError, match=ENDS[act]):
        share(desk, copy)
    with pytest.raises(CustodyError):
        read(desk, copy)
    assert not [one for one in readable(desk) if one.can_open]


@pytest.mark.parametrize("act", ["return", "lost"])
def test_its_share_is_destroyed(world, act):
    """Gone from the vault, and the copy says that it is closed, whatever comes after."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    end(desk, copy, act)
    assert desk.bureau.vault.get(screens.SHARE, copy.handle) is None
    now = desk.office.copy(copy)
    assert now.has(Mark.CLOSED)
    assert "" == now.screen
    if act == "return":
        facts = {"holder": HOLDER, "due_at": later(desk.bureau.now(), days=3), "return_to": "x"}
        with refused(desk, CustodyError, "was a copy for the screen, and is closed", "denials"):
            desk.office.give("issue", facts, by="makarov", subjects=[now])
        burnt = {"method": "its share was destroyed", "sheets": now.sheets}
        desk.office.give("destroy", burnt, by="makarov", two="vaganov", subjects=[now])


def test_the_date_destroys_it_with_the_next_head(world):
    """An extension before keeps it, one after it brings nothing back."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    due = {"due_at": later(desk.bureau.now(), days=5), "reason": "x"}
    desk.office.clock.pass_(days=2)
    desk.office.give("extend", due, by="makarov", subjects=[copy])
    desk.office.clock.pass_(days=2)
    with desk.bureau.books.view() as view:
        assert 0 == screens.destroy_dated(view, desk.bureau)
    desk.office.clock.pass_(days=2)
    with desk.bureau.books.view() as view:
        assert 1 == screens.destroy_dated(view, desk.bureau)
        assert 0 == screens.destroy_dated(view, desk.bureau)
    late = {"due_at": later(desk.bureau.now(), days=2), "reason": "x"}
    desk.office.give("extend", late, by="makarov", subjects=[desk.office.copy(copy)])
    read(desk, copy)
    with pytest.raises(CustodyError, match="is destroyed, and it does not open again"):
        share(desk, copy)
    assert ["is destroyed" in one.why_not for one in readable(desk)] == [True]


def test_a_crash_between_the_share_and_the_page(world, monkeypatch):
    """The copy stays out and does not open; the same order again ends it."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    read(desk, copy)
    signed = desk.office.sign(
        "return", {"sheets": copy.sheets}, by="makarov", subjects=[desk.office.copy(copy)]
    )
    destroy = desk.bureau.vault.destroy
    with monkeypatch.context() as broken:

        def cut(*args):
            destroy(*args)
            raise StorageError("the plug was pulled", hint="Do it again.")

        broken.setattr(desk.bureau.vault, "destroy", cut)
        with pytest.raises(StorageError):
            desk.office.perform([signed])
    assert State.ISSUED is desk.office.copy(copy).state
    with pytest.raises(CustodyError, match="is destroyed, and it does not open again"):
        share(desk, copy)
    desk.office.perform([signed])
    assert desk.office.copy(copy).has(Mark.CLOSED)


def test_a_refused_return_destroys_nothing(world):
    """One copy of the order is not out: none is returned, and every share is there."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    with refused(desk, CustodyError, "comes back whole", "denials"):
        facts = {"sheets": copy.sheets + 1}
        desk.office.give("return", facts, by="makarov", subjects=[copy])
    assert desk.bureau.vault.get(screens.SHARE, copy.handle)


def test_a_reprint_sends_it_back(world):
    """Printed and never verified: its share goes, and it may be printed on paper."""
    desk, telegram, _ = world
    copy = mine(desk, telegram)[0]
    seal(desk, telegram, [copy])
    again = {"reason": "to paper", "sheets": desk.office.copy(copy).sheets}
    desk.office.give("reprint", again, by=CHIEF, two="makarov", subjects=[desk.office.copy(copy)])
    now = desk.office.copy(copy)
    assert ("", "", State.ALLOTTED) == (now.screen, now.marks, now.state)
    assert desk.bureau.vault.get(screens.SHARE, copy.handle) is None


@pytest.mark.parametrize("act", ["hand_over", "show", "dispatch", "replace_sheet", "route"])
def test_what_is_not_done_with_one(world, act):
    """It is sealed to one person, and is not a thing that goes from hand to hand."""
    desk, telegram, _ = world
    copy = mine(desk, telegram)[0]
    seal(desk, telegram, [copy])
    desk.office.give("verify", {}, by="makarov", subjects=[desk.office.copy(copy)])
    if act == "hand_over":
        facts = {"holder": HOLDER, "due_at": later(desk.bureau.now(), days=3), "return_to": "x"}
        desk.office.give("issue", facts, by="makarov", subjects=[desk.office.copy(copy)])
    due = later(desk.bureau.now(), days=1)
    facts = {
        "hand_over": {"holder": "molotov", "sheets": copy.sheets or 1},
        "show": {"reader": "molotov", "sheets": 1},
        "dispatch": {"office": "beijing", "carrier": "courier", "due_at": due},
        "replace_sheet": {"sheets": 1, "reason": "x"},
        "route": {"readers": "molotov/24"},
    }[act]
    with refused(desk, CustodyError, "sealed to stalin, and opens for nobody else", "denials"):
        desk.office.give(act, facts, by="makarov", subjects=[desk.office.copy(copy)])


# --- orders that do not open ----------------------------------------------------------------------


READS = {
    "by the registrar for them": ("makarov", {"reader": HOLDER, "way": "browser"}, "alone opens"),
    "by another": ("molotov", {"reader": "molotov", "way": "browser"}, "alone opens"),
    "no way": (HOLDER, {"reader": HOLDER}, "nobody said how"),
    "a way there is not": (HOLDER, {"reader": HOLDER, "way": "magic"}, "nobody said how"),
}


@pytest.mark.parametrize("case", READS)
def test_orders_that_open_nothing(world, case):
    """Nobody reads for somebody else, and everybody says how."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    by, facts, says = READS[case]
    with refused(desk, CustodyError, says, "denials"):
        desk.office.give("read", facts, by=by, subjects=[copy])


def test_before_it_is_issued(world):
    """What lies in the registry is read by nobody."""
    desk, telegram, _ = world
    copy = mine(desk, telegram)[0]
    seal(desk, telegram, [copy])
    desk.office.give("verify", {}, by="makarov", subjects=[desk.office.copy(copy)])
    with refused(desk, CustodyError, "is not out with stalin", "denials"):
        facts = {"reader": HOLDER, "way": "browser"}
        desk.office.give("read", facts, by=HOLDER, subjects=[desk.office.copy(copy)])
    assert [] == readable(desk)


def test_an_entry_of_before_does_not_count(world):
    """Only what stands behind the newest issue, by that very person, with its way."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    with desk.office.page() as page:
        leaf = page.leaves.find("subject", copy.handle)[-1]
        page.leaves.put(replace(leaf, act="read"))
    with pytest.raises(CustodyError):
        share(desk, copy)


def test_a_row_by_hand(world):
    """Whom it is sealed to, its state, its date: the ledger says, and a row that differs stops."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    read(desk, copy)
    now = desk.office.copy(copy)
    for changes in (
        {"screen": "molotov"},
        {"due_at": later(desk.bureau.now(), days=90)},
        {"state": State.IN_REGISTRY},
    ):
        with desk.office.page() as page:
            page.copies.put(replace(now, **changes))
        with pytest.raises(CustodyError, match="not in the books as the ledger has it"):
            share(desk, copy, changes.get("screen", HOLDER))
    with desk.office.page() as page:
        page.copies.put(now)
    assert share(desk, copy)


def spoil(desk, copy, act):
    with desk.office.page() as page:
        leaf = next(one for one in page.leaves.find("subject", copy.handle) if one.act == act)
        page.leaves.put(replace(leaf, seed=bytes(32)))


def test_a_leaf_by_hand(world):
    """An entry that its leaf does not commit to says neither who read it nor what was sealed."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    read(desk, copy)
    desk.office.give(
        "extend",
        {"due_at": later(desk.bureau.now(), days=4), "reason": "x"},
        by="makarov",
        subjects=[desk.office.copy(copy)],
    )
    spoil(desk, copy, "read")
    with pytest.raises(CustodyError, match="not in the books as the ledger has it"):
        share(desk, copy)
    spoil(desk, copy, "print")
    with pytest.raises(CustodyError, match="not in the books as the ledger has it"):
        files(desk, copy)


def test_a_copy_that_is_not_printed(world):
    """Nothing was sealed yet."""
    desk, _, copies = world
    with pytest.raises(UnknownError, match="is on paper"):
        files(desk, copies[0])


def test_no_such_copy(world):
    """A handle that the books do not have, and a copy on paper."""
    desk, telegram, copies = world
    with desk.bureau.books.view() as view:
        for call in (
            lambda: screens.share(view, "0" * 32, HOLDER, desk.bureau, "browser"),
            lambda: screens.sealed_copy(view, "0" * 32, desk.bureau),
            lambda: screens.attachment(view, "0" * 32, "sha256:00", desk.bureau),
        ):
            with pytest.raises(UnknownError, match="no such copy"):
                call()
    desk.print(telegram)
    with pytest.raises(UnknownError, match="is on paper"):
        files(desk, copies[0])
    desk.office.give("verify", {}, by="makarov", subjects=[desk.office.copy(copies[0])])
    with refused(desk, CustodyError, "is on paper, and is not opened by browser", "denials"):
        facts = screens.order_facts(HOLDER, "browser")
        desk.office.give("read", facts, by=HOLDER, subjects=[desk.office.copy(copies[0])])


def test_a_proxy_enters_no_others_reading(world):
    """One who is nothing but a proxy says what they read themselves."""
    desk, telegram, copies = world
    desk.print(telegram)
    desk.office.give("verify", {}, by="makarov", subjects=[desk.office.copy(copies[0])])
    with refused(desk, OrderError, "enters no reading but their own", "denials"):
        desk.office.give(
            "read", {"reader": HOLDER}, by="poskrebyshev", subjects=[desk.office.copy(copies[0])]
        )


# --- browsers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "opens"),
    [("secret", False), ("TOP SECRET", True), ("of special importance", True), ("*", True)],
)
def test_up_to_which_level_a_browser_opens(world, most, opens):
    """By the ladder that every office knows; the command line opens all of it."""
    desk, telegram, _ = world
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    desk.office.give("settle", {"name": "reading/browser", "value": most})
    if opens:
        read(desk, copy)
        assert share(desk, copy)
        return
    with pytest.raises(CustodyError, match="is not opened in a browser here"):
        read(desk, copy)
    read(desk, copy, way="command_line")
    assert share(desk, copy, way="command_line")
    with pytest.raises(CustodyError, match="is not opened in a browser here"):
        share(desk, copy)
    with pytest.raises(CustodyError, match="there is no way magic"):
        share(desk, copy, way="magic")
    assert [False] == [one.can_open for one in readable(desk)]
    assert [True] == [one.can_open for one in readable(desk, way="command_line")]


def test_an_order_signed_with_a_passkey_says_browser(world):
    """A passkey signs in a browser and nowhere else: it cannot pass for the command line."""
    desk, telegram, _ = world
    office = desk.office
    office.give("settle", {"name": "reading/browser", "value": "secret"})
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    office.people[HOLDER] = Passkey(HOLDER)
    appoint(office, HOLDER, "reader")
    with refused(desk, CustodyError, "signed with a passkey was signed in a browser", "denials"):
        facts = screens.order_facts(HOLDER, "command_line")
        office.give("read", facts, by=HOLDER, subjects=[office.copy(copy)])
    office.give("settle", {"name": "reading/browser", "value": "top secret"})
    read(desk, copy)
    assert share(desk, copy)


# --- attachments ----------------------------------------------------------------------------------


def test_an_attachment_is_fetched_sealed_and_opened_by_the_reader():
    """Its key stands on the copy and nowhere else; its bytes are whatever the sender gave."""
    plan = b"%PDF-1.4 the plan, which nobody here looks into"
    made = envelopes.seal_attachment(plan, name="plan.pdf", media_type="application/pdf")
    desk, telegram, _ = arrived(attached=made)
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    read(desk, copy)
    (one,) = opened(desk, copy)[0].attachments
    with desk.bureau.books.view() as view:
        sealed = screens.attachment(view, copy.handle, one.sealed_sha256, desk.bureau)
    named = Attachment(
        one.name,
        one.media_type,
        one.size,
        one.sha256,
        one.sealed_sha256,
        one.sealed_size,
        made.attachment.recipient,
    )
    assert plan == envelopes.open_attachment(sealed, named, one.seed)
    assert ("plan.pdf", "") == (one.name, one.shown)


CAMERA = b"canary of a camera 2e90"


def photograph(size=(300, 200)):
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 40)).save(out, "JPEG", comment=CAMERA)
    return out.getvalue()


def pictured(data, name="plan.jpg"):
    """A copy with an attachment, opened by its reader."""
    made = envelopes.seal_attachment(data, name=name, media_type="image/jpeg")
    desk, telegram, _ = arrived(attached=made)
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    read(desk, copy)
    return opened(desk, copy)


def test_a_picture_lies_in_the_copy_as_the_room_drew_it():
    """A plain PNG under a name of ours; what the camera wrote beside it is in the file alone."""
    said, members = pictured(photograph())
    assert ["attachment-01.png"] == [one.shown for one in said.attachments]
    assert list(members)[-1] == "attachment-01.png"
    drawn = members["attachment-01.png"]
    assert (300, 200) == Image.open(io.BytesIO(drawn), formats=("PNG",)).size
    assert not any(CAMERA in member for member in members.values())


@pytest.mark.parametrize("data", [photograph()[:-200], b"<svg/>", b""], ids=["cut", "svg", "none"])
def test_what_cannot_be_drawn_stays_a_file(data):
    """The copy is sealed all the same, and names the file without a picture."""
    said, members = pictured(data)
    assert [("plan.jpg", "")] == [(one.name, one.shown) for one in said.attachments]
    assert not [name for name in members if name.startswith("attachment")]


def test_a_picture_that_has_not_come_in_is_not_waited_for(monkeypatch):
    """The copy is sealed without it; when it comes it is a file to fetch."""
    made = envelopes.seal_attachment(photograph(), name="plan.jpg", media_type="image/jpeg")
    desk, telegram, _ = arrived(attached=made)
    kind, away = type(desk.bureau.blobs), made.attachment.sealed_sha256
    has, get = kind.has, kind.get
    monkeypatch.setattr(kind, "has", lambda blobs, one: one != away and has(blobs, one))
    monkeypatch.setattr(kind, "get", lambda blobs, one: get(blobs, one if one != away else ""))
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    read(desk, copy)
    assert [""] == [one.shown for one in opened(desk, copy)[0].attachments]


def test_a_picture_that_was_altered_is_not_drawn(monkeypatch):
    """Whoever fetches the file is told; the copy does not hang on it."""

    def refuse(*_):
        raise SealError("altered", hint="Ask.")

    monkeypatch.setattr(envelopes, "open_attachment", refuse)
    said, _ = pictured(photograph())
    assert [""] == [one.shown for one in said.attachments]


def test_pictures_that_do_not_fit_are_left_out(monkeypatch):
    """Too large for all pictures together, or for the copy: the copy is sealed without."""
    monkeypatch.setattr(screening, "LOOKS_MAX", 100)
    said, _ = pictured(photograph())
    assert [""] == [one.shown for one in said.attachments]
    monkeypatch.undo()
    said, members = pictured(photograph())
    whole = len(screen_format.encode(*repacked(said, members)))
    monkeypatch.setattr(screen_format, "ARCHIVE_MAX", whole - 1)
    said, _ = pictured(photograph())
    assert [""] == [one.shown for one in said.attachments]


def test_pictures_are_drawn_once_for_all_copies(monkeypatch):
    drawn = []
    monkeypatch.setattr(screening, "redraw", drawn.append)
    made = envelopes.seal_attachment(photograph(), name="plan.jpg", media_type="image/jpeg")
    desk, telegram, _ = arrived(attached=made)
    seal(desk, telegram, mine(desk, telegram))
    assert len(mine(desk, telegram)) > 1
    assert [photograph()] == drawn


def test_a_stranger_to_the_copy_is_no_attachment(world):
    """Only what its telegram's letter names; a digest that somebody made up is refused."""
    desk, telegram, copies = world
    blob = desk.bureau.blobs.put(b"another thing")
    with desk.bureau.books.view() as view, pytest.raises(UnknownError, match="no such attachment"):
        screens.attachment(view, copies[0].handle, blob, desk.bureau)
    assert Subject(copies[0].handle, copies[0].seq)
    assert telegram


# --- P7 -------------------------------------------------------------------------------------------


def test_a_vault_on_a_disk_keeps_no_byte_of_it(world, tmp_path):
    """After the return the folder has no share and no key: nothing there opens what was sealed."""
    desk, telegram, _ = world
    vault = FolderVault(tmp_path / "vault")
    bureau = replace(desk.bureau, vault=vault)
    desk.office.bureau = bureau
    desk.room._in = replace(desk.room._in, bureau=bureau)
    copy = issued(desk, telegram, mine(desk, telegram)[0])
    read(desk, copy)
    given = share(desk, copy)
    end(desk, copy, "return")
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert given not in left
    assert vault.get(screens.SHARE, copy.handle) is None
