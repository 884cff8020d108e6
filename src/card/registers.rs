//! Registers: per path, the values nobody has overwritten yet (format.md, section 3). The live state of a card.
//!
//! Applying a change here is Automerge's rule for map keys, no more and no less. Does not check: the guard has.

use std::cmp::Ordering;

use crate::change::{Change, OpId};
use crate::contact::{Origin, Path, Provenance, Value, compare};
use crate::policy::rank;
use crate::sorted::sort_by;

/// Changes of more operations are merged in one pass.
const MANY: usize = 64;

/// One candidate of one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The register's path.
    pub path: Path,
    /// The operation that wrote it.
    pub id: OpId,
    /// Who is behind that operation.
    pub origin: Origin,
    /// The value.
    pub value: Value,
}

/// All registers of a card, ascending by (path, operation id).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    entries: Vec<Entry>,
}

impl Registers {
    pub(super) const EMPTY: Self = Self { entries: Vec::new() };

    /// Makes registers of entries that are already in order.
    #[must_use]
    pub(super) fn from_sorted(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    /// Applies a change whose ancestors are all applied.
    pub fn apply(&mut self, change: &Change) {
        let origin = Provenance::from_message(&change.message).origin;
        let mut counter = change.start_op;
        let fresh = self.entries.is_empty();
        if fresh {
            self.entries.reserve(change.operations.len());
        }
        // Each operation put in on its own moves all entries behind it.
        if !fresh && change.operations.len() > MANY {
            self.merge(change, origin);
            return;
        }
        for operation in &change.operations {
            let entry = Entry {
                path: operation.path.clone(),
                id: OpId { counter, actor: change.actor },
                origin,
                value: operation.value.clone(),
            };
            counter = counter.saturating_add(1);
            if fresh {
                // Operations ascend by path, so the first change needs no search.
                self.entries.push(entry);
            } else {
                self.put(entry, &operation.predecessors);
            }
        }
    }

    /// Applies a change of many operations in one pass: both sides ascend by path.
    fn merge(&mut self, change: &Change, origin: Origin) {
        let mut old = std::mem::take(&mut self.entries).into_iter().peekable();
        let mut out: Vec<Entry> = Vec::with_capacity(old.len() + change.operations.len());
        for (counter, operation) in (change.start_op..).zip(&change.operations) {
            while let Some(entry) = old.next_if(|entry| entry.path < operation.path) {
                out.push(entry);
            }
            let from = out.len();
            while let Some(entry) = old.next_if(|entry| entry.path == operation.path) {
                if operation.predecessors.binary_search(&entry.id).is_err() {
                    out.push(entry);
                }
            }
            let id = OpId { counter, actor: change.actor };
            let at = from + out.get(from..).unwrap_or_default().partition_point(|entry| entry.id < id);
            out.insert(at, Entry { path: operation.path.clone(), id, origin, value: operation.value.clone() });
        }
        out.extend(old);
        self.entries = out;
    }

    fn put(&mut self, entry: Entry, predecessors: &[OpId]) {
        let (from, to) = self.range(&entry.path);
        let overwrites = |id: &OpId| predecessors.binary_search(id).is_ok();
        if let Some([only]) = self.entries.get_mut(from..to)
            && overwrites(&only.id)
        {
            *only = entry;
            return;
        }
        let old = self.entries.get(from..to).unwrap_or_default();
        let mut kept: Vec<Entry> = old.iter().filter(|e| !overwrites(&e.id)).cloned().collect();
        kept.push(entry);
        sort_by(&mut kept, |a, b| a.id < b.id);
        self.entries.splice(from..to, kept);
    }

    /// Returns the candidates at a path, ascending by operation id.
    #[must_use]
    pub fn at(&self, path: &str) -> &[Entry] {
        let (from, to) = self.range(path);
        self.entries.get(from..to).unwrap_or_default()
    }

    fn range(&self, path: &str) -> (usize, usize) {
        let from = self.entries.partition_point(|e| compare(&e.path, path) == Ordering::Less);
        let rest = self.entries.get(from..).unwrap_or_default();
        let count = rest.iter().take_while(|e| e.path.as_str() == path).count();
        (from, from + count)
    }

    /// Returns the shown candidate at a path.
    #[must_use]
    pub fn shown(&self, path: &str) -> Option<&Entry> {
        shown(self.at(path))
    }

    /// Returns the shown value at a path; `Null` where there is no register.
    #[must_use]
    pub fn value(&self, path: &str) -> &Value {
        self.shown(path).map_or(&Value::Null, |entry| &entry.value)
    }

    /// Returns the shown value of a leaf of an element; `Null` where there is no register.
    #[must_use]
    pub fn leaf(&self, presence: &str, leaf: &str) -> &Value {
        let is_leaf = |path: &str| path.get(presence.len() + 1..) == Some(leaf);
        // An element has a handful of leaves: scanning them is faster than making the path and searching for it.
        let mut groups = self.below(presence).filter(|group| group.first().is_some_and(|e| is_leaf(&e.path)));
        let found =
            groups.find(|group| group.first().is_some_and(|e| e.path.as_bytes().get(presence.len()) == Some(&b'/')));
        found.and_then(shown).map_or(&Value::Null, |entry| &entry.value)
    }

    /// Returns the ids of the shown candidate and of those equal to it, ascending: what an edit overwrites.
    #[must_use]
    pub fn shown_ids(&self, path: &str) -> Vec<OpId> {
        let entries = self.at(path);
        let Some(shown) = shown(entries) else {
            return Vec::new();
        };
        entries.iter().filter(|e| e.value == shown.value).map(|e| e.id).collect()
    }

    /// Returns the ids of all candidates at a path, the shown one first.
    #[must_use]
    pub fn ranked_ids(&self, path: &str) -> Vec<OpId> {
        ranked(self.at(path)).into_iter().map(|entry| entry.id).collect()
    }

    /// Returns the ids of all candidates at a path, ascending: what a decision overwrites.
    #[must_use]
    pub fn all_ids(&self, path: &str) -> Vec<OpId> {
        self.at(path).iter().map(|e| e.id).collect()
    }

    /// Returns every register: its candidates, ascending by path.
    pub fn groups(&self) -> impl Iterator<Item = &[Entry]> {
        self.entries.chunk_by(|a, b| a.path == b.path)
    }

    /// Returns every register whose path begins with `prefix`.
    pub fn below(&self, prefix: &str) -> impl Iterator<Item = &[Entry]> + use<'_> {
        let from = self.entries.partition_point(|e| compare(&e.path, prefix) == Ordering::Less);
        let rest = self.entries.get(from..).unwrap_or_default();
        let count = rest.iter().take_while(|e| e.path.starts_with(prefix)).count();
        let within = rest.get(..count).unwrap_or_default();
        within.chunk_by(|a, b| a.path == b.path)
    }

    /// Returns all entries, ascending by (path, operation id).
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Returns the shown one of a register's candidates.
#[must_use]
pub fn shown(entries: &[Entry]) -> Option<&Entry> {
    match entries {
        [only] => Some(only),
        _ => entries.iter().max_by_key(|e| rank(&e.path, &e.value, e.origin, e.id)),
    }
}

/// Returns one candidate for each distinct value, the shown one first.
#[must_use]
pub fn distinct(entries: &[Entry]) -> Vec<&Entry> {
    let mut out: Vec<&Entry> = Vec::with_capacity(entries.len());
    for entry in ranked(entries) {
        if !out.iter().any(|known| known.value == entry.value) {
            out.push(entry);
        }
    }
    out
}

/// Returns all candidates, the shown one first.
fn ranked(entries: &[Entry]) -> Vec<&Entry> {
    let mut out: Vec<&Entry> = entries.iter().collect();
    let rank_of = |e: &Entry| rank(&e.path, &e.value, e.origin, e.id);
    sort_by(&mut out, |a, b| rank_of(a) > rank_of(b));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::Path;

    #[test]
    fn many_operations_in_one_pass_give_what_each_on_its_own_gives() {
        let mut entropy = crate::entropy::Entropy::new([5; 32]);
        let (mut at_once, mut one_by_one, mut start_op) = (Registers::default(), Registers::default(), 1);
        for round in 0..40_u8 {
            let mut operations = Vec::new();
            for number in 0..200_u32 {
                let [wanted, overwrites, ..] = entropy.block();
                let path = Path::new(format!("p{number}")).expect("legal");
                let known = at_once.all_ids(&path);
                let predecessors = known.into_iter().take(usize::from(overwrites % 3)).collect();
                if wanted % 2 == 0 {
                    operations.push(crate::change::Operation { path, value: Value::Int(round.into()), predecessors });
                }
            }
            sort_by(&mut operations, |a, b| a.path < b.path);
            let change = Change {
                hash: [round; 32],
                actor: [round % 5; 16],
                seq: 1,
                start_op,
                time: 0,
                message: "".into(),
                dependencies: Vec::new(),
                operations,
            };
            assert!(change.operations.len() > MANY);
            at_once.apply(&change);
            for (counter, operation) in (change.start_op..).zip(&change.operations) {
                let id = OpId { counter, actor: change.actor };
                let (path, value) = (operation.path.clone(), operation.value.clone());
                one_by_one.put(Entry { path, id, origin: Origin::Unknown, value }, &operation.predecessors);
            }
            // Concurrent writers begin at the same number now and then.
            start_op += if round % 3 == 0 { 0 } else { 200 };
            assert!(at_once == one_by_one, "round {round}");
        }
    }
}
