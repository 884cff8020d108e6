//! A violation: which invariant does not hold, when, and what happened, in words.

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The invariant's number and name.
    pub invariant: &'static str,
    /// The step at which it was noticed.
    pub step: usize,
    /// What happened.
    pub what: String,
}

/// The result of something that may not hold.
pub type Checked<T> = Result<T, Violation>;

/// The same state, whatever the order.
pub const CONVERGENCE: &str = "I1 convergence";
/// Nothing acknowledged is lost.
pub const NO_LOSS: &str = "I2 no loss";
/// Quiet after inputs stop.
pub const QUIESCENCE: &str = "I3 quiescence";
/// An operation has one effect.
pub const EFFECTS: &str = "I4 effects";
/// One row, one card.
pub const BIJECTION: &str = "I5 bijection";
/// No write touches what it need not, or what its driver has not seen.
pub const VISIBILITY: &str = "I7 visibility";
/// Nothing is deleted without a cause.
pub const SAFE_DELETES: &str = "I8 delete safety";
/// In the end rows are what cards say.
pub const VERIFICATION: &str = "I9 verification";
/// What was acknowledged survives, and no cursor is ahead.
pub const DURABILITY: &str = "I10 durability";
/// Nothing is shown that nobody wrote.
pub const NO_INVENTION: &str = "I11 no invented values";
/// Conflicts are visible until decided.
pub const CONFLICTS: &str = "I12 conflicts";
/// One writer, one actor.
pub const ACTORS: &str = "I13 actors";
/// One seed, one run.
pub const DETERMINISM: &str = "I14 determinism";
/// Any Automerge opens a card.
pub const INTEROPERATION: &str = "interoperation";
/// Honest replicas refuse nothing of each other.
pub const NO_REFUSAL: &str = "no refusal";

/// Makes the violation of an invariant; the step is filled in by the run.
pub fn broken<T>(invariant: &'static str, what: impl Into<String>) -> Checked<T> {
    Err(Violation { invariant, step: 0, what: what.into() })
}
