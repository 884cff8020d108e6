"""cards.json: sections 3 to 5 of docs/format.md, the changes of a card and what follows from them."""

from itertools import permutations

from changes import A, B, C, CARD, D
from codec import blob, change_hash
from model import Card, book_hash
from reader import read_change
from stories import EMAIL, Story, base, edit, stories


def orders(names):
    """Arrival orders: as written, backwards, and a few more."""
    if len(names) <= 3:
        return list(map(list, permutations(names)))
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
    story.add("a2", A, ["base"], {"language": "fr", "state": "live"})
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
    yield draft(A, ["a2"], to, "3.3", "seq 1 again after 2", seq=1)
    yield draft(A, ["a2"], to, "3.3", "seq 2 again after 2", seq=2)
    yield draft(A, ["a2"], to, "3.3", "seq 4 after 2", seq=4)
    yield draft(A, ["base"], to, "3.3", "seq 3, own seq 2 is not an ancestor", seq=3)
    yield draft(A, ["b"], to, "3.3", "seq 1 after own 1, behind another actor's", seq=1)
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
