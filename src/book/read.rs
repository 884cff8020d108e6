//! Reading: status, conflicts with all their sides, and the state hash.

use std::collections::BTreeMap;

use super::{Book, is_reserved};
use crate::card::{Card, Conflict, ConflictKind, book_state_hash, state_hash};
use crate::contact::Provenance;
use crate::error::{Code, Result};
use crate::hash::Hash;

/// A record of the store that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Its key.
    pub key: String,
    /// What is wrong with it.
    pub reason: String,
}

/// The book in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Cards that are there.
    pub cards: usize,
    /// Cards that were deleted.
    pub deleted: usize,
    /// Open conflicts, over all cards.
    pub conflicts: usize,
    /// Stored changes.
    pub changes: u32,
    /// Changes and parts that wait for others.
    pub waiting: usize,
    /// Refused changes and chunks.
    pub refused: usize,
    /// Chunks that wait for an update.
    pub newer: usize,
    /// Cards of which equivocation put changes out.
    pub equivocated: usize,
    /// Changes each relay has not had yet.
    pub unpushed: BTreeMap<String, usize>,
}

impl Book {
    /// Returns the book in numbers.
    ///
    /// # Errors
    /// `store-damaged`, if a card whose row is missing cannot be read.
    pub fn status(&mut self) -> Result<Status> {
        self.make_rows()?;
        let mut out = Status {
            changes: self.packs.next(),
            waiting: self.room.len(),
            refused: self.quarantine.refused().count(),
            newer: self.quarantine.newer_count(),
            ..Status::default()
        };
        for (id, slot) in self.slots.iter() {
            out.equivocated += usize::from(slot.equivocated);
            let Some(summary) = slot.summary.as_ref().filter(|_| !is_reserved(id)) else { continue };
            out.cards += usize::from(summary.live);
            out.deleted += usize::from(!summary.live);
            out.conflicts += usize::try_from(summary.conflicts).unwrap_or_default();
        }
        for (name, relay) in self.relays.iter() {
            out.unpushed.insert(name.clone(), self.packs.since(relay.pushed, name, relay.lost_below).count());
        }
        Ok(out)
    }

    /// Returns the stored changes from a number on that did not come from a relay.
    pub fn changes_since<'a>(&'a self, from: u32, relay: &'a str) -> impl Iterator<Item = (u32, super::Stored<'a>)> {
        self.packs.since(from, relay, 0)
    }

    /// Returns the stored changes that a relay may not have: those not pushed to it that did not come from it.
    pub fn unpushed<'a>(&'a self, relay: &'a str) -> impl Iterator<Item = (u32, super::Stored<'a>)> {
        let state = self.relay(relay);
        self.packs.since(state.pushed, relay, state.lost_below)
    }

    /// Returns the local sequence number that the next change gets.
    #[must_use]
    pub fn next_change(&self) -> u32 {
        self.packs.next()
    }

    /// Returns a card's accepted changes as they travel, one after the other: any Automerge opens them.
    ///
    /// # Errors
    /// `card-unknown`; `store-damaged`.
    pub fn accepted_changes(&mut self, id: &str) -> Result<Vec<u8>> {
        let outs: Vec<bool> = self.history(id)?.changes().map(|(_, out)| out).collect();
        // In the same order: what is not whole counts in neither.
        let seqs = self.slots.get(id).map(|slot| slot.seqs.clone()).unwrap_or_default();
        let accepted = seqs.iter().zip(outs).filter(|(_, out)| !out);
        Ok(accepted.filter_map(|(seq, _)| self.packs.get(*seq)).flat_map(|stored| stored.change.to_vec()).collect())
    }

    /// Returns the records that could not be read when the book was opened.
    #[must_use]
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// Returns what was refused.
    pub fn refused(&self) -> impl Iterator<Item = &super::Quarantined> {
        self.quarantine.refused()
    }

    /// Returns the open conflicts of a card, groups with all their versions, the shown side first.
    ///
    /// # Errors
    /// `card-unknown`; `store-damaged`.
    pub fn conflicts_of(&mut self, id: &str) -> Result<Vec<Conflict>> {
        let mut conflicts = self.card(id)?.conflicts();
        if conflicts.iter().any(|conflict| conflict.kind == ConflictKind::Group) {
            self.history(id)?;
        }
        let slot = self.slots.get(id);
        let (card, history) = (slot.and_then(|s| s.card.as_ref()), slot.and_then(|s| s.history.as_ref()));
        if let (Some(card), Some(history)) = (card, history) {
            for conflict in conflicts.iter_mut().filter(|c| c.kind == ConflictKind::Group) {
                conflict.versions = history.group_sides(card, &conflict.path);
            }
        }
        Ok(conflicts)
    }

    /// Returns the ids of cards with open conflicts.
    ///
    /// # Errors
    /// As [`Self::status`].
    pub fn cards_in_conflict(&mut self) -> Result<Vec<String>> {
        self.make_rows()?;
        let cards = self.slots.iter().filter(|(id, _)| !is_reserved(id));
        let open = cards.filter(|(_, slot)| slot.summary.as_ref().is_some_and(|s| s.conflicts > 0));
        Ok(open.map(|(id, _)| id.to_owned()).collect())
    }

    /// Returns the state hash of the whole book: equal on two replicas that have the same changes.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn state_hash(&mut self) -> Result<Hash> {
        let ids: Vec<String> = self.slots.iter().map(|(id, _)| id.to_owned()).collect();
        let mut hashes = Vec::with_capacity(ids.len());
        for id in ids {
            // One that is lost is part of no state.
            hashes.extend(readable(self.card(&id))?.map(state_hash));
        }
        Ok(book_state_hash(hashes.into_iter()))
    }

    /// Counts the registers that show a value which a person wrote on another replica.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn count_foreign_values(&mut self) -> Result<usize> {
        let several = self.slots.iter().filter(|(_, slot)| slot.seqs.len() > 1);
        let ids: Vec<String> = several.map(|(id, _)| id.to_owned()).collect();
        let replica = self.replica.clone();
        let mut count = 0;
        for id in ids.iter().filter(|id| !is_reserved(id)) {
            let shown: Vec<_> = {
                let registers = self.card(id)?.registers();
                let fields = registers.groups().filter_map(crate::card::shown);
                fields
                    .filter(|e| !crate::policy::is_presence(&e.path) && e.path.as_str() != "state")
                    .map(|e| e.id)
                    .collect()
            };
            let history = self.history(id)?;
            let foreign = |change: &crate::change::Change| {
                let from = Provenance::from_message(&change.message);
                from.origin == crate::contact::Origin::Person && from.replica != *replica
            };
            count += shown.into_iter().filter(|op| history.writer(*op).is_some_and(foreign)).count();
        }
        Ok(count)
    }

    /// Makes rows that no page held, and those of cards that changed since the last batch.
    pub(super) fn make_rows(&mut self) -> Result<()> {
        self.refresh_touched()?;
        let without = self.slots.iter().filter(|(_, slot)| slot.summary.is_none());
        let ids: Vec<String> = without.map(|(id, _)| id.to_owned()).collect();
        for id in ids {
            let Some(summary) = readable(self.card(&id))?.map(crate::card::Summary::of) else { continue };
            if let Some(slot) = self.slots.get_mut(&id) {
                slot.equivocated = slot.history.as_ref().is_some_and(|h| h.changes().any(|(_, out)| out));
                slot.summary = Some(summary);
            }
            self.sorted.touch(&id);
        }
        Ok(())
    }
}

/// Returns a card, or nothing if it is lost: the others are there all the same.
fn readable(card: Result<&Card>) -> Result<Option<&Card>> {
    match card {
        Ok(card) => Ok(Some(card)),
        Err(error) if error.code() == Code::StoreDamaged => Ok(None),
        Err(error) => Err(error),
    }
}
