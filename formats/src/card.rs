//! Cards as an engine hands them out, sorted into single values and elements.
//!
//! The shape is `docs/card-json.md`. Only `fields` (and `id`) matter here: conflicts, revisions and order keys are the
//! engine's, and order is the only one of them that is used, to write elements in it.

use crate::{
    error::{ErrorCode, FormatError},
    path::Object,
};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// One card on its way out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Card {
    /// The card's own id, which stands in for a UID where one is required.
    #[serde(default)]
    pub id: Option<String>,
    /// Every shown value, by path.
    pub fields: BTreeMap<String, Json>,
}

/// One element of a card.
pub(crate) struct Entry<'a> {
    pub kind: &'a str,
    pub id: &'a str,
    pub leaves: BTreeMap<&'a str, &'a Json>,
}

impl Entry<'_> {
    pub fn text(&self, leaf: &str) -> Option<&str> {
        self.leaves.get(leaf)?.as_str()
    }
}

/// First segments that are no element kinds.
const SINGLE: &[&str] = &["name", "primary", "link", "sameAs", "notSameAs", "speakToAs", "whole"];

impl Card {
    /// Lists the elements by kind, order and id.
    pub(crate) fn entries(&self) -> Vec<Entry<'_>> {
        let mut all: BTreeMap<(&str, &str), BTreeMap<&str, &Json>> = BTreeMap::new();
        for (path, json) in &self.fields {
            let mut segments = path.splitn(3, '/');
            let (Some(kind), Some(id)) = (segments.next(), segments.next()) else {
                continue;
            };
            if SINGLE.contains(&kind) {
                continue;
            }
            let leaves = all.entry((kind, id)).or_default();
            if let Some(leaf) = segments.next() {
                leaves.insert(leaf, json);
            }
        }
        let mut entries: Vec<Entry<'_>> =
            all.into_iter().map(|((kind, id), leaves)| Entry { kind, id, leaves }).collect();
        entries.sort_by_key(|entry| {
            let order = entry.text("order");
            (entry.kind.to_owned(), order.is_none(), order.unwrap_or_default().to_owned(), entry.id.to_owned())
        });
        entries
    }

    /// Returns the text at a path.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.fields.get(path)?.as_str()
    }
}

/// Reads cards as JSON: one, an array of them, or an object with `cards`.
pub(crate) fn parse(json: &str) -> Result<Vec<Card>, FormatError> {
    let wrong = |what: String| {
        FormatError::new(
            ErrorCode::Card,
            format!(
                "Was given cards to write that are no cards as JSON: {what}. Pass an array of objects with `fields`."
            ),
        )
    };
    let json: Json = serde_json::from_str(json).map_err(|error| wrong(error.to_string()))?;
    let list = match json {
        Json::Array(list) => list,
        Json::Object(mut object) => match object.remove("cards") {
            Some(Json::Array(list)) => list,
            _ => vec![Json::Object(object)],
        },
        other => vec![other],
    };
    list.into_iter().map(|card| serde_json::from_value(card).map_err(|error| wrong(error.to_string()))).collect()
}

/// Reads kept JSON, putting blobs back where it refers to them.
pub(crate) fn restore(text: &str, blobs: &crate::blob::Blobs) -> Option<Json> {
    let mut json = serde_json::from_str(text).ok()?;
    resolve(&mut json, blobs);
    // A JSON text that was a blob as a whole.
    match &json {
        Json::String(whole) if text.contains(crate::import::TEXT_REFERENCE) => {
            serde_json::from_str(whole).ok().or(Some(json))
        }
        _ => Some(json),
    }
}

fn resolve(json: &mut Json, blobs: &crate::blob::Blobs) {
    match json {
        Json::String(text) => {
            if let Some(bytes) = text.strip_prefix(crate::import::TEXT_REFERENCE).and_then(|name| blobs.get(name)) {
                *text = String::from_utf8_lossy(bytes).into_owned();
            } else if let Some(bytes) =
                text.strip_prefix(crate::import::DATA_REFERENCE).and_then(|name| blobs.get(name))
            {
                *text = crate::blob::to_data_uri(crate::blob::sniff(bytes), bytes);
            }
        }
        Json::Array(list) => list.iter_mut().for_each(|json| resolve(json, blobs)),
        Json::Object(object) => object.values_mut().for_each(|json| resolve(json, blobs)),
        _ => {}
    }
}

/// Reads kept members of an object.
pub(crate) fn restore_object(text: Option<&str>, blobs: &crate::blob::Blobs) -> Object {
    match text.and_then(|text| restore(text, blobs)) {
        Some(Json::Object(object)) => object,
        _ => Object::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_in_their_order() {
        let cards = parse(
            r#"{"fields":{"emails/b/address":"1","emails/a/address":"2","emails/a/order":"V","name/given":"x","emails/c":true}}"#,
        )
        .unwrap();
        let ids: Vec<_> = cards[0].entries().into_iter().map(|entry| entry.id.to_owned()).collect();
        assert_eq!(ids, ["a", "b", "c"]);
    }

    #[test]
    fn what_is_no_card_is_refused_with_a_code() {
        for wrong in ["", "1", "[1]", "[{}]", "{\"fields\":[]}"] {
            assert_eq!(parse(wrong).unwrap_err().code, ErrorCode::Card, "{wrong}");
        }
    }
}
