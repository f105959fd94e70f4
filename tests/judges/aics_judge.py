"""Judges a ledger folder with the package aics-tlog alone; run by the interpreter that has it.

Usage: aics_judge.py FOLDER VKEY OLDSIZE < JSON of index to [leaf, proof hashes], all base64.
Prints JSON: tiles and bundles audited, proofs held, and a note with a witness's line on it.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from pathlib import Path

import aics_tlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

folder, vkey, old = Path(sys.argv[1]), aics_tlog.parse_vkey(sys.argv[2]), int(sys.argv[3])
note = aics_tlog.parse_note((folder / "checkpoint").read_bytes())
verified = aics_tlog.verify_checkpoint(note, vkey, expected_origin=vkey.name)
if not verified.ok:
    sys.exit(f"checkpoint: {verified.error}")
head = aics_tlog.parse_checkpoint(note.text)
reader = aics_tlog.FileSystemTileReader(folder)
report = aics_tlog.audit_tiles(reader, head.size, head.root)
for index, (leaf, proof) in json.load(sys.stdin).items():
    hashes = [b64decode(one) for one in proof]
    if not aics_tlog.verify_leaf_inclusion(
        b64decode(leaf), int(index), head.size, hashes, head.root
    ):
        sys.exit(f"leaf {index}: the proof does not hold")
root = aics_tlog.tree_root_from_tiles(reader, old)
between = aics_tlog.consistency_proof_from_tiles(reader, old, head.size)
if not aics_tlog.verify_consistency(old, head.size, root, head.root, between):
    sys.exit("the tree does not begin with the old one")
key = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
name = "witness.example/w1"
_, line = aics_tlog.sign_cosignature(key, name, 1767000000, head.origin, head.size, head.root)
cosigned = aics_tlog.Note(text=note.text, signatures=(*note.signatures, line))
witness = aics_tlog.cosignature_vkey(name, key.public_key())
json.dump(
    {
        "tiles": report.tiles,
        "bundles": report.bundles,
        "root": root.hex(),
        "note": cosigned.serialise(),
        "witness": aics_tlog.format_vkey(witness),
    },
    sys.stdout,
)
