//! The WebAssembly modules of the project: which package each is built from, and what it may weigh.
//! `size-budget.json` in the root says the rest; a module it calls `pending` has no code yet.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace;

/// One shipped module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Module {
    /// The name of its files in `pkg/dist/wasm`.
    pub(crate) name: &'static str,
    /// The package it is built from.
    pub(crate) package: &'static str,
    /// The test targets of that package that run in WebAssembly.
    pub(crate) tests: &'static [&'static str],
}

/// Every module, the engine first.
pub(crate) const MODULES: &[Module] = &[
    Module { name: "engine", package: "contactmesh", tests: &["wasm"] },
    Module { name: "formats", package: "contactmesh-formats", tests: &["wasm"] },
];

/// What a module may weigh, from `size-budget.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// The most bytes it may have after brotli.
    pub(crate) brotli: u64,
    /// Has no code yet: neither built nor weighed, and said so.
    pub(crate) pending: bool,
}

/// The budgets by module name.
pub(crate) fn budgets() -> Result<BTreeMap<String, Budget>> {
    let path = workspace::root().join("size-budget.json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(&text).context("size-budget.json")
}

fn parse(text: &str) -> Result<BTreeMap<String, Budget>> {
    let value: Value = serde_json::from_str(text)?;
    let object = value.as_object().context("is not an object")?;
    let mut budgets = BTreeMap::new();
    for module in MODULES {
        let entry = object.get(module.name).with_context(|| format!("does not name `{}`", module.name))?;
        let brotli = entry
            .get("brotli")
            .and_then(Value::as_u64)
            .with_context(|| format!("`{}` has no whole number `brotli`", module.name))?;
        let pending = entry.get("pending").and_then(Value::as_bool).unwrap_or(false);
        budgets.insert(module.name.to_owned(), Budget { brotli, pending });
    }
    Ok(budgets)
}

/// The modules to work on: the one asked for, or all that are not pending.
pub(crate) fn chosen(only: Option<&str>) -> Result<Vec<&'static Module>> {
    select(only, &budgets()?)
}

fn select(only: Option<&str>, budgets: &BTreeMap<String, Budget>) -> Result<Vec<&'static Module>> {
    if let Some(name) = only {
        return match MODULES.iter().find(|module| module.name == name) {
            Some(module) => Ok(vec![module]),
            None => bail!("no module `{name}`; there are engine and formats"),
        };
    }
    let mut modules = Vec::new();
    for module in MODULES {
        if budgets.get(module.name).is_some_and(|budget| budget.pending) {
            println!("{}: pending in size-budget.json, left out", module.name);
        } else {
            modules.push(module);
        }
    }
    Ok(modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"engine":{"brotli":10},"formats":{"brotli":20,"pending":true}}"#;

    #[test]
    fn leaves_out_what_is_pending_unless_it_is_asked_for() {
        let budgets = parse(TEXT).unwrap();
        let names = |only| -> Vec<&str> { select(only, &budgets).unwrap().iter().map(|module| module.name).collect() };
        assert_eq!(names(None), ["engine"]);
        assert_eq!(names(Some("formats")), ["formats"]);
        assert!(select(Some("other"), &budgets).is_err());
    }

    #[test]
    fn refuses_a_budget_that_leaves_a_module_out() {
        assert!(parse(r#"{"engine":{"brotli":10}}"#).is_err());
        assert!(parse(r#"{"engine":{},"formats":{"brotli":20}}"#).is_err());
        assert!(parse("[]").is_err());
    }
}
