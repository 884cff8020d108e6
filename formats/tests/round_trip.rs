//! Promise: what was read is written, in either format, and read again with equal values.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::let_underscore_must_use,
    reason = "a test fails by panicking"
)]

mod support;

use contactmesh_formats::{Draft, Format, Outcome, read, write};
use support::{SAMPLES, cards, values};

fn again(outcome: &Outcome, format: Format) -> Outcome {
    let text = write(&cards(&outcome.drafts), format, &outcome.blobs).unwrap();
    let second = read(text.as_bytes(), Some(format));
    assert_eq!(second.report.error, None, "{text}");
    assert_eq!(second.report.missing, [], "{text}");
    second
}

fn assert_same(what: &str, first: &[Draft], second: &[Draft]) {
    assert_eq!(first.len(), second.len(), "{what}");
    for (place, (first, second)) in first.iter().zip(second).enumerate() {
        let (before, after) = (values(first), values(second));
        let lost: Vec<_> = before.iter().filter(|value| !after.contains(value)).collect();
        let new: Vec<_> = after.iter().filter(|value| !before.contains(value)).collect();
        assert!(before == after, "{what}, card {place}\nlost: {lost:#?}\nnew: {new:#?}");
    }
}

#[test]
fn each_sample_reads_without_a_missing_value() {
    for (name, bytes) in SAMPLES {
        let outcome = read(bytes, None);
        assert_eq!(outcome.report.error, None, "{name}");
        assert_eq!(outcome.report.missing, [], "{name}");
        assert!((5..=8).contains(&outcome.drafts.len()), "{name}: {}", outcome.drafts.len());
    }
}

#[test]
fn each_sample_survives_jscontact_and_vcard() {
    for (name, bytes) in SAMPLES {
        let first = read(bytes, None);
        let second = again(&first, Format::JsContact);
        assert_same(&format!("{name} as JSContact"), &first.drafts, &second.drafts);
        assert_eq!(first.blobs, second.blobs, "{name}");
        let third = again(&second, Format::VCard);
        assert_same(&format!("{name} as vCard"), &first.drafts, &third.drafts);
        assert_eq!(first.blobs, third.blobs, "{name}");
        let fourth = again(&third, Format::JsContact);
        assert_same(&format!("{name} back as JSContact"), &first.drafts, &fourth.drafts);
    }
}

#[test]
fn the_same_cards_give_the_same_bytes() {
    for (_, bytes) in SAMPLES {
        let outcome = read(bytes, None);
        for format in [Format::VCard, Format::JsContact] {
            let text = || write(&cards(&outcome.drafts), format, &outcome.blobs).unwrap();
            assert_eq!(text(), text());
        }
        assert_eq!(read(bytes, None), outcome);
    }
}

#[test]
fn lines_are_folded_at_75_octets_and_end_in_crlf() {
    for (_, bytes) in SAMPLES {
        let outcome = read(bytes, None);
        let text = write(&cards(&outcome.drafts), Format::VCard, &outcome.blobs).unwrap();
        assert!(text.ends_with("END:VCARD\r\n"));
        for line in text.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
            assert!(!line.contains(['\r', '\n']), "{line:?}");
        }
    }
}
