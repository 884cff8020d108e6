//! Drafts: cards as a format reader hands them to an engine, without ids.
//!
//! The shape is `docs/card-json.md`. A draft never holds an empty text, a float, a presence register or an order key;
//! whatever would not fit a path or a value of the document format is not put here by this type but by `path`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One card on its way in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The UID the source gave the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Single values and name leaves, by path.
    pub fields: BTreeMap<String, Value>,
    /// Multi-valued entries, in the order of the source.
    pub elements: Vec<Element>,
}

/// One entry of a draft: an e-mail address, a phone, a photo …
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// The element kind of the document format, as in `emails`.
    pub kind: String,
    /// Leaves, relative to the element.
    pub fields: BTreeMap<String, Value>,
    /// Whether this is the primary one of its kind.
    #[serde(default, skip_serializing_if = "is_false")]
    pub primary: bool,
}

/// A value of a draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A switch.
    Bool(bool),
    /// A safe integer.
    Int(i64),
    /// A non-empty text.
    Text(String),
    /// Another element of the same draft, by its place in `elements`.
    Reference {
        /// The place.
        element: usize,
    },
}

impl Value {
    /// Returns the text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Element {
    /// Makes an element without leaves.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        Self { kind: kind.to_owned(), ..Self::default() }
    }

    /// Returns a leaf's text.
    #[must_use]
    pub fn text(&self, leaf: &str) -> Option<&str> {
        self.fields.get(leaf).and_then(Value::as_text)
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}
