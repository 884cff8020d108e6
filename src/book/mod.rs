//! The book: all cards of a workspace, stored as packs of changes and found without decoding them.
//!
//! Keeps its records in memory and says, in batches, what the host must write. Does no I/O; a batch that could not be
//! written makes this value worthless, and the book is opened again from the store.

mod batch;
mod compact;
mod known;
mod list;
mod open;
mod packs;
mod pages;
mod peer;
mod quarantine;
mod read;
mod receive;
mod room;
mod slots;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use batch::Batch;
pub use known::Known;
pub use list::ListQuery;
pub use packs::Stored;
pub use peer::{PeerEdit, Sight, Written};
pub use quarantine::Quarantined;
pub use read::{Damage, Status};
pub use receive::Received;
pub use write::Clock;

use crate::card::{Card, Summary};
use crate::change::Actor;
use crate::contact::RESERVED;
use crate::entropy::Entropy;
use crate::error::{Code, Error, Result};
use crate::hash::Hash;
use crate::history::History;
use packs::Packs;
use quarantine::Quarantine;
use room::Room;
use slots::{Slot, Slots, Snapshot};

use crate::table::{Names, Table};
use crate::wire::Writer;

/// After how many changes a card gets a new snapshot: what an edit may have to replay.
const SNAPSHOT_EVERY: usize = 8;

/// All cards of a workspace, on one replica, under one writer lease.
pub struct Book {
    replica: Box<str>,
    packs: Packs,
    slots: Slots,
    room: Room,
    quarantine: Quarantine,
    relays: Table<RelayState>,
    damage: Vec<Damage>,
    next_page: u32,
    /// Bytes of each page, to know which ones are worth joining.
    page_sizes: BTreeMap<u32, usize>,
    sorted: list::Sorted,
    entropy: Entropy,
    /// This lease's actor for each origin: drawn when first needed, never kept.
    actors: Table<Actor>,
    /// What this lease wrote last, by card and actor: the next change stands on it.
    written: BTreeMap<(Box<str>, Actor), (u64, Hash)>,
    /// What the next batch will write.
    batch: Batch,
    first_unsealed: u32,
    /// The page the next batch will write.
    page: Option<Writer>,
    touched: Names,
    /// Switched-on bugs.
    #[cfg(feature = "planted-bugs")]
    pub bugs: crate::card::PlantedBugs,
}

/// How far a relay and this book know each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelayState {
    /// Local changes before this number were pushed.
    pub pushed: u32,
    /// Where the next pull begins, as the relay said.
    pub cursor: Option<String>,
    /// Changes before this number are offered even if they came from this relay: it may have lost them.
    pub lost_below: u32,
}

impl Book {
    /// Returns this replica's id.
    #[must_use]
    pub fn replica(&self) -> &str {
        &self.replica
    }

    /// Says whether a planted bug breaks a rule.
    #[cfg(feature = "planted-bugs")]
    #[must_use]
    pub fn breaks(&self, rule: crate::card::Rule) -> bool {
        self.bugs.broken == Some(rule)
    }

    /// Says whether a planted bug breaks a rule: never, in this build.
    #[cfg(not(feature = "planted-bugs"))]
    #[must_use]
    pub const fn breaks(&self, _: crate::card::Rule) -> bool {
        false
    }

    /// Returns the stream of entropy of this lease.
    pub fn entropy(&mut self) -> &mut Entropy {
        &mut self.entropy
    }

    /// Returns a card, decoding it if need be.
    ///
    /// # Errors
    /// `card-unknown`, or `store-damaged` if its changes cannot be read.
    pub fn card(&mut self, id: &str) -> Result<&Card> {
        let Some(slot) = self.slots.get(id) else {
            return Err(Error::new(Code::CardUnknown, format!("no card has the id `{id}`; list the cards to find it")));
        };
        if slot.card.is_none() {
            self.decode_card(id)?;
        }
        let card = self.slots.get(id).and_then(|slot| slot.card.as_deref());
        card.filter(|card| !card.heads().is_empty()).ok_or_else(|| damaged(id, "its first changes are missing"))
    }

    /// Decodes a card whose changes may all be lost.
    fn decode_card(&mut self, id: &str) -> Result<()> {
        // Without a row of these very changes nobody knows whether equivocation put some of them out.
        if self.slots.get(id).is_some_and(|slot| slot.equivocated || slot.summary.is_none()) {
            self.history(id)?;
        }
        let Some(slot) = self.slots.get(id) else { return Ok(()) };
        let card = self.load_card(id, slot)?;
        if let Some(slot) = self.slots.get_mut(id) {
            if let Some(history) = &slot.history {
                slot.equivocated = history.changes().any(|(_, out)| out);
            }
            slot.card = Some(Box::new(card));
        }
        self.slots.warm(id);
        self.judge_groups(id)
    }

    /// Returns a card's history, decoding it if need be.
    ///
    /// # Errors
    /// As [`Self::card`].
    pub fn history(&mut self, id: &str) -> Result<&History> {
        let Some(slot) = self.slots.get(id) else {
            return Err(Error::new(Code::CardUnknown, format!("no card has the id `{id}`; list the cards to find it")));
        };
        if slot.history.is_none() {
            let (history, changes) = self.load_history(id, slot);
            if let Some(slot) = self.slots.get_mut(id) {
                if changes.len() < slot.seqs.len() {
                    slot.keep_only(&changes);
                }
                slot.history = Some(Box::new(history));
            }
            self.slots.warm(id);
        }
        let history = self.slots.get(id).and_then(|slot| slot.history.as_deref());
        history.ok_or_else(|| damaged(id, "its history could not be decoded"))
    }

    /// Says whether the book has a card (or what is left of a deleted one) with this id.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.slots.get(id).is_some()
    }

    /// Returns what is to be written since the last call: changes, rows and snapshots of the cards they touched, and
    /// everything else, in one batch.
    ///
    /// # Errors
    /// `store-damaged`, if a touched card cannot be read.
    pub fn take_batch(&mut self) -> Result<Batch> {
        self.refresh_touched()?;
        let mut batch = std::mem::take(&mut self.batch);
        for (key, record) in self.packs.seal(self.first_unsealed) {
            batch.write(key, record);
        }
        if let Some(page) = self.page.take() {
            self.page_sizes.insert(self.next_page, page.len());
            batch.write(pages::key(self.next_page), page.finish());
            self.next_page += 1;
        }
        self.first_unsealed = self.packs.next();
        Ok(batch)
    }

    fn refresh_touched(&mut self) -> Result<()> {
        std::mem::take(&mut self.touched).iter().try_for_each(|id| self.refresh(id))
    }

    /// Makes the row, and when due the snapshot, of a touched card, and puts them on a page.
    fn refresh(&mut self, id: &str) -> Result<()> {
        let summary = Summary::of(self.card(id)?);
        let Some(slot) = self.slots.get_mut(id) else { return Ok(()) };
        let page = self.next_page;
        self.sorted.touch(id);
        slot.summary = Some(summary);
        slot.row_page = page;
        let covered = slot.snapshot.as_ref().map_or(0, |snapshot| snapshot.count);
        let due = slot.seqs.len() >= covered + SNAPSHOT_EVERY && !slot.equivocated;
        if due && let (Some(card), Some(seq)) = (&slot.card, slot.seqs.last()) {
            let last = self.packs.get(*seq).map(|stored| stored.hash).unwrap_or_default();
            let bytes = card.to_snapshot().into();
            slot.snapshot = Some(Snapshot { count: slot.seqs.len(), last, bytes, page });
        }
        let out = self.page.get_or_insert_with(pages::start);
        pages::write_row(out, &self.slots, id);
        if due {
            pages::write_snapshot(out, &self.slots, id);
        }
        Ok(())
    }

    fn load_card(&self, id: &str, slot: &Slot) -> Result<Card> {
        // Decoded already; with a snapshot, the few changes after it are faster than replaying them all.
        if let Some(history) = &slot.history
            && (slot.snapshot.is_none() || slot.equivocated || slot.summary.is_none())
        {
            return Ok(history.card(id));
        }
        let (mut card, covered) = self.newest_snapshot(id, slot).unwrap_or_else(|| (Card::new(id), 0));
        for seq in slot.seqs.iter().skip(covered) {
            card.apply(&self.decode(id, *seq)?);
        }
        Ok(card)
    }

    fn newest_snapshot(&self, id: &str, slot: &Slot) -> Option<(Card, usize)> {
        let snapshot = slot.snapshot.as_ref()?;
        let last = slot.seqs.get(snapshot.count.checked_sub(1)?)?;
        let current = self.packs.get(*last).is_some_and(|stored| stored.hash == snapshot.last);
        let card = Card::from_snapshot(id, &snapshot.bytes).ok()?;
        current.then_some((card, snapshot.count))
    }

    /// Returns the history of what is whole, with the numbers and hashes of these changes. What is not, or builds on
    /// what is not, counts as not there: whoever has it can bring it back.
    fn load_history(&self, id: &str, slot: &Slot) -> (History, Vec<(u32, Hash)>) {
        let mut history = History::default();
        let mut changes = Vec::with_capacity(slot.seqs.len());
        for seq in &slot.seqs {
            let Ok(change) = self.decode(id, *seq) else { continue };
            let graph = history.graph();
            let is_known = |hash: &Hash| graph.position(hash).is_some();
            if is_known(&change.hash) || !change.dependencies.iter().all(is_known) {
                continue;
            }
            changes.push((*seq, change.hash));
            history.add(change);
        }
        (history, changes)
    }

    fn decode(&self, id: &str, seq: u32) -> Result<crate::change::Change> {
        let stored = self.packs.get(seq).ok_or_else(|| damaged(id, "one of its changes is missing"))?;
        crate::change::read_stored(stored.change, stored.hash).map_err(|malformed| damaged(id, malformed.0))
    }

    /// Judges the groups of a decoded card that several changes touched without seeing each other.
    fn judge_groups(&mut self, id: &str) -> Result<()> {
        let card = self.slots.get(id).and_then(|slot| slot.card.as_ref());
        if card.is_none_or(|card| card.unjudged_groups().is_empty()) {
            return Ok(());
        }
        self.history(id)?;
        if let Some(slot) = self.slots.get_mut(id)
            && let (Some(card), Some(history)) = (&mut slot.card, &slot.history)
        {
            history.judge_groups(card);
        }
        Ok(())
    }
}

/// Says whether a card belongs to the book itself.
#[must_use]
pub fn is_reserved(id: &str) -> bool {
    id.starts_with(RESERVED)
}

fn damaged(id: &str, why: &str) -> Error {
    Error::new(
        Code::StoreDamaged,
        format!(
            "card `{id}` cannot be read: {why}. Sync with a relay that has them, or restore the store from a backup"
        ),
    )
}
