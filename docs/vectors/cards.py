"""cards.json: sections 3 to 5 of docs/format.md, the changes of a card and what follows from them."""

from itertools import permutations

from changes import A, B, C, CARD, D, IMPORT, PERSON
from codec import Change, Op, blob, change_hash, sleb, uleb
from model import Card, book_hash
from reader import read_change

CRM = "1 system r1 crm 4711 9 s1"
LDAP = "1 system r2 ldap cn=j 3 s2"
EMAIL, HOME = "emails/ab12cd34", "addresses/cd34ef56"


class Story:
    """Writes changes as section 3 says: each operation names the shown candidate and those equal to it."""

    def __init__(self, card_id=CARD):
        self.card, self.names, self.clock = Card(card_id), {}, 1_760_000_000_000

    def draft(self, actor, after, values, message=PERSON, names_all=False, **other):
        """`after` are names of changes, `values` path -> value. `other` replaces parts of the change."""
        deps = sorted(self.names[name] for name in after)
        seen = set(deps).union(*(self.card.ancestors(dep) for dep in deps))
        registers = self.card.registers(seen) if seen else {}
        mine = [self.card.changes[key].seq for key in seen if self.card.changes[key].actor == actor]
        last = max((self.card.changes[key].start_op + len(self.card.changes[key].ops) - 1 for key in deps), default=0)
        ops = []
        for path in sorted(values, key=str.encode):
            candidates = registers.get(path, [])
            if candidates and not names_all:
                shown = self.card.shown(path, candidates)
                candidates = [c for c in candidates if c.typed == shown.typed]
            ops.append(Op(path, values[path], [c.id for c in candidates]))
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
    yield "group conflict ends with an edit inside", "Its presence operation names both equal ones.", story

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

    for smaller in (True, False):
        story = base(Story())
        story.add("one", B, ["base"], edit(EMAIL, address="one@example.com"))
        again = story.draft(B, ["one"], edit(EMAIL, address="two@example.com"), seq=1)
        while (story.names["one"] < change_hash(again.encode())) != smaller:
            again.time += 1
        story.keep("again", again)
        yield f"seq 1 twice in a row, {'first' if smaller else 'second'} has the smaller hash", \
            "Equivocation too" + ("." if smaller else ": the first is out, and the second for having seen it."), story


def orders(names):
    """Arrival orders: as written, backwards, and a few more."""
    if len(names) <= 3:
        return [list(order) for order in permutations(names)]
    turned = names[2:] + names[:2]
    swapped = [names[0], names[2], names[1], *names[3:]]
    return [names, names[::-1], turned, swapped]


def case(name, about, story):
    names, expected = list(story.names), None
    for order in orders(names):
        card = Card(story.card.id)
        for change in order:
            card.arrive(story.bytes(change))
        assert not card.refused and not card.waiting
        found = card.expected()
        assert expected in (None, found), name
        expected = found
    return {
        "name": name,
        "about": about,
        "card": story.card.id,
        "changes": [{"name": n, "hash": story.names[n].hex(), "hex": story.bytes(n).hex()} for n in names],
        "arrivals": orders(names),
        "expected": expected,
    }


def partial():
    """Replicas that do not hold everything yet."""
    story = base(Story())
    story.add("b", B, ["base"], edit(EMAIL, address="b@example.com"))
    story.add("c", C, ["b"], edit(EMAIL, address="c@example.com"))
    story.add("d", D, ["base"], edit(EMAIL, address="d@example.com"))
    for held, about in [(["c"], "nothing to stand on"), (["c", "base"], "c waits for b"), (["c", "d", "base"], "c waits, d does not")]:
        card = Card(CARD)
        for name in held:
            card.arrive(story.bytes(name))
        yield {
            "name": about,
            "card": CARD,
            "changes": [{"name": n, "hash": story.names[n].hex(), "hex": story.bytes(n).hex()} for n in held],
            "expected": card.expected(),
        }


def refusals():
    """(rule, name, story, change that has to be refused once the story's changes are there)"""
    story = base(Story())
    story.add("b", B, ["base"], edit(EMAIL, address="b@example.com"))
    story.add("c", C, ["base"], edit("name", given="Joan"))
    address = f"{EMAIL}/address"
    ops = [op.path for op in story.card.changes[story.names["base"]].ops]

    def place(path):
        return 1 + ops.index(path)

    def draft(actor, after, values, rule, name, preds=None, **other):
        change = story.draft(actor, after, values, **other)
        for op in change.ops:
            if preds and op.path in preds:
                op.preds = preds[op.path]
        return rule, name, story, change

    to = edit(EMAIL, address="x@example.com")
    good = story.draft(B, ["b"], to)
    yield draft(B, ["b"], to, "3.2", "start_op one too high", start_op=good.start_op + 1)
    yield draft(B, ["b"], to, "3.2", "start_op one too low", start_op=good.start_op - 1)
    yield draft(B, ["b"], to, "3.2", "start_op far too high", start_op=2**31 - 10)
    yield draft(D, ["b"], {"x": 1}, "3.2", "start_op 1 with a dependency", start_op=1)
    yield draft(D, ["base", "b"], to, "3.2", "start_op follows the smaller of two dependencies", start_op=9)
    yield draft(D, [], {"id": CARD, "state": "live"}, "3.2", "start_op 2 without dependencies", start_op=2)
    yield draft(B, ["b"], to, "3.3", "seq 3 after 1", seq=3)
    yield draft(D, ["b"], to, "3.3", "seq 2 of a new actor", seq=2)
    yield draft(B, ["c"], to, "3.3", "own change before is not an ancestor", seq=2)
    yield draft(D, [], {"id": CARD, "state": "live"}, "3.3", "seq 2 without dependencies", seq=2)
    yield draft(C, ["b"], to, "3.3", "seq 2, only another actor's seq 1 is an ancestor", seq=2)
    yield draft(B, ["b"], to, "3.4", "predecessor at another path", preds={address: [(place("name/given"), A)]})
    yield draft(B, ["b"], to, "3.4", "one good predecessor, one at another path",
                preds={address: [(place("name/given"), A), (10, B)]})
    yield draft(B, ["b"], {"name/given": "X"}, "3.4", "predecessor outside the ancestors", preds={"name/given": [(10, C)]})
    yield draft(B, ["b"], to, "3.4", "predecessor of an actor nobody knows", preds={address: [(10, D)]})
    yield draft(B, ["b"], to, "3.4", "predecessor with a counter nobody has", preds={address: [(9999, B)]})
    yield draft(B, ["b"], to, "3.4", "predecessor in the change itself", preds={address: [(good.start_op + 1, B)]})
    yield draft(D, [], {"id": CARD, "state": "live"}, "3.4", "predecessor without dependencies", preds={"id": [(1, A)]})
    yield draft(D, [], {"id": "another2card", "state": "live"}, "3.5", "first change of another card")
    yield draft(D, [], {"name": True, "state": "live"}, "3.5", "first change without an id")
    yield draft(B, ["b"], {**to, "id": "another2card"}, "3.5", "another id written")
    yield draft(B, ["b"], {**to, "id": None}, "3.5", "the id cleared")
    yield draft(B, ["b"], {**to, "id": True}, "3.5", "true as the id")


def guard():
    for rule, name, story, change in refusals():
        data = change.encode()
        assert read_change(data) == change
        card = Card(CARD)
        for held in story.names:
            card.arrive(story.bytes(held))
        card.arrive(data)
        assert card.refused == {change_hash(data): [rule]}, (name, card.refused)
        yield {"name": name, "rule": rule, "hash": change_hash(data).hex(), **blob(data)}


def books():
    people = []
    for card_id, given in [("k5t3abcdefghijklmnop2345", "Jane"), ("a2b3abcdefghijklmnop2345", "Joan"), ("book-settings", None)]:
        story = Story(card_id)
        values = {"id": card_id, "state": "live"} | ({"name": True, "name/given": given} if given else {"x": 1})
        story.add("first", A, [], values)
        people.append(story)
    return [
        {"cards": [{"card": s.card.id, "hex": s.bytes("first").hex(), "state_hash": s.card.state_hash().hex()} for s in some],
         "state_hash": book_hash([s.card for s in some]).hex()}
        for some in ([], people[:1], people)
    ]


def cards():
    # A story may be told on after it is yielded, so each case is finished at once.
    cases = [case(name, about, story) for name, about, story in stories()]
    assert len({one["name"] for one in cases}) == len(cases)
    story = next(refusals())[2]
    return {
        "about": (
            "Sections 3 to 5. Every order in `arrivals` leads to `expected`. `shown` is the index of the shown candidate. "
            "`conflicts`: registers with more than one value, groups, and every path that counts as in conflict "
            "(`id`, `state` and presence aside). `guard`: changes to refuse where `held` is there, with the rule."
        ),
        "cases": cases,
        "partial": list(partial()),
        "guard": {
            "card": CARD,
            "held": [story.bytes(name).hex() for name in story.names],
            "refused": list(guard()),
        },
        "books": books(),
    }
