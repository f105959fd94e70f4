"""Auditing a ledger and making leaves, each beside the bare hashing it cannot do without.

Figures are seconds of the processor, best of several rounds, everything in memory.

    python bench/ledger.py                     200,000 entries
    python bench/ledger.py --entries 20000     a tenth, for a quick look
    python bench/ledger.py --check             exit with 1 where a claim does not hold
"""

from __future__ import annotations

import argparse
import sys
import time
from hashlib import sha256, shake_256

from cablegram.ledger import audit, tile
from cablegram.ledger.checkpoint import Checkpoint
from cablegram.ledger.merkle import leaf_hash
from cablegram.ledger.signer import Signer
from cablegram.wire.disclosure import Header, View, write
from cablegram.wire.leaf import INSPECTOR_SLOTS, Entry, disclose, make

ROUNDS = 3
MAKES = 10_000
AUDITED_PER_S_MIN = 100_000
MAKE_US_MAX = 40
SIGNER = Signer("mid.example/ledger", bytes(32))


def best(work):
    """The least processor time of several rounds, in seconds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def entry(number):
    return Entry(
        kind="copy",
        act="allot",
        subject=f"{number:032x}",
        seq=1,
        at="1951-07-05T19:25:00Z",
        officer="vaganov",
        numbers="21497/2",
        order="sha256:" + "ab" * 32,
        telegram="0f" * 16,
    )


def seed(number):
    return sha256(b"%d" % number).digest()


def published(leaves):
    """The files of a ledger of these leaves."""
    edge, tiles = tile.Edge().extend(map(leaf_hash, leaves))
    note = SIGNER.sign(Checkpoint(SIGNER.origin, edge.size, edge.root()).text())
    return dict([*tiles, *tile.bundles(0, leaves), ("checkpoint", note.encode())])


def bare_tree(leaves):
    """Two hashes an entry: what no audit can leave out."""
    for leaf in leaves:
        sha256(b"\x00" + leaf).digest()
    pair = bytes(65)
    for _ in leaves:
        sha256(pair).digest()


def bare_leaves():
    """One SHAKE, nine salted slots and fifteen nodes a leaf."""
    slot, node = bytes(80), bytes(82)
    for _ in range(MAKES):
        shake_256(bytes(55)).digest(512)
        for _ in range(9):
            sha256(slot).digest()
        for _ in range(15):
            sha256(node).digest()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()

    entries = [entry(number) for number in range(asked.entries)]
    leaves = [make(one, seed(number)) for number, one in enumerate(entries)]
    files = published(leaves)
    opened = ((n, disclose(one, seed(n), INSPECTOR_SLOTS)) for n, one in enumerate(entries))
    lines = list(write(Header(SIGNER.origin, len(leaves), View.INSPECTOR, len(leaves)), opened))

    def public():
        assert audit.audit(files.get, SIGNER.vkey()).ok

    def inspector():
        result = audit.audit(files.get, SIGNER.vkey(), disclosed=lines, replay=audit.custody)
        assert result.ok
        assert result.disclosed == len(leaves)

    one, salt = entries[0], seed(0)
    made = best(lambda: [make(one, salt) for _ in range(MAKES)]) / MAKES * 1e6
    bare = best(bare_leaves) / MAKES * 1e6
    rate = len(leaves) / best(public)
    floor = len(leaves) / best(lambda: bare_tree(leaves))
    deep = len(leaves) / best(inspector)
    print(f"audit, public view   {rate:10,.0f} entries/s   bare hashing {floor:10,.0f}")
    print(f"audit, inspector's   {deep:10,.0f} entries/s")
    print(f"make a leaf          {made:10.1f} us          bare hashing {bare:10.1f}")
    holds = rate >= AUDITED_PER_S_MIN and made < MAKE_US_MAX
    sys.exit(0 if holds or not asked.check else 1)


if __name__ == "__main__":
    main()
