"""The room's frames (docs/spec/room-socket.md)."""

from __future__ import annotations

import pytest

from cablegram import errors
from cablegram.errors import CablegramError, MalformedError, RoomError
from cablegram.model.orders import SignedOrder
from cablegram.sealing.faults import NoMatchError
from cablegram.wire import room

ORDER = SignedOrder(b'{"act":"open"}', "-----BEGIN SSH SIGNATURE-----\nAAAA\n")


@pytest.mark.parametrize(
    "request_",
    [
        room.Request("status"),
        room.Request("open", "sha256:" + "0" * 64, (ORDER,)),
        room.Request("print", "0" * 32, (ORDER, ORDER)),
    ],
)
def test_a_request_comes_back_as_it_was(request_):
    """Verb, what it is about, and the orders' very bytes."""
    assert request_ == room.decode_request(room.encode_request(request_))


def test_the_bytes_of_a_request_are_those_of_the_page():
    """One spelling, written out by hand."""
    wanted = (
        b'{"about":"x","format":"cablegram/room-request/v1",'
        b'"orders":[{"body":"eyJhY3QiOiJvcGVuIn0","signature":"s"}],"verb":"open"}'
    )
    assert wanted == room.encode_request(
        room.Request("open", "x", (SignedOrder(b'{"act":"open"}', "s"),))
    )


@pytest.mark.parametrize(
    ("verb", "about", "orders"),
    [("shout", "", ()), ("open", "a\nb", ()), ("open", "x" * 101, ()), ("open", "", (ORDER,) * 5)],
)
def test_a_request_out_of_bounds_is_refused(verb, about, orders):
    """Before it is ever sent."""
    with pytest.raises(MalformedError):
        room.Request(verb, about, orders)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"format":"cablegram/room-request/v2","verb":"status","about":"","orders":[]}',
        b'{"about":"","format":"cablegram/room-request/v1","orders":[],"verb":"status","x":1}',
        b'{"about":"","format":"cablegram/room-request/v1","orders":[{}],"verb":"status"}',
        b'{"about":"","format":"cablegram/room-request/v1","orders":[],"verb":"eval"}',
        b'{"format":"cablegram/room-request/v1","about":"","orders":[],"verb":"status"}',
        b'{"about":"","about":"","format":"cablegram/room-request/v1","orders":[],"verb":"lock"}',
    ],
)
def test_other_spellings_of_a_request_are_refused(body):
    """Not canonical, another version, a field too many or too few."""
    with pytest.raises(MalformedError):
        room.decode_request(body)


def every_error():
    """Each class of the tree."""
    found = [CablegramError]
    for one in found:
        found += [c for c in one.__subclasses__() if c.__module__ == errors.__name__]
    return found


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_each_class_of_refusal_comes_back_as_itself(error):
    """With its three sentences."""
    body = room.encode_refusal(error("no", hint="Do.", kept="All."))
    with pytest.raises(CablegramError) as caught:
        room.decode_reply(body)
    assert error is type(caught.value)
    assert ("no", "Do.", "All.") == (str(caught.value), caught.value.hint, caught.value.kept)


def test_a_narrower_class_comes_back_as_the_nearest_named_one():
    """The desk does not know the room's own classes."""
    with pytest.raises(errors.SealError):
        room.decode_reply(room.encode_refusal(NoMatchError()))


def test_a_sentence_with_control_characters_is_spelled_out():
    """A refusal that quotes what it refuses still fits into a frame."""
    body = room.encode_refusal(RoomError("a\x1b[2Jb\u202e", hint="Do."))
    with pytest.raises(RoomError) as caught:
        room.decode_reply(body)
    assert "a\\x1b[2Jb\\u202e" == str(caught.value)


@pytest.mark.parametrize("name", ["KeyboardInterrupt", "annotations", "Nothing", "ClassVar"])
def test_a_class_that_is_none_of_ours_becomes_a_room_error(name):
    """Whatever the other side names, only our errors are raised."""
    body = (
        b'{"format":"cablegram/room-reply/v1","refusal":{"class":"%s","hint":"h","kept":"k",'
        b'"what":"w"}}' % name.encode()
    )
    with pytest.raises(CablegramError) as caught:
        room.decode_reply(body)
    assert RoomError is type(caught.value)


def test_an_answer_comes_back():
    """Text, numbers and lists."""
    answer = {"files": ["a.pdf"], "copies": 4}
    assert answer == room.decode_reply(room.encode_answer(answer))


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"answer":{},"format":"cablegram/room-reply/v2"}',
        b'{"answer":[],"format":"cablegram/room-reply/v1"}',
        b'{"answer":{},"format":"cablegram/room-reply/v1","x":1}',
        b'{"format":"cablegram/room-reply/v1","refusal":{"class":"RoomError","what":"w"}}',
    ],
)
def test_other_replies_are_refused(body):
    """Neither an answer nor a refusal of version 1."""
    with pytest.raises(MalformedError):
        room.decode_reply(body)


@pytest.mark.parametrize(
    "prefix", [b"", b"\0\0\0", b"\0\0\0\0", b"\0\x10\0\x01", b"\xff\xff\xff\xff"]
)
def test_a_length_out_of_bounds_is_refused(prefix):
    """Nothing, too much, or no length at all."""
    with pytest.raises(MalformedError):
        room.length(prefix)


def test_a_frame_is_its_length_and_its_body():
    """High byte first; 1 MiB at most."""
    assert b"\0\0\0\x02{}" == room.frame(b"{}")
    assert 2 == room.length(b"\0\0\0\x02")
    assert 1 << 20 == room.length(b"\0\x10\0\0")
    with pytest.raises(MalformedError):
        room.frame(bytes((1 << 20) + 1))
