//! `cards.json`: what a card accepts, shows and holds in conflict, in every arrival order.

use std::collections::BTreeSet;

use contactmesh::card::{Card, book_state_hash, shown, state_hash};
use contactmesh::change::{Change, read};
use contactmesh::contact::{ID, STATE};
use contactmesh::hash::{Hash, hex};
use contactmesh::policy::is_presence;
use serde_json::{Map, Value as Json, json};

use super::replica::Replica;
use super::{bytes, report, sections, string};

fn files() -> [Vec<Json>; 3] {
    let mut file: Json = serde_json::from_str(include_str!("../../docs/vectors/cards.json")).expect("JSON");
    assert!(file.as_object_mut().expect("an object").remove("guard").is_some());
    sections(&file.to_string(), ["cases", "partial", "books"])
}

fn change(row: &Json) -> Change {
    read(&bytes(row)).unwrap_or_else(|why| panic!("{row}: {why}"))
}

fn sorted(hashes: impl IntoIterator<Item = Hash>) -> Json {
    let all: BTreeSet<String> = hashes.into_iter().map(|hash| hex(&hash)).collect();
    json!(all)
}

/// What a replica finds, as the vectors write it down.
fn found(replica: &Replica) -> Json {
    let card = &replica.card;
    let mut registers = Map::new();
    let mut own = Vec::new();
    let mut leaves = Vec::new();
    for candidates in card.registers().groups() {
        let best = shown(candidates).expect("a register has a candidate");
        let path = best.path.as_str();
        let rows: Vec<Json> = candidates
            .iter()
            .map(|e| json!({ "counter": e.id.counter, "actor": hex(&e.id.actor), "value": e.value }))
            .collect();
        let at = candidates.iter().position(|e| e.id == best.id);
        registers.insert(path.to_owned(), json!({ "candidates": rows, "shown": at }));
        if card.is_register_in_conflict(path) {
            own.push(path);
        }
        if path != ID && path != STATE && !is_presence(path) && card.is_in_conflict(path) {
            leaves.push(path);
        }
    }
    json!({
        "accepted": sorted(replica.hashes(false)),
        "out": sorted(replica.hashes(true)),
        "waiting": sorted(replica.waiting.keys().copied()),
        "heads": card.heads().iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
        "registers": registers,
        "conflicts": { "registers": own, "groups": card.groups_in_conflict().iter().map(|p| p.as_str()).collect::<Vec<_>>(), "leaves": leaves },
        "state_hash": hex(&state_hash(card)),
    })
}

/// Says where two answers differ.
fn differences(name: &str, found: &Json, expected: &Json) -> Vec<String> {
    let keys = expected.as_object().expect("an object").keys();
    let wrong = keys.filter(|key| found[key.as_str()] != expected[key.as_str()]);
    wrong
        .map(|key| format!("{name}: {key}\n  found    {}\n  expected {}", found[key.as_str()], expected[key.as_str()]))
        .collect()
}

#[test]
fn every_arrival_order_leads_to_the_same_card() {
    let [cases, ..] = files();
    let mut failures = Vec::new();
    for case in &cases {
        let rows = case["changes"].as_array().expect("changes");
        let orders = case["arrivals"].as_array().expect("arrivals");
        assert!(!orders.is_empty());
        for order in orders {
            let mut replica = Replica::new(string(case, "card"));
            for name in order.as_array().expect("an order") {
                let row = rows.iter().find(|row| row["name"] == *name).expect("a change of this name");
                replica.arrive(&change(row));
            }
            assert!(replica.refused.is_empty(), "{}: {:?}", case["name"], replica.refused);
            assert_eq!(replica.card.heads(), replica.history.graph().heads());
            assert_eq!(replica.card.conflict_count(), replica.card.conflicts().len());
            failures.extend(differences(&format!("{} {order}", case["name"]), &found(&replica), &case["expected"]));
            assert_snapshot(&replica.card);
        }
    }
    report(&failures);
}

/// The card is the same after it was stored and read back.
fn assert_snapshot(card: &Card) {
    let again = Card::from_snapshot(card.id(), &card.to_snapshot()).expect("a snapshot");
    assert_eq!(again, *card);
}

#[test]
fn a_replica_that_does_not_hold_everything_shows_what_it_can_and_lets_the_rest_wait() {
    let [_, partial, _] = files();
    let mut failures = Vec::new();
    for case in &partial {
        let mut replica = Replica::new(string(case, "card"));
        for row in case["changes"].as_array().expect("changes") {
            replica.arrive(&change(row));
        }
        failures.extend(differences(string(case, "name"), &found(&replica), &case["expected"]));
    }
    report(&failures);
}

#[test]
fn the_guard_refuses_by_the_rule_that_is_broken() {
    let file: Json = serde_json::from_str(include_str!("../../docs/vectors/cards.json")).expect("JSON");
    let guard = &file["guard"];
    let mut replica = Replica::new(string(guard, "card"));
    let held = guard["held"].as_array().expect("held");
    for text in held {
        replica.arrive(&change(&json!({ "hex": text })));
    }
    assert_eq!(replica.hashes(false).len(), held.len());
    let before = state_hash(&replica.card);
    let rows = guard["refused"].as_array().expect("refused");
    assert!(!rows.is_empty());
    for row in rows {
        let change = change(row);
        replica.arrive(&change);
        let rule = string(row, "rule").replace("3.", "(rule ");
        let why = replica.refused.get(&change.hash).unwrap_or_else(|| panic!("{} is accepted", row["name"]));
        assert!(why.contains(&rule), "{}: {why}", row["name"]);
    }
    assert_eq!(state_hash(&replica.card), before, "a refused change leaves the card alone");
}

#[test]
fn a_book_is_hashed_over_its_cards_in_the_order_of_their_ids() {
    let [.., books] = files();
    for book in &books {
        let mut cards = Vec::new();
        for row in book["cards"].as_array().expect("cards") {
            let mut replica = Replica::new(string(row, "card"));
            replica.arrive(&change(row));
            assert_eq!(hex(&state_hash(&replica.card)), string(row, "state_hash"));
            cards.push(replica.card);
        }
        cards.sort_by(|a, b| a.id().cmp(b.id()));
        assert_eq!(hex(&book_state_hash(cards.iter().map(state_hash))), string(book, "state_hash"));
    }
}
