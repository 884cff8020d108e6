//! Reading: bytes to drafts and a report.
//!
//! Finds out what a file is, reads its cards one by one, and counts what was kept. A mistake is put in the report
//! beside everything that could be read: this module never gives up a whole file for one card.

mod aside;
mod element;
mod jscontact;
mod known;
mod name;
mod vcard;

pub(crate) use element::{DATA_REFERENCE, TEXT_REFERENCE, plain_label};
pub(crate) use known::{kinds_of as known_kinds, meaning};

use crate::{
    Format,
    blob::Blobs,
    draft::Draft,
    error::{ErrorCode, FormatError},
    lines,
    report::{self, Report, Truncated},
    text,
};
use serde_json::Value as Json;

/// What a file held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// The cards, in the order of the file.
    pub drafts: Vec<Draft>,
    /// The bytes the drafts name.
    pub blobs: Blobs,
    /// What was kept, per property, and what went wrong.
    pub report: Report,
}

/// Reads a file; without a format, finds out which it is.
///
/// Cards that are complete are returned even if the file ends inside the next one; that card is left out whole, and
/// the report says where it begins.
#[must_use]
pub fn read(bytes: &[u8], format: Option<Format>) -> Outcome {
    let text = text::decode(bytes);
    let mut outcome = Outcome::default();
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty() {
        outcome.report.error = Some(FormatError::new(
            ErrorCode::Empty,
            "Read a contact file with nothing in it. Export the contacts again and check that the file has a size.",
        ));
        return outcome;
    }
    let Some(format) = format.or_else(|| detect(&text)) else {
        outcome.report.error = Some(FormatError::new(
            ErrorCode::Unknown,
            "Read a file that is neither a vCard (no line BEGIN:VCARD) nor JSContact (no JSON). Choose a .vcf or \
             JSContact file, or export the contacts as vCard.",
        ));
        return outcome;
    };
    outcome.report.format = Some(format.as_str());
    match format {
        Format::VCard => read_vcards(&text, &mut outcome),
        Format::JsContact => read_jscontact(&text, &mut outcome),
    }
    outcome.report.cards = outcome.drafts.len();
    outcome
}

fn detect(text: &str) -> Option<Format> {
    if text.trim_start().starts_with(['{', '[']) {
        return Some(Format::JsContact);
    }
    text.lines()
        .any(|line| {
            line.split_once(':').is_some_and(|(name, value)| {
                name.trim().eq_ignore_ascii_case("BEGIN") && value.trim().eq_ignore_ascii_case("VCARD")
            })
        })
        .then_some(Format::VCard)
}

fn read_vcards(text: &str, outcome: &mut Outcome) {
    let cut = lines::cut(text);
    for (place, card) in cut.cards.iter().enumerate() {
        let mut draft = vcard::draft(card, &mut outcome.blobs);
        let mut found = report::look_up(&card.lines, &draft);
        if found.iter().any(report::Found::is_missing) {
            vcard::rescue(&card.lines, &found, &mut draft, &mut outcome.blobs);
            found = report::look_up(&card.lines, &draft);
        }
        report::add_all(&card.lines, found, place, &mut outcome.report);
        outcome.drafts.push(draft);
    }
    let complete = cut.cards.len();
    if let Some(&line) = cut.open.first() {
        outcome.report.truncated = Some(Truncated { line, cards: cut.open.len() });
        outcome.report.error = Some(FormatError::new(
            ErrorCode::Truncated,
            format!(
                "Read a vCard file whose card beginning on line {line} has no END:VCARD: the file is cut off. The \
                 {complete} complete cards were read; export or copy the file again to get the rest."
            ),
        ));
    } else if complete == 0 {
        outcome.report.error = Some(FormatError::new(
            ErrorCode::NoCard,
            "Read a file as vCard that has no card in it (no line BEGIN:VCARD). Choose another file or another format.",
        ));
    }
}

fn read_jscontact(text: &str, outcome: &mut Outcome) {
    let json: Json = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            let code = if error.is_eof() { ErrorCode::Truncated } else { ErrorCode::Syntax };
            outcome.report.error = Some(FormatError::new(
                code,
                format!("Read a file as JSContact that is no JSON: {error}. Export the contacts again."),
            ));
            return;
        }
    };
    let cards = match json {
        Json::Array(cards) => cards,
        Json::Object(mut object) => match object.remove("cards") {
            Some(Json::Array(cards)) => cards,
            Some(other) => {
                object.insert("cards".into(), other);
                vec![Json::Object(object)]
            }
            None => vec![Json::Object(object)],
        },
        _ => Vec::new(),
    };
    let mut strange = 0;
    for card in cards {
        match card {
            Json::Object(card) if is_card(&card) => {
                let place = outcome.drafts.len();
                let draft = jscontact::draft(card.clone(), &jscontact::Order::default(), &mut outcome.blobs);
                report::count_json(&card, &draft, place, &mut outcome.report);
                outcome.drafts.push(draft);
            }
            _ => strange += 1,
        }
    }
    if outcome.drafts.is_empty() {
        outcome.report.error = Some(FormatError::new(
            ErrorCode::NoCard,
            "Read JSON without a JSContact card in it (an object with @type Card, or with a name, e-mail or phone). \
             Choose another file.",
        ));
    } else if strange > 0 {
        outcome.report.error = Some(FormatError::new(
            ErrorCode::Syntax,
            format!("Read a JSContact file in which {strange} entries are no cards; the others were read."),
        ));
    }
}

fn is_card(object: &crate::path::Object) -> bool {
    match object.get("@type") {
        Some(kind) => kind == "Card",
        None => ["name", "uid", "emails", "phones", "organizations"].iter().any(|name| object.contains_key(*name)),
    }
}
