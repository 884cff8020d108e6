//! History: the changes of one card, and the card as it stood at earlier heads.
//!
//! Needs no document: an earlier state is the registers after replaying the ancestors of some heads; who wrote a value
//! is the provenance of the change that did.

use std::collections::BTreeMap;

use crate::card::{Card, Registers, Version};
use crate::change::{Change, Graph, OpId};
use crate::contact::{Path, Value};
use crate::hash::Hash;

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

    /// Returns the versions of a group that these presence operations left behind: one for each distinct one, in the
    /// order of `ids`.
    #[must_use]
    pub fn group_versions(&self, presence: &str, ids: &[OpId]) -> Vec<Version> {
        let mut out: Vec<Version> = Vec::new();
        for id in ids {
            let Some(change) = self.writer(*id) else { continue };
            let Some(then) = self.card_at("", &[change.hash]) else {
                continue;
            };
            let (value, leaves) = version(then.registers(), presence);
            match out.iter_mut().find(|known| known.value == value && known.leaves == leaves) {
                Some(known) => known.ids.push(*id),
                None => out.push(Version { value, leaves, ids: vec![*id] }),
            }
        }
        out
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

/// A group as registers show it: whether it is there, and its leaves by full path.
fn version(registers: &Registers, presence: &str) -> (Value, Vec<(Path, Value)>) {
    let value = registers.value(presence).clone();
    if value.is_null() {
        return (value, Vec::new());
    }
    let leaves = registers.leaves(presence);
    let leaves = leaves.filter_map(|(leaf, v)| Some((Path::new(format!("{presence}/{leaf}")).ok()?, v.clone())));
    (value, leaves.collect())
}
