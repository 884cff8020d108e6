//! Everything that is known to hurt the `automerge` crate, built by our own code, against our reader, guard, chunk
//! reader and book: each is refused, or does no harm.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[path = "fixtures/cases.rs"]
mod cases;
#[path = "fixtures/crafted.rs"]
mod crafted;
#[path = "support/replica.rs"]
mod replica;

use std::collections::BTreeMap;

use cases::{CARD, change, guard_cases, id, no_changes, put, small_card};
use contactmesh::book::Book;
use contactmesh::card::state_hash;
use contactmesh::change::{Change, Graph, Verdict, read};
use contactmesh::error::Code;
use contactmesh::hash::{Hash, sha256};
use contactmesh::wire::{Packer, Writer, read_chunk};
use crafted::{Crafted, reseal};
use miniz_oxide::deflate::compress_to_vec;
use replica::Replica;

/// A chunk of whole entries, whatever they hold.
fn pack(entries: &[(&str, &Hash, &[u8])]) -> Vec<u8> {
    let mut out = Writer::default();
    out.raw(&[1, 0, 0]);
    for (card, hash, bytes) in entries {
        out.byte(0);
        out.byte(u8::try_from(card.len()).expect("short"));
        out.raw(card.as_bytes());
        out.raw(*hash);
        out.framed(bytes);
    }
    out.finish()
}

fn small_replica() -> Replica {
    let mut replica = Replica::new(CARD);
    small_card().iter().for_each(|(change, _)| replica.arrive(change));
    assert_eq!(replica.hashes(false).len(), 3);
    replica
}

/// A book on a disk, so that it can be opened again.
struct Disk {
    book: Book,
    records: BTreeMap<String, Vec<u8>>,
}

impl Disk {
    fn new() -> Self {
        Self { book: Book::open([], [1; 32]).expect("an empty book opens"), records: BTreeMap::new() }
    }

    /// The state hash, which is the same after saving and opening again.
    fn saved(&mut self) -> Hash {
        let batch = self.book.take_batch().expect("a batch");
        batch.del.iter().for_each(|key| {
            self.records.remove(key);
        });
        self.records.extend(batch.put);
        let before = self.book.state_hash().expect("a hash");
        self.book = Book::open(self.records.clone(), [2; 32]).expect("the book opens again");
        assert_eq!(self.book.damage(), []);
        assert_eq!(self.book.state_hash().expect("a hash"), before);
        before
    }
}

#[test]
fn every_change_that_breaks_a_rule_is_refused_in_every_arrival_order() {
    for (what, rule, bad, bytes) in guard_cases() {
        assert_eq!(read(&bytes).as_ref(), Ok(&bad), "{what}: the reader has nothing against it");
        let clean = small_replica();
        for place in 0..4 {
            let mut replica = Replica::new(CARD);
            let mut order: Vec<Change> = small_card().map(|(change, _)| change).to_vec();
            order.insert(place, bad.clone());
            order.iter().for_each(|change| replica.arrive(change));
            let why = replica.refused.get(&bad.hash).unwrap_or_else(|| panic!("{what}: accepted at place {place}"));
            assert!(why.contains(rule), "{what}: {why}");
            assert_eq!(state_hash(&replica.card), state_hash(&clean.card), "{what}");
        }
    }
}

#[test]
fn a_book_keeps_what_it_refuses_with_its_reason_and_opens_again() {
    for (what, rule, bad, bytes) in guard_cases() {
        let mut disk = Disk::new();
        let good = small_card();
        let mut entries: Vec<(&str, &Hash, &[u8])> = vec![(CARD, &bad.hash, &bytes)];
        entries.extend(good.iter().map(|(change, bytes)| (CARD, &change.hash, bytes.as_slice())));
        let received = disk.book.receive("relay", &pack(&entries)).expect("taken in");
        assert_eq!((received.accepted, received.refused), (3, 1), "{what}");
        disk.saved();
        let reasons: Vec<String> = disk.book.refused().map(|one| one.reason.to_string()).collect();
        assert!(matches!(reasons.as_slice(), [one] if one.contains(rule)), "{what}: {reasons:?}");
    }
}

#[test]
fn nothing_but_a_plain_change_of_ours_is_read_as_one() {
    for (what, bytes) in no_changes() {
        assert!(read(&bytes).is_err(), "{what}");
        // Nor is it a chunk that brings anything; an unknown version is kept for later.
        match read_chunk(&bytes) {
            Ok(chunk) => assert_eq!(chunk.entries().map(|all| all.len()), Ok(0), "{what}"),
            Err(why) => assert!(!why.0.is_empty()),
        }
    }
}

#[test]
fn what_is_no_change_is_refused_alone_and_the_rest_of_its_chunk_arrives() {
    let [(first, bytes), ..] = small_card();
    for (what, bad) in no_changes() {
        let hash = sha256(&[bad.get(8..).unwrap_or_default()]);
        let chunk = pack(&[(CARD, &hash, &bad), (CARD, &first.hash, &bytes)]);
        let mut disk = Disk::new();
        let received = disk.book.receive("relay", &chunk).expect("taken in");
        assert_eq!((received.accepted, received.refused), (1, 1), "{what}");
        disk.saved();
    }
}

#[test]
fn a_predecessor_list_that_names_only_what_was_shown_leaves_the_other_candidate() {
    // The crate agrees: both values stay, and the card loads again.
    let one = change(1, 1, 1, &[], &[put("id", CARD, &[]), put("title", "a", &[])]);
    let two = change(2, 1, 1, &[], &[put("id", CARD, &[]), put("title", "b", &[])]);
    let mut both = [one.0.hash, two.0.hash];
    both.sort_unstable();
    let over = change(3, 1, 3, &both, &[put("title", "c", &[id(2, 1)])]);
    let mut replica = Replica::new(CARD);
    [&one.0, &two.0, &over.0].into_iter().for_each(|change| replica.arrive(change));
    let ids: Vec<_> = replica.card.registers().at("title").iter().map(|entry| entry.id).collect();
    assert_eq!(ids, [id(2, 2), id(3, 3)]);
}

#[test]
fn dependencies_that_are_ancestors_of_each_other_are_legal() {
    let [(c1, _), (c2, _), _] = small_card();
    let mut both = [c1.hash, c2.hash];
    both.sort_unstable();
    let (over, _) = change(9, 1, 4, &both, &[put("title", "S", &[id(3, 1)])]);
    let mut replica = small_replica();
    replica.arrive(&over);
    assert!(replica.hashes(false).contains(&over.hash));
}

#[test]
fn a_deflate_bomb_is_refused_before_it_unfolds() {
    // B1 as a chunk of ours: 16 MiB in 16 KB, and 3 MiB that stay below the limit but not below the ratio.
    for size in [16 << 20, 3 << 20] {
        let bomb = compress_to_vec(&vec![0; size], 9);
        let chunk = [&[1, 0, 1], bomb.as_slice()].concat();
        assert!(chunk.len() < 36_000);
        assert!(read_chunk(&chunk).is_err());
    }
}

#[test]
fn no_flipped_bit_makes_another_change() {
    // B8. The crate: Change::from_bytes never tests the checksum; the true change is then refused as a duplicate.
    for (_, bytes) in small_card() {
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&flipped).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn no_flipped_bit_behind_a_good_checksum_is_read_in_two_ways() {
    for (_, bytes) in small_card() {
        for bit in 64..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            reseal(&mut flipped);
            if read(&flipped).is_ok() {
                let again = Crafted::apart(&flipped).expect("what is read can be taken apart").together();
                assert_eq!(again, flipped, "bit {bit}");
            }
        }
    }
}

#[test]
fn orphans_wait_in_a_bounded_room_and_stop_the_pull_when_it_is_full() {
    // B9. The crate: queues them without limit, in quadratic time: 10,000 take a minute.
    let mut disk = Disk::new();
    let mut full = None;
    for batch in 0_u32..60 {
        let mut packer = Packer::default();
        for number in 0_u32..100 {
            let missing = sha256(&[&batch.to_le_bytes(), &number.to_le_bytes()]);
            let (orphan, bytes) = change(9, 1, 3, &[missing], &[put("title", "S", &[])]);
            assert_eq!(Graph::default().judge_change(CARD, &orphan), Verdict::Waits(vec![missing]));
            packer.add(CARD, &orphan.hash, &bytes);
        }
        let results: Vec<_> = packer.finish().iter().map(|chunk| disk.book.receive("relay", chunk)).collect();
        if let Some(Err(error)) = results.into_iter().find(Result::is_err) {
            assert_eq!(error.code(), Code::RoomFull);
            full = Some(batch);
            break;
        }
    }
    assert!(full.is_some_and(|batch| batch >= 30), "the room was full after {full:?} chunks");
    disk.saved();
    // A good card still arrives.
    let mut packer = Packer::default();
    small_card().iter().for_each(|(change, bytes)| packer.add(CARD, &change.hash, bytes));
    for chunk in packer.finish() {
        assert_eq!(disk.book.receive("relay", &chunk).expect("taken in").accepted, 3);
    }
    disk.saved();
}

#[test]
fn a_duplicate_seq_in_a_batch_leaves_the_changes_of_the_others_alone() {
    // B11. The crate: refuses the whole batch.
    let [(c1, _), (_, _), (c3, _)] = small_card();
    let (rival, bytes) = change(2, 1, 3, &[c1.hash], &[put("note", "another", &[])]);
    let mut disk = Disk::new();
    let mut packer = Packer::default();
    packer.add(CARD, &rival.hash, &bytes);
    small_card().iter().for_each(|(change, bytes)| packer.add(CARD, &change.hash, bytes));
    for chunk in packer.finish() {
        disk.book.receive("relay", &chunk).expect("taken in");
    }
    disk.saved();
    let title = disk.book.card(CARD).expect("there").registers().value("title").to_plain();
    let note = disk.book.card(CARD).expect("there").registers().value("note").to_plain();
    assert_eq!(title, "1");
    assert_eq!(note, if rival.hash < c3.hash { "another" } else { "n" });
}

#[test]
fn what_is_shown_comes_in_one_order_on_every_run() {
    // B12. The crate: hydrate() is a HashMap, whose order differs from run to run.
    let shown = || {
        let replica = small_replica();
        let paths: Vec<String> = replica.card.registers().groups().map(|all| all[0].path.to_string()).collect();
        (paths, replica.card.to_snapshot(), state_hash(&replica.card))
    };
    assert_eq!(shown(), shown());
    assert!(shown().0.is_sorted());
}

#[test]
fn equivocation_ends_alike_in_both_arrival_orders_with_descendants_by_others() {
    let [(c1, _), ..] = small_card();
    let (left, _) = change(4, 1, 3, &[c1.hash], &[put("title", "left", &[id(2, 1)])]);
    let (right, _) = change(4, 1, 3, &[c1.hash], &[put("title", "right", &[id(2, 1)])]);
    let (on_left, _) = change(5, 1, 4, &[left.hash], &[put("note", "l", &[])]);
    let (on_right, _) = change(6, 1, 4, &[right.hash], &[put("note", "r", &[])]);
    let state = |order: [&Change; 4]| {
        let mut replica = small_replica();
        order.into_iter().for_each(|change| replica.arrive(change));
        (state_hash(&replica.card), replica.hashes(true))
    };
    let one = state([&left, &on_left, &right, &on_right]);
    assert_eq!(one, state([&right, &on_right, &left, &on_left]));
    assert_eq!(one, state([&on_right, &on_left, &right, &left]));
    assert_eq!(one.1.len(), 2);
    assert!(one.1.contains(&left.hash.max(right.hash)));
}

/// A part of a change, alone in a chunk.
fn part(hash: &Hash, part: u64, of: u64, bytes: &[u8]) -> Vec<u8> {
    let mut out = Writer::default();
    out.raw(&[1, 0, 0, 1]);
    out.byte(u8::try_from(CARD.len()).expect("short"));
    out.raw(CARD.as_bytes());
    out.raw(hash);
    out.unsigned(part);
    out.unsigned(of);
    out.framed(bytes);
    out.finish()
}

#[test]
fn a_forged_part_does_not_keep_the_true_change_out() {
    let [(first, bytes), ..] = small_card();
    let (one, two) = bytes.split_at(100);
    let forged = [part(&first.hash, 0, 2, b"forged"), part(&first.hash, 1, 2, b"forged")];
    for bad in forged {
        let mut disk = Disk::new();
        let chunks = [bad, part(&first.hash, 0, 2, one), part(&first.hash, 1, 2, two)];
        let received: Vec<_> =
            chunks.iter().map(|chunk| disk.book.receive("relay", chunk).expect("taken in")).collect();
        disk.saved();
        assert!(disk.book.has(CARD), "the true change is lost: {received:?}, {:?}", disk.book.status());
    }
}
