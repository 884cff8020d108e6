//! Promises of runs, driven through a stand-in for a mailbox and its flows. The files are named after the traps and the
//! scripts that broke plausible rules (docs/system-sync.md).

mod scripts;
mod support;
mod traps;
