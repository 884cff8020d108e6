//! Leaves become lists of components again.
//!
//! A list gets an order that is meant only if the leaf `components` says so; leaves it does not name follow in the
//! usual order.

use crate::{names, path::Object};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Takes the component leaves out of `leaves` and puts `components` (and `isOrdered`) into `object`.
pub(super) fn components(leaves: &mut BTreeMap<&str, Json>, order: &[&str], kept: Option<Json>, object: &mut Object) {
    let meant = leaves.remove("components");
    let mut present: Vec<&str> =
        leaves.keys().copied().filter(|leaf| names::component(leaf, order).is_some()).collect();
    if present.is_empty() {
        object.extend(kept.map(|list| ("components".to_owned(), list)));
        return;
    }
    names::sort(&mut present, order);
    let mut sequence: Vec<&str> = Vec::new();
    if let Some(meant) = meant.as_ref().and_then(Json::as_str) {
        sequence.extend(meant.split(' ').filter(|leaf| present.contains(leaf)));
    }
    let is_ordered = !sequence.is_empty();
    // A separator without its place in an order says nothing.
    let rest: Vec<&str> = present.iter().copied().filter(|leaf| !sequence.contains(leaf)).collect();
    sequence.extend(rest);
    let mut list = Vec::with_capacity(sequence.len());
    for leaf in sequence {
        let (Some(value), Some((kind, _))) = (leaves.remove(leaf), names::component(leaf, order)) else {
            continue;
        };
        let mut component = Object::new();
        component.insert("kind".into(), json!(kind));
        component.insert("value".into(), value);
        if let Some(phonetic) = leaves.remove(format!("phonetic/{leaf}").as_str()) {
            component.insert("phonetic".into(), phonetic);
        }
        list.push(Json::Object(component));
    }
    if is_ordered {
        object.insert("isOrdered".into(), json!(true));
    }
    // The list as it was read, if nobody has changed it since.
    let list = match kept {
        Some(Json::Array(kept)) if says_the_same(&kept, &list, order) => kept,
        _ => list,
    };
    object.insert("components".into(), Json::Array(list));
}

fn says_the_same(kept: &[Json], list: &[Json], order: &[&str]) -> bool {
    let pairs = |list: &[Json]| {
        let mut pairs: Vec<(String, String)> = list
            .iter()
            .filter_map(|c| Some((c.get("kind")?.as_str()?.to_owned(), c.get("value")?.as_str()?.to_owned())))
            .filter(|(kind, value)| order.contains(&kind.as_str()) && !value.is_empty())
            .collect();
        pairs.sort();
        pairs
    };
    pairs(kept) == pairs(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(leaves: &[(&'static str, &str)], kept: Option<Json>) -> Object {
        let mut leaves: BTreeMap<&str, Json> = leaves.iter().map(|(leaf, value)| (*leaf, json!(value))).collect();
        let mut object = Object::new();
        components(&mut leaves, names::NAME_ORDER, kept, &mut object);
        object
    }

    #[test]
    fn the_usual_order_unless_another_is_meant() {
        let usual = list(&[("surname", "Doe"), ("given", "Jane")], None);
        assert_eq!(usual["components"][0]["kind"], "given");
        assert!(!usual.contains_key("isOrdered"));
        let meant = list(&[("surname", "Doe"), ("given", "Jane"), ("components", "surname given gone")], None);
        assert_eq!(meant["components"][0]["kind"], "surname");
        assert_eq!(meant["isOrdered"], true);
    }

    #[test]
    fn a_kept_list_is_used_until_somebody_edits() {
        let kept = json!([{ "kind": "given", "value": "Jane" }, { "kind": "clan", "value": "X" }]);
        assert_eq!(list(&[("given", "Jane")], Some(kept.clone()))["components"], kept);
        assert_eq!(list(&[("given", "June")], Some(kept))["components"], json!([{ "kind": "given", "value": "June" }]));
    }
}
