//! Panics: an optimised build aborts, so a panic must say by itself which run it was.

use std::cell::Cell;
use std::io::Write;

thread_local! {
    static SEED: Cell<u64> = const { Cell::new(0) };
    static STEP: Cell<usize> = const { Cell::new(0) };
}

/// Notes which seed this thread runs.
pub fn running(seed: u64) {
    SEED.set(seed);
    STEP.set(0);
}

/// Notes the step.
pub fn at(step: usize) {
    STEP.set(step);
}

/// Lets a panic name its seed and how to replay it.
pub fn name_seeds() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let (seed, step) = (SEED.get(), STEP.get());
        // Nobody is left to be told if standard error is gone.
        if writeln!(
            std::io::stderr(),
            "PANIC in seed {seed}, step {step}; replay: npm run sim -- --seed {seed} --trace"
        )
        .is_ok()
        {
            before(info);
        }
    }));
}
