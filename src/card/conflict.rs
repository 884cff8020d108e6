//! Conflicts as data: what was written without seeing each other, with every side kept. Decides nothing.

use super::registers::{distinct, shown};
use super::shape::presence_of;
use super::view::is_group;
use super::{Card, Entry};
use crate::change::OpId;
use crate::contact::{Path, STATE, Value};
use crate::policy::is_presence;

/// What a conflict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictKind {
    /// One value.
    Value,
    /// Whether an element is there.
    Presence,
    /// Whether the card is there.
    State,
    /// A whole address, or the whole name.
    Group,
}

impl ConflictKind {
    /// Returns the kind as written in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Presence => "presence",
            Self::State => "state",
            Self::Group => "group",
        }
    }
}

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The value at the conflict's path.
    pub value: Value,
    /// For a group: its leaves, by full path, as this side left them.
    pub leaves: Vec<(Path, Value)>,
    /// The operations that wrote it.
    pub ids: Vec<OpId>,
}

/// A register, or a group, with more than one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where.
    pub path: Path,
    /// What it is about.
    pub kind: ConflictKind,
    /// Its sides, the shown one first. Empty for a group: its versions take the card's history.
    pub versions: Vec<Version>,
}

impl Card {
    /// Returns the open conflicts, ascending by path. A conflict inside a group in conflict is part of that one.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        if self.is_deleted() && !self.is_register_in_conflict(STATE) {
            return Vec::new();
        }
        self.registers().groups().filter_map(|candidates| self.conflict_of(candidates)).collect()
    }

    /// Returns how many conflicts are open.
    #[must_use]
    pub fn conflict_count(&self) -> usize {
        // Most cards have none, and most registers one candidate: count without building anything.
        if self.registers().entries().windows(2).all(|pair| matches!(pair, [a, b] if a.path != b.path)) {
            return 0;
        }
        self.conflicts().len()
    }

    fn conflict_of(&self, candidates: &[Entry]) -> Option<Conflict> {
        let path = &shown(candidates)?.path;
        if candidates.len() < 2 {
            return None;
        }
        let kind = if is_group(path) {
            if !self.is_group_in_conflict(path) {
                return None;
            }
            ConflictKind::Group
        } else {
            if !self.is_register_in_conflict(path) || !self.is_reachable(path) {
                return None;
            }
            match path.as_str() {
                STATE => ConflictKind::State,
                _ if is_presence(path) => ConflictKind::Presence,
                _ => ConflictKind::Value,
            }
        };
        let versions = match kind {
            ConflictKind::Group => Vec::new(),
            _ => versions(candidates),
        };
        Some(Conflict { path: path.clone(), kind, versions })
    }

    /// Says whether a register is its own business: its element is there, and its group is not in conflict as a whole.
    fn is_reachable(&self, path: &str) -> bool {
        let Some(presence) = presence_of(path) else {
            return true;
        };
        self.registers().is_present(presence) && !self.is_group_in_conflict(presence)
    }
}

/// Returns the sides of a register, the shown one first, each with every operation that wrote it.
fn versions(candidates: &[Entry]) -> Vec<Version> {
    let of = |value: &Value| candidates.iter().filter(|e| e.value == *value).map(|e| e.id).collect();
    distinct(candidates)
        .into_iter()
        .map(|entry| Version { value: entry.value.clone(), leaves: Vec::new(), ids: of(&entry.value) })
        .collect()
}
