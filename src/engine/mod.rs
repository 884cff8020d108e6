//! The engine: everything a host can ask of a book, as values in and values (mostly JSON text) out.
//!
//! Owns the book. Decides nothing itself: each method is one sentence over the layers below. The shapes are in
//! docs/card-json.md.

mod json;
mod plan;
mod systems;

use crate::book::{Batch, Book, Clock, Damage, ListQuery, Quarantined, Received, Status};
use crate::contact::{Draft, Fields, Path, Provenance, Value};
use crate::error::{Code, Error, Result};
use crate::hash::{Hash, hex};
use crate::relay::{self, Outgoing};
use crate::table::Table;

/// The card that says who a replica is.
const ORIGINS: &str = "book-origins";

/// A book, open for one writer lease.
pub struct Engine {
    book: Book,
    systems: systems::Systems,
}

impl Engine {
    /// Opens a book from all records of its store but blobs; an empty store becomes a new book. `seed` is 32 bytes
    /// drawn for this lease alone.
    ///
    /// # Errors
    /// `store-damaged`, `newer`.
    pub fn open(records: impl IntoIterator<Item = (String, Vec<u8>)>, seed: [u8; 32]) -> Result<Self> {
        let (systems, records) = systems::Systems::sort_out(records);
        Ok(Self { book: Book::open(records, seed)?, systems })
    }

    /// Returns what must be written before anything since the last call counts as done.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn take_batch(&mut self) -> Result<Batch> {
        let mut batch = self.book.take_batch()?;
        batch.merge(self.systems.take_batch());
        Ok(batch)
    }

    /// Returns a batch that makes the store smaller, if that is worth a commit.
    pub fn compact(&mut self) -> Option<Batch> {
        self.book.wants_compaction().then(|| self.book.compact())
    }

    /// Makes a card of a JSON object of paths and values; returns `{"id", "revision"}`.
    ///
    /// # Errors
    /// `bad-input`, `bad-path`, `bad-value`.
    pub fn create(&mut self, fields: &str, now: i64) -> Result<String> {
        let edits = read_edits(fields)?;
        let provenance = self.person();
        let id = self.book.create(None, &edits, &Clock { now, provenance: &provenance })?;
        let revision = self.book.revision(&id)?;
        Ok(serde_json::json!({ "id": id, "revision": revision }).to_string())
    }

    /// Edits a card over what the revision's reader saw; returns `{"changed", "id", "revision"}`.
    ///
    /// # Errors
    /// `card-unknown`, `card-deleted`, `revision-unknown`, `bad-input`, `bad-path`, `bad-value`.
    pub fn edit(&mut self, id: &str, revision: Option<&str>, fields: &str, now: i64) -> Result<String> {
        let edits = read_edits(fields)?;
        let provenance = self.person();
        let changed = self.book.edit(id, revision, &edits, &Clock { now, provenance: &provenance })?;
        self.written(id, changed)
    }

    /// Deletes a card.
    ///
    /// # Errors
    /// `card-unknown`, `card-deleted`, `revision-unknown`.
    pub fn delete(&mut self, id: &str, revision: Option<&str>, now: i64) -> Result<String> {
        let provenance = self.person();
        let changed = self.book.delete(id, revision, &Clock { now, provenance: &provenance })?;
        self.written(id, changed)
    }

    /// Restores a deleted card.
    ///
    /// # Errors
    /// `card-unknown`, `bad-input`, `revision-unknown`.
    pub fn restore(&mut self, id: &str, revision: Option<&str>, now: i64) -> Result<String> {
        let provenance = self.person();
        let changed = self.book.restore(id, revision, &Clock { now, provenance: &provenance })?;
        self.written(id, changed)
    }

    /// Decides a conflict of a card for candidate `number`, from 1.
    ///
    /// # Errors
    /// `card-unknown`, `not-in-conflict`, `revision-unknown`.
    pub fn resolve(&mut self, id: &str, revision: Option<&str>, path: &str, number: usize, now: i64) -> Result<String> {
        let provenance = self.person();
        self.book.resolve(id, revision, path, number, &Clock { now, provenance: &provenance })?;
        self.written(id, true)
    }

    fn written(&mut self, id: &str, changed: bool) -> Result<String> {
        let revision = self.book.revision(id)?;
        Ok(serde_json::json!({ "id": id, "revision": revision, "changed": changed }).to_string())
    }

    /// Imports a JSON array of drafts; returns ids by what became of them.
    ///
    /// # Errors
    /// `bad-input`, `bad-path`, `bad-value`, naming the draft; drafts before it are imported.
    pub fn import(&mut self, drafts: &str, run: &str, now: i64) -> Result<String> {
        let drafts = Draft::list_from_json(drafts)?;
        let provenance = Provenance::import(self.book.replica(), run);
        let imported = crate::inbound::import(&mut self.book, &drafts, &Clock { now, provenance: &provenance })?;
        Ok(json::imported(&imported))
    }

    /// Returns a card as JSON.
    ///
    /// # Errors
    /// `card-unknown`, `store-damaged`.
    pub fn card(&mut self, id: &str, now: i64) -> Result<String> {
        let conflicts = self.conflict_values(id, now)?;
        let revision = self.book.revision(id)?;
        Ok(json::card(self.book.card(id)?, &revision, &conflicts).to_string())
    }

    /// Returns a card as it stood at an earlier revision, as JSON without conflicts.
    ///
    /// # Errors
    /// `card-unknown`, `revision-unknown`.
    pub fn card_at(&mut self, id: &str, revision: &str) -> Result<String> {
        let card = self.book.card_at(id, revision)?;
        Ok(json::card(&card, revision, &serde_json::Value::Array(Vec::new())).to_string())
    }

    /// Returns live cards as a JSON array, ascending by name: `limit` of them from `offset` on.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn cards(&mut self, offset: usize, limit: usize, now: i64) -> Result<String> {
        let ids = self.book.live_ids(offset, limit)?;
        let mut out = String::from("[");
        for (n, id) in ids.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            out.push_str(&self.card(id, now)?);
        }
        out.push(']');
        Ok(out)
    }

    /// Returns rows as JSON: `{"rows", "total"}`.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn list(&mut self, query: &ListQuery) -> Result<String> {
        self.book.list(query)
    }

    /// Returns who wrote what in a card, as a JSON array of changes, each after those it depends on.
    ///
    /// # Errors
    /// `card-unknown`, `store-damaged`.
    pub fn history(&mut self, id: &str, now: i64) -> Result<String> {
        let labels = self.labels()?;
        Ok(json::history(self.book.history(id)?, &labels, now).to_string())
    }

    /// Returns the open conflicts, of one card or of all, as a JSON array of `{"id", "conflicts", …}`.
    ///
    /// # Errors
    /// `card-unknown`, `store-damaged`.
    pub fn conflicts(&mut self, id: Option<&str>, now: i64) -> Result<String> {
        let ids = match id {
            Some(id) => vec![id.to_owned()],
            None => self.book.cards_in_conflict()?,
        };
        let mut out = Vec::with_capacity(ids.len());
        for id in ids {
            let conflicts = self.conflict_values(&id, now)?;
            let name = crate::card::display_name(self.book.card(&id)?.view());
            let revision = self.book.revision(&id)?;
            out.push(serde_json::json!({ "id": id, "name": name, "revision": revision, "conflicts": conflicts }));
        }
        Ok(serde_json::Value::Array(out).to_string())
    }

    fn conflict_values(&mut self, id: &str, now: i64) -> Result<serde_json::Value> {
        let conflicts = self.book.conflicts_of(id)?;
        if conflicts.is_empty() {
            return Ok(serde_json::Value::Array(Vec::new()));
        }
        let labels = self.labels()?;
        let history = self.book.history(id)?;
        Ok(conflicts.iter().map(|conflict| json::conflict(conflict, history, &labels, now)).collect())
    }

    /// Returns what a relay may not have yet.
    #[must_use]
    pub fn outgoing(&self, relay: &str, most_chunks: usize) -> Outgoing {
        relay::outgoing(&self.book, relay, most_chunks)
    }

    /// Notes that a relay has everything up to `upto`.
    ///
    /// # Errors
    /// `bad-input`.
    pub fn acknowledge(&mut self, relay: &str, upto: u32) -> Result<()> {
        relay::acknowledge(&mut self.book, relay, upto)
    }

    /// Takes in pulled chunks; the relay's cursor moves with them.
    ///
    /// # Errors
    /// `room-full`: the cursor stays where it was.
    pub fn incoming(&mut self, relay: &str, chunks: &[Vec<u8>], cursor: &str) -> Result<Received> {
        relay::incoming(&mut self.book, relay, chunks, cursor)
    }

    /// Takes in one chunk and leaves the relay's cursor where it is.
    ///
    /// # Errors
    /// `room-full`.
    pub fn take(&mut self, relay: &str, chunk: &[u8]) -> Result<Received> {
        self.book.receive(relay, chunk)
    }

    /// Puts a chunk into quarantine unread: the host saw the engine stop on it.
    ///
    /// # Errors
    /// `room-full`.
    pub fn refuse_chunk(&mut self, relay: &str, chunk: &[u8], reason: &str) -> Result<()> {
        self.book.refuse_chunk(relay, chunk, reason)
    }

    /// Forgets how far a relay and this book know each other: everything is offered and pulled again.
    pub fn forget_relay(&mut self, relay: &str) {
        self.book.forget_relay(relay);
    }

    /// Returns the book in numbers.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn status(&mut self) -> Result<Status> {
        self.book.status()
    }

    /// Returns the records of the store that could not be read.
    #[must_use]
    pub fn damage(&self) -> &[Damage] {
        self.book.damage()
    }

    /// Returns what was refused, and why.
    pub fn refused(&self) -> impl Iterator<Item = &Quarantined> {
        self.book.refused()
    }

    /// Returns the state hash of the book, in hexadecimal.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn state_hash(&mut self) -> Result<String> {
        let hash: Hash = self.book.state_hash()?;
        Ok(hex(&hash))
    }

    /// Counts the registers that show a value which a person wrote on another replica.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn count_foreign_values(&mut self) -> Result<usize> {
        self.book.count_foreign_values()
    }

    /// Returns a card's accepted changes, one after the other: a file that any Automerge opens.
    ///
    /// # Errors
    /// `card-unknown`, `store-damaged`.
    pub fn automerge(&mut self, id: &str) -> Result<Vec<u8>> {
        self.book.accepted_changes(id)
    }

    /// Returns this replica's id.
    #[must_use]
    pub fn replica(&self) -> &str {
        self.book.replica()
    }

    /// Names this replica for people, in the book itself. Naming it the same again writes nothing.
    ///
    /// # Errors
    /// `bad-value`.
    pub fn name_replica(&mut self, label: &str, now: i64) -> Result<()> {
        let presence = format!("replicas/{}", self.book.replica());
        let edits = [(format!("{presence}/label"), Value::text(label)?)];
        let provenance = self.person();
        let clock = Clock { now, provenance: &provenance };
        if self.book.has(ORIGINS) {
            self.book.edit(ORIGINS, None, &edits, &clock)?;
        } else if !label.is_empty() {
            self.book.create(Some(ORIGINS), &edits, &clock)?;
        }
        Ok(())
    }

    /// Returns what people call the replicas, by replica id.
    fn labels(&mut self) -> Result<Table<String>> {
        if !self.book.has(ORIGINS) {
            return Ok(Table::new());
        }
        let view = self.book.card(ORIGINS)?.view();
        let ids = view.elements("replicas");
        let label = |id: &str| view.value(&format!("replicas/{id}/label")).as_str().map(str::to_owned);
        let mut labels = Table::new();
        for id in ids {
            if let Some(label) = label(id) {
                labels.insert(id, label);
            }
        }
        Ok(labels)
    }

    fn person(&self) -> Provenance {
        Provenance::person(self.book.replica())
    }
}

/// Reads a JSON object of paths and values.
fn read_edits(json: &str) -> Result<Vec<(String, Value)>> {
    let fields: Fields = serde_json::from_str(json).map_err(|e| {
        Error::new(
            Code::BadInput,
            format!("an edit is a JSON object of paths and values, such as {{\"name/given\": \"Jane\"}}: {e}"),
        )
    })?;
    let fields = fields.into_entries();
    let mut out = Vec::with_capacity(fields.len());
    for (path, value) in fields {
        Path::check(&path)?;
        let value = Value::from_json(&value).map_err(|e| e.context(&format!("path `{path}`")))?;
        out.push((path, value));
    }
    Ok(out)
}

#[cfg(test)]
mod systems_tests;
#[cfg(test)]
mod tests;
