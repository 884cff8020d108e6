//! The model: what everybody wrote over what they had seen, in the plainest form that format.md, sections 3 and 5,
//! can be given. Shares no code with the engine but the public value type.
//!
//! A change is recorded from what its writer meant and saw on the screen, not from the predecessors the engine wrote.

mod intent;
mod registers;
pub mod stock;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use contactmesh::contact::Value;

pub use intent::{Intent, Write};
pub use registers::{is_group, is_presence, presence_of};
pub use view::View;

use crate::violation::{ACTORS, Checked, broken};
use stock::Stock;

/// The leaves of a group that hold a value, by path.
pub type Leaves = BTreeMap<String, Value>;

/// One written value.
#[derive(Debug)]
pub struct Op {
    pub change: usize,
    pub value: Value,
    /// Counter and actor: orders what nothing else does.
    pub id: (u64, Vec<u8>),
    /// Whether the engine wrote it too.
    pub is_real: bool,
    /// The changes whose writers had seen it and wrote over it.
    pub beaten_by: Vec<usize>,
}

/// One change.
#[derive(Debug)]
pub struct Change {
    pub card: String,
    pub actor: Vec<u8>,
    pub seq: u64,
    /// Everything it stands on, and itself.
    pub ancestors: View,
    /// Whether its writer was told that it is kept.
    pub acknowledged: bool,
    /// Whether the only copies may be gone: a backup was restored, or a store wiped, before it spread.
    pub at_risk: bool,
}

/// Everything that was ever written.
#[derive(Default)]
pub struct Model {
    pub changes: Vec<Change>,
    by_hash: BTreeMap<[u8; 32], usize>,
    ops: Vec<Op>,
    /// By card and path.
    paths: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
    /// By card and presence: the groups as somebody wrote them.
    wholes: BTreeMap<(String, String), BTreeSet<Leaves>>,
    /// By card and actor: the number of each change.
    seqs: BTreeMap<(String, Vec<u8>), BTreeMap<u64, usize>>,
    leases: BTreeMap<Vec<u8>, u64>,
    /// Leases that a copied machine runs twice: by lease, the first of them.
    pub twins: BTreeMap<u64, u64>,
    /// Cards on which an actor was two writers: what is in and out is not modelled there.
    pub equivocated: BTreeSet<String>,
}

impl Model {
    /// Finds a change by its hash.
    pub fn find(&self, hash: &[u8; 32]) -> Option<usize> {
        self.by_hash.get(hash).copied()
    }

    /// Says whether a card is beyond this model.
    pub fn is_exempt(&self, card: &str) -> bool {
        self.equivocated.contains(card)
    }

    /// Returns all paths ever written in a card.
    pub fn paths(&self, card: &str) -> impl Iterator<Item = &str> {
        self.paths.get(card).into_iter().flat_map(|paths| paths.keys().map(String::as_str))
    }

    /// Returns the ids of all cards.
    pub fn cards(&self) -> impl Iterator<Item = &str> {
        self.paths.keys().map(String::as_str)
    }

    /// Says whether somebody wrote a group exactly so.
    pub fn is_whole(&self, card: &str, presence: &str, leaves: &Leaves) -> bool {
        self.wholes.get(&(card.to_owned(), presence.to_owned())).is_some_and(|wholes| wholes.contains(leaves))
    }

    /// Records a change: what stock Automerge says of it, and the writes its writer meant over what they saw.
    pub fn record(&mut self, card: &str, lease: u64, stock: &Stock, seen: &View, writes: Vec<Write>) -> Checked<usize> {
        let number = self.changes.len();
        let mut ancestors = View::default();
        for hash in &stock.deps {
            let Some(at) = self.find(hash) else {
                return broken(ACTORS, format!("a change of card {card} builds on one that nobody wrote"));
            };
            if let Some(change) = self.changes.get(at) {
                ancestors.extend(&change.ancestors);
            }
        }
        let own = |change: &&Change| change.card == card && change.actor == stock.actor;
        let before = ancestors.iter().filter_map(|at| self.changes.get(at)).filter(own).map(|c| c.seq).max();
        self.check_actor(card, lease, stock, before.unwrap_or(0), number)?;
        let wholes = self.wholes_of(card, seen, &writes);
        for (at, write) in writes.into_iter().enumerate() {
            // Where the engine wrote something else, its place by order is as good as any.
            let index = stock.writes.keys().position(|path| *path == write.path).unwrap_or(at);
            let counter = stock.start_op + u64::try_from(index).unwrap_or_default();
            for beaten in &write.over {
                if let Some(op) = self.ops.get_mut(*beaten) {
                    op.beaten_by.push(number);
                }
            }
            let is_real = stock.writes.contains_key(&write.path);
            let paths = self.paths.entry(card.to_owned()).or_default();
            paths.entry(write.path).or_default().push(self.ops.len());
            let id = (counter, stock.actor.clone());
            self.ops.push(Op { change: number, value: write.value, id, is_real, beaten_by: Vec::new() });
        }
        for (presence, leaves) in wholes {
            self.wholes.entry((card.to_owned(), presence)).or_default().insert(leaves);
        }
        ancestors.insert(number);
        self.by_hash.insert(stock.hash, number);
        self.changes.push(Change {
            card: card.to_owned(),
            actor: stock.actor.clone(),
            seq: stock.seq,
            ancestors,
            acknowledged: false,
            at_risk: false,
        });
        Ok(number)
    }

    /// I13: numbers without gaps, each once, and one lease for each actor.
    fn check_actor(&mut self, card: &str, lease: u64, stock: &Stock, before: u64, number: usize) -> Checked<()> {
        let owner = *self.leases.entry(stock.actor.clone()).or_insert(lease);
        let first = |lease: u64| self.twins.get(&lease).copied().unwrap_or(lease);
        let shared = owner != lease && first(owner) == first(lease);
        let seqs = self.seqs.entry((card.to_owned(), stock.actor.clone())).or_default();
        let taken = seqs.insert(stock.seq, number);
        if shared || self.equivocated.contains(card) {
            self.equivocated.insert(card.to_owned());
            return Ok(());
        }
        let actor: String = stock.actor.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        if taken.is_some() {
            return broken(
                ACTORS,
                format!("actor {actor}… wrote two different changes number {} of card {card}", stock.seq),
            );
        }
        if stock.seq != before + 1 {
            return broken(
                ACTORS,
                format!(
                    "actor {actor}… wrote number {} of card {card}, but its last one among the ancestors is {before}",
                    stock.seq
                ),
            );
        }
        if owner != lease {
            return broken(ACTORS, format!("actor {actor}… of lease {owner} writes again under lease {lease}"));
        }
        Ok(())
    }
}
