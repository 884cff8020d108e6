//! What the inputs are made of: valid and invalid changes of docs/vectors, histories by our encoder and by stock
//! automerge, the crafted cases, and cards that hold some of it. The same in every process.

use std::collections::BTreeMap;

use contactmesh::book::Book;
use contactmesh::hash::unhex;
use contactmesh::wire::Packer;
use serde_json::Value as Json;

use super::histories::{self, CARD, Written};
use super::random::Random;
use super::replica::Replica;
use super::{cases, crafted::MAGIC};

/// How many cards there are.
const BASES: u64 = 24;
/// What is longer is picked rarely.
const SHORT: usize = 4_096;

/// A card that holds a history but for its last changes.
pub struct Base {
    pub replica: Replica,
    /// What the card holds.
    pub held: Vec<Written>,
    /// What it does not hold yet.
    pub missing: Vec<Written>,
    /// The store of a book that holds the card.
    pub records: BTreeMap<String, Vec<u8>>,
}

/// Everything inputs are made of.
pub struct Corpus {
    pub bases: Vec<Base>,
    pub short: Vec<Vec<u8>>,
    pub long: Vec<Vec<u8>>,
    pub chunks: Vec<Vec<u8>>,
    pub dictionary: Vec<Vec<u8>>,
}

impl Corpus {
    /// Makes the corpus.
    pub fn new() -> Self {
        let bases: Vec<Base> = (0..BASES).map(Base::new).collect();
        let mut changes = vectors(include_str!("../../../docs/vectors/changes.json"));
        changes.extend(vectors(include_str!("../../../docs/vectors/cards.json")));
        changes.extend(cases::small_card().map(|(_, bytes)| bytes));
        changes.extend(cases::guard_cases().into_iter().map(|case| case.3));
        changes.extend(cases::no_changes().into_iter().map(|case| case.1));
        for base in &bases {
            changes.extend(base.held.iter().chain(&base.missing).map(|written| written.bytes.clone()));
        }
        let (short, long) = changes.into_iter().partition(|bytes: &Vec<u8>| bytes.len() <= SHORT);
        let mut chunks = vectors(include_str!("../../../docs/vectors/chunks.json"));
        for base in &bases {
            chunks.extend(packed(base.held.iter().chain(&base.missing)));
        }
        Self { bases, short, long, chunks, dictionary: dictionary() }
    }
}

impl Base {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut history = match seed % 4 {
            0 => histories::stock(&mut random, 4, 24),
            1 => {
                let mut history = histories::stock(&mut random, 3, 10);
                histories::go_on(&mut random, &mut history, 3, 6);
                histories::stock_goes_on(&mut random, &mut history);
                history
            }
            kind => histories::ours(&mut random, 4, 12, kind == 3),
        };
        if seed == 2 {
            let card = cases::small_card();
            history = card.map(|(change, bytes)| Written { change, bytes }).to_vec();
        }
        let missing = history.split_off(history.len() - history.len() / 4);
        let mut replica = Replica::new(CARD);
        let mut book = Book::open([], [7; 32]).expect("an empty book opens");
        history.iter().for_each(|written| replica.arrive(&written.change));
        for chunk in packed(history.iter()) {
            book.receive("origin", &chunk).expect("the book takes it in");
        }
        let records = book.take_batch().expect("a batch").put.into_iter().collect();
        Self { replica, held: history, missing, records }
    }
}

/// Packs changes as a replica would.
fn packed<'a>(changes: impl Iterator<Item = &'a Written>) -> Vec<Vec<u8>> {
    let mut packer = Packer::default();
    changes.for_each(|written| packer.add(CARD, &written.change.hash, &written.bytes));
    packer.finish()
}

/// Everything in a vector file that is bytes.
fn vectors(file: &str) -> Vec<Vec<u8>> {
    let json: Json = serde_json::from_str(file).expect("a vector file is JSON");
    let mut out = Vec::new();
    collect(&json, &mut out);
    out
}

fn collect(json: &Json, out: &mut Vec<Vec<u8>>) {
    match json {
        Json::Array(all) => all.iter().for_each(|one| collect(one, out)),
        Json::Object(row) => {
            if let Some(bytes) = row.get("hex").and_then(Json::as_str).and_then(unhex) {
                out.push(bytes);
            }
            if let Some(Json::Array(parts)) = row.get("parts") {
                out.extend(parts.iter().map(piece).collect::<Option<Vec<_>>>().map(|parts| parts.concat()));
            } else {
                row.values().for_each(|one| collect(one, out));
            }
        }
        _ => {}
    }
}

fn piece(part: &Json) -> Option<Vec<u8>> {
    let text = |key: &str| part.get(key).and_then(Json::as_str).and_then(unhex);
    let times = part.get("times").and_then(Json::as_u64).and_then(|times| usize::try_from(times).ok());
    text("hex").or_else(|| Some(text("repeat")?.repeat(times?)))
}

fn dictionary() -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = vec![
        MAGIC.to_vec(),
        b"\x02id".to_vec(),
        b"\x05state".to_vec(),
        b"__proto__".to_vec(),
        b"constructor".to_vec(),
        b"/".to_vec(),
        vec![0x80, 0],
        vec![0x7f],
        vec![0xff, 0x7f],
        vec![0xed, 0xa0, 0x80],
        vec![0xc0, 0xaf],
        vec![0xff; 16],
        vec![0; 32],
        vec![0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f],
        vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0],
        vec![0xff, 0xff, 0xff, 0xff, 0x0f],
        vec![0xff, 0xff, 0xff, 0xff, 0x07],
        vec![0x88, 0x27],
        vec![0x89, 0x27],
        vec![0x80, 0x80, 0x04],
        vec![0x81, 0x80, 0x04],
        vec![0x80, 0x80, 0x10],
    ];
    out.extend([21_u8, 52, 66, 86, 87, 112, 113, 115].map(|specification| vec![specification]));
    out
}
