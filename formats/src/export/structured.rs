//! Values with a structure: names, addresses, organizations, and jCard properties that were kept.
//!
//! Names and addresses are written with the components of RFC 6350 where they have no others, because that is what
//! every program reads; JSCOMPS says the order only where an order is meant or the newer components are used.

use super::entries::Lines;
use super::line::{Line, text, uri};
use crate::path::{Object, escape};
use serde_json::{Value as Json, json};

/// Components of N by position (RFC 9554).
const NAME: &[&str] = &["surname", "given", "given2", "title", "credential", "surname2", "generation"];

/// Components of ADR by position (RFC 9554); `apartment` and `name` have a place in RFC 6350 as well.
const ADDRESS: &[&str] = &[
    "postOfficeBox",
    "",
    "",
    "locality",
    "region",
    "postcode",
    "country",
    "room",
    "apartment",
    "floor",
    "number",
    "name",
    "building",
    "block",
    "subdistrict",
    "district",
    "landmark",
    "direction",
];

/// Writes FN and N.
pub(super) fn name(mut name: Object, lines: &mut Lines) {
    name.remove("@type");
    if let Some(Json::String(full)) = name.remove("full") {
        lines.push("name/full", Line::new("FN", text(&full)));
    }
    let mut line = Line::new("N", String::new());
    if let Some(Json::Object(sort)) = name.get("sortAs") {
        let of = |kind: &str| sort.get(kind).and_then(Json::as_str);
        let both = match (of("surname"), of("given")) {
            (Some(surname), Some(given)) => Some(format!("{surname},{given}")),
            (Some(surname), None) => Some(surname.to_owned()),
            _ => None,
        };
        let known = sort.keys().filter(|key| *key != "@type").count();
        if let Some(both) = both.filter(|both| known == both.split(',').count()) {
            line.param("SORT-AS", &both);
            name.remove("sortAs");
        }
    }
    for (member, param) in [("phoneticSystem", "PHONETIC"), ("phoneticScript", "SCRIPT")] {
        if let Some(Json::String(value)) = name.remove(member) {
            line.param(param, &value);
        }
    }
    let kept = name.get("components").cloned();
    let parts = Parts::take(&mut name, NAME);
    let new = parts.has("surname2") || parts.has("generation");
    if parts.any {
        if parts.ordered || new {
            line.param("JSCOMPS", &parts.sequence);
        }
        let mut fields = parts.fields.clone();
        // Older programs know neither a second surname nor a generation.
        for (from, to) in [(5, 0), (6, 4)] {
            let more = fields.get(from).cloned().unwrap_or_default();
            if let Some(field) = fields.get_mut(to) {
                field.extend(more);
            }
        }
        fields.truncate(if new { 7 } else { 5 });
        line.value = join(&fields);
    }
    if parts.any || !line.params.is_empty() {
        lines.push("name/components", line);
    }
    // A list with more than kinds and values is written as JSON beside the line.
    if let Some(kept) = kept.filter(|_| parts.strange) {
        lines.jsprop("name/components", &kept);
    }
    for (member, json) in name {
        lines.jsprop(&format!("name/{}", escape(&member)), &json);
    }
}

/// Writes the components of an address.
pub(super) fn address(object: &mut Object, line: &mut Line) {
    let kept = object.get("components").cloned();
    let parts = Parts::take(object, ADDRESS);
    if parts.strange {
        object.extend(kept.map(|list| ("components".to_owned(), list)));
    }
    let new = [7, 9, 10, 12, 13, 14, 15, 16, 17];
    let is_new = new.iter().any(|at| parts.fields.get(*at).is_some_and(|field| !field.is_empty()));
    if parts.any && (parts.ordered || is_new) {
        line.param("JSCOMPS", &parts.sequence);
    }
    let mut fields = parts.fields;
    for (old, sources) in [(1, [7, 8, 9, 12].as_slice()), (2, &[10, 11, 13, 17, 16, 14, 15])] {
        let all: Vec<String> = sources.iter().filter_map(|at| fields.get(*at)).flatten().cloned().collect();
        if let Some(field) = fields.get_mut(old) {
            *field = all;
        }
    }
    fields.truncate(if parts.ordered || is_new { 18 } else { 7 });
    line.value = join(&fields);
}

/// Writes the name and the units of an organization.
pub(super) fn organization(object: &mut Object, line: &mut Line) {
    let name = object.remove("name");
    let mut all = vec![text(name.as_ref().and_then(Json::as_str).unwrap_or_default())];
    if let Some(Json::Array(units)) = object.get("units") {
        all.extend(units.iter().map(|unit| text(unit.get("name").and_then(Json::as_str).unwrap_or_default())));
        let plain = units.iter().all(|unit| unit.as_object().is_some_and(|unit| unit.keys().all(|key| key == "name")));
        if plain {
            object.remove("units");
        }
    }
    line.value = all.join(";");
}

fn join(fields: &[Vec<String>]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|values| values.iter().map(|value| text(value)).collect::<Vec<_>>().join(",")).collect();
    fields.join(";")
}

/// Components sorted into their positions.
struct Parts {
    any: bool,
    ordered: bool,
    fields: Vec<Vec<String>>,
    kinds: &'static [&'static str],
    /// The value of JSCOMPS.
    sequence: String,
    /// Whether a component has more than a kind and a value, or an unknown kind.
    strange: bool,
}

impl Parts {
    fn take(object: &mut Object, kinds: &'static [&'static str]) -> Self {
        let ordered = object.remove("isOrdered").is_some_and(|json| json == true);
        let separator = object.remove("defaultSeparator");
        let list = match object.remove("components") {
            Some(Json::Array(list)) => list,
            _ => Vec::new(),
        };
        let mut fields = vec![Vec::new(); kinds.len()];
        let mut sequence = vec![separator.as_ref().and_then(Json::as_str).map(spelled).unwrap_or_default()];
        let mut strange = false;
        for component in &list {
            let kind = component.get("kind").and_then(Json::as_str).unwrap_or_default();
            let value = component.get("value").and_then(Json::as_str).unwrap_or_default();
            if kind == "separator" {
                sequence.push(spelled(value));
            } else if let Some((at, field)) = kinds
                .iter()
                .position(|known| *known == kind && !kind.is_empty())
                .and_then(|at| Some((at, fields.get_mut(at)?)))
            {
                let number: usize = field.len();
                sequence.push(if number == 0 { at.to_string() } else { format!("{at},{number}") });
                field.push(value.to_owned());
            } else {
                strange = true;
            }
            strange |= component
                .as_object()
                .is_some_and(|c| c.keys().any(|key| !matches!(key.as_str(), "@type" | "kind" | "value")));
        }
        let any = fields.iter().any(|field| !field.is_empty());
        // Separators only live in an order.
        let ordered = ordered || separator.is_some() || list.iter().any(|c| c.get("kind") == Some(&json!("separator")));
        Self { any, ordered, fields, kinds, sequence: sequence.join(";"), strange }
    }

    fn has(&self, kind: &str) -> bool {
        self.kinds
            .iter()
            .position(|known| *known == kind)
            .and_then(|at| self.fields.get(at))
            .is_some_and(|f| !f.is_empty())
    }
}

/// A separator as JSCOMPS spells it.
fn spelled(separator: &str) -> String {
    let mut out = String::from("s,");
    for c in separator.chars().filter(|c| !c.is_control()) {
        if matches!(c, '\\' | ',' | ':' | '=' | ';') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Writes a kept property: a jCard array of name, parameters, type and value.
pub(super) fn jcard(property: &Json) -> Option<Line> {
    let name = property.get(0)?.as_str()?.to_ascii_uppercase();
    let kind = property.get(2).and_then(Json::as_str).unwrap_or("unknown");
    let one = |json: &Json| {
        let value = match json {
            Json::String(value) => value.clone(),
            Json::Null => String::new(),
            other => other.to_string(),
        };
        if kind == "uri" || value.starts_with("data:") { uri(&value) } else { text(&value) }
    };
    let value = match property.get(3)? {
        Json::Array(values) => {
            let separator = if matches!(name.as_str(), "CATEGORIES" | "NICKNAME") { "," } else { ";" };
            values.iter().map(one).collect::<Vec<_>>().join(separator)
        }
        json => one(json),
    };
    let mut line = Line::new(&name, value);
    if let Some(Json::Object(params)) = property.get(1) {
        line.group = params.get("group").and_then(Json::as_str).map(str::to_owned);
        add_params(&mut line, params);
    }
    let says_nothing = kind == "unknown" || (kind == "text" && name.starts_with("X-"));
    if !says_nothing && !line.params.iter().any(|(name, _)| name == "VALUE") {
        line.param("VALUE", kind);
    }
    Some(line)
}

/// Adds parameters of a jCard.
pub(super) fn add_params(line: &mut Line, params: &Object) {
    for (name, json) in params.iter().filter(|(name, _)| *name != "group") {
        let name = name.to_ascii_uppercase();
        let values = match json {
            Json::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in values {
            match value {
                Json::String(value) => line.param(&name, value),
                Json::Null | Json::Object(_) | Json::Array(_) => {}
                other => line.param(&name, &other.to_string()),
            }
        }
    }
}
