// The container: a ustar archive in one spelling, and the padding around it (docs/spec/envelope.md).

import { same, utf8 } from "./canonical.js";

export const MEMBER_SIZE_MAX = 4 << 20;
export const CONTAINER_MAX = 16 << 20;

const MEMBERS_MAX = 10_100;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9.-]{0,99}$/;
const BLOCK = 512;
const LEAST = 1024;

// The archive of these [name, bytes], in the order given.
export function pack(members) {
    const blocks = members.map(([, data]) => BLOCK + data.length + filling(data.length));
    const size = blocks.reduce((sum, block) => sum + block, 2 * BLOCK);
    if (size > CONTAINER_MAX || members.some(([, data]) => data.length > MEMBER_SIZE_MAX)) {
        throw new RangeError("a container is too large");
    }
    const packed = new Uint8Array(size);
    let at = 0;
    members.forEach(([name, data], place) => {
        packed.set(header(name, data.length), at);
        packed.set(data, at + BLOCK);
        at += blocks[place];
    });
    return packed;
}

// The members of an archive by name, in their order; throws RangeError for whatever `pack` would not have written.
export function unpack(data, most = CONTAINER_MAX) {
    const members = new Map();
    let at = 0;
    while (data.length - at > 2 * BLOCK) {
        const { name, size } = readHeader(data.subarray(at, at + BLOCK));
        const start = at + BLOCK;
        at = start + size + filling(size);
        if (at > Math.min(data.length, most) - 2 * BLOCK || members.has(name) || members.size >= MEMBERS_MAX) {
            throw new RangeError("the container is too large, cut short, or has a member twice");
        }
        if (data.subarray(start + size, at).some((byte) => byte !== 0)) throw new RangeError("loose bytes");
        members.set(name, data.subarray(start, start + size));
    }
    if (data.length - at !== 2 * BLOCK || data.subarray(at).some((byte) => byte !== 0)) {
        throw new RangeError("the container does not end where it should");
    }
    return members;
}

// The bytes with zeros after them: PADMÉ, at least two blocks.
export function pad(data) {
    const padded = new Uint8Array(paddedSize(data.length));
    padded.set(data);
    return padded;
}

// The first `size` bytes, once what follows is the zeros that `pad` would have put there.
export function unpad(data, size) {
    if (data.length !== paddedSize(size) || data.subarray(size).some((byte) => byte !== 0)) {
        throw new RangeError("the padding is not as it should be");
    }
    return data.subarray(0, size);
}

export function paddedSize(length) {
    const size = Math.max(length, LEAST);
    const exponent = 31 - Math.clz32(size);
    const step = 2 ** (exponent - (32 - Math.clz32(exponent)));
    return Math.ceil(size / step) * step;
}

function readHeader(block) {
    const end = block.indexOf(0);
    const name = String.fromCharCode(...block.subarray(0, Math.min(end, 100)));
    const octal = String.fromCharCode(...block.subarray(124, 135));
    if (!NAME.test(name) || !/^[0-7]{11}$/.test(octal)) throw new RangeError("not a member");
    const size = Number.parseInt(octal, 8);
    if (!same(header(name, size), block)) throw new RangeError("not a member");
    return { name, size };
}

const filling = (size) => (BLOCK - (size % BLOCK)) % BLOCK;

function header(name, size) {
    const block = new Uint8Array(BLOCK);
    const put = (at, line) => block.set(utf8(line), at);
    put(0, name);
    put(100, "0000644\0" + "0000000\0".repeat(2));
    put(124, size.toString(8).padStart(11, "0") + "\0" + "00000000000\0");
    put(148, " ".repeat(8));
    put(156, "0");
    put(257, "ustar\0" + "00");
    const sum = block.reduce((total, byte) => total + byte, 0);
    put(148, sum.toString(8).padStart(6, "0") + "\0 ");
    return block;
}
