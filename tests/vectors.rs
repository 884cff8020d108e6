//! The test vectors of docs/vectors against the crate: every file, every entry. They come from an independent writer,
//! so where one fails, either the engine or the text of docs/format.md is wrong, never the vector alone.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[path = "vectors/cards.rs"]
mod cards;
#[path = "vectors/chunks.rs"]
mod chunks;
#[path = "support/replica.rs"]
mod replica;

use std::collections::BTreeMap;

use contactmesh::change::{Change, Unwritten, encode, read};
use contactmesh::contact::{Draft, Path, Provenance, Value, check_segment, element_kind, order_key};
use contactmesh::hash::{base32, hex, sha256, unhex};
use contactmesh::identity::{card_id_from_draft, card_id_from_row, card_id_from_uid, element_id};
use contactmesh::normalise::{mail, phone, plain_key, text};
use serde_json::Value as Json;

/// Reads a vector file, which must have exactly these sections and something in each.
fn sections<const N: usize>(file: &str, names: [&str; N]) -> [Vec<Json>; N] {
    let json: Json = serde_json::from_str(file).expect("a vector file is JSON");
    let all = json.as_object().expect("a vector file is an object");
    for section in all.keys() {
        assert!(section == "about" || names.contains(&section.as_str()), "nobody tests {section}");
    }
    names.map(|name| {
        let rows = all.get(name).and_then(Json::as_array).unwrap_or_else(|| panic!("no section {name}"));
        assert!(!rows.is_empty(), "section {name} is empty");
        rows.clone()
    })
}

fn string<'a>(row: &'a Json, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_else(|| panic!("no {key} in {row}"))
}

fn size(row: &Json, key: &str) -> usize {
    let number = row[key].as_u64().unwrap_or_else(|| panic!("no {key} in {row}"));
    usize::try_from(number).expect("small")
}

/// The bytes of a row: plain, or put together and checked.
fn bytes(row: &Json) -> Vec<u8> {
    if let Some(text) = row["hex"].as_str() {
        return unhex(text).expect("hexadecimal");
    }
    let mut out = Vec::new();
    for part in row["parts"].as_array().expect("hex or parts") {
        match part["hex"].as_str() {
            Some(text) => out.extend(unhex(text).expect("hexadecimal")),
            None => out.extend(unhex(string(part, "repeat")).expect("hexadecimal").repeat(size(part, "times"))),
        }
    }
    assert_eq!(out.len(), size(row, "bytes"));
    assert_eq!(hex(&sha256(&[&out])), string(row, "sha256"));
    out
}

fn value(json: &Json) -> Value {
    Value::from_json(json).expect("a legal value")
}

/// Every failure of a file at once, by name.
fn report(failures: &[String]) {
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn paths_and_segments_are_those_of_the_grammar() {
    let file = include_str!("../docs/vectors/paths.json");
    let [valid, invalid, segments] = sections(file, ["valid", "invalid", "segments"]);
    for row in &valid {
        assert!(Path::new(string(row, "path")).is_ok(), "{row}");
    }
    for row in &invalid {
        assert!(Path::new(string(row, "path")).is_err(), "{row}");
    }
    for row in &segments {
        assert_eq!(Json::Bool(check_segment(string(row, "segment")).is_ok()), row["valid"], "{row}");
    }
}

#[test]
fn plain_keys_are_the_frozen_ones() {
    let file = include_str!("../docs/vectors/keys.json");
    let [texts, mails, phones, elements] = sections(file, ["text", "mail", "phone", "elements"]);
    for row in &texts {
        assert_eq!(text(string(row, "in")), string(row, "out"), "{row}");
    }
    for row in &mails {
        assert_eq!(mail(string(row, "in")), string(row, "out"), "{row}");
    }
    for row in &phones {
        assert_eq!(phone(string(row, "in")), string(row, "out"), "{row}");
    }
    for row in &elements {
        assert_eq!(key_of(row), string(row, "key"), "{row}");
    }
}

fn key_of(row: &Json) -> String {
    let fields = row["fields"].as_object().expect("fields");
    let values: BTreeMap<&str, Value> = fields.iter().map(|(leaf, v)| (leaf.as_str(), value(v))).collect();
    plain_key(element_kind(string(row, "kind")), values.iter().map(|(leaf, v)| (*leaf, v)))
}

#[test]
fn ids_are_derived_as_written_down() {
    let file = include_str!("../docs/vectors/ids.json");
    let [spellings, cards, elements] = sections(file, ["base32", "cards", "elements"]);
    for row in &spellings {
        assert_eq!(base32(&unhex(string(row, "bytes")).expect("hexadecimal")), string(row, "id"));
    }
    for row in &cards {
        let id = match string(row, "source") {
            "uid" => card_id_from_uid(string(row, "uid")),
            "row" => card_id_from_row(string(row, "system"), string(row, "row")),
            "content" => {
                let draft = serde_json::json!([{ "fields": row["fields"], "elements": row["elements"] }]);
                card_id_from_draft(&Draft::list_from_json(&draft.to_string()).expect("a draft")[0])
            }
            other => panic!("unknown source {other}"),
        };
        assert_eq!(id, string(row, "id"), "{row}");
    }
    for row in &elements {
        let counter = u32::try_from(size(row, "counter")).expect("small");
        assert_eq!(key_of(row), string(row, "key"), "{row}");
        let id = element_id(string(row, "card"), string(row, "kind"), string(row, "key"), counter);
        assert_eq!(id, string(row, "id"), "{row}");
    }
}

#[test]
fn elements_that_arrive_together_get_the_written_order_keys() {
    let file = include_str!("../docs/vectors/order.json");
    let [all, some] = sections(file, ["all", "some"]);
    for row in &all {
        let count = size(row, "n");
        let keys: Vec<Json> = (0..count).map(|i| Json::from(order_key(i, count))).collect();
        assert_eq!(Json::from(keys), row["keys"], "{count} elements");
    }
    for row in &some {
        for key in row["keys"].as_array().expect("keys") {
            let found = order_key(size(key, "i") - 1, size(row, "n"));
            assert_eq!(Json::from(found), key["key"], "{key} of {}", row["n"]);
        }
    }
}

fn changes() -> [Vec<Json>; 4] {
    sections(include_str!("../docs/vectors/changes.json"), ["valid", "invalid", "hostile", "messages"])
}

#[test]
fn every_valid_change_is_read_and_written_again_byte_for_byte() {
    let [valid, ..] = changes();
    for row in &valid {
        let name = string(row, "name");
        let bytes = bytes(row);
        let change = read(&bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(hex(&change.hash), string(row, "hash"), "{name}");
        if row["decoded"].is_object() {
            assert_eq!(decoded(&change), row["decoded"], "{name}");
        }
        let (again, written) = encode(Unwritten {
            actor: change.actor,
            seq: change.seq,
            start_op: change.start_op,
            time: change.time,
            message: change.message.to_string(),
            dependencies: change.dependencies.clone(),
            operations: change.operations.clone(),
        })
        .unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(again, change, "{name}");
        assert_eq!(hex(&written), hex(&bytes), "{name}");
    }
}

/// A change as the vectors write it down.
fn decoded(change: &Change) -> Json {
    let mut others: Vec<String> = Vec::new();
    let mut operations = Vec::new();
    for operation in &change.operations {
        let ids = operation.predecessors.iter();
        others.extend(ids.clone().filter(|id| id.actor != change.actor).map(|id| hex(&id.actor)));
        let ids: Vec<String> = ids.map(|id| format!("{}@{}", id.counter, hex(&id.actor))).collect();
        operations.push(serde_json::json!({ "path": operation.path.as_str(), "value": operation.value, "preds": ids }));
    }
    others.sort_unstable();
    others.dedup();
    serde_json::json!({
        "deps": change.dependencies.iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
        "actor": hex(&change.actor),
        "seq": change.seq,
        "start_op": change.start_op,
        "time": change.time,
        "message": change.message.as_ref(),
        "other_actors": others,
        "ops": operations,
    })
}

#[test]
fn every_change_that_breaks_a_rule_is_refused() {
    let [_, invalid, ..] = changes();
    let accepted = invalid.iter().filter(|row| read(&bytes(row)).is_ok());
    report(&accepted.map(|row| format!("{} ({})", row["name"], row["rule"])).collect::<Vec<_>>());
}

#[test]
fn a_beginning_of_a_change_is_no_change() {
    let [valid, ..] = changes();
    for row in &valid {
        let whole = bytes(row);
        let step = whole.len() / 2_000 + 1;
        for length in (0..whole.len()).step_by(step) {
            assert!(read(&whole[..length]).is_err(), "{}: {length} bytes", row["name"]);
        }
    }
}

#[test]
fn hostile_changes_are_refused_by_the_reader_or_by_a_card_that_has_what_they_stand_on() {
    let [_, _, hostile, _] = changes();
    for row in &hostile {
        let Ok(change) = read(&bytes(row)) else { continue };
        let overwritten = change.operations.iter().flat_map(|op| &op.predecessors);
        let own = |counter| counter >= change.start_op;
        assert!(overwritten.into_iter().any(|id| id.actor == change.actor && own(id.counter)), "{row}");
    }
}

#[test]
fn messages_name_the_writer_or_nobody() {
    let [.., messages] = changes();
    for row in &messages {
        let found = Provenance::from_message(string(row, "message"));
        let Some(fields) = row["fields"].as_object() else {
            assert_eq!(found.origin.as_str(), "unknown", "{row}");
            continue;
        };
        let field = |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default();
        assert_eq!(found.origin.as_str(), field("writer"), "{row}");
        let found = [found.replica, found.system, found.row, found.revision, found.run];
        assert_eq!(found, ["replica", "system", "row", "revision", "run"].map(|name| field(name).to_owned()), "{row}");
    }
}
