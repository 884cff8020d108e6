//! Lenses: how cards look in a system of record, both ways, and what that system can hold.
//!
//! A lens is a table ([`Lens`], [`outlook`]); the machinery around it knows no system. [`Lens::project`] says what a row
//! would hold of a card, [`Lens::read`] what a row holds, [`Lens::changes`] where the two differ, [`Lens::create`] and
//! [`Lens::update`] how a difference is written, and [`Lens::edits`] what a row's own edit is in the card.
//!
//! Refuses to decide: whether a difference is an edit, an echo or a conflict takes a base, which is kept elsewhere. Values
//! in, values out; what a system cannot hold and what of a row was not read is named, never left out silently.

mod edit;
mod form;
mod list;
pub mod outlook;
mod project;
mod read;
mod seat;
mod seating;
mod shown;
mod table;
mod write;

#[cfg(test)]
mod tests;

pub use form::Form;
pub use project::{Projection, Unheld, Why};
pub use read::{Aside, Moved, Reading, Reason};
pub use seat::{Content, Seat, text_at};
pub use shown::Shown;
pub use table::{Clear, Condition, Elements, Field, Holds, Lens, Part, Says, Shape, StandIn};
pub use write::{Change, Request};
