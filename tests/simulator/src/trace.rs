//! The trace of a run: one line for everything that happened, and a digest of all of them.

use std::hash::{DefaultHasher, Hasher};

/// What happened.
pub struct Trace {
    hasher: DefaultHasher,
    lines: Option<Vec<String>>,
}

impl Trace {
    /// Starts a trace; `keep` says whether its lines are wanted, or only its digest.
    pub fn new(keep: bool) -> Self {
        // Always the same keys: the digest is equal in every run of one build.
        Self { hasher: DefaultHasher::new(), lines: keep.then(Vec::new) }
    }

    /// Adds a line.
    pub fn line(&mut self, step: usize, line: &str) {
        self.hasher.write(line.as_bytes());
        self.hasher.write_usize(step);
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{step:>4}  {line}"));
        }
    }

    /// Adds bytes to the digest only.
    pub fn digest(&mut self, bytes: &[u8]) {
        self.hasher.write(bytes);
    }

    /// Returns the digest.
    pub fn hash(&self) -> u64 {
        self.hasher.finish()
    }

    /// Returns the lines, if they were kept.
    pub fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}
