//! Between nested JSON and flat leaves: what fits the path grammar of the document format, and what does not.
//!
//! [`flatten`] turns an object into leaves and hands back whatever a leaf cannot hold (arrays, floats, strange names);
//! [`unflatten`] is its inverse. Neither knows what a leaf means.

use crate::draft::Value;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// The longest text a register holds, in bytes.
pub(crate) const MAX_TEXT: usize = 65_536;
/// Segments below `<kind>/<element>`.
const MAX_DEPTH: usize = 3;
/// What is left of 120 bytes after the longest kind and a derived element id.
const MAX_LEAF: usize = 90;
const MAX_INT: u64 = (1 << 53) - 1;

pub(crate) type Fields = BTreeMap<String, Value>;
pub(crate) type Object = Map<String, Json>;

/// Tells whether a name is one path segment.
pub(crate) fn is_segment(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && !matches!(name, "__proto__" | "prototype" | "constructor")
}

/// Tells whether a leaf may stand below an element.
pub(crate) fn is_leaf(leaf: &str) -> bool {
    leaf.len() <= MAX_LEAF && leaf.split('/').count() <= MAX_DEPTH && leaf.split('/').all(is_segment)
}

/// Turns a JSON scalar into a value; `None` if no register can hold it. Nothing is `Some(None)`.
pub(crate) fn scalar(json: &Json) -> Option<Option<Value>> {
    match json {
        Json::Null => Some(None),
        Json::Bool(value) => Some(Some(Value::Bool(*value))),
        Json::Number(number) => number.as_i64().filter(|n| n.unsigned_abs() <= MAX_INT).map(|n| Some(Value::Int(n))),
        Json::String(text) => Some((!text.is_empty()).then(|| Value::Text(text.clone()))),
        Json::Array(_) | Json::Object(_) => None,
    }
}

/// Puts an object's members into `fields` under `prefix` and returns the members no leaf can hold.
pub(crate) fn flatten(prefix: &str, object: Object, fields: &mut Fields) -> Object {
    let mut rest = Object::new();
    for (name, json) in object {
        if name == "@type" {
            continue;
        }
        let leaf = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if !is_segment(&name) || !is_leaf(&leaf) {
            rest.insert(name, json);
            continue;
        }
        match scalar(&json) {
            Some(Some(value)) => {
                fields.insert(leaf, value);
            }
            Some(None) => {}
            None => match json {
                Json::Object(inner) if !inner.is_empty() => {
                    let left = flatten(&leaf, inner, fields);
                    if !left.is_empty() {
                        rest.insert(name, Json::Object(left));
                    }
                }
                Json::Object(_) => {}
                other => {
                    rest.insert(name, other);
                }
            },
        }
    }
    rest
}

/// Rebuilds the nesting of leaves.
pub(crate) fn unflatten<'a>(fields: impl IntoIterator<Item = (&'a str, Json)>) -> Object {
    let mut object = Object::new();
    for (leaf, json) in fields {
        let mut at = &mut object;
        let mut segments = leaf.split('/').peekable();
        while let Some(segment) = segments.next() {
            if segments.peek().is_none() {
                at.insert(segment.to_owned(), json);
                break;
            }
            let slot = at.entry(segment.to_owned()).or_insert_with(|| Json::Object(Object::new()));
            if !slot.is_object() {
                *slot = Json::Object(Object::new());
            }
            let Json::Object(inner) = slot else { break };
            at = inner;
        }
    }
    object
}

/// Adds the members of `extra` that `object` lacks, at every depth.
pub(crate) fn merge(object: &mut Object, extra: Object) {
    for (name, json) in extra {
        match (object.get_mut(&name), json) {
            (Some(Json::Object(inner)), Json::Object(more)) => merge(inner, more),
            (Some(_), _) => {}
            (None, json) => {
                object.insert(name, json);
            }
        }
    }
}

/// Sets a value at a JSON pointer, making objects on the way; a place that is taken stays as it is.
pub(crate) fn put(object: &mut Object, pointer: &str, json: Json) {
    let path: Vec<String> =
        pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect();
    let mut nested = json;
    for segment in path.into_iter().rev() {
        let mut outer = Object::new();
        outer.insert(segment, nested);
        nested = Json::Object(outer);
    }
    if let Json::Object(nested) = nested {
        merge(object, nested);
    }
}

/// Escapes a name for a JSON pointer.
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(json: &Json) -> Object {
        json.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn what_no_leaf_can_hold_is_handed_back() {
        let mut fields = Fields::new();
        let rest = flatten(
            "",
            object(&json!({
                "@type": "EmailAddress", "address": "a@example.com", "contexts": { "work": true, "bü": true },
                "size": 1.5, "list": [1], "__proto__": "x", "empty": "", "none": null
            })),
            &mut fields,
        );
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["address", "contexts/work"]);
        assert_eq!(
            Json::Object(rest),
            json!({ "contexts": { "bü": true }, "size": 1.5, "list": [1], "__proto__": "x" })
        );
    }

    #[test]
    fn unflatten_undoes_flatten() {
        let object = unflatten([("a/b", json!(1)), ("a/c", json!("x")), ("d", json!(true))]);
        assert_eq!(Json::Object(object), json!({ "a": { "b": 1, "c": "x" }, "d": true }));
    }

    #[test]
    fn put_fills_gaps_and_overwrites_nothing() {
        let mut card = object(&json!({ "a": { "b": 1 } }));
        put(&mut card, "/a/c~1d", json!(2));
        put(&mut card, "/a/b", json!(3));
        assert_eq!(Json::Object(card), json!({ "a": { "b": 1, "c/d": 2 } }));
    }
}
