#!/usr/bin/env python3
"""Verifies without quytrinh that a content was approved: the reference, standard library only.

    proof.py FILE.tlog-proof --key VKEY-or-fingerprint [--content FILE] [--note OLD.note ...] [--mark SIZE:HEX ...]

The file is a C2SP tlog-proof; notes and trees are read by verify.py beside this file, whose exit status this has.
"""
import argparse, json, sys
from verify import STATUS, Key, Note, is_included, must, read_base64, read_note, sha

def number(text):
    must(text.isascii() and text.isdigit() and str(int(text)) == text and int(text) < 1 << 64, "number")
    return int(text)

class Proof:
    def __init__(self, data):
        must(len(data) <= 512 << 10, "length")
        head, self.note = data.decode().split("\n\n", 1)
        first, *lines = head.split("\n")
        must(first == "c2sp.org/tlog-proof@v1" and lines[0].startswith("extra "), "first lines")
        # The program lays the key of the book and the bytes of the leaf beside the proof.
        shown, self.leaf = read_base64(lines[0][6:]).decode().split("\n", 1)
        must(lines[1].startswith("index "), "index")
        self.key, self.index = Key(shown), number(lines[1][6:])
        self.path = [read_base64(line) for line in lines[2:]]
        must(shown == self.key.text, "key")
        must(len(self.path) <= 63 and all(len(hash_) == 32 for hash_ in self.path), "path")
        Note(self.note)
        self.checkpoint = read_note(self.note)
        must(self.checkpoint, "checkpoint")

def approval(leaf, index):
    """What the leaf says was approved; None when it says something else."""
    try:
        said = json.loads(leaf)
        hash_, of = said["details"]["sha256"], said["details"]["number"]
        is_hash = len(hash_) == 64 and bytes.fromhex(hash_).hex() == hash_
        is_it = said["v"] == 1 and said["seq"] == index and said["act"] == "version.approved" and said["obj"][0] == "version"
        return (hash_, said["obj"][1], of, said["actor"], said["at"]) if is_hash and is_it and type(of) is int else None
    except (ValueError, KeyError, TypeError, IndexError):
        return None

def judge(proof, told, content, notes, marks):
    """The status, and what is to be said."""
    key, own, told = proof.key, proof.checkpoint, "".join(told.split())
    if (told != key.text and told.lower() != key.fingerprint) or own.origin != key.name:
        return 4, "not signed by that key"
    if key.kind != 1 or own.signature(key) is None:
        return 4, "not signed by that key"
    if not own.is_by(key):
        return 1, "the signature is forged"
    if not is_included(sha(b"\0" + proof.leaf.encode()), proof.index, own.size, own.root, proof.path):
        return 1, "the leaf is not in the checkpoint"
    said = approval(proof.leaf, proof.index)
    if said is None:
        return 1, "the leaf is not that of an approval"
    if content is not None and sha(content).hex() != said[0]:
        return 1, "the content is another"
    if any(note is None or not note.is_by(key) for note in notes):
        return 4, "a note is not signed by that key"
    same = [note.root for note in notes if note.size == own.size]
    mark = f"{own.size}:{own.root.hex()[:32]}"
    marks = [known for known in marks if known.startswith(f"{own.size}:")]
    if any(root != own.root for root in same) or any(known != mark for known in marks):
        return 3, "a known checkpoint has another root"
    hash_, version, of, by, at = said
    text = f"{own.origin}, leaf {proof.index} of {own.size}: version {version}, number {of}, approved by {by} at {at}"
    return 0 if same or marks else 5, f"{text}\nsha256 {hash_}" + (", the content that was given" if content is not None else "")

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("proof")
    parser.add_argument("--key", required=True)
    parser.add_argument("--content")
    for name in ("--note", "--mark"):
        parser.add_argument(name, action="append", default=[])
    args = parser.parse_args()
    def read(path):
        with open(path, "rb") as file:
            return file.read()
    try:
        content = read(args.content) if args.content else None
        notes = [read_note(read(path).decode()) for path in args.note]
        status, said = judge(Proof(read(args.proof)), args.key, content, notes, args.mark)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as cause:
        status, said = 2, f"unreadable: {cause!r}"
    print(f"{said}\n{STATUS[status]}")
    return status

if __name__ == "__main__":
    sys.exit(main())
