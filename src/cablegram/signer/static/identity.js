// A person's identity, wrapped for a passkey through WebAuthn's PRF (docs/spec/identity.md).
//
// A passkey cannot be sealed to; what its PRF gives is a secret that only whoever touches it has, and a wrapping key is
// made of that.  Nothing here is sent anywhere: callers send wraps, and nothing else that comes out of here.

import { same, text, utf8 } from "./canonical.js";
import { Unopened, derive, identity, open, random, recipient, seal, seedOf, SEED_SIZE } from "./sealing.js";

const PRF_INPUT = "cablegram/identity/v1";

export const make = () => random(SEED_SIZE);

// What stands beside the challenge of `create` and `get`, to be given the PRF's output with the same touch.
export const extensions = () => ({ prf: { eval: { first: utf8(PRF_INPUT) } } });

// What the passkey gave: 32 bytes; null where its authenticator has no PRF, or gives it at the next touch only.
export function prfOf(credential) {
    const given = credential.getClientExtensionResults().prf?.results?.first;
    if (!given) return null;
    const prf = new Uint8Array(given instanceof ArrayBuffer ? given : given.buffer.slice(given.byteOffset, given.byteOffset + given.byteLength));
    if (prf.length !== SEED_SIZE) return null;
    if (holds(sentOf(credential.response), prf)) throw new Error("the authenticator tells the secret in its answer");
    return prf;
}

// Whether a passkey that was just made has a PRF at all.
export const hasPrf = (credential) => credential.getClientExtensionResults().prf?.enabled === true;

export async function wrap(seed, prf, office, person) {
    const { text: to } = await recipient(await wrapping(prf, office, person));
    return seal(utf8(identity(seed) + "\n"), to);
}

// The seed in a wrap, held to the recipient that the office has on its ledger; "another" where it is not that one.
export async function unwrap(sealed, prf, office, person, enrolled) {
    const line = text(await open(sealed, await wrapping(prf, office, person)));
    const seed = seedOf(line.replace(/\n$/, ""));
    await hold(seed, enrolled);
    return seed;
}

// Refuses an identity that is not the one whose recipient's digest is given.
export async function hold(seed, enrolled) {
    if ((await recipient(seed)).digest !== enrolled) throw new Unopened("another");
}

const wrapping = (prf, office, person) => derive(prf, `cablegram/identity-wrap/v1 ${office} ${person}`);

// All of a passkey's answer that leaves the page with a signature.
function sentOf(response) {
    const sent = response.authenticatorData ?? response.attestationObject;
    return sent ? new Uint8Array(sent) : new Uint8Array();
}

function holds(bytes, secret) {
    for (let at = 0; at + secret.length <= bytes.length; at += 1) {
        if (same(bytes.subarray(at, at + secret.length), secret)) return true;
    }
    return false;
}
