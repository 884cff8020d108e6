//! Bytes: reading and writing numbers, texts, packs and chunks (format.md, section 6).
//!
//! Knows how things are framed, never what they mean. Reading never panics and never allocates more than the input
//! warrants.

mod chunk;
mod cursor;
mod writer;

pub use chunk::{Chunk, Entry, MAX_CHUNK_BYTES, Packer, Part, read_chunk};
pub use cursor::Cursor;
pub use writer::Writer;

/// Why bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}
