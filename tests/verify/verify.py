#!/usr/bin/env python3
"""Verifies a book of quytrinh without quytrinh: the reference, standard library only.

    verify.py BUNDLE.zip --key VKEY-or-fingerprint [--note OLD.note ...] [--mark SIZE:HEX ...] [--witness VKEY ...]

A bundle is one agency's book. live.py beside this file reads a database itself.
Exit status: 0 all is well, 1 altered (named), 2 unreadable, 3 older than or other than a given note, 4 unknown key,
5 well, but no older note and no witness of the last seven days says so.
"""
import argparse, base64, functools, hashlib, json, sys, zipfile
from datetime import datetime
sha = lambda data: hashlib.sha256(data).digest()
node = lambda left, right: sha(b"\1" + left + right)

# Ed25519 (RFC 8032), verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
def add(a, b):
    (x, y, z, t), (X, Y, Z, T) = a, b
    A, B, C, E = (y - x) * (Y - X) % P, (y + x) * (Y + X) % P, 2 * t * T * D % P, 2 * z * Z % P
    e, f, g, h = B - A, E - C, E + C, B + A
    return (e * f % P, g * h % P, f * g % P, e * h % P)
def times(n, a, sum_=(0, 1, 1, 0)):
    while n:
        sum_, a, n = add(sum_, a) if n & 1 else sum_, add(a, a), n >> 1
    return sum_
same = lambda a, b: (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0
def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x * ROOT % P if (x * x - x2) % P else x
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
def is_signed(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    # As strict as the program: keys and nonces of small order are refused.
    if a is None or r is None or s >= L or any(same(times(8, q), (0, 1, 1, 0)) for q in (a, r)):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(h, a)))

# Signed notes and checkpoints (C2SP).
def must(is_so, what):
    if not is_so:
        raise ValueError(what)
def read_base64(text):
    data = base64.b64decode(text, validate=True)
    must(base64.b64encode(data).decode() == text, "base64")
    return data

def must_be_name(name):
    must(name and not any(c.isspace() or c == "+" or ord(c) < 32 or 127 <= ord(c) < 160 for c in name), "name")

class Key:
    def __init__(self, text):
        self.text = text.strip()
        self.name, hash_, key = self.text.split("+", 2)
        data = read_base64(key)
        self.kind, self.key = data[0], data[1:]
        self.hash = sha(self.name.encode() + b"\n" + data)[:4]
        must(len(data) == 33 and self.kind in (1, 4) and self.hash.hex() == hash_ and point(self.key), "key")
        must_be_name(self.name)
        self.fingerprint = sha(self.text.encode()).hex()

class Note:
    def __init__(self, note):
        must(not any(ord(c) < 32 and c != "\n" or 127 <= ord(c) < 160 for c in note) and note.endswith("\n"), "note")
        text, lines = note.rsplit("\n\n", 1)
        must(text and len(note.encode()) <= 1 << 16 and lines.count("\n") <= 64, "length")
        self.text, self.lines = text + "\n", []
        for line in lines[:-1].split("\n"):
            dash, name, data = line.split(" ")
            data = read_base64(data)
            must(dash == "\u2014" and len(data) >= 5, "signature")
            must_be_name(name)
            self.lines.append((name, data[:4], data[4:]))
    def signature(self, key):
        return next((data for name, hash_, data in self.lines if (name, hash_) == (key.name, key.hash)), None)
    def is_by(self, key):
        data = self.signature(key)
        return data is not None and key.kind == 1 and is_signed(key.key, self.text.encode(), data)

class Checkpoint(Note):
    def __init__(self, note):
        super().__init__(note)
        origin, size, root, end = self.text.split("\n")
        self.size, self.root, self.origin, self.whole = int(size), read_base64(root), origin, note
        must(origin and not end and str(self.size) == size and self.size >= 0 and len(self.root) == 32, "checkpoint")
    def cosigned_at(self, key):
        data = self.signature(key)
        if data is None or len(data) != 72 or key.kind != 4:
            return None
        time = int.from_bytes(data[:8], "big")
        return time if is_signed(key.key, f"cosignature/v1\ntime {time}\n{self.text}".encode(), data[8:]) else None
def read_note(text):
    try:
        return Checkpoint(text)
    except (ValueError, IndexError):
        return None
def succeeds(name):
    host, rest = name.rsplit("/ledger/", 1)
    code, _, number = rest.partition("/")
    return f"{host}/ledger/{code}/{int(number or 1) + 1}"
def may_follow(act, old, new, details, last):
    """A key is named first, then changed by a note that both sign, or replaced under the next name, quoting the end."""
    try:
        if act == "named":
            return old is None
        note = Note(details["note"])
        must(note.text == f"quytrinh/key/v1\n{old.text}\n{new.text}\n" and note.is_by(new), "change of keys")
        if act == "changed":
            return note.is_by(old) and old.name == new.name
        final = Checkpoint(details["final"])
        return (act == "replaced" and new.name == succeeds(old.name) and final.is_by(old) and final.origin == old.name
                and (isinstance(details.get("lost"), dict) or last in (None, details["final"])))
    except (ValueError, TypeError, AttributeError, KeyError, IndexError):
        return False
def is_included(hash_, index, size, root, proof):
    """RFC 9162 2.1.3.2."""
    at, last = index, size - 1
    for other in proof:
        if last <= 0:
            return False
        is_right = at & 1 or at == last
        hash_ = node(other, hash_) if is_right else node(hash_, other)
        while is_right and at and not at & 1:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return index < size and last == 0 and hash_ == root

class Book:
    """RFC 6962: the right edge of the tree, and what its leaves say."""
    def __init__(self, agency):
        self.agency, self.size, self.peaks, self.faults = agency, 0, [], []
        self.keys, self.rows, self.last, self.roots, self.note = {"key": [], "deployment_key": []}, {}, "", {}, None
        self.notes, self.log, self.seen = [], None, []
    def root(self):
        edge = self.peaks[::-1]
        return functools.reduce(lambda right, left: node(left, right), edge) if edge else sha(b"")
    def leaf(self, data):
        hash_, full = sha(b"\0" + data), self.size
        while full & 1:
            hash_, full = node(self.peaks.pop(), hash_), full >> 1
        self.peaks.append(hash_)
        try:
            self.say(json.loads(data)) if self.log is None else self.log.append(Checkpoint(data.decode()))
        except (ValueError, KeyError, TypeError, IndexError):
            self.faults.append(f"leaf {self.size}: unreadable")
        self.size += 1
    def say(self, leaf):
        if leaf["v"] != 1 or leaf["seq"] != self.size or leaf["at"] < self.last:
            self.faults.append(f"leaf {self.size}: number, version or time is wrong")
        self.last = leaf["at"]
        self.rows.update(((table, pk), (digest, self.size)) for table, pk, digest in leaf["rows"])
        if leaf["obj"][0] in self.keys:
            self.take_key(leaf, *leaf["obj"])
    def take_key(self, leaf, kind, key):
        key, known = Key(key), self.keys[kind]
        of, _, act = leaf["act"].partition(".key_")
        last = self.note.whole if self.note and kind == "key" else None
        is_of = kind == {"ledger": "key", "deployment": "deployment_key"}.get(of)
        if is_of and may_follow(act, known[-1][1] if known else None, key, leaf["details"], last):
            known.append((self.size, key))
        else:
            self.faults.append(f"leaf {self.size}: names a key and may not")
    def checkpoint(self, note):
        keys = [key for leaf, key in self.keys["key"] if note and leaf < note.size][0 if self.log is not None else -1:]
        is_by = any(note.is_by(key) and note.origin == key.name for key in keys)
        if note is None or note.size != self.size or note.root != self.root() or not is_by:
            self.faults.append(f"checkpoint at {self.size} leaves: not what was signed")
        else:
            self.note = note
            self.notes.append(note)
    def read(self, leaves, notes, sizes):
        notes = [read_note(note) for note in reversed(notes)]
        for data in leaves:
            self.leaf(data)
            if self.size in sizes:
                self.roots[self.size] = self.root()
            while notes and (notes[-1] is None or notes[-1].size <= self.size):
                self.checkpoint(notes.pop())
        while notes:
            self.checkpoint(notes.pop())
    def anchor(self, anchors):
        """Each leads from a checkpoint of the book to a note of the log that a key of the log signed."""
        keys = [key for _, key in self.keys["deployment_key"]]
        for size, note, index, proof in anchors:
            own, log = next((own for own in self.notes if own.size == size), None), read_note(note)
            is_by = own and log and any(log.is_by(key) and log.origin == key.name for key in keys)
            proof = [bytes.fromhex(hash_) for hash_ in proof]
            if is_by and is_included(sha(b"\0" + own.whole.encode()), index, log.size, log.root, proof):
                self.seen.append(log)
            else:
                self.faults.append(f"checkpoint at {size} leaves: does not stand in the log of checkpoints")
        if keys and self.note and self.note.size not in [anchor[0] for anchor in anchors]:
            self.faults.append("the last checkpoint does not stand in the log of checkpoints")
    def compare(self, live):
        for name, digest in live.items():
            known = self.rows.get(name)
            if known is None or known[0] != digest:
                self.faults.append(f"row {name[1]} of {name[0]}: altered or added, leaf {known and known[1]}")
        for name, (digest, leaf) in self.rows.items():
            if digest is not None and name not in live:
                self.faults.append(f"row {name[1]} of {name[0]}: removed, leaf {leaf}")
def judge(book, older, key, witnesses, marks=()):
    if book.faults:
        return 1
    keys = [key for _, key in book.keys["key"]]
    if any(note is None or not any(note.is_by(known) for known in keys) for note in older):
        return 4
    is_mark = lambda mark: book.roots.get(size_of(mark), b"").hex()[:32] == mark.partition(":")[2] != ""
    if any(book.roots.get(note.size) != note.root for note in older) or not all(map(is_mark, marks)):
        return 3
    told = "".join((key or "").split())
    if key is not None and not any(told == known.text or told.lower() == known.fingerprint for known in keys):
        return 4
    end = datetime.fromisoformat(book.last).timestamp() if book.last else 0
    times = [log.cosigned_at(witness) for log in book.seen for witness in witnesses]
    return 0 if older or marks or any(time is not None and end - time <= 7 * 86400 for time in times) else 5
def size_of(mark):
    size = mark.partition(":")[0]
    return int(size) if size.isascii() and size.isdigit() and str(int(size)) == size else -1
def check_bundle(path, key, older, witnesses, marks):
    with zipfile.ZipFile(path) as archive:
        manifest, leaves = json.loads(archive.read("manifest.json")), archive.read("leaves.jsonl").split(b"\n")
        lines = lambda name: [json.loads(line) for line in archive.read(name).decode().splitlines()]
        notes, rows = lines("notes.jsonl"), lines("rows.jsonl")
        anchors = lines("anchors.jsonl") if "anchors.jsonl" in archive.namelist() else []
    must(manifest["v"] == 1, "version")
    parts = [part for row in rows for part in row] + notes + [note for _, note, _, _ in anchors]
    numbers = [number for size, _, index, _ in anchors for number in (size, index)]
    hashes = [hash_ for _, _, _, proof in anchors for hash_ in proof]
    must(all(len(row) == 3 for row in rows) and all(isinstance(part, str) for part in parts), "notes or rows")
    must(all(type(number) is int and number >= 0 for number in numbers), "anchors")
    must(all(len(hash_) == 64 and bytes.fromhex(hash_).hex() == hash_ for hash_ in hashes), "proofs")
    book = Book(manifest["agency"])
    book.read(leaves[:-1], notes, {note.size for note in older if note} | set(map(size_of, marks)))
    if leaves[-1] or book.note is None or book.note.size != book.size:
        book.faults.append("the last leaves are not signed")
    book.anchor(anchors)
    book.compare({(table, pk): digest for table, pk, digest in rows})
    return book, judge(book, older, key or "", witnesses, marks)
STATUS = ["OK", "ALTERED", "UNREADABLE", "OLDER OR ANOTHER BOOK", "UNKNOWN KEY", "OK, BUT NO WITNESS"]
def tell(books, status):
    for book in books:
        print(f"{book.agency}: {book.size} leaves, root {book.root().hex()}, {len(book.rows)} rows bound")
        print("\n".join(book.faults[:50]))
    print(STATUS[status])
    return status
def read_file(path):
    with open(path, encoding="utf-8") as file:
        return read_note(file.read())
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("--key")
    for name in ("--note", "--mark", "--witness"):
        parser.add_argument(name, action="append", default=[])
    args = parser.parse_args()
    try:
        older, witnesses = [read_file(path) for path in args.note], [Key(text) for text in args.witness]
        book, status = check_bundle(args.bundle, args.key, older, witnesses, args.mark)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as cause:
        print(f"unreadable: {cause!r}")
        return 2
    return tell([book], status)

if __name__ == "__main__":
    sys.exit(main())
