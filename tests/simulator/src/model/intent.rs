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

/// A value that is wanted at a path.
struct Wanted {
    value: Value,
    /// What it overwrites, if that is not what is shown there.
    over: Option<Vec<usize>>,
}

impl Wanted {
    fn shown(value: Value) -> Self {
        Self { value, over: None }
    }
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
        let mut out: BTreeMap<String, Wanted> = BTreeMap::new();
        let shown = |(path, value): &(String, Value)| (path.clone(), Wanted::shown(value.clone()));
        match intent {
            Intent::Create(edits) => {
                out.extend(edits.iter().map(shown));
                out.insert("id".to_owned(), Wanted::shown(text(card)));
                touch(&mut out);
            }
            Intent::Edit(edits) => {
                out.extend(edits.iter().filter(|(path, value)| self.seen_value(card, path, seen) != *value).map(shown));
                self.complete(card, seen, stock, &mut out);
                touch(&mut out);
            }
            Intent::State(state) => {
                out.insert("state".to_owned(), Wanted::shown(text(state)));
            }
            Intent::Decide(path, value) => {
                if path != "state" {
                    out.insert(path.clone(), Wanted::shown(value.clone()));
                    touch(&mut out);
                }
                out.insert(path.clone(), self.decided(card, path, value.clone(), seen));
            }
            Intent::DecideGroup(presence, value, chosen, all) => {
                out.insert(presence.clone(), Wanted::shown(value.clone()));
                touch(&mut out);
                out.insert(presence.clone(), self.decided(card, presence, value.clone(), seen));
                for leaf in all {
                    let value = chosen.get(leaf).cloned().unwrap_or(Value::Null);
                    if self.candidates(card, leaf, seen).len() > 1 || self.value(card, leaf, seen) != value {
                        out.insert(leaf.clone(), self.decided(card, leaf, value, seen));
                    }
                }
            }
            Intent::Import => {
                let writes = stock.into_iter().flat_map(|stock| &stock.writes);
                out.extend(writes.map(|(path, value)| (path.clone(), Wanted::shown(value.clone()))));
                self.complete(card, seen, None, &mut out);
            }
        }
        out.into_iter()
            .map(|(path, Wanted { value, over })| {
                let over = over.unwrap_or_else(|| self.as_shown(card, &path, seen));
                Write { path, value, over }
            })
            .collect()
    }

    fn decided(&self, card: &str, path: &str, value: Value, seen: &View) -> Wanted {
        Wanted { value, over: Some(self.all(card, path, seen)) }
    }

    /// Adds the rest of what the writer saw of each group that they write inside, where their change stands on more
    /// versions of it than that one.
    fn complete(&self, card: &str, seen: &View, stock: Option<&Stock>, out: &mut BTreeMap<String, Wanted>) {
        let under = stock.map_or_else(|| seen.clone(), |stock| self.under(stock));
        let inside: BTreeSet<String> = out.keys().filter_map(|path| presence_of(path)).map(str::to_owned).collect();
        for presence in inside.into_iter().filter(|presence| self.is_mixed(card, presence, seen, &under)) {
            let version = self.leaves(card, &presence, seen);
            for path in self.paths(card).filter(|path| presence_of(path) == Some(presence.as_str())) {
                let value = version.get(path).cloned().unwrap_or(Value::Null);
                let over = self.all(card, path, &under);
                let mixed = over.len() > 1 || self.ops(&over).any(|op| op.value != value);
                match out.get_mut(path) {
                    Some(wanted) => wanted.over = Some(over),
                    None if mixed => drop(out.insert(path.to_owned(), Wanted { value, over: Some(over) })),
                    None => {}
                }
            }
        }
    }

    fn is_mixed(&self, card: &str, presence: &str, seen: &View, under: &View) -> bool {
        self.is_group_in_conflict(card, presence, seen)
            || is_group(presence) && self.all(card, presence, seen) != self.all(card, presence, under)
    }

    /// What a change stands on: its dependencies and everything before them.
    fn under(&self, stock: &Stock) -> View {
        let mut out = View::default();
        for change in stock.deps.iter().filter_map(|hash| self.changes.get(self.find(hash)?)) {
            out.extend(&change.ancestors);
        }
        out
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
        let whole = |presence: &str, over: &[usize]| {
            // A decision begins with what the registers hold, anything else with what its writer was shown.
            let decides = self.all(card, presence, seen).iter().all(|at| over.contains(at));
            let from = if decides { Self::register_leaves } else { Self::leaves };
            let mut leaves = from(self, card, presence, seen);
            for write in writes.iter().filter(|write| presence_of(&write.path) == Some(presence)) {
                leaves.insert(write.path.clone(), write.value.clone());
            }
            leaves.retain(|_, value| *value != Value::Null);
            leaves
        };
        groups.map(|write| (write.path.clone(), whole(&write.path, &write.over))).collect()
    }
}

/// Adds the presence of everything written inside, and that the card is live; nothing for a bare removal.
fn touch(out: &mut BTreeMap<String, Wanted>) {
    let inside: Vec<String> = out
        .iter()
        .filter(|(path, wanted)| !(is_presence(path) && wanted.value == Value::Null))
        .map(|(path, _)| path.clone())
        .collect();
    if inside.is_empty() {
        return;
    }
    for presence in inside.iter().filter_map(|path| presence_of(path)) {
        out.insert(presence.to_owned(), Wanted::shown(Value::Bool(true)));
    }
    out.insert("state".to_owned(), Wanted::shown(text("live")));
}

fn text(text: &str) -> Value {
    Value::Str(text.into())
}
