//! What lenses promise: laws over random cards and rows, traps by name, hostile rows, and a second table.

mod forms;
mod hostile;
mod laws;
mod other;
mod people;
#[path = "../../../tests/support/random.rs"]
mod random;
mod traps;
mod writes;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::outlook::OUTLOOK;
use super::*;
use crate::contact::{Draft, DraftValue, Value};
use random::Random;

/// What a card shows, for tests: a map from paths to values.
type Fields = BTreeMap<String, Value>;

fn shown(fields: &Fields) -> Shown<'_> {
    Shown::new(fields.iter().map(|(path, value)| (path.as_str(), value)))
}

/// A card of these texts; elements get their presences by themselves.
fn card(leaves: &[(&str, &str)]) -> Fields {
    let mut out = Fields::new();
    for (path, text) in leaves {
        let value = if *text == "yes" { Value::Bool(true) } else { Value::Str((*text).into()) };
        put(&mut out, path, value);
    }
    out
}

fn put(fields: &mut Fields, path: &str, value: Value) {
    if path.starts_with("name/") {
        fields.insert("name".into(), Value::Bool(true));
    } else if path.matches('/').count() > 1 {
        let presence: Vec<&str> = path.splitn(3, '/').take(2).collect();
        fields.insert(presence.join("/"), Value::Bool(true));
    }
    fields.insert(path.into(), value);
}

fn remove(fields: &mut Fields, element: &str) {
    let below = format!("{element}/");
    fields.retain(|path, _| path != element && !path.starts_with(&below));
}

/// The card that an import would make of a draft, with ids by position; and the draft's contents seated under them.
fn import(draft: &Draft, contents: &mut [Content]) -> Fields {
    let mut out = Fields::new();
    for (path, value) in &draft.fields {
        put(&mut out, path.as_str(), value.clone());
    }
    let seats = contents.iter_mut().filter(|c| OUTLOOK.new_element(c).is_some());
    for (number, (element, content)) in draft.elements.iter().zip(seats).enumerate() {
        let id = format!("n{number}");
        for (leaf, value) in &element.fields {
            let DraftValue::Value(value) = value else { panic!("no references") };
            put(&mut out, &format!("{}/{id}/{leaf}", element.kind), value.clone());
        }
        content.element = Some(id);
    }
    out
}

/// What sits in a seat, by its name: the texts of its parts.
fn at<'a>(contents: &'a [Content], name: &str) -> Vec<&'a str> {
    let seat = OUTLOOK.seat(name).unwrap_or_else(|| panic!("no seat {name}"));
    let content = contents.iter().find(|content| content.seat == seat);
    content.map_or(Vec::new(), |content| (0..content.texts.len()).map(|part| content.text(part)).collect())
}

fn sits(contents: &[Content], name: &str) -> String {
    let seat = OUTLOOK.seat(name).unwrap_or_else(|| panic!("no seat {name}"));
    contents.iter().find(|c| c.seat == seat).and_then(|c| c.element.clone()).unwrap_or_default()
}

/// What the connector keeps of a request: empty texts are nothing, objects and lists are replaced.
fn apply(row: &mut Json, request: &Request) {
    let kept = |value: &Json| if *value == json!("") { Json::Null } else { value.clone() };
    for (key, value) in &request.fields {
        row[key] = match value {
            Json::Object(parts) => parts.iter().map(|(key, part)| (key.clone(), kept(part))).collect(),
            value => kept(value),
        };
    }
    for key in &request.clear {
        row[*key] = Json::Null;
    }
}

/// A new row of a card, and what is known to sit in it.
fn create(fields: &Fields) -> (Json, Vec<Content>) {
    let projection = OUTLOOK.project_new(&shown(fields));
    let mut row = json!({ "id": "row", "changeKey": "1" });
    apply(&mut row, &OUTLOOK.create(&projection));
    let reading = OUTLOOK.read(&row, &projection.contents);
    (row, reading.contents)
}

fn changed(fields: &Fields, held: &[Content]) -> Vec<String> {
    let projection = OUTLOOK.project(&shown(fields), held);
    let changes = OUTLOOK.changes(&projection, held);
    changes.iter().map(|c| format!("{}={}", OUTLOOK.slot_name(c.seat, c.part), c.to)).collect()
}

fn edit(fields: &mut Fields, edits: Vec<(crate::contact::Path, Value)>) {
    for (path, value) in edits {
        if value.is_null() {
            fields.remove(path.as_str());
        } else {
            put(fields, path.as_str(), value);
        }
    }
}
