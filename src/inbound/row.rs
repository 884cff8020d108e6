//! One row of a system, judged against what that system is known to have seen: an echo, a confirmation, something older,
//! or an edit. An edit becomes one change, over exactly what the system saw.
//!
//! Refuses to guess: a value is the system's edit only if it is neither the base's nor one that is on its way there.

use serde_json::Value as Json;

pub use super::compare::{Compared, Difference, compare};
use crate::book::{Book, Clock, PeerEdit};
use crate::card::{Rule, View};
use crate::contact::{DraftValue, Path, STATE, Value, element_kind, joined};
use crate::error::Result;
use crate::hash::{Hash, sha256};
use crate::identity::{draft_key, element_id};
use crate::lens::{Aside, Content, Lens, Moved, Shown};
use crate::normalise::plain_key;
use crate::system::{Base, Entry, take_over};

/// What a row turned out to be.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Whether the card was written.
    pub is_edited: bool,
    /// Whether everything that was on its way to the row is there.
    pub is_settled: bool,
    /// What of the row was not read.
    pub aside: Vec<Aside>,
}

/// Returns the digest by which an unchanged row is known again.
#[must_use]
pub fn digest(row: &Json) -> Hash {
    sha256(&[row.to_string().as_bytes()])
}

/// Judges a row that is the card's: writes the system's edit, if there is one, and advances the base.
///
/// # Errors
/// `store-damaged`; `bad-value`.
pub fn judge(
    book: &mut Book,
    lens: &'static Lens,
    base: &mut Base,
    pending: Option<&Entry>,
    is_answer: bool,
    row: &Json,
    clock: &Clock<'_>,
) -> Result<Judged> {
    let pending = pending.filter(|_| is_answer || !book.breaks(Rule::PendingCompared));
    let compared = compare(lens, base, pending, is_answer, row);
    let mut out = Judged { aside: compared.reading.aside.clone(), ..Judged::default() };
    let mut contents = compared.contents.clone();
    if let Some(pending) = pending {
        take_over(lens, base, pending, &compared.confirmed);
        if !book.breaks(Rule::OnlyWhatCameBack) {
            note_rewritten(base, pending, &compared);
        }
        out.is_settled = pending.slots.iter().all(|slot| compared.confirmed.contains(&(slot.seat, slot.part)));
    }
    for difference in &compared.differences {
        // What was cut there is there no more, so it is sent again.
        match difference {
            Difference::Text { seat, part, .. } => base.rewritten.retain(|(at, of, _)| (at, of) != (seat, part)),
            Difference::Removed { seat, .. } => base.rewritten.retain(|(at, ..)| at != seat),
            Difference::Moved(moved) => base.rewritten.retain(|(at, ..)| *at != moved.from),
            Difference::New(content) => base.rewritten.retain(|(at, ..)| *at != content.seat),
        }
    }
    out.is_edited = write(book, lens, base, &compared.differences, &mut contents, clock)?;
    base.heads = book.frontier(&base.card, &base.heads)?;
    contents.retain(|content| !content.is_empty() || content.element.is_none());
    base.contents = contents;
    base.rest = compared.reading.rest;
    note_row(lens, base, row);
    Ok(out)
}

/// Writes what differs as one change, over exactly what the base saw; `contents` is what the row holds then. Returns whether
/// there was anything to write.
///
/// # Errors
/// `store-damaged`; `bad-value`.
pub(super) fn write(
    book: &mut Book,
    lens: &'static Lens,
    base: &mut Base,
    differences: &[Difference],
    contents: &mut Vec<Content>,
    clock: &Clock<'_>,
) -> Result<bool> {
    if differences.is_empty() {
        return Ok(false);
    }
    let edits = edits(book, lens, base, differences, contents, clock)?;
    let holds = |path: &str| holds(lens, path);
    let sight = book.sight(&base.card, &base.heads, &base.operations, &holds, clock.provenance)?;
    let Some(written) = book.write_as_peer(&base.card, &sight, PeerEdit::Write(&edits), clock)? else {
        return Ok(false);
    };
    base.heads.push(written.hash);
    for (path, id) in written.operations {
        base.operations.insert(path, vec![id]);
    }
    Ok(true)
}

/// Notes what came back as something else than was sent: the base has that value, and no operation.
fn note_rewritten(base: &mut Base, pending: &Entry, compared: &Compared) {
    for slot in &pending.slots {
        let at = (slot.seat, slot.part);
        if !compared.confirmed.contains(&at) {
            continue;
        }
        base.rewritten.retain(|(seat, part, _)| (*seat, *part) != at);
        if compared.rewritten.contains(&at) {
            for path in &slot.paths {
                base.operations.remove(path);
                // Whoever takes away what is left of it has not seen the rest.
                if let Some(presence) =
                    crate::card::presence_of(path).filter(|presence| *presence != crate::contact::NAME)
                {
                    base.operations.remove(presence);
                }
            }
            base.rewritten.push((slot.seat, slot.part, slot.to.clone()));
        }
    }
}

/// Notes which row, and which revision of it, the base stands for now.
pub fn note_row(lens: &Lens, base: &mut Base, row: &Json) {
    let text = |key: &str| row.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    base.revision = text(lens.revision);
    base.modified = text(lens.modified);
    base.created = text(lens.created);
    base.digest = digest(row);
    base.missing = 0;
}

/// Says whether a system can hold what is at a path of a card: its leaves, and the presences around them.
#[must_use]
pub fn holds(lens: &Lens, path: &str) -> bool {
    if path == STATE || path == crate::contact::NAME {
        return true;
    }
    if crate::policy::is_presence(path) {
        let kind = path.split('/').next().unwrap_or_default();
        return lens.fields.iter().filter_map(|field| field.elements()).any(|elements| elements.kind == kind);
    }
    lens.covers(path).unwrap_or_default()
}

/// Returns what the differences are in the card.
fn edits(
    book: &mut Book,
    lens: &'static Lens,
    base: &mut Base,
    differences: &[Difference],
    contents: &mut Vec<Content>,
    clock: &Clock<'_>,
) -> Result<Vec<(String, Value)>> {
    let holds = |path: &str| holds(lens, path);
    let sight = book.sight(&base.card, &base.heads, &base.operations, &holds, clock.provenance)?;
    let seen = Shown::new(sight.view().fields());
    let mut out: Vec<(String, Value)> = Vec::new();
    let mut removed: Vec<String> = Vec::new();
    let mut kept: Vec<String> = Vec::new();
    for difference in differences {
        match difference {
            Difference::Text { seat, part, element, text } => {
                let edits = lens.edits(*seat, *part, element.as_deref(), text, &seen)?;
                out.extend(edits.into_iter().map(|(path, value)| (path.to_string(), value)));
            }
            Difference::Removed { seat, element } => {
                let Some(elements) = lens.field(*seat).and_then(|field| field.elements()) else { continue };
                removed.push(joined(&[elements.kind, element]));
            }
            Difference::Moved(moved) => {
                let edits = lens.relabel(moved, &seen)?;
                out.extend(edits.into_iter().map(|(path, value)| (path.to_string(), value)));
            }
            Difference::New(content) => {
                let card = book.card(&base.card)?.clone();
                let taken: Vec<String> = contents.iter().filter_map(|held| held.element.clone()).collect();
                let Some((id, edits)) = new_element(lens, &base.card, card.view(), &taken, content) else { continue };
                let is_known = edits.is_empty();
                // What was on its way to one seat and turns up in another was moved, not removed.
                let gone = differences.iter().find_map(|other| match other {
                    Difference::Removed { seat, element } if is_known && *element == id => Some(*seat),
                    _ => None,
                });
                if let Some(from) = gone {
                    let moved = Moved { element: id.clone(), from, to: content.seat };
                    let edits = lens.relabel(&moved, &seen)?;
                    out.extend(edits.into_iter().map(|(path, value)| (path.to_string(), value)));
                    kept.push(id.clone());
                }
                out.extend(edits);
                contents.retain(|held| held.seat != content.seat);
                contents.push(Content { element: Some(id.clone()), ..content.clone() });
                if is_known {
                    take_known(lens, base, &card, content, &id);
                }
            }
        }
    }
    crate::sorted::sort_by(contents, |a, b| a.seat < b.seat);
    removed.retain(|presence| !kept.iter().any(|id| presence.split('/').next_back() == Some(id)));
    for presence in removed {
        if book.breaks(Rule::WholeElements) {
            out.extend(seen_leaves(sight.view(), &presence));
            continue;
        }
        let below = joined(&[&presence, ""]);
        out.retain(|(path, _)| !path.starts_with(&below));
        out.push((presence, Value::Null));
    }
    // One path is written once: what was found last counts.
    let mut once: Vec<(String, Value)> = Vec::with_capacity(out.len());
    for (path, value) in out {
        match once.iter_mut().find(|(known, _)| *known == path) {
            Some(known) => known.1 = value,
            None => once.push((path, value)),
        }
    }
    Ok(once)
}

/// Returns the leaves of an element, each to be cleared.
fn seen_leaves(view: View<'_>, presence: &str) -> Vec<(String, Value)> {
    view.leaves(presence).map(|(leaf, _)| (joined(&[presence, leaf]), Value::Null)).collect()
}

/// Returns the id that a new entry gets in the card, and what is to be written; nothing to write if an element of that
/// value is there already and sits nowhere else.
pub fn new_element(
    lens: &'static Lens,
    card: &str,
    view: View<'_>,
    taken: &[String],
    content: &Content,
) -> Option<(String, Vec<(String, Value)>)> {
    let draft = lens.new_element(content)?;
    let (kind, key) = (draft.kind.as_str(), draft_key(&draft));
    let is_it = |id: &&str| {
        let presence = joined(&[kind, id]);
        plain_key(element_kind(kind), view.leaves(&presence)) == key && !taken.iter().any(|other| other == id)
    };
    if let Some(known) = view.elements(kind).into_iter().find(is_it) {
        return Some((known.to_owned(), Vec::new()));
    }
    let is_unused = |id: &String| {
        let presence = joined(&[kind, id]);
        let registers = view.registers();
        registers.at(&presence).is_empty() && registers.below(&joined(&[&presence, ""])).next().is_none()
    };
    let id =
        (0..).map(|counter| element_id(card, kind, &key, counter)).find(|id| is_unused(id) && !taken.contains(id))?;
    let values = draft.fields.iter().filter_map(|(leaf, value)| match value {
        DraftValue::Value(value) => Some((joined(&[kind, &id, leaf]), value.clone())),
        DraftValue::Element(_) => None,
    });
    let values = values.collect();
    Some((id, values))
}

/// Takes over the operations of an element that the system turned out to have of its own.
fn take_known(lens: &'static Lens, base: &mut Base, card: &crate::card::Card, content: &Content, id: &str) {
    let Some(elements) = lens.field(content.seat).and_then(|field| field.elements()) else { return };
    let presence = joined(&[elements.kind, id]);
    let leaves = card.view().leaves(&presence).map(|(leaf, _)| joined(&[&presence, leaf]));
    for path in leaves.chain([presence.clone()]).filter_map(|path| Path::new(path).ok()) {
        if holds(lens, &path) && card.registers().at(&path).len() == 1 {
            let ids = card.registers().shown_ids(&path);
            base.operations.insert(path, ids);
        }
    }
    base.heads.extend(card.heads().iter().copied());
}
