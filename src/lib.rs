//! A contact store that merges.
//!
//! Each card is a flat map of registers kept in Automerge's change format. The engine takes values and returns
//! values: no I/O, no clock, no randomness. ARCHITECTURE.md draws the layers; docs/format.md is the format.

pub mod book;
pub mod card;
pub mod change;
pub mod contact;
pub mod engine;
pub mod entropy;
pub mod error;
pub mod hash;
pub mod history;
pub mod identity;
pub mod inbound;
pub mod lens;
pub mod normalise;
pub mod outbound;
pub mod policy;
pub mod relay;
pub mod run;
mod sorted;
pub mod system;
pub mod table;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
pub mod wire;
