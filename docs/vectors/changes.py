"""changes.json: section 2 of docs/format.md, valid changes and changes that break one rule."""

import struct

from codec import (ACTION, INSERT, KEY, KIND, MAGIC, PRED, PRED_ACTOR, PRED_COUNTER, VALUE, Change, Op, blob, change_hash,
                   deflate_fixed, longer, rle, sha256, sleb, text, typed, uleb)
from reader import Refused, read_change

A, B, C, D = (bytes([byte] * 16) for byte in (0xAA, 0xBB, 0xCC, 0xDD))
CARD = "k5t3abcdefghijklmnop2345"
PERSON, IMPORT = "1 person r1", "1 import r1 i7"
SYSTEM = "1 system r1 crm 4711 rev%20%25%09x -"
DEP1, DEP2, DEP3 = (sha256(name) for name in (b"one", b"two", b"three"))
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def short_paths(count):
    pairs = [*DIGITS, *(x + y for x in DIGITS for y in DIGITS)]
    return sorted((pairs + [f"a{pair}" for pair in pairs[len(DIGITS):]])[:count])


def valid():
    first = Change(A, [Op("id", CARD)])
    yield "first change, one operation", first

    yield "first change, fifteen paths, every type", Change(A, [
        Op("emails/ab12cd34", True),
        Op("emails/ab12cd34/address", "jane@example.com"),
        Op("emails/ab12cd34/contexts/private", False),
        Op("emails/ab12cd34/contexts/work", True),
        Op("emails/ab12cd34/pref", 1),
        Op("id", CARD),
        Op("name", True),
        Op("name/given", "J\u00f6rg \u5f20\u4f1f \U0001f600"),
        Op("notes/zz234567", True),
        Op("notes/zz234567/note", "A long note, longer than one byte of a length can say. " * 3 + "\r\n\0\u00a0e\u0301"),
        Op("state", "live"),
        Op("x/large", 2**53 - 1),
        Op("x/negative", -65),
        Op("x/none", None),
        Op("x/small", -(2**53 - 1)),
    ], message=PERSON)

    yield "edge integers", Change(A, [
        Op(f"x/n{number:02}", value)
        for number, value in enumerate([0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8192, -8193, 2**31, -(2**31), 2**32, 2**52])
    ])

    yield "only values without bytes: no value column", Change(A, [Op("a", None), Op("b", True), Op("c", False)])

    yield "edit with one predecessor of the same actor", Change(
        A, [Op("emails/ab12cd34", True, [(1, A)]), Op("emails/ab12cd34/address", "doe@example.com", [(2, A)]), Op("state", "live", [(11, A)])],
        seq=2, start_op=16, deps=[DEP1], message=PERSON)

    yield "edit of one path, predecessor of the same actor", Change(
        A, [Op("name/given", "Jane", [(8, A)])], seq=2, start_op=16, deps=[DEP1])

    yield "predecessors of two other actors", Change(
        B, [Op("name", True, [(7, A), (21, C)]), Op("name/given", "Jane", [(8, A), (22, C)]), Op("name/title", "Dr")],
        seq=1, start_op=23, deps=sorted([DEP1, DEP2]), message=IMPORT)

    yield "one counter twice: ordered by actor, not by index", Change(
        C, [Op("name/given", "Jane", [(5, A), (5, B), (5, C), (5, D), (6, A)]), Op("name/surname", "Doe", [(4, D), (9, A)])],
        seq=2, start_op=10, deps=[DEP3])

    yield "merge of two dependencies", Change(
        A, [Op("state", "live", [(3, A), (3, B)])], seq=3, start_op=9, deps=sorted([DEP1, DEP2]), message=SYSTEM)

    yield "three dependencies, no predecessors", Change(A, [Op("x", 5)], start_op=2, deps=sorted([DEP1, DEP2, DEP3]))

    yield "runs and literals in the value kinds", Change(A, [
        Op(f"x/{letter}", value) for letter, value in zip("abcdefghijklmnop", [
            True, True, True, None, False, True, True, 1, 2, None, "a", "b", "c", "dd", None, None])
    ])

    yield "runs in the predecessors", Change(A, [
        Op("x/a", 1, [(1, B)]), Op("x/b", 1, [(2, B)]), Op("x/c", 1, [(3, B)]), Op("x/d", 1, [(4, B), (5, C)]), Op("x/e", 1),
        Op("x/f", 1), Op("x/g", 1, [(1, C), (3, C), (5, C)]),
    ], start_op=6, deps=[DEP1])

    yield "seq above 127", Change(A, [Op("x", 1, [(300, A)])], seq=300, start_op=301, deps=[DEP1])
    yield "start_op above 16383", Change(A, [Op("x", 1, [(16384, A)])], seq=16384, start_op=16385, deps=[DEP1])
    yield "last operation at 2^31 - 1", Change(A, [Op("x", 1), Op("y", 1)], seq=2, start_op=2**31 - 2, deps=[DEP1])
    yield "time before 1970", Change(A, [Op("id", CARD)], time=-1)
    yield "time far before 1970", Change(A, [Op("id", CARD)], time=-62135596800000)
    yield "time zero", Change(A, [Op("id", CARD)], time=0)
    yield "time 63", Change(A, [Op("id", CARD)], time=63)
    yield "time 64", Change(A, [Op("id", CARD)], time=64)
    yield "message of 200 bytes", Change(A, [Op("id", CARD)], message="1 import r1 " + "x" * 188)
    yield "message of another version", Change(A, [Op("id", CARD)], message="2 something else \u00e4")
    yield "message of no version", Change(A, [Op("id", CARD)], message="hello")
    yield "actor of zeros", Change(bytes(16), [Op("x", 1, [(1, b"\xff" * 16)])], start_op=2, deps=[bytes(32), b"\xff" * 32])
    yield "65536 predecessors", crowd(65_536)
    yield "string of 65536 bytes", Change(A, [Op("x", "a" * 65536)])
    yield "path of 120 bytes", Change(A, [Op("/".join(["f" * 40, "f" * 40, "f" * 38]), 1)])
    yield "5000 operations", Change(A, [Op(path, None) for path in short_paths(5000)])
    yield "change of 262144 bytes", sized(262_144)


def crowd(count):
    """A change with that many predecessors, over two operations."""
    return Change(A, [Op("x", 1, [(n, B) for n in range(1, count)]), Op("y", 1, [(count, B)])], start_op=count + 1, deps=[DEP1])


def sized(size):
    """A change of that many bytes: four long strings."""
    def build(last):
        return Change(A, [Op("x/a", "a" * 65536), Op("x/b", "b" * 65536), Op("x/c", "c" * 65536), Op("x/d", "d" * last)])
    short = size - len(build(60000).encode())
    change = build(60000 + short)
    assert len(change.encode()) == size
    return change


def invalid():
    """(rule, name, why, bytes). Checksum and length fit unless the rule is about them."""
    one = Change(A, [Op("id", CARD)])
    base = Change(B, [
        Op("name", True, [(7, A), (21, C)]), Op("name/given", "Jane", [(8, A), (22, C)]), Op("name/title", "Dr"),
    ], start_op=23, deps=sorted([DEP1, DEP2]), message=PERSON)
    five = Change(A, [Op(f"x/{letter}", value) for letter, value in zip("abcde", [None, None, None, True, None])])

    def spoil(change=base, chunk=None, **pieces):
        raw = change.raw()
        for piece, value in pieces.items():
            assert hasattr(raw, piece)
            setattr(raw, piece, value)
        return raw.chunk(**(chunk or {}))

    def columns(change, changes, **pieces):
        raw = change.raw()
        raw.columns.update(changes)
        for piece, value in pieces.items():
            setattr(raw, piece, value)
        return raw.chunk()

    raw, body = base.raw(), base.raw().body()

    # Frame
    yield "magic", "wrong magic", "the first byte is 84", spoil(chunk={"magic": b"\x84" + MAGIC[1:]})
    good = base.encode()
    yield "checksum", "wrong checksum", "its last byte is one off", good[:7] + bytes([good[7] ^ 1]) + good[8:]
    yield "checksum", "changed content", "the title is another one, the checksum is the old one", good.replace(b"Dr", b"Mr")
    yield "chunk-type", "document chunk", "chunk type 0", spoil(chunk={"kind": b"\x00"})
    yield "chunk-type", "compressed chunk", "chunk type 2, the rest deflated", \
        MAGIC + good[4:8] + b"\x02" + uleb(len(deflate_fixed(body))) + deflate_fixed(body)
    yield "chunk-type", "chunk type 2 without compression", "chunk type 2", spoil(chunk={"kind": b"\x02"})
    yield "chunk-type", "bundle chunk", "chunk type 3", spoil(chunk={"kind": b"\x03"})
    yield "length", "length too short", "the length says one byte less", spoil(chunk={"length": uleb(len(body) - 1)})
    yield "length", "length too long", "the length says one byte more", spoil(chunk={"length": uleb(len(body) + 1)})
    yield "length", "trailing byte", "one byte behind the change", spoil(chunk={"tail": b"\0"})
    yield "length", "two changes", "a second change behind the first", good + one.encode()
    yield "cut", "cut in the magic", "three bytes", good[:3]
    yield "cut", "nothing", "no bytes", b""
    yield "cut", "cut in the checksum", "six bytes", good[:6]
    yield "length", "cut at the end", "the last byte is missing", good[:-1]
    yield "extra-bytes", "extra bytes behind the columns", "one byte more inside the length", spoil(after=b"\0")
    yield "cut", "columns cut", "the column data is one byte shorter than the column lengths say", _rebuilt(body[:-1])
    yield "cut", "header cut", "the content ends in the actor", _rebuilt(body[:70])

    # Numbers in their shortest form
    shortest = "number-shortest"
    yield shortest, "length not shortest", "one byte more than needed", spoil(chunk={"length": longer(uleb(len(body)))})
    yield shortest, "count of dependencies not shortest", "82 00", spoil(deps_count=longer(uleb(2)))
    yield shortest, "count of no dependencies not shortest", "80 00", spoil(one, deps_count=b"\x80\x00")
    yield shortest, "actor length not shortest", "90 00", spoil(actor_length=longer(uleb(16)))
    yield shortest, "seq not shortest", "81 00", spoil(seq=longer(uleb(1)))
    yield shortest, "start_op not shortest", "97 00", spoil(start_op=longer(uleb(23)))
    yield shortest, "time not shortest", "80 00 for 0", spoil(time=b"\x80\x00")
    yield shortest, "negative time not shortest", "ff 7f for -1", spoil(time=b"\xff\x7f")
    yield shortest, "message length not shortest", "one byte more", spoil(message_length=longer(uleb(len(PERSON))))
    yield shortest, "count of other actors not shortest", "82 00", spoil(others_count=longer(uleb(2)))
    yield shortest, "length of another actor not shortest", "90 00", spoil(others=[longer(uleb(16)) + A, uleb(16) + C])
    yield shortest, "count of columns not shortest", "one byte more", spoil(columns_count=longer(uleb(8)))
    yield shortest, "column specification not shortest", "95 00 for 21", spoil(spec_bytes={KEY: longer(uleb(21))})
    yield shortest, "column length not shortest", "one byte more",\
        spoil(length_bytes={KEY: longer(uleb(len(raw.columns[KEY])))})
    yield shortest, "insert not shortest", "83 00", columns(base, {INSERT: longer(uleb(3))})
    yield shortest, "run length not shortest", "83 00 in the actions", columns(base, {ACTION: longer(sleb(3)) + b"\x01"})
    yield shortest, "literal count not shortest", "fd 7f in the paths", columns(base, {KEY: b"\xfd\x7f" + raw.columns[KEY][1:]})
    yield shortest, "value of a run not shortest", "81 00 for put", columns(base, {ACTION: sleb(3) + b"\x81\x00"})
    yield shortest, "path length not shortest", "82 00 id", columns(one, {KEY: sleb(-1) + b"\x82\x00id"})
    yield shortest, "Int value not shortest", "81 00 for 1", columns(
        Change(A, [Op("x", 1)]), {KIND: sleb(-1) + uleb(2 * 16 + 4), VALUE: b"\x81\x00"})
    yield shortest, "negative Int value not shortest", "ff 7f for -1", columns(
        Change(A, [Op("x", 1)]), {KIND: sleb(-1) + uleb(2 * 16 + 4), VALUE: b"\xff\x7f"})
    yield shortest, "predecessor counter not shortest", "81 00", columns(
        Change(B, [Op("x", 1, [(1, A)])], start_op=2, deps=[DEP1]), {PRED_COUNTER: sleb(-1) + b"\x81\x00"})

    # Header
    yield "deps-ascending", "dependencies unsorted", "descending", spoil(deps=b"".join(sorted([DEP1, DEP2], reverse=True)))
    yield "deps-ascending", "dependency twice", "the same hash twice", spoil(deps=DEP1 * 2)
    yield "cut", "more dependencies than bytes", "the count says 2^40", spoil(deps_count=uleb(2**40))
    yield "actor-16", "actor of 15 bytes", "15", spoil(actor_length=uleb(15), actor=B[:15])
    yield "actor-16", "actor of 17 bytes", "17", spoil(actor_length=uleb(17), actor=B + b"\xbb")
    yield "actor-16", "actor of no bytes", "0", spoil(actor_length=uleb(0), actor=b"")
    yield "seq-from-1", "seq 0", "seq starts at 1", spoil(seq=uleb(0))
    yield "start-op-from-1", "start_op 0", "start_op starts at 1", spoil(one, start_op=uleb(0))
    yield "others-ascending", "other actors unsorted", "descending; the predecessors point at the right ones", columns(
        base, {PRED_ACTOR: rle([2, 1, 2, 1], uleb)}, others=[uleb(16) + C, uleb(16) + A])
    yield "others-ascending", "other actor twice", "both entries are used", columns(
        base, {PRED_ACTOR: rle([1, 3, 2, 3], uleb)}, others=[uleb(16) + A, uleb(16) + A, uleb(16) + C])
    yield "others-own", "own actor among the others", "used as number 2", columns(
        base, {PRED_ACTOR: rle([1, 2, 1, 3], uleb)}, others=[uleb(16) + A, uleb(16) + B, uleb(16) + C])
    yield "others-unused", "other actor unused", "no predecessor is of the last one", spoil(
        others=[uleb(16) + A, uleb(16) + C, uleb(16) + D])
    yield "others-unused", "other actor without any predecessor", "a first change with another actor", spoil(one, others=[uleb(16) + B])
    yield "actor-16", "other actor of 15 bytes", "15", spoil(others=[uleb(15) + A[:15], uleb(16) + C])
    yield "actor-16", "other actor of 17 bytes", "17", spoil(others=[uleb(17) + A + b"\xaa", uleb(16) + C])
    yield "cut", "more other actors than bytes", "the count says 2^40", spoil(others_count=uleb(2**40))

    # Columns
    specs = sorted(raw.columns)
    yield "columns-ascending", "columns unsorted", "insert before key", spoil(order=[INSERT, KEY, *specs[2:]])
    yield "columns-ascending", "column twice", "action twice", spoil(order=[KEY, INSERT, ACTION, ACTION, *specs[3:]])
    yield "column-empty", "empty value column", "no value has bytes", spoil(
        Change(A, [Op("a", None)]), keep_empty=(VALUE,))
    yield "column-empty", "empty predecessor columns", "no operation overwrites anything", spoil(
        one, keep_empty=(PRED_ACTOR, PRED_COUNTER))
    for spec, what in [(130, "unknown"), (1, "object actor"), (2, "object counter"), (17, "key actor"), (19, "key counter"),
                       (165, "mark name"), (148, "expand"), (97, "move from")]:
        yield "column-unknown", f"{what} column", f"specification {spec}", columns(base, {spec: sleb(3) + b"\x01"})
    yield "column-unknown", "compressed column", "the key column deflated, specification 21 | 8", columns(
        base, {KEY: b"", KEY | 8: deflate_fixed(raw.columns[KEY])})
    for spec, what in [(KEY, "key"), (INSERT, "insert"), (ACTION, "action"), (KIND, "value kind"), (PRED, "predecessors")]:
        yield "column-missing", f"{what} column absent", f"specification {spec} is missing", columns(
            Change(A, [Op("a", None), Op("b", None)]), {spec: b""})
    yield "operations-1-to-5000", "no operation", "no column at all", columns(one, {spec: b"" for spec in specs})
    yield "cut", "more columns than bytes", "the count says 2^40", spoil(columns_count=uleb(2**40))
    yield "operations-1-to-5000", "5001 operations", "at most 5,000", Change(A, [Op(path, None) for path in short_paths(5001)]).encode()
    yield "change-bytes", "change of 262145 bytes", "at most 262,144 bytes", sized(262_145).encode()
    yield "operation-31-bit", "first operation at 2^31", "at most 2^31 - 1", Change(
        A, [Op("x", 1)], seq=2, start_op=2**31, deps=[DEP1]).encode()
    yield "operation-31-bit", "last operation at 2^31", "at most 2^31 - 1", Change(
        A, [Op("x", 1), Op("y", 1)], seq=2, start_op=2**31 - 1, deps=[DEP1]).encode()

    # Run-length coding
    yield "rle-run-of-one", "run of one", "a literal is due", columns(one, {ACTION: b"\x01\x01"})
    yield "rle-literal-equal", "two equal literals", "a run is due", columns(five, {KIND: b"\x7b\0\0\0\2\0"})
    yield "rle-literal-equal", "equal literals behind others", "a run is due", columns(base, {PRED: b"\x7d\2\2\0"})
    yield "rle-literals-touch", "two literal groups", "one group is due", columns(base, {KIND: b"\x7f\x02\x7e\x46\x26"})
    yield "rle-run-continues", "run continues a run", "one run is due", columns(
        Change(A, [Op(f"x/{letter}", None) for letter in "abcd"]), {KIND: b"\x02\0\x02\0"})
    yield "rle-literal-equal", "literal continues a run", "the run is one longer", columns(five, {KIND: b"\x02\0\x7d\0\2\0"})
    yield "rle-literal-equal", "run behind an equal literal", "the run is one longer", columns(five, {KIND: b"\x7f\0\x02\0\x7e\2\0"})
    yield "rle-null", "null run in the predecessors", "00 03", columns(
        Change(A, [Op(f"x/{letter}", None) for letter in "abc"]), {PRED: b"\x00\x03"})
    yield "rle-null", "null run in the paths", "one path is null", columns(base, {KEY: b"\x00\x01\x7e" + text("name/given") + text("name/title")})
    yield "rle-null", "null run of no length", "00 00 behind the actions", columns(base, {ACTION: b"\x03\x01\x00\x00"})
    yield "column-count", "more actions than operations", "4 of 3", columns(base, {ACTION: b"\x04\x01"})
    yield "column-count", "fewer actions than operations", "2 of 3", columns(base, {ACTION: b"\x02\x01"})
    yield "column-count", "actions without end", "a run of 2^62", columns(base, {ACTION: sleb(2**62) + b"\x01"})
    yield "column-count", "paths without end", "a literal group of 2^62", columns(base, {KEY: sleb(-(2**62)) + raw.columns[KEY][1:]})
    yield "column-count", "more paths than operations", "4 of 3", columns(
        base, {KEY: rle(["name", "name/given", "name/title", "x"], text)})
    yield "column-count", "fewer value kinds than operations", "2 of 3", columns(
        base, {KIND: rle([2, 4 * 16 + 6], uleb), VALUE: b"Jane"})
    yield "column-count", "fewer predecessor counts than operations", "2 of 3", columns(base, {PRED: b"\x02\x02"})
    yield "column-cut", "run without a value", "the column ends behind the length", columns(base, {ACTION: b"\x03"})

    # Operations
    yield "insert-false", "insert true", "the last operation inserts", columns(base, {INSERT: b"\x02\x01"})
    yield "insert-false", "all operations insert", "00 03: no false, three true", columns(base, {INSERT: b"\x00\x03"})
    yield "column-count", "insert says one more", "04 of 3 operations", columns(base, {INSERT: b"\x04"})
    yield "paths-ascending", "paths unsorted", "name/given, name, name/title", columns(
        base, {KEY: rle(["name/given", "name", "name/title"], text)})
    yield "paths-ascending", "paths sorted by letter, not by byte", "a before B", columns(
        Change(A, [Op("B", None), Op("a", None)]), {KEY: rle(["a", "B"], text)})
    yield "paths-ascending", "path twice", "name/given twice", columns(
        base, {KEY: rle(["name", "name/given", "name/given"], text)})
    for path, why in [
        ("name/", "empty segment"), ("", "empty path"), ("a b", "space"), ("__proto__", "reserved segment"), ("x/__proto__", "reserved segment"),
        ("x/constructor/y", "reserved segment"), ("prototype", "reserved segment"), ("a/b/c/d/e/f", "six segments"),
        ("f" * 41, "segment of 41"), ("/".join(["f" * 40, "f" * 40, "f" * 39]), "path of 121 bytes"), ("stra\u00dfe", "not ASCII"), ("a\n", "newline"),
    ]:
        yield "path", f"bad path: {why}" + (f" {path}" if "reserved" in why else ""), "section 1", Change(A, [Op(path, True)]).encode()
    for action, what in [(0, "make map"), (2, "make list"), (3, "delete"), (4, "make text"), (5, "increment"), (6, "make table"), (7, "mark")]:
        yield "action-put", f"action {what}", f"action {action}", columns(
            Change(A, [Op("x", None, [(1, A)])], seq=2, start_op=2, deps=[DEP1]), {ACTION: sleb(-1) + uleb(action)})
    yield "action-put", "one action of three is delete", "1, 3, 1", columns(base, {ACTION: rle([1, 3, 1], uleb)})

    # Values
    def value(kind, data, size=None):
        return columns(Change(A, [Op("x", None)]), {
            KIND: rle([(len(data) if size is None else size) * 16 + kind], uleb), VALUE: data})

    yield "string-length", "empty string", "an empty string is written as Null", value(6, b"")
    yield "string-length", "string of 65537 bytes", "at most 65,536 bytes", Change(A, [Op("x", "a" * 65537)]).encode()
    yield "string-length", "string of 65537 bytes in 2-byte letters", "32,767 letters of 2 bytes and 3 of 1 byte: the limit counts bytes",\
        Change(A, [Op("x", "\u00e4" * 32767 + "aaa")]).encode()
    yield "int-range", "Int 2^53", "at most 2^53 - 1", value(4, sleb(2**53))
    yield "int-range", "Int -2^53", "at least -(2^53 - 1)", value(4, sleb(-(2**53)))
    yield "int-range", "Int 2^63 - 1", "at most 2^53 - 1", value(4, sleb(2**63 - 1))
    yield "int-range", "Int -2^63", "at least -(2^53 - 1)", value(4, sleb(-(2**63)))
    yield "int-length", "Int of no bytes", "length 0", value(4, b"")
    yield "int-length", "Int longer than its number", "01 01", value(4, b"\x01\x01")
    yield "int-length", "Int shorter than its number", "the last byte has its high bit set", value(4, b"\x81")
    yield "value-type", "unsigned integer", "type 3", value(3, uleb(7))
    yield "value-type", "float", "type 5", value(5, struct.pack("<d", 1.5))
    yield "value-type", "bytes", "type 7", value(7, b"abc")
    yield "value-type", "counter", "type 8", value(8, sleb(7))
    yield "value-type", "timestamp", "type 9", value(9, sleb(1_760_000_000_000))
    yield "value-type", "unknown value type", "type 10", value(10, b"a")
    yield "value-type", "unknown value type 15", "type 15", value(15, b"a")
    yield "value-length", "Null with bytes", "length 1", value(0, b"a")
    yield "value-length", "false with bytes", "length 1", value(1, b"a")
    yield "value-length", "true with bytes", "length 1", value(2, b"a")
    yield "value-bytes", "value column longer", "one byte belongs to no value", columns(base, {VALUE: b"JaneDrx"})
    yield "value-bytes", "value column shorter", "the last string is cut", columns(base, {VALUE: b"JaneD"})
    yield "value-bytes", "value column absent", "the strings have no bytes", columns(base, {VALUE: b""})
    yield "value-bytes", "string longer than the column", "its length says 100 bytes of 1", value(6, b"a", 100)
    for data, why in [(b"a\xff", "ff"), (b"\xc0\xaf", "overlong"), (b"\xed\xa0\x80", "surrogate"), (b"\xf4\x90\x80\x80", "above U+10FFFF"), (b"\xe2\x82", "cut")]:
        yield "utf-8", f"value not UTF-8: {why}", data.hex(" "), value(6, data)
    yield "utf-8", "string cut inside a letter", "two strings share the two bytes of one letter", columns(
        Change(A, [Op("x", "a"), Op("y", "b")]), {VALUE: "\u00e4".encode()})
    yield "utf-8", "path not UTF-8", "ff", columns(one, {KEY: sleb(-1) + text(b"id\xff")})
    yield "utf-8", "message not UTF-8", "ff", spoil(one, message=b"1 person \xff")
    yield "utf-8", "message with a surrogate", "ed a0 80", spoil(one, message=b"1 person \xed\xa0\x80")

    # Predecessors
    yield "predecessor-count", "more counted than named", "2, 2, 1 of 4", columns(base, {PRED: rle([2, 2, 1], uleb)})
    yield "predecessor-count", "fewer counted than named", "2, 1, 0 of 4", columns(base, {PRED: rle([2, 1, 0], uleb)})
    yield "predecessor-count", "more actors than counters", "5 and 4", columns(base, {PRED_ACTOR: rle([1, 2, 1, 2, 1], uleb)})
    yield "predecessor-count", "more counters than actors", "5 and 4", columns(base, {PRED_COUNTER: rle(deltas_of(7, 21, 8, 22, 23), sleb)})
    yield "predecessor-count", "predecessor columns absent", "counted, never named", columns(
        Change(A, [Op("x", 1, [(1, A)])], seq=2, start_op=2, deps=[DEP1]), {PRED_ACTOR: b"", PRED_COUNTER: b""})
    yield "predecessor-count", "predecessor actors absent", "only counters", columns(
        Change(A, [Op("x", 1, [(1, A)])], seq=2, start_op=2, deps=[DEP1]), {PRED_ACTOR: b""})
    yield "predecessor-count", "predecessors of nobody", "named, never counted", columns(
        Change(A, [Op("x", 1, [(1, A)])], seq=2, start_op=2, deps=[DEP1]), {PRED: sleb(-1) + b"\0"})
    yield "predecessors-65536", "65537 predecessors", "at most 65,536 in a change", crowd(65_537).encode()
    many = Change(B, [Op("x", 1, [(1, A)])], start_op=2**31 - 1, deps=[DEP1])
    yield "predecessors-65536", "two thousand million predecessors in a hundred bytes", \
        "every counter from 1 to 2^31 - 2, in two runs: a reader counts before it unpacks", columns(many, {
            PRED: sleb(-1) + uleb(2**31 - 2), PRED_ACTOR: sleb(2**31 - 2) + b"\x01", PRED_COUNTER: sleb(2**31 - 2) + b"\x01"})
    yield "predecessors-65536", "predecessors without end", "the count says 2^62", columns(
        base, {PRED: rle([2**62, 2, 0], uleb)})
    yield "predecessor-actor", "actor index out of range", "3 of 0 to 2", columns(base, {PRED_ACTOR: rle([1, 2, 1, 3], uleb)})
    yield "predecessor-actor", "actor index far out of range", "2^63", columns(base, {PRED_ACTOR: rle([1, 2, 1, 2**63], uleb)})
    yield "predecessors-ascending", "predecessors unsorted by counter", "21 before 7", columns(
        base, {PRED_ACTOR: rle([2, 1, 1, 2], uleb), PRED_COUNTER: rle(deltas_of(21, 7, 8, 22), sleb)})
    yield "predecessors-ascending", "predecessors unsorted by actor", "one counter, c before a", columns(
        base, {PRED_ACTOR: rle([2, 1, 1, 2], uleb), PRED_COUNTER: rle(deltas_of(7, 7, 8, 22), sleb)})
    yield "predecessors-ascending", "predecessors sorted by index, not by actor", "b is 0, a is 1", columns(
        Change(B, [Op("x", 1, [(5, A), (5, B)])], seq=2, start_op=6, deps=[DEP1]), {PRED_ACTOR: rle([0, 1], uleb)})
    yield "predecessors-ascending", "predecessor twice", "7 of a twice", columns(
        Change(B, [Op("x", 1, [(7, A)])], start_op=8, deps=[DEP1]),
        {PRED: sleb(-1) + b"\x02", PRED_ACTOR: b"\x02\x01", PRED_COUNTER: rle([7, 0], sleb)})


def deltas_of(*counters):
    return [counter - before for counter, before in zip(counters, (0, *counters))]


def _rebuilt(body):
    """A change around any content, length and checksum fitting."""
    rest = b"\x01" + uleb(len(body)) + body
    return MAGIC + sha256(rest)[:4] + rest


def hostile():
    """Refused in every case, but by which rule is left open: a reader that counts first needs little memory."""
    raw = Change(A, [Op("x", 1, [(1, A)])], seq=2, start_op=2, deps=[DEP1]).raw()
    raw.columns[PRED_COUNTER] = sleb(-1) + sleb(0)
    yield "predecessor counter 0", "no operation has this id", raw.chunk()
    raw.columns[PRED_COUNTER] = sleb(-1) + sleb(-1)
    yield "predecessor counter -1", "no operation has this id", raw.chunk()
    raw.columns[PRED_COUNTER] = sleb(-1) + sleb(2)
    yield "predecessor is the operation itself", "no operation of an ancestor", raw.chunk()
    raw = Change(A, [Op("x", 1, [(1, A), (2, A)])], seq=2, start_op=3, deps=[DEP1]).raw()
    raw.columns[PRED_COUNTER] = rle([2**63 - 1, 2**63 - 1], sleb)
    yield "predecessor counters overflow 64 bits", "2^63 - 1 twice", raw.chunk()
    raw = Change(A, [Op("id", CARD)]).raw()
    raw.seq = b"\xff" * 12 + b"\x01"
    yield "seq of 85 bits", "a number no machine word holds", raw.chunk()
    raw = Change(A, [Op("id", CARD)]).raw()
    raw.start_op = uleb(2**64 - 1)
    yield "start_op 2^64 - 1", "the last operation is above 2^31 - 1", raw.chunk()
    raw = Change(A, [Op("id", CARD), Op("x", 1)]).raw()
    raw.start_op = uleb(2**64 - 1)
    yield "start_op 2^64 - 1 with two operations", "the last operation overflows 64 bits", raw.chunk()
    raw = Change(A, [Op("id", CARD)]).raw()
    raw.columns[KIND] = sleb(-1) + uleb(2**60 * 16 - 16 + 6)
    yield "string of 2^60 bytes", "over the limit and over the column", raw.chunk()
    raw = Change(A, [Op("id", CARD)]).raw()
    yield "length of 2^64 - 1", "far more than there is", raw.chunk(length=uleb(2**64 - 1))
    raw.length_bytes = {KEY: uleb(2**64 - 1), INSERT: uleb(2)}
    yield "column lengths overflow 64 bits", "their sum wraps", raw.chunk()
    raw = Change(A, [Op("id", CARD)]).raw()
    raw.columns[INSERT] = uleb(2**64 - 1)
    yield "2^64 - 1 operations", "over the limit", raw.chunk()
    raw.columns[INSERT], raw.columns[ACTION] = uleb(1), b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f\x01"
    yield "literal group of -2^63", "its count cannot be negated in 64 bits", raw.chunk()


MESSAGES = [
    ("1 person r1", {"writer": "person", "replica": "r1"}),
    ("1 import r1 i7", {"writer": "import", "replica": "r1", "run": "i7"}),
    ("1 system r1 crm 4711 rev-1 s9", {"writer": "system", "replica": "r1", "system": "crm", "row": "4711", "revision": "rev-1", "run": "s9"}),
    ("1 system r1 crm a%20b%25c%09d - s9", {"writer": "system", "replica": "r1", "system": "crm", "row": "a b%c\td", "revision": "", "run": "s9"}),
    ("1 system r1 crm z\u00fcrich/1 W/\"9\" s9", {"writer": "system", "replica": "r1", "system": "crm", "row": "z\u00fcrich/1", "revision": "W/\"9\"", "run": "s9"}),
    ("2 person r1", None), ("", None), ("hello", None), ("10 person r1", None),
]


def changes():
    good = []
    for name, change in valid():
        data = change.encode()
        again = read_change(data)
        assert again == change, name
        assert again.encode() == data, name
        entry = {"name": name, "hash": change_hash(data).hex(), **blob(data)}
        if len(change.ops) < 100 and sum(len(op.preds) for op in change.ops) < 100 and len(data) < 4096:
            entry["decoded"] = change.decoded()
        else:
            entry["decoded"] = "left out: long"
        good.append(entry)
    bad, names = [], set()
    for rule, name, why, data in invalid():
        assert name not in names, name
        names.add(name)
        try:
            read_change(data)
        except Refused as refused:
            assert refused.rule == rule, (name, rule, refused.rule)
        else:
            raise AssertionError(f"{name} is valid")
        bad.append({"name": name, "rule": rule, "why": why, **blob(data)})
    worst = []
    for name, why, data in hostile():
        worst.append({"name": name, "why": why, **blob(data)})
    return {
        "about": (
            "Section 2. Bytes are in `hex`, or in `parts` to put together (`repeat` so many `times`). A value is a JSON string (Str), "
            "number (Int), true, false or null; a predecessor is counter@actor. Every proper beginning of a valid change is invalid. "
            "`hostile` changes are refused by the reader or by rule 3.4, quickly and in little memory."
        ),
        "valid": good,
        "invalid": bad,
        "hostile": worst,
        "messages": [{"message": message, "fields": fields} for message, fields in MESSAGES],
    }
