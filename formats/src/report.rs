//! What became of every value of a file, counted by value.
//!
//! The source side comes from our own scanner (or the plain JSON), the other side from the finished draft: a value
//! counts as kept only if it is found there, below a kind its property can lead to. Keys are never counted. Parameters
//! are not values: they are kept where they can be, and not counted.

mod index;

pub(crate) use index::Index;

use crate::{draft::Draft, error::FormatError, lines::Line, path::Object};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What was read, what was kept and where, and what went wrong.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The format that was read.
    pub format: Option<&'static str>,
    /// How many drafts.
    pub cards: usize,
    /// By property of the source.
    pub properties: BTreeMap<String, Count>,
    /// The values that are nowhere in the drafts; empty unless there is a bug.
    pub missing: Vec<Missing>,
    /// What is wrong with the file.
    pub error: Option<FormatError>,
    /// Where the file was cut off.
    pub truncated: Option<Truncated>,
}

/// How many lines with a value a property had, and where the values are now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Lines read.
    pub lines: usize,
    /// All values are in fields of the draft.
    pub field: usize,
    /// Some values are only in `extra`.
    pub extra: usize,
    /// Said something about the file, not the person (VERSION, REV, PRODID): left out on purpose.
    pub file: usize,
    /// Had no value.
    pub empty: usize,
    /// A value is nowhere.
    pub missing: usize,
}

/// A value that got lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The card, from 0.
    pub card: usize,
    /// The line of the file, if it has lines.
    pub line: usize,
    /// The property.
    pub property: String,
    /// The beginning of the value.
    pub value: String,
}

/// A file that ends inside a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Truncated {
    /// The line on which the first card without an end begins.
    pub line: usize,
    /// How many cards have no end.
    pub cards: usize,
}

impl Report {
    /// Returns how many lines have a value that is nowhere in the drafts.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.properties.values().map(|count| count.missing).sum()
    }
}

/// Where the values of one line are.
pub(crate) enum Found {
    Empty,
    File,
    Field,
    Extra,
    Missing(String),
}

impl Found {
    /// Tells whether a value is nowhere.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing(_))
    }
}

/// Looks up every line of a card in its draft and adds what it finds to the report.
pub fn count(lines: &[Line], draft: &Draft, card: usize, report: &mut Report) {
    add_all(lines, look_up(lines, draft), card, report);
}

/// Looks up every line of a card in its draft.
pub(crate) fn look_up(lines: &[Line], draft: &Draft) -> Vec<Found> {
    let index = Index::new(draft);
    lines.iter().map(|line| index.find(line)).collect()
}

/// Adds what was found to the report.
pub(crate) fn add_all(lines: &[Line], found: Vec<Found>, card: usize, report: &mut Report) {
    for (line, found) in lines.iter().zip(found) {
        let name = if line.name.is_empty() { "(no name)" } else { &line.name };
        add(report, name, found, card, line.number);
    }
}

/// The same for a JSContact card: one "line" is one scalar, its property the top-level member.
pub(crate) fn count_json(source: &Object, draft: &Draft, card: usize, report: &mut Report) {
    let index = Index::new(draft);
    for (name, json) in source {
        let properties = json.get("properties").and_then(Json::as_array);
        if matches!(name.as_str(), "@type" | "version" | "updated" | "prodId") {
            add(report, name, Found::File, card, 0);
        } else if name == "vCard" {
            // Parameters are not values, and the names and types of a jCard property neither.
            for value in properties.into_iter().flatten().filter_map(|property| property.get(3)) {
                count_scalars(name, value, &index, card, report);
            }
        } else if let ("anniversaries", Json::Object(all)) = (name.as_str(), json) {
            for one in all.values() {
                let date = one.get("date").and_then(Json::as_object).cloned().and_then(crate::date::from_json);
                match (date, one) {
                    (Some((date, rest)), Json::Object(one)) => {
                        add(report, name, index.find_text("anniversaries", &date), card, 0);
                        let mut one = one.clone();
                        one.insert("date".into(), Json::Object(rest));
                        count_scalars(name, &Json::Object(one), &index, card, report);
                    }
                    _ => count_scalars(name, one, &index, card, report),
                }
            }
        } else {
            // Here the keys are the values.
            if let ("keywords" | "members" | "relatedTo", Json::Object(all)) = (name.as_str(), json) {
                for key in all.keys() {
                    add(report, name, index.find_text(name, key), card, 0);
                }
            }
            count_scalars(name, json, &index, card, report);
        }
    }
}

fn count_scalars(property: &str, json: &Json, index: &Index<'_>, card: usize, report: &mut Report) {
    match json {
        Json::Object(object) => {
            for (name, json) in object {
                let of_component =
                    name == "kind" && object.contains_key("value") && matches!(property, "name" | "addresses");
                if !of_component && !matches!(name.as_str(), "@type" | "isOrdered" | "organizationId") {
                    count_scalars(property, json, index, card, report);
                }
            }
        }
        Json::Array(list) => list.iter().for_each(|json| count_scalars(property, json, index, card, report)),
        Json::Null | Json::Bool(_) => {}
        Json::String(text) => add(report, property, index.find_text(property, text), card, 0),
        Json::Number(number) => add(report, property, index.find_text(property, &number.to_string()), card, 0),
    }
}

fn add(report: &mut Report, property: &str, found: Found, card: usize, line: usize) {
    let count = report.properties.entry(property.to_owned()).or_default();
    count.lines += 1;
    match found {
        Found::Empty => count.empty += 1,
        Found::File => count.file += 1,
        Found::Field => count.field += 1,
        Found::Extra => count.extra += 1,
        Found::Missing(value) => {
            count.missing += 1;
            let value = value.chars().take(80).collect();
            report.missing.push(Missing { card, line, property: property.to_owned(), value });
        }
    }
}
