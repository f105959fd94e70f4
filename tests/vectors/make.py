"""Writes the vectors of documents and containers, from plain JSON and the standard library's tar.

Run from the root: ``python tests/vectors/make.py``.  Nothing of the project is imported here.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import tarfile
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32
HASH = urlsafe_b64encode(bytes(range(32))).rstrip(b"=").decode()
PROOF = (
    "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n"
    "eighth.example/ledger\n3\nAAAA\n\n\u2014 eighth.example/ledger AAAAAA==\n"
)
GONE = object()


def spell(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def key_line(name, size, filler):
    def string(data):
        return len(data).to_bytes(4, "big") + data

    return f"{name} {b64encode(string(name.encode()) + string(bytes([filler]) * size)).decode()}"


ED25519 = key_line("ssh-ed25519", 32, 1)
COMPANION = key_line("ssh-mldsa44-ed25519@openssh.com", 1344, 2)
RECOVERY = key_line("ssh-ed25519", 32, 3)
SECOND = key_line("ssh-ed25519", 32, 6)
SIGNER = {"origin": "https://sign.example:8443", "hash": DIGEST}
LOCAL = "http://sign.localhost:8452"
HYBRID = urlsafe_b64encode(bytes([4]) * 1216).rstrip(b"=").decode()
CLASSICAL = urlsafe_b64encode(bytes([5]) * 32).rstrip(b"=").decode()

ORDER = {
    "format": "cablegram/order/v1",
    "act": "issue",
    "office": "moscow",
    "origin": "eighth.example/ledger",
    "subjects": [{"handle": "0f" * 16, "expected": 3}],
    "facts": {"holder": "stalin", "due_at": "1951-07-15T21:00:00Z", "sheets": 2},
    "officer": "makarov",
    "key": DIGEST,
    "number": 7,
    "signed_at": "1951-07-09T18:30:00Z",
    "not_after": "1951-07-10T18:30:00Z",
    "head": {"size": 42, "root": HASH},
    "seconds": "",
}
CARD = {
    "format": "cablegram/card/v1",
    "office": "moscow",
    "names": {"ru": "Восьмое управление", "en": "Eighth Department"},
    "serial": 2,
    "previous": DIGEST,
    "signing": [ED25519, COMPANION],
    "recovery": [RECOVERY],
    "receiving": [
        {
            "epoch": 1,
            "kind": "x25519",
            "key": CLASSICAL,
            "not_before": "1951-01-01T00:00:00Z",
            "not_after": "1951-07-01T00:00:00Z",
        },
        {
            "epoch": 2,
            "kind": "mlkem768x25519",
            "key": HYBRID,
            "not_before": "1951-06-01T00:00:00Z",
            "not_after": "",
        },
    ],
    "origin": "eighth.example/ledger",
    "ledger_key": "eighth.example/ledger+00000000+AQ==",
    "zone": "Europe/Moscow",
    "carriers": ["folder:usb"],
    "made_at": "1951-06-01T00:00:00Z",
}
BODY = "Получено.\n".encode()
PART = {
    "name": "body.ru.md",
    "role": "original",
    "lang": "ru",
    "media_type": "text/markdown",
    "size": len(BODY),
    "sha256": digest(BODY),
}
ATTACHMENT = {
    "name": "map.png",
    "media_type": "image/png",
    "size": 10,
    "sha256": DIGEST,
    "sealed_size": 3000,
    "sealed_sha256": OTHER,
    "recipient": DIGEST,
}
WORDING = {
    "kind": "telegram",
    "signatory": "Мао Цзэдун",
    "on_behalf_of": "",
    "series": "Т",
    "classification": {"level": "top secret", "policy": "", "categories": []},
    "caveats": ["copying prohibited"],
    "precedence": {"action": "immediate", "info": "routine"},
    "return": {"count": 6, "unit": "24-hour days", "counted": "received", "to": "8th department"},
    "addressees": [{"name": "Filippov", "role": "action"}],
    "copies": 4,
    "zone": "Asia/Shanghai",
    "reply_to": "",
    "fulfil_by": "",
    "subject": "",
    "label": "reconstruction",
    "parts": [PART],
    "attachments": [],
}
LETTER = WORDING | {
    "format": "cablegram/letter/v1",
    "office": "beijing",
    "outgoing_number": 3349,
    "filed_at": "1951-07-03T09:00:00Z",
}
DRAFT = WORDING | {"format": "cablegram/draft/v1", "to": ["moscow"], "keys": []}
ENVELOPE = {
    "format": "cablegram/envelope/v1",
    "letter": DIGEST,
    "office": "beijing",
    "to": "moscow",
    "to_key": OTHER,
    "circuit": {"number": 12, "previous": OTHER},
    "attempt": 1,
    "keys": [{"name": "map.png", "seed": HASH}],
    "proof": PROOF,
    "size": 13312,
}
RECEIPT = {
    "format": "cablegram/receipt/v1",
    "kind": "opened",
    "office": "moscow",
    "to": "beijing",
    "subject": DIGEST,
    "circuit_number": 12,
    "attempt": 1,
    "incoming": "21497",
    "number": 2,
    "previous": OTHER,
    "at": "1951-07-05T18:00:00Z",
    "cable": 0,
    "copy": 0,
    "sheets": 0,
    "note": "",
    "proof": PROOF,
}
ITEM = {
    "owner": "moscow",
    "cable": 21497,
    "copy": 2,
    "sheets": 2,
    "seals": "one of wax, No. 14",
    "level": "top secret",
    "content_sha256": DIGEST,
    "limit_at": "1951-07-11T18:00:00Z",
    "limit_to": "8th department",
}
TRANSMITTAL = {
    "format": "cablegram/transmittal/v1",
    "office": "moscow",
    "to": "special-sector",
    "number": 1,
    "previous": "",
    "items": [ITEM, ITEM | {"copy": 3}],
    "carrier": "courier Ivanov",
    "sent_at": "1951-07-06T09:00:00Z",
    "receipt_due": "1951-07-07T09:00:00Z",
    "proof": PROOF,
}

NOTICE = {
    "format": "cablegram/notice/v1",
    "kind": "extended",
    "office": "moscow",
    "to": "special-sector",
    "number": 2,
    "previous": OTHER,
    "at": "1951-07-10T09:00:00Z",
    "letter": "",
    "copies": [{"owner": "moscow", "cable": 21497, "copy": 2, "under": DIGEST}],
    "limit_at": "1951-07-14T18:00:00Z",
    "level": "",
    "count": 0,
    "certificate": "",
    "persons": [],
    "answers": "",
    "proof": PROOF,
}


def change(document, path, value):
    """A copy of the document in which one place is another."""
    changed = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed


def write(folder, name, data, because, says=None, expect=None):
    expect = expect or ("accepted" if says is None else "MalformedError")
    lines = [f"expect: {expect}", *([f"says: {says}"] if says else []), f"because: {because}"]
    place = HERE / folder
    place.mkdir(exist_ok=True)
    (place / f"{name}.vector").write_bytes("".join(f"{x}\n" for x in lines).encode() + b"\n" + data)


def documents(folder, good, accepted, refused):
    """The vectors of one document: (name, because, path, value) and (..., says)."""
    write(folder, "good", spell(good), "every field as its page has it")
    for name, because, path, value in accepted:
        write(folder, f"good-{name}", spell(change(good, path, value)), because)
    general = [
        (
            "format-other",
            "another format's name",
            ["format"],
            "cablegram/paper/v1",
            "of the format",
        ),
        ("format-v2", "a later version", ["format"], good["format"][:-1] + "2", "of the format"),
        ("format-missing", "it does not say its format", ["format"], GONE, "lacks its field"),
        ("field-too-many", "a field that the page does not have", ["zz"], "", "too many"),
    ]
    for name, because, path, value, says in (*general, *refused):
        write(folder, name, spell(change(good, path, value)), because, says)


def canonical():
    def put(name, data, because, says=None):
        write("canonical", name, data, because, says)

    put("good", spell({"a": [1, "Филиппов", {}], "b": "", "c": 2**53 - 1}), "every kind of value")
    put("good-escapes", b'{"a":"\\"\\\\\\n"}', "the three escapes that occur")
    put("good-chinese", spell({"a": "毛泽东 김일성"}), "texts of other scripts in NFC")
    plain = "is not canonical JSON"
    spelled = "is not spelled canonically"
    put("empty", b"", "no bytes", plain)
    put("list", b"[]", "not an object", "is not a JSON object")
    put("truncated", b'{"a":1', "it ends too early", plain)
    put("trailing", b'{"a":1}\n', "a line feed after it", spelled)
    put("blank", b'{"a": 1}', "white space between tokens", spelled)
    put("order", b'{"b":1,"a":1}', "keys out of order", spelled)
    put("duplicate", b'{"a":1,"a":1}', "a key twice", plain)
    put("duplicate-deep", b'{"a":{"b":1,"b":2}}', "a key twice further in", plain)
    put("float", b'{"a":1.0}', "a float", plain)
    put("exponent", b'{"a":1e2}', "an exponent", plain)
    put("nan", b'{"a":NaN}', "not a number", "has no canonical form")
    put("zero", b'{"a":01}', "a leading zero", plain)
    put("minus-zero", b'{"a":-0}', "a signed zero", spelled)
    put("negative", b'{"a":-1}', "a negative number", "outside 0 to 2^53-1")
    put("large", b'{"a":9007199254740992}', "2^53", "outside 0 to 2^53-1")
    put("true", b'{"a":true}', "a boolean", "has no canonical form")
    put("null", b'{"a":null}', "null", "has no canonical form")
    put("escaped-slash", b'{"a":"\\/"}', "an escape that is not needed", spelled)
    put("escaped-letter", b'{"a":"\\u0061"}', "an escaped letter", spelled)
    put("surrogate", b'{"a":"\\ud800"}', "half a surrogate pair", "cannot be seen")
    put("control", b'{"a":"\\u0007"}', "a control character", "a control character")
    put("tab", b'{"a":"\\t"}', "a tab", "a control character")
    put("bidi", '{"a":"a\u202eb"}'.encode(), "a bidirectional override", "a bidirectional control")
    put("bidi-isolate", '{"a":"\u2066b"}'.encode(), "an isolate", "a bidirectional control")
    put("hidden", '{"a":"a\u200bb"}'.encode(), "a space without width", "cannot be seen")
    put("tag", '{"a":"a\U000e0041"}'.encode(), "a tag character", "cannot be seen")
    put("nfd", '{"a":"и\u0306"}'.encode(), "a text in NFD", "normal form C")
    put("key-not-ascii", '{"ключ":1}'.encode(), "a key that is not ASCII", "plain ASCII")
    put("bom", b'\xef\xbb\xbf{"a":1}', "a byte order mark", plain)
    put("latin", b'{"a":"\xe9"}', "not UTF-8", plain)
    put("deep", b'{"a":' + b"[" * 17 + b"]" * 17 + b"}", "17 deep", "nests deeper")


def order():
    entry = ["subjects", 0]
    documents(
        "order",
        ORDER,
        [
            ("open-end", "no end", ["not_after"], ""),
            ("second", "it seconds another", ["seconds"], OTHER),
            ("no-subjects", "about nothing in the ledger yet", ["subjects"], []),
            ("digest-subject", "about a sealed file", [*entry, "handle"], DIGEST),
        ],
        [
            ("act", "an act that does not exist", ["act"], "burn", "there is no act"),
            ("office", "an office id in capitals", ["office"], "Moscow", "is not an office id"),
            ("officer", "a person called file", ["officer"], "file", "is not a person's id"),
            ("origin", "no ledger", ["origin"], "", "is empty"),
            ("key", "a key that is not a digest", ["key"], "sha256:ab", "a digest is not"),
            (
                "key-upper",
                "a digest in capitals",
                ["key"],
                "sha256:" + "AB" * 32,
                "a digest is not",
            ),
            ("number", "number 0", ["number"], 0, "the order's number is 0"),
            ("number-text", "a number as text", ["number"], "7", "is not a whole number"),
            ("signed-at", "30 February", ["signed_at"], "1951-02-30T00:00:00Z", "is not a moment"),
            ("ended", "over before signed", ["not_after"], "1951-07-01T00:00:00Z", "ends before"),
            ("root", "loose bits at its end", ["head", "root"], HASH[:-1], "canonically"),
            ("root-stray", "a stray letter", ["head", "root"], HASH[:-1] + "é", "not base64url"),
            ("root-short", "a root of 30 bytes", ["head", "root"], HASH[:40], "not 32 bytes"),
            ("root-padded", "padded base64", ["head", "root"], HASH + "=", "canonically"),
            ("head-extra", "a field too many", ["head", "at"], "", "too many"),
            ("seconds", "seconds no digest", ["seconds"], "7", "a digest is not"),
            ("handle", "a subject in capitals", [*entry, "handle"], "0F" * 16, "is not a handle"),
            ("expected", "seq as text", [*entry, "expected"], "3", "is not a whole number"),
            ("subject-extra", "a field too many", [*entry, "seq"], 1, "too many"),
            ("twice", "a subject twice", ["subjects"], ORDER["subjects"] * 2, "names one subject"),
            ("subjects", "not a list", ["subjects"], {}, "is not a list"),
            ("fact-name", "a fact in capitals", ["facts", "Holder"], "x", "no proper name"),
            ("fact-list", "a fact that is a list", ["facts", "holder"], [], "an object of texts"),
            ("facts-list", "facts as a list", ["facts"], [], "is not an object"),
            ("fact-long", "a fact too long", ["facts", "note"], "x" * 16385, "is longer than"),
        ],
    )


def card():
    first = ["receiving", 0]
    swapped = [CARD["receiving"][1], CARD["receiving"][0]]
    blob = ED25519.split()[1]
    documents(
        "card",
        CARD,
        [
            ("one-algorithm", "no companion", ["signing"], [ED25519]),
            ("no-recovery", "no recovery key", ["recovery"], []),
            ("signer", "a signer", ["signer"], SIGNER),
            ("signer-here", "one on this machine", ["signer"], SIGNER | {"origin": LOCAL}),
        ],
        [
            ("first", "the first has one before it", ["serial"], 1, "only the first has none"),
            (
                "second",
                "the second has none before it",
                ["previous"],
                "",
                "only the first has none",
            ),
            ("no-names", "no name", ["names"], {}, "names has 0 entries"),
            ("language", "a language that is none", ["names", "Russian"], "x", "is not a language"),
            ("no-signing", "no signing key", ["signing"], [], "signing keys has 0"),
            ("swapped", "the companion first", ["signing"], [COMPANION, ED25519], "in order"),
            ("same", "one algorithm twice", ["signing"], [ED25519, SECOND], "in order"),
            ("shared", "signing key for recovery", ["recovery"], [ED25519], "something twice"),
            ("comment", "a comment", ["recovery"], [RECOVERY + " x"], "key line is malformed"),
            ("rsa", "RSA", ["recovery"], [key_line("ssh-rsa", 256, 1)], "a key's algorithm is"),
            (
                "mislabelled",
                "another label",
                ["recovery"],
                ["ssh-rsa " + blob],
                "of the kind it says",
            ),
            ("key-base64", "not base64", ["recovery"], ["ssh-ed25519 AAA"], "not base64"),
            ("signing-number", "a number in a list", ["signing"], [ED25519, 2], "a list of texts"),
            ("no-receiving", "nothing to seal to", ["receiving"], [], "receiving keys has 0"),
            ("receiving-order", "epochs out of order", ["receiving"], swapped, "in order"),
            ("kind", "a kind that is none", [*first, "kind"], "rsa", "kind is 'rsa'"),
            ("size", "kind and length differ", [*first, "key"], HYBRID, "the wrong length"),
            ("epoch", "epoch 0", [*first, "epoch"], 0, "epoch is 0"),
            ("ended", "over at once", [*first, "not_after"], "1951-01-01T00:00:00Z", "ends before"),
            ("plus", "a ledger with a plus", ["origin"], "a+b", "no proper name"),
            ("ledger-key", "another's key", ["ledger_key"], "x+00000000+AQ==", "another ledger"),
            ("zone", "a zone with a blank", ["zone"], "New York", "is not a time zone"),
            ("carrier", "an empty carrier", ["carriers"], [""], "is empty"),
            ("made-at", "local time", ["made_at"], "1951-06-01T00:00:00+03:00", "not a moment"),
            ("signer-text", "a signer that is text", ["signer"], SIGNER["origin"], "not an object"),
            ("signer-empty", "no signer at all", ["signer"], {}, "lacks its field 'origin'"),
            ("signer-hash", "no hash", ["signer"], SIGNER | {"hash": ""}, "a digest is not sha256"),
            ("signer-more", "a field more", ["signer"], SIGNER | {"rp": "x"}, "too many"),
            (
                "signer-plain",
                "no TLS",
                ["signer"],
                SIGNER | {"origin": "http://sign.example"},
                "browsers trust",
            ),
            (
                "signer-path",
                "a path",
                ["signer"],
                SIGNER | {"origin": "https://sign.example/"},
                "browsers trust",
            ),
        ],
    )


def letter():
    part, term = ["parts", 0], ["return"]
    late = PART | {"name": "body.en.md", "lang": "en", "role": "translation"}
    documents(
        "letter",
        LETTER,
        [
            ("two", "two languages", ["parts"], [late, PART]),
            ("no-return", "no return term", ["return"], {}),
            ("attachment", "an attachment", ["attachments"], [ATTACHMENT]),
            ("reply", "an answer", ["reply_to"], OTHER),
        ],
        [
            ("kind", "a kind that is none", ["kind"], "postcard", "kind is 'postcard'"),
            ("recall", "a recall of nothing", ["kind"], "recall", "which letter it is about"),
            ("office", "an office id with a dot", ["office"], "bei.jing", "is not an office id"),
            ("number", "number 0", ["outgoing_number"], 0, "the outgoing number is 0"),
            ("filed-at", "no time", ["filed_at"], "1951-07-03", "is not a moment"),
            ("signatory", "nobody's words", ["signatory"], "", "the signatory is empty"),
            ("signatory-lines", "two lines", ["signatory"], "a\nb", "has a line break"),
            ("series", "a small letter", ["series"], "t", "is not a series"),
            ("level", "no level", ["classification", "level"], "", "classification is empty"),
            ("level-extra", "a field too many", ["classification", "x"], "", "too many"),
            ("caveat-twice", "a caveat twice", ["caveats"], ["a", "a"], "names something twice"),
            ("caveats", "too many caveats", ["caveats"], list("abcdefghijklmnopq"), "17 entries"),
            ("precedence", "no such precedence", ["precedence", "info"], "soon", "precedence is"),
            ("return-zero", "in no days", [*term, "count"], 0, "a return term of 0 days"),
            ("return-unit", "weeks", [*term, "unit"], "weeks", "unit of the return term"),
            ("return-counted", "from seen", [*term, "counted"], "seen", "start of the return term"),
            ("return-to", "to nowhere", [*term, "to"], "", "place to return to is empty"),
            ("return-half", "a term without its unit", [*term, "unit"], GONE, "lacks its field"),
            ("nobody", "to nobody", ["addressees"], [], "addressees has 0"),
            ("role", "a role that is none", ["addressees", 0, "role"], "spy", "role is 'spy'"),
            ("addressee", "twice", ["addressees"], LETTER["addressees"] * 2, "something twice"),
            ("copies", "too many copies", ["copies"], 1000, "asked for is 1000"),
            ("fulfil-by", "tomorrow", ["fulfil_by"], "tomorrow", "is not a moment"),
            ("subject-long", "a long subject", ["subject"], "x" * 201, "is longer than 200"),
            ("no-parts", "no text", ["parts"], [], "parts has 0"),
            ("parts-order", "parts out of order", ["parts"], [PART, late], "in order"),
            ("part-twice", "a language twice", ["parts"], [PART, PART], "in order"),
            ("translation", "no original", [*part, "role"], "translation", "has no original"),
            ("part-name", "a name that climbs", [*part, "name"], "../ru.md", "is not called"),
            ("part-lang", "another language", [*part, "lang"], "en", "is not called"),
            ("part-type", "a page", [*part, "media_type"], "text/html", "part's media type"),
            ("part-size", "an empty text", [*part, "size"], 0, "size of body.ru.md is 0"),
            ("part-large", "over the bound", [*part, "size"], (4 << 20) + 1, "size of body.ru.md"),
            (
                "file-climbs",
                "a path",
                ["attachments"],
                [ATTACHMENT | {"name": "../a"}],
                "plain file",
            ),
            ("file-hidden", "a dot", ["attachments"], [ATTACHMENT | {"name": ".a"}], "plain file"),
            ("file-type", "no type", ["attachments"], [ATTACHMENT | {"media_type": "x"}], "media"),
            ("file-twice", "twice", ["attachments"], [ATTACHMENT] * 2, "something twice"),
            ("file-extra", "too many", ["attachments"], [ATTACHMENT | {"x": 1}], "too many"),
            ("file-number", "not an object", ["attachments"], [1], "is not an object"),
        ],
    )


def envelope():
    documents(
        "envelope",
        ENVELOPE,
        [
            ("first", "the first", ["circuit"], {"number": 1, "previous": ""}),
            ("restart", "nothing before it", ["circuit", "previous"], ""),
            ("no-keys", "no attachments", ["keys"], []),
        ],
        [
            ("letter", "no letter", ["letter"], "", "a digest is not"),
            ("self", "to itself", ["to"], "beijing", "from an office to itself"),
            ("to-key", "a raw key", ["to_key"], HASH, "a digest is not"),
            ("circuit", "circuit number 0", ["circuit", "number"], 0, "circuit number is 0"),
            ("circuit-first", "1 after another", ["circuit", "number"], 1, "names one before"),
            ("circuit-extra", "a field too many", ["circuit", "x"], 1, "too many"),
            ("attempt", "attempt 0", ["attempt"], 0, "the attempt is 0"),
            ("key-short", "16 bytes", ["keys", 0, "seed"], HASH[:22], "canonically"),
            ("key-twice", "a key twice", ["keys"], ENVELOPE["keys"] * 2, "something twice"),
            ("key-extra", "a field too many", ["keys", 0, "x"], 1, "too many"),
            ("unproved", "no proof", ["proof"], "", "has no proof of its leaf"),
            ("proof-other", "not a proof", ["proof"], "x\n", "has no proof of its leaf"),
            ("proof-cut", "cut off", ["proof"], PROOF[:-1], "has no proof of its leaf"),
            ("proof-long", "a long one", ["proof"], PROOF + "x" * 65536 + "\n", "is longer than"),
            ("proof-list", "a list", ["proof"], [HASH], "is not text"),
            ("size", "too large", ["size"], (16 << 20) + 1, "the container's size"),
        ],
    )


def receipt():
    copies = {"cable": 21497, "copy": 2, "circuit_number": 0, "attempt": 0}
    for kind in (
        "copy_received",
        "copy_closed",
        "copy_sighted",
        "settled_there",
        "settled_back",
    ):
        good = RECEIPT | copies | {"kind": kind}
        write("receipt", f"good-{kind.replace('_', '-')}", spell(good), f"a receipt {kind}")
        bad = spell(good | {"copy": 0})
        write("receipt", f"{kind.replace('_', '-')}-of-none", bad, "no copy", "name a copy")
    taken = RECEIPT | {"kind": "taken_in", "circuit_number": 0, "attempt": 0}
    write("receipt", "good-taken-in", spell(taken), "it knows the sealed digest alone")
    disputed = RECEIPT | {"kind": "disputed"}
    write("receipt", "good-disputed", spell(disputed | {"note": "a\nb"}), "it says why")
    write("receipt", "disputed-mute", spell(disputed), "it does not say why", "without saying why")
    documents(
        "receipt",
        RECEIPT,
        [("hand", "of a paper office, by hand", ["incoming"], "575/2280")],
        [
            ("kind", "a kind that is none", ["kind"], "read", "kind is 'read'"),
            ("self", "to itself", ["to"], "moscow", "from an office to itself"),
            ("subject", "about nothing", ["subject"], "", "a digest is not"),
            ("circuit", "opened without its number", ["circuit_number"], 0, "circuit number"),
            ("first", "the first has one before it", ["number"], 1, "only the first has none"),
            ("chain", "the second has none before it", ["previous"], "", "only the first has"),
            ("incoming", "a long stamp", ["incoming"], "1" * 65, "is longer than 64"),
            ("incoming-hidden", "a hidden one", ["incoming"], "1\u200b2", "cannot be seen"),
            ("at", "no moment", ["at"], "", "is not a moment"),
            ("sheets", "too many", ["sheets"], 10000, "number of sheets"),
            ("note", "a long note", ["note"], "x" * 501, "is longer than 500"),
            ("unproved", "no proof", ["proof"], "", "has no proof of its leaf"),
        ],
    )


def transmittal():
    documents(
        "transmittal",
        TRANSMITTAL,
        [
            ("no-limit", "no limit", ["items", 0], ITEM | {"limit_at": "", "limit_to": ""}),
            ("no-cable", "a copy without a cable number", ["items", 0, "cable"], 0),
            ("not-ours", "printed elsewhere", ["items", 0, "content_sha256"], ""),
        ],
        [
            ("empty", "no copy", ["items"], [], "has 0 entries"),
            ("twice", "a copy twice", ["items"], [ITEM, ITEM], "something twice"),
            ("copy", "copy 0", ["items", 0, "copy"], 0, "the copy number is 0"),
            ("cable", "too large", ["items", 0, "cable"], 10**9, "the cable number is 1000000000"),
            ("owner", "nobody's", ["items", 0, "owner"], "", "is not an office id"),
            ("unproved", "no proof", ["proof"], "", "has no proof of its leaf"),
            ("sheets", "no sheet", ["items", 0, "sheets"], 0, "the number of sheets is 0"),
            ("level", "too long", ["items", 0, "level"], "x" * 65, "is longer than 64"),
            ("digest", "no digest", ["items", 0, "content_sha256"], "x", "a digest is not"),
            ("limit", "no moment", ["items", 0, "limit_at"], "soon", "is not a moment"),
            ("extra", "a field too many", ["items", 0, "handle"], "", "too many"),
            ("carrier", "no carrier", ["carrier"], "", "the carrier is empty"),
            ("due", "no date", ["receipt_due"], "", "is not a moment"),
            ("chain", "the first has one before it", ["previous"], OTHER, "only the first has"),
        ],
    )


def notice():
    kinds = {
        "recalled": {"limit_at": ""},
        "regraded": {"limit_at": "", "level": "secret"},
        "declassified": {"limit_at": ""},
        "compromised": {"limit_at": "", "copies": [], "letter": DIGEST},
        "cancelled": {"limit_at": ""},
        "consented": {"limit_at": "", "copies": [], "letter": DIGEST, "count": 2, "answers": OTHER},
        "destroyed": {
            "limit_at": "",
            "certificate": "No. 12",
            "persons": ["makarov", "chesnokova"],
        },
        "asks_extension": {},
        "asks_consent": {"limit_at": "", "copies": [], "letter": DIGEST, "count": 1},
        "asks_regrade": {"limit_at": "", "level": "secret"},
        "declined": {"limit_at": "", "copies": [], "answers": OTHER},
        "traced": {"limit_at": "", "count": 2},
        "returning": {"answers": OTHER},
        "sent_again": {"limit_at": "", "copies": [], "answers": OTHER},
        "not_here": {"limit_at": "", "copies": [], "answers": OTHER},
    }
    for kind, said in kinds.items():
        good = NOTICE | {"kind": kind} | said
        write("notice", f"good-{kind.replace('_', '-')}", spell(good), f"a notice {kind}")
    destroyed = NOTICE | {"kind": "destroyed"} | kinds["destroyed"]
    for name, because, field, value, says in (
        ("one-person", "by one person", "persons", ["makarov"], "by two persons"),
        ("same-person", "by one person twice", "persons", ["makarov"] * 2, "something twice"),
        ("nobody", "by nobody", "persons", [], "lacks its persons"),
        ("no-certificate", "no certificate", "certificate", "", "lacks its certificate"),
        ("certificate-long", "too long", "certificate", "1" * 101, "is longer than 100"),
        ("limit-stray", "a limit on the dead", "limit_at", NOTICE["limit_at"], "has a limit_at"),
    ):
        write("notice", f"destroyed-{name}", spell(destroyed | {field: value}), because, says)
    traced = NOTICE | {"kind": "traced"} | kinds["traced"]
    returning = NOTICE | {"kind": "returning"} | kinds["returning"]
    for name, good, because, field, value, says in (
        ("traced-uncounted", traced, "which one it is not said", "count", 0, "lacks its count"),
        ("traced-nothing", traced, "about nothing", "copies", [], "is not about either alone"),
        ("traced-answers", traced, "a tracer answers none", "answers", OTHER, "has a answers"),
        ("returning-when", returning, "by when is not said", "limit_at", "", "lacks its limit_at"),
        ("returning-whom", returning, "it answers nothing", "answers", "", "lacks its answers"),
        ("returning-what", returning, "no copies", "copies", [], "is not about copies alone"),
    ):
        write("notice", name, spell(good | {field: value}), because, says)
    entry = ["copies", 0]
    documents(
        "notice",
        NOTICE,
        [("answer", "it answers", ["answers"], OTHER), ("under", "without", [*entry, "under"], "")],
        [
            ("kind", "a kind that is none", ["kind"], "opened", "kind is 'opened'"),
            ("self", "to itself", ["to"], "moscow", "from an office to itself"),
            ("first", "the first has one before it", ["number"], 1, "only the first has none"),
            ("chain", "the second has none before it", ["previous"], "", "only the first has"),
            ("at", "no moment", ["at"], "", "is not a moment"),
            ("no-limit", "extended until when", ["limit_at"], "", "lacks its limit_at"),
            ("limit", "no moment", ["limit_at"], "soon", "is not a moment"),
            ("nothing", "about nothing", ["copies"], [], "is not about copies alone"),
            ("both", "a letter too", ["letter"], DIGEST, "is not about copies alone"),
            ("letter", "no digest", ["letter"], "x", "a digest is not"),
            ("level-stray", "a level too", ["level"], "secret", "has a level"),
            ("level", "too long", ["level"], "x" * 65, "is longer than 64"),
            ("count", "too many", ["count"], 10000, "number of further copies"),
            ("answers", "answers no digest", ["answers"], "x", "a digest is not"),
            ("person", "no person", ["persons"], ["Makarov"], "is not a person's id"),
            ("copy", "copy 0", [*entry, "copy"], 0, "the copy number is 0"),
            ("cable", "cable 0", [*entry, "cable"], 0, "the cable number is 0"),
            ("owner", "nobody's", [*entry, "owner"], "", "is not an office id"),
            ("under-none", "no digest", [*entry, "under"], "x", "a digest is not"),
            ("extra", "a field too many", [*entry, "sheets"], 1, "too many"),
            ("twice", "a copy twice", ["copies"], NOTICE["copies"] * 2, "something twice"),
            ("unproved", "no proof", ["proof"], "", "has no proof of its leaf"),
        ],
    )


def tar(members, **about):
    """The standard library's ustar of the members; ``about`` changes the last one's metadata."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for number, (name, data) in enumerate(members):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if number == len(members) - 1:
                for field, value in about.items():
                    setattr(info, field, value)
            archive.addfile(info, io.BytesIO(data))
    end = sum(512 + len(data) + -len(data) % 512 for _, data in members) + 1024
    return plain_devices(buffer.getvalue()[:end], members)


def plain_devices(data, members):
    """As the container's page has it: no device numbers at all, where Python writes zeros."""
    changed, place = bytearray(data), 0
    for _, content in members:
        if bytes(changed[place + 156 : place + 157]) not in {b"3", b"4"}:
            changed[place + 329 : place + 345] = bytes(16)
            changed[place + 148 : place + 156] = b" " * 8
            total = sum(changed[place : place + 512])
            changed[place + 148 : place + 156] = b"%06o\0 " % total
        place += 512 + len(content) + -len(content) % 512
    return bytes(changed)


def tally():
    item = {
        "owner": "moscow",
        "cable": 21497,
        "copy": 2,
        "was": "here",
        "now": "here",
        "seen": 1,
        "sheets": 2,
        "under": "",
        "word": DIGEST,
    }
    said = {
        "format": "cablegram/tally/v1",
        "kind": "counted",
        "office": "special",
        "to": "moscow",
        "number": 3,
        "previous": OTHER,
        "at": "1951-07-07T09:00:00Z",
        "caller": "moscow",
        "muster": 1,
        "cut_off": "1951-07-06T09:00:00Z",
        "answer_by": "",
        "part": 1,
        "parts": 1,
        "items": [item],
        "matched": "",
        "persons": ["loginov", "poskrebyshev"],
        "proof": NOTICE["proof"],
    }
    called = {"kind": "called", "office": "moscow", "to": "special", "part": 0, "parts": 0}
    called |= {"items": [], "persons": [], "answer_by": "1951-07-08T09:00:00Z"}
    matched = {"kind": "matched", "part": 0, "parts": 0, "items": [], "matched": DIGEST}
    write("tally", "good", spell(said), "a count")
    for kind, changes in (("called", called), ("matched", matched)):
        write("tally", f"good-{kind}", spell(said | changes), f"a tally {kind}")
    write("tally", "good-nothing", spell(said | {"items": []}), "nothing lies between the two")
    much = "says too much or too little"
    for name, because, changes, says in (
        ("kind", "a kind that is none", {"kind": "asked"}, "kind is 'asked'"),
        ("third", "another called", {"caller": "beijing"}, "a third office called the count"),
        ("self", "to itself", {"to": "special"}, "from an office to itself"),
        ("by-answer", "an answer with a date", {"answer_by": said["at"]}, much),
        ("call-items", "a call that counts", called | {"items": [item]}, much),
        ("call-theirs", "the other called", called | {"caller": "special"}, much),
        ("call-two", "a call by two", called | {"persons": said["persons"]}, much),
        ("no-part", "no part", {"part": 0}, much),
        ("part", "part two of one", {"part": 2}, "the parts of the count"),
        ("one-person", "by one person", {"persons": ["loginov"]}, much),
        ("same-person", "by one person twice", {"persons": ["loginov"] * 2}, "something twice"),
        ("no-list", "matched, and no list", matched | {"matched": ""}, much),
        ("list", "no digest", matched | {"matched": "x"}, "a digest is not"),
        ("twice", "a copy twice", {"items": [item, item]}, "something twice"),
        (
            "nothing",
            "a copy of neither",
            {"items": [item | {"was": "none", "now": "none"}]},
            "not between the two",
        ),
        ("word", "no such word", {"items": [item | {"now": "lost"}]}, "where a copy is"),
        ("seen", "seen twice", {"items": [item | {"seen": 2}]}, "whether it was seen"),
        ("under", "no digest", {"items": [item | {"under": "x"}]}, "a digest is not"),
        ("cut-off", "no moment", {"cut_off": "noon"}, "is not a moment"),
        ("number", "the first has one before it", {"number": 1}, "only the first has none"),
    ):
        write("tally", name, spell(said | changes), because, says)


def container():
    def put(name, data, because, says=None):
        write("container", name, data, because, says)

    letter_members = [
        ("letter.json", b"{}"),
        ("letter.json.ed25519.sig", b"s"),
        ("letter.json.mldsa44-ed25519.sig", b"s" * 512),
        ("envelope.json", b"{}"),
        ("envelope.json.ed25519.sig", b"s"),
    ]
    texts = [("body.en.md", b"x" * 513), ("body.zh-Hans.md", BODY)]
    good = tar([*letter_members, *texts])
    put("good", good, "a letter, an envelope and two texts")
    put("good-draft", tar([("draft.json", b"{}"), *texts]), "a draft")
    put("good-bare", tar([letter_members[0], letter_members[3]]), "without signatures and texts")
    alone, last = letter_members, ("body.ru.md", BODY)
    belongs, header = "does not belong", "is not as it should be"
    put("empty", b"", "nothing at all", "does not end where")
    put("nothing", bytes(1024), "no member", "not of a letter or a draft")
    put("no-end", good[:-1024], "the end is missing", "does not end where")
    put("half-end", good[:-512], "half of the end is missing", "does not end where")
    put("short", good[:3000], "cut off inside a member", "does not end where")
    put("short-filler", good[:-1030], "cut off inside the zeros", "filled with zeros")
    put("after", good + bytes(512), "a block after the end", "after the container's end")
    filler = bytearray(tar([*alone, last]))
    filler[-1025] = 1
    put("filler", bytes(filler), "a member not filled with zeros", "filled with zeros")
    in_end = bytearray(good)
    in_end[-1] = 1
    put("end", bytes(in_end), "something in the last block", "does not end where")
    put("climbing", tar([*alone, ("../body.ru.md", BODY)]), "a name that climbs", belongs)
    put("absolute", tar([*alone, ("/body.ru.md", BODY)]), "an absolute name", belongs)
    put("folder-name", tar([*alone, ("a/body.ru.md", BODY)]), "a folder in the name", belongs)
    put("strange", tar([*alone, ("notes.txt", b"x")]), "a member of another name", belongs)
    put("capitals", tar([*alone, ("body.RU.md", b"x")]), "a language in capitals", belongs)
    put("cyrillic", tar([*alone, ("body.ру.md", b"x")]), "a name that is not ASCII", belongs)
    put("twice", tar([*alone, last, last]), "a member twice", "a member twice")
    put("order", tar([*alone, texts[1], texts[0]]), "texts out of order", "in their order")
    put("letter-last", tar([alone[3], alone[0]]), "the letter after it", "in their order")
    put("signature-first", tar([alone[1], alone[0], alone[3]]), "signature first", "in their order")
    put("no-letter", tar(alone[3:]), "no letter", "not of a letter or a draft")
    put("no-envelope", tar(alone[:3]), "no envelope", "not of a letter or a draft")
    mixed = [alone[0], alone[3], ("draft.json", b"{}")]
    put("both", tar(mixed), "a draft beside a letter", "not of a letter or a draft")
    empty = ("body.ru.md", b"")
    link = tar([*alone, empty], type=tarfile.SYMTYPE, linkname="/etc/passwd")
    put("symlink", link, "a symbolic link", header)
    put("hardlink", tar([*alone, empty], type=tarfile.LNKTYPE, linkname="a"), "a hard link", header)
    put("device", tar([*alone, empty], type=tarfile.CHRTYPE), "a device", header)
    put("fifo", tar([*alone, empty], type=tarfile.FIFOTYPE), "a pipe", header)
    put("folder", tar([*alone, empty], type=tarfile.DIRTYPE), "a folder", belongs)
    put("extended", tar([*alone, empty], type=tarfile.XHDTYPE), "an extended header", header)
    put("mode", tar([*alone, last], mode=0o755), "another mode", header)
    put("time", tar([*alone, last], mtime=1), "another time", header)
    put("user", tar([*alone, last], uid=1000), "another user", header)
    put("user-name", tar([*alone, last], uname="root"), "a user's name", header)
    checksum = bytearray(good)
    checksum[148:156] = checksum[148:154] + b" \0"
    put("checksum", bytes(checksum), "the checksum spelled otherwise", header)
    named = bytearray(good)
    named[20] = ord("x")
    put("name-filler", bytes(named), "bytes after the name", belongs)
    sized = bytearray(good)
    sized[124:136] = b"         2 \0"
    put("size-blanks", bytes(sized), "a size with blanks", "does not end where")
    sized[124:136] = b"77777777777\0"
    put("size-huge", bytes(sized), "a size beyond the bound", belongs)


def paper():
    line = b"A" * 70 + b"\n"
    begin, end = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
    signature = begin + line * 2 + b"AA==\n" + end
    body = spell(RECEIPT) + b"\n"

    def put(name, data, because, says=None):
        write("paper", name, data, because, says)

    put("good", body + signature, "one signature")
    put("good-two", body + signature * 2, "two signatures")
    put("good-transmittal", spell(TRANSMITTAL) + b"\n" + signature, "a transmittal")
    put("good-telegram", b"age-encryption.org/v1\n-> X25519", "a telegram by its first line")
    put("empty", b"", "nothing", "neither a telegram nor a paper")
    put("age-v2", b"age-encryption.org/v2\n", "another version", "neither a telegram nor a paper")
    put("unsigned", body, "no signature", "has 0 signatures")
    put("no-line", spell(RECEIPT), "no line feed", "has 0 signatures")
    put("five", body + signature * 5, "five signatures", "has 5 signatures")
    put("card", spell(CARD) + b"\n" + signature, "a card is not carried", "neither a telegram")
    put(
        "letter", spell(LETTER) + b"\n" + signature, "a letter is not carried", "neither a telegram"
    )
    put("trailing", body + signature + b"\n", "a line feed after it", "as it would have been")
    put("between", body + signature + b"\n" + signature, "an empty line", "not an armored")
    put("crlf", body + signature.replace(b"\n", b"\r\n"), "other line ends", "0 signatures")
    put("no-begin", body + signature[30:], "no beginning", "not an armored")
    put("no-end", body + signature[:-28], "no end", "has 0 signatures")
    put("latin", body + b"\xe9" + signature, "not ASCII", "are not text")
    put("blank", b" " + body + signature, "a blank before it", "neither a telegram nor a paper")
    put("spaced", b'{"format": "cablegram/receipt/v1"}\n' + signature, "white space", "canonically")
    put("long-line", body + begin + b"A" * 77 + b"\n" + end, "77 columns", "not an armored")
    put("long", body + begin + line * 300 + end, "a long signature", "not an armored")


def draft():
    def put(name, document, because, says=None, texts=((PART["name"], BODY),)):
        write("draft", name, tar([("draft.json", spell(document)), *texts]), because, says)

    seed = [{"name": "map.png", "seed": HASH}]
    put("good", DRAFT, "a draft and its text")
    put("good-attachment", DRAFT | {"attachments": [ATTACHMENT], "keys": seed}, "an attachment")
    put("nobody", DRAFT | {"to": []}, "for nobody", "offices has 0")
    put("office-twice", DRAFT | {"to": ["moscow"] * 2}, "an office twice", "something twice")
    put("office", DRAFT | {"to": ["Moscow"]}, "an office in capitals", "is not an office id")
    put("key-missing", DRAFT | {"attachments": [ATTACHMENT]}, "no key for it", "one key for each")
    put("key-stray", DRAFT | {"keys": seed}, "a key for nothing", "one key for each")
    put("numbered", DRAFT | {"outgoing_number": 1}, "it has a number already", "too many")
    put("letter", LETTER, "a letter's fields", "of the format")
    put("text-missing", DRAFT, "no text", "body.ru.md is missing", ())
    put("text-other", DRAFT, "another text", "is not the text", ((PART["name"], BODY + b"x"),))
    more = ((PART["name"], BODY), ("body.zh.md", BODY))
    put("text-stray", DRAFT, "a text too many", "a text that the letter does not name", more)
    for name, text, because, says in (
        ("text-latin", b"\xe9", "not UTF-8", "is not UTF-8"),
        ("text-bidi", "a\u202eb".encode(), "a bidirectional override", "a bidirectional control"),
        ("text-escape", b"\x1b[2J", "a terminal escape", "a control character"),
    ):
        part = PART | {"size": len(text), "sha256": digest(text)}
        put(name, DRAFT | {"parts": [part]}, because, says, ((PART["name"], text),))
    telegram = [("letter.json", b"{}"), ("envelope.json", b"{}")]
    write("draft", "telegram", tar(telegram), "a letter's container", "is not of a draft")


if __name__ == "__main__":
    for old in HERE.glob("*/*.vector"):
        if old.parent.name not in {"telegram", "passkey"}:
            old.unlink()
    for make in (
        canonical,
        order,
        card,
        letter,
        envelope,
        receipt,
        transmittal,
        notice,
        tally,
        container,
        paper,
        draft,
    ):
        make()
