"""Signing orders, appointing officers (docs/spec/order.md)."""

from __future__ import annotations

import stat
import subprocess

import pytest

from cablegram import registry
from cablegram.errors import MalformedError, OrderError, SetUpError
from cablegram.model.orders import Subject
from cablegram.registry import Repeat, roster
from cablegram.sealing.keys import OfficerKey
from cablegram.wire import canonical
from cablegram.wire import order as order_format
from cablegram.wiring import tools
from folders import AT, PASSPHRASE


def test_an_order_is_numbered_dated_and_made_on_the_newest_head(office):
    """One number after another; good for a day; the head as it is signed."""
    first = order_format.decode(tools.sign_order(office, "makarov", "settle").body)
    with office.bureau.books.view() as view:
        used = view.orders.count("officer", "makarov")
        head = view.head.get("head")
    assert used + 1 == first.number
    assert (AT, "1951-07-06T15:30:00Z") == (first.signed_at, first.not_after)
    assert (head.size, head.root) == (first.head.size, first.head.root)


def test_numbers_are_not_used_twice_where_others_gave_orders_too(office):
    """Whoever numbered otherwise is passed over."""
    facts = {"name": "cover/Filippov", "value": "stalin"}
    order = order_format.decode(tools.sign_order(office, "vaganov", "settle", (), facts).body)
    assert 2 == order.number  # the first seconded an appointment
    registry.perform([tools.sign_order(office, "vaganov", "settle", (), facts)], office.bureau)
    assert 3 == order_format.decode(tools.sign_order(office, "vaganov", "settle").body).number


def test_the_same_order_again_is_a_repeat(office):
    """An order given twice is done once, and both times answered."""
    facts = {"name": "cover/Filippov", "value": "stalin"}
    order = tools.sign_order(office, "makarov", "settle", (), facts)
    done = registry.perform([order], office.bureau)
    assert Repeat(done) == registry.perform([order], office.bureau)


def test_a_second_order_says_the_same_and_names_the_first(office):
    """By another person, over the same subjects and facts."""
    about = (Subject("a" * 32, 3),)
    first = tools.sign_order(office, "makarov", "destroy", about, {"method": "burnt", "sheets": 2})
    second = order_format.decode(tools.second(office, "vaganov", first).body)
    assert order_format.decode(first.body).same_as(second)
    assert canonical.digest(first.body) == second.seconds
    assert "vaganov" == second.officer


def test_ssh_keygen_verifies_an_order(office, tmp_path):
    """A tool not ours judges the signature."""
    signed = tools.sign_order(office, "makarov", "settle", (), {"name": "series", "value": "G"})
    key = tools.officer_key(office.root, office.settings, "makarov")
    (tmp_path / "signers").write_text(f"makarov {key.public_key.line()}\n")
    (tmp_path / "order.sig").write_text(signed.signature)
    try:
        said = subprocess.run(
            [
                "ssh-keygen",
                "-Y",
                "verify",
                "-f",
                "signers",
                "-I",
                "makarov",
                "-n",
                "order@cablegram",
                "-s",
                "order.sig",
            ],
            cwd=tmp_path,
            input=signed.body,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("no ssh-keygen on this machine")
    assert 0 == said.returncode, said.stderr


def test_the_office_key_seconds_while_fewer_than_two_are_in_post_and_no_longer(office):
    """The fixture's second officer was seconded so; a fourth is not."""
    keys = tools.unlock(office.root, PASSPHRASE)
    with office.bureau.books.view() as view:
        assert ("chesnokova", "makarov", "vaganov") == roster.persons_in_post(view)
    with pytest.raises(OrderError):
        tools.appoint(office, tools.Post("fourth"), chief="makarov", keys=keys)
    assert not tools.key_path(office.root, office.settings, "fourth").exists()
    tools.appoint(office, tools.Post("fourth"), chief="makarov", other="vaganov")
    path = tools.key_path(office.root, office.settings, "fourth")
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_a_key_left_by_a_crash_is_used(office):
    """The key file is there before the appointment; a crash between leaves it to the next try."""
    key = OfficerKey.generate()
    path = tools.key_path(office.root, office.settings, "fourth")
    path.write_bytes(key.to_openssh())
    path.chmod(0o600)
    with pytest.raises(OrderError):
        tools.appoint(office, tools.Post("fourth"), chief="makarov")
    assert path.exists()
    tools.appoint(office, tools.Post("fourth", title="clerk"), chief="makarov", other="vaganov")
    with office.bureau.books.view() as view:
        row = roster.in_post(view, "fourth")
    assert (key.public_key.key_id(), "clerk") == (row.key, row.title)


def test_a_key_made_elsewhere_is_taken_by_its_public_line(office):
    """Then no private key comes here."""
    line = OfficerKey.generate().public_key.line()
    post = tools.Post("fourth", key_line=line)
    tools.appoint(office, post, chief="makarov", other="vaganov")
    assert not tools.key_path(office.root, office.settings, "fourth").exists()
    with pytest.raises(SetUpError):
        tools.sign_order(office, "fourth", "settle")


@pytest.mark.parametrize("person", ["vaganov", "makarov"])
def test_nobody_is_appointed_twice(office, person):
    """Their key stays theirs."""
    before = tools.key_path(office.root, office.settings, person).read_bytes()
    with pytest.raises(OrderError):
        tools.appoint(office, tools.Post(person), chief="makarov", other="chesnokova")
    assert before == tools.key_path(office.root, office.settings, person).read_bytes()


def test_an_id_that_climbs_is_refused(office):
    """A person's id is part of a file's name."""
    with pytest.raises(MalformedError):
        tools.appoint(office, tools.Post("../chief"), chief="makarov", other="vaganov")


def test_a_key_that_others_may_read_is_refused(office):
    """Private means its owner's alone."""
    path = tools.key_path(office.root, office.settings, "vaganov")
    path.chmod(0o640)
    with pytest.raises(SetUpError) as caught:
        tools.sign_order(office, "vaganov", "settle")
    assert "chmod 600" in caught.value.hint


def test_an_officer_is_relieved_by_two(office):
    """After it, their orders are refused."""
    with pytest.raises(OrderError):
        tools.relieve(office, "chesnokova", "posted", chief="makarov")
    tools.relieve(office, "chesnokova", "posted", chief="makarov", other="vaganov")
    order = tools.sign_order(office, "chesnokova", "settle", (), {"name": "series", "value": "G"})
    with pytest.raises(OrderError):
        registry.perform([order], office.bureau)
