//! History: the changes of one card, and the card as it stood at earlier heads.
//!
//! Needs no document: an earlier state is the registers after replaying the ancestors of some heads; who wrote a value
//! is the provenance of the change that did.

use std::collections::BTreeMap;

use crate::card::{Card, Version};
use crate::change::{Change, Graph, OpId, Operation};
use crate::contact::{Path, Value, joined};
use crate::hash::Hash;
use crate::sorted::sort_by;

/// How many edits inside a group in conflict are followed back to what was open before: each takes a replay.
const MOST_EDITS: usize = 64;

/// The decoded changes of one card, each after those it depends on.
#[derive(Clone, Debug, Default)]
pub struct History {
    graph: Graph,
    changes: Vec<Change>,
}

impl History {
    /// Adds a change the guard has accepted. Returns true if that put out a change that was in before.
    pub fn add(&mut self, change: Change) -> bool {
        let put_out = self.graph.add(&change);
        self.changes.push(change);
        put_out
    }

    /// Returns the graph.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Returns all changes, each with whether equivocation put it out.
    pub fn changes(&self) -> impl Iterator<Item = (&Change, bool)> {
        self.changes.iter().zip(self.graph.nodes().iter().map(|node| node.out))
    }

    /// Returns the card after all accepted changes.
    #[must_use]
    pub fn card(&self, id: &str) -> Card {
        let mut card = Card::new(id);
        for (change, _) in self.changes().filter(|(_, out)| !out) {
            card.apply(change);
        }
        card
    }

    /// Returns the card at earlier heads; `None` if one of them is unknown or out.
    #[must_use]
    pub fn card_at(&self, id: &str, heads: &[Hash]) -> Option<Card> {
        if heads.is_empty() || heads.iter().any(|head| self.graph.node(head).is_none_or(|node| node.out)) {
            return None;
        }
        let marks = self.graph.ancestors(heads);
        let mut card = Card::new(id);
        for (change, _) in self.changes.iter().zip(&marks).filter(|(_, marked)| **marked) {
            card.apply(change);
        }
        Some(card)
    }

    /// Returns the accepted change that wrote an operation.
    #[must_use]
    pub fn writer(&self, id: OpId) -> Option<&Change> {
        self.changes.get(self.graph.writer(id)?)
    }

    /// Returns a change by its hash.
    #[must_use]
    pub fn change(&self, hash: &Hash) -> Option<&Change> {
        self.changes.get(self.graph.position(hash)?)
    }

    /// Returns the value that an operation wrote.
    #[must_use]
    pub fn value_of(&self, id: OpId) -> Option<&Value> {
        self.operation(id).map(|operation| &operation.value)
    }

    /// Returns an operation with everything that it overwrote, and what that overwrote, and so on.
    #[must_use]
    pub fn chain_of(&self, id: OpId) -> Vec<OpId> {
        let mut out = vec![id];
        let mut at = 0;
        while let Some(next) = out.get(at).copied() {
            let before = self.operation(next).map(|operation| operation.predecessors.as_slice()).unwrap_or_default();
            let unknown: Vec<OpId> = before.iter().filter(|id| !out.contains(id)).copied().collect();
            out.extend(unknown);
            at += 1;
        }
        out
    }

    fn operation(&self, id: OpId) -> Option<&Operation> {
        let change = self.writer(id)?;
        let index = usize::try_from(id.counter.checked_sub(change.start_op)?).ok()?;
        change.operations.get(index)
    }

    /// Returns the versions of a group that its presences in a card left behind: one for each distinct one, the shown
    /// one first.
    #[must_use]
    pub fn group_versions(&self, card: &Card, presence: &str) -> Vec<Version> {
        let mut out: Vec<Version> = Vec::new();
        for id in card.registers().ranked_ids(presence) {
            let Some((value, leaves)) = self.version(presence, id) else { continue };
            match out.iter_mut().find(|known| known.value == value && known.leaves == leaves) {
                Some(known) => known.ids.push(id),
                None => out.push(Version { value, leaves, ids: vec![id] }),
            }
        }
        out
    }

    /// Returns the sides of a group in conflict: its versions, and each one that is there also with every other answer to
    /// a question that was open inside it. That would be gone undecided otherwise, as soon as the group itself is in
    /// conflict.
    #[must_use]
    pub fn group_sides(&self, card: &Card, presence: &str) -> Vec<Version> {
        let mut out = self.group_versions(card, presence);
        for id in card.registers().ranked_ids(presence) {
            for side in self.hidden_sides(presence, id) {
                match out.iter_mut().find(|known| known.value == side.value && known.leaves == side.leaves) {
                    Some(known) => {
                        let new: Vec<OpId> = side.ids.into_iter().filter(|id| !known.ids.contains(id)).collect();
                        known.ids.extend(new);
                    }
                    None => out.push(side),
                }
            }
        }
        out
    }

    /// Returns the version that an operation left behind with each answer that it hid. Whoever edits inside a group in
    /// conflict names the shown version alone, and answers nothing that they did not write.
    fn hidden_sides(&self, presence: &str, id: OpId) -> Vec<Version> {
        let Some((value, leaves)) = self.version(presence, id).filter(|(value, _)| !value.is_null()) else {
            return Vec::new();
        };
        let Some(then) = self.left_alone(presence, id) else { return Vec::new() };
        let mut out = Vec::new();
        for entry in then.registers().below(&joined(&[presence, ""])).flat_map(|entries| entries.iter()) {
            let shown = then.registers().value(&entry.path);
            let kept = leaves.iter().find(|(path, _)| *path == entry.path).map_or(&Value::Null, |(_, value)| value);
            if *shown == entry.value || kept != shown {
                continue;
            }
            let mut side = leaves.clone();
            side.retain(|(path, _)| *path != entry.path);
            if !entry.value.is_null() {
                side.push((entry.path.clone(), entry.value.clone()));
                sort_by(&mut side, |(one, _), (other, _)| one < other);
            }
            out.push(Version { value: value.clone(), leaves: side, ids: vec![entry.id, id] });
        }
        out
    }

    /// Returns the card as it was when the version was left that a version stands on and that was the only one then:
    /// several values of a leaf were a question there. Elsewhere they are those of several versions.
    fn left_alone(&self, presence: &str, id: OpId) -> Option<Card> {
        let mut at = id;
        for _ in 0..MOST_EDITS {
            let then = self.card_at("", &[self.writer(at)?.hash])?;
            if then.registers().all_ids(presence) == [at] {
                return Some(then);
            }
            match self.operation(at)?.predecessors.as_slice() {
                [only] => at = *only,
                _ => return None,
            }
        }
        None
    }

    /// Decides which groups of a card are in conflict, and what they show, as far as nobody has yet.
    pub fn judge_groups(&self, card: &mut Card) {
        for presence in card.unjudged_groups() {
            let versions = self.group_versions(card, &presence);
            card.judge_group(presence, versions);
        }
    }

    /// Returns the version that an operation at a group's presence left behind: nothing if it removed the group, else
    /// the leaves, by full path, that its writer then had.
    fn version(&self, presence: &str, id: OpId) -> Option<(Value, Vec<(Path, Value)>)> {
        let value = self.value_of(id)?.clone();
        if value.is_null() {
            return Some((value, Vec::new()));
        }
        let then = self.card_at("", &[self.writer(id)?.hash])?;
        let leaves = then.view().leaves(presence);
        let leaves = leaves.filter_map(|(leaf, v)| Some((Path::of(&[presence, leaf]).ok()?, v.clone())));
        Some((value, leaves.collect()))
    }

    /// Returns, for each path, the values that changes of one kind ever wrote there.
    #[must_use]
    pub fn written_by(&self, chosen: impl Fn(&Change) -> bool) -> BTreeMap<&Path, Vec<&Value>> {
        let mut out: BTreeMap<&Path, Vec<&Value>> = BTreeMap::new();
        for (change, _) in self.changes().filter(|(change, out)| !out && chosen(change)) {
            for operation in &change.operations {
                out.entry(&operation.path).or_default().push(&operation.value);
            }
        }
        out
    }
}
