//! The parent: deals the inputs out to children, watches each, and reports. A child that dies is a failure whatever it
//! died of; the input that killed it is kept, and the work goes on behind it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ExitCode, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::args::Args;
use super::limits;
use super::stages::Counts;

/// How many inputs one child works.
const BATCH: u64 = 20_000;
/// After how many failures it makes no sense to go on.
const ENOUGH: usize = 50;

/// What killed a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Death {
    Panic,
    Abort,
    Hang,
}

/// An input that killed a child.
struct Failure {
    index: u64,
    death: Death,
    said: String,
}

/// What is known so far.
#[derive(Default)]
struct Report {
    counts: Counts,
    executions: u64,
    failures: Vec<Failure>,
    /// Stopped by the clock, but not when tried again alone: the machine was busy.
    slow: u64,
    /// A child that cannot even begin.
    stuck: Option<String>,
}

/// How far a child is.
struct Progress {
    since: Instant,
    begun: Option<u64>,
    /// Inputs before this one are counted.
    done: u64,
    counts: Counts,
}

/// Works all inputs; the exit code says whether every child lived.
pub fn run(args: &Args) -> ExitCode {
    let started = Instant::now();
    let next = AtomicU64::new(args.from);
    let end = args.from + args.executions;
    let report = Mutex::new(Report::default());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let batch = BATCH.min(args.executions.div_ceil(workers as u64)).max(1);
    eprintln!("{workers} children at a time, each with {}", limits::described());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(batch, Ordering::Relaxed);
                    if from >= end || is_enough(&report) {
                        return;
                    }
                    work(args, from, end.min(from + batch), &report);
                }
            });
        }
    });
    let report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    finish(args, &report, started.elapsed())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_enough(report: &Mutex<Report>) -> bool {
    let report = locked(report);
    report.failures.len() >= ENOUGH || report.stuck.is_some()
}

/// Works a range; after a death it goes on from the last counted input, without the deadly one.
fn work(args: &Args, mut from: u64, to: u64, report: &Mutex<Report>) {
    let mut skip: Vec<u64> = Vec::new();
    while from < to && !is_enough(report) {
        let (progress, death) = child(args, from, to, &skip);
        count(report, &progress, from);
        from = progress.done;
        let Some((death, said)) = death else { continue };
        let Some(index) = progress.begun else {
            locked(report).stuck = Some(said);
            return;
        };
        // A hang is tried again alone: the machine may have been busy.
        if death == Death::Hang && child(args, index, index + 1, &[]).1.is_none() {
            locked(report).slow += 1;
            continue;
        }
        let failure = Failure { index, death, said };
        keep(args, &failure);
        skip.push(index);
        locked(report).failures.push(failure);
    }
}

fn count(report: &Mutex<Report>, progress: &Progress, from: u64) {
    let mut report = locked(report);
    report.executions += progress.done - from;
    report.counts.merge(&progress.counts);
}

/// Runs one child to its end, or to its death.
fn child(args: &Args, from: u64, to: u64, skip: &[u64]) -> (Progress, Option<(Death, String)>) {
    let progress = Progress { since: Instant::now(), begun: None, done: from, counts: Counts::default() };
    let Ok(mut child) = spawned(args, "--child", from, to - from, skip) else {
        return (progress, Some((Death::Abort, "the child does not start".to_owned())));
    };
    let progress = Arc::new(Mutex::new(progress));
    let stdout = child.stdout.take().map(|stdout| {
        let progress = Arc::clone(&progress);
        std::thread::spawn(move || follow(stdout, &progress))
    });
    let stderr = child.stderr.take().map(|mut stderr| {
        std::thread::spawn(move || {
            let mut said = Vec::new();
            match stderr.read_to_end(&mut said) {
                Ok(_) => String::from_utf8_lossy(&said).into_owned(),
                Err(why) => format!("what it said cannot be read: {why}"),
            }
        })
    });
    let (succeeded, hung) = watched(&mut child, &progress);
    let followed = stdout.is_some_and(|thread| thread.join().is_ok());
    let said = stderr.and_then(|thread| thread.join().ok()).unwrap_or_default();
    let progress = std::mem::replace(
        &mut *locked(&progress),
        Progress { since: Instant::now(), begun: None, done: to, counts: Counts::default() },
    );
    let death = match (succeeded, hung) {
        (true, false) if followed && progress.done == to => None,
        (_, true) => Some(Death::Hang),
        _ if said.contains("panicked at") => Some(Death::Panic),
        _ => Some(Death::Abort),
    };
    (progress, death.map(|death| (death, said)))
}

fn spawned(args: &Args, role: &str, from: u64, executions: u64, skip: &[u64]) -> std::io::Result<Child> {
    let program = std::env::current_exe()?;
    let mut command = limits::command(&program);
    command.arg(role);
    for (name, value) in [("--seed", args.seed), ("--from", from), ("--executions", executions)] {
        command.arg(name).arg(value.to_string());
    }
    skip.iter().for_each(|index| {
        command.arg("--skip").arg(index.to_string());
    });
    if args.self_test {
        command.arg("--self-test");
    }
    command.env("RUST_BACKTRACE", "1").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Reads what a child says about how far it is.
fn follow(stdout: impl std::io::Read, progress: &Mutex<Progress>) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let mut progress = locked(progress);
        progress.since = Instant::now();
        let mut words = line.split_whitespace();
        match words.next() {
            Some("done") => {
                let Some(to) = words.next().and_then(|word| word.parse().ok()) else { return };
                if progress.counts.add_line(words).is_none() {
                    return;
                }
                progress.done = to;
            }
            Some(word) => progress.begun = word.parse().ok().or(progress.begun),
            None => {}
        }
    }
}

/// Waits for a child to end; kills it if one input takes too long. Returns whether it succeeded, and whether it hung.
fn watched(child: &mut Child, progress: &Mutex<Progress>) -> (bool, bool) {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return (status.success(), false),
            Err(_) => return (false, false),
            Ok(None) => {}
        }
        let (since, begun) = {
            let progress = locked(progress);
            (progress.since, progress.begun.is_some())
        };
        if since.elapsed() > if begun { limits::TIME } else { limits::START } {
            // It may have ended in between; then there is nothing to kill.
            let killed = child.kill().is_ok();
            return (false, child.wait().is_ok() && killed);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Keeps the input that killed a child, with what the child said.
fn keep(args: &Args, failure: &Failure) {
    let shown = spawned(args, "--show", failure.index, 1, &[]).and_then(Child::wait_with_output);
    let input = shown.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let name = format!("seed-{}-input-{}.txt", args.seed, failure.index);
    let text = format!(
        "{:?}\nagain: npm run fuzz -- --child --seed {} --from {} --executions 1\n\n{input}\n{}",
        failure.death, args.seed, failure.index, failure.said
    );
    let path = args.crashes.join(&name);
    let kept = std::fs::create_dir_all(&args.crashes).and_then(|()| std::fs::write(&path, text));
    eprintln!("{:?} at input {} of seed {}", failure.death, failure.index, args.seed);
    let first = failure.said.lines().filter(|line| !line.trim().is_empty()).take(3);
    first.for_each(|line| eprintln!("  {line}"));
    match kept {
        Ok(()) => eprintln!("  kept as {name}"),
        Err(why) => eprintln!("  not kept: {why}; the input is {input}"),
    }
}

/// Prints the report; the last line says the whole.
fn finish(args: &Args, report: &Report, took: Duration) -> ExitCode {
    let count = |death: Death| report.failures.iter().filter(|failure| failure.death == death).count();
    let (panics, aborts, hangs) = (count(Death::Panic), count(Death::Abort), count(Death::Hang));
    if let Some(said) = &report.stuck {
        eprintln!("a child ended before its first input: {said}");
    }
    if report.slow > 0 {
        eprintln!("{} inputs took too long once, and not when tried again alone", report.slow);
    }
    if args.json {
        let stages: serde_json::Map<String, serde_json::Value> =
            report.counts.rows().map(|(stage, count)| (stage.to_owned(), count.into())).collect();
        let seconds = took.as_secs_f64();
        println!(
            "{}",
            serde_json::json!({ "executions": report.executions, "panics": panics, "aborts": aborts, "hangs": hangs,
                "seed": args.seed, "seconds": seconds, "stages": stages })
        );
    } else {
        for (stage, count) in report.counts.rows() {
            println!("{count:>10}  {stage}");
        }
        println!("seed {}, {:.1} s", args.seed, took.as_secs_f64());
        println!("executions {}, panics {panics}, aborts {aborts}, hangs {hangs}", report.executions);
    }
    let complete = report.executions == args.executions && report.stuck.is_none();
    if complete && report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
