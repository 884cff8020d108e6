//! Paths: the address of one value in a card (format.md, section 1). Refuses what the grammar does not allow.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use crate::error::{Code, Error, Result};

const MAX_BYTES: usize = 120;
const MAX_SEGMENTS: usize = 5;
const MAX_SEGMENT_BYTES: usize = 40;
/// Names that replace prototypes in careless JavaScript.
const FORBIDDEN: [&str; 3] = ["__proto__", "prototype", "constructor"];

/// A checked path: 1 to 5 segments joined by `/`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Box<str>);

impl Path {
    /// Checks a text against the grammar.
    ///
    /// # Errors
    /// `bad-path`, saying which rule the text breaks.
    pub fn new(text: impl Into<Box<str>>) -> Result<Self> {
        let text = text.into();
        Self::check(&text)?;
        Ok(Self(text))
    }

    /// Checks a text without keeping it.
    ///
    /// # Errors
    /// `bad-path`, saying which rule the text breaks.
    pub fn check(text: &str) -> Result<()> {
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

    /// Returns the path below this one.
    ///
    /// # Errors
    /// `bad-path` if it would be too long or `leaf` is not legal.
    pub fn join(&self, leaf: &str) -> Result<Self> {
        Self::new(format!("{}/{leaf}", self.0))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
