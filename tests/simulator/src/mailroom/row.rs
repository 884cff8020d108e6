//! Rows of the mailbox, as its users see them.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::ledger::plain;

/// The lists of numbers.
pub const NUMBERS: [&str; 2] = ["businessPhones", "homePhones"];
/// The keys of single texts.
pub const TEXTS: [&str; 6] = ["givenName", "surname", "jobTitle", "companyName", "department", "mobilePhone"];
/// The addresses.
pub const PLACES: [&str; 3] = ["businessAddress", "homeAddress", "otherAddress"];

/// Returns the text of a key; empty if there is none.
pub fn text(row: &Json, key: &str) -> String {
    row.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// Returns a list of texts, e-mail addresses as such.
pub fn list(row: &Json, key: &str) -> Vec<String> {
    let entries = row.get(key).and_then(Json::as_array).into_iter().flatten();
    let text = |entry: &Json| entry.as_str().or_else(|| entry.get("address")?.as_str()).map(str::to_owned);
    entries.filter_map(text).collect()
}

/// Returns street and city of an address.
pub fn place(row: &Json, key: &str) -> (String, String) {
    row.get(key).map(|place| (text(place, "street"), text(place, "city"))).unwrap_or_default()
}

/// Returns every text that somebody typed into a row; none of no row.
pub fn texts(row: Option<&Json>) -> BTreeSet<String> {
    let Some(row) = row else { return BTreeSet::new() };
    let singles = TEXTS.into_iter().map(|key| text(row, key));
    let lists = NUMBERS.into_iter().chain(["emailAddresses"]).flat_map(|key| list(row, key));
    let places = PLACES.into_iter().map(|key| place(row, key)).flat_map(|(street, city)| [street, city]);
    // A dash stands where the connector insists on a name.
    singles.chain(lists).chain(places).filter(|text| !text.is_empty() && text != "-").map(|text| plain(&text)).collect()
}
