// A draft, whole: files sealed each to a key of its own, the container sealed to the office's own room.
//
// What leaves this module is sealed.  The keys of the files stand inside the sealed draft and nowhere else.

import { base64url, digest, encode } from "./canonical.js";
import { pack, pad, CONTAINER_MAX } from "./container.js";
import { SEED_SIZE, random, recipient, seal } from "./sealing.js";
import { ATTACHMENTS_MAX, Unfit, checkFile, write } from "./wording.js";

// The sealed draft and its sealed files: {sealed, digest, files: [bytes]}.  `files` are the browser's File objects.
export async function make(said, files, draftKey) {
    if (files.length > ATTACHMENTS_MAX) throw new Unfit("files", "many", { most: ATTACHMENTS_MAX });
    // What may be wrong is looked for before anything large is sealed.
    await write(said, [], []);
    const names = files.map((file) => checkFile(file).name);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw new Unfit("files", "twice", { name: twice });
    const made = [];
    for (const file of files) made.push(await sealFile(file));
    const keys = made.map(({ attachment, seed }) => ({ name: attachment.name, seed: base64url(seed) }));
    const { document, bodies } = await write(said, made.map(({ attachment }) => attachment), keys);
    const members = [["draft.json", encode(document)], ...bodies];
    const size = members.reduce((sum, [, data]) => sum + data.length + 1024, 1024);
    if (size > CONTAINER_MAX) throw new Unfit("texts", "together", { most: CONTAINER_MAX >> 20 });
    const sealed = await seal(pack(members), draftKey);
    return { sealed, digest: await digest(sealed), files: made.map((one) => one.sealed), document };
}

async function sealFile(file) {
    const { name, media_type } = checkFile(file);
    const data = new Uint8Array(await file.arrayBuffer());
    const seed = random(SEED_SIZE);
    const to = await recipient(seed);
    const sealed = await seal(pad(data), to.text);
    const attachment = {
        name,
        media_type,
        size: data.length,
        sha256: await digest(data),
        sealed_sha256: await digest(sealed),
        sealed_size: sealed.length,
        recipient: to.digest,
    };
    return { attachment, seed, sealed };
}

export { digest };
