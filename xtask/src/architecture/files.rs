//! What holds for files as such: their length, and that a Rust file opens by saying what it is for.
//! A file may be longer only by name and with a reason, and an exception nobody needs is refused.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Violation;
use super::rules::{LONGER, RUST_LINES, SCRIPT_LINES, SKIPPED};

/// The source files of the checkout, from its root, with `/`, sorted.
pub(crate) fn sources(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    walk(root, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), found)?;
        } else if kind.is_file() && limit(&path).is_some() {
            found.push(path);
        }
    }
    Ok(())
}

/// The most lines a file of this kind may have; None if it is no source.
fn limit(path: &str) -> Option<usize> {
    match Path::new(path).extension()?.to_str()? {
        "rs" => Some(RUST_LINES),
        "ts" | "mts" | "cts" | "js" | "mjs" | "cjs" => Some(SCRIPT_LINES),
        _ => None,
    }
}

/// The violations of one file.
pub(crate) fn check(path: &str, text: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut report = |message: String| {
        violations.push(Violation { path: path.to_owned(), line: 0, message });
    };
    let lines = text.lines().count();
    let exception = LONGER.iter().find(|(own, ..)| *own == path);
    let most = exception.map(|(_, most, _)| *most).or_else(|| limit(path));
    if most.is_some_and(|most| lines > most) {
        report(format!("{lines} lines, at most {}: split it by purpose", most.unwrap_or(0)));
    }
    if exception.is_some() && limit(path).is_some_and(|most| lines <= most) {
        report("is short enough now: take it out of LONGER".to_owned());
    }
    let rust = limit(path) == Some(RUST_LINES);
    if rust && !text.trim_start().starts_with("//!") {
        report("opens without `//!`: say first what the file is for".to_owned());
    }
    violations
}

/// Exceptions for files that are not there.
pub(crate) fn stale_exceptions(paths: &[String]) -> Vec<Violation> {
    LONGER
        .iter()
        .filter(|(path, ..)| !paths.iter().any(|own| own == path))
        .map(|(path, ..)| Violation {
            path: (*path).to_owned(),
            line: 0,
            message: "is gone: take it out of LONGER".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(opening: &str, lines: usize) -> String {
        format!("{opening}\n{}", "x;\n".repeat(lines - 1))
    }

    #[test]
    fn one_line_too_many_is_found() {
        assert_eq!(check("src/a.rs", &source("//! A.", RUST_LINES)), []);
        assert_eq!(check("src/a.rs", &source("//! A.", RUST_LINES + 1)).len(), 1);
        assert_eq!(check("js/a.ts", &source("// A.", SCRIPT_LINES)), []);
        assert_eq!(check("js/a.ts", &source("// A.", SCRIPT_LINES + 1)).len(), 1);
        assert_eq!(check("tools/a.mjs", &source("// A.", SCRIPT_LINES + 1)).len(), 1);
    }

    #[test]
    fn a_rust_file_without_an_opening_is_found() {
        assert_eq!(check("formats/src/a.rs", "use std::fmt;\n").len(), 1);
        assert_eq!(check("formats/src/a.rs", "// A.\n").len(), 1);
        assert_eq!(check("formats/src/a.rs", "").len(), 1);
        assert_eq!(check("js/a.ts", "export {};\n"), []);
    }

    #[test]
    fn walks_source_and_skips_what_is_built() {
        let root = std::env::temp_dir().join(format!("xtask-walk-{}", std::process::id()));
        for path in ["src/a.rs", "js/b.ts", "docs/c.md", "target/d.rs", "pkg/dist/e.js"] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(sources(&root).unwrap(), ["js/b.ts", "src/a.rs"]);
        fs::remove_dir_all(root).unwrap();
    }
}
