// The telegram form: what is typed into it stays in it, whatever fails, until the page is left.

import { size } from "./copy.js";
import { el, number } from "./page.js";
import { say, word } from "./say.js";
import { ABOUT_ANOTHER, ATTACHMENT_SIZE_MAX, WITH_WORDS, momentIn } from "./wording.js";

const LANGUAGES = ["en", "ru", "zh-Hans", "zh-Hant", "ko", "fr", "es", "ar", "de"];
const PRECEDENCES = ["routine", "priority", "immediate", "flash"];
const PROHIBITED = "copying prohibited";
const UNITS = ["24-hour days", "calendar days"];
const COUNTED = ["received", "printed", "issued"];

// What each field is called, here and in what is said when it does not fit.
export const called = () => ({
    texts: say("Text"), files: say("Files"), to: say("To"), addressees: say("For"), signatory: say("Signatory"),
    on_behalf_of: say("On behalf of"), series: say("Series"), level: say("Level"), categories: say("Categories"),
    caveats: say("Caveats"), precedence: say("Precedence"), info_precedence: say("Precedence of those told"),
    copies: say("Copies asked for"), return_days: say("Copies go back after"), return_to: say("Back to"),
    fulfil_by: say("To be fulfilled by"), reply_to: say("About the letter"), subject: say("Subject"), label: say("Label"),
});

// The form of one kind of letter: {form, said(), files(), changed(), field(name)}.
export function telegramForm(ask, zone) {
    const names = called();
    const wordless = !WITH_WORDS.includes(ask.letter);
    const texts = textList(ask, names);
    const readers = addresseeList();
    const files = fileList();
    const form = el("form", { class: "telegram", autocomplete: "off", novalidate: true },
        el("div", { class: "written" }, texts.element, files.element),
        el("div", { class: "handled" },
            group(say("To whom"), officeBoxes(ask, names), readers.element),
            group(say("Whose words"), text("signatory", names), text("on_behalf_of", names)),
            group(say("How it is handled"),
                select("series", names, ask.series, ask.current_series), select("level", names, ask.levels, ask.levels.includes("secret") ? "secret" : ask.levels.at(-1)),
                select("precedence", names, PRECEDENCES, "routine", "Precedence"), select("info_precedence", names, ["", ...PRECEDENCES], "", "Precedence"),
                check("prohibited", say("Copying is prohibited"), !wordless), text("caveats", names, say("Others, with semicolons between")),
                text("categories", names, say("With semicolons between"))),
            group(say("What becomes of the copies"),
                figure("copies", names, "999", say("0 leaves it to the receiver")), returnRow(names),
                local("fulfil_by", names, say("In the zone {zone}", { zone }))),
            group(say("Besides"), text("subject", names, say("May stay empty: it stands on every copy")), text("label", names, say("A word shown wherever the text is")),
                ask.about ? el("p", { class: "row" }, el("span", { class: "field-name" }, names.reply_to), " ", el("b", {}, ask.about)) : null)));
    const field = (name) => form.querySelector(`[name="${name}"]`);
    let touched = false;
    form.addEventListener("input", () => (touched = true));
    return {
        form,
        field,
        files: files.chosen,
        changed: () => touched || files.chosen().length > 0,
        said: () => read(form, field, { ask, zone, texts, readers }),
    };
}

function read(form, field, { ask, zone, texts, readers }) {
    const value = (name) => field(name).value.trim();
    const list = (name) => value(name).split(";").map((one) => one.trim()).filter(Boolean);
    const days = value("return_days");
    return {
        kind: ask.letter,
        signatory: value("signatory"),
        on_behalf_of: value("on_behalf_of"),
        series: value("series"),
        level: value("level"),
        policy: ask.policy,
        categories: list("categories"),
        caveats: [...(field("prohibited").checked ? [PROHIBITED] : []), ...list("caveats").filter((one) => one !== PROHIBITED)],
        precedence: value("precedence"),
        info_precedence: value("info_precedence"),
        copies: Number(value("copies") || 0),
        return: days === "" || days === "0" ? null : { count: Number(days), unit: value("return_unit"), counted: value("return_counted"), to: value("return_to") },
        addressees: readers.said(),
        zone,
        reply_to: ask.reply_to,
        fulfil_by: value("fulfil_by") && momentIn(zone, value("fulfil_by")),
        subject: value("subject"),
        label: value("label"),
        to: [...form.querySelectorAll("input[name=to]:checked")].map((box) => box.value),
        texts: texts.said().filter((one, at) => at === 0 || one.text.trim()).filter((one) => !ABOUT_ANOTHER.includes(ask.letter) || one.text.trim()),
    };
}

// The text and its translations, each in its language; the first is the original.
function textList(ask, names) {
    const list = el("div", { class: "texts" });
    const add = el("button", { type: "button", class: "quiet" }, say("Add a translation"));
    const one = () => {
        const at = list.children.length;
        const id = `text-${at}`;
        const first = at === 0;
        const language = el("select", { id: `${id}-lang`, "aria-label": say("Language") },
            ...LANGUAGES.map((tag) => el("option", { value: tag, selected: tag === languageFor(ask, at) }, languageName(tag))));
        const words = el("textarea", { id, name: first ? "texts" : null, rows: first ? 22 : 12, spellcheck: "false", lang: language.value, "data-first": first });
        language.addEventListener("change", () => (words.lang = language.value));
        const remove = first ? null : el("button", { type: "button", class: "quiet" }, say("Take away"));
        const row = el("div", { class: "one-text" },
            el("p", { class: "row" }, el("label", { for: id }, first ? names.texts : say("Translation")), " ", language, " ", remove), words);
        remove?.addEventListener("click", () => row.remove());
        return row;
    };
    list.append(one());
    add.addEventListener("click", () => {
        const row = one();
        list.append(row);
        row.querySelector("textarea").focus();
    });
    const said = () => [...list.children].map((row, at) => ({
        lang: row.querySelector("select").value, role: at === 0 ? "original" : "translation", text: row.querySelector("textarea").value,
    }));
    const hint = el("p", { class: "hint" }, say("Empty lines divide paragraphs. A first line that begins with # is the heading."));
    return { element: el("div", {}, list, hint, el("p", {}, add)), said };
}

// Who is to act and who is to be told, by name or cover name as the receiver knows it.
function addresseeList() {
    const list = el("ul", { class: "readers" });
    const add = (focus) => {
        const at = list.children.length;
        const name = el("input", { name: at === 0 ? "addressees" : null, maxlength: "200", spellcheck: "false", "aria-label": say("Name or cover name of an addressee") });
        const role = el("select", { "aria-label": say("What they are to do") }, el("option", { value: "action" }, say("to act")), el("option", { value: "info" }, say("to be told")));
        const remove = el("button", { type: "button", class: "quiet", "aria-label": say("Take this addressee away") }, "\u00d7");
        const row = el("li", {}, name, role, at === 0 ? null : remove);
        remove.addEventListener("click", () => row.remove());
        list.append(row);
        if (focus) name.focus();
    };
    add(false);
    const more = el("button", { type: "button", class: "quiet" }, say("Another addressee"));
    more.addEventListener("click", () => add(true));
    const said = () => [...list.children]
        .map((row) => ({ name: row.querySelector("input").value.trim(), role: row.querySelector("select").value }))
        .filter((one) => one.name);
    return { element: el("div", {}, el("p", { class: "field-name" }, called().addressees), list, el("p", {}, more)), said };
}

// Files to go with it: chosen one after the other, taken away one by one.
function fileList() {
    const held = [];
    const list = el("ul", { class: "chosen" });
    const input = el("input", { type: "file", id: "files", name: "files", multiple: true });
    const fill = () => list.replaceChildren(...held.map((file) => {
        const remove = el("button", { type: "button", class: "quiet" }, say("Take away"));
        remove.addEventListener("click", () => {
            held.splice(held.indexOf(file), 1);
            fill();
        });
        return el("li", {}, el("span", { class: "file" }, file.name), " ", el("span", { class: "size" }, size(file.size)), " ", remove);
    }));
    input.addEventListener("change", () => {
        held.push(...input.files);
        input.value = "";
        fill();
    });
    const most = say("Each is sealed to a key of its own, up to {most} MiB.", { most: number(ATTACHMENT_SIZE_MAX >> 20) });
    const element = el("div", { class: "files-in" }, el("p", { class: "row" }, el("label", { for: "files" }, called().files), " ", input), list, el("p", { class: "hint" }, most));
    return { element, chosen: () => [...held] };
}

function officeBoxes(ask, names) {
    const boxes = ask.offices.map(({ id, name }, at) =>
        el("li", {}, el("label", {}, el("input", { type: "checkbox", name: "to", value: id, checked: ask.offices.length === 1 && at === 0 }), " ", name, " ", el("code", {}, id))));
    const none = boxes.length ? null : el("p", { class: "warning" }, say("No other office is known here with its words compared: nobody can be written to yet."));
    return el("fieldset", {}, el("legend", {}, names.to), el("ul", { class: "choices" }, ...boxes), none);
}

function returnRow(names) {
    const unit = el("select", { name: "return_unit", "aria-label": say("How days are counted") }, ...UNITS.map((one) => el("option", { value: one }, word(one, "Unit"))));
    const counted = el("select", { name: "return_counted", "aria-label": say("Counted from") }, ...COUNTED.map((one) => el("option", { value: one }, word(one, "Counted"))));
    const days = el("input", { id: "return_days", name: "return_days", type: "number", min: "0", max: "36500", class: "short" });
    return el("div", {},
        el("p", { class: "row" }, el("label", { for: "return_days" }, names.return_days), el("span", { class: "span" }, days, unit, counted)),
        text("return_to", names));
}

const group = (title, ...fields) => el("section", { class: "group" }, el("h2", { class: "minor" }, title), ...fields);

const row = (id, name, input, hint) => el("p", { class: "row" }, el("label", { for: id }, name), " ", input, hint ? el("span", { class: "hint" }, hint) : null);

const text = (name, names, hint) => row(name, names[name], el("input", { id: name, name, maxlength: "200", spellcheck: "false" }), hint);

const figure = (name, names, most, hint) => row(name, names[name], el("input", { id: name, name, type: "number", min: "0", max: most, value: "0", class: "short" }), hint);

const local = (name, names, hint) => row(name, names[name], el("input", { id: name, name, type: "datetime-local" }), hint);

const check = (name, words, checked) => el("p", { class: "row" }, el("label", {}, el("input", { type: "checkbox", name, checked }), " ", words));

function select(name, names, choices, chosen, context = "") {
    const shown = (one) => (one === "" ? say("the same") : context ? word(one, context) : one);
    return row(name, names[name], el("select", { id: name, name }, ...choices.map((one) => el("option", { value: one, selected: one === chosen }, shown(one)))));
}

// The reader's own language first; what a translation is in is the next of the list.
function languageFor(ask, at) {
    const own = { zh: "zh-Hans" }[ask.language] ?? ask.language;
    return [own, ...LANGUAGES.filter((tag) => tag !== own)][at % LANGUAGES.length];
}

const languageName = (tag) => new Intl.DisplayNames([tag], { type: "language" }).of(tag);
