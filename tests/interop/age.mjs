// Seals and opens with the npm package age-encryption: a list of jobs as JSON on stdin, the results on stdout.
// usage: node age.mjs PATH-OF-THE-PACKAGE < jobs

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const age = await import(pathToFileURL(process.argv[2]).href);

const jobs = {
    async identity({ hybrid }) {
        const identity = hybrid
            ? await age.generateHybridIdentity()
            : await age.generateX25519Identity();
        return { identity, recipient: await age.identityToRecipient(identity) };
    },
    async seal({ recipient, data }) {
        const encrypter = new age.Encrypter();
        encrypter.addRecipient(recipient);
        const sealed = await encrypter.encrypt(Buffer.from(data, "base64"));
        return Buffer.from(sealed).toString("base64");
    },
    async open({ identity, data }) {
        const decrypter = new age.Decrypter();
        decrypter.addIdentity(identity);
        const opened = await decrypter.decrypt(Buffer.from(data, "base64"));
        return Buffer.from(opened).toString("base64");
    },
    async openWithPassphrase({ passphrase, data }) {
        const decrypter = new age.Decrypter();
        decrypter.addPassphrase(passphrase);
        const opened = await decrypter.decrypt(age.armor.decode(data));
        return Buffer.from(opened).toString("utf8");
    },
};

const results = [];
for (const job of JSON.parse(readFileSync(0, "utf8"))) {
    results.push(await jobs[job.what](job));
}
process.stdout.write(JSON.stringify(results));
