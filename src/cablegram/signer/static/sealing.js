// Sealing and opening as docs/spec/age.md has it, on the bundled age: one native stanza, hybrid wherever we choose.

import { bytesOf, digest, utf8 } from "./canonical.js";
import { unpad } from "./container.js";
import { Decrypter, Encrypter, bech32, identityToRecipient } from "./age.js";

export const SEED_SIZE = 32;

const HEADER_MAX = 4096;
const SIZES = { mlkem768x25519: 1216, x25519: 32 };
const PREFIXES = { mlkem768x25519: "age1pq", x25519: "age" };
const NATIVE = ["mlkem768x25519", "X25519"];

// Refused for what the bytes are, and not for anything else that can go wrong.
export class Unopened extends Error {
    constructor(why, cause) {
        super(why, { cause });
        this.name = "Unopened";
        this.why = why;
    }
}

export const random = (size) => crypto.getRandomValues(new Uint8Array(size));

// HKDF-SHA-256 without a salt: 32 bytes for the purpose that `info` names.
export async function derive(secret, info) {
    const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8(info) };
    return new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * SEED_SIZE));
}

// A hybrid identity by its 32 bytes, as age tools read it.
export function identity(seed) {
    if (seed.length !== SEED_SIZE) throw new Unopened("size");
    return bech32.encodeFromBytes("age-secret-key-pq-", seed).toUpperCase();
}

// The 32 bytes of an identity as age tools write it.
export function seedOf(line) {
    const { prefix, words } = bech32.decode(line.toLowerCase(), false);
    const seed = bech32.fromWords(words);
    if (prefix !== "age-secret-key-pq-" || identity(seed) !== line) throw new Unopened("size");
    return Uint8Array.from(seed);
}

// The public key of a seed: its raw bytes, and the digest that names it.
export async function recipient(seed) {
    const text = await identityToRecipient(identity(seed));
    const raw = bech32.fromWords(bech32.decode(text, false).words);
    return { text, raw, digest: await digest(raw) };
}

// The recipient's text of a key of a card or a roster.
export function recipientText(kind, raw) {
    if (SIZES[kind] !== raw.length) throw new RangeError("not a key");
    return bech32.encode(PREFIXES[kind], bech32.toWords(raw), false);
}

export async function seal(data, recipientText) {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipientText);
    return encrypter.encrypt(data);
}

// What an age file says, with the identity of this seed.  "policy" is of the file, "other" of the key, "altered" of
// its bytes; nothing of the content comes out unless all of it is right.
export async function open(data, seed) {
    checkWire(data);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity(seed));
    try {
        return await decrypter.decrypt(data);
    } catch (error) {
        const other = /no identity matched/i.test(String(error.message));
        throw new Unopened(other ? "other" : "altered", error);
    }
}

// A sealed copy (docs/spec/sealed-copy.md): both halves of its key are for the person, and neither opens it alone.
export async function openCopy({ content, half, share }, seed) {
    const [one, other] = [await open(half, seed), await open(share, seed)];
    if (one.length !== SEED_SIZE || other.length !== SEED_SIZE) throw new Unopened("size");
    const key = one.map((byte, at) => byte ^ other[at]);
    try {
        return await open(content, key);
    } catch (error) {
        // The halves opened, so the person is the right one: the copy's own key does not fit its content.
        throw error instanceof Unopened && error.why === "other" ? new Unopened("halves", error) : error;
    }
}

// A file beside a letter, sealed on its own to a one-off key, both as the copy names them.
export async function openSeparate(sealed, named) {
    if (sealed.length !== named.sealed_size || (await digest(sealed)) !== named.sealed_sha256) {
        throw new Unopened("altered");
    }
    const data = await open(sealed, bytesOf(named.seed));
    let plain;
    try {
        plain = unpad(data, named.size);
    } catch (error) {
        throw new Unopened("altered", error);
    }
    if ((await digest(plain)) !== named.sha256) throw new Unopened("altered");
    return plain;
}

// The wire policy: a short header with exactly one native stanza, and grease.
export function checkWire(data) {
    const head = new TextDecoder("latin1").decode(data.subarray(0, HEADER_MAX));
    const end = head.indexOf("\n--- ");
    if (!head.startsWith("age-encryption.org/v1\n") || end < 0) throw new Unopened("policy");
    const kinds = [...head.slice(0, end).matchAll(/^-> (\S+)/gm)].map((found) => found[1]);
    const native = kinds.filter((kind) => !kind.endsWith("-grease"));
    if (native.length !== 1 || !NATIVE.includes(native[0])) throw new Unopened("policy");
}

