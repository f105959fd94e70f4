"""The API: what the command line says, orders that were signed elsewhere, and three sentences."""

from __future__ import annotations

import json
import re

import pytest
from apis import BASE, Reader, conforms, sign, spelled

import desks
from cablegram import cli
from cablegram.desk.api import describing
from cablegram.desk.routes import WAYS
from cablegram.model.acts import State
from cablegram.model.orders import SignedOrder
from cablegram.wiring import ordering, tools
from folders import PASSPHRASE

DUE = 20


@pytest.fixture
def nobody(office_folder):
    with desks.client(office_folder) as browser:
        yield browser


@pytest.fixture
def chief(nobody):
    return Reader(nobody, "makarov")


@pytest.fixture
def copies(nobody):
    """Copies in the registry, by what they go by."""
    with nobody.desk.bureau.books.view() as view:
        return list(view.copies.find("state", State.IN_REGISTRY.value, limit=20))


def post(nobody, body, **headers):
    headers = {"content-type": "application/json", **headers}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return nobody.ask("POST", BASE + "orders", content=data, headers=headers)


def refused(came, status, exit_status=None):
    """A refusal in three sentences, with that status."""
    assert status == came.status_code, came.text
    said = came.json()
    conforms("orders", "POST", said, "400")
    error = said["error"]
    assert error["message"][0] == error["message"][0].lower()
    assert not error["message"].endswith(".")
    assert error["hint"].endswith(".")
    assert error["kept"].endswith(".")
    if exit_status is not None:
        assert exit_status == error["status"]
    return error["message"]


# --- the document and the table -----------------------------------------------------------------


def test_the_document_has_every_way_and_no_other():
    """What stands in the table is described, by path and method; what is described is there."""
    ours = {
        (re.sub(r":\w+\}", "}", way.path), method.lower())
        for way in WAYS
        if way.path.startswith(BASE)
        for method in way.methods
    }
    document = json.loads(describing.document())
    assert ours == {(path, method) for path, way in document["paths"].items() for method in way}


def test_the_document_says_who_may_as_the_table_does():
    """Only what anyone may ask has no security."""
    document = json.loads(describing.document())["paths"]
    for way in WAYS:
        if way.path.startswith(BASE):
            told = document[re.sub(r":\w+\}", "}", way.path)][way.methods[0].lower()]
            assert way.who.anyone is (told.get("security") == []), way.path


def test_anyone_reads_the_document(nobody):
    """It says nothing of the office."""
    came = nobody.get(BASE + "openapi.json")
    assert (200, "application/json") == (came.status_code, came.headers["content-type"])
    assert "moscow" not in came.text


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "params", "words"),
    [
        ("where", {"number": "21481"}, ["where", "21481"]),
        ("where", {"number": "21481/1"}, ["where", "21481/1"]),
        ("log", {"number": "21481/1"}, ["log", "21481/1"]),
        ("log", {"number": "21481"}, ["log", "21481"]),
        ("holders/grau", {}, ["holding", "grau"]),
        ("duties", {"within": 2}, ["duties", "--within", "2"]),
        ("correspondents", {}, ["correspondent", "list"]),
        ("officers", {}, ["officer", "list"]),
    ],
)
def test_it_says_what_the_command_line_says(capsys, nobody, chief, path, params, words):
    """Of one and the same books, byte for byte."""
    said = chief.json(path, **params)
    status = cli.run(["--office", str(nobody.desk.office.root), "--json", *words])
    out = capsys.readouterr().out
    assert status in {0, DUE}
    told = json.loads(out)
    for hit in told.get("found", []):
        assert hit
    assert told == {key: said[key] for key in told}


def test_every_list_is_of_the_form_that_is_described(chief):
    """Each way of reading once, on a day that has something of everything."""
    assert "moscow" == chief.json("office")["office"]
    assert chief.json("due")["overdue"]
    assert chief.json("find", number="21481")["found"]
    assert chief.json("musters")["musters"]
    assert chief.json("musters/1")["muster"] == 1
    assert chief.json("alarms")["alarms"]
    assert chief.json("drafts")["drafts"]
    assert [] == chief.json("denials")["denials"]
    assert chief.json("copies", name="21481", act="issue")["copies"] is not None
    line = chief.json("telegrams", most=2)["telegrams"][0]
    whole = chief.json(f"telegrams/{line['handle']}")
    assert whole["name"] == line["name"]
    copy = chief.json(f"copies/{whole['copies'][0]['handle']}")
    assert copy["life"][0]["act"] == "allot"


def test_a_register_is_read_page_by_page_to_its_end(nobody, chief):
    """None is lost, none told twice, and back leads back."""
    names, place, pages = [], "", 0
    while True:
        said = chief.json("telegrams", most=7, **({"place": place} if place else {}))
        names += [one["name"] for one in said["telegrams"]]
        pages += 1
        place = said["on"]
        if not place:
            break
    with nobody.desk.bureau.books.view() as view:
        whole = [one for one in view.telegrams.find() if one.direction == "in"]
    assert (len(whole), len(whole)) == (len(names), len(set(names)))
    assert pages > 2


def test_a_form_comes_as_pdf(chief):
    """And one about nothing is refused."""
    came = chief.get("forms/distribution", params={"about": "21481"})
    assert (200, "application/pdf") == (came.status_code, came.headers["content-type"])
    assert came.content.startswith(b"%PDF")
    for params in ({}, {"about": "0"}, {"about": "x"}):
        refused(chief.get("forms/distribution", params=params), 404)
    refused(chief.get("forms/letter"), 404)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("where", {}),
        ("where", {"number": ""}),
        ("where", {"number": ["1", "2"]}),
        ("where", {"number": "1", "nummer": "2"}),
        ("where", {"number": "a\nb"}),
        ("where", {"number": "a\u202eb"}),
        ("where", {"number": "9" * 501}),
        ("telegrams", {"direction": "up"}),
        ("telegrams", {"most": "0"}),
        ("telegrams", {"most": "201"}),
        ("telegrams", {"most": "+7"}),
        ("telegrams", {"most": "٧"}),
        ("telegrams", {"place": "on~x~y"}),
        ("telegrams", {"place": "on~~"}),
        ("due", {"within": "36501"}),
        ("due", {"within": "-1"}),
        ("due", {"within": "1e3"}),
        ("duties", {"kind": "nothing"}),
        ("find", {}),
        ("find", {"since": "yesterday"}),
        ("find", {"words": "x" * 501}),
        ("copies", {"act": "steal"}),
        ("copies", {"act": "allot"}),
        ("feed", {"since": "-1"}),
        ("feed", {"since": "99999999999999999"}),
        ("feed", {"wait": "26"}),
    ],
)
def test_a_question_out_of_bounds_is_malformed(chief, path, params):
    """Said, and never a fault of ours."""
    refused(chief.get(path, params=params), 400, 3)


@pytest.mark.parametrize(
    "path",
    [
        "where?number=7777777",
        "log?number=7777777",
        "telegrams/" + "0" * 32,
        "musters/99",
        "musters/99999999999999999999999",
        "holders/nobody",
        "find?words=перемирие",
        "ledger/tile/0/999",
        "ledger/tile/0/../../../card.json",
        "ledger/tile/%2e%2e/%2e%2e/card.json",
        "ledger/tile/0/000%00",
        "ledger/proof/999999",
    ],
)
def test_what_is_not_there_is_said(chief, path):
    """404 in three sentences."""
    assert 404 == chief.get(path).status_code


# --- orders ---------------------------------------------------------------------------------------


def test_an_order_that_was_signed_elsewhere_is_carried_out(nobody, copies):
    """By whoever signed it; who brings it is nobody."""
    signed = sign(
        nobody.desk, "chesnokova", "file", {"place": "case 12"}, ordering.subjects(copies[:1])
    )
    came = post(nobody, spelled(signed))
    assert 200 == came.status_code, came.text
    said = came.json()
    conforms("orders", "POST", said)
    assert ("file", "chesnokova", 0) == (said["act"], said["person"], said["repeat"])
    assert ["filed"] == [one["state"] for one in said["copies"]]
    again = post(nobody, spelled(signed)).json()
    assert {**said, "repeat": 1} == again


def test_two_sign_what_takes_two(nobody, copies):
    """Both in one request."""
    one = copies[0]
    facts = {"method": "burnt", "sheets": one.sheets}
    first = sign(nobody.desk, "chesnokova", "destroy", facts, ordering.subjects([one]))
    assert "takes two persons" in refused(post(nobody, spelled(first)), 409, 5)
    second = tools.second(nobody.desk.office, "vaganov", first)
    came = post(nobody, spelled(first, second))
    assert ["destroyed"] == [copy["state"] for copy in came.json()["copies"]]


def test_each_refusal_has_its_status(nobody, copies):
    """The class of the refusal says which; the exit status is the command line's."""
    desk, subjects = nobody.desk, ordering.subjects(copies[:1])
    verify = sign(desk, "orlova", "verify", {}, subjects)
    refused(post(nobody, spelled(verify)), 409, 5)
    denied = sign(desk, "brodsky", "issue", {"holder": "grau"}, subjects)
    refused(post(nobody, spelled(denied)), 403, 8)
    unknown = sign(desk, "chesnokova", "inquire", {"copy": "0" * 32, "reason": "x"})
    refused(post(nobody, spelled(unknown)), 404, 7)
    locked = sign(desk, "vaganov", "release", {"draft": "sha256:" + "1" * 64})
    refused(post(nobody, spelled(locked)), 503, 10)
    text = sign(desk, "orlova", "read_draft", {"draft": "sha256:" + "1" * 64})
    assert "no text comes through" in refused(post(nobody, spelled(text)), 503, 10)


def test_what_was_refused_is_in_the_log_for_an_inspector(nobody, copies):
    """An officer's order that was refused is; a stranger's is not."""
    good = sign(nobody.desk, "brodsky", "file", {"place": "x"}, ordering.subjects(copies[:1]))
    forged = SignedOrder(good.body, sign(nobody.desk, "makarov", "cancel").signature)
    refused(post(nobody, spelled(forged)), 403, 8)
    refused(post(nobody, spelled(good)), 403, 8)
    found = Reader(nobody, "brodsky").json("denials")["denials"]
    assert [("file", "brodsky")] == [(one["act"], one["officer"]) for one in found]


GOOD = {"body": "e30", "signature": ""}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"orders":[],"orders":[]}',
        b"[" * 200_000,
        b'{"orders":' + b"[" * 90_000 + b"]" * 90_000 + b"}",
        b"\xff\xfe",
        b'{"orders":[1e999]}',
        {"orders": []},
        {"orders": {}},
        {"orders": "x"},
        {"orders": [[]]},
        {"orders": [None]},
        {"orders": [GOOD] * 3},
        {"orders": [GOOD], "matter": 7},
        {"orders": [GOOD], "matter": None},
        {"orders": [GOOD], "matter": "=="},
        {"orders": [GOOD], "matter": "A" * 1_500_000},
        {"orders": [GOOD], "person": "makarov"},
        {"orders": [{**GOOD, "by": "makarov"}]},
        {"orders": [{"body": "e30"}]},
        {"orders": [{"body": 7, "signature": ""}]},
        {"orders": [{"body": "e30=", "signature": ""}]},
        {"orders": [{"body": "é", "signature": ""}]},
        {"orders": [{"body": "A" * 1_500_000, "signature": ""}]},
        {"orders": [{"body": "e30", "signature": "x" * 20_000}]},
        {"orders": [{"body": "e30", "signature": "\ud800"}]},
        {"orders": [GOOD]},
    ],
)
def test_garbage_is_malformed(nobody, body):
    """Said in three sentences, and never a fault of ours."""
    refused(post(nobody, body), 400, 3)


def test_a_body_that_is_too_large_is_not_read(nobody):
    """By what it says of its size, and by what comes where it says nothing."""
    assert 413 == post(nobody, b" " * (3 << 20) + b"  ").status_code

    async def pieces():
        for _ in range(40):
            yield b" " * 100_000

    came = nobody.ask(
        "POST",
        BASE + "orders",
        content=pieces(),
        headers={"content-type": "application/json", "transfer-encoding": "chunked"},
    )
    refused(came, 400, 3)


def test_another_kind_of_body_is_refused(nobody):
    """A form that another site's page sends is no order."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        refused(post(nobody, {"orders": [GOOD]}, **{"content-type": kind}), 400, 3)


def test_no_cookie_is_looked_at_where_orders_come(nobody, copies):
    """Another site may send one, and nothing is done in the name of whoever is logged in."""
    makarov = nobody.log_in("makarov")
    headers = {"content-type": "application/json", "origin": "https://evil.example"}
    came = makarov.ask(
        "POST", BASE + "orders", content=json.dumps({"orders": [GOOD]}).encode(), headers=headers
    )
    refused(came, 400, 3)
    signed = sign(nobody.desk, "chesnokova", "file", {"place": "x"}, ordering.subjects(copies[:1]))
    came = makarov.ask(
        "POST", BASE + "orders", content=json.dumps(spelled(signed)).encode(), headers=headers
    )
    assert "chesnokova" == came.json()["person"]


def test_what_the_next_order_stands_on_is_enough_to_sign_one(nobody, copies):
    """Number, head and moment: as the order that the books' own tools would make."""
    said = Reader(nobody, "chesnokova").json("next")
    order = ordering.unsigned(nobody.desk.bureau, "chesnokova", "sha256:" + "0" * 64, "file")
    assert (order.number, order.signed_at) == (said["number"], said["now"])
    assert order.head.size == said["head"]["size"]
    named = Reader(nobody, "chesnokova").json(
        "copies", act="issue", name=[copies[0].incoming or "21481"], person="grau"
    )
    assert ["grau"] == named["persons"]
    assert named["due_at"]


def test_a_room_that_is_unlocked_prints_by_an_order_from_elsewhere(office_folder):
    """The whole way: over HTTP to the desk, over its socket to the room, and back."""
    from cablegram.wiring import room

    room.unlock(office_folder, PASSPHRASE)
    try:
        with desks.client(office_folder) as nobody:
            with nobody.desk.bureau.books.view() as view:
                waiting = list(view.copies.find("state", State.ALLOTTED.value))
            one = [copy for copy in waiting if copy.telegram == waiting[0].telegram]
            signed = sign(nobody.desk, "vaganov", "print", {}, ordering.subjects(one))
            came = post(nobody, spelled(signed))
            # The seeded letters were never sealed: the room looks for the bytes, and says so.
            assert came.status_code in {200, 404, 409, 422, 503}, came.text
            assert "/" not in json.dumps(came.json().get("room", {}))
    finally:
        room.lock(office_folder)
