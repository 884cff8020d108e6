//! How far inputs came: one counter for each stage, in the order of the way.

use std::fmt::Write as _;

/// Every stage, in the order they are printed.
pub const STAGES: &[&str] = &[
    "input: a change",
    "input: a chunk",
    "input: unchanged, valid when written",
    "input: checksum or length computed again",
    "chunk: newer",
    "chunk: refused",
    "chunk: unpacked",
    "chunk: framing refused",
    "chunk: entries",
    "change: read",
    "change: magic",
    "change: type 1",
    "change: length",
    "change: checksum",
    "change: dependencies",
    "change: actor",
    "change: seq",
    "change: start_op",
    "change: time",
    "change: message",
    "change: other actors",
    "change: list of columns",
    "change: columns",
    "change: all parts, a column refused",
    "change: well-formed",
    "change: written again, the same bytes",
    "guard: known",
    "guard: waits",
    "guard: refused, rule 2",
    "guard: refused, rule 3",
    "guard: refused, rule 4",
    "guard: refused, rule 5",
    "guard: accepted",
    "card: applied",
    "card: out by equivocation",
    "card: put another change out",
    "card: in conflict",
    "card: group in conflict",
    "card: another order, the same state",
    "automerge: loaded, saved, loaded",
    "book: input",
    "book: as parts",
    "book: accepted",
    "book: known",
    "book: waiting",
    "book: refused",
    "book: newer",
    "book: saved and opened again, the same state",
    "book: taken in twice, the same state",
];

/// A counter for each stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts(Vec<u64>);

impl Default for Counts {
    fn default() -> Self {
        Self(vec![0; STAGES.len()])
    }
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, stage: &'static str) {
        self.add_many(stage, 1);
    }

    /// Counts some more.
    pub fn add_many(&mut self, stage: &'static str, count: usize) {
        let place = STAGES.iter().position(|one| std::ptr::eq(*one, stage) || *one == stage);
        self.0[place.unwrap_or_else(|| panic!("`{stage}` is no stage"))] += count as u64;
    }

    /// Returns the counters as one line for the parent.
    pub fn to_line(&self) -> String {
        let mut out = String::new();
        for count in &self.0 {
            write!(out, " {count}").expect("a String takes everything");
        }
        out
    }

    /// Adds what a child's line says; `None` if it is no such line.
    pub fn add_line<'a>(&mut self, words: impl Iterator<Item = &'a str>) -> Option<()> {
        let numbers: Vec<u64> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
        if numbers.len() != self.0.len() {
            return None;
        }
        self.0.iter_mut().zip(numbers).for_each(|(count, more)| *count += more);
        Some(())
    }

    /// Adds another's counters.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(count, more)| *count += more);
    }

    /// Returns every stage with its count.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, u64)> {
        STAGES.iter().copied().zip(self.0.iter().copied())
    }
}
