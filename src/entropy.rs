//! Entropy that somebody else drew: a stream of bytes from one 32-byte seed.
//!
//! The engine has no source of randomness. The boundary draws a fresh seed for each writer lease; the
//! simulator hands in a fixed one.

use crate::hash::{base32, sha256};

/// A stream of bytes derived from a seed. Two streams of one seed are equal.
#[derive(Clone, Debug)]
pub struct Entropy {
    seed: [u8; 32],
    drawn: u64,
}

impl Entropy {
    /// Starts the stream of a seed.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, drawn: 0 }
    }

    /// Draws the next 32 bytes.
    pub fn block(&mut self) -> [u8; 32] {
        self.drawn += 1;
        sha256(&[b"contactmesh entropy 1", &self.seed, &self.drawn.to_le_bytes()])
    }

    /// Lets the stream go on differently from that of a copy which does not know this digest.
    pub fn stir(&mut self, digest: &[u8; 32]) {
        for (to, from) in self.seed.iter_mut().zip(digest) {
            *to ^= from;
        }
    }

    /// Draws 16 bytes for an actor.
    pub fn actor(&mut self) -> [u8; 16] {
        let mut actor = [0; 16];
        for (to, from) in actor.iter_mut().zip(self.block()) {
            *to = from;
        }
        actor
    }

    /// Draws a random card id: 24 characters.
    pub fn card_id(&mut self) -> String {
        base32(self.block().get(..15).unwrap_or_default())
    }

    /// Draws a random element id: 8 characters.
    pub fn element_id(&mut self) -> String {
        base32(self.block().get(..5).unwrap_or_default())
    }
}
