//! Writing: cards to text.
//!
//! The mirror of reading, file by file: `jscontact` rebuilds the nesting, `name` the lists of components, `element` one
//! object, `vcard` goes on from JSContact to content lines. Output is sorted: the same cards give the same bytes.

mod element;
mod entries;
mod jscontact;
mod line;
mod name;
mod structured;
mod vcard;

use crate::{Format, blob::Blobs, card, error::FormatError};
use serde_json::Value as Json;

/// Writes cards (JSON as in `docs/card-json.md`: an array, or one) as a file.
///
/// JSContact is always an array. Bytes that `blobs` does not have are left out; everything else of their element is
/// written.
///
/// # Errors
///
/// `format-card` if the JSON is not cards.
pub fn write(cards: &str, format: Format, blobs: &Blobs) -> Result<String, FormatError> {
    let cards = card::parse(cards)?;
    match format {
        Format::JsContact => {
            let all = cards.iter().map(|card| Json::Object(jscontact::card(card, blobs))).collect();
            let mut text = serde_json::to_string_pretty(&Json::Array(all)).unwrap_or_default();
            text.push('\n');
            Ok(text)
        }
        Format::VCard => Ok(cards.iter().map(|card| vcard::text(card, blobs)).collect()),
    }
}
