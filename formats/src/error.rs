//! What can be wrong with a file, as data with a stable code.
//!
//! A message says what was being read and what to do next. This module decides nothing: whoever finds the mistake
//! chooses the code.

use serde::Serialize;

/// Why a file, or a part of one, could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormatError {
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// What was being done and what to do, for people.
    pub message: String,
}

/// The kinds of mistakes; their names never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ErrorCode {
    /// Neither a vCard nor JSContact.
    #[serde(rename = "format-unknown")]
    Unknown,
    /// Nothing in the file.
    #[serde(rename = "format-empty")]
    Empty,
    /// The right format, but no card in it.
    #[serde(rename = "format-no-card")]
    NoCard,
    /// The file ends inside a card.
    #[serde(rename = "format-truncated")]
    Truncated,
    /// Not JSON, or JSON of another shape.
    #[serde(rename = "format-syntax")]
    Syntax,
    /// The cards to be written are not cards as JSON.
    #[serde(rename = "format-card")]
    Card,
}

impl ErrorCode {
    /// Returns the stable spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "format-unknown",
            Self::Empty => "format-empty",
            Self::NoCard => "format-no-card",
            Self::Truncated => "format-truncated",
            Self::Syntax => "format-syntax",
            Self::Card => "format-card",
        }
    }
}

impl FormatError {
    /// Makes an error.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for FormatError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_spelled_the_same_everywhere() {
        for code in [
            ErrorCode::Unknown,
            ErrorCode::Empty,
            ErrorCode::NoCard,
            ErrorCode::Truncated,
            ErrorCode::Syntax,
            ErrorCode::Card,
        ] {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.as_str()));
        }
    }
}
