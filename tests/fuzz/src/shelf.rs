//! The book: one input in ten goes into a book that is saved and opened again.

use std::collections::BTreeMap;

use contactmesh::book::{Book, Received};
use contactmesh::card::state_hash;
use contactmesh::error::Code;
use contactmesh::hash::{Hash, sha256};
use contactmesh::wire::{Packer, Writer, read_chunk};

use super::corpus::Base;
use super::histories::CARD;
use super::inputs::Input;
use super::random::Random;
use super::stages::Counts;

/// What a book says of itself: its hash, its card's, its status, and how much it refused.
type Shown = (Hash, Hash, String, usize);

/// What is longer travels as parts anyway.
const LONGEST: usize = 30_000;

/// Hands an input to a book that holds the card, saves it and opens it again.
pub fn receive(random: &mut Random, counts: &mut Counts, base: &Base, input: &Input) {
    counts.add("book: input");
    let chunks = match input {
        Input::Chunk { bytes, .. } => vec![bytes.clone()],
        Input::Change { bytes, .. } => carried(random, counts, bytes),
    };
    let mut book = opened(&base.records, 3);
    let mut total = Received::default();
    for chunk in &chunks {
        match book.receive("relay", chunk) {
            Ok(received) => add(&mut total, &received),
            Err(error) => assert_eq!(error.code(), Code::RoomFull, "{error}"),
        }
    }
    counts.add_many("book: accepted", total.accepted);
    counts.add_many("book: known", total.known);
    counts.add_many("book: waiting", total.waiting);
    counts.add_many("book: refused", total.refused);
    counts.add_many("book: newer", total.newer);
    let received = hashes(&mut book);
    let records = saved(&mut book, &base.records);
    // Rows are made anew when the batch is taken; before, the status may count what it counted before the chunk.
    let before = shown(&mut book);
    assert_eq!((before.0, before.1), received, "taking the batch changes the book");
    let mut again = opened(&records, 4);
    assert_eq!(shown(&mut again), before, "the book opens as another one");
    if !chunks.iter().any(|chunk| contradicts(chunk)) {
        check_twice(&mut again, &chunks, &before);
        counts.add("book: taken in twice, the same state");
    }
    counts.add("book: saved and opened again, the same state");
}

/// Taking it in twice is taking it in once.
fn check_twice(book: &mut Book, chunks: &[Vec<u8>], before: &Shown) {
    for chunk in chunks {
        let received = book.receive("relay", chunk).unwrap_or_default();
        assert_eq!(received.accepted, 0, "the same chunk brings something a second time");
    }
    assert_eq!(&shown(book), before, "the same chunk changes the book a second time");
}

/// Whether a chunk holds parts of one change that contradict each other: which of them are refused depends on what
/// waits already.
fn contradicts(chunk: &[u8]) -> bool {
    let Ok(chunk) = read_chunk(chunk) else { return false };
    let Ok(entries) = chunk.entries() else { return false };
    let parts = || entries.iter().filter(|entry| entry.part.is_some());
    parts().any(|one| {
        parts().any(|other| {
            let same = one.part == other.part && one.bytes == other.bytes;
            let apart = one.part.map(|part| part.part) != other.part.map(|part| part.part);
            let alike = one.card == other.card && one.part.map(|part| part.of) == other.part.map(|part| part.of);
            one.hash == other.hash && !(alike && (same || apart))
        })
    })
}

/// Puts a change into chunks: whole, or as parts.
fn carried(random: &mut Random, counts: &mut Counts, bytes: &[u8]) -> Vec<Vec<u8>> {
    let hash = sha256(&[bytes.get(8..).unwrap_or_default()]);
    if bytes.len() > LONGEST {
        let mut packer = Packer::default();
        packer.add(CARD, &hash, bytes);
        return packer.finish();
    }
    if bytes.len() < 4 || !random.once_in(4) {
        return vec![entry(&hash, None, bytes)];
    }
    counts.add("book: as parts");
    let (one, two) = bytes.split_at(random.below(bytes.len() - 1) + 1);
    let mut out = vec![entry(&hash, Some((0, 2)), one), entry(&hash, Some((1, 2)), two)];
    if random.once_in(2) {
        out.reverse();
    }
    out
}

fn entry(hash: &Hash, part: Option<(u64, u64)>, bytes: &[u8]) -> Vec<u8> {
    let mut out = Writer::default();
    out.raw(&[1, 0, 0, u8::from(part.is_some())]);
    out.byte(u8::try_from(CARD.len()).unwrap_or(0));
    out.raw(CARD.as_bytes());
    out.raw(hash);
    if let Some((part, of)) = part {
        out.unsigned(part);
        out.unsigned(of);
    }
    out.framed(bytes);
    out.finish()
}

fn opened(records: &BTreeMap<String, Vec<u8>>, seed: u8) -> Book {
    let book = Book::open(records.clone(), [seed; 32]).expect("the book opens");
    assert_eq!(book.damage(), [], "the book opens damaged");
    book
}

fn saved(book: &mut Book, before: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let batch = book.take_batch().expect("a batch");
    let mut records = before.clone();
    batch.del.iter().for_each(|key| {
        records.remove(key);
    });
    records.extend(batch.put);
    records
}

fn hashes(book: &mut Book) -> (Hash, Hash) {
    let whole = book.state_hash().expect("every card decodes");
    (whole, state_hash(book.card(CARD).expect("the card is there")))
}

fn shown(book: &mut Book) -> Shown {
    let (whole, card) = hashes(book);
    let status = format!("{:?}", book.status().expect("a status"));
    (whole, card, status, book.refused().count())
}

fn add(total: &mut Received, more: &Received) {
    total.accepted += more.accepted;
    total.known += more.known;
    total.waiting += more.waiting;
    total.refused += more.refused;
    total.newer += more.newer;
}
