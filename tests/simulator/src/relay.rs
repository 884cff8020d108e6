//! The simulated relay: an append-only log of chunks, each kept once.

use std::collections::{BTreeMap, BTreeSet};

use crate::chunks::{Piece, pieces};

/// A relay.
#[derive(Default)]
pub struct Relay {
    log: Vec<(Vec<u8>, Vec<Piece>)>,
    held: BTreeSet<Vec<u8>>,
}

impl Relay {
    /// Appends a chunk, unless the log has it.
    pub fn push(&mut self, chunk: Vec<u8>) {
        if self.held.insert(chunk.clone()) {
            let inside = pieces(&chunk).unwrap_or_default();
            self.log.push((chunk, inside));
        }
    }

    /// Returns at most so many chunks from a position on, and the position after them.
    pub fn pull(&self, from: usize, most: usize) -> (Vec<Vec<u8>>, usize) {
        let chunks: Vec<Vec<u8>> = self.log.iter().skip(from).take(most).map(|(chunk, _)| chunk.clone()).collect();
        let to = from + chunks.len();
        (chunks, to)
    }

    /// Returns the changes that the log holds before a position, in part or whole.
    pub fn covered(&self, before: usize) -> impl Iterator<Item = &[u8; 32]> {
        self.log.iter().take(before).flat_map(|(_, inside)| inside).map(|piece| &piece.hash)
    }

    /// Returns the changes that can be put together from the log.
    pub fn complete(&self) -> Vec<[u8; 32]> {
        let mut parts: BTreeMap<([u8; 32], usize), BTreeSet<usize>> = BTreeMap::new();
        for piece in self.log.iter().flat_map(|(_, inside)| inside) {
            parts.entry((piece.hash, piece.part.1)).or_default().insert(piece.part.0);
        }
        parts.into_iter().filter(|((_, of), parts)| parts.len() == *of).map(|((hash, _), _)| hash).collect()
    }

    /// Returns how many chunks the log has.
    pub fn len(&self) -> usize {
        self.log.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_pushed_twice_is_kept_once_and_pulls_continue_where_they_ended() {
        let mut relay = Relay::default();
        for byte in [1, 2, 1, 3] {
            relay.push(vec![byte]);
        }
        assert_eq!(relay.len(), 3);
        assert_eq!(relay.pull(0, 2), (vec![vec![1], vec![2]], 2));
        assert_eq!(relay.pull(2, 9), (vec![vec![3]], 3));
        assert_eq!(relay.pull(3, 9), (vec![], 3));
    }
}
