//! Registers, read naively: a value is a candidate in a view if no change of the view wrote over it.

use std::collections::{BTreeMap, BTreeSet};

use contactmesh::contact::Value;

use super::{Leaves, Model, Op, View};

/// Says whether a path tells if an element, or the name, is there.
pub fn is_presence(path: &str) -> bool {
    let mut parts = path.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("name"), None, None) => true,
        (Some("name" | "primary" | "link" | "sameAs" | "notSameAs" | "speakToAs"), Some(_), _) => false,
        (Some(_), Some(_), None) => true,
        _ => false,
    }
}

/// Returns the presence that a leaf belongs to.
pub fn presence_of(path: &str) -> Option<&str> {
    if path.starts_with("name/") {
        return Some("name");
    }
    let second = path.match_indices('/').nth(1)?.0;
    path.get(..second)
}

/// Says whether a path is the presence of a group.
pub fn is_group(path: &str) -> bool {
    path == "name" || (path.starts_with("addresses/") && is_presence(path))
}

impl Model {
    /// Returns the candidates of a register with their numbers, ascending by operation id.
    pub fn candidates(&self, card: &str, path: &str, view: &View) -> Vec<(usize, &Op)> {
        let ops = self.paths.get(card).and_then(|paths| paths.get(path));
        let ops = ops.into_iter().flatten().filter_map(|at| Some((*at, self.ops.get(*at)?)));
        let open = |op: &Op| view.contains(op.change) && !op.beaten_by.iter().any(|change| view.contains(*change));
        let mut out: Vec<(usize, &Op)> = ops.filter(|(_, op)| open(op)).collect();
        out.sort_unstable_by(|(_, a), (_, b)| a.id.cmp(&b.id));
        out
    }

    /// Returns the distinct values of a register.
    pub fn values(&self, card: &str, path: &str, view: &View) -> BTreeSet<&Value> {
        self.candidates(card, path, view).into_iter().map(|(_, op)| &op.value).collect()
    }

    /// Returns operations by their numbers.
    pub fn ops(&self, numbers: &[usize]) -> impl Iterator<Item = &Op> {
        numbers.iter().filter_map(|at| self.ops.get(*at))
    }

    /// Says whether an operation at a path is in a view, overwritten or not.
    pub fn has_seen(&self, card: &str, path: &str, view: &View, id: &(u64, Vec<u8>)) -> bool {
        let ops = self.paths.get(card).and_then(|paths| paths.get(path));
        self.ops(ops.map(Vec::as_slice).unwrap_or_default()).any(|op| op.id == *id && view.contains(op.change))
    }

    /// Returns everything that was ever written at a path.
    pub fn ever(&self, card: &str, path: &str) -> impl Iterator<Item = &Value> {
        let ops = self.paths.get(card).and_then(|paths| paths.get(path));
        ops.into_iter().flatten().filter_map(|at| self.ops.get(*at)).map(|op| &op.value)
    }

    /// Returns the shown candidate.
    pub fn shown(&self, card: &str, path: &str, view: &View) -> Option<(usize, &Op)> {
        let there = |value: &Value| match value {
            Value::Bool(true) => is_presence(path),
            Value::Str(text) => path == "state" && text.as_ref() == "live",
            _ => false,
        };
        let rank = |op: &Op| (there(&op.value), op.value != Value::Null, op.id.clone());
        self.candidates(card, path, view).into_iter().max_by_key(|(_, op)| rank(op))
    }

    /// Returns the value that a register shows; Null where nothing was written.
    pub fn value(&self, card: &str, path: &str, view: &View) -> Value {
        self.shown(card, path, view).map_or(Value::Null, |(_, op)| op.value.clone())
    }

    /// Says whether a card is shown as deleted.
    pub fn is_deleted(&self, card: &str, view: &View) -> bool {
        self.value(card, "state", view) == Value::Str("deleted".into())
    }

    /// Says whether an element, or the name, is there.
    pub fn is_present(&self, card: &str, presence: &str, view: &View) -> bool {
        self.value(card, presence, view) == Value::Bool(true)
    }

    /// Returns the presences of all elements that are there, and the name's.
    pub fn present(&self, card: &str, view: &View) -> Vec<String> {
        let presences = self.paths(card).filter(|path| is_presence(path));
        presences.filter(|path| self.is_present(card, path, view)).map(str::to_owned).collect()
    }

    /// Returns the leaves below a presence of which the registers show a value.
    pub(super) fn register_leaves(&self, card: &str, presence: &str, view: &View) -> Leaves {
        let prefix = format!("{presence}/");
        let paths = self.paths.get(card).into_iter().flat_map(|paths| paths.range(prefix.clone()..));
        let below = paths.map(|(path, _)| path).take_while(|path| path.starts_with(&prefix));
        let all = below.map(|path| (path.clone(), self.value(card, path, view)));
        all.filter(|(_, value)| *value != Value::Null).collect()
    }

    /// Returns the version of a group that one of its presences left behind: nothing if it removed the group, else the
    /// group as it stood when that presence was written.
    fn version(&self, card: &str, presence: &str, op: &Op) -> Option<(Value, Leaves)> {
        let then = &self.changes.get(op.change)?.ancestors;
        let leaves = if op.value == Value::Null { BTreeMap::new() } else { self.register_leaves(card, presence, then) };
        Some((op.value.clone(), leaves))
    }

    /// Returns the versions of a group.
    pub fn versions(&self, card: &str, presence: &str, view: &View) -> BTreeSet<(Value, Leaves)> {
        let candidates = self.candidates(card, presence, view).into_iter();
        candidates.filter_map(|(_, op)| self.version(card, presence, op)).collect()
    }

    /// Returns the sides of a group in conflict: its versions, each that is there also with every answer to a question that
    /// was open inside it when its group was last not in conflict, if nobody has answered it by an edit since.
    pub fn sides(&self, card: &str, presence: &str, view: &View) -> BTreeSet<(Value, Leaves)> {
        let mut out = self.versions(card, presence, view);
        for (_, op) in self.candidates(card, presence, view) {
            let Some((value, leaves)) = self.version(card, presence, op) else { continue };
            let Some(then) = self.undisputed(card, presence, op).filter(|_| value != Value::Null) else { continue };
            for path in self.paths(card).filter(|path| presence_of(path) == Some(presence)) {
                let before = self.value(card, path, then);
                if *leaves.get(path).unwrap_or(&Value::Null) != before {
                    continue;
                }
                for answer in self.values(card, path, then) {
                    let mut side = leaves.clone();
                    side.insert(path.to_owned(), answer.clone());
                    side.retain(|_, value| *value != Value::Null);
                    out.insert((value.clone(), side));
                }
            }
        }
        out
    }

    /// What the writer of the version had seen that this one goes back to, when it was the only one.
    fn undisputed(&self, card: &str, presence: &str, op: &Op) -> Option<&View> {
        let then = &self.changes.get(op.change)?.ancestors;
        if self.candidates(card, presence, then).len() == 1 {
            return Some(then);
        }
        let numbers = self.paths.get(card)?.get(presence)?;
        let mut over = self.ops(numbers).filter(|other| other.beaten_by.contains(&op.change));
        match (over.next(), over.next()) {
            (Some(only), None) => self.undisputed(card, presence, only),
            _ => None,
        }
    }

    /// Returns the leaves of an element, or of the name, that people see: of a group in conflict those of the version
    /// whose presence is shown.
    pub fn leaves(&self, card: &str, presence: &str, view: &View) -> Leaves {
        if !self.is_group_in_conflict(card, presence, view) {
            return self.register_leaves(card, presence, view);
        }
        let shown = self.shown(card, presence, view);
        shown.and_then(|(_, op)| self.version(card, presence, op)).map(|(_, leaves)| leaves).unwrap_or_default()
    }

    /// Returns the value that people see at a path; Null where there is none.
    pub fn seen_value(&self, card: &str, path: &str, view: &View) -> Value {
        match presence_of(path).filter(|presence| self.is_group_in_conflict(card, presence, view)) {
            Some(presence) => self.leaves(card, presence, view).remove(path).unwrap_or(Value::Null),
            None => self.value(card, path, view),
        }
    }

    /// Says whether a group is in conflict.
    pub fn is_group_in_conflict(&self, card: &str, presence: &str, view: &View) -> bool {
        is_group(presence)
            && self.candidates(card, presence, view).len() > 1
            && self.versions(card, presence, view).len() > 1
    }

    /// Returns the paths of all conflicts that somebody must be shown.
    pub fn conflicts(&self, card: &str, view: &View) -> BTreeSet<String> {
        let open = |path: &str| self.values(card, path, view).len() > 1;
        if self.is_deleted(card, view) && !open("state") {
            return BTreeSet::new();
        }
        let is_shown = |path: &&str| {
            if is_group(path) {
                return self.is_group_in_conflict(card, path, view);
            }
            let reachable = |presence: &str| {
                self.is_present(card, presence, view) && !self.is_group_in_conflict(card, presence, view)
            };
            open(path) && presence_of(path).is_none_or(reachable)
        };
        self.paths(card).filter(is_shown).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart_as_the_format_says() {
        assert!(is_presence("name") && is_presence("emails/x") && is_group("addresses/x") && is_group("name"));
        for path in ["name/given", "primary/emails", "link/crm", "title", "emails/x/address", "speakToAs/x"] {
            assert!(!is_presence(path), "{path}");
        }
        assert_eq!(presence_of("emails/x/contexts/work"), Some("emails/x"));
        assert_eq!(
            (presence_of("name/sortAs/given"), presence_of("title"), presence_of("a/b")),
            (Some("name"), None, None)
        );
    }
}
