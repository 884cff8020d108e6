//! Promises of runs, driven through a stand-in for a mailbox and its flows. Their names say which trap, or which script that broke
//! a plausible rule, they are about (docs/system-sync.md).

mod delivery;
mod found;
mod handover;
mod identity;
mod people;
mod replicas;
mod scripts;
mod support;
mod traps;
