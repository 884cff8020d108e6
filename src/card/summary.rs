//! Summaries: what lists and searches need of a card, so that opening a book decodes no card.
//!
//! Derived from the shown values; made anew whenever the card changes.

use serde::Serialize;

use super::{Card, View};
use crate::contact::NAME;
use crate::normalise::phone;
use crate::wire::{Cursor, Malformed, Writer};

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Rows ascend by this: the display name in lower case.
    pub sort: Box<str>,
    /// What a search looks into, in lower case.
    pub search: Box<str>,
    /// The row as JSON.
    pub json: Box<str>,
    /// Whether the card is there.
    pub live: bool,
    /// How many conflicts are open.
    pub conflicts: u32,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    organization: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    email: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    phone: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    photo: &'a str,
    conflicts: u32,
    state: &'a str,
}

/// Kinds of which the row shows one element, each with the leaf it shows.
const SHOWN: [(&str, &str); 5] =
    [("organizations", "name"), ("titles", "name"), ("emails", "address"), ("phones", "number"), ("media", "blob")];

/// What the row needs, gathered in one pass over the registers: this runs with every edit.
#[derive(Default)]
struct Gathered<'a> {
    /// The elements of [`SHOWN`] kinds that are there and have the leaf: kind, order, id and text.
    elements: Vec<(&'a str, Option<&'a str>, &'a str, &'a str)>,
    /// By kind, the id of the primary element.
    primary: Vec<(&'a str, &'a str)>,
    /// The leaves of the name.
    name: Vec<(&'a str, &'a str)>,
    /// What a search looks into, besides the name as shown.
    search: String,
}

impl<'a> Gathered<'a> {
    fn of(view: View<'a>) -> Self {
        let mut out = Self::default();
        for (path, value) in view.fields() {
            let Some(text) = value.as_str() else { continue };
            let (kind, rest) = path.split_once('/').unwrap_or((path, ""));
            if kind == NAME {
                out.name.push((rest, text));
            } else if kind == "primary" {
                out.primary.push((rest, text));
            } else if let Some((id, leaf)) = rest.split_once('/')
                && SHOWN.contains(&(kind, leaf))
            {
                let presence = path.get(..kind.len() + 1 + id.len()).unwrap_or_default();
                out.elements.push((kind, view.leaf(presence, "order").as_str(), id, text));
            }
            out.add_to_search(kind, path, text);
        }
        out
    }

    fn add_to_search(&mut self, kind: &str, path: &str, text: &str) {
        let leaf = path.rsplit('/').next().unwrap_or_default();
        match kind {
            NAME | "nicknames" | "organizations" | "titles" | "addresses" | "emails" | "keywords"
                if !matches!(leaf, "order" | "label" | "organization") =>
            {
                self.search.push('\n');
                push_lowercase(&mut self.search, text);
            }
            "phones" if leaf == "number" => {
                self.search.push('\n');
                self.search.push_str(&phone(text));
            }
            _ => {}
        }
    }

    /// Returns what the card goes by: the name, else an organization, an e-mail address or a number.
    fn title(&self) -> String {
        let name = name_of(&self.name);
        let others = || ["organizations", "emails", "phones"].into_iter().map(|kind| self.first(kind));
        if name.is_empty() { others().find(|text| !text.is_empty()).unwrap_or_default().to_owned() } else { name }
    }

    /// Returns the leaf of the primary element of a kind, else of the first that has one.
    fn first(&self, kind: &str) -> &'a str {
        let of_kind = || self.elements.iter().filter(|(other, ..)| *other == kind);
        let primary = self.primary.iter().find(|(other, _)| *other == kind).map(|(_, id)| *id);
        let chosen = of_kind().find(|(_, _, id, _)| Some(*id) == primary);
        // One without an order comes last.
        let chosen = chosen.or_else(|| of_kind().min_by_key(|(_, order, id, _)| (order.is_none(), *order, *id)));
        chosen.map_or("", |(.., text)| text)
    }
}

impl Summary {
    /// Makes the row of a card.
    #[must_use]
    pub fn of(card: &Card) -> Self {
        let gathered = Gathered::of(card.view());
        let live = !card.is_deleted();
        let conflicts = u32::try_from(card.conflict_count()).unwrap_or(u32::MAX);
        let name = gathered.title();
        let row = Row {
            id: card.id(),
            name: &name,
            organization: gathered.first("organizations"),
            title: gathered.first("titles"),
            email: gathered.first("emails"),
            phone: gathered.first("phones"),
            photo: gathered.first("media"),
            conflicts,
            state: if live { "live" } else { "deleted" },
        };
        let sort = name.to_lowercase();
        Self {
            search: [&sort, gathered.search.as_str()].concat().into(),
            sort: sort.into(),
            // A row of texts and numbers always serialises.
            json: serde_json::to_string(&row).unwrap_or_default().into(),
            live,
            conflicts,
        }
    }

    /// Says whether every word of a search (in lower case) is in the row.
    #[must_use]
    pub fn matches(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.search.contains(word.as_str()))
    }

    /// Writes the row.
    pub fn write(&self, out: &mut Writer) {
        out.text(&self.sort);
        out.text(&self.search);
        out.text(&self.json);
        out.byte(u8::from(self.live));
        out.unsigned(u64::from(self.conflicts));
    }

    /// Reads a row back.
    ///
    /// # Errors
    /// If the bytes are not a row.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            sort: cursor.text()?.into(),
            search: cursor.text()?.into(),
            json: cursor.text()?.into(),
            live: cursor.byte()? == 1,
            conflicts: u32::try_from(cursor.unsigned()?).map_err(|_| Malformed("a count is too large"))?,
        })
    }
}

/// Returns what a card goes by, as in its row.
#[must_use]
pub fn display_name(view: View<'_>) -> String {
    Gathered::of(view).title()
}

/// Returns the name that these leaves make: the full name somebody typed, else its components in the usual order.
fn name_of(leaves: &[(&str, &str)]) -> String {
    let text = |leaf: &str| leaves.iter().find(|(other, _)| *other == leaf).map(|(_, text)| *text);
    if let Some(full) = text("full") {
        return full.to_owned();
    }
    let mut out = String::new();
    let mut add = |text: &str| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(text);
    };
    // Few names have a second component of a kind.
    let repeated = leaves.iter().any(|(leaf, _)| leaf.contains('_'));
    for kind in ["title", "given", "given2", "surname", "surname2", "generation", "credential"] {
        if let Some(text) = text(kind) {
            add(text);
        }
        for number in 2..if repeated { 10 } else { 0 } {
            match text(&format!("{kind}_{number}")) {
                Some(text) => add(text),
                None => break,
            }
        }
    }
    out
}

/// Adds a text in lower case, without making another one of it if it is ASCII.
fn push_lowercase(out: &mut String, text: &str) {
    if text.is_ascii() {
        out.extend(text.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
    } else {
        out.push_str(&text.to_lowercase());
    }
}
