// Orders, read out of the bytes that are signed (docs/spec/order.md): what is not an order in its one spelling is
// refused, and nothing of it is shown.

import { bytesOf, decode, digest } from "./canonical.js";

export const NAMESPACE = "order@cablegram";
export const ORDER_MAX = 1 << 20;

const FIELDS = ["act", "facts", "format", "head", "key", "not_after", "number", "office", "officer", "origin", "seconds", "signed_at", "subjects"];
const FORMAT = "cablegram/order/v1";
const ID = /^[a-z][a-z0-9-]{0,31}$/;
const ACT = /^[a-z][a-z_]{0,39}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HANDLE = /^[a-z0-9][a-z0-9:/-]{0,79}$/;
const FACT = /^[a-z][a-z0-9_]{0,39}$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const SUBJECTS_MAX = 4096;
const FACTS_MAX = 32;
const FACT_MAX = 16_384;
const ORIGIN_MAX = 255;
const ROOT_SIZE = 32;

// The order of these bytes; throws RangeError that names what is not as the page has it.
export async function read(bytes) {
    hold(bytes.length <= ORDER_MAX, "size");
    const order = decode(bytes);
    hold(order !== null && typeof order === "object" && !Array.isArray(order), "object");
    hold(same(Object.keys(order), FIELDS), "fields");
    hold(order.format === FORMAT, "format");
    for (const [name, pattern] of Object.entries({ act: ACT, office: ID, officer: ID, key: DIGEST })) {
        hold(fits(order[name], pattern), name);
    }
    hold(isText(order.origin) && order.origin !== "" && count(order.origin) <= ORIGIN_MAX && !order.origin.includes("\n"), "origin");
    hold(isNumber(order.number) && order.number >= 1, "number");
    hold(order.seconds === "" || fits(order.seconds, DIGEST), "seconds");
    holdMoments(order);
    holdHead(order.head);
    holdSubjects(order.subjects);
    holdFacts(order.facts);
    return { ...order, bytes, digest: await digest(bytes) };
}

function holdMoments({ signed_at, not_after }) {
    hold(isMoment(signed_at), "signed_at");
    hold(not_after === "" || (isMoment(not_after) && not_after >= signed_at), "not_after");
}

function holdHead(head) {
    hold(isObject(head) && same(Object.keys(head), ["root", "size"]), "head");
    hold(isNumber(head.size) && isText(head.root), "head");
    let root = null;
    try {
        root = bytesOf(head.root);
    } catch {
        hold(false, "head");
    }
    hold(root.length === ROOT_SIZE, "head");
}

function holdSubjects(subjects) {
    hold(Array.isArray(subjects) && subjects.length <= SUBJECTS_MAX, "subjects");
    for (const subject of subjects) {
        hold(isObject(subject) && same(Object.keys(subject), ["expected", "handle"]), "subjects");
        hold(fits(subject.handle, HANDLE) && isNumber(subject.expected), "subjects");
    }
    hold(new Set(subjects.map((subject) => subject.handle)).size === subjects.length, "subjects");
}

function holdFacts(facts) {
    hold(isObject(facts) && Object.keys(facts).length <= FACTS_MAX, "facts");
    for (const [name, value] of Object.entries(facts)) {
        hold(FACT.test(name), "facts");
        hold(isNumber(value) || (isText(value) && count(value) <= FACT_MAX), "facts");
    }
}

function isMoment(text) {
    if (!fits(text, MOMENT)) return false;
    const at = new Date(text);
    return !Number.isNaN(at.getTime()) && at.toISOString().replace(".000Z", "Z") === text;
}

function hold(right, what) {
    if (!right) throw new RangeError(what);
}

const isText = (value) => typeof value === "string";
const isNumber = (value) => typeof value === "number";
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const fits = (value, pattern) => isText(value) && pattern.test(value);
const count = (text) => [...text].length;
const same = (one, other) => one.length === other.length && one.every((name, place) => name === other[place]);
