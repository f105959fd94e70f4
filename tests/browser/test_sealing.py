"""What a browser seals and opens is, byte for byte, what the room opens and seals."""

from __future__ import annotations

import os
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cablegram.model import check
from cablegram.model.handling import Precedence
from cablegram.model.times import Counted, ReturnTerm, Unit
from cablegram.sealing import age, envelope, policy, shares
from cablegram.sealing.recipients import HybridIdentity, X25519Identity, recipient_from_text
from cablegram.wire import draft as draft_format
from cablegram.wire import padding
from cablegram.wire.canonical import digest, encode
from chromium import b64, needs_bundle, needs_chromium, passkeys, run, served, unb64

pytestmark = [needs_chromium, needs_bundle]

MARK = "канарейка-7f3a"


def asked(page, code, job=None):
    """What the code gives, or how it is refused: ["Unopened", "other"]."""
    return run(page, f"try {{ {code} }} catch (e) {{ return [e.name, e.why ?? e.message]; }}", job)


# --- formats ----------------------------------------------------------------------------------


def test_canonical_json_is_spelled_as_ours(modules):
    """Keys in order, texts as they stand, whole numbers; the same bytes as wire.canonical."""
    value = {"b": 'Филиппов\n"x\\', "a": [1, {"z": 2**53 - 1, "y": ""}], "a1": {}, "A": [], "-": 0}
    spelled = run(modules, "return text((await module('canonical.js')).encode(job))", value)
    assert encode(value) == unb64(spelled)


@pytest.mark.parametrize(
    "value",
    [
        {"a": -1},
        {"a": 1.5},
        {"a": 2**53},
        {"a": None},
        {"a": True},
        {"é": 1},
        {"a": "e\u0301"},
        {"a": "x\u202ey"},
        {"a": "x\u200by"},
        {"a": "\t"},
        {"a": "\U000e0041"},
        {"7": 1},
    ],
)
def test_canonical_json_refuses_what_has_no_spelling(modules, value):
    """What wire.canonical would refuse, and numbers as names, which no engine keeps in order."""
    refused = asked(modules, "return text((await module('canonical.js')).encode(job))", value)
    assert "RangeError" == refused[0]


@pytest.mark.parametrize(
    "data", [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b"\xef\xbb\xbf{}", b'{"a":"\xff"}']
)
def test_another_spelling_is_not_read(modules, data):
    """A reader would have written the same bytes, or refuses."""
    code = "return (await module('canonical.js')).decode(bytes(job))"
    assert "RangeError" == asked(modules, code, b64(data))[0]


def test_padding_is_ours_at_every_edge(modules):
    """PADMÉ, as wire.padding has it."""
    sizes = [0, 1, 1023, 1024, 1025, 4095, 4097, 65_537, (1 << 20) - 1, (1 << 20) + 1, 48 << 20]
    sizes += [int.from_bytes(os.urandom(3)) for _ in range(200)]
    code = "const m = await module('container.js'); return job.map(m.paddedSize)"
    assert [padding.padded_size(size) for size in sizes] == run(modules, code, sizes)


def test_check_characters_are_those_of_the_standard(modules):
    """ISO 7064's own example, and ours for any text."""
    texts = ["ISO79", "MOSCOW:21497/2", "moscow:575/2280", "б/57", "", "x" * 200]
    code = "const m = await module('sheet.js'); return job.map(m.characters)"
    said = run(modules, code, texts)
    assert "3W" == said[0]
    assert [check.characters(text) for text in texts] == said


# --- a person's identity ------------------------------------------------------------------------

SHEET = """
const sheet = await module('sheet.js');
const seed = bytes(job.seed);
const lines = sheet.write(seed, job.office ?? 'moscow', job.person ?? 'stalin');
"""


def test_a_sheet_is_read_as_it_was_printed(modules):
    """And in any case, with other dashes, with letters that are taken for digits."""
    for seed in (bytes(32), b"\xff" * 32, os.urandom(32)):
        code = SHEET + (
            "const typed = lines.map((line) => line.toLowerCase().replaceAll('-', ' \\u2013 '));"
            "const said = lines.map((l) => l.slice(0, -2).replaceAll('1', 'l').replaceAll('0', 'O')"
            " + l.slice(-2));"
            "return [lines, typed, said].map((each) => text(sheet.read(each, 'moscow', 'stalin')))"
        )
        assert [b64(seed)] * 3 == run(modules, code, {"seed": b64(seed)})


def test_a_sheet_of_known_bytes_is_what_the_page_says(modules):
    """Five bits a character, check characters of office, person, line and characters."""
    lines = run(modules, SHEET + "return lines", {"seed": b64(bytes(range(32)))})
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int.from_bytes(bytes(range(32))) << 4
    said = "".join(digits[number >> 5 * (51 - at) & 31] for at in range(52))
    for place, line in enumerate(lines):
        thirteen = said[13 * place : 13 * place + 13]
        checked = check.characters(f"moscow:stalin/{place + 1}/{thirteen}")
        assert f"{thirteen[:4]}-{thirteen[4:9]}-{thirteen[9:]}-{checked}" == line


def test_every_slip_on_a_sheet_is_told_with_its_line(modules):
    """One wrong character anywhere, two neighbours or two lines changed about."""
    code = (
        SHEET
        + """
    const wrong = [];
    const told = (typed, line, what) => {
        try { sheet.read(typed, 'moscow', 'stalin'); wrong.push(what); }
        catch (error) { if (error.line !== line) wrong.push(what); }
    };
    lines.forEach((line, at) => {
        const typed = line.replaceAll('-', '');
        for (let n = 0; n < typed.length; n += 1) {
            for (const other of '0123456789ABCDEFGHJKMNPQRSTVWXYZU') {
                if (other === typed[n]) continue;
                const slip = typed.slice(0, n) + other + typed.slice(n + 1);
                told(lines.with(at, slip), at + 1, `${at} ${n} ${other}`);
            }
            if (n && typed[n] !== typed[n - 1]) {
                const turned = typed.slice(0, n - 1) + typed[n] + typed[n - 1] + typed.slice(n + 1);
                told(lines.with(at, turned), at + 1, `${at} ${n} turned`);
            }
        }
        if (at) told(lines.with(at, lines[at - 1]).with(at - 1, line), at, `${at} exchanged`);
    });
    told(lines.slice(0, 3), 4, 'a line too few');
    return wrong;"""
    )
    assert [] == run(modules, code, {"seed": b64(bytes(range(7, 39)))})


def test_another_persons_sheet_is_told(modules):
    """Office and person stand in the check characters."""
    for whose in (["moscow", "molotov"], ["beijing", "stalin"]):
        code = SHEET + f"return sheet.read(lines, '{whose[0]}', '{whose[1]}')"
        refused = asked(modules, code, {"seed": b64(os.urandom(32))})
        assert "RangeError" == refused[0]


def test_an_identity_is_the_rooms_for_the_same_bytes(modules):
    """The same seed gives the same recipient in the browser and in the room."""
    seed = os.urandom(32)
    code = (
        "const m = await module('sealing.js'); const r = await m.recipient(bytes(job));"
        "return [r.text, text(r.raw), r.digest, m.identity(bytes(job)),"
        " m.recipientText('mlkem768x25519', r.raw)]"
    )
    ours = HybridIdentity(seed)
    to = ours.recipient()
    expected = [str(to), b64(to.raw), digest(to.raw), ours.secret_text(), str(to)]
    assert expected == run(modules, code, b64(seed))
    assert seed == unb64(
        run(
            modules,
            "return text((await module('sealing.js')).seedOf(job))",
            ours.secret_text(),
        )
    )


WRAP = """
const identity = await module('identity.js');
const seed = bytes(job.seed), prf = bytes(job.prf);
"""


def test_a_wrap_opens_as_the_page_says(modules):
    """HKDF over the PRF's output gives the key; what opens is an identity file of age's."""
    seed, prf = os.urandom(32), os.urandom(32)
    code = WRAP + "return text(await identity.wrap(seed, prf, 'moscow', 'stalin'))"
    wrap = unb64(run(modules, code, {"seed": b64(seed), "prf": b64(prf)}))
    info = b"cablegram/identity-wrap/v1 moscow stalin"
    key = HKDF(SHA256(), 32, b"", info).derive(prf)
    opened = policy.open_wire(wrap, [HybridIdentity(key)])
    assert f"{HybridIdentity(seed).secret_text()}\n" == opened.decode()
    assert 4096 * 3 // 4 > len(wrap)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"prf": b64(b"q" * 32)}, "other"),
        ({"person": "molotov"}, "other"),
        ({"office": "beijing"}, "other"),
        ({"enrolled": digest(b"another recipient")}, "another"),
        ({"at": -1}, "altered"),
        ({"at": 80}, "other|altered"),
    ],
)
def test_a_wrap_for_another_or_altered_is_refused(modules, change, why):
    """Another passkey, person or office; an identity that was not enrolled; a byte that changed."""
    seed, prf = b"s" * 32, b"p" * 32
    enrolled = digest(HybridIdentity(seed).recipient().raw)
    code = WRAP + (
        "const wrap = await identity.wrap(seed, bytes(job.first), 'moscow', 'stalin');"
        "if (job.at) wrap[(job.at + wrap.length) % wrap.length] ^= 1;"
        "return text(await identity.unwrap(wrap, prf, job.office, job.person, job.enrolled))"
    )
    job = {"seed": b64(seed), "first": b64(prf), "prf": b64(prf), "office": "moscow"}
    job |= {"person": "stalin", "enrolled": enrolled}
    assert b64(seed) == run(modules, code, job)
    name, said = asked(modules, code, {**job, **change})
    assert "Unopened" == name
    assert said in why.split("|")


# --- sealed copies -----------------------------------------------------------------------------

OPEN = """
const sealing = await module('sealing.js');
const copy = {content: bytes(job.content), half: bytes(job.half), share: bytes(job.share)};
return text(await sealing.openCopy(copy, bytes(job.seed)));
"""


def a_copy(seed: bytes, content: bytes = MARK.encode()) -> dict[str, str]:
    made = shares.make(content, HybridIdentity(seed).recipient())
    named = {"content": made.content, "half": made.half, "share": made.share, "seed": seed}
    return {name: b64(data) for name, data in named.items()}


def test_a_copy_sealed_by_the_room_opens(modules):
    """From its three files and the person's identity."""
    for size in (0, 1, 65_536, 65_537, 500_000):
        content = os.urandom(size)
        assert content == unb64(run(modules, OPEN, a_copy(os.urandom(32), content)))


def test_a_copy_without_its_share_or_of_another_does_not_open(modules):
    """The share of another copy, another person's identity, and no share at all."""
    seed = os.urandom(32)
    copy, other = a_copy(seed), a_copy(seed)
    assert ["Unopened", "halves"] == asked(modules, OPEN, {**copy, "share": other["share"]})
    assert ["Unopened", "halves"] == asked(modules, OPEN, {**copy, "share": copy["half"]})
    assert ["Unopened", "other"] == asked(modules, OPEN, {**copy, "seed": b64(os.urandom(32))})
    assert ["Unopened", "policy"] == asked(modules, OPEN, {**copy, "share": ""})
    short = age.encrypt(b"x" * 31, [HybridIdentity(seed).recipient()])
    assert ["Unopened", "size"] == asked(modules, OPEN, {**copy, "share": b64(short)})


def test_no_byte_of_a_sealed_copy_may_change(modules):
    """One bit in header, keys, nonce or payload of each file: nothing comes out."""
    code = """
    const sealing = await module('sealing.js');
    const copy = {content: bytes(job.content), half: bytes(job.half), share: bytes(job.share)};
    const opened = [];
    for (const name of ['content', 'half', 'share']) {
        const whole = copy[name];
        for (let at = 0; at < whole.length; at += 29) {
            const changed = whole.slice();
            changed[at] ^= 1;
            try {
                await sealing.openCopy({...copy, [name]: changed}, bytes(job.seed));
                opened.push([name, at]);
            } catch (error) {
                if (error.name !== 'Unopened') opened.push([name, at, String(error)]);
            }
        }
    }
    return opened;
    """
    assert [] == run(modules, code, a_copy(os.urandom(32)))


@pytest.mark.parametrize("name", ["content", "half", "share"])
def test_what_may_not_travel_is_refused_before_a_key_is_tried(modules, name):
    """Two stanzas, a passphrase, plain text: the wire policy, as in the room."""
    seed = os.urandom(32)
    copy, ours = a_copy(seed), HybridIdentity(seed).recipient()
    two = age.encrypt(b"x" * 32, [ours, ours])
    for bad in (two, b"plain text", b"age-encryption.org/v1\n-> scrypt AAAA 10\n\n--- AAAA\n"):
        assert ["Unopened", "policy"] == asked(modules, OPEN, {**copy, name: b64(bad)})


def test_an_attachment_is_held_to_what_the_copy_names(modules):
    """Sealed digest and key first, then it opens; padding and all."""
    data = os.urandom(70_000)
    sealed = envelope.seal_attachment(data, name="map.png", media_type="image/png")
    one = sealed.attachment
    named = {
        "size": one.size,
        "sha256": one.sha256,
        "sealed_size": one.sealed_size,
        "sealed_sha256": one.sealed_sha256,
        "recipient": one.recipient,
        "seed": sealed.seed,
    }
    code = (
        "const s = await module('sealing.js');"
        "return text(await s.openSeparate(bytes(job.sealed), job.named))"
    )
    job = {"sealed": b64(sealed.sealed), "named": named}
    assert data == unb64(run(modules, code, job))
    altered = bytearray(sealed.sealed)
    altered[-1] ^= 1
    assert ["Unopened", "altered"] == asked(modules, code, {**job, "sealed": b64(bytes(altered))})
    for wrong in ({"sha256": digest(b"x")}, {"size": one.size - 1}):
        assert ["Unopened", "altered"] == asked(modules, code, {**job, "named": named | wrong})
    seed = "A" * 43
    assert ["Unopened", "other"] == asked(modules, code, {**job, "named": named | {"seed": seed}})


# --- drafts ------------------------------------------------------------------------------------

DRAFT = """
const drafting = await module('drafting.js');
const files = (job.files ?? []).map(
    ([name, type, data]) => new File([bytes(data)], name, {type}));
const made = await drafting.make(job.said, files, job.key);
return [text(made.sealed), made.digest, made.files.map(text)];
"""


def said(**changes):
    """What a form gives."""
    written = {
        "kind": "telegram",
        "signatory": "Mao Zedong",
        "on_behalf_of": "",
        "series": "T",
        "level": "top secret",
        "policy": "",
        "categories": [],
        "caveats": ["copying prohibited"],
        "precedence": "immediate",
        "info_precedence": "",
        "copies": 4,
        "return": {"count": 6, "unit": "24-hour days", "counted": "received", "to": "the 8th"},
        "addressees": [{"name": "Филиппов", "role": "action"}, {"name": "Gao", "role": "info"}],
        "zone": "Asia/Shanghai",
        "reply_to": "",
        "fulfil_by": "1951-07-15T21:00:00Z",
        "subject": "",
        "label": "",
        "to": ["moscow", "beijing"],
        "texts": [
            {"lang": "zh-Hans", "role": "original", "text": "# 题\r\n\r\n菲利波夫同志：" + MARK},
            {"lang": "ru", "role": "translation", "text": f"Товарищу Филиппову.\n\n{MARK}\n\n\n"},
        ],
    }
    return written | changes


def test_a_draft_sealed_in_the_browser_is_read_by_the_room(modules):
    """Byte for byte: the room's own decoder takes only what its encoder would have written."""
    room = HybridIdentity(os.urandom(32))
    data = os.urandom(3000)
    files = [["карта.png", "image/png", b64(data)], ["note", "", b64(b"")]]
    job = {"said": said(), "files": files, "key": str(room.recipient())}
    sealed, named, separate = run(modules, DRAFT, job)
    assert digest(unb64(sealed)) == named
    draft, bodies = draft_format.decode(policy.open_wire(unb64(sealed), [room]))
    assert {
        "body.ru.md": f"Товарищу Филиппову.\n\n{MARK}\n".encode(),
        "body.zh-Hans.md": f"# 题\n\n菲利波夫同志：{MARK}\n".encode(),
    } == bodies
    assert ("telegram", "Mao Zedong", "T") == (draft.kind, draft.signatory, draft.series)
    assert ReturnTerm(6, Unit.DAYS_24H, Counted.RECEIVED, "the 8th") == draft.return_
    assert [("Филиппов", "action"), ("Gao", "info")] == [(a.name, a.role) for a in draft.addressees]
    assert Precedence.IMMEDIATE is draft.precedence_info
    assert ("moscow", "beijing") == draft.to
    opened = [
        envelope.open_attachment(unb64(one), attachment, seed)
        for one, attachment, (_, seed) in zip(separate, draft.attachments, draft.keys, strict=True)
    ]
    assert [data, b""] == opened
    assert ["image/png", "application/octet-stream"] == [a.media_type for a in draft.attachments]
    assert MARK.encode() not in b"".join(map(unb64, [sealed, *separate]))


def test_a_draft_to_a_classical_room_is_sealed_to_its_key(modules):
    """An office whose card has x25519 alone."""
    room = X25519Identity(os.urandom(32))
    sealed, _, _ = run(modules, DRAFT, {"said": said(), "key": str(room.recipient())})
    draft, _ = draft_format.decode(policy.open_wire(unb64(sealed), [room]))
    assert "Mao Zedong" == draft.signatory


def test_wordless_letters_are_drafts_too(modules):
    """A recall has no text and no signatory, and says which letter it is about."""
    room = HybridIdentity(b"r" * 32)
    about = "sha256:" + sha256(b"letter").hexdigest()
    wordless = said(kind="recall", signatory="", texts=[], addressees=[], reply_to=about)
    wordless["return"] = None
    sealed, _, _ = run(modules, DRAFT, {"said": wordless, "key": str(room.recipient())})
    draft, bodies = draft_format.decode(policy.open_wire(unb64(sealed), [room]))
    assert ("recall", about, None, {}) == (draft.kind, draft.reply_to, draft.return_, bodies)


A_TEXT = {"lang": "ru", "role": "original", "text": "x"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"signatory": ""}, "signatory"),
        ({"signatory": "x" * 201}, "signatory"),
        ({"signatory": "a\u202eb"}, "signatory"),
        ({"series": "t"}, "series"),
        ({"level": ""}, "level"),
        ({"caveats": ["a", "a"]}, "caveats"),
        ({"caveats": [str(n) for n in range(17)]}, "caveats"),
        ({"precedence": "soon"}, "precedence"),
        ({"copies": 1000}, "copies"),
        ({"return": {"count": 0, "unit": "24-hour days", "counted": "received", "to": "x"}}, ""),
        ({"return": {"count": 6, "unit": "24-hour days", "counted": "received", "to": ""}}, ""),
        ({"addressees": []}, "addressees"),
        ({"addressees": [{"name": "a", "role": "action"}] * 2}, "addressees"),
        ({"to": []}, "to"),
        ({"to": ["moscow", "moscow"]}, "to"),
        ({"kind": "recall"}, "reply_to"),
        ({"reply_to": "21497"}, "reply_to"),
        ({"fulfil_by": "soon"}, "fulfil_by"),
        ({"texts": []}, "texts"),
        ({"texts": [{**A_TEXT, "text": "\n\n "}]}, "texts"),
        ({"texts": [{**A_TEXT, "text": "# only a heading"}]}, "texts"),
        ({"texts": [{**A_TEXT, "text": "a\x07b"}]}, "texts"),
        ({"texts": [{**A_TEXT, "text": "x" * 20_001}]}, "texts"),
        ({"texts": [{**A_TEXT, "lang": "russian"}]}, "texts"),
        ({"texts": [A_TEXT, A_TEXT]}, "texts"),
        ({"texts": [{**A_TEXT, "role": "translation"}]}, "texts"),
    ],
)
def test_what_the_room_would_refuse_is_refused_while_it_is_written(modules, changes, field):
    """Each by its field; and the same draft without the fault goes."""
    key = str(HybridIdentity(b"r" * 32).recipient())
    code = "const m = await module('drafting.js'); try { await m.make(job.said, [], job.key) }"
    code += " catch (e) { return [e.name, e.field, e.why] } return []"
    assert [] == run(modules, code, {"said": said(), "key": key})
    name, where, _ = run(modules, code, {"said": said(**changes), "key": key})
    assert "Unfit" == name
    assert field in where
    assert where


@pytest.mark.parametrize("name", [".hidden", "a/b", "a\\b", "x" * 101, "a\u202eb.exe"])
def test_a_file_whose_name_no_letter_can_have_is_refused(modules, name):
    """Before anything is sealed."""
    code = "const m = await module('wording.js');"
    code += "try { m.checkFile({name: job, size: 1, type: ''}) } catch (e) { return e.field }"
    assert "files" == run(modules, code, name)


@pytest.mark.parametrize(
    ("zone", "local", "moment"),
    [
        ("Europe/Moscow", "1951-07-15T21:00", "1951-07-15T18:00:00Z"),
        ("Asia/Shanghai", "2026-11-25T08:30", "2026-11-25T00:30:00Z"),
        ("Asia/Kathmandu", "2026-11-25T08:30", "2026-11-25T02:45:00Z"),
        ("Europe/Berlin", "2026-03-29T02:30", "twice or never"),
        ("Europe/Berlin", "2026-10-25T02:30", "twice or never"),
        ("Europe/Berlin", "2026-13-01T02:30", "moment"),
    ],
)
def test_a_local_time_is_of_the_offices_zone(modules, zone, local, moment):
    """And one that the clocks show twice or never is asked again."""
    code = "const m = await module('wording.js');"
    code += "try { return m.momentIn(job[0], job[1]) } catch (e) { return e.why }"
    assert moment == run(modules, code, [zone, local])


# --- passkeys ------------------------------------------------------------------------------------


def test_one_touch_signs_and_gives_the_prf(browser):
    """The PRF's output comes with an assertion over any challenge; without one it is told apart."""

    code = """
    const identity = await module('identity.js');
    const made = await navigator.credentials.create({publicKey: {
        rp: {id: 'sign.localhost', name: 'signer'}, challenge: new Uint8Array(32),
        user: {id: new Uint8Array(8), name: 'stalin', displayName: 'stalin'},
        pubKeyCredParams: [{type: 'public-key', alg: -7}],
        authenticatorSelection: {residentKey: 'required', userVerification: 'required'},
        extensions: identity.extensions()}});
    const got = await navigator.credentials.get({publicKey: {
        challenge: new TextEncoder().encode('SSHSIG'.repeat(40)), rpId: 'sign.localhost',
        userVerification: 'required', allowCredentials: [{type: 'public-key', id: made.rawId}],
        extensions: identity.extensions()}});
    const [first, second] = [identity.prfOf(made), identity.prfOf(got)];
    return [identity.hasPrf(made), first && text(first), second && text(second),
        new TextDecoder().decode(got.response.clientDataJSON)];
    """
    with served() as origin:
        for prf in (True, False):
            page = browser.new_context().new_page()
            page.goto(origin)
            passkeys(page, prf=prf)
            has, first, second, client_data = run(page, code)
            assert prf is has
            assert '"type":"webauthn.get"' in client_data
            if prf:
                assert 32 == len(unb64(second))
                assert second == first
            else:
                assert (None, None) == (first, second)
            page.context.close()


def test_an_answer_that_tells_the_secret_is_not_sent(modules):
    """Where an authenticator put the PRF's output into its data, the page stops."""
    code = """
    const {prfOf} = await module('identity.js');
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const answer = (data) => ({
        getClientExtensionResults: () => ({prf: {results: {first: secret.buffer}}}),
        response: {authenticatorData: data.buffer}});
    const clean = prfOf(answer(new Uint8Array(120)));
    const leaking = new Uint8Array(120);
    leaking.set(secret, 41);
    try { prfOf(answer(leaking)); return 'sent' } catch (e) { return [clean.length, e.message] }
    """
    assert [32, "the authenticator tells the secret in its answer"] == run(modules, code)


def test_the_recipient_of_a_wrap_is_told_by_nothing(modules):
    """Two wraps of one identity for one passkey share no key: nobody can seal to it unasked."""
    code = WRAP + "return text(await identity.wrap(seed, prf, 'moscow', 'stalin'))"
    job = {"seed": b64(b"s" * 32), "prf": b64(b"p" * 32)}
    one, other = unb64(run(modules, code, job)), unb64(run(modules, code, job))
    key = HKDF(SHA256(), 32, b"", b"cablegram/identity-wrap/v1 moscow stalin").derive(b"p" * 32)
    raw = recipient_from_text(str(HybridIdentity(key).recipient())).raw
    for wrap in (one, other):
        assert raw[-32:] not in wrap
    assert one != other
