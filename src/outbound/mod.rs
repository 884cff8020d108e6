//! Outbound: what a system would be sent, as a plan that says for each field why; and each action as an entry of the
//! outbox, with everything its answer will be judged by.
//!
//! Sends nothing. What is in conflict with the system's own value, in doubt, or waits for a person is not in a plan's
//! actions; it is named beside them.

mod compose;

pub use compose::{compose, next_attempt};

use crate::book::Book;
use crate::card::display_name;
use crate::error::Result;
use crate::lens::Change;
use crate::system::{Facing, Intent, System, Why, Withheld, link_path};
use crate::table::Names;

/// What a system would be sent for one card.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The card.
    pub card: String,
    /// What the person is called.
    pub name: String,
    /// What is done.
    pub intent: Intent,
    /// The row; empty for one that is to be made.
    pub remote: String,
    /// What is written, field by field.
    pub changes: Vec<Change>,
    /// What waits for a decision.
    pub withheld: Vec<Withheld>,
}

impl Action {
    /// Says whether the system would lose something: a row, or all that a field held.
    #[must_use]
    pub fn takes_away(&self) -> bool {
        self.intent == Intent::Delete || self.changes.iter().any(|change| change.to.is_empty())
    }
}

/// Returns what is to be sent for a card; nothing if its row is as it should be, or if it has to wait.
///
/// # Errors
/// `store-damaged`.
pub fn action(book: &mut Book, system: &System, card: &str) -> Result<Option<Action>> {
    if !book.has(card) || system.entries().contains_key(card) || system.detached.contains(card) {
        return Ok(None);
    }
    let remote = system.row_of(card).map(str::to_owned);
    let base = remote.as_deref().and_then(|remote| system.base(remote));
    let is_settled = book.state_is_settled(card)?;
    if !is_settled || base.is_some_and(|base| base.missing > 0) {
        return Ok(None);
    }
    let is_deleted = book.card(card)?.is_deleted();
    let name = display_name(book.card(card)?.view());
    let act = |intent, changes, withheld| Action {
        card: card.to_owned(),
        name,
        intent,
        remote: remote.clone().unwrap_or_default(),
        changes,
        withheld,
    };
    if is_deleted {
        return Ok(base.is_some().then(|| act(Intent::Delete, Vec::new(), Vec::new())));
    }
    if base.is_none() && !may_create(book, system, card)? {
        return Ok(None);
    }
    let facing = Facing::new(book, system.lens, card, base)?;
    let (changes, withheld) = facing.sift(book, system.lens, &system.name, base)?;
    // A new row is sent whole or not at all.
    let waits = base.is_none() && !withheld.is_empty();
    if changes.is_empty()
        || waits
        || base.is_none() && facing.projection.contents.iter().all(|c| c.is_empty() || c.made_up)
    {
        return Ok(None);
    }
    let intent = if base.is_some() { Intent::Update } else { Intent::Create };
    Ok(Some(act(intent, changes, withheld)))
}

/// Returns the differences of a card that wait for a decision.
///
/// # Errors
/// `store-damaged`.
pub fn withheld(book: &mut Book, system: &System, card: &str) -> Result<Vec<Withheld>> {
    let Some(base) = system.row_of(card).and_then(|remote| system.base(remote)) else { return Ok(Vec::new()) };
    if !book.has(card) || book.card(card)?.is_deleted() {
        return Ok(Vec::new());
    }
    let facing = Facing::new(book, system.lens, card, Some(base))?;
    Ok(facing.sift(book, system.lens, &system.name, Some(base))?.1)
}

/// Returns the cards that may have something to be sent.
#[must_use]
pub fn candidates(book: &Book, system: &System) -> Names {
    let changed = book.changed_cards(system.swept);
    system.dirty.iter().chain(changed.keys()).cloned().collect()
}

/// Says whether a card without a row may get one: not if it has one that was not listed yet, and not while a row that
/// may be the same person waits for a decision.
fn may_create(book: &mut Book, system: &System, card: &str) -> Result<bool> {
    let is_proposed = |why| why == Why::Proposal || why == Why::PendingCreate;
    if system.parked.values().any(|parked| is_proposed(parked.why) && parked.cards.iter().any(|other| other == card)) {
        return Ok(false);
    }
    let link = book.card(card)?.view().value(&link_path(&system.name)).as_str().map(str::to_owned);
    Ok(link.is_none_or(|remote| system.gone.contains(&remote)))
}
