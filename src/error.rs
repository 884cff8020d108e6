//! The one error type of the engine: a stable code, what was being done to what, and what to do now.
//!
//! Codes are for programs and never change; messages are for people and may. Conflicts, refused
//! changes and plans are data, not errors.

use std::fmt;

/// What went wrong, as a stable word that programs may compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// An argument does not have the promised shape.
    BadInput,
    /// A path breaks the grammar of format.md, section 1.
    BadPath,
    /// A value is not one of those a register may hold.
    BadValue,
    /// A change breaks format.md, section 2.
    ChangeMalformed,
    /// A change breaks format.md, section 3.
    ChangeRefused,
    /// A chunk breaks format.md, section 6.
    ChunkMalformed,
    /// A chunk or record was written by a later version.
    Newer,
    /// No card has this id.
    CardUnknown,
    /// The card is deleted; it can be restored.
    CardDeleted,
    /// The revision token does not belong to this card.
    RevisionUnknown,
    /// The register is not in conflict, or has no such candidate.
    NotInConflict,
    /// A record of the store does not say what its key promises.
    StoreDamaged,
    /// The waiting room or the quarantine is full.
    RoomFull,
    /// The book has no connection to a system of this name.
    SystemUnknown,
    /// Another replica drives the system.
    NotDriver,
    /// A flow's answer is none of those that the contract knows.
    BadAnswer,
}

impl Code {
    /// Returns the code as written in JSON and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadInput => "bad-input",
            Self::BadPath => "bad-path",
            Self::BadValue => "bad-value",
            Self::ChangeMalformed => "change-malformed",
            Self::ChangeRefused => "change-refused",
            Self::ChunkMalformed => "chunk-malformed",
            Self::Newer => "newer",
            Self::CardUnknown => "card-unknown",
            Self::CardDeleted => "card-deleted",
            Self::RevisionUnknown => "revision-unknown",
            Self::NotInConflict => "not-in-conflict",
            Self::StoreDamaged => "store-damaged",
            Self::RoomFull => "room-full",
            Self::SystemUnknown => "system-unknown",
            Self::NotDriver => "not-driver",
            Self::BadAnswer => "bad-answer",
        }
    }
}

/// An error of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    message: String,
}

impl Error {
    /// Creates an error; `message` says what was being done to what, and what to do now.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// Returns the message for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Puts what was being done in front of the message.
    #[must_use]
    pub fn context(mut self, doing: &str) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code.as_str())
    }
}

impl std::error::Error for Error {}

/// The result of an engine call.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_what_was_done_and_its_code() {
        let error = Error::new(Code::BadPath, "path `a//b` has an empty segment").context("editing card k1");
        assert_eq!(error.to_string(), "editing card k1: path `a//b` has an empty segment (bad-path)");
        assert_eq!(error.code(), Code::BadPath);
    }
}
