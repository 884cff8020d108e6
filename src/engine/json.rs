//! JSON: cards, conflicts, histories and imports as docs/card-json.md describes them. Renders; decides nothing.

use serde_json::{Map, Value as Json, json};

use crate::card::{Card, Conflict, Version, display_name, presence_of};
use crate::change::{Change, Operation};
use crate::contact::{ID, LIVE, Provenance, STATE, Value};
use crate::hash::hex;
use crate::history::History;
use crate::inbound::Imported;
use crate::policy::is_presence;
use crate::table::Table;

/// Returns a card with its shown values.
pub fn card(card: &Card, revision: &str, conflicts: &Json) -> Json {
    let mut fields = Map::new();
    let mut kinds: Vec<&str> = Vec::new();
    for (path, value) in card.view().fields() {
        if let Some((kind, _)) = path.split_once('/').filter(|_| is_presence(path)) {
            // The elements of a kind are neighbours.
            if kinds.last() != Some(&kind) {
                kinds.push(kind);
            }
        }
        if path != STATE {
            fields.insert(path.to_owned(), plain(value));
        }
    }
    let mut elements = Map::new();
    elements.extend(kinds.into_iter().map(|kind| (kind.to_owned(), json!(card.view().elements(kind)))));
    json!({
        "id": card.id(),
        "revision": revision,
        "name": display_name(card.view()),
        "state": card.view().value(STATE).as_str().unwrap_or(LIVE),
        "fields": fields,
        "elements": elements,
        "conflicts": conflicts,
    })
}

/// Returns a conflict with every side and who wrote it.
pub fn conflict(conflict: &Conflict, history: &History, labels: &Table<String>, now: i64) -> Json {
    let candidates = conflict.versions.iter().enumerate();
    let candidates: Vec<Json> = candidates.map(|(n, v)| candidate(n + 1, v, conflict, history, labels, now)).collect();
    json!({ "path": conflict.path.as_str(), "kind": conflict.kind.as_str(), "candidates": candidates })
}

fn candidate(
    number: usize,
    version: &Version,
    conflict: &Conflict,
    history: &History,
    labels: &Table<String>,
    now: i64,
) -> Json {
    let writers: Vec<Json> =
        version.ids.iter().filter_map(|id| history.writer(*id)).map(|change| writer(change, labels, now)).collect();
    let mut out = json!({ "number": number, "value": plain(&version.value), "writers": writers });
    if conflict.kind == crate::card::ConflictKind::Group
        && let Some(object) = out.as_object_mut()
    {
        let mut leaves = Map::new();
        leaves.extend(version.leaves.iter().map(|(path, value)| (path.to_string(), plain(value))));
        object.insert("fields".to_owned(), Json::Object(leaves));
    }
    out
}

/// Returns who made a change, and when as far as their clock can be believed.
pub(super) fn writer(change: &Change, labels: &Table<String>, now: i64) -> Json {
    let from = Provenance::from_message(&change.message);
    let mut out = Map::new();
    out.insert("origin".to_owned(), from.origin.as_str().into());
    out.insert("time".to_owned(), change.time.clamp(0, now.max(0)).into());
    if let Some(label) = labels.get(&from.replica) {
        out.insert("label".to_owned(), label.as_str().into());
    }
    let more = [
        ("replica", from.replica),
        ("system", from.system),
        ("row", from.row),
        ("revision", from.revision),
        ("run", from.run),
    ];
    out.extend(more.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.to_owned(), v.into())));
    Json::Object(out)
}

/// Returns the changes of a card, each with what it changed.
pub fn history(history: &History, labels: &Table<String>, now: i64) -> Json {
    let render = |(change, out): (&Change, bool)| {
        let values: Vec<Json> = change.operations.iter().filter_map(|op| operation(change, op, history)).collect();
        let mut entry = json!({ "hash": hex(&change.hash), "writer": writer(change, labels, now), "changes": values });
        if out && let Some(object) = entry.as_object_mut() {
            object.insert("out".to_owned(), true.into());
        }
        entry
    };
    Json::Array(history.changes().map(render).collect())
}

/// Returns what an operation changed; none for one that only says again that something is there.
fn operation(change: &Change, operation: &Operation, history: &History) -> Option<Json> {
    let overwritten: Vec<&Value> = operation.predecessors.iter().filter_map(|id| history.value_of(*id)).collect();
    let path = operation.path.as_str();
    let bookkeeping = path == ID || path == STATE || is_presence(path);
    let again = overwritten.iter().all(|value| **value == operation.value);
    let inside = || change.operations.iter().any(|other| presence_of(&other.path) == Some(path));
    if bookkeeping && again && (!overwritten.is_empty() || path == ID || path == STATE || inside()) {
        return None;
    }
    let from: Vec<Json> = overwritten.into_iter().map(plain).collect();
    Some(json!({ "path": path, "from": from, "to": plain(&operation.value) }))
}

/// Returns what became of an import.
pub fn imported(imported: &Imported) -> String {
    let proposals = imported.proposals.iter().map(|(made, found)| json!({ "made": made, "found": found }));
    json!({
        "created": imported.created,
        "updated": imported.updated,
        "unchanged": imported.unchanged,
        "deleted": imported.deleted,
        "proposals": proposals.collect::<Vec<_>>(),
    })
    .to_string()
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(number) => Json::from(*number),
        Value::Str(text) => Json::from(text.as_ref()),
    }
}
