//! A run: one exchange with a system of record, from the first request to the last, as a machine that asks for what it
//! needs. It settles what is unknown, reads what changed, judges it, and sends what differs.
//!
//! Does no I/O: [`Run::next`] says what to ask a flow, [`Run::answer`] takes what it said. Whatever both leave in the
//! batch must be stored before the request leaves. A run that stops anywhere is begun anew; nothing of it is needed.

mod answer;
mod brake;
mod judging;
mod reading;
mod report;
mod sending;

#[cfg(test)]
mod tests;

pub use report::Report;

use std::collections::VecDeque;

use serde_json::Value as Json;

use crate::book::{Book, Clock};
use crate::card::Rule;
use crate::contact::Provenance;
use crate::error::{Code, Error, Result};
use crate::inbound::departures::Listing;
use crate::inbound::people::People;
use crate::outbound::Action;
use crate::system::System;
use crate::table::{Names, Table};
use reading::Page;

/// How many rows one request asks for.
const ROWS: usize = 50;
/// How many changes travel in one request: a flow has two minutes, and some seconds for each.
const BATCH: usize = 20;
/// How many rows are judged, or cards looked at, between two commits.
const STEP: usize = 250;
/// How often a run looks again at cards whose rows changed while it sent.
const ROUNDS: u32 = 3;

/// What a run needs next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Ask a flow this, once everything is stored.
    Ask {
        /// `pull` or `apply`.
        flow: &'static str,
        /// The request.
        body: Json,
    },
    /// Store what there is and go on: how much of the work at hand is done.
    Work {
        /// Done so far.
        done: usize,
        /// Of so many; 0 if that is not known.
        total: usize,
    },
    /// The run is over.
    Done,
}

/// What is said when a run begins.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Whether all rows are to be listed, not only what changed.
    pub audit: bool,
    /// What the history calls the run.
    pub run: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Settle,
    Pull,
    Audit,
    Read,
    Weigh,
    Judge,
    Plan,
    Send,
    Advance,
    Done,
}

/// One exchange with a system.
pub struct Run {
    wish: Wish,
    phase: Phase,
    /// The local number of the next change when the run began.
    began: u32,
    /// The request whose answer is awaited.
    asked: Option<Asked>,
    /// Entries of the outbox that were asked about in this run, by card.
    settled: Names,
    page: Page,
    listings: Vec<Listing>,
    /// Rows that complete listings of this run have.
    listed: Names,
    is_audited: bool,
    to_read: Vec<(String, String)>,
    /// Rows to be judged: folder and content, by id.
    staged: Table<(String, Json)>,
    people: Option<People>,
    rows_of_key: Table<usize>,
    queue: VecDeque<String>,
    total: usize,
    actions: VecDeque<Action>,
    round: u32,
    /// Cards that were looked at: their bases may advance.
    seen: Names,
    /// Rows of which a person said that the book is right.
    kept: Names,
    /// Rows from which, a person said, nothing is to be taken away.
    spared: Names,
    /// How long ago a create was claimed, in seconds, by card.
    ages: Table<u64>,
    /// Creates that are to be sent under their next key.
    retried: Vec<String>,
    /// Cards that were made of rows in this run: their bases know everything.
    made: Names,
    /// The local number up to which everything was looked at.
    swept: u32,
    /// Cards whose change waits for the next run.
    unsent: Names,
    is_empty_confirmed: bool,
    is_planning: bool,
    stale_in_round: bool,
    /// Cards that others changed since the run began.
    others: Names,
    is_advancing: bool,
    driver: String,
    report: Report,
}

enum Asked {
    Apply { cards: Vec<String> },
    Changed { folder: String },
    Audit { folder: String },
    Rows { folder: String },
}

impl Run {
    /// Begins a run.
    #[must_use]
    pub fn new(book: &Book, wish: Wish) -> Self {
        Self {
            wish,
            phase: Phase::Settle,
            began: book.next_change(),
            asked: None,
            settled: Names::new(),
            page: Page::default(),
            listings: Vec::new(),
            listed: Names::new(),
            is_audited: false,
            to_read: Vec::new(),
            staged: Table::new(),
            people: None,
            rows_of_key: Table::new(),
            queue: VecDeque::new(),
            total: 0,
            actions: VecDeque::new(),
            round: 0,
            seen: Names::new(),
            kept: Names::new(),
            spared: Names::new(),
            ages: Table::new(),
            retried: Vec::new(),
            made: Names::new(),
            swept: 0,
            unsent: Names::new(),
            is_empty_confirmed: false,
            is_planning: false,
            stale_in_round: false,
            others: Names::new(),
            is_advancing: false,
            driver: book.replica().to_owned(),
            report: Report::default(),
        }
    }

    /// Returns what happened so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Says what is needed next. An answer must be given before this is called again.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn next(&mut self, book: &mut Book, system: &mut System, now: i64) -> Result<Step> {
        if self.asked.is_some() {
            return Err(Error::new(Code::BadInput, "a run waits for an answer; hand it over, or begin the run anew"));
        }
        loop {
            let before = self.phase;
            let step = match self.phase {
                Phase::Settle => self.ask_unknown(system),
                Phase::Pull => self.ask_changed(system),
                Phase::Audit => self.ask_audit(system),
                Phase::Read => self.ask_rows(system),
                Phase::Weigh => self.weigh(book, system)?,
                Phase::Judge => self.judge_some(book, system, now)?,
                Phase::Plan => self.plan(book, system, now)?,
                Phase::Send => self.send_some(book, system)?,
                Phase::Advance => self.advance_some(book, system)?,
                Phase::Done => Some(Step::Done),
            };
            if let Some(step) = step {
                return Ok(step);
            }
            if before == self.phase {
                self.phase = Phase::Done;
            }
        }
    }

    /// Takes the answer to the last request.
    ///
    /// # Errors
    /// `bad-answer` if it is none; nothing was taken then, and the run is over. `store-damaged`.
    pub fn answer(&mut self, book: &mut Book, system: &mut System, body: &Json, now: i64) -> Result<()> {
        let Some(asked) = self.asked.take() else {
            return Err(Error::new(Code::BadInput, "a run asked nothing; call for its next step first"));
        };
        if body.get("v").and_then(Json::as_u64) != Some(1) {
            return Err(reading::bad_answer("it is not of version 1 of the contract"));
        }
        match asked {
            Asked::Apply { cards } => self.take_results(book, system, &cards, body, now),
            Asked::Changed { folder } => {
                self.take_changed(system, &folder, body)?;
                if book.breaks(Rule::CursorAfterRows) {
                    self.keep_watermarks(system);
                }
                Ok(())
            }
            Asked::Audit { folder } => self.take_audit(system, &folder, body),
            Asked::Rows { folder } => self.take_rows(system, &folder, body),
        }
    }

    fn clock<'a>(provenance: &'a Provenance, now: i64) -> Clock<'a> {
        Clock { now, provenance }
    }

    /// Returns who writes what a row brings.
    fn provenance(&self, book: &Book, system: &System, remote: &str, revision: &str) -> Provenance {
        Provenance {
            origin: crate::contact::Origin::System,
            replica: book.replica().to_owned(),
            system: system.name.clone(),
            row: remote.to_owned(),
            revision: revision.to_owned(),
            run: self.wish.run.clone(),
        }
    }
}
