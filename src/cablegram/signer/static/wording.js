// What a draft says, as docs/spec/letter.md has it and wire/wording.py reads it: checked, and put into its document.
//
// The room holds a draft to these bounds when it is released, days later perhaps.  They are held here first, while
// whoever wrote it still sits before it.

import { LINE_MAX, digest, unclean, utf8 } from "./canonical.js";
import { MEMBER_SIZE_MAX } from "./container.js";

export const ABOUT_ANOTHER = ["recall", "query", "correction", "cancellation"];
export const WITH_WORDS = ["telegram", "correction"];
export const ATTACHMENT_SIZE_MAX = 48 << 20;
export const ATTACHMENTS_MAX = 16;

const KINDS = ["telegram", ...ABOUT_ANOTHER];
const PRECEDENCES = ["routine", "priority", "immediate", "flash"];
const UNITS = ["24-hour days", "calendar days"];
const COUNTED = ["received", "printed", "issued"];
const SHORT_MAX = 64;
const FEW_MAX = 16;
const ADDRESSEES_MAX = 64;
const OFFICES_MAX = 64;
const COPIES_MAX = 999;
const DAYS_MAX = 36_500;
const FILE_NAME_MAX = 100;
const PARAGRAPHS_MAX = 2000;
const PARAGRAPH_MAX = 20_000;
const SERIES = /^[A-ZА-Я]{1,4}$/u;
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$/;
const OFFICE = /^[a-z][a-z0-9-]{0,31}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]{0,62}\/[a-z0-9][a-z0-9.+-]{0,62}$/;

// What is wrong with a field: `field` is its name in the form, `why` one of the reasons that the page has words for.
export class Unfit extends Error {
    constructor(field, why, values = {}) {
        super(`${field}: ${why}`);
        this.name = "Unfit";
        Object.assign(this, { field, why, values });
    }
}

// The draft's document and its texts, of what was written; `attachments` and `keys` are those of its sealed files.
export async function write(said, attachments, keys) {
    const wordless = !WITH_WORDS.includes(said.kind);
    oneOf("kind", said.kind, KINDS);
    const texts = [...said.texts].sort((one, other) => (part(one.lang) < part(other.lang) ? -1 : 1));
    checkTexts(texts, wordless);
    const bodies = texts.map((one) => [part(one.lang), utf8(tidy(one.text))]);
    const document = {
        format: "cablegram/draft/v1",
        kind: said.kind,
        signatory: line("signatory", said.signatory, { empty: wordless }),
        on_behalf_of: line("on_behalf_of", said.on_behalf_of, { empty: true }),
        series: matching("series", said.series, SERIES),
        classification: {
            level: line("level", said.level, { most: SHORT_MAX }),
            policy: line("policy", said.policy, { most: SHORT_MAX, empty: true }),
            categories: few("categories", said.categories.map((one) => line("categories", one))),
        },
        caveats: few("caveats", said.caveats.map((one) => line("caveats", one))),
        precedence: {
            action: oneOf("precedence", said.precedence, PRECEDENCES),
            info: oneOf("info_precedence", said.info_precedence || said.precedence, PRECEDENCES),
        },
        return: term(said.return),
        addressees: addressees(said.addressees, wordless),
        copies: within("copies", said.copies, 0, COPIES_MAX),
        zone: said.zone,
        reply_to: about(said.kind, said.reply_to),
        fulfil_by: said.fulfil_by && matching("fulfil_by", said.fulfil_by, MOMENT),
        subject: line("subject", said.subject, { empty: true }),
        label: line("label", said.label, { most: SHORT_MAX, empty: true }),
        parts: await Promise.all(texts.map((one, at) => partOf(one, bodies[at][1]))),
        attachments,
        to: few("to", said.to.map((one) => matching("to", one, OFFICE)), { least: 1, most: OFFICES_MAX }),
        keys,
    };
    return { document, bodies };
}

// A file's name and type as a letter may have them; the type that a browser guesses is often none.
export function checkFile(file) {
    const name = line("files", file.name.normalize("NFC"), { most: FILE_NAME_MAX });
    if (/^\.|[/\\]/.test(name)) throw new Unfit("files", "name", { name });
    if (file.size > ATTACHMENT_SIZE_MAX) throw new Unfit("files", "large", { name, most: ATTACHMENT_SIZE_MAX >> 20 });
    const type = file.type.split(";")[0].trim().toLowerCase();
    return { name, media_type: MEDIA_TYPE.test(type) ? type : "application/octet-stream" };
}

// The moment of a local date and time in a zone: "1951-07-15T21:00" in Europe/Moscow.
export function momentIn(zone, local) {
    const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/.exec(local);
    if (!found) throw new Unfit("fulfil_by", "moment");
    const wall = Date.parse(`${local}:00Z`);
    if (Number.isNaN(wall)) throw new Unfit("fulfil_by", "moment");
    const fits = new Set();
    for (let quarter = -60; quarter <= 60; quarter += 1) {
        const at = wall - quarter * 900_000;
        if (shown(zone, at) === local) fits.add(at);
    }
    // The night the clocks change has an hour twice, or none.
    if (fits.size !== 1) throw new Unfit("fulfil_by", "twice or never");
    return new Date([...fits][0]).toISOString().replace(".000Z", "Z");
}

// Line ends as they are kept, one form of each letter, nothing after the last word.
export const tidy = (text) => text.replace(/\r\n?/g, "\n").normalize("NFC").replace(/\s+$/, "") + "\n";

function checkTexts(texts, wordless) {
    if (texts.length === 0 && !wordless) throw new Unfit("texts", "none");
    if (texts.length > FEW_MAX) throw new Unfit("texts", "many", { most: FEW_MAX });
    texts.forEach(({ lang, text }, at) => {
        matching("texts", lang, LANGUAGE, "language");
        if (at && texts[at - 1].lang === lang) throw new Unfit("texts", "twice", { name: lang });
        checkWords(tidy(text), lang);
    });
    if (texts.length && texts.every(({ role }) => role === "translation")) throw new Unfit("texts", "no original");
}

function checkWords(words, lang) {
    const bad = unclean(words);
    if (bad) throw new Unfit("texts", "unclean", { name: lang, bad });
    if (utf8(words).length > MEMBER_SIZE_MAX) throw new Unfit("texts", "large", { name: lang, most: 4 });
    const blocks = words.split("\n\n").map((block) => block.trim());
    if (blocks[0].startsWith("# ")) blocks.shift();
    const paragraphs = blocks.filter(Boolean);
    if (paragraphs.length === 0) throw new Unfit("texts", "empty", { name: lang });
    if (paragraphs.length > PARAGRAPHS_MAX || paragraphs.some((one) => [...one].length > PARAGRAPH_MAX)) {
        throw new Unfit("texts", "paragraphs", { name: lang, many: PARAGRAPHS_MAX, most: PARAGRAPH_MAX });
    }
}

async function partOf({ lang, role }, body) {
    const about = { name: part(lang), role, lang, media_type: "text/markdown" };
    return { ...about, size: body.length, sha256: await digest(body) };
}

function term(given) {
    if (!given) return {};
    return {
        count: within("return_days", given.count, 1, DAYS_MAX),
        unit: oneOf("return_unit", given.unit, UNITS),
        counted: oneOf("return_counted", given.counted, COUNTED),
        to: line("return_to", given.to),
    };
}

function addressees(given, wordless) {
    const written = given.map(({ name, role }) => ({
        name: line("addressees", name),
        role: oneOf("addressees", role, ["action", "info"]),
    }));
    few("addressees", written.map(({ name }) => name), { least: wordless ? 0 : 1, most: ADDRESSEES_MAX });
    return written;
}

function about(kind, letter) {
    if (!letter && ABOUT_ANOTHER.includes(kind)) throw new Unfit("reply_to", "empty");
    return letter && matching("reply_to", letter, DIGEST);
}

function line(field, given, { most = LINE_MAX, empty = false } = {}) {
    const said = given.normalize("NFC").trim();
    if (!said && !empty) throw new Unfit(field, "empty");
    const bad = said.includes("\n") ? "U+000A" : unclean(said);
    if (bad) throw new Unfit(field, "unclean", { name: said.slice(0, 40), bad });
    if ([...said].length > most) throw new Unfit(field, "long", { most });
    return said;
}

function few(field, given, { least = 0, most = FEW_MAX } = {}) {
    if (given.length < least) throw new Unfit(field, "none");
    if (given.length > most) throw new Unfit(field, "many", { most });
    const twice = given.find((one, at) => given.indexOf(one) !== at);
    if (twice !== undefined) throw new Unfit(field, "twice", { name: twice });
    return given;
}

function within(field, given, least, most) {
    if (!Number.isInteger(given) || given < least || given > most) throw new Unfit(field, "bounds", { least, most });
    return given;
}

function oneOf(field, given, choices) {
    if (!choices.includes(given)) throw new Unfit(field, "choice");
    return given;
}

function matching(field, given, pattern, why = "choice") {
    if (!pattern.test(given)) throw new Unfit(field, why, { name: String(given).slice(0, 40) });
    return given;
}

const part = (lang) => `body.${lang}.md`;

function shown(zone, at) {
    const how = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" };
    const parts = new Intl.DateTimeFormat("en", { ...how, hour: "2-digit", minute: "2-digit" }).formatToParts(at);
    const by = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    return `${by.year.padStart(4, "0")}-${by.month}-${by.day}T${by.hour}:${by.minute}`;
}
