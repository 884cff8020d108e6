//! A card: registers, heads and what is decided of its groups. Reads and edits are pure functions over them.
//!
//! Knows no store, no other card and no history beyond what it is handed.

mod accept;
mod conflict;
mod edit;
mod hash;
mod planted;
mod registers;
mod shape;
mod snapshot;
mod summary;
mod view;

#[cfg(test)]
mod tests;

pub use conflict::{Conflict, ConflictKind, Version};
pub use edit::{EditBase, delete, edit, resolve, restore};
pub use hash::{book_state_hash, state_hash};
#[cfg(feature = "planted-bugs")]
pub use planted::PlantedBugs;
pub use planted::Rule;
pub use registers::{Entry, Registers, distinct, shown};
pub use shape::{group_of, presence_of};
pub use summary::{Summary, display_name};
pub use view::View;

use crate::change::{Actor, Change};
use crate::contact::{Path, STATE};
use crate::hash::Hash;
use crate::sorted::sort_by;
use view::{Judged, is_group};

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
    /// Of the candidates that are there now: a new one at a group's presence ends what was decided of it.
    judged: Judged,
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
            judged: Judged::new(),
        }
    }

    /// Makes what somebody saw of a card: these candidates, in any order. It has no heads and takes no change.
    #[must_use]
    pub fn of_entries(id: &str, mut entries: Vec<Entry>) -> Self {
        sort_by(&mut entries, |a, b| (&a.path, a.id) < (&b.path, b.id));
        Self { registers: Registers::from_sorted(entries), ..Self::new(id) }
    }

    /// Applies an accepted change whose ancestors are applied.
    pub fn apply(&mut self, change: &Change) {
        self.registers.apply(change);
        if !self.judged.is_empty() {
            change.operations.iter().for_each(|operation| drop(self.judged.remove(&operation.path)));
        }
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

    /// Returns what the card shows.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::new(&self.registers, &self.judged)
    }

    /// Returns the presences of the groups that changes touched without seeing each other and that nobody has judged
    /// yet. Judging takes the card's history.
    #[must_use]
    pub fn unjudged_groups(&self) -> Vec<Path> {
        self.touched_groups().filter(|path| !self.judged.contains_key(*path)).cloned().collect()
    }

    /// Keeps what is decided of a group, by the versions its presences left behind, the shown one first.
    pub fn judge_group(&mut self, presence: Path, mut versions: Vec<Version>) {
        let shown = (versions.len() > 1).then(|| versions.swap_remove(0).leaves);
        self.judged.insert(presence, shown);
    }

    /// Returns the presences of all groups in conflict, ascending.
    #[must_use]
    pub fn groups_in_conflict(&self) -> Vec<Path> {
        self.touched_groups().filter(|path| self.is_group_in_conflict(path)).cloned().collect()
    }

    /// Returns the presences of groups with more than one candidate, ascending.
    fn touched_groups(&self) -> impl Iterator<Item = &Path> {
        let several = self.registers.groups().filter(|candidates| candidates.len() > 1);
        several.filter_map(|candidates| candidates.first()).map(|entry| &entry.path).filter(|path| is_group(path))
    }

    /// Says whether a group's versions differ. An unjudged group counts as in conflict.
    #[must_use]
    pub fn is_group_in_conflict(&self, presence: &str) -> bool {
        is_group(presence) && self.registers.at(presence).len() > 1 && !matches!(self.judged.get(presence), Some(None))
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
