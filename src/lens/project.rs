//! Projection: what a system would hold of a card, seat by seat, and what it cannot hold. Total: everything a card shows
//! is in a seat or named as not held.

use super::seat::{Content, Seat};
use super::seating::seat_elements;
use super::shown::{At, Shown};
use super::table::{Field, Holds, Lens, Part, StandIn};
use crate::contact::{ID, NAME, STATE, joined};
use crate::sorted::sort_by;

/// What a system would hold of a card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection {
    /// By ascending seat: every seat of leaves, and every seat in which an element sits.
    pub contents: Vec<Content>,
    /// What it cannot hold, ascending by path.
    pub unheld: Vec<Unheld>,
}

/// Something of a card that a system does not hold, or not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheld {
    /// The leaf, or the presence of an element of which nothing is held.
    pub path: String,
    /// Why.
    pub why: Why,
}

/// Why something is not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The system has no field for it.
    NoField,
    /// All seats are taken.
    NoSeat,
    /// The element has a seat, but this leaf has no place there.
    NoPlace,
    /// The field cannot hold this value: a birthday without a year, say.
    NotOfForm,
    /// The system keeps the beginning only.
    Cut,
}

impl Why {
    /// Returns the reason as a stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoField => "no-field",
            Self::NoSeat => "no-seat",
            Self::NoPlace => "no-place",
            Self::NotOfForm => "not-of-form",
            Self::Cut => "cut",
        }
    }
}

impl Lens {
    /// Says what the system would hold of a card. `before` says which elements sat where: they stay there as long as
    /// nothing forces them to move.
    #[must_use]
    pub fn project(&self, shown: &Shown<'_>, before: &[Content]) -> Projection {
        let sat: Vec<(Seat, &str)> = before.iter().filter_map(|c| Some((c.seat, c.element.as_deref()?))).collect();
        let seating = seat_elements(self, shown, &sat);
        let mut out = Projecting { lens: self, shown, contents: Vec::new(), held: Vec::new(), unheld: Vec::new() };
        for (index, field) in self.fields.iter().enumerate() {
            match field.holds {
                Holds::Leaves => out.sit(Seat::new(index, 1), field, None),
                Holds::Elements(_) => {
                    let of_field = seating.seated.iter().filter(|(seat, _)| seat.field_index() == index);
                    of_field.for_each(|(seat, id)| out.sit(*seat, field, Some(id)));
                }
            }
        }
        let mut standing: Vec<String> = seating.standing.iter().map(|(kind, id)| joined(&[kind, id])).collect();
        out.name_the_rest(&mut standing);
        let mut contents = out.contents;
        for content in contents.iter_mut().filter(|content| content.is_empty()) {
            // What we made up once stays until the card has something to say.
            if let Some(ours) = before.iter().find(|other| other.made_up && other.seat == content.seat) {
                content.clone_from(ours);
            }
        }
        Projection { contents, unheld: out.unheld }
    }

    /// Says what a new row would hold of a card: also what we make up where the system insists on a value.
    #[must_use]
    pub fn project_new(&self, shown: &Shown<'_>) -> Projection {
        let mut out = self.project(shown, &[]);
        for (seat, text) in self.stand_ins(shown, &out.contents) {
            if let Some(content) = out.contents.iter_mut().find(|content| content.seat == seat) {
                content.texts = vec![Some(text)];
                content.made_up = true;
            }
        }
        out
    }

    /// Returns the leaves that what sits in a seat is made of, part by part, and of an empty part the one that would
    /// be written: what a base takes the operations of.
    #[must_use]
    pub fn leaves(&self, seat: Seat, part: usize, element: Option<&str>, shown: &Shown<'_>) -> Vec<String> {
        let (Some(field), Some(part)) = (self.field(seat), self.parts(seat).get(part)) else { return Vec::new() };
        let at = At::new(&field.holds, element);
        if !at.exists() {
            return Vec::new();
        }
        let (_, leaves) = shown.compose(&at, part);
        if leaves.is_empty() { at.leaves(part).into_iter().take(1).collect() } else { leaves }
    }

    fn stand_ins(&self, shown: &Shown<'_>, contents: &[Content]) -> Vec<(Seat, String)> {
        let mut out = Vec::new();
        for content in contents.iter().filter(|content| content.is_empty()) {
            let Some(StandIn::Text { beside, of, last }) = self.field(content.seat).and_then(|field| field.required)
            else {
                continue;
            };
            let is_beside = |other: &Content| {
                let parts = self.parts(other.seat).iter();
                let mut leaves = parts.flat_map(|part| part.lines.iter().flat_map(|line| line.iter()));
                other.element.is_none() && !other.is_empty() && leaves.any(|leaf| leaf.starts_with(beside))
            };
            let form = self.parts(content.seat).first().map(|part| part.form);
            let text = |(kind, leaf): &(&str, &str)| {
                let path = match *kind {
                    "" => (*leaf).to_owned(),
                    kind => joined(&[kind, shown.elements(kind).first()?, leaf]),
                };
                form?.spell(&shown.value(&path)?.plain()).filter(|text| !text.is_empty())
            };
            let found = if contents.iter().any(is_beside) { None } else { of.iter().find_map(text) };
            out.push((content.seat, found.unwrap_or_else(|| last.to_owned())));
        }
        out
    }
}

struct Projecting<'s, 'a> {
    lens: &'s Lens,
    shown: &'s Shown<'a>,
    contents: Vec<Content>,
    /// Presences of seated elements, and every leaf that some seat shows.
    held: Vec<String>,
    unheld: Vec<Unheld>,
}

impl Projecting<'_, '_> {
    fn sit(&mut self, seat: Seat, field: &Field, element: Option<&str>) {
        let at = At::new(&field.holds, element);
        let texts = field.parts.iter().map(|part| Some(self.text(&at, part))).collect();
        if let (Some(elements), Some(id)) = (field.elements(), element) {
            let presence = joined(&[elements.kind, id]);
            for (leaf, says) in elements.says {
                let path = joined(&[&presence, leaf]);
                if self.shown.value(&path) == Some(&says.value()) {
                    self.held.push(path);
                }
            }
            self.held.push(joined(&[&presence, "order"]));
            self.held.push(presence);
        }
        self.contents.push(Content::new(seat, element.map(str::to_owned), texts));
    }

    fn text(&mut self, at: &At<'_>, part: &Part) -> String {
        let (text, leaves) = self.shown.compose(at, part);
        let Some(spelled) = part.form.spell(&text) else {
            self.unheld.extend(leaves.iter().map(|path| Unheld { path: path.clone(), why: Why::NotOfForm }));
            self.held.extend(leaves);
            return String::new();
        };
        let cut = part.longest.filter(|longest| spelled.chars().count() > *longest);
        let out = match cut {
            Some(longest) => {
                self.unheld.extend(leaves.iter().map(|path| Unheld { path: path.clone(), why: Why::Cut }));
                spelled.chars().take(longest).collect::<String>().trim_end().to_owned()
            }
            None => spelled,
        };
        self.held.extend(leaves);
        out
    }

    /// Names what is shown and neither held nor about the card alone. An element of which nothing is held is named once.
    fn name_the_rest(&mut self, standing: &mut [String]) {
        sort_by(standing, |a, b| a < b);
        sort_by(&mut self.held, |a, b| a < b);
        let is_in = |list: &[String], path: &str| list.binary_search_by(|other| other.as_str().cmp(path)).is_ok();
        // Ascending, as the paths are.
        let mut absent: Vec<&str> = Vec::new();
        for path in self.shown.paths().filter(|path| !is_bookkeeping(path)) {
            let element = element_of(path).unwrap_or(path);
            if is_in(&self.held, path) || absent.binary_search(&element).is_ok() {
                continue;
            }
            let why = if is_in(standing, element) {
                Why::NoSeat
            } else if is_in(&self.held, element) {
                Why::NoPlace
            } else if self.has_form_trouble(element) {
                Why::NotOfForm
            } else {
                Why::NoField
            };
            if element == path {
                absent.push(path);
            }
            self.unheld.push(Unheld { path: path.to_owned(), why });
        }
        sort_by(&mut self.unheld, |a, b| a.path < b.path);
    }

    /// Says whether an element would sit somewhere if its value were of the form.
    fn has_form_trouble(&self, presence: &str) -> bool {
        let Some((kind, id)) = presence.split_once('/') else { return false };
        self.lens.fields.iter().any(|field| {
            let at = At::new(&field.holds, Some(id));
            let fits = field.elements().is_some_and(|e| e.kind == kind && self.shown.rank(e, id).is_some());
            fits && field.parts.iter().any(|part| {
                let (text, leaves) = self.shown.compose(&at, part);
                !leaves.is_empty() && part.form.spell(&text).is_none()
            })
        })
    }
}

/// Says whether a path is about the card or its place in the book, not about the person.
fn is_bookkeeping(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    matches!(path, ID | STATE | NAME | "uid") || matches!(first, "link" | "sameAs" | "notSameAs" | "primary")
}

/// Returns the presence of the element that a path is (in), if it is.
fn element_of(path: &str) -> Option<&str> {
    if path.starts_with("name/") || path.starts_with("speakToAs/") {
        return None;
    }
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    slashes.next()?;
    path.get(..slashes.next().unwrap_or(path.len()))
}
