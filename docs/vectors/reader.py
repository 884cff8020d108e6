"""Section 2 of docs/format.md as a strict reader. It names the rule that a change breaks.

`make.py` uses it to make sure that valid vectors read back as written, and that each invalid one is refused for the reason
it gives.
"""

import re

from codec import (ACTION, FALSE, INSERT, INT, KEY, KIND, MAGIC, NULL, PRED, PRED_ACTOR, PRED_COUNTER, STR, TRUE, VALUE,
                   Change, Op, sha256)

KNOWN = {KEY, INSERT, ACTION, KIND, VALUE, PRED, PRED_ACTOR, PRED_COUNTER}
MAX_BYTES, MAX_OPS, MAX_PREDS, MAX_STR, MAX_INT, MAX_OP = 262_144, 5_000, 65_536, 65_536, 2**53 - 1, 2**31 - 1
SEGMENT = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Refused(Exception):
    def __init__(self, rule):
        super().__init__(rule)
        self.rule = rule


def check(condition, rule):
    if not condition:
        raise Refused(rule)


def segment_ok(segment):
    return bool(SEGMENT.fullmatch(segment)) and segment not in ("__proto__", "prototype", "constructor")


def path_ok(path):
    segments = path.split("/")
    return len(path.encode()) <= 120 and len(segments) <= 5 and all(map(segment_ok, segments))


class Bytes:
    def __init__(self, data, short):
        self.data, self.at, self.short = data, 0, short

    def left(self):
        return len(self.data) - self.at

    def take(self, count):
        check(count <= self.left(), self.short)
        self.at += count
        return self.data[self.at - count:self.at]

    def uleb(self):
        number = shift = 0
        while True:
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                check(byte or shift == 7, "number-shortest")
                return number
            check(shift < 70, "number-too-long")

    def sleb(self):
        number = shift = before = 0
        while True:
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                if shift > 7:
                    check(not (byte == 0 and not before & 0x40) and not (byte == 0x7F and before & 0x40), "number-shortest")
                return number - (1 << shift) if byte & 0x40 else number
            before = byte
            check(shift < 70, "number-too-long")

    def text(self):
        data = self.take(self.uleb())
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise Refused("utf-8") from None


def unrle(data, read, limit, rule):
    source, values, before = Bytes(data, "column-cut"), [], None
    while source.left():
        count = source.sleb()
        check(count, "rle-null")
        if count > 0:
            check(count > 1, "rle-run-of-one")
            check(len(values) + count <= limit, rule)
            value = read(source)
            check(not (values and values[-1] == value), "rle-run-continues" if before == "run" else "rle-literal-equal")
            values += [value] * count
            before = "run"
        else:
            check(before != "literal", "rle-literals-touch")
            check(len(values) - count <= limit, rule)
            for _ in range(-count):
                value = read(source)
                check(not (values and values[-1] == value), "rle-literal-equal")
                values.append(value)
            before = "literal"
    return values


def read_change(data):
    check(len(data) <= MAX_BYTES, "change-bytes")
    head = Bytes(data, "cut")
    check(head.take(4) == MAGIC, "magic")
    checksum = head.take(4)
    hashed = data[8:]
    check(head.take(1) == b"\x01", "chunk-type")
    length = head.uleb()
    check(length == head.left(), "length")
    check(sha256(hashed)[:4] == checksum, "checksum")

    count = head.uleb()
    check(count * 32 <= head.left(), "cut")
    deps = [head.take(32) for _ in range(count)]
    check(all(a < b for a, b in zip(deps, deps[1:])), "deps-ascending")
    check(head.uleb() == 16, "actor-16")
    actor = head.take(16)
    seq = head.uleb()
    check(seq >= 1, "seq-from-1")
    start_op = head.uleb()
    check(start_op >= 1, "start-op-from-1")
    time = head.sleb()
    message = head.text()
    count = head.uleb()
    check(count * 17 <= head.left(), "cut")
    others = []
    for _ in range(count):
        check(head.uleb() == 16, "actor-16")
        others.append(head.take(16))
    check(all(a < b for a, b in zip(others, others[1:])), "others-ascending")
    check(actor not in others, "others-own")

    count = head.uleb()
    check(count * 2 <= head.left(), "cut")
    meta = [(head.uleb(), head.uleb()) for _ in range(count)]
    check(meta, "operations-1-to-5000")
    for spec, size in meta:
        check(spec in KNOWN, "column-unknown")
    check(all(a[0] < b[0] for a, b in zip(meta, meta[1:])), "columns-ascending")
    check(all(size for _, size in meta), "column-empty")
    check({KEY, INSERT, ACTION, KIND, PRED} <= {spec for spec, _ in meta}, "column-missing")
    columns = {spec: head.take(size) for spec, size in meta}
    check(not head.left(), "extra-bytes")

    insert = Bytes(columns[INSERT], "column-cut")
    n = insert.uleb()
    check(not insert.left(), "insert-false")
    check(1 <= n <= MAX_OPS, "operations-1-to-5000")
    check(start_op + n - 1 <= MAX_OP, "operation-31-bit")
    paths = unrle(columns[KEY], Bytes.text, n, "column-count")
    check(len(paths) == n, "column-count")
    check(all(map(path_ok, paths)), "path")
    check(all(a < b for a, b in zip(paths, paths[1:])), "paths-ascending")
    actions = unrle(columns[ACTION], Bytes.uleb, n, "column-count")
    check(len(actions) == n, "column-count")
    check(set(actions) == {1}, "action-put")
    kinds = unrle(columns[KIND], Bytes.uleb, n, "column-count")
    check(len(kinds) == n, "column-count")
    content, values = Bytes(columns.get(VALUE, b""), "value-bytes"), []
    for kind in kinds:
        size, kind = divmod(kind, 16)
        check(kind in (NULL, FALSE, TRUE, INT, STR), "value-type")
        if kind == STR:
            check(1 <= size <= MAX_STR, "string-length")
            try:
                values.append(content.take(size).decode())
            except UnicodeDecodeError:
                raise Refused("utf-8") from None
        elif kind == INT:
            number = Bytes(content.take(size), "int-length")
            values.append(number.sleb())
            check(not number.left(), "int-length")
            check(-MAX_INT <= values[-1] <= MAX_INT, "int-range")
        else:
            check(size == 0, "value-length")
            values.append({NULL: None, FALSE: False, TRUE: True}[kind])
    check(not content.left(), "value-bytes")

    counts = unrle(columns[PRED], Bytes.uleb, n, "column-count")
    check(len(counts) == n, "column-count")
    total = sum(counts)
    check(total <= MAX_PREDS, "predecessors-65536")
    indices = unrle(columns.get(PRED_ACTOR, b""), Bytes.uleb, total, "predecessor-count")
    steps = unrle(columns.get(PRED_COUNTER, b""), Bytes.sleb, total, "predecessor-count")
    check(len(indices) == len(steps) == total, "predecessor-count")
    actors = [actor, *others]
    check(all(index < len(actors) for index in indices), "predecessor-actor")
    check(set(range(1, len(actors))) <= set(indices), "others-unused")
    counters, counter = [], 0
    for step in steps:
        counter += step
        counters.append(counter)
    preds, ops = iter(zip(counters, (actors[index] for index in indices))), []
    for path, value, count in zip(paths, values, counts):
        mine = [next(preds) for _ in range(count)]
        check(all(a < b for a, b in zip(mine, mine[1:])), "predecessors-ascending")
        ops.append(Op(path, value, mine))
    return Change(actor, ops, seq, start_op, deps, time, message)
