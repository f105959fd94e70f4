"""Commands that the sessions do not show: settling, lists, cards, what is not there."""

from __future__ import annotations

import json

import pytest

from cablegram.ports import SPECS
from cablegram.registry import offices
from cablegram.sealing.keys import OfficerKey
from cablegram.wiring import desk, tools
from folders import PASSPHRASE, founding


@pytest.fixture
def passphrase(tmp_path):
    path = tmp_path / "pass"
    path.write_text(PASSPHRASE + "\n")
    return path


@pytest.fixture
def beijing(tmp_path):
    """Another office beside."""
    root = tmp_path / "beijing"
    tools.init_office(
        root, founding(office="beijing", chief="zhou", names={"en": "Beijing"})
    ).close()
    return root


@pytest.fixture
def met(run, beijing):
    """Beijing's card is entered and compared."""
    assert (
        0 == run("--as", "makarov", "correspondent", "add", beijing / "card.json", "--compared")[0]
    )


def test_a_series_is_settled_field_by_field(run):
    """What is not given stays; the letter may be new and made the current one."""
    run(
        "--as",
        "makarov",
        "office",
        "series",
        "T",
        "--days",
        3,
        "--calendar",
        "--counted",
        "printed",
        "--return-to",
        "Special Sector",
        "--standing",
        "addressee, file, molotov",
        "--allowance",
        2,
        "--exempt",
        "immediate",
        "--two",
        "release,open",
        "--current",
    )
    _, out, _ = run("--json", "office", "series")
    assert {
        "letter": "T",
        "count": 3,
        "unit": "calendar days",
        "counted": "printed",
        "to": "Special Sector",
        "standing": ["addressee", "file", "molotov"],
        "allowance": 2,
        "exempt": "immediate",
        "two": ["open", "release"],
        "may_hold": [],
        "file_copies": "yes",
        "short_content": "no",
        "waits": [],
        "tracer_days": 3,
        "tracers": 2,
        "muster_days": 0,
        "review_years": 0,
        "keep_years": 0,
        "new_letter": "no",
    } == json.loads(out)
    run("--as", "makarov", "office", "series", "T", "--days", 4)
    _, out, _ = run("--json", "office", "series", "T")
    assert (4, "24-hour days", 2) == tuple(
        json.loads(out)[name] for name in ("count", "unit", "allowance")
    )
    assert "G" == json.loads(run("--json", "office", "series", "G")[1])["letter"]


def test_what_a_series_asks_is_settled_by_options(run):
    """Who may hold, no file copies (its standing list loses them), short content, what waits."""
    asked = ("--may-hold", "stalin,role:officer", "--no-file-copies", "--short-content")
    acts = ("--waits", "destroy,open", "--two", "issue, dispatch")
    run("--as", "makarov", "office", "series", "T", *asked, *acts)
    said = json.loads(run("--json", "office", "series", "show", "T")[1])
    assert (["role:officer", "stalin"], "no", "yes") == tuple(
        said[name] for name in ("may_hold", "file_copies", "short_content")
    )
    assert (["addressee", "addressee"], ["destroy", "open"], ["dispatch", "issue"]) == tuple(
        said[name] for name in ("standing", "waits", "two")
    )
    shown = run("office", "series", "show", "T")[1]
    assert "held by role:officer, stalin" in shown
    assert "copies in the file no" in shown
    plain = ("--may-hold", "anyone", "--file-copies", "--no-short-content", "--waits", "none")
    run("--as", "makarov", "office", "series", "T", *plain, "--two", "none")
    said = json.loads(run("--json", "office", "series", "T")[1])
    assert ([], "yes", "no", [], []) == tuple(
        said[name] for name in ("may_hold", "file_copies", "short_content", "waits", "two")
    )
    assert 2 == run("office", "series", "T", "G")[0]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("Z",), 7),
        (("g", "--days", 3), 3),
        (("G", "--days", 0), 3),
        (("G", "--days", 99999), 3),
        (("G", "--exempt", "sometimes"), 3),
        (("G", "--standing", "Molotov!"), 3),
        (("G", "--return-to", "a\u202eb"), 3),
        (("Q", "--current"), 7),
    ],
)
def test_a_regime_that_is_none_is_refused(run, arguments, status):
    """And the one before stays."""
    before = run("--json", "office", "series")[1]
    assert status == run("--as", "makarov", "office", "series", *arguments)[0]
    assert before == run("--json", "office", "series")[1]


def test_cover_names_are_listed(run, root):
    """The person's name lies in the vault alone."""
    run("--as", "makarov", "office", "cover", "Filippov", "stalin", "--name", "тов. Сталин")
    assert [["Filippov", "stalin"]] == json.loads(run("--json", "office", "cover")[1])[
        "cover_names"
    ]
    office = desk.Office(root)
    assert "тов. Сталин".encode() == office.bureau.vault.get("name", "stalin")
    with office.bureau.books.view() as view:
        assert "stalin" == view.cover_names.get("Filippov").person
    office.close()
    assert "тов".encode() not in (root / "books.sqlite").read_bytes()


def test_numbers_go_on_from_an_old_register(run):
    """Also those that run within a series."""
    run("--as", "makarov", "office", "numbers", "--go-on-from", "outgoing", 3348)
    run("--as", "makarov", "office", "numbers", "--go-on-from", "incoming", 2279)
    last = json.loads(run("--json", "office", "numbers")[1])["last"]
    assert {"outgoing G": 3348, "incoming": 2279} == last


def test_the_clock_of_the_machine_is_not_set(tmp_path, run):
    """Only an office for drills has one of its own."""
    root = tmp_path / "real"
    tools.init_office(root, founding(at="")).close()
    status, _, err = run("--office", root, "office", "clock", "--set", "1951-07-06T09:00")
    assert (12, 3) == (status, len(err.splitlines()))
    assert 0 == json.loads(run("--office", root, "--json", "office", "clock")[1])["own"]
    assert "1951-07-05T15:30:00Z" == json.loads(run("--json", "office", "clock")[1])["now"]


def test_officers_are_added_listed_and_relieved(run, passphrase, tmp_path):
    """By the chief and a second; with a key made elsewhere where that is wished."""
    (tmp_path / "key.pub").write_text(OfficerKey.generate().public_key.line() + " me@desk\n")
    both = ("--json", "--as", "makarov", "--second", "vaganov")
    said = run(*both, "officer", "add", "chesnokova", "--key", "key.pub", "--role", "chief")
    assert {"person": "chesnokova", "role": "chief"} == json.loads(said[1])
    run(*both[1:], "officer", "relieve", "chesnokova", "--reason", "posted")
    said = run(*both, "officer", "add", "molotov")
    assert 0 == said[0]
    assert 0 == run(*both, "officer", "relieve", "molotov", "--reason", "left")[0]
    names = [row["person"] for row in json.loads(run("--json", "officer", "list")[1])["officers"]]
    assert ["makarov", "vaganov"] == names
    _, out, _ = run("officer", "list", "--all")
    assert 2 == out.count("relieved")
    assert 12 == run(*both, "officer", "add", "third", "--key", "gone.pub")[0]
    assert 5 <= run("--as", "makarov", "officer", "relieve", "makarov", "--reason", "x")[0]


def test_a_correspondent_is_known_compared_and_listed(run, beijing, tmp_path):
    """By one file, or the card with its signatures beside it."""
    assert 0 == run("--office", beijing, "office", "card", "--out", "b.card", office=False)[0]
    said = json.loads(run("--as", "makarov", "--json", "correspondent", "add", "b.card")[1])
    assert ("beijing", 0, 0) == (said["office"], said["compared"], said["repeat"])
    assert "not compared" in run("correspondent", "list")[1]
    words = json.loads(run("--json", "correspondent", "words", "beijing")[1])["words"]
    ours = run("--office", beijing, "correspondent", "words", office=False)[1].strip()
    assert ours == words
    card = beijing / "card.json"
    said = run("--as", "makarov", "--json", "correspondent", "add", card, "--compared")
    assert 1 == json.loads(said[1])["compared"]
    said = run("--as", "makarov", "--json", "correspondent", "add", "b.card")
    assert (1, 1) == (json.loads(said[1])["compared"], json.loads(said[1])["repeat"])
    (row,) = json.loads(run("--json", "correspondent", "list")[1])["correspondents"]
    assert ("beijing", 1, {"en": "Beijing"}) == (row["office"], row["compared"], row["names"])
    _, out, _ = run("--office", beijing, "office", "card", office=False)
    assert (tmp_path / "b.card").read_text() == out


@pytest.mark.parametrize("fault", ["stripped", "flipped", "other", "noise", "alone"])
def test_a_card_that_does_not_hold_is_refused(run, beijing, tmp_path, fault):
    """A signature taken off, a byte changed, another's signature, no card at all."""
    run("--office", beijing, "office", "card", "--out", "b.card", office=False)
    data = (tmp_path / "b.card").read_bytes()
    begin = b"-----BEGIN SSH SIGNATURE-----"
    body, first, second = data.partition(begin)[0], *data.split(begin)[1:]
    changed = {
        "stripped": body + begin + first,
        "flipped": data.replace(b'"serial":1', b'"serial":2', 1),
        "other": body + begin + first + begin + first,
        "noise": b"\x00\xff" * 100,
        "alone": body.rstrip(b"\n"),
    }[fault]
    assert second
    (tmp_path / "bad.card").write_bytes(changed)
    status, out, err = run("--as", "makarov", "correspondent", "add", "bad.card", "--compared")
    assert status in {3, 4}
    assert ("", 3) == (out, len(err.splitlines()))
    assert [] == json.loads(run("--json", "correspondent", "list")[1])["correspondents"]


def test_a_passphrase_is_asked_for_only_where_somebody_can_type(run, monkeypatch):
    """A script is told how to give it."""
    status, _, err = run("room", "unlock")
    assert 12 == status
    assert "--passphrase-file" in err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: PASSPHRASE)
    assert 0 == run("room", "unlock")[0]
    status, out, _ = run("--json", "room", "status")
    assert "unlocked" == json.loads(out)["state"]
    assert 1 == json.loads(run("--json", "room", "lock")[1])["was"]


def test_a_room_that_holds_its_lock_and_does_not_answer_is_told(run, passphrase, root):
    """It is not said to be locked."""
    assert 0 == run("--passphrase-file", passphrase, "room", "unlock")[0]
    (root / "room" / "socket").rename(root / "room" / "away")
    assert 10 == run("room", "status")[0]
    assert 10 == run("room", "lock")[0]
    (root / "room" / "away").rename(root / "room" / "socket")


def test_nobody_is_taken_for_the_one_who_orders(run, root):
    """One key here may be meant; of two, one must be named."""
    assert 12 == run("office", "cover", "Filippov", "stalin")[0]
    (root / "officers" / "vaganov.key").unlink()
    assert 0 == run("office", "cover", "Filippov", "stalin")[0]
    (root / "officers" / "makarov.key").unlink()
    (root / "officers").rmdir()
    assert 12 == run("office", "cover", "Filippov", "stalin")[0]


def test_an_order_that_was_done_but_not_signed_over_says_so(run, root, monkeypatch):
    """What was kept is told as it is."""
    from cablegram.errors import LedgerError

    def fail(_self):
        raise LedgerError("no head", hint="Look.")

    monkeypatch.setattr(desk.Office, "head", fail)
    status, _, err = run("--as", "makarov", "office", "cover", "Filippov", "stalin")
    assert 6 == status
    assert "kept: The order was carried out and is in the books; no signed head covers it." in err
    monkeypatch.undo()
    office = desk.Office(root)
    with office.bureau.books.view() as view:
        assert view.cover_names.get("Filippov") is not None
        assert offices.series(view).letter == "G"
    office.close()


def test_an_audit_finds_what_was_changed(run, root, tmp_path):
    """Exit status 6, each finding on a line, and nothing touched."""
    assert 0 == run("audit")[0]
    key = desk.Office(root).card.ledger_key
    assert 0 == run("audit", root / "ledger", "--key", key, office=False)[0]
    bundles = (root / "ledger" / "tile" / "entries").glob("000.p/*")
    bundle = max(bundles, key=lambda path: int(path.name))
    data = bytearray(bundle.read_bytes())
    data[-10] ^= 1
    bundle.write_bytes(data)
    status, out, err = run("--json", "audit", root / "ledger", "--key", key, office=False)
    assert 6 == status
    assert json.loads(out)["findings"]
    assert "kept: Nothing was changed: an audit only reads." in err
    assert bytes(data) == bundle.read_bytes()
    assert 3 == run("audit", root / "ledger", "--key", "not a key", office=False)[0]
    assert 12 == run("audit", tmp_path / "gone", "--key", key, office=False)[0]
    assert 12 == run("audit", "--disclosed", "gone")[0]


def test_an_inspectors_file_is_written_whole(run, root, tmp_path):
    """And a cut one is a finding."""
    assert "entries" in json.loads(run("--json", "audit", "--disclose", "insp")[1])
    whole = (tmp_path / "insp").read_bytes()
    assert 0 == run("audit", "--disclosed", "insp")[0]
    (tmp_path / "cut").write_bytes(whole[:-20])
    assert 6 == run("audit", "--disclosed", "cut")[0]
    assert [] == list(tmp_path.glob(".insp*"))


def test_a_muster_list_that_is_not_text_is_refused(run, tmp_path):
    """A number a line."""
    (tmp_path / "list").write_bytes(b"\xff\xfe")
    assert 3 == run("--as", "makarov", "muster", "--sighted", "list")[0]
    (tmp_path / "empty").write_text("\n\n")
    said = run("--json", "--as", "makarov", "muster", "--sighted", "empty", "--note", "x")
    assert ([], []) == tuple(json.loads(said[1])[name] for name in ("sighted", "unsighted"))
    later = ("--cut-off", "1960-01-01T00:00")
    assert 5 == run("--as", "makarov", "muster", "--sighted", "empty", *later)[0]


@pytest.mark.usefixtures("met")
def test_a_return_counts_in_whole_days_and_a_fulfilment_has_its_moment(run, tmp_path):
    """A draft with everything on it is sealed; nothing readable is kept of it."""
    (tmp_path / "t.md").write_text("Every word of CANARY.\n")
    (tmp_path / "map.bin").write_bytes(b"CANARY" * 100)
    status, out, _ = run(
        "--json",
        "--as",
        "makarov",
        "draft",
        "--to",
        "beijing",
        "--for",
        "Filippov",
        "--info",
        "Molotov",
        "--signatory",
        "Makarov",
        "--on-behalf-of",
        "the Department",
        "--text",
        "en=t.md",
        "--attach",
        "map.bin",
        "--level",
        "TOP SECRET",
        "--policy",
        "SU",
        "--category",
        "A",
        "--caveat",
        "copying prohibited",
        "--precedence",
        "flash",
        "--copies",
        4,
        "--return-days",
        6,
        "--return-to",
        "Registry",
        "--calendar",
        "--fulfil-by",
        "1951-07-10T12:00",
        "--subject",
        "maps",
        "--label",
        "reconstruction",
        "--series",
        "G",
    )
    assert 0 == status
    assert json.loads(out)["draft"].startswith("sha256:")
    for path in (tmp_path / "moscow").rglob("*"):
        assert not path.is_file() or b"CANARY" not in path.read_bytes()
    assert 2 == run("draft", "--to", "beijing", "--text", "en=t.md")[0]
    assert (
        3
        == run(
            "draft",
            "--to",
            "beijing",
            "--for",
            "x",
            "--signatory",
            "x",
            "--text",
            "en=map.bin",
            "--kind",
            "poem",
        )[0]
    )


@pytest.mark.usefixtures("met")
@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[2Jb", "a\u202eb", "e\u0301"])
def test_text_that_could_mislead_is_refused_in_a_draft(run, tmp_path, text):
    """Control, bidirectional, not in normal form."""
    (tmp_path / "t.md").write_text(text)
    arguments = ("--to", "beijing", "--for", "x", "--signatory", "x", "--text", "en=t.md")
    assert 3 == run("draft", *arguments)[0]


def rows(root):
    """Every row of the books."""
    office = desk.Office(root)
    try:
        with office.bureau.books.view() as view:
            return {name: list(getattr(view, name).find()) for name in SPECS if name != "denials"}
    finally:
        office.close()


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "21497"),
        ("issue", "1/1", "--to", "stalin"),
        ("issue", "1/1", "--to", "stalin", "--due", "tomorrow"),
        ("return", "575/2280", "--sheets", "2"),
        ("dispatch", "1/1", "--to", "nowhere", "--carrier", "courier"),
        ("accept", "21497/2", "--sheets", "2"),
        ("accept", "21497", "--sheets", "2"),
        ("accept", "21497/2", "--from", "archive", "--paper", "--sheets", "0"),
        ("act", "conjure", "1/1"),
        ("allot", "1", "--for", "stalin", "--reason", "asked"),
        ("alarm", "close", "1", "--reason", "none"),
        ("office", "cover", "Filippov", "Stalin!"),
        ("office", "cover", "a\x07", "stalin"),
        ("office", "numbers", "--go-on-from", "leaf", "4"),
        ("office", "series", "G", "--two", "dance"),
        ("officer", "add", "third"),
        ("officer", "relieve", "makarov", "--reason", "x"),
        ("send", "sha256:" + "0" * 64),
        ("open", "1"),
        ("print", "1"),
        ("log", "9/9"),
        ("where", "9/9"),
    ],
)
def test_a_refusal_that_says_nothing_was_changed_tells_the_truth(run, root, arguments):
    """Not one row of the books is another; no file of keys, sheets or sealed bytes is new."""
    files = sorted(path.name for path in root.rglob("*") if "sqlite" not in path.name)
    before = rows(root)
    status, out, err = run("--as", "makarov", *arguments)
    assert status not in {0, 70}
    assert ("", "kept: Nothing was changed.") == (out, err.splitlines()[-1])
    assert before == rows(root)
    assert files == sorted(path.name for path in root.rglob("*") if "sqlite" not in path.name)


def test_paper_of_an_office_without_cablegram_is_taken_on_charge(run):
    """Under our own incoming number, with the number it bears there."""
    arguments = ("accept", "12/1", "--from", "archive", "--paper", "--sheets", 3)
    limit = ("--limit", "1951-07-20T12:00", "--whom", "stalin", "--note", "by hand")
    said = run("--json", "--as", "makarov", *arguments, *limit)
    assert (["1"], ["in_registry"]) == tuple(
        json.loads(said[1])[name] for name in ("copies", "states")
    )
    said = run("--as", "makarov", *arguments)
    assert 5 == said[0]
    said = run("--as", "makarov", "act", "read", 1, "--fact", "reader=makarov")
    assert (0, "1 is in the registry\n") == said[:2]
    said = run("--json", "--as", "makarov", "act", "read", 1, "--fact", "reader=makarov")
    assert 1 == json.loads(said[1])["repeat"]
    assert "must go back" not in run("due")[1]
    assert "must go back" in run("due", "--within", 30)[1]
    assert "1 is in the registry (case 4)" not in run("--as", "makarov", "where", 1)[1]
    assert 0 == run("--as", "makarov", "file", 1, "--place", "case 4")[0]
    assert 0 == run("--as", "makarov", "act", "charge-out", 1, "--fact", "reason=asked")[0]
    acts = [e["act"] for e in json.loads(run("--json", "log", 1)[1])["entries"]]
    assert ["accept", "read", "file", "charge_out"] == acts


def test_a_kept_checkpoint_is_what_the_ledger_must_begin_with(run, root, tmp_path):
    """An old one holds; another ledger's, a larger one and none at all do not."""
    key = desk.Office(root).card.ledger_key
    folder = root / "ledger"
    (tmp_path / "kept").write_bytes((folder / "checkpoint").read_bytes())
    assert 0 == run("--as", "makarov", "office", "cover", "Kept", "anybody")[0]
    (tmp_path / "newer").write_bytes((folder / "checkpoint").read_bytes())
    assert 0 == run("audit", folder, "--key", key, "--kept", tmp_path / "kept", office=False)[0]
    assert 12 == run("audit", folder, "--key", key, "--kept", tmp_path / "gone", office=False)[0]
    (folder / "checkpoint").write_bytes((tmp_path / "kept").read_bytes())
    status, out, _ = run("audit", folder, "--key", key, "--kept", tmp_path / "newer", office=False)
    assert 6 == status
    assert "against a kept checkpoint: the kept checkpoint has" in out
    (tmp_path / "junk").write_bytes(b"junk")
    status, out, _ = run("audit", folder, "--key", key, "--kept", tmp_path / "junk", office=False)
    assert 6 == status


def test_our_own_audit_finds_a_row_that_was_written_by_hand(run, root):
    """An appointment changed by SQL: the leaves still hold, and the books do not."""
    import apsw

    assert 0 == run("audit")[0]
    connection = apsw.Connection(str(root / "books.sqlite"))
    connection.execute("update orders set body = cast(body || x'20' as blob)")
    connection.close()
    status, _, err = run("audit")
    assert 6 == status
    assert "is not the one that was spent" in err
    assert "kept: Nothing was changed: an audit only reads." in err
