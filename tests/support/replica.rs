//! A replica of one card for tests: takes changes in any order, any number of times, and does with them what a book
//! does: judge, keep waiting, apply, make anew when equivocation puts something out.

use std::collections::{BTreeMap, BTreeSet};

use contactmesh::card::Card;
use contactmesh::change::{Change, Verdict};
use contactmesh::hash::Hash;
use contactmesh::history::History;

/// One card, as one replica holds it.
#[derive(Clone)]
pub struct Replica {
    pub history: History,
    /// Kept change by change.
    pub card: Card,
    pub waiting: BTreeMap<Hash, Change>,
    pub refused: BTreeMap<Hash, &'static str>,
}

impl Replica {
    pub fn new(card: &str) -> Self {
        Self { history: History::default(), card: Card::new(card), waiting: BTreeMap::new(), refused: BTreeMap::new() }
    }

    /// Takes a change, and then whatever waited for it.
    pub fn arrive(&mut self, change: &Change) {
        self.waiting.insert(change.hash, change.clone());
        let mut progress = true;
        while progress {
            progress = false;
            for change in std::mem::take(&mut self.waiting).into_values() {
                match self.history.graph().judge_change(self.card.id(), &change) {
                    Verdict::Accepted => {
                        self.apply(&change);
                        progress = true;
                    }
                    Verdict::Waits(missing) => {
                        assert!(!missing.is_empty(), "a change waits for nothing");
                        self.waiting.insert(change.hash, change);
                    }
                    Verdict::Refused(why) => {
                        self.refused.insert(change.hash, why);
                    }
                    Verdict::Known => {}
                }
            }
        }
    }

    fn apply(&mut self, change: &Change) {
        if self.history.add(change.clone()) {
            self.card = self.history.card(self.card.id());
        } else if self.history.graph().node(&change.hash).is_some_and(|node| !node.out) {
            self.card.apply(change);
        }
        self.history.judge_groups(&mut self.card);
    }

    /// The hashes that equivocation has put out, or that it has not.
    pub fn hashes(&self, out: bool) -> BTreeSet<Hash> {
        let changes = self.history.changes().filter(|(_, is_out)| *is_out == out);
        changes.map(|(change, _)| change.hash).collect()
    }
}
