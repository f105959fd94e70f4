// The acts and facts that an order may name, as people read them.  tests/signer holds both to the rules: an act that
// stands in no list here is signed by nobody, a fact without a name is shown under the one that the order gives it.

import { say, word } from "./say.js";

const COPY_ACTS = [
    "accept", "allot", "annotate", "cancel", "charge_out", "come_back", "compromise", "contain", "correct", "declare_lost",
    "declassify", "describe", "destroy", "dispatch", "dispute", "extend", "file", "find", "fulfil", "give_back", "hand_over",
    "issue", "miss", "print", "read", "recall", "receipted", "regrade", "replace_sheet", "report_destroyed", "reprint", "return",
    "route", "settle_back", "settle_there", "show", "verify", "void",
];

const OFFICE_ACTS = [
    "agree", "alarm", "answer", "appoint", "ask", "back_up", "call_muster", "charge", "clear", "close_muster", "close_year",
    "contest", "correspond", "draft", "enrol", "finding", "hand_watch", "inquire", "match_muster", "muster", "notice", "notify",
    "object", "open", "open_muster", "proxy", "read_draft", "read_note", "refer", "release", "relieve", "restore", "resume",
    "review", "rule", "set_aside", "settle", "sight", "stand", "take_charge", "take_watch", "trace", "unenrol", "unproxy",
    "unwaive", "waive",
];

const FACTS = {
    a_day: () => word("numbers a day", "fact"),
    again: () => word("restored before", "fact"),
    answer_by: () => word("answer by", "fact"),
    answers: () => word("answers notice", "fact"),
    attachments: () => word("attachments", "fact"),
    authority: () => word("on whose authority", "fact"),
    backup: () => word("backup", "fact"),
    batch: () => word("batch", "fact"),
    batches: () => word("of batches", "fact"),
    call: () => word("call", "fact"),
    card: () => word("card", "fact"),
    carrier: () => word("carrier", "fact"),
    certificate: () => word("certificate", "fact"),
    charge: () => word("copies they answer for", "fact"),
    circuit: () => word("circuit number", "fact"),
    classification: () => word("classification", "fact"),
    compared: () => word("fingerprint words compared", "fact"),
    consent: () => word("consent", "fact"),
    content: () => word("short content", "fact"),
    copy: () => word("copy", "fact"),
    count: () => word("how many", "fact"),
    cut_off: () => word("as of", "fact"),
    dated_at: () => word("dated", "fact"),
    decision: () => word("decision", "fact"),
    digest: () => word("digest", "fact"),
    draft: () => word("draft", "fact"),
    due_at: () => word("due", "fact"),
    entry: () => word("entry", "fact"),
    evidence: () => word("evidence", "fact"),
    exception: () => word("exception", "fact"),
    fulfil_by: () => word("to be fulfilled by", "fact"),
    half: () => word("second half of the key", "fact"),
    hand_receipt: () => word("hand receipt", "fact"),
    holder: () => word("to whom", "fact"),
    incoming: () => word("incoming number", "fact"),
    inquiry: () => word("inquiry", "fact"),
    key: () => word("key", "fact"),
    key_line: () => word("key to sign with", "fact"),
    kind: () => word("kind", "fact"),
    letter: () => word("letter", "fact"),
    level: () => word("level", "fact"),
    limit_at: () => word("may be kept until", "fact"),
    limit_to: () => word("to go back to", "fact"),
    list: () => word("list", "fact"),
    made: () => word("copies made", "fact"),
    made_at: () => word("made", "fact"),
    matched: () => word("what both counted", "fact"),
    may: () => word("may", "fact"),
    messenger: () => word("messenger", "fact"),
    method: () => word("method", "fact"),
    muster: () => word("muster", "fact"),
    name: () => word("setting", "fact"),
    named: () => word("copies named", "fact"),
    note: () => word("note", "fact"),
    notice: () => word("notice", "fact"),
    nth: () => word("which tracer", "fact"),
    number: () => word("number", "fact"),
    numbers: () => word("numbers", "fact"),
    office: () => word("office", "fact"),
    origin: () => word("ledger", "fact"),
    other: () => word("other telegram", "fact"),
    outcome: () => word("outcome", "fact"),
    owner: () => word("whose copy", "fact"),
    owner_cable: () => word("their cable", "fact"),
    owner_copy: () => word("their copy", "fact"),
    owner_number: () => word("their number", "fact"),
    paper: () => word("paper", "fact"),
    papers: () => word("papers", "fact"),
    person: () => word("person", "fact"),
    place: () => word("place", "fact"),
    print_number: () => word("print number", "fact"),
    proxy: () => word("by proxy", "fact"),
    reader: () => word("reader", "fact"),
    readers: () => word("readers in turn", "fact"),
    reason: () => word("reason", "fact"),
    receipt: () => word("receipt", "fact"),
    recipient: () => word("reading key", "fact"),
    relation: () => word("relation", "fact"),
    return_to: () => word("return to", "fact"),
    role: () => word("role", "fact"),
    root: () => word("ledger's root", "fact"),
    ruling: () => word("ruling", "fact"),
    says: () => word("answer", "fact"),
    screen: () => word("for the screen of", "fact"),
    sealed: () => word("sealed bytes", "fact"),
    series: () => word("series", "fact"),
    sheets: () => word("sheets", "fact"),
    sighted: () => word("sighted", "fact"),
    since_at: () => word("from", "fact"),
    size: () => word("ledger's size", "fact"),
    source: () => word("source", "fact"),
    spoiled: () => word("spoiled sheets", "fact"),
    statement: () => word("statement", "fact"),
    task: () => word("task", "fact"),
    telegram: () => word("telegram", "fact"),
    title: () => word("title", "fact"),
    to: () => word("for", "fact"),
    told: () => word("how they were told", "fact"),
    transmittal: () => word("transmittal", "fact"),
    unsighted: () => word("not sighted", "fact"),
    until_at: () => word("until", "fact"),
    value: () => word("is set to", "fact"),
    verifier: () => word("verifier", "fact"),
    waived: () => word("waived", "fact"),
    waiver: () => word("standing order", "fact"),
    watch: () => word("watch", "fact"),
    way: () => word("where it is read", "fact"),
    what: () => word("what", "fact"),
    whom: () => word("for whom", "fact"),
    written_by: () => word("written by", "fact"),
    year: () => word("year", "fact"),
};

const MOMENTS = ["answer_by", "cut_off", "dated_at", "due_at", "fulfil_by", "limit_at", "made_at", "since_at", "until_at"];
const IDS = ["holder", "messenger", "office", "owner", "person", "proxy", "reader", "readers", "screen", "to", "verifier", "written_by"];

// What a reader looks for first; the rest follow by name.
const FIRST = ["person", "role", "title", "key_line", "recipient", "holder", "proxy", "reader", "readers", "office", "name", "value", "series", "telegram", "copy", "number", "sheets", "method", "due_at", "since_at", "until_at"];

// The facts of an order, in the order that they are read in.
export const inOrder = (facts) => Object.entries(facts).sort(([one], [other]) => place(one) - place(other));

const place = (name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

// An act in words; null where no such act is known here.
export function actWords(act) {
    if (COPY_ACTS.includes(act)) return word(act, "Act");
    return OFFICE_ACTS.includes(act) ? word(act, "OfficeAct") : null;
}

export const factWords = (name) => (Object.hasOwn(FACTS, name) ? FACTS[name]() : name.replaceAll("_", " "));

// How a fact is shown: as a moment, as the ids of persons or offices, as a key, as roles, or as it stands.
export function kindOf(name) {
    if (MOMENTS.includes(name)) return "moment";
    if (IDS.includes(name)) return "id";
    return { key_line: "key", role: "role" }[name] ?? "text";
}

export const roleWords = (roles) => roles.split(" ").map((role) => word(role, "Role")).join(", ");

// A key's kind in words, its host named where it is a passkey's.
export function keyWordsOf(algorithm, application) {
    if (algorithm === "sk-ecdsa-sha2-nistp256@openssh.com") return say("a passkey for {host}", { host: application });
    return application ? say("a key in a token") : say("a key in a file");
}
