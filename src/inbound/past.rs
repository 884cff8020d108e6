//! A row's own past: what a driver read of it before the row became what this driver knows. It comes with a relay, later than
//! the row did, and looks like news: an edit over the value that the row has again, a number that is gone there. It is
//! written over with what the row holds, as the system's own edit, before anything is sent.
//!
//! Believes the system's times alone, and only a strictly earlier one. Never decides for a person: an edit made over such a
//! reading stays, beside what the row holds now.

use super::compare::Difference;
use super::row::{holds, write};
use crate::book::{Book, Clock, Known};
use crate::change::{Change, OpId};
use crate::contact::{Provenance, STATE, joined};
use crate::error::Result;
use crate::hash::Hash;
use crate::history::History;
use crate::lens::{Content, Lens, Shown};
use crate::system::Base;

/// Writes what the row holds over what was read of it earlier, by whomever, and has come in since the base was made. The
/// clock's provenance names the row, and the revision that the base stands for. Returns whether the card was written.
///
/// # Errors
/// `store-damaged`; `bad-value`.
pub fn outdate(book: &mut Book, lens: &'static Lens, base: &mut Base, clock: &Clock<'_>) -> Result<bool> {
    let readings = readings(book.history(&base.card)?, base, clock.provenance);
    if readings.is_empty() {
        return Ok(false);
    }
    let history = book.history(&base.card)?;
    let card = history.card(&base.card);
    let mut past = Known::new();
    for candidates in card.registers().groups() {
        let Some(path) = candidates.first().map(|entry| &entry.path) else { continue };
        if path.as_str() != STATE && holds(lens, path) {
            let known = base.operations.get(path).map(Vec::as_slice).unwrap_or_default();
            let ids: Vec<OpId> = candidates.iter().map(|entry| entry.id).collect();
            let ids = unanswered(history, &readings, known, &ids);
            if !ids.is_empty() {
                past.insert(path.clone(), ids);
            }
        }
    }
    let known = base.operations.clone();
    past.iter().for_each(|(path, ids)| base.operations.insert(path.clone(), ids.clone()));
    // The system has seen its own past: it is looked at once.
    base.heads.extend(readings);
    let sight = book.sight(&base.card, &base.heads, &base.operations, &|path| holds(lens, path), clock.provenance)?;
    let shown = Shown::new(sight.view().fields());
    let then = lens.project(&shown, &base.contents).contents;
    let differences = since(lens, base, &past, &then, &shown);
    let mut contents = base.contents.clone();
    let is_written = write(book, lens, base, &differences, &mut contents, clock)?;
    for (path, ids) in past.iter() {
        if base.operations.get(path) == Some(ids) {
            match known.get(path) {
                Some(known) => base.operations.insert(path.clone(), known.clone()),
                None => base.operations.remove(path),
            }
        }
    }
    base.contents = contents;
    base.heads = book.frontier(&base.card, &base.heads)?;
    Ok(is_written)
}

/// Returns the changes with earlier readings of the row that its base does not stand on.
fn readings(history: &History, base: &Base, row: &Provenance) -> Vec<Hash> {
    let seen = history.graph().ancestors(&base.heads);
    let changes = history.changes().zip(&seen).filter(|((_, is_out), is_seen)| !is_out && !**is_seen);
    changes.filter(|((change, _), _)| is_earlier_reading(change, row)).map(|((change, _), _)| change.hash).collect()
}

/// Says whether a change is what somebody read of a row, before it became what it is.
fn is_earlier_reading(change: &Change, row: &Provenance) -> bool {
    let from = Provenance::from_message(&change.message);
    from.origin.is_system()
        && (&from.system, &from.row) == (&row.system, &row.row)
        && Lens::is_earlier(&from.revision, &row.revision)
}

/// Returns the operations of readings that candidates of a path stand on or are, as far as their writers had not seen what
/// the row holds now.
fn unanswered(history: &History, readings: &[Hash], known: &[OpId], candidates: &[OpId]) -> Vec<OpId> {
    let is_reading = |id: &OpId| history.writer(*id).is_some_and(|change| readings.contains(&change.hash));
    let mut out: Vec<OpId> = Vec::new();
    for candidate in candidates {
        let chain = history.chain_of(*candidate);
        for reading in chain.iter().filter(|id| is_reading(id)) {
            let before = history.chain_of(*reading);
            let has_seen = known.iter().any(|id| chain.contains(id) && !before.contains(id));
            let is_last = !out.iter().any(|other| history.chain_of(*other).contains(reading));
            if !has_seen && is_last {
                out.push(*reading);
            }
        }
    }
    out
}

/// Returns what the system's users did since: what the row holds that is not what was read `then`, where a reading spoke of it.
fn since(lens: &Lens, base: &Base, past: &Known, then: &[Content], shown: &Shown<'_>) -> Vec<Difference> {
    let presence = |content: &Content| {
        let elements = lens.field(content.seat)?.elements()?;
        Some(joined(&[elements.kind, content.element.as_deref()?]))
    };
    let is_read = |content: &Content| presence(content).is_some_and(|path| past.get(&path).is_some());
    let has = |contents: &[Content], content: &Content| {
        let is_it = |other: &Content| other.element == content.element && lens.same_kind(other.seat, content.seat);
        contents.iter().any(is_it)
    };
    let mut out = Vec::new();
    for read in then {
        let Some(held) = base.content(read.seat).filter(|held| held.element == read.element) else {
            if let Some(element) = read.element.clone().filter(|_| is_read(read) && !has(&base.contents, read)) {
                out.push(Difference::Removed { seat: read.seat, element });
            }
            continue;
        };
        for part in 0..read.texts.len() {
            let leaves = lens.leaves(read.seat, part, read.element.as_deref(), shown);
            let is_cut = base.rewritten.iter().any(|(seat, of, _)| (*seat, *of) == (read.seat, part));
            let is_other = !lens.is_same(read.seat, part, held.text(part), read.text(part));
            if is_other && !is_cut && leaves.iter().any(|leaf| past.get(leaf).is_some()) {
                let (seat, element, text) = (read.seat, read.element.clone(), held.text(part).to_owned());
                out.push(Difference::Text { seat, part, element, text });
            }
        }
    }
    let gone = base.contents.iter().filter(|held| is_read(held) && !has(then, held) && !held.is_empty());
    out.extend(gone.map(|held| Difference::New(Content { element: None, ..held.clone() })));
    out
}

/// Returns the operations of a card that are earlier readings of a row and that nobody has written over: what the system
/// held when they were read, for whoever drives it without a base.
///
/// # Errors
/// `card-unknown`; `store-damaged`.
pub fn last_read(book: &mut Book, lens: &Lens, card: &str, row: &Provenance) -> Result<Known> {
    let history = book.history(card)?;
    let registers = history.card(card);
    let mut out = Known::new();
    for candidates in registers.registers().groups() {
        let Some(path) = candidates.first().map(|entry| &entry.path) else { continue };
        let is_it = |id: &OpId| history.writer(*id).is_some_and(|change| is_earlier_reading(change, row));
        let ids: Vec<OpId> = candidates.iter().map(|entry| entry.id).filter(is_it).collect();
        if path.as_str() != STATE && holds(lens, path) && !ids.is_empty() {
            out.insert(path.clone(), ids);
        }
    }
    Ok(out)
}
