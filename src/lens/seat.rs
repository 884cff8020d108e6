//! Seats: the places of a row in which something of a card sits, and what sits there. A seat of a list is a number that
//! its element keeps, never a position: systems close gaps and change the order of their lists.

use serde_json::Value as Json;

use super::table::{Field, Lens, Part, Shape};

/// One seat of a lens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat {
    field: usize,
    number: u16,
}

/// What sits in one seat.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// Where.
    pub seat: Seat,
    /// The element that sits there; none for leaves of the card itself, and for what no card has yet.
    pub element: Option<String>,
    /// By part, what the system has or would be sent, as it spells it; empty for nothing, none where it is not known.
    pub texts: Vec<Option<String>>,
    /// The entry of the list as the system returned it, with what no part of the lens describes; null if it did not.
    pub raw: Json,
    /// Whether the text is ours, made up because the system insists on one.
    pub made_up: bool,
}

impl Seat {
    pub(super) const fn new(field: usize, number: u16) -> Self {
        Self { field, number }
    }

    /// Returns which of its field's seats it is, from 1.
    #[must_use]
    pub fn number(self) -> u16 {
        self.number
    }

    pub(super) fn field_index(self) -> usize {
        self.field
    }
}

impl Content {
    pub(super) fn new(seat: Seat, element: Option<String>, texts: Vec<Option<String>>) -> Self {
        Self { seat, element, texts, raw: Json::Null, made_up: false }
    }

    /// Returns the text of a part; empty where there is none or it is not known.
    #[must_use]
    pub fn text(&self, part: usize) -> &str {
        self.texts.get(part).and_then(Option::as_deref).unwrap_or_default()
    }

    /// Says whether nothing is known to sit there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.iter().all(|text| text.as_deref().is_none_or(str::is_empty))
    }
}

/// Returns what contents have in one part of a seat; empty where there is nothing.
#[must_use]
pub fn text_at(contents: &[Content], seat: Seat, part: usize) -> &str {
    contents.iter().find(|content| content.seat == seat).map_or("", |content| content.text(part))
}

impl Lens {
    /// Returns the field of a seat.
    #[must_use]
    pub fn field(&self, seat: Seat) -> Option<&'static Field> {
        self.fields.get(seat.field)
    }

    /// Returns the parts of a seat.
    #[must_use]
    pub fn parts(&self, seat: Seat) -> &'static [Part] {
        self.field(seat).map_or(&[], |field| field.parts)
    }

    /// Says whether elements of one kind sit in two seats.
    #[must_use]
    pub fn same_kind(&self, one: Seat, other: Seat) -> bool {
        let kind = |seat: Seat| self.field(seat)?.elements().map(|elements| elements.kind);
        kind(one).is_some() && kind(one) == kind(other)
    }

    /// Returns the lasting name of a seat: `surname`, `emailAddresses/2`.
    #[must_use]
    pub fn seat_name(&self, seat: Seat) -> String {
        match self.field(seat) {
            Some(field) if field.shape == Shape::List => format!("{}/{}", field.name, seat.number),
            Some(field) => field.name.to_owned(),
            None => String::new(),
        }
    }

    /// Returns the seat of this name, if the lens has it.
    #[must_use]
    pub fn seat(&self, name: &str) -> Option<Seat> {
        let (name, number) = match name.split_once('/') {
            Some((name, number)) => (name, Some(number)),
            None => (name, None),
        };
        let index = self.fields.iter().position(|field| field.name == name)?;
        let field = self.fields.get(index)?;
        match number {
            None => (field.shape != Shape::List).then_some(Seat::new(index, 1)),
            Some(text) => {
                let number: u16 = text.parse().ok()?;
                let legal = field.shape == Shape::List && (1..=field.seats).contains(&number);
                // One spelling for one seat: `+1` and `01` are none.
                (legal && number.to_string() == text).then_some(Seat::new(index, number))
            }
        }
    }

    /// Returns everything that sits in a row, part by part: the part's name and the text, as the system spells it.
    pub fn filled<'a>(&'a self, contents: &'a [Content]) -> impl Iterator<Item = (String, &'a str)> {
        contents.iter().flat_map(move |content| {
            let parts = (0..content.texts.len()).filter(|part| !content.text(*part).is_empty());
            parts.map(move |part| (self.slot_name(content.seat, part), content.text(part)))
        })
    }

    /// Returns the lasting name of one part of a seat: `surname`, `emailAddresses/2/address`, `homeAddress/street`.
    #[must_use]
    pub fn slot_name(&self, seat: Seat, part: usize) -> String {
        let seat_name = self.seat_name(seat);
        let key = self.parts(seat).get(part).map_or("", |part| part.key);
        match self.field(seat) {
            Some(field) if field.shape == Shape::Keys => key.to_owned(),
            _ if key.is_empty() => seat_name,
            _ => format!("{seat_name}/{key}"),
        }
    }

    /// Says whether two contents of one seat are equal at a part, however the system spells it. A text that is not of
    /// the part's form equals only itself.
    #[must_use]
    pub fn is_same(&self, seat: Seat, part: usize, one: &str, other: &str) -> bool {
        let Some(part) = self.parts(seat).get(part) else { return one == other };
        match (part.form.canonical(one), part.form.canonical(other)) {
            (Some(one), Some(other)) => one == other,
            _ => one == other,
        }
    }
}
