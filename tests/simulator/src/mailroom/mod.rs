//! The second world: replicas with a relay, one mailbox that one of them drives, and people at both ends. Where the first
//! world asks what replicas do to each other, this one asks what a system of record does to them, and they to it.

mod again;
mod back;
mod check;
mod drive;
mod end;
mod estranged;
mod faithful;
mod fresh;
mod haste;
mod host;
mod ledger;
mod operations;
mod people;
mod row;
mod sight;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use contactmesh_mailbox::Flow;
use serde_json::Value as Json;

use crate::bugs::Bug;
use crate::random::Random;
use crate::relay::Relay;
use crate::stats::Stats;
use crate::trace::Trace;
use crate::violation::{Checked, Violation};
use crate::world::Outcome;
use host::Host;
use ledger::Ledger;

/// The folders that take part.
pub(crate) const FOLDERS: [&str; 2] = ["Contacts", "Other"];
/// What the system is called in the books.
pub(crate) const SYSTEM: &str = "outlook";

/// For how many seconds nothing happens, at most: where people are many, a reading that lags shows what a run before it saw.
const LULLS: [usize; 2] = [8, 90];

/// How bad things are in this run, times in a thousand.
pub(crate) struct Weather {
    /// Requests to flows that something befalls.
    pub flow: usize,
    /// Commits at which the replica dies.
    pub crash: usize,
    /// Exchanges with the relay that come to nothing.
    pub relay: usize,
    /// Changes on their way to the mailbox while which the replica dies.
    pub flight: usize,
    /// For how many seconds nothing happens, at most.
    pub lull: usize,
}

/// Everything of one run.
pub(crate) struct Mailroom {
    pub random: Random,
    pub step: usize,
    pub hosts: Vec<Host>,
    pub relay: Relay,
    pub flow: Flow,
    pub ledger: Ledger,
    /// The replica that drives.
    pub driver: usize,
    pub epoch: u32,
    pub stats: Stats,
    pub trace: Trace,
    pub bug: Option<Bug>,
    pub calm: bool,
    pub weather: Weather,
    pub drawn: u64,
    /// Where rows went that were moved.
    pub moved: BTreeMap<String, String>,
    /// Rows that were moved and have so little of what the driver knew of them that nobody can tell whose they are.
    pub estranged: BTreeSet<String>,
    /// When a row appeared that was not there before.
    pub appeared: BTreeMap<String, usize>,
    /// Rows as they were once: what a backup brings back.
    pub backups: Vec<Vec<(String, Json)>>,
    /// Requests that a flow's platform may deliver again, and when it stops trying.
    pub late: Vec<(&'static str, Json, i64)>,
    /// Cards of which more is known than the ledger tells: something was cleared, removed or decided there.
    pub handled: BTreeSet<String>,
    /// How often the system was taken over, or a person let a held run pass: bases were set anew then.
    pub rebased: usize,
    /// Old values of a place, to be typed again: of cards by id and path, of rows by id and key.
    pub before: Vec<(String, String, String)>,
    /// Rows that a backup brought back.
    pub put_back: BTreeSet<String>,
    /// By operation: what of its row was over when it was sent. What is brought back later comes too late for it.
    pub over_when_sent: BTreeMap<String, BTreeSet<String>>,
    /// A faulty listing is not followed by another.
    pub was_faulty: bool,
    /// When users last did something to a row.
    pub touched: BTreeMap<String, usize>,
    /// When a listing last lied, and nobody has listed everything since.
    pub lied: Option<usize>,
    /// When a reading last lagged.
    pub lagged: usize,
    /// By row: the operation that made it.
    pub made_by: BTreeMap<String, String>,
    /// Rows as they were when a replica last drove, by replica.
    pub left: BTreeMap<usize, BTreeMap<String, Json>>,
    /// Given names and surnames of people who share an address and are two.
    pub strangers: Vec<[(String, String); 2]>,
    /// Given names that somebody bears who has no surname, beside whoever had them first.
    pub one_named: BTreeSet<String>,
    /// Names in rows of creates that died, of whom nothing else is as it was sent.
    pub namesakes: BTreeSet<String>,
    /// When a text was last in a row that does not hold it any more.
    pub parted: BTreeMap<String, i64>,
    /// For how many steps the clock stands still.
    pub still: usize,
}

/// Runs one seed.
pub fn run(seed: u64, steps: usize, bug: Option<Bug>, keep_trace: bool) -> Outcome {
    let mut room = Mailroom::new(seed, bug, keep_trace);
    let result = room.live(steps);
    let violation = result.err().map(|violation| Violation { step: room.step, ..violation });
    if let Some(violation) = &violation {
        room.trace.line(room.step, &format!("VIOLATION of {}: {}", violation.invariant, violation.what));
    }
    Outcome { stats: room.stats, trace: room.trace, violation }
}

impl Mailroom {
    fn new(seed: u64, bug: Option<Bug>, keep_trace: bool) -> Self {
        let mut random = Random::new(seed ^ 0x6d61_696c);
        let weather = Weather {
            flow: random.below(300),
            crash: random.below(40),
            relay: random.below(200),
            flight: random.below(120),
            lull: *random.pick(&LULLS).unwrap_or(&90),
        };
        let mut flow = Flow::default();
        flow.mailbox.now = 1_000_000;
        flow.mailbox.rewrites_phones = random.permille(500);
        if random.permille(300) {
            flow.mailbox.cuts.insert("companyName".into(), 12);
        }
        Self {
            random,
            step: 0,
            hosts: Vec::new(),
            relay: Relay::default(),
            flow,
            ledger: Ledger::default(),
            driver: 0,
            epoch: 1,
            stats: Stats::default(),
            trace: Trace::new(keep_trace),
            bug,
            calm: false,
            weather,
            drawn: 0,
            moved: BTreeMap::new(),
            estranged: BTreeSet::new(),
            appeared: BTreeMap::new(),
            backups: Vec::new(),
            late: Vec::new(),
            handled: BTreeSet::new(),
            rebased: 0,
            before: Vec::new(),
            put_back: BTreeSet::new(),
            over_when_sent: BTreeMap::new(),
            was_faulty: false,
            touched: BTreeMap::new(),
            lied: None,
            lagged: 0,
            made_by: BTreeMap::new(),
            left: BTreeMap::new(),
            strangers: Vec::new(),
            one_named: BTreeSet::new(),
            namesakes: BTreeSet::new(),
            parted: BTreeMap::new(),
            still: 0,
        }
    }

    fn live(&mut self, steps: usize) -> Checked<()> {
        for _ in 0..2 + self.random.below(4) {
            self.add_host()?;
        }
        self.connect(0)?;
        // Some begin with a mailbox full of people, some with a book.
        for _ in 0..self.random.below(12) {
            self.add_row()?;
        }
        for step in 0..steps {
            self.step = step + 1;
            crate::panics::at(self.step);
            self.pass();
            self.operation()?;
            for r in 0..self.hosts.len() {
                self.check(r)?;
            }
        }
        self.finish()
    }

    /// Returns a host. Their numbers are made here and never die.
    #[expect(clippy::indexing_slicing, reason = "hosts are numbered from 0 and never removed")]
    pub fn host(&mut self, r: usize) -> &mut Host {
        &mut self.hosts[r]
    }

    /// Says whether this happens, so many times in a thousand; never once things are calm.
    pub fn strikes(&mut self, permille: usize) -> bool {
        !self.calm && self.random.permille(permille)
    }

    /// Draws a number that was not drawn before.
    pub fn number(&mut self) -> u64 {
        self.drawn += 1;
        self.drawn
    }

    /// Draws a text that nobody typed before.
    pub fn text(&mut self, what: &str) -> String {
        format!("{} {what}", self.number())
    }

    /// Draws a telephone number that nobody has.
    pub fn phone(&mut self) -> String {
        format!("+49 30 {}", 900_000 + self.number())
    }

    /// Draws an address that nobody has.
    pub fn mail(&mut self) -> String {
        format!("P{}@example.com", self.number())
    }

    /// Says whether bases were ever set anew.
    pub fn is_rebased(&self) -> bool {
        self.rebased > 0
    }

    pub fn note(&mut self, line: &str) {
        self.trace.line(self.step, line);
    }

    /// The time on every replica's clock: what they show is the first world's business.
    pub fn now(&self) -> i64 {
        self.flow.mailbox.now * 1000
    }
}
