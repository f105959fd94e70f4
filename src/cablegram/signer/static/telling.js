// An order in words, made of its own bytes.  What the desk calls things stands beside them, marked as the desk's word.

import { text } from "./canonical.js";
import { actWords, factWords, inOrder, keyWordsOf, kindOf, roleWords } from "./facts.js";
import { el, moment, number, pair } from "./page.js";
import { counted, say } from "./say.js";
import { PASSKEY, algorithmOf, anyLine, keyWords, readingWords } from "./sshsig.js";

const SHOWN_AT_ONCE = 12;
const LONG = 120;

// The whole order: what, about what, with what, who and until when; then its bytes for whoever wants them.
export async function tell(order, { labels, key, nth, count }) {
    const facts = await Promise.all(inOrder(order.facts).map((entry) => factRow(entry, labels)));
    return el("article", { class: "order" },
        count > 1 ? el("p", { class: "mark" }, say("Order {nth} of {count}", { nth, count })) : null,
        el("h2", { class: "act" }, actWords(order.act)),
        order.seconds ? el("p", { class: "seconds" }, say("You second another person's order: it counts only if two persons sign it.")) : null,
        subjects(order, labels),
        el("h3", {}, say("What is ordered")),
        facts.length ? el("dl", { class: "facts" }, ...facts) : el("p", { class: "soft" }, say("Nothing more is said.")),
        el("h3", {}, say("Who orders it")),
        el("dl", { class: "facts" }, ...whoRows(order, key)),
        el("details", {},
            el("summary", {}, say("The very bytes that are signed")),
            el("p", { class: "soft" }, `${say("Digest of the order")}: `, el("code", {}, order.digest)),
            el("pre", { class: "bytes", tabindex: 0 }, text(order.bytes)),
        ),
    );
}

function subjects(order, labels) {
    if (!order.subjects.length) return null;
    const rows = order.subjects.map((subject) => subjectRow(subject, labels));
    const more = rows.slice(SHOWN_AT_ONCE);
    return el("section", {},
        el("h3", {}, rows.length > 1 ? counted(rows.length, "About {count} thing", "About {count} things") : say("About")),
        el("ul", { class: "subjects" }, ...rows.slice(0, SHOWN_AT_ONCE)),
        more.length ? el("details", {}, el("summary", {}, counted(more.length, "{count} more", "{count} more")), el("ul", { class: "subjects" }, ...more)) : null,
    );
}

function subjectRow({ handle, expected }, labels) {
    return el("li", {}, said(labels, handle), el("span", { class: "ours" }, el("code", {}, handle), " ", say("as it stood at its entry {seq}", { seq: number(expected) })));
}

// What the desk calls a thing, never without saying whose word it is.
function said(labels, name) {
    const label = Object.hasOwn(labels, name) ? labels[name] : null;
    if (label === null) return el("span", { class: "said none" }, say("the desk gives it no name"));
    return el("span", { class: "said" }, el("q", {}, label), " ", el("small", {}, say("the desk says")));
}

async function factRow([name, value], labels) {
    const shown = typeof value === "number" ? number(value) : await factValue(name, value);
    const label = Object.hasOwn(labels, String(value)) ? [" ", said(labels, String(value))] : [];
    return pair(factWords(name), ...[shown].flat(), ...label);
}

async function factValue(name, value) {
    const kind = kindOf(name);
    if (kind === "moment") return el("time", { datetime: value }, moment(value));
    if (kind === "id") return el("b", {}, value);
    if (kind === "role") return el("b", {}, roleWords(value));
    if (kind === "key") return keyOf(value);
    if (name === "recipient") return readingKeyOf(value);
    if (/^sha256:[0-9a-f]{64}$/.test(value)) return el("code", { class: "long" }, value);
    return value.length > LONG || value.includes("\n") ? el("pre", { tabindex: 0 }, value) : value;
}

// A key that copies are sealed to: its words, to be compared with its owner's, and all of it for whoever wants it.
async function readingKeyOf(recipient) {
    return [
        el("p", { class: "words" }, await readingWords(recipient)),
        el("details", {}, el("summary", {}, say("The whole key")), el("pre", { tabindex: 0 }, recipient)),
    ];
}

// A key that is to sign from now on: what it is, its words, and a warning where another page could ask it.
async function keyOf(line) {
    const key = await anyLine(line);
    if (!key) return el("code", { class: "long" }, line);
    const passkey = algorithmOf(line) === PASSKEY;
    const elsewhere = passkey && key.application !== location.hostname;
    return [
        el("b", {}, keyWordsOf(algorithmOf(line), key.application)),
        elsewhere ? el("p", { class: "warning" }, say("Made for another page than this: {host} could ask it for orders.", { host: key.application })) : null,
        el("p", { class: "soft" }, say("Its words. Compare them with what its owner reads to you:")),
        el("p", { class: "words" }, await keyWords(key.point)),
    ];
}

function whoRows(order, key) {
    const { officer, office } = order;
    return [
        pair(say("Officer"), say("{person}, of {office}", { person: officer, office })),
        pair(say("Number of the order"), number(order.number)),
        pair(say("Good until"), order.not_after ? el("time", { datetime: order.not_after }, moment(order.not_after)) : say("no end")),
        pair(say("Dated"), el("time", { datetime: order.signed_at }, moment(order.signed_at))),
        pair(say("Signed with"), keyWordsOf(PASSKEY, key.application)),
        pair(say("Made on"), counted(order.head.size, "{count} entry of the ledger {origin}", "{count} entries of the ledger {origin}", { origin: order.origin })),
        order.seconds ? pair(say("The order seconded"), el("code", { class: "long" }, order.seconds)) : null,
    ];
}
