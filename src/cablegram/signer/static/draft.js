// A draft as whoever clears or releases it reads it: all that its letter will say, and its texts and files.

import { decode, text } from "./canonical.js";
import { unpack } from "./container.js";
import { hand, paragraphs, size } from "./copy.js";
import { el, moment, number, pair } from "./page.js";
import { say, word } from "./say.js";

const BODY = /^body\.[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?\.md$/;
const DRAFT_MAX = 16 << 20;

// The draft in a container: its document, its texts, its files with their keys; throws RangeError where it is none.
export function readDraft(container) {
    const members = unpack(container, DRAFT_MAX);
    const said = decode(members.get("draft.json") ?? refuse("no draft.json"));
    if (said.format !== "cablegram/draft/v1") refuse("another format");
    const names = said.parts.map((part) => part.name);
    if (["draft.json", ...names].join("\n") !== [...members.keys()].join("\n")) refuse("other members");
    if (!names.every((name) => BODY.test(name))) refuse("a text's name");
    const keys = new Map(said.keys.map(({ name, seed }) => [name, seed]));
    const attachments = said.attachments.map((file) => ({ ...file, seed: keys.get(file.name) ?? refuse("a file's key") }));
    const texts = said.parts.map((part) => ({ ...part, text: text(members.get(part.name)) }));
    return { ...said, attachments, texts };
}

export function draftView(draft, { name, fetchFile }) {
    const { classification, precedence } = draft;
    const level = [classification.level, ...classification.categories].join(", ");
    const of = (role) => draft.addressees.filter((one) => one.role === role).map((one) => one.name).join("; ");
    const rows = [
        [say("Level"), level], [say("Policy"), classification.policy], [say("Caveats"), draft.caveats.join("; ")],
        [say("Precedence"), precedenceWords(precedence)], [say("To"), draft.to.join(", ")],
        [say("To act"), of("action")], [say("To be told"), of("info")],
        [say("Signatory"), draft.signatory], [say("On behalf of"), draft.on_behalf_of], [say("Series"), draft.series],
        [say("Copies asked for"), draft.copies ? number(draft.copies) : ""], [say("Copies go back"), term(draft.return)],
        [say("To be fulfilled by"), draft.fulfil_by && moment(draft.fulfil_by)], [say("About the letter"), draft.reply_to],
        [say("Subject"), draft.subject], [say("Label"), draft.label],
    ];
    return el("article", { class: "copy draft" },
        el("header", { class: "copy-head" }, el("h1", {}, name), el("p", { class: "level" }, level)),
        el("dl", { class: "facts" }, ...rows.filter(([, value]) => value).map(([key, value]) => pair(key, value))),
        ...draft.texts.map((one) => el("section", { class: "text", lang: one.lang },
            el("p", { class: "marks" }, el("span", { class: "level" }, level), el("span", {}, one.role === "original" ? say("original") : say("translation")), el("span", {}, one.lang)),
            ...paragraphs(one.text))),
        files(draft, fetchFile));
}

function files(draft, fetchFile) {
    if (draft.attachments.length === 0) return null;
    const rows = draft.attachments.map((file) => {
        const told = el("span", { class: "told", role: "status" });
        const button = el("button", { type: "button", class: "quiet" }, say("Fetch and save"));
        button.addEventListener("click", () => hand(file, fetchFile, button, told));
        return el("li", {}, el("span", { class: "file" }, file.name), " ", el("span", { class: "size" }, size(file.size)), " ", button, told);
    });
    return el("section", { class: "files" }, el("h2", {}, say("Files")), el("ul", {}, ...rows));
}

export const precedenceWords = ({ action, info }) =>
    action === info ? word(action, "Precedence") : `${word(action, "Precedence")} / ${word(info, "Precedence")}`;

function term(given) {
    if (given.count === undefined) return "";
    const values = { count: number(given.count), unit: word(given.unit, "Unit"), counted: word(given.counted, "Counted"), to: given.to };
    return say("to {to} after {count} {unit}, counted from: {counted}", values);
}

function refuse(what) {
    throw new RangeError(`not a draft: ${what}`);
}
