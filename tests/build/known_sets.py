#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The sets that the self test deals, dealt here by an implementation that
shares no code with the library: what the self test holds its own against must
be their digests.

[RFC9496] The ristretto255 and decaf448 Groups, section 4.
"""
import hashlib
import json
import re

import tap
import tree

SOURCE = 'lib/custody/self_test.c'

THRESHOLD, COUNT = 2, 3
KEY = b'The key that the self test deals'
LABEL = b'A set of known cards, made by the self test of this machine: 2/3'

# ---- ristretto255, by [RFC9496] ----

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
I = pow(2, (P - 1) // 4, P)


def positive(x):
    return -x % P if x % P & 1 else x % P


def inverse_root(v):
    """1 / sqrt(v)"""
    root = pow(v, 3, P) * pow(pow(v, 7, P), (P - 5) // 8, P) % P
    if v * root * root % P in (P - 1, -I % P):
        root *= I
    return positive(root)


def decode(encoded):
    s = int.from_bytes(encoded, 'little')
    u1, u2 = 1 - s * s, 1 + s * s
    v = -D * u1 * u1 - u2 * u2
    root = inverse_root(v * u2 * u2 % P)
    return positive(2 * s * root * u2), u1 * root * root * u2 * v % P


def encode(point):
    x, y = point
    u1, u2 = 1 - y * y, x * y % P
    root = inverse_root(u1 * u2 * u2 % P)
    den1, den2 = root * u1, root * u2
    inverse_z = den1 * den2 * u2
    if u2 * inverse_z % P & 1:
        x, y, den2 = y * I, x * I, den1 * inverse_root(-1 - D)
    if x * inverse_z % P & 1:
        y = -y
    return positive(den2 * (1 - y)).to_bytes(32, 'little')


def add(a, b):
    product = D * a[0] * b[0] * a[1] * b[1]
    return ((a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, P) % P,
        (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P)


def multiply(scalar, point):
    product = 0, 1
    for bit in f'{scalar:b}':
        product = add(product, product)
        if bit == '1':
            product = add(product, point)
    return product


B = decode(bytes.fromhex(
    'e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76'))
H = decode(bytes.fromhex(
    json.loads(tree.read('tests/vectors/custody.json'))['generator H']))


def commit(f, g):
    return encode(add(multiply(f, B), multiply(g, H)))


# ---- The formats ----


def sha256(*parts):
    return hashlib.sha256(b''.join(parts)).digest()


def sha512(*parts):
    return hashlib.sha512(b''.join(parts)).digest()


def item(tag, value):
    n = len(value)
    length = bytes([n]) if n < 0x80 else \
        b'\x81' + bytes([n]) if n < 0x100 else b'\x82' + n.to_bytes(2, 'big')
    return bytes([tag]) + length + value


def number(tag, size, value):
    return item(tag, value.to_bytes(size, 'big'))


def head(scheme, lineage):
    """80 to 89."""
    return [number(0x80, 1, 1), number(0x81, 1, scheme), number(0x82, 1, 0),
        number(0x83, 1, THRESHOLD), number(0x84, 1, COUNT),
        number(0x85, 2, len(KEY)), item(0x86, lineage), number(0x87, 4, 0),
        item(0x88, LABEL), number(0x89, 8, 0)]


def share(index, fingerprint, value):
    checked = number(0x80, 1, 1) + number(0x81, 1, index) + \
        item(0x82, fingerprint) + item(0x83, value)
    return item(0xe2, checked + item(0x84, sha256(checked)[:8]))


def tape():
    """What the self test draws from."""
    n = 0
    while True:
        yield (7 * n + (n >> 5)) & 0xff
        n += 1


def draw(drawn, size):
    return bytes(next(drawn) for _ in range(size))


# ---- The schemes: the record's last items, and the values ----


def gf256_multiply(a, b):
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11b if a & 0x80 else 0)
        b >>= 1
    return product


def gf256(fields, drawn):
    extended = KEY + draw(drawn, 32)
    slope = draw(drawn, len(extended))
    values = [bytes(a ^ gf256_multiply(i, b) for a, b in zip(extended, slope))
        for i in range(1, COUNT + 1)]
    lasting = sha256(*(fields[i] for i in (0, 1, 5, 6)))
    tags = [sha256(b'libkeyshare/v1/gf256/key', lasting, extended)]
    for i, value in enumerate(values, 1):
        tags.append(sha256(b'libkeyshare/v1/gf256/share', sha256(*fields),
            bytes([i]), value))
    return [item(0x8b, b''.join(tags))], values


def wide(encoded):
    return int.from_bytes(encoded, 'little') % L


def little(*scalars):
    return b''.join(x.to_bytes(32, 'little') for x in scalars)


def prove(context, openings, drawn):
    secret = b''.join(little(*opening) for opening in openings)
    masks = [(wide(draw(drawn, 64)) + wide(sha512(
        b'libkeyshare/v1/pedersen/nonce', secret, context, which))) % L
        for which in (b'a', b'b')]
    announced = commit(*masks)
    challenge = wide(
        sha512(b'libkeyshare/v1/pedersen/proof', context, announced))
    for j, opening in enumerate(openings):
        rho = wide(sha512(b'libkeyshare/v1/pedersen/rho', context,
            j.to_bytes(2, 'big')))
        masks = [(mask + challenge * rho * x) % L
            for mask, x in zip(masks, opening)]
    return announced + little(*masks)


def pedersen(fields, drawn):
    commitments, openings, values = b'', [], [b''] * COUNT
    for start in range(0, len(KEY), 31):
        opening = (int.from_bytes(KEY[start:start + 31], 'little'),
            wide(draw(drawn, 64)))
        slope = wide(draw(drawn, 64)), wide(draw(drawn, 64))
        openings.append(opening)
        commitments += commit(*opening) + commit(*slope)
        for i in range(COUNT):
            values[i] += little(*((a + (i + 1) * b) % L
                for a, b in zip(opening, slope)))
    committed = item(0x8b, commitments)
    proof = prove(sha512(*fields, committed), openings, drawn)
    return [committed, item(0x8c, proof)], values


def dealt(scheme, deal):
    """The digest of the record and all shares, one behind the other."""
    drawn = tape()
    fields = head(scheme, draw(drawn, 16))
    more, values = deal(fields, drawn)
    record = item(0xe1, b''.join(fields + more))
    return sha256(record, *(share(i, sha256(record), value)
        for i, value in enumerate(values, 1)))


# ---- The check ----


def missing(text):
    """Those of the known texts and digests that do not stand in C."""
    written = ''.join(re.findall(r'0x([0-9a-f]{2})\b', text))
    for known in KEY, LABEL:
        if f'"{known.decode()}"' not in text:
            yield f'{SOURCE}: no "{known.decode()}"'
    for scheme, deal in (1, gf256), (2, pedersen):
        digest = dealt(scheme, deal).hex()
        if digest not in written:
            yield f'{SOURCE}: {deal.__name__}: {digest}'


def body(tap_):
    text = tree.read(SOURCE)
    tap_.clean('the self test knows the sets that it deals', missing(text))
    tap_.catches('a digit that is another',
        missing(re.sub(r'0x0([0-9a-f])\b', r'0x1\1', text)))


tap.main(body)
