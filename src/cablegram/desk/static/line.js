// The registrar's line (docs/spec/desk-line.md): what is typed goes out one after another and
// nothing typed is lost; each answer is shown, spoken and sounded. Without this script the form
// does the same, a page at a time.

const PATH = "/line/typed";
const KEPT = "line-unsent";
const SCANNER_MS = 120; // a second Enter as quick as this is the scanner's line feed
const AGAIN_MS = 1500;

const line = document.getElementById("line");
const form = document.getElementById("form");
const field = document.getElementById("typed");
const told = document.getElementById("told");
const lines = document.getElementById("lines");
const sum = document.getElementById("sum");
const help = document.getElementById("help");
const stance = document.getElementById("stance");

let unsent = kept();
let sending = false;
let lastEnter = -1e9;
let speakers = null;

// --- what is heard: pitch in Hz and length in seconds, one after another ---------------------

const SOUNDS = {
  taken: [[1320, 0.07]],
  already: [[880, 0.07], [0, 0.05], [880, 0.07]],
  not_ours: [[330, 0.12], [220, 0.2]],
  overdue: [[1320, 0.09], [990, 0.09], [740, 0.16]],
  wrong_state: [[247, 0.12], [0, 0.06], [247, 0.12]],
  not_read: [[196, 0.4]],
  told: [[660, 0.05]],
  done: [[784, 0.08], [988, 0.08], [1319, 0.16]],
};
const LOW = [[0, 0.05], [165, 0.18]];

function sound(kind, stays) {
  const notes = [...(SOUNDS[kind] ?? [])];
  // An overdue copy may be in the batch or not: what is not ends low.
  if (kind === "overdue" && !stays) notes.push(...LOW);
  try {
    speakers ??= new AudioContext();
    let at = speakers.currentTime + 0.01;
    for (const [pitch, length] of notes) {
      if (pitch) tone(pitch, at, length);
      at += length;
    }
  } catch {
    // A machine without sound has the mark and the words.
  }
}

function tone(pitch, at, length) {
  const source = speakers.createOscillator();
  const volume = speakers.createGain();
  source.type = pitch < 400 ? "square" : "sine";
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(pitch < 400 ? 0.06 : 0.2, at + 0.008);
  volume.gain.setValueAtTime(pitch < 400 ? 0.06 : 0.2, at + length - 0.015);
  volume.gain.linearRampToValueAtTime(0, at + length);
  source.connect(volume).connect(speakers.destination);
  source.start(at);
  source.stop(at + length);
}

// --- what is typed ---------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value;
  field.value = "";
  const quick = event.timeStamp - lastEnter < SCANNER_MS;
  lastEnter = event.timeStamp;
  if (text.trim() === "" && quick) return;
  unsent.push(text);
  keep();
  send();
});

async function send() {
  if (sending) return;
  sending = true;
  while (unsent.length) {
    const answer = await post(unsent[0]);
    if (answer === null) {
      tell([{ kind: "not_read", mark: "?", said: line.dataset.failed, hint: "", due: "" }]);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      continue;
    }
    unsent.shift();
    keep();
    if (answer.go) {
      // What was typed behind the closing Enter stays here and is sent when we come back.
      location.assign(answer.go);
      return;
    }
    show(answer);
  }
  sending = false;
}

async function post(text) {
  try {
    const answer = await fetch(PATH, { method: "POST", body: new URLSearchParams({ typed: text }) });
    if (answer.status === 401) {
      location.reload(); // Logged out: the log-in leads back here, and what was typed waits.
      return await new Promise(() => {});
    }
    const said = await answer.json();
    if (said.error) return { told: [refusal(said.error)] };
    return answer.status === 429 ? null : said;
  } catch {
    return null;
  }
}

function refusal(error) {
  return { kind: "wrong_state", mark: "/", said: error.message ?? error, hint: error.hint ?? "", due: "" };
}

function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(unsent));
  } catch {
    // Then a crash loses what the desk has not answered yet, and no more.
  }
}

// --- what is shown ---------------------------------------------------------------------------

function show(said) {
  tell(said.told);
  if (said.lines) {
    lines.replaceChildren(...said.lines.map(entry));
    sum.textContent = said.sum;
    const [letter, name, more, due] = stance.children;
    letter.textContent = said.stance.letter;
    name.textContent = said.stance.name;
    more.textContent = said.stance.more;
    due.textContent = said.stance.due;
  }
  if (said.helps) help.open = !help.open;
}

function tell(answers) {
  told.replaceChildren(...answers.map(answer));
  const first = answers[0];
  if (first) sound(first.kind, first.stays);
}

function answer(one) {
  const row = make("p", one.kind);
  const sign = make("span", "sign", one.mark);
  sign.setAttribute("aria-hidden", "true");
  row.append(sign, " ", make("span", "said", together(one.said, one.due)));
  if (one.hint) row.append(" ", make("span", "hint", one.hint));
  return row;
}

function entry(one) {
  const row = make("li", one.state);
  row.classList.toggle("late", one.late);
  row.classList.toggle("uncounted", one.uncounted);
  const sign = make("span", "sign", one.mark);
  sign.setAttribute("aria-hidden", "true");
  const what = make("span", "what", together(one.said, one.due));
  if (one.hint) what.append(" ", make("span", "hint", one.hint));
  const sheets = one.uncounted ? "=?" : one.sheets ? `=${one.sheets}` : "";
  row.append(
    make("span", "number", String(one.number)), sign, make("span", "verb", one.verb), what,
    make("span", "sheets", sheets),
  );
  return row;
}

function together(said, due) {
  return due ? `${said} ${due}` : said;
}

function make(name, kind, text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}

// --- the focus: whatever is typed on this page is typed on the line ----------------------------

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.target !== field && plain && event.key.length === 1 && event.key !== " ") field.focus();
  if (event.key === "Escape") {
    field.value = "";
    field.focus();
  }
});
window.addEventListener("focus", () => field.focus());
window.addEventListener("pageshow", (event) => {
  // Out of the browser's memory of pages: it may show a batch that was signed since.
  if (event.persisted) location.reload();
});

const done = lines.querySelector("li.done, li.waits");
if (told.children.length && done) sound("done", true);
field.focus();
send();
