//! Opening: a book from the records of its store. Decodes no card.

use std::collections::BTreeMap;

use super::packs::Packs;
use super::quarantine::Quarantine;
use super::room::{Room, Waiting};
use super::slots::Slots;
use super::{Batch, Book, Damage, Received, RelayState, pages};
use crate::change::read;
use crate::entropy::Entropy;
use crate::error::{Code, Error, Result};
use crate::hash::{Hash, base32};
use crate::table::{Names, Table};
use crate::wire::{Chunk, Cursor, Malformed, Writer, read_chunk};

/// The record that says: this store holds a book.
const STORE: &str = "meta/store";
/// The version of the store's records.
const STORE_VERSION: u8 = 1;

impl Book {
    /// Opens a book from all records of its store but blobs, in any order; an empty store becomes a new book. `seed`
    /// must be fresh for every lease: it becomes this lease's actors.
    ///
    /// # Errors
    /// `store-damaged` if the records are not those of a book; `newer` if a later version wrote them.
    pub fn open(records: impl IntoIterator<Item = (String, Vec<u8>)>, seed: [u8; 32]) -> Result<Self> {
        let mut sorted: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        sorted.extend(records);
        let mut records = sorted;
        let mut entropy = Entropy::new(seed);
        let mut batch = Batch::default();
        let replica = match records.remove(STORE) {
            Some(record) => read_store(&record)?,
            None if records.is_empty() => {
                let replica = base32(entropy.block().get(..10).unwrap_or_default());
                batch.write(STORE.to_owned(), store_record(&replica));
                replica
            }
            None => {
                return Err(Error::new(
                    Code::StoreDamaged,
                    "the store has records but no `meta/store`: it is not a book, or it is damaged. Nothing was changed; \
                     name another place, or restore a backup",
                ));
            }
        };
        let mut book = Self {
            replica: replica.into(),
            packs: Packs::default(),
            slots: Slots::default(),
            room: Room::default(),
            quarantine: Quarantine::default(),
            relays: Table::new(),
            damage: Vec::new(),
            next_page: 0,
            page_sizes: BTreeMap::new(),
            sorted: super::list::Sorted::default(),
            entropy,
            actors: Table::new(),
            written: BTreeMap::new(),
            batch,
            first_unsealed: 0,
            page: None,
            touched: Names::new(),
            #[cfg(feature = "planted-bugs")]
            bugs: crate::card::PlantedBugs::default(),
        };
        // Packs come before pages, by key order: rows are checked against the changes.
        for (key, record) in records {
            if let Err(malformed) = book.load(&key, record) {
                book.damage.push(Damage { key, reason: malformed.0.to_owned() });
            }
        }
        // If the last packs were lost, their numbers are not used again: relays were told of them.
        let known = book.relays.values().map(|relay| relay.pushed.max(relay.lost_below)).max();
        book.packs.skip_to(known.unwrap_or_default());
        book.first_unsealed = book.packs.next();
        book.retry_newer()?;
        Ok(book)
    }

    fn load(&mut self, key: &str, record: Vec<u8>) -> std::result::Result<(), Malformed> {
        match key.split('/').next().unwrap_or_default() {
            "pack" => {
                for seq in self.packs.load(record)? {
                    if let Some(stored) = self.packs.get(seq) {
                        self.slots.add(stored.card, seq, &stored.hash);
                    }
                }
                Ok(())
            }
            "page" => {
                let number = number(key)?;
                self.next_page = self.next_page.max(number.saturating_add(1));
                self.page_sizes.insert(number, record.len());
                pages::load(&mut self.slots, number, &record)
            }
            "wait" | "part" => {
                let waiting = Waiting::read(&record)?;
                let missing = self.missing(&waiting);
                self.room.load(&record, &missing)
            }
            "quarantine" | "newer" => self.quarantine.load(key, &record),
            "relay" => {
                let name = key.get("relay/".len()..).unwrap_or_default();
                self.relays.insert(name, read_relay(&record)?);
                Ok(())
            }
            // Written by a later version, or the host's own.
            _ => Ok(()),
        }
    }

    /// Returns what a stored change still waits for.
    fn missing(&self, waiting: &Waiting) -> Vec<Hash> {
        let change = waiting.part.is_none().then(|| read(&waiting.bytes).ok()).flatten();
        let dependencies = change.map(|c| c.dependencies).unwrap_or_default();
        dependencies.into_iter().filter(|hash| !self.stores(&waiting.card, hash)).collect()
    }

    /// Takes in chunks that an earlier version could not read.
    fn retry_newer(&mut self) -> Result<()> {
        let readable = |chunk: &[u8]| !matches!(read_chunk(chunk), Ok(Chunk::Newer));
        for (key, source, chunk) in self.quarantine.readable(readable) {
            match self.receive(&source, &chunk) {
                Ok(Received { .. }) => self.quarantine.forget_newer(&key, &mut self.batch),
                // It stays until there is room; the book opens all the same.
                Err(error) if error.code() == Code::RoomFull => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Returns how far a relay and this book know each other.
    #[must_use]
    pub fn relay(&self, name: &str) -> RelayState {
        self.relays.get(name).cloned().unwrap_or_default()
    }

    /// Forgets how far a relay and this book know each other: it was restored or replaced, and everything is offered and
    /// pulled again, also what once came from it.
    pub fn forget_relay(&mut self, name: &str) {
        // What waits came from a relay that may not have it any more.
        self.room.forget_source(name, &mut self.batch);
        self.set_relay(name, RelayState { lost_below: self.packs.next(), ..RelayState::default() });
    }

    /// Notes how far a relay and this book know each other, in the same batch as what was taken in.
    pub fn set_relay(&mut self, name: &str, state: RelayState) {
        if self.relays.get(name) == Some(&state) {
            return;
        }
        let mut out = Writer::default();
        out.byte(STORE_VERSION);
        out.unsigned(u64::from(state.pushed));
        out.unsigned(u64::from(state.lost_below));
        out.byte(u8::from(state.cursor.is_some()));
        out.text(state.cursor.as_deref().unwrap_or_default());
        self.batch.delete(format!("relay/{name}"));
        self.batch.write(format!("relay/{name}"), out.finish());
        self.relays.insert(name, state);
    }
}

fn store_record(replica: &str) -> Vec<u8> {
    let mut out = Writer::default();
    out.byte(STORE_VERSION);
    out.text(replica);
    out.finish()
}

fn read_store(record: &[u8]) -> Result<String> {
    let mut cursor = Cursor::new(record);
    let version = cursor.byte().unwrap_or(0);
    if version > STORE_VERSION {
        return Err(Error::new(
            Code::Newer,
            format!("a later version wrote this store (format {version}); update contactmesh. Nothing was changed"),
        ));
    }
    match cursor.text() {
        Ok(replica) if version == STORE_VERSION && !replica.is_empty() => Ok(replica.to_owned()),
        _ => Err(Error::new(
            Code::StoreDamaged,
            "the store's own record `meta/store` cannot be read. Nothing was changed; restore a backup",
        )),
    }
}

fn read_relay(record: &[u8]) -> std::result::Result<RelayState, Malformed> {
    let mut cursor = Cursor::new(record);
    if cursor.byte()? != STORE_VERSION {
        return Err(Malformed("the relay's record is of a later version"));
    }
    let mut sequence = || u32::try_from(cursor.unsigned()?).map_err(|_| Malformed("a sequence number is too large"));
    let (pushed, lost_below) = (sequence()?, sequence()?);
    let known = cursor.byte()? == 1;
    let text = cursor.text()?;
    Ok(RelayState { pushed, cursor: known.then(|| text.to_owned()), lost_below })
}

fn number(key: &str) -> std::result::Result<u32, Malformed> {
    let digits = key.rsplit('/').next().unwrap_or_default();
    u32::from_str_radix(digits, 16).map_err(|_| Malformed("the key has no number"))
}
