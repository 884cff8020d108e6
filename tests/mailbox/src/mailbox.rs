//! The mailbox: folders of contacts, as the connector's operations and the mailbox's own users see them.
//!
//! From the connector's reference (<https://learn.microsoft.com/en-us/connectors/office365/>) and the contact resource
//! behind it: required keys, three e-mail addresses, a new changeKey with every write, whole lists, times in UTC.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::time::stamp;

/// Keys that clients may write.
const WRITABLE: [&str; 27] = [
    "givenName",
    "surname",
    "middleName",
    "title",
    "generation",
    "nickName",
    "emailAddresses",
    "businessPhones",
    "homePhones",
    "mobilePhone",
    "businessAddress",
    "homeAddress",
    "otherAddress",
    "companyName",
    "department",
    "jobTitle",
    "profession",
    "birthday",
    "businessHomePage",
    "imAddresses",
    "categories",
    "fileAs",
    "initials",
    "officeLocation",
    "assistantName",
    "manager",
    "displayName",
];
const LISTS: [&str; 5] = ["emailAddresses", "businessPhones", "homePhones", "imAddresses", "categories"];
const ADDRESSES: [&str; 3] = ["businessAddress", "homeAddress", "otherAddress"];

/// Why the connector refuses something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 400, with a message.
    Bad(String),
    /// 404.
    NotFound,
}

/// A mailbox.
#[derive(Clone, Debug, Default)]
pub struct Mailbox {
    rows: BTreeMap<String, (String, Map<String, Json>)>,
    made: u64,
    written: u64,
    /// Seconds since the fake's beginning.
    pub now: i64,
    /// How many characters of a key it keeps, for systems that cut.
    pub cuts: BTreeMap<String, usize>,
    /// Whether phones are rewritten as its clients like them.
    pub rewrites_phones: bool,
    /// How many writes were made by flows.
    pub flow_writes: u64,
}

impl Mailbox {
    /// Returns the rows of a folder, by id.
    #[must_use]
    pub fn rows(&self, folder: &str) -> Vec<Json> {
        let of_folder = self.rows.values().filter(|(at, _)| at == folder);
        of_folder.map(|(_, row)| Json::Object(row.clone())).collect()
    }

    /// Returns how many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Says whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the ids of all rows.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.rows.keys().cloned().collect()
    }

    /// Returns a row, as the connector does.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Json> {
        self.rows.get(id).map(|(_, row)| Json::Object(row.clone()))
    }

    /// Returns the folder of a row.
    #[must_use]
    pub fn folder(&self, id: &str) -> Option<&str> {
        self.rows.get(id).map(|(folder, _)| folder.as_str())
    }

    /// Makes a row.
    ///
    /// # Errors
    /// As the connector refuses.
    pub fn create(&mut self, folder: &str, fields: &Json) -> Result<Json, Refusal> {
        let Some(fields) = fields.as_object() else { return Err(Refusal::Bad("no object".into())) };
        for required in ["givenName", "homePhones"] {
            if !fields.contains_key(required) {
                return Err(Refusal::Bad(format!("{required} is required")));
            }
        }
        if fields.get("givenName").and_then(Json::as_str).is_none_or(str::is_empty) {
            return Err(Refusal::Bad("givenName must not be empty".into()));
        }
        self.made += 1;
        let id = format!("AAMk-{:05}=", self.made);
        let mut row = Map::new();
        for key in WRITABLE {
            row.insert(key.into(), Json::Null);
        }
        for key in LISTS {
            row.insert(key.into(), json!([]));
        }
        for key in ADDRESSES {
            row.insert(key.into(), json!({}));
        }
        row.insert("id".into(), json!(id));
        row.insert("createdDateTime".into(), json!(stamp(self.now)));
        row.insert("parentFolderId".into(), json!(folder));
        self.rows.insert(id.clone(), (folder.to_owned(), row));
        match self.write(&id, fields) {
            Ok(row) => Ok(row),
            Err(refusal) => {
                self.rows.remove(&id);
                Err(refusal)
            }
        }
    }

    /// Changes keys of a row; null clears.
    ///
    /// # Errors
    /// As the connector refuses.
    pub fn update(&mut self, id: &str, fields: &Json) -> Result<Json, Refusal> {
        let Some(fields) = fields.as_object() else { return Err(Refusal::Bad("no object".into())) };
        self.write(id, fields)
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// If there is none.
    pub fn delete(&mut self, id: &str) -> Result<(), Refusal> {
        self.rows.remove(id).map(|_| ()).ok_or(Refusal::NotFound)
    }

    /// Moves a row to another folder: its id changes.
    ///
    /// # Errors
    /// If there is none.
    pub fn relocate(&mut self, id: &str, folder: &str) -> Result<String, Refusal> {
        let (_, mut row) = self.rows.remove(id).ok_or(Refusal::NotFound)?;
        self.made += 1;
        let id = format!("AAMk-{:05}=", self.made);
        row.insert("id".into(), json!(id));
        row.insert("parentFolderId".into(), json!(folder));
        self.touch(&mut row);
        self.rows.insert(id.clone(), (folder.to_owned(), row));
        Ok(id)
    }

    /// Puts a row back as it was, as a restored backup does.
    pub fn put_back(&mut self, folder: &str, row: &Json) {
        if let (Some(id), Some(row)) = (row.get("id").and_then(Json::as_str), row.as_object()) {
            self.rows.insert(id.to_owned(), (folder.to_owned(), row.clone()));
        }
    }

    fn write(&mut self, id: &str, fields: &Map<String, Json>) -> Result<Json, Refusal> {
        for (key, value) in fields {
            check(key, value)?;
        }
        let (folder, mut row) = self.rows.get(id).cloned().ok_or(Refusal::NotFound)?;
        for (key, value) in fields {
            let value = self.keep(key, value);
            let nothing = value.is_null() || value.as_str() == Some("");
            if nothing && !LISTS.contains(&key.as_str()) && !ADDRESSES.contains(&key.as_str()) {
                row.insert(key.clone(), Json::Null);
            } else {
                row.insert(key.clone(), value);
            }
        }
        let name = |key: &str| row.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        let display = [name("givenName"), name("surname")].join(" ").trim().to_owned();
        row.insert("displayName".into(), json!(display));
        self.touch(&mut row);
        self.rows.insert(id.to_owned(), (folder, row.clone()));
        Ok(Json::Object(row))
    }

    fn touch(&mut self, row: &mut Map<String, Json>) {
        self.written += 1;
        row.insert("changeKey".into(), json!(format!("EQ-{}", self.written)));
        row.insert("lastModifiedDateTime".into(), json!(stamp(self.now)));
    }

    /// Returns a value as the mailbox keeps it.
    fn keep(&self, key: &str, value: &Json) -> Json {
        let text = |text: &str| {
            let text = match self.cuts.get(key) {
                Some(most) => text.chars().take(*most).collect(),
                None => text.to_owned(),
            };
            if self.rewrites_phones && key.contains("Phone") { rewritten(&text) } else { text }
        };
        match value {
            Json::String(value) if key == "birthday" && !value.is_empty() => {
                json!(format!("{}T00:00:00Z", value.get(..10).unwrap_or(value)))
            }
            Json::String(value) => json!(text(value)),
            Json::Array(list) => list
                .iter()
                .map(|entry| match entry {
                    Json::String(value) => json!(text(value)),
                    Json::Object(object) => {
                        let mut object = object.clone();
                        object.entry("name").or_insert(Json::Null);
                        Json::Object(object)
                    }
                    other => other.clone(),
                })
                .collect(),
            Json::Object(object) => {
                let kept = object.iter().filter(|(_, v)| v.as_str() != Some(""));
                Json::Object(kept.map(|(k, v)| (k.clone(), v.clone())).collect())
            }
            other => other.clone(),
        }
    }
}

fn check(key: &str, value: &Json) -> Result<(), Refusal> {
    if !WRITABLE.contains(&key) {
        return Err(Refusal::Bad(format!("{key} cannot be written")));
    }
    let most = match key {
        "emailAddresses" => 3,
        "businessPhones" | "homePhones" => 2,
        _ => usize::MAX,
    };
    let fits = match value {
        Json::Array(list) => LISTS.contains(&key) && list.len() <= most,
        Json::Object(_) => ADDRESSES.contains(&key),
        Json::String(_) => !LISTS.contains(&key) && !ADDRESSES.contains(&key),
        Json::Null => !LISTS.contains(&key),
        _ => false,
    };
    if fits { Ok(()) } else { Err(Refusal::Bad(format!("{key} is not what it should be"))) }
}

/// Returns a phone number as clients like it: the country in front, the rest in brackets and blanks.
fn rewritten(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let (Some(country), Some(area), Some(rest)) = (digits.get(..2), digits.get(2..4), digits.get(4..)) else {
        return number.to_owned();
    };
    if number.starts_with('+') && !rest.is_empty() { format!("+{country} ({area}) {rest}") } else { number.to_owned() }
}
