//! The size budget: how many bytes each shipped module costs a user, raw and compressed, against
//! `size-budget.json`. Over budget is a failure; the way out is a smaller module or a reviewed
//! change of that file, never a switch.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{crates, workspace};

/// The weights of one file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight {
    /// As it lies on disk.
    pub(crate) raw: u64,
    /// After gzip at its best level.
    pub(crate) gzip: u64,
    /// After brotli at its best level.
    pub(crate) brotli: u64,
}

/// Weighs files with the compressors of Node, which are those that web servers use.
pub(crate) fn measure(files: &[PathBuf]) -> Result<Vec<Weight>> {
    let mut command = workspace::node(["tools/measure.mjs"]);
    command.args(files);
    parse(&workspace::output(&mut command, "tools/measure.mjs")?)
}

fn parse(text: &str) -> Result<Vec<Weight>> {
    let value: Value = serde_json::from_str(text).context("tools/measure.mjs")?;
    let list = value.as_array().context("tools/measure.mjs printed no list")?;
    list.iter()
        .map(|entry| {
            let number = |key: &str| {
                entry.get(key).and_then(Value::as_u64).with_context(|| format!("tools/measure.mjs printed no `{key}`"))
            };
            Ok(Weight { raw: number("raw")?, gzip: number("gzip")?, brotli: number("brotli")? })
        })
        .collect()
}

/// Prints the table and fails over budget.
pub(crate) fn run() -> Result<()> {
    let budgets = crates::budgets()?;
    let modules = crates::chosen(None)?;
    let files: Vec<PathBuf> =
        modules.iter().map(|module| workspace::shipped().join(format!("{}.wasm", module.name))).collect();
    if let Some(missing) = files.iter().find(|file| !file.is_file()) {
        bail!("{} is missing; run `npm run build`", missing.display());
    }
    let mut over = Vec::new();
    println!("{:<10}{:>12}{:>12}{:>12}{:>12}", "module", "raw", "gzip", "brotli", "budget");
    for (module, weight) in modules.iter().zip(measure(&files)?) {
        let budget = budgets.get(module.name).context("a module has no budget")?.brotli;
        println!("{:<10}{:>12}{:>12}{:>12}{:>12}", module.name, weight.raw, weight.gzip, weight.brotli, budget);
        if let Some(message) = verdict(module.name, weight, budget) {
            over.push(message);
        }
    }
    if over.is_empty() { Ok(()) } else { bail!("{}", over.join("; ")) }
}

fn verdict(name: &str, weight: Weight, budget: u64) -> Option<String> {
    let excess = weight.brotli.checked_sub(budget).filter(|excess| *excess > 0)?;
    Some(format!("{name} is {excess} bytes over its budget of {budget} bytes brotli"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_over_is_over() {
        let weight = Weight { raw: 300, gzip: 200, brotli: 101 };
        assert_eq!(verdict("engine", weight, 101), None);
        let message = verdict("engine", weight, 100).unwrap();
        assert!(message.contains("1 bytes over"), "{message}");
    }

    #[test]
    fn reads_what_the_script_prints() {
        let weights = parse(r#"[{"raw":3,"gzip":2,"brotli":1}]"#).unwrap();
        assert_eq!(weights, [Weight { raw: 3, gzip: 2, brotli: 1 }]);
        assert!(parse(r#"[{"raw":3}]"#).is_err());
        assert!(parse("").is_err());
    }
}
