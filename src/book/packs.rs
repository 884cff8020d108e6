//! Packs: the changes of all cards, append-only, in the order this replica accepted them. The source of truth.
//!
//! Each change has a local sequence number, which means nothing to other replicas. Packed bytes stay in memory, so
//! that reading a card needs no I/O.

use std::collections::BTreeMap;

use crate::hash::Hash;
use crate::wire::{Cursor, Malformed, Writer};

const VERSION: u8 = 1;

/// One stored change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored<'a> {
    /// The card it belongs to.
    pub card: &'a str,
    /// Its hash.
    pub hash: Hash,
    /// Its bytes.
    pub change: &'a [u8],
}

/// Changes that came from one place, one after the other.
struct Pack {
    /// The relay they came from; empty for this replica's own.
    source: Box<str>,
    /// The record as stored.
    record: Vec<u8>,
    /// Where in the record each entry begins.
    offsets: Vec<usize>,
}

/// All packs, by the sequence number of their first change.
#[derive(Default)]
pub struct Packs {
    packs: BTreeMap<u32, Pack>,
    /// The sequence number the next change gets.
    next: u32,
    /// Whether the last pack is not stored yet.
    open: bool,
}

impl Packs {
    /// Adds a change; returns its sequence number.
    pub fn append(&mut self, source: &str, card: &str, hash: &Hash, change: &[u8]) -> u32 {
        let seq = self.next;
        let same = self.open && self.packs.last_key_value().is_some_and(|(_, pack)| pack.source.as_ref() == source);
        if !same {
            self.packs.insert(seq, Pack::new(source, seq));
            self.open = true;
        }
        if let Some(mut last) = self.packs.last_entry() {
            last.get_mut().append(card, hash, change);
        }
        self.next = seq.saturating_add(1);
        seq
    }

    /// Returns the records of packs that are not stored yet, from the one that holds `from`, and closes the last.
    pub fn seal(&mut self, from: u32) -> Vec<(String, Vec<u8>)> {
        self.open = false;
        self.packs.range(from..).map(|(first, pack)| (key(*first), pack.record.clone())).collect()
    }

    /// Reads a stored record; returns the sequence numbers it holds.
    ///
    /// # Errors
    /// If it is not a pack.
    pub fn load(&mut self, record: Vec<u8>) -> Result<std::ops::Range<u32>, Malformed> {
        let (first, pack) = Pack::read(record)?;
        let count = u32::try_from(pack.offsets.len()).map_err(|_| Malformed("the pack is too large"))?;
        let end = first.checked_add(count).ok_or(Malformed("a sequence number is too large"))?;
        self.packs.insert(first, pack);
        self.next = self.next.max(end);
        Ok(first..end)
    }

    /// Leaves out the numbers before this one.
    pub fn skip_to(&mut self, seq: u32) {
        self.next = self.next.max(seq);
    }

    /// Returns a change by its sequence number.
    #[must_use]
    pub fn get(&self, seq: u32) -> Option<Stored<'_>> {
        let (first, pack) = self.packs.range(..=seq).next_back()?;
        pack.get(usize::try_from(seq - first).ok()?)
    }

    /// Returns the sequence number the next change gets.
    #[must_use]
    pub fn next(&self) -> u32 {
        self.next
    }

    /// Returns the changes from a sequence number on that did not come from `source`, or that stand below `lost_below`.
    pub fn since<'a>(&'a self, from: u32, source: &'a str, lost_below: u32) -> impl Iterator<Item = (u32, Stored<'a>)> {
        let start = self.packs.range(..=from).next_back().map_or(from, |(first, _)| *first);
        self.packs.range(start..).flat_map(move |(first, pack)| {
            let entries = (*first..).zip((0..pack.offsets.len()).filter_map(|index| pack.get(index)));
            let echoes = pack.source.as_ref() == source;
            entries.filter(move |(seq, _)| *seq >= from && (!echoes || *seq < lost_below))
        })
    }

    /// Joins neighbouring packs of one source that are smaller than `small` bytes. Returns the records to write and
    /// the keys to delete.
    pub fn join(&mut self, small: usize, most: usize) -> (Vec<(String, Vec<u8>)>, Vec<String>) {
        let mut runs: Vec<Vec<u32>> = Vec::new();
        let mut expected = None;
        let mut size = 0;
        for (first, pack) in &self.packs {
            let joins =
                expected.is_some_and(|(seq, source): (u32, &str)| seq == *first && source == pack.source.as_ref());
            let fits = pack.record.len() < small && size + pack.record.len() <= most;
            match runs.last_mut().filter(|_| joins && fits) {
                Some(run) => run.push(*first),
                None => {
                    runs.push(vec![*first]);
                    size = 0;
                }
            }
            size += pack.record.len();
            let count = u32::try_from(pack.offsets.len()).unwrap_or_default();
            expected = (pack.record.len() < small).then_some((first.saturating_add(count), pack.source.as_ref()));
        }
        let (mut put, mut del) = (Vec::new(), Vec::new());
        for run in runs.iter().filter(|run| run.len() > 1) {
            let Some((first, rest)) = run.split_first() else { continue };
            for other in rest {
                let Some(other_pack) = self.packs.remove(other) else { continue };
                del.push(key(*other));
                if let Some(pack) = self.packs.get_mut(first) {
                    pack.absorb(&other_pack);
                }
            }
            put.extend(self.packs.get(first).map(|pack| (key(*first), pack.record.clone())));
        }
        (put, del)
    }
}

impl Pack {
    fn new(source: &str, first: u32) -> Self {
        let mut head = Writer::default();
        head.byte(VERSION);
        head.unsigned(u64::from(first));
        head.text(source);
        Self { source: source.into(), record: head.finish(), offsets: Vec::new() }
    }

    fn append(&mut self, card: &str, hash: &Hash, change: &[u8]) {
        self.offsets.push(self.record.len());
        let mut entry = Writer::default();
        entry.text(card);
        entry.raw(hash);
        entry.size(change.len());
        self.record.extend(entry.finish());
        self.record.extend_from_slice(change);
    }

    fn absorb(&mut self, other: &Self) {
        let Some(start) = other.offsets.first().copied() else { return };
        let base = self.record.len();
        self.offsets.extend(other.offsets.iter().map(|offset| base + offset - start));
        self.record.extend_from_slice(other.record.get(start..).unwrap_or_default());
    }

    fn read(record: Vec<u8>) -> Result<(u32, Self), Malformed> {
        let mut cursor = Cursor::new(&record);
        if cursor.byte()? != VERSION {
            return Err(Malformed("the pack is of a later version"));
        }
        let first = u32::try_from(cursor.unsigned()?).map_err(|_| Malformed("a sequence number is too large"))?;
        let source = cursor.text()?.into();
        let mut offsets = Vec::new();
        while !cursor.is_empty() {
            offsets.push(record.len() - cursor.len());
            read_stored(&mut cursor)?;
        }
        Ok((first, Self { source, record, offsets }))
    }

    fn get(&self, index: usize) -> Option<Stored<'_>> {
        let bytes = self.record.get(*self.offsets.get(index)?..)?;
        read_stored(&mut Cursor::new(bytes)).ok()
    }
}

fn read_stored<'a>(cursor: &mut Cursor<'a>) -> Result<Stored<'a>, Malformed> {
    Ok(Stored { card: cursor.text()?, hash: cursor.array()?, change: cursor.framed()? })
}

fn key(first: u32) -> String {
    format!("pack/{first:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Packs {
        let mut packs = Packs::default();
        for n in 0_u8..10 {
            let source = if n == 4 { "relay" } else { "" };
            packs.append(source, &format!("card{n}"), &[n; 32], &vec![n; usize::from(n) * 10]);
            if n % 2 == 1 {
                packs.seal(0);
            }
        }
        packs
    }

    fn content(packs: &Packs) -> Vec<(u32, String, usize)> {
        packs.since(0, "nowhere", 0).map(|(seq, s)| (seq, s.card.to_owned(), s.change.len())).collect()
    }

    #[test]
    fn changes_are_found_by_number_also_after_loading_and_joining() {
        let mut packs = filled();
        let all = content(&packs);
        assert_eq!(all.len(), 10);
        let mut loaded = Packs::default();
        for (_, record) in packs.seal(0) {
            loaded.load(record).expect("readable");
        }
        assert_eq!(content(&loaded), all);
        let before = packs.packs.len();
        let (put, del) = packs.join(1 << 16, 1 << 20);
        assert_eq!(packs.packs.len(), before - del.len());
        assert!(!put.is_empty() && put.iter().all(|(key, _)| !del.contains(key)));
        assert_eq!(content(&packs), all);
        assert_eq!(packs.since(0, "relay", 0).count(), 9, "a pack keeps to one source");
        assert_eq!(packs.get(7).map(|s| s.card.to_owned()), Some("card7".into()));
    }

    #[test]
    fn what_came_from_a_relay_is_not_sent_back_to_it() {
        let packs = filled();
        assert!(packs.since(0, "relay", 0).all(|(seq, _)| seq != 4));
        assert_eq!(packs.since(8, "relay", 0).map(|(seq, _)| seq).collect::<Vec<_>>(), [8, 9]);
        assert_eq!(packs.since(0, "relay", 5).count(), 10, "unless the relay lost it");
    }

    #[test]
    fn a_record_that_is_no_pack_is_refused() {
        for bytes in [&[][..], &[9, 0, 0], &[1, 0, 1, b'x', 5]] {
            assert!(Packs::default().load(bytes.to_vec()).is_err());
        }
    }
}
