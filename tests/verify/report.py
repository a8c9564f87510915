#!/usr/bin/env python3
"""Verifies a signed list of who saw whose data without quytrinh: standard library only.

    report.py LIST.zip --key VKEY

VKEY is the key of the ledger (of its log, where several agencies share a server), as witnesses know it.
Exit status: 0 all is well, 1 altered or signed by another key, 2 unreadable.
"""
import argparse, hashlib, sys, zipfile
from verify import Key, Note


def judge(path, key):
    files = zipfile.ZipFile(path)
    table, statement = files.read("access.csv"), files.read("statement.txt")
    note = Note(files.read("statement.sig").decode())
    said = f"quytrinh/report/v1\n{hashlib.sha256(statement).hexdigest()}\n"
    if note.text != said or not note.is_by(Key(key)):
        return 1
    facts = dict(line.split(": ", 1) for line in statement.decode().splitlines()[1:])
    rows = len(table.decode("utf-8-sig").splitlines()) - 1
    is_whole = facts["sha256 access.csv"] == hashlib.sha256(table).hexdigest() and int(facts["rows"]) == rows
    return 0 if is_whole else 1


def main():
    options = argparse.ArgumentParser()
    options.add_argument("list")
    options.add_argument("--key", required=True)
    args = options.parse_args()
    try:
        status = judge(args.list, args.key)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as cause:
        print(cause)
        status = 2
    print({0: "well", 1: "altered", 2: "unreadable"}[status])
    sys.exit(status)


main()
