"""Sealing and opening beside the age tool, sealed copies beside plain seals, hostile headers.

Every figure stands beside its peer, measured in the same run; times are seconds
of the processor, user and system, best of several rounds.

    python bench/sealing.py                          the sizes the claims are made for
    python bench/sealing.py --mib 26 --copies 1000   a tenth, for a quick look
    python bench/sealing.py --check                  exit with 1 where a claim does not hold
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cablegram.errors import CablegramError
from cablegram.sealing import age, shares
from cablegram.sealing.recipients import HybridIdentity, X25519Identity

MIB = 1 << 20
ROUNDS = 4
IDENTITY = X25519Identity(os.urandom(32))
HYBRID = HybridIdentity(os.urandom(32))

IDLE = "print(next(line.split()[1] for line in open('/proc/self/status') if 'VmHWM' in line))"
STREAM = f"""
import sys
from cablegram.sealing import age
from cablegram.sealing.recipients import HybridIdentity
key = HybridIdentity(bytes(32))
with open(sys.argv[1], 'rb') as plain, open(sys.argv[2], 'wb') as sealed:
    age.encrypt_stream(plain, sealed, [key.recipient()])
with open(sys.argv[2], 'rb') as sealed, open(sys.argv[3], 'wb') as opened:
    age.decrypt_stream(sealed, opened, [key])
{IDLE}
"""

FIRST = b"age-encryption.org/v1\n"
LAST = b"--- " + b"A" * 43 + b"\n"
HOSTILE = {
    "20,000 empty stanzas": FIRST + b"-> a\n\n" * 20_000 + LAST,
    "1,200 x25519 stanzas": FIRST
    + (b"-> X25519 " + b"Z" * 42 + b"w\n" + b"A" * 43 + b"\n") * 1_200
    + LAST,
    "one body of 120 KB": FIRST + b"-> a\n" + (b"A" * 64 + b"\n") * 1_850 + b"\n" + LAST,
    "60,000 arguments": FIRST + b"->" + b" a" * 60_000 + b"\n\n" + LAST,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mib", type=int, default=256, help="size of the file")
    parser.add_argument("--copies", type=int, default=10_000, help="how many sealed copies")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a claim fails")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        held = [
            *streams(Path(folder), words.mib),
            memory(Path(folder)),
            copies(words.copies),
            hostile(),
        ]
    return 1 if words.check and not all(held) else 0


def streams(folder: Path, mib: int) -> list[bool]:
    """Seal and open one file, ours and the age tool's in turn."""
    plain, sealed, opened, key = (folder / name for name in ("plain", "sealed", "opened", "key"))
    with plain.open("wb") as file:
        for _ in range(mib):
            file.write(os.urandom(MIB))
    key.write_text(IDENTITY.secret_text() + "\n")
    recipient = IDENTITY.recipient()
    seal, unseal = ["-r", str(recipient), "-o", sealed, plain], ["-d", "-i", key, "-o", opened]
    if shutil.which("age") is None:
        print("age is not installed: no peer to seal and open beside")
        return []
    best: dict[str, float] = {}

    def round_of(name: str, target: Path, run) -> None:
        target.unlink(missing_ok=True)
        best[name] = min(best.get(name, 1e9), run())

    for _ in range(ROUNDS):
        round_of("their seal", sealed, lambda: theirs(*seal))
        round_of("our seal", sealed, lambda: ours(age.encrypt_stream, plain, sealed, recipient))
        round_of("their open", opened, lambda: theirs(*unseal, sealed))
        round_of("our open", opened, lambda: ours(age.decrypt_stream, sealed, opened, IDENTITY))
    return [
        claim(
            f"{name} {mib} MiB: age {best['their ' + name]:.3f} s, we {best['our ' + name]:.3f} s",
            best["their " + name] / best["our " + name],
            at_least=1.2,
        )
        for name in ("seal", "open")
    ]


def ours(order, source: Path, target: Path, key) -> float:
    before = time.process_time()
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as write:
        order(read, write, [key])
    return time.process_time() - before


def theirs(*words) -> float:
    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = spent()
    subprocess.run(["age", *words], check=True)
    return spent() - before


def memory(folder: Path) -> bool:
    """Peak memory of a process that seals and opens the file, and of one that does nothing."""
    files = [str(folder / name) for name in ("plain", "sealed", "opened")]

    def peak(program: str) -> float:
        words = [sys.executable, "-c", program, *files]
        return int(subprocess.run(words, check=True, capture_output=True).stdout) / 1024

    idle, busy = peak(IDLE), peak(STREAM)
    return claim(
        f"peak memory: idle {idle:.1f} MiB, sealing and opening {busy:.1f} MiB; more by MiB",
        busy - idle,
        at_most=80,
    )


def copies(count: int) -> bool:
    """Sealed copies of 2 KiB with their shares, and plain hybrid seals of the same, in turn."""
    recipient, text = HYBRID.recipient(), os.urandom(2048)
    spent = {"seal": 0.0, "copy": 0.0}
    gc.collect()
    for start in range(0, count, 500):
        some = range(start, min(start + 500, count))
        before = time.process_time()
        for _ in some:
            age.encrypt(text, [recipient])
        between = time.process_time()
        for _ in some:
            shares.make(text, recipient)
        spent["copy"] += time.process_time() - between
        spent["seal"] += between - before
    each = {name: seconds / count * 1e6 for name, seconds in spent.items()}
    return claim(
        f"{count} sealed copies: {each['copy']:.0f} us each, plain seal {each['seal']:.0f} us",
        spent["copy"] / spent["seal"],
        at_most=5,
    )


def hostile() -> bool:
    """Headers of about 120 KB made to cost much."""
    held = []
    for name, data in HOSTILE.items():
        before = time.process_time()
        try:
            age.decrypt(data, [IDENTITY, HYBRID])
        except CablegramError as refused:
            spent = time.process_time() - before
            held.append(claim(f"hostile header, {name}: {refused}; seconds", spent, at_most=0.1))
    return len(held) == len(HOSTILE) and all(held)


def claim(what: str, figure: float, *, at_least: float = 0, at_most: float = 1e9) -> bool:
    held = at_least <= figure <= at_most
    bound = f"at least {at_least}" if at_least else f"at most {at_most}"
    print(f"{'holds' if held else 'FAILS'}  {figure:8.3f} ({bound})  {what}", flush=True)
    return held


if __name__ == "__main__":
    sys.exit(main())
