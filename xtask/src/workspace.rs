//! Where things are, and running other programs. Every path is made from the folder this crate was
//! built in, so that the tool works from any directory of a checkout.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where the built modules are shipped from.
pub(crate) fn shipped() -> PathBuf {
    root().join("pkg/dist/wasm")
}

/// A Node program, started in the root of the checkout.
pub(crate) fn node<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new("node");
    command.current_dir(root()).args(arguments).stdin(Stdio::null());
    command
}

/// Runs a program to its end and returns what it wrote to stdout.
pub(crate) fn output(command: &mut Command, what: &str) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{what}: cannot start {}", program(command)))?;
    if !output.status.success() {
        bail!("{what} failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{what} did not print text"))
}

/// The name of a program, for messages.
pub(crate) fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
