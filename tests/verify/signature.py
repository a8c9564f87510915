#!/usr/bin/env python3
"""Checks a signature that was taken away from its page, with nothing but Python: Ed25519 as in RFC 8032.

Usage: signature.py FOLDER [AGENCY_KEY]   The folder holds statement.txt, signature.txt, key.txt and manifest.txt.
AGENCY_KEY is the agency's public key (Base64) as it was learned elsewhere: on paper, from its own page.
Exit status: 0 when all holds, 1 when something does not."""
import base64, hashlib, pathlib, sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if len(data) != 32 or y >= P:
        raise ValueError("no point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point")
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        q, p, n = (add(q, p) if n & 1 else q), add(p, p), n >> 1
    return q


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def holds(public, text, signature):
    try:
        a, r = point(public), point(signature[:32])
    except ValueError:
        return False
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    same = lambda i: (left[i] * right[2] - right[i] * left[2]) % P == 0
    return len(signature) == 64 and s < L and same(0) and same(1)


def main(folder, trusted=None):
    read = lambda name: (pathlib.Path(folder) / name).read_bytes()
    unpack = lambda text: base64.b64decode(text.removeprefix("ed25519:"), validate=True)
    statement, (heads, _, note) = read("statement.txt"), read("key.txt").decode().partition("\n\n")
    keys = dict(line.split(": ", 1) for line in heads.splitlines())
    said = dict(line.split(": ", 1) for line in statement.decode().splitlines()[1:])
    public, agency = unpack(keys["khoa-nguoi-ky"]), unpack(trusted or keys["khoa-co-quan"])
    found = {
        "signature": holds(public, statement, base64.b64decode(read("signature.txt").strip())),
        "manifest": said["noi-dung"] == "sha256:" + hashlib.sha256(read("manifest.txt")).hexdigest(),
    }
    if note.strip():
        text, _, line = note.rstrip("\n").rpartition("\n\u2014 ")
        certified = dict(line.split(": ", 1) for line in text.splitlines()[1:])
        found["certificate"] = holds(agency, text.encode(), base64.b64decode(line.split(" ")[1])[4:])
        found["certified key"] = unpack(certified["khoa-cong-khai"]) == public
        found["certified person"] = certified["nguoi"].split(" | ")[0] == said["nguoi-ky"].split(" | ")[0]
    else:
        print("certificate: none, the key waits to be attested")
    for name, good in found.items():
        print(f"{name}: {'holds' if good else 'DOES NOT HOLD'}")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
