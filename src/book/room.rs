//! The waiting room: changes whose dependencies, or parts whose other parts, have not come yet. Bounded and durable.
//!
//! A full room stops the pull; it never drops anything.

use std::collections::BTreeMap;

use super::Batch;
use crate::change::MAGIC;
use crate::error::{Code, Error, Result};
use crate::hash::{Hash, hex, sha256};
use crate::table::{Names, Table};
use crate::wire::{Cursor, Malformed, Part, Writer};

/// The most entries that wait.
const MOST: usize = 4_096;
/// The most bytes that wait.
const MOST_BYTES: usize = 16 << 20;
/// The longest change put together from parts.
const MOST_WHOLE: usize = 262_144;

/// How many ways to put parts together are tried when several claim one place.
const MOST_COMBINATIONS: usize = 64;
/// How long the beginning of a part's key is that all parts of one change share: `part/`, its hash, `/`, their number, `/`.
const PART_PREFIX: usize = 5 + 64 + 1 + 8 + 1;

/// A change, or a part of one, that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The card it is for.
    pub card: Box<str>,
    /// The hash of the whole change.
    pub hash: Hash,
    /// Which part it is, unless it is whole.
    pub part: Option<Part>,
    /// The relay it came from.
    pub source: Box<str>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Everything that waits.
#[derive(Default)]
pub struct Room {
    waiting: BTreeMap<String, Waiting>,
    /// By card and missing dependency, as [`missing_key`]: the keys of changes that wait for it.
    by_dependency: Table<Names>,
    bytes: usize,
}

impl Room {
    /// Lets a change wait for its missing dependencies. Waiting twice is waiting once.
    ///
    /// # Errors
    /// `room-full`.
    pub fn wait(&mut self, waiting: Waiting, missing: &[Hash], batch: &mut Batch) -> Result<()> {
        let key = waiting.key();
        for dependency in missing {
            self.by_dependency.or_default(&missing_key(&waiting.card, dependency)).insert(key.clone());
        }
        if self.waiting.contains_key(&key) {
            return Ok(());
        }
        if self.waiting.len() >= MOST || self.bytes + waiting.bytes.len() > MOST_BYTES {
            return Err(Error::new(
                Code::RoomFull,
                format!(
                    "{} changes wait for others that have not come, and no more fit; the pull stops here. Sync the \
                     replica that wrote them, or another relay that has them",
                    self.waiting.len()
                ),
            ));
        }
        self.bytes += waiting.bytes.len();
        batch.write(key.clone(), waiting.to_bytes());
        self.waiting.insert(key, waiting);
        Ok(())
    }

    /// Takes out the changes of a card that waited for this one. They may have to wait again.
    pub fn release(&mut self, card: &str, hash: &Hash, batch: &mut Batch) -> Vec<Waiting> {
        let keys = self.by_dependency.remove(&missing_key(card, hash)).unwrap_or_default();
        keys.iter().filter_map(|key| self.take(key, batch)).collect()
    }

    /// Forgets which relay entries came from, if it was this one.
    pub fn forget_source(&mut self, source: &str, batch: &mut Batch) {
        for (key, waiting) in self.waiting.iter_mut().filter(|(_, waiting)| waiting.source.as_ref() == source) {
            waiting.source = "".into();
            batch.delete(key.clone());
            batch.write(key.clone(), waiting.to_bytes());
        }
    }

    /// Adds a part; returns the whole change once parts that make it up are there.
    ///
    /// Several parts may claim one place, because anybody can write a wrong one: they wait side by side until those
    /// that have the announced hash together are found, and then leave together.
    ///
    /// # Errors
    /// `room-full`.
    pub fn add_part(&mut self, part: Waiting, batch: &mut Batch) -> Result<Option<Waiting>> {
        let Some(place) = part.part else {
            return Ok(Some(part));
        };
        let (card, hash, source, key) = (part.card.clone(), part.hash, part.source.clone(), part.key());
        if self.waiting.contains_key(&key) {
            return Ok(None);
        }
        self.wait(part, &[], batch)?;
        let prefix = key.get(..PART_PREFIX).unwrap_or_default().to_owned();
        let Some(bytes) = self.assemble(&prefix, &card, &hash, place, &key) else {
            return Ok(None);
        };
        self.forget_parts(&card, &hash, batch);
        Ok(Some(Waiting { card, hash, part: None, source, bytes }))
    }

    /// Takes out the parts of a change that its card has now: another relay sent them again while it waited.
    pub fn forget_parts(&mut self, card: &str, hash: &Hash, batch: &mut Batch) {
        let prefix = format!("part/{}/", hex(hash));
        let done: Vec<String> =
            self.parts(&prefix).filter(|(_, w)| w.card.as_ref() == card).map(|(key, _)| key.clone()).collect();
        for key in done {
            self.take(&key, batch);
        }
    }

    /// Returns the whole change, if parts that include the new one have its hash together.
    fn assemble(&self, prefix: &str, card: &str, hash: &Hash, place: Part, new: &str) -> Option<Vec<u8>> {
        let places = usize::try_from(place.of).ok()?;
        if self.parts(prefix).count() < places {
            return None;
        }
        // The hash says nothing of these eight bytes, and a part without them is not worth trying.
        let begin = [&MAGIC[..], hash.get(..4)?].concat();
        let mut claims: Vec<Vec<&Waiting>> = vec![Vec::new(); places];
        for (key, waiting) in self.parts(prefix).filter(|(_, waiting)| waiting.card.as_ref() == card) {
            let part = waiting.part.map_or(0, |p| p.part);
            let begins = begin.starts_with(&waiting.bytes) || waiting.bytes.starts_with(&begin);
            // In its own place only the new part is tried: without it all was tried before.
            if (part != place.part || key == new) && (part != 0 || begins) {
                claims.get_mut(usize::try_from(part).ok()?)?.push(waiting);
            }
        }
        let combinations = claims.iter().try_fold(1_usize, |n, claims| n.checked_mul(claims.len()));
        for number in 0..combinations?.min(MOST_COMBINATIONS) {
            let mut bytes = Vec::new();
            let mut rest = number;
            for claims in &claims {
                bytes.extend_from_slice(&claims.get(rest % claims.len())?.bytes);
                rest /= claims.len();
            }
            if bytes.starts_with(&begin)
                && bytes.len() <= MOST_WHOLE
                && sha256(&[bytes.get(8..).unwrap_or_default()]) == *hash
            {
                return Some(bytes);
            }
        }
        None
    }

    fn parts<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a String, &'a Waiting)> {
        self.waiting.range(prefix.to_owned()..).take_while(move |(key, _)| key.starts_with(prefix))
    }

    fn take(&mut self, key: &str, batch: &mut Batch) -> Option<Waiting> {
        let waiting = self.waiting.remove(key)?;
        self.bytes = self.bytes.saturating_sub(waiting.bytes.len());
        batch.delete(key.to_owned());
        Some(waiting)
    }

    /// Reads a stored entry back; the caller finds out again what a whole change waits for.
    ///
    /// # Errors
    /// If the record is not one.
    pub fn load(&mut self, record: &[u8], missing: &[Hash]) -> std::result::Result<(), Malformed> {
        let waiting = Waiting::read(record)?;
        self.bytes += waiting.bytes.len();
        for dependency in missing {
            self.by_dependency.or_default(&missing_key(&waiting.card, dependency)).insert(waiting.key());
        }
        self.waiting.insert(waiting.key(), waiting);
        Ok(())
    }

    /// Returns how many entries wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }
}

fn missing_key(card: &str, dependency: &Hash) -> String {
    [card, "/", &hex(dependency)].concat()
}

impl Waiting {
    /// Returns the key it is stored under.
    #[must_use]
    pub fn key(&self) -> String {
        match self.part {
            Some(part) => {
                let claim = sha256(&[self.card.as_bytes(), b"\0", &self.bytes]);
                let claim = hex(claim.get(..8).unwrap_or_default());
                format!("part/{}/{:08x}/{:08x}/{claim}", hex(&self.hash), part.of, part.part)
            }
            None => format!("wait/{}", hex(&sha256(&[self.card.as_bytes(), b"\0", &self.hash]))),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.text(&self.card);
        out.raw(&self.hash);
        out.unsigned(self.part.map_or(0, |part| u64::from(part.part) + 1));
        out.unsigned(self.part.map_or(0, |part| u64::from(part.of)));
        out.text(&self.source);
        out.framed(&self.bytes);
        out.finish()
    }

    /// Reads an entry from its record.
    ///
    /// # Errors
    /// If the record is not one.
    pub fn read(record: &[u8]) -> std::result::Result<Self, Malformed> {
        let number = |n: u64| u32::try_from(n).map_err(|_| Malformed("a part's number is too large"));
        let mut cursor = Cursor::new(record);
        let card = cursor.text()?.into();
        let hash = cursor.array()?;
        let (part, of) = (number(cursor.unsigned()?)?, number(cursor.unsigned()?)?);
        let part = part.checked_sub(1).map(|part| Part { part, of });
        Ok(Self { card, hash, part, source: cursor.text()?.into(), bytes: cursor.framed()?.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_bytes() -> Vec<u8> {
        let hash = sha256(&[b"abcde"]);
        [&MAGIC[..], &hash[..4], b"a"].concat()
    }

    fn whole_bytes() -> Vec<u8> {
        [&first_bytes()[..], b"bcde"].concat()
    }

    fn piece(part: u32, of: u32, bytes: &[u8]) -> Waiting {
        let part = Some(Part { part, of });
        Waiting { card: "k1".into(), hash: sha256(&[b"abcde"]), part, source: "r".into(), bytes: bytes.to_vec() }
    }

    #[test]
    fn parts_become_whole_in_any_order_and_leave_nothing_behind() {
        let (mut room, mut batch) = (Room::default(), Batch::default());
        assert_eq!(room.add_part(piece(2, 3, b"e"), &mut batch), Ok(None));
        assert_eq!(room.add_part(piece(0, 3, &first_bytes()), &mut batch), Ok(None));
        assert_eq!(room.add_part(piece(0, 3, &first_bytes()), &mut batch), Ok(None), "twice is once");
        let whole = room.add_part(piece(1, 3, b"bcd"), &mut batch).expect("fits").expect("complete");
        assert_eq!(whole.bytes, whole_bytes());
        assert!(batch.put.is_empty() && room.len() == 0);
    }

    #[test]
    fn forged_parts_keep_the_true_ones_from_nothing() {
        let (mut room, mut batch) = (Room::default(), Batch::default());
        for forged in [piece(0, 3, b"forged"), piece(1, 3, b"too"), piece(0, 2, b"of two"), piece(1, 2, b"parts")] {
            assert_eq!(room.add_part(forged, &mut batch), Ok(None));
        }
        let elsewhere = Waiting { card: "k2".into(), ..piece(1, 3, b"bcd") };
        assert_eq!(room.add_part(elsewhere, &mut batch), Ok(None));
        assert_eq!(room.add_part(piece(0, 3, &first_bytes()), &mut batch), Ok(None));
        assert_eq!(room.add_part(piece(1, 3, b"bcd"), &mut batch), Ok(None));
        let whole = room.add_part(piece(2, 3, b"e"), &mut batch).expect("fits").expect("complete");
        assert_eq!(whole.bytes, whole_bytes());
    }

    #[test]
    fn a_full_room_refuses_and_drops_nothing() {
        let (mut room, mut batch) = (Room::default(), Batch::default());
        let change = |n: usize| Waiting {
            card: format!("k{n}").into(),
            hash: [1; 32],
            part: None,
            source: "".into(),
            bytes: vec![1],
        };
        for n in 0..MOST {
            room.wait(change(n), &[[2; 32]], &mut batch).expect("fits");
        }
        assert_eq!(room.wait(change(MOST), &[[2; 32]], &mut batch).expect_err("full").code(), Code::RoomFull);
        assert_eq!(room.len(), MOST);
        assert_eq!(room.release("k7", &[2; 32], &mut batch).len(), 1);
        assert!(room.wait(change(MOST), &[[2; 32]], &mut batch).is_ok());
    }
}
