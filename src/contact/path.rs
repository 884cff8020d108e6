//! Paths: the address of one value in a card (format.md, section 1). Refuses what the grammar does not allow.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::error::{Code, Error, Result};

const MAX_BYTES: usize = 120;
const MAX_SEGMENTS: usize = 5;
const MAX_SEGMENT_BYTES: usize = 40;
/// Names that replace prototypes in careless JavaScript.
const FORBIDDEN: [&str; 3] = ["__proto__", "prototype", "constructor"];

/// A checked path: 1 to 5 segments joined by `/`. Shared, because every operation and register holds one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Path(Arc<str>);

impl Path {
    /// Checks a text against the grammar.
    ///
    /// # Errors
    /// `bad-path`, saying which rule the text breaks.
    pub fn new(text: impl Into<Arc<str>>) -> Result<Self> {
        let text = text.into();
        Self::check(&text)?;
        Ok(Self(text))
    }

    /// Checks a text without keeping it.
    ///
    /// # Errors
    /// `bad-path`, saying which rule the text breaks.
    pub fn check(text: &str) -> Result<()> {
        if is_plain(text) {
            return Ok(());
        }
        if text.len() > MAX_BYTES {
            let start: String = text.chars().take(40).collect();
            return Err(bad(&start, "is longer than 120 bytes"));
        }
        let mut segments = 0;
        for segment in text.split('/') {
            segments += 1;
            check_segment(segment).map_err(|_| {
                bad(text, "has a segment that is not 1 to 40 letters, digits, `_` or `-`, or is a forbidden name")
            })?;
        }
        if segments > MAX_SEGMENTS {
            return Err(bad(text, "has more than 5 segments"));
        }
        Ok(())
    }

    /// Returns the path made of segments, or groups of them, joined by `/`.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(parts: &[&str]) -> Result<Self> {
        Self::new(joined(parts))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says in one pass that a text is a path; of the rest, [`Path::check`] finds out which rule it breaks.
fn is_plain(text: &str) -> bool {
    let (mut start, mut segments) = (0, 1);
    let legal_until = |start: usize, end: usize| {
        let length = end - start;
        // Only a segment as long as a forbidden name is compared with them.
        let forbidden = matches!(length, 9 | 11) && text.get(start..end).is_some_and(|s| FORBIDDEN.contains(&s));
        (1..=MAX_SEGMENT_BYTES).contains(&length) && !forbidden
    };
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'/' if legal_until(start, at) => (start, segments) = (at + 1, segments + 1),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => {}
            _ => return false,
        }
    }
    legal_until(start, text.len()) && segments <= MAX_SEGMENTS && text.len() <= MAX_BYTES
}

/// Returns texts joined by `/`. Not `format!`, which takes ten times as long.
#[must_use]
pub fn joined(parts: &[&str]) -> String {
    let mut out = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts {
        if !out.is_empty() {
            out.push('/');
        }
        out.push_str(part);
    }
    out
}

/// Checks a single segment: a card id, an element id, a system name.
///
/// # Errors
/// `bad-path`, if it is not 1 to 40 of `[A-Za-z0-9_-]` or is a forbidden name.
pub fn check_segment(segment: &str) -> Result<()> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if segment.is_empty()
        || segment.len() > MAX_SEGMENT_BYTES
        || !segment.bytes().all(legal)
        || FORBIDDEN.contains(&segment)
    {
        let start: String = segment.chars().take(40).collect();
        return Err(bad(&start, "is not 1 to 40 letters, digits, `_` or `-`, or is a forbidden name"));
    }
    Ok(())
}

fn bad(text: &str, why: &str) -> Error {
    Error::new(Code::BadPath, format!("path `{text}` {why}"))
}

impl Ord for Path {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares as `str` does, but eight bytes at a time: WebAssembly compares memory byte by byte, and the paths of a card
/// begin alike.
#[must_use]
pub fn compare(a: &str, b: &str) -> Ordering {
    let ((a, a_rest), (b, b_rest)) = (a.as_bytes().as_chunks::<8>(), b.as_bytes().as_chunks::<8>());
    for (x, y) in a.iter().zip(b) {
        if x != y {
            return u64::from_be_bytes(*x).cmp(&u64::from_be_bytes(*y));
        }
    }
    let common = a.len().min(b.len());
    let tail = |chunks: &[[u8; 8]], rest: &[u8]| -> ([u8; 8], usize) {
        // Once one side has no whole chunk left, what follows on both is shorter than eight bytes or decided by length.
        let mut out = [0; 8];
        let from = chunks.get(common).map_or(rest, |chunk| chunk.as_slice());
        out.iter_mut().zip(from).for_each(|(to, byte)| *to = *byte);
        (out, chunks.len() * 8 + rest.len())
    };
    let ((x, x_len), (y, y_len)) = (tail(a, a_rest), tail(b, b_rest));
    u64::from_be_bytes(x).cmp(&u64::from_be_bytes(y)).then(x_len.cmp(&y_len))
}

impl Deref for Path {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Path {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_ascend_as_texts_do() {
        let words =
            ["", "a", "abcdefg", "abcdefgh", "abcdefgha", "abcdefgi", "abcdefghabcdefgh", "abcdefgh\0", "\0", "ab/c"];
        for a in words {
            for b in words {
                assert_eq!(compare(a, b), a.cmp(b), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn one_pass_and_the_rules_one_by_one_agree() {
        let long = ["a".repeat(40), "a".repeat(41)];
        let words = [
            "",
            "a",
            "x_-9Z",
            "__proto__",
            "prototype",
            "constructor",
            "addresses",
            "\u{e4}",
            "a b",
            &long[0],
            &long[1],
        ];
        let legal = |text: &str| {
            let segments: Vec<&str> = text.split('/').collect();
            text.len() <= MAX_BYTES
                && segments.len() <= MAX_SEGMENTS
                && segments.iter().all(|s| check_segment(s).is_ok())
        };
        for a in words {
            assert_eq!(is_plain(a), legal(a), "{a}");
            for b in words {
                for rest in ["", "/", "/x", "/x/y", "/x/y/z", "/x/y/z/w", "/constructor", &format!("/{}", long[0])] {
                    let text = format!("{a}/{b}{rest}");
                    assert_eq!(is_plain(&text), legal(&text), "{text}");
                    assert_eq!(Path::check(&text).is_ok(), legal(&text), "{text}");
                }
            }
        }
    }
}
