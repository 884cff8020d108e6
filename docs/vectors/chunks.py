"""chunks.json: section 6 of docs/format.md, packs of changes on the wire."""

import zlib

from changes import A, B, C, CARD, PERSON, sized
from codec import Change, Op, blob, change_hash, deflate_fixed, deflate_stored, longer, sha256, uleb
from reader import Bytes, Refused, check, read_change, segment_ok
from stories import EMAIL, Story, base, edit

MAX_CHUNK, MAX_CHANGE, MAX_PACK, MAX_ENTRIES = 36_000, 262_144, 8 * 2**20, 1_000
CLEAR = b"\x01\x00\x00"
DEFLATED = b"\x01\x00\x01"

# The pack of `squares`, deflated by zlib with dynamic codes: an encoder may choose other bytes.
DYNAMIC = bytes.fromhex(
    "5d52bd8fcd41147dbf152f44a3d9442291a97462eec7dc996944940a8d844eb2585fcbdb5d4ba27b2f41af52a9948a2d284454c21fa0d068"
    "d4a2f30fe09cd9ce2bdedcdfccb9e79e7bee9d9dd82a8f6ce3fa8d9b9bb76edfb97b6febfe83c5f68e9a97731fcf2c4eff7db6bafcf9f59f"
    "ddf5f3bf5ebcfdf9fec7974b474e7d8bef8baf27f73fcc9f6f5f7c4ad4b43f9f1d7ff3df6f9a56ab779f5ed96c365f3fe6d385b52b87aefe"
    "3ebcb3b63cfae4ecdeeee38d879b7bd3725abebc9693244f3d49242dc922794fe1a949928c37c5e98e57203a20c068c1d97a3275e0910d9c"
    "3bcee6a9684fa5460ae00267c577c57dc37b07ae07799128190c22a012728a825c8c559ce50aeb06050495542892e6d400859aa942a85873"
    "4f6ad9937a1628438606a3cabbc6d70e9c31c3c04fd1506ee03307b3b1865554b386bad6a1c033b43855b9419f3b947a40b35776cb364a46"
    "3f45d8b0b163bca4c29e4b65d4711719afc812b8898c28c88d0a9668e0abb9d01c6454d44cb5a06ead50503bb4345adf14fa9a731601cdad"
    "417d671f4020824ab8892e7bcb6356342beb883dd3e0000236032cc23c1135c64e1f2568a934baab0793367aae85f66be524b48fa18cf960"
    "23c7803835eb1ca04b8cdd602e54326e8da3431efe0d46c8f0444a631ce33e8c9818f8a09552074f7572d6c15f3b6bb5511743673cf4f44c"
    "6d7de8ec63393af5a367f4a2997d69ae5c1039d810e38a087d5026635d805dcefe01"
)


# Writing

def whole(change, card=CARD, digest=None, kind=0):
    data = change if isinstance(change, bytes) else change.encode()
    card = card.encode()
    return bytes([kind, len(card)]) + card + (digest or change_hash(data)) + uleb(len(data)) + data


def part(data, number, of, piece, card=CARD):
    card = card.encode()
    return b"\x01" + bytes([len(card)]) + card + change_hash(data) + uleb(number) + uleb(of) + uleb(len(piece)) + piece


# Reading

class Newer(Exception):
    pass


def read_chunk(data):
    """The entries of a chunk that keeps the framing; a change that is none is the entry's own business."""
    check(data, "cut")
    if data[0] != 1:
        raise Newer
    check(len(data) > 1, "cut")
    if data[1] != 0:
        raise Newer
    check(len(data) >= 3, "cut")
    check(len(data) <= MAX_CHUNK, "chunk-bytes")
    check(data[2] in (0, 1), "compression")
    pack = data[3:]
    if data[2]:
        inflate = zlib.decompressobj(-15)
        try:
            pack = inflate.decompress(pack, MAX_PACK + 1)
        except zlib.error:
            raise Refused("deflate") from None
        check(len(pack) <= min(MAX_PACK, 100 * len(data)), "unpacked-bytes")
        check(inflate.eof and not inflate.unused_data, "deflate")
    source, entries = Bytes(pack, "cut"), []
    while source.left():
        check(len(entries) < MAX_ENTRIES, "entries")
        kind = source.take(1)[0]
        check(kind in (0, 1), "entry-kind")
        card = source.take(source.take(1)[0])
        check(card.isascii() and segment_ok(card.decode()), "card-id")
        digest = source.take(32)
        entry = {"entry": "change" if kind == 0 else "part", "card": card.decode(), "hash": digest.hex()}
        if kind:
            number, of = source.uleb(), source.uleb()
            check(number < of, "part-number")
            entry |= {"part": number, "of": of}
        content = source.take(source.uleb())
        entry["length"] = len(content)
        if kind == 0:
            try:
                read_change(content)
                check(change_hash(content) == digest, "change-hash")
            except Refused as refused:
                entry["refused"] = refused.rule
        entries.append((entry, content))
    return entries


def join(chunks):
    """The change that parts make, or None while some are missing."""
    parts = {}
    for data in chunks:
        for entry, content in read_chunk(data):
            check(all(entry["of"] == other["of"] for other, _ in parts.values()), "parts-of")
            parts[entry["part"]] = (entry, content)
            check(sum(len(piece) for _, piece in parts.values()) <= MAX_CHANGE, "parts-bytes")
    if len(parts) < entry["of"]:
        return None
    change = b"".join(parts[number][1] for number in sorted(parts))
    read_change(change)
    check(change_hash(change).hex() == entry["hash"], "change-hash")
    return change


# Vectors

def material():
    story = base(Story())
    story.add("b", B, ["base"], edit(EMAIL, address="b@example.com"))
    one, two = story.bytes("base"), story.bytes("b")
    other = Change(C, [Op("id", "book-settings"), Op("x/y", "\u00fc")], message=PERSON).encode()
    several = whole(one) + whole(two) + whole(other, "book-settings")
    return one, two, other, several


def squares():
    """A pack that deflates best with codes of its own."""
    return whole(Change(A, [Op("x/squares", " ".join(str(n * n) for n in range(150)))]))


def filled(size, letter="a"):
    """A change that is exactly so many bytes long: one or two strings of one letter."""
    def build(length):
        return Change(A, [Op(f"x/{n}", letter * min(65536, length - at)) for n, at in enumerate(range(0, length, 65536))]).encode()
    length = size
    while len(build(length)) > size:
        length -= len(build(length)) - size
    assert len(build(length)) == size
    return build(length)


def cut_up(data, size):
    pieces = [data[at:at + size] for at in range(0, len(data), size)]
    return [CLEAR + part(data, number, len(pieces), piece) for number, piece in enumerate(pieces)]


def exactly(size):
    """A chunk of that many bytes with one change."""
    change = filled(size - 100)
    change = filled(size - 100 + size - len(CLEAR + whole(change)))
    chunk = CLEAR + whole(change)
    assert len(chunk) == size
    return chunk


def valid():
    one, two, other, several = material()
    yield "one entry", CLEAR + whole(one)
    yield "several entries", CLEAR + several
    yield "the same change twice", CLEAR + whole(one) * 2
    yield "change before its dependency", CLEAR + whole(two) + whole(one)
    yield "card id of one byte", CLEAR + whole(Change(A, [Op("id", "a")]), "a")
    yield "card id of 40 bytes", CLEAR + whole(Change(A, [Op("id", "f" * 40)]), "f" * 40)
    yield "one entry, stored block", DEFLATED + deflate_stored(whole(one))
    yield "several entries, fixed codes", DEFLATED + deflate_fixed(several)
    yield "one entry, dynamic codes", DEFLATED + DYNAMIC
    yield "several entries, two stored blocks", DEFLATED + b"\x00" + deflate_stored(several[:99])[1:] + deflate_stored(several[99:])
    yield "long string, more than 50 times smaller", DEFLATED + deflate_fixed(whole(filled(65_000)), 128)
    yield "1000 entries", DEFLATED + deflate_fixed(whole(one) * 1000, 200)
    yield "chunk of 36000 bytes", exactly(MAX_CHUNK)


def newer():
    one, *_ = material()
    yield "version 2", b"\x02\x00\x00" + whole(one)
    yield "version 0", b"\x00\x00\x00" + whole(one)
    yield "version 2, nothing behind it", b"\x02"
    yield "version 255 and anything", b"\xff\xff\xff\xff"
    yield "suite 1", b"\x01\x01\x00" + whole(one)
    yield "suite 255, nothing behind it", b"\x01\xff"
    yield "suite 1, compression 9", b"\x01\x01\x09" + sha256(b"sealed")


def invalid():
    one, two, other, several = material()
    yield "cut", "no bytes", "nothing", b""
    yield "cut", "version only", "one byte", b"\x01"
    yield "cut", "version and suite only", "two bytes", b"\x01\x00"
    yield "compression", "compression 2", "neither 00 nor 01", b"\x01\x00\x02" + whole(one)
    yield "entry-kind", "entry of kind 2", "neither 00 nor 01", CLEAR + whole(one, kind=2)
    yield "cut", "cut in the change", "the last byte is missing", CLEAR + several[:-1]
    yield "cut", "cut in the hash", "the entry ends in the hash", CLEAR + whole(one)[:40]
    yield "cut", "cut in the card id", "the entry ends in the card id", CLEAR + whole(one)[:10]
    yield "cut", "cut before the length", "the entry ends behind the hash", CLEAR + whole(one)[:2 + len(CARD) + 32]
    yield "cut", "byte behind the last entry", "00 begins another entry", CLEAR + several + b"\0"
    yield "entry-kind", "bytes behind the last entry", "ff is no entry", CLEAR + several + b"\xff"
    yield "cut", "change without end", "its length says 2^63", CLEAR + whole(one)[:2 + len(CARD) + 32] + uleb(2**63) + one
    yield "number-shortest", "length not shortest", "one byte more", \
        CLEAR + whole(one)[:2 + len(CARD) + 32] + longer(uleb(len(one))) + one
    for card, what in [("", "empty"), ("f" * 41, "41 bytes"), ("a/b", "two segments"), ("__proto__", "reserved"), ("a b", "space")]:
        yield "card-id", f"card id: {what}", "not one path segment", CLEAR + whole(one, card)
    large = filled(50_000)
    yield "part-number", "part beyond the last", "part 2 of 2", CLEAR + part(large, 2, 2, large[:100])
    yield "part-number", "part of none", "part 0 of 0", CLEAR + part(large, 0, 0, large[:100])
    yield "number-shortest", "part number not shortest", "80 00", \
        CLEAR + part(large, 0, 2, large[:99]).replace(b"\x00\x02\x63", b"\x80\x00\x02\x63")
    yield "cut", "cut in a part", "the last byte is missing", (CLEAR + part(large, 0, 2, large[:100]))[:-1]
    yield "chunk-bytes", "chunk of 36001 bytes", "at most 36,000", exactly(MAX_CHUNK + 1)
    yield "deflate", "cut in the deflated part", "the last four bytes are missing", DEFLATED + deflate_fixed(several)[:-4]
    yield "deflate", "no final block", "a stored block that is not the last", DEFLATED + b"\0" + deflate_stored(several)[1:]
    yield "deflate", "not deflated", "block type 3", DEFLATED + b"\xff" + several
    yield "deflate", "zlib header", "raw deflate is due", DEFLATED + b"\x78\x9c" + deflate_fixed(several) + zlib.adler32(several).to_bytes(4, "big")
    yield "deflate", "bytes behind the deflated part", "nothing may follow", DEFLATED + deflate_fixed(several) + b"\0"
    yield "deflate", "deflated nothing", "compression 01 without a block", DEFLATED
    yield "cut", "deflated pack is cut", "the pack ends inside an entry", DEFLATED + deflate_fixed(several[:-1])
    yield "unpacked-bytes", "over 100 times its packed size", "a change of 250,000 bytes", DEFLATED + deflate_fixed(whole(filled(250_000)))
    yield "entries", "1001 entries", "at most 1,000", DEFLATED + deflate_fixed(whole(one) * 1001, 200)


def mixed():
    """Packs that keep the framing and hold a change that is refused: (name, why, bytes)."""
    one, two, other, several = material()
    spoilt = [
        ("hash of another change", "the announced hash is not the change's", whole(one, digest=change_hash(two))),
        ("change with a wrong checksum", "the announced hash is right", whole(one[:4] + bytes(4) + one[8:])),
        ("two changes in one entry", "the entry's length covers both", whole(one + two, digest=change_hash(one))),
        ("compressed change", "chunk type 2", whole(one[:8] + b"\x02" + one[9:])),
        ("half a change", "the entry's length fits what is there", whole(one[:99], digest=change_hash(one))),
        ("one byte", "no change at all", whole(b"\0", digest=bytes(32))),
        ("empty change", "no byte at all", whole(b"", digest=bytes(32))),
    ]
    for name, why, data in spoilt:
        yield name, why, CLEAR + data
        yield f"{name}, between two good ones", why, CLEAR + whole(one) + data + whole(other, "book-settings")
    yield "change of 262145 bytes", "the framing holds, the change is one byte too long", \
        DEFLATED + deflate_fixed(whole(sized(MAX_CHANGE + 1)) + whole(one), 128)


def built():
    """Too long to be written down, or of little use as bytes."""
    return [{
        "name": "over 8 MiB unpacked",
        "rule": "unpacked-bytes",
        "why": "more than 8,388,608 bytes, and more than 100 times the packed size; a reader stops there, before it has them all",
        "chunk": {"before": DEFLATED.hex(), "deflate": {"repeat": "00", "times": MAX_PACK + 1}},
    }]


def joined():
    large, full = filled(50_000), filled(MAX_CHANGE)
    two, nine = cut_up(large, 30_000), cut_up(full, 30_000)
    third = filled(80_000, "b")
    three = cut_up(third, 30_000)
    other_of = CLEAR + part(large, 1, 3, large[30_000:])
    wrong = CLEAR + part(large, 1, 2, large[30_000:-1] + b"b")
    long = [CLEAR + part(full, number, 9, b"a" * 30_000) for number in range(9)]
    yield "two parts", two, large, None
    yield "two parts, backwards", two[::-1], large, None
    yield "a part twice", [two[0], two[0], two[1]], large, None
    yield "three parts, the last first", [three[2], three[0], three[1]], third, None
    yield "262144 bytes in nine parts", nine, full, None
    yield "a part missing", [three[0], three[2]], None, None
    yield "parts that disagree in `of`", [two[0], other_of], None, "parts-of"
    yield "parts over 262144 bytes", long, None, "parts-bytes"
    yield "parts of another change", [two[0], wrong], None, "checksum"


def entries(data):
    return [entry for entry, _ in read_chunk(data)]


def chunks():
    packed = zlib.decompressobj(-15)
    assert packed.decompress(DYNAMIC) == squares() and packed.eof and not packed.unused_data, "DYNAMIC is of another pack"
    good = []
    for name, data in valid():
        found = entries(data)
        row = {"name": name, **blob(data)}
        row |= {"entries": found} if len(found) < 10 else {"count": len(found), "each": found[0]}
        good.append(row)
    later = []
    for name, data in newer():
        try:
            read_chunk(data)
            raise AssertionError(name)
        except Newer:
            later.append({"name": name, **blob(data)})
    bad = []
    for rule, name, why, data in invalid():
        try:
            read_chunk(data)
        except Refused as refused:
            assert refused.rule == rule, (name, rule, refused.rule)
        else:
            raise AssertionError(f"{name} is valid")
        bad.append({"name": name, "rule": rule, "why": why, **blob(data)})
    sets = []
    for name, data, change, rule in joined():
        row = {"name": name, "chunks": [blob(chunk) for chunk in data]}
        try:
            found = join(data)
            assert found == change and rule is None, name
            row["change"] = None if change is None else {"hash": change_hash(change).hex(), "bytes": len(change)}
        except Refused as refused:
            assert refused.rule == rule, (name, rule, refused.rule)
            row["refused"] = rule
        sets.append(row)
    some = []
    for name, why, data in mixed():
        found = entries(data)
        assert any("refused" in entry for entry in found), name
        some.append({"name": name, "why": why, **blob(data), "entries": found})
    assert not any("refused" in entry for _, data in valid() for entry in entries(data))
    return {
        "about": (
            "Section 6. Bytes are in `hex`, or in `parts` to put together (`repeat` so many `times`). Deflated chunks are for reading "
            "only. `newer` chunks are kept, not refused. `sets` are chunks in the order of their arrival: they make a change, "
            "or none yet (null), or are refused. In `mixed` chunks some entries are refused, with the rule, and leave the others alone. "
            "`built`: deflate the bytes described, put `before` in front."
        ),
        "valid": good,
        "newer": later,
        "invalid": bad,
        "mixed": some,
        "built": built(),
        "sets": sets,
    }
