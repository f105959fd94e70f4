"""The public vectors of age (C2SP CCTV): each file's header says what must happen."""

from __future__ import annotations

import zlib
from collections import defaultdict
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from cablegram.sealing import age, armor, faults
from cablegram.sealing.passphrase import PassphraseIdentity
from cablegram.sealing.recipients import identity_from_text

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "vectors" / "age"
FAULTS = {
    faults.HeaderError: "header failure",
    faults.ArmorError: "armor failure",
    faults.NoMatchError: "no match",
    faults.HeaderMacError: "HMAC failure",
    faults.PayloadError: "payload failure",
}

if FOLDER.is_dir():
    VECTORS = sorted(path.name for path in FOLDER.iterdir())
else:
    missing = pytest.mark.skip(reason="the public age vectors are not beside the repository")
    VECTORS = [pytest.param("-", marks=missing)]


def read(name):
    """The header fields of a vector, and the file it is about."""
    text, _, body = (FOLDER / name).read_bytes().partition(b"\n\n")
    fields = defaultdict(list)
    for line in text.decode().splitlines():
        key, value = line.split(": ", 1)
        fields[key].append(value)
    if fields["compressed"]:
        assert ["zlib"] == fields["compressed"]
        body = zlib.decompress(body)
    return fields, body


def outcome(call):
    """What happened, in the words of the vectors, and what came back."""
    try:
        return "success", call()
    except tuple(FAULTS) as fault:
        return FAULTS[type(fault)], None


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name):
    """The vector ends as its header says, streamed and in one piece, with the payload it names."""
    fields, body = read(name)
    identities = [identity_from_text(text) for text in fields["identity"]]
    identities += [PassphraseIdentity(text) for text in fields["passphrase"]]
    sink = BytesIO()

    def opened():
        return armor.read(body) if fields["armored"] else body

    def streamed():
        age.decrypt_stream(BytesIO(opened()), sink, identities)

    expected = fields["expect"][0]
    assert expected == outcome(streamed)[0]
    in_one_piece, payload = outcome(lambda: age.decrypt(opened(), identities))
    assert expected == in_one_piece
    if fields["payload"]:
        assert fields["payload"][0] == sha256(sink.getvalue()).hexdigest()
    if payload is not None:
        assert fields["payload"][0] == sha256(payload).hexdigest()
