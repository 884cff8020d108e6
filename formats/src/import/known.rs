//! Properties that vCard never had but exporters write: messengers, Apple's dates and relations, spouses.
//!
//! A table, not a guess: a property that is not listed here, or has a label nobody knows, stays an `extra` element.

use crate::{
    date,
    draft::{Element, Value},
    path::Object,
};
use serde_json::Value as Json;
use std::collections::BTreeMap;

const MESSENGERS: &[(&str, &str)] = &[
    ("x-aim", "AIM"),
    ("x-icq", "ICQ"),
    ("x-msn", "MSN"),
    ("x-yahoo", "Yahoo"),
    ("x-skype", "Skype"),
    ("x-skype-username", "Skype"),
    ("x-gtalk", "Google Talk"),
    ("x-google-talk", "Google Talk"),
    ("x-jabber", "Jabber"),
    ("x-qq", "QQ"),
    ("x-groupwise", "GroupWise"),
    ("x-twitter", "Twitter"),
];

const WEDDINGS: &[&str] =
    &["x-anniversary", "x-ms-anniversary", "x-evolution-anniversary", "x-kaddressbook-x-anniversary"];

const SPOUSES: &[&str] = &["x-spouse", "x-ms-spouse", "x-evolution-spouse", "x-kaddressbook-x-spousesname"];

/// Apple's labels for relations and the relation each one is.
const RELATIONS: &[(&str, &str)] = &[
    ("Spouse", "spouse"),
    ("Partner", "spouse"),
    ("Child", "child"),
    ("Son", "child"),
    ("Daughter", "child"),
    ("Mother", "parent"),
    ("Father", "parent"),
    ("Parent", "parent"),
    ("Brother", "sibling"),
    ("Sister", "sibling"),
    ("Friend", "friend"),
];

/// The kinds of elements a property may have become, for whoever looks for its value.
pub(crate) fn kinds_of(property: &str) -> &'static [&'static str] {
    let name = property.to_ascii_lowercase();
    if MESSENGERS.iter().any(|(known, _)| *known == name) {
        &["onlineServices"]
    } else if WEDDINGS.contains(&name.as_str()) || name == "x-abdate" {
        &["anniversaries"]
    } else if SPOUSES.contains(&name.as_str()) || name == "x-abrelatednames" {
        &["relatedTo"]
    } else {
        &[]
    }
}

/// The relation or kind of anniversary that a label of Apple's turns into.
pub(crate) fn meaning(label: &str) -> Option<&'static str> {
    if label.eq_ignore_ascii_case("Anniversary") {
        return Some("wedding");
    }
    RELATIONS.iter().find(|(known, _)| label.eq_ignore_ascii_case(known)).map(|(_, relation)| *relation)
}

/// Collects the labels of groups whose property will become an element, and takes those labels out of the list.
pub(super) fn take_labels(properties: &mut Vec<Json>, labels: &mut BTreeMap<String, String>) {
    let mut all = BTreeMap::new();
    for property in properties.iter() {
        if let Some((name, params, value)) = parts(property)
            && name == "x-ablabel"
            && let Some(group) = params.get("group").and_then(Json::as_str)
        {
            all.insert(group.to_owned(), value.to_owned());
        }
    }
    for property in properties.iter() {
        if let Some((name, params, _)) = parts(property)
            && matches!(name, "x-abdate" | "x-abrelatednames")
            && let Some(group) = params.get("group").and_then(Json::as_str)
            && let Some(label) = all.get(group)
            && element(property, &all).is_some()
        {
            labels.insert(group.to_owned(), label.clone());
        }
    }
    properties.retain(|property| {
        !parts(property).is_some_and(|(name, params, _)| {
            name == "x-ablabel" && params.get("group").and_then(Json::as_str).is_some_and(|g| labels.contains_key(g))
        })
    });
}

/// Turns a jCard property into an element, if the table knows it.
pub(super) fn element(property: &Json, labels: &BTreeMap<String, String>) -> Option<Element> {
    let (name, params, value) = parts(property)?;
    if value.trim().is_empty() {
        return None;
    }
    let label = params
        .get("group")
        .and_then(Json::as_str)
        .and_then(|group| labels.get(group))
        .map(|label| super::element::plain_label(label));
    let text = |text: &str| Value::Text(text.to_owned());
    if let Some((_, service)) = MESSENGERS.iter().find(|(known, _)| *known == name) {
        let mut element = Element::new("onlineServices");
        element.fields.insert("service".into(), text(service));
        element.fields.insert("user".into(), text(value));
        contexts(params, &mut element);
        return Some(element);
    }
    let kind = match name {
        "bday" => Some("birth"),
        "deathdate" => Some("death"),
        "anniversary" => Some("wedding"),
        _ if WEDDINGS.contains(&name) && date::is_date(value.trim()) => Some("wedding"),
        "x-abdate" if label.is_some_and(|l| l.eq_ignore_ascii_case("Anniversary")) && date::is_date(value.trim()) => {
            Some("wedding")
        }
        _ => None,
    };
    if let Some(kind) = kind {
        let mut element = Element::new("anniversaries");
        element.fields.insert("kind".into(), text(kind));
        element.fields.insert("date".into(), text(&date::canonical(value)));
        return Some(element);
    }
    let relation = match name {
        _ if SPOUSES.contains(&name) => Some("spouse"),
        "x-abrelatednames" => label.and_then(meaning).filter(|relation| *relation != "wedding"),
        _ => None,
    };
    relation.map(|relation| {
        let mut element = Element::new("relatedTo");
        element.fields.insert("uid".into(), text(value));
        element.fields.insert(format!("relation/{relation}"), Value::Bool(true));
        // Mother says more than parent.
        if let Some(label) = label.filter(|label| !label.eq_ignore_ascii_case(relation)) {
            element.fields.insert("label".into(), text(label));
        }
        element
    })
}

fn contexts(params: &Object, element: &mut Element) {
    let types = match params.get("type") {
        Some(Json::Array(types)) => types.iter().filter_map(Json::as_str).collect(),
        Some(Json::String(one)) => vec![one.as_str()],
        _ => Vec::new(),
    };
    for one in types {
        match one.to_ascii_lowercase().as_str() {
            "home" => element.fields.insert("contexts/private".into(), Value::Bool(true)),
            "work" => element.fields.insert("contexts/work".into(), Value::Bool(true)),
            "pref" => element.fields.insert("pref".into(), Value::Int(1)),
            _ => None,
        };
    }
}

fn parts(property: &Json) -> Option<(&str, &Object, &str)> {
    let list = property.as_array()?;
    Some((list.first()?.as_str()?, list.get(1)?.as_object()?, list.get(3)?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn apples_relations_need_a_label_that_is_known() {
        let mut properties = vec![
            json!(["x-abrelatednames", { "group": "item1" }, "unknown", "Ann"]),
            json!(["x-ablabel", { "group": "item1" }, "unknown", "_$!<Mother>!$_"]),
            json!(["x-abrelatednames", { "group": "item2" }, "unknown", "Bob"]),
            json!(["x-ablabel", { "group": "item2" }, "unknown", "Referred by"]),
        ];
        let mut labels = BTreeMap::new();
        take_labels(&mut properties, &mut labels);
        let elements: Vec<_> = properties.iter().map(|property| element(property, &labels)).collect();
        assert_eq!(elements.len(), 3);
        let mother = elements[0].as_ref().unwrap();
        assert_eq!((mother.text("uid"), mother.text("label")), (Some("Ann"), Some("Mother")));
        assert!(mother.fields.contains_key("relation/parent"));
        assert_eq!(elements[1], None);
        assert_eq!(elements[2], None);
    }

    #[test]
    fn messengers_are_online_services() {
        let aim = element(&json!(["x-aim", { "type": "HOME" }, "unknown", "jane"]), &BTreeMap::new()).unwrap();
        assert_eq!((aim.text("service"), aim.text("user")), (Some("AIM"), Some("jane")));
        assert!(aim.fields.contains_key("contexts/private"));
    }
}
