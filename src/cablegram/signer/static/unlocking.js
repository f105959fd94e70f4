// Getting at the person's identity: with a touch of a passkey that has a wrap of it, or from the recovery sheet.
//
// The same touch signs an order where there is one.  The identity is had, and held to the recipient that is enrolled,
// before any signature leaves the page: an order to read is not entered for somebody who then cannot read.

import { Refused, hold } from "./ask.js";
import { base64url, bytesOf } from "./canonical.js";
import { el, pair, show } from "./page.js";
import { assert, sign } from "./passkey.js";
import { say } from "./say.js";

const CREDENTIAL = /^[A-Za-z0-9_-]{1,1400}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const WRAPS_MAX = 16;
const WRAP_MAX = 4096;
const REST_MS = 400;

// The modules that stand on the bundle of others' code; an office that was set up without it says so.
export async function bundled(...names) {
    try {
        return await Promise.all(names.map((name) => import(`./${name}`)));
    } catch (error) {
        console.error(error);
        throw new Refused(
            say("this signer was set up without what seals and opens in a browser"),
            say("Ask whoever looks after the office's machines for `make bundle`; the command line reads and writes meanwhile."),
        );
    }
}

// A button that does nothing for a moment: a key that was still held down at the desk presses nothing here.
export function rested(button) {
    button.disabled = true;
    setTimeout(() => {
        button.disabled = false;
        if (document.activeElement === document.body || document.activeElement?.tagName === "H1") button.focus();
    }, REST_MS);
    return button;
}

// The wraps of an ask, held to their bounds.
export function readWraps(ask) {
    hold(typeof ask.recipient === "string" && (ask.recipient === "" || DIGEST.test(ask.recipient)), "recipient");
    hold(Array.isArray(ask.wraps) && ask.wraps.length <= WRAPS_MAX, "wraps");
    return ask.wraps.map(({ credential, sealed }) => {
        hold(typeof credential === "string" && CREDENTIAL.test(credential), "wraps");
        hold(typeof sealed === "string" && sealed.length <= WRAP_MAX, "wraps");
        return { credential, sealed: bytesOf(sealed) };
    });
}

// One touch: {signature, prf, credential}.  With a message, of one of the passkeys of its key; without, of any that
// has a wrap.  `prf` is null where the authenticator gave none.
export async function touch(identity, { namespace, message, passkeys, wraps }) {
    const extensions = identity.extensions();
    if (message) {
        const { signature, credential } = await sign(namespace, message, passkeys, extensions);
        return { signature, prf: identity.prfOf(credential), credential: idOf(credential) };
    }
    const credential = await assert(wraps.map((wrap) => wrap.credential), extensions);
    return { signature: null, prf: identity.prfOf(credential), credential: idOf(credential) };
}

// The identity in the wrap of that passkey; null where it has none, or gave no secret to open it with.
export async function unwrapped(identity, ask, wraps, { prf, credential }) {
    const wrap = wraps.find((one) => one.credential === credential);
    if (!wrap || !prf) return null;
    try {
        return await identity.unwrap(wrap.sealed, prf, ask.office, ask.person, ask.recipient);
    } catch (error) {
        if (error.name !== "Unopened") throw error;
        throw error.why === "another" ? otherIdentity() : badWrap();
    }
}

const otherIdentity = () => new Refused(say("the passkey opens another identity than the one that is enrolled for you"), say("Make a new reading key at the desk, and tell the chief."));

const badWrap = () => new Refused(say("what the desk keeps for this passkey does not open with it"), say("Type the recovery sheet instead, then give the reading key to this passkey anew."));

// Ask for the recovery sheet and give the identity on it.  `why` says what led here.
export function bySheet({ sheet, identity }, ask, why, buttons = []) {
    return new Promise((resolve) => {
        const { form, fields, told } = sheetForm(sheet, ask);
        form.addEventListener("submit", async (event) => {
            event.preventDefault();
            try {
                const seed = sheet.read(fields.map((field) => field.value), ask.office, ask.person);
                await identity.hold(seed, ask.recipient);
                resolve(seed);
            } catch (error) {
                if (error.name !== "Unopened" && !error.line) throw error;
                const bad = fields[(error.line ?? 1) - 1];
                told.textContent = error.line ? wrongLine(error.line) : say("This sheet is of another reading key of yours. Take the newest one.");
                fields.forEach((field) => field.removeAttribute("aria-invalid"));
                if (error.line) bad.setAttribute("aria-invalid", "true");
                bad.focus();
            }
        });
        show(
            el("h1", {}, say("Type the recovery sheet")),
            el("p", { class: "lead" }, why),
            form,
            el("p", { class: "do" }, ...buttons),
        );
    });
}

export const wrongLine = (line) => say("Line {line} is not as it stands on the sheet. Look at each character; the last two tell when one is wrong.", { line });

// Four fields for the lines of a sheet; each says at once whether it is what was printed.
function sheetForm(sheet, ask) {
    const told = el("p", { class: "told", role: "status" });
    const fields = Array.from({ length: sheet.LINES }, (_, place) => {
        const input = el("input", {
            id: `line-${place + 1}`, class: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
            maxlength: "40", required: true, "data-first": place === 0,
        });
        input.addEventListener("input", () => {
            const right = sheet.readLine(input.value, place, ask.office, ask.person) !== null;
            input.classList.toggle("right", right);
            input.removeAttribute("aria-invalid");
        });
        return input;
    });
    const rows = fields.map((input, place) => pair(el("label", { for: input.id }, say("Line {line}", { line: place + 1 })), input));
    const form = el("form", { class: "sheet-form", autocomplete: "off" },
        el("dl", { class: "fields" }, ...rows), told, el("p", { class: "do" }, el("button", { class: "sign" }, say("Use this sheet"))));
    return { form, fields, told };
}

const idOf = (credential) => base64url(new Uint8Array(credential.rawId));
