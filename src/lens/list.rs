//! Who is who: which entries of a row are the elements that sat in it. By equal text first, wherever in the row it now
//! stands; then, within one field, by place and likeness: that is an edit. What is left is new, or gone.
//!
//! The order of a list means nothing: systems do not keep it.

use serde_json::Value as Json;

use super::read::{Aside, Moved, Reading, Reason};
use super::seat::{Content, Seat};
use super::table::{Field, Lens, Part, Shape};
use crate::contact::DraftElement;
use crate::identity::draft_key;
use crate::sorted::sort_by;
use crate::table::Names;

/// Up to this many possible pairs are compared for likeness; beyond, place alone decides.
const MOST_PAIRS: usize = 400;
/// How alike two texts are that may be one, edited, in percent.
const ALIKE: usize = 50;
/// Stands between the parts of a key; no canonical text holds a control character.
const BETWEEN: char = '\u{1f}';

/// Something that sits in a row.
pub(super) struct Entry {
    /// The number of its field.
    pub field: usize,
    /// Where it stands in a list.
    pub position: usize,
    /// By part, as [`Content::texts`].
    pub texts: Vec<Option<String>>,
    /// The entry of a list as it was returned.
    pub raw: Json,
}

/// Gives every entry a seat, and the elements that sat in the row their entries. Fields that are `unsure` hold more than
/// could be read: nobody who sat there is gone.
pub(super) fn seat_entries(lens: &Lens, entries: Vec<Entry>, held: &[Content], unsure: &[usize], out: &mut Reading) {
    let sat: Vec<Sitter<'_>> = held.iter().filter_map(|content| Sitter::of(lens, content)).collect();
    let mut matching = Matching { lens, sat, unsure, found: Vec::new(), taken: Vec::new(), present: Names::new(), out };
    let mut left = matching.readable(entries);
    left.retain(|(entry, key)| match matching.equal(key, |own| own == entry.field) {
        Some((seat, element)) => {
            matching.sit(seat, Some(element), entry);
            false
        }
        None => true,
    });
    let movers = matching.take_movers(&mut left);
    matching.pair_edited(&mut left);
    matching.seat_movers(movers);
    matching.add_new(left);
    let Matching { sat, found, out, .. } = matching;
    let gone =
        sat.iter().filter(|sitter| !found.contains(&sitter.seat) && !unsure.contains(&sitter.seat.field_index()));
    out.removed.extend(gone.map(|sitter| (sitter.seat, sitter.element.to_owned())));
}

/// An element that sat in the row.
struct Sitter<'a> {
    seat: Seat,
    element: &'a str,
    key: String,
}

impl<'a> Sitter<'a> {
    fn of(lens: &Lens, content: &'a Content) -> Option<Self> {
        let texts: Vec<&str> = (0..content.texts.len()).map(|at| content.text(at)).collect();
        let key = key(lens.parts(content.seat), &texts);
        Some(Self { seat: content.seat, element: content.element.as_deref()?, key })
    }
}

/// An element that stands in another field than it sat in.
struct Mover {
    entry: Entry,
    element: String,
    from: Seat,
}

struct Matching<'a, 'o> {
    lens: &'a Lens,
    sat: Vec<Sitter<'a>>,
    unsure: &'a [usize],
    /// The former seats of those who were found again.
    found: Vec<Seat>,
    /// Seats in which somebody sits now.
    taken: Vec<Seat>,
    /// Who sits, by [`who`].
    present: Names,
    out: &'o mut Reading,
}

impl Matching<'_, '_> {
    /// Puts entries of lists in which nobody can be seen aside, to be written back as they are, and finds the others' keys.
    fn readable(&mut self, entries: Vec<Entry>) -> Vec<(Entry, String)> {
        let mut out = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some(field) = self.lens.fields.get(entry.field) else { continue };
            let unseen = |text: &Option<String>| text.is_none();
            let is_empty = entry.texts.iter().all(|text| text.as_deref().is_none_or(str::is_empty));
            if field.shape == Shape::List && (is_empty || entry.texts.iter().any(unseen)) {
                self.out.rest.push((field.name, entry.raw));
                continue;
            }
            // What a row does not say is as it was.
            let only = Seat::new(entry.field, 1);
            let before = self.sat.iter().find(|sitter| sitter.seat == only);
            let before: Vec<&str> = before.map(|sitter| sitter.key.split(BETWEEN).collect()).unwrap_or_default();
            let texts = entry.texts.iter().enumerate();
            let texts: Vec<&str> = texts
                .map(|(at, text)| text.as_deref().or_else(|| before.get(at).copied()).unwrap_or_default())
                .collect();
            let key = key(field.parts, &texts);
            out.push((entry, key));
        }
        out
    }

    /// Finds somebody with this very text who sat in one of these fields and is not found yet.
    fn equal(&mut self, key: &str, is_field: impl Fn(usize) -> bool) -> Option<(Seat, String)> {
        let is_it = |sitter: &&Sitter<'_>| {
            is_field(sitter.seat.field_index()) && sitter.key == key && !self.found.contains(&sitter.seat)
        };
        let found = self.sat.iter().find(is_it).map(|sitter| (sitter.seat, sitter.element.to_owned()))?;
        self.found.push(found.0);
        Some(found)
    }

    /// Takes out the entries that are elements from another field for the same kind. They sit down after those who stay.
    fn take_movers(&mut self, left: &mut Vec<(Entry, String)>) -> Vec<Mover> {
        let (mut movers, mut rest) = (Vec::new(), Vec::new());
        for (entry, key) in left.drain(..) {
            let (lens, kind) = (self.lens, self.kind(entry.field));
            let kind_of = |field: usize| lens.fields.get(field).and_then(Field::elements).map(|elements| elements.kind);
            match self.equal(&key, |field| field != entry.field && kind_of(field) == kind) {
                Some((from, element)) => movers.push(Mover { entry, element, from }),
                None => rest.push((entry, key)),
            }
        }
        *left = rest;
        movers
    }

    /// Pairs, field by field, entries that are left with elements that are left: those were edited.
    fn pair_edited(&mut self, left: &mut Vec<(Entry, String)>) {
        for (index, field) in self.lens.fields.iter().enumerate() {
            let entries: Vec<usize> =
                (0..left.len()).filter(|at| left.get(*at).is_some_and(|(entry, _)| entry.field == index)).collect();
            let of_field = self.sat.iter().filter(|sitter| sitter.seat.field_index() == index).enumerate();
            let lost: Vec<(usize, &Sitter<'_>)> =
                of_field.filter(|(_, sitter)| !self.found.contains(&sitter.seat)).collect();
            let compare = entries.len().saturating_mul(lost.len()) <= MOST_PAIRS;
            let mut pairs: Vec<(usize, Seat, usize, String)> = Vec::new();
            for (place, sitter) in &lost {
                for at in &entries {
                    let Some((entry, key)) = left.get(*at) else { continue };
                    let in_place = field.shape != Shape::List || entry.position == *place;
                    let likeness = if compare { likeness(&sitter.key, key) } else { 0 };
                    if in_place || likeness >= ALIKE {
                        let distance = 100 - likeness + if in_place { 0 } else { ALIKE };
                        pairs.push((distance, sitter.seat, *at, sitter.element.to_owned()));
                    }
                }
            }
            sort_by(&mut pairs, |a, b| (a.0, a.1, a.2) < (b.0, b.1, b.2));
            let mut done: Vec<usize> = Vec::new();
            for (_, seat, at, element) in pairs {
                if done.contains(&at) || self.found.contains(&seat) {
                    continue;
                }
                if let Some((entry, _)) = left.get(at) {
                    done.push(at);
                    self.found.push(seat);
                    self.sit(seat, Some(element), entry);
                }
            }
            let mut at = 0..;
            left.retain(|_| at.next().is_none_or(|at| !done.contains(&at)));
        }
    }

    fn seat_movers(&mut self, movers: Vec<Mover>) {
        for Mover { entry, element, from } in movers {
            match self.free_seat(entry.field) {
                Some(to) => {
                    self.out.moved.push(Moved { element: element.clone(), from, to });
                    self.sit(to, Some(element), &entry);
                }
                None => self.leave(entry, Reason::NoSeat),
            }
        }
    }

    fn add_new(&mut self, left: Vec<(Entry, String)>) {
        for (entry, _) in left {
            // If one part says "nothing" and the row does not say the others, nobody was there, and nobody came.
            let Some(seat) = self.free_seat(entry.field) else {
                self.leave(entry, Reason::NoSeat);
                continue;
            };
            let content = Content::new(seat, None, entry.texts.clone());
            match self.lens.new_element(&content).as_ref().map(who) {
                // A card holds what is written in two places once.
                Some(known) if self.present.contains(&known) => self.leave(entry, Reason::Repeated),
                Some(_) => self.sit(seat, None, &entry),
                None => {}
            }
        }
    }

    fn leave(&mut self, entry: Entry, reason: Reason) {
        let Some(field) = self.lens.fields.get(entry.field) else { return };
        if field.shape == Shape::List {
            self.out.aside.push(Aside { key: format!("{}/{}", field.name, entry.position + 1), reason });
            self.out.rest.push((field.name, entry.raw));
        } else {
            self.out.aside.push(Aside { key: field.name.to_owned(), reason });
        }
    }

    fn sit(&mut self, seat: Seat, element: Option<String>, entry: &Entry) {
        self.taken.push(seat);
        let content = Content { raw: entry.raw.clone(), ..Content::new(seat, element, entry.texts.clone()) };
        self.present.extend(self.lens.new_element(&content).as_ref().map(who));
        self.out.contents.push(content);
    }

    /// Returns a free seat of a field, rather one in which nobody sat.
    fn free_seat(&self, index: usize) -> Option<Seat> {
        let sat = |seat: &Seat| self.sat.iter().any(|sitter| sitter.seat == *seat);
        let seats = 1..=self.lens.fields.get(index)?.seats;
        // A row may have far more entries than there are seats.
        let taken = self.taken.iter().filter(|seat| seat.field_index() == index).count();
        if taken >= usize::from(*seats.end()) {
            return None;
        }
        let free: Vec<Seat> =
            seats.map(|number| Seat::new(index, number)).filter(|seat| !self.taken.contains(seat)).collect();
        let fresh = free.iter().copied().find(|seat| !sat(seat));
        // Where not everything could be read, those who were not found may still be there.
        fresh.or_else(|| if self.unsure.contains(&index) { None } else { free.first().copied() })
    }

    fn kind(&self, index: usize) -> Option<&'static str> {
        self.lens.fields.get(index)?.elements().map(|elements| elements.kind)
    }
}

/// Returns the kind and the plain key of an element, as one: a card holds what is written in two places once.
fn who(element: &DraftElement) -> String {
    let mut out = element.kind.clone();
    out.push(BETWEEN);
    out.push_str(&draft_key(element));
    out
}

/// Returns the canonical texts of what sits in a seat, as one.
fn key(parts: &[Part], texts: &[&str]) -> String {
    let mut out = String::new();
    for (at, (part, text)) in parts.iter().zip(texts).enumerate() {
        if at > 0 {
            out.push(BETWEEN);
        }
        out.push_str(&part.form.canonical(text).unwrap_or_else(|| (*text).to_owned()));
    }
    out
}

/// Returns how much of the longer of two texts is the same at both ends, in percent.
fn likeness(one: &str, other: &str) -> usize {
    let longer = one.len().max(other.len()).max(1);
    let shorter = one.len().min(other.len());
    let start = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let end = one.bytes().rev().zip(other.bytes().rev()).take_while(|(a, b)| a == b).count();
    (start + end).min(shorter) * 100 / longer
}
