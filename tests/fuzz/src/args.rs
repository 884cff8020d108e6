//! The command line: what a person types, and what the parent tells its children.

use std::path::PathBuf;

/// What this process is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Starts children, watches them and reports.
    Parent,
    /// Works inputs.
    Child,
    /// Prints one input.
    Show,
}

/// Everything a process is told.
#[derive(Clone, Debug)]
pub struct Args {
    pub role: Role,
    pub seed: u64,
    /// The first input.
    pub from: u64,
    /// How many inputs.
    pub executions: u64,
    /// Inputs that are known to kill a child.
    pub skip: Vec<u64>,
    pub json: bool,
    /// Whether some inputs break the child on purpose, to prove that the parent notices.
    pub self_test: bool,
    /// Where inputs that killed a child are kept.
    pub crashes: PathBuf,
}

impl Args {
    /// Reads the arguments behind the program's name.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut out = Self {
            role: Role::Parent,
            seed: 1,
            from: 0,
            executions: 100_000,
            skip: Vec::new(),
            json: false,
            self_test: false,
            crashes: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("crashes"),
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--child" => out.role = Role::Child,
                "--show" => out.role = Role::Show,
                "--json" => out.json = true,
                "--self-test" => out.self_test = true,
                "--seed" => out.seed = number(&word, words.next())?,
                "--from" => out.from = number(&word, words.next())?,
                "--executions" => out.executions = number(&word, words.next())?,
                "--skip" => out.skip.push(number(&word, words.next())?),
                "--crashes" => out.crashes = words.next().ok_or("--crashes needs a folder")?.into(),
                other => return Err(format!("`{other}` is not known")),
            }
        }
        Ok(out)
    }
}

fn number(word: &str, value: Option<String>) -> Result<u64, String> {
    let value = value.ok_or_else(|| format!("{word} needs a number"))?;
    value.replace('_', "").parse().map_err(|_| format!("{word} needs a number, not `{value}`"))
}
