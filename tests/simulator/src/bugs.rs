//! Planted bugs: what must not go unnoticed. Each is a switch of one run; the honest program has none on.

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
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 12] = [
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
        }
    }

    /// Finds a bug by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bug| bug.name() == name)
    }
}
