//! One JSContact object becomes one element: leaves, bytes as blobs, and a rest nothing is lost from.
//!
//! What no leaf can hold stays with its element as JSON text in the leaf `extra`, so that it goes where the element
//! goes. Texts longer than a register holds are cut, with the whole of them as a blob named by `whole/<leaf>`.

use super::name;
use crate::{
    blob::{self, Blobs},
    date,
    draft::{Element, Value},
    kinds::Kind,
    names,
    path::{Fields, MAX_TEXT, Object, flatten},
};
use serde_json::Value as Json;

/// Reads an object of a kind with ids.
pub(super) fn read(kind: &Kind, mut object: Object, blobs: &mut Blobs) -> Element {
    let mut element = Element::new(kind.name);
    let fields = &mut element.fields;
    let mut rest = Object::new();
    clean_contexts(&mut object);
    match kind.name {
        "addresses" => {
            let left = name::components(&mut object, names::ADDRESS_ORDER, fields);
            rest.extend(left.map(|list| ("components".to_owned(), list)));
        }
        "organizations" => units(&mut object, fields, &mut rest),
        "titles" => {
            // The default of RFC 9553, spelled out so that equal titles are equal.
            object.entry("kind").or_insert(Json::from("title"));
        }
        "anniversaries" => anniversary(&mut object, fields, &mut rest),
        _ => {}
    }
    if kind.bytes {
        bytes(&mut object, fields, blobs);
    }
    if let Some(Json::String(label)) = object.get_mut("label") {
        *label = plain_label(label).to_owned();
    }
    if object.get("pref").is_some_and(|pref| !pref.as_i64().is_some_and(|n| (1..=100).contains(&n))) {
        rest.extend(object.remove("pref").map(|pref| ("pref".to_owned(), pref)));
    }
    // Names that drafts use for something else.
    for taken in ["order", "extra", "whole", "blob", "organization", "vCardName", "vCardParams"] {
        rest.extend(object.remove(taken).map(|json| (taken.to_owned(), json)));
    }
    rest.extend(flatten("", object, fields));
    keep_rest(&mut element.fields, rest);
    element
}

/// Puts what is left into the leaf `extra`.
pub(super) fn keep_rest(fields: &mut Fields, rest: Object) {
    if !rest.is_empty() {
        fields.insert("extra".into(), Value::Text(Json::Object(rest).to_string()));
    }
}

/// Makes an `extra` element.
pub(super) fn extra(pointer: &str, json: &Json) -> Element {
    let mut element = Element::new("extra");
    element.fields.insert("pointer".into(), Value::Text(pointer.to_owned()));
    element.fields.insert("json".into(), Value::Text(json.to_string()));
    element
}

/// Makes every text fit a register: long ones are cut, with the whole of them as a blob; JSON keeps its long texts as
/// references to blobs.
pub(super) fn shorten(fields: &mut Fields, blobs: &mut Blobs) {
    let mut more = Vec::new();
    for (leaf, value) in fields.iter_mut() {
        let Value::Text(text) = value else { continue };
        if matches!(leaf.as_str(), "json" | "extra") {
            if text.len() > MAX_JSON
                && let Ok(mut json) = serde_json::from_str(text)
            {
                let mut names = Vec::new();
                stow(&mut json, blobs, &mut names);
                if json.to_string().len() > MAX_JSON {
                    json = Json::String(refer(TEXT_REFERENCE, json.to_string().into_bytes(), blobs, &mut names));
                }
                *text = json.to_string();
                for (number, name) in (1..).zip(names) {
                    more.push((names::leaf("blob", number), Value::Text(name)));
                }
            }
        } else if text.len() > MAX_TEXT {
            let name = blob::keep(blobs, text.as_bytes().to_vec());
            let mut end = MAX_TEXT;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            more.push((format!("whole/{}", leaf.replace('/', "_")), Value::Text(name)));
        }
    }
    for (leaf, value) in more {
        fields.entry(leaf).or_insert(value);
    }
}

/// Stands for a text in kept JSON whose bytes are a blob.
pub(crate) const TEXT_REFERENCE: &str = "sha256:";
/// The same for a data URI.
pub(crate) const DATA_REFERENCE: &str = "data-sha256:";
const MAX_JSON: usize = 60_000;

fn stow(json: &mut Json, blobs: &mut Blobs, names: &mut Vec<String>) {
    match json {
        Json::String(text) if text.len() > 1_000 => {
            *text = match blob::from_data_uri(text) {
                Some((_, bytes)) => refer(DATA_REFERENCE, bytes, blobs, names),
                None => refer(TEXT_REFERENCE, text.as_bytes().to_vec(), blobs, names),
            };
        }
        Json::Array(list) => list.iter_mut().for_each(|json| stow(json, blobs, names)),
        Json::Object(object) => object.values_mut().for_each(|json| stow(json, blobs, names)),
        _ => {}
    }
}

fn refer(reference: &str, bytes: Vec<u8>, blobs: &mut Blobs, names: &mut Vec<String>) -> String {
    let name = blob::keep(blobs, bytes);
    let text = format!("{reference}{name}");
    names.push(name);
    text
}

/// Takes Apple's marks off a label: `_$!<Home>!$_` is `Home`.
pub(crate) fn plain_label(label: &str) -> &str {
    label
        .strip_prefix("_$!<")
        .and_then(|label| label.strip_suffix(">!$_"))
        .filter(|label| !label.is_empty())
        .unwrap_or(label)
}

/// `TYPE=PREF` is a preference and `TYPE=INTERNET` says nothing: neither is a context.
fn clean_contexts(object: &mut Object) {
    let Some(Json::Object(contexts)) = object.get_mut("contexts") else {
        return;
    };
    contexts.remove("internet");
    if contexts.remove("pref").is_some() {
        object.entry("pref").or_insert(Json::from(1));
    }
}

fn units(object: &mut Object, fields: &mut Fields, rest: &mut Object) {
    let Some(units) = object.remove("units") else { return };
    let Json::Array(list) = units else {
        rest.insert("units".into(), units);
        return;
    };
    let mut strange = list.len() > 9;
    let mut number = 0;
    for unit in &list {
        match unit.get("name").and_then(Json::as_str) {
            Some("") => {}
            Some(name) => {
                number += 1;
                if number <= 9 {
                    fields.insert(format!("units/{number}"), Value::Text(name.to_owned()));
                }
                strange |= unit
                    .as_object()
                    .is_some_and(|unit| unit.keys().any(|key| !matches!(key.as_str(), "@type" | "name")));
            }
            None => strange = true,
        }
    }
    if strange {
        rest.insert("units".into(), Json::Array(list));
    }
}

fn anniversary(object: &mut Object, fields: &mut Fields, rest: &mut Object) {
    match object.remove("date") {
        Some(Json::Object(json)) => match date::from_json(json.clone()) {
            Some((text, left)) if !text.is_empty() => {
                fields.insert("date".into(), Value::Text(text));
                if !left.is_empty() {
                    rest.insert("date".into(), Json::Object(left));
                }
            }
            _ => {
                rest.insert("date".into(), Json::Object(json));
            }
        },
        Some(Json::String(text)) if !text.trim().is_empty() => {
            fields.insert("date".into(), Value::Text(date::canonical(&text)));
        }
        Some(other) if !other.is_null() => {
            rest.insert("date".into(), other);
        }
        _ => {}
    }
    if let Some(Json::Object(mut place)) = object.remove("place") {
        place.remove("@type");
        if let Some(Json::String(full)) = place.remove("full").filter(|full| full != "") {
            fields.insert("place".into(), Value::Text(full));
        }
        if !place.is_empty() {
            rest.insert("place".into(), Json::Object(place));
        }
    }
}

fn bytes(object: &mut Object, fields: &mut Fields, blobs: &mut Blobs) {
    let Some((media_type, bytes)) = object.get("uri").and_then(Json::as_str).and_then(blob::from_data_uri) else {
        return;
    };
    object.remove("uri");
    let known = object.get("mediaType").and_then(Json::as_str).is_some_and(|text| !text.is_empty());
    if let Some(media_type) = media_type.or_else(|| blob::sniff(&bytes).map(str::to_owned)).filter(|_| !known) {
        object.insert("mediaType".into(), Json::String(media_type));
    }
    fields.insert("blob".into(), Value::Text(blob::keep(blobs, bytes)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds;
    use serde_json::json;

    fn element(kind: &str, json: &Json) -> (Element, Blobs) {
        let mut blobs = Blobs::new();
        let element = read(kinds::find(kind).unwrap(), json.as_object().cloned().unwrap(), &mut blobs);
        (element, blobs)
    }

    #[test]
    fn pref_is_no_context() {
        let (email, _) =
            element("emails", &json!({ "address": "a", "contexts": { "pref": true, "internet": true, "work": true } }));
        assert_eq!(email.fields.keys().collect::<Vec<_>>(), ["address", "contexts/work", "pref"]);
    }

    #[test]
    fn photos_become_blobs_and_links_stay_links() {
        let (photo, blobs) = element("media", &json!({ "kind": "photo", "uri": "data:;base64,/9j/" }));
        assert_eq!(blobs[photo.text("blob").unwrap()], b"\xff\xd8\xff");
        assert_eq!(photo.text("mediaType"), Some("image/jpeg"));
        let (photo, blobs) = element("media", &json!({ "uri": "https://example.com/a.jpg" }));
        assert_eq!((photo.text("uri"), blobs.len()), (Some("https://example.com/a.jpg"), 0));
    }

    #[test]
    fn what_no_leaf_can_hold_stays_with_the_element() {
        let (org, _) =
            element("organizations", &json!({ "name": "X", "units": [{ "name": "A", "sortAs": "B" }], "blob": 1 }));
        assert_eq!(org.text("units/1"), Some("A"));
        let rest: Json = serde_json::from_str(org.text("extra").unwrap()).unwrap();
        assert_eq!(rest, json!({ "blob": 1, "units": [{ "name": "A", "sortAs": "B" }] }));
    }

    #[test]
    fn long_texts_are_cut_and_kept_whole_beside() {
        let long = "ü".repeat(40_000);
        let mut fields = Fields::from([("note".to_owned(), Value::Text(long.clone()))]);
        let mut blobs = Blobs::new();
        shorten(&mut fields, &mut blobs);
        let Value::Text(name) = &fields["whole/note"] else { panic!("no blob") };
        assert_eq!(blobs[name], long.as_bytes());
        assert!(fields["note"].as_text().unwrap().len() <= MAX_TEXT);
    }
}
