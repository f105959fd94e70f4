// The recovery sheet: an identity's 32 bytes as four lines to print, to keep and one day to type (docs/spec/identity.md).
//
// Each line ends in two check characters over office, person, its own place and what it says, so that a slip of the
// finger, two lines changed about, and another person's sheet are told before anything is tried.

export const LINES = 4;

const A_LINE = 13;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const TYPED = /^([0-9A-Z]{13})([0-9A-Z]{2})$/;
const MEANT = { I: "1", L: "1", O: "0" };

// The four lines of an identity, as "0A1B-2C3D4-5E6F-K7".
export function write(seed, office, person) {
    const all = fives(seed);
    return Array.from({ length: LINES }, (_, place) => {
        const said = all.slice(place * A_LINE, (place + 1) * A_LINE);
        return [said.slice(0, 4), said.slice(4, 9), said.slice(9), check(place, said, office, person)].join("-");
    });
}

// Whether this is the line at that place, from 0, of this person's sheet.
export function readLine(typed, place, office, person) {
    const found = TYPED.exec(typed.toUpperCase().replace(/[\s.\-\u2010-\u2015]+/g, ""));
    if (!found) return null;
    // The check characters know every letter; those before them no I, L, O and U.
    const said = found[1].replace(/[ILO]/g, (letter) => MEANT[letter]);
    return !said.includes("U") && check(place, said, office, person) === found[2] ? said : null;
}

// The seed of four typed lines; throws RangeError whose `line`, from 1, is not as it was printed.
export function read(lines, office, person) {
    let all = "";
    for (let place = 0; place < LINES; place += 1) {
        const said = readLine(lines[place] ?? "", place, office, person);
        if (said === null) throw Object.assign(new RangeError("not the line that was printed"), { line: place + 1 });
        all += said;
    }
    const { bytes, left } = eights(all);
    if (left !== 0) throw Object.assign(new RangeError("not the line that was printed"), { line: LINES });
    return bytes;
}

// ISO 7064, MOD 1271-36, as docs/spec/check.md has it.
export function characters(line) {
    let product = 0;
    for (const character of line.toUpperCase()) product = ((product + value(character)) * 36) % 1271;
    const found = (((1 - product * 36) % 1271) + 1271) % 1271;
    return CHECKED[Math.floor(found / 36)] + CHECKED[found % 36];
}

const check = (place, said, office, person) => characters(`${office}:${person}/${place + 1}/${said}`);

function value(character) {
    const place = CHECKED.indexOf(character);
    return place >= 0 ? place : 36 + (character.codePointAt(0) % 1235);
}

function fives(bytes) {
    let line = "";
    let held = 0;
    let bits = 0;
    for (const byte of [...bytes, 0]) {
        held = ((held << 8) | byte) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5) line += ALPHABET[(held >> (bits - 5)) & 31];
    }
    return line.slice(0, LINES * A_LINE);
}

function eights(line) {
    const bytes = [];
    let held = 0;
    let bits = 0;
    for (const character of line) {
        held = ((held << 5) | ALPHABET.indexOf(character)) & 0xfff;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes.push((held >> bits) & 255);
        }
    }
    return { bytes: Uint8Array.from(bytes), left: held & ((1 << bits) - 1) };
}
