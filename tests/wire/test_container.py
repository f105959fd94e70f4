"""The container: what tar reads, and nothing else than what we write (docs/spec/envelope.md)."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.errors import MalformedError
from cablegram.wire import container, ustar

MEMBERS = [
    ("letter.json", b"{}"),
    ("letter.json.ed25519.sig", b"s" * 511),
    ("envelope.json", b"e" * 512),
    ("body.ru.md", "Получено.\n".encode()),
    ("body.zh-Hans.md", b"x" * 513),
]


def test_a_standard_library_reads_it():
    """Names, sizes, contents and metadata as the page has them."""
    packed = container.pack(MEMBERS)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        found = archive.getmembers()
        assert [name for name, _ in MEMBERS] == [info.name for info in found]
        assert [data for _, data in MEMBERS] == [archive.extractfile(i).read() for i in found]
    for info in found:
        assert (tarfile.REGTYPE, 0o644, 0, 0, 0, "", "", "") == (
            info.type,
            info.mode,
            info.uid,
            info.gid,
            info.mtime,
            info.uname,
            info.gname,
            info.linkname,
        )


@pytest.mark.skipif(shutil.which("tar") is None, reason="there is no tar here")
def test_gnu_tar_reads_it(tmp_path):
    """tar extracts it, without a word, zeros after it included."""
    padded = container.pack(MEMBERS) + bytes(5 * 512)
    told = subprocess.run(
        ["tar", "x"], cwd=tmp_path, input=padded, capture_output=True, check=True, timeout=20
    )
    assert b"" == told.stderr
    assert dict(MEMBERS) == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


@settings(deadline=None, max_examples=40)
@given(st.lists(st.binary(max_size=1100), min_size=2, max_size=2), st.binary(max_size=30))
def test_what_is_packed_is_unpacked(contents, after):
    """Members come back in order; the size found does not depend on what follows."""
    members = [("letter.json", contents[0]), ("envelope.json", contents[1])]
    packed = container.pack(members)
    assert members == list(container.unpack(packed).items())
    assert (dict(members), len(packed)) == container.unpack_first(packed + after)


def test_every_bit_counts():
    """A container with one bit flipped is refused, or is one of other contents."""
    packed = container.pack(MEMBERS)
    for place in range(len(packed)):
        flipped = bytearray(packed)
        flipped[place] ^= 1 << place % 8
        try:
            found = container.unpack(bytes(flipped))
        except MalformedError:
            continue
        assert bytes(flipped) == container.pack(list(found.items()))


def test_every_cut_is_refused():
    """No beginning of a container is one."""
    packed = container.pack(MEMBERS)
    for end in range(0, len(packed), 97):
        with pytest.raises(MalformedError):
            container.unpack(packed[:end])


@pytest.mark.parametrize(
    "members",
    [
        [],
        [("letter.json", b"")],
        [("envelope.json", b""), ("letter.json", b"")],
        [("letter.json", b""), ("envelope.json", b""), ("../x", b"")],
        [("letter.json", b""), ("letter.json", b""), ("envelope.json", b"")],
        [("draft.json", b""), ("letter.json", b""), ("envelope.json", b"")],
        [("letter.json", bytes((4 << 20) + 1)), ("envelope.json", b"")],
        [("draft.json", b""), *((f"body.a{c}.md", b"") for c in "abcdefghijklmnopqrstuvwxyz")][:1]
        + [(f"body.{a}{c}.md", b"") for a in "ab" for c in "abcdefghijklmnopqrstuvwxyz"],
        [("draft.json", b""), *((f"body.a{c}.md", bytes(4 << 20)) for c in "abcd")],
    ],
    ids=["none", "alone", "order", "name", "twice", "both", "large", "many", "all-large"],
)
def test_what_may_not_stand_in_a_container_is_not_packed(members):
    """Names, order, number and sizes are held when writing too."""
    with pytest.raises(MalformedError):
        container.pack(members)


def test_a_member_past_the_bound_of_the_whole_is_refused():
    """Many members, each within its bound, together past the container's."""
    header = ustar.header
    data = header("draft.json", 0)
    for letter in "abcd":
        data += header(f"body.a{letter}.md", 4 << 20) + bytes(4 << 20)
    with pytest.raises(MalformedError, match="too large"):
        container.unpack(data + bytes(1024))
