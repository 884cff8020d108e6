//! Drafts: a person as a file describes them, without ids (docs/card-json.md). Checks the shape; decides nothing.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{ID, Path, STATE, Value, check_segment, joined};
use crate::error::{Code, Error, Result};
use crate::sorted::sort_by;

/// A person as a format reader hands them in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The UID the source gave the person.
    pub uid: Option<String>,
    /// Single values and leaves of the name, ascending by path.
    pub fields: Vec<(Path, Value)>,
    /// Multi-valued entries, in display order.
    pub elements: Vec<DraftElement>,
}

/// One multi-valued entry of a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftElement {
    /// Its kind, such as `emails`.
    pub kind: String,
    /// Its leaves, ascending by path below the element.
    pub fields: Vec<(String, DraftValue)>,
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
    fields: Fields,
    #[serde(default)]
    elements: Vec<JsonElement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonElement {
    kind: String,
    fields: Fields,
    #[serde(default)]
    primary: bool,
}

/// The entries of a JSON object, ascending by name; of a name that is there twice, the last one. A list, because it is
/// read once, from one end to the other.
#[derive(Default)]
pub struct Fields(Vec<(String, serde_json::Value)>);

impl Fields {
    /// Takes the entries out.
    #[must_use]
    pub fn into_entries(self) -> Vec<(String, serde_json::Value)> {
        self.0
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Fields, A::Error> {
        let mut entries: Vec<(usize, (String, serde_json::Value))> = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push((entries.len(), entry));
        }
        sort_by(&mut entries, |(m, (a, _)), (n, (b, _))| (a, m) < (b, n));
        let mut out: Vec<(String, serde_json::Value)> = Vec::with_capacity(entries.len());
        for (_, entry) in entries {
            match out.last_mut() {
                Some(last) if last.0 == entry.0 => *last = entry,
                _ => out.push(entry),
            }
        }
        Ok(Fields(out))
    }
}

impl Draft {
    /// Returns the value of a field.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<&Value> {
        self.fields.iter().find(|(other, _)| other.as_str() == path).map(|(_, value)| value)
    }

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
        let mut fields = Vec::with_capacity(raw.fields.0.len());
        for (path, json) in raw.fields.0 {
            if path == ID || path == STATE {
                return Err(Error::new(Code::BadInput, format!("`{path}` is never in a draft; see docs/card-json.md")));
            }
            fields.push((Path::new(path)?, Value::from_json(&json)?));
        }
        let count = raw.elements.len();
        let elements = raw.elements.into_iter().map(|e| DraftElement::checked(e, count)).collect::<Result<_>>()?;
        Ok(Self { uid: raw.uid.filter(|uid| !uid.trim().is_empty()), fields, elements })
    }
}

impl DraftElement {
    fn checked(raw: JsonElement, count: usize) -> Result<Self> {
        check_segment(&raw.kind)?;
        let mut fields = Vec::with_capacity(raw.fields.0.len());
        for (leaf, json) in raw.fields.0 {
            Path::check(&joined(&[&raw.kind, "xxxxxxxx", &leaf]))?;
            fields.push((leaf, DraftValue::checked(&json, count)?));
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
