#!/usr/bin/env python3
"""Answers single questions about trees, keys, notes and checkpoints with the reference verifier beside this file.

One JSON question a line on standard input, one JSON answer a line on standard output; none for what cannot be read.
"""
import json, sys
import proof, verify

def root(leaves):
    book = verify.Book("")
    book.say = lambda _leaf: None
    for leaf in leaves:
        book.leaf(json.dumps(leaf).encode())
    return book.root().hex()

def included(leaf, index, size, root_, proof):
    hash_ = verify.sha(b"\0" + json.dumps(leaf).encode())
    return verify.is_included(hash_, index, size, bytes.fromhex(root_), [bytes.fromhex(part) for part in proof])

def signed(note, key):
    return verify.Note(note).is_by(verify.Key(key))

def checkpoint(note):
    read = verify.Checkpoint(note)
    return [read.origin, read.size, read.root.hex()]

def seen(note, key):
    return verify.Checkpoint(note).cosigned_at(verify.Key(key))

def proven(data, key, content):
    try:
        return proof.judge(proof.Proof(bytes.fromhex(data)), key, bytes.fromhex(content), [], [])[0]
    except (ValueError, KeyError, TypeError, IndexError):
        return 2

ASKED = {"proven": proven, "root": root, "included": included, "signed": signed, "checkpoint": checkpoint, "seen": seen}
for line in sys.stdin:
    name, *rest = json.loads(line)
    try:
        answer = ASKED[name](*rest)
    except (ValueError, IndexError):
        answer = None
    print(json.dumps(answer))
