"""Every vector of a document, container or paper is accepted or refused as its header says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from cablegram import errors
from cablegram.wire import (
    canonical,
    card,
    container,
    draft,
    envelope,
    letter,
    notice,
    order,
    paper,
    receipt,
    tally,
    transmittal,
)

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


def again(module):
    def read(data):
        assert data == module.encode(module.decode(data))

    return read


def read_canonical(data):
    assert data == canonical.encode(canonical.decode(data))


def read_container(data):
    assert data == container.pack(list(container.unpack(data).items()))


def read_paper(data):
    if paper.kind_of(data) != "telegram":
        assert data == paper.join(*paper.split(data))


def read_draft(data):
    assert data == draft.encode(*draft.decode(data))


READERS = {
    "canonical": read_canonical,
    "order": again(order),
    "card": again(card),
    "letter": again(letter),
    "envelope": again(envelope),
    "receipt": again(receipt),
    "transmittal": again(transmittal),
    "notice": again(notice),
    "tally": again(tally),
    "container": read_container,
    "paper": read_paper,
    "draft": read_draft,
}
CASES = sorted(path for folder in READERS for path in (VECTORS / folder).glob("*.vector"))


def load(path):
    head, _, data = path.read_bytes().partition(b"\n\n")
    return dict(line.split(": ", 1) for line in head.decode().split("\n")), data


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_vector_is_judged_as_its_header_says(path):
    """The header's error, its words in the message, and three sentences; or accepted."""
    header, data = load(path)
    read = READERS[path.parent.name]
    if header["expect"] == "accepted":
        read(data)
        return
    with pytest.raises(errors.CablegramError) as refused:
        read(data)
    assert header["expect"] == type(refused.value).__name__
    assert header["says"] in str(refused.value)
    message = str(refused.value)
    assert not message.endswith(".")
    assert refused.value.hint.endswith(".")
    assert refused.value.kept.endswith(".")


@pytest.mark.parametrize("folder", READERS)
def test_broken_vectors_outnumber_good_ones(folder):
    """Each format has a good vector, and more broken ones."""
    headers = [load(path)[0] for path in CASES if path.parent.name == folder]
    good = sum(header["expect"] == "accepted" for header in headers)
    assert 0 < good < len(headers) - good


@pytest.mark.parametrize("folder", sorted(set(READERS) - {"canonical", "paper", "container"}))
def test_a_cut_or_flipped_vector_is_never_another_failure(folder):
    """Whatever is done to a good document, it is read back the same or refused with our errors."""
    _, data = load(VECTORS / folder / "good.vector")
    read = READERS[folder]
    step = max(1, len(data) // 150)
    for place in range(0, len(data), step):
        for mask in (1, 0x20, 0x80):
            flipped = bytearray(data)
            flipped[place] ^= mask
            try_read(read, bytes(flipped))
        with pytest.raises(errors.CablegramError):
            read(data[:place])


def try_read(read, data):
    with suppress(errors.CablegramError):
        read(data)
