// Making a passkey for orders (docs/spec/ask.md, "enrol"): its key line is taken from what the authenticator itself said.

import { Refused, answer, hold } from "./ask.js";
import { base64url, bytesOf, same, utf8 } from "./canonical.js";
import { backLink, begin, busy, el, pair, refuse, show } from "./page.js";
import { noPasskeys, refused } from "./passkey.js";
import { joined, keyWords, writeLine } from "./sshsig.js";
import { say } from "./say.js";

const ES256 = -7;
const EXCLUDE_MAX = 64;
const LABEL_MAX = 60;
const TOUCH_MS = 180_000;
const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;
const HEAD_SIZE = 37;
const AAGUID_SIZE = 16;
// P-256 as a subject's public key begins so in DER, and ES256 as COSE so; the numbers follow.
const SPKI = [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00];
const COSE_X = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
const COSE_Y = [0x22, 0x58, 0x20];

const nothingMade = () => say("No passkey was made.");

begin("enrol", start, nothingMade);

function start({ own, ask }) {
    const exclude = ask.exclude ?? [];
    hold(Array.isArray(exclude) && exclude.length <= EXCLUDE_MAX, "exclude");
    hold(exclude.every((one) => typeof one === "string" && /^[A-Za-z0-9_-]+$/.test(one)), "exclude");
    const label = String(ask.label ?? "").slice(0, LABEL_MAX);
    const field = el("input", { id: "label", maxlength: LABEL_MAX, value: label, autocomplete: "off", "data-first": true, "aria-describedby": "label-hint" });
    const form = el("form", { class: "fields" },
        el("label", { for: "label" }, say("What you call it")),
        field,
        el("p", { class: "soft", id: "label-hint" }, say("The device it lives in: laptop, blue token.")),
        el("p", { class: "do" }, el("button", { class: "sign" }, say("Make the passkey")), backLink(own, ask)),
    );
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        make({ own, ask, exclude, label: field.value.trim() });
    });
    show(el("h1", {}, say("Make a passkey for orders")), el("p", { class: "lead" }, say("It lives in your device and signs what you order. It works on this page alone: neither the desk nor any other page can ask for it.")), form);
}

async function make({ own, ask, exclude, label }) {
    const button = document.querySelector("button.sign");
    if (button.disabled) return;
    button.disabled = true;
    busy(say("Follow your browser: it asks for your fingerprint, face or PIN."));
    try {
        const credential = await created(ask, exclude);
        const made = await lineOf(credential);
        busy("");
        await shown(made, { own, ask, label });
    } catch (error) {
        busy("");
        refuse(error, { own, ask, kept: nothingMade });
    }
}

async function created(ask, exclude) {
    if (!window.PublicKeyCredential) throw noPasskeys();
    const publicKey = {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rp: { id: location.hostname, name: `Cablegram: ${ask.office}` },
        // A name of its own for each, or a second one on the same device would take the first one's place.
        user: { id: crypto.getRandomValues(new Uint8Array(32)), name: `${ask.person}@${ask.office}`, displayName: ask.person },
        pubKeyCredParams: [{ type: "public-key", alg: ES256 }],
        excludeCredentials: exclude.map((id) => ({ type: "public-key", id: bytesOf(id) })),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none",
        timeout: TOUCH_MS,
        extensions: { prf: {} },
    };
    try {
        return await navigator.credentials.create({ publicKey });
    } catch (error) {
        if (error?.name === "InvalidStateError") throw already();
        if (["NotSupportedError", "ConstraintError"].includes(error?.name)) throw unfit();
        throw refused(error);
    }
}

// The key line of what was made, held to the authenticator's own data: host, verification, credential and point.
async function lineOf(credential) {
    const { response } = credential;
    const data = new Uint8Array(response.getAuthenticatorData());
    const spki = new Uint8Array(response.getPublicKey() ?? []);
    const id = new Uint8Array(credential.rawId);
    const host = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(location.hostname)));
    const point = spki.subarray(SPKI.length);
    const at = HEAD_SIZE + AAGUID_SIZE;
    const size = joined(Uint8Array.of(id.length >> 8, id.length & 255), id);
    const cose = joined(Uint8Array.from(COSE_X), point.subarray(1, 33), Uint8Array.from(COSE_Y), point.subarray(33));
    const flags = PRESENT | VERIFIED | ATTESTED;
    const fits =
        response.getPublicKeyAlgorithm() === ES256 &&
        point.length === 65 &&
        point[0] === 4 &&
        same(spki.subarray(0, SPKI.length), SPKI) &&
        same(data.subarray(0, 32), host) &&
        (data[32] & flags) === flags &&
        same(data.subarray(at, at + size.length), size) &&
        same(data.subarray(at + size.length, at + size.length + cose.length), cose);
    if (!fits) throw unfit();
    const prf = credential.getClientExtensionResults().prf?.enabled === true;
    return { credential: base64url(id), line: writeLine(point, location.hostname), point, prf };
}

async function shown({ credential, line, point, prf }, { own, ask, label }) {
    const send = async () => {
        const button = document.querySelector("button.sign");
        if (button.disabled) return;
        button.disabled = true;
        busy(say("One moment"));
        try {
            location.replace(await answer(own, { credential, line, label, prf }, madeKept()));
        } catch (error) {
            busy("");
            refuse(error, { own, ask, kept: madeKept });
        }
    };
    show(
        el("h1", {}, say("The passkey is made")),
        el("h2", { class: "small" }, say("Its words")),
        el("p", { class: "words large" }, await keyWords(point)),
        el("p", {}, say("Read them to the chief, face to face or by telephone. Whoever signs your appointment sees the same words, if the key is yours.")),
        el("dl", { class: "facts" },
            pair(say("What you call it"), label || "\u2013"),
            pair(say("Made for"), location.hostname),
            pair(say("Its line"), el("code", { class: "long" }, line)),
        ),
        el("p", { class: prf ? "soft" : "warning" }, prf ? say("It can keep a reading key: copies open with it on a screen.") : say("It cannot keep a reading key. It signs orders; to open copies on a screen, make one on another device too.")),
        el("p", { class: "do" }, el("button", { type: "button", class: "sign", "data-first": true, onclick: send }, say("Go on"))),
    );
}

const already = () =>
    new Refused(say("this device has a passkey of yours for orders already"), say("Use another device, or go on with the one that it has."));

const unfit = () =>
    new Refused(say("this authenticator makes no passkey that an order can be signed with"), say("Use one that asks who you are: fingerprint, face or PIN."));

const madeKept = () => say("The passkey is in your device; the desk does not know it yet.");
