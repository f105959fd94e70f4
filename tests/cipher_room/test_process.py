"""The room behind its socket (docs/spec/room-socket.md): nothing that comes in ends it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading

import pytest

from cablegram import errors
from cablegram.cipher_room import process
from cablegram.errors import CablegramError, MalformedError, RoomError
from cablegram.model.orders import SignedOrder
from cablegram.wire import room as frames

ORDER = SignedOrder(b"{}", "signature")


class Stub:
    """A room that notes what it is asked and answers, or raises, as it is told."""

    def __init__(self):
        self.asked = []
        self.answer = {"done": True, "none": None, "list": (1, {"x": False})}
        self.error = None

    def _say(self, *asked):
        self.asked.append(asked)
        if self.error is not None:
            raise self.error
        return self.answer

    def seal(self, draft, orders):
        return self._say("seal", draft, orders)

    def open(self, digest, orders):
        return self._say("open", digest, orders)

    def print(self, telegram, orders):
        return self._say("print", telegram, orders)

    def sign_receipt(self, digest):
        return self._say("sign_receipt", digest)

    def status(self):
        return self._say("status")


class Served:
    """A stub room on a socket, served by a thread."""

    def __init__(self, path):
        self.path, self.room, self.notes = path, Stub(), []
        self.stop = process.Stop()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        process.serve(self.listener, self.room, self.stop, note=self.notes.append)

    def raw(self, data, *, end=True):
        """What comes back for these bytes."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.path))
            line.settimeout(5)
            found = b""
            # A room that cuts us off may do so before it has read all we said.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(data)
                if end:
                    line.shutdown(socket.SHUT_WR)
                while part := line.recv(1 << 16):
                    found += part
        return found

    def ask(self, *request):
        """The answer to a request."""
        reply = self.raw(frames.frame(frames.encode_request(frames.Request(*request))), end=False)
        assert len(reply) - 4 == frames.length(reply[:4])
        return frames.decode_reply(reply[4:])


@pytest.fixture
def served(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_LOOK_S", 0.02)
    one = Served(tmp_path / "socket")
    yield one
    one.stop.ask()
    one.thread.join(5)
    one.listener.close()
    assert not one.thread.is_alive()


@pytest.mark.parametrize("verb", ["seal", "open", "print"])
def test_the_verbs_with_orders_reach_the_room(served, verb):
    """The digest or handle, and the orders as they were signed."""
    answer = served.ask(verb, "x", (ORDER, ORDER))
    assert {"done": 1, "none": "", "list": [1, {"x": 0}]} == answer
    assert [(verb, "x", (ORDER, ORDER))] == served.room.asked


def test_the_verbs_without_orders_reach_the_room(served):
    """One owed paper, or how it is."""
    served.ask("sign_receipt", "x")
    served.ask("status")
    assert [("sign_receipt", "x"), ("status",)] == served.room.asked


def test_lock_ends_it(served):
    """After the answer."""
    assert {"state": "locked"} == served.ask("lock")
    served.thread.join(5)
    assert not served.thread.is_alive()


def every_error():
    found = [CablegramError]
    for one in found:
        found += [c for c in one.__subclasses__() if c.__module__ == errors.__name__]
    return found


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_a_refusal_of_the_room_reaches_the_desk_as_it_is(served, error):
    """Class and three sentences; and the room goes on."""
    served.room.error = error("no", hint="Do.", kept="All.")
    with pytest.raises(CablegramError) as caught:
        served.ask("status")
    assert error is type(caught.value)
    assert ("no", "Do.", "All.") == (str(caught.value), caught.value.hint, caught.value.kept)
    served.room.error = None
    assert served.ask("status")


@pytest.mark.parametrize(
    "error", [ValueError("SECRET"), AssertionError("SECRET"), KeyError("SECRET")]
)
def test_a_fault_is_told_without_its_words(served, error):
    """They may hold what was being read; the room goes on."""
    served.room.error = error
    with pytest.raises(RoomError) as caught:
        served.ask("open", "x")
    said = f"{caught.value} {caught.value.hint} {caught.value.kept} {served.notes}"
    assert "SECRET" not in said
    assert [f"open failed: {type(error).__name__}"] == served.notes
    served.room.error = None
    assert served.ask("status")


def test_an_answer_that_cannot_be_said_is_refused_not_lost(served):
    """A float has no canonical form; and an answer has a bound."""
    for answer in ({"x": 0.5}, {"x": "y" * (1 << 21)}):
        served.room.answer = answer
        with pytest.raises(CablegramError):
            served.ask("status")
    served.room.answer = {"x": 1}
    assert {"x": 1} == served.ask("status")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\0\0\0\0",
        b"\xff\xff\xff\xff",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0\0\0\x09{}",
        b"\0\0\0\x02{}",
        b"\0\0\0\x02\xff\xff",
    ],
)
def test_a_bad_frame_is_refused_and_the_room_goes_on(served, data):
    """Nothing of it reaches the room."""
    reply = served.raw(data)
    if reply:
        with pytest.raises(MalformedError):
            frames.decode_reply(reply[4:])
    assert [] == served.room.asked
    assert 1 == len(served.notes)
    assert served.ask("status")


def test_a_client_that_says_nothing_is_cut_off(served, monkeypatch):
    """The next one does not wait for it longer than patience lasts."""
    monkeypatch.setattr(process, "PATIENCE_S", 0.05)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(served.path))
        assert served.ask("status")
    monkeypatch.setattr(process, "PATIENCE_S", 0.0)
    assert b"" == served.raw(b"\0", end=False)


def test_a_client_that_goes_away_harms_nobody(served):
    """What was done is told to the next who asks."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(served.path))
        line.sendall(frames.frame(frames.encode_request(frames.Request("status"))))
    assert served.ask("status")


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="the system cannot tell whose it is")
def test_another_users_process_is_not_heard(served, monkeypatch):
    """Only root and the room's own user are."""
    uid = os.getuid()
    monkeypatch.setattr(process, "getuid", lambda: uid + 1)
    if uid != 0:
        assert b"" == served.raw(b"\0")
    monkeypatch.setattr(process.struct, "unpack", lambda *_: (1, 4_000_000, 1))
    assert b"" == served.raw(frames.frame(frames.encode_request(frames.Request("status"))))
    assert [] == served.room.asked


def test_a_system_that_cannot_tell_the_user_goes_by_the_rights_of_the_socket(served, monkeypatch):
    """Mode 0600 is what stands then."""
    monkeypatch.setattr(process.sys, "platform", "other")
    assert served.ask("status")


def test_signals_ask_for_the_end_and_are_given_back():
    """SIGTERM and SIGINT; the handlers before are restored."""
    stop, before = process.Stop(), signal.getsignal(signal.SIGTERM)
    with process.signals(stop):
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.asked
    assert before is signal.getsignal(signal.SIGTERM)
