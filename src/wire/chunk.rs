//! Chunks: packs of changes as they travel (format.md, section 6). Alone imports `miniz_oxide`.
//!
//! A chunk of a version or suite this build does not know is "newer", not malformed: it is kept for after an update.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::{Cursor, Malformed, Writer};
use crate::contact::check_segment;
use crate::hash::Hash;

/// The longest chunk as it travels, in bytes, before base64.
pub const MAX_CHUNK_BYTES: usize = 36_000;
/// The most bytes a chunk unpacks to.
const MAX_UNPACKED: usize = 8 << 20;
/// How many times its packed size a chunk may unpack to.
const MAX_RATIO: usize = 100;
/// The most entries of a chunk.
const MAX_ENTRIES: usize = 1_000;
/// The longest chunk of a later version that is kept.
const MAX_NEWER_BYTES: usize = 1 << 20;
/// The longest change put together from parts.
const MAX_WHOLE: usize = 262_144;
const VERSION: u8 = 1;
const SUITE_CLEAR: u8 = 0;
const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;
/// Fast, and within a few percent of the smallest.
const LEVEL: u8 = 6;

/// Which piece of a change an entry carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its number, from 0.
    pub part: u32,
    /// How many there are.
    pub of: u32,
}

/// One entry of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The card's id.
    pub card: &'a str,
    /// The hash the whole change must have.
    pub hash: Hash,
    /// Which piece this is, unless it is the whole change.
    pub part: Option<Part>,
    /// The bytes of the change, or of the piece.
    pub bytes: &'a [u8],
}

/// What a chunk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// An unpacked pack; read it with [`Chunk::entries`].
    Pack(Vec<u8>),
    /// A later version wrote it.
    Newer,
}

/// Unpacks a chunk.
///
/// # Errors
/// The rule that it breaks.
pub fn read_chunk(bytes: &[u8]) -> Result<Chunk, Malformed> {
    let mut cursor = Cursor::new(bytes);
    if cursor.byte()? != VERSION || cursor.byte()? != SUITE_CLEAR {
        // What a later version may do is its own business, within what a message may be.
        let kept = bytes.len() <= MAX_NEWER_BYTES;
        return if kept { Ok(Chunk::Newer) } else { Err(Malformed("the chunk is longer than 1 MiB")) };
    }
    if bytes.len() > MAX_CHUNK_BYTES {
        return Err(Malformed("the chunk is longer than 36,000 bytes"));
    }
    let compression = cursor.byte()?;
    let packed = cursor.take(cursor.len())?;
    match compression {
        PLAIN => Ok(Chunk::Pack(packed.to_vec())),
        DEFLATED => inflate(packed, MAX_UNPACKED.min(bytes.len().saturating_mul(MAX_RATIO))).map(Chunk::Pack),
        _ => Err(Malformed("the chunk's compression is unknown")),
    }
}

/// Inflates to at most `most` bytes; nothing may follow the end of the data.
fn inflate(packed: &[u8], most: usize) -> Result<Vec<u8>, Malformed> {
    let mut state = Box::<DecompressorOxide>::default();
    let mut out = vec![0; packed.len().saturating_mul(4).clamp(1, most)];
    let (mut read, mut written) = (0, 0);
    loop {
        let rest = packed.get(read..).unwrap_or_default();
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, more_read, more_written) = decompress(&mut state, rest, &mut out, written, flags);
        read += more_read;
        written += more_written;
        match status {
            TINFLStatus::Done if read == packed.len() => {
                out.truncate(written);
                return Ok(out);
            }
            TINFLStatus::Done => return Err(Malformed("bytes follow the chunk's deflated part")),
            TINFLStatus::HasMoreOutput if out.len() < most => out.resize(out.len().saturating_mul(2).min(most), 0),
            TINFLStatus::HasMoreOutput => return Err(Malformed("the chunk unpacks to too much")),
            _ => return Err(Malformed("the chunk does not unpack")),
        }
    }
}

impl Chunk {
    /// Reads the entries of a pack; none of a newer chunk.
    ///
    /// # Errors
    /// The rule that one of them breaks; then none counts.
    pub fn entries(&self) -> Result<Vec<Entry<'_>>, Malformed> {
        let Self::Pack(pack) = self else {
            return Ok(Vec::new());
        };
        let mut cursor = Cursor::new(pack);
        let mut out = Vec::new();
        while !cursor.is_empty() {
            if out.len() == MAX_ENTRIES {
                return Err(Malformed("the chunk has more than 1,000 entries"));
            }
            out.push(read_entry(&mut cursor)?);
        }
        Ok(out)
    }
}

fn read_entry<'a>(cursor: &mut Cursor<'a>) -> Result<Entry<'a>, Malformed> {
    let kind = cursor.byte()?;
    let length = usize::from(cursor.byte()?);
    let card = std::str::from_utf8(cursor.take(length)?).map_err(|_| Malformed("a card id is not UTF-8"))?;
    check_segment(card).map_err(|_| Malformed("a card id breaks the grammar"))?;
    let hash = cursor.array()?;
    let part = match kind {
        0 => None,
        1 => Some(read_part(cursor)?),
        _ => return Err(Malformed("an entry is of an unknown kind")),
    };
    let bytes = cursor.framed()?;
    Ok(Entry { card, hash, part, bytes })
}

fn read_part(cursor: &mut Cursor<'_>) -> Result<Part, Malformed> {
    let number = |n: u64| u32::try_from(n).map_err(|_| Malformed("a part's number is too large"));
    let part = number(cursor.unsigned()?)?;
    let of = number(cursor.unsigned()?)?;
    if part >= of || of as usize > MAX_WHOLE {
        return Err(Malformed("a part's number is out of range"));
    }
    Ok(Part { part, of })
}

/// Fills chunks with entries, each chunk at most [`MAX_CHUNK_BYTES`] long.
#[derive(Default)]
pub struct Packer {
    pack: Writer,
    entries: usize,
    done: Vec<Vec<u8>>,
}

impl Packer {
    /// Adds a change; one that does not fit a chunk goes as parts.
    pub fn add(&mut self, card: &str, hash: &Hash, change: &[u8]) {
        let head = 1 + 1 + card.len() + 32;
        if head + 5 + change.len() <= ROOM {
            self.entry(card, hash, None, change);
            return;
        }
        let pieces: Vec<&[u8]> = change.chunks(ROOM - head - 20).collect();
        let of = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        self.flush();
        for (part, piece) in (0..of).zip(pieces) {
            self.entry(card, hash, Some(Part { part, of }), piece);
            self.flush();
        }
    }

    fn entry(&mut self, card: &str, hash: &Hash, part: Option<Part>, bytes: &[u8]) {
        let mut entry = Writer::default();
        entry.byte(u8::from(part.is_some()));
        entry.byte(u8::try_from(card.len()).unwrap_or(u8::MAX));
        entry.raw(card.as_bytes());
        entry.raw(hash);
        if let Some(part) = part {
            entry.unsigned(u64::from(part.part));
            entry.unsigned(u64::from(part.of));
        }
        entry.framed(bytes);
        let entry = entry.finish();
        if self.entries == MAX_ENTRIES || self.pack.len() + entry.len() > UNPACKED_ROOM {
            self.flush();
        }
        self.pack.raw(&entry);
        self.entries += 1;
    }

    fn flush(&mut self) {
        if self.entries == 0 {
            return;
        }
        self.entries = 0;
        let pack = std::mem::take(&mut self.pack).finish();
        self.seal(&pack);
    }

    /// Seals a pack as one chunk, or as several if it does not compress enough.
    fn seal(&mut self, pack: &[u8]) {
        let deflated = compress_to_vec(pack, LEVEL);
        let ratio_holds = pack.len() <= deflated.len().saturating_mul(MAX_RATIO);
        if deflated.len() < pack.len() && deflated.len() <= ROOM && ratio_holds {
            self.done.push([&[VERSION, SUITE_CLEAR, DEFLATED], deflated.as_slice()].concat());
        } else if pack.len() <= ROOM {
            self.done.push([&[VERSION, SUITE_CLEAR, PLAIN], pack].concat());
        } else if let Some((left, right)) = halves(pack) {
            self.seal(left);
            self.seal(right);
        }
    }

    /// Returns the chunks.
    #[must_use]
    pub fn finish(mut self) -> Vec<Vec<u8>> {
        self.flush();
        self.done
    }
}

/// What a chunk holds behind its three bytes.
const ROOM: usize = MAX_CHUNK_BYTES - 3;
/// How much is packed before it is compressed: contacts shrink to about a third.
const UNPACKED_ROOM: usize = 3 * ROOM;

/// Cuts a pack in two at an entry's border near the middle.
fn halves(pack: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut cursor = Cursor::new(pack);
    let mut cut = 0;
    while !cursor.is_empty() {
        read_entry(&mut cursor).ok()?;
        let at = pack.len() - cursor.len();
        if cut > 0 && at > pack.len() / 2 {
            break;
        }
        cut = at;
    }
    if cut == pack.len() { None } else { pack.split_at_checked(cut) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(chunks: &[Vec<u8>]) -> Vec<(String, Option<Part>, Vec<u8>)> {
        let mut out = Vec::new();
        for chunk in chunks {
            assert!(chunk.len() <= MAX_CHUNK_BYTES);
            let chunk = read_chunk(chunk).expect("readable");
            for entry in chunk.entries().expect("readable") {
                out.push((entry.card.to_owned(), entry.part, entry.bytes.to_vec()));
            }
        }
        out
    }

    /// Bytes that do not compress.
    fn noise(length: usize, seed: u8) -> Vec<u8> {
        let mut out = Vec::new();
        let mut block = [seed; 32];
        while out.len() < length {
            block = crate::hash::sha256(&[&block]);
            out.extend_from_slice(&block);
        }
        out.truncate(length);
        out
    }

    #[test]
    fn what_is_packed_is_unpacked_however_large_or_incompressible() {
        let mut packer = Packer::default();
        let mut sent = Vec::new();
        for n in 0_u8..200 {
            let change = if n % 2 == 0 { noise(usize::from(n) * 20 + 1, n) } else { vec![n; 600] };
            packer.add(&format!("card{n}"), &[n; 32], &change);
            sent.push((format!("card{n}"), None, change));
        }
        assert_eq!(unpack(&packer.finish()), sent);
    }

    #[test]
    fn a_change_too_long_for_a_chunk_travels_as_parts() {
        let change = noise(200_000, 1);
        let mut packer = Packer::default();
        packer.add("small", &[1; 32], b"x");
        packer.add("large", &[2; 32], &change);
        let parts = unpack(&packer.finish());
        assert_eq!(parts.first().map(|p| p.0.as_str()), Some("small"));
        let whole: Vec<u8> = parts.iter().skip(1).flat_map(|p| p.2.clone()).collect();
        assert_eq!(whole, change);
        assert!(parts.iter().skip(1).enumerate().all(|(n, p)| p.1.is_some_and(|part| part.part as usize == n)));
    }

    #[test]
    fn a_chunk_of_a_later_version_is_newer_not_hostile() {
        assert_eq!(read_chunk(&[2, 0, 0, 9]), Ok(Chunk::Newer));
        assert_eq!(read_chunk(&[1, 7, 0, 9]), Ok(Chunk::Newer));
        assert!(read_chunk(&[1, 0, 9, 9]).is_err());
        assert!(read_chunk(&[1]).is_err());
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = compress_to_vec(&vec![0; 20 << 20], 9);
        let chunk = [&[1, 0, 1], bomb.as_slice()].concat();
        assert!(chunk.len() < MAX_CHUNK_BYTES);
        assert!(read_chunk(&chunk).is_err());
        let ratio = compress_to_vec(&vec![0; 1 << 20], 9);
        assert!(read_chunk(&[&[1, 0, 1], ratio.as_slice()].concat()).is_err());
    }

    #[test]
    fn a_pack_that_compresses_beyond_the_allowed_ratio_still_travels() {
        let mut packer = Packer::default();
        for _ in 0..300 {
            packer.add("card", &[0; 32], &[0; 300]);
        }
        assert_eq!(unpack(&packer.finish()).len(), 300);
    }
}
