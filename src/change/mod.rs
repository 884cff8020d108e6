//! Changes: the strict reader, the encoder and the guard (format.md, sections 2 and 3).
//!
//! Foreign bytes meet only our own reader, which never panics. The `automerge` crate, imported by the encoder
//! alone, sees nothing but values this engine made or has already accepted.

mod columns;
mod encode;
mod graph;
mod guard;
mod reader;

#[cfg(test)]
mod tests;

pub use encode::{Unwritten, encode};
pub use graph::{Graph, Node};
pub use guard::Verdict;
pub use reader::{MAGIC, read, read_stored};

use crate::contact::{Path, Value};
use crate::hash::Hash;

/// Sixteen random bytes that name a writer.
pub type Actor = [u8; 16];

/// The most operations of one change.
pub const MAX_OPERATIONS: usize = 5_000;
/// The most predecessors of one change, over all its operations.
pub const MAX_PREDECESSORS: usize = 65_536;
/// The longest change, in bytes.
pub const MAX_CHANGE_BYTES: usize = 262_144;
/// The greatest operation counter.
pub const MAX_COUNTER: u32 = 0x7fff_ffff;

/// The id of an operation; ordered by counter, then by actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId {
    /// Its place in causal order: greater than that of every operation its writer had seen.
    pub counter: u32,
    /// Who wrote it.
    pub actor: Actor,
}

/// One operation: a value put at a path, over the operations its writer saw there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Where.
    pub path: Path,
    /// What.
    pub value: Value,
    /// The operations it overwrites, ascending.
    pub predecessors: Vec<OpId>,
}

/// A decoded change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its hash.
    pub hash: Hash,
    /// Who wrote it.
    pub actor: Actor,
    /// Its number among the actor's changes of this card, from 1.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u32,
    /// The writer's clock, in milliseconds since 1970. Decides nothing.
    pub time: i64,
    /// Where it came from (format.md, section 4).
    pub message: Box<str>,
    /// The heads its writer stood on, ascending.
    pub dependencies: Vec<Hash>,
    /// Its operations, ascending by path.
    pub operations: Vec<Operation>,
}

impl Change {
    /// Returns the counter of its last operation.
    #[must_use]
    pub fn last_op(&self) -> u32 {
        let count = u32::try_from(self.operations.len()).unwrap_or(u32::MAX);
        self.start_op.saturating_add(count).saturating_sub(1)
    }
}
