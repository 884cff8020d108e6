//! The command line.

use crate::bugs::Bug;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The first seed.
    pub from: u64,
    /// How many seeds.
    pub seeds: u64,
    /// Operations in each.
    pub steps: usize,
    /// Plant each bug until it is caught.
    pub mutants: bool,
    /// Run this seed alone.
    pub seed: Option<u64>,
    /// Print what happened.
    pub trace: bool,
    /// Print JSON.
    pub json: bool,
    /// Plant this bug.
    pub bug: Option<Bug>,
    /// The world that is run.
    pub world: Kind,
}

/// A world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Replicas and relays.
    Books,
    /// Replicas, a relay and a mailbox.
    Mailbox,
}

/// How it is called.
pub const USAGE: &str = "\
npm run sim -- [--seeds N] [--from S] [--steps N] [--json]
npm run sim -- --seed S [--steps N] [--bug NAME] [--trace]
npm run sim -- --mutants [--seeds N] [--from S] [--steps N] [--json]

  --world W    books (replicas and relays) or mailbox (replicas, a relay and a mailbox)
  --seeds N    how many seeds to run (100; with --mutants at most 300 for each bug)
  --from S     the first seed (1)
  --steps N    operations in each seed (300)
  --seed S     one seed alone
  --trace      what happened in it, line by line
  --mutants    each planted bug in turn, until it is caught
  --bug NAME   one planted bug
  --json       the result as JSON on the last line";

impl Options {
    /// Reads the arguments; none if help is asked for.
    pub fn read(arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut out = Self {
            from: 1,
            seeds: 0,
            steps: 300,
            mutants: false,
            seed: None,
            trace: false,
            json: false,
            bug: None,
            world: Kind::Books,
        };
        let mut arguments = arguments.peekable();
        while let Some(argument) = arguments.next() {
            let mut number = || {
                let text = arguments.next().ok_or_else(|| format!("{argument} needs a number"))?;
                text.parse::<u64>().map_err(|_| format!("{argument} needs a number, not `{text}`"))
            };
            match argument.as_str() {
                "--seeds" => out.seeds = number()?,
                "--from" => out.from = number()?,
                "--steps" => out.steps = usize::try_from(number()?).map_err(|e| e.to_string())?,
                "--seed" => out.seed = Some(number()?),
                "--mutants" => out.mutants = true,
                "--trace" => out.trace = true,
                "--json" => out.json = true,
                "--world" => {
                    out.world = match arguments.next().as_deref() {
                        Some("books") => Kind::Books,
                        Some("mailbox") => Kind::Mailbox,
                        _ => return Err("--world needs `books` or `mailbox`".to_owned()),
                    };
                }
                "--bug" => {
                    let name = arguments.next().ok_or("--bug needs a name")?;
                    let known: Vec<&str> = Bug::ALL.iter().map(|bug| bug.name()).collect();
                    let bug = Bug::named(&name);
                    out.bug = Some(bug.ok_or_else(|| format!("no bug `{name}`; there are {}", known.join(", ")))?);
                }
                "--help" | "-h" => return Ok(None),
                other => return Err(format!("`{other}` is not an option")),
            }
        }
        if out.seeds == 0 {
            out.seeds = if out.mutants { 300 } else { 100 };
        }
        Ok(Some(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Option<Options>, String> {
        Options::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read_and_mistakes_are_named() {
        let options = read("--seeds 7 --from 3 --json").expect("legal").expect("no help");
        assert_eq!((options.seeds, options.from, options.steps, options.json), (7, 3, 300, true));
        assert_eq!(read("--mutants").expect("legal").expect("no help").seeds, 300);
        assert!(read("--help").expect("legal").is_none());
        assert!(read("--seeds x").expect_err("no number").contains("needs a number"));
        assert!(read("--bug x").expect_err("no bug").contains("torn-batch"));
        assert!(read("--fast").is_err());
    }
}
