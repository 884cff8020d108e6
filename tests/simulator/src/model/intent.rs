//! What a writer meant: turned into writes over what they saw (format.md, section 3, "Writing").

use std::collections::{BTreeMap, BTreeSet};

use contactmesh::contact::Value;

use super::{Leaves, Model, View, is_group, is_presence, presence_of, stock::Stock};

/// One write: a value at a path, over the operations that its writer had seen.
#[derive(Debug)]
pub struct Write {
    pub path: String,
    pub value: Value,
    pub over: Vec<usize>,
}

/// What somebody did.
#[derive(Clone, Debug)]
pub enum Intent {
    /// Made a card.
    Create(Vec<(String, Value)>),
    /// Edited paths; elements that were added have ids here.
    Edit(Vec<(String, Value)>),
    /// Deleted a card, or restored it.
    State(&'static str),
    /// Decided a conflict for one value.
    Decide(String, Value),
    /// Decided a group for one version; all leaves that any version has.
    DecideGroup(String, Value, Leaves, BTreeSet<String>),
    /// Imported a draft: which registers that takes is the engine's choice, what they overwrite is not.
    Import,
}

impl Model {
    /// Returns the writes that an intent takes, ascending by path.
    pub fn writes(&self, card: &str, intent: &Intent, seen: &View, stock: Option<&Stock>) -> Vec<Write> {
        let mut out: BTreeMap<String, (Value, bool)> = BTreeMap::new();
        match intent {
            Intent::Create(edits) => {
                out.extend(edits.iter().map(|(path, value)| (path.clone(), (value.clone(), false))));
                out.insert("id".to_owned(), (text(card), false));
                touch(&mut out);
            }
            Intent::Edit(edits) => {
                let changed = edits.iter().filter(|(path, value)| self.value(card, path, seen) != *value);
                out.extend(changed.map(|(path, value)| (path.clone(), (value.clone(), false))));
                touch(&mut out);
            }
            Intent::State(state) => {
                out.insert("state".to_owned(), (text(state), false));
            }
            Intent::Decide(path, value) => {
                if path != "state" {
                    out.insert(path.clone(), (value.clone(), false));
                    touch(&mut out);
                }
                out.insert(path.clone(), (value.clone(), true));
            }
            Intent::DecideGroup(presence, value, chosen, all) => {
                out.insert(presence.clone(), (value.clone(), false));
                touch(&mut out);
                out.insert(presence.clone(), (value.clone(), true));
                for leaf in all {
                    let value = chosen.get(leaf).cloned().unwrap_or(Value::Null);
                    if self.candidates(card, leaf, seen).len() > 1 || self.value(card, leaf, seen) != value {
                        out.insert(leaf.clone(), (value, true));
                    }
                }
            }
            Intent::Import => {
                let writes = stock.map(|stock| stock.writes.clone()).unwrap_or_default();
                out.extend(writes.into_iter().map(|(path, value)| (path, (value, false))));
            }
        }
        out.into_iter()
            .map(|(path, (value, decides))| {
                let over = if decides { self.all(card, &path, seen) } else { self.as_shown(card, &path, seen) };
                Write { path, value, over }
            })
            .collect()
    }

    fn all(&self, card: &str, path: &str, seen: &View) -> Vec<usize> {
        self.candidates(card, path, seen).into_iter().map(|(at, _)| at).collect()
    }

    /// The shown candidate and those equal to it; of a group in conflict the shown one alone.
    fn as_shown(&self, card: &str, path: &str, seen: &View) -> Vec<usize> {
        let Some((at, shown)) = self.shown(card, path, seen) else { return Vec::new() };
        if self.is_group_in_conflict(card, path, seen) {
            return vec![at];
        }
        let all = self.candidates(card, path, seen).into_iter();
        all.filter(|(_, op)| op.value == shown.value).map(|(at, _)| at).collect()
    }

    /// Returns each group that these writes leave there, as its writer then has it before them.
    pub(super) fn wholes_of(&self, card: &str, seen: &View, writes: &[Write]) -> Vec<(String, Leaves)> {
        let groups = writes.iter().filter(|write| is_group(&write.path) && write.value == Value::Bool(true));
        let whole = |presence: &str| {
            let mut leaves = self.leaves(card, presence, seen);
            for write in writes.iter().filter(|write| presence_of(&write.path) == Some(presence)) {
                leaves.insert(write.path.clone(), write.value.clone());
            }
            leaves.retain(|_, value| *value != Value::Null);
            leaves
        };
        groups.map(|write| (write.path.clone(), whole(&write.path))).collect()
    }
}

/// Adds the presence of everything written inside, and that the card is live; nothing for a bare removal.
fn touch(out: &mut BTreeMap<String, (Value, bool)>) {
    let inside: Vec<String> = out
        .iter()
        .filter(|(path, (value, _))| !(is_presence(path) && *value == Value::Null))
        .map(|(path, _)| path.clone())
        .collect();
    if inside.is_empty() {
        return;
    }
    for presence in inside.iter().filter_map(|path| presence_of(path)) {
        out.insert(presence.to_owned(), (Value::Bool(true), false));
    }
    out.insert("state".to_owned(), (text("live"), false));
}

fn text(text: &str) -> Value {
    Value::Str(text.into())
}
