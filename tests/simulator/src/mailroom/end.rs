//! The end of a run: faults stop, everybody syncs, the mailbox is driven until nothing moves, and then rows and cards are
//! equal; once with conflicts left open, once with all of them decided.

use contactmesh::system::Hold;

use super::Mailroom;
use super::row::texts;
use super::sight::texts_of;
use crate::model::stock;
use crate::violation::{CONFLICTS, CONVERGENCE, Checked, DURABILITY, INTEROPERATION, NO_LOSS, QUIESCENCE, broken};

/// So many rounds may pass until nothing moves: four listings for a row that is gone, two for one that looks older, some
/// for questions that are answered on the way.
const ROUNDS: usize = 24;
/// So many rounds nothing may move.
const QUIET: usize = 3;

impl Mailroom {
    /// Ends the run.
    pub fn finish(&mut self) -> Checked<()> {
        self.calm = true;
        self.step += 1;
        self.late.clear();
        self.note("faults end; everybody syncs");
        for r in 0..self.hosts.len() {
            self.host(r).running = None;
        }
        self.settle(false)?;
        self.check_end(false)?;
        if !self.is_rebased() {
            self.check_conflicts(self.driver)?;
        }
        self.step += 1;
        self.settle(true)?;
        self.check_end(true)?;
        for r in 0..self.hosts.len() {
            if self.host(r).cards.values().any(|sight| !sight.conflicts.is_empty()) {
                return broken(CONFLICTS, format!("replica {r} shows conflicts after all were decided"));
            }
        }
        Ok(())
    }

    /// I3: after so many rounds nothing moves any more.
    fn settle(&mut self, decides: bool) -> Checked<()> {
        let mut quiet = 0;
        for _ in 0..ROUNDS {
            let before = self.traffic();
            self.round(decides)?;
            let is_held = self.host(self.driver).system.as_ref().is_some_and(|system| system.hold.is_some());
            quiet = if self.traffic() == before && !is_held { quiet + 1 } else { 0 };
            if quiet == QUIET {
                return Ok(());
            }
        }
        broken(QUIESCENCE, format!("after {ROUNDS} rounds without faults something still moves"))
    }

    fn traffic(&mut self) -> (u64, Vec<u32>, Vec<String>) {
        let parked = self.host(self.driver).system.as_ref().map(|system| system.parked.keys().cloned().collect());
        (self.flow.applies, self.hosts.iter().map(|host| host.book.next_change()).collect(), parked.unwrap_or_default())
    }

    fn round(&mut self, decides: bool) -> Checked<()> {
        for _ in 0..2 {
            for r in 0..self.hosts.len() {
                self.meet(r)?;
                self.check(r)?;
            }
        }
        self.answer_questions()?;
        while decides
            && let Some(card) =
                self.host(0).cards.iter().find(|(_, s)| !s.conflicts.is_empty()).map(|(card, _)| card.clone())
        {
            self.resolve(0, &card)?;
            self.check(0)?;
        }
        if decides {
            for r in 0..self.hosts.len() {
                self.meet(r)?;
            }
        }
        let driver = self.driver;
        self.meet(driver)?;
        self.flow.mailbox.now += 700;
        self.begin(driver, true)?;
        for _ in 0..400 {
            if self.host(driver).running.is_none() {
                return self.check(driver);
            }
            self.drive(driver)?;
            self.check(driver)?;
        }
        broken(QUIESCENCE, "a run without faults does not end")
    }

    fn check_end(&mut self, is_decided: bool) -> Checked<()> {
        let mut hashes = Vec::new();
        for r in 0..self.hosts.len() {
            let Ok(hash) = self.host(r).book.state_hash() else {
                return broken(DURABILITY, format!("replica {r} cannot be read"));
            };
            hashes.push(hash);
            self.check_records(r)?;
        }
        if hashes.iter().any(|hash| Some(hash) != hashes.first()) {
            return broken(CONVERGENCE, "replicas differ although all have everything");
        }
        hashes.iter().for_each(|hash| self.trace.digest(hash));
        let driver = self.driver;
        for card in self.host(driver).cards.keys().cloned().collect::<Vec<_>>() {
            self.stats.count("cards opened in Automerge");
            let Ok(changes) = self.host(driver).book.accepted_changes(&card) else {
                return broken(DURABILITY, format!("card {card} cannot be read"));
            };
            if let Err(why) = stock::open(&changes) {
                return broken(INTEROPERATION, format!("Automerge cannot open card {card}: {why}"));
            }
        }
        let host = &self.hosts.get(driver);
        let seen = host.map(|host| texts_of(&host.cards)).unwrap_or_default();
        // A row that waits for a decision, or is left alone, still has what its users typed.
        let mut waiting: Vec<String> = Vec::new();
        if let Some(system) = host.and_then(|host| host.system.as_ref()) {
            waiting.extend(system.parked.values().flat_map(|parked| texts(Some(&parked.row))));
        }
        if let Some(lost) =
            self.ledger.open().find(|text| !seen.contains(text) && !waiting.iter().any(|other| other == text))
        {
            let lost = lost.to_owned();
            return broken(NO_LOSS, format!("at the end \"{lost}\" is nowhere, and nobody who saw it wanted that"));
        }
        self.check_faithful(is_decided)
    }

    /// Somebody answers what waits: held runs, and rows that may be somebody.
    pub fn answer_questions(&mut self) -> Checked<()> {
        let driver = self.driver;
        let takes = self.random.permille(500);
        let Some(system) = &mut self.host(driver).system else { return Ok(()) };
        let parked: Vec<(String, Vec<String>)> = system
            .parked
            .iter()
            .filter(|(_, parked)| !parked.cards.is_empty() && parked.why == contactmesh::system::Why::Proposal)
            .map(|(remote, parked)| (remote.clone(), parked.cards.clone()))
            .collect();
        let hold = system.hold.clone();
        // Nobody says that everybody is gone, or empty, who sees that they are not; once listings are honest it makes no
        // difference.
        if let Some(hold) = hold.filter(|hold| self.calm || !self.is_a_lie(hold)) {
            // Of rows that are gone, or emptied, nothing can be kept but the card.
            let answer = if takes { "take" } else { "keep" };
            self.answer_hold(&hold, answer)?;
        }
        for (remote, cards) in parked {
            let card = self.random.pick(&cards).cloned().filter(|_| self.random.permille(600));
            self.note(&format!("somebody says that row {remote} is {card:?}"));
            self.stats.count("rows that somebody placed");
            self.note_placed(&remote, &cards, card.as_deref());
            if let Some(system) = &mut self.host(driver).system {
                system.decisions.insert(remote, card);
                system.keep();
            }
        }
        Ok(())
    }

    /// Says whether a run is held for what anybody sees is not so.
    fn is_a_lie(&self, hold: &Hold) -> bool {
        let system = self.hosts.get(self.driver).and_then(|host| host.system.as_ref());
        let rows = || hold.cards.iter().filter_map(|card| system?.row_of(card));
        match hold.kind.as_str() {
            "empty-listing" => !self.flow.mailbox.is_empty(),
            "blank" => rows().any(|row| !texts(self.flow.mailbox.get(row).as_ref()).is_empty()),
            _ => false,
        }
    }
}
