#!/usr/bin/env python3
"""Checks a signature that was taken away from its page, with nothing but Python: Ed25519 as in RFC 8032; passkeys with
ECDSA on P-256 (FIPS 186-5) or RSA (RFC 8017) as in WebAuthn level 2, section 7.2.

Usage: signature.py FOLDER [AGENCY_KEY]   The folder holds statement.txt, signature.txt and key.txt; manifest.txt where the
statement names what is covered (one by which power is lent covers nothing else), and passkey.json where it names passkeys.
AGENCY_KEY is the agency's public key (Base64) as it was learned elsewhere: on paper, from its own page.
Exit status: 0 when all holds, 1 when something does not."""
import base64, hashlib, json, pathlib, sys, urllib.parse

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


# The curve P-256: prime, order, base point.
Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def plus(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % Q == 0:
            return None
        m = (3 * p[0] * p[0] - 3) * pow(2 * p[1], Q - 2, Q)
    else:
        m = (q[1] - p[1]) * pow(q[0] - p[0], Q - 2, Q)
    x = (m * m - p[0] - q[0]) % Q
    return (x, (m * (p[0] - x) - p[1]) % Q)


def multiple(n, p):
    total = None
    while n:
        total, p, n = (plus(total, p) if n & 1 else total), plus(p, p), n >> 1
    return total


def number(der):
    """The first number of a DER sequence, and what is left."""
    if der[0] != 2 or der[1] > 33:
        raise ValueError("no number")
    return int.from_bytes(der[2 : 2 + der[1]], "big"), der[2 + der[1] :]


def es256(key, text, signature):
    x, y = (int.from_bytes(part, "big") for part in (key[:32], key[32:]))
    if len(key) != 64 or max(x, y) >= Q or (y * y - x**3 + 3 * x - B) % Q or signature[0] != 48:
        return False
    r, rest = number(signature[2:])
    s, rest = number(rest)
    if rest or not (0 < r < N and 0 < s < N):
        return False
    w = pow(s, N - 2, N)
    h = int.from_bytes(hashlib.sha256(text).digest(), "big")
    found = plus(multiple(h * w % N, G), multiple(r * w % N, (x, y)))
    return found is not None and found[0] % N == r


def rs256(key, text, signature):
    e, n = int.from_bytes(key[:3], "big"), int.from_bytes(key[3:], "big")
    size = (n.bit_length() + 7) // 8
    info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(text).digest()
    wanted = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
    return size >= 256 and len(signature) == size and pow(int.from_bytes(signature, "big"), e, n).to_bytes(size, "big") == wanted


def signed_by_passkey(line, statement, kept):
    """Whether one of the passkeys of the line signed the statement at its site, with its person checked."""
    host, *names = line.split(" ")
    part = {name: base64.b64decode(text, validate=True) for name, text in kept.items() if name != "key"}
    kind, _, key = kept["key"].partition(":")
    client, device = json.loads(part["client_data"]), part["authenticator_data"]
    asked = base64.urlsafe_b64encode(hashlib.sha256(statement).digest()).rstrip(b"=").decode()
    site = urllib.parse.urlsplit(client["origin"])
    check = {"es256": es256, "rs256": rs256}[kind]
    return (
        "sha256:" + hashlib.sha256(kept["key"].encode()).hexdigest() in names
        and client["type"] == "webauthn.get" and client["challenge"] == asked and not client.get("crossOrigin")
        and site.hostname == host and (site.scheme == "https" or host == "localhost")
        and device[:32] == hashlib.sha256(host.encode()).digest() and device[32] & 5 == 5
        and check(base64.b64decode(key), device + hashlib.sha256(part["client_data"]).digest(), part["signature"])
    )


def main(folder, trusted=None):
    read = lambda name: (pathlib.Path(folder) / name).read_bytes()
    unpack = lambda text: base64.b64decode(text.removeprefix("ed25519:"), validate=True)
    statement, (heads, _, note) = read("statement.txt"), read("key.txt").decode().partition("\n\n")
    keys = dict(line.split(": ", 1) for line in heads.splitlines())
    said = dict(line.split(": ", 1) for line in statement.decode().splitlines()[1:])
    public, agency = unpack(keys["khoa-nguoi-ky"]), unpack(trusted or keys["khoa-co-quan"])
    found = {
        "signature": holds(public, statement, base64.b64decode(read("signature.txt").strip())),
    }
    lends = statement.startswith(b"quytrinh/delegation/v1\n")
    if not lends:
        found["manifest"] = said["noi-dung"] == "sha256:" + hashlib.sha256(read("manifest.txt")).hexdigest()
    if "passkey" in said or said["xac-thuc"] == "mat-khau+passkey":
        try:
            found["passkey"] = signed_by_passkey(said["passkey"], statement, json.loads(read("passkey.json")))
        except (OSError, ValueError, KeyError, IndexError):
            found["passkey"] = False
    if note.strip():
        text, _, line = note.rstrip("\n").rpartition("\n\u2014 ")
        certified = dict(line.split(": ", 1) for line in text.splitlines()[1:])
        found["certificate"] = holds(agency, text.encode(), base64.b64decode(line.split(" ")[1])[4:])
        found["certified key"] = unpack(certified["khoa-cong-khai"]) == public
        found["certified person"] = certified["nguoi"].split(" | ")[0] == said["nguoi-uy-quyen" if lends else "nguoi-ky"].split(" | ")[0]
    else:
        print("certificate: none, the key waits to be attested")
    for name, good in found.items():
        print(f"{name}: {'holds' if good else 'DOES NOT HOLD'}")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
