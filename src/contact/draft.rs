//! Drafts: a person as a file describes them, without ids (docs/card-json.md). Checks the shape; decides nothing.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Path, Value, check_segment};
use crate::error::{Code, Error, Result};

/// A person as a format reader hands them in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The UID the source gave the person.
    pub uid: Option<String>,
    /// Single values and leaves of the name, by path.
    pub fields: BTreeMap<Path, Value>,
    /// Multi-valued entries, in display order.
    pub elements: Vec<DraftElement>,
}

/// One multi-valued entry of a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftElement {
    /// Its kind, such as `emails`.
    pub kind: String,
    /// Its leaves, by path below the element.
    pub fields: BTreeMap<String, DraftValue>,
    /// Whether it is the primary one of its kind.
    pub primary: bool,
}

/// A leaf of a draft element.
#[derive(Clone, Debug, PartialEq)]
pub enum DraftValue {
    /// A value.
    Value(Value),
    /// The id that another element of the draft will get.
    Element(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonDraft {
    uid: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    elements: Vec<JsonElement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonElement {
    kind: String,
    fields: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    primary: bool,
}

impl Draft {
    /// Reads a JSON array of drafts.
    ///
    /// # Errors
    /// `bad-input`, `bad-path` or `bad-value`, naming the draft by its position.
    pub fn list_from_json(json: &str) -> Result<Vec<Self>> {
        let raw: Vec<JsonDraft> = serde_json::from_str(json)
            .map_err(|e| Error::new(Code::BadInput, format!("reading drafts: {e}; see docs/card-json.md")))?;
        raw.into_iter()
            .enumerate()
            .map(|(n, draft)| Self::checked(draft).map_err(|e| e.context(&format!("reading draft {}", n + 1))))
            .collect()
    }

    fn checked(raw: JsonDraft) -> Result<Self> {
        let mut fields = BTreeMap::new();
        for (path, json) in raw.fields {
            fields.insert(Path::new(path)?, Value::from_json(&json)?);
        }
        let count = raw.elements.len();
        let elements = raw.elements.into_iter().map(|e| DraftElement::checked(e, count)).collect::<Result<_>>()?;
        Ok(Self { uid: raw.uid.filter(|uid| !uid.trim().is_empty()), fields, elements })
    }
}

impl DraftElement {
    fn checked(raw: JsonElement, count: usize) -> Result<Self> {
        check_segment(&raw.kind)?;
        let mut fields = BTreeMap::new();
        for (leaf, json) in raw.fields {
            Path::check(&format!("{}/xxxxxxxx/{leaf}", raw.kind))?;
            fields.insert(leaf, DraftValue::checked(&json, count)?);
        }
        Ok(Self { kind: raw.kind, fields, primary: raw.primary })
    }
}

impl DraftValue {
    fn checked(json: &serde_json::Value, count: usize) -> Result<Self> {
        let Some(reference) = json.get("element") else {
            return Ok(Self::Value(Value::from_json(json)?));
        };
        let position = reference.as_u64().and_then(|n| usize::try_from(n).ok());
        match position.filter(|n| *n < count) {
            Some(n) => Ok(Self::Element(n)),
            None => Err(Error::new(
                Code::BadInput,
                format!("`element` {reference} is not the position of an element; positions start at 0"),
            )),
        }
    }
}
