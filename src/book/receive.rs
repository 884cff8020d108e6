//! Receiving: entries of foreign chunks become changes of cards, wait, or are refused with a reason.

use super::room::Waiting;
use super::slots::Slot;
use super::{Batch, Book};
use crate::change::{Change, Verdict, read};
use crate::error::Result;
use crate::hash::Hash;
use crate::wire::{Chunk, Entry, read_chunk};

/// What became of the entries of a chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Changes that cards took in.
    pub accepted: usize,
    /// Changes the book had already.
    pub known: usize,
    /// Changes, and parts, that wait for others.
    pub waiting: usize,
    /// Changes, or whole chunks, that were refused.
    pub refused: usize,
    /// Chunks kept for after an update.
    pub newer: usize,
}

impl Book {
    /// Takes in a chunk from a relay. Taking it in twice is taking it in once.
    ///
    /// # Errors
    /// `room-full`: then the relay's cursor must not pass this chunk.
    pub fn receive(&mut self, source: &str, chunk: &[u8]) -> Result<Received> {
        let mut out = Received::default();
        let mut batch = Batch::default();
        let read = read_chunk(chunk);
        let entries = read.as_ref().map_err(|malformed| *malformed).and_then(Chunk::entries);
        let result = match (&read, entries) {
            (Ok(Chunk::Newer), _) => {
                out.newer += 1;
                self.quarantine.keep_newer(source, chunk, &mut batch)
            }
            (_, Ok(entries)) => {
                let taken =
                    entries.iter().try_for_each(|entry| self.receive_entry(source, entry, &mut batch, &mut out));
                // Once for all changes of a chunk: judging replays what each version stands on.
                let mut cards: Vec<&str> = entries.iter().map(|entry| entry.card).collect();
                cards.dedup();
                taken.and(cards.into_iter().try_for_each(|card| self.judge_groups(card)))
            }
            (_, Err(malformed)) => {
                out.refused += 1;
                self.quarantine.refuse("", source, malformed.0, chunk, &mut batch)
            }
        };
        self.batch.merge(batch);
        result.map(|()| out)
    }

    /// Puts a chunk into quarantine unread.
    ///
    /// # Errors
    /// `room-full`.
    pub fn refuse_chunk(&mut self, source: &str, chunk: &[u8], reason: &str) -> Result<()> {
        self.quarantine.refuse("", source, reason, chunk, &mut self.batch)
    }

    pub(super) fn receive_entry(
        &mut self,
        source: &str,
        entry: &Entry<'_>,
        batch: &mut Batch,
        out: &mut Received,
    ) -> Result<()> {
        let waiting = Waiting {
            card: entry.card.into(),
            hash: entry.hash,
            part: entry.part,
            source: source.into(),
            bytes: entry.bytes.to_vec(),
        };
        if self.knows(entry.card, &entry.hash) {
            out.known += 1;
            return Ok(());
        }
        match self.room.add_part(waiting, batch) {
            Ok(Some(whole)) => self.receive_all(whole, entry.part.is_some(), batch, out),
            Ok(None) => {
                out.waiting += 1;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Takes in a change and then everything that waited for it.
    pub(super) fn receive_all(
        &mut self,
        first: Waiting,
        was_stored: bool,
        batch: &mut Batch,
        out: &mut Received,
    ) -> Result<()> {
        let mut ready = vec![(first, was_stored)];
        while let Some((waiting, was_stored)) = ready.pop() {
            if let Some(hash) = self.receive_one(&waiting, was_stored, batch, out)? {
                self.room.forget_parts(&waiting.card, &hash, batch);
                ready.extend(
                    self.room.release(&waiting.card, &hash, batch).into_iter().map(|released| (released, true)),
                );
            }
        }
        Ok(())
    }

    /// Takes in one change; returns its hash if the card has it now.
    fn receive_one(
        &mut self,
        waiting: &Waiting,
        was_stored: bool,
        batch: &mut Batch,
        out: &mut Received,
    ) -> Result<Option<Hash>> {
        let Waiting { card, source, bytes, .. } = waiting;
        let change = match read(bytes) {
            Ok(change) if change.hash == waiting.hash => change,
            Ok(_) => return self.refuse(waiting, was_stored, "its hash is not the announced one", batch, out),
            Err(malformed) => return self.refuse(waiting, was_stored, malformed.0, batch, out),
        };
        if self.goes_the_short_way(card, &change)? {
            out.accepted += 1;
            let hash = change.hash;
            self.append_to_heads(card, source, &change, bytes)?;
            return Ok(Some(hash));
        }
        let verdict = match self.has(card) {
            true => self.history(card)?.graph().judge_change(card, &change),
            false => crate::change::Graph::default().judge_change(card, &change),
        };
        match verdict {
            Verdict::Known => {
                out.known += 1;
                Ok(None)
            }
            Verdict::Waits(missing) => {
                out.waiting += 1;
                #[cfg(feature = "planted-bugs")]
                if self.bugs.waiting_room_dropped {
                    return Ok(None);
                }
                self.room.wait(waiting.clone(), &missing, batch)?;
                Ok(None)
            }
            Verdict::Refused(reason) => self.refuse(waiting, was_stored, reason, batch, out),
            Verdict::Accepted => {
                out.accepted += 1;
                let hash = change.hash;
                self.take_in(card, source, change, bytes)?;
                Ok(Some(hash))
            }
        }
    }

    fn refuse(
        &mut self,
        waiting: &Waiting,
        was_stored: bool,
        reason: &str,
        batch: &mut Batch,
        out: &mut Received,
    ) -> Result<Option<Hash>> {
        out.refused += 1;
        // What left the waiting room always finds a place: no cursor brings it back.
        match was_stored {
            true => self.quarantine.put(&waiting.card, &waiting.source, reason, &waiting.bytes, batch),
            false => self.quarantine.refuse(&waiting.card, &waiting.source, reason, &waiting.bytes, batch)?,
        }
        Ok(None)
    }

    /// Says that a card accepts a change, where that can be seen without decoding its history.
    fn goes_the_short_way(&mut self, id: &str, change: &Change) -> Result<bool> {
        // Without a row nobody knows whether something of the card is out; with its history the long way is short.
        let fits = |slot: &Slot| slot.summary.is_some() && !slot.equivocated && slot.history.is_none();
        if !self.slots.get(id).is_some_and(fits) {
            return Ok(false);
        }
        Ok(self.card(id)?.surely_accepts(change))
    }

    /// Adds a change that stands on all heads of its card.
    fn append_to_heads(&mut self, id: &str, source: &str, change: &Change, bytes: &[u8]) -> Result<()> {
        let number = self.packs.append(source, id, &change.hash, bytes);
        self.part_from_copies(change);
        self.slots.add(id, number, &change.hash);
        if let Some(slot) = self.slots.get_mut(id) {
            if let Some(card) = &mut slot.card {
                card.apply(change);
            }
            // Judging its groups may have decoded it meanwhile.
            if let Some(history) = &mut slot.history {
                history.add(change.clone());
            }
        }
        self.touched.insert(id);
        Ok(())
    }

    /// Somebody else may write as this lease does, or is going to: a copied machine. From what one of them hears of the
    /// other on, they draw different actors.
    fn part_from_copies(&mut self, change: &Change) {
        self.entropy.stir(&change.hash);
        self.actors.retain(|_, actor| *actor != change.actor);
    }

    /// Adds an accepted change to its card.
    fn take_in(&mut self, id: &str, source: &str, change: Change, bytes: &[u8]) -> Result<()> {
        let number = self.packs.append(source, id, &change.hash, bytes);
        self.part_from_copies(&change);
        if self.has(id) {
            // Decoded before the change counts in, so that it is not applied twice.
            self.decode_card(id)?;
            self.history(id)?;
        }
        let slot = self.slots.entry(id);
        slot.add(number, &change.hash);
        let history = slot.history.get_or_insert_default();
        let card = slot.card.get_or_insert_with(|| Box::new(crate::card::Card::new(id)));
        let put_out = history.add(change);
        let (last, out) = match history.changes().last() {
            Some((change, out)) => (Some(change), out),
            None => (None, false),
        };
        if put_out || out {
            slot.equivocated = true;
            slot.snapshot = None;
            **card = history.card(id);
            // What this lease wrote here is out: a next change of its actor would follow nothing.
            let (written, graph) = (&self.written, history.graph());
            let is_out = |hash: &Hash| graph.node(hash).is_some_and(|node| node.out);
            self.actors.retain(|_, actor| !written.get(&(id.into(), *actor)).is_some_and(|(_, hash)| is_out(hash)));
        } else if let Some(change) = last {
            card.apply(change);
        }
        self.slots.warm(id);
        self.touched.insert(id);
        Ok(())
    }

    /// Says whether a card has a change, as far as that can be told without decoding. Of one without a row nobody
    /// knows which of its changes are whole.
    fn knows(&self, id: &str, hash: &Hash) -> bool {
        match self.slots.get(id) {
            None => false,
            Some(slot) if slot.history.is_none() && slot.summary.is_none() => false,
            Some(_) => self.stores(id, hash),
        }
    }

    /// Says whether a card has a change, whole or not.
    pub(super) fn stores(&self, id: &str, hash: &Hash) -> bool {
        let Some(slot) = self.slots.get(id) else { return false };
        match &slot.history {
            Some(history) => history.graph().position(hash).is_some(),
            None => slot.candidates(hash).any(|seq| self.packs.get(seq).is_some_and(|stored| stored.hash == *hash)),
        }
    }
}
