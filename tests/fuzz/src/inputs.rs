//! Inputs: the one that belongs to a seed and a number. Some are valid, most are nearly so.

use contactmesh::change::{Actor, OpId, Unwritten, encode};
use contactmesh::contact::{Path, Value};
use contactmesh::hash::{Hash, sha256};

use super::chunks;
use super::corpus::{Base, Corpus};
use super::crafted::{Crafted, reseal};
use super::histories::{Written, draft};
use super::mutate;
use super::random::Random;
use super::stages::Counts;

/// What is fed, and to which card.
pub enum Input {
    /// A change, as it stands in an entry.
    Change { base: usize, bytes: Vec<u8> },
    /// A chunk, as a relay hands it over.
    Chunk { base: usize, bytes: Vec<u8> },
}

/// Makes an input, and the random numbers that its trial goes on with.
pub fn input(corpus: &Corpus, seed: u64, index: u64, counts: &mut Counts) -> (Input, Random) {
    let mut random = Random::new(Random::new(seed).next() ^ Random::new(index).next());
    let base = random.below(corpus.bases.len());
    let card = &corpus.bases[base];
    let bytes = match random.below(100) {
        0..6 => {
            counts.add("input: unchanged, valid when written");
            picked(&mut random, card).bytes
        }
        6..36 => spoilt(&mut random, corpus, card, counts, |random, bytes| {
            for _ in 0..=random.below(4) {
                mutate::bytes(random, bytes, corpus);
            }
        }),
        36..56 => spoilt(&mut random, corpus, card, counts, |random, bytes| {
            let Ok(mut pieces) = Crafted::apart(bytes) else { return };
            for _ in 0..=random.below(3) {
                mutate::pieces(random, &mut pieces, corpus);
            }
            *bytes = pieces.together();
        }),
        56..80 => twisted(&mut random, card),
        80..87 => {
            let like = picked(&mut random, card).bytes;
            mutate::invented(&mut random, &like)
        }
        _ => {
            counts.add("input: a chunk");
            let bytes = chunks::chunk(&mut random, corpus, card, counts);
            return (Input::Chunk { base, bytes }, random);
        }
    };
    counts.add("input: a change");
    (Input::Change { base, bytes }, random)
}

/// A change that is valid: one the card has, one it has not, or a fresh one.
pub fn picked(random: &mut Random, card: &Base) -> Written {
    match random.below(6) {
        0 => random.pick(&card.held).cloned(),
        1 => random.pick(&card.missing).cloned(),
        _ => None,
    }
    .unwrap_or_else(|| fresh(random, card))
}

/// A change nobody has: by an actor of the card or by a new one, over anything the card holds.
pub fn fresh(random: &mut Random, card: &Base) -> Written {
    let known = random.pick(&card.held).map_or([9; 16], |written| written.change.actor);
    let actor: Actor = if random.once_in(2) { known } else { [u8::try_from(random.below(256)).unwrap_or(0); 16] };
    let mut seen: Vec<Hash> = Vec::new();
    for _ in 0..random.below(4) {
        seen.extend(random.pick(&card.held).map(|written| written.change.hash));
    }
    draft(random, &card.replica.history, actor, &seen)
}

/// A change of the corpus or of the card with something done to its bytes. Half of them get their checksum again, and
/// mostly their length, so that a reader looks further.
fn spoilt(
    random: &mut Random,
    corpus: &Corpus,
    card: &Base,
    counts: &mut Counts,
    spoil: impl FnOnce(&mut Random, &mut Vec<u8>),
) -> Vec<u8> {
    let original = match random.below(200) {
        0 => random.pick(&corpus.long).cloned().unwrap_or_default(),
        1..100 => random.pick(&corpus.short).cloned().unwrap_or_default(),
        _ => picked(random, card).bytes,
    };
    let mut bytes = original.clone();
    spoil(random, &mut bytes);
    if random.once_in(2) {
        counts.add("input: checksum or length computed again");
        if !random.once_in(8) {
            mutate::reframe(&mut bytes);
        }
        reseal(&mut bytes);
    } else if let (Some(to), Some(from)) = (bytes.get_mut(4..8), original.get(4..8)) {
        to.copy_from_slice(from);
    }
    bytes
}

/// A change that reads well and breaks a rule of the guard, or the bounds of a value.
fn twisted(random: &mut Random, card: &Base) -> Vec<u8> {
    let written = fresh(random, card);
    let mut change = written.again();
    for _ in 0..=random.below(2) {
        twist(random, card, &mut change);
    }
    encode(change).map_or(written.bytes, |(_, bytes)| bytes)
}

fn twist(random: &mut Random, card: &Base, change: &mut Unwritten) {
    let place = random.below(change.operations.len());
    let other = random.pick(&card.held).map(|written| written.change.clone());
    let Some(operation) = change.operations.get_mut(place) else { return };
    match random.below(12) {
        0 => change.start_op = change.start_op.saturating_add(1),
        1 => change.start_op = change.start_op.saturating_sub(1).max(1),
        2 => change.start_op = [1, 2, 127, 0x7fff_fff0][random.below(4)],
        3 => change.seq = change.seq.wrapping_add([1, 2, u64::MAX][random.below(3)]),
        4 => {
            operation.predecessors.push(OpId {
                counter: u32::try_from(random.below(40) + 1).unwrap_or(1),
                actor: other.map_or([5; 16], |change| change.actor),
            });
            operation.predecessors.sort_unstable();
            operation.predecessors.dedup();
        }
        5 => operation.predecessors.clear(),
        6 => {
            let path = ["id", "zz", "addresses/a1", "name/given"][random.below(4)];
            operation.path = Path::new(path).expect("a legal path");
        }
        7 => operation.value = value(random),
        8 => change.dependencies.extend(other.map(|change| change.hash)),
        9 => change.dependencies.push(sha256(&[&random.next().to_le_bytes()])),
        10 => {
            change.dependencies.pop();
        }
        _ => change.message = ["1 system r1 crm 1 2 3", "1 robot", "%", "\u{1f600}"][random.below(4)].to_owned(),
    }
    change.dependencies.sort_unstable();
    change.dependencies.dedup();
}

fn value(random: &mut Random) -> Value {
    match random.below(8) {
        0 => Value::Int(1 << 53),
        1 => Value::Int(i64::MIN),
        2 => Value::Str("".into()),
        3 => Value::Str("a".repeat(65_535 + random.below(3)).into()),
        4 => Value::Str("another2card".into()),
        5 => Value::Bool(false),
        6 => Value::Null,
        _ => Value::Int(-1),
    }
}
