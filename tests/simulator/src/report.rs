//! What people, and programs, are told.

use std::io::Write;
use std::process::ExitCode;

use crate::hunt::{Caught, Found};
use crate::options::{Options, USAGE};
use crate::stats::Stats;
use crate::violation::Violation;
use crate::world::Outcome;

/// Prints how the program is called.
pub fn help() -> ExitCode {
    print(USAGE, true)
}

/// Prints what is wrong with the arguments.
pub fn usage(message: &str) -> ExitCode {
    // Nobody is left to be told if standard error is gone.
    if writeln!(std::io::stderr(), "{message}\n\n{USAGE}").is_err() {
        return ExitCode::from(3);
    }
    ExitCode::from(2)
}

/// Reports on many seeds.
pub fn seeds(options: &Options, found: &Found) -> ExitCode {
    let mut out = String::new();
    for (seed, violation) in &found.violations {
        out.push_str(&story(options, *seed, violation));
    }
    out.push_str(&table(&found.stats));
    let steps = usize::try_from(found.seeds).unwrap_or_default() * options.steps;
    let seconds = found.time.as_secs_f64();
    out.push_str(&format!("{seconds:.1} s\n"));
    let violations = found.violations.len();
    out.push_str(&format!("seeds {}, steps {steps}, violations {violations}", found.seeds));
    if options.json {
        let counters: Vec<String> =
            found.stats.iter().map(|(what, times)| format!("{}:{times}", quoted(what))).collect();
        let stories: Vec<String> = found.violations.iter().map(|(seed, violation)| as_json(*seed, violation)).collect();
        out.push_str(&format!(
            "\n{{\"seeds\":{},\"steps\":{steps},\"seconds\":{seconds:.1},\"violations\":[{}],\"counters\":{{{}}}}}",
            found.seeds,
            stories.join(","),
            counters.join(",")
        ));
    }
    print(&out, violations == 0)
}

/// Reports on one seed.
pub fn replay(options: &Options, outcome: &Outcome) -> ExitCode {
    let mut out = String::new();
    for line in outcome.trace.lines() {
        out.push_str(line);
        out.push('\n');
    }
    if let (Some(seed), Some(violation)) = (options.seed, &outcome.violation) {
        out.push_str(&story(options, seed, violation));
    }
    out.push_str(&table(&outcome.stats));
    out.push_str(&format!("trace {:016x}\n", outcome.trace.hash()));
    let violations = usize::from(outcome.violation.is_some());
    out.push_str(&format!("seeds 1, steps {}, violations {violations}", options.steps));
    print(&out, violations == 0)
}

/// Reports on planted bugs.
pub fn mutants(options: &Options, all: &[Caught]) -> ExitCode {
    let mut out = format!("{:<28}{:>8}  {}\n", "planted bug", "seed", "caught by");
    for caught in all {
        let (seed, by) = match &caught.by {
            Some((seed, violation)) => (seed.to_string(), format!("{}: {}", violation.invariant, violation.what)),
            None => ("-".to_owned(), format!("NOT CAUGHT in {} seeds", options.seeds)),
        };
        out.push_str(&format!("{:<28}{seed:>8}  {by}\n", caught.bug.name()));
    }
    let missed = all.iter().filter(|caught| caught.by.is_none()).count();
    out.push_str(&format!("planted {}, caught {}, missed {missed}", all.len(), all.len() - missed));
    if options.json {
        let rows = all.iter().map(|caught| {
            let by = caught.by.as_ref().map_or("null".to_owned(), |(seed, violation)| as_json(*seed, violation));
            format!("{{\"bug\":{},\"caught\":{by}}}", quoted(caught.bug.name()))
        });
        out.push_str(&format!("\n[{}]", rows.collect::<Vec<_>>().join(",")));
    }
    print(&out, missed == 0)
}

fn story(options: &Options, seed: u64, violation: &Violation) -> String {
    let bug = options.bug.map(|bug| format!(" --bug {}", bug.name())).unwrap_or_default();
    format!(
        "VIOLATION of {}\n  seed {seed}, step {}: {}\n  replay: npm run sim -- --seed {seed} --steps {}{bug} --trace\n",
        violation.invariant, violation.step, violation.what, options.steps
    )
}

fn table(stats: &Stats) -> String {
    stats.iter().map(|(what, times)| format!("{times:>10}  {what}\n")).collect()
}

fn as_json(seed: u64, violation: &Violation) -> String {
    format!(
        "{{\"seed\":{seed},\"step\":{},\"invariant\":{},\"what\":{}}}",
        violation.step,
        quoted(violation.invariant),
        quoted(&violation.what)
    )
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn print(text: &str, fine: bool) -> ExitCode {
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) if fine => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
