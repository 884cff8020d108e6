//! Edits: what somebody typed, as operations over what they had seen (format.md, section 3, "Writing").
//!
//! Predecessors come from what the writer saw, never from what is there now: a form that was open while a sync
//! arrived makes a conflict, not a lost edit. Writing what is shown already writes nothing.

use std::collections::BTreeMap;

use super::Registers;
use super::View;
use super::conflict::{Conflict, ConflictKind, Version};
use super::shape::{is_writable, presence_of};
use crate::change::Operation;
use crate::contact::{DELETED, LIVE, NAME, Path, STATE, Value, element_kind};
use crate::error::{Code, Error, Result};
use crate::identity::element_id;
use crate::normalise::plain_key;
use crate::policy::is_presence;
use crate::sorted::sort_by;

/// Paths and their new values.
type Edits = Vec<(String, Value)>;
/// An element to be added, by kind and placeholder, with its leaves.
type Added<'a> = ((&'a str, &'a str), Vec<(&'a str, &'a Value)>);

/// What an edit stands on.
pub struct EditBase<'a> {
    /// The card's id.
    pub card: &'a str,
    /// The card as the writer saw it.
    pub seen: View<'a>,
    /// The registers that the edit will stand on: those that were seen, and what its writer wrote since.
    pub under: &'a Registers,
    /// The registers now: only to tell which element ids were used.
    pub now: &'a Registers,
    /// Whether elements with ids of the caller's choosing may be made: for the book's own cards.
    pub own_ids: bool,
    /// Switched-on bugs.
    #[cfg(feature = "planted-bugs")]
    pub bugs: super::PlantedBugs,
}

/// Returns the operations of an edit: path and new value, `Null` to clear or, at a presence, to remove. In a path,
/// `new` (or `new-1`, `new-2` …) stands for the id of an element to be added. Empty if nothing would change.
///
/// # Errors
/// `bad-path`, `bad-value` or `bad-input`, naming the path.
pub fn edit(
    base: &EditBase<'_>,
    edits: &[(String, Value)],
    random_id: &mut dyn FnMut() -> String,
) -> Result<Vec<Operation>> {
    let (edits, added) = add_elements(base, edits, random_id)?;
    let mut wanted: BTreeMap<Path, Value> = BTreeMap::new();
    for (path, value) in edits {
        let path = Path::new(path)?;
        check(base, &path, &value, &added)?;
        if wanted.insert(path.clone(), value).is_some() {
            return Err(bad(format!("`{path}` is written twice in one edit; write it once")));
        }
    }
    wanted.retain(|path, value| base.seen.value(path) != value);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let removed = |presence: &str| wanted.get(presence).is_some_and(Value::is_null);
    if let Some(path) = wanted.keys().find(|path| presence_of(path).is_some_and(removed)) {
        return Err(bad(format!("`{path}` is written and its element removed in one edit; do one of the two")));
    }
    base.seen.complete(&mut wanted, base.under);
    let mut out = Writing::new(base);
    for (path, value) in &wanted {
        out.put(path, value.clone());
    }
    out.touch(wanted.iter().filter(|(path, value)| !(is_presence(path) && value.is_null())).map(|(path, _)| path));
    Ok(out.operations)
}

/// Returns the operation that deletes a card.
#[must_use]
pub fn delete(base: &EditBase<'_>) -> Vec<Operation> {
    let mut out = Writing::new(base);
    out.put_state(DELETED);
    out.operations
}

/// Returns the operation that restores a deleted card.
#[must_use]
pub fn restore(base: &EditBase<'_>) -> Vec<Operation> {
    let mut out = Writing::new(base);
    out.put_state(LIVE);
    out.operations
}

/// Returns the operations that decide a conflict for one of its sides.
#[must_use]
pub fn resolve(base: &EditBase<'_>, conflict: &Conflict, chosen: &Version) -> Vec<Operation> {
    let registers = base.seen.registers();
    let mut out = Writing::new(base);
    out.decide(&conflict.path, chosen.value.clone());
    if conflict.kind == ConflictKind::Group {
        // What the chosen version lacks is cleared.
        let all = conflict.versions.iter().flat_map(|version| &version.leaves);
        let value_of = |path: &Path| chosen.leaves.iter().find(|(other, _)| other == path).map(|(_, value)| value);
        let mut leaves: Vec<(&Path, &Value)> =
            all.chain(&chosen.leaves).map(|(path, _)| (path, value_of(path).unwrap_or(&Value::Null))).collect();
        sort_by(&mut leaves, |(a, _), (b, _)| a < b);
        leaves.dedup();
        for (path, value) in leaves {
            if registers.at(path).len() > 1 || registers.value(path) != value {
                out.decide(path, value.clone());
            }
        }
    }
    if conflict.kind != ConflictKind::State && !(is_presence(&conflict.path) && chosen.value.is_null()) {
        out.touch(std::iter::once(&conflict.path));
    }
    out.operations
}

/// Operations being collected; none at a path twice.
struct Writing<'a, 'b> {
    base: &'a EditBase<'b>,
    operations: Vec<Operation>,
    /// Their paths, ascending.
    written: Vec<Path>,
}

impl<'a, 'b> Writing<'a, 'b> {
    fn new(base: &'a EditBase<'b>) -> Self {
        Self { base, operations: Vec::new(), written: Vec::new() }
    }

    /// Writes over what the writer was shown.
    fn put(&mut self, path: &Path, value: Value) {
        let seen = self.base.seen;
        #[cfg(feature = "planted-bugs")]
        let seen = if self.base.bugs.predecessors_from_now { seen.over(self.base.now) } else { seen };
        self.push(path, value, seen.overwritten(path, self.base.under));
    }

    /// Writes over all candidates.
    fn decide(&mut self, path: &Path, value: Value) {
        self.push(path, value, self.base.seen.registers().all_ids(path));
    }

    fn push(&mut self, path: &Path, value: Value, predecessors: Vec<crate::change::OpId>) {
        if let Err(at) = self.written.binary_search(path) {
            self.written.insert(at, path.clone());
            self.operations.push(Operation { path: path.clone(), value, predecessors });
        }
    }

    fn put_state(&mut self, state: &str) {
        if let Ok(path) = Path::new(STATE) {
            self.put(&path, Value::Str(state.into()));
        }
    }

    /// Writes again the presence of everything written inside, and that the card is live.
    fn touch<'p>(&mut self, written: impl Iterator<Item = &'p Path>) {
        let mut any = false;
        for path in written {
            any = true;
            #[cfg(feature = "planted-bugs")]
            if self.base.bugs.presence_not_written && self.base.seen.is_present(presence_of(path).unwrap_or_default()) {
                continue;
            }
            if let Some(Ok(presence)) = presence_of(path).map(Path::new) {
                self.put(&presence, Value::Bool(true));
            }
        }
        if any {
            self.put_state(LIVE);
        }
    }
}

fn check(base: &EditBase<'_>, path: &Path, value: &Value, added: &[String]) -> Result<()> {
    let is_added = |presence: &str| added.iter().any(|other| other == presence);
    if !is_writable(path) {
        return Err(bad(format!("`{path}` cannot be written; delete or restore the card instead")));
    }
    if is_presence(path) {
        let known = !base.seen.registers().at(path).is_empty() || is_added(path) || path.as_str() == NAME;
        return match value {
            Value::Null | Value::Bool(true) if known || base.own_ids => Ok(()),
            Value::Null | Value::Bool(true) => Err(unknown_element(path)),
            _ => Err(bad(format!("`{path}` says whether an element is there; write true, or null to remove it"))),
        };
    }
    let Some(presence) = presence_of(path) else {
        return Ok(());
    };
    if presence == NAME || is_added(presence) || base.own_ids || base.seen.is_present(presence) {
        return Ok(());
    }
    Err(unknown_element(presence))
}

fn unknown_element(presence: &str) -> Error {
    let kind = presence.split('/').next().unwrap_or_default();
    bad(format!("the card has no `{presence}`; write `{kind}/new/…` to add one"))
}

/// Puts ids in place of `new`; returns the edits and the presences of elements that were added.
fn add_elements(
    base: &EditBase<'_>,
    edits: &[(String, Value)],
    random_id: &mut dyn FnMut() -> String,
) -> Result<(Edits, Vec<String>)> {
    let mut leaves: Vec<Added<'_>> = Vec::new();
    let mut out: Vec<(String, Value)> = Vec::new();
    for (path, value) in edits {
        match placeholder(path) {
            Some((kind, name, leaf)) => match leaves.iter_mut().find(|(key, _)| *key == (kind, name)) {
                Some((_, known)) => known.push((leaf, value)),
                None => leaves.push(((kind, name), vec![(leaf, value)])),
            },
            None => out.push((path.clone(), value.clone())),
        }
    }
    sort_by(&mut leaves, |(a, _), (b, _)| a < b);
    let mut added = Vec::new();
    for ((kind, _), leaves) in leaves {
        let (id, is_new) = element_for(base, kind, &leaves, &added, random_id)?;
        let presence = format!("{kind}/{id}");
        for (leaf, value) in leaves {
            out.push((format!("{presence}/{leaf}"), value.clone()));
        }
        if is_new {
            added.push(presence);
        }
    }
    Ok((out, added))
}

/// Takes `emails/new-1/address` apart.
fn placeholder(path: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = path.split_once('/')?;
    let (name, leaf) = rest.split_once('/')?;
    ((name == "new" || name.starts_with("new-")) && kind != NAME).then_some((kind, name, leaf))
}

/// Returns the id of the present element with the same plain key, or of a new one.
fn element_for(
    base: &EditBase<'_>,
    kind: &str,
    leaves: &[(&str, &Value)],
    added: &[String],
    random_id: &mut dyn FnMut() -> String,
) -> Result<(String, bool)> {
    let known = element_kind(kind);
    let key = plain_key(known, leaves.iter().copied());
    if key.is_empty() {
        let part = known.key_leaf().unwrap_or("a value of its own");
        return Err(bad(format!("a new entry of `{kind}` needs {part}; write `{kind}/new/{part}` too")));
    }
    let Some(_) = known.key_leaf() else {
        return Ok((random_id(), true));
    };
    let same = |id: &&str| plain_key(known, base.seen.leaves(&format!("{kind}/{id}"))) == key;
    if let Some(id) = base.seen.elements(kind).into_iter().find(same) {
        return Ok((id.to_owned(), false));
    }
    Ok((unused_id(base, kind, &key, added), true))
}

fn unused_id(base: &EditBase<'_>, kind: &str, key: &str, added: &[String]) -> String {
    let mut counter = 0;
    loop {
        let id = element_id(base.card, kind, key, counter);
        let presence = format!("{kind}/{id}");
        let used = !base.now.at(&presence).is_empty() || base.now.below(&format!("{presence}/")).next().is_some();
        if !used && !added.contains(&presence) {
            return id;
        }
        counter += 1;
    }
}

fn bad(message: String) -> Error {
    Error::new(Code::BadInput, message)
}
