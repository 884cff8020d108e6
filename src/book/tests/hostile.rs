//! What somebody may write to a relay who means harm: true changes come through, and nothing that was kept is lost.

use super::*;
use crate::change::{Actor, OpId, Operation, Unwritten, encode};
use crate::contact::{ID, LIVE, Path, STATE};
use crate::entropy::Entropy;
use crate::wire::{Packer, Writer, read_chunk};

type Written = (crate::change::Change, Vec<u8>);

fn operation(path: &str, value: Value, predecessors: Vec<OpId>) -> Operation {
    Operation { path: Path::new(path).expect("legal"), value, predecessors }
}

fn actor(number: u32) -> Actor {
    let mut actor = [7; 16];
    actor[..4].copy_from_slice(&number.to_be_bytes());
    actor
}

fn change(actor: Actor, start_op: u32, dependencies: Vec<Hash>, operations: Vec<Operation>) -> Written {
    let message = "1 person zz".to_owned();
    encode(Unwritten { actor, seq: 1, start_op, time: 0, message, dependencies, operations }).expect("encodes")
}

fn first_change(card: &str) -> Written {
    let values = [(ID, text(card)), (STATE, text(LIVE)), ("name", Value::Bool(true)), ("name/given", text("Jane"))];
    change(actor(0), 1, vec![], values.into_iter().map(|(path, value)| operation(path, value, vec![])).collect())
}

fn chunks(card: &str, changes: &[&Written]) -> Vec<Vec<u8>> {
    let mut packer = Packer::default();
    changes.iter().for_each(|(change, bytes)| packer.add(card, &change.hash, bytes));
    packer.finish()
}

/// Chunks that hold entries which are no changes.
fn garbage(number: u32) -> Vec<Vec<u8>> {
    let mut packer = Packer::default();
    packer.add("g", &crate::hash::sha256(&[&number.to_le_bytes()]), &number.to_le_bytes());
    packer.finish()
}

fn fill_quarantine(book: &mut Book, upto: usize) {
    for number in (0..).take_while(|number| usize::try_from(*number).expect("fits") < upto) {
        garbage(number).iter().for_each(|chunk| drop(book.receive("r", chunk)));
    }
    assert_eq!(book.refused().count(), upto);
}

fn part_chunk(card: &str, hash: &Hash, part: u32, of: u32, bytes: &[u8]) -> Vec<u8> {
    let mut pack = Writer::default();
    pack.byte(1);
    pack.byte(u8::try_from(card.len()).expect("short"));
    pack.raw(card.as_bytes());
    pack.raw(hash);
    pack.unsigned(part.into());
    pack.unsigned(of.into());
    pack.framed(bytes);
    [vec![1, 0, 1], miniz_oxide::deflate::compress_to_vec(&pack.finish(), 6)].concat()
}

/// A card with a note that travels in parts: its id, the note, the parts, and the chunks before them.
fn long_note() -> (String, String, Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let mut a = Replica::new(1);
    let id = a.create(&[("name/given", "Jane")]);
    let mut long = String::new();
    while long.len() < 60_000 {
        long.extend(a.book.entropy().block().iter().map(|byte| char::from(33 + byte % 90)));
    }
    a.edit(&id, &[("note", &long)]);
    let is_part = |chunk: &Vec<u8>| read_chunk(chunk).expect("ours").entries().expect("ours")[0].part.is_some();
    let (parts, whole) = relay::outgoing(&a.book, "r", 100).chunks.into_iter().partition(is_part);
    (id, long, parts, whole)
}

/// The first part, with other bytes in its place.
fn forged(id: &str, first: &[u8], forge: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let chunk = read_chunk(first).expect("ours");
    let entry = chunk.entries().expect("ours")[0].clone();
    let (part, mut bytes) = (entry.part.expect("a part"), entry.bytes.to_vec());
    forge(&mut bytes);
    part_chunk(id, &entry.hash, part.part, part.of, &bytes)
}

#[test]
fn a_forged_first_part_with_another_checksum_takes_no_true_change_with_it() {
    let (id, long, parts, whole) = long_note();
    let wrong = forged(&id, &parts[0], |bytes| bytes[4] ^= 1);
    let before = whole.iter().chain([&wrong]).chain(&parts[1..]).chain(&parts[..1]);
    let beside = whole.iter().chain(&parts[..1]).chain([&wrong]).chain(&parts[1..]);
    for order in [before.collect::<Vec<_>>(), beside.collect()] {
        let mut b = Replica::new(2);
        for chunk in order {
            b.book.receive("r", chunk).expect("fits");
            b.commit();
        }
        assert_eq!(b.value(&id, "note"), long);
        assert_eq!(b.book.status().expect("readable").waiting, 0);
    }
}

#[test]
fn a_thousand_worthless_first_parts_keep_the_true_one_from_nothing() {
    let (id, long, parts, whole) = long_note();
    let mut b = Replica::new(2);
    for number in 0_u32..1000 {
        let worthless = forged(&id, &parts[0], |bytes| *bytes = number.to_be_bytes().to_vec());
        b.book.receive("r", &worthless).expect("fits");
    }
    whole.iter().chain(&parts).for_each(|chunk| drop(b.book.receive("r", chunk)));
    assert_eq!(b.value(&id, "note"), long);
}

#[test]
fn a_full_quarantine_drops_nothing_that_waited() {
    let mut b = Replica::new(2);
    let first = first_change("c1");
    let on = || vec![first.0.hash];
    let good = change(actor(1), 5, on(), vec![operation("note", text("good"), vec![])]);
    let wrong = |number| change(actor(number), 9, on(), vec![operation("note", text("bad"), vec![])]);
    let wrong: Vec<Written> = (2..10).map(wrong).collect();
    for chunk in chunks("c1", &[&good].into_iter().chain(&wrong).collect::<Vec<_>>()) {
        assert_eq!(b.book.receive("r", &chunk).expect("fits").waiting, 9);
    }
    b.commit();
    fill_quarantine(&mut b.book, 4_096);
    b.commit();
    for chunk in chunks("c1", &[&first]) {
        assert_eq!(b.book.receive("r", &chunk).map(|received| (received.accepted, received.refused)), Ok((2, 8)));
    }
    b.commit();
    b.reopen();
    assert_eq!((b.value("c1", "note"), b.book.status().expect("readable").waiting), ("good".to_owned(), 0));
}

#[test]
fn a_kept_chunk_that_does_not_fit_keeps_no_book_shut() {
    let mut b = Replica::new(2);
    fill_quarantine(&mut b.book, 4_095);
    b.commit();
    // Kept by an earlier version as newer; this one reads it.
    let mut packer = Packer::default();
    for number in 100_000_u32..100_002 {
        packer.add("g", &crate::hash::sha256(&[&number.to_le_bytes()]), &number.to_le_bytes());
    }
    let mut record = Writer::default();
    record.text("r");
    record.framed(&packer.finish()[0]);
    b.disk.insert("newer/00".into(), record.finish());
    let mut book = Book::open(b.disk.clone(), [9; 32]).expect("opens");
    assert_eq!(book.status().expect("readable").newer, 1, "it stays until there is room");
}

#[test]
fn refused_chunks_take_a_bounded_room_however_well_they_are_packed() {
    let mut b = Replica::new(2);
    let mut stopped = false;
    for number in 0_u8..40 {
        let mut body = vec![0_u8; 3_000_000];
        let mut noise = Entropy::new([number; 32]);
        body.chunks_mut(32).take(900).for_each(|piece| piece.copy_from_slice(&noise.block()));
        let mut pack = Writer::default();
        pack.raw(&[0, 1, b'c']);
        pack.raw(&crate::hash::sha256(&[&[number]]));
        pack.framed(&body);
        let chunk = [vec![1, 0, 1], miniz_oxide::deflate::compress_to_vec(&pack.finish(), 9)].concat();
        stopped |= b.book.receive("r", &chunk).is_err_and(|error| error.code() == Code::RoomFull);
        b.commit();
    }
    assert!(stopped && b.disk.values().map(Vec::len).sum::<usize>() < 80 << 20);
}

#[test]
fn the_books_own_card_deleted_by_somebody_hostile_stops_nobody() {
    let (mut a, mut b, mut log) = (Replica::new(1), Replica::new(2), Vec::new());
    let provenance = Provenance::person("zz");
    let clock = Clock { now: 1, provenance: &provenance };
    b.book.create(Some("book-origins"), &[("replicas/x/label".into(), text("Laptop"))], &clock).expect("legal");
    let over = b.book.card("book-origins").expect("there").registers().all_ids(STATE);
    let gone = vec![operation(STATE, text("deleted"), over)];
    b.book.write_now("book-origins", gone, &clock).expect("writes");
    b.commit();
    b.sync(&mut log);
    a.sync(&mut log);
    let mut engine = crate::engine::Engine::open(a.disk.clone(), [8; 32]).expect("opens");
    assert_eq!(engine.name_replica("Phone", 1), Ok(()));
}
