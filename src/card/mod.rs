//! A card: registers, heads and what is decided of its groups. Reads and edits are pure functions over them.
//!
//! Knows no store, no other card and no history beyond what it is handed.

mod accept;
mod conflict;
mod edit;
mod hash;
mod registers;
mod shape;
mod snapshot;
mod summary;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use conflict::{Conflict, ConflictKind, Version};
pub use edit::{EditBase, delete, edit, resolve, restore};
pub use hash::{book_state_hash, state_hash};
pub use registers::{Entry, Registers, distinct, shown};
pub use shape::{group_of, presence_of};
pub use summary::{Summary, display_name};

use crate::change::{Actor, Change, OpId};
use crate::contact::{Path, STATE};
use crate::hash::Hash;

/// Bugs that the simulator switches on, to prove that it would notice them. Never in a shipped build.
#[cfg(feature = "planted-bugs")]
#[derive(Clone, Copy, Debug, Default)]
pub struct PlantedBugs {
    /// An edit names the operations shown now, not those its writer saw.
    pub predecessors_from_now: bool,
    /// An edit inside an element does not write the element's presence again.
    pub presence_not_written: bool,
    /// A change that must wait is dropped.
    pub waiting_room_dropped: bool,
}

/// The live state of one card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    id: Box<str>,
    registers: Registers,
    /// Ascending.
    heads: Vec<Hash>,
    last_op: u32,
    /// The number of each actor's last change, ascending by actor.
    last_seqs: Vec<(Actor, u64)>,
    /// Groups that several changes touched without seeing each other: the operations judged, and whether they agree.
    judged: BTreeMap<Path, (Vec<OpId>, bool)>,
}

impl Card {
    /// Makes the card with this id, before its first change.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.into(),
            registers: Registers::default(),
            heads: Vec::new(),
            last_op: 0,
            last_seqs: Vec::new(),
            judged: BTreeMap::new(),
        }
    }

    /// Applies an accepted change whose ancestors are applied.
    pub fn apply(&mut self, change: &Change) {
        self.registers.apply(change);
        self.heads.retain(|head| change.dependencies.binary_search(head).is_err());
        let at = self.heads.partition_point(|head| *head < change.hash);
        self.heads.insert(at, change.hash);
        self.last_op = self.last_op.max(change.last_op());
        self.note_seq(change.actor, change.seq);
    }

    /// Returns the card's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the registers.
    #[must_use]
    pub fn registers(&self) -> &Registers {
        &self.registers
    }

    /// Returns the heads, ascending.
    #[must_use]
    pub fn heads(&self) -> &[Hash] {
        &self.heads
    }

    /// Returns the greatest counter of its operations.
    #[must_use]
    pub fn last_op(&self) -> u32 {
        self.last_op
    }

    /// Says whether the card is deleted, as shown.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.registers.is_deleted()
    }

    /// Returns the groups that changes touched without seeing each other and that nobody has judged yet: each with
    /// its presence operations. Judging takes the card's history.
    #[must_use]
    pub fn unjudged_groups(&self) -> Vec<(Path, Vec<OpId>)> {
        let touched = self.registers.groups().filter(|candidates| candidates.len() > 1);
        touched
            .filter_map(|candidates| {
                let path = &candidates.first()?.path;
                let ids: Vec<OpId> = candidates.iter().map(|e| e.id).collect();
                let judged = self.judged.get(path).is_some_and(|(known, _)| *known == ids);
                (group_of(path) == Some(path.as_str()) && !judged).then(|| (path.clone(), ids))
            })
            .collect()
    }

    /// Keeps a judgement on a group: whether all versions those operations left behind are equal.
    pub fn judge_group(&mut self, path: Path, ids: Vec<OpId>, equal: bool) {
        self.judged.insert(path, (ids, equal));
        let registers = &self.registers;
        self.judged.retain(|path, _| registers.at(path).len() > 1);
    }

    /// Returns the presences of all groups in conflict, ascending.
    #[must_use]
    pub fn groups_in_conflict(&self) -> Vec<Path> {
        let touched = self.registers.groups().filter(|candidates| candidates.len() > 1);
        let paths = touched.filter_map(|candidates| candidates.first()).map(|e| e.path.clone());
        paths.filter(|path| self.is_group_in_conflict(path)).collect()
    }

    /// Says whether a group's versions differ. An unjudged group counts as in conflict.
    #[must_use]
    pub fn is_group_in_conflict(&self, presence: &str) -> bool {
        let candidates = self.registers.at(presence);
        if candidates.len() < 2 || group_of(presence) != Some(presence) {
            return false;
        }
        !self
            .judged
            .get(presence)
            .is_some_and(|(ids, equal)| *equal && candidates.iter().map(|e| e.id).eq(ids.iter().copied()))
    }

    /// Says whether a register has more than one distinct candidate of its own.
    #[must_use]
    pub fn is_register_in_conflict(&self, path: &str) -> bool {
        let candidates = self.registers.at(path);
        candidates.first().is_some_and(|first| candidates.iter().any(|e| e.value != first.value))
    }

    /// Says whether a leaf counts as in conflict: itself, its element, its group or the card.
    #[must_use]
    pub fn is_in_conflict(&self, path: &str) -> bool {
        let above = presence_of(path).unwrap_or(path);
        [path, above, STATE].iter().any(|p| self.is_register_in_conflict(p)) || self.is_group_in_conflict(above)
    }
}
