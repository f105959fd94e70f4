// What an ask wants signed, held to its bounds and read out of its own bytes (docs/spec/ask.md, "sign").

import { Refused, hold, otherOffice } from "./ask.js";
import { bytesOf } from "./canonical.js";
import { actWords } from "./facts.js";
import { read } from "./order.js";
import { say } from "./say.js";
import { readLine } from "./sshsig.js";

const ORDERS_MAX = 16;
const KEYS_MAX = 16;
const LABELS_MAX = 8192;
const LABEL_MAX = 300;
const CREDENTIAL_MAX = 1400;

// Those of the person's passkeys that are for this very host: no other can be asked here.
export async function passkeysOf(ask) {
    hold(Array.isArray(ask.keys) && ask.keys.length > 0 && ask.keys.length <= KEYS_MAX, "keys");
    const found = [];
    for (const one of ask.keys) {
        hold(typeof one?.credential === "string" && one.credential.length <= CREDENTIAL_MAX, "keys");
        hold(/^[A-Za-z0-9_-]+$/.test(one.credential), "keys");
        const key = await readLine(one.line);
        if (key?.application === location.hostname) found.push({ credential: one.credential, key });
    }
    return found;
}

export async function ordersOf(ask, passkeys) {
    hold(Array.isArray(ask.orders) && ask.orders.length > 0 && ask.orders.length <= ORDERS_MAX, "orders");
    const found = [];
    for (const text of ask.orders) {
        hold(typeof text === "string", "orders");
        const order = await readable(text);
        if (order.office !== ask.office) throw otherOffice(order.office, ask.office);
        if (order.officer !== ask.person) throw otherPerson(order.officer, ask.person);
        if (!keyOf(order, passkeys).length) throw otherKey();
        if (actWords(order.act) === null) throw unreadable(say("the act {act}", { act: order.act }));
        found.push(order);
    }
    return found;
}

async function readable(text) {
    try {
        return await read(bytesOf(text));
    } catch (error) {
        throw unreadable(String(error?.message ?? error).slice(0, 80));
    }
}

export function labelsOf(ask) {
    const labels = ask.labels ?? {};
    hold(typeof labels === "object" && labels !== null && !Array.isArray(labels), "labels");
    const entries = Object.entries(labels);
    hold(entries.length <= LABELS_MAX, "labels");
    hold(entries.every(([, label]) => typeof label === "string" && label.length <= LABEL_MAX), "labels");
    return Object.fromEntries(entries.map(([name, label]) => [name, label.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/g, "\u00b7")]));
}

const unreadable = (what) => new Refused(say("the order cannot be read whole ({what})", { what }), say("Sign nothing, and tell whoever looks after the desk."));

const otherPerson = (officer, person) =>
    new Refused(say("the order is {officer}'s, and the desk asks {person}", { officer, person }), say("Log in at the desk as yourself and begin again."));

const otherKey = () =>
    new Refused(say("the order names a key that is none of your passkeys here"), say("Make a passkey for orders at the desk, and have the chief appoint it."));

export const keyOf = (order, passkeys) => passkeys.filter((one) => one.key.digest === order.key);
