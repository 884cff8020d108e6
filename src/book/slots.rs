//! Slots: what the book keeps of every card without decoding it, and the decoded cards it keeps at hand.

use std::collections::BTreeMap;

use crate::card::{Card, Summary};
use crate::hash::Hash;
use crate::history::History;

/// How many decoded cards are kept before they are dropped together.
const WARM: usize = 2_048;

/// One card of the book.
#[derive(Default)]
pub struct Slot {
    /// The sequence numbers of its changes, ascending.
    pub seqs: Vec<u32>,
    /// The first bytes of those changes' hashes: most foreign changes are known to be new without looking further.
    marks: Vec<u32>,
    /// The first bytes of all its changes' hashes, joined by exclusive or: names the set without listing it.
    pub digest: u64,
    /// Its row; none if it must be made.
    pub summary: Option<Summary>,
    /// Whether equivocation put a change of it out.
    pub equivocated: bool,
    /// Which page holds its row.
    pub row_page: u32,
    /// Its registers after so many changes.
    pub snapshot: Option<Snapshot>,
    /// The decoded card.
    pub card: Option<Box<Card>>,
    /// Its decoded changes.
    pub history: Option<Box<History>>,
}

/// A stored snapshot.
pub struct Snapshot {
    /// How many of the card's changes it covers.
    pub count: usize,
    /// The hash of the last of them.
    pub last: Hash,
    /// The bytes.
    pub bytes: Box<[u8]>,
    /// Which page holds it.
    pub page: u32,
}

impl Slot {
    /// Counts a change in.
    pub fn add(&mut self, seq: u32, hash: &Hash) {
        self.seqs.push(seq);
        self.marks.push(mark(hash));
        self.digest ^= digest(hash);
    }

    /// Counts all changes out but these: the others cannot be replayed.
    pub fn keep_only(&mut self, changes: &[(u32, Hash)]) {
        self.seqs.clear();
        self.marks.clear();
        self.digest = 0;
        changes.iter().for_each(|(seq, hash)| self.add(*seq, hash));
        self.snapshot = None;
        self.summary = None;
    }

    /// Returns the changes that may have this hash, by sequence number.
    pub fn candidates(&self, hash: &Hash) -> impl Iterator<Item = u32> + '_ {
        let mark = mark(hash);
        self.seqs.iter().zip(&self.marks).filter(move |(_, other)| **other == mark).map(|(seq, _)| *seq)
    }
}

fn mark(hash: &Hash) -> u32 {
    hash.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Returns what a change adds to its card's digest.
#[must_use]
pub fn digest(hash: &Hash) -> u64 {
    hash.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// All cards, by id.
#[derive(Default)]
pub struct Slots {
    slots: BTreeMap<Box<str>, Slot>,
    warm: Vec<Box<str>>,
}

impl Slots {
    /// Returns a card's slot.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Slot> {
        self.slots.get(id)
    }

    /// Returns a card's slot for change.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Slot> {
        self.slots.get_mut(id)
    }

    /// Returns a card's slot, making it if need be.
    pub fn entry(&mut self, id: &str) -> &mut Slot {
        self.slots.entry(id.into()).or_default()
    }

    /// Counts a change of a card in. Unlike [`Self::entry`] it copies no id of a card that is there.
    pub fn add(&mut self, id: &str, seq: u32, hash: &Hash) {
        match self.slots.get_mut(id) {
            Some(slot) => slot.add(seq, hash),
            None => self.entry(id).add(seq, hash),
        }
    }

    /// Returns all cards, ascending by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Slot)> {
        self.slots.iter().map(|(id, slot)| (id.as_ref(), slot))
    }

    /// Returns how many cards there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Notes that a card is decoded; drops all others if too many are.
    pub fn warm(&mut self, id: &str) {
        if self.warm.len() >= WARM {
            for other in std::mem::take(&mut self.warm) {
                if other.as_ref() != id
                    && let Some(slot) = self.slots.get_mut(&other)
                {
                    slot.card = None;
                    slot.history = None;
                }
            }
        }
        self.warm.push(id.into());
    }
}
