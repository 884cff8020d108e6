//! Which changes a chunk holds: a reader written from format.md, section 6, not from the engine's.

/// What a chunk holds of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The change.
    pub hash: [u8; 32],
    /// Which part of it, of how many; a whole change is part 0 of 1.
    pub part: (usize, usize),
}

/// Returns what a chunk holds; none if it is not a chunk of version 1.
pub fn pieces(chunk: &[u8]) -> Option<Vec<Piece>> {
    let pack = match chunk {
        [1, 0, 0, pack @ ..] => pack.to_vec(),
        [1, 0, 1, packed @ ..] => miniz_oxide::inflate::decompress_to_vec(packed).ok()?,
        _ => return None,
    };
    let mut rest = pack.as_slice();
    let mut out = Vec::new();
    while let [kind, length, after @ ..] = rest {
        let (hash, after) = after.get(usize::from(*length)..)?.split_first_chunk::<32>()?;
        let (mut part, mut after) = ((0, 1), after);
        if *kind == 1 {
            (part.0, after) = number(after)?;
            (part.1, after) = number(after)?;
        }
        let (length, after) = number(after)?;
        rest = after.get(length..)?;
        out.push(Piece { hash: *hash, part });
    }
    rest.is_empty().then_some(out)
}

/// Reads an unsigned LEB128 number.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_read_as_the_format_says() {
        let mut chunk = vec![1, 0, 0];
        chunk.extend([0, 2, b'k', b'1']);
        chunk.extend([7; 32]);
        chunk.extend([3, 1, 2, 3]);
        chunk.extend([1, 2, b'k', b'1']);
        chunk.extend([8; 32]);
        chunk.extend([0, 2, 0x80, 0x01]);
        chunk.extend([0; 128]);
        let expected = [Piece { hash: [7; 32], part: (0, 1) }, Piece { hash: [8; 32], part: (0, 2) }];
        assert_eq!(pieces(&chunk).as_deref(), Some(&expected[..]));
        assert_eq!(pieces(&chunk[..50]), None);
        assert_eq!(pieces(b"\x09"), None);
    }
}
