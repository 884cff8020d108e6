"""Section 2 of docs/format.md as a writer: numbers, run-length coding, columns, changes.

`Raw` keeps every piece of a change as bytes, so that a vector can spoil exactly one of them and have the length and the
checksum computed again.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from itertools import groupby

MAGIC = bytes.fromhex("856f4a83")
KEY, INSERT, ACTION, KIND, VALUE, PRED, PRED_ACTOR, PRED_COUNTER = 21, 52, 66, 86, 87, 112, 113, 115
NULL, FALSE, TRUE, UINT, INT, FLOAT, STR, BYTES, COUNTER, TIMESTAMP = range(10)


def sha256(data):
    return hashlib.sha256(data).digest()


def base32(data):
    return base64.b32encode(data).decode().lower().rstrip("=")


def uleb(number):
    out = bytearray()
    while True:
        low, number = number & 0x7F, number >> 7
        if not number:
            out.append(low)
            return bytes(out)
        out.append(low | 0x80)


def sleb(number):
    out = bytearray()
    while True:
        low, number = number & 0x7F, number >> 7
        if (number == 0 and not low & 0x40) or (number == -1 and low & 0x40):
            out.append(low)
            return bytes(out)
        out.append(low | 0x80)


def longer(leb):
    """The same unsigned number in one byte more than it needs."""
    return leb[:-1] + bytes([leb[-1] | 0x80, 0])


def text(string):
    """A string of a run-length coded column: uLEB length, UTF-8."""
    data = string.encode() if isinstance(string, str) else string
    return uleb(len(data)) + data


def rle(values, encode):
    """Run-length coding in its one form: runs of two or more, everything between them in one literal group."""
    out, literal = bytearray(), []

    def flush():
        if literal:
            out.extend(sleb(-len(literal)) + b"".join(map(encode, literal)))
            literal.clear()

    for value, group in groupby(values):
        count = len(list(group))
        if count == 1:
            literal.append(value)
        else:
            flush()
            out.extend(sleb(count) + encode(value))
    flush()
    return bytes(out)


def deltas(numbers):
    return [number - before for number, before in zip(numbers, [0, *numbers])]


def typed(value):
    """(type, bytes) of a value, as in the columns 86 and 87."""
    if value is None:
        return NULL, b""
    if value is False:
        return FALSE, b""
    if value is True:
        return TRUE, b""
    if isinstance(value, int):
        return INT, sleb(value)
    return STR, value.encode()


@dataclass
class Op:
    path: str
    value: object
    preds: list = field(default_factory=list)  # (counter, actor), ascending


@dataclass
class Change:
    actor: bytes
    ops: list
    seq: int = 1
    start_op: int = 1
    deps: list = field(default_factory=list)
    time: int = 1_760_000_000_000
    message: str = ""

    def others(self):
        return sorted({actor for op in self.ops for _, actor in op.preds} - {self.actor})

    def raw(self):
        return Raw(self)

    def encode(self):
        return self.raw().chunk()

    def decoded(self):
        """The content as JSON."""
        return {
            "deps": [dep.hex() for dep in self.deps],
            "actor": self.actor.hex(),
            "seq": self.seq,
            "start_op": self.start_op,
            "time": self.time,
            "message": self.message,
            "other_actors": [actor.hex() for actor in self.others()],
            "ops": [
                {"path": op.path, "value": op.value, "preds": [f"{counter}@{actor.hex()}" for counter, actor in op.preds]}
                for op in self.ops
            ],
        }


class Raw:
    """A change in pieces; every piece may be replaced before `chunk` puts them together."""

    def __init__(self, change):
        ops, others = change.ops, change.others()
        index = {actor: number for number, actor in enumerate([change.actor, *others])}
        preds = [pred for op in ops for pred in op.preds]
        self.deps_count = uleb(len(change.deps))
        self.deps = b"".join(sorted(change.deps))
        self.actor_length = uleb(len(change.actor))
        self.actor = change.actor
        self.seq = uleb(change.seq)
        self.start_op = uleb(change.start_op)
        self.time = sleb(change.time)
        self.message = change.message.encode()
        self.message_length = None
        self.others_count = None
        self.others = [uleb(16) + actor for actor in others]
        values = [typed(op.value) for op in ops]
        self.columns = {
            KEY: rle([op.path for op in ops], text),
            INSERT: uleb(len(ops)),
            ACTION: rle([1 for _ in ops], uleb),
            KIND: rle([len(data) * 16 + kind for kind, data in values], uleb),
            VALUE: b"".join(data for _, data in values),
            PRED: rle([len(op.preds) for op in ops], uleb),
            PRED_ACTOR: rle([index[actor] for _, actor in preds], uleb),
            PRED_COUNTER: rle(deltas([counter for counter, _ in preds]), sleb),
        }
        self.order = None  # column specifications in another order, or repeated
        self.keep_empty = ()
        self.columns_count = None
        self.spec_bytes = {}
        self.length_bytes = {}
        self.after = b""  # bytes behind the columns, inside the length

    def body(self):
        order = self.order
        if order is None:
            order = [spec for spec in sorted(self.columns) if self.columns[spec] or spec in self.keep_empty]
        meta = b"".join(
            self.spec_bytes.get(spec, uleb(spec)) + self.length_bytes.get(spec, uleb(len(self.columns[spec]))) for spec in order
        )
        return b"".join([
            self.deps_count, self.deps,
            self.actor_length, self.actor,
            self.seq, self.start_op, self.time,
            uleb(len(self.message)) if self.message_length is None else self.message_length, self.message,
            uleb(len(self.others)) if self.others_count is None else self.others_count, *self.others,
            uleb(len(order)) if self.columns_count is None else self.columns_count, meta,
            *(self.columns[spec] for spec in order),
            self.after,
        ])

    def chunk(self, magic=MAGIC, checksum=None, kind=b"\x01", length=None, tail=b""):
        body = self.body()
        rest = kind + (uleb(len(body)) if length is None else length) + body
        return magic + (sha256(rest)[:4] if checksum is None else checksum) + rest + tail


def change_hash(data):
    """The hash of a well-formed change: everything after magic and checksum."""
    return sha256(data[8:])


# Deflate, written here so that the files do not depend on a zlib version.

_LENGTHS = [(257 + i, 3 + i, 0) for i in range(8)]
_base = 11
for _i in range(20):
    _LENGTHS.append((265 + _i, _base, 1 + _i // 4))
    _base += 1 << (1 + _i // 4)
_LENGTHS.append((285, 258, 0))
_DISTANCES, _base = [], 1
for _i in range(30):
    _extra = max(0, _i // 2 - 1)
    _DISTANCES.append((_i, _base, _extra))
    _base += 1 << _extra


class _Bits:
    def __init__(self):
        self.out, self.bits, self.count = bytearray(), 0, 0

    def put(self, number, width):
        self.bits |= number << self.count
        self.count += width
        while self.count >= 8:
            self.out.append(self.bits & 0xFF)
            self.bits >>= 8
            self.count -= 8

    def code(self, number, width):
        self.put(int(f"{number:0{width}b}"[::-1], 2), width)

    def symbol(self, number):
        if number < 144:
            self.code(0x30 + number, 8)
        elif number < 256:
            self.code(0x190 + number - 144, 9)
        elif number < 280:
            self.code(number - 256, 7)
        else:
            self.code(0xC0 + number - 280, 8)

    def done(self):
        if self.count:
            self.put(0, 8 - self.count)
        return bytes(self.out)


def deflate_fixed(data, longest=258):
    """One block with the fixed codes and a simple search for repeats."""
    bits, seen, at = _Bits(), {}, 0
    bits.put(1, 1)
    bits.put(1, 2)
    while at < len(data):
        here = data[at:at + 3]
        before = seen.get(here) if len(here) == 3 else None
        length = 0
        if before is not None and at - before <= 32768:
            length = 3
            while length < longest and at + length < len(data) and data[before + length] == data[at + length]:
                length += 1
        if length:
            symbol, base, extra = [row for row in _LENGTHS if row[1] <= length][-1]
            bits.symbol(symbol)
            bits.put(length - base, extra)
            symbol, base, extra = [row for row in _DISTANCES if row[1] <= at - before][-1]
            bits.code(symbol, 5)
            bits.put(at - before - base, extra)
        else:
            bits.symbol(data[at])
        for skipped in range(at, at + max(length, 1)):
            seen[data[skipped:skipped + 3]] = skipped
        at += max(length, 1)
    bits.symbol(256)
    return bits.done()


def deflate_stored(data):
    """Stored blocks only."""
    out = bytearray()
    blocks = [data[at:at + 65535] for at in range(0, len(data), 65535)] or [b""]
    for number, block in enumerate(blocks):
        out.append(number == len(blocks) - 1)
        out += len(block).to_bytes(2, "little") + (len(block) ^ 0xFFFF).to_bytes(2, "little") + block
    return bytes(out)


def blob(data):
    """Bytes as JSON: plain hexadecimal, or pieces with repeats if that is much shorter."""
    if len(data) < 4096:
        return {"hex": data.hex()}
    parts, at = [], 0
    for found in re.finditer(rb"(..??)\1{63,}", data, re.DOTALL):
        if found.start() > at:
            parts.append({"hex": data[at:found.start()].hex()})
        at = found.end()
        parts.append({"repeat": found[1].hex(), "times": len(found[0]) // len(found[1])})
    if at < len(data):
        parts.append({"hex": data[at:].hex()})
    if sum(len(part.get("hex", "")) for part in parts) > len(data):
        return {"hex": data.hex()}
    return {"parts": parts, "bytes": len(data), "sha256": sha256(data).hex()}
