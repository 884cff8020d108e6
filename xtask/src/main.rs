//! The project's own tool: builds the WebAssembly, runs its tests, weighs it, and holds the source
//! to its layers. It installs nothing and formats nothing; `tools/` in JavaScript is what people
//! start, and this is what it calls.
#![allow(clippy::print_stdout, reason = "a command-line tool prints")]

mod architecture;
mod cargo;
mod crates;
mod glue;
mod optimise;
mod size;
mod stamp;
mod wasm;
mod wasm_test;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask wasm [--dev] [--crate engine|formats]   build pkg/dist/wasm
cargo xtask wasm-test [--crate engine|formats]      run the wasm-bindgen tests in Node
cargo xtask size                                    weigh pkg/dist/wasm against size-budget.json
cargo xtask architecture                            check layers, importers and file lengths";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        bail!("name a command:\n{USAGE}");
    };
    match command.as_str() {
        "wasm" => wasm::run(&Options::parse(rest, true)?),
        "wasm-test" => wasm_test::run(&Options::parse(rest, false)?),
        "size" if rest.is_empty() => size::run(),
        "architecture" if rest.is_empty() => architecture::run(),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("cannot read `{}`:\n{USAGE}", arguments.join(" ")),
    }
}

/// What `wasm` and `wasm-test` can be told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Build fast instead of small.
    pub(crate) dev: bool,
    /// Only this module; without it, every one that is not pending.
    pub(crate) only: Option<String>,
}

impl Options {
    fn parse(arguments: &[String], with_dev: bool) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--dev" if with_dev => options.dev = true,
                "--crate" => match rest.next() {
                    Some(name) => options.only = Some(name.clone()),
                    None => bail!("--crate wants a name: engine or formats"),
                },
                other => bail!("cannot read `{other}`:\n{USAGE}"),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn reads_its_options() {
        let options = Options::parse(&words("--dev --crate formats"), true).unwrap();
        assert_eq!(options, Options { dev: true, only: Some("formats".to_owned()) });
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(Options::parse(&words("--fast"), true).is_err());
        assert!(Options::parse(&words("--dev"), false).is_err());
        assert!(Options::parse(&words("--crate"), true).is_err());
        assert!(run(&words("deploy")).is_err());
        assert!(run(&[]).is_err());
    }
}
