//! What people would notice that loses nothing: a value that comes late or comes back, an entry with nothing in it, two
//! people in one card.

use std::collections::BTreeSet;

use super::Mailroom;
use super::row::texts;
use super::sight::{Sight, is_typed, texts_in, texts_of};
use crate::model::is_presence;
use crate::violation::{BIJECTION, CONFLICTS, Checked, NO_INVENTION, VISIBILITY, broken};

/// For how many seconds a reading may lag.
const LAG: i64 = 300;

impl Mailroom {
    /// I7: what users of the mailbox had done before a run began is in the book once it ended well.
    pub fn check_fresh(&mut self, r: usize, began: usize, is_audited: bool) -> Checked<()> {
        if is_audited && self.lied.is_some_and(|step| step < began) {
            self.lied = None;
        }
        if r != self.driver || self.lied.is_some() || self.lagged >= began {
            return Ok(());
        }
        self.stats.count("runs after which all is known");
        let Some(host) = self.hosts.get(r) else { return Ok(()) };
        let seen = texts_of(&host.cards);
        let parked = host.system.iter().flat_map(|system| system.parked.values());
        let waiting: BTreeSet<String> = parked.flat_map(|parked| texts(Some(&parked.row))).collect();
        for id in self.flow.mailbox.ids() {
            // What a backup brings back has its old time: only a listing of all rows finds it.
            let is_new = self.touched.get(&id).is_some_and(|step| *step >= began);
            if is_new || self.put_back.contains(&id) {
                continue;
            }
            let row = texts(self.flow.mailbox.get(&id).as_ref());
            // What somebody deleted may be back on a replica that the driver has not heard of.
            let is_open = |text: &str| self.ledger.is_open(text) && !self.ledger.was_given_up(text);
            let is_unknown =
                |text: &&String| is_open(text) && !seen.contains(text.as_str()) && !waiting.contains(*text);
            if let Some(text) = row.iter().find(is_unknown) {
                return broken(
                    VISIBILITY,
                    format!("replica {r} ended a run well and knows nothing of \"{text}\" in row {id}"),
                );
            }
        }
        Ok(())
    }

    /// I11: an entry has something in it; I5: who shares an address with somebody is somebody else.
    pub fn check_whole(&mut self, r: usize, card: &str, now: &Sight) -> Checked<()> {
        for presence in now.shown.keys().filter(|path| is_presence(path) && path.contains('/')) {
            let below = format!("{presence}/");
            let is_there = now.shown.keys().any(|path| path.starts_with(&below) && is_typed(path));
            let is_open = now.conflicts.iter().any(|path| path.starts_with(presence) || path == "state");
            if !is_there && !is_open {
                return broken(
                    NO_INVENTION,
                    format!("replica {r}, card {card}: {presence} is there with nothing in it, which nobody made"),
                );
            }
        }
        let is_both = |(one, two): &&(String, String)| now.texts.contains(one) && now.texts.contains(two);
        // Who has the same given name and no surname may be the stranger, moved and renamed: only surnames tell them apart.
        let tells = |(given, _): &&(String, String)| !self.one_named.contains(given);
        if let Some((one, two)) = self.strangers.iter().flatten().filter(tells).find(is_both) {
            return broken(
                BIJECTION,
                format!("replica {r}, card {card}: \"{one}\" and \"{two}\" are two people who share an address"),
            );
        }
        Ok(())
    }

    /// I12: what somebody wrote over does not come back by itself.
    pub fn check_returned(&mut self, r: usize, card: &str, before: &Sight, now: &Sight) -> Checked<()> {
        let (driver, rebased) = (self.driver, self.rebased);
        let system = self.host(driver).system.as_ref();
        let base = system.and_then(|system| system.base(system.row_of(card)?));
        let when = base.filter(|base| base.missing == 0).map(|_| rebased);
        let known = &mut self.host(r).over;
        known.extend(before.texts.difference(&now.texts).map(|text| ((card.to_owned(), text.clone()), when)));
        let mut since = |text: &String| known.remove(&(card.to_owned(), text.clone()));
        let back: Vec<(&String, Option<usize>)> =
            now.texts.difference(&before.texts).filter_map(|text| Some(text).zip(since(text))).collect();
        // A side of a question is what somebody said who had not seen what is there.
        let is_side = |text: &String| now.sides.values().any(|sides| sides.contains(text));
        let is_asked = |text: &str| self.ledger.is_shared(text) || self.ledger.is_in_question(text);
        let is_spent = |text: &String| self.ledger.is_over(text) && !is_asked(text);
        let is_plain = !self.handled.contains(card) && now.conflicts.iter().all(|path| now.sides.contains_key(path));
        let asked = back.iter().find(|(text, since)| *since == Some(rebased) && is_side(text) && is_spent(text));
        if let Some((text, _)) = asked.filter(|_| is_plain) {
            return broken(
                CONFLICTS,
                format!(
                    "replica {r}, card {card}: \"{text}\" is asked about again, which somebody wrote over who saw it"
                ),
            );
        }
        if before.is_deleted || !before.conflicts.is_empty() || !now.conflicts.is_empty() {
            return Ok(());
        }
        for (text, since) in back {
            if self.ledger.is_over(text)
                && !self.ledger.is_shared(text)
                && !self.may_be_read(r, text, since != Some(rebased))
            {
                return broken(
                    CONFLICTS,
                    format!("replica {r}, card {card}: \"{text}\" is back, which somebody wrote over who saw it"),
                );
            }
        }
        Ok(())
    }

    /// Says whether a row held a text when a replica read it, as far as that may be: rows are judged some time after they
    /// were read, and if nobody knows what was read before, a reading may lag.
    fn may_be_read(&mut self, r: usize, text: &str, may_lag: bool) -> bool {
        let (step, time) = self.host(r).reads;
        let since = if may_lag && self.lagged >= step { time - LAG } else { time };
        self.is_in_any_row(text) || self.parted.get(text).is_some_and(|parted| *parted >= since)
    }

    /// Somebody said that a row is a card's, whoever they were, also if the card was deleted meanwhile: they are one now. Or that
    /// it is none of those that it may be: what both have was given to two.
    pub fn note_placed(&mut self, row: &str, cards: &[String], card: Option<&str>) {
        let driver = self.driver;
        let row = texts(self.flow.mailbox.get(row).as_ref());
        let Some(card) = card else {
            let book = &mut self.host(driver).book;
            let all: BTreeSet<String> = cards.iter().flat_map(|card| texts_in(book, card)).collect();
            all.intersection(&row).for_each(|text| self.ledger.shared(text));
            return;
        };
        let mut all = texts_in(&mut self.host(driver).book, card);
        all.extend(row);
        let is_both = |(one, two): &(String, String)| all.contains(one) && all.contains(two);
        self.strangers.retain(|names| !names.iter().any(is_both));
    }

    /// Somebody took a surname away: who is reached as somebody else and has one name may be that one, under another.
    pub fn forget_surname(&mut self, surname: &str) {
        self.strangers.retain(|[_, (one, two)]| one != surname && two != surname);
    }
}
