// Asking a passkey to sign, and holding what it answers to its key before anybody else sees it (docs/spec/passkey.md).

import { Refused } from "./ask.js";
import { base64url, bytesOf, same, text, utf8 } from "./canonical.js";
import { say } from "./say.js";
import { armored, fixed, joined, numbersOf, signedData } from "./sshsig.js";

const TOUCH_MS = 120_000;
const HEAD_SIZE = 37;
const CLIENT_DATA_MAX = 2048;
const EXTENSIONS_MAX = 1024;
const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

// One touch of one of these passkeys ({credential, key}), all of the one key that signs: gives the signature file and
// the credential, whose extension results are the caller's.
export async function sign(namespace, message, passkeys, extensions = {}) {
    const data = await signedData(namespace, message);
    const found = await touched({
        challenge: data,
        rpId: location.hostname,
        allowCredentials: passkeys.map((one) => ({ type: "public-key", id: bytesOf(one.credential) })),
        userVerification: "required",
        timeout: TOUCH_MS,
        extensions,
    });
    const used = passkeys.find((one) => one.credential === base64url(new Uint8Array(found.rawId)));
    holdAnswer(used, "credential");
    const signature = await spelled(namespace, data, used.key, found.response);
    return { signature, credential: found, passkey: used };
}

// One touch of any of these passkeys that signs nothing: its answer is for this page alone.
export function assert(credentials, extensions) {
    return touched({
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rpId: location.hostname,
        allowCredentials: credentials.map((one) => ({ type: "public-key", id: bytesOf(one) })),
        userVerification: "required",
        timeout: TOUCH_MS,
        extensions,
    });
}

// What went wrong between the page and the authenticator, as a refusal.
export function refused(error) {
    if (error instanceof Refused) return error;
    if (error?.name === "SecurityError") return Refused.touch(say("the passkey is not for this page"), say("Use the one that was made here, or another device."));
    if (["NotAllowedError", "AbortError", "TimeoutError"].includes(error?.name)) return Refused.touch(say("the passkey was not touched, or not in time"), say("Press the button again and touch it."));
    return error;
}

async function touched(publicKey) {
    if (!window.PublicKeyCredential) throw noPasskeys();
    try {
        return await navigator.credentials.get({ publicKey });
    } catch (error) {
        throw refused(error);
    }
}

async function spelled(namespace, data, key, response) {
    const clientData = new Uint8Array(response.clientDataJSON);
    const authenticator = new Uint8Array(response.authenticatorData);
    const begins = `{"type":"webauthn.get","challenge":"${base64url(data)}","origin":"${location.origin}"`;
    holdAnswer(clientData.length <= CLIENT_DATA_MAX && text(clientData).startsWith(begins), "client data");
    const host = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(key.application)));
    holdAnswer(authenticator.length >= HEAD_SIZE && same(authenticator.subarray(0, 32), host), "relying party");
    const flags = authenticator[32];
    holdAnswer(flags & PRESENT, "presence");
    holdAnswer(flags & VERIFIED, "verification");
    const extensions = authenticator.subarray(HEAD_SIZE);
    holdAnswer(!(flags & ATTESTED) && extensions.length <= EXTENSIONS_MAX, "extensions");
    const { r, s } = numbers(new Uint8Array(response.signature));
    const hashed = new Uint8Array(await crypto.subtle.digest("SHA-256", clientData));
    holdAnswer(await holds(key.point, fixed(r, s), joined(authenticator, hashed)), "signature");
    const counter = new DataView(authenticator.buffer, authenticator.byteOffset + 33).getUint32(0);
    return armored({ key, namespace, r, s, flags, counter, origin: location.origin, clientData, extensions });
}

async function holds(point, signature, data) {
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    try {
        const key = await crypto.subtle.importKey("raw", point, curve, false, ["verify"]);
        return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, data);
    } catch {
        return false;
    }
}

function numbers(der) {
    try {
        return numbersOf(der);
    } catch {
        throw wrong("signature");
    }
}

function holdAnswer(fits, what) {
    if (!fits) throw wrong(what);
}

const wrong = (what) => Refused.touch(say("the passkey's answer does not hold ({what})", { what }), say("Try once more, or with another passkey."));

export const noPasskeys = () => new Refused(say("this browser has no passkeys"), say("Use another browser, or sign at the command line."));
