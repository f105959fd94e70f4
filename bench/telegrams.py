"""Whole telegrams, signed twice and sealed, beside ``gpg --sign --encrypt``.

Both say the same 2 KiB to one receiver, with the keys loaded: ours in this process, gpg's in an
agent that is running.  Times are seconds of the processor, user and system, the agent's counted,
in one run; the two take turns.  Ours carry a letter and an envelope, each with an Ed25519 and an
ML-DSA-44 signature, to a post-quantum key; gpg's one Ed25519 signature, to a Curve25519 key.
The ratio is against keys without a passphrase, the quickest that gpg can be; a few more runs
show keys that have one, as an office's do, with the agent remembering it.
gpg is run as it comes, trust database and all; ``--trust-model always`` made it about 8 % cheaper.

    python bench/telegrams.py                 200 telegrams of each
    python bench/telegrams.py --count 20      a tenth, for a quick look
    python bench/telegrams.py --check         exit with 1 where the claim does not hold
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from cablegram.model.times import Counted, ReturnTerm, Unit
from cablegram.sealing import envelope as sealing
from cablegram.sealing.keys import OfficeKeys
from cablegram.wire import canonical
from cablegram.wire.card import Card, Receiving
from cablegram.wire.envelope import Envelope
from cablegram.wire.letter import Addressee, Letter, Part

WANTED = 4.0
SIZE = 2048
ROUNDS = 10
GUARDED = 5
TICK = os.sysconf("SC_CLK_TCK")
AT = "1951-07-03T09:00:00Z"
PROOF = (
    "c2sp.org/tlog-proof@v1\nindex 41\n"
    + (canonical.encode_bytes(bytes(32)) + "=\n") * 10
    + "\nbeijing.example/ledger\n1000\n"
    + canonical.encode_bytes(bytes(32))
    + "=\n\n\u2014 beijing.example/ledger AAAAAAAA\n"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=200, help="telegrams of each")
    parser.add_argument("--check", action="store_true", help="exit with 1 below the ratio")
    chosen = parser.parse_args()
    if shutil.which("gpg") is None:
        print("there is no gpg here; nothing to compare with")
        return 0
    each = max(1, chosen.count // ROUNDS)
    guarded = guarded_peer()
    with tempfile.TemporaryDirectory(prefix="gpg") as folder:
        peer = Gpg(Path(folder))
        seal = ours()
        seal(0)
        mine = theirs = 0.0
        try:
            for turn in range(ROUNDS):
                before = time.process_time()
                for number in range(each):
                    seal(turn * each + number)
                mine += time.process_time() - before
                before = peer.spent()
                for _ in range(each):
                    peer.seal()
                theirs += peer.spent() - before
        finally:
            peer.stop()
    count = each * ROUNDS
    ratio = theirs / mine
    print(f"telegrams of {SIZE} bytes, {count} of each, in CPU-milliseconds")
    for words, spent in (
        ("cablegram, letter and envelope signed twice, sealed", mine / count),
        ("gpg --sign --encrypt, its agent counted", theirs / count),
        ("the same, with a passphrase that its agent knows", guarded),
    ):
        print(f"  {words:<52} {1000 * spent:8.3f}")
    print(f"  {'ratio of the first two':<52} {ratio:8.2f}   (wanted {WANTED})")
    return int(chosen.check and ratio < WANTED)


def guarded_peer():
    """CPU-seconds of gpg for one telegram where its keys have a passphrase."""
    with tempfile.TemporaryDirectory(prefix="gpg") as folder:
        peer = Gpg(Path(folder), "correct horse")
        try:
            before = peer.spent()
            for _ in range(GUARDED):
                peer.seal()
            return (peer.spent() - before) / GUARDED
        finally:
            peer.stop()


def ours():
    """What signs and seals one whole telegram, keys loaded."""
    beijing, moscow = OfficeKeys.generate(), OfficeKeys.generate()
    key = moscow.receiving[0].recipient().raw
    receiving = Receiving(1, "mlkem768x25519", key, AT)
    to = Card(
        office="moscow",
        names={"en": "Eighth Department"},
        serial=1,
        previous="",
        signing=tuple(public.line() for public in moscow.public_keys()),
        recovery=(),
        receiving=(receiving,),
        origin="moscow.example/ledger",
        ledger_key="moscow.example/ledger+00000000+AQ==",
        zone="Europe/Moscow",
        carriers=(),
        made_at=AT,
    )
    text = ("Получено. " * SIZE).encode()[: SIZE - SIZE % 2].decode("utf-8", "ignore").encode()
    text = text.ljust(SIZE, b".")
    digest = "sha256:" + sha256(text).hexdigest()
    part = Part("body.ru.md", "original", "ru", "text/markdown", len(text), digest)

    def seal(number):
        letter = Letter(
            kind="telegram",
            signatory="Mao Zedong",
            series="T",
            level="top secret",
            caveats=("copying prohibited",),
            return_=ReturnTerm(6, Unit.DAYS_24H, Counted.RECEIVED, "Eighth Department"),
            addressees=(Addressee("Filippov", "action"),),
            copies=4,
            zone="Asia/Shanghai",
            parts=(part,),
            office="beijing",
            outgoing_number=number + 1,
            filed_at=AT,
        )
        signed = sealing.sign_letter(letter, beijing)
        outer = Envelope(
            letter=canonical.digest(signed.body),
            office="beijing",
            to="moscow",
            to_key=receiving.name,
            circuit_number=number + 2,
            previous=digest,
            attempt=1,
            keys=(),
            proof=PROOF,
        )
        return sealing.seal(signed, {part.name: text}, outer, to, receiving, beijing)

    opened = sealing.unseal(
        seal(0),
        moscow,
        me="moscow",
        find_card={
            "beijing": Card(
                office="beijing",
                names={"en": "Beijing"},
                serial=1,
                previous="",
                signing=tuple(public.line() for public in beijing.public_keys()),
                recovery=(),
                receiving=(receiving,),
                origin="beijing.example/ledger",
                ledger_key="beijing.example/ledger+00000000+AQ==",
                zone="Asia/Shanghai",
                carriers=(),
                made_at=AT,
            )
        }.get,
    )
    assert opened.bodies == {part.name: text}
    return seal


class Gpg:
    """gpg in a home of its own, with an agent that keeps the keys."""

    def __init__(self, home, passphrase=""):
        self.home = home
        self.plain = home / "plain"
        self.plain.write_bytes(os.urandom(SIZE // 2).hex().encode())
        given = ("--pinentry-mode", "loopback", "--passphrase", passphrase)
        for name in ("beijing", "moscow"):
            self.run(*given, "--quick-gen-key", name, "ed25519", "sign", "never")
            listed = self.run("--list-keys", "--with-colons", name).decode().splitlines()
            print_ = next(line.split(":")[9] for line in listed if line.startswith("fpr"))
            self.run(*given, "--quick-add-key", print_, "cv25519", "encr", "never")
        self.seal(*given)  # from here on the agent knows the passphrase
        told = self.agent("getinfo pid").decode()
        self.pid = int(told.split()[1])

    def seal(self, *words):
        """Sign and encrypt the plain bytes once."""
        self.run(
            *words,
            *("--local-user", "beijing", "--recipient", "moscow"),
            *("--output", self.home / "sealed", "--sign", "--encrypt", self.plain),
        )

    def spent(self):
        """CPU-seconds of every gpg so far, and of the agent."""
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        stat = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return children.ru_utime + children.ru_stime + sum(map(int, stat[11:15])) / TICK

    def stop(self):
        """End the agent that was started here."""
        self.agent("killagent")

    def run(self, *words):
        """What gpg says to these words."""
        command = ["gpg", "--homedir", self.home, "--batch", "--yes", "--quiet", *words]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def agent(self, words):
        """What the agent says to these words."""
        command = ["gpg-connect-agent", "--homedir", self.home, words, "/bye"]
        return subprocess.run(command, check=True, capture_output=True).stdout


if __name__ == "__main__":
    sys.exit(main())
