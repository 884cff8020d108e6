//! Peers: what a system of record writes into a card, over what it had seen there (architecture: a system is a virtual
//! replica).
//!
//! What a system saw is no state of the card: it saw single operations, some of them long overwritten here. So its view
//! is put together from those operations, and its edit names them. Decides nothing: which edits a row means is the
//! business of whoever has the base.

use super::{Book, Clock, Known};
use crate::card::{self, Card, EditBase, Entry, View};
use crate::change::{OpId, Operation};
use crate::contact::{DELETED, ID, LIVE, Path, Provenance, STATE, Value, joined};
use crate::error::{Code, Error, Result};
use crate::hash::Hash;
use crate::table::Table;

/// Stands for an operation that nobody knows: counters begin at 1.
const NOBODY: OpId = OpId { counter: 0, actor: [0; 16] };

/// A card as a system saw it.
pub struct Sight {
    /// What it saw: of the paths it can hold, the known operations alone; else what stood at its heads.
    seen: Card,
    /// The card at the heads that its next change will stand on.
    under: Card,
    heads: Vec<Hash>,
}

impl Sight {
    /// Returns what the system saw.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        self.seen.view()
    }
}

/// What a system's change left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The change.
    pub hash: Hash,
    /// Its operations.
    pub operations: Vec<(Path, OpId)>,
}

/// What a system does to a card.
#[derive(Clone, Copy, Debug)]
pub enum PeerEdit<'a> {
    /// It writes these values; `Null` clears, or removes an element.
    Write(&'a [(String, Value)]),
    /// It deleted its row.
    Delete,
    /// Its row is there again.
    Restore,
}

impl Book {
    /// Returns a card as a system saw it. `holds` says which paths the system can hold: of these it saw nothing but
    /// the known operations.
    ///
    /// # Errors
    /// `card-unknown`; `store-damaged`; `bad-input` if the heads are not of this card.
    pub fn sight(
        &mut self,
        id: &str,
        heads: &[Hash],
        known: &Known,
        holds: &dyn Fn(&str) -> bool,
        provenance: &Provenance,
    ) -> Result<Sight> {
        // Its actor's own last change must be among the ancestors, even if an answer was lost before the base had it.
        let own = self.last_of(id, provenance)?;
        let history = self.history(id)?;
        let on: Vec<Hash> = heads.iter().copied().chain(own).collect();
        let on: Vec<Hash> = on.into_iter().filter(|hash| history.graph().node(hash).is_some_and(|n| !n.out)).collect();
        let heads = history.graph().frontier(&on);
        let under = history.card_at(id, &heads).ok_or_else(|| {
            Error::new(Code::BadInput, format!("what the system saw of card `{id}` is not in its history"))
        })?;
        let mut entries: Vec<Entry> = Vec::new();
        for (path, ids) in known.iter() {
            for id in ids {
                let (Some(change), Some(value)) = (history.writer(*id), history.value_of(*id)) else { continue };
                let origin = Provenance::from_message(&change.message).origin;
                entries.push(Entry { path: path.clone(), id: *id, origin, value: value.clone() });
            }
        }
        // And the values equal to them: else what was sent would stand beside its own successor. Presences and the state
        // are no values: each stands for what somebody did.
        for at in 0..entries.len() {
            let Some(seen) = entries.get(at).cloned() else { continue };
            if seen.path.as_str() == STATE || crate::policy::is_presence(&seen.path) {
                continue;
            }
            let equal = |entry: &&Entry| entry.value == seen.value && !entries.iter().any(|e| e.id == entry.id);
            let equal: Vec<Entry> = under.registers().at(&seen.path).iter().filter(equal).cloned().collect();
            entries.extend(equal);
        }
        let known_from = entries.len();
        for candidates in under.registers().groups() {
            let Some(shown) = card::shown(candidates) else { continue };
            let is_known = entries.iter().take(known_from).any(|entry| entry.path == shown.path);
            match shown.path.as_str() == STATE || holds(&shown.path) {
                false => entries.extend(candidates.iter().cloned()),
                true if is_known => {}
                // It may hold the value all the same, but nobody knows of which operation: nothing is overwritten.
                true => entries.push(Entry { id: NOBODY, ..shown.clone() }),
            }
        }
        // Of a group it saw the version that its presence stands for, also what of it it cannot hold.
        for (path, ids) in known.iter().filter(|(path, _)| card::group_of(path) == Some(path.as_str())) {
            if under.registers().all_ids(path) == *ids {
                continue;
            }
            let Some(then) = ids.last().and_then(|id| history.writer(*id)) else { continue };
            let Some(then) = history.card_at(id, &[then.hash]) else { continue };
            let below = joined(&[path, ""]);
            entries.retain(|entry| !entry.path.starts_with(&below) || holds(&entry.path));
            let private = then.registers().below(&below).flatten().filter(|entry| !holds(&entry.path));
            entries.extend(private.cloned());
        }
        Ok(Sight { seen: Card::of_entries(id, entries), under, heads })
    }

    /// Writes what a system did over what it saw; returns nothing if it had that already.
    ///
    /// # Errors
    /// `bad-path`, `bad-value`, `bad-input`.
    pub fn write_as_peer(
        &mut self,
        id: &str,
        sight: &Sight,
        edit: PeerEdit<'_>,
        clock: &Clock<'_>,
    ) -> Result<Option<Written>> {
        let base = EditBase {
            card: id,
            seen: sight.seen.view(),
            under: sight.under.registers(),
            now: self.card(id)?.registers(),
            own_ids: true,
            #[cfg(feature = "planted-bugs")]
            bugs: crate::card::PlantedBugs::default(),
        };
        let operations = match edit {
            PeerEdit::Write(edits) => {
                // Every id is derived, so that two drivers name one thing alike.
                card::edit(&base, edits, &mut String::new).map_err(|e| e.context(&format!("writing card `{id}`")))?
            }
            PeerEdit::Delete => card::delete(&base),
            PeerEdit::Restore => card::restore(&base),
        };
        if operations.is_empty() {
            return Ok(None);
        }
        let mut operations = operations;
        operations.iter_mut().for_each(|operation| operation.predecessors.retain(|id| *id != NOBODY));
        let start_op = sight.under.last_op().saturating_add(1);
        let hash = self.write(id, operations, sight.heads.clone(), start_op, clock)?;
        Ok(Some(self.written_by_change(id, hash)?))
    }

    /// Writes single registers of a card that are about its place in the book, such as `link/outlook`, over what is
    /// there now. Touches neither presences nor the state: nobody edited the person.
    ///
    /// # Errors
    /// `bad-path`, `bad-value`; `card-unknown`.
    pub fn write_about(&mut self, id: &str, path: &str, value: Value, clock: &Clock<'_>) -> Result<Option<Written>> {
        let card = self.card(id)?;
        if *card.registers().value(path) == value && card.registers().at(path).len() < 2 {
            return Ok(None);
        }
        let predecessors = card.registers().all_ids(path);
        let (heads, start_op) = (card.heads().to_vec(), card.last_op().saturating_add(1));
        let operations = vec![Operation { path: Path::new(path)?, value, predecessors }];
        let hash = self.write(id, operations, heads, start_op, clock)?;
        Ok(Some(self.written_by_change(id, hash)?))
    }

    /// Makes the card of a row; returns what was written.
    ///
    /// # Errors
    /// `bad-path`, `bad-value`.
    pub fn create_as_peer(&mut self, id: &str, values: &[(Path, Value)], clock: &Clock<'_>) -> Result<Written> {
        let mut operations: Vec<Operation> = Vec::with_capacity(values.len() + 2);
        for (path, value) in values {
            let operation = |path: Path, value| Operation { path, value, predecessors: Vec::new() };
            if let Some(Ok(presence)) = card::presence_of(path).map(Path::new)
                && !operations.iter().any(|op| op.path == presence)
            {
                operations.push(operation(presence, Value::Bool(true)));
            }
            operations.push(operation(path.clone(), value.clone()));
        }
        self.write_first(id, operations, clock)?;
        let heads = self.card(id)?.heads().to_vec();
        let hash = heads.first().copied().unwrap_or_default();
        self.written_by_change(id, hash)
    }

    /// Returns the change that wrote an operation.
    ///
    /// # Errors
    /// `card-unknown`; `store-damaged`.
    pub fn writer_of(&mut self, card: &str, operation: OpId) -> Result<Option<(Hash, Provenance, i64)>> {
        let writer = self.history(card)?.writer(operation);
        Ok(writer.map(|change| (change.hash, Provenance::from_message(&change.message), change.time)))
    }

    /// Returns those of some changes of a card that no other of them depends on, unknown ones left out.
    ///
    /// # Errors
    /// `card-unknown`; `store-damaged`.
    pub fn frontier(&mut self, card: &str, of: &[Hash]) -> Result<Vec<Hash>> {
        let graph = self.history(card)?.graph();
        let known: Vec<Hash> = of.iter().copied().filter(|hash| graph.node(hash).is_some_and(|n| !n.out)).collect();
        Ok(graph.frontier(&known))
    }

    /// Says whether a card shows that it is live or deleted without anybody having said otherwise.
    ///
    /// # Errors
    /// `card-unknown`; `store-damaged`.
    pub fn state_is_settled(&mut self, id: &str) -> Result<bool> {
        let candidates = self.card(id)?.registers().at(STATE);
        let values: Vec<&str> = candidates.iter().filter_map(|entry| entry.value.as_str()).collect();
        Ok(values.iter().all(|value| *value == LIVE) || values.iter().all(|value| *value == DELETED))
    }

    /// Returns the ids of all cards but the book's own.
    #[must_use]
    pub fn all_ids(&self) -> Vec<String> {
        self.slots.iter().map(|(id, _)| id).filter(|id| !super::is_reserved(id)).map(str::to_owned).collect()
    }

    /// Returns the cards that changed since a local number, with the number of their last change, by card.
    #[must_use]
    pub fn changed_cards(&self, since: u32) -> Table<u32> {
        let mut out = Table::new();
        for (number, stored) in self.packs.since(since, "\u{0}", 0) {
            if !super::is_reserved(stored.card) {
                out.insert(stored.card, number);
            }
        }
        out
    }

    /// Returns how many cards are decoded.
    #[cfg(test)]
    pub(crate) fn decoded(&self) -> usize {
        self.slots.iter().filter(|(_, slot)| slot.card.is_some()).count()
    }

    fn written_by_change(&mut self, id: &str, hash: Hash) -> Result<Written> {
        let history = self.history(id)?;
        let Some(change) = history.change(&hash) else { return Ok(Written { hash, operations: Vec::new() }) };
        let ids = (change.start_op..).map(|counter| OpId { counter, actor: change.actor });
        let paths = change.operations.iter().map(|operation| operation.path.clone());
        Ok(Written { hash, operations: paths.zip(ids).filter(|(path, _)| path.as_str() != ID).collect() })
    }
}
