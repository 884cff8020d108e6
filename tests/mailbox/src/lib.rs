//! A stand-in for a mailbox and its two flows, for contract tests and the simulator: the documented connector's contacts
//! behind the contract of docs/flow-contract-outlook.md. Its clock is a counter of seconds that the test moves.
//!
//! Shares no module with the engine: a mistake there must not be repeated here.

mod flow;
mod mailbox;
mod time;

pub use flow::{Effect, Fault, Flow};
pub use mailbox::{Mailbox, Refusal};
pub use time::stamp;
