// What every page of the signer is made of: its frame, its elements, and a refusal in three sentences.
//
// Text enters a page as text alone: no page here has any way to make markup out of what it was told.

import { Refused, at, config, fetchAsk } from "./ask.js";
import { say, speak, spoken } from "./say.js";

export const main = document.querySelector("main");

let zone = "UTC";

// Fetch whose signer this is and what is asked, then let the page run; whatever it throws is told in three sentences.
// `kept` says what holds where nothing else is said, as a function: by then the language may be another.
export async function begin(kind, run, kept = nothingSigned) {
    let own = null;
    let ask = null;
    // Another question for the same page is another page.
    addEventListener("hashchange", () => location.reload());
    try {
        own = await config();
        zone = own.zone;
        await speak(own.language);
        frame(own);
        ask = await fetchAsk(own, kind);
        if (ask.language !== own.language) await speak(ask.language);
        frame(own, ask);
        await run({ own, ask });
    } catch (error) {
        refuse(error, { own, ask, kept });
    }
}

// An element: attributes by name, `class` among them; children are elements or text; null is left out.
export function el(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
        else if (value === true) made.setAttribute(key, "");
        else if (value !== false && value !== null) made.setAttribute(key, value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return made;
}

// Show these instead of what stood there, and put the focus on the first that asks for it, else on the heading.
export function show(...children) {
    main.replaceChildren(...children.flat().filter(Boolean));
    main.removeAttribute("aria-busy");
    const first = main.querySelector("[data-first]") ?? main.querySelector("h1");
    if (first?.tagName === "H1") first.tabIndex = -1;
    first?.focus({ preventScroll: true });
    document.title = `${main.querySelector("h1")?.textContent ?? ""} \u00b7 ${location.hostname}`;
}

// A refusal: what it is, what to do, what was kept; the desk's own is marked as the desk's.
export function refuse(error, { own = null, ask = null, kept = nothingSigned, more = [] } = {}) {
    const known = error instanceof Refused ? error : broken(error);
    show(
        el("section", { class: "refusal", role: "alert" },
            el("p", { class: "mark" }, known.desk ? say("Refused, says the desk") : say("Refused")),
            el("h1", {}, sentenced(known.message)),
            el("dl", { class: "three" }, pair(say("What to do"), known.hint), pair(say("What was kept"), known.kept || kept())),
            el("p", { class: "do" }, ...more, backLink(own, ask)),
        ),
    );
}

// The link to where the person came from; none where no desk is known.
export function backLink(own, ask, text = say("Back to the desk")) {
    if (!own) return null;
    let href = own.desk;
    try {
        href = at(own, ask?.back ?? "/");
    } catch {
        // A desk that names another place gets its own front page.
    }
    return el("a", { class: "quiet", href }, text);
}

export const pair = (name, ...value) => el("div", {}, el("dt", {}, name), el("dd", {}, ...value));

// A line that is read out while something is done; empty when it is over.
export function busy(text = "") {
    document.querySelector("#busy").textContent = text;
    main.toggleAttribute("aria-busy", text !== "");
}

// A kept moment in the office's zone, with its distance from UTC.
export function moment(text) {
    const at = new Date(text);
    if (Number.isNaN(at.getTime())) return text;
    const how = { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" };
    if (at.getUTCSeconds()) how.second = "2-digit";
    const spelled = { ...how, hourCycle: "h23", timeZone: zone, timeZoneName: "shortOffset" };
    return new Intl.DateTimeFormat(locale(), spelled).format(at);
}

export const number = (value) => value.toLocaleString(locale());

// English days are written as the rest of the house writes them: the day first.
const locale = () => (spoken() === "en" ? "en-GB" : spoken());

function frame(own, ask = null) {
    document.querySelector("#office").textContent = own.office;
    document.querySelector("#role").textContent = say("signer");
    document.querySelector("#person").textContent = ask?.person ?? "";
    document.querySelector("#host").textContent = location.host;
    document.querySelector("#about").textContent = say("This page is not the desk's. It stands under a host name of its own, and signs nothing that it cannot read.");
}

function broken(error) {
    console.error(error);
    return new Refused(
        say("the page came to an end that it does not know ({what})", { what: String(error?.name ?? error) }),
        say("Go back to the desk and begin again; if it stays so, tell the office."),
    );
}

const nothingSigned = () => say("Nothing was signed.");

const sentenced = (text) => text.slice(0, 1).toUpperCase() + text.slice(1) + (/[.?!\u3002]$/.test(text) ? "" : ".");
