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
            // One card after the other: the trees of ten thousand at once take more memory than the rest together.
            let all: Vec<String> = cards
                .iter()
                .map(|card| serde_json::to_string_pretty(&jscontact::card(card, blobs)).unwrap_or_default())
                .collect();
            Ok(format!("[\n{}\n]\n", all.join(",\n")))
        }
        Format::VCard => Ok(cards.iter().map(|card| vcard::text(card, blobs)).collect()),
    }
}
