//! After every step: nothing that was to be seen is gone unless somebody who saw it wanted that, and nothing is there that
//! nobody typed.

use std::collections::BTreeSet;

use contactmesh::relay;

use super::Mailroom;
use super::host::Commit;
use super::sight::{Sight, look};
use crate::model::presence_of;
use crate::violation::{BIJECTION, CONFLICTS, Checked, DURABILITY, NO_INVENTION, NO_LOSS, SAFE_DELETES, broken};

/// The name of the relay in books.
const RELAY: &str = "relay";

impl Mailroom {
    /// I2, I8, I11 for the cards that changed.
    pub fn check(&mut self, r: usize) -> Checked<()> {
        self.look_again(r)?;
        for card in std::mem::take(&mut self.host(r).stale) {
            let host = self.host(r);
            let before = host.checked.get(&card).cloned().unwrap_or_default();
            let now = host.cards.get(&card).cloned().unwrap_or_default();
            host.checked.insert(card.clone(), now.clone());
            if before != now {
                self.note(&describe(r, &card, &before, &now));
            }
            self.stats.count("cards checked");
            if let Some(made_up) = now.texts.iter().find(|text| *text != "-" && !self.ledger.is_known(text)) {
                return broken(
                    NO_INVENTION,
                    format!("replica {r}, card {card}: \"{made_up}\" is there, which nobody typed"),
                );
            }
            if now.is_gone() && !before.is_gone() {
                self.check_deletion(r, &card)?;
            }
            self.check_whole(r, &card, &now)?;
            self.check_returned(r, &card, &before, &now)?;
            self.check_lost(r, &card, &before, &now)?;
        }
        Ok(())
    }

    fn check_lost(&mut self, r: usize, card: &str, before: &Sight, now: &Sight) -> Checked<()> {
        for text in before.texts.difference(&now.texts) {
            if !self.ledger.is_open(text) {
                continue;
            }
            if now.is_gone() && self.ledger.is_perhaps_covered(text) {
                self.ledger.deleted(text);
                continue;
            }
            // What is still in a row is read from there again; what another replica shows comes back.
            if self.is_anywhere(r, text) {
                continue;
            }
            let how = if now.is_gone() { "the card was deleted" } else { "something else is there" };
            return broken(
                NO_LOSS,
                format!("replica {r}, card {card}: \"{text}\" is gone, {how}, and nobody who saw it wanted that"),
            );
        }
        Ok(())
    }

    /// I8: a card that the system deleted had a row that is really gone.
    fn check_deletion(&mut self, r: usize, card: &str) -> Checked<()> {
        let host = self.host(r);
        let began = host.running.as_ref().map_or(usize::MAX, |running| running.began_step);
        let Ok(known) = host.book.card(card) else { return broken(DURABILITY, format!("card {card} cannot be read")) };
        let is_by_system = known.registers().at("state").iter().all(|entry| entry.origin.is_system());
        let Some(mut row) = known.registers().value("link/outlook").as_str().map(str::to_owned) else { return Ok(()) };
        if !is_by_system {
            return Ok(());
        }
        self.stats.count("deletions by the mailbox");
        let mut later: BTreeSet<String> = BTreeSet::new();
        while let Some(next) = self.moved.get(&row) {
            row.clone_from(next);
            later.insert(row.clone());
        }
        // What a listing of old has of a row that was moved is another card, until listings no longer have it.
        let running = self.host(r).running.as_ref();
        let mut at_first = running.into_iter().flat_map(|running| &running.began);
        let was_others = at_first.any(|(other, sight)| other != card && later.contains(sight.at("link/outlook")));
        let is_new = self.appeared.get(&row).is_some_and(|step| *step >= began);
        // Whoever takes over without having heard of a card makes another one of its row.
        let base = self.host(r).system.as_ref().and_then(|system| system.base(&row)).map(|base| base.card.clone());
        // And of who was moved and has nothing left to be known by.
        let is_estranged = later.iter().any(|row| self.estranged.contains(row));
        let is_others = was_others || (self.is_rebased() || is_estranged) && base.is_some_and(|other| other != card);
        if self.flow.mailbox.get(&row).is_some() && !is_new && !is_others && r == self.driver {
            return broken(SAFE_DELETES, format!("replica {r}, card {card}: deleted although row {row} is there"));
        }
        Ok(())
    }

    /// I5: one row, one card.
    pub fn check_bases(&mut self, r: usize) -> Checked<()> {
        let Some(system) = &self.host(r).system else { return Ok(()) };
        let mut cards: Vec<&str> = system.rows().values().map(|base| base.card.as_str()).collect();
        cards.sort_unstable();
        let twice = cards.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first());
        let unlinked = system.rows().iter().find(|(row, base)| system.row_of(&base.card) != Some(row));
        if let Some(card) = twice.map(|card| (*card).to_owned()).or_else(|| unlinked.map(|(_, base)| base.card.clone()))
        {
            return broken(BIJECTION, format!("replica {r}: card {card} has two rows"));
        }
        Ok(())
    }

    /// Exchanges with the relay: pushes, pulls, or half of it.
    pub fn meet(&mut self, r: usize) -> Checked<()> {
        let relay_fault = self.weather.relay;
        if !self.strikes(relay_fault) {
            let out = relay::outgoing(&self.host(r).book, RELAY, 8);
            out.chunks.into_iter().for_each(|chunk| self.relay.push(chunk));
            // An answer that is lost: the same is pushed again.
            if !self.strikes(relay_fault) && relay::acknowledge(&mut self.host(r).book, RELAY, out.upto).is_err() {
                return broken(DURABILITY, format!("replica {r} cannot note what it pushed"));
            }
        }
        if self.strikes(relay_fault) {
            return self.commit(r).map(drop);
        }
        let cursor = self.host(r).book.relay(RELAY).cursor;
        let from = cursor.and_then(|text| text.parse().ok()).unwrap_or(0);
        let most = if self.calm { usize::MAX } else { 1 + self.random.below(12) };
        let (chunks, to) = self.relay.pull(from, most);
        self.check(r)?;
        if !chunks.is_empty() {
            let received = relay::incoming(&mut self.host(r).book, RELAY, &chunks, &to.to_string());
            if let Err(error) = received {
                return broken(DURABILITY, format!("replica {r} cannot take in a page: {error}"));
            }
            self.note(&format!("replica {r} takes in {} chunks", chunks.len()));
        }
        if self.commit(r)? == Commit::Kept {
            // What others wrote was looked at where they wrote it; it may come in parts.
            let host = self.host(r);
            host.stale.clear();
            host.checked = host.cards.clone();
        }
        Ok(())
    }

    /// I12: no conflict that nobody made.
    pub fn check_conflicts(&mut self, r: usize) -> Checked<()> {
        let cards: Vec<String> = self.host(r).cards.keys().cloned().collect();
        for card in cards {
            let sight = look(&mut self.host(r).book, &card)?;
            let is_asked = |text: &str| self.ledger.is_shared(text) || self.ledger.is_in_question(text);
            let is_spent = |text: &&String| !self.ledger.is_open(text) && !is_asked(text);
            for (path, sides) in &sight.sides {
                // One side may be that it was cleared; a side that somebody wrote over who saw it is nobody's any more.
                // Of a system that cuts, a lost answer leaves nobody to say who cut.
                let is_cut = |text: &String| self.ledger.is_beginning(text);
                // What was removed there is in the conflict about the whole.
                let is_of_whole = presence_of(path).is_some_and(|presence| sight.conflicts.contains(presence));
                let is_plain = !is_of_whole && !sight.conflicts.contains("state") && !self.handled.contains(&card);
                if let Some(spent) = sides.iter().find(|text| is_spent(text) && !is_cut(text)).filter(|_| is_plain) {
                    return broken(
                        CONFLICTS,
                        format!("card {card}: a conflict at {path} that nobody made: \"{spent}\" was overwritten"),
                    );
                }
            }
            let is_settled = !self.handled.contains(&card)
                && sight.texts.iter().all(|text| self.ledger.is_covered(text) && !self.ledger.is_shared(text));
            if sight.conflicts.contains("state") && is_settled {
                return broken(
                    CONFLICTS,
                    format!("card {card}: whether it is deleted is in question, and nobody made the question"),
                );
            }
        }
        Ok(())
    }
}

fn describe(r: usize, card: &str, before: &Sight, now: &Sight) -> String {
    let row = now.at("link/outlook");
    let new: Vec<&String> = now.texts.difference(&before.texts).collect();
    let old: Vec<&String> = before.texts.difference(&now.texts).collect();
    let state = if now.is_deleted { " (deleted)" } else { "" };
    format!("  replica {r} sees {card}{state} of {row}: {new:?} instead of {old:?}, conflicts {:?}", now.conflicts)
}
