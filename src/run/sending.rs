//! Sending: what differs, as a plan under the brake, in small requests; and the end of a run, when bases take over what
//! their rows hold already.

use serde_json::Value as Json;

use super::answer::{Outcome, refusal, settle};
use super::{BATCH, Phase, ROUNDS, Run, STEP, Step};
use crate::book::Book;
use crate::card::Rule;
use crate::contact::Provenance;
use crate::error::Result;
use crate::inbound::{departures, past};
use crate::outbound::{Action, action, candidates, compose, withheld};
use crate::system::{Intent, System, advance_silently};
use crate::table::{Names, Table};

impl Run {
    /// Works out what is to be sent.
    pub(super) fn plan(&mut self, book: &mut Book, system: &mut System, now: i64) -> Result<Option<Step>> {
        if !self.is_planning {
            let cards = if self.round == 0 { candidates(book, system) } else { system.dirty.clone() };
            self.queue = cards.iter().cloned().collect();
            self.total = self.queue.len();
            self.is_planning = true;
        }
        for _ in 0..STEP {
            let Some(card) = self.queue.pop_front() else {
                self.is_planning = false;
                return Ok(self.brake_out(system, book.breaks(Rule::Brake)));
            };
            if !self.made.contains(&card) {
                self.seen.insert(card.clone());
            }
            departures::expect_row(book, system, &card)?;
            self.outdate(book, system, &card, now)?;
            if let Some(action) = action(book, system, &card)? {
                self.actions.push_back(action);
            }
        }
        Ok(Some(Step::Work { done: self.total - self.queue.len(), total: self.total }))
    }

    /// What another driver read of a card's row before it became what it is now is no news, and not sent there.
    fn outdate(&mut self, book: &mut Book, system: &mut System, card: &str, now: i64) -> Result<()> {
        // In the first turn nobody drove before.
        if system.epoch < 2 || self.made.contains(card) || system.entries().contains_key(card) {
            return Ok(());
        }
        if !book.has(card) || book.card(card)?.is_deleted() {
            return Ok(());
        }
        let Some(remote) = system.row_of(card).map(str::to_owned) else { return Ok(()) };
        let Some(mut base) = system.base(&remote).filter(|base| base.missing == 0).cloned() else { return Ok(()) };
        let before = base.heads.clone();
        if before == book.card(card)?.heads() {
            return Ok(());
        }
        let provenance = self.provenance(book, system, &remote, &base.modified);
        let is_written = past::outdate(book, system.lens, &mut base, &Self::clock(&provenance, now))?;
        self.report.edited += usize::from(is_written);
        if base.heads != before {
            system.set_base(&remote, base);
        }
        Ok(())
    }

    fn brake_out(&mut self, system: &mut System, is_released: bool) -> Option<Step> {
        let taking = self.actions.iter().filter(|action| action.takes_away());
        let rows: Names = taking.map(|action| action.remote.clone()).collect();
        let brake = system.brake();
        self.phase = Phase::Send;
        if !is_released && self.is_held(system, "delete-or-blank", "out", &rows, brake) {
            system.dirty.extend(self.actions.drain(..).map(|action| action.card));
        } else if system.hold.as_ref().is_some_and(|hold| hold.direction == "out") {
            system.hold = None;
            system.allowed = None;
        }
        // A person who says that the book's values are wrong takes them back in the book.
        let spared = &self.spared;
        self.actions.retain(|action| !spared.contains(&action.remote) || !action.takes_away());
        None
    }

    /// Sends the next actions of one folder.
    pub(super) fn send_some(&mut self, book: &mut Book, system: &mut System) -> Result<Option<Step>> {
        let mut cards = Vec::new();
        let mut folder = String::new();
        let retried = std::mem::take(&mut self.retried);
        if let Some(first) = retried.first().and_then(|card| system.entries().get(card)) {
            folder.clone_from(&first.folder);
            cards = retried;
        }
        while cards.len() < BATCH
            && let Some(next) = self.actions.front().cloned()
        {
            // Somebody may have edited since the plan was made; what the brake did not weigh waits for the next run.
            let Some(fresh) = action(book, system, &next.card)? else {
                self.actions.pop_front();
                continue;
            };
            if fresh.takes_away() && !next.takes_away() {
                system.dirty.insert(next.card.as_str());
                self.unsent.insert(next.card);
                self.actions.pop_front();
                continue;
            }
            let entry = compose(book, system, &fresh)?;
            if system.refused.get(&next.card).is_some_and(|refused| refused.digest == refusal(&entry)) {
                self.actions.pop_front();
                continue;
            }
            if cards.is_empty() {
                folder.clone_from(&entry.folder);
            } else if folder != entry.folder {
                break;
            }
            self.actions.pop_front();
            system.refused.remove(&next.card);
            system.set_entry(&next.card, entry);
            self.settled.insert(next.card.clone());
            cards.push(next.card);
        }
        if cards.is_empty() {
            let again = self.stale_in_round && self.round < ROUNDS && self.report.retry_after == 0;
            self.stale_in_round = false;
            self.round += 1;
            self.total = 0;
            self.phase = if again { Phase::Plan } else { Phase::Advance };
            return Ok(None);
        }
        Ok(Some(self.apply(system, cards, &folder)))
    }

    /// Takes what became of entries. One that the answer does not mention stays unknown.
    pub(super) fn take_results(
        &mut self,
        book: &mut Book,
        system: &mut System,
        cards: &[String],
        body: &Json,
        now: i64,
    ) -> Result<()> {
        let results = body.get("results").and_then(Json::as_array);
        let results = results.ok_or_else(|| super::reading::bad_answer("it has no list `results`"))?;
        let key = |result: &Json| result.get("key").and_then(Json::as_str).map(str::to_owned);
        let mut by_key: Table<&Json> = Table::new();
        for result in results {
            if let Some(key) = key(result) {
                by_key.insert(key, result);
            }
        }
        for card in cards {
            let Some(entry) = system.entries().get(card) else { continue };
            let Some(result) = by_key.get(&entry.key) else {
                self.report.unknown += 1;
                if book.breaks(Rule::UnknownStays) {
                    system.drop_entry(card);
                }
                continue;
            };
            let row = result.get("row").unwrap_or(&Json::Null);
            let text = |key: &str| row.get(key).and_then(Json::as_str).unwrap_or_default();
            let remote =
                if entry.intent == Intent::Create { text(system.lens.id).to_owned() } else { entry.remote.clone() };
            let provenance = self.provenance(book, system, &remote, text(system.lens.modified));
            let outcome = settle(book, system, card, result, &Self::clock(&provenance, now))?;
            self.seen.insert(card.clone());
            match outcome {
                Outcome::Done => self.report.sent += 1,
                Outcome::Stale => {
                    self.report.stale += 1;
                    self.stale_in_round = true;
                }
                Outcome::Gone => self.report.stale += 1,
                Outcome::Claimed(age) => {
                    self.report.unknown += 1;
                    self.ages.insert(card.clone(), age);
                }
                Outcome::Busy(seconds) => {
                    self.report.retry_after = self.report.retry_after.max(seconds.clamp(1, 3_600));
                    system.dirty.extend(self.actions.drain(..).map(|action| action.card));
                }
                Outcome::Rejected => self.report.rejected += 1,
                Outcome::Unknown => {
                    self.report.unknown += 1;
                    if book.breaks(Rule::UnknownStays) {
                        system.drop_entry(card);
                    }
                }
            }
        }
        // An entry that goes leaves its card to be looked at again: both are stored, or neither.
        system.keep();
        Ok(())
    }

    /// Lets bases take over what their rows hold already, and ends the run.
    pub(super) fn advance_some(&mut self, book: &mut Book, system: &mut System) -> Result<Option<Step>> {
        if !self.is_advancing {
            self.is_advancing = true;
            self.swept = self.began;
            self.queue = std::mem::take(&mut self.seen).iter().cloned().collect();
            self.total = self.queue.len();
            if !self.waits() {
                let made = self.made.iter().filter(|card| !self.unsent.contains(card));
                made.for_each(|card| {
                    system.dirty.remove(card);
                });
            }
        }
        // What others wrote while the run was under way was judged by nobody: the next one looks at it. Everything else was
        // written here, and is in its base.
        let others = changed_by_others(book, system, self.swept, &self.driver);
        system.dirty.extend(others.iter().cloned());
        self.others.extend(others.iter().cloned());
        self.swept = book.next_change();
        for _ in 0..STEP {
            let Some(card) = self.queue.pop_front() else {
                return Ok(self.end(system));
            };
            let is_open = system.entries().contains_key(&card);
            if self.others.contains(&card) {
                continue;
            }
            // What became of an open entry may have to be sent anew.
            if !self.waits() && !is_open && !self.unsent.contains(&card) {
                system.dirty.remove(&card);
            }
            if book.has(&card) && book.card(&card)?.conflict_count() > 0 && !withheld(book, system, &card)?.is_empty() {
                // What waits for a decision is in every plan until somebody decides.
                system.dirty.insert(card.as_str());
            }
            if is_open {
                continue;
            }
            if let Some(remote) = system.row_of(&card).map(str::to_owned)
                && let Some(mut base) = system.base(&remote).cloned()
                && base.missing == 0
                && advance_silently(book, system.lens, &mut base)?
            {
                system.set_base(&remote, base);
            }
            let is_left = |action: &Action| !self.spared.contains(&action.remote) || !action.takes_away();
            if action(book, system, &card)?.is_some_and(|action| is_left(&action)) {
                // It changed while an earlier change was on its way: the next run sends what is left.
                system.dirty.insert(card.as_str());
            }
        }
        Ok(Some(Step::Work { done: self.total - self.queue.len(), total: self.total }))
    }

    /// Says whether what was planned is still to be sent.
    fn waits(&self) -> bool {
        self.report.held.is_some() || self.report.retry_after > 0
    }

    fn end(&mut self, system: &mut System) -> Option<Step> {
        if self.report.held.is_none() {
            system.swept = self.swept;
        }
        system.runs_since_audit = if self.is_audited { 0 } else { system.runs_since_audit.saturating_add(1) };
        system.keep();
        self.phase = Phase::Done;
        None
    }
}

/// Returns the cards that somebody else than this system changed since a local number.
fn changed_by_others(book: &Book, system: &System, since: u32, driver: &str) -> Names {
    let mut out = Names::new();
    for (_, stored) in book.changes_since(since, "\u{0}") {
        let message = crate::change::read_stored(stored.change, stored.hash).map(|change| change.message);
        let is_own = message.is_ok_and(|message| {
            let provenance = Provenance::from_message(&message);
            provenance.system == system.name && provenance.replica == driver
        });
        if !is_own && !crate::book::is_reserved(stored.card) {
            out.insert(stored.card);
        }
    }
    out
}
