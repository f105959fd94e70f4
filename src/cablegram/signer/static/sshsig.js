// Keys and signatures as OpenSSH spells them (docs/spec/sshsig.md, docs/spec/passkey.md).

import { base64url, digest, same, utf8 } from "./canonical.js";

export const PASSKEY = "sk-ecdsa-sha2-nistp256@openssh.com";
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const ASSERTION = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com";
const CURVE = "nistp256";
const POINT_SIZE = 65;
const LINE_MAX = 4096;
const COLUMNS = 70;
const VERSION = [0, 0, 0, 1];
const WORDS_SIZE = 16;

// The bytes that SSHSIG signs: a passkey's challenge is these, not their hash.
export async function signedData(namespace, message) {
    const hashed = new Uint8Array(await crypto.subtle.digest("SHA-512", message));
    return joined(utf8("SSHSIG"), ...[utf8(namespace), utf8(""), utf8("sha512"), hashed].map(string));
}

// A passkey's line; null where it is a line of something else, or spelled otherwise.
export async function readLine(line) {
    if (typeof line !== "string" || line.length > LINE_MAX) return null;
    const [algorithm, text, ...more] = line.split(" ");
    if (algorithm !== PASSKEY || text === undefined || more.length) return null;
    const blob = fromBase64(text);
    const fields = blob && strings(blob);
    if (!fields || fields.length !== 4) return null;
    const [named, curve, point, application] = fields;
    if (!same(named, utf8(PASSKEY)) || !same(curve, utf8(CURVE)) || point.length !== POINT_SIZE || point[0] !== 4) return null;
    return { line, blob, point, application: latin(application), digest: await digest(point) };
}

// The line of a passkey's point for a host.
export function writeLine(point, application) {
    const blob = joined(...[utf8(PASSKEY), utf8(CURVE), point, utf8(application)].map(string));
    return `${PASSKEY} ${toBase64(blob)}`;
}

// The algorithm of any public key line, to be shown.
export const algorithmOf = (line) => String(line).split(" ", 1)[0];

// The raw bytes that name a key of any kind, and its application; null where the line cannot be read.
export async function anyLine(line) {
    const passkey = await readLine(line);
    if (passkey) return passkey;
    const [algorithm, text, ...more] = String(line).split(" ");
    const fields = text === undefined || more.length ? null : strings(fromBase64(text) ?? new Uint8Array([1]));
    if (!fields || fields.length < 2 || fields.length > 3 || latin(fields[0]) !== algorithm) return null;
    return { line, point: fields[1], application: latin(fields[2] ?? new Uint8Array()), digest: await digest(fields[1]) };
}

// A key's eight words, to be compared by ear (docs/spec/ask.md, "enrol").
export async function keyWords(point) {
    const hashed = new Uint8Array(await crypto.subtle.digest("SHA-256", point)).subarray(0, WORDS_SIZE);
    const words = [];
    for (let at = 0; at < hashed.length; at += 2) {
        const bits = (hashed[at] << 8) | hashed[at + 1];
        words.push(consonant(bits >> 12) + vowel(bits >> 10) + consonant(bits >> 6) + vowel(bits >> 4) + consonant(bits));
    }
    return words.join("-");
}

// The words of a person's reading key, as the books' own tools show them (docs/spec/reading.md).
export const readingWords = (recipient) => keyWords(joined(utf8("cablegram reading key v1\0"), utf8(recipient)));

// The signature file of a passkey's answer: `r` and `s` numbers, the rest as the authenticator and the browser have it.
export function armored({ key, namespace, r, s, flags, counter, origin, clientData, extensions }) {
    const tail = new Uint8Array(5);
    new DataView(tail.buffer).setUint8(0, flags);
    new DataView(tail.buffer).setUint32(1, counter);
    const numbers = joined(string(mpint(r)), string(mpint(s)));
    const rest = [utf8(origin), clientData, extensions].map(string);
    const signature = joined(string(utf8(ASSERTION)), string(numbers), tail, ...rest);
    const fields = [key.blob, utf8(namespace), utf8(""), utf8("sha512"), signature].map(string);
    const text = toBase64(joined(utf8("SSHSIG"), Uint8Array.from(VERSION), ...fields));
    const lines = text.match(new RegExp(`.{1,${COLUMNS}}`, "g"));
    return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", ""].join("\n");
}

// r and s of a DER signature, s the smaller of the two that hold; throws RangeError where it is none.
export function numbersOf(der) {
    const body = der[0] === 0x30 && der[1] < 0x80 && der[1] === der.length - 2 ? der.subarray(2) : null;
    const r = body && integer(body);
    const s = r && integer(r.rest);
    if (!s || s.rest.length) throw new RangeError("signature");
    return { r: r.value, s: s.value * 2n > ORDER ? ORDER - s.value : s.value };
}

// Both numbers in 32 bytes each, as the browser's own check takes them.
export const fixed = (r, s) => joined(bytes32(r), bytes32(s));

export function joined(...parts) {
    const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

function integer(data) {
    const size = data[1];
    if (data[0] !== 0x02 || !(size > 0 && size <= 33) || data.length < 2 + size) return null;
    const bytes = data.subarray(2, 2 + size);
    if (bytes[0] & 0x80 || (bytes[0] === 0 && size > 1 && !(bytes[1] & 0x80))) return null;
    const value = BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`);
    return value > 0n && value < ORDER ? { value, rest: data.subarray(2 + size) } : null;
}

function mpint(value) {
    const hex = value.toString(16);
    const even = hex.length % 2 ? `0${hex}` : hex;
    const padded = Number.parseInt(even.slice(0, 2), 16) & 0x80 ? `00${even}` : even;
    return Uint8Array.from(padded.match(/../g), (pair) => Number.parseInt(pair, 16));
}

const bytes32 = (value) => Uint8Array.from(value.toString(16).padStart(64, "0").match(/../g), (pair) => Number.parseInt(pair, 16));

function string(data) {
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, data.length);
    return joined(size, data);
}

function strings(blob) {
    const found = [];
    let rest = blob;
    while (rest.length) {
        if (rest.length < 4) return null;
        const size = new DataView(rest.buffer, rest.byteOffset).getUint32(0);
        if (rest.length < 4 + size) return null;
        found.push(rest.slice(4, 4 + size));
        rest = rest.slice(4 + size);
    }
    return found;
}

function toBase64(bytes) {
    const text = base64url(bytes).replaceAll("-", "+").replaceAll("_", "/");
    return text + "=".repeat(-text.length & 3);
}

function fromBase64(text) {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4) return null;
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : null;
}

const latin = (bytes) => String.fromCharCode(...bytes);
const consonant = (bits) => "bdfghjklmnprstvz"[bits & 15];
const vowel = (bits) => "aiou"[bits & 3];
