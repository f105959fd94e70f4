// Signing orders: they are read, shown in words, and signed by a touch each (docs/spec/ask.md, "sign").

import { Refused, answer, fetchAsk, hold, otherOffice } from "./ask.js";
import { bytesOf } from "./canonical.js";
import { actWords } from "./facts.js";
import { NAMESPACE, read } from "./order.js";
import { backLink, begin, busy, el, refuse, show } from "./page.js";
import { sign } from "./passkey.js";
import { counted, say } from "./say.js";
import { readLine } from "./sshsig.js";
import { tell } from "./telling.js";

const ORDERS_MAX = 16;
const KEYS_MAX = 16;
const LABELS_MAX = 8192;
const LABEL_MAX = 300;
const CREDENTIAL_MAX = 1400;
const REST_MS = 400;

begin("sign", start);

async function start({ own, ask, notice = "" }) {
    const passkeys = await passkeysOf(ask);
    const orders = await ordersOf(ask, passkeys);
    const labels = labelsOf(ask);
    const count = orders.length;
    const told = await Promise.all(
        orders.map((order, place) => tell(order, { labels, key: keyOf(order, passkeys)[0].key, nth: place + 1, count })),
    );
    const press = () => pressed({ own, ask, orders, passkeys });
    const button = el("button", { type: "button", class: "sign", "data-first": true, onclick: press }, signWords(count));
    show(
        el("h1", {}, say("Sign an order")),
        notice ? el("p", { class: "warning", role: "status" }, notice) : null,
        el("p", { class: "lead" }, say("Read what you order. What stands here is what you sign, word for word.")),
        ...told,
        el("p", { class: "do" }, button, backLink(own, ask, say("Do not sign"))),
    );
    rest(button);
}

// A key that was still held down at the desk signs nothing here.
function rest(button) {
    button.dataset.resting = "";
    setTimeout(() => delete button.dataset.resting, REST_MS);
}

async function pressed({ own, ask, orders, passkeys }) {
    const button = document.querySelector("button.sign");
    if ("resting" in button.dataset || button.disabled) return;
    button.disabled = true;
    try {
        const signatures = [];
        for (const order of orders) {
            busy(say("Touch the passkey: order {nth} of {count}", { nth: signatures.length + 1, count: orders.length }));
            const made = await sign(NAMESPACE, order.bytes, keyOf(order, passkeys));
            signatures.push(made.signature);
        }
        busy(say("Signed. The desk carries it out."));
        location.replace(await answer(own, { signatures }));
    } catch (error) {
        busy("");
        await failed(error, { own, ask });
    }
}

async function failed(error, { own, ask }) {
    if (error.again) {
        await start({ own, ask: await fetchAsk(own, "sign"), notice: say("Another order of yours came between. Read this one anew and sign it again.") }).catch((other) => refuse(other, { own, ask }));
        return;
    }
    const retry = el("button", { type: "button", "data-first": true, onclick: () => location.reload() }, say("Once more"));
    const more = error.retry ? [retry] : [];
    refuse(error, { own, ask, more });
}

// Those of the person's passkeys that are for this very host: no other can be asked here.
async function passkeysOf(ask) {
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

async function ordersOf(ask, passkeys) {
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

function labelsOf(ask) {
    const labels = ask.labels ?? {};
    hold(typeof labels === "object" && labels !== null && !Array.isArray(labels), "labels");
    const entries = Object.entries(labels);
    hold(entries.length <= LABELS_MAX, "labels");
    hold(entries.every(([, label]) => typeof label === "string" && label.length <= LABEL_MAX), "labels");
    return Object.fromEntries(entries.map(([name, label]) => [name, label.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/g, "\u00b7")]));
}

const signWords = (count) => (count > 1 ? counted(count, "Sign {count} order", "Sign {count} orders") : say("Sign with the passkey"));

const unreadable = (what) => new Refused(say("the order cannot be read whole ({what})", { what }), say("Sign nothing, and tell whoever looks after the desk."));

const otherPerson = (officer, person) =>
    new Refused(say("the order is {officer}'s, and the desk asks {person}", { officer, person }), say("Log in at the desk as yourself and begin again."));

const otherKey = () =>
    new Refused(say("the order names a key that is none of your passkeys here"), say("Make a passkey for orders at the desk, and have the chief appoint it."));

const keyOf = (order, passkeys) => passkeys.filter((one) => one.key.digest === order.key);

document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelector("main a.quiet")?.click();
});
