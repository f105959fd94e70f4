// What a sealed copy has in it (docs/spec/reading.md, "What is sealed"), read strictly: `read` gives it whole or throws.

import { decode, text, unclean } from "./canonical.js";
import { unpack } from "./container.js";

export const ARCHIVE_MAX = 64 << 20;

const FORMAT = "cablegram/screen/v1";
const SHEETS_MAX = 9999;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const PNG = [137, 80, 78, 71, 13, 10, 26, 10];
const HAS = {
    format: "text", office: "text", handle: "text", cable: "number", copy: "number", made: "number", name: "text",
    person: "text", printed_at: "text", level: "text", sheets: "number", parts: "list", attachments: "list",
};
const HAS_PART = { name: "text", lang: "text", role: "text" };
const HAS_FILE = {
    name: "text", media_type: "text", size: "number", sha256: "text", sealed_sha256: "text", sealed_size: "number",
    seed: "text", shown: "text",
};

// The copy's document, its sheets as pictures, the same as one PDF, its texts, and what attachments look like.
export function read(archive) {
    const members = unpack(archive, ARCHIVE_MAX);
    const document = decode(members.get("copy.json") ?? refuse("no copy.json"));
    check(document, HAS);
    if (document.format !== FORMAT) refuse("another format");
    if (document.sheets < 1 || document.sheets > SHEETS_MAX) refuse("sheets");
    document.parts.forEach((part) => check(part, HAS_PART));
    document.attachments.forEach((file) => checkFile(file));
    const sheets = Array.from({ length: document.sheets }, (_, at) => `sheet-${String(at + 1).padStart(4, "0")}.png`);
    const shown = document.attachments.map((file) => file.shown).filter(Boolean);
    const bodies = document.parts.map((part) => part.name).sort();
    // Which members there are, and their order, follows from the document: nothing else can lie in a copy.
    const expected = ["copy.json", ...sheets, "sheets.pdf", ...bodies, ...shown];
    if ([...members.keys()].join("\n") !== expected.join("\n")) refuse("other members");
    [...sheets, ...shown].forEach((name) => checkPicture(members.get(name)));
    return {
        ...document,
        pictures: sheets.map((name) => members.get(name)),
        pdf: members.get("sheets.pdf"),
        texts: document.parts.map((part) => ({ ...part, text: text(members.get(part.name)) })),
        look: new Map(shown.map((name) => [name, members.get(name)])),
    };
}

function checkFile(file) {
    check(file, HAS_FILE);
    if (!DIGEST.test(file.sha256) || !DIGEST.test(file.sealed_sha256)) refuse("a digest");
    if (file.shown && !/^attachment-\d{2}\.png$/.test(file.shown)) refuse("a picture's name");
    if (/^\.|[/\\]/.test(file.name)) refuse("a file's name");
}

function check(value, has) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) refuse("not an object");
    const names = Object.keys(has);
    if (Object.keys(value).length !== names.length) refuse("other fields");
    for (const name of names) {
        const kind = Array.isArray(value[name]) ? "list" : { string: "text", number: "number" }[typeof value[name]];
        if (kind !== has[name]) refuse(name);
        if (kind === "text" && unclean(value[name])) refuse(name);
    }
}

// A picture is a PNG and never anything that a browser would take for more than that.
function checkPicture(bytes) {
    if (!PNG.every((byte, at) => bytes[at] === byte)) refuse("a picture");
}

function refuse(what) {
    throw new RangeError(`not a sealed copy: ${what}`);
}
