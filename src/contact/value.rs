//! Values: the four scalars a register may hold (format.md, section 1). Refuses everything else.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::error::{Code, Error, Result};

/// The longest text, in bytes.
pub const MAX_STR: usize = 65_536;
/// The greatest integer that JavaScript holds exactly.
pub const MAX_INT: i64 = 9_007_199_254_740_991;

/// One atomic value. `Null` says: cleared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// The field was cleared.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer within ±(2^53 − 1).
    Int(i64),
    /// A text of 1 to 65,536 bytes.
    Str(Arc<str>),
}

impl Value {
    /// Makes a text value; the empty text becomes `Null`.
    ///
    /// # Errors
    /// `bad-value` if the text is longer than 65,536 bytes.
    pub fn text(text: impl Into<Arc<str>>) -> Result<Self> {
        let text = text.into();
        if text.is_empty() {
            return Ok(Self::Null);
        }
        if text.len() > MAX_STR {
            return Err(Error::new(
                Code::BadValue,
                format!("a text of {} bytes is longer than 65,536; shorten it, or attach it as a file", text.len()),
            ));
        }
        Ok(Self::Str(text))
    }

    /// Makes an integer value.
    ///
    /// # Errors
    /// `bad-value` beyond ±(2^53 − 1).
    pub fn int(number: i64) -> Result<Self> {
        if (-MAX_INT..=MAX_INT).contains(&number) {
            Ok(Self::Int(number))
        } else {
            Err(Error::new(Code::BadValue, format!("the number {number} is beyond 2^53 − 1; store it as text")))
        }
    }

    /// Reads a value from JSON: null, a boolean, an integer or a text.
    ///
    /// # Errors
    /// `bad-value` for anything else.
    pub fn from_json(json: &serde_json::Value) -> Result<Self> {
        match json {
            serde_json::Value::Null => Ok(Self::Null),
            serde_json::Value::Bool(b) => Ok(Self::Bool(*b)),
            serde_json::Value::String(text) => Self::text(text.as_str()),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(int) => Self::int(int),
                None => Err(Error::new(Code::BadValue, format!("{number} is not a whole number; store it as text"))),
            },
            _ => Err(Error::new(
                Code::BadValue,
                "a value is a text, a whole number, true, false or null; write one path for each leaf",
            )),
        }
    }

    /// Returns the text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Says whether the value is `Null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the value as people read it; empty for `Null`.
    #[must_use]
    pub fn to_plain(&self) -> String {
        self.plain().into_owned()
    }

    /// As [`Self::to_plain`], without a copy of a text.
    #[must_use]
    pub fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Int(number) => Cow::Owned(number.to_string()),
            Self::Str(text) => Cow::Borrowed(text),
        }
    }

    /// Returns the type number of format.md, section 2.
    #[must_use]
    pub fn type_code(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(false) => 1,
            Self::Bool(true) => 2,
            Self::Int(_) => 4,
            Self::Str(_) => 6,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Str(text) => serializer.serialize_str(text),
        }
    }
}
