//! What is done to bytes: bits, numbers, pieces and columns are changed, cut, doubled, swapped and invented.

use contactmesh::wire::{Cursor, Writer};

use super::corpus::Corpus;
use super::crafted::{Crafted, chunk};
use super::random::Random;

/// The columns of a change.
const COLUMNS: [u64; 8] = [21, 52, 66, 86, 87, 112, 113, 115];
/// Numbers at the edges of what is legal.
const EDGES: [u64; 14] = [0, 1, 2, 15, 16, 17, 127, 128, 5_000, 5_001, 65_536, 0x7fff_ffff, 0xffff_ffff, u64::MAX];

fn byte(random: &mut Random) -> u8 {
    u8::try_from(random.below(256)).unwrap_or(0)
}

/// A place and what follows it, at most so many bytes.
fn range(random: &mut Random, length: usize, most: usize) -> std::ops::Range<usize> {
    let from = random.below(length + 1);
    let to = from + random.below(most + 1).min(length - from);
    from..to
}

/// Does one thing to some bytes.
pub fn bytes(random: &mut Random, bytes: &mut Vec<u8>, corpus: &Corpus) {
    let length = bytes.len();
    let place = random.below(length);
    match random.below(12) {
        0 | 1 if length > 0 => bytes[place] ^= 1 << random.below(8),
        2 if length > 0 => bytes[place] = byte(random),
        3 if length > 0 => bytes[place] = bytes[place].wrapping_add([1, 255, 16, 240][random.below(4)]),
        4 => {
            bytes.drain(range(random, length, 16));
        }
        5 => {
            let piece = bytes[range(random, length, 32)].to_vec();
            bytes.splice(place..place, piece);
        }
        6 => {
            let word = random.pick(&corpus.dictionary).cloned().unwrap_or_default();
            let over = if random.once_in(2) { word.len().min(length - place) } else { 0 };
            bytes.splice(place..place + over, word);
        }
        7 => {
            let donor = random.pick(&corpus.short).cloned().unwrap_or_default();
            let piece = donor[range(random, donor.len(), 64)].to_vec();
            let over = piece.len().min(length - place);
            bytes.splice(place..place + over, piece);
        }
        8 => bytes.truncate(place),
        9 => longer(bytes, place),
        10 => {
            let mut number = Writer::default();
            number.unsigned(EDGES[random.below(EDGES.len())]);
            bytes.splice(place..length.min(place + 1), number.finish());
        }
        _ => {
            let piece = bytes[range(random, length, 24)].to_vec();
            let over = piece.len().min(length - place);
            bytes.splice(place..place + over, piece);
        }
    }
}

/// Spells the number that ends here in one byte more.
fn longer(bytes: &mut Vec<u8>, place: usize) {
    if let Some(last) = bytes.get_mut(place) {
        *last |= 0x80;
        bytes.insert(place + 1, 0);
    }
}

/// Does one thing to the pieces of a change.
pub fn pieces(random: &mut Random, pieces: &mut Crafted, corpus: &Corpus) {
    let count = pieces.columns.len();
    let (one, two) = (random.below(count), random.below(count));
    match random.below(16) {
        0..4 if count > 0 => self::bytes(random, &mut pieces.columns[one].1, corpus),
        14 | 15 if count > 0 => {
            let (specification, content) = &mut pieces.columns[one];
            *content = respelled(random, *specification, content).unwrap_or_default();
        }
        4 if count > 0 => {
            let content = pieces.columns[one].1.clone();
            pieces.columns[one].1 = std::mem::replace(&mut pieces.columns[two].1, content);
        }
        5 if count > 0 => {
            pieces.columns.remove(one);
        }
        6 if count > 0 => pieces.columns.insert(one, pieces.columns[two].clone()),
        7 => {
            let donor = random.pick(&corpus.short).and_then(|bytes| Crafted::apart(bytes).ok()).unwrap_or_default();
            if let Some((specification, content)) = random.pick(&donor.columns) {
                pieces.column(*specification).clone_from(content);
            }
        }
        8 => {
            let specification = COLUMNS[random.below(COLUMNS.len())];
            *pieces.column(specification) = run_length(random);
        }
        9 => *pieces.column([1, 2, 17, 19, 29, 97, 165][random.below(7)]) = run_length(random),
        10 => pieces.seq = EDGES[random.below(EDGES.len())],
        11 => pieces.start_op = EDGES[random.below(EDGES.len())],
        12 => {
            let mut actor = vec![byte(random) % 3; 16];
            actor.truncate(16 - random.below(2));
            pieces.others.insert(random.below(pieces.others.len() + 1), actor);
        }
        _ => {
            pieces.dependencies.push([byte(random); 32]);
            if random.once_in(2) {
                pieces.dependencies.sort_unstable();
            }
        }
    }
}

/// The same values in runs and literal groups of other lengths: what a reader with two spellings for one content would
/// read. `None` if the column is not run-length coded.
fn respelled(random: &mut Random, specification: u64, column: &[u8]) -> Option<Vec<u8>> {
    let mut cursor = Cursor::new(column);
    let mut values: Vec<&[u8]> = Vec::new();
    while !cursor.is_empty() && values.len() < 6_000 {
        let head = cursor.signed().ok()?;
        let count = usize::try_from(head.unsigned_abs()).ok()?.min(6_000);
        for number in 0..count {
            if number > 0 && head > 0 {
                values.push(values.last()?);
                continue;
            }
            let mut rest = cursor;
            if specification == 21 { cursor.framed().map(|_| ()) } else { cursor.signed().map(|_| ()) }.ok()?;
            values.push(rest.take(rest.len() - cursor.len()).ok()?);
        }
    }
    let mut out = Writer::default();
    let mut rest = values.as_slice();
    while let Some(first) = rest.first() {
        let equal = rest.iter().take_while(|value| *value == first).count();
        let (taken, run) = match random.below(4) {
            0 => (random.below(equal) + 1, true),
            1 => (random.below(rest.len().min(4)) + 1, false),
            _ if equal > 1 => (equal, true),
            _ => (rest.windows(2).take_while(|pair| pair[0] != pair[1]).count().max(1), false),
        };
        let length = i64::try_from(taken).unwrap_or(1);
        out.signed(if run { length } else { -length });
        rest.iter().take(if run { 1 } else { taken }).for_each(|value| out.raw(value));
        rest = &rest[taken..];
    }
    Some(out.finish())
}

/// Runs and literals of small numbers, sometimes in a spelling that nobody may use.
fn run_length(random: &mut Random) -> Vec<u8> {
    let mut out = Writer::default();
    for _ in 0..random.below(4) {
        match random.below(8) {
            0 => out.signed(0),
            1 => out.signed(i64::from(byte(random))),
            2 => out.signed(i64::MIN),
            3 => out.signed(5_001),
            count if count < 6 => out.signed(-1),
            count => out.signed(i64::try_from(count).unwrap_or(2)),
        }
        out.unsigned(u64::from(byte(random) % 8));
    }
    out.finish()
}

/// A change with the header of a good one and columns that fit it more or less.
pub fn invented(random: &mut Random, like: &[u8]) -> Vec<u8> {
    let Ok(mut change) = Crafted::apart(like) else { return like.to_vec() };
    let count = random.below(5) + 1;
    let mut paths: Vec<String> = (0..count).map(|_| path(random)).collect();
    if !random.once_in(6) {
        paths.sort_unstable();
        paths.dedup();
    }
    let count = paths.len();
    let literals = |numbers: &mut dyn FnMut(&mut Writer)| {
        let mut out = Writer::default();
        numbers(&mut out);
        out.finish()
    };
    let minus = -i64::try_from(count).unwrap_or(1);
    let length = u8::try_from(count).unwrap_or(1);
    let key = literals(&mut |out| {
        out.signed(minus);
        paths.iter().for_each(|path| out.text(path));
    });
    let mut values = Vec::new();
    let kinds: Vec<u64> = (0..count).map(|_| one_value(random, &mut values)).collect();
    let kind = literals(&mut |out| {
        out.signed(minus);
        kinds.iter().for_each(|kind| out.unsigned(*kind));
    });
    let all = |what: u64| if count == 1 { vec![0x7f, u8::from(what > 0)] } else { vec![length, u8::from(what > 0)] };
    change.columns = vec![(21, key), (52, vec![length]), (66, all(1)), (86, kind), (87, values), (112, all(0))];
    change.columns.retain(|(_, content)| !content.is_empty());
    change.others.clear();
    if random.once_in(3) {
        change.columns.remove(random.below(change.columns.len()));
        let specification = COLUMNS[random.below(COLUMNS.len())];
        *change.column(specification) = run_length(random);
    }
    change.together()
}

fn path(random: &mut Random) -> String {
    let segments: Vec<&str> = (0..=random.below(5))
        .map(|_| ["a", "id", "name", "emails", "e1", "_", "-", "__proto__", "ß", "", "x y", "Z9"][random.below(12)])
        .collect();
    segments.join("/")
}

/// Writes one value; returns its kind and length as one number.
fn one_value(random: &mut Random, values: &mut Vec<u8>) -> u64 {
    let before = values.len();
    let kind = match random.below(9) {
        0 => 0,
        1 => 1,
        2 => 2,
        3 | 4 => {
            let mut number = Writer::default();
            number.signed(i64::from_le_bytes(random.next().to_le_bytes()) >> random.below(64));
            values.extend(number.finish());
            4
        }
        5 => {
            values.extend(random.next().to_le_bytes());
            random.below(16) as u64
        }
        _ => {
            values.extend(path(random).bytes());
            6
        }
    };
    ((values.len() - before) as u64) << 4 | kind
}

/// Computes length and checksum of a change again.
pub fn reframe(bytes: &mut Vec<u8>) {
    let mut cursor = Cursor::new(bytes);
    let Ok(kind) = cursor.take(8).and_then(|_| cursor.byte()) else { return };
    if cursor.size().is_err() {
        return;
    }
    let content = cursor.take(cursor.len()).map(<[u8]>::to_vec).unwrap_or_default();
    *bytes = chunk(kind, &content);
}
