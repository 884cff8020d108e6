//! Building the shipped modules: cargo links, wasm-bindgen writes the JavaScript, wasm-opt has a
//! try, and the result goes to `pkg/dist/wasm`. Cargo decides whether to compile again; the steps
//! after it are skipped when the linked module and the recipe are the same as last time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::crates::{self, Module};
use crate::{Options, cargo, glue, optimise, stamp, workspace};

/// The most memory an instance may grow to. Without a limit a runaway allocation takes the whole
/// address space of the page; with this one it ends in an error while pointers are still positive.
const MAX_MEMORY: u64 = 2 << 30;

/// What shapes the files besides the linked module: this tool's steps and its dependencies.
const RECIPE: &[&str] =
    &[include_str!("wasm.rs"), include_str!("glue.rs"), include_str!("optimise.rs"), include_str!("../../Cargo.lock")];

/// Builds the chosen modules.
pub(crate) fn run(options: &Options) -> Result<()> {
    for module in crates::chosen(options.only.as_deref())? {
        build(module, !options.dev).with_context(|| format!("building {}", module.name))?;
    }
    Ok(())
}

fn build(module: &Module, release: bool) -> Result<()> {
    let linked = link(module, release)?;
    let bytes = fs::read(&linked).with_context(|| format!("cannot read {}", linked.display()))?;
    let cache = linked.with_file_name("bindgen").join(module.name);
    let stamp_file = cache.join("stamp");
    let files = names(module.name).map(|name| cache.join(name));
    let binaryen = fs::read(workspace::root().join("node_modules/binaryen/package.json"));
    let profile: &[u8] = if release { b"release" } else { b"dev" };
    let inputs = RECIPE.iter().map(|text| text.as_bytes()).chain([
        bytes.as_slice(),
        binaryen.as_deref().unwrap_or_default(),
        profile,
    ]);
    let hash = stamp::hash(inputs);
    let fresh = stamp::is_fresh(&stamp_file, &hash, files.iter().map(PathBuf::as_path));
    if !fresh {
        let mut made = glue::make(&linked, module.name, release)?;
        if release {
            made.wasm = optimise::smaller(module.name, made.wasm, &cache.join("scratch"))?;
        }
        let contents: [&[u8]; 3] = [made.js.as_bytes(), &made.wasm, made.types.as_bytes()];
        for (file, contents) in files.iter().zip(contents) {
            stamp::write_changed(file, contents)?;
        }
        fs::write(&stamp_file, &hash)?;
    }
    ship(&files)?;
    println!(
        "{}: {} {}",
        module.name,
        if release { "release" } else { "dev" },
        if fresh { "unchanged" } else { "built" }
    );
    Ok(())
}

/// `cargo rustc --crate-type cdylib`: with the crate type in Cargo.toml, cargo drops LTO silently.
fn link(module: &Module, release: bool) -> Result<PathBuf> {
    let profile = if release { "release" } else { "dev" };
    let memory = format!("link-arg=--max-memory={MAX_MEMORY}");
    let files = cargo::wasm_files(&[
        "rustc",
        "--package",
        module.package,
        "--lib",
        "--crate-type",
        "cdylib",
        "--profile",
        profile,
        "--",
        "-C",
        &memory,
    ])?;
    files.into_iter().next_back().context("cargo linked no module")
}

fn names(module: &str) -> [String; 3] {
    [format!("{module}.js"), format!("{module}.wasm"), format!("{module}.d.ts")]
}

fn ship(files: &[PathBuf]) -> Result<()> {
    for file in files {
        let name = file.file_name().map(Path::new).context("a file without a name")?;
        stamp::write_changed(&workspace::shipped().join(name), &fs::read(file)?)?;
    }
    Ok(())
}
