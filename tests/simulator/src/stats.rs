//! What happened how often: what makes "no violation" mean something.

use std::collections::BTreeMap;

/// Counters by name.
#[derive(Clone, Default)]
pub struct Stats(BTreeMap<&'static str, usize>);

impl Stats {
    /// Counts one.
    pub fn count(&mut self, what: &'static str) {
        self.add(what, 1);
    }

    /// Counts several.
    pub fn add(&mut self, what: &'static str, times: usize) {
        *self.0.entry(what).or_default() += times;
    }

    /// Adds the counters of another run.
    pub fn merge(&mut self, other: &Self) {
        other.iter().for_each(|(what, times)| self.add(what, times));
    }

    /// Returns all counters, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.0.iter().map(|(what, times)| (*what, *times))
    }
}
