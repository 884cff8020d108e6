//! The reader, the encoder and the guard against each other and against the `automerge` crate.

use automerge::{AutoCommit, ReadDoc};
use proptest::prelude::*;

use super::*;
use crate::contact::Path;

fn path(text: &str) -> Path {
    Path::new(text).expect("legal path")
}

fn put(at: &str, value: Value, predecessors: &[OpId]) -> Operation {
    Operation { path: path(at), value, predecessors: predecessors.to_vec() }
}

fn first(card: &str, actor: u8, more: &[Operation]) -> (Change, Vec<u8>) {
    let mut operations = vec![put("id", Value::text(card).expect("short"), &[])];
    operations.extend_from_slice(more);
    write(actor, 1, 1, &[], operations)
}

fn write(actor: u8, seq: u64, start_op: u32, dependencies: &[Hash], operations: Vec<Operation>) -> (Change, Vec<u8>) {
    encode(Unwritten {
        actor: [actor; 16],
        seq,
        start_op,
        time: 1_700_000_000_000,
        message: "1 person r1".into(),
        dependencies: dependencies.to_vec(),
        operations,
    })
    .expect("legal change")
}

fn id(counter: u32, actor: u8) -> OpId {
    OpId { counter, actor: [actor; 16] }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-crate::contact::MAX_INT..=crate::contact::MAX_INT).prop_map(Value::Int),
        "[ -~äß漢\u{1F600}]{1,200}".prop_map(|text| Value::Str(text.into())),
        Just(Value::Str("same".into())),
    ]
}

fn unwritten() -> impl Strategy<Value = Unwritten> {
    let predecessors = proptest::collection::btree_set((1_u32..70_000, 0_u8..4), 0..4);
    let operation = ("[a-z]{1,6}(/[a-zA-Z0-9_-]{1,10}){0,3}", value(), predecessors);
    (
        0_u8..4,
        1_u64..400,
        1_u32..100_000,
        any::<i64>(),
        "[ -~é]{0,40}",
        proptest::collection::btree_set(any::<[u8; 32]>(), 0..4),
        proptest::collection::vec(operation, 1..40),
    )
        .prop_map(|(actor, seq, start_op, time, message, dependencies, operations)| {
            let mut by_path = std::collections::BTreeMap::new();
            for (at, value, predecessors) in operations {
                let mut ids: Vec<OpId> = predecessors.into_iter().map(|(c, a)| id(c, a)).collect();
                ids.sort_unstable();
                by_path.insert(path(&at), Operation { path: path(&at), value, predecessors: ids });
            }
            Unwritten {
                actor: [actor; 16],
                seq,
                start_op,
                time,
                message,
                dependencies: dependencies.into_iter().collect(),
                operations: by_path.into_values().collect(),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_encoder_writes_the_reader_reads_back(unwritten in unwritten()) {
        let (change, bytes) = encode(unwritten).expect("legal change");
        prop_assert_eq!(read(&bytes), Ok(change));
    }

    #[test]
    fn the_reader_and_the_crate_decode_alike(unwritten in unwritten()) {
        let (_, bytes) = encode(unwritten).expect("legal change");
        let ours = read(&bytes).expect("readable");
        let theirs = automerge::Change::from_bytes(bytes).expect("readable by the crate").decode();
        prop_assert_eq!(theirs.hash.expect("hashed").0, ours.hash);
        prop_assert_eq!(theirs.seq, ours.seq);
        prop_assert_eq!(theirs.start_op.get(), u64::from(ours.start_op));
        prop_assert_eq!(theirs.time, ours.time);
        prop_assert_eq!(theirs.message.unwrap_or_default(), ours.message.to_string());
        prop_assert_eq!(theirs.deps.iter().map(|d| d.0).collect::<Vec<_>>(), ours.dependencies);
        prop_assert_eq!(theirs.operations.len(), ours.operations.len());
        for (their, our) in theirs.operations.iter().zip(&ours.operations) {
            prop_assert_eq!(&format!("{:?}", their.key), &format!("Map({:?})", our.path.as_str()));
            let ids: Vec<String> = their.pred.iter().map(ToString::to_string).collect();
            let ours: Vec<String> =
                our.predecessors.iter().map(|p| format!("{}@{}", p.counter, crate::hash::hex(&p.actor))).collect();
            prop_assert_eq!(ids, ours);
        }
    }

    #[test]
    fn a_flipped_bit_is_never_read_as_a_change(unwritten in unwritten(), at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let (_, mut bytes) = encode(unwritten).expect("legal change");
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn any_accepted_bytes_are_what_the_encoder_writes(
        unwritten in unwritten(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let (_, mut bytes) = encode(unwritten).expect("legal change");
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let checksum: Hash = crate::hash::sha256(&[&bytes[8..]]);
        bytes[4..8].copy_from_slice(&checksum[..4]);
        if let Ok(change) = read(&bytes) {
            let again = encode(Unwritten {
                actor: change.actor, seq: change.seq, start_op: change.start_op, time: change.time,
                message: change.message.to_string(), dependencies: change.dependencies.clone(),
                operations: change.operations,
            }).expect("accepted");
            prop_assert_eq!(again.1, bytes);
        }
    }
}

#[test]
fn a_card_loads_into_automerge_with_both_sides_of_a_conflict() {
    let (c1, b1) = first("k1", 1, &[put("title", Value::Str("a".into()), &[])]);
    let (_, b2) = write(1, 2, 3, &[c1.hash], vec![put("title", Value::Str("b".into()), &[id(2, 1)])]);
    let (_, b3) = write(2, 1, 3, &[c1.hash], vec![put("title", Value::Str("c".into()), &[id(2, 1)])]);
    let document = AutoCommit::load(&[b1, b2, b3].concat()).expect("stock automerge loads it");
    assert_eq!(document.get_all(automerge::ROOT, "title").expect("there").len(), 2);
}

#[test]
fn a_change_waits_for_its_dependencies_and_is_known_afterwards() {
    let (c1, _) = first("k1", 1, &[]);
    let (c2, _) = write(1, 2, 2, &[c1.hash], vec![put("title", Value::Str("a".into()), &[])]);
    let mut graph = Graph::default();
    assert_eq!(graph.judge_change("k1", &c2), Verdict::Waits(vec![c1.hash]));
    assert_eq!(graph.judge_change("k1", &c1), Verdict::Accepted);
    graph.add(&c1);
    assert_eq!(graph.judge_change("k1", &c1), Verdict::Known);
    assert_eq!(graph.judge_change("k1", &c2), Verdict::Accepted);
}

fn refused(graph: &Graph, change: &Change, rule: &str) {
    match graph.judge_change("k1", change) {
        Verdict::Refused(why) => assert!(why.contains(rule), "{why}"),
        other => panic!("{other:?} instead of {rule}"),
    }
}

/// A card with title 0 by actor 1, overwritten by actor 1, and an edit by actor 2 that saw only the first.
fn small_card() -> (Graph, [Change; 3]) {
    let (c1, _) = first("k1", 1, &[put("title", Value::Str("0".into()), &[])]);
    let (c2, _) = write(1, 2, 3, &[c1.hash], vec![put("title", Value::Str("1".into()), &[id(2, 1)])]);
    let (c3, _) = write(2, 1, 3, &[c1.hash], vec![put("note", Value::Str("n".into()), &[])]);
    let mut graph = Graph::default();
    for change in [&c1, &c2, &c3] {
        assert_eq!(graph.judge_change("k1", change), Verdict::Accepted);
        graph.add(change);
    }
    (graph, [c1, c2, c3])
}

#[test]
fn start_op_must_follow_the_dependencies_exactly() {
    let (graph, [c1, ..]) = small_card();
    for start_op in [1, 2, 4, 101, MAX_COUNTER - 1] {
        let (change, _) = write(9, 1, start_op, &[c1.hash], vec![put("u", Value::Bool(true), &[])]);
        refused(&graph, &change, "rule 2");
    }
    let (change, _) = write(9, 1, 5, &[], vec![put("id", Value::Str("k1".into()), &[])]);
    refused(&graph, &change, "rule 2");
}

#[test]
fn an_actor_must_have_seen_its_own_previous_change() {
    let (graph, [c1, ..]) = small_card();
    let (change, _) = write(2, 2, 3, &[c1.hash], vec![put("title", Value::Str("x".into()), &[])]);
    refused(&graph, &change, "rule 3");
    // A second number 1 in one line of history would put the whole card out (rule 6).
    let (change, _) = write(1, 1, 3, &[c1.hash], vec![put("title", Value::Str("x".into()), &[])]);
    refused(&graph, &change, "rule 3");
    let (change, _) = write(9, 2, 3, &[c1.hash], vec![put("title", Value::Str("x".into()), &[])]);
    refused(&graph, &change, "rule 3");
}

#[test]
fn a_predecessor_must_be_an_ancestors_operation_at_the_same_path() {
    let (graph, [c1, c2, _]) = small_card();
    // Outside the ancestors; of an unknown actor; at another path; no such counter; the change's own.
    for (deps, start, at, pred) in [
        (c1.hash, 3, "title", id(3, 1)),
        (c1.hash, 3, "title", id(2, 7)),
        (c1.hash, 3, "other", id(2, 1)),
        (c2.hash, 4, "title", id(9, 1)),
        (c1.hash, 3, "title", id(3, 9)),
    ] {
        let (change, _) = write(9, 1, start, &[deps], vec![put(at, Value::Str("x".into()), &[pred])]);
        refused(&graph, &change, "rule 4");
    }
    let old = write(9, 1, 4, &[c2.hash], vec![put("title", Value::Str("x".into()), &[id(2, 1)])]).0;
    assert_eq!(graph.judge_change("k1", &old), Verdict::Accepted, "overwritten, but written by an ancestor");
}

#[test]
fn a_change_cannot_be_replayed_into_another_card() {
    let (graph, [c1, ..]) = small_card();
    refused(&graph, &first("k2", 5, &[]).0, "rule 5");
    refused(&graph, &write(5, 1, 1, &[], vec![put("title", Value::Bool(true), &[])]).0, "rule 5");
    refused(&graph, &write(5, 1, 3, &[c1.hash], vec![put("id", Value::Str("k2".into()), &[id(1, 1)])]).0, "rule 5");
    refused(&graph, &write(5, 1, 3, &[c1.hash], vec![put("id", Value::Null, &[id(1, 1)])]).0, "rule 5");
}

#[test]
fn equivocation_is_judged_alike_in_both_arrival_orders() {
    let (c1, _) = first("k1", 1, &[]);
    let (left, _) = write(2, 1, 2, &[c1.hash], vec![put("title", Value::Str("left".into()), &[])]);
    let (right, _) = write(2, 1, 2, &[c1.hash], vec![put("title", Value::Str("right".into()), &[])]);
    let (after_left, _) = write(3, 1, 3, &[left.hash], vec![put("note", Value::Str("l".into()), &[])]);
    let (after_right, _) = write(4, 1, 3, &[right.hash], vec![put("note", Value::Str("r".into()), &[])]);
    let mut states = Vec::new();
    for order in [
        [&c1, &left, &after_left, &right, &after_right],
        [&c1, &right, &after_right, &left, &after_left],
        [&c1, &left, &right, &after_left, &after_right],
    ] {
        let mut graph = Graph::default();
        for change in order {
            assert_eq!(graph.judge_change("k1", change), Verdict::Accepted);
            graph.add(change);
        }
        let mut out: Vec<Hash> = graph.nodes().iter().filter(|n| n.out).map(|n| n.hash).collect();
        out.sort_unstable();
        assert_eq!(out.len(), 2);
        assert!(out.contains(&left.hash.max(right.hash)));
        states.push((graph.heads(), out));
    }
    assert!(states.windows(2).all(|pair| pair[0] == pair[1]));
}
