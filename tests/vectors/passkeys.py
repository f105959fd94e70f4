"""Writes the vectors of passkey signatures, with a key of its own and no line of the project.

Run from the root: ``python tests/vectors/passkeys.py``.  A file is the officer's key line, the
order, and the signature, one after the other.  ``openssh`` says what ``ssh-keygen`` says to it.
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256, sha512
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

HERE = Path(__file__).resolve().parent / "passkey"
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PASSKEY = ec.derive_private_key(19510709, ec.SECP256R1())
KEY_NAME = b"sk-ecdsa-sha2-nistp256@openssh.com"
NAME = b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
ORDER = b'{"act":"issue","facts":{"holder":"stalin"},"format":"cablegram/order/v1"}'
PRESENT, VERIFIED, CAN_BACK_UP, BACKED_UP, ATTESTED, EXTENDED = 1, 4, 8, 16, 64, 128


def string(data):
    return len(data).to_bytes(4, "big") + data


def number(value, zeros=0):
    return string(bytes(zeros) + value.to_bytes(value.bit_length() // 8 + 1, "big"))


def point(key):
    numbers = key.public_key().public_numbers()
    return b"\4" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


@dataclass(frozen=True)
class Case:
    """One signature; each field is what can be wrong with it, right as it stands."""

    order: bytes = ORDER
    host: str = "sign.localhost"
    origin: str = "http://sign.localhost:8452"
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    extensions: bytes = b""
    type: str = "webauthn.get"
    namespace: bytes = b"order@cablegram"
    challenge: bytes | None = None
    said_origin: str | None = None
    more: str = ',"crossOrigin":false'
    client_data: bytes | None = None
    greater: bool = False
    zeros: int = 0
    name: bytes = NAME
    behind_numbers: bytes = b""
    behind: bytes = b""
    numbers: tuple[int, int] | None = None
    hash_name: str = "sha512"
    signed_for: str | None = None
    signed_by: ec.EllipticCurvePrivateKey = field(default=PASSKEY)
    key_name: bytes = KEY_NAME
    curve: bytes = b"nistp256"
    point: bytes = point(PASSKEY)

    def key(self):
        fields = (self.key_name, self.curve, self.point, self.host.encode())
        return b"".join(map(string, fields))

    def line(self):
        return self.key_name + b" " + b64encode(self.key())

    def data(self):
        hashed = {"sha512": sha512, "sha256": sha256}[self.hash_name](self.order).digest()
        fields = (self.namespace, b"", self.hash_name.encode(), hashed)
        return b"SSHSIG" + b"".join(map(string, fields))

    def said(self):
        if self.client_data is not None:
            return self.client_data
        asked = self.data() if self.challenge is None else self.challenge
        challenge = urlsafe_b64encode(asked).rstrip(b"=").decode()
        origin = self.origin if self.said_origin is None else self.said_origin
        begins = f'{{"type":"{self.type}","challenge":"{challenge}","origin":"{origin}"'
        return f"{begins}{self.more}}}".encode()

    def signed(self):
        host = self.host if self.signed_for is None else self.signed_for
        tail = bytes([self.flags]) + self.counter.to_bytes(4, "big") + self.extensions
        return sha256(host.encode()).digest() + tail + sha256(self.said()).digest()

    def spelled(self):
        how = ec.ECDSA(SHA256(), deterministic_signing=True)
        r, s = utils.decode_dss_signature(self.signed_by.sign(self.signed(), how))
        s = max(s, N - s) if self.greater else min(s, N - s)
        r, s = (r, s) if self.numbers is None else self.numbers
        numbers = number(r, self.zeros) + number(s) + self.behind_numbers
        fixed = bytes([self.flags]) + self.counter.to_bytes(4, "big")
        rest = string(self.origin.encode()) + string(self.said()) + string(self.extensions)
        return string(self.name) + string(numbers) + fixed + rest + self.behind

    def file(self):
        fields = (self.key(), self.namespace, b"", self.hash_name.encode(), self.spelled())
        blob = b"SSHSIG\0\0\0\1" + b"".join(map(string, fields))
        text = b64encode(blob).decode()
        lines = [text[at : at + 70] for at in range(0, len(text), 70)]
        marks = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
        return "\n".join((marks[0], *lines, marks[1], "")).encode()


GOOD = Case()
GREASE = ',"crossOrigin":false,"other_keys_can_be_added_here":"do not compare against a template"'
HTTPS = replace(GOOD, host="sign.example.org", origin="https://sign.example.org")


def made(**changes):
    return replace(GOOD, **changes)


def asked(**changes):
    return replace(HTTPS, **changes)


ACCEPTED = {
    "good": (GOOD, "as the signer makes it"),
    "https": (HTTPS, "a host on the net, with TLS and its own port"),
    "https-port": (asked(origin="https://sign.example.org:8443"), "another port, named"),
    "localhost": (made(host="localhost", origin="http://localhost:8452"), "localhost itself"),
    "counter": (made(counter=0x80000001), "a counter, which is not looked at"),
    "grease": (made(more=GREASE), "what Chromium adds so that nobody compares with a template"),
    "no-cross-origin": (made(more=""), "a browser that does not know of frames"),
    "backed-up": (made(flags=0x1D), "a synchronised passkey"),
    "extensions": (
        made(flags=0x85, extensions=bytes.fromhex("a16a6372656450726f7465637402")),
        "an authenticator that answers for an extension",
    ),
    "sha256": (made(hash_name="sha256"), "SSHSIG's other hash"),
}

# name: the case, why, the error, what its message says, what ssh-keygen says
SEAL, MALFORMED = "SealError", "MalformedError"
REFUSED = {
    "untouched": (made(flags=VERIFIED), "nobody touched it", SEAL, "was not touched", True),
    "unverified": (made(flags=PRESENT), "nobody was asked for", SEAL, "did not ask who", True),
    "no-flags": (made(flags=0), "neither", SEAL, "was not touched", True),
    "origin-desk": (
        made(origin="http://desk.localhost:8451"),
        "asked by a page of the desk",
        SEAL,
        "asked by http://desk.localhost:8451, and is for sign.localhost",
        True,
    ),
    "origin-below": (
        made(origin="http://evil.sign.localhost"),
        "a host below the signer's, which may use its passkeys",
        SEAL,
        "asked by http://evil.sign.localhost",
        True,
    ),
    "origin-above": (made(origin="http://localhost"), "the host above", SEAL, "asked by", True),
    "origin-like": (
        asked(origin="https://sign.example.org.evil.example"),
        "begins like it",
        SEAL,
        "asked by https://sign.example.org.evil.example",
        True,
    ),
    "origin-ends-like": (
        asked(origin="https://evilsign.example.org"),
        "ends like it",
        SEAL,
        "asked by https://evilsign.example.org",
        True,
    ),
    "origin-plain": (asked(origin="http://sign.example.org"), "no TLS", SEAL, "without TLS", True),
    "origin-path": (asked(origin="https://sign.example.org/"), "a path", SEAL, "no page", True),
    "origin-user": (
        asked(origin="https://evil@sign.example.org"),
        "a user before it",
        SEAL,
        "no page",
        True,
    ),
    "origin-own-port": (
        asked(origin="https://sign.example.org:443"),
        "TLS's own port",
        SEAL,
        "no page",
        True,
    ),
    "origin-zero-port": (
        asked(origin="https://sign.example.org:0443"),
        "a zero before it",
        SEAL,
        "no page",
        True,
    ),
    "origin-no-port": (
        asked(origin="https://sign.example.org:65536"),
        "no such port",
        SEAL,
        "no page",
        True,
    ),
    "origin-scheme": (
        made(origin="chrome-extension://sign.localhost"),
        "no web page",
        SEAL,
        "no page",
        True,
    ),
    "origin-capitals": (
        asked(origin="https://SIGN.example.org"),
        "capitals",
        SEAL,
        "no page",
        True,
    ),
    "origin-empty": (made(origin=""), "no origin", SEAL, "no page", True),
    "origin-null": (made(origin="null"), "a page without origin", SEAL, "no page", True),
    "cross-origin": (
        made(more=',"crossOrigin":true'),
        "in another's frame",
        SEAL,
        "the frame of another",
        True,
    ),
    "cross-origin-text": (
        made(more=',"crossOrigin":"false"'),
        "no truth value",
        SEAL,
        "the frame of another",
        True,
    ),
    "cross-origin-zero": (
        made(more=',"crossOrigin":0'),
        "a number for it",
        SEAL,
        "the frame of another",
        True,
    ),
    "cross-origin-null": (
        made(more=',"crossOrigin":null'),
        "nothing for it",
        SEAL,
        "the frame of another",
        True,
    ),
    "cross-origin-escaped": (
        made(more=',"cross\\u004frigin":true'),
        "spelled round",
        SEAL,
        "the frame of another",
        True,
    ),
    "top-origin": (
        made(more=',"crossOrigin":false,"topOrigin":"http://desk.localhost:8451"'),
        "names the page around it",
        SEAL,
        "the frame of another",
        True,
    ),
    "twice": (
        made(more=',"crossOrigin":true,"crossOrigin":false'),
        "a name twice",
        MALFORMED,
        "not JSON",
        True,
    ),
    "twice-within": (
        made(more=',"x":{"a":1,"a":2}'),
        "a name twice, deeper",
        MALFORMED,
        "not JSON",
        True,
    ),
    "not-a-number": (made(more=',"x":NaN'), "no JSON number", MALFORMED, "not JSON", True),
    "not-json": (made(more=",crossOrigin:false"), "no JSON", MALFORMED, "not JSON", True),
    "not-utf8": (
        replace(GOOD, client_data=GOOD.said()[:-1] + b',"x":"\xff"}'),
        "no UTF-8",
        MALFORMED,
        "not JSON",
        True,
    ),
    "behind-json": (
        replace(GOOD, client_data=GOOD.said() + b"{}"),
        "a second object",
        MALFORMED,
        "JSON",
        True,
    ),
    "deep": (
        made(more=',"x":' + "[" * 700 + "]" * 700 + ',"y":"' + "z" * 2000 + '"'),
        "larger than it may be",
        MALFORMED,
        "more client data",
        True,
    ),
    "list": (made(client_data=b"[]"), "no object", MALFORMED, "no object", False),
    "empty-client-data": (made(client_data=b""), "nothing said", MALFORMED, "not JSON", False),
    "blanks": (
        replace(GOOD, client_data=GOOD.said().replace(b'":"', b'": "', 1)),
        "a blank that no browser writes",
        MALFORMED,
        "as browsers spell it",
        False,
    ),
    "create": (made(type="webauthn.create"), "made a key", SEAL, "asked to sign", False),
    "payment": (made(type="payment.get"), "paid", SEAL, "asked to sign", False),
    "challenge-hash": (
        made(challenge=sha256(GOOD.data()).digest()),
        "the hash alone",
        SEAL,
        "something else",
        False,
    ),
    "challenge-order": (made(challenge=ORDER), "the order alone", SEAL, "something else", False),
    "challenge-digest": (
        made(challenge=sha512(ORDER).digest()),
        "the order's digest",
        SEAL,
        "something else",
        False,
    ),
    "challenge-longer": (
        made(challenge=GOOD.data() + b"\0"),
        "a byte more",
        SEAL,
        "something else",
        False,
    ),
    "challenge-namespace": (
        made(challenge=GOOD.data().replace(b"order@", b"login@")),
        "for another namespace",
        SEAL,
        "something else",
        False,
    ),
    "origin-differs": (
        made(said_origin="http://desk.localhost:8451"),
        "the file names one origin, the passkey another",
        SEAL,
        "another origin",
        False,
    ),
    "signed-for-desk": (
        made(signed_for="desk.localhost"),
        "the authenticator signed for the desk's relying party",
        SEAL,
        "does not hold",
        False,
    ),
    "signed-by-another": (
        made(signed_by=ec.derive_private_key(2, ec.SECP256R1())),
        "another passkey",
        SEAL,
        "does not hold",
        False,
    ),
    "greater-s": (made(greater=True), "the other of two", MALFORMED, "the greater of two", True),
    "zero-before": (made(zeros=1), "a byte too many", MALFORMED, "not spelled canonically", None),
    "zeros-before": (made(zeros=9), "many too many", MALFORMED, "not of its curve", None),
    "r-zero": (made(numbers=(0, 1)), "r is nothing", MALFORMED, "not of its curve", False),
    "s-zero": (made(numbers=(1, 0)), "s is nothing", MALFORMED, "not of its curve", False),
    "r-order": (made(numbers=(N, 1)), "r is n", MALFORMED, "not of its curve", False),
    "s-order": (made(numbers=(1, N)), "s is n", MALFORMED, "not of its curve", False),
    "behind-numbers": (
        made(behind_numbers=b"\0"),
        "a byte behind s",
        MALFORMED,
        "not spelled canonically",
        False,
    ),
    "behind": (made(behind=b"\0"), "a byte at the end", MALFORMED, "canonically", False),
    "plain": (
        made(name=KEY_NAME),
        "called a token's own signature",
        MALFORMED,
        "canonically",
        False,
    ),
    "certificate": (
        made(name=NAME.replace(b"256@", b"256-cert-v01@")),
        "called a certificate's",
        MALFORMED,
        "",
        None,
    ),
    "attested": (made(flags=0x45), "a key is being made", MALFORMED, "being made", False),
    "extensions-unsaid": (
        made(extensions=b"\xa0"),
        "extensions and no flag",
        MALFORMED,
        "no flag",
        False,
    ),
    "extensions-missing": (made(flags=0x85), "a flag and none", MALFORMED, "and none", False),
    "extensions-no-map": (
        made(flags=0x85, extensions=b"\x80"),
        "a list of them",
        MALFORMED,
        "no map",
        True,
    ),
    "extensions-many": (
        made(flags=0x85, extensions=b"\xa0" + bytes(1024)),
        "a byte too many",
        MALFORMED,
        "more",
        True,
    ),
    "backed-up-never": (made(flags=0x15), "cannot be, and is", MALFORMED, "cannot be", True),
    "host-capitals": (made(host="Sign.localhost"), "capitals", MALFORMED, "public key", None),
    "host-ssh": (made(host="ssh:"), "a token of OpenSSH's", MALFORMED, "public key", None),
    "host-empty": (made(host=""), "no host", MALFORMED, "public key", None),
    "host-number": (made(host="127.0.0.1"), "an address", MALFORMED, "public key", None),
    "host-dots": (made(host="sign..localhost"), "an empty label", MALFORMED, "public key", None),
    "host-hyphen": (made(host="-sign.localhost"), "a hyphen first", MALFORMED, "public key", None),
    "host-long": (made(host=".".join(["a" * 63] * 4)), "too long", MALFORMED, "public key", None),
    "curve": (made(curve=b"nistp384"), "another curve", MALFORMED, "public key", False),
    "point": (
        made(point=GOOD.point[:-1] + bytes([GOOD.point[-1] ^ 1])),
        "not on the curve",
        MALFORMED,
        "public key",
        False,
    ),
    "point-short": (
        made(point=b"\2" + GOOD.point[1:33]),
        "half of it",
        MALFORMED,
        "public key",
        None,
    ),
    "point-mixed": (
        made(point=b"\6" + GOOD.point[1:]),
        "mixed form",
        MALFORMED,
        "public key",
        None,
    ),
}


def write(name, case, head):
    text = "".join(f"{key}: {value}\n" for key, value in head.items())
    data = case.line() + b"\n" + case.order + b"\n" + case.file()
    (HERE / f"{name}.vector").write_bytes(text.encode() + b"\n" + data)


SAYS = {True: "good", False: "bad", None: "unasked"}


def main():
    HERE.mkdir(exist_ok=True)
    for old in HERE.glob("*.vector"):
        old.unlink()
    for name, (case, because) in ACCEPTED.items():
        write(name, case, {"expect": "accepted", "because": because, "openssh": "good"})
    for name, (case, because, error, says, openssh) in REFUSED.items():
        head = {"expect": error, "says": says, "because": because, "openssh": SAYS[openssh]}
        write(name, case, {key: value for key, value in head.items() if value})
    assert json.loads(GOOD.said())["crossOrigin"] is False


if __name__ == "__main__":
    main()
