//! The graph of a card's changes: who depends on whom, and what equivocation puts out (format.md, section 3).
//!
//! Keeps of each change only what the guard needs. Grows in causal order; never forgets.

use std::collections::BTreeMap;

use super::{Actor, Change, OpId};
use crate::contact::Path;
use crate::hash::Hash;
use crate::sorted::sort_by;

/// What the guard needs to know of one change.
#[derive(Clone, Debug)]
pub struct Node {
    /// The change's hash.
    pub hash: Hash,
    /// Who wrote it.
    pub actor: Actor,
    /// Its number among the actor's changes of this card.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u32,
    /// The counter of its last operation.
    pub last_op: u32,
    /// The positions of its dependencies.
    pub dependencies: Vec<usize>,
    paths: Box<[Path]>,
    /// The position of its actor's previous change.
    previous: Option<usize>,
    /// Whether equivocation puts it, or an ancestor of it, out.
    pub out: bool,
}

/// The changes of one card, every one after those it depends on.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    by_hash: BTreeMap<Hash, usize>,
    /// By actor, ascending by (seq, hash).
    by_actor: BTreeMap<Actor, Vec<usize>>,
    equivocated: bool,
}

impl Graph {
    /// Adds a change whose dependencies are all there. Returns true if that put out a change that was in before.
    pub fn add(&mut self, change: &Change) -> bool {
        let position = self.nodes.len();
        let dependencies: Vec<usize> = change.dependencies.iter().filter_map(|hash| self.position(hash)).collect();
        let previous = self.previous(change);
        let out = dependencies.iter().filter_map(|d| self.nodes.get(*d)).any(|node| node.out);
        self.nodes.push(Node {
            hash: change.hash,
            actor: change.actor,
            seq: change.seq,
            start_op: change.start_op,
            last_op: change.last_op(),
            dependencies,
            paths: change.operations.iter().map(|op| op.path.clone()).collect(),
            previous,
            out,
        });
        self.by_hash.insert(change.hash, position);
        let siblings = self.by_actor.entry(change.actor).or_default();
        let key = |node: Option<&Node>| node.map(|n| (n.seq, n.hash));
        let own = Some((change.seq, change.hash));
        let at = siblings.partition_point(|p| key(self.nodes.get(*p)) < own);
        let rival = |p: Option<&usize>| p.and_then(|p| self.nodes.get(*p)).is_some_and(|n| n.seq == change.seq);
        let equivocates = rival(siblings.get(at)) || rival(at.checked_sub(1).and_then(|i| siblings.get(i)));
        siblings.insert(at, position);
        if !equivocates {
            return false;
        }
        self.equivocated = true;
        self.judge()
    }

    /// Returns the node of a change.
    #[must_use]
    pub fn node(&self, hash: &Hash) -> Option<&Node> {
        self.nodes.get(self.position(hash)?)
    }

    /// Returns the position of a change.
    #[must_use]
    pub fn position(&self, hash: &Hash) -> Option<usize> {
        self.by_hash.get(hash).copied()
    }

    /// Returns all nodes, each after those it depends on.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the accepted changes that no accepted change depends on, ascending.
    #[must_use]
    pub fn heads(&self) -> Vec<Hash> {
        let mut covered = vec![false; self.nodes.len()];
        for node in self.nodes.iter().filter(|node| !node.out) {
            mark(&mut covered, &node.dependencies);
        }
        let open = self.nodes.iter().zip(&covered).filter(|(node, covered)| !node.out && !**covered);
        let mut heads: Vec<Hash> = open.map(|(node, _)| node.hash).collect();
        sort_by(&mut heads, |a, b| a < b);
        heads
    }

    /// Marks the given changes and all their ancestors. Unknown hashes are passed over.
    #[must_use]
    pub fn ancestors(&self, of: &[Hash]) -> Vec<bool> {
        let mut marks = vec![false; self.nodes.len()];
        let start: Vec<usize> = of.iter().filter_map(|hash| self.position(hash)).collect();
        mark(&mut marks, &start);
        for position in (0..self.nodes.len()).rev() {
            if marks.get(position) == Some(&true)
                && let Some(node) = self.nodes.get(position)
            {
                mark(&mut marks, &node.dependencies);
            }
        }
        marks
    }

    /// Returns, of the given changes, those that are no ancestor of another one, ascending.
    #[must_use]
    pub fn frontier(&self, of: &[Hash]) -> Vec<Hash> {
        let mut below = vec![false; self.nodes.len()];
        let mut positions: Vec<usize> = of.iter().filter_map(|hash| self.position(hash)).collect();
        sort_by(&mut positions, |a, b| a < b);
        positions.dedup();
        for position in &positions {
            if let Some(node) = self.nodes.get(*position) {
                mark(&mut below, &node.dependencies);
            }
        }
        for position in (0..self.nodes.len()).rev() {
            if below.get(position) == Some(&true)
                && let Some(node) = self.nodes.get(position)
            {
                mark(&mut below, &node.dependencies);
            }
        }
        let open = positions.iter().filter(|p| below.get(**p) == Some(&false));
        let mut out: Vec<Hash> = open.filter_map(|p| self.nodes.get(*p)).map(|node| node.hash).collect();
        sort_by(&mut out, |a, b| a < b);
        out
    }

    /// Says whether a marked change wrote this operation at this path.
    #[must_use]
    pub fn wrote(&self, marks: &[bool], id: OpId, path: &Path) -> bool {
        self.writers(id).any(|position| {
            let node = self.nodes.get(position);
            let index = node.and_then(|node| id.counter.checked_sub(node.start_op));
            let at = index.and_then(|index| usize::try_from(index).ok());
            let there = node.zip(at).and_then(|(node, at)| node.paths.get(at));
            marks.get(position) == Some(&true) && there == Some(path)
        })
    }

    /// Returns the position of the accepted change that wrote an operation.
    #[must_use]
    pub fn writer(&self, id: OpId) -> Option<usize> {
        self.writers(id).find(|p| self.nodes.get(*p).is_some_and(|node| !node.out))
    }

    /// Returns the greatest seq of an actor among the marked changes; 0 if there is none.
    #[must_use]
    pub fn last_seq(&self, marks: &[bool], actor: &Actor) -> u64 {
        let siblings = self.by_actor.get(actor).map(Vec::as_slice).unwrap_or_default();
        let marked = siblings.iter().rev().find(|p| marks.get(**p) == Some(&true));
        marked.and_then(|p| self.nodes.get(*p)).map_or(0, |node| node.seq)
    }

    /// Returns the changes of an actor that could hold this counter: one, unless the actor equivocated.
    fn writers(&self, id: OpId) -> impl Iterator<Item = usize> + '_ {
        let siblings = self.by_actor.get(&id.actor).map(Vec::as_slice).unwrap_or_default();
        let last = |p: &usize| self.nodes.get(*p).map_or(0, |node| node.last_op);
        // Without equivocation an actor's counters ascend with its seq.
        let from = if self.equivocated { 0 } else { siblings.partition_point(|p| last(p) < id.counter) };
        let count = if self.equivocated { siblings.len() } else { 1 };
        siblings.iter().skip(from).take(count).copied().filter(move |p| {
            self.nodes.get(*p).is_some_and(|node| (node.start_op..=node.last_op).contains(&id.counter))
        })
    }

    /// Returns the position of an actor's change before this one.
    fn previous(&self, change: &Change) -> Option<usize> {
        let siblings = self.by_actor.get(&change.actor)?;
        let seq = change.seq.checked_sub(1)?;
        let number = |p: &usize| self.nodes.get(*p).map_or(0, |node| node.seq);
        let from = siblings.partition_point(|p| number(p) < seq);
        let before: Vec<usize> = siblings.iter().skip(from).take_while(|p| number(p) == seq).copied().collect();
        match before.as_slice() {
            [] => None,
            [only] => Some(*only),
            // Ascending by hash: the smallest one among the ancestors.
            several => {
                let marks = self.ancestors(&change.dependencies);
                several.iter().copied().find(|p| marks.get(*p) == Some(&true))
            }
        }
    }

    /// Judges equivocation anew over the whole set; returns true if a change went out.
    fn judge(&mut self) -> bool {
        let mut smallest: BTreeMap<(Actor, u64, Option<usize>), Hash> = BTreeMap::new();
        for node in &self.nodes {
            let hash = smallest.entry((node.actor, node.seq, node.previous)).or_insert(node.hash);
            *hash = node.hash.min(*hash);
        }
        let mut changed = false;
        let mut outs: Vec<bool> = Vec::with_capacity(self.nodes.len());
        for node in &mut self.nodes {
            let beaten = smallest.get(&(node.actor, node.seq, node.previous)) != Some(&node.hash);
            let out = beaten || node.dependencies.iter().any(|d| outs.get(*d) == Some(&true));
            changed |= out && !node.out;
            node.out = out;
            outs.push(out);
        }
        changed
    }
}

fn mark(marks: &mut [bool], positions: &[usize]) {
    for position in positions {
        if let Some(mark) = marks.get_mut(*position) {
            *mark = true;
        }
    }
}
