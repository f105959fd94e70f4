"""The signer serves its files and nothing else, and what it can say is what orders can be."""

from __future__ import annotations

import json
import re
import socket
from hashlib import sha256
from urllib.parse import urlsplit

import pytest

from cablegram.model import acts
from cablegram.model.orders import OFFICE_RULES, OfficeAct
from cablegram.wire import canonical
from cablegram.wiring import signer_files as files
from signing import signer

STATIC = files.code()


@pytest.fixture(scope="module")
def at():
    with signer() as at:
        yield at


def test_every_file_comes_as_it_was_hashed(at):
    """Each path of the manifest, byte for byte; the manifest's own hash is over all of them."""
    made = json.load(at.get("/manifest.json"))
    assert {"/sign", "/enrol", "/static/sign.js", "/static/words/ru.json"} <= set(made["files"])
    for path, digest in made["files"].items():
        got = at.get(path)
        assert (200, digest) == (got.status, "sha256:" + sha256(got.read()).hexdigest()), path
    spelled = json.dumps(made["files"], sort_keys=True, separators=(",", ":")).encode()
    assert made["hash"] == "sha256:" + sha256(spelled).hexdigest()


def test_what_it_knows_of_the_office(at):
    """Out of the settings, and nothing more."""
    said = json.load(at.get("/config.json"))
    assert said == {
        "format": "cablegram/signer/v1",
        "office": "moscow",
        "zone": "Europe/Moscow",
        "language": "en",
        "desk": at.desk,
        "signer": at.signer,
    }


@pytest.mark.parametrize("path", ["/sign", "/static/sign.js", "/config.json", "/nothing"])
def test_every_answer_has_its_walls(at, path):
    """Own files alone, the desk to talk to, no frame, no sniffing, no cookie."""
    heads = at.get(path).headers
    policy = dict(each.split(" ", 1) for each in heads["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "connect-src": f"'self' {at.desk}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    for name, value in (
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-cache"),
    ):
        assert value == heads[name]
    assert "publickey-credentials-get=(self)" in heads["permissions-policy"]
    for name in ("set-cookie", "server", "date", "access-control-allow-origin"):
        assert name not in heads


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"])
def test_it_is_only_read(at, method):
    """Whatever else is wanted of it is refused, and says what is allowed."""
    got = at.get("/sign", method=method)
    assert (405, "GET, HEAD") == (got.status, got.headers["allow"])


def test_head_and_what_was_seen_before(at):
    """HEAD has the head alone; what a browser has already is not sent again."""
    whole = at.get("/sign")
    head = at.get("/sign", method="HEAD")
    assert (200, b"", whole.headers["content-length"]) == (
        head.status,
        head.read(),
        head.headers["content-length"],
    )
    again = at.get("/sign", **{"if-none-match": whole.headers["etag"]})
    assert (304, b"") == (again.status, again.read())


@pytest.mark.parametrize(
    "host", ["desk.localhost", "127.0.0.1", "sign.localhost", "evil.sign.localhost", ""]
)
def test_another_host_s_name(at, host):
    """A name that is not its own, with its own port and without: nothing is served."""
    port = urlsplit(at.signer).port
    for name in (host, f"{host}:{port}"):
        if name != urlsplit(at.signer).netloc:
            got = at.get("/sign", host=name)
            assert (421, b"this is another host's signer\n") == (got.status, got.read())


@pytest.mark.parametrize(
    "path",
    [
        "/", "/sign/", "/sign.html", "/Sign", "/sign?x=1", "/static/", "/static",
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/sign.html", "//sign", "/app.py",
        "/static/words/../sign.js", "/office.toml",
    ],
)  # fmt: skip
def test_there_is_no_other_page(at, path):
    """Paths are looked up whole: nothing is taken apart, nothing lies behind."""
    got = at.get(path)
    assert (404, b"there is no such page\n") == (got.status, got.read())


def test_a_request_that_is_none(at):
    """Bytes that are no HTTP end that connection, and nothing else."""
    place = urlsplit(at.signer)
    for said in (b"\0\xff\r\n\r\n", b"GET /sign\r\n\r\n", b"GET " + b"x" * 200_000):
        with socket.create_connection(("127.0.0.1", place.port), 5) as line:
            line.sendall(said)
            line.shutdown(socket.SHUT_WR)
            assert b"<!doctype" not in line.recv(4096)
    assert 200 == at.get("/sign").status


def test_scripts_and_pages_have_no_code_in_line():
    """No script, style or handler stands in a page; no script makes code or markup of text."""
    for path, one in STATIC.items():
        text = one.data.decode()
        if one.kind.startswith("text/html"):
            assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|style=|javascript:", text)
        if one.kind.startswith("text/javascript") and not path.endswith("age.js"):
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write"
                r"|localStorage|sessionStorage|indexedDB|document\.cookie",
                text,
            ), path


def named(name):
    """The names of a list in facts.js."""
    text = STATIC["/static/facts.js"].data.decode()
    found = re.search(rf"const {name} = ([\[{{].*?\n?[\]}}]);", text, re.DOTALL)
    return (
        re.findall(r'"([a-z_]+)"(?!,? "fact")', found[1])
        if "[" in found[1][:1]
        else re.findall(r"^    (\w+): \(\) => word\(", found[1], re.MULTILINE)
    )


def test_every_act_that_can_be_ordered_has_words():
    """And none that cannot: the page signs what it knows."""
    assert sorted(act.value for act in acts.RULES) == sorted(named("COPY_ACTS"))
    assert sorted(act.value for act in OFFICE_RULES) == sorted(named("OFFICE_ACTS"))
    assert not {act.value for act in acts.Act} & {act.value for act in OfficeAct}


def test_every_fact_that_an_order_may_say_has_a_name():
    """Of all rows of both tables."""
    rules = (*acts.RULES.values(), *OFFICE_RULES.values())
    said = {fact for rule in rules for fact in (*rule.needs, *rule.may)}
    assert set() == said - set(named("FACTS"))


def test_facts_are_shown_as_what_they_are():
    """Moments as moments, ids as ids: the lists of the rules are the page's too."""
    assert set(acts.MOMENTS) <= set(named("MOMENTS"))
    assert acts.PERSONS | acts.PERSON_LISTS | acts.OFFICES <= set(named("IDS"))
    assert not set(named("MOMENTS")) & set(named("IDS"))


def test_the_hash_is_over_everything_served():
    """A byte more in any file is another hash."""
    before = files.manifest()["hash"]
    named_ = {path: one.digest for path, one in STATIC.items()}
    for path in named_:
        other = {**named_, path: canonical.digest(STATIC[path].data + b" ")}
        assert before != canonical.digest(canonical.encode(other))
