//! From one JSContact card (RFC 9553, with the vCard members of RFC 9555) to a draft.
//!
//! Ids of the source only serve to find things that belong together; none of them survives. What the draft has no
//! place for becomes an `extra` element with the JSON pointer it came from. `@type`, `version`, `updated` and `prodId`
//! are about the file, not the person, and are not kept.

use super::{
    aside::{Aside, localizations, vcard_member},
    element, known, name,
};
use crate::{
    blob::Blobs,
    draft::{Draft, Element, Value},
    kinds::{self, KINDS},
    path::{Object, escape, scalar},
};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What the step before knows about a card.
#[derive(Default)]
pub(super) struct Order {
    /// The place of an id in the source.
    pub places: BTreeMap<String, usize>,
    /// Titles and the organizations they belong to.
    pub organizations: BTreeMap<String, String>,
    /// Kinds of anniversaries and their places.
    pub birthplaces: Vec<(&'static str, String)>,
    /// Whether organization ids in the card are calcard's guesses.
    pub guessed_organizations: bool,
}

/// Reads a card.
pub(super) fn draft(mut card: Object, order: &Order, blobs: &mut Blobs) -> Draft {
    let mut draft = Draft::default();
    card.values_mut().for_each(line_ends);
    for about_the_file in ["@type", "version", "updated", "prodId"] {
        card.remove(about_the_file);
    }
    let mut aside = Aside::new();
    let mut extras: Vec<(String, Json)> = Vec::new();
    localizations(&mut card, &mut aside, &mut extras);
    let vcard = vcard_member(&mut card, &mut aside, &mut extras);
    read_fields(&mut card, vcard.full_is_derived, &mut draft, &mut extras);

    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for kind in KINDS {
        let Some(json) = card.remove(kind.name) else { continue };
        for (id, object) in elements(kind.name, json, order, &mut extras) {
            let mut one = element::read(kind, object, blobs);
            if let Some(more) = aside.remove(&(kind.name.to_owned(), id.clone())) {
                add_aside(&mut one, more);
            }
            if kind.name == "organizations" {
                places.insert(id, draft.elements.len());
            } else if kind.name == "titles" {
                set_organization(&mut one, &id, order, &places);
            }
            draft.elements.push(one);
        }
    }
    read_sets(&mut card, order, &mut aside, &mut draft, &mut extras);
    for (name, json) in card {
        match (name.strip_prefix("contactmesh:"), json) {
            (Some(kind), Json::Object(all)) if crate::path::is_segment(kind) => own(kind, all, &mut draft),
            (_, json) => extras.push((format!("/{}", escape(&name)), json)),
        }
    }
    for ((kind, id), json) in aside {
        extras.push((format!("/localizations/{}/{}", escape(&kind), escape(&id)), Json::Object(json)));
    }
    for property in &vcard.properties {
        match known::element(property, &vcard.labels) {
            Some(one) if one.kind == "anniversaries" => add_anniversary(one, &mut draft),
            Some(one) => draft.elements.push(one),
            None => draft.elements.push(element::extra("vCard", property)),
        }
    }
    for (kind, place) in &order.birthplaces {
        let mut one = Element::new("anniversaries");
        one.fields.insert("kind".into(), Value::Text((*kind).to_owned()));
        one.fields.insert("place".into(), Value::Text(place.clone()));
        add_anniversary(one, &mut draft);
    }
    for (pointer, json) in &extras {
        draft.elements.push(element::extra(pointer, json));
    }
    finish(&mut draft, blobs);
    draft
}

/// Adds a date or a place to the anniversary that lacks it, or a new one.
fn add_anniversary(one: Element, draft: &mut Draft) {
    let kind = one.text("kind");
    let same = draft.elements.iter_mut().find(|other| {
        other.kind == "anniversaries"
            && other.text("kind") == kind
            && one.fields.keys().all(|leaf| leaf == "kind" || !other.fields.contains_key(leaf))
    });
    match same {
        Some(other) => other.fields.extend(one.fields),
        None => draft.elements.push(one),
    }
}

/// Every line end is LF: what a file says must not depend on the system it was written on.
fn line_ends(json: &mut Json) {
    match json {
        Json::String(text) if text.contains('\r') => *text = text.replace("\r\n", "\n").replace('\r', "\n"),
        Json::Array(list) => list.iter_mut().for_each(line_ends),
        Json::Object(object) => object.values_mut().for_each(line_ends),
        _ => {}
    }
}

fn read_fields(card: &mut Object, full_is_derived: bool, draft: &mut Draft, extras: &mut Vec<(String, Json)>) {
    for single in ["uid", "kind", "language"] {
        match card.remove(single) {
            Some(Json::String(text)) if text.trim().is_empty() => {}
            Some(Json::String(text)) if single == "uid" => draft.uid = Some(text),
            Some(Json::String(text)) => {
                draft.fields.insert(single.to_owned(), Value::Text(text));
            }
            Some(other) if !other.is_null() => extras.push((format!("/{single}"), other)),
            _ => {}
        }
    }
    if let Some(Json::Object(object)) = card.get_mut("name").map(Json::take) {
        let rest = name::read(object, full_is_derived, &mut draft.fields);
        extras.extend(rest.into_iter().map(|(member, json)| (format!("/name/{}", escape(&member)), json)));
        card.remove("name");
    }
    if let Some(Json::Object(speak)) = card.get_mut("speakToAs") {
        speak.remove("@type");
        if let Some(Some(Some(gender))) = speak.remove("grammaticalGender").as_ref().map(scalar) {
            draft.fields.insert("speakToAs/grammaticalGender".to_owned(), gender);
        }
        if speak.is_empty() {
            card.remove("speakToAs");
        }
    }
}

/// Lists the objects of a map from ids, in the order of the source; anything else becomes extra.
fn elements(kind: &str, json: Json, order: &Order, extras: &mut Vec<(String, Json)>) -> Vec<(String, Object)> {
    let Json::Object(map) = json else {
        extras.push((format!("/{kind}"), json));
        return Vec::new();
    };
    let mut all = Vec::with_capacity(map.len());
    for (id, json) in map {
        match json {
            Json::Object(object) => all.push((id, object)),
            Json::Null => {}
            other => extras.push((format!("/{kind}/{}", escape(&id)), other)),
        }
    }
    // k2 before k10.
    all.sort_by_cached_key(|(id, _)| (order.places.get(id).copied().unwrap_or(usize::MAX), id.len(), id.clone()));
    all
}

fn add_aside(one: &mut Element, mut more: Object) {
    let mut rest: Object = one.text("extra").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    if let Some(Json::Object(vcard)) = more.remove("vCard") {
        let left = crate::path::flatten("", vcard, &mut one.fields);
        if !left.is_empty() {
            rest.insert("vCard".into(), Json::Object(left));
        }
    }
    rest.extend(more);
    element::keep_rest(&mut one.fields, rest);
    // A value said to be text is no address on the net.
    if one.kind == "onlineServices"
        && one.text("vCardParams/value").is_some_and(|kind| kind.eq_ignore_ascii_case("text"))
    {
        one.fields.remove("vCardParams/value");
        if !one.fields.contains_key("user")
            && let Some(user) = one.fields.remove("uri")
        {
            one.fields.insert("user".into(), user);
        }
    }
}

fn set_organization(title: &mut Element, id: &str, order: &Order, places: &BTreeMap<String, usize>) {
    let written = title.fields.remove("organizationId");
    let organization = match (order.organizations.get(id), &written) {
        (Some(organization), _) => Some(organization.clone()),
        (None, Some(Value::Text(organization))) if !order.guessed_organizations => Some(organization.clone()),
        _ => None,
    };
    let Some(organization) = organization else { return };
    match places.get(&organization) {
        Some(&element) => {
            title.fields.insert("organization".into(), Value::Reference { element });
        }
        None => {
            let mut rest: Object =
                title.text("extra").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            rest.insert("organizationId".into(), Json::String(organization));
            element::keep_rest(&mut title.fields, rest);
        }
    }
}

/// Keywords, members, relations and pronouns: kinds with a shape of their own.
fn read_sets(card: &mut Object, order: &Order, aside: &mut Aside, draft: &mut Draft, extras: &mut Vec<(String, Json)>) {
    for (kind, leaf) in [("keywords", "value"), ("members", "uid"), ("relatedTo", "uid")] {
        let Some(json) = card.remove(kind) else { continue };
        let Json::Object(map) = json else {
            extras.push((format!("/{kind}"), json));
            continue;
        };
        for (key, json) in map {
            let mut one = Element::new(kind);
            let rest = match json {
                Json::Object(object) if kind == "relatedTo" => crate::path::flatten("", object, &mut one.fields),
                Json::Bool(true) => Object::new(),
                Json::Null | Json::Bool(false) => continue,
                other => {
                    extras.push((format!("/{kind}/{}", escape(&key)), other));
                    continue;
                }
            };
            if key.trim().is_empty() {
                continue;
            }
            element::keep_rest(&mut one.fields, rest);
            one.fields.insert(leaf.to_owned(), Value::Text(key.clone()));
            if let Some(more) = aside.remove(&(kind.to_owned(), key)) {
                add_aside(&mut one, more);
            }
            draft.elements.push(one);
        }
    }
    let Some(Json::Object(mut speak)) = card.remove("speakToAs") else {
        return;
    };
    if let Some(json) = speak.remove("pronouns") {
        let kind = kinds::Kind { name: "pronouns", main: "pronouns", bytes: false };
        for (_, object) in elements("speakToAs/pronouns", json, order, extras) {
            draft.elements.push(element::read(&kind, object, &mut Blobs::new()));
        }
    }
    extras.extend(speak.into_iter().map(|(member, json)| (format!("/speakToAs/{}", escape(&member)), json)));
}

/// Kinds and fields that only this project knows, as its own export writes them.
fn own(kind: &str, all: Object, draft: &mut Draft) {
    if kind == "fields" {
        let mut fields = crate::path::Fields::new();
        let _ = crate::path::flatten("", all, &mut fields);
        draft.fields.extend(fields);
        return;
    }
    for (_, json) in all {
        if let Json::Object(object) = json {
            let mut one = Element::new(kind);
            let rest = crate::path::flatten("", object, &mut one.fields);
            element::keep_rest(&mut one.fields, rest);
            draft.elements.push(one);
        }
    }
}

/// Marks the primary elements and cuts what is too long.
fn finish(draft: &mut Draft, blobs: &mut Blobs) {
    let mut best: BTreeMap<String, (i64, usize, usize)> = BTreeMap::new();
    for (place, element) in draft.elements.iter_mut().enumerate() {
        element::shorten(&mut element.fields, blobs);
        if let Some(Value::Int(pref)) = element.fields.get("pref") {
            let (lowest, first, count) = best.entry(element.kind.clone()).or_insert((*pref, place, 0));
            if pref < lowest {
                (*lowest, *first, *count) = (*pref, place, 1);
            } else if pref == lowest {
                *count += 1;
            }
        }
    }
    for (_, place, count) in best.into_values() {
        if let Some(element) = draft.elements.get_mut(place).filter(|_| count == 1) {
            element.primary = true;
        }
    }
    element::shorten(&mut draft.fields, blobs);
}
