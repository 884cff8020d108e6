//! The boundary: what JavaScript can call. It turns bytes and JSON text into values for the engine
//! and back, draws entropy, and decides nothing. No input may make it panic: a panic ends the
//! instance.

#![expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over values")]

mod convert;
mod memory;
mod systems;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::book::Batch;
use crate::engine::Engine;

/// The version of the engine, for reports and for the shim to compare with its own.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The records of a store, handed over one by one, on their way to becoming a book.
#[wasm_bindgen]
#[derive(Default)]
pub struct Opening {
    records: Vec<(String, Vec<u8>)>,
}

#[wasm_bindgen]
impl Opening {
    /// Starts without a record; that is a new book.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        memory::keep_headroom();
        Self::default()
    }

    /// Adds a record.
    pub fn add(&mut self, key: String, bytes: Vec<u8>) {
        self.records.push((key, bytes));
        memory::keep_headroom();
    }

    /// Opens the book, with entropy drawn for this lease alone.
    ///
    /// # Errors
    /// `store-damaged`, `newer`; `no-entropy` if the host has none.
    pub fn open(self) -> Result<Handle, JsValue> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| convert::no_entropy(&error.to_string()))?;
        Ok(Handle { engine: Engine::open(self.records, seed).map_err(convert::error)? })
    }
}

/// An open book. Texts are JSON as in docs/card-json.md; `now` is milliseconds since 1970.
#[wasm_bindgen(js_name = Engine)]
pub struct Handle {
    engine: Engine,
}

#[wasm_bindgen(js_class = Engine)]
impl Handle {
    /// Returns `{put: [[key, bytes]], del: [key]}`: what must be stored before anything since counts as done.
    #[wasm_bindgen(js_name = takeBatch)]
    pub fn take_batch(&mut self) -> Result<JsValue, JsValue> {
        memory::keep_headroom();
        let batch = self.engine.take_batch().map_err(convert::error)?;
        convert::batch(&batch)
    }

    /// Returns a batch that makes the store smaller; undefined if that is not worth a commit.
    pub fn compact(&mut self) -> Result<JsValue, JsValue> {
        self.engine.compact().map_or(Ok(JsValue::UNDEFINED), |batch: Batch| convert::batch(&batch))
    }

    /// Makes a card; returns `{"id", "revision"}`.
    pub fn create(&mut self, fields: &str, now: f64) -> Result<String, JsValue> {
        self.engine.create(fields, convert::time(now)).map_err(convert::error)
    }

    /// Edits a card over what the revision's reader saw; returns `{"changed", "id", "revision"}`.
    pub fn edit(&mut self, id: &str, revision: Option<String>, fields: &str, now: f64) -> Result<String, JsValue> {
        self.engine.edit(id, revision.as_deref(), fields, convert::time(now)).map_err(convert::error)
    }

    /// Deletes a card.
    pub fn delete(&mut self, id: &str, revision: Option<String>, now: f64) -> Result<String, JsValue> {
        self.engine.delete(id, revision.as_deref(), convert::time(now)).map_err(convert::error)
    }

    /// Restores a deleted card.
    pub fn restore(&mut self, id: &str, revision: Option<String>, now: f64) -> Result<String, JsValue> {
        self.engine.restore(id, revision.as_deref(), convert::time(now)).map_err(convert::error)
    }

    /// Decides a conflict for candidate `number`, from 1.
    pub fn resolve(
        &mut self,
        id: &str,
        revision: Option<String>,
        path: &str,
        number: usize,
        now: f64,
    ) -> Result<String, JsValue> {
        self.engine.resolve(id, revision.as_deref(), path, number, convert::time(now)).map_err(convert::error)
    }

    /// Imports a JSON array of drafts; returns ids by what became of them.
    pub fn import(&mut self, drafts: &str, run: &str, now: f64) -> Result<String, JsValue> {
        self.engine.import(drafts, run, convert::time(now)).map_err(convert::error)
    }

    /// Returns a card.
    pub fn card(&mut self, id: &str, now: f64) -> Result<String, JsValue> {
        self.engine.card(id, convert::time(now)).map_err(convert::error)
    }

    /// Returns a card as it stood at an earlier revision.
    #[wasm_bindgen(js_name = cardAt)]
    pub fn card_at(&mut self, id: &str, revision: &str) -> Result<String, JsValue> {
        self.engine.card_at(id, revision).map_err(convert::error)
    }

    /// Returns live cards, ascending by name.
    pub fn cards(&mut self, offset: usize, limit: usize, now: f64) -> Result<String, JsValue> {
        self.engine.cards(offset, limit, convert::time(now)).map_err(convert::error)
    }

    /// Returns rows: `{"rows", "total"}`. The query is `{search, offset, limit, deleted, conflicts}`, all optional.
    pub fn list(&mut self, query: JsValue) -> Result<String, JsValue> {
        self.engine.list(&convert::query(query)?).map_err(convert::error)
    }

    /// Returns who wrote what in a card.
    pub fn history(&mut self, id: &str, now: f64) -> Result<String, JsValue> {
        self.engine.history(id, convert::time(now)).map_err(convert::error)
    }

    /// Returns the open conflicts, of one card or of all.
    pub fn conflicts(&mut self, id: Option<String>, now: f64) -> Result<String, JsValue> {
        self.engine.conflicts(id.as_deref(), convert::time(now)).map_err(convert::error)
    }

    /// Returns `{chunks, upto, cursor, more}`: what a relay may not have yet.
    pub fn outgoing(&self, relay: &str, most_chunks: usize) -> Result<JsValue, JsValue> {
        convert::outgoing(&self.engine.outgoing(relay, most_chunks))
    }

    /// Notes that a relay has everything up to `upto`.
    pub fn acknowledge(&mut self, relay: &str, upto: u32) -> Result<(), JsValue> {
        self.engine.acknowledge(relay, upto).map_err(convert::error)
    }

    /// Takes in pulled chunks; the relay's cursor moves with them. Returns `{accepted, known, waiting, refused, newer}`.
    pub fn incoming(&mut self, relay: &str, chunks: Vec<Uint8Array>, cursor: &str) -> Result<JsValue, JsValue> {
        let chunks: Vec<Vec<u8>> = chunks.iter().map(Uint8Array::to_vec).collect();
        let received = self.engine.incoming(relay, &chunks, cursor).map_err(convert::error)?;
        convert::received(&received)
    }

    /// Takes in one chunk and leaves the relay's cursor where it is.
    pub fn take(&mut self, relay: &str, chunk: &[u8]) -> Result<JsValue, JsValue> {
        let received = self.engine.take(relay, chunk).map_err(convert::error)?;
        convert::received(&received)
    }

    /// Puts a chunk into quarantine unread: the engine stopped on it.
    #[wasm_bindgen(js_name = refuseChunk)]
    pub fn refuse_chunk(&mut self, relay: &str, chunk: &[u8], reason: &str) -> Result<(), JsValue> {
        self.engine.refuse_chunk(relay, chunk, reason).map_err(convert::error)
    }

    /// Forgets how far a relay and this book know each other: it was restored or replaced.
    #[wasm_bindgen(js_name = forgetRelay)]
    pub fn forget_relay(&mut self, relay: &str) {
        self.engine.forget_relay(relay);
    }

    /// Returns the book in numbers, with what is damaged and what was refused.
    pub fn status(&mut self) -> Result<JsValue, JsValue> {
        let status = self.engine.status().map_err(convert::error)?;
        convert::status(&self.engine, &status)
    }

    /// Returns the state hash of the book.
    #[wasm_bindgen(js_name = stateHash)]
    pub fn state_hash(&mut self) -> Result<String, JsValue> {
        self.engine.state_hash().map_err(convert::error)
    }

    /// Counts the registers that show a value which a person wrote on another replica.
    #[wasm_bindgen(js_name = countForeignValues)]
    pub fn count_foreign_values(&mut self) -> Result<usize, JsValue> {
        self.engine.count_foreign_values().map_err(convert::error)
    }

    /// Returns a card's changes as a file that any Automerge opens.
    pub fn automerge(&mut self, id: &str) -> Result<Vec<u8>, JsValue> {
        self.engine.automerge(id).map_err(convert::error)
    }

    /// Returns this replica's id.
    #[must_use]
    pub fn replica(&self) -> String {
        self.engine.replica().to_owned()
    }

    /// Names this replica for people.
    #[wasm_bindgen(js_name = nameReplica)]
    pub fn name_replica(&mut self, label: &str, now: f64) -> Result<(), JsValue> {
        self.engine.name_replica(label, convert::time(now)).map_err(convert::error)
    }
}
