//! From a card to one vCard 4.0: JSContact is the step between, calcard converts, the result is put in order here.
//!
//! Entries are sorted, because calcard's order is random; names and parameters that are no tokens never reach the
//! file; labels are written as `itemN.X-ABLabel`, which is what other programs read. Alone writes with calcard.

use super::jscontact;
use crate::{blob::Blobs, card::Card, names, path::Object};
use calcard::{
    jscontact::JSContact,
    vcard::{
        VCardEntry, VCardParameter, VCardParameterName as Param, VCardParameterValue, VCardProperty as Prop,
        VCardValue, VCardValueType,
    },
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What is written beside calcard.
#[derive(Default)]
struct Plan {
    /// The place of an element among all.
    places: BTreeMap<String, usize>,
    labels: BTreeMap<String, String>,
    /// Titles and organizations that share a group.
    groups: BTreeMap<String, String>,
    /// The highest N of the groups `itemN` that are taken.
    taken: usize,
    /// Elements (or the name) whose components have an order that is meant.
    ordered: Vec<String>,
}

/// Writes a card.
pub(super) fn text(card: &Card, blobs: &Blobs) -> String {
    let mut object = jscontact::card(card, blobs);
    if card.text("uid").is_none() {
        object.remove("uid");
    }
    let mut plan = plan(card, &mut object);
    let json = Json::Object(object).to_string();
    let mut entries = JSContact::<String, String>::parse(&json)
        .ok()
        .and_then(JSContact::into_vcard)
        .map(|vcard| vcard.entries)
        .unwrap_or_default();
    entries.retain(|entry| !matches!(entry.name, Prop::Begin | Prop::End | Prop::Version));
    plan.taken = entries
        .iter()
        .filter_map(|entry| entry.group.as_deref()?.strip_prefix("item")?.parse().ok())
        .max()
        .unwrap_or(0);
    let mut labelled = Vec::new();
    for entry in &mut entries {
        tidy(entry, &plan);
        if let Some(label) = set_group(entry, &plan) {
            labelled.push(label);
        }
    }
    entries.extend(labelled);
    let mut lines: Vec<((usize, usize), String)> = entries
        .iter()
        .map(|entry| {
            let place = entry.prop_id().and_then(|id| plan.places.get(id)).copied().unwrap_or(usize::MAX);
            let mut line = String::new();
            // Writing to a String cannot fail.
            let _ = entry.write_to(&mut line, true);
            ((rank(&entry.name), place), line)
        })
        .collect();
    lines.sort();
    let mut out = String::from("BEGIN:VCARD\r\nVERSION:4.0\r\n");
    out.extend(lines.into_iter().map(|(_, line)| line));
    out.push_str("END:VCARD\r\n");
    out
}

/// Takes out of the card what is not left to calcard.
fn plan(card: &Card, object: &mut Object) -> Plan {
    let mut plan = Plan::default();
    for (place, entry) in card.entries().iter().enumerate() {
        plan.places.entry(entry.id.to_owned()).or_insert(place);
    }
    for (kind, json) in object.iter_mut() {
        let Json::Object(all) = json else { continue };
        if crate::kinds::find(kind).is_none() {
            continue;
        }
        for (id, one) in all {
            let Json::Object(one) = one else { continue };
            if kind == "organizations" && one.contains_key("units") {
                // Without a name the first unit would take its place.
                one.entry("name").or_insert_with(|| json!(""));
            }
            if one.get("isOrdered").is_some() {
                plan.ordered.push(id.clone());
            }
            if let Some(Json::String(label)) = one.get("label").cloned() {
                one.remove("label");
                plan.labels.insert(id.clone(), label);
            }
            if kind == "titles"
                && let Some(Json::String(organization)) = one.remove("organizationId")
            {
                let group = format!("org{}", plan.places.get(&organization).copied().unwrap_or_default() + 1);
                plan.groups.insert(organization, group.clone());
                plan.groups.insert(id.clone(), group);
            }
        }
    }
    full_name(object, &mut plan);
    plan
}

/// A vCard has a full name: the stored one, the derived one, or, marked as such, the best there is.
fn full_name(object: &mut Object, plan: &mut Plan) {
    let name = object.get("name");
    if name.and_then(|name| name.get("isOrdered")).is_some() {
        plan.ordered.push("name".into());
    }
    if name.and_then(|name| name.get("full")).is_some() {
        return;
    }
    let components = name.and_then(|name| name.get("components")).and_then(Json::as_array);
    let derived = names::derive(
        components
            .into_iter()
            .flatten()
            .filter_map(|component| Some((component.get("kind")?.as_str()?, component.get("value")?.as_str()?))),
    );
    let stand_in = [("organizations", "name"), ("nicknames", "name"), ("emails", "address"), ("phones", "number")]
        .iter()
        .find_map(|(kind, leaf)| object.get(*kind)?.as_object()?.values().find_map(|one| one.get(*leaf)?.as_str()));
    let full = if derived.is_empty() { stand_in.unwrap_or("?").to_owned() } else { derived.clone() };
    crate::path::put(object, "/name/full", json!(full));
    if derived.is_empty() {
        crate::path::put(
            object,
            "/vCard/convertedProperties/name~1full",
            json!({ "parameters": { "derived": "true" } }),
        );
    }
}

/// Makes an entry something that every reader understands and that cannot break out of its line.
fn tidy(entry: &mut VCardEntry, plan: &Plan) {
    if let Prop::Other(name) = &entry.name
        && !is_token(name)
    {
        let clean: String = name.chars().filter(|c| is_token_char(*c)).collect();
        let clean = if clean.is_empty() { "UNNAMED" } else { &clean };
        let known = clean.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("X-"));
        entry.name = Prop::Other(if known { clean.to_owned() } else { format!("X-{clean}") });
    }
    entry.group = entry.group.take().filter(|group| is_token(group));
    let ordered = match entry.name {
        Prop::N => plan.ordered.iter().any(|id| id == "name"),
        _ => entry.prop_id().is_some_and(|id| plan.ordered.iter().any(|ordered| ordered == id)),
    };
    entry.params.retain(|param| match &param.name {
        Param::Other(name) => is_token(name),
        _ => true,
    });
    if !ordered && plain_components(entry) {
        entry.params.retain(|param| param.name != Param::Jscomps);
    }
    for param in &mut entry.params {
        if let VCardParameterValue::Text(text) = &mut param.value {
            clean(text);
            if text.contains(['"', '^']) {
                // RFC 6868: a quote would end the value.
                *text = text.replace('^', "^^").replace('"', "^'");
            }
        }
    }
    for value in &mut entry.values {
        match value {
            VCardValue::Binary(data) => {
                *value = VCardValue::Text(crate::blob::to_data_uri(data.content_type.as_deref(), &data.data));
            }
            VCardValue::Text(text) => clean(text),
            VCardValue::Component(list) => list.iter_mut().for_each(clean),
            _ => {}
        }
    }
    as_text(entry);
}

/// Line ends as LF, which is written as `\n`; no other control characters.
fn clean(text: &mut String) {
    if text.contains(|c: char| c.is_control()) {
        let plain = text.replace("\r\n", "\n").replace('\r', "\n");
        *text = plain.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    }
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_token_char)
}

/// The underscore is in no standard and in many files.
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// Cuts a name or address down to the components of RFC 6350, if it has no others; tells whether it could.
fn plain_components(entry: &mut VCardEntry) -> bool {
    let is_empty = |value: Option<&VCardValue>| match value {
        None => true,
        Some(VCardValue::Text(text)) => text.is_empty(),
        Some(_) => false,
    };
    let (length, plain) = match entry.name {
        Prop::N => (5, (5..=6).all(|at| is_empty(entry.values.get(at)))),
        Prop::Adr => {
            let others = [7, 9, 10, 12, 13, 14, 15, 16, 17].iter().all(|at| is_empty(entry.values.get(*at)));
            let twins = [(1, 8), (2, 11)].iter().all(|(old, new)| entry.values.get(*old) == entry.values.get(*new));
            (7, others && twins)
        }
        _ => return true,
    };
    if plain {
        entry.values.truncate(length);
    }
    plain
}

/// Values that are no URIs say so; a profile without one is written with its user.
fn as_text(entry: &mut VCardEntry) {
    let is_uri = |text: &str| {
        text.split_once(':').is_some_and(|(scheme, _)| {
            scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        })
    };
    let has_value = entry.params.iter().any(|param| param.name == Param::Value);
    let text = match entry.values.first() {
        Some(VCardValue::Text(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    match (&entry.name, text) {
        (Prop::Related, Some(text)) if !is_uri(&text) && !has_value => {
            entry.params.push(VCardParameter::value(VCardValueType::Text));
        }
        (Prop::Socialprofile | Prop::Impp, None) => {
            let user =
                entry.params.iter().position(|param| param.name == Param::Username).map(|at| entry.params.remove(at));
            if let Some(VCardParameterValue::Text(user)) = user.map(|param| param.value) {
                entry.values = vec![VCardValue::Text(user)];
                entry.params.retain(|param| param.name != Param::Value);
                entry.params.push(VCardParameter::value(VCardValueType::Text));
            }
        }
        _ => {}
    }
}

/// Puts an entry into its group; returns the label that goes with it.
fn set_group(entry: &mut VCardEntry, plan: &Plan) -> Option<VCardEntry> {
    let id = entry.prop_id()?.to_owned();
    if let Some(group) = plan.groups.get(&id) {
        entry.group = Some(group.clone());
    }
    let label = plan.labels.get(&id)?;
    let group = entry.group.clone().unwrap_or_else(|| {
        format!("item{}", plan.taken.saturating_add(1 + plan.places.get(&id).copied().unwrap_or_default()))
    });
    entry.group = Some(group.clone());
    let mut label = label.clone();
    clean(&mut label);
    Some(VCardEntry::new(Prop::Other("X-ABLabel".into())).with_group(Some(group)).with_value(label))
}

const RANKS: &[&str] = &[
    "KIND",
    "UID",
    "FN",
    "N",
    "NICKNAME",
    "GRAMGENDER",
    "PRONOUNS",
    "ORG",
    "TITLE",
    "ROLE",
    "EMAIL",
    "TEL",
    "ADR",
    "TZ",
    "GEO",
    "IMPP",
    "SOCIALPROFILE",
    "URL",
    "CONTACT-URI",
    "BDAY",
    "ANNIVERSARY",
    "DEATHDATE",
    "RELATED",
    "MEMBER",
    "LANG",
    "CATEGORIES",
    "NOTE",
    "PHOTO",
];

fn rank(name: &Prop) -> usize {
    RANKS.iter().position(|ranked| name.as_str().eq_ignore_ascii_case(ranked)).unwrap_or(RANKS.len())
}
