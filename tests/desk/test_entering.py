"""Coming in at the desk, without a browser: sessions, links, codes, whose write it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import desks
from cablegram.desk import rates, sessions
from cablegram.wiring import inviting
from folders import PASSPHRASE


class SetClock:
    """A machine clock that is set."""

    own = False

    def __init__(self):
        self.at = datetime.now(UTC)

    def now(self):
        return self.at


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return desks.office_folder(tmp_path_factory.mktemp("desk") / "moscow")


@pytest.fixture
def nobody(root):
    with desks.client(root) as browser:
        yield browser


def test_without_a_session_a_page_leads_to_the_door(nobody):
    """And back to where one was going, but nowhere else."""
    assert (303, "/login?next=/me") == _to(nobody.get("/me"))
    assert "/me" in nobody.get("/login?next=/me").text
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/a\nb"):
        page = nobody.get("/login", params={"next": elsewhere}).text
        assert "evil" not in page.partition("<footer")[0]
        assert 'data-then="/"' in page


def test_a_session_opens_pages_and_logging_out_ends_it(nobody):
    """The cookie's secret stands nowhere in the store."""
    makarov = nobody.log_in("makarov")
    assert 200 == makarov.get("/").status_code
    secret = makarov.cookies[sessions.COOKIE]
    kept = nobody.desk.store.of("session", "makarov")
    assert all(secret not in thing.name and secret.encode() not in thing.data for thing in kept)
    assert (303, "/login") == _to(makarov.post("/logout"))
    assert 303 == makarov.get("/").status_code


@pytest.mark.parametrize(("idle", "times"), [(sessions.IDLE, 1), (timedelta(minutes=50), 15)])
def test_a_session_ends_by_itself(nobody, idle, times):
    """After an hour without a request; after half a day although there were some."""
    clock = nobody.desk.machine = SetClock()
    makarov = nobody.log_in("makarov")
    assert 200 == makarov.get("/me").status_code
    for _ in range(times - 1):
        clock.at += idle
        came = makarov.get("/me").status_code
        if clock.at - datetime.now(UTC) < sessions.WHOLE - timedelta(minutes=1):
            assert 200 == came
    clock.at += idle + timedelta(seconds=1)
    assert 303 == makarov.get("/me").status_code


def test_whoever_is_relieved_is_logged_out(root, nobody):
    """Roles are read from the books at every request, not from the session."""
    office = nobody.desk.office
    desks.appoint(office, "filatov", "registrar", PASSPHRASE)
    filatov = nobody.log_in("filatov")
    assert "registrar" in filatov.get("/me").text
    from cablegram.wiring import tools

    tools.relieve(office, "filatov", "leave", chief="makarov", other="filatov")
    assert 303 == filatov.get("/me").status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "http://sign.localhost:1", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "none"},
        {"origin": "", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=["another site", "the signer", "nowhere", "no origin", "another host of ours"],
)
def test_a_write_from_elsewhere_is_refused(nobody, headers):
    """With a session, too; the session stays."""
    makarov = nobody.log_in("makarov")
    came = makarov.post("/logout", headers=headers)
    assert 403 == came.status_code
    assert "not sent from a page of this desk" in came.text
    assert 200 == makarov.get("/me").status_code


def test_nothing_is_written_on_get(nobody):
    """A way that writes knows no GET."""
    makarov = nobody.log_in("makarov")
    for path in ("/logout", "/me/recovery", "/me/sessions/end", "/language"):
        assert makarov.get(path).status_code in {404, 405}
    assert 200 == makarov.get("/me").status_code


def test_another_host_name_is_no_desk_of_ours(nobody):
    """Rebinding a name to our address brings nothing."""
    assert 421 == nobody.ask("GET", "/login", headers={"host": "evil.example"}).status_code


def test_a_body_has_a_bound(nobody):
    """Said before it is read; a body without a length ends at the bound."""
    makarov = nobody.log_in("makarov")
    assert 413 == makarov.post("/language", content=b"x" * ((1 << 20) + 1)).status_code


def test_every_answer_has_its_headers(nobody):
    """Also a refusal, a redirect and a page that is not there."""
    for path in ("/login", "/me", "/nowhere", "/asked/nothing"):
        headers = nobody.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "nosniff" == headers["x-content-type-options"]
        assert "no-store" == headers["cache-control"]
        assert "server" not in headers


def test_an_invitation_is_for_those_in_post(root, nobody):
    """And an unknown link opens nothing, in three sentences."""
    from cablegram.errors import OrderError

    with pytest.raises(OrderError):
        inviting.invite(nobody.desk.office, "stranger")
    came = nobody.get("/welcome/" + "A" * 43)
    assert 404 == came.status_code
    assert "opens nothing any more" in came.text


def test_a_recovery_code_works_once_and_only_the_newest(nobody):
    """It leads to a link for a new passkey."""
    makarov = nobody.log_in("makarov")
    older, newer = (_code(makarov.post("/me/recovery").text) for _ in range(2))
    assert 404 == nobody.post("/recover", data={"code": older}).status_code
    came = nobody.post("/recover", data={"code": newer.lower()})
    assert 303 == came.status_code
    assert "/welcome/" in came.headers["location"]
    assert 404 == nobody.post("/recover", data={"code": newer}).status_code


def test_a_flood_keeps_nobody_else_out(nobody):
    """Of strangers one address is slowed down; those who have logged in from it are not."""
    now = [0.0]
    nobody.desk.rates = rates.Rates(lambda: now[0])
    makarov = nobody.log_in("makarov")
    statuses = [nobody.get("/login").status_code for _ in range(rates.ADDRESS.burst + 5)]
    assert [200] * rates.ADDRESS.burst + [429] * 5 == statuses
    assert 200 == makarov.get("/me").status_code
    known = desks.Browser(
        nobody.desk, nobody.app, {sessions.KNOWN: makarov.cookies[sessions.KNOWN]}
    )
    assert 200 == known.get("/login").status_code
    now[0] += 1
    assert 200 == nobody.get("/login").status_code


def test_the_language_is_chosen_and_kept(nobody):
    """By the browser's wish, and by the button before it."""
    assert "Вход" in nobody.get("/login", headers={"accept-language": "ru,en;q=0.5"}).text
    came = nobody.post("/language", data={"language": "ru", "then": "/login"})
    assert (303, "/login") == _to(came)
    assert "language=ru" in came.headers["set-cookie"]
    assert 400 == nobody.post("/language", data={"language": "tlh"}).status_code


def _to(response):
    return response.status_code, response.headers["location"]


def _code(page):
    import re

    return re.sub(
        r"<[^>]*>|\s",
        "",
        page.partition('class="groups"')[2].partition(">")[2].partition("</p>")[0],
    )
