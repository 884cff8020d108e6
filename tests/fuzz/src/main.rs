//! Feeds broken, hostile and nearly right changes and chunks to the reader, the guard, the cards and the book, in child
//! processes with limits of time and memory: `npm run fuzz -- --executions N [--seed S] [--json]`.
//!
//! Nothing here catches a panic: a child that panics, aborts or hangs dies of it, and the parent counts it and keeps the
//! input. One seed makes the same inputs on every machine, however they are dealt out.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a broken invariant ends the child by a panic, and the parent's business is to print"
)]

mod args;
#[path = "../../fixtures/cases.rs"]
mod cases;
mod child;
mod chunks;
mod corpus;
#[path = "../../fixtures/crafted.rs"]
mod crafted;
mod faulty;
#[path = "../../differential/histories.rs"]
mod histories;
mod inputs;
mod limits;
mod mutate;
mod parent;
#[path = "../../support/random.rs"]
mod random;
#[path = "../../support/replica.rs"]
mod replica;
mod shelf;
mod stages;
mod trial;

use std::process::ExitCode;

use args::{Args, Role};

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(why) => {
            eprintln!("{why}\nusage: npm run fuzz -- --executions N [--seed S] [--json]");
            return ExitCode::from(2);
        }
    };
    match args.role {
        Role::Parent => parent::run(&args),
        Role::Child => child::run(&args),
        Role::Show => child::show(&args),
    }
}
