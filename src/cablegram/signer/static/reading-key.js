// Making a person's reading key, giving it to a further passkey, printing its sheet again (docs/spec/identity.md).

import { Refused, exchange, hold } from "./ask.js";
import { keyOf, labelsOf, ordersOf, passkeysOf } from "./asked.js";
import { base64url, bytesOf, decode, encode } from "./canonical.js";
import { NAMESPACE } from "./order.js";
import { backLink, begin, busy, el, main, pair, refuse, show } from "./page.js";
import { say } from "./say.js";
import { readingWords } from "./sshsig.js";
import { tell } from "./telling.js";
import { bundled, bySheet, readWraps, rested, touch, unwrapped, wrongLine } from "./unlocking.js";

const LABEL_MAX = 60;

const nothingMade = () => say("No reading key was made or changed.");

begin("identity", run, nothingMade);

async function run({ own, ask }) {
    hold(["make", "add", "sheet"].includes(ask.do), "do");
    hold(Array.isArray(ask.orders) && ask.orders.length === (ask.do === "make" ? 1 : 0), "orders");
    const passkeys = await passkeysOf(ask);
    hold(ask.keys.every((key) => typeof key.label === "string" && key.label.length <= LABEL_MAX), "keys");
    const wraps = readWraps(ask);
    const [sealing, identity, sheet] = await bundled("sealing.js", "identity.js", "sheet.js");
    window.addEventListener("pagehide", () => main.replaceChildren());
    ({ make: offerMake, add: offerAdd, sheet: offerSheet })[ask.do]({ own, ask, passkeys, wraps, sealing, identity, sheet });
}

// --- a new one: the sheet first, then the touch that signs and wraps; nothing is sent before both ------------------

function offerMake(all) {
    const { own, ask } = all;
    const make = el("button", { type: "button", class: "sign", "data-first": true }, say("Make the key and its sheet"));
    make.addEventListener("click", () => attempt(all, () => makeSheet(all)));
    const steps = [
        say("Your browser makes the key. It is sent nowhere."),
        say("You print its recovery sheet and type one line of it again. The sheet alone opens your copies when every passkey is lost."),
        say("You touch your passkey once: it signs that this is your key, and locks it, so that the desk can keep it and not open it."),
    ];
    show(
        el("h1", {}, say("Make a reading key")),
        el("p", { class: "lead" }, say("Copies for the screen are sealed to it, and nobody but you opens them.")),
        el("ol", { class: "steps" }, ...steps.map((step) => el("li", {}, step))),
        ask.recipient ? el("p", { class: "warning" }, say("You have one already. A new one takes its place for what is sealed from now on; copies that are out open with the old one alone, and its passkeys do not open it any more. Keep its sheet until they are back.")) : null,
        el("p", { class: "do" }, make, backLink(own, ask)),
    );
}

async function makeSheet(all) {
    const seed = all.identity.make();
    const made = { ...all, seed, to: await all.sealing.recipient(seed) };
    await printed(made);
    await offerOrder(made);
}

async function offerOrder(all) {
    const { own, ask, to, passkeys } = all;
    // The desk's order leaves its recipient open: it is filled in here, and all of it is shown before it is signed.
    const blank = decode(bytesOf(ask.orders[0]));
    hold(blank?.act === "enrol" && blank.facts?.recipient === "" && blank.facts.person === ask.person, "orders");
    const body = encode({ ...blank, facts: { ...blank.facts, recipient: to.text } });
    const [order] = await ordersOf({ ...ask, orders: [base64url(body)] }, passkeys);
    const signers = keyOf(order, passkeys);
    const told = await tell(order, { labels: labelsOf(ask), key: signers[0].key, nth: 1, count: 1 });
    const sign = el("button", { type: "button", class: "sign", "data-first": true }, say("Sign with the passkey"));
    const made = { ...all, order, signers, again: () => offerOrder(all) };
    sign.addEventListener("click", () => attempt(made, () => enrol(made)));
    show(
        el("h1", {}, say("Say that it is yours")),
        el("p", { class: "lead" }, say("The order below names your new key. Its words are the ones on your sheet; whoever seals to you can compare them with you.")),
        told,
        el("p", { class: "do" }, rested(sign), backLink(own, ask, say("Do not sign"))),
    );
}

async function enrol(all) {
    busy(say("Follow your browser: it asks for your fingerprint, face or PIN."));
    const touched = await touch(all.identity, { namespace: NAMESPACE, message: all.order.bytes, passkeys: all.signers });
    if (!touched.prf) return offerWithout(all, touched);
    return send(all, touched, [await wrapped(all, touched)]);
}

// The passkey signs and has no PRF: said before anything is enrolled, so that the person may take another.
function offerWithout(all, touched) {
    busy("");
    const go = el("button", { class: "quiet", type: "button" }, say("Go on with the sheet alone"));
    const made = { ...all, again: () => offerWithout(all, touched) };
    go.addEventListener("click", () => attempt(made, () => send(made, touched, [])));
    const other = el("button", { type: "button", class: "sign", "data-first": true }, say("Touch another passkey"));
    other.addEventListener("click", () => offerOrder(all));
    show(
        el("h1", {}, say("This passkey cannot open a reading key")),
        el("p", { class: "lead" }, say("It signs, but its authenticator keeps no secret (WebAuthn's PRF) that the key could be locked with. You could type your sheet each time you read, or use a passkey of another device.")),
        el("p", { class: "do" }, other, go, backLink(all.own, all.ask)),
    );
}

async function send(all, touched, wraps) {
    busy(say("Signed. The desk carries it out."));
    const signed = { orders: [base64url(all.order.bytes)], signatures: [touched.signature] };
    const lost = say("Keep your sheet: if the order was carried out, it opens what is sealed to you.");
    const { next } = await exchange(all.own, { ...signed, wraps, recipient: all.to.digest }, lost);
    const opens = wraps.length ? say("Your passkey opens it, and so does your sheet. Keep the sheet where you keep what must not be lost.") : say("Your sheet opens it: you type it whenever you read. Keep it where you keep what must not be lost.");
    done(say("The reading key is enrolled"), opens, next);
}

// --- a further passkey ---------------------------------------------------------------------------------------------

function offerAdd(all) {
    const { own, ask, passkeys, wraps } = all;
    const here = ask.keys.filter((key) => passkeys.some((one) => one.credential === key.credential));
    const without = here.filter((key) => !wraps.some((wrap) => wrap.credential === key.credential));
    if (without.length === 0) throw noneToAdd();
    const choices = without.map((key, at) => {
        const input = el("input", { type: "radio", name: "key", id: `key-${at}`, value: key.credential, checked: at === 0 });
        return el("li", {}, el("label", { for: input.id }, input, " ", labelOf(key)));
    });
    const list = el("ul", { class: "choices" }, ...choices);
    const words = wraps.length ? say("Touch one that opens it") : say("Type the recovery sheet");
    const add = el("button", { type: "button", class: "sign", "data-first": true }, words);
    add.addEventListener("click", () => {
        const chosen = without.find((key) => key.credential === list.querySelector("input:checked").value);
        attempt(all, async () => addTo({ ...all, seed: await unlocked(all) }, chosen));
    });
    show(
        el("h1", {}, say("Give the reading key to a further passkey")),
        el("p", { class: "lead" }, say("First the key is opened, by a passkey that has it or by your sheet; then the new passkey locks it too.")),
        el("fieldset", {}, el("legend", {}, say("Which passkey is to open it?")), list),
        el("p", { class: "do" }, add, backLink(own, ask)),
    );
}

function addTo(all, chosen) {
    const { own, ask, identity } = all;
    const go = el("button", { type: "button", class: "sign", "data-first": true }, say("Touch the new one"));
    const again = () => addTo(all, chosen);
    go.addEventListener("click", () => attempt({ ...all, again }, async () => {
        busy(say("Follow your browser: it asks for your fingerprint, face or PIN."));
        const touched = await touch(identity, { wraps: [chosen] });
        if (!touched.prf) throw noPrf();
        busy(say("Sent to the desk."));
        const said = { wraps: [await wrapped(all, touched)], recipient: ask.recipient };
        const { next } = await exchange(own, said, say("Look at the desk whether the passkey opens the key now."));
        done(say("The passkey opens your reading key"), say("Copies open with it from now on: {label}.", { label: labelOf(chosen) }), next);
    }));
    show(
        el("h1", {}, say("Now touch {label}", { label: labelOf(chosen) })),
        el("p", { class: "lead" }, say("The key is open in this page. The new passkey locks it for itself.")),
        el("p", { class: "do" }, go, backLink(own, ask)),
    );
}

const labelOf = (key) => key.label || say("a passkey");

const noneToAdd = () => new Refused(say("each of your passkeys for this page opens your reading key"), say("Make a further passkey for orders at the desk first."), nothingMade());

const noPrf = () => Refused.touch(say("this passkey cannot open a reading key"), say("Its authenticator keeps no secret that the key could be locked with: use a passkey of another device."));

// --- the sheet again -----------------------------------------------------------------------------------------------

function offerSheet(all) {
    const { own, ask, wraps } = all;
    if (wraps.length === 0) throw new Refused(say("no passkey of yours opens your reading key"), say("Give it to one first, with the sheet that you have."), nothingMade());
    const open = el("button", { type: "button", class: "sign", "data-first": true }, say("Touch the passkey and show the sheet"));
    open.addEventListener("click", () => attempt(all, async () => {
        const seed = await unlocked(all);
        await printed({ ...all, seed, to: await all.sealing.recipient(seed) });
        show(
            el("h1", {}, say("The sheet is printed")),
            el("p", { class: "lead" }, say("Every sheet of this key opens it: destroy the ones that you do not keep.")),
            el("p", { class: "do" }, backLink(own, ask)),
        );
    }));
    show(
        el("h1", {}, say("Print the recovery sheet again")),
        el("p", { class: "lead" }, say("If somebody else may have seen the last one, do not print it again: make a new reading key.")),
        el("p", { class: "do" }, open, backLink(own, ask)),
    );
}

// --- what they share -----------------------------------------------------------------------------------------------

// The identity there is: by a touch where a passkey opens it, else from the sheet.
async function unlocked(all) {
    const { identity, wraps, ask } = all;
    const back = [backLink(all.own, ask)];
    if (wraps.length === 0) return bySheet(all, ask, say("No passkey opens your reading key; the sheet does."), back);
    busy(say("Follow your browser: it asks for your fingerprint, face or PIN."));
    const touched = await touch(identity, { wraps });
    busy("");
    const seed = await unwrapped(identity, ask, wraps, touched);
    return seed ?? bySheet(all, ask, say("This passkey signs, but its authenticator keeps no secret to open a reading key with."), back);
}

async function wrapped({ identity, seed, ask }, { prf, credential }) {
    const sealed = await identity.wrap(seed, prf, ask.office, ask.person);
    return { credential, sealed: base64url(sealed) };
}

// Show the sheet, have it printed, and wait until one line, chosen here, was typed again from the paper.
async function printed(all) {
    const { ask, own, sheet } = all;
    const lines = sheet.write(all.seed, ask.office, ask.person);
    const place = crypto.getRandomValues(new Uint8Array(1))[0] % lines.length;
    const paper = await paperOf(all, lines);
    const told = el("p", { class: "told", role: "status" });
    const print = el("button", { class: "sign", type: "button", "data-first": true }, say("Print the sheet"));
    print.addEventListener("click", () => window.print());
    const typed = el("input", { id: "typed", class: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "40", required: true });
    const form = el("form", { class: "fields confirm", autocomplete: "off" },
        el("label", { for: "typed" }, say("Line {line}, typed from the printed sheet", { line: place + 1 })), typed, told,
        el("p", { class: "do" }, el("button", {}, say("I have the sheet")), backLink(own, ask)));
    return new Promise((resolve) => {
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            if (sheet.readLine(typed.value, place, ask.office, ask.person) !== null) return resolve();
            told.textContent = wrongLine(place + 1);
            typed.setAttribute("aria-invalid", "true");
            return typed.focus();
        });
        show(
            el("h1", {}, say("Your recovery sheet")),
            el("p", { class: "lead" }, say("It is shown on this page alone and sent nowhere. Print it, or write it down.")),
            paper,
            el("p", { class: "do" }, print),
            form,
        );
    });
}

async function paperOf({ ask, to }, lines) {
    return el("section", { class: "paper", "aria-label": say("Recovery sheet") },
        el("h2", {}, say("Recovery sheet of a reading key")),
        el("dl", { class: "facts" },
            pair(say("Office"), ask.office), pair(say("Person"), ask.person), pair(say("Words of the key"), el("span", { class: "words" }, await readingWords(to.text)))),
        el("ol", { class: "lines" }, ...lines.map((line) => el("li", {}, el("code", {}, line)))),
        el("p", {}, say("When your passkeys are lost: log in at the desk, choose to give the reading key to a further passkey, and type these lines at {host}. Nowhere else are they asked for.", { host: location.host })),
        el("p", {}, say("Whoever has this sheet has the key. Keep it sealed, and apart from your devices.")));
}

function done(title, lead, next) {
    busy("");
    show(
        el("h1", {}, title),
        el("p", { class: "lead" }, lead),
        el("p", { class: "do" }, el("a", { href: next, "data-first": true }, say("Back to the desk"))),
    );
}

async function attempt(all, act) {
    main.querySelectorAll("button").forEach((button) => (button.disabled = true));
    try {
        await act();
    } catch (error) {
        const again = el("button", { type: "button", "data-first": true }, say("Once more"));
        again.addEventListener("click", () => (error.again ? location.reload() : all.again ? all.again() : run(all)));
        refuse(error, { ...all, kept: nothingMade, more: [again] });
    }
    busy("");
}
