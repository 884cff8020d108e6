//! Names and other lists of components: arrays of {kind, value} become one leaf for each.
//!
//! The order of a list is kept (as the leaf `components`) only where it is meant and says more than the usual order.
//! A full name is kept only where it says more than its components.

use crate::{
    draft::Value,
    names,
    path::{Fields, Object, flatten},
};
use serde_json::Value as Json;

/// Reads `name` into leaves below `name/` and returns what no leaf can hold.
pub(super) fn read(mut name: Object, full_is_derived: bool, fields: &mut Fields) -> Object {
    let mut leaves = Fields::new();
    let full = name.remove("full");
    let left = components(&mut name, names::NAME_ORDER, &mut leaves);
    let derived = names::derive(leaves.iter().filter_map(|(leaf, value)| Some((leaf.as_str(), value.as_text()?))));
    if let Some(full) = full.as_ref().and_then(Json::as_str)
        && names::squeeze(full) != derived
        && !full_is_derived
        && !full.trim().is_empty()
    {
        leaves.insert("full".into(), Value::Text(full.to_owned()));
    }
    let mut rest = flatten("", name, &mut leaves);
    rest.extend(left.map(|list| ("components".to_owned(), list)));
    fields.extend(leaves.into_iter().map(|(leaf, value)| (format!("name/{leaf}"), value)));
    rest
}

/// Takes `components` and `isOrdered` out of an object; returns the list if leaves alone would lose something of it.
pub(super) fn components(object: &mut Object, order: &[&str], leaves: &mut Fields) -> Option<Json> {
    let ordered = object.remove("isOrdered").is_some_and(|json| json == true);
    let list = match object.remove("components")? {
        Json::Array(list) => list,
        other => return Some(other),
    };
    let mut sequence: Vec<String> = Vec::new();
    let mut strange = false;
    for component in &list {
        let kind = component.get("kind").and_then(Json::as_str).unwrap_or_default();
        let value = component.get("value").and_then(Json::as_str);
        let Some(value) = value.filter(|_| order.contains(&kind)) else {
            strange = true;
            continue;
        };
        strange |= component
            .as_object()
            .is_some_and(|o| o.keys().any(|k| !matches!(k.as_str(), "@type" | "kind" | "value" | "phonetic")));
        if value.is_empty() {
            continue;
        }
        let number =
            1 + sequence.iter().filter(|leaf| names::component(leaf, order).is_some_and(|c| c.0 == kind)).count();
        let leaf = names::leaf(kind, u32::try_from(number).unwrap_or(u32::MAX));
        if names::component(&leaf, order).is_none() {
            strange = true;
            continue;
        }
        leaves.insert(leaf.clone(), Value::Text(value.to_owned()));
        match component.get("phonetic").map(|phonetic| phonetic.as_str()) {
            Some(Some(text)) if !text.is_empty() => {
                leaves.insert(format!("phonetic/{leaf}"), Value::Text(text.to_owned()));
            }
            Some(None) => strange = true,
            _ => {}
        }
        sequence.push(leaf);
    }
    let mut usual: Vec<&str> = sequence.iter().map(String::as_str).collect();
    names::sort(&mut usual, order);
    if ordered && (usual != sequence || sequence.iter().any(|leaf| leaf.starts_with("separator"))) {
        leaves.insert("components".into(), Value::Text(sequence.join(" ")));
    }
    strange.then_some(Json::Array(list))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(name: &Json, derived: bool) -> Fields {
        let mut fields = Fields::new();
        read(name.as_object().cloned().unwrap(), derived, &mut fields);
        fields
    }

    #[test]
    fn a_full_name_that_follows_is_not_kept() {
        let parts = json!([{ "kind": "surname", "value": "Doe" }, { "kind": "given", "value": "Jane" }]);
        let kept = |full: &str| fields(&json!({ "full": full, "components": parts }), false).contains_key("name/full");
        assert!(!kept("Jane  Doe"));
        assert!(kept("Doe, Jane"));
        assert!(fields(&json!({ "full": "Example Ltd" }), false).contains_key("name/full"));
        assert!(fields(&json!({ "full": "Example Ltd" }), true).is_empty());
    }

    #[test]
    fn repeated_components_get_numbers_and_a_meant_order_is_kept() {
        let name = json!({ "isOrdered": true, "components": [
            { "kind": "surname", "value": "Doe" }, { "kind": "separator", "value": ", " },
            { "kind": "given", "value": "A" }, { "kind": "given", "value": "B", "phonetic": "bee" }] });
        let fields = fields(&name, false);
        assert_eq!(fields["name/given_2"], Value::Text("B".into()));
        assert_eq!(fields["name/phonetic/given_2"], Value::Text("bee".into()));
        assert_eq!(fields["name/components"], Value::Text("surname separator given given_2".into()));
    }

    #[test]
    fn what_a_leaf_cannot_hold_is_handed_back() {
        let mut fields = Fields::new();
        let name = json!({ "components": [{ "kind": "clan", "value": "X" }], "list": [1] });
        let rest = read(name.as_object().cloned().unwrap(), false, &mut fields);
        assert_eq!(rest.keys().collect::<Vec<_>>(), ["components", "list"]);
    }
}
