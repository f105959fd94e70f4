// Opening a sealed copy, or a draft that is to be cleared: one touch signs the order that reads it and unlocks the
// person's identity; then what the desk gives is opened here (docs/spec/reading.md, docs/spec/identity.md).

import { Refused, exchange, fetchSealed, hold } from "./ask.js";
import { keyOf, labelsOf, ordersOf, passkeysOf } from "./asked.js";
import { bytesOf } from "./canonical.js";
import { forget, view } from "./copy.js";
import { draftView, readDraft } from "./draft.js";
import { NAMESPACE } from "./order.js";
import { backLink, begin, busy, el, main, moment, refuse, show } from "./page.js";
import { say } from "./say.js";
import { read } from "./screen.js";
import { tell } from "./telling.js";
import { bundled, bySheet, readWraps, rested, touch, unwrapped } from "./unlocking.js";

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const ACTS = { copy: "read", draft: "read_draft" };
const NAME_MAX = 300;

const nothingRead = () => say("Nothing was read, and nothing was entered.");
const entered = () => say("That you read it was entered; it may be opened again from the desk.");

begin("open", run, nothingRead);

async function run({ own, ask }) {
    hold(Object.hasOwn(ACTS, ask.what), "what");
    hold(typeof ask.name === "string" && ask.name.length <= NAME_MAX, "name");
    hold(ask.due_at === "" || MOMENT.test(ask.due_at), "due_at");
    hold(Array.isArray(ask.orders) && ask.orders.length <= 1, "orders");
    hold(ask.recipient !== "", "recipient");
    const wraps = readWraps(ask);
    const passkeys = await passkeysOf(ask);
    const [order = null] = ask.orders.length ? await ordersOf(ask, passkeys) : [];
    if (order) holdOrder(order, ask);
    const [sealing, identity, sheet] = await bundled("sealing.js", "identity.js", "sheet.js");
    // Sealed bytes say nothing without the person: they are fetched while the order is read.
    const sealed = fetchCopy(own, ask);
    sealed.catch(() => {});
    const signers = order ? keyOf(order, passkeys) : [];
    const told = order ? await tell(order, { labels: labelsOf(ask), key: signers[0].key, nth: 1, count: 1 }) : null;
    window.addEventListener("pagehide", leave);
    offer({ own, ask, sealing, identity, sheet, wraps, order, signers, told, sealed, entered: false });
}

// The order is to read this, in a browser, and by nobody else: the desk could have slipped in any other.
function holdOrder(order, ask) {
    const reads = order.act === ACTS[ask.what] && order.facts.way === "browser";
    const own = ask.what === "draft" || order.facts.reader === ask.person;
    if (reads && own && order.subjects.length === (ask.what === "copy" ? 1 : 0)) return;
    throw new Refused(say("the order says something else than that you read this"), say("Sign nothing, and tell whoever looks after the desk."));
}

// What will be read and what that leaves in the books, before anything is touched.
function offer(all) {
    const { own, ask, order } = all;
    const usable = (order ? all.signers : all.wraps).some(({ credential }) => wrapOf(all, credential));
    const open = el("button", { type: "button", class: "sign", "data-first": true }, usable ? say("Open with the passkey") : say("Sign with the passkey, then type the sheet"));
    open.addEventListener("click", () => attempt(all, () => byTouch(all)));
    const typed = el("button", { class: "quiet", type: "button" }, say("Open with the recovery sheet"));
    typed.addEventListener("click", () => attempt(all, () => byTyping(all, say("It opens the copy without the passkey's secret; the order still wants its touch."))));
    show(
        el("h1", {}, ask.what === "copy" ? say("Open copy {name}", { name: ask.name }) : say("Read {name}", { name: ask.name })),
        el("p", { class: "lead" }, order ? say("First the ledger has that you read it, then it opens. One touch does both.") : say("It was opened before. Nothing new is entered.")),
        all.told,
        ask.due_at ? el("p", { class: "soft" }, say("It opens until {moment}.", { moment: moment(ask.due_at) })) : null,
        usable ? null : el("p", { class: "warning" }, say("None of your passkeys here opens your reading key yet. Give it to one at the desk, or type the recovery sheet.")),
        el("p", { class: "do" }, order || usable ? rested(open) : null, usable ? typed : order ? null : typed, backLink(own, ask, say("Do not open"))),
    );
}

async function byTouch(all) {
    const touched = await touchFor(all);
    const seed = await unwrapped(all.identity, all.ask, all.wraps, touched);
    if (seed) return finish(all, seed, touched);
    const why = touched.prf ? say("This passkey does not open your reading key yet.") : say("This passkey signs, but its authenticator keeps no secret to open a reading key with.");
    return byTyping(all, why, touched);
}

async function byTyping(all, why, touched = null) {
    busy("");
    const seed = await bySheet(all, all.ask, why, [backLink(all.own, all.ask, say("Do not open"))]);
    if (touched || !all.order) return finish(all, seed, touched);
    return finish(all, seed, await touchFor(all));
}

function touchFor({ identity, order, signers, wraps }) {
    busy(say("Follow your browser: it asks for your fingerprint, face or PIN."));
    return touch(identity, order ? { namespace: NAMESPACE, message: order.bytes, passkeys: signers } : { wraps });
}

// The identity is had and is the right one: now the order goes out, the share comes, and the copy opens.
async function finish(all, seed, touched) {
    const { own, ask, sealing } = all;
    busy(say("It is opened."));
    const began = performance.now();
    const sealed = await all.sealed;
    if (sealed) await opened(() => sealing.open(sealed.half, seed), nothingRead);
    const given = await exchange(own, { signatures: touched?.signature ? [touched.signature] : [] }, entered());
    all.entered = true;
    if (ask.what === "draft") await showDraft(all, seed, given);
    else await showCopy(all, seed, given, sealed);
    busy("");
    main.dataset.openedInMs = String(Math.round(performance.now() - began));
}

async function showCopy(all, seed, given, sealed) {
    const { own, ask, order, sealing } = all;
    hold(typeof given.share === "string", "share");
    const archive = await opened(() => sealing.openCopy({ ...sealed, share: bytesOf(given.share) }, seed), entered);
    const copy = await opened(() => read(archive), entered);
    // What opened is what was asked for: the desk could have handed over another copy of the same person's.
    const handle = order ? order.subjects[0].handle : ask.handle;
    if (copy.person !== ask.person || copy.office !== ask.office || copy.handle !== handle) throw otherCopy();
    show(view(copy, { due: ask.due_at, fetchFile: fetcher(own, sealing) }), after(all, given.next, say("Back to the desk: resolution, fulfilment, return")), promise());
}

async function showDraft(all, seed, given) {
    const { own, ask, sealing } = all;
    hold(DIGEST.test(given.sealed), "sealed");
    const bytes = await fetchSealed(own, "draft");
    const container = await opened(() => sealing.open(bytes, seed), entered);
    const draft = await opened(() => readDraft(container), entered);
    show(draftView(draft, { name: ask.name, fetchFile: fetcher(own, sealing) }), after(all, given.next, say("Back to the desk: clear, object, release")));
}

const fetcher = (own, sealing) => async (file) => {
    const bytes = await fetchSealed(own, file.sealed_sha256);
    return opened(() => sealing.openSeparate(bytes, file), () => say("Nothing was saved."));
};

// Buttons beneath what was read: back to the desk, where what follows is ordered, or away with it from this screen.
function after({ own, ask }, next, words) {
    const close = el("button", { type: "button", class: "quiet" }, say("Close it"));
    close.addEventListener("click", () => {
        leave();
        show(
            el("h1", {}, say("Closed")),
            el("p", { class: "lead" }, say("It is gone from this screen. What you remember of it is not.")),
            el("p", { class: "do" }, backLink(own, ask)),
        );
    });
    return el("p", { class: "do after" }, el("a", { class: "quiet", href: next }, words), close);
}

const promise = () => el("aside", { class: "promise" },
    el("h2", {}, say("What closing it means")),
    el("p", {}, say("Once this copy is returned, or its date has come, it does not open again: the registry destroys the share that opens it.")),
    el("p", {}, say("Nobody can promise that what was on this screen was not kept: written down, photographed, or remembered. It is this copy that closes, not the text; file copies stay.")));

// Nothing of it stays in a page that a browser keeps to go back to.
function leave() {
    forget();
    main.replaceChildren();
}

async function attempt(all, act) {
    main.querySelectorAll("button").forEach((button) => (button.disabled = true));
    try {
        await act();
    } catch (error) {
        const again = el("button", { type: "button", "data-first": true }, say("Once more"));
        again.addEventListener("click", () => (error.again ? location.reload() : offer(all)));
        refuse(error, { ...all, kept: all.entered ? entered : nothingRead, more: all.entered ? [] : [again] });
    }
    busy("");
}

// What the opening of sealed bytes refuses, in three sentences.
async function opened(act, kept) {
    try {
        return await act();
    } catch (error) {
        if (error.name === "Unopened") throw new Refused(unopened(error.why), say("Tell the registry, and do not open it again before they have looked."), kept());
        if (error instanceof RangeError) throw new Refused(say("what opened is not a copy or a draft as this page knows them"), say("Tell the registry, and do not open it again before they have looked."), kept());
        throw error;
    }
}

function unopened(why) {
    if (why === "policy") return say("the sealed bytes are not sealed as a copy is");
    if (why === "other") return say("the copy is not sealed to your reading key");
    if (why === "halves") return say("the share that came does not belong to this copy");
    return say("the sealed bytes were altered");
}

const otherCopy = () => new Refused(say("what opened is another copy than was asked for"), say("Tell the registry: the desk handed over another copy."), entered());

async function fetchCopy(own, ask) {
    if (ask.what !== "copy") return null;
    const [content, half] = await Promise.all([fetchSealed(own, "content"), fetchSealed(own, "half")]);
    return { content, half };
}

const wrapOf = (all, credential) => all.wraps.find((wrap) => wrap.credential === credential);
