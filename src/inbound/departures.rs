//! Rows that are gone. Only a listing that proves to be complete says so, and only once it said so several times: a row
//! that was moved turns up again under another id.

use super::arrivals::unknown_base;
use crate::book::{Book, Clock, PeerEdit};
use crate::card::Rule;
use crate::error::Result;
use crate::system::{Base, Parked, System, Why, link_path};
use crate::table::Names;

/// In how many complete listings, one after the other, a row must be missing before it counts as deleted. A row that is
/// moved may be gone from one folder several runs before it is listed in another.
pub const GRACE: u32 = 4;

/// A complete listing of one folder: the rows that are there, each with its revision.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The folder.
    pub folder: String,
    /// Row ids and revisions.
    pub rows: Vec<(String, String)>,
}

/// Notes what a complete listing of all folders says. Returns the rows that must be read: unknown ones, and those with
/// another revision.
pub fn note(system: &mut System, listings: &[Listing]) -> Vec<(String, String)> {
    let mut to_read = Vec::new();
    let mut there = Names::new();
    for listing in listings {
        for (remote, revision) in &listing.rows {
            there.insert(remote.as_str());
            // An older row is read again before it is believed.
            let parked = system.parked.get(remote).filter(|parked| parked.why != Why::Older);
            let parked = parked.and_then(|parked| parked.row.get(system.lens.revision)?.as_str());
            let known = system.base(remote).map(|base| base.revision.as_str());
            if known != Some(revision) && parked != Some(revision) {
                to_read.push((listing.folder.clone(), remote.clone()));
            }
        }
    }
    let is_there = |remote: &str| there.contains(remote);
    let counts = |(remote, base): (&String, &Base)| {
        let missing = if is_there(remote) { 0 } else { base.missing.saturating_add(1) };
        (missing != base.missing).then(|| (remote.clone(), Base { missing, ..base.clone() }))
    };
    let changed: Vec<(String, Base)> = system.rows().iter().filter_map(counts).collect();
    for (remote, base) in changed {
        if base.missing == 0 {
            // What was edited while nobody knew where the row is was not sent.
            system.dirty.insert(base.card.as_str());
        }
        system.set_base(&remote, base);
    }
    let read: Names = to_read.iter().map(|(_, remote)| remote.clone()).collect();
    let waits = |(remote, parked): &(&String, &Parked)| {
        // A row that was moved counts as there, or what one listing leaves out would look deleted.
        matches!(parked.why, Why::Moved | Why::Copy)
            || is_there(remote) && (parked.why != Why::Older || read.contains(remote))
    };
    let over: Vec<String> =
        system.parked.iter().filter(|parked| !waits(parked)).map(|(remote, _)| remote.clone()).collect();
    over.iter().for_each(|remote| system.unpark(remote));
    system.decisions.retain(|remote, _| is_there(remote));
    to_read
}

/// Returns the rows that count as deleted.
#[must_use]
pub fn departed(book: &Book, system: &System) -> Vec<String> {
    let grace = if book.breaks(Rule::SeveralListings) { 1 } else { GRACE };
    let rows = system.rows().iter();
    rows.filter(|(_, base)| base.missing >= grace).map(|(remote, _)| remote.clone()).collect()
}

/// Says whether any row is missing and not gone yet: then the next run lists everything again.
#[must_use]
pub fn is_anybody_missing(system: &System) -> bool {
    system.rows().values().any(|base| base.missing > 0)
}

/// Writes that the system deleted a row. What it had not seen stays an open question.
///
/// # Errors
/// `store-damaged`.
pub fn delete(book: &mut Book, system: &System, base: &Base, clock: &Clock<'_>) -> Result<bool> {
    if book.card(&base.card)?.is_deleted() {
        return Ok(false);
    }
    let holds = |path: &str| super::row::holds(system.lens, path);
    let sight = book.sight(&base.card, &base.heads, &base.operations, &holds, clock.provenance)?;
    Ok(book.write_as_peer(&base.card, &sight, PeerEdit::Delete, clock)?.is_some())
}

/// Looks for the row of a card that was linked before and has no base here: another replica drove the system, and the
/// row was not listed since. It counts as missing from now on, with nothing known of what it saw.
///
/// # Errors
/// `store-damaged`.
pub fn expect_row(book: &mut Book, system: &mut System, card: &str) -> Result<()> {
    if !book.has(card)
        || system.row_of(card).is_some()
        || system.entries().contains_key(card)
        || book.card(card)?.is_deleted()
    {
        return Ok(());
    }
    let Some(remote) = book.card(card)?.view().value(&link_path(&system.name)).as_str().map(str::to_owned) else {
        return Ok(());
    };
    if system.gone.contains(&remote) {
        return Ok(());
    }
    if system.base(&remote).is_some() {
        // Another replica made this card of a row that became another card's here: a person has to say which.
        system.detached.insert(card);
    } else if !system.parked.contains_key(&remote)
        && !system.parked.values().any(|parked| parked.cards.iter().any(|other| other == card))
    {
        let base = unknown_base(book, system.lens, card, None, None)?;
        system.set_base(&remote, Base { missing: 1, ..base });
    }
    Ok(())
}
