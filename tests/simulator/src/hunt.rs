//! Many runs: seeds, or planted bugs, spread over the processor's cores, each seed on one thread.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::bugs::Bug;
use crate::mailroom;
use crate::options::{Kind, Options};
use crate::panics;
use crate::stats::Stats;
use crate::violation::{DETERMINISM, Violation};
use crate::world::{self, Outcome};

/// Every so many seeds are run twice.
const TWICE_EVERY: u64 = 100;
/// After so many violations no further seed is begun.
const ENOUGH: usize = 5;

/// What many seeds came to.
pub struct Found {
    pub seeds: u64,
    pub stats: Stats,
    /// By seed.
    pub violations: Vec<(u64, Violation)>,
    pub time: Duration,
}

/// What became of a planted bug.
pub struct Caught {
    pub bug: Bug,
    /// The seed that caught it, and how.
    pub by: Option<(u64, Violation)>,
}

/// Runs all seeds that are asked for.
pub fn seeds(options: &Options) -> Found {
    let started = Instant::now();
    let found = Mutex::new(Found { seeds: 0, stats: Stats::default(), violations: Vec::new(), time: Duration::ZERO });
    let next = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let work = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= options.seeds || stop.load(Ordering::Relaxed) {
                return;
            }
            let seed = options.from.saturating_add(n);
            let outcome = once(seed, options, options.bug);
            let violation = outcome.violation.or_else(|| {
                let twice = n.is_multiple_of(TWICE_EVERY);
                let differs = twice && once(seed, options, options.bug).trace.hash() != outcome.trace.hash();
                differs.then(|| Violation {
                    invariant: DETERMINISM,
                    step: 0,
                    what: "run twice, it went differently".into(),
                })
            });
            let Ok(mut found) = found.lock() else { return };
            found.seeds += 1;
            found.stats.merge(&outcome.stats);
            found.stats.add("seeds run twice", usize::from(n.is_multiple_of(TWICE_EVERY)));
            if let Some(violation) = violation {
                found.violations.push((seed, violation));
                if found.violations.len() >= ENOUGH {
                    stop.store(true, Ordering::Relaxed);
                }
            }
        }
    };
    on_every_core(work);
    let mut found = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    found.violations.sort_by_key(|(seed, _)| *seed);
    found.time = started.elapsed();
    found
}

/// Plants each bug until it is caught.
pub fn mutants(options: &Options) -> Vec<Caught> {
    let chosen: Vec<Bug> = Bug::ALL.into_iter().filter(|bug| options.bug.is_none_or(|only| only == *bug)).collect();
    let next = AtomicUsize::new(0);
    let caught: Mutex<Vec<(usize, Caught)>> = Mutex::new(Vec::new());
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(bug) = chosen.get(number) else { return };
            let by = first_catch(options, *bug);
            let Ok(mut caught) = caught.lock() else { return };
            caught.push((number, Caught { bug: *bug, by }));
        }
    };
    on_every_core(work);
    let mut caught = caught.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    caught.sort_by_key(|(number, _)| *number);
    caught.into_iter().map(|(_, caught)| caught).collect()
}

fn on_every_core(work: impl Fn() + Copy + Send) {
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(work);
        }
    });
}

/// Returns the first seed that catches a bug.
pub fn first_catch(options: &Options, bug: Bug) -> Option<(u64, Violation)> {
    (0..options.seeds).find_map(|n| {
        let seed = options.from.saturating_add(n);
        once(seed, options, Some(bug)).violation.map(|violation| (seed, violation))
    })
}

/// Runs one seed and keeps what happened.
pub fn replay(options: &Options, seed: u64) -> Outcome {
    panics::running(seed);
    run(seed, options, options.bug, options.trace)
}

fn once(seed: u64, options: &Options, bug: Option<Bug>) -> Outcome {
    panics::running(seed);
    run(seed, options, bug, false)
}

fn run(seed: u64, options: &Options, bug: Option<Bug>, keep_trace: bool) -> Outcome {
    // A planted bug says by itself which world it is of.
    let world = bug.map_or(options.world, |bug| if bug.is_of_mailbox() { Kind::Mailbox } else { Kind::Books });
    match world {
        Kind::Books => world::run(seed, options.steps, bug, keep_trace),
        Kind::Mailbox => mailroom::run(seed, options.steps, bug, keep_trace),
    }
}
