//! A row beside its base: which of it is an echo, which confirms what was sent, and which is the system's own edit. Reads
//! only; what follows from it is written by whoever judges.

use serde_json::Value as Json;

use crate::lens::{Content, Lens, Moved, Reading, Seat, text_at};
use crate::system::{Base, Entry, SentSlot};

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
    pub(super) confirmed: Vec<(Seat, usize)>,
    /// Slots whose answer was another value than the one sent: the base knows no operation of it.
    pub(super) rewritten: Vec<(Seat, usize)>,
    pub(super) contents: Vec<Content>,
    pub(super) reading: Reading,
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

/// Compares a row with its base and with what is on its way there. `is_answer`: the row is what the system returned to
/// that very entry.
#[must_use]
pub fn compare(lens: &'static Lens, base: &Base, pending: Option<&Entry>, is_answer: bool, row: &Json) -> Compared {
    let has_happened = is_answer || pending.is_some_and(|pending| has_happened(lens, base, pending, row));
    let reading = lens.read(row, &expected(base, pending, has_happened));
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
    if has_happened {
        // What was cleared was not even looked for.
        for held in base.contents.iter().filter(|held| held.element.is_some()) {
            let is_there =
                |content: &Content| content.element == held.element && lens.same_kind(content.seat, held.seat);
            if pending.is_some_and(|pending| is_cleared(pending, held)) && !reading.contents.iter().any(is_there) {
                compare_absent(lens, base, pending, held.seat, held.element.as_deref().unwrap_or_default(), &mut out);
            }
        }
    }
    if is_answer && let Some(pending) = pending {
        settle_unmentioned(lens, pending, &reading, &mut out);
    }
    out.reading = reading;
    out
}

/// Says whether a row shows that what was sent is there: some of it, where the base has something else.
fn has_happened(lens: &'static Lens, base: &Base, pending: &Entry, row: &Json) -> bool {
    let reading = lens.read(row, &[]);
    let is_there = |contents: &[Content], slot: &SentSlot| {
        lens.is_same(slot.seat, slot.part, &slot.to, text_at(contents, slot.seat, slot.part))
    };
    let mut sent = pending.slots.iter().filter(|slot| !slot.to.is_empty());
    sent.any(|slot| is_there(&reading.contents, slot) && !is_there(&base.contents, slot))
}

/// Says whether an entry clears the seat of an element.
fn is_cleared(pending: &Entry, held: &Content) -> bool {
    let mut slots = pending.slots.iter().filter(|slot| slot.seat == held.seat).peekable();
    held.element.is_some() && slots.peek().is_some() && slots.all(|slot| slot.to.is_empty())
}

/// Returns what the row may hold: what it held, and what was sent there. Once that has happened it holds what was sent, and
/// an entry that was sent to another seat has left its old one: of two equal ones it is not the other that was meant.
fn expected(base: &Base, pending: Option<&Entry>, has_happened: bool) -> Vec<Content> {
    let mut out = base.contents.clone();
    let Some(pending) = pending else { return out };
    let is_sent = |content: &Content| pending.slots.iter().any(|s| s.seat == content.seat && !s.to.is_empty());
    if has_happened {
        let has_left = |held: &Content| {
            held.element.is_some()
                && pending.slots.iter().any(|slot| slot.seat == held.seat)
                && pending.contents.iter().any(|sent| sent.element == held.element && sent.seat != held.seat)
        };
        out.retain(|held| !has_left(held) && !is_cleared(pending, held));
    }
    for content in pending.contents.iter().filter(|content| is_sent(content)) {
        match out.iter_mut().find(|held| held.seat == content.seat) {
            Some(held) if has_happened || held.element == content.element && held.is_empty() => {
                *held = content.clone();
            }
            Some(_) => {}
            None => out.push(content.clone()),
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
