// Writing a telegram: typed, sealed and signed in this page; the desk is sent sealed bytes and an order that names them.

import { Refused, exchange, fetchAsk, hold, laySealed } from "./ask.js";
import { keyOf, labelsOf, ordersOf, passkeysOf } from "./asked.js";
import { base64url, bytesOf, decode, encode } from "./canonical.js";
import { draftKey } from "./card.js";
import { size } from "./copy.js";
import { called, telegramForm } from "./form.js";
import { NAMESPACE } from "./order.js";
import { backLink, begin, busy, el, main, pair, refuse, show } from "./page.js";
import { sign } from "./passkey.js";
import { say } from "./say.js";
import { tell } from "./telling.js";
import { bundled, rested } from "./unlocking.js";
import { ABOUT_ANOTHER } from "./wording.js";

const LETTERS = ["telegram", ...ABOUT_ANOTHER];
const LIST_MAX = 1024;
const TEXT_MAX = 200;

const nothingSent = () => say("Nothing was sent; what you wrote is still on the page.");

begin("seal", run, nothingSent);

async function run({ own, ask }) {
    holdChoices(ask);
    await passkeysOf(ask);
    const [drafting, sealing] = await bundled("drafting.js", "sealing.js");
    const telegram = telegramForm(ask, own.zone);
    const all = { own, ask, drafting, sealing, telegram, sent: false };
    // A browser asks before it throws away what was typed; what was sealed and sent is not typed any more.
    window.addEventListener("beforeunload", (event) => {
        if (telegram.changed() && !all.sent) event.preventDefault();
    });
    telegram.form.addEventListener("submit", (event) => {
        event.preventDefault();
        attempt(all, () => sealed(all));
    });
    telegram.form.append(el("p", { class: "do" }, el("button", { class: "sign" }, say("Seal it")), backLink(own, ask)));
    write(all);
}

function holdChoices(ask) {
    const isText = (one) => typeof one === "string" && one.length <= TEXT_MAX;
    const isList = (list, fits) => Array.isArray(list) && list.length <= LIST_MAX && list.every(fits);
    hold(LETTERS.includes(ask.letter), "letter");
    hold(isList(ask.offices, (one) => isText(one?.id) && isText(one?.name)), "offices");
    hold(isList(ask.series, isText) && isList(ask.levels, isText) && ask.levels.length > 0, "choices");
    hold([ask.current_series, ask.policy, ask.about, ask.reply_to].every(isText), "choices");
    hold(typeof ask.draft_key === "string" && Array.isArray(ask.orders) && ask.orders.length === 1, "orders");
}

// The form as it was left, and above it what did not fit.
function write(all, error = null) {
    const { ask, telegram } = all;
    const title = { telegram: say("Write a telegram"), recall: say("Recall {number}", { number: ask.about }), query: say("Query {number}", { number: ask.about }),
        correction: say("Correct {number}", { number: ask.about }), cancellation: say("Cancel {number}", { number: ask.about }) };
    main.classList.add("wide");
    show(el("h1", {}, title[ask.letter]), error ? unfit(error) : el("p", { class: "lead" }, seen()), telegram.form);
    if (error?.field) telegram.field(error.field)?.focus();
}

const seen = () => say("It is sealed on this page to your own room. The desk will see its series, its level, the offices it goes to, how long it is and who drafted it; no text, no subject, no name of an addressee.");

// It is put together, sealed and handed over; then the order that records it is shown.
async function sealed(all) {
    const { own, telegram, drafting, sealing } = all;
    busy(say("It is sealed."));
    const said = telegram.said();
    const fresh = await fetchAsk(own, "seal");
    const blank = decode(bytesOf(fresh.orders[0]));
    const key = await draftKey(own, sealing, blank.signed_at);
    if (key !== fresh.draft_key) throw otherKey();
    const made = await drafting.make(said, telegram.files(), key);
    const handed = [...made.files, made.sealed];
    for (const [at, bytes] of handed.entries()) {
        busy(say("Sealed file {nth} of {count} goes to the desk", { nth: at + 1, count: handed.length }));
        await lay(all, bytes);
    }
    const facts = { draft: made.digest, level: said.level, series: said.series, to: said.to.join(" ") };
    hold(blank?.act === "draft" && Object.keys(blank.facts).join() === Object.keys(facts).sort().join(), "orders");
    const body = encode({ ...blank, facts });
    await offer(all, { ...made, body, ask: fresh });
}

// The desk says under which digest it keeps what it was given: it is the one that was sealed here, or nothing goes on.
async function lay({ own, drafting }, bytes) {
    if ((await laySealed(own, bytes)) !== (await drafting.digest(bytes))) throw otherBytes();
}

async function offer(all, made) {
    const { own } = all;
    const { ask } = made;
    const passkeys = await passkeysOf(ask);
    const [order] = await ordersOf({ ...ask, orders: [base64url(made.body)] }, passkeys);
    const signers = keyOf(order, passkeys);
    const told = await tell(order, { labels: labelsOf(ask), key: signers[0].key, nth: 1, count: 1 });
    const press = el("button", { type: "button", class: "sign", "data-first": true }, say("Sign with the passkey"));
    press.addEventListener("click", () => attempt({ ...all, step: () => offer(all, made) }, () => signed(all, made, order, signers)));
    const back = el("button", { type: "button", class: "quiet" }, say("Go on writing"));
    back.addEventListener("click", () => write(all));
    main.classList.remove("wide");
    show(
        el("h1", {}, say("The draft is sealed")),
        el("p", { class: "lead" }, say("Only your room can open it. The order below records that you drafted it; nothing of it goes to another office before it is cleared and released.")),
        told,
        el("h3", {}, say("What was handed to the desk")),
        el("dl", { class: "facts" },
            pair(say("Sealed draft"), `${size(made.sealed.length)}, `, el("code", { class: "long" }, made.digest)),
            made.files.length ? pair(say("Sealed files"), made.files.map((bytes) => size(bytes.length)).join(", ")) : null),
        el("p", { class: "do" }, rested(press), back, backLink(own, ask, say("Leave it unrecorded"))),
    );
}

async function signed(all, made, order, signers) {
    const { own } = all;
    busy(say("Follow your browser: it asks for your fingerprint, face or PIN."));
    const { signature } = await sign(NAMESPACE, order.bytes, signers);
    busy(say("Signed. The desk carries it out."));
    const given = await exchange(own, { orders: [base64url(made.body)], signatures: [signature] }, say("Look at the desk whether the draft is recorded."));
    all.sent = true;
    busy("");
    location.replace(given.next);
}

async function attempt(all, act) {
    const buttons = [...main.querySelectorAll("button")];
    buttons.forEach((button) => (button.disabled = true));
    try {
        await act();
    } catch (error) {
        if (error.name === "Unfit" || !all.step) write(all, error);
        else failed(all, error);
    }
    buttons.forEach((button) => (button.disabled = false));
    busy("");
}

// What was typed stays: a refusal leads back to signing, or to the form.
function failed(all, error) {
    const again = el("button", { type: "button", class: "sign", "data-first": true }, say("Once more"));
    again.addEventListener("click", () => (error.again ? attempt({ ...all, step: null }, () => sealed(all)) : all.step()));
    const back = el("button", { type: "button", class: "quiet" }, say("Go on writing"));
    back.addEventListener("click", () => write(all));
    refuse(error, { own: all.own, ask: all.ask, kept: nothingSent, more: [again, back] });
}

function unfit(error) {
    const told = error.name === "Unfit" ? { message: why(error), hint: "" } : error;
    if (error.name !== "Unfit" && !(error instanceof Refused)) {
        console.error(error);
        told.message = say("the page came to an end that it does not know ({what})", { what: String(error.name) });
    }
    return el("section", { class: "refusal", role: "alert" },
        el("p", {}, el("b", {}, told.message)), told.hint ? el("p", {}, told.hint) : null, el("p", { class: "soft" }, nothingSent()));
}

function why({ field, why: fault, values }) {
    const named = called()[field] ?? field;
    const said = {
        empty: () => say("{field} is empty.", { field: named }),
        none: () => say("{field} is missing: give at least one.", { field: named }),
        long: () => say("{field} is longer than {most} characters.", { field: named, ...values }),
        many: () => say("{field} has more than {most} entries.", { field: named, ...values }),
        twice: () => say("{field} names {name} twice.", { field: named, ...values }),
        unclean: () => say("{field} has a character that cannot be seen or that turns the writing about ({bad}).", { field: named, ...values }),
        bounds: () => say("{field} must be a whole number from {least} to {most}.", { field: named, ...values }),
        large: () => say("{name} is larger than {most} MiB.", values),
        together: () => say("The texts together are larger than {most} MiB.", values),
        paragraphs: () => say("The text in {name} has over {many} paragraphs, or one over {most} letters: divide it with empty lines.", values),
        name: () => say("{name} is not a plain file name: rename the file.", values),
        language: () => say("{name} is not a language as letters name it.", values),
        "no original": () => say("One text must be the original."),
        moment: () => say("{field} is not a date and a time.", { field: named }),
        "twice or never": () => say("The clocks show that time twice or never on that day: choose another hour."),
        choice: () => say("{field} is none of those that may stand there.", { field: named }),
    };
    return (said[fault] ?? said.choice)();
}

const otherKey = () => new Refused(
    say("the desk names another key for drafts than the office's card"),
    say("Seal nothing, and tell the chief: the desk may be in other hands."),
    nothingSent());

const otherBytes = () => new Refused(say("the desk kept something else than was sealed here"), say("Tell whoever looks after the desk; sign nothing."), nothingSent());
