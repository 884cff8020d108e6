//! One element becomes one JSContact object.
//!
//! The mirror of `import::element`. What was kept beside an element goes back where the element has nothing of that
//! name; what somebody has edited since wins.

use super::name;
use crate::{
    blob::{self, Blobs},
    card::{Entry, restore_object},
    date, names,
    path::{Object, merge, unflatten},
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// An object and what belongs to it elsewhere in the card.
pub(super) struct Written {
    pub object: Object,
    /// Patches by language.
    pub localizations: Object,
    /// The vCard parameters and name of its property.
    pub vcard: Object,
    /// A date that JSContact cannot hold.
    pub odd_date: Option<String>,
}

/// Writes an element of a kind with ids.
pub(super) fn write(entry: &Entry<'_>, blobs: &Blobs) -> Written {
    let mut rest = restore_object(entry.text("extra"), blobs);
    let mut leaves: BTreeMap<&str, Json> = entry
        .leaves
        .iter()
        .filter(|(leaf, _)| {
            !matches!(**leaf, "order" | "extra" | "blob") && !leaf.starts_with("whole/") && !leaf.starts_with("vCard")
        })
        .map(|(leaf, json)| (*leaf, whole(entry, leaf, json, blobs)))
        .collect();
    let mut object = Object::new();
    let mut odd_date = None;
    match entry.kind {
        "addresses" => name::components(&mut leaves, names::ADDRESS_ORDER, rest.remove("components"), &mut object),
        "organizations" => units(&mut leaves, &mut rest, &mut object),
        "anniversaries" => odd_date = anniversary(&mut leaves, &mut object),
        "titles" => {
            object.extend(leaves.remove("organization").map(|id| ("organizationId".to_owned(), id)));
        }
        _ => {}
    }
    if let Some(bytes) = entry.text("blob").and_then(|name| blobs.get(name)) {
        let media_type = entry.text("mediaType").or_else(|| blob::sniff(bytes));
        leaves.remove("uri");
        object.insert("uri".into(), json!(blob::to_data_uri(media_type, bytes)));
    } else if let Some(name) = entry.text("blob").filter(|_| !leaves.contains_key("uri")) {
        // Without its bytes a photo is at least known to exist.
        object.insert("contactmesh:blob".into(), json!(name));
    }
    let localizations = take_object(&mut rest, "localizations");
    let mut vcard = unflatten(
        entry.leaves.iter().filter(|(leaf, _)| leaf.starts_with("vCard")).map(|(leaf, json)| (*leaf, (*json).clone())),
    );
    merge(&mut vcard, take_object(&mut rest, "vCard"));
    merge(&mut object, unflatten(leaves));
    merge(&mut object, rest);
    Written { object, localizations, vcard, odd_date }
}

/// The whole of a text that was cut, if the blob is there and the text was not edited.
pub(super) fn whole(entry: &Entry<'_>, leaf: &str, json: &Json, blobs: &Blobs) -> Json {
    let name = entry.text(&format!("whole/{}", leaf.replace('/', "_")));
    long(json, name, blobs)
}

pub(super) fn long(json: &Json, name: Option<&str>, blobs: &Blobs) -> Json {
    let whole = name.and_then(|name| blobs.get(name)).and_then(|bytes| std::str::from_utf8(bytes).ok());
    match (json, whole) {
        (Json::String(part), Some(whole)) if whole.starts_with(part.as_str()) => json!(whole),
        _ => json.clone(),
    }
}

fn take_object(object: &mut Object, member: &str) -> Object {
    match object.remove(member) {
        Some(Json::Object(inner)) => inner,
        _ => Object::new(),
    }
}

fn units(leaves: &mut BTreeMap<&str, Json>, rest: &mut Object, object: &mut Object) {
    let mut list = Vec::new();
    for number in 1..=9 {
        list.extend(leaves.remove(format!("units/{number}").as_str()));
    }
    let kept = rest.remove("units");
    let names: Vec<Json> = kept
        .as_ref()
        .and_then(Json::as_array)
        .map(|kept| {
            kept.iter().filter_map(|unit| unit.get("name")).filter(|name| *name != "").take(9).cloned().collect()
        })
        .unwrap_or_default();
    // The units as they were read, if nobody has changed them since.
    if let Some(kept) = kept.filter(|_| names == list) {
        object.insert("units".into(), kept);
    } else if !list.is_empty() {
        object.insert("units".into(), list.into_iter().map(|name| json!({ "name": name })).collect());
    }
}

fn anniversary(leaves: &mut BTreeMap<&str, Json>, object: &mut Object) -> Option<String> {
    if let Some(place) = leaves.remove("place") {
        object.insert("place".into(), json!({ "full": place }));
    }
    let text = leaves.remove("date")?;
    let text = text.as_str()?;
    match date::to_json(text) {
        Some(json) => {
            object.insert("date".into(), Json::Object(json));
            None
        }
        None => Some(date::basic(text)),
    }
}
