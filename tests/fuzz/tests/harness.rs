//! The search itself: it notices every kind of death, loses no input, and makes the same inputs from the same seed.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::process::{Command, Output};

fn fuzz(words: &[&str]) -> Output {
    let crashes = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("crashes");
    let mut command = Command::new(env!("CARGO_BIN_EXE_contactmesh-fuzz"));
    command.args(words).arg("--crashes").arg(crashes);
    command.output().expect("the search starts")
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn a_child_that_panics_aborts_hangs_or_hoards_is_noticed_and_its_input_kept() {
    let output = fuzz(&["--self-test", "--executions", "400", "--seed", "1"]);
    let last = lines(&output).pop().expect("a last line");
    assert_eq!(last, "executions 400, panics 1, aborts 2, hangs 1", "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
    for input in [50, 120, 200, 260] {
        let file = format!("{}/crashes/seed-1-input-{input}.txt", env!("CARGO_TARGET_TMPDIR"));
        let text = std::fs::read_to_string(&file).expect("the input is kept");
        assert!(text.contains("for card") && text.contains(&format!("--from {input} ")), "{text}");
    }
}

#[test]
fn one_seed_makes_the_same_run_however_it_is_dealt_out() {
    let words = ["--executions", "1500", "--seed", "7"];
    let (one, two) = (fuzz(&words), fuzz(&words));
    assert_eq!(one.status.code(), Some(0), "{}", String::from_utf8_lossy(&one.stderr));
    let table =
        |output: &Output| lines(output).into_iter().filter(|line| !line.starts_with("seed")).collect::<Vec<_>>();
    assert_eq!(table(&one), table(&two));
    assert_eq!(lines(&one).pop().as_deref(), Some("executions 1500, panics 0, aborts 0, hangs 0"));
}

#[test]
fn inputs_reach_every_stage() {
    let output = fuzz(&["--executions", "6000", "--seed", "3", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let stages = report["stages"].as_object().expect("stages");
    let missed: Vec<&String> =
        stages.iter().filter(|(_, count)| count.as_u64() == Some(0)).map(|(name, _)| name).collect();
    assert!(missed.is_empty(), "no input reached {missed:?}");
}

#[test]
fn arguments_that_are_not_known_are_refused() {
    assert_eq!(fuzz(&["--executionz", "1"]).status.code(), Some(2));
    assert_eq!(fuzz(&["--executions", "many"]).status.code(), Some(2));
}
