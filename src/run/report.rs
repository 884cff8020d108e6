//! What a run did, for people and machines.

use serde_json::{Value as Json, json};

use crate::system::Hold;

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Requests to flows.
    pub requests: usize,
    /// Rows that a flow returned.
    pub read: usize,
    /// Rows that were looked at: new ones, and those that are not as they were.
    pub judged: usize,
    /// Cards that were made of rows.
    pub created: usize,
    /// Cards into which an edit of the system went.
    pub edited: usize,
    /// Cards that were linked with a row.
    pub linked: usize,
    /// Cards that were deleted because their rows are gone.
    pub deleted: usize,
    /// Rows whose id changed.
    pub moved: usize,
    /// Rows that wait: for a decision, or for another listing.
    pub parked: usize,
    /// Changes that were sent and have happened.
    pub sent: usize,
    /// Changes that met a row somebody had edited: judged, and sent anew if need be.
    pub stale: usize,
    /// Changes of which nobody knows yet what became of them.
    pub unknown: usize,
    /// Changes that the system refused.
    pub rejected: usize,
    /// After how many seconds the system wants to be asked again; 0 if it does not say.
    pub retry_after: u64,
    /// Whether every row was listed.
    pub audited: bool,
    /// What a person should know, in stable words.
    pub alerts: Vec<String>,
    /// What waits for a person.
    pub held: Option<Hold>,
}

impl Report {
    /// Returns the report as hosts read it (docs/system-json.md).
    #[must_use]
    pub fn to_json(&self) -> Json {
        json!({
            "requests": self.requests,
            "read": self.read,
            "judged": self.judged,
            "created": self.created,
            "edited": self.edited,
            "linked": self.linked,
            "deleted": self.deleted,
            "moved": self.moved,
            "parked": self.parked,
            "sent": self.sent,
            "stale": self.stale,
            "unknown": self.unknown,
            "rejected": self.rejected,
            "retryAfter": self.retry_after,
            "audited": self.audited,
            "alerts": self.alerts,
            "held": self.held.as_ref().map(Hold::to_json),
        })
    }
}
