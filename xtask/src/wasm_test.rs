//! The runner of wasm-bindgen tests, in Node. `wasm-bindgen-cli` would do it too, for six times the
//! compile time and an installation to explain. A module in which no test is found is a failure,
//! and so is one that ends without saying how it ended.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::crates::{self, Module};
use crate::{Options, cargo, workspace};

/// How the tests of one module ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

/// Runs the tests of the chosen modules and prints one line `N passed, N failed`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut total = Counts::default();
    for module in crates::chosen(options.only.as_deref())? {
        for test in module.tests {
            let counts = run_one(module, test).with_context(|| format!("the test `{test}` of {}", module.package))?;
            total.passed += counts.passed;
            total.failed += counts.failed;
        }
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    match total {
        Counts { failed: 0, passed: 1.. } => Ok(()),
        Counts { failed: 0, .. } => bail!("no wasm test ran"),
        Counts { failed, .. } => bail!("{failed} wasm tests failed"),
    }
}

fn run_one(module: &Module, test: &str) -> Result<Counts> {
    let files = cargo::wasm_files(&["test", "--no-run", "--package", module.package, "--test", test])?;
    let linked = files.last().context("cargo linked no test")?;
    let folder = linked.with_file_name("wasm-test").join(module.name).join(test);
    prepare(linked, &folder)?;
    let mut command = workspace::node(["tools/wasm-test.cjs"]);
    command.arg(folder.join("tests.js")).stderr(Stdio::inherit());
    let output = command.output().context("cannot start node")?;
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    let counts = counts(&text).context("the tests ended without a result")?;
    if !output.status.success() && counts.failed == 0 {
        bail!("node ended with {} although no test failed", output.status);
    }
    Ok(counts)
}

/// CommonJS glue, with the raw exports beside it (`debug`), because each test is one of them.
fn prepare(linked: &Path, folder: &Path) -> Result<()> {
    // An empty folder, so that nothing of an earlier build can be run by mistake.
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(folder.join("package.json"), "{\"type\":\"commonjs\"}\n")?;
    Bindgen::new()
        .input_path(linked)
        .out_name("tests")
        .nodejs(true)?
        .debug(true)
        .keep_debug(false)
        .typescript(false)
        .generate(folder)
        .context("wasm-bindgen could not read the test module; has it a #[wasm_bindgen_test]?")
}

/// Reads `test result: ok. 3 passed; 0 failed; …`.
fn counts(text: &str) -> Option<Counts> {
    let line = text.lines().rev().find(|line| line.starts_with("test result: "))?;
    let number = |label: &str| -> Option<u64> {
        let before = line.split(label).next()?;
        before.split_whitespace().next_back()?.parse().ok()
    };
    Some(Counts { passed: number(" passed")?, failed: number(" failed")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_summary_of_the_harness() {
        let text = "running 4 tests\n\ntest result: FAILED. 3 passed; 1 failed; 0 ignored\n";
        assert_eq!(counts(text), Some(Counts { passed: 3, failed: 1 }));
    }

    #[test]
    fn no_summary_is_no_result() {
        assert_eq!(counts("running 4 tests\n"), None);
        assert_eq!(counts("test result: nothing"), None);
    }
}
