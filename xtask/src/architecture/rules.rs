//! The rules themselves, as tables: what a change of the architecture edits. The reasons are in
//! ARCHITECTURE.md; a rule is changed there first.

/// The layers of `src/`, lowest first. A module may import modules of lower layers, and its own.
pub(crate) const LAYERS: &[&[&str]] = &[
    &["error", "hash", "sorted", "table"],
    &["contact", "entropy"],
    &["normalise", "wire", "lens", "identity"],
    &["change"],
    &["policy"],
    &["card", "history", "book"],
    &["system"],
    &["inbound", "outbound", "relay"],
    &["run"],
    &["engine"],
    &["wasm"],
];

/// Modules of one layer that never import each other: the sentences.
pub(crate) const STRANGERS: &[&str] = &["inbound", "outbound", "relay"];

/// Foreign libraries with the only module of `src/` that may name them.
pub(crate) const IMPORTERS: &[(&str, &str)] = &[
    ("automerge", "change"),
    ("wasm_bindgen", "wasm"),
    ("js_sys", "wasm"),
    ("serde_wasm_bindgen", "wasm"),
    ("getrandom", "wasm"),
    ("icu_normalizer", "normalise"),
    ("miniz_oxide", "wire"),
    ("sha2", "hash"),
];

/// Modules of `std` that nothing which runs in the simulator may name: the engine and the formats take
/// values and return values. (`core::time::Duration` is a value.)
pub(crate) const EFFECTS: &[&str] = &["env", "fs", "io", "net", "os", "process", "thread", "time"];

/// The most lines of a Rust file, and of a TypeScript or JavaScript one.
pub(crate) const RUST_LINES: usize = 400;
/// See [`RUST_LINES`].
pub(crate) const SCRIPT_LINES: usize = 300;

/// Files that may be longer: path, most lines, reason.
pub(crate) const LONGER: &[(&str, usize, &str)] = &[];

/// Folders that hold no source of ours, at any depth.
pub(crate) const SKIPPED: &[&str] = &["target", "node_modules", "dist"];

/// The layer of a module, if it is listed.
pub(crate) fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Whether one module of `src/` may import another, and if not, why.
pub(crate) fn verdict(from: &str, to: &str) -> Result<(), String> {
    if from == to {
        return Ok(());
    }
    let (Some(own), Some(other)) = (rank(from), rank(to)) else {
        let unknown = if rank(from).is_none() { from } else { to };
        return Err(format!(
            "`{unknown}` is no module of the list of layers; import an item from the module that \
             owns it, or give a new module its place in xtask/src/architecture/rules.rs"
        ));
    };
    if other > own {
        return Err(format!("`{from}` imports `{to}`, which lies above it"));
    }
    if STRANGERS.contains(&from) && STRANGERS.contains(&to) {
        return Err(format!("`{from}` imports `{to}`; inbound, outbound and relay never do"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_go_down_only() {
        assert!(verdict("book", "change").is_ok());
        assert!(verdict("change", "book").is_err());
        assert!(verdict("card", "policy").is_ok());
        assert!(verdict("policy", "card").is_err());
        assert!(verdict("policy", "change").is_ok());
        assert!(verdict("error", "contact").is_err());
        assert!(verdict("wasm", "engine").is_ok());
        assert!(verdict("engine", "wasm").is_err());
    }

    #[test]
    fn one_layer_may_import_itself_but_the_sentences_may_not() {
        assert!(verdict("card", "history").is_ok());
        assert!(verdict("inbound", "inbound").is_ok());
        for from in STRANGERS {
            for to in STRANGERS.iter().filter(|to| *to != from) {
                assert!(verdict(from, to).is_err(), "{from} -> {to}");
            }
        }
    }

    #[test]
    fn an_unlisted_module_is_refused_both_ways() {
        assert!(verdict("helpers", "error").is_err());
        assert!(verdict("book", "helpers").is_err());
    }
}
