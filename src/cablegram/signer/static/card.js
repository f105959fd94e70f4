// The office's own card, from the signer's own host: which key drafts are sealed to (docs/spec/card.md).
//
// The desk says it too, and is not believed: a desk in other hands could name a key of its own.

import { Refused } from "./ask.js";
import { bytesOf, decode } from "./canonical.js";
import { say } from "./say.js";

const HYBRID = "mlkem768x25519";

// The recipient of the newest key that is valid at that moment, as age tools write it.
export async function draftKey(own, sealing, at) {
    const found = await fetch("/card.json", { credentials: "omit", redirect: "error", cache: "no-store" }).catch(() => null);
    if (!found?.ok) throw new Refused(say("this signer has no card of its office"), say("Ask whoever looks after the office's machines to start it anew."));
    const card = decode(new Uint8Array(await found.arrayBuffer()));
    if (card.format !== "cablegram/card/v1" || card.office !== own.office) throw new Refused(say("the card that this signer has is not of {office}", { office: own.office }), say("Seal nothing, and tell the chief."));
    const { kind, key } = current(card.receiving, at);
    return sealing.recipientText(kind, bytesOf(key));
}

// An x25519 key stands back behind every hybrid one of its own or an earlier epoch; else the newest hybrid, else the newest.
export function current(keys, at) {
    const behind = (one) => one.kind !== HYBRID && keys.some((key) => key.kind === HYBRID && key.epoch <= one.epoch);
    const valid = keys.filter((key) => key.not_before <= at && (!key.not_after || at < key.not_after) && !behind(key));
    const best = valid.sort((one, other) => (other.kind === HYBRID) - (one.kind === HYBRID) || other.epoch - one.epoch)[0];
    if (!best) throw new Refused(say("no key of the office's card is valid now"), say("Ask the chief for a new card."));
    return best;
}
