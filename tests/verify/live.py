#!/usr/bin/env python3
"""Verifies the books of a SQLite database of quytrinh without quytrinh: every row is digested anew.

    live.py quytrinh.db [--note OLD.note ...] [--outside TABLE ...]

The books and notes are read by verify.py beside this file, whose exit status this has.
"""
import argparse, sqlite3, sys
from verify import Book, judge, read_file, sha, tell

LOG, TAG = "deployment", {"text": "T", "integer": "I", "real": "R"}
OUTSIDE = """ledger ledger_leaves ledger_nodes ledger_checkpoints ledger_cosignatures ledger_pen __diesel_schema_migrations
    version_search version_words version_words_config version_words_content version_words_data version_words_docsize
    version_words_idx sessions request_keys known_devices guess_counters half_sign_ins draft_typings letters""".split()
def digests(db, outside):
    """The digest of every bound row, as the program makes it: name, kind, length and value of what is not empty."""
    tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'")
    for (table,) in [row for row in tables.fetchall() if row[0] not in outside]:
        info = db.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
        columns = sorted(name for name, _ in info)
        key = [name for name, place in sorted(info, key=lambda column: column[1]) if place]
        owner = "agency_id" if "agency_id" in columns else key[0]
        shown = [f"typeof(\"{c}\"), CAST(CASE typeof(\"{c}\") WHEN 'blob' THEN hex(\"{c}\") WHEN 'real' THEN "
                 f"printf('%!.17g', \"{c}\") ELSE \"{c}\" END AS BLOB)" for c in columns]
        pk = f'CAST("{key[0]}" AS TEXT)' if len(key) == 1 else "json_array(" + ", ".join(f'"{c}"' for c in key) + ")"
        for row in db.execute(f'SELECT CAST("{owner}" AS TEXT), {pk}, {", ".join(shown)} FROM "{table}"'):
            text = b"".join(f"{column}:{TAG.get(kind, 'B')}:{len(value)}:".encode() + value + b";"
                            for column, kind, value in zip(columns, row[2::2], row[3::2]) if kind != "null")
            yield row[0], (table, row[1]), sha(b"quytrinh/row/v1\0" + table.encode() + b"\0" + text).hex()
def follow(book, log):
    """Since the book names the key of the log, each of its checkpoints is a leaf of the log, in their order."""
    names = [key.name for _, key in book.keys["key"]]
    own, notes = [note.whole for note in log if note.origin in names], [note.whole for note in book.notes]
    first = book.keys["deployment_key"][0][0] if book.keys["deployment_key"] else book.size
    if notes[len(notes) - len(own):] != own or len(own) < sum(note.size > first for note in book.notes):
        book.faults.append("checkpoints do not stand in the log of checkpoints")
    return len(own)
def check_database(path, older, outside):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    db.execute("BEGIN")
    live = {}
    for owner, name, digest in digests(db, outside):
        live.setdefault(owner, {})[name] = digest
    worst, books = 5, []
    agencies = [agency for (agency,) in db.execute("SELECT DISTINCT agency_id FROM ledger_leaves").fetchall()]
    for agency in sorted(agencies, key=lambda agency: agency == LOG):
        book = Book(agency)
        if agency == LOG:
            book.log, book.keys["key"] = [], [(-1, key) for own in books for _, key in own.keys["deployment_key"]]
        ask = "SELECT {} FROM {} WHERE agency_id = ? ORDER BY {}"
        all_of = lambda *what: db.execute(ask.format(*what), (agency,))
        leaves = all_of("CAST(bytes AS BLOB), leaf_hash, seq", "ledger_leaves", "seq").fetchall()
        notes = all_of("note", "ledger_checkpoints", "size").fetchall()
        for number, (data, hash_, seq) in enumerate(leaves):
            if seq != number or sha(b"\0" + data).hex() != hash_:
                book.faults.append(f"leaf {number}: altered or missing")
        book.read([row[0] for row in leaves], [row[0] for row in notes], {note.size for note in older if note})
        book.compare(live.pop(agency, {}))
        books.append(book)
    if LOG in agencies and sum(follow(own, books[-1].log) for own in books[:-1]) != books[-1].size:
        books[-1].faults.append("a leaf of the log of checkpoints is of no book")
    for book in books:
        status = judge(book, older if book.log is None else [], None, [])
        worst = 1 if 1 in (worst, status) else status if worst == 5 else worst
    return books, 1 if live else worst
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database")
    for name in ("--note", "--outside"):
        parser.add_argument(name, action="append", default=[])
    args = parser.parse_args()
    try:
        books, status = check_database(args.database, [read_file(path) for path in args.note], OUTSIDE + args.outside)
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error) as cause:
        print(f"unreadable: {cause!r}")
        return 2
    return tell(books, status)

if __name__ == "__main__":
    sys.exit(main())
