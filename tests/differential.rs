//! Our graph, guard and registers against stock Automerge, over random histories of three or four replicas. Half of
//! the histories are written by the `automerge` crate itself, so that the oracle is not fed by our encoder alone.
//!
//! More cases: `PROPTEST_CASES=10000 cargo test --test differential`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[path = "differential/histories.rs"]
mod histories;
#[path = "differential/orders.rs"]
mod orders;
#[path = "support/random.rs"]
mod random;
#[path = "support/replica.rs"]
mod replica;

use std::collections::BTreeMap;

use automerge::{AutoCommit, ROOT, ReadDoc, ScalarValue};
use contactmesh::card::{Card, state_hash};
use contactmesh::change::{Change, encode, read};
use contactmesh::contact::Value;
use contactmesh::hash::{Hash, hex};
use histories::{CARD, PATHS, Written};
use orders::{all_orders, shuffled};
use proptest::prelude::*;
use random::Random;
use replica::Replica;

/// What both sides must agree on: per path the candidates by operation id, and the heads.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    registers: BTreeMap<String, BTreeMap<String, Value>>,
    heads: Vec<Hash>,
}

fn ours(card: &Card) -> Outcome {
    let mut registers: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for entry in card.registers().entries() {
        let id = format!("{}@{}", entry.id.counter, hex(&entry.id.actor));
        let register = registers.entry(entry.path.to_string()).or_default();
        assert!(register.insert(id, entry.value.clone()).is_none(), "one operation twice in a register");
    }
    let heads = card.heads().to_vec();
    Outcome { registers, heads }
}

fn theirs(document: &mut AutoCommit) -> Outcome {
    let mut heads: Vec<Hash> = document.get_heads().iter().map(|hash| hash.0).collect();
    heads.sort_unstable();
    let mut registers = BTreeMap::new();
    for path in PATHS {
        let all = document.get_all(ROOT, *path).expect("the root is there");
        let candidates: BTreeMap<String, Value> =
            all.iter().map(|(value, id)| (id.to_string(), scalar(value.as_scalar().expect("a scalar")))).collect();
        if !candidates.is_empty() {
            registers.insert((*path).to_owned(), candidates);
        }
    }
    Outcome { registers, heads }
}

fn scalar(value: &ScalarValue) -> Value {
    match value {
        ScalarValue::Null => Value::Null,
        ScalarValue::Boolean(truth) => Value::Bool(*truth),
        ScalarValue::Int(number) => Value::Int(*number),
        ScalarValue::Str(text) => Value::Str(text.as_str().into()),
        other => panic!("nobody wrote {other:?}"),
    }
}

/// Our card after the changes arrived in this order.
fn delivered<'a>(order: impl IntoIterator<Item = &'a Change>) -> Replica {
    let mut replica = Replica::new(CARD);
    for change in order {
        replica.arrive(change);
    }
    assert!(replica.refused.is_empty(), "refused: {:?}", replica.refused.values());
    assert!(replica.waiting.is_empty(), "something waits although everything arrived");
    assert_eq!(replica.card.heads(), replica.history.graph().heads());
    replica
}

/// Stock automerge after the accepted changes of a replica arrived in a given order.
fn oracle(history: &[Written], order: &[usize], replica: &Replica) -> AutoCommit {
    let mut document = AutoCommit::new();
    let accepted = replica.hashes(false);
    for position in order {
        let written = &history[*position];
        if accepted.contains(&written.change.hash) {
            document.load_incremental(&written.bytes).expect("stock automerge takes it");
        }
    }
    document
}

/// Everything a history promises, in the given delivery orders.
fn check(history: &[Written], orders: &[Vec<usize>]) {
    for written in history {
        assert_eq!(read(&written.bytes).as_ref(), Ok(&written.change));
        assert_eq!(encode(written.again()).expect("legal"), (written.change.clone(), written.bytes.clone()));
    }
    let mut expected: Option<(Outcome, Hash)> = None;
    for (number, order) in orders.iter().enumerate() {
        let replica = delivered(order.iter().map(|position| &history[*position].change));
        let found = (ours(&replica.card), state_hash(&replica.card));
        // The oracle takes long; beyond some orders its own merging is on trial, not ours.
        if number < 12 {
            assert_eq!(found.0, theirs(&mut oracle(history, order, &replica)));
        }
        if number == 0 {
            check_export(&replica, history, &found.0);
        }
        match &expected {
            Some(expected) => assert_eq!(&found, expected, "order {order:?} leads elsewhere"),
            None => expected = Some(found),
        }
    }
}

/// What we export loads into stock automerge, and again after it was saved there.
fn check_export(replica: &Replica, history: &[Written], expected: &Outcome) {
    let accepted = replica.history.changes().filter(|(_, out)| !out).map(|(change, _)| change.hash);
    let bytes_of = |hash| history.iter().find(|written| written.change.hash == hash).map(|w| w.bytes.as_slice());
    let exported: Vec<u8> = accepted.filter_map(bytes_of).collect::<Vec<_>>().concat();
    let mut document = AutoCommit::load(&exported).expect("the export loads");
    assert_eq!(&theirs(&mut document), expected);
    let mut again = AutoCommit::load(&document.save()).expect("what was saved loads");
    assert_eq!(&theirs(&mut again), expected);
}

/// Every order for few changes, some random ones for many, and some with duplicates and late ancestors for all.
fn orders_of(history: &[Written], random: &mut Random) -> Vec<Vec<usize>> {
    let mut orders = if history.len() <= 7 { all_orders(history, 800) } else { Vec::new() };
    orders.extend((0..4).map(|_| shuffled(history.len(), random)));
    orders
}

fn cases() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(512), failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_history_of_our_writing_is_what_automerge_makes_of_it_in_every_order(
        seed in any::<u64>(), replicas in 3_usize..5, steps in prop_oneof![3_usize..7, 7_usize..24],
    ) {
        let mut random = Random::new(seed);
        let history = histories::ours(&mut random, replicas, steps, false);
        check(&history, &orders_of(&history, &mut random));
    }

    #[test]
    fn a_history_of_automerges_writing_is_what_automerge_makes_of_it_in_every_order(
        seed in any::<u64>(), replicas in 3_usize..5, steps in prop_oneof![4_usize..10, 10_usize..40],
    ) {
        let mut random = Random::new(seed);
        let history = histories::stock(&mut random, replicas, steps);
        check(&history, &orders_of(&history, &mut random));
    }

    #[test]
    fn we_go_on_writing_where_automerge_stopped_and_it_goes_on_after_us(
        seed in any::<u64>(), replicas in 3_usize..5, steps in 4_usize..20,
    ) {
        let mut random = Random::new(seed);
        let mut history = histories::stock(&mut random, replicas, steps);
        histories::go_on(&mut random, &mut history, replicas, steps);
        histories::stock_goes_on(&mut random, &mut history);
        check(&history, &orders_of(&history, &mut random));
    }

    #[test]
    fn equivocation_leads_to_one_card_in_every_order_and_its_losers_never_reach_automerge(
        seed in any::<u64>(), replicas in 3_usize..5, steps in prop_oneof![3_usize..7, 7_usize..20],
    ) {
        let mut random = Random::new(seed);
        let history = histories::ours(&mut random, replicas, steps, true);
        check(&history, &orders_of(&history, &mut random));
    }
}

#[test]
fn the_generators_make_conflicts_equivocation_and_concurrent_first_changes() {
    let (mut conflicts, mut out, mut firsts) = (0, 0, 0);
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let own = histories::ours(&mut random, 4, 16, seed % 2 == 0);
        let stock = histories::stock(&mut random, 4, 30);
        for history in [&own, &stock] {
            assert!(history.len() > 4);
            let replica = delivered(history.iter().map(|written| &written.change));
            conflicts += usize::from(replica.card.registers().groups().any(|candidates| candidates.len() > 1));
            out += usize::from(!replica.hashes(true).is_empty());
            firsts += usize::from(history.iter().filter(|w| w.change.dependencies.is_empty()).count() > 1);
        }
    }
    assert!(conflicts > 100, "{conflicts} of 400 histories in conflict");
    assert!(out > 50, "{out} of 100 histories with something out");
    assert!(firsts > 50, "{firsts} of 400 histories with several first changes");
}
