//! One row of a system, judged against what that system is known to have seen: an echo, a confirmation, something older,
//! or an edit. An edit becomes one change, over exactly what the system saw.
//!
//! Refuses to guess: a value is the system's edit only if it is neither the base's nor one that is on its way there.

use serde_json::Value as Json;

use crate::book::{Book, Clock, PeerEdit};
use crate::card::{Rule, View};
use crate::contact::{DraftValue, Path, STATE, Value, element_kind, joined};
use crate::error::Result;
use crate::hash::{Hash, sha256};
use crate::identity::{draft_key, element_id};
use crate::lens::{Aside, Content, Lens, Moved, Reading, Seat, Shown};
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

/// Where a row differs from its base, beyond what was sent.
#[derive(Clone, Debug)]
pub enum Difference {
    /// A part of a seat holds another text.
    Text {
        /// Where.
        seat: Seat,
        /// Which part of the seat.
        part: usize,
        /// Who sits there, if somebody does.
        element: Option<String>,
        /// What it holds.
        text: String,
    },
    /// An element that sat there is gone.
    Removed {
        /// Where it sat.
        seat: Seat,
        /// The element.
        element: String,
    },
    /// An element sits in another field.
    Moved(Moved),
    /// Somebody new sits there.
    New(Content),
}

/// A row as compared with its base.
pub struct Compared {
    /// The system's own edits.
    pub differences: Vec<Difference>,
    confirmed: Vec<(Seat, usize)>,
    /// Slots whose answer was another value than the one sent: the base knows no operation of it.
    rewritten: Vec<(Seat, usize)>,
    contents: Vec<Content>,
    reading: Reading,
}

impl Compared {
    /// Says whether the system's users took something away without putting anything in its place.
    #[must_use]
    pub fn blanks(&self) -> bool {
        self.differences.iter().any(|difference| match difference {
            Difference::Text { text, .. } => text.is_empty(),
            Difference::Removed { .. } => true,
            Difference::Moved(_) | Difference::New(_) => false,
        })
    }
}

impl Compared {
    /// Says whether nothing at all is left of what the row held. Users delete a row that they want empty; an answer
    /// that lost its columns looks like this.
    #[must_use]
    pub fn empties(&self) -> bool {
        self.blanks() && self.reading.contents.iter().all(Content::is_empty)
    }
}

/// Returns the digest by which an unchanged row is known again.
#[must_use]
pub fn digest(row: &Json) -> Hash {
    sha256(&[row.to_string().as_bytes()])
}

/// Compares a row with its base and with what is on its way there. `is_answer`: the row is what the system returned to
/// that very entry.
#[must_use]
pub fn compare(lens: &'static Lens, base: &Base, pending: Option<&Entry>, is_answer: bool, row: &Json) -> Compared {
    let reading = lens.read(row, &expected(base, pending, is_answer));
    let mut out = Compared {
        differences: Vec::new(),
        confirmed: Vec::new(),
        rewritten: Vec::new(),
        contents: base.contents.clone(),
        reading: Reading::default(),
    };
    for content in &reading.contents {
        let holds_elements = lens.field(content.seat).is_some_and(|field| field.elements().is_some());
        if holds_elements && content.element.is_none() {
            out.differences.push(Difference::New(content.clone()));
        } else {
            compare_seat(lens, base, pending, is_answer, content, &mut out);
        }
    }
    for moved in &reading.moved {
        out.differences.push(Difference::Moved(moved.clone()));
        out.contents.retain(|held| held.seat != moved.from || held.element.as_deref() != Some(&moved.element));
    }
    for (seat, element) in &reading.removed {
        compare_absent(lens, base, pending, *seat, element, &mut out);
    }
    if is_answer && let Some(pending) = pending {
        settle_unmentioned(lens, pending, &reading, &mut out);
    }
    out.reading = reading;
    out
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
    let mut compared = compare(lens, base, pending, is_answer, row);
    if is_answer && book.breaks(Rule::AnswersJudged) {
        compared.differences.clear();
    }
    let mut out = Judged { aside: compared.reading.aside.clone(), ..Judged::default() };
    let mut contents = compared.contents.clone();
    if let Some(pending) = pending {
        take_over(lens, base, pending, &compared.confirmed);
        if book.breaks(Rule::HeadsGrow) {
            base.heads.clone_from(&pending.heads);
        }
        if !book.breaks(Rule::OnlyWhatCameBack) {
            note_rewritten(base, pending, &compared);
        }
        out.is_settled = pending.slots.iter().all(|slot| compared.confirmed.contains(&(slot.seat, slot.part)));
    }
    for difference in &compared.differences {
        if let Difference::Text { seat, part, .. } = difference {
            base.rewritten.retain(|(at, of, _)| (at, of) != (seat, part));
        }
    }
    if !compared.differences.is_empty() {
        let edits = edits(book, lens, base, &compared.differences, &mut contents, clock)?;
        let holds = |path: &str| holds(lens, path);
        let sight = book.sight(&base.card, &base.heads, &base.operations, &holds, clock.provenance)?;
        if let Some(written) = book.write_as_peer(&base.card, &sight, PeerEdit::Write(&edits), clock)? {
            out.is_edited = true;
            base.heads.push(written.hash);
            for (path, id) in written.operations {
                base.operations.insert(path, vec![id]);
            }
        }
    }
    base.heads = book.frontier(&base.card, &base.heads)?;
    contents.retain(|content| !content.is_empty() || content.element.is_none());
    base.contents = contents;
    base.rest = compared.reading.rest;
    note_row(lens, base, row);
    Ok(out)
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

/// Returns what the row may hold: what it held, and what was sent there. An answer holds what was sent: of two equal
/// entries it is not the other one that was meant.
fn expected(base: &Base, pending: Option<&Entry>, is_answer: bool) -> Vec<Content> {
    let mut out = base.contents.clone();
    for content in pending.iter().flat_map(|pending| &pending.contents) {
        let is_sent = pending.is_some_and(|p| p.slots.iter().any(|s| s.seat == content.seat && !s.to.is_empty()));
        let held = out.iter_mut().find(|held| held.seat == content.seat);
        match held {
            Some(held) if is_sent && held.element == content.element && (is_answer || held.is_empty()) => {
                *held = content.clone();
            }
            Some(_) => {}
            None if is_sent => out.push(content.clone()),
            None => {}
        }
    }
    crate::sorted::sort_by(&mut out, |a, b| a.seat < b.seat);
    out
}

fn compare_seat(
    lens: &'static Lens,
    base: &Base,
    pending: Option<&Entry>,
    is_answer: bool,
    content: &Content,
    out: &mut Compared,
) {
    let seat = content.seat;
    let held = base.content(seat).filter(|held| held.element == content.element || content.element.is_none());
    // The same element may have sat in another seat.
    let elsewhere = || {
        base.contents
            .iter()
            .find(|held| held.element.is_some() && held.element == content.element && lens.same_kind(held.seat, seat))
    };
    let held = held.or_else(elsewhere);
    let sent = pending.and_then(|p| p.contents.iter().find(|sent| sent.seat == seat));
    let mut next = Content { element: content.element.clone(), ..content.clone() };
    let mut took_sent = false;
    for (part, text) in content.texts.iter().enumerate() {
        let from = held.map_or("", |held| held.text(part));
        let Some(text) = text else {
            if let Some(slot) = next.texts.get_mut(part) {
                *slot = held.and_then(|held| held.texts.get(part).cloned().flatten());
            }
            continue;
        };
        let slot = pending.and_then(|pending| pending.slot(seat, part));
        match slot {
            Some(slot) if lens.is_same(seat, part, &slot.to, text) => {
                out.confirmed.push((seat, part));
                took_sent = true;
            }
            Some(_) if is_answer => {
                // Cut or rewritten: the base takes the value, and no operation.
                out.confirmed.push((seat, part));
                out.rewritten.push((seat, part));
                took_sent = true;
            }
            _ if lens.is_same(seat, part, from, text) => {}
            _ => out.differences.push(Difference::Text {
                seat,
                part,
                element: content.element.clone(),
                text: text.clone(),
            }),
        }
    }
    if took_sent && let Some(sent) = sent {
        next.element.clone_from(&sent.element);
        next.made_up |= sent.made_up && lens.is_same(seat, 0, sent.text(0), next.text(0));
    }
    out.contents.retain(|held| {
        held.seat != seat
            && (held.element.is_none() || held.element != next.element || !lens.same_kind(held.seat, seat))
    });
    out.contents.push(next);
    crate::sorted::sort_by(&mut out.contents, |a, b| a.seat < b.seat);
}

/// Judges an element that is not in the row.
fn compare_absent(lens: &Lens, base: &Base, pending: Option<&Entry>, seat: Seat, element: &str, out: &mut Compared) {
    let was_held = base.content(seat).is_some_and(|held| held.element.as_deref() == Some(element));
    let parts = lens.parts(seat).len();
    let sent: Vec<_> = (0..parts).filter_map(|part| pending.and_then(|pending| pending.slot(seat, part))).collect();
    if !was_held {
        // It was on its way there and is not there yet; an answer settles that below.
        return;
    }
    let is_cleared = !sent.is_empty() && sent.iter().all(|slot| slot.to.is_empty());
    if is_cleared {
        out.confirmed.extend((0..parts).map(|part| (seat, part)));
    } else {
        out.differences.push(Difference::Removed { seat, element: element.to_owned() });
    }
    out.contents.retain(|held| held.seat != seat || held.element.as_deref() != Some(element));
}

/// Settles what was sent and what the answer does not mention: a missing key says nothing, and asking again would not end.
fn settle_unmentioned(lens: &Lens, pending: &Entry, reading: &Reading, out: &mut Compared) {
    for slot in &pending.slots {
        if out.confirmed.contains(&(slot.seat, slot.part)) {
            continue;
        }
        let mentions = reading.contents.iter().find(|content| content.seat == slot.seat);
        if mentions.is_some_and(|content| content.texts.get(slot.part).is_some_and(Option::is_some)) {
            continue;
        }
        out.confirmed.push((slot.seat, slot.part));
        if slot.to.is_empty() {
            if lens.parts(slot.seat).len() == 1 {
                out.contents.retain(|held| held.seat != slot.seat || held.element.is_none());
            }
            if let Some(held) = out.contents.iter_mut().find(|held| held.seat == slot.seat)
                && let Some(text) = held.texts.get_mut(slot.part)
            {
                *text = Some(String::new());
            }
            continue;
        }
        out.rewritten.push((slot.seat, slot.part));
        let Some(sent) = pending.contents.iter().find(|content| content.seat == slot.seat) else { continue };
        out.contents.retain(|held| held.seat != slot.seat);
        out.contents.push(sent.clone());
        crate::sorted::sort_by(&mut out.contents, |a, b| a.seat < b.seat);
    }
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
