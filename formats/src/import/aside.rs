//! What belongs to an element but is written elsewhere in a JSContact card: translations and vCard parameters.
//!
//! Both are found by the ids of the source, which do not survive; so they are taken along with their element. What
//! belongs to no element is handed back as extra.

use super::known;
use crate::{
    kinds,
    path::{Object, escape, merge, put},
};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Members for elements, by kind and id.
pub(super) type Aside = BTreeMap<(String, String), Object>;

/// Translations that patch an element go with the element; the others are extra.
pub(super) fn localizations(card: &mut Object, aside: &mut Aside, extras: &mut Vec<(String, Json)>) {
    let Some(json) = card.remove("localizations") else {
        return;
    };
    let Json::Object(languages) = json else {
        extras.push(("/localizations".into(), json));
        return;
    };
    for (language, patches) in languages {
        let Json::Object(patches) = patches else {
            extras.push((format!("/localizations/{}", escape(&language)), patches));
            continue;
        };
        let mut others = Object::new();
        for (pointer, json) in patches {
            match target(card, &pointer) {
                Some((key, rest)) => {
                    let mut patch = Object::new();
                    put(&mut patch, &format!("/localizations/{}/{}", escape(&language), escape(&rest)), json);
                    merge(aside.entry(key).or_default(), patch);
                }
                None => {
                    others.insert(pointer, json);
                }
            }
        }
        if !others.is_empty() {
            extras.push((format!("/localizations/{}", escape(&language)), Json::Object(others)));
        }
    }
}

/// Finds the element that a pointer such as `emails/k1/address` leads into, and the rest of the way.
fn target(card: &Object, pointer: &str) -> Option<((String, String), String)> {
    let mut segments = pointer.trim_start_matches('/').splitn(3, '/');
    let (kind, id, rest) = (segments.next()?, segments.next()?, segments.next()?);
    let id = id.replace("~1", "/").replace("~0", "~");
    let known = kinds::find(kind).is_some() || kind == "relatedTo";
    (known && card.get(kind)?.get(&id).is_some()).then(|| ((kind.to_owned(), id), rest.to_owned()))
}

/// What the member `vCard` says about the card as a whole.
#[derive(Default)]
pub(super) struct VCardMember {
    pub full_is_derived: bool,
    pub properties: Vec<Json>,
    /// Labels by group, for properties that no element stands for.
    pub labels: BTreeMap<String, String>,
}

/// Takes the member `vCard` apart: parameters go with their elements, properties stay properties.
pub(super) fn vcard_member(card: &mut Object, aside: &mut Aside, extras: &mut Vec<(String, Json)>) -> VCardMember {
    let mut found = VCardMember::default();
    let Some(Json::Object(mut vcard)) = card.remove("vCard") else {
        return found;
    };
    if let Some(Json::Object(converted)) = vcard.remove("convertedProperties") {
        for (pointer, json) in converted {
            let Json::Object(mut converted) = json else { continue };
            let mut params = match converted.remove("parameters") {
                Some(Json::Object(params)) => params,
                _ => Object::new(),
            };
            params.retain(|name, _| !matches!(name.as_str(), "group" | "encoding" | "charset" | "prop-id" | "jscomps"));
            if pointer == "name/full"
                && params.remove("derived").is_some_and(|d| d == "true" || d == "TRUE" || d == true)
            {
                found.full_is_derived = true;
            }
            let name = converted.remove("name");
            if !pointer.starts_with("onlineServices/") {
                // Said again by the value itself.
                params.remove("value");
            }
            match target(card, &pointer) {
                Some((key, rest)) => {
                    if kinds::find(&key.0).is_none_or(|kind| kind.main == rest) {
                        keep_params(aside, key, params, name);
                    }
                }
                None if params.is_empty() => {}
                None => {
                    let mut kept = Object::new();
                    kept.insert("parameters".into(), Json::Object(params));
                    extras.push((format!("/vCard/convertedProperties/{}", escape(&pointer)), Json::Object(kept)));
                }
            }
        }
    }
    if let Some(Json::Array(properties)) = vcard.remove("properties") {
        found.properties = properties;
        known::take_labels(&mut found.properties, &mut found.labels);
    }
    extras.extend(vcard.into_iter().map(|(member, json)| (format!("/vCard/{}", escape(&member)), json)));
    found
}

fn keep_params(aside: &mut Aside, key: (String, String), mut params: Object, name: Option<Json>) {
    // What the media type and the date say by themselves.
    if key.0 == "media" || key.0 == "anniversaries" {
        params.remove("type");
    }
    let mut vcard = Object::new();
    vcard.extend(name.map(|name| ("vCardName".to_owned(), name)));
    if !params.is_empty() {
        vcard.insert("vCardParams".into(), Json::Object(params));
    }
    if !vcard.is_empty() {
        let mut more = Object::new();
        more.insert("vCard".into(), Json::Object(vcard));
        merge(aside.entry(key).or_default(), more);
    }
}
