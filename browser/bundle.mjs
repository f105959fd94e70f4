// Makes the one file of others' code that the signer serves, and holds it to what browser/bundle.json records.
// usage: node browser/bundle.mjs FOLDER-WITH-NODE_MODULES TO [--record]
//
// Writes TO/age.js and TO/age.licences.txt, or nothing where one byte differs.  Versions and hashes of what goes in
// are pinned by package-lock.json; esbuild writes the same bytes from them on every machine.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const RECORD = join(HERE, "bundle.json");
const LICENCES = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE"];

const [from, to] = process.argv.slice(2, 4).map((path) => resolve(path));
const recording = process.argv[4] === "--record";

const made = await bundle();
const record = { ...made.record, age: file(made.code), licences: file(made.licences) };
const text = JSON.stringify(record, null, 2) + "\n";
if (recording) writeFileSync(RECORD, text);
else if (text !== readFileSync(RECORD, "utf8")) {
    console.error("cablegram: the bundle is not the one that browser/bundle.json records; it came out as");
    console.error(text);
    process.exit(1);
}
mkdirSync(to, { recursive: true });
place("age.licences.txt", made.licences);
place("age.js", made.code);

async function bundle() {
    const esbuild = createRequire(join(from, "package.json"))("esbuild");
    // Resolved from the folder that has the packages, so that no path of this machine gets in.
    copyFileSync(join(HERE, "age.js"), join(from, "entry.js"));
    const built = await esbuild.build({
        absWorkingDir: from,
        entryPoints: ["entry.js"],
        bundle: true,
        minify: true,
        format: "esm",
        target: "es2022",
        platform: "browser",
        legalComments: "none",
        charset: "utf8",
        metafile: true,
        write: false,
        logLevel: "warning",
    });
    const [output] = Object.values(built.metafile.outputs);
    const packages = packagesOf(output.inputs);
    return {
        code: Buffer.from(built.outputFiles[0].contents),
        licences: Buffer.from(packages.map(licence).join("\n")),
        record: {
            made_with: `esbuild ${esbuild.version}`,
            packages: packages.map(({ name, version, license }) => ({ name, version, license })),
        },
    };
}

// Only what has bytes in the file: what was looked at and left out is not in it.
function packagesOf(inputs) {
    const roots = new Set();
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path);
        if (found && bytesInOutput > 0) roots.add(found[0]);
    }
    return [...roots].sort().map((root) => {
        const folder = join(from, root);
        return { folder, ...JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) };
    });
}

function licence({ name, version, license, folder }) {
    for (const each of LICENCES) {
        try {
            return `${name} ${version} (${license})\n\n${readFileSync(join(folder, each), "utf8").trim()}\n`;
        } catch (error) {
            if (error.code !== "ENOENT") throw error;
        }
    }
    throw new Error(`${name} ${version} brings no text of its licence`);
}

function file(bytes) {
    return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

// Under another name first: a server that runs never serves half of it.
function place(name, bytes) {
    writeFileSync(join(to, `.${name}.new`), bytes);
    renameSync(join(to, `.${name}.new`), join(to, name));
}
