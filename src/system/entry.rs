//! Entries of the outbox: one change of one row that was sent, or is about to be, and whose outcome is not known.
//!
//! An entry is stored before its request leaves and goes when its outcome is settled. Sent again, it is sent the same,
//! under the same key; what a card became meanwhile waits for the next one.

use super::base::{read_contents, read_hashes, read_known, write_contents, write_hashes, write_known};
use crate::book::Known;
use crate::contact::Path;
use crate::hash::Hash;
use crate::lens::{Content, Lens, Seat};
use crate::wire::{Cursor, Malformed, Writer};

const VERSION: u8 = 1;

/// What an entry does to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Makes it.
    Create,
    /// Changes it.
    Update,
    /// Deletes it.
    Delete,
}

impl Intent {
    /// Returns the word of the flow contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// One part of a seat that an entry writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentSlot {
    /// Where.
    pub seat: Seat,
    /// Which part of it.
    pub part: usize,
    /// What it is to hold; empty if it is cleared.
    pub to: String,
    /// The paths of a card it is made of: what the base takes over if the answer confirms it.
    pub paths: Vec<Path>,
}

/// One change of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The operation id, as the flow is told it.
    pub key: String,
    /// What it does.
    pub intent: Intent,
    /// The row; empty for one that is to be made.
    pub remote: String,
    /// The folder.
    pub folder: String,
    /// The change as sent, in JSON.
    pub body: String,
    /// What the card projected to: the elements and texts of every seat.
    pub contents: Vec<Content>,
    /// What it writes.
    pub slots: Vec<SentSlot>,
    /// The operations that were shown when it was composed: of everything it writes, of presences and the state.
    pub operations: Known,
    /// The heads of the card when it was composed.
    pub heads: Vec<Hash>,
    /// Whether it leaves nothing else to send of the card.
    pub is_all: bool,
    /// How often a claim of it was given up.
    pub attempt: u32,
    /// Whether the flow says that somebody claimed it and stored no result.
    pub is_claimed: bool,
    /// Whether its outcome is unknown; else it was not sent yet.
    pub is_sent: bool,
}

impl Entry {
    /// Writes the entry as a record of the store.
    #[must_use]
    pub fn to_record(&self, lens: &Lens, card: &str) -> Vec<u8> {
        let mut out = Writer::default();
        out.byte(VERSION);
        for text in [card, self.intent.as_str(), &self.key, &self.remote, &self.folder, &self.body] {
            out.text(text);
        }
        out.unsigned(u64::from(self.attempt));
        out.byte(u8::from(self.is_all) | u8::from(self.is_claimed) << 1 | u8::from(self.is_sent) << 2);
        write_contents(&mut out, lens, &self.contents);
        out.size(self.slots.len());
        for slot in &self.slots {
            out.text(&lens.seat_name(slot.seat));
            out.size(slot.part);
            out.text(&slot.to);
            out.size(slot.paths.len());
            slot.paths.iter().for_each(|path| out.text(path));
        }
        write_known(&mut out, &self.operations);
        write_hashes(&mut out, &self.heads);
        out.finish()
    }

    /// Reads a record; returns the card with it.
    ///
    /// # Errors
    /// If it is not an entry.
    pub fn read(lens: &Lens, record: &[u8]) -> Result<(String, Self), Malformed> {
        let mut cursor = Cursor::new(record);
        if cursor.byte()? != VERSION {
            return Err(Malformed("the entry of the outbox is of a later version"));
        }
        let mut text = || Ok::<_, Malformed>(cursor.text()?.to_owned());
        let (card, intent) = (text()?, text()?);
        let (key, remote, folder, body) = (text()?, text()?, text()?, text()?);
        let all = [Intent::Create, Intent::Update, Intent::Delete];
        let intent = all.into_iter().find(|one| one.as_str() == intent);
        let intent = intent.ok_or(Malformed("the entry of the outbox does something unknown"))?;
        let attempt = u32::try_from(cursor.unsigned()?).map_err(|_| Malformed("a number is too large"))?;
        let flags = cursor.byte()?;
        let contents = read_contents(&mut cursor, lens)?;
        let mut slots = Vec::new();
        for _ in 0..cursor.size()? {
            let seat = lens.seat(cursor.text()?);
            let (part, to) = (cursor.size()?, cursor.text()?.to_owned());
            let mut paths = Vec::new();
            for _ in 0..cursor.size()? {
                paths.push(Path::new(cursor.text()?).map_err(|_| Malformed("a path of an entry is none"))?);
            }
            slots.extend(seat.map(|seat| SentSlot { seat, part, to, paths }));
        }
        let operations = read_known(&mut cursor)?;
        let heads = read_hashes(&mut cursor)?;
        let [is_all, is_claimed, is_sent] = [1, 2, 4].map(|bit| flags & bit == bit);
        let entry = Self {
            key,
            intent,
            remote,
            folder,
            body,
            contents,
            slots,
            operations,
            heads,
            is_all,
            attempt,
            is_claimed,
            is_sent,
        };
        Ok((card, entry))
    }

    /// Returns what it writes at a slot.
    #[must_use]
    pub fn slot(&self, seat: Seat, part: usize) -> Option<&SentSlot> {
        self.slots.iter().find(|slot| slot.seat == seat && slot.part == part)
    }
}
