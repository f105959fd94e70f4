// A copy on the screen: its sheets as they would be printed, its words, its files; and nothing of it elsewhere.
//
// Pictures come out of the sealed bytes as PNG and are shown as such; every other file is handed over as it is, to be
// kept or looked at elsewhere, and is never opened in this origin.

import { el, moment, number } from "./page.js";
import { say } from "./say.js";

const OPAQUE = "application/octet-stream";
const held = new Set();

// The view of a copy that was read; `fetchFile(file)` gives an attachment's opened bytes.
export function view(copy, { due, fetchFile }) {
    const name = say("Copy {name}", { name: copy.name });
    const marked = (sheet) => el("p", { class: "marks" },
        el("span", { class: "level" }, copy.level),
        el("span", {}, name),
        el("span", {}, say("sheet {sheet} of {sheets}", { sheet: number(sheet), sheets: number(copy.sheets) })));
    const sheets = copy.pictures.map((picture, at) =>
        el("figure", { class: "sheet", id: `sheet-${at + 1}` },
            marked(at + 1),
            el("img", { src: url(picture, "image/png"), alt: say("Sheet {sheet} of copy {name}; its words stand below as text", { sheet: number(at + 1), name: copy.name }) }),
            marked(at + 1)));
    return el("article", { class: "copy" },
        el("header", { class: "copy-head" },
            el("h1", {}, name),
            el("p", { class: "level" }, copy.level),
            el("p", { class: "to" }, say("for {person} alone", { person: copy.person })),
            due && el("p", { class: "due" }, say("It opens until {moment}.", { moment: moment(due) }))),
        el("section", { class: "sheets", "aria-label": say("Sheets") }, ...sheets),
        words(copy, name),
        files(copy, fetchFile));
}

// The same words as text, for readers of screens and for whoever wants them larger.
function words(copy, name) {
    const texts = copy.texts.map((one) =>
        el("section", { lang: one.lang, class: "text" },
            el("p", { class: "marks" }, el("span", { class: "level" }, copy.level), el("span", {}, name)),
            ...paragraphs(one.text)));
    return el("details", { class: "as-text" }, el("summary", {}, say("The same words as text")), ...texts);
}

// Text as the sheets have it: a heading, then paragraphs between empty lines.
export function paragraphs(text) {
    const blocks = text.split("\n\n").map((block) => block.trim()).filter(Boolean);
    return blocks.map((block, at) => {
        if (at === 0 && block.startsWith("# ")) return el("h2", {}, block.slice(2));
        return el("p", {}, ...block.split("\n").flatMap((line, n) => (n ? [el("br"), line] : [line])));
    });
}

function files(copy, fetchFile) {
    if (copy.attachments.length === 0) return null;
    const rows = copy.attachments.map((file) => {
        const told = el("span", { class: "told", role: "status" });
        const button = el("button", { type: "button", class: "quiet" }, say("Fetch and save"));
        button.addEventListener("click", () => hand(file, fetchFile, button, told));
        return el("li", {},
            el("p", {}, el("span", { class: "file" }, file.name), " ", el("span", { class: "size" }, size(file.size)), " ", button, told),
            look(copy, file));
    });
    return el("section", { class: "files" }, el("h2", {}, say("Files")), el("p", { class: "hint" }, say("A file is saved as it came and is not opened here. Once saved it lies on your machine, and no return takes it back.")), el("ul", {}, ...rows));
}

// What a file looks like, under the marks of every sheet; or that its picture is not here, where the sender calls it one.
function look(copy, file) {
    const picture = copy.look.get(file.shown);
    if (!picture) return file.media_type.startsWith("image/") ? el("p", { class: "hint" }, say("The room drew no picture of this file. Save it to look at it elsewhere.")) : null;
    return el("figure", { class: "look" },
        el("p", { class: "marks" }, el("span", { class: "level" }, copy.level), el("span", {}, say("Copy {name}", { name: copy.name }))),
        el("img", { src: url(picture, "image/png"), alt: say("What {name} shows, drawn anew by the room", { name: file.name }) }),
        el("figcaption", { class: "hint" }, say("Drawn anew by the room, and smaller where the file is large. The file itself is as it came.")));
}

// Give a file to whoever opened the copy: opaque bytes under its name, as a download.
export async function hand(file, fetchFile, button, told) {
    button.disabled = true;
    told.textContent = say("It is fetched and opened.");
    try {
        const link = el("a", { href: url(await fetchFile(file), OPAQUE), download: file.name });
        link.click();
        told.textContent = say("Handed to your browser.");
    } catch (error) {
        told.textContent = error.hint ? error.message : say("It could not be fetched.");
    }
    button.disabled = false;
}

// Take every picture and file of the copy out of the browser's memory.
export function forget() {
    held.forEach((made) => URL.revokeObjectURL(made));
    held.clear();
}

// A file's length as people say it.
export function size(bytes) {
    const kilo = Math.max(1, Math.round(bytes / 1024));
    return kilo < 1024 ? `${number(kilo)} KiB` : `${number(Math.round(kilo / 102.4) / 10)} MiB`;
}

function url(bytes, type) {
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    held.add(made);
    return made;
}
