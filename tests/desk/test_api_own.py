"""Who does not work with the register is told what is theirs, and of the rest nothing at all."""

from __future__ import annotations

import pytest
from apis import Reader, sign

import desks
from cablegram.model.acts import State
from cablegram.wiring import ordering, tools
from cablegram.wiring.giving import carry_out


@pytest.fixture
def nobody(office_folder):
    """The day's office, with two readers in post who may log in."""
    with desks.client(office_folder) as browser:
        office = browser.desk.office
        for person in ("grau", "lund"):
            post = tools.Post(person, role="reader")
            tools.appoint(office, post, chief="makarov", other="chesnokova")
        office.head()
        yield browser


@pytest.fixture
def out(nobody):
    """A copy that is out with grau."""
    with nobody.desk.bureau.books.view() as view:
        return view.copies.find("holder", "grau", State.ISSUED.value, limit=1)[0]


@pytest.fixture
def grau(nobody):
    return Reader(nobody, "grau")


@pytest.fixture
def lund(nobody):
    return Reader(nobody, "lund")


def test_a_holder_is_told_of_their_copy(grau, out):
    """By its number and its handle, and what they have in all."""
    name = grau.json(f"copies/{out.handle}")["copy"]
    found = grau.json("where", number=name)["found"]
    assert [name] == [copy["copy"] for hit in found for copy in hit["copies"]]
    assert grau.json("log", number=name)["entries"]
    assert out.handle in {copy["handle"] for copy in grau.json("holders/grau")["copies"]}


def test_of_a_telegram_they_are_told_their_copy_alone(grau, nobody, out):
    """Neither who else has one, nor its entries."""
    if not out.telegram:
        pytest.skip("the copy that grau has came from elsewhere")
    said = grau.json(f"telegrams/{out.telegram}")
    assert {"grau"} == {copy["holder"] for copy in said["copies"]}
    assert [] == said["life"]
    whole = Reader(nobody, "makarov").json(f"telegrams/{out.telegram}")
    assert len(whole["copies"]) > len(said["copies"])
    number = grau.json("where", number=said["name"])
    assert {"grau"} == {copy["holder"] for hit in number["found"] for copy in hit["copies"]}


def test_what_is_not_theirs_is_told_as_what_is_not_there(lund, out, nobody):
    """The same status and the same words, so that no number can be tried out."""
    name = Reader(nobody, "makarov").json(f"copies/{out.handle}")["copy"]
    for path in ("where", "log"):
        theirs = lund.get(path, params={"number": name})
        nothing = lund.get(path, params={"number": "7777777/1"})
        assert 404 == theirs.status_code == nothing.status_code
        assert theirs.text.replace(name, "N") == nothing.text.replace("7777777/1", "N")
    for path, other in (
        (f"copies/{out.handle}", f"copies/{'0' * 32}"),
        (f"telegrams/{out.telegram or '1' * 32}", f"telegrams/{'0' * 32}"),
        ("holders/grau", "holders/nobody"),
        ("holders/gra", "holders/xyz"),
    ):
        one, two = lund.get(path), lund.get(other)
        assert (one.status_code, one.text) == (two.status_code, two.text), path
        assert one.status_code in {403, 404}


CLOSED = (
    *("telegrams", "due", "duties", "find?words=x", "musters", "musters/1", "correspondents"),
    *("alarms", "denials", "drafts", "copies?act=issue&name=21481", "ledger/proof/1"),
    *("forms/disclosure?about=21481/1", "ledger/audit.tar", "ledger/disclosure.jsonl"),
)


@pytest.mark.parametrize("path", CLOSED)
def test_the_register_is_not_a_readers_to_look_through(grau, path):
    """403, whatever the question."""
    assert 403 == grau.get(path).status_code


def test_once_it_is_back_it_is_theirs_no_more(grau, nobody, out):
    """From the moment of its return."""
    facts = {"sheets": out.sheets}
    signed = sign(nobody.desk, "chesnokova", "return", facts, ordering.subjects([out]))
    carry_out(nobody.desk.office, [signed])
    assert 403 == grau.get(f"copies/{out.handle}").status_code


def test_a_reader_hears_of_their_own_copies_alone(grau, nobody, out):
    """And the index goes on over what is kept from them."""
    said = grau.json("feed", since=0)
    with nobody.desk.bureau.books.view() as view:
        theirs = {copy.handle for copy in view.copies.find("holder", "grau")}
    assert {entry["handle"] for entry in said["entries"]} <= theirs
    assert 500 == said["next"]


def test_no_role_is_taken_from_a_request(grau):
    """Whatever a header, a cookie or a word of the question says of who asks."""
    for headers in (
        {"x-forwarded-user": "makarov"},
        {"x-roles": "chief"},
        {"cookie": "__Host-cablegram=makarov"},
        {"x-http-method-override": "POST"},
        {"x-original-url": "/api/denials"},
    ):
        assert 403 == grau.get("due", headers=headers).status_code
    for params in ({"person": "makarov"}, {"as": "makarov"}, {"role": "chief"}):
        assert 400 == grau.get("office", params=params).status_code


def test_whoever_is_relieved_reads_no_more(grau, nobody):
    """A token has the roles of this moment, and none after it."""
    tools.relieve(nobody.desk.office, "grau", "left", chief="makarov", other="chesnokova")
    assert 401 == grau.get("office").status_code
