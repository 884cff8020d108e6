//! Bugs that the simulator switches on, to prove that it would notice them. Never in a shipped build: without the feature
//! `planted-bugs` every question here is answered with no, and the compiler takes the rest away.

/// A rule about systems of record that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The base takes an operation over only if its value came back.
    OnlyWhatCameBack,
    /// An answer that a row was edited since is no confirmation.
    StaleIsNotDone,
    /// A row is compared with what is on its way there.
    PendingCompared,
    /// What the row of an old create holds is judged as a row is.
    OldCreatesJudged,
    /// The state is taken over only if every slot is equal.
    StateOnlyIfEqual,
    /// A row is gone only after several complete listings.
    SeveralListings,
    /// A claim without a result is given up only after its time, and if no row is there.
    ClaimsWait,
    /// A row that a pending create may have made is not imported.
    PendingRowsWait,
    /// Where the next listing begins is stored with the rows that were judged.
    CursorAfterRows,
    /// A value in conflict with the system's own is not sent.
    ConflictsWithheld,
    /// An entry of unknown outcome stays in the outbox.
    UnknownStays,
    /// An entry that the system took away is taken away as a whole.
    WholeElements,
    /// What would delete or blank much waits for a person.
    Brake,
    /// A shared address alone makes nobody the same person.
    NameToo,
    /// An older row is read twice before it is believed.
    OlderTwice,
    /// A row with nothing in it is not believed.
    BlankDoubted,
}

/// Switched-on bugs.
#[cfg(feature = "planted-bugs")]
#[derive(Clone, Copy, Debug, Default)]
pub struct PlantedBugs {
    /// An edit names the operations shown now, not those its writer saw.
    pub predecessors_from_now: bool,
    /// An edit inside an element does not write the element's presence again.
    pub presence_not_written: bool,
    /// A change that must wait is dropped.
    pub waiting_room_dropped: bool,
    /// A rule about systems that does not hold.
    pub broken: Option<Rule>,
}
