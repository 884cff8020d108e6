"""The stories of cards.json: changes written as sections 3 to 5 of docs/format.md say, one situation each."""

from changes import A, B, C, CARD, D, IMPORT, PERSON
from codec import Change, Op, change_hash
from model import Card

CRM = "1 system r1 crm 4711 9 s1"
LDAP = "1 system r2 ldap cn=j 3 s2"
EMAIL, HOME = "emails/ab12cd34", "addresses/cd34ef56"


class Story:
    """Writes changes as section 3 says: each operation names the shown candidate and those equal to it, at the presence
    of a group in conflict the shown candidate alone."""

    def __init__(self, card_id=CARD):
        self.card, self.names, self.clock = Card(card_id), {}, 1_760_000_000_000

    def draft(self, actor, after, values, message=PERSON, names_all=False, **other):
        """`after` are names of changes, `values` path -> value. `other` replaces parts of the change."""
        deps = sorted(self.names[name] for name in after)
        seen = set(deps).union(*(self.card.ancestors(dep) for dep in deps))
        registers = self.card.registers(seen)
        undecided = self.card.group_conflicts(seen)
        mine = [self.card.changes[key].seq for key in seen if self.card.changes[key].actor == actor]
        last = max((self.card.changes[key].start_op + len(self.card.changes[key].ops) - 1 for key in deps), default=0)
        ops = []
        for path in sorted(values, key=str.encode):
            candidates = registers.get(path, [])
            if candidates and not names_all:
                shown = self.card.shown(path, candidates)
                candidates = [shown] if path in undecided else [c for c in candidates if c.typed == shown.typed]
            ops.append(Op(path, values[path], sorted({c.id for c in candidates})))
        self.clock += 1000
        parts = dict(seq=max(mine, default=0) + 1, start_op=last + 1, deps=deps, time=self.clock, message=message)
        return Change(actor, ops, **{**parts, **other})

    def keep(self, name, change):
        data = change.encode()
        self.card.arrive(data)
        assert change_hash(data) in self.card.changes, (name, self.card.refused)
        self.names[name] = change_hash(data)
        return data

    def add(self, name, actor, after, values, message=PERSON, **other):
        self.keep(name, self.draft(actor, after, values, message, **other))

    def pair(self, names, drafts, first_is_smaller=True):
        """Two changes whose hashes are in the given order: only the times are tried."""
        one, two = drafts
        while (change_hash(one.encode()) < change_hash(two.encode())) != first_is_smaller:
            two.time += 1
        for name, change in zip(names, drafts):
            self.keep(name, change)

    def bytes(self, name):
        return self.card.changes[self.names[name]].encode()


def base(story, address=False):
    values = {
        "id": story.card.id, "state": "live", "name": True, "name/given": "Jane", "name/surname": "Doe",
        EMAIL: True, f"{EMAIL}/address": "jane@example.com", "language": "en",
    }
    if address:
        values |= {HOME: True, f"{HOME}/locality": "Berlin", f"{HOME}/postcode": "10115", f"{HOME}/name": "Main St", f"{HOME}/label": "x"}
    story.add("base", A, [], values)
    return story


def edit(element, **leaves):
    return {element: True, "state": "live", **{f"{element}/{leaf}": value for leaf, value in leaves.items()}}


def first(story, name, actor, values, message=PERSON):
    story.add(name, actor, [], {"id": story.card.id, "state": "live", **values}, message)


def stories():
    story = base(Story())
    story.add("edit", A, ["base"], edit("name", given="Joan"))
    yield "one writer", "An edit takes the place of what it saw.", story

    story = base(Story())
    story.add("joan", B, ["base"], edit("name", given="Joan"))
    story.add("mail", C, ["base"], edit(EMAIL, address="doe@example.com"))
    yield "concurrent edits of different paths", "No conflict; `state` has two equal candidates.", story

    story = base(Story())
    story.add("joan", B, ["base"], edit(EMAIL, address="joan@example.com"))
    story.add("june", C, ["base"], edit(EMAIL, address="june@example.com"))
    yield "concurrent edits of one path", "Both persons', so the greatest operation id is shown: equal counters, the greater actor.", story

    story = base(Story())
    story.add("more", B, ["base"], {**edit(EMAIL, address="joan@example.com"), "a/b/c": 1})
    story.add("june", C, ["base"], edit(EMAIL, address="june@example.com"))
    yield "concurrent edits, greater counter", "The greater counter is shown before the greater actor.", story

    story = base(Story())
    for name, actor in [("b", B), ("c", C), ("d", D)]:
        story.add(name, actor, ["base"], edit(EMAIL, address="same@example.com" if actor != C else "other@example.com"))
    yield "equal concurrent values beside another one", "Two candidates are equal; both have the byte 1 in the state hash.", story

    story = base(Story())
    story.add("b", B, ["base"], edit(EMAIL, address="same@example.com"))
    story.add("c", C, ["base"], edit(EMAIL, address="same@example.com"))
    yield "equal concurrent values", "No conflict.", story
    story.add("next", D, ["b", "c"], edit(EMAIL, address="next@example.com"))
    yield "edit after equal concurrent values", "It names both.", story

    story = base(Story())
    story.add("b", B, ["base"], edit(EMAIL, pref=1))
    story.add("c", C, ["base"], edit(EMAIL, pref="1"))
    story.add("d", D, ["base"], edit(EMAIL, pref=True))
    yield "values of different types", "1, \"1\" and true are three values.", story

    story = base(Story())
    story.add("joan", B, ["base"], edit(EMAIL, address="joan@example.com"))
    story.add("june", C, ["base"], edit(EMAIL, address="june@example.com"))
    story.add("over", A, ["joan", "june"], edit(EMAIL, address="jess@example.com"))
    yield "edit over a conflict", "It names only what was shown; the conflict stays.", story
    story.add("resolve", A, ["over"], edit(EMAIL, address="jess@example.com"), names_all=True)
    yield "conflict resolved", "It names all.", story

    story = base(Story())
    story.add("remove", B, ["base"], {EMAIL: None})
    story.add("edit", C, ["base"], edit(EMAIL, address="doe@example.com"))
    yield "removal against edit", "The element is there, its presence and its leaves are in conflict.", story

    story = base(Story())
    story.add("edit", B, ["base"], edit(EMAIL, address="doe@example.com"), message=CRM)
    story.add("remove", C, ["base"], {EMAIL: None, "a": 1})
    yield "a person's removal against a system's edit", "Presence: live before removed comes first.", story

    story = base(Story())
    story.add("remove", B, ["base"], {EMAIL: None})
    story.add("again", A, ["remove"], edit(EMAIL))
    yield "removed and brought back", "No conflict.", story

    story = base(Story())
    story.add("remove", B, ["base"], {EMAIL: None})
    story.add("too", C, ["base"], {EMAIL: None})
    yield "removed twice", "No conflict: equal values.", story

    story = base(Story())
    story.add("delete", B, ["base"], {"state": "deleted"})
    story.add("edit", A, ["base"], edit(EMAIL, address="doe@example.com"), message=CRM)
    yield "deletion against edit", "The card is there; every leaf counts as in conflict.", story

    story = base(Story())
    story.add("delete", B, ["base"], {"state": "deleted"})
    yield "deleted", "Only `state` is written.", story

    story = base(Story())
    story.add("person", B, ["base"], edit(EMAIL, address="person@example.com"))
    story.add("system", C, ["base"], {**edit(EMAIL, address="system@example.com"), "a": 1}, message=CRM)
    yield "person against system", "The person's value is shown, although the other operation id is greater.", story

    story = base(Story())
    story.add("import", B, ["base"], edit(EMAIL, address="import@example.com"), message=IMPORT)
    story.add("system", C, ["base"], {**edit(EMAIL, address="system@example.com"), "a": 1}, message=CRM)
    yield "import against system", "As for a person.", story

    story = base(Story())
    story.add("person", C, ["base"], edit(EMAIL, address="person@example.com"))
    story.add("import", B, ["base"], {**edit(EMAIL, address="import@example.com"), "a": 1}, message=IMPORT)
    yield "person against import", "No difference between them: the greatest operation id.", story

    story = base(Story())
    story.add("person", B, ["base"], {"language": None, "state": "live"})
    story.add("system", C, ["base"], {"language": "fr", "state": "live", "a": 1}, message=CRM)
    yield "person's Null against a system's value", "The person comes first: the field shows nothing.", story

    story = base(Story())
    story.add("value", B, ["base"], {"language": "fr", "state": "live"})
    story.add("null", C, ["base"], {"language": None, "state": "live", "a": 1})
    yield "value against Null", "Two persons: a value before Null.", story

    story = base(Story())
    story.add("crm", B, ["base"], {"language": "fr", "state": "live"}, message=CRM)
    story.add("ldap", C, ["base"], {"language": None, "state": "live", "a": 1}, message=LDAP)
    yield "two systems", "A value before Null.", story

    for message, what in [("2 robot r1", "another version"), ("", "no message")]:
        story = base(Story())
        story.add("unknown", B, ["base"], {"language": None, "state": "live"}, message=message)
        story.add("crm", C, ["base"], {"language": "fr", "state": "live", "a": 1}, message=CRM)
        yield f"{what} against a system", "What is unknown was not written by a system, so it comes first.", story

    story = base(Story())
    story.add("person", B, ["base"], {"language": "de", "state": "live"})
    story.add("unknown", C, ["base"], {"language": "fr", "state": "live", "a": 1}, message="2 system r1 crm 4711 9 s1")
    yield "person against another version", "No difference between them: the greatest operation id.", story

    story = base(Story())
    story.add("crm", C, ["base"], {"language": "fr", "state": "live"}, message=CRM)
    story.add("person", B, ["base"], {"language": "fr", "state": "live"})
    story.add("other", D, ["base"], {"language": "de", "state": "live"}, message=LDAP)
    yield "system equal to the shown person's value", "Both are shown; the index is that of the person's.", story

    story = base(Story(), address=True)
    story.add("street", B, ["base"], edit(HOME, name="Long Lane"))
    story.add("town", C, ["base"], edit(HOME, locality="Hamburg", postcode="20095"))
    yield "two halves of an address", "Each register has one value, the group is in conflict.", story
    story.add("resolve", A, ["street", "town"], edit(HOME, name="Long Lane", locality="Hamburg", postcode="20095"), names_all=True)
    yield "halves of an address resolved", "One presence operation has seen both.", story

    story = base(Story(), address=True)
    for name, actor in [("b", B), ("c", C)]:
        story.add(name, actor, ["base"], edit(HOME, locality="Hamburg", postcode="20095"))
    yield "the same edit of an address twice", "The versions are equal: no conflict.", story

    story = base(Story(), address=True)
    story.add("b", B, ["base"], edit(HOME, locality="Hamburg"))
    story.add("b2", B, ["b"], edit(HOME, postcode="20095"))
    story.add("c", C, ["base"], edit(HOME, locality="Hamburg", postcode="20095"))
    yield "one address on two ways", "Two changes here, one there, equal in the end: no conflict.", story

    story = base(Story(), address=True)
    story.add("street", B, ["base"], edit(HOME, name="Long Lane"))
    story.add("mail", C, ["base"], edit(EMAIL, address="doe@example.com"))
    yield "address and something else", "The presence has one operation: no conflict.", story

    story = base(Story())
    story.add("given", B, ["base"], edit("name", given="Joan"))
    story.add("surname", C, ["base"], edit("name", surname="Roe"), message=CRM)
    yield "two halves of a name", "The name is a group.", story

    story = base(Story())
    story.add("given", B, ["base"], edit("name", given="Joan"))
    story.add("surname", C, ["base"], edit("name", surname="Roe"))
    story.add("mail", A, ["given", "surname"], edit(EMAIL, address="doe@example.com"))
    yield "group conflict lasts", "A later change elsewhere leaves the group in conflict.", story

    story = base(Story())
    story.add("given", B, ["base"], edit("name", given="Joan"))
    story.add("surname", C, ["base"], edit("name", surname="Roe"))
    story.add("title", A, ["given", "surname"], edit("name", title="Dr"))
    yield "group conflict outlasts an edit inside", "Its presence operation names the shown one of two equal ones alone.", story
    story.add("again", D, ["title"], edit("name", title="Prof"))
    yield "group conflict outlasts two edits inside", "The second takes the first one's place.", story
    story.add("resolve", A, ["again"], edit("name", title="Prof", given="Joan", surname="Roe"), names_all=True)
    yield "group conflict resolved after edits inside", "It names all.", story

    story = base(Story(), address=True)
    story.add("b", B, ["base"], edit(HOME, name="Long Lane"))
    story.add("c", C, ["base"], edit(HOME, locality="Hamburg"))
    story.add("remove", D, ["b", "c"], {HOME: None})
    yield "address in conflict removed", "Only the shown version was: the address is still there, and in conflict.", story

    story = base(Story(), address=True)
    story.add("b", B, ["base"], edit(HOME, name="Long Lane"))
    story.add("c", C, ["base"], {HOME: True})
    story.add("remove", D, ["b", "c"], {HOME: None})
    yield "address in conflict removed, the other version left", "Removed is a version of its own: conflict.", story

    story = base(Story(), address=True)
    story.add("b", B, ["base"], edit(HOME, name="Long Lane"))
    story.add("gone", B, ["b"], {HOME: None})
    story.add("too", C, ["base"], {HOME: None})
    yield "address removed on two ways", "Neither version is there, whatever its leaves hold: no conflict.", story

    story = base(Story(), address=True)
    story.add("b", B, ["base"], edit(HOME, name="Long Lane"))
    story.add("c", C, ["base"], edit(HOME, name="Long Lane"))
    story.add("d", D, ["base"], edit(HOME, locality="Hamburg"))
    yield "three versions of an address, two equal", "All have to be equal: conflict.", story

    story = base(Story(), address=True)
    story.add("remove", B, ["base"], {HOME: None})
    story.add("edit", C, ["base"], edit(HOME, locality="Hamburg"))
    yield "address removed and edited", "Presence and group are in conflict.", story

    both = {"name": True, "name/given": "Jane", EMAIL: True, f"{EMAIL}/address": "jane@example.com"}
    story = Story()
    first(story, "b", B, both, IMPORT)
    first(story, "c", C, both, IMPORT)
    yield "two identical imports", "Two first changes of one card: no conflict.", story

    story = Story()
    first(story, "b", B, both, IMPORT)
    first(story, "c", C, {**both, "name/surname": "Doe"}, IMPORT)
    yield "two similar imports", "The names differ as groups, although no register has two values.", story

    story = base(Story())
    story.add("b", B, ["base"], edit(EMAIL, address="b@example.com"))
    story.add("c", C, ["b"], edit(EMAIL, address="c@example.com"))
    story.add("d", D, ["base", "b", "c"], edit(EMAIL, address="d@example.com"))
    yield "dependencies that say too much", "A dependency of a dependency may be named again.", story

    story = base(Story())
    story.add("same", B, ["base"], {"id": CARD, "state": "live"})
    yield "own id written again", "Legal.", story

    story = base(Story())
    story.add("b", B, ["base"], edit(EMAIL, address="b@example.com"))
    story.add("again", C, ["b"], edit(EMAIL, address="c@example.com"))
    stale = story.draft(D, ["again"], edit(EMAIL, address="d@example.com"))
    stale.ops[1].preds = [(7, A)]
    assert stale.ops[1].path == f"{EMAIL}/address"
    base_ops = story.card.changes[story.names["base"]].ops
    stale.ops[1].preds = [(1 + [op.path for op in base_ops].index(f"{EMAIL}/address"), A)]
    story.keep("stale", stale)
    yield "predecessor overwritten long ago", "Legal: an operation of an ancestor at the same path. It takes away nothing.", story

    # Equivocation
    for smaller in (True, False):
        story = base(Story())
        story.pair(["one", "two"], [
            story.draft(B, ["base"], edit(EMAIL, address="one@example.com")),
            story.draft(B, ["base"], edit(EMAIL, address="two@example.com")),
        ], smaller)
        story.add("on one", C, ["one"], edit("name", given="Joan"))
        story.add("on two", D, ["two"], edit("name", given="June"))
        story.add("on both", A, ["on one", "on two"], {"language": "fr", "state": "live"})
        yield f"equivocation, {'first' if smaller else 'second'} has the smaller hash", \
            "The one with the greater hash is out, with everything that saw it.", story

    story = base(Story())
    story.pair(["one", "two"], [
        story.draft(B, ["base"], edit(EMAIL, address="one@example.com")),
        story.draft(B, ["base"], edit(EMAIL, address="two@example.com")),
    ], False)
    story.add("after one", B, ["one"], edit(EMAIL, address="three@example.com"))
    yield "equivocation, the loser goes on", "seq 2 follows a change that is out.", story
    after = story.draft(B, ["two"], edit(EMAIL, address="four@example.com"))
    while change_hash(after.encode()) < story.names["after one"]:
        after.time += 1
    story.keep("after two", after)
    yield "equivocation, both sides go on", \
        "The two changes of seq 2 have different previous ones: no equivocation again, although the loser's has the smaller hash.", story

    story = base(Story())
    drafts = [story.draft(B, ["base"], edit(EMAIL, address=f"{name}@example.com")) for name in ("one", "two", "three")]
    for name, draft in zip(("one", "two", "three"), drafts):
        story.keep(name, draft)
    yield "equivocation of three", "One stays.", story

    story = Story()
    drafts = [story.draft(A, [], {"id": CARD, "state": "live", "name": True, "name/given": name}) for name in ("Jane", "Joan")]
    story.pair(["jane", "joan"], drafts)
    yield "equivocation of first changes", "One stays.", story

    story = base(Story())
    story.pair(["one", "two"], [
        story.draft(B, ["base"], edit(EMAIL, address="one@example.com")),
        story.draft(B, ["base"], edit(EMAIL, address="two@example.com")),
    ])
    story.pair(["on two", "on base"], [
        story.draft(C, ["two"], edit("name", given="Joan")),
        story.draft(C, ["base"], edit("name", given="June")),
    ])
    yield "equivocation within equivocation", \
        "Of the two changes of the third actor, the one with the smaller hash saw a change that is out, so both are out.", story

    story = base(Story())
    story.pair(["one", "two"], [
        story.draft(B, ["base"], edit(EMAIL, address="one@example.com")),
        story.draft(B, ["base"], edit(EMAIL, address="two@example.com")),
    ])
    story.add("both", B, ["one", "two"], edit("name", given="Joan"))
    yield "equivocation seen by its own actor", "seq 2 follows both changes of seq 1, one of which is out.", story
    good = story.draft(B, ["one"], edit("name", given="June"))
    while change_hash(good.encode()) < story.names["both"]:
        good.time += 1
    story.keep("good", good)
    yield "equivocation seen by its own actor, and not", \
        "Two changes of seq 2 after the same previous one; the one that is out has the smaller hash, so both are out.", story

    story = base(Story())
    story.pair(["one", "two"], [
        story.draft(B, ["base"], edit(EMAIL, address="one@example.com")),
        story.draft(B, ["base"], edit(EMAIL, address="two@example.com")),
    ])
    story.add("both", B, ["one", "two"], edit("name", given="Joan"))
    on_two = story.draft(B, ["two"], edit("name", given="June"))
    while change_hash(on_two.encode()) > story.names["both"]:
        on_two.time += 1
    story.keep("on two", on_two)
    good = story.draft(B, ["one"], edit("name", given="Jess"))
    while change_hash(good.encode()) > story.names["both"]:
        good.time += 1
    story.keep("good", good)
    yield "equivocation, seq 2 on both, on the loser and on the winner", \
        "Of several previous ones the smallest hash counts, so the one on both stands against the one on the winner, which stays.", story
