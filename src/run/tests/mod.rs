//! Promises of runs, driven through a stand-in for a mailbox and its flows. Their names say which trap, or which script that broke
//! a plausible rule, they are about (docs/system-sync.md).

mod delivery;
mod found;
mod found_more;
mod handover;
mod identity;
mod moves;
mod people;
mod replicas;
mod scripts;
mod support;
mod traps;
