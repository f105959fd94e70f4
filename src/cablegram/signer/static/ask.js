// Fetching what the desk asks, and answering it (docs/spec/ask.md).
//
// Whose desk it is stands in the signer's own configuration.  A token is the authority to read one question and to
// answer it once; no cookie goes either way, and nothing of the address but the token is looked at.

import { say } from "./say.js";

export const LANGUAGES = ["en", "ru", "zh", "ko"];

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const ID = /^[a-z][a-z0-9-]{0,31}$/;
const ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::[0-9]+)?$/;
const SMALL = ["sign", "enrol"];
const SMALL_MAX = 6 << 20;
const ASK_MAX = 40 << 20;
const SEALED_MAX = 72 << 20;
const WAIT_MS = 20_000;
const ANSWER_WAIT_MS = 600_000;

// What a page does not do, in three sentences; without a third, the page's own holds: nothing was signed, or sent.
export class Refused extends Error {
    constructor(message, hint, kept = "") {
        super(message);
        this.hint = hint;
        this.kept = kept;
        // Whether another touch may help; whether these are the desk's words; whether the question has changed.
        Object.assign(this, { retry: false, desk: false, again: false });
    }

    // What the desk says of itself.
    static byDesk(error) {
        const refused = new Refused(line(error.message), line(error.hint), line(error.kept));
        return Object.assign(refused, { desk: true });
    }

    // Refused, and worth another touch.
    static touch(message, hint) {
        return Object.assign(new Refused(message, hint), { retry: true });
    }
}

// Whose signer this is: office, zone, language, and where the desk is.
export async function config() {
    const said = await fetch("/config.json", { credentials: "omit", redirect: "error", cache: "no-store" })
        .then((answer) => answer.json())
        .catch(() => null);
    const fits = said?.format === "cablegram/signer/v1" && ID.test(said.office) && ORIGIN.test(said.desk);
    if (!fits || !LANGUAGES.includes(said.language) || said.signer !== location.origin) {
        throw new Refused(
            say("this signer does not say whose it is"),
            say("Ask whoever looks after the office's machines to start it anew."),
        );
    }
    return said;
}

// The token behind "#": it was sent to no server, and stays there so that a page can be loaded again.
export function token() {
    const found = location.hash.slice(1);
    if (!TOKEN.test(found)) throw new Refused(say("the page has no question to answer"), say("Go back to the desk and begin again."));
    return found;
}

// What is asked, held to what every ask has; fields of its kind are the page's to hold.
export async function fetchAsk(own, kind) {
    const found = await reach(own, `/asked/${token()}`, {}, WAIT_MS);
    const body = await found.text().catch(() => {
        throw silent(own);
    });
    hold(body.length <= (SMALL.includes(kind) ? SMALL_MAX : ASK_MAX), "size");
    const ask = parsed(body);
    if (!found.ok) throw refusal(own, found, ask);
    hold(ask?.kind === kind, "kind");
    hold(LANGUAGES.includes(ask.language), "language");
    hold(ID.test(ask.office), "office");
    hold(ID.test(ask.person), "person");
    hold(typeof ask.back === "string", "back");
    if (ask.office !== own.office) throw otherOffice(ask.office, own.office);
    return ask;
}

// Send the answer; gives the page of the desk to go to, or throws what the desk says: with `again`, the question has
// changed and is to be fetched and shown anew.  `lost` is what was kept where nobody can say what the desk did.
export async function answer(own, said, lost = say("The order was signed and sent; nothing is done twice.")) {
    return (await exchange(own, said, lost)).next;
}

// The same, with all that the desk gives back; `next` is the page of the desk to go to.
export async function exchange(own, said, lost) {
    const how = { method: "POST", body: JSON.stringify(said), headers: { "content-type": "application/json" } };
    const found = await reach(own, `/asked/${token()}`, how, ANSWER_WAIT_MS).catch(() => null);
    const answered = parsed((await found?.text().catch(() => "")) ?? "");
    if (found?.ok && typeof answered?.next === "string") return { ...answered, next: at(own, answered.next) };
    if (!answered?.error) {
        throw new Refused(say("the desk did not say what it did"), say("Look there whether it was carried out, before you do it again."), lost);
    }
    throw Object.assign(Refused.byDesk(answered.error), { again: answered.again === true });
}

// Sealed bytes that belong to the question, by name.
export async function fetchSealed(own, name) {
    const found = await reach(own, `/asked/${token()}/sealed/${name}`, {}, ANSWER_WAIT_MS);
    if (!found.ok) throw refusal(own, found, parsed(await found.text().catch(() => "")));
    const bytes = await found.arrayBuffer().catch(() => {
        throw silent(own);
    });
    hold(bytes.byteLength <= SEALED_MAX, "size");
    return new Uint8Array(bytes);
}

// Hand over bytes that were sealed here; gives the digest that the desk keeps them under.
export async function laySealed(own, bytes) {
    const how = { method: "POST", body: bytes, headers: { "content-type": "application/octet-stream" } };
    const found = await reach(own, `/asked/${token()}/sealed`, how, ANSWER_WAIT_MS);
    const said = parsed(await found.text().catch(() => ""));
    if (!found.ok) throw refusal(own, found, said);
    hold(typeof said?.digest === "string", "digest");
    return said.digest;
}

// A page of the desk's, and of no other host's.
export function at(own, path) {
    const found = new URL(path, own.desk);
    hold(path.startsWith("/") && found.origin === new URL(own.desk).origin, "next");
    return found.href;
}

// Refuse an ask whose `what` is not as the page has it.
export function hold(fits, what) {
    if (fits) return;
    throw new Refused(
        say("the desk asks in a way that this page does not know ({what})", { what }),
        say("Tell whoever looks after the office's machines, and sign nothing."),
    );
}

export function otherOffice(theirs, ours) {
    return new Refused(
        say("the desk asks for {theirs}, and this is the signer of {ours}", { theirs, ours }),
        say("Sign nothing, and tell the chief: the desk may be in other hands."),
    );
}

async function reach(own, path, more, wait) {
    const how = { credentials: "omit", redirect: "error", cache: "no-store", referrerPolicy: "no-referrer", mode: "cors" };
    try {
        return await fetch(own.desk + path, { ...how, ...more, signal: AbortSignal.timeout(wait) });
    } catch {
        throw silent(own);
    }
}

function refusal(own, found, said) {
    if (said?.error) return Refused.byDesk(said.error);
    return found.status < 500 ? new Refused(say("this question was answered, or is too old"), say("Go back to the desk and begin again.")) : silent(own);
}

const silent = ({ desk }) => new Refused(say("the desk at {desk} does not answer", { desk }), say("Wait a moment, then load this page again."));

function parsed(body) {
    try {
        return JSON.parse(body);
    } catch {
        return null;
    }
}

const line = (text) => (typeof text === "string" ? text.slice(0, 2000) : "");
