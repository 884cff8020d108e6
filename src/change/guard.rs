//! The guard: whether a card accepts a change (format.md, section 3).
//!
//! Decides from the change and its ancestors alone. Everything else a replica holds, and the clock, are out of its
//! reach, so that all replicas decide alike.

use super::{Change, Graph};
use crate::contact::{ID, Value};
use crate::hash::Hash;

/// What the guard says of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The card has it already.
    Known,
    /// These dependencies are missing.
    Waits(Vec<Hash>),
    /// It breaks this rule, and always will.
    Refused(&'static str),
    /// It belongs to the card.
    Accepted,
}

impl Graph {
    /// Judges a change for the card with this id.
    #[must_use]
    pub fn judge_change(&self, card: &str, change: &Change) -> Verdict {
        if self.position(&change.hash).is_some() {
            return Verdict::Known;
        }
        let missing = change.dependencies.iter().filter(|hash| self.position(hash).is_none());
        let missing: Vec<Hash> = missing.copied().collect();
        if !missing.is_empty() {
            return Verdict::Waits(missing);
        }
        match self.broken_rule(card, change) {
            Some(rule) => Verdict::Refused(rule),
            None => Verdict::Accepted,
        }
    }

    fn broken_rule(&self, card: &str, change: &Change) -> Option<&'static str> {
        let last = change.dependencies.iter().filter_map(|hash| self.node(hash)).map(|node| node.last_op).max();
        if u64::from(change.start_op) != u64::from(last.unwrap_or(0)) + 1 {
            return Some("its start_op is not 1 + the last operation of its dependencies (rule 2)");
        }
        let marks = self.ancestors(&change.dependencies);
        if change.seq.checked_sub(1) != Some(self.last_seq(&marks, &change.actor)) {
            return Some("it does not follow its actor's last change among its ancestors (rule 3)");
        }
        for operation in &change.operations {
            if operation.predecessors.iter().any(|id| !self.wrote(&marks, *id, &operation.path)) {
                return Some("a predecessor is not an operation of an ancestor at the same path (rule 4)");
            }
        }
        let id = change.operations.iter().find(|op| op.path.as_str() == ID);
        match id.map(|op| &op.value) {
            Some(Value::Str(id)) if id.as_ref() == card => None,
            Some(_) => Some("it writes another card's id (rule 5)"),
            None if change.dependencies.is_empty() => Some("it has no dependencies and does not write the id (rule 5)"),
            None => None,
        }
    }
}
