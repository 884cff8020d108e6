//! Systems: what this replica keeps of a system of record it drives: bases, the outbox, what is parked and what is held.
//!
//! Only state and its records; no rule about merging lives here. What it writes goes into the batch of the call that
//! changed it, together with what that call did to the book.

mod advance;
mod base;
mod entry;
mod facing;
mod meta;

pub use advance::{advance_silently, may_take_group, take_over};
pub use base::Base;
pub use entry::{Entry, Intent, SentSlot};
pub use facing::{Facing, Withheld};
pub use meta::{Hold, Options, Parked, Refused, Why};

use crate::book::Batch;
use crate::hash::{hex, sha256};
use crate::lens::{Lens, outlook::OUTLOOK};
use crate::table::{Names, Table};
use crate::wire::Malformed;

/// Where the records of systems lie in the store.
pub const RECORDS: &str = "system/";

/// Returns the path that says which row of a system is a card's.
#[must_use]
pub fn link_path(system: &str) -> String {
    crate::contact::joined(&["link", system])
}

/// What this replica keeps of one system.
pub struct System {
    /// Its name in the book: one segment of a path.
    pub name: String,
    /// How cards look there.
    pub lens: &'static Lens,
    /// What was said when it was connected.
    pub options: Options,
    /// Which turn of driving this is; a flow refuses an older one.
    pub epoch: u32,
    /// Where the next listing of each folder begins.
    pub since: Table<String>,
    /// Local changes before this number were looked at.
    pub swept: u32,
    /// Cards that are to be looked at all the same.
    pub dirty: Names,
    /// How many runs ended since the last complete listing.
    pub runs_since_audit: u32,
    /// Rows that were seen without anybody knowing whom they belong to, by their ids.
    pub parked: Table<Parked>,
    /// What the system refused, by card.
    pub refused: Table<Refused>,
    /// Rows that are known to be gone.
    pub gone: Names,
    /// Cards whose row became somebody else's: nothing is sent for them until a person decides.
    pub detached: Names,
    /// What was decided of parked rows: the card they belong to; none for a person of their own.
    pub decisions: Table<Option<String>>,
    /// What waits for a person, if the last run was held.
    pub hold: Option<Hold>,
    /// The held run that a person let pass, with their answer.
    pub allowed: Option<(String, String)>,
    rows: Table<Base>,
    by_card: Table<String>,
    entries: Table<Entry>,
    damaged: usize,
    batch: Batch,
}

impl System {
    /// Starts with nothing known.
    #[must_use]
    pub fn new(name: &str, options: Options, epoch: u32) -> Self {
        Self {
            name: name.to_owned(),
            lens: &OUTLOOK,
            options,
            epoch,
            since: Table::new(),
            swept: 0,
            dirty: Names::new(),
            runs_since_audit: 0,
            parked: Table::new(),
            refused: Table::new(),
            gone: Names::new(),
            detached: Names::new(),
            decisions: Table::new(),
            hold: None,
            allowed: None,
            rows: Table::new(),
            by_card: Table::new(),
            entries: Table::new(),
            damaged: 0,
            batch: Batch::default(),
        }
    }

    /// Opens it from its records. One that cannot be read is left out: its row has no base then, which the rules know.
    ///
    /// # Errors
    /// If the record of the system itself cannot be read.
    pub fn open(name: &str, records: impl AsRef<[(String, Vec<u8>)]>) -> Result<Self, Malformed> {
        let mut out = Self::new(name, Options::default(), 0);
        let meta = out.key("meta");
        let records = records.as_ref();
        let own = records.iter().find(|(key, _)| *key == meta);
        out.read_meta(own.map(|(_, record)| record.as_slice()).unwrap_or_default())?;
        for (key, record) in records {
            let kind = key.get(RECORDS.len() + name.len() + 1..).unwrap_or_default().split('/').next();
            let is_read = match kind {
                Some("row") => Base::read(out.lens, record).map(|(remote, base)| {
                    out.by_card.insert(base.card.clone(), remote.clone());
                    out.rows.insert(remote, base);
                }),
                Some("entry") => {
                    Entry::read(out.lens, record).map(|(card, entry)| drop(out.entries.insert(card, entry)))
                }
                _ => Ok(()),
            };
            out.damaged += usize::from(is_read.is_err());
        }
        Ok(out)
    }

    /// Returns how many records could not be read.
    #[must_use]
    pub fn damaged(&self) -> usize {
        self.damaged
    }

    /// Returns all rows with their bases, by their ids.
    #[must_use]
    pub fn rows(&self) -> &Table<Base> {
        &self.rows
    }

    /// Returns the base of a row.
    #[must_use]
    pub fn base(&self, remote: &str) -> Option<&Base> {
        self.rows.get(remote)
    }

    /// Returns the row of a card.
    #[must_use]
    pub fn row_of(&self, card: &str) -> Option<&str> {
        self.by_card.get(card).map(String::as_str)
    }

    /// Keeps a base.
    pub fn set_base(&mut self, remote: &str, base: Base) {
        self.batch.write(self.row_key(remote), base.to_record(self.lens, remote));
        if let Some(old) = self.rows.get(remote).filter(|old| old.card != base.card) {
            self.by_card.remove(&old.card);
        }
        self.by_card.insert(base.card.clone(), remote.to_owned());
        self.rows.insert(remote.to_owned(), base);
    }

    /// Forgets a row.
    pub fn drop_base(&mut self, remote: &str) -> Option<Base> {
        let base = self.rows.remove(remote)?;
        self.by_card.remove(&base.card);
        self.batch.delete(self.row_key(remote));
        Some(base)
    }

    /// Takes a row out of those that wait. The cards that it might have been are looked at: they waited with it.
    pub fn unpark(&mut self, remote: &str) {
        if let Some(parked) = self.parked.remove(remote) {
            self.dirty.extend(parked.cards);
        }
    }

    /// Returns the outbox, by card.
    #[must_use]
    pub fn entries(&self) -> &Table<Entry> {
        &self.entries
    }

    /// Puts an entry into the outbox, or changes it there.
    pub fn set_entry(&mut self, card: &str, entry: Entry) {
        self.batch.write(self.key(&format!("entry/{card}")), entry.to_record(self.lens, card));
        self.entries.insert(card.to_owned(), entry);
    }

    /// Takes an entry out of the outbox.
    pub fn drop_entry(&mut self, card: &str) -> Option<Entry> {
        let entry = self.entries.remove(card)?;
        self.batch.delete(self.key(&format!("entry/{card}")));
        Some(entry)
    }

    /// Stores everything that is not a row or an entry.
    pub fn keep(&mut self) {
        let record = self.write_meta();
        self.batch.write(self.key("meta"), record);
    }

    /// Takes out what must be written.
    pub fn take_batch(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    /// Returns the batch that forgets the system.
    #[must_use]
    pub fn forget(&self) -> Batch {
        let mut out = Batch::default();
        out.delete(self.key("meta"));
        // What was to be deleted and was not stored yet is on the disk still.
        self.batch.del.iter().for_each(|key| out.delete(key.clone()));
        self.rows.keys().for_each(|remote| out.delete(self.row_key(remote)));
        self.entries.keys().for_each(|card| out.delete(self.key(&format!("entry/{card}"))));
        out
    }

    /// Returns how many rows may be deleted or blanked in one run without asking: five, or one in twenty.
    #[must_use]
    pub fn brake(&self) -> usize {
        (self.rows.len() / 20).max(5)
    }

    fn key(&self, rest: &str) -> String {
        format!("{RECORDS}{}/{rest}", self.name)
    }

    fn row_key(&self, remote: &str) -> String {
        // Ids of rows are long, and may hold anything.
        let digest = sha256(&[remote.as_bytes()]);
        self.key(&format!("row/{}", hex(digest.get(..16).unwrap_or_default())))
    }
}
