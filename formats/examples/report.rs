//! Reads contact files and prints what was kept, per property: `cargo run --example report -- FILE…`.

use contactmesh_formats::{Count, read};
use std::{collections::BTreeMap, process::ExitCode, time::Instant};

#[expect(clippy::print_stdout, reason = "an example talks to a person")]
fn main() -> ExitCode {
    let mut all: BTreeMap<String, Count> = BTreeMap::new();
    let (mut cards, mut failed, started) = (0, false, Instant::now());
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else {
            println!("{path}: cannot be read");
            failed = true;
            continue;
        };
        let outcome = read(&bytes, None);
        cards += outcome.drafts.len();
        if let Some(error) = &outcome.report.error {
            println!("{path}: {error}");
            failed = true;
        }
        for missing in &outcome.report.missing {
            println!("{path}:{}: missing {} {:?}", missing.line, missing.property, missing.value);
            failed = true;
        }
        for (property, count) in outcome.report.properties {
            let sum = all.entry(property).or_default();
            sum.lines += count.lines;
            sum.field += count.field;
            sum.extra += count.extra;
            sum.file += count.file;
            sum.empty += count.empty;
            sum.missing += count.missing;
        }
    }
    println!(
        "{:<40} {:>6} {:>6} {:>6} {:>6} {:>6} {:>8}",
        "property", "lines", "field", "extra", "file", "empty", "missing"
    );
    for (property, c) in all {
        println!(
            "{property:<40} {:>6} {:>6} {:>6} {:>6} {:>6} {:>8}",
            c.lines, c.field, c.extra, c.file, c.empty, c.missing
        );
    }
    println!("{cards} cards in {:?}", started.elapsed());
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
