//! Local changes: what this replica writes itself, over what its writer saw.

use super::{Book, is_reserved};
use crate::card::{self, Card, EditBase, View};
use crate::change::{Actor, Operation, Unwritten, encode};
use crate::contact::{ID, LIVE, Path, Provenance, STATE, Value, check_segment};
use crate::error::{Code, Error, Result};
use crate::hash::{Hash, hex, unhex};
use crate::sorted::sort_by;

/// When something is written, and by whom.
pub struct Clock<'a> {
    /// Milliseconds since 1970.
    pub now: i64,
    /// Where it comes from.
    pub provenance: &'a Provenance,
}

/// What a writer had in front of them.
struct Seen {
    card: Card,
    /// What the change will build on: what they saw, and the last change of its actor.
    heads: Vec<Hash>,
    /// The card at these heads, if that is another.
    under: Option<Card>,
}

impl Seen {
    fn under(&self) -> &Card {
        self.under.as_ref().unwrap_or(&self.card)
    }
}

/// What makes a card deleted, or live again.
type Turn = fn(&EditBase<'_>) -> Vec<Operation>;

impl Book {
    /// Makes a card of paths and values; returns its id. Without an id of its own it gets a random one.
    ///
    /// # Errors
    /// `bad-path`, `bad-value` or `bad-input`, naming the path; `bad-input` if the id is taken.
    pub fn create(&mut self, id: Option<&str>, edits: &[(String, Value)], clock: &Clock<'_>) -> Result<String> {
        let id = id.map_or_else(|| self.entropy.card_id(), str::to_owned);
        check_segment(&id)?;
        if self.has(&id) {
            return Err(Error::new(Code::BadInput, format!("the book has a card `{id}` already; edit it instead")));
        }
        let operations = self.plan(&id, None, edits)?;
        if operations.is_empty() {
            return Err(Error::new(Code::BadInput, "a new card needs at least one value, such as `name/given`"));
        }
        self.write_first(&id, operations, clock)?;
        Ok(id)
    }

    /// Writes the first change of a card: the given operations, its id and that it is live.
    pub(crate) fn write_first(&mut self, id: &str, mut operations: Vec<Operation>, clock: &Clock<'_>) -> Result<()> {
        for (path, value) in [(ID, id), (STATE, LIVE)] {
            operations.retain(|op| op.path.as_str() != path);
            operations.push(Operation { path: Path::new(path)?, value: Value::text(value)?, predecessors: Vec::new() });
        }
        self.write(id, operations, Vec::new(), 1, clock).map(|_| ())
    }

    /// Edits a card over what its writer saw; returns whether anything changed.
    ///
    /// # Errors
    /// As [`Self::create`]; `card-unknown`; `card-deleted`; `revision-unknown`.
    pub fn edit(
        &mut self,
        id: &str,
        revision: Option<&str>,
        edits: &[(String, Value)],
        clock: &Clock<'_>,
    ) -> Result<bool> {
        let seen = self.seen(id, revision, clock)?;
        // Nobody deletes the book's own cards but somebody hostile; writing there makes them live again.
        if !is_reserved(id) && seen.as_ref().map_or(self.card(id)?, |seen| &seen.card).is_deleted() {
            return Err(Error::new(Code::CardDeleted, format!("card `{id}` is deleted; restore it first")));
        }
        let operations = self.plan(id, seen.as_ref(), edits)?;
        self.write_over(id, operations, seen.as_ref(), clock)
    }

    /// Deletes a card over what its writer saw.
    ///
    /// # Errors
    /// `card-unknown`; `card-deleted` if it is already; `revision-unknown`.
    pub fn delete(&mut self, id: &str, revision: Option<&str>, clock: &Clock<'_>) -> Result<bool> {
        if is_reserved(id) {
            return Err(Error::new(Code::BadInput, format!("`{id}` belongs to the book itself and cannot be deleted")));
        }
        self.turn(id, revision, clock, |card| {
            let done = || Error::new(Code::CardDeleted, format!("card `{id}` is deleted already"));
            (!card.is_deleted()).then_some(card::delete as Turn).ok_or_else(done)
        })
    }

    /// Restores a deleted card over what its writer saw.
    ///
    /// # Errors
    /// `card-unknown`; `bad-input` if it is not deleted; `revision-unknown`.
    pub fn restore(&mut self, id: &str, revision: Option<&str>, clock: &Clock<'_>) -> Result<bool> {
        self.turn(id, revision, clock, |card| {
            let done =
                || Error::new(Code::BadInput, format!("card `{id}` is not deleted; there is nothing to restore"));
            card.is_deleted().then_some(card::restore as Turn).ok_or_else(done)
        })
    }

    fn turn(
        &mut self,
        id: &str,
        revision: Option<&str>,
        clock: &Clock<'_>,
        chosen: impl Fn(&Card) -> Result<Turn>,
    ) -> Result<bool> {
        let seen = self.seen(id, revision, clock)?;
        #[cfg(feature = "planted-bugs")]
        let bugs = self.bugs;
        let card = self.card(id)?;
        let then = seen.as_ref().map_or(card, |seen| &seen.card);
        let operations = chosen(then)?(&EditBase {
            card: id,
            seen: then.view(),
            under: then.registers(),
            now: card.registers(),
            own_ids: false,
            #[cfg(feature = "planted-bugs")]
            bugs,
        });
        self.write_over(id, operations, seen.as_ref(), clock)
    }

    /// Decides a conflict for candidate `number` (from 1, the shown one) of a path.
    ///
    /// # Errors
    /// `card-unknown`; `not-in-conflict`, saying what there is; `revision-unknown`.
    pub fn resolve(
        &mut self,
        id: &str,
        revision: Option<&str>,
        path: &str,
        number: usize,
        clock: &Clock<'_>,
    ) -> Result<()> {
        if let Some(revision) = revision
            && revision != self.revision(id)?
        {
            return Err(Error::new(
                Code::RevisionUnknown,
                format!("card `{id}` has changed since; look at its conflicts again, then decide"),
            ));
        }
        let conflicts = self.conflicts_of(id)?;
        let Some(conflict) = conflicts.iter().find(|c| c.path.as_str() == path) else {
            let open: Vec<&str> = conflicts.iter().map(|c| c.path.as_str()).collect();
            let open = if open.is_empty() { "nothing".to_owned() } else { format!("`{}`", open.join("`, `")) };
            return Err(Error::new(
                Code::NotInConflict,
                format!("`{path}` of card `{id}` is not in conflict; in conflict there: {open}"),
            ));
        };
        let Some(chosen) = number.checked_sub(1).and_then(|n| conflict.versions.get(n)) else {
            return Err(Error::new(
                Code::NotInConflict,
                format!("`{path}` has candidates 1 to {}; there is no candidate {number}", conflict.versions.len()),
            ));
        };
        #[cfg(feature = "planted-bugs")]
        let bugs = self.bugs;
        let card = self.card(id)?;
        let base = EditBase {
            card: id,
            seen: card.view(),
            under: card.registers(),
            now: card.registers(),
            own_ids: false,
            #[cfg(feature = "planted-bugs")]
            bugs,
        };
        let operations = card::resolve(&base, conflict, chosen);
        self.write_over(id, operations, None, clock).map(|_| ())
    }

    /// Returns the token that an edit of the card, as it is now, carries.
    ///
    /// # Errors
    /// `card-unknown`.
    pub fn revision(&mut self, id: &str) -> Result<String> {
        Ok(self.card(id)?.heads().iter().map(|head| hex(head)).collect())
    }

    /// Returns the card as it stood at an earlier revision.
    ///
    /// # Errors
    /// `card-unknown`, `revision-unknown`.
    pub fn card_at(&mut self, id: &str, revision: &str) -> Result<Card> {
        let heads = parse_revision(revision).ok_or_else(|| revision_unknown(id))?;
        self.history(id)?.card_at(id, &heads).ok_or_else(|| revision_unknown(id))
    }

    /// Returns the operations of an edit over what was seen, or over the decoded card; an unknown card is empty.
    fn plan(&mut self, id: &str, seen: Option<&Seen>, edits: &[(String, Value)]) -> Result<Vec<Operation>> {
        let now = self.slots.get(id).and_then(|slot| slot.card.as_deref()).map_or(View::nothing(), Card::view);
        let base = EditBase {
            card: id,
            seen: seen.map_or(now, |seen| seen.card.view()),
            under: seen.map_or(now.registers(), |seen| seen.under().registers()),
            now: now.registers(),
            own_ids: is_reserved(id),
            #[cfg(feature = "planted-bugs")]
            bugs: self.bugs,
        };
        let entropy = &mut self.entropy;
        card::edit(&base, edits, &mut || entropy.element_id()).map_err(|e| e.context(&format!("editing card `{id}`")))
    }

    /// Returns what a writer saw; `None` if that is the card as it is now.
    fn seen(&mut self, id: &str, revision: Option<&str>, clock: &Clock<'_>) -> Result<Option<Seen>> {
        let Some(revision) = revision else {
            self.card(id)?;
            return Ok(None);
        };
        if revision == self.revision(id)? {
            return Ok(None);
        }
        let unknown = || revision_unknown(id);
        let heads = parse_revision(revision).ok_or_else(unknown)?;
        // Its actor's own last change must be among the ancestors, even if its writer did not see it.
        let own = self.last_of(id, clock.provenance)?;
        let history = self.history(id)?;
        let mut card = history.card_at(id, &heads).ok_or_else(unknown)?;
        history.judge_groups(&mut card);
        let on: Vec<Hash> = heads.into_iter().chain(own).collect();
        let heads = history.graph().frontier(&on);
        let under = (heads != card.heads()).then(|| history.card_at(id, &heads)).flatten();
        Ok(Some(Seen { card, heads, under }))
    }

    /// Writes operations over what was seen, or over what is there now; returns whether there were any.
    pub(crate) fn write_now(&mut self, id: &str, operations: Vec<Operation>, clock: &Clock<'_>) -> Result<bool> {
        self.write_over(id, operations, None, clock)
    }

    fn write_over(
        &mut self,
        id: &str,
        operations: Vec<Operation>,
        seen: Option<&Seen>,
        clock: &Clock<'_>,
    ) -> Result<bool> {
        if operations.is_empty() {
            return Ok(false);
        }
        let (heads, start_op) = match seen {
            None => {
                let card = self.card(id)?;
                (card.heads().to_vec(), card.last_op().saturating_add(1))
            }
            Some(seen) => (seen.heads.clone(), seen.under().last_op().saturating_add(1)),
        };
        self.write(id, operations, heads, start_op, clock)?;
        Ok(true)
    }

    pub(super) fn write(
        &mut self,
        id: &str,
        operations: Vec<Operation>,
        heads: Vec<Hash>,
        start_op: u32,
        clock: &Clock<'_>,
    ) -> Result<Hash> {
        let actor = self.actor_for(id, clock.provenance)?;
        let key = (Box::from(id), actor);
        let seq = self.written.get(&key).map_or(0, |(seq, _)| *seq) + 1;
        let (change, bytes) = encode(Unwritten {
            actor,
            seq,
            start_op,
            time: clock.now,
            message: clock.provenance.to_message(),
            dependencies: heads,
            operations,
        })?;
        let hash = change.hash;
        self.written.insert(key, (seq, hash));
        let number = self.packs.append("", id, &change.hash, &bytes);
        self.slots.add(id, number, &change.hash);
        let mut is_new = false;
        if let Some(slot) = self.slots.get_mut(id) {
            is_new = slot.card.is_none() && slot.seqs.len() == 1;
            if is_new {
                slot.card = Some(Box::new(Card::new(id)));
            }
            if let Some(card) = &mut slot.card {
                card.apply(&change);
            }
            if let Some(history) = &mut slot.history {
                history.add(change);
            }
        }
        if is_new {
            self.slots.warm(id);
        }
        self.judge_groups(id)?;
        self.touched.insert(id);
        Ok(hash)
    }

    /// Returns what this lease wrote last for an origin into a card.
    pub(super) fn last_of(&mut self, id: &str, provenance: &Provenance) -> Result<Option<Hash>> {
        let actor = self.actor_for(id, provenance)?;
        Ok(self.written.get(&(id.into(), actor)).map(|(_, hash)| *hash))
    }

    /// Returns this lease's actor for an origin, to write to a card. If equivocation put out what that actor wrote there
    /// last, nothing can follow it: the lease goes on under a fresh one.
    fn actor_for(&mut self, id: &str, provenance: &Provenance) -> Result<Actor> {
        let actor = self.actor(provenance);
        let last = self.written.get(&(id.into(), actor)).map(|(_, hash)| *hash);
        let Some(last) = last.filter(|_| self.slots.get(id).is_some_and(|slot| slot.equivocated)) else {
            return Ok(actor);
        };
        if self.history(id)?.graph().node(&last).is_some_and(|node| node.out) {
            self.actors.remove(&origin_key(provenance));
            return Ok(self.actor(provenance));
        }
        Ok(actor)
    }

    /// Returns this lease's actor for an origin.
    fn actor(&mut self, provenance: &Provenance) -> Actor {
        let origin = origin_key(provenance);
        if let Some(known) = self.actors.get(&origin) {
            return *known;
        }
        let actor = self.entropy.actor();
        self.actors.insert(origin, actor);
        actor
    }
}

/// Actors belong to an origin: each person, import and system has its own.
fn origin_key(provenance: &Provenance) -> String {
    format!("{} {}", provenance.origin.as_str(), provenance.system)
}

fn revision_unknown(id: &str) -> Error {
    Error::new(Code::RevisionUnknown, format!("the revision does not belong to card `{id}`; read the card again"))
}

fn parse_revision(revision: &str) -> Option<Vec<Hash>> {
    let bytes = unhex(revision)?;
    let mut hashes = bytes.chunks(32).map(|chunk| chunk.try_into().ok()).collect::<Option<Vec<Hash>>>()?;
    sort_by(&mut hashes, |a, b| a < b);
    hashes.dedup();
    (!hashes.is_empty()).then_some(hashes)
}
