//! A seeded simulator of whole books: replicas on disks that forget, relays and a network that fails, people who edit
//! over what they saw; and the invariants that hold all the same. docs/simulator.md says how to read it.

mod bugs;
mod chunks;
mod disk;
mod host;
mod hunt;
mod mailroom;
mod model;
mod options;
mod panics;
mod random;
mod relay;
mod report;
mod stats;
mod trace;
mod violation;
mod world;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use options::Options;

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => return report::help(),
        Err(message) => return report::usage(&message),
    };
    panics::name_seeds();
    match (options.mutants, options.seed) {
        (true, _) => report::mutants(&options, &hunt::mutants(&options)),
        (false, Some(seed)) => report::replay(&options, &hunt::replay(&options, seed)),
        (false, None) => report::seeds(&options, &hunt::seeds(&options)),
    }
}
