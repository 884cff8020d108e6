//! Columns: run-length coding with one form for one content (format.md, section 2).
//!
//! Refuses every second spelling, so that a change that was read is byte for byte the change that the encoder writes.

use crate::wire::{Cursor, Malformed};

type Result<T> = std::result::Result<T, Malformed>;

/// Reads a whole run-length coded column of at most `most` values.
pub(super) fn run_length<'a, T: PartialEq + Clone>(
    bytes: &'a [u8],
    most: usize,
    mut value: impl FnMut(&mut Cursor<'a>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut cursor = Cursor::new(bytes);
    let mut out: Vec<T> = Vec::new();
    let mut after_literals = false;
    while !cursor.is_empty() {
        let head = cursor.signed()?;
        let count = usize::try_from(head.unsigned_abs()).map_err(|_| Malformed("a column is too long"))?;
        if count > most.saturating_sub(out.len()) {
            return Err(Malformed("a column is too long"));
        }
        match head {
            0 => return Err(Malformed("a column holds a null")),
            1 => return Err(Malformed("a run has one value")),
            2.. => {
                let one = value(&mut cursor)?;
                if out.last() == Some(&one) {
                    return Err(Malformed("a run continues what stands before it"));
                }
                out.extend(std::iter::repeat_n(one, count));
                after_literals = false;
            }
            _ => {
                if after_literals {
                    return Err(Malformed("two groups of literals touch"));
                }
                out.reserve(count.min(cursor.len()));
                for _ in 0..count {
                    let one = value(&mut cursor)?;
                    if out.last() == Some(&one) {
                        return Err(Malformed("two neighbouring literals are equal"));
                    }
                    out.push(one);
                }
                after_literals = true;
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bytes: &[u8]) -> Result<Vec<u64>> {
        run_length(bytes, 10, Cursor::unsigned)
    }

    #[test]
    fn one_content_has_one_spelling() {
        assert_eq!(numbers(&[3, 7, 0x7e, 1, 2]), Ok(vec![7, 7, 7, 1, 2]));
        assert_eq!(numbers(&[]), Ok(vec![]));
        for (bytes, why) in [
            (&[1, 7][..], "a run has one value"),
            (&[0, 2], "a column holds a null"),
            (&[2, 7, 2, 7], "a run continues what stands before it"),
            (&[0x7f, 7, 2, 7], "a run continues what stands before it"),
            (&[0x7f, 7, 0x7f, 8], "two groups of literals touch"),
            (&[0x7e, 7, 7], "two neighbouring literals are equal"),
            (&[2, 7, 0x7f, 7], "two neighbouring literals are equal"),
            (&[11, 7], "a column is too long"),
            (&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], "a column is too long"),
            (&[2], "it ends early"),
        ] {
            assert_eq!(numbers(bytes), Err(Malformed(why)), "{bytes:?}");
        }
    }
}
