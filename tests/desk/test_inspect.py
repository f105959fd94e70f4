"""Inspector's pages, and tokens: what is said is not what proves, and what is taken along is."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from io import BytesIO

import pytest
from apis import Reader

import desks


@pytest.fixture
def nobody(office_folder):
    with desks.client(office_folder) as browser:
        yield browser


@pytest.fixture
def brodsky(nobody):
    """The inspector."""
    return nobody.log_in("brodsky")


def test_what_was_downloaded_is_judged_good_elsewhere(brodsky, tmp_path):
    """By the very command of the page, by a program that never saw the office."""
    page = brodsky.get("/inspect").text
    command = "cablegram audit ledger --card card.json --disclosed disclosed.jsonl"
    assert f"tar -xf ledger-of-moscow.tar\n{command}" in page
    came = brodsky.get("/api/ledger/audit.tar")
    assert (200, "application/x-tar") == (came.status_code, came.headers["content-type"])
    assert 'attachment; filename="ledger-of-moscow.tar"' == came.headers["content-disposition"]
    assert str(len(came.content)) == came.headers["content-length"]
    with tarfile.open(fileobj=BytesIO(came.content)) as archive:
        archive.extractall(tmp_path, filter="data")
    judged = judge(tmp_path, *command.split()[1:])
    assert (0, "") == (judged.returncode, judged.stderr)
    assert "every entry is as it was signed" in judged.stdout
    entries = tmp_path / "ledger" / "tile" / "0" / "000"
    data = bytearray(entries.read_bytes())
    data[0] ^= 1
    entries.write_bytes(data)
    assert 6 == judge(tmp_path, *command.split()[1:]).returncode


def judge(folder, *words):
    """A program of its own in a folder that is no office."""
    line = [sys.executable, "-m", "cablegram", *words]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)


def test_one_entry_is_shown_step_by_step_up_to_the_signed_root(brodsky, nobody, tmp_path):
    """As a pencil would: the last hash of the table is the root that the head signs."""
    page = brodsky.get("/inspect", params={"entry": "42"}).text
    hashes = re.findall(r'<td><code class="hash">([0-9a-f]{64})</code></td>', page)
    with nobody.desk.bureau.books.view() as view:
        head = view.head.get("head")
    assert head.root.hex() == hashes[-1]
    assert len(set(hashes)) == len(hashes) > 5
    proof = brodsky.get("/api/ledger/proof/42")
    assert 'attachment; filename="entry-42.proof"' == proof.headers["content-disposition"]
    (tmp_path / "entry-42.proof").write_bytes(proof.content)
    (tmp_path / "moscow.card").write_bytes(brodsky.get("/api/ledger/card").content)
    assert "cablegram audit --proof entry-42.proof --card moscow.card" in page
    judged = judge(tmp_path, "audit", "--proof", "entry-42.proof", "--card", "moscow.card")
    assert (0, "") == (judged.returncode, judged.stderr)
    assert "entry 42 of moscow/ledger is under a signed head" in judged.stdout


@pytest.mark.parametrize("entry", ["999999", "-1", "x", "<script>", "9" * 40, "٤٢"])
def test_an_entry_that_is_not_there_is_said(brodsky, entry):
    """On the page, and nothing of what was typed becomes markup."""
    came = brodsky.get("/inspect", params={"entry": entry})
    assert 200 == came.status_code
    assert 'role="alert"' in came.text
    assert "<script>" not in came.text


def test_no_person_and_no_text_is_in_what_is_taken_along(brodsky):
    """Kind, act, subject and count, and no more."""
    data = brodsky.get("/api/ledger/audit.tar").content
    for name in (b"grau", b"makarov", b"chesnokova", "Макаров".encode()):
        assert name not in data


@pytest.mark.parametrize("path", ["/inspect", "/api/ledger/audit.tar", "/api/ledger/proof/1"])
def test_only_an_inspector_or_the_chief_takes_it(nobody, path):
    """A custodian does not, and nobody without a log-in."""
    assert 200 == nobody.log_in("makarov").get(path).status_code
    assert 403 == nobody.log_in("chesnokova").get(path).status_code
    assert nobody.get(path).status_code in {303, 401}


# --- tokens ---------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_kept_as_its_digest(brodsky, nobody):
    """The answer has it, the list has not, and the store has nothing of it."""
    came = brodsky.post("/tokens", data={"label": "the wall", "days": "7"})
    (secret,) = set(re.findall(r"cbr_[A-Za-z0-9_-]{43}", came.text))
    assert "no-store" == came.headers["cache-control"]
    page = brodsky.get("/tokens").text
    assert ("the wall" in page, secret in page) == (True, False)
    store = (nobody.desk.office.root / "desk.sqlite").read_bytes()
    wal = nobody.desk.office.root / "desk.sqlite-wal"
    assert secret.encode() not in store + (wal.read_bytes() if wal.exists() else b"")
    headers = {"authorization": f"Bearer {secret}"}
    assert "brodsky" == nobody.ask("GET", "/api/office", headers=headers).json()["you"]["person"]
    name = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert 303 == brodsky.post("/tokens/end", data={"token": name}).status_code
    assert 401 == nobody.ask("GET", "/api/office", headers=headers).status_code


def test_nobody_ends_anothers_token(brodsky, nobody):
    """Though its name were known."""
    makarov = Reader(nobody, "makarov")
    (name,) = [one.name for one in nobody.desk.store.of("token", "makarov")]
    assert 403 == brodsky.post("/tokens/end", data={"token": name}).status_code
    assert 200 == makarov.get("office").status_code


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"days": "0"},
        {"days": "91"},
        {"days": "x"},
        {"days": "7", "label": "x" * 61},
        {"days": "7", "label": "a\x1bb"},
    ],
)
def test_a_token_out_of_bounds_is_not_made(brodsky, nobody, form):
    """And none more than sixteen."""
    assert 400 == brodsky.post("/tokens", data=form).status_code
    assert [] == list(nobody.desk.store.of("token", "brodsky"))


def test_sixteen_tokens_are_enough(brodsky):
    """The next one is refused, and says which way out there is."""
    for _ in range(16):
        assert 200 == brodsky.post("/tokens", data={"days": "1"}).status_code
    assert 403 == brodsky.post("/tokens", data={"days": "1"}).status_code


def test_a_token_reads_and_does_nothing_else(nobody):
    """It opens no page, makes no token, and no way that writes."""
    makarov = Reader(nobody, "makarov")
    headers = {"authorization": f"Bearer {makarov.secret}"}
    ours = {"origin": nobody.desk.origin, "sec-fetch-site": "same-origin"}
    assert 303 == nobody.ask("GET", "/me", headers=headers).status_code
    for path in ("/tokens", "/logout", "/me/recovery", "/me/sessions/end"):
        came = nobody.ask("POST", path, headers={**headers, **ours})
        assert (303, "/login") == (came.status_code, came.headers["location"])


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic {}",
        "Bearer {}x",
        "Bearer  {}",
        "Bearer {}, Bearer {}",
    ],
)
def test_a_token_that_is_not_good_is_not_helped_by_a_cookie(nobody, given):
    """401 in three sentences, though the browser is logged in."""
    secret = Reader(nobody, "makarov").secret
    brodsky = nobody.log_in("brodsky")
    came = brodsky.get("/api/office", headers={"authorization": given.format(secret, secret)})
    assert (401, "Bearer") == (came.status_code, came.headers["www-authenticate"])
    assert {"message", "hint", "kept", "status"} == set(came.json()["error"])
