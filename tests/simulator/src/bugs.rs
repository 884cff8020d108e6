//! Planted bugs: what must not go unnoticed. Each is a switch of one run; the honest program has none on.

use contactmesh::card::Rule;

/// A bug that can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// An edit names what is shown now, not what its writer saw (engine).
    PredecessorsFromNow,
    /// An edit inside an element does not write its presence again (engine).
    PresenceNotWritten,
    /// A change that must wait is dropped (engine).
    WaitingRoomDropped,
    /// The relay's cursor is committed before what it covers.
    CursorBeforeData,
    /// A write counts as kept before it is synced.
    UnsyncedWriteCounted,
    /// A restored backup goes on under the seed of an earlier lease.
    ActorReused,
    /// What was sent counts as pushed before the relay answered.
    PushedBeforeReply,
    /// A reply that comes after a restart is taken for one of this lease.
    LateReplyCounted,
    /// After a failed commit the book goes on as if it had succeeded.
    FailedCommitIgnored,
    /// After a restored backup the newer cursor is kept.
    CursorOutlivesRestore,
    /// A page of a pull counts as everything up to the log's end.
    PageTakenForAll,
    /// A power cut may leave half a batch.
    TornBatch,
    /// What came back as something else than was sent counts as seen (engine, as all that follow but the last two).
    RewriteTakenForSent,
    /// A change that met an edited row counts as done.
    StaleTakenForDone,
    /// What was sent counts as an edit of the mailbox when it comes back and its answer was lost.
    EchoTakenForEdit,
    /// What the row of an old create holds counts as what was sent.
    OldCreateBelieved,
    /// A base takes over that a card is live although its row differs.
    StateTakenSilently,
    /// One listing without a row deletes its card.
    GoneAtOnce,
    /// A claim without a result is given up at once, whatever rows there are.
    ClaimGivenUp,
    /// A row that a pending create made is taken for somebody new.
    PendingRowImported,
    /// Where the next listing begins is stored before its rows are judged.
    WatermarkBeforeRows,
    /// What is in conflict with the mailbox's own value is sent.
    ConflictSent,
    /// A change of unknown outcome is forgotten.
    UnknownForgotten,
    /// What the mailbox removed is cleared value by value.
    RemovedByLeaf,
    /// Nothing is ever held.
    BrakeOff,
    /// Whoever shares an address is the same person.
    LinkedByAddress,
    /// An older row is believed at once.
    OlderBelieved,
    /// Rows with nothing in them are believed.
    BlankBelieved,
    /// Whoever takes over goes on with what it knew when it drove before.
    TakeoverKeepsBases,
    /// A request leaves before the entry that says so is stored.
    RequestBeforeEntry,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 30] = [
        Self::PredecessorsFromNow,
        Self::PresenceNotWritten,
        Self::WaitingRoomDropped,
        Self::CursorBeforeData,
        Self::UnsyncedWriteCounted,
        Self::ActorReused,
        Self::PushedBeforeReply,
        Self::LateReplyCounted,
        Self::FailedCommitIgnored,
        Self::CursorOutlivesRestore,
        Self::PageTakenForAll,
        Self::TornBatch,
        Self::RewriteTakenForSent,
        Self::StaleTakenForDone,
        Self::EchoTakenForEdit,
        Self::OldCreateBelieved,
        Self::StateTakenSilently,
        Self::GoneAtOnce,
        Self::ClaimGivenUp,
        Self::PendingRowImported,
        Self::WatermarkBeforeRows,
        Self::ConflictSent,
        Self::UnknownForgotten,
        Self::RemovedByLeaf,
        Self::BrakeOff,
        Self::LinkedByAddress,
        Self::OlderBelieved,
        Self::BlankBelieved,
        Self::TakeoverKeepsBases,
        Self::RequestBeforeEntry,
    ];

    /// Returns its name, as typed and printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::PredecessorsFromNow => "predecessors-from-now",
            Self::PresenceNotWritten => "presence-not-written",
            Self::WaitingRoomDropped => "waiting-room-dropped",
            Self::CursorBeforeData => "cursor-before-data",
            Self::UnsyncedWriteCounted => "unsynced-write-counted",
            Self::ActorReused => "actor-reused-after-restore",
            Self::PushedBeforeReply => "pushed-before-reply",
            Self::LateReplyCounted => "late-reply-counted",
            Self::FailedCommitIgnored => "failed-commit-ignored",
            Self::CursorOutlivesRestore => "cursor-outlives-restore",
            Self::PageTakenForAll => "page-taken-for-all",
            Self::TornBatch => "torn-batch",
            Self::RewriteTakenForSent => "rewrite-taken-for-sent",
            Self::StaleTakenForDone => "stale-taken-for-done",
            Self::EchoTakenForEdit => "echo-taken-for-edit",
            Self::OldCreateBelieved => "old-create-believed",
            Self::StateTakenSilently => "state-taken-silently",
            Self::GoneAtOnce => "gone-at-once",
            Self::ClaimGivenUp => "claim-given-up",
            Self::PendingRowImported => "pending-row-imported",
            Self::WatermarkBeforeRows => "watermark-before-rows",
            Self::ConflictSent => "conflict-sent",
            Self::UnknownForgotten => "unknown-forgotten",
            Self::RemovedByLeaf => "removed-by-leaf",
            Self::BrakeOff => "brake-off",
            Self::LinkedByAddress => "linked-by-address",
            Self::OlderBelieved => "older-believed",
            Self::BlankBelieved => "blank-believed",
            Self::TakeoverKeepsBases => "takeover-keeps-bases",
            Self::RequestBeforeEntry => "request-before-entry",
        }
    }

    /// Returns the rule that it breaks, if it is one of the engine's about systems.
    pub fn rule(self) -> Option<Rule> {
        Some(match self {
            Self::RewriteTakenForSent => Rule::OnlyWhatCameBack,
            Self::StaleTakenForDone => Rule::StaleIsNotDone,
            Self::EchoTakenForEdit => Rule::PendingCompared,
            Self::OldCreateBelieved => Rule::OldCreatesJudged,
            Self::StateTakenSilently => Rule::StateOnlyIfEqual,
            Self::GoneAtOnce => Rule::SeveralListings,
            Self::ClaimGivenUp => Rule::ClaimsWait,
            Self::PendingRowImported => Rule::PendingRowsWait,
            Self::WatermarkBeforeRows => Rule::CursorAfterRows,
            Self::ConflictSent => Rule::ConflictsWithheld,
            Self::UnknownForgotten => Rule::UnknownStays,
            Self::RemovedByLeaf => Rule::WholeElements,
            Self::BrakeOff => Rule::Brake,
            Self::LinkedByAddress => Rule::NameToo,
            Self::OlderBelieved => Rule::OlderTwice,
            Self::BlankBelieved => Rule::BlankDoubted,
            _ => return None,
        })
    }

    /// Says whether it is one of the world with a mailbox.
    pub fn is_of_mailbox(self) -> bool {
        self.rule().is_some() || matches!(self, Self::TakeoverKeepsBases | Self::RequestBeforeEntry)
    }

    /// Finds a bug by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bug| bug.name() == name)
    }
}
