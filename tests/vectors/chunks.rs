//! `chunks.json`: what travels. Parts are only framed here; putting them together is the book's business.

use contactmesh::change::read;
use contactmesh::hash::{hex, sha256, unhex};
use contactmesh::wire::{Chunk, Entry, read_chunk};
use miniz_oxide::deflate::compress_to_vec;
use serde_json::{Value as Json, json};

use super::{bytes, report, sections, size, string};

fn files() -> [Vec<Json>; 6] {
    let file = include_str!("../../docs/vectors/chunks.json");
    sections(file, ["valid", "newer", "invalid", "mixed", "built", "sets"])
}

/// An entry as the vectors write it down.
fn described(entry: &Entry<'_>) -> Json {
    let mut row = json!({ "card": entry.card, "hash": hex(&entry.hash), "length": entry.bytes.len() });
    match entry.part {
        None => row["entry"] = json!("change"),
        Some(part) => {
            row["entry"] = json!("part");
            row["part"] = json!(part.part);
            row["of"] = json!(part.of);
        }
    }
    row
}

fn is_announced_change(entry: &Entry<'_>) -> bool {
    read(entry.bytes).is_ok_and(|change| change.hash == entry.hash)
}

/// Whether a chunk, or its framing, is refused.
fn is_refused(chunk: &[u8]) -> bool {
    read_chunk(chunk).and_then(|chunk| chunk.entries().map(|_| ())).is_err()
}

#[test]
fn every_valid_chunk_is_read_entry_by_entry() {
    let [valid, ..] = files();
    for row in &valid {
        let name = string(row, "name");
        let chunk = read_chunk(&bytes(row)).unwrap_or_else(|why| panic!("{name}: {why}"));
        let entries = chunk.entries().unwrap_or_else(|why| panic!("{name}: {why}"));
        let found: Vec<Json> = entries.iter().map(described).collect();
        let expected = match row["entries"].as_array() {
            Some(all) => all.clone(),
            None => vec![row["each"].clone(); size(row, "count")],
        };
        assert_eq!(found, expected, "{name}");
        assert!(entries.iter().all(is_announced_change), "{name}");
    }
}

#[test]
fn a_newer_chunk_is_kept_and_not_refused() {
    let [_, newer, ..] = files();
    for row in &newer {
        assert_eq!(read_chunk(&bytes(row)), Ok(Chunk::Newer), "{}", row["name"]);
    }
}

#[test]
fn a_chunk_that_breaks_the_framing_is_refused_whole() {
    let [_, _, invalid, _, built, _] = files();
    let accepted = invalid.iter().filter(|row| !is_refused(&bytes(row)));
    let mut failures: Vec<String> = accepted.map(|row| format!("{} ({})", row["name"], row["rule"])).collect();
    for row in &built {
        let pack = &row["chunk"]["deflate"];
        let pack = unhex(string(pack, "repeat")).expect("hexadecimal").repeat(size(pack, "times"));
        let mut chunk = unhex(string(&row["chunk"], "before")).expect("hexadecimal");
        chunk.extend(compress_to_vec(&pack, 9));
        if !is_refused(&chunk) {
            failures.push(row["name"].to_string());
        }
    }
    report(&failures);
}

#[test]
fn a_refused_change_leaves_the_other_entries_alone() {
    let [_, _, _, mixed, ..] = files();
    let mut failures = Vec::new();
    for row in &mixed {
        let chunk = read_chunk(&bytes(row)).unwrap_or_else(|why| panic!("{}: {why}", row["name"]));
        let entries = match chunk.entries() {
            Ok(entries) => entries,
            Err(why) => {
                failures.push(format!("{}: the whole pack is refused: {why}", row["name"]));
                continue;
            }
        };
        let expected = row["entries"].as_array().expect("entries");
        assert_eq!(entries.len(), expected.len(), "{}", row["name"]);
        for (entry, expected) in entries.iter().zip(expected) {
            let refused = expected.get("refused").is_some();
            let mut plain = expected.clone();
            plain.as_object_mut().expect("an object").remove("refused");
            if described(entry) != plain || is_announced_change(entry) == refused {
                failures.push(format!("{}: {expected}", row["name"]));
            }
        }
    }
    report(&failures);
}

#[test]
fn parts_carry_the_pieces_of_the_change_they_announce() {
    let [.., sets] = files();
    for set in &sets {
        let chunks: Vec<Vec<u8>> = set["chunks"].as_array().expect("chunks").iter().map(bytes).collect();
        let mut pieces = Vec::new();
        for chunk in &chunks {
            let Ok(Chunk::Pack(pack)) = read_chunk(chunk) else { panic!("{}", set["name"]) };
            let chunk = Chunk::Pack(pack);
            let entries = chunk.entries().expect("framed");
            assert_eq!(entries.len(), 1, "{}", set["name"]);
            let part = entries[0].part.expect("a part");
            pieces.push((part.part, part.of, entries[0].hash, entries[0].bytes.to_vec()));
        }
        let Some(expected) = set["change"].as_object() else { continue };
        pieces.sort_unstable();
        pieces.dedup();
        assert_eq!(pieces.len(), pieces[0].1 as usize, "{}", set["name"]);
        let whole: Vec<u8> = pieces.iter().flat_map(|piece| piece.3.clone()).collect();
        assert_eq!(json!(whole.len()), expected["bytes"], "{}", set["name"]);
        assert_eq!(json!(hex(&sha256(&[&whole[8..]]))), expected["hash"], "{}", set["name"]);
        assert!(read(&whole).is_ok_and(|change| change.hash == pieces[0].2), "{}", set["name"]);
    }
}
