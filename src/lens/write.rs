//! Writing: the difference between a projection and what a row held, and the request that takes it there: only what
//! changed, lists and objects whole, each field cleared the way the system understands.

use serde_json::{Map, Value as Json};

use super::project::Projection;
use super::seat::{Content, Seat};
use super::table::{Clear, Field, Lens, Part, Shape};
use crate::sorted::sort_by;

/// One difference: a part of a seat that the system is to hold otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub seat: Seat,
    /// Which part of the seat.
    pub part: usize,
    /// What the system held, as it spelled it.
    pub from: String,
    /// What it is to hold; empty to clear.
    pub to: String,
}

/// What one create or update carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Keys with their values. No value is null.
    pub fields: Map<String, Json>,
    /// Keys that are cleared and whose type has no text for "nothing".
    pub clear: Vec<&'static str>,
}

impl Lens {
    /// Returns where a row differs from what it would hold, by ascending seat and part. What the system only spells in its
    /// own way is no difference.
    #[must_use]
    pub fn changes(&self, projection: &Projection, held: &[Content]) -> Vec<Change> {
        let mut seats: Vec<Seat> = projection.contents.iter().chain(held).map(|content| content.seat).collect();
        sort_by(&mut seats, |a, b| a < b);
        seats.dedup();
        let mut out = Vec::new();
        for seat in seats {
            let wanted = projection.contents.iter().find(|content| content.seat == seat);
            let there = held.iter().find(|content| content.seat == seat);
            for part in 0..self.parts(seat).len() {
                let to = wanted.map_or("", |content| content.text(part));
                let from = there.map_or("", |content| content.text(part));
                if !self.is_same(seat, part, from, to) {
                    out.push(Change { seat, part, from: from.to_owned(), to: to.to_owned() });
                }
            }
        }
        out
    }

    /// Returns the request for a new row.
    #[must_use]
    pub fn create(&self, projection: &Projection) -> Request {
        self.update(&[], &[], &self.changes(projection, &[]))
    }

    /// Returns the request that makes changes in a row. `held` is what it holds now and `rest` the entries of lists that
    /// have no seat, both as last read: lists, objects and what the system insists on are sent whole.
    #[must_use]
    pub fn update(&self, held: &[Content], rest: &[(&str, Json)], changes: &[Change]) -> Request {
        let mut out = Request::default();
        if changes.is_empty() {
            return out;
        }
        for (index, field) in self.fields.iter().enumerate() {
            let is_changed = changes.iter().any(|change| change.seat.field_index() == index);
            if !is_changed && field.required.is_none() {
                continue;
            }
            let writing = Writing { held, changes };
            match field.shape {
                Shape::Keys => writing.keys(index, field, &mut out),
                Shape::Object => {
                    let object = writing.object(Seat::new(index, 1), field.parts);
                    out.fields.insert(field.name.to_owned(), Json::Object(object));
                }
                Shape::List => {
                    let mut list = writing.list(index, field);
                    list.extend(rest.iter().filter(|(name, _)| *name == field.name).map(|(_, entry)| entry.clone()));
                    out.fields.insert(field.name.to_owned(), Json::Array(list));
                }
            }
        }
        out
    }
}

struct Writing<'a> {
    held: &'a [Content],
    changes: &'a [Change],
}

impl<'a> Writing<'a> {
    fn changed(&self, seat: Seat, part: usize) -> Option<&'a str> {
        self.changes.iter().find(|change| change.seat == seat && change.part == part).map(|change| change.to.as_str())
    }

    fn there(&self, seat: Seat) -> Option<&'a Content> {
        self.held.iter().find(|content| content.seat == seat)
    }

    fn keys(&self, index: usize, field: &Field, out: &mut Request) {
        let seat = Seat::new(index, 1);
        for (at, part) in field.parts.iter().enumerate() {
            let current = || self.there(seat).map_or("", |content| content.text(at));
            let required = field.required.is_some().then(current);
            let Some(text) = self.changed(seat, at).or(required) else { continue };
            if text.is_empty() && part.clear == Clear::Named {
                out.clear.push(part.key);
            } else {
                out.fields.insert(part.key.to_owned(), Json::String(text.to_owned()));
            }
        }
    }

    /// Returns an object with every part in it; only what is not known is left out, because it may be there.
    fn object(&self, seat: Seat, parts: &[Part]) -> Map<String, Json> {
        let there = self.there(seat);
        let mut out = Map::new();
        for (at, part) in parts.iter().enumerate() {
            let known = match there {
                Some(content) => content.texts.get(at).and_then(Option::as_deref),
                None => Some(""),
            };
            if let Some(text) = self.changed(seat, at).or(known) {
                out.insert(part.key.to_owned(), Json::String(text.to_owned()));
            }
        }
        out
    }

    /// Returns the entries of a list by ascending seat; those that do not change as the system returned them.
    fn list(&self, index: usize, field: &Field) -> Vec<Json> {
        let in_field = |seat: &Seat| seat.field_index() == index;
        let changed = self.changes.iter().map(|change| change.seat);
        let mut seats: Vec<Seat> =
            self.held.iter().map(|content| content.seat).chain(changed).filter(in_field).collect();
        sort_by(&mut seats, |a, b| a < b);
        seats.dedup();
        let mut out = Vec::new();
        for seat in seats {
            let is_changed = self.changes.iter().any(|change| change.seat == seat);
            match self.there(seat) {
                Some(content) if !is_changed && !content.raw.is_null() => out.push(content.raw.clone()),
                there => out.extend(self.entry(seat, field.parts, there)),
            }
        }
        out
    }

    fn entry(&self, seat: Seat, parts: &[Part], there: Option<&Content>) -> Option<Json> {
        let text = |at: usize| {
            self.changed(seat, at).unwrap_or_else(|| there.map_or("", |content| content.text(at))).to_owned()
        };
        if (0..parts.len()).all(|at| text(at).is_empty()) {
            return None;
        }
        if let [Part { key: "", .. }] = parts {
            return Some(Json::String(text(0)));
        }
        let mut out = self.companions(seat, parts, there);
        for (at, part) in parts.iter().enumerate() {
            out.insert(part.key.to_owned(), Json::String(text(at)));
        }
        Some(Json::Object(out))
    }

    /// Returns what an entry holds beside its parts, such as the name an e-mail address is shown by, unless it repeats a
    /// text that changes.
    fn companions(&self, seat: Seat, parts: &[Part], there: Option<&Content>) -> Map<String, Json> {
        let Some(Json::Object(raw)) = there.map(|content| &content.raw) else { return Map::new() };
        let mut out = raw.clone();
        let changes = self.changes.iter().filter(|change| change.seat == seat && !change.from.is_empty());
        let old: Vec<String> = changes.map(|change| change.from.to_lowercase()).collect();
        out.retain(|key, value| {
            let part = parts.iter().any(|part| part.key == key);
            let stale = value.as_str().is_some_and(|text| {
                let text = text.to_lowercase();
                old.iter().any(|old| text.contains(old))
            });
            !part && !stale && !value.is_null()
        });
        out
    }
}
