//! Rows somebody meant badly, or sent by mistake: no panic, no deletion, a reason for everything that was not read.

use super::people::person;
use super::*;

fn junk(random: &mut Random, depth: usize) -> Json {
    match random.below(if depth > 3 { 7 } else { 9 }) {
        0 => Json::Null,
        1 => json!(random.once_in(2)),
        2 => json!(random.next()),
        3 => json!(1.5e300),
        4 => json!("a\u{0}\u{7f}\u{1f}b"),
        5 => json!("x".repeat(random.below(3) * 40_000)),
        6 => json!("<script>=cmd|' /C calc'!A0"),
        7 => (0..random.below(5)).map(|_| junk(random, depth + 1)).collect(),
        _ => {
            let keys = ["address", "street", "city", "__proto__", "name", "a\u{0}key"];
            let mut out = json!({});
            for _ in 0..random.below(4) {
                let key = *random.pick(&keys).expect("some");
                out[key] = junk(random, depth + 1);
            }
            out
        }
    }
}

#[test]
fn rows_of_junk_do_no_harm_and_every_key_of_them_is_read_or_named() {
    for seed in 0..4000 {
        let random = &mut Random::new(seed);
        let (mut row, held) = create(&person(random));
        let keys: Vec<String> = row.as_object().expect("a row").keys().cloned().collect();
        for key in keys.iter().filter(|key| !matches!(key.as_str(), "id" | "changeKey")) {
            if random.once_in(2) {
                row[key] = junk(random, 0);
            }
        }
        row["__proto__"] = junk(random, 0);
        let reading = OUTLOOK.read(&row, &held);
        assert!(reading.aside.iter().any(|aside| aside.key == "__proto__" && aside.reason == Reason::UnknownKey));
        for content in &held {
            let field = OUTLOOK.field(content.seat).expect("a field");
            let accounted =
                reading.contents.iter().any(|c| c.seat == content.seat && c.texts.iter().any(Option::is_some))
                    || reading.removed.iter().any(|(seat, _)| *seat == content.seat)
                    || reading.moved.iter().any(|moved| moved.from == content.seat)
                    || reading.aside.iter().any(|aside| {
                        let key = aside.key.split('/').next();
                        key == Some(field.name) || field.parts.iter().any(|part| Some(part.key) == key)
                    });
            assert!(accounted || content.is_empty(), "{seed}: {} is lost", OUTLOOK.seat_name(content.seat));
        }
        // What cannot be read deletes nobody.
        for (seat, _) in &reading.removed {
            let field = OUTLOOK.field(*seat).expect("a field");
            let name = |part: &Part| if field.shape == Shape::Keys { part.key } else { field.name };
            let readable = field.parts.iter().all(|part| match &row[name(part)] {
                Json::Null | Json::String(_) => true,
                Json::Array(list) => list.iter().all(|e| !matches!(e, Json::Number(_) | Json::Bool(_))),
                Json::Object(parts) => {
                    let own = || field.parts.iter().filter_map(|part| parts.get(part.key));
                    (parts.is_empty() || own().next().is_some())
                        && own().all(|e| matches!(e, Json::Null | Json::String(_)))
                }
                _ => false,
            });
            assert!(readable, "{seed}: {} is removed", OUTLOOK.seat_name(*seat));
        }
        // And what was read can be stored and written again.
        OUTLOOK.person(&reading).expect("legal");
        let changes = OUTLOOK.changes(&OUTLOOK.project(&shown(&Fields::new()), &[]), &reading.contents);
        let request = OUTLOOK.update(&reading.contents, &reading.rest, &changes);
        assert!(!request.fields.values().any(Json::is_null), "{seed}");
    }
}

#[test]
fn each_reason_for_not_reading_has_a_case() {
    let long = "x".repeat(70_000);
    let row = json!({
        "surname": 5, "givenName": long, "birthday": "soon", "title": "Dr\u{7}", "homePhones": "555", "manager": "Bo",
        "spouseName": "Al", "initials": null, "emailAddresses": [5, { "address": "a@example.com" }, { "address": "A@example.com" }],
        "businessPhones": ["1", "2", "3"], "@odata.etag": "x", "changeKey": "7",
    });
    let reading = OUTLOOK.read(&row, &[]);
    let mut named: Vec<String> = reading.aside.iter().map(|a| format!("{} {}", a.key, a.reason.as_str())).collect();
    named.sort();
    let expected = [
        "birthday not-of-form",
        "businessPhones/3 no-seat",
        "emailAddresses/1/address wrong-type",
        "emailAddresses/3 repeated",
        "givenName too-long",
        "homePhones wrong-type",
        "manager left-alone",
        "spouseName unknown-key",
        "surname wrong-type",
        "title control-characters",
    ];
    assert_eq!(named, expected);
    assert_eq!(reading.rest.len(), 3, "what has no seat is kept for writing");
    assert_eq!(OUTLOOK.read(&json!([]), &[]).aside, [Aside { key: String::new(), reason: Reason::NotARow }]);
}

#[test]
fn a_list_with_an_entry_that_cannot_be_read_loses_nobody() {
    let fields = card(&[("emails/a/address", "a@example.com"), ("emails/b/address", "bo@example.org")]);
    let (mut row, held) = create(&fields);
    row["emailAddresses"] = json!([{ "address": "a@example.com" }, { "address": 5 }]);
    let reading = OUTLOOK.read(&row, &held);
    assert_eq!((reading.removed.len(), reading.rest.len()), (0, 1));
}

#[test]
fn a_list_of_a_hundred_thousand_entries_is_read_in_reasonable_time() {
    let list: Vec<Json> = (0..100_000).map(|number| json!(format!("category {number}"))).collect();
    let reading = OUTLOOK.read(&json!({ "categories": list }), &[]);
    assert_eq!((reading.contents.len(), reading.rest.len()), (100, 99_900));
}
