//! What a system's own record holds: options, cursors, what is parked, refused, held and decided. JSON, because it is
//! small, written once in a run, and read by people who look for a fault.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::System;
use crate::wire::Malformed;

const VERSION: u32 = 1;

/// What is said when a system is connected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// What flows know the book by.
    pub book: String,
    /// The folders whose contacts take part.
    pub folders: Vec<String>,
    /// After how many runs there is a complete listing.
    pub audit_every: u32,
}

/// A row of which nobody knows yet whom it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parked {
    /// The row.
    pub row: Json,
    /// Its folder.
    pub folder: String,
    /// Why.
    pub why: Why,
    /// The cards it may belong to.
    pub cards: Vec<String>,
}

/// Why a row is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It may be one of these cards: a person decides.
    Proposal,
    /// A create whose outcome is unknown may have made it.
    PendingCreate,
    /// It looks like a row that may have been moved.
    Moved,
    /// It is older than what was seen before: read again first.
    Older,
}

/// A change that the system refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The digest of what was refused, in hexadecimal: the same is not sent again.
    pub digest: String,
    /// The status the system answered.
    pub code: i64,
    /// What the system said.
    pub message: String,
}

/// A run that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What exactly is held: another set is another token.
    pub token: String,
    /// `delete` (rows that are gone, or would be deleted), `blank`, `restored`, `takeover`.
    pub kind: String,
    /// `in` if the book would lose it, `out` if the system would.
    pub direction: String,
    /// The cards.
    pub cards: Vec<String>,
    /// How many are allowed without asking.
    pub allowed: usize,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Record {
    version: u32,
    options: Options,
    epoch: u32,
    since: BTreeMap<String, String>,
    swept: u32,
    dirty: BTreeSet<String>,
    runs_since_audit: u32,
    parked: BTreeMap<String, Parked>,
    refused: BTreeMap<String, Refused>,
    gone: BTreeSet<String>,
    detached: BTreeSet<String>,
    decisions: BTreeMap<String, Option<String>>,
    hold: Option<Hold>,
    allowed: Option<(String, String)>,
}

impl System {
    pub(super) fn write_meta(&self) -> Vec<u8> {
        let record = Record {
            version: VERSION,
            options: self.options.clone(),
            epoch: self.epoch,
            since: self.since.clone(),
            swept: self.swept,
            dirty: self.dirty.clone(),
            runs_since_audit: self.runs_since_audit,
            parked: self.parked.clone(),
            refused: self.refused.clone(),
            gone: self.gone.clone(),
            detached: self.detached.clone(),
            decisions: self.decisions.clone(),
            hold: self.hold.clone(),
            allowed: self.allowed.clone(),
        };
        serde_json::to_vec(&record).unwrap_or_default()
    }

    pub(super) fn read_meta(&mut self, record: &[u8]) -> Result<(), Malformed> {
        let record: Record =
            serde_json::from_slice(record).map_err(|_| Malformed("the record of a system cannot be read"))?;
        if record.version != VERSION {
            return Err(Malformed("the record of a system is of a later version"));
        }
        self.options = record.options;
        self.epoch = record.epoch;
        self.since = record.since;
        self.swept = record.swept;
        self.dirty = record.dirty;
        self.runs_since_audit = record.runs_since_audit;
        self.parked = record.parked;
        self.refused = record.refused;
        self.gone = record.gone;
        self.detached = record.detached;
        self.decisions = record.decisions;
        self.hold = record.hold;
        self.allowed = record.allowed;
        Ok(())
    }
}
