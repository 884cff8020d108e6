//! The child: works inputs one after the other and says on stdout which one it begins, so that the parent knows the one
//! that killed it.

use std::io::Write as _;
use std::process::ExitCode;

use contactmesh::hash::hex;

use super::args::Args;
use super::corpus::Corpus;
use super::faulty;
use super::inputs::{Input, input};
use super::stages::Counts;
use super::trial::Trial;

/// How many inputs the child works before it hands its counters over.
const STEP: u64 = 500;

/// Works a range of inputs.
pub fn run(args: &Args) -> ExitCode {
    let corpus = Corpus::new();
    let mut out = std::io::stdout().lock();
    let end = args.from + args.executions;
    let mut from = args.from;
    while from < end {
        let to = end.min(from + STEP);
        let mut counts = Counts::default();
        for index in from..to {
            if args.skip.contains(&index) {
                continue;
            }
            // One write each, not buffered: it must be out when the input kills us.
            if out.write_all(format!("{index}\n").as_bytes()).is_err() {
                return ExitCode::FAILURE;
            }
            if args.self_test {
                faulty::break_on(index);
            }
            let (input, mut random) = input(&corpus, args.seed, index, &mut counts);
            Trial { corpus: &corpus, counts: &mut counts, random: &mut random }.run(index, &input);
        }
        if writeln!(out, "done {to}{}", counts.to_line()).is_err() {
            return ExitCode::FAILURE;
        }
        from = to;
    }
    ExitCode::SUCCESS
}

/// Prints one input, without working it.
pub fn show(args: &Args) -> ExitCode {
    let (input, _) = input(&Corpus::new(), args.seed, args.from, &mut Counts::default());
    match input {
        Input::Change { base, bytes } => println!("change for card {base}: {}", hex(&bytes)),
        Input::Chunk { base, bytes } => println!("chunk for card {base}: {}", hex(&bytes)),
    }
    ExitCode::SUCCESS
}
