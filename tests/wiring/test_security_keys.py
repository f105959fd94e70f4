"""A key in a token, made and used by ``ssh-keygen`` itself (OpenSSH PROTOCOL.u2f).

``token.c`` is a token in software behind OpenSSH's own provider interface, so that the key file,
the key line and the signature are OpenSSH's, and none of it is ours.
"""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from cablegram.errors import MalformedError, OrderError, SealError, SetUpError
from cablegram.model.orders import SignedOrder
from cablegram.signatures import sshsig
from cablegram.signatures.sshsig import SECURITY_KEY, PublicKey
from cablegram.wire import order as order_format
from cablegram.wiring.tools import security_keys
from cablegram.wiring.tools.security_keys import SecurityKey, security_key
from offices import CHIEF, found, refuses

SPACE = order_format.NAMESPACE
BODY = b'{"act":"issue"}'
PIN = "1951"
SOURCE = Path(__file__).parent / "token.c"
FLAGS = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1")
MADE = {
    "verified": ("-O", "verify-required"),
    "touched": (),
    "untouched": ("-O", "no-touch-required"),
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """A key of each kind, enrolled by ``ssh-keygen`` in the token; gives the key files."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or shutil.which("ssh-keygen") is None:
        pytest.skip("no C compiler or no ssh-keygen here to make and judge keys in a token")
    folder = tmp_path_factory.mktemp("token")
    provider = folder / "token.so"
    subprocess.run([compiler, *FLAGS, "-o", str(provider), str(SOURCE)], check=True)
    askpass(folder / "askpass", PIN)
    with pytest.MonkeyPatch.context() as patch:
        plug_in(patch, folder)
        for name, options in MADE.items():
            asked = ["-q", "-t", "ed25519-sk", *options, "-N", "", "-C", name]
            made = run(*asked, "-f", str(folder / name))
            if made.returncode:
                pytest.skip(f"this ssh-keygen takes no such token: {made.stderr.decode()[:200]}")
    return {name: folder / name for name in MADE}


@pytest.fixture
def token(keys, monkeypatch):
    """The same with the token plugged in, and somebody there who knows its PIN."""
    plug_in(monkeypatch, keys["verified"].parent)
    return keys


def plug_in(patch, folder):
    patch.setenv("SSH_SK_PROVIDER", str(folder / "token.so"))
    patch.setenv("SSH_ASKPASS", str(folder / "askpass"))
    patch.setenv("SSH_ASKPASS_REQUIRE", "force")
    patch.delenv("SSH_AUTH_SOCK", raising=False)


def askpass(path, said):
    path.write_text(f"#!/bin/sh\necho {said}\n")
    path.chmod(0o700)


def run(*words, given=b""):
    return subprocess.run(["ssh-keygen", *words], input=given, capture_output=True, check=False)


def line_of(path):
    return path.with_suffix(".pub").read_text()


def signed(path, body=BODY):
    made = run("-Y", "sign", "-q", "-n", SPACE, "-f", str(path), given=body)
    assert 0 == made.returncode, made.stderr
    return made.stdout.decode()


@pytest.mark.parametrize("name", MADE)
def test_its_key_is_read_and_spelled_as_openssh_has_it(token, name):
    """From the line of the public key, and from the file that holds the handle."""
    line = line_of(token[name])
    key = PublicKey.from_line(line)
    assert (SECURITY_KEY, "ssh:") == (key.algorithm, key.application)
    assert line == f"{key.line()} {name}\n"
    assert key == security_key(token[name].read_bytes())


def test_what_it_signs_holds_once_it_was_touched_by_one_it_knows(token, tmp_path):
    """ssh-keygen says Good to all three; only the verified one counts for an order."""
    for name, refused in (
        ("verified", ""),
        ("touched", "did not ask who touched it"),
        ("untouched", "was not touched"),
    ):
        signature, key = signed(token[name]), PublicKey.from_line(line_of(token[name]))
        allowed = tmp_path / "allowed"
        allowed.write_text(f"molotov {key.line()}\n")
        (tmp_path / "signature").write_text(signature)
        good = ("-Y", "verify", "-f", str(allowed), "-I", "molotov", "-n", SPACE, "-s")
        judged = run(*good, str(tmp_path / "signature"), given=BODY)
        assert 0 == judged.returncode, judged.stderr
        said = {"namespace": SPACE, "message": BODY, "key": key}
        if refused:
            with pytest.raises(SealError, match=refused):
                sshsig.verify(signature, **said)
        else:
            sshsig.verify(signature, **said)
            with pytest.raises(SealError, match="does not hold"):
                sshsig.verify(signature, **{**said, "message": BODY + b" "})
            with pytest.raises(SealError, match="is for"):
                sshsig.verify(signature, **{**said, "namespace": "file"})


def key_of(path):
    return SecurityKey(path, PublicKey.from_line(line_of(path)))


def appointed(office, key):
    facts = {"person": "molotov", "key_line": key.public_key.line(), "role": "officer"}
    office.give("appoint", facts, by=CHIEF, two="makarov")


def order_by(office, key):
    """The bytes of an order of Molotov's, to be signed by that key."""
    facts = {"name": "cover/X", "value": "beria"}
    changes = {"officer": "molotov", "key": key.key_id(), "number": 1}
    return order_format.encode(office.order("settle", facts, **changes))


def test_an_officer_orders_with_it(token):
    """Appointed to the key in the token, an officer's order is an order like any other."""
    office, key = found(), key_of(token["verified"])
    appointed(office, key)
    body = order_by(office, key)
    office.perform([SignedOrder(body, key.sign(body))])
    with office.view() as books:
        assert "beria" == books.cover_names.get("X").person


def test_a_signature_that_nobody_touched_is_no_order(token):
    """Made outside Cablegram by a key that asks for no PIN: refused where it counts."""
    office, key = found(), key_of(token["touched"])
    appointed(office, key)
    body = order_by(office, key)
    with refuses(office, "the signature on molotov's order does not hold", OrderError):
        office.perform([SignedOrder(body, signed(token["touched"], body))])


@pytest.mark.parametrize(
    ("name", "says"), [("touched", "did not ask who"), ("untouched", "was not touched")]
)
def test_we_never_sign_with_a_key_that_asks_nobody(token, name, says):
    """What the token answered is looked at before it is anybody's order."""
    with pytest.raises(SealError, match=says):
        key_of(token[name]).sign(BODY)


def test_a_wrong_pin_signs_nothing(token, monkeypatch, tmp_path):
    """Nor does a token that is not there; neither leaves anything behind."""
    askpass(tmp_path / "wrong", "1917")
    with monkeypatch.context() as patch:
        patch.setenv("SSH_ASKPASS", str(tmp_path / "wrong"))
        with pytest.raises(SealError, match="made no signature"):
            key_of(token["verified"]).sign(BODY)
    monkeypatch.setenv("SSH_SK_PROVIDER", str(tmp_path / "nothing.so"))
    with pytest.raises(SealError, match="made no signature"):
        key_of(token["verified"]).sign(BODY)


def test_a_token_that_is_not_touched_in_time(token, monkeypatch):
    """Whoever walks away from it has ordered nothing."""
    monkeypatch.setattr(security_keys, "TOUCH_S", 0.0)
    with pytest.raises(SealError, match="not touched in time"):
        key_of(token["verified"]).sign(BODY)


def test_without_ssh_keygen_there_is_no_way_to_ask_it(monkeypatch, tmp_path):
    """The refusal names what is to be installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    key = SecurityKey(tmp_path / "key", PublicKey(SECURITY_KEY, bytes(32), "ssh:"))
    with pytest.raises(SetUpError, match="ssh-keygen, which is not here"):
        key.sign(BODY)


def test_what_is_no_handle(token):
    """A file of another kind holds none; one that was cut says so."""
    data = token["verified"].read_bytes()
    assert security_key(b"") is None
    assert security_key(data[: len(data) // 2]) is None
    body = b64decode(b"".join(data.splitlines()[1:-1]))
    lines = (data.splitlines()[0], b64encode(body[:60]), data.splitlines()[-1])
    with pytest.raises(MalformedError, match="ends in the middle"):
        security_key(b"\n".join(lines))
    assert security_key(found().people[CHIEF].to_openssh()) is None
