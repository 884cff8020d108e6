//! From a card to one vCard 4.0: JSContact is the step between, `entries` makes its lines.
//!
//! Here is what concerns the card as a whole: a full name there must be, labels as `itemN.X-ABLabel` (which is what
//! other programs read), groups that tie titles to their organization, and one order for everything.

use super::{entries, jscontact, line::Line, line::text as escaped};
use crate::{
    blob::Blobs,
    card::Card,
    kinds, names,
    path::{Object, put},
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What is written beside the members of the card.
#[derive(Default)]
struct Plan {
    /// The place of an element among all.
    places: BTreeMap<String, usize>,
    labels: BTreeMap<String, String>,
    /// Titles and organizations that share a group.
    groups: BTreeMap<String, String>,
    /// The highest N of the groups `itemN` that are taken.
    taken: usize,
}

/// Writes a card.
pub(super) fn text(card: &Card, blobs: &Blobs) -> String {
    let mut object = jscontact::card(card, blobs);
    if card.text("uid").is_none() {
        object.remove("uid");
    }
    let mut plan = plan(card, &mut object);
    full_name(&mut object);
    let mut lines = entries::lines(object);
    plan.taken =
        lines.iter().filter_map(|line| line.group.as_deref()?.strip_prefix("item")?.parse().ok()).max().unwrap_or(0);
    let labels: Vec<Line> = lines.iter_mut().filter_map(|line| place(line, &plan)).collect();
    lines.extend(labels);
    lines.sort();
    let mut out = String::from("BEGIN:VCARD\r\nVERSION:4.0\r\n");
    lines.iter().for_each(|line| line.write(&mut out));
    out.push_str("END:VCARD\r\n");
    out
}

/// Takes out of the card what is written in a way of its own.
fn plan(card: &Card, object: &mut Object) -> Plan {
    let mut plan = Plan::default();
    for (place, entry) in card.entries().iter().enumerate() {
        plan.places.entry(entry.id.to_owned()).or_insert(place);
    }
    for (kind, json) in object.iter_mut() {
        let Json::Object(all) = json else { continue };
        if kinds::find(kind).is_none() {
            continue;
        }
        for (id, one) in all {
            let Json::Object(one) = one else { continue };
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
    plan
}

/// A vCard has a full name: the stored one, the derived one, or, marked as such, the best there is.
fn full_name(object: &mut Object) {
    let name = object.get("name");
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
    put(object, "/name/full", json!(full));
    if derived.is_empty() {
        put(object, "/vCard/convertedProperties/name~1full", json!({ "parameters": { "derived": "true" } }));
    }
}

/// Gives a line its place and its group; returns the label that goes with it.
fn place(line: &mut Line, plan: &Plan) -> Option<Line> {
    let id = line.params.iter().find(|(name, _)| name == "PROP-ID").map(|(_, id)| id.clone());
    let rank = RANKS.iter().position(|ranked| line.name.eq_ignore_ascii_case(ranked)).unwrap_or(RANKS.len());
    let at = id.as_ref().and_then(|id| plan.places.get(id)).copied();
    line.place = (rank, at.unwrap_or(usize::MAX));
    let id = id?;
    if let Some(group) = plan.groups.get(&id) {
        line.group = Some(group.clone());
    }
    let label = plan.labels.get(&id)?;
    let group =
        line.group.clone().unwrap_or_else(|| format!("item{}", plan.taken.saturating_add(1 + at.unwrap_or_default())));
    line.group = Some(group.clone());
    let mut label = Line::new("X-ABLabel", escaped(label));
    label.group = Some(group);
    label.place = (RANKS.len() + 1, at.unwrap_or(usize::MAX));
    Some(label)
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
