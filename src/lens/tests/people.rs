//! Random cards and rows, and a system that rewrites what it is given.

use super::*;

const TEXTS: [&str; 12] = [
    "Jane",
    "Doe",
    "M\u{fc}ller",
    " Ann ",
    "O'Brien",
    "x\ny",
    "\u{1f600}",
    "-",
    "a\u{0}b",
    "Ltd",
    "Research & Co",
    "Ö",
];
const NUMBERS: [&str; 9] = [
    "+49 30 901820",
    "+1 (555) 010-0100",
    "555 0101",
    "tel:+43-1-5550130",
    "CALL ME",
    "+1 800 FLOWERS",
    "0900 5 ext. 12",
    "*31#5550199",
    "+49 30 901821",
];
const MAILS: [&str; 7] = [
    "jane@example.com",
    "Ann@Example.com",
    "a@example.com",
    "b@example.com",
    "c@example.com",
    "d@example.org",
    "no mail",
];
const DAYS: [&str; 6] = ["1985-04-12", "2000-02-29", "--06-15", "1985", "1970-01-01T22:10:00Z", "nonsense"];

fn text(random: &mut Random, from: &[&str]) -> Value {
    Value::Str((*random.pick(from).expect("not empty")).into())
}

/// A random card, with more of everything than Outlook can hold.
pub fn person(random: &mut Random) -> Fields {
    let mut out = Fields::new();
    out.insert("id".into(), Value::Str("k1".into()));
    out.insert("state".into(), Value::Str("live".into()));
    for leaf in ["given", "given_2", "given2", "surname", "surname2", "title", "generation", "credential", "full"] {
        if random.once_in(3) {
            let value = text(random, &TEXTS);
            put(&mut out, &format!("name/{leaf}"), value);
        }
    }
    for path in ["language", "kind", "uid", "link/outlook", "speakToAs/grammaticalGender", "title"] {
        if random.once_in(4) {
            out.insert(path.into(), text(random, &TEXTS));
        }
    }
    for number in 0..random.below(9) {
        element(random, &mut out, &format!("a{number}"));
    }
    out
}

/// Adds a random element.
pub fn element(random: &mut Random, out: &mut Fields, id: &str) {
    let (kind, leaf, values): (&str, &str, &[&str]) = match random.below(13) {
        0 | 1 => ("emails", "address", &MAILS),
        2..=4 => ("phones", "number", &NUMBERS),
        5 => ("addresses", "locality", &TEXTS),
        6 => ("organizations", "name", &TEXTS),
        7 => ("titles", "name", &TEXTS),
        8 => ("anniversaries", "date", &DAYS),
        9 => ("keywords", "value", &TEXTS),
        10 => ("onlineServices", "user", &TEXTS),
        11 => ("links", "uri", &["https://example.com/"]),
        _ => ("notes", "note", &TEXTS),
    };
    let mut leaf_of = |leaf: &str, value: Value| put(out, &format!("{kind}/{id}/{leaf}"), value);
    leaf_of(leaf, text(random, values));
    let more: &[&str] = match kind {
        "addresses" => &["name", "number", "floor", "full", "country", "countryCode", "postcode", "name_2", "timeZone"],
        "organizations" => &["units/1", "units/2"],
        "onlineServices" => &["uri", "service"],
        _ => &["label", "order"],
    };
    for leaf in more {
        if random.once_in(3) {
            leaf_of(leaf, text(random, &TEXTS));
        }
    }
    for leaf in ["contexts/work", "contexts/private", "features/mobile", "features/fax"] {
        if random.once_in(4) {
            leaf_of(leaf, Value::Bool(true));
        }
    }
    match kind {
        "titles" if random.once_in(2) => leaf_of("kind", text(random, &["title", "role"])),
        "anniversaries" => leaf_of("kind", text(random, &["birth", "wedding"])),
        _ => {}
    }
    if random.once_in(5) {
        out.insert(format!("primary/{kind}"), Value::Str(id.into()));
    }
}

/// A random row, as a mailbox might hold it.
pub fn row(random: &mut Random) -> Json {
    let mut out = json!({ "id": "row", "changeKey": "7", "displayName": "Jane Doe" });
    let keys = [
        "givenName",
        "middleName",
        "surname",
        "title",
        "generation",
        "nickName",
        "companyName",
        "department",
        "jobTitle",
        "profession",
        "businessHomePage",
    ];
    for key in keys {
        match random.below(4) {
            0 => {}
            1 => out[key] = Json::Null,
            _ => out[key] = json!(random.pick(&TEXTS)),
        }
    }
    for (key, most) in [("businessPhones", 2), ("homePhones", 2)] {
        out[key] = (0..random.below(most + 1)).map(|_| json!(random.pick(&NUMBERS))).collect();
    }
    out["mobilePhone"] = json!(random.pick(&NUMBERS));
    let mails = random.below(4);
    out["emailAddresses"] = (0..mails).map(|_| json!({ "name": "Jane", "address": random.pick(&MAILS) })).collect();
    for key in ["homeAddress", "businessAddress", "otherAddress"] {
        out[key] = json!({});
        if random.once_in(2) {
            out[key] = json!({ "street": "Ring 1\r\n2nd floor", "city": random.pick(&TEXTS), "postalCode": "10115" });
        }
    }
    out["categories"] = (0..random.below(4)).map(|_| json!(random.pick(&TEXTS))).collect();
    out["imAddresses"] = (0..random.below(3)).map(|_| json!(random.pick(&TEXTS))).collect();
    if random.once_in(2) {
        out["birthday"] = json!(random.pick(&["1985-04-12T00:00:00Z", "1985-04-12T11:59:00Z", "1985-04-11T22:00:00Z"]));
    }
    out
}

/// Spells a row in another way that means the same, as systems do.
pub fn rewrite(random: &mut Random, row: &mut Json) {
    let keys: Vec<String> = row.as_object().expect("a row").keys().cloned().collect();
    for key in keys.iter().filter(|key| !matches!(key.as_str(), "id" | "changeKey")) {
        let is_number = key.ends_with("Phone") || key.ends_with("Phones");
        match &mut row[key] {
            Json::String(text) if key == "birthday" => {
                *text = text.replace("T00:00:00Z", random.pick(&["T00:00:00Z", "T11:59:00Z", ""]).expect("three"));
            }
            Json::String(text) => *text = respell(random, text, is_number),
            Json::Object(parts) => {
                for part in parts.values_mut() {
                    if let Json::String(text) = part {
                        *text = respell(random, text, false);
                    }
                }
            }
            Json::Array(list) => {
                for entry in list.iter_mut() {
                    match entry {
                        Json::String(text) => *text = respell(random, text, is_number),
                        Json::Object(entry) => {
                            let address = entry["address"].as_str().expect("an address").to_owned();
                            entry.insert("address".into(), json!(respell(random, &address.to_uppercase(), false)));
                            entry.insert("name".into(), json!("as Outlook likes"));
                        }
                        _ => {}
                    }
                }
                for at in (1..list.len()).rev() {
                    list.swap(at, random.below(at + 1));
                }
            }
            _ => {}
        }
    }
}

fn respell(random: &mut Random, text: &str, is_number: bool) -> String {
    if is_number && text.starts_with('+') && random.once_in(2) {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if text.chars().all(|c| !c.is_alphabetic()) {
            return format!("+{} ({}) {}", &digits[..2], &digits[2..4], &digits[4..]);
        }
    }
    match random.below(4) {
        0 => format!("{text} "),
        1 => text.replace('\u{fc}', "u\u{308}").replace('\r', "").replace('\n', "\r\n"),
        2 => format!("\u{a0}{text}\r\n"),
        _ => text.to_owned(),
    }
}
