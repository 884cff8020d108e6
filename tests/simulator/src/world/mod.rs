//! One run: replicas, relays, a network and a virtual clock, all from one seed.

mod check;
mod commit;
mod edits;
mod faults;
mod imports;
mod operations;
mod quiesce;
mod record;
mod sync;
mod verify;

use std::collections::BTreeMap;

use contactmesh::book::Book;

use crate::bugs::Bug;
use crate::disk::{Disk, Image};
use crate::host::Host;
use crate::model::Model;
use crate::random::Random;
use crate::relay::Relay;
use crate::stats::Stats;
use crate::trace::Trace;
use crate::violation::{Checked, DURABILITY, Violation, broken};
use sync::Message;

/// What a run came to.
pub struct Outcome {
    pub stats: Stats,
    pub trace: Trace,
    pub violation: Option<Violation>,
}

/// How bad things are in this run, times in a thousand.
pub(crate) struct Weather {
    pub loss: usize,
    pub duplicates: usize,
    pub faults: usize,
    pub deferred: usize,
    pub delay: usize,
}

/// Everything of one run.
pub(crate) struct World {
    pub random: Random,
    pub step: usize,
    /// Virtual milliseconds.
    pub now: u64,
    pub hosts: Vec<Host>,
    pub relays: Vec<Relay>,
    /// What is on its way, by arrival.
    pub net: BTreeMap<(u64, u64), Message>,
    pub sent: u64,
    pub model: Model,
    pub stats: Stats,
    pub trace: Trace,
    pub bug: Option<Bug>,
    pub leases: u64,
    pub texts: u64,
    /// No faults any more.
    pub calm: bool,
    pub weather: Weather,
}

/// Runs one seed.
pub fn run(seed: u64, steps: usize, bug: Option<Bug>, keep_trace: bool) -> Outcome {
    let mut world = World::new(seed, bug, keep_trace);
    let result = world.live(steps);
    let violation = result.err().map(|violation| Violation { step: world.step, ..violation });
    if let Some(violation) = &violation {
        world.trace.line(world.step, &format!("VIOLATION of {}: {}", violation.invariant, violation.what));
    }
    world.stats.add("changes", world.model.changes.len());
    world.stats.add("cards on which one actor was two writers", world.model.equivocated.len());
    Outcome { stats: world.stats, trace: world.trace, violation }
}

impl World {
    fn new(seed: u64, bug: Option<Bug>, keep_trace: bool) -> Self {
        let mut random = Random::new(seed);
        let weather = Weather {
            loss: random.below(300),
            duplicates: random.below(200),
            faults: random.below(80),
            deferred: random.below(500),
            delay: 1 + random.below(4000),
        };
        Self {
            random,
            step: 0,
            now: 0,
            hosts: Vec::new(),
            relays: Vec::new(),
            net: BTreeMap::new(),
            sent: 0,
            model: Model::default(),
            stats: Stats::default(),
            trace: Trace::new(keep_trace),
            bug,
            leases: 0,
            texts: 0,
            calm: false,
            weather,
        }
    }

    fn live(&mut self, steps: usize) -> Checked<()> {
        let relays = 1 + self.random.below(2);
        self.relays.resize_with(relays, Relay::default);
        for _ in 0..3 + self.random.below(3) {
            // With two relays most replicas know only one; the first knows both and carries over.
            let both = self.hosts.is_empty() || self.random.permille(400);
            let known = if both { (0..relays).collect() } else { vec![self.random.below(relays)] };
            self.add_host(Image::new(), known)?;
        }
        for step in 0..steps {
            self.step = step + 1;
            crate::panics::at(self.step);
            self.now += 1 + u64::try_from(self.random.below(400)).unwrap_or_default();
            self.deliver_due()?;
            self.operation()?;
            for r in 0..self.hosts.len() {
                self.check_touched(r)?;
            }
        }
        self.quiesce()
    }

    /// Returns a host. Their numbers are made here and never die.
    #[expect(clippy::indexing_slicing, reason = "hosts are numbered from 0 and never removed")]
    pub fn host(&mut self, r: usize) -> &mut Host {
        &mut self.hosts[r]
    }

    /// Adds a replica on a store; returns its number.
    pub fn add_host(&mut self, image: Image, relays: Vec<usize>) -> Checked<usize> {
        let seed = self.random.bytes();
        let Ok(book) = Book::open(image.clone(), seed) else {
            return broken(DURABILITY, "a store that was committed cannot be opened");
        };
        self.leases += 1;
        let clock = self.any_clock();
        self.hosts.push(Host::new(book, Disk::of(image), self.leases, seed, relays, clock));
        let r = self.hosts.len() - 1;
        self.plant(r);
        Ok(r)
    }

    /// Switches the engine's own planted bugs on.
    pub fn plant(&mut self, r: usize) {
        let bug = self.bug;
        let bugs = &mut self.host(r).book.bugs;
        bugs.predecessors_from_now = bug == Some(Bug::PredecessorsFromNow);
        bugs.presence_not_written = bug == Some(Bug::PresenceNotWritten);
        bugs.waiting_room_dropped = bug == Some(Bug::WaitingRoomDropped);
    }

    /// Returns what a replica's clock shows.
    pub fn clock(&mut self, r: usize) -> i64 {
        let now = i64::try_from(self.now).unwrap_or_default();
        self.host(r).clock + now
    }

    /// Draws a time between 1970 and 2100.
    pub fn any_clock(&mut self) -> i64 {
        i64::try_from(self.random.below(4_102_444_800)).unwrap_or_default() * 1000
    }

    /// Says whether this happens, so many times in a thousand; never once things are calm.
    pub fn strikes(&mut self, permille: usize) -> bool {
        !self.calm && self.random.permille(permille)
    }

    pub fn note(&mut self, line: &str) {
        self.trace.line(self.step, line);
    }
}
