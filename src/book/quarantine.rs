//! Quarantine: what was refused, kept by hash with its reason. Never retried by itself, always shown.

use super::Batch;
use crate::error::{Code, Error, Result};
use crate::hash::{hex, sha256};
use crate::table::Table;
use crate::wire::{Cursor, Malformed, Writer};

/// The most entries kept.
const MOST: usize = 4_096;
/// The most bytes kept: a chunk unpacks to many times its own length.
const MOST_BYTES: usize = 64 << 20;

/// What is shown of a refused piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The card it was for; empty if it was a whole chunk.
    pub card: Box<str>,
    /// Why it was refused.
    pub reason: Box<str>,
    /// The relay it came from.
    pub source: Box<str>,
    /// How long it is, in bytes.
    pub length: usize,
}

/// Everything that was refused, and chunks that a later version wrote.
#[derive(Default)]
pub struct Quarantine {
    refused: Table<Quarantined>,
    newer: Table<(Box<str>, Vec<u8>)>,
}

impl Quarantine {
    /// Keeps refused bytes. The same bytes are kept once.
    ///
    /// # Errors
    /// `room-full`.
    pub fn refuse(&mut self, card: &str, source: &str, reason: &str, bytes: &[u8], batch: &mut Batch) -> Result<()> {
        if !self.refused.contains_key(&refused_key(card, bytes)) {
            self.check_room()?;
            self.put(card, source, reason, bytes, batch);
        }
        Ok(())
    }

    /// As [`Self::refuse`], for what was stored already: however full it is.
    pub fn put(&mut self, card: &str, source: &str, reason: &str, bytes: &[u8], batch: &mut Batch) {
        let key = refused_key(card, bytes);
        if self.refused.contains_key(&key) {
            return;
        }
        let entry =
            Quarantined { card: card.into(), reason: reason.into(), source: source.into(), length: bytes.len() };
        let mut out = Writer::default();
        out.text(card);
        out.text(reason);
        out.text(source);
        out.framed(bytes);
        batch.write(key.clone(), out.finish());
        self.refused.insert(key, entry);
    }

    /// Keeps a chunk of a later version for after an update.
    ///
    /// # Errors
    /// `room-full`.
    pub fn keep_newer(&mut self, source: &str, chunk: &[u8], batch: &mut Batch) -> Result<()> {
        let key = format!("newer/{}", hex(&sha256(&[chunk])));
        if self.newer.contains_key(&key) {
            return Ok(());
        }
        self.check_room()?;
        let mut out = Writer::default();
        out.text(source);
        out.framed(chunk);
        batch.write(key.clone(), out.finish());
        self.newer.insert(key, (source.into(), chunk.to_vec()));
        Ok(())
    }

    /// Returns the kept chunks that this version can read, by key: an update has come.
    pub fn readable(&self, readable: impl Fn(&[u8]) -> bool) -> Vec<(String, Box<str>, Vec<u8>)> {
        let ready = self.newer.iter().filter(|(_, (_, chunk))| readable(chunk));
        ready.map(|(key, (source, chunk))| (key.clone(), source.clone(), chunk.clone())).collect()
    }

    /// Forgets a kept chunk that was taken in.
    pub fn forget_newer(&mut self, key: &str, batch: &mut Batch) {
        if self.newer.remove(key).is_some() {
            batch.delete(key.to_owned());
        }
    }

    fn check_room(&self) -> Result<()> {
        let kept = self.refused.values().map(|entry| entry.length);
        let bytes: usize = kept.chain(self.newer.values().map(|(_, chunk)| chunk.len())).sum();
        let entries = self.refused.len() + self.newer.len();
        if entries < MOST && bytes < MOST_BYTES {
            return Ok(());
        }
        Err(Error::new(
            Code::RoomFull,
            format!(
                "the quarantine is full ({entries} entries, {bytes} bytes); the pull stops here. Somebody writes what this version cannot accept: update, or stop syncing with this relay"
            ),
        ))
    }

    /// Reads a stored record back.
    ///
    /// # Errors
    /// If the record is not one.
    pub fn load(&mut self, key: &str, record: &[u8]) -> std::result::Result<(), Malformed> {
        let mut cursor = Cursor::new(record);
        if key.starts_with("newer/") {
            let source = cursor.text()?.into();
            self.newer.insert(key.to_owned(), (source, cursor.framed()?.to_vec()));
        } else {
            let (card, reason, source) = (cursor.text()?.into(), cursor.text()?.into(), cursor.text()?.into());
            let length = cursor.framed()?.len();
            self.refused.insert(key.to_owned(), Quarantined { card, reason, source, length });
        }
        Ok(())
    }

    /// Returns what was refused.
    pub fn refused(&self) -> impl Iterator<Item = &Quarantined> {
        self.refused.values()
    }

    /// Returns how many chunks wait for an update.
    #[must_use]
    pub fn newer_count(&self) -> usize {
        self.newer.len()
    }
}

fn refused_key(card: &str, bytes: &[u8]) -> String {
    format!("quarantine/{}", hex(&sha256(&[card.as_bytes(), b"\0", bytes])))
}
