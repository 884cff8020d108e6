//! Running cargo for the wasm32 target and learning from its own messages which file it made, so
//! that no path of the target folder is guessed.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace;

/// The only target WebAssembly is built for here.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Runs cargo with these arguments and returns the `.wasm` files it made or found fresh.
pub(crate) fn wasm_files(arguments: &[&str]) -> Result<Vec<PathBuf>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let (subcommand, rest) = arguments.split_first().context("cargo wants a subcommand")?;
    let mut command = Command::new(cargo);
    command
        .current_dir(workspace::root())
        .args([subcommand, "--locked", "--target", TARGET])
        .arg("--message-format=json-render-diagnostics")
        .args(rest);
    let messages = workspace::output(&mut command, &format!("cargo {subcommand}"))?;
    let files = artifacts(&messages);
    if files.is_empty() {
        bail!("cargo {subcommand} made no .wasm file; is the package a library with tests?");
    }
    Ok(files)
}

/// The `.wasm` files of linked artifacts: a cdylib's, or a test's executable.
fn artifacts(messages: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        if message.get("reason").and_then(Value::as_str) != Some("compiler-artifact") {
            continue;
        }
        let names = message.get("filenames").and_then(Value::as_array);
        for name in names.into_iter().flatten().filter_map(Value::as_str) {
            if name.ends_with(".wasm") {
                files.push(PathBuf::from(name));
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_linked_modules_and_nothing_else() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","filenames":["/t/libx.rlib"]}"#,
            "\nnot json\n",
            r#"{"reason":"build-finished","filenames":["/t/never.wasm"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","filenames":["/t/x.wasm","/t/x.d"]}"#,
        );
        assert_eq!(artifacts(messages), [PathBuf::from("/t/x.wasm")]);
    }
}
