//! From a card to one JSContact card.
//!
//! The mirror of `import::jscontact`. Kinds and fields that only this project knows are written under names that
//! begin with `contactmesh:`, so that reading the file again loses nothing. RFC 9553 wants a `uid`: a card without one
//! is written with its own id.

use super::{element, name};
use crate::{
    blob::Blobs,
    card::{Card, Entry, restore},
    kinds, names,
    path::{Object, escape, merge, put, unflatten},
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Registers that say something about the card in its book, not about the person.
const BOOK: &[&str] = &["id", "state", "primary", "link", "sameAs", "notSameAs", "whole"];

/// Writes a card.
pub(super) fn card(card: &Card, blobs: &Blobs) -> Object {
    let mut object = Object::new();
    object.insert("@type".into(), json!("Card"));
    object.insert("version".into(), json!("1.0"));
    if let Some(uid) = card.text("uid").or(card.id.as_deref()).or_else(|| card.text("id")) {
        object.insert("uid".into(), json!(uid));
    }
    write_fields(card, blobs, &mut object);
    let entries = card.entries();
    let primaries = primaries(card, &entries);
    let prefs: Vec<Option<Json>> = entries.iter().map(|entry| prefer(&primaries, entry)).collect();
    let mut properties = Vec::new();
    let mut extras = Vec::new();
    for (mut entry, pref) in entries.into_iter().zip(&prefs) {
        if let Some(pref) = pref {
            entry.leaves.insert("pref", pref);
        }
        match entry.kind {
            "extra" => extras.push(entry),
            "keywords" => set(&mut object, "keywords", entry.text("value")),
            "members" => set(&mut object, "members", entry.text("uid")),
            "relatedTo" => write_relation(&entry, blobs, &mut object),
            _ => write_element(&entry, blobs, &mut object, &mut properties),
        }
    }
    for entry in extras {
        let (Some(pointer), Some(text)) = (entry.text("pointer"), entry.text("json")) else {
            continue;
        };
        let Some(json) = restore(text, blobs) else { continue };
        if pointer == "vCard" {
            properties.push(json);
        } else {
            put(&mut object, pointer, json);
        }
    }
    if !properties.is_empty() {
        properties.sort_by_cached_key(Json::to_string);
        put(&mut object, "/vCard/properties", Json::Array(properties));
    }
    object
}

fn write_fields(card: &Card, blobs: &Blobs, object: &mut Object) {
    let whole =
        |path: &str, json: &Json| element::long(json, card.text(&format!("whole/{}", path.replace('/', "_"))), blobs);
    let mut name: BTreeMap<&str, Json> = BTreeMap::new();
    let mut own = Vec::new();
    for (path, json) in &card.fields {
        let first = path.split('/').next().unwrap_or_default();
        match path.as_str() {
            "kind" | "language" => {
                object.insert(path.clone(), whole(path, json));
            }
            "speakToAs/grammaticalGender" => put(object, "/speakToAs/grammaticalGender", json.clone()),
            "uid" | "name" => {}
            _ if first == "name" => {
                name.extend(path.strip_prefix("name/").map(|leaf| (leaf, whole(path, json))));
            }
            _ if BOOK.contains(&first) => {}
            _ if first == "speakToAs" || !path.contains('/') => own.push((path.as_str(), whole(path, json))),
            _ => {}
        }
    }
    if !name.is_empty() {
        let mut written = Object::new();
        // Lists that leaves could not hold are `extra` elements with this pointer.
        let kept = card
            .entries()
            .iter()
            .find(|entry| entry.kind == "extra" && entry.text("pointer") == Some("/name/components"))
            .and_then(|entry| restore(entry.text("json")?, blobs));
        name::components(&mut name, names::NAME_ORDER, kept, &mut written);
        merge(&mut written, unflatten(name));
        object.insert("name".into(), Json::Object(written));
    }
    if !own.is_empty() {
        object.insert("contactmesh:fields".into(), Json::Object(unflatten(own)));
    }
}

/// The primary elements by kind that do not already come before all others of their kind.
fn primaries<'a>(card: &'a Card, entries: &[Entry<'a>]) -> BTreeMap<&'a str, &'a str> {
    let mut lowest: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for entry in entries {
        let Some(primary) = card.text(&format!("primary/{}", entry.kind)) else { continue };
        let (own, others) = lowest.entry(entry.kind).or_insert((101, 101));
        let pref = entry.leaves.get("pref").and_then(|pref| pref.as_i64()).unwrap_or(101);
        if entry.id == primary {
            found.insert(entry.kind, primary);
            *own = pref;
        } else {
            *others = pref.min(*others);
        }
    }
    found.retain(|kind, _| lowest.get(kind).is_none_or(|(own, others)| own >= others));
    found
}

/// The primary element of a kind is preferred; another one that claims first place comes second.
fn prefer(primaries: &BTreeMap<&str, &str>, entry: &Entry<'_>) -> Option<Json> {
    let primary = *primaries.get(entry.kind)?;
    if primary == entry.id {
        return Some(json!(1));
    }
    (entry.leaves.get("pref").and_then(|pref| pref.as_i64()) == Some(1)).then(|| json!(2))
}

fn set(object: &mut Object, kind: &str, key: Option<&str>) {
    if let Some(key) = key {
        put(object, &format!("/{kind}/{}", escape(key)), json!(true));
    }
}

fn write_relation(entry: &Entry<'_>, blobs: &Blobs, object: &mut Object) {
    let Some(uid) = entry.text("uid") else { return };
    let mut written = element::write(entry, blobs);
    written.object.remove("uid");
    written.object.entry("relation").or_insert_with(|| json!({}));
    put(object, &format!("/relatedTo/{}", escape(uid)), Json::Object(written.object));
    aside(object, "relatedTo", uid, "", written.localizations, written.vcard);
}

fn write_element(entry: &Entry<'_>, blobs: &Blobs, object: &mut Object, properties: &mut Vec<Json>) {
    let id = escape(entry.id);
    let written = element::write(entry, blobs);
    if let Some(date) = written.odd_date {
        let property = match entry.text("kind") {
            Some("birth") => "bday",
            Some("death") => "deathdate",
            _ => "anniversary",
        };
        let kind = if crate::date::is_date(&date) { "date-and-or-time" } else { "text" };
        properties.push(json!([property, {}, kind, date]));
        if written.object.keys().all(|member| member == "kind") {
            return;
        }
    }
    if entry.kind == "pronouns" {
        put(object, &format!("/speakToAs/pronouns/{id}"), Json::Object(written.object));
        return;
    }
    let Some(kind) = kinds::find(entry.kind) else {
        put(object, &format!("/contactmesh:{}/{id}", escape(entry.kind)), Json::Object(written.object));
        return;
    };
    put(object, &format!("/{}/{id}", kind.name), Json::Object(written.object));
    aside(object, kind.name, entry.id, kind.main, written.localizations, written.vcard);
}

/// Writes what belongs to an element into the members of the card that hold it for all.
fn aside(object: &mut Object, kind: &str, id: &str, main: &str, localizations: Object, vcard: Object) {
    for (language, patches) in localizations {
        let Json::Object(patches) = patches else { continue };
        for (rest, json) in patches {
            let pointer = format!("{kind}/{}/{rest}", escape(id));
            put(object, &format!("/localizations/{}/{}", escape(&language), escape(&pointer)), json);
        }
    }
    let mut converted = Object::new();
    for (member, json) in vcard {
        match member.as_str() {
            "vCardName" => converted.insert("name".into(), json),
            "vCardParams" => converted.insert("parameters".into(), json),
            _ => None,
        };
    }
    if !converted.is_empty() && !main.is_empty() {
        let pointer = format!("{kind}/{}/{main}", escape(id));
        put(object, &format!("/vCard/convertedProperties/{}", escape(&pointer)), Json::Object(converted));
    }
}
