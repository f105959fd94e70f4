// Canonical JSON and digests, as docs/spec/canonical.md has them and wire/canonical.py writes them.
//
// A document made here is read by the room, which refuses every other spelling of it; so what could not be spelled is
// refused here, while whoever wrote it still sits before it.

export const LINE_MAX = 200;

const UNSEEN =
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/u;

const written = new TextEncoder();
const read = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// The one byte string of a value: objects, lists, texts and whole numbers.
export function encode(value) {
    return utf8(JSON.stringify(ordered(value)));
}

// The value of canonical bytes; throws RangeError where they are another spelling of it, or none.
export function decode(bytes) {
    let value;
    try {
        value = JSON.parse(text(bytes));
    } catch (error) {
        throw new RangeError("not canonical JSON", { cause: error });
    }
    if (!same(encode(value), bytes)) throw new RangeError("not spelled canonically");
    return value;
}

// What stands in a text that must not, as its code point; null where nothing does.  NFC is the caller's to make.
export function unclean(line) {
    const found = UNSEEN.exec(line);
    return found && "U+" + found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

export async function digest(bytes) {
    return "sha256:" + hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

export const utf8 = (line) => written.encode(line);
export const text = (bytes) => read.decode(bytes);
export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Unpadded base64url, in pieces: a call takes only so many arguments.
export function base64url(bytes) {
    let binary = "";
    for (let at = 0; at < bytes.length; at += 0x8000) {
        binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    }
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function bytesOf(base64) {
    if (!/^[A-Za-z0-9_-]*$/.test(base64)) throw new RangeError("not base64url");
    const binary = atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    if (base64url(bytes) !== base64) throw new RangeError("not base64url");
    return bytes;
}

export function same(one, other) {
    return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function ordered(value) {
    if (Array.isArray(value)) return value.map(ordered);
    if (typeof value === "string") {
        if (unclean(value) !== null || value !== value.normalize("NFC")) throw new RangeError("not clean text");
        return value;
    }
    if (typeof value === "number") {
        if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("not a whole number");
        return value;
    }
    if (value === null || typeof value !== "object") throw new RangeError("not a value");
    const names = Object.keys(value).sort();
    if (names.some((name) => !/^[\x20-\x7e]*$/.test(name))) throw new RangeError("not a plain name");
    // Numbers as names would be put first by every engine, so none may be.
    if (names.some((name) => /^\d+$/.test(name))) throw new RangeError("a number as a name");
    return Object.fromEntries(names.map((name) => [name, ordered(value[name])]));
}
