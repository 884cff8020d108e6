//! Reading: what a row of the system holds, seat by seat, and which elements of a card sit there.
//!
//! A row is somebody else's: nothing in it is trusted. A missing key is unknown, null and the empty text are absent, and
//! what cannot be read (a wrong type, a text too long) is unknown too, never a deletion; it is named with the reason.

use serde_json::{Map, Value as Json};

use super::form::has_controls;
use super::list::{Entry, seat_entries};
use super::seat::{Content, Seat};
use super::table::{Field, Holds, Lens, Part, Shape};
use crate::contact::MAX_STR;

/// What a row holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// By ascending seat: every seat of leaves the row mentions, and every seat in which something sits. An element that
    /// is known keeps its id; what no card has yet has none.
    pub contents: Vec<Content>,
    /// Elements that sat in the row and are gone.
    pub removed: Vec<(Seat, String)>,
    /// Elements that the system's users took to another field: from a business phone to a mobile one.
    pub moved: Vec<Moved>,
    /// Entries of lists that have no seat. A list is written whole, so they must be written with it.
    pub rest: Vec<(&'static str, Json)>,
    /// What was not read.
    pub aside: Vec<Aside>,
    /// What the system calls the row: for lists of rows, and for a person who has no other name.
    pub called: Option<String>,
}

/// An element that changed its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The element.
    pub element: String,
    /// Where it sat.
    pub from: Seat,
    /// Where it sits.
    pub to: Seat,
}

/// Something of a row that was not read, or not as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// The key, with the position in a list; at most 80 characters.
    pub key: String,
    /// Why.
    pub reason: Reason,
}

/// Why something of a row was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The row is no object.
    NotARow,
    /// The lens does not know the key.
    UnknownKey,
    /// The lens knows the key and leaves it to the system, for this reason.
    LeftAlone(&'static str),
    /// The value has another type than the system promises.
    WrongType,
    /// The text is longer than a card can hold.
    TooLong,
    /// The text is not what the field is for: a birthday that is no day.
    NotOfForm,
    /// The text was read without the control characters in it.
    ControlCharacters,
    /// The system holds it twice; a card holds it once.
    Repeated,
    /// The list has more entries than the lens has seats.
    NoSeat,
}

impl Reason {
    /// Returns the reason as a stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotARow => "not-a-row",
            Self::UnknownKey => "unknown-key",
            Self::LeftAlone(_) => "left-alone",
            Self::WrongType => "wrong-type",
            Self::TooLong => "too-long",
            Self::NotOfForm => "not-of-form",
            Self::ControlCharacters => "control-characters",
            Self::Repeated => "repeated",
            Self::NoSeat => "no-seat",
        }
    }
}

impl Lens {
    /// Says whether a row was changed at an earlier time than another one (RFC 3339, UTC); not if either is unknown.
    #[must_use]
    pub fn is_earlier(one: &str, other: &str) -> bool {
        // A time without fractions of a second is before one with them.
        let plain = |time: &str| time.trim_end_matches('Z').to_owned();
        !one.is_empty() && !other.is_empty() && plain(one) < plain(other)
    }

    /// Reads a row. `held` says what was in it when it was last seen, and which elements sat where.
    #[must_use]
    pub fn read(&self, row: &Json, held: &[Content]) -> Reading {
        let mut out = Reading::default();
        let Json::Object(row) = row else {
            out.aside.push(Aside { key: String::new(), reason: Reason::NotARow });
            return out;
        };
        out.called = row.get(self.called).and_then(Json::as_str).and_then(|text| super::Form::Text.value(text));
        out.called = out.called.filter(|text| !text.is_empty() && text.len() <= MAX_STR);
        self.name_unread_keys(row, &mut out.aside);
        let mut entries: Vec<Entry> = Vec::new();
        let mut unsure: Vec<usize> = Vec::new();
        for (index, field) in self.fields.iter().enumerate() {
            let mut reader = Reader { field, index, aside: &mut out.aside };
            match (&field.holds, field.shape) {
                (Holds::Leaves, _) => {
                    let texts = reader.keys(row);
                    if texts.iter().any(Option::is_some) {
                        out.contents.push(self.still_ours(Content::new(Seat::new(index, 1), None, texts), held));
                    }
                }
                (Holds::Elements(_), _) => match reader.entries(row) {
                    Some((found, sure)) => {
                        entries.extend(found);
                        unsure.extend((!sure).then_some(index));
                    }
                    None => unsure.push(index),
                },
            }
        }
        seat_entries(self, entries, held, &unsure, &mut out);
        crate::sorted::sort_by(&mut out.contents, |a, b| a.seat < b.seat);
        out
    }

    /// Marks a text that we made up and that nobody has changed since.
    fn still_ours(&self, content: Content, held: &[Content]) -> Content {
        let ours = held.iter().find(|other| other.made_up && other.seat == content.seat);
        let same = |ours: &Content| self.is_same(content.seat, 0, ours.text(0), content.text(0));
        Content { made_up: ours.is_some_and(same), ..content }
    }

    fn name_unread_keys(&self, row: &Map<String, Json>, aside: &mut Vec<Aside>) {
        let is_field = |field: &Field, key: &str| match field.shape {
            Shape::Keys => field.parts.iter().any(|part| part.key == key),
            Shape::Object | Shape::List => field.name == key,
        };
        for (key, value) in row {
            let known = self.about.contains(&key.as_str()) || key == self.called || key.starts_with("@odata.");
            if known || self.fields.iter().any(|field| is_field(field, key)) {
                continue;
            }
            match self.unread.iter().find(|(unread, _)| unread == key) {
                Some(_) if is_nothing(value) => {}
                Some((_, why)) => aside.push(Aside { key: short(key), reason: Reason::LeftAlone(why) }),
                None => aside.push(Aside { key: short(key), reason: Reason::UnknownKey }),
            }
        }
    }
}

/// Reads one field.
struct Reader<'a> {
    field: &'static Field,
    index: usize,
    aside: &'a mut Vec<Aside>,
}

impl Reader<'_> {
    /// Returns what the keys of the row hold, part by part.
    fn keys(&mut self, row: &Map<String, Json>) -> Vec<Option<String>> {
        self.field.parts.iter().map(|part| self.text(part, row.get(part.key)?, || part.key.to_owned())).collect()
    }

    /// Returns what sits in the field, and whether that is all; `None` if the row does not say.
    fn entries(&mut self, row: &Map<String, Json>) -> Option<(Vec<Entry>, bool)> {
        let name = self.field.name;
        if self.field.shape == Shape::Keys {
            let texts = self.keys(row);
            let sure = texts.iter().all(Option::is_some);
            return texts.iter().any(Option::is_some).then(|| (self.entry(0, texts, Json::Null), sure));
        }
        let value = row.get(name)?;
        match (self.field.shape, value) {
            (_, value) if is_nothing(value) => Some((Vec::new(), true)),
            // An object of other things says nothing of these.
            (Shape::Object, Json::Object(object)) if object.is_empty() || self.knows_some_of(object) => {
                // The system returns objects whole: what is missing inside is absent.
                let absent = Json::Null;
                let texts: Vec<Option<String>> = self
                    .field
                    .parts
                    .iter()
                    .map(|part| {
                        self.text(part, object.get(part.key).unwrap_or(&absent), || [name, "/", part.key].concat())
                    })
                    .collect();
                let sure = texts.iter().all(Option::is_some);
                Some((self.entry(0, texts, Json::Null), sure))
            }
            (Shape::List, Json::Array(list)) => {
                let mut sure = true;
                let mut out = Vec::new();
                for (position, json) in list.iter().enumerate() {
                    let texts = self.list_entry(position, json);
                    sure &= texts.iter().all(Option::is_some);
                    out.extend(self.entry(position, texts, json.clone()));
                }
                Some((out, sure))
            }
            _ => {
                self.aside.push(Aside { key: name.to_owned(), reason: Reason::WrongType });
                None
            }
        }
    }

    fn knows_some_of(&self, object: &Map<String, Json>) -> bool {
        self.field.parts.iter().any(|part| object.contains_key(part.key))
    }

    fn list_entry(&mut self, position: usize, json: &Json) -> Vec<Option<String>> {
        let name = self.field.name;
        let key = |part: &Part| {
            let end = if part.key.is_empty() { String::new() } else { ["/", part.key].concat() };
            format!("{name}/{}{end}", position + 1)
        };
        let absent = Json::Null;
        let parts = self.field.parts.iter();
        parts
            .map(|part| match (part.key, json) {
                ("", json) => self.text(part, json, || key(part)),
                (_, Json::Null) => Some(String::new()),
                (name, Json::Object(object)) => self.text(part, object.get(name).unwrap_or(&absent), || key(part)),
                _ => {
                    self.aside.push(Aside { key: key(part), reason: Reason::WrongType });
                    None
                }
            })
            .collect()
    }

    /// Returns the entry that these texts make, unless they say that there is nothing.
    fn entry(&self, position: usize, texts: Vec<Option<String>>, raw: Json) -> Vec<Entry> {
        let nothing = texts.iter().all(|text| text.as_deref() == Some(""));
        // An entry may hold something beside its parts, which writing the list must not lose.
        let bare = raw.as_object().is_none_or(|raw| raw.values().all(is_nothing));
        if nothing && bare { Vec::new() } else { vec![Entry { field: self.index, position, texts, raw }] }
    }

    /// Returns the text of a part: empty where there is nothing, none where it cannot be read.
    fn text(&mut self, part: &Part, json: &Json, key: impl Fn() -> String) -> Option<String> {
        let mut put_aside = |reason| self.aside.push(Aside { key: short(&key()), reason });
        match json {
            Json::Null => Some(String::new()),
            Json::String(text) if text.len() > MAX_STR => {
                put_aside(Reason::TooLong);
                None
            }
            Json::String(text) => match part.form.value(text) {
                Some(value) if value.len() <= MAX_STR => {
                    if has_controls(text) {
                        put_aside(Reason::ControlCharacters);
                    }
                    // Blanks alone are nothing.
                    Some(if value.is_empty() { String::new() } else { text.clone() })
                }
                Some(_) => {
                    put_aside(Reason::TooLong);
                    None
                }
                None => {
                    put_aside(Reason::NotOfForm);
                    None
                }
            },
            _ => {
                put_aside(Reason::WrongType);
                None
            }
        }
    }
}

fn is_nothing(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Returns a key as it may be shown: somebody else wrote it.
fn short(key: &str) -> String {
    key.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(80).collect()
}
