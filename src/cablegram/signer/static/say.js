// What people read on these pages, in their language (docs/decisions/0018-sentences.md).
//
// A sentence is a literal with named places: say("{copy} is out with {holder}", {copy, holder}).  `make words` reads
// the literals out of the scripts and writes words/<language>.json; what is not in there is said in English.

const LANGUAGES = ["en", "ru", "zh", "ko"];
let language = "en";
let said = {};

// Speak this language from now on; English where there is none such, or its words cannot be had.
export async function speak(tag) {
  [language, said] = ["en", {}];
  if (LANGUAGES.includes(tag) && tag !== "en") {
    const answer = await fetch(new URL(`words/${tag}.json`, import.meta.url));
    if (answer.ok) [language, said] = [tag, await answer.json()];
  }
  document.documentElement.lang = language;
}

// The language that is spoken, as a tag.
export const spoken = () => language;

// A sentence with its places filled; what fills them is never read as a sentence.
export const say = (template, values = {}) => fill(look("", template)?.other ?? template, values);

// A sentence about so many, {count} in it: "one" for one of them, else "more".
export function counted(count, one, more, values = {}) {
  const forms = look("", one) ?? { one, other: more };
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
  return fill(form, { ...values, count: count.toLocaleString(language) });
}

// A word of one of our own lists, such as a state or an act; "context" says which list it is of.
export function word(text, context) {
  const spelled = text.replaceAll("_", " ");
  return look(context, spelled)?.other ?? spelled;
}

function look(context, text) {
  return Object.hasOwn(said, context) && Object.hasOwn(said[context], text) ? said[context][text] : undefined;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}
