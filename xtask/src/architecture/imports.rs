//! Finds what each module of `src/` names: other modules through `crate::` and `super::`, in `use`
//! and inline, and foreign libraries. Test files are exempt, and so is `lib.rs`, which only lists
//! the modules.

use super::Violation;
use super::lexer::{self, Kind, Token};
use super::rules;

/// The violations of one file, `path` being `src/…`.
pub(crate) fn check(path: &str, text: &str) -> Vec<Violation> {
    let Some(module) = module_path(path) else {
        return Vec::new();
    };
    let Some(own) = module.first() else {
        return Vec::new();
    };
    let tokens = lexer::tokens(text);
    let mut violations = Vec::new();
    let mut report = |line: usize, message: String| {
        violations.push(Violation { path: path.to_owned(), line, message });
    };
    if rules::rank(own).is_none() {
        report(0, format!("`{own}` has no place in xtask/src/architecture/rules.rs; give it one"));
        return violations;
    }
    for (line, name) in imports(&tokens, module.len()) {
        if let Err(message) = rules::verdict(own, &name) {
            report(line, message);
        }
    }
    for (line, library, importer) in libraries(&tokens) {
        if importer != *own {
            report(line, format!("only `{importer}` may name the library `{library}`"));
        }
    }
    violations
}

/// Names of `std` that reach outside, in a file that may not; tests may.
pub(crate) fn effects(path: &str, text: &str) -> Vec<Violation> {
    if path.ends_with("/tests.rs") || path.contains("/tests/") {
        return Vec::new();
    }
    let tokens = lexer::tokens(text);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let path = tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Path);
        if token.is_name("std") && path && is_head(&tokens, at) {
            tree(&tokens, at + 2, 0, &mut found);
        }
    }
    found
        .into_iter()
        .filter(|(_, name)| rules::EFFECTS.contains(&name.as_str()))
        .map(|(line, name)| Violation {
            path: path.to_owned(),
            line,
            message: format!("names `std::{name}`: effects belong to the host, take the value as an argument"),
        })
        .collect()
}

/// `src/card/registers.rs` is `[card, registers]`. None for test files and the root.
fn module_path(path: &str) -> Option<Vec<&str>> {
    let inner = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let mut parts: Vec<&str> = inner.split('/').collect();
    if parts.contains(&"tests") || parts == ["lib"] {
        return None;
    }
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    Some(parts)
}

/// Every name looked up in the root of the crate, with its line.
fn imports(tokens: &[Token], depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // Inline modules make `super` start deeper: the brace depths at which they opened.
    let mut inline: Vec<usize> = Vec::new();
    let mut braces = 0_usize;
    let mut opening = false;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match &token.kind {
            Kind::Sign('{') => {
                braces += 1;
                if opening {
                    inline.push(braces);
                }
                opening = false;
            }
            Kind::Sign('}') => {
                if inline.last() == Some(&braces) {
                    inline.pop();
                }
                braces = braces.saturating_sub(1);
            }
            Kind::Sign(';') => opening = false,
            Kind::Name(name) if name == "mod" => opening = true,
            Kind::Name(name) if is_head(tokens, at) => {
                let start = match name.as_str() {
                    "crate" => Some(0),
                    "super" => Some((depth + inline.len()).saturating_sub(1)),
                    _ => None,
                };
                let path = tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Path);
                if let (Some(start), true) = (start, path) {
                    at = tree(tokens, at + 2, start, &mut found);
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Whether a path starts here, rather than going on.
fn is_head(tokens: &[Token], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|index| tokens.get(index));
    match before(1).map(|token| &token.kind) {
        Some(Kind::Sign('.')) => false,
        // `::name` at the start of a path, but not `module::name` or `<T>::name`.
        Some(Kind::Path) => !before(2).is_some_and(|token| matches!(token.kind, Kind::Name(_) | Kind::Sign('>'))),
        _ => true,
    }
}

/// Reads one branch of a path that lies `depth` modules below the root; returns where it ends.
fn tree(tokens: &[Token], at: usize, depth: usize, found: &mut Vec<(usize, String)>) -> usize {
    let Some(token) = tokens.get(at) else {
        return at;
    };
    match &token.kind {
        Kind::Sign('{') => {
            let mut next = at + 1;
            while tokens.get(next).is_some_and(|token| !token.is_sign('}')) {
                next = after_branch(tokens, tree(tokens, next, depth, found));
            }
            next + 1
        }
        Kind::Name(name) if name == "super" || name == "self" => {
            let up = usize::from(name == "super");
            if tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Path) {
                tree(tokens, at + 2, depth.saturating_sub(up), found)
            } else {
                at + 1
            }
        }
        Kind::Name(name) if depth == 0 => {
            found.push((token.line, name.clone()));
            at + 1
        }
        Kind::Sign('*') if depth == 0 => {
            found.push((token.line, "*".to_owned()));
            at + 1
        }
        _ => at + 1,
    }
}

/// Behind the comma that ends this branch of a group, or at the brace that ends the group.
fn after_branch(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Sign('{') => depth += 1,
            Kind::Sign('}') if depth == 0 => return at,
            Kind::Sign('}') => depth -= 1,
            Kind::Sign(',') if depth == 0 => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Every foreign library of the rules that is named, with its line and its only importer.
fn libraries(tokens: &[Token]) -> Vec<(usize, &'static str, &'static str)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Name(name) = &token.kind else {
            continue;
        };
        let Some((library, importer)) = rules::IMPORTERS.iter().find(|(own, _)| own == name) else {
            continue;
        };
        let before = at.checked_sub(1).and_then(|index| tokens.get(index));
        let path = tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Path);
        let used = before.is_some_and(|token| token.is_name("use") || token.is_name("crate"));
        if is_head(tokens, at) && (path || used) {
            found.push((token.line, *library, *importer));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(path, text).into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn an_import_from_above_is_found_in_every_form() {
        for text in [
            "use crate::book;",
            "use crate::book::Book;",
            "use crate::{error::Error, book::{Book, Pack}};",
            "use crate::{error::{A, B}, hash, book};",
            "fn f() -> crate::book::Book { todo() }",
            "use super::book::Book;",
            "use super::{error, book};",
            "fn f() { super::book::open() }",
            "macro_rules! m { () => { $crate::book::open() } }",
            "mod inner { use super::super::book; }",
        ] {
            assert_eq!(lines("src/wire.rs", text), [1], "{text}");
            assert_eq!(lines("src/wire/mod.rs", text), [1], "{text}");
        }
        assert_eq!(lines("src/wire/frame.rs", "use super::super::book;"), [1]);
        assert_eq!(lines("src/wire/frame.rs", "use super::{part, super::book};"), [1]);
    }

    #[test]
    fn what_may_be_imported_is_not_found() {
        for text in [
            "use crate::error::Error;",
            "use crate::{error::Error, wire::frame, lens};",
            "pub(crate) fn f() {} pub(in crate::wire) fn g() {}",
            "// use crate::book;\n/* crate::book */ const X: &str = \"crate::book\";",
            "mod book; use self::book::Book;",
            "#[cfg(test)] mod tests { use crate::book::Book; }",
            "#[cfg(test)] use crate::book::Book;",
            "mod inner { use super::book; }",
        ] {
            assert_eq!(lines("src/wire.rs", text), [0; 0], "{text}");
        }
        assert_eq!(lines("src/wire/frame.rs", "use super::book; use super::{engine};"), [0; 0]);
    }

    #[test]
    fn tests_and_the_root_are_exempt() {
        let text = "use crate::engine::Engine; use automerge::Automerge;";
        for path in ["src/lib.rs", "src/wire/tests.rs", "src/wire/tests/frames.rs"] {
            assert_eq!(lines(path, text), [0; 0], "{path}");
        }
        assert_eq!(lines("src/wire/testing.rs", text), [1, 1]);
    }

    #[test]
    fn items_of_the_root_and_globs_are_refused() {
        assert_eq!(lines("src/book.rs", "use crate::Engine;"), [1]);
        assert_eq!(lines("src/book.rs", "use crate::*;"), [1]);
        assert_eq!(lines("src/book.rs", "\nuse super::*;"), [2]);
        assert_eq!(lines("src/helpers.rs", ""), [0]);
    }

    #[test]
    fn effects_are_found_outside_tests() {
        let found = |path: &str, text: &str| effects(path, text).len();
        assert_eq!(found("src/book.rs", "use std::fs;"), 1);
        assert_eq!(found("src/book.rs", "use std::{collections::BTreeMap, time::{Instant, SystemTime}, thread};"), 2);
        assert_eq!(found("formats/src/lib.rs", "fn f() { ::std::time::Instant::now(); }"), 1);
        assert_eq!(found("src/book.rs", "use std::collections::BTreeMap; use core::time::Duration;"), 0);
        assert_eq!(found("src/book.rs", "#[cfg(test)] mod tests { use std::fs; }"), 0);
        assert_eq!(found("src/book/tests.rs", "use std::fs;"), 0);
    }

    #[test]
    fn each_library_has_one_importer() {
        let text = "use automerge::ActorId;";
        assert_eq!(lines("src/change/encode.rs", text), [0; 0]);
        assert_eq!(lines("src/book.rs", text), [1]);
        assert_eq!(lines("src/book.rs", "fn f(a: automerge::ActorId) {}"), [1]);
        assert_eq!(lines("src/book.rs", "fn f(a: ::automerge::ActorId) {}"), [1]);
        assert_eq!(lines("src/book.rs", "use automerge as am;"), [1]);
        assert_eq!(lines("src/engine.rs", "use wasm_bindgen::prelude::*;"), [1]);
        assert_eq!(lines("src/entropy.rs", "fn f() { getrandom::fill(b) }"), [1]);
        assert_eq!(lines("src/hash.rs", "use sha2::{Digest, Sha256};"), [0; 0]);
        assert_eq!(lines("src/wire.rs", "use sha2::Sha256;"), [1]);
        assert_eq!(lines("src/book.rs", "fn automerge() { self.automerge.x; automerge(); }"), [0; 0]);
    }
}
