// Signing orders: they are read, shown in words, and signed by a touch each (docs/spec/ask.md, "sign").

import { answer, fetchAsk } from "./ask.js";
import { keyOf, labelsOf, ordersOf, passkeysOf } from "./asked.js";
import { NAMESPACE } from "./order.js";
import { backLink, begin, busy, el, refuse, show } from "./page.js";
import { sign } from "./passkey.js";
import { counted, say } from "./say.js";
import { tell } from "./telling.js";

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

const signWords = (count) => (count > 1 ? counted(count, "Sign {count} order", "Sign {count} orders") : say("Sign with the passkey"));

document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelector("main a.quiet")?.click();
});
