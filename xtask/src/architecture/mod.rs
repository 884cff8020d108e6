//! Holds the source to its architecture: imports go down the list of layers, each foreign library
//! has one importer, nothing that is simulated names an effect, files stay short, and every Rust
//! file says what it is for. It reads tokens, not types, so what a macro of another crate writes is
//! out of its sight.

mod files;
mod imports;
mod lexer;
mod rules;

use std::fmt;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::workspace;

/// One thing that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    /// The file, from the root of the checkout, with `/`.
    pub(crate) path: String,
    /// The line, from 1; 0 when it is about the whole file.
    pub(crate) line: usize,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(out, "{}: {}", self.path, self.message)
        } else {
            write!(out, "{}:{}: {}", self.path, self.line, self.message)
        }
    }
}

/// Checks the whole checkout and prints every violation.
pub(crate) fn run() -> Result<()> {
    let root = workspace::root();
    let mut violations = Vec::new();
    let paths = files::sources(&root)?;
    let mut engine = 0;
    for path in &paths {
        let text = fs::read_to_string(root.join(path)).with_context(|| format!("reading {path}"))?;
        violations.extend(files::check(path, &text));
        if path.starts_with("src/") || path.starts_with("formats/src/") {
            violations.extend(imports::effects(path, &text));
        }
        if path.starts_with("src/") {
            engine += 1;
            violations.extend(imports::check(path, &text));
        }
    }
    violations.extend(files::stale_exceptions(&paths));
    violations.sort();
    for violation in &violations {
        println!("{violation}");
    }
    println!("{} files, {engine} of them in layers, {} violations", paths.len(), violations.len());
    if violations.is_empty() { Ok(()) } else { bail!("the architecture is broken") }
}
