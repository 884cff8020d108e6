//! Promise: no input makes it panic, no value breaks out of its line, and nothing is lost in silence.
#![cfg(not(target_arch = "wasm32"))]
#![recursion_limit = "256"]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::let_underscore_must_use,
    reason = "a test fails by panicking"
)]

mod support;

use contactmesh_formats::{Blobs, ErrorCode, Format, Value, count, read, scan, write};
use proptest::prelude::*;
use serde_json::json;
use support::{SAMPLES, cards, values};

fn code(bytes: &[u8]) -> Option<ErrorCode> {
    read(bytes, None).report.error.map(|error| error.code)
}

/// Reads, writes in both formats, and reads that again.
fn all_ways(bytes: &[u8]) {
    for format in [None, Some(Format::VCard), Some(Format::JsContact)] {
        let outcome = read(bytes, format);
        assert!(!outcome.drafts.is_empty() || outcome.report.error.is_some());
        for format in [Format::VCard, Format::JsContact] {
            let text = write(&cards(&outcome.drafts), format, &outcome.blobs).unwrap();
            let _ = read(text.as_bytes(), Some(format));
        }
    }
}

#[test]
fn files_that_are_none_have_a_code_and_say_what_to_do() {
    assert_eq!(code(b""), Some(ErrorCode::Empty));
    assert_eq!(code(b" \r\n\0\0"), Some(ErrorCode::Empty));
    assert_eq!(code(b"\xff\xd8\xff\xe0 a picture"), Some(ErrorCode::Unknown));
    assert_eq!(code(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), Some(ErrorCode::Unknown));
    assert_eq!(code(b"[]"), Some(ErrorCode::NoCard));
    assert_eq!(code(b"{\"a\":1}"), Some(ErrorCode::NoCard));
    assert_eq!(code(b"[{\"@type\":\"Card\""), Some(ErrorCode::Truncated));
    assert_eq!(code(b"{]"), Some(ErrorCode::Syntax));
    let told = read(b"hello", Some(Format::VCard)).report.error.unwrap();
    assert_eq!(told.code, ErrorCode::NoCard);
    assert!(told.message.contains("BEGIN:VCARD") && told.message.contains("Choose"), "{told}");
}

#[test]
fn half_a_file_gives_its_complete_cards_and_says_where_it_ends() {
    let (_, google) = SAMPLES[2];
    let whole = read(google, None);
    let cut = read(&google[..google.len() - 40], None);
    assert_eq!(cut.drafts[..], whole.drafts[..whole.drafts.len() - 1]);
    let error = cut.report.error.unwrap();
    assert_eq!(error.code, ErrorCode::Truncated);
    assert!(error.message.contains("7 complete cards"), "{error}");
    assert_eq!(cut.report.truncated.unwrap().cards, 1);
}

#[test]
fn a_sample_cut_at_every_byte_never_panics() {
    let (_, iphone) = SAMPLES[1];
    for end in 0..iphone.len() {
        let outcome = read(&iphone[..end], None);
        assert!(outcome.report.error.is_some() || !outcome.drafts.is_empty(), "{end}");
    }
}

#[test]
fn strange_files_never_panic() {
    all_ways(&[0; 1_000]);
    all_ways(format!("BEGIN:VCARD\nNOTE:{}\nEND:VCARD\n", "x".repeat(1 << 20)).as_bytes());
    all_ways(format!("BEGIN:VCARD\nX{}:1\nEND:VCARD\n", ";A=\"".repeat(50_000)).as_bytes());
    all_ways("BEGIN:VCARD\n".repeat(5_000).as_bytes());
    all_ways(format!("{}{}", "BEGIN:VCARD\nAGENT:\n".repeat(5_000), "END:VCARD\n".repeat(5_000)).as_bytes());
    all_ways(format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)).as_bytes());
    all_ways(b"BEGIN:VCARD\nN\nADR\nADR;JSCOMPS=\"1;2,9;s,\":\nN;JSCOMPS=\"99999999999\":;\nORG:\nTEL:\nEND:VCARD\n");
    all_ways(b"BEGIN:VCARD\nJSPROP;JSPTR=\"\":{}\nJSPROP;JSPTR=\"name/components/99\":1\nJSPROP:[\nEND:VCARD\n");
    all_ways(b"BEGIN:VCARD\nFN:a\x00b\x07\nX-\x01:\x02\n;:\n:\n=\n.:x\na.:y\nPHOTO;ENCODING=b:!!!\nEND:VCARD\n");
}

#[test]
fn names_that_mean_something_to_javascript_are_kept_aside() {
    let card = json!({ "@type": "Card", "name": { "full": "x" }, "__proto__": { "a": "b" },
        "emails": { "__proto__": { "address": "a@example.com", "constructor": "c", "contexts": { "prototype": true } } } });
    let outcome = read(card.to_string().as_bytes(), None);
    assert_eq!(outcome.report.missing, []);
    for element in &outcome.drafts[0].elements {
        assert!(element.fields.keys().all(|leaf| {
            !leaf.split('/').any(|segment| matches!(segment, "__proto__" | "constructor" | "prototype"))
        }));
    }
    let text = write(&cards(&outcome.drafts), Format::JsContact, &Blobs::new()).unwrap();
    assert_eq!(values(&read(text.as_bytes(), None).drafts[0]), values(&outcome.drafts[0]));
}

#[test]
fn no_value_can_create_a_property() {
    let evil = "x\r\nEMAIL:evil@example.com\nTEL:1\rNOTE:y\u{85}URL:z\u{2028}\u{b}\u{0}END:VCARD";
    let param = format!("\"{evil}\";X=1:{evil}");
    let fields = json!({
        "uid": evil, "kind": evil, "language": evil, "name/given": evil, "name/surname": param, "name/full": evil,
        "emails/a/label": evil, "emails/a/address": evil, "emails/a/contexts/work": true, "emails/a/vCardName": evil,
        "emails/a/vCardParams/x": evil, "phones/b/number": evil, "phones/b/label": param,
        "organizations/c/name": evil, "organizations/c/units/1": evil, "organizations/c/sortAs": param,
        "addresses/d/full": param, "addresses/d/name": evil, "addresses/d/countryCode": evil, "addresses/d/timeZone": evil,
        "notes/e/note": evil, "notes/e/author/name": param, "onlineServices/f/service": param, "onlineServices/f/user": evil,
        "media/g/uri": evil, "media/g/kind": "photo", "media/g/mediaType": evil, "links/h/uri": evil,
        "keywords/i/value": evil, "members/j/uid": evil, "relatedTo/k/uid": evil, "relatedTo/k/relation/friend": true,
        "anniversaries/l/date": evil, "anniversaries/l/kind": "birth", "anniversaries/l/place": evil,
        "extra/m/pointer": "vCard", "extra/m/json": json!([evil, { "x\r\nTEL": evil, "group": evil }, "text", evil]).to_string(),
        "extra/n/pointer": evil, "extra/n/json": json!(evil).to_string(),
        "extra/o/pointer": "/localizations/de", "extra/o/json": json!({ "name/full": evil }).to_string(),
        "titles/p/name": evil, "personalInfo/q/kind": "hobby", "personalInfo/q/value": evil, "own/r/x": evil
    });
    let text = write(&json!([{ "fields": fields }]).to_string(), Format::VCard, &Blobs::new()).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert!(lines.iter().all(|line| !line.contains(['\r', '\n', '\0'])), "{text:?}");
    let count = |name: &str| {
        lines
            .iter()
            .filter(|line| line.split([';', ':']).next().and_then(|n| n.rsplit('.').next()) == Some(name))
            .count()
    };
    assert_eq!((count("TEL"), count("NOTE"), count("BEGIN"), count("END")), (1, 1, 1, 1), "{text}");
    let cards = scan(&text.replace("\r\n", "\n"));
    assert_eq!(cards.len(), 1);
    let emails = cards[0].iter().filter(|line| line.parts.iter().any(|part| part.text == "evil@example.com"));
    assert_eq!(emails.count(), 0);
}

#[test]
fn a_value_that_is_dropped_is_reported() {
    let (_, outlook) = SAMPLES[0];
    let text =
        b"BEGIN:VCARD\nVERSION:4.0\nFN:Jane\nEMAIL:jane@example.com\nTEL:1\nPHOTO;ENCODING=b:Zm9v\nX-A:b\nEND:VCARD\n";
    let whole = read(text, None).drafts.remove(0);
    let lines = scan(std::str::from_utf8(text).unwrap()).remove(0);
    let report = |draft: &_| {
        let mut report = Default::default();
        count(&lines, draft, 0, &mut report);
        report.missing.into_iter().map(|missing| missing.property).collect::<Vec<_>>()
    };
    assert_eq!(report(&whole), [] as [String; 0]);
    for (kind, property) in [("emails", "EMAIL"), ("phones", "TEL"), ("media", "PHOTO"), ("extra", "X-A")] {
        let mut dropped = whole.clone();
        dropped.elements.retain(|element| element.kind != kind);
        assert_eq!(report(&dropped), [property]);
        // A value of the right kind that is another one is no replacement.
        let mut changed = whole.clone();
        let element = changed.elements.iter_mut().find(|element| element.kind == kind).unwrap();
        for value in element.fields.values_mut() {
            *value = Value::Text("jane@example.org".into());
        }
        assert_eq!(report(&changed), [property]);
    }
    let mut nameless = whole;
    nameless.fields.clear();
    assert_eq!(report(&nameless), ["FN"]);
    assert_eq!(read(outlook, None).report.missing(), 0);
}

#[test]
fn long_values_come_back_whole() {
    let long = "Zürich ".repeat(20_000);
    let card = format!("BEGIN:VCARD\nVERSION:4.0\nFN:x\nNOTE:{long}\nX-LONG:{long}\nEND:VCARD\n");
    let outcome = read(card.as_bytes(), None);
    assert_eq!(outcome.report.missing, []);
    for value in outcome.drafts[0].elements.iter().flat_map(|element| element.fields.values()) {
        assert!(value.as_text().is_none_or(|text| text.len() <= 65_536));
    }
    let text = write(&cards(&outcome.drafts), Format::VCard, &outcome.blobs).unwrap();
    let again = read(text.as_bytes(), None);
    assert_eq!(values(&again.drafts[0]), values(&outcome.drafts[0]));
    assert_eq!(again.blobs, outcome.blobs);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        all_ways(&bytes);
    }

    #[test]
    fn any_card_of_plausible_lines_is_kept_whole(lines in proptest::collection::vec(line(), 0..12)) {
        let text = format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{}\r\nEND:VCARD\r\n", lines.join("\r\n"));
        let outcome = read(text.as_bytes(), None);
        prop_assert_eq!(&outcome.report.missing, &[], "{}", text);
        all_ways(text.as_bytes());
    }

    #[test]
    fn damaged_samples_are_read_without_a_panic(sample in 0..7_usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), gone in 0..9_usize) {
        let mut bytes = SAMPLES[sample].1.to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.drain(at..bytes.len().min(at + gone));
        all_ways(&bytes);
    }

    #[test]
    fn any_text_comes_back_from_a_vcard(name in "[^\\p{C}\\s][^\\p{C}]{0,60}", note in "\\PC{0,200}") {
        let fields = json!({ "name/given": name.trim(), "notes/a/note": format!("x{note}\ny") });
        let text = write(&json!({ "fields": fields }).to_string(), Format::VCard, &Blobs::new()).unwrap();
        let outcome = read(text.as_bytes(), None);
        let draft = &outcome.drafts[0];
        prop_assert_eq!(draft.fields.get("name/given").and_then(Value::as_text), Some(name.trim()), "{}", text);
        let expected = format!("x{note}\ny");
        let read = draft.elements.iter().find(|e| e.kind == "notes").and_then(|e| e.text("note"));
        prop_assert_eq!(read, Some(expected.as_str()), "{}", text);
    }
}

fn line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "FN",
        "N",
        "ORG",
        "TEL",
        "EMAIL;TYPE=work",
        "ADR",
        "NOTE",
        "URL",
        "BDAY",
        "TITLE",
        "item1.TEL",
        "item1.X-ABLabel",
        "X-FOO",
        "CATEGORIES",
        "NICKNAME",
        "GEO",
        "TZ",
        "RELATED",
        "ROLE",
        "IMPP",
        "KEY",
        "LANG",
        "SOUND",
        "REV",
        "AGENT",
        "N;LANGUAGE=de",
        "TITLE;LANGUAGE=fr",
        "GENDER",
        "MEMBER",
        "KIND",
        "UID",
        "X-ABDATE",
        "X-SPOUSE",
        "LABEL;HOME",
    ]);
    (name, "[ -~äß字]{0,30}").prop_map(|(name, value)| format!("{name}:{value}"))
}
