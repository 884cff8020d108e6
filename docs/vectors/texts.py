"""paths.json, keys.json, ids.json and order.json: section 1 of docs/format.md."""

import unicodedata

from codec import base32, sha256
from reader import path_ok, segment_ok

ENDS = " \t\n\u00a0"
SINGLE = ("uid", "kind", "language", "speakToAs/grammaticalGender")
ADDRESS_PARTS = (
    "room apartment floor building number name block subdistrict district locality region postcode country direction "
    "landmark postOfficeBox separator"
).split()
ONE_PART = {
    "emails": "address", "phones": "number", "nicknames": "name", "notes": "note", "keywords": "value",
    "preferredLanguages": "language", "pronouns": "pronouns", "relatedTo": "uid", "members": "uid",
}
PARTS = {
    "organizations": ["name", *(f"units/{n}" for n in range(1, 10))],
    "titles": ["kind", "name"],
    "onlineServices": ["service", "uri", "user"],
    "links": ["kind", "uri"],
    "media": ["kind", "blob", "uri"],
    "anniversaries": ["kind", "date", "place"],
    "personalInfo": ["kind", "value", "level"],
    "calendars": ["kind", "blob", "uri"],
    "schedulingAddresses": ["kind", "blob", "uri"],
    "cryptoKeys": ["kind", "blob", "uri"],
    "directories": ["kind", "blob", "uri"],
    "extra": ["pointer", "json"],
}


# Plain keys

def plain_text(value):
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").strip(ENDS)


def mail(value):
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in plain_text(value))


def phone(value):
    value = plain_text(value)
    digits = "".join(c for c in value if "0" <= c <= "9")
    return ("+" if value.startswith(("+", "tel:+")) else "") + digits if digits else value


def scalar(value):
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else plain_text(str(value))


def is_part(kind, leaf):
    if kind == "addresses":
        stem, _, number = leaf.partition("_")
        component = stem in ADDRESS_PARTS and (not number or (number.isdigit() and int(number) > 1))
        return component or leaf in ("full", "countryCode", "coordinates", "timeZone")
    if kind in PARTS:
        return leaf in PARTS[kind]
    return leaf not in ("order", "pref", "label") and not leaf.startswith("contexts/")


def plain_key(kind, fields):
    if kind in ONE_PART:
        return {"emails": mail, "phones": phone}.get(kind, plain_text)(fields[ONE_PART[kind]])
    parts = sorted((leaf.encode(), leaf, value) for leaf, value in fields.items() if is_part(kind, leaf) and value is not None)
    return "\x1e".join(f"{leaf}\x1f{scalar(value)}" for _, leaf, value in parts)


# Ids

def derived_card(*pieces):
    data = b"\0".join(piece.encode() for piece in ("contactmesh card 1", *pieces))
    return base32(sha256(data)[:15]), data


def content_lines(fields, elements):
    lines = {
        f"{path}\x1f{plain_text(value)}".encode()
        for path, value in fields.items() if path in SINGLE or path.startswith("name/")
    }
    lines |= {f"{element['kind']}\x1f{plain_key(element['kind'], element['fields'])}".encode() for element in elements}
    return b"\n".join(sorted(lines)).decode()


def derived_element(card, kind, key, counter):
    data = b"\0".join(piece.encode() for piece in ("contactmesh element 1", card, kind, key, str(counter)))
    return base32(sha256(data)[:5]), data


# Order keys

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def order_key(number, total):
    """The key of element `number` (from 1) of `total`."""
    spread = min(total, 3843)
    if total < 2 or number > spread:
        return None
    place = 3844 * number // (spread + 1)
    return (DIGITS[place // 62] + DIGITS[place % 62]).rstrip("0")


# Files

def paths():
    f40 = "f" * 40
    valid = [
        ("one segment", "id"), ("presence", "emails/ab12cd34"), ("leaf", "emails/ab12cd34/address"),
        ("every kind of character", "AZaz09_-"), ("five segments", "a/b/c/d/e"), ("digits only", "0/1/2"),
        ("segment of 40", f40), ("path of 120 bytes", f"{f40}/{f40}/{'f' * 38}"),
        ("unknown path", "somethingNew/x/y"), ("dashes and underscores only", "-/_/--/__"),
        ("upper case is another name", "__PROTO__/Prototype/Constructor"),
        ("reserved name as a part of a segment", "__proto__x/prototypes/my-constructor"),
        ("proto without underscores", "proto/__proto/proto__"), ("Object's other names", "toString/hasOwnProperty/valueOf"),
    ]
    invalid = [
        ("empty", ""), ("slash only", "/"), ("leading slash", "/a"), ("trailing slash", "a/"), ("empty segment", "a//b"),
        ("six segments", "a/b/c/d/e/f"), ("segment of 41", "f" * 41), ("segment of 41 behind another", f"a/{'f' * 41}"),
        ("path of 121 bytes", f"{f40}/{f40}/{'f' * 39}"), ("reserved __proto__", "__proto__"),
        ("reserved inside", "a/__proto__/b"), ("reserved prototype", "prototype/a"), ("reserved constructor", "a/constructor"),
        ("space", "a b"), ("trailing newline", "a\n"), ("leading newline", "\na"), ("dot", "a.b"), ("dots", "../a"),
        ("percent", "a%2Fb"), ("colon", "urn:a"), ("backslash", "a\\b"), ("NUL", "a\0"), ("plus", "a+b"), ("tilde", "a~1b"),
        ("umlaut", "stra\u00dfe"), ("e with accent, decomposed", "cafe\u0301"), ("full-width letter", "\uff21"),
        ("Arabic-Indic digit", "a\u0661"), ("Kelvin sign", "\u212a"), ("no-break space", "a\u00a0b"), ("beyond 16 bits", "\U0001f600"),
    ]
    assert all(path_ok(path) for _, path in valid) and not any(path_ok(path) for _, path in invalid)
    segments = [
        ("a", True), ("book-settings", True), ("k5t3abcdefghijklmnop2345", True), ("_", True), ("f" * 40, True),
        ("", False), ("f" * 41, False), ("a/b", False), ("__proto__", False), ("constructor", False), ("a b", False),
        ("\u00e4", False), ("a.b", False),
    ]
    assert all(segment_ok(segment) == good for segment, good in segments)
    return {
        "about": "Section 1: paths; `segments` are card ids and system names.",
        "valid": [{"name": name, "path": path} for name, path in valid],
        "invalid": [{"name": name, "path": path} for name, path in invalid],
        "segments": [{"segment": segment, "valid": good} for segment, good in segments],
    }


def keys():
    texts = [
        "Jane", "  Jane Doe\t", "\u00a0Jane\u00a0Doe\u00a0", "a\r\nb\rc\n\rd", "\r\n a \r", "caf\u0065\u0301", "A\u030angstro\u0308m",
        "\u212bngstr\u00f6m", "\u1100\u1161\u11a8", "\ufb01sh", "\u2003em space stays\u2003", "\u000bvertical tab stays\u000b",
        "\u200bzero width stays\u200b", "\ufeffmark stays", "\u3000wide space stays", "e\u0323\u0302", "e\u0302\u0323", "\u0958", "\U0001f600",
        "\u00c4\u00d6\u00dc\u1e9e", "Stra\u00dfe", "\uff11\uff12", " \t\n\r\u00a0 x", "inner  spaces\t stay", "\u0344", "\u2126",
    ]
    mails = [
        "Jane.DOE@Example.COM", " jane@example.com\r\n", "J\u00dcRGEN@EXAMPLE.DE", "JU\u0308RGEN@example.de", "I\u0130\u0131@X.org",
        "\u212a@EXAMPLE.ORG", "\uff21@example.org", "mailto:A@B.C", "\u03a3\u03a3@X", "A B@C", "[AZ`{]@^_Z",
    ]
    phones = [
        "+49 30 123456", "tel:+49 30 123456", "tel:+49-30-123456", "TEL:+49 30 1", "tel:030 1", "tel: +49 30", "\u00a0+49 (0)30 / 12-34",
        "(+49) 30 1", "0049 30 1", "030/123 45 ext. 6", "call me", " +++ ", "+", "tel:+", "\uff10\uff11\uff12", "\uff0b49 30", "1\uff122\u0663" "4",
        "tel:+1-201-555-0123;ext=7", "++1", "\u00a0caf\u0065\u0301 phone\r\n", "*31#", "1+2", "+\r\n4\r9",
    ]
    elements = [
        ("emails", {"address": " Jane@Example.COM", "label": "x", "contexts/work": True}),
        ("phones", {"number": "tel:+49 30 1", "features/voice": True, "order": "V"}),
        ("notes", {"note": "one\r\ntwo\r\n"}),
        ("nicknames", {"name": "Zo\u0065\u0308"}),
        ("keywords", {"value": " VIP "}),
        ("relatedTo", {"uid": "urn:uuid:1", "relation/friend": True}),
        ("addresses", {
            "name": "Main St\u00a0", "number": "1", "locality": "Ko\u0308ln", "country": "Germany", "countryCode": "DE", "name_2": "Rear",
            "label": "home", "contexts/private": True, "pref": 1, "order": "V", "somethingNew": "x",
        }),
        ("addresses", {"full": "1 Main St\r\nSpringfield", "coordinates": "geo:1,2", "timeZone": "Etc/UTC", "locality": None}),
        ("organizations", {"name": "Example Ltd", "units/2": "B", "units/1": "A", "sortAs": "x"}),
        ("organizations", {"units/1": " Research "}),
        ("titles", {"kind": "title", "name": "Engineer", "organization": "ab12cd34"}),
        ("onlineServices", {"user": "@jane", "service": "Mastodon", "uri": "https://example.social/@jane"}),
        ("links", {"uri": "https://example.com/?A=B", "mediaType": "text/html"}),
        ("media", {"kind": "photo", "blob": "0" * 64, "mediaType": "image/jpeg"}),
        ("anniversaries", {"kind": "birth", "date": "1990-04-05"}),
        ("personalInfo", {"kind": "hobby", "value": "Chess", "level": "high", "listAs": 1}),
        ("calendars", {"kind": "calendar", "uri": "webcal://example.com/a"}),
        ("extra", {"pointer": "/x:y", "json": "{\"a\": 1}"}),
        ("pets", {
            "species": "cat", "age": 3, "tame": True, "loud": False, "info/colour": "red", "name": None,
            "order": "V", "pref": 2, "label": "pet", "contexts/home": True,
        }),
        ("pets", {"Z": "1", "a": "2", "_": "3", "-": "4", "0": "5"}),
    ]
    return {
        "about": "Section 1.2: normal forms (Unicode NFC) and the plain keys of elements.",
        "text": [{"in": value, "out": plain_text(value)} for value in texts],
        "mail": [{"in": value, "out": mail(value)} for value in mails],
        "phone": [{"in": value, "out": phone(value)} for value in phones],
        "elements": [{"kind": kind, "fields": fields, "key": plain_key(kind, fields)} for kind, fields in elements],
    }


def ids():
    cards = []
    for uid in ["urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af", " urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af\r\n", "caf\u0065\u0301"]:
        card, data = derived_card("uid", plain_text(uid))
        cards.append({"source": "uid", "uid": uid, "hashed": data.hex(), "id": card})
    for system, remote in [("crm", "4711"), ("crm", "people/c4711"), ("exchange-2", "AAMkAD=="), ("crm", "z\u00fcrich")]:
        card, data = derived_card("row", system, remote)
        cards.append({"source": "row", "system": system, "row": remote, "hashed": data.hex(), "id": card})
    drafts = [
        ({"name/given": "Jane"}, []),
        ({}, [{"kind": "emails", "fields": {"address": "jane@example.com"}}]),
        (
            {"name/surname": "Doe", "name/given": " Jane ", "name/sortAs/surname": "doe", "kind": "individual", "language": "en"},
            [
                {"kind": "phones", "fields": {"number": "+49 30 1"}},
                {"kind": "emails", "fields": {"address": "Jane@Example.com", "contexts/work": True}},
                {"kind": "emails", "fields": {"address": "jane@example.COM", "label": "again"}},
                {"kind": "organizations", "fields": {"name": "Example Ltd", "units/1": "Research"}},
                {"kind": "notes", "fields": {"note": "one\r\ntwo"}},
            ],
        ),
    ]
    for fields, elements in drafts:
        lines = content_lines(fields, elements)
        card, data = derived_card("content", lines)
        cards.append({"source": "content", "fields": fields, "elements": elements, "lines": lines, "hashed": data.hex(), "id": card})
    parents = [cards[0]["id"], "book-settings"]
    elements = []
    for card, kind, fields in [
        (parents[0], "emails", {"address": "jane@example.com"}),
        (parents[0], "phones", {"number": "+49 30 1"}),
        (parents[0], "addresses", {"locality": "K\u00f6ln", "postcode": "50667"}),
        (parents[0], "notes", {"note": "one\r\ntwo"}),
        (parents[1], "emails", {"address": "jane@example.com"}),
    ]:
        for counter in (0, 1):
            key = plain_key(kind, fields)
            element, data = derived_element(card, kind, key, counter)
            elements.append({
                "card": card, "kind": kind, "fields": fields, "key": key, "counter": counter, "hashed": data.hex(), "id": element,
            })
    randoms = [
        {"bytes": bytes(range(15)).hex(), "id": base32(bytes(range(15)))},
        {"bytes": "ff" * 15, "id": base32(b"\xff" * 15)},
        {"bytes": "0001020304", "id": base32(bytes(range(5)))},
    ]
    return {"about": "Section 1.3. `hashed` is what SHA-256 reads.", "base32": randoms, "cards": cards, "elements": elements}


def order():
    full = [{"n": n, "keys": [order_key(i, n) for i in range(1, n + 1)]} for n in (1, 2, 3, 10, 100)]
    some = []
    for n, places in [
        (61, (1, 61)), (62, (1, 31, 62)), (3842, (1, 2, 3841, 3842)), (3843, (1, 2, 62, 3842, 3843)), (3844, (1, 3843, 3844)),
        (5000, (1, 2, 61, 62, 63, 124, 3842, 3843, 3844, 5000)),
    ]:
        some.append({"n": n, "keys": [{"i": i, "key": order_key(i, n)} for i in places]})
    for row in full[1:]:
        assert row["keys"] == sorted(set(row["keys"]))
    return {"about": "Section 1.4: the order keys of n elements that arrive together; null is no key.", "all": full, "some": some}
