//! Summaries: what lists and searches need of a card, so that opening a book decodes no card.
//!
//! Derived from the shown values; made anew whenever the card changes.

use serde::Serialize;

use super::{Card, Registers};
use crate::contact::{NAME, Value};
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

impl Summary {
    /// Makes the row of a card.
    #[must_use]
    pub fn of(card: &Card) -> Self {
        let registers = card.registers();
        let live = !card.is_deleted();
        let conflicts = u32::try_from(card.conflict_count()).unwrap_or(u32::MAX);
        let organization = first(registers, "organizations", "name");
        let email = first(registers, "emails", "address");
        let number = first(registers, "phones", "number");
        let mut name = display_name(registers);
        for other in [organization, email, number] {
            if name.is_empty() {
                other.clone_into(&mut name);
            }
        }
        let row = Row {
            id: card.id(),
            name: &name,
            organization,
            title: first(registers, "titles", "name"),
            email,
            phone: number,
            photo: first(registers, "media", "blob"),
            conflicts,
            state: if live { "live" } else { "deleted" },
        };
        Self {
            sort: name.to_lowercase().into(),
            search: search_text(registers, &name).into(),
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

/// Returns the leaf of the primary element of a kind, else of the first that has one.
fn first<'a>(registers: &'a Registers, kind: &str, leaf: &str) -> &'a str {
    let text = |id: &str| registers.value(&format!("{kind}/{id}/{leaf}")).as_str();
    let primary = registers.value(&format!("primary/{kind}")).as_str();
    let primary = primary.filter(|id| registers.is_present(&format!("{kind}/{id}")));
    primary.and_then(text).or_else(|| registers.elements(kind).into_iter().find_map(text)).unwrap_or_default()
}

/// Returns the name as people read it: the full name somebody typed, else its components in the usual order.
#[must_use]
pub fn display_name(registers: &Registers) -> String {
    if !registers.is_present(NAME) {
        return String::new();
    }
    if let Some(full) = registers.value("name/full").as_str() {
        return full.to_owned();
    }
    let mut out = String::new();
    let mut add = |text: &str| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(text);
    };
    for kind in ["title", "given", "given2", "surname", "surname2", "generation", "credential"] {
        let prefix = format!("name/{kind}");
        if let Some(text) = registers.value(&prefix).as_str() {
            add(text);
        }
        for number in 2..10 {
            match registers.value(&format!("{prefix}_{number}")).as_str() {
                Some(text) => add(text),
                None => break,
            }
        }
    }
    out
}

/// Returns what a search looks into: names, organizations, titles, addresses and numbers.
fn search_text(registers: &Registers, name: &str) -> String {
    let mut out = name.to_lowercase();
    for (path, value) in registers.shown_fields() {
        let Value::Str(text) = value else { continue };
        let kind = path.split('/').next().unwrap_or_default();
        let leaf = path.rsplit('/').next().unwrap_or_default();
        match kind {
            NAME | "nicknames" | "organizations" | "titles" | "addresses" | "emails" | "keywords"
                if !matches!(leaf, "order" | "label" | "organization") =>
            {
                out.push('\n');
                out.push_str(&text.to_lowercase());
            }
            "phones" if leaf == "number" => {
                out.push('\n');
                out.push_str(&phone(text));
            }
            _ => {}
        }
    }
    out
}
