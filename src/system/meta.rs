//! What a system's own record holds: options, cursors, what is parked, refused, held and decided. JSON, because it is
//! small, written once in a run, and read by people who look for a fault.

use serde_json::{Map, Value as Json, json};

use super::System;
use crate::table::{Names, Table};
use crate::wire::Malformed;

const VERSION: u64 = 1;

/// What is said when a system is connected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What flows know the book by.
    pub book: String,
    /// The folders whose contacts take part.
    pub folders: Vec<String>,
    /// After how many runs there is a complete listing.
    pub audit_every: u32,
}

/// A row of which nobody knows yet whom it belongs to.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It may be one of these cards: a person decides.
    Proposal,
    /// A create whose outcome is unknown may have made it.
    PendingCreate,
    /// It looks like a row that may have been moved.
    Moved,
    /// It looks like a row that one complete listing had beside it: a copy, if the next has both again.
    Copy,
    /// It is older than what was seen before: read again first.
    Older,
}

/// A change that the system refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The digest of what was refused, in hexadecimal: the same is not sent again.
    pub digest: String,
    /// The status the system answered.
    pub code: i64,
    /// What the system said.
    pub message: String,
}

/// A run that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Why {
    const ALL: [Self; 5] = [Self::Proposal, Self::PendingCreate, Self::Moved, Self::Copy, Self::Older];

    /// Returns the reason as a stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposal => "proposal",
            Self::PendingCreate => "pending-create",
            Self::Moved => "moved",
            Self::Copy => "copy",
            Self::Older => "older",
        }
    }
}

impl Hold {
    /// Returns what is held, for hosts and the store.
    #[must_use]
    pub fn to_json(&self) -> Json {
        json!({
            "token": self.token,
            "kind": self.kind,
            "direction": self.direction,
            "cards": self.cards,
            "allowed": self.allowed,
        })
    }
}

impl System {
    pub(super) fn write_meta(&self) -> Vec<u8> {
        let parked = |p: &Parked| json!({ "row": p.row, "folder": p.folder, "why": p.why.as_str(), "cards": p.cards });
        let refused = |r: &Refused| json!({ "digest": r.digest, "code": r.code, "message": r.message });
        let record = json!({
            "version": VERSION,
            "book": self.options.book,
            "folders": self.options.folders,
            "auditEvery": self.options.audit_every,
            "epoch": self.epoch,
            "since": object(&self.since, |since| json!(since)),
            "swept": self.swept,
            "dirty": names(&self.dirty),
            "runsSinceAudit": self.runs_since_audit,
            "parked": object(&self.parked, parked),
            "refused": object(&self.refused, refused),
            "gone": names(&self.gone),
            "detached": names(&self.detached),
            "decisions": object(&self.decisions, |card| json!(card)),
            "hold": self.hold.as_ref().map(Hold::to_json),
            "allowed": self.allowed.as_ref().map(|(token, answer)| json!([token, answer])),
        });
        record.to_string().into_bytes()
    }

    pub(super) fn read_meta(&mut self, record: &[u8]) -> Result<(), Malformed> {
        let record: Json =
            serde_json::from_slice(record).map_err(|_| Malformed("the record of a system cannot be read"))?;
        if record.get("version").and_then(Json::as_u64) != Some(VERSION) {
            return Err(Malformed("the record of a system is of a later version"));
        }
        self.options.book = text(&record, "book");
        self.options.folders = texts(&record, "folders");
        self.options.audit_every = number(&record, "auditEvery");
        self.epoch = number(&record, "epoch");
        self.since = table(&record, "since", |since| since.as_str().map(str::to_owned));
        self.swept = number(&record, "swept");
        self.dirty = texts(&record, "dirty").into_iter().collect();
        self.runs_since_audit = number(&record, "runsSinceAudit");
        self.parked = table(&record, "parked", |parked| {
            let why = text(parked, "why");
            let why = Why::ALL.into_iter().find(|one| one.as_str() == why)?;
            let row = parked.get("row")?.clone();
            Some(Parked { row, folder: text(parked, "folder"), why, cards: texts(parked, "cards") })
        });
        self.refused = table(&record, "refused", |refused| {
            let code = refused.get("code").and_then(Json::as_i64).unwrap_or_default();
            Some(Refused { digest: text(refused, "digest"), code, message: text(refused, "message") })
        });
        self.gone = texts(&record, "gone").into_iter().collect();
        self.detached = texts(&record, "detached").into_iter().collect();
        self.decisions = table(&record, "decisions", |card| Some(card.as_str().map(str::to_owned)));
        self.hold = record.get("hold").filter(|hold| hold.is_object()).map(|hold| Hold {
            token: text(hold, "token"),
            kind: text(hold, "kind"),
            direction: text(hold, "direction"),
            cards: texts(hold, "cards"),
            allowed: number::<u32>(hold, "allowed") as usize,
        });
        let allowed = texts(&record, "allowed");
        self.allowed = match allowed.as_slice() {
            [token, answer] => Some((token.clone(), answer.clone())),
            _ => None,
        };
        Ok(())
    }
}

fn names(names: &Names) -> Json {
    Json::Array(names.iter().map(|name| json!(name)).collect())
}

fn object<V>(table: &Table<V>, value: impl Fn(&V) -> Json) -> Json {
    let mut out = Map::new();
    out.extend(table.iter().map(|(key, item)| (key.clone(), value(item))));
    Json::Object(out)
}

fn text(json: &Json, key: &str) -> String {
    json.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn texts(json: &Json, key: &str) -> Vec<String> {
    let list = json.get(key).and_then(Json::as_array).into_iter().flatten();
    list.filter_map(Json::as_str).map(str::to_owned).collect()
}

fn number<N: TryFrom<u64> + Default>(json: &Json, key: &str) -> N {
    json.get(key).and_then(Json::as_u64).and_then(|number| N::try_from(number).ok()).unwrap_or_default()
}

fn table<V>(json: &Json, key: &str, value: impl Fn(&Json) -> Option<V>) -> Table<V> {
    let mut out = Table::new();
    for (key, item) in json.get(key).and_then(Json::as_object).into_iter().flatten() {
        if let Some(value) = value(item) {
            out.insert(key.as_str(), value);
        }
    }
    out
}
