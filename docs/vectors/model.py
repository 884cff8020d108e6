"""Sections 3 to 5 of docs/format.md: which changes a card accepts, its registers, conflicts and state hash."""

from codec import change_hash, sha256, typed, uleb
from reader import read_change

NOT_PRESENCE = {"name", "primary", "link", "sameAs", "notSameAs", "speakToAs"}


def is_presence(path):
    segments = path.split("/")
    return path == "name" or (len(segments) == 2 and segments[0] not in NOT_PRESENCE)


def writer_rank(message):
    """1 if a system wrote it, else 0: a person, an import, or a message of another version. None for version 1 spoilt."""
    fields = message.split(" ")
    if fields[0] != "1":
        return 0
    if len(fields) != {"person": 3, "import": 4, "system": 7}.get(fields[1] if len(fields) > 1 else None):
        return None
    return int(fields[1] == "system")


class Candidate:
    def __init__(self, counter, actor, value, change, message):
        self.id = (counter, actor)
        self.value, self.typed = value, typed(value)
        self.change, self.rank = change, writer_rank(message)


class Card:
    """All changes of one card that a replica holds."""

    def __init__(self, card_id):
        self.id = card_id
        self.changes = {}  # hash -> change, dependencies first; they keep the rules 1 to 5
        self.waiting, self.refused = {}, {}
        self._ancestors = {}

    def arrive(self, data):
        self.waiting[change_hash(data)] = read_change(data)
        progress = True
        while progress:
            progress = False
            for key, change in list(self.waiting.items()):
                if all(dep in self.changes for dep in change.deps):
                    del self.waiting[key]
                    broken = self.broken(change)
                    if broken:
                        self.refused[key] = broken
                    else:
                        self.changes[key] = change
                        progress = True

    def ancestors(self, key):
        if key not in self._ancestors:
            found = set()
            for dep in self.changes[key].deps:
                found |= {dep} | self.ancestors(dep)
            self._ancestors[key] = frozenset(found)
        return self._ancestors[key]

    def before(self, change):
        found = set()
        for dep in change.deps:
            found |= {dep} | self.ancestors(dep)
        return found

    def broken(self, change):
        """Every rule of section 3 that the change breaks."""
        rules, before = [], self.before(change)
        last = max((self.changes[dep].start_op + len(self.changes[dep].ops) - 1 for dep in change.deps), default=0)
        if change.start_op != last + 1:
            rules.append("3.2")
        mine = [self.changes[key].seq for key in before if self.changes[key].actor == change.actor]
        if change.seq != 1 + max(mine, default=0):
            rules.append("3.3")
        known = {
            (op.path, self.changes[key].start_op + number, self.changes[key].actor)
            for key in before for number, op in enumerate(self.changes[key].ops)
        }
        if any((op.path, *pred) not in known for op in change.ops for pred in op.preds):
            rules.append("3.4")
        ids = [op.value for op in change.ops if op.path == "id"]
        if (not change.deps and not ids) or any(value != self.id for value in ids):
            rules.append("3.5")
        return rules

    def previous(self, key):
        """The same actor's change with the number before, among the ancestors; the smallest hash of several; or None."""
        change = self.changes[key]
        found = [one for one in self.ancestors(key)
                 if self.changes[one].actor == change.actor and self.changes[one].seq == change.seq - 1]
        return min(found, default=None)

    def out(self):
        out, slots = set(), {}
        for key, change in self.changes.items():
            slots.setdefault((change.actor, change.seq, self.previous(key)), []).append(key)
        for keys in slots.values():
            out |= set(sorted(keys)[1:])
        return out | {key for key in self.changes if self.ancestors(key) & out}

    def accepted(self):
        out = self.out()
        return {key for key in self.changes if key not in out}

    def heads(self):
        accepted = self.accepted()
        return sorted(accepted - {dep for key in accepted for dep in self.changes[key].deps})

    def registers(self, keys=None):
        """path -> candidates by ascending operation id."""
        found, named = {}, set()
        for key in self.accepted() if keys is None else keys:
            change = self.changes[key]
            for number, op in enumerate(change.ops):
                candidate = Candidate(change.start_op + number, change.actor, op.value, key, change.message)
                found.setdefault(op.path, []).append(candidate)
                named |= {(op.path, pred) for pred in op.preds}
        return {
            path: sorted((c for c in found[path] if (path, c.id) not in named), key=lambda c: c.id)
            for path in sorted(found, key=str.encode)
        }

    @staticmethod
    def shown(path, candidates):
        if len({c.typed for c in candidates}) > 1:
            assert all(c.rank is not None for c in candidates), "a vector must not compare unknown writers"

        def first_by(candidate):
            if path == "state":
                live = candidate.value != "live"
            else:
                live = is_presence(path) and candidate.value is not True
            return live, candidate.rank or 0, candidate.value is None

        best = min(map(first_by, candidates))
        return max((c for c in candidates if first_by(c) == best), key=lambda c: c.id)

    def register_conflicts(self):
        return [path for path, candidates in self.registers().items() if len({c.typed for c in candidates}) > 1]

    def group_version(self, group, candidate):
        """The group's shown values, cleared ones left out, right after the change of a presence; None if that removed it."""
        if candidate.value is not True:
            return None
        registers = self.registers(self.ancestors(candidate.change) | {candidate.change})
        values = {path: self.shown(path, c).typed for path, c in registers.items() if path.startswith(group + "/")}
        return {path: value for path, value in values.items() if value != typed(None)}

    def group_conflicts(self, keys=None):
        """Groups in conflict: over the accepted changes, or over the given ones, as somebody saw them."""
        groups = []
        for path, candidates in self.registers(keys).items():
            if path != "name" and not (path.startswith("addresses/") and is_presence(path)):
                continue
            versions = [self.group_version(path, candidate) for candidate in candidates]
            if any(version != versions[0] for version in versions):
                groups.append(path)
        return groups

    def leaf_conflicts(self):
        """Every path but `id`, `state` and presence that counts as in conflict."""
        registers, own, groups = self.registers(), set(self.register_conflicts()), set(self.group_conflicts())
        leaves = []
        for path in registers:
            if path in ("id", "state") or is_presence(path):
                continue
            segments = path.split("/")
            parents = {"name"} if segments[0] == "name" else {"/".join(segments[:2])} if len(segments) > 2 else set()
            if path in own or "state" in own or parents & (own | groups):
                leaves.append(path)
        return leaves

    def state_hash(self):
        heads = self.heads()
        out = b"contactmesh state 1\0" + self.id.encode() + b"\0" + uleb(len(heads)) + b"".join(heads)
        for path, candidates in self.registers().items():
            shown = self.shown(path, candidates)
            out += path.encode() + b"\0" + uleb(len(candidates))
            for candidate in candidates:
                kind, data = candidate.typed
                counter, actor = candidate.id
                out += uleb(counter) + actor + bytes([candidate.typed == shown.typed, kind]) + uleb(len(data)) + data
        return sha256(out)

    def expected(self):
        """What a replica must find, as JSON."""
        registers = {}
        for path, candidates in self.registers().items():
            registers[path] = {
                "candidates": [
                    {"counter": c.id[0], "actor": c.id[1].hex(), "value": c.value} for c in candidates
                ],
                "shown": candidates.index(self.shown(path, candidates)),
            }
        return {
            "accepted": sorted(key.hex() for key in self.accepted()),
            "out": sorted(key.hex() for key in self.out()),
            "waiting": sorted(key.hex() for key in self.waiting),
            "heads": [key.hex() for key in self.heads()],
            "registers": registers,
            "conflicts": {
                "registers": self.register_conflicts(),
                "groups": self.group_conflicts(),
                "leaves": self.leaf_conflicts(),
            },
            "state_hash": self.state_hash().hex(),
        }


def book_hash(cards):
    return sha256(b"contactmesh book 1\0" + b"".join(card.state_hash() for card in sorted(cards, key=lambda c: c.id.encode())))
