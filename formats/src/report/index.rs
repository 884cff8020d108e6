//! The values of a draft, ready to be looked up.
//!
//! Knows which kinds a vCard property can lead to and which spellings mean the same value: line ends and white space at
//! the ends, spellings of a date, a full name that follows from its components, bytes by their digest.

use super::Found;
use crate::{
    blob, date,
    draft::{Draft, Value},
    import::{DATA_REFERENCE, TEXT_REFERENCE, known_kinds, meaning, plain_label},
    lines::{Line, OMIT_YEAR, Part},
    names,
};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

type Values<'a> = BTreeSet<Cow<'a, str>>;

/// The values of one draft.
pub(crate) struct Index<'a> {
    fields: BTreeMap<&'a str, Values<'a>>,
    labels: Values<'a>,
    /// Relations, and kinds of anniversaries: what some labels turn into.
    meanings: BTreeSet<&'a str>,
    /// Values of kept vCard properties, by property.
    properties: BTreeMap<String, BTreeSet<String>>,
    /// Values in any other JSON that was kept.
    kept: BTreeSet<String>,
    full_name: String,
}

impl<'a> Index<'a> {
    /// Collects the values of a draft.
    pub fn new(draft: &'a Draft) -> Self {
        let mut index = Self {
            fields: BTreeMap::new(),
            labels: BTreeSet::new(),
            meanings: BTreeSet::new(),
            properties: BTreeMap::new(),
            kept: BTreeSet::new(),
            full_name: names::derive(
                draft.fields.iter().filter_map(|(path, value)| Some((path.strip_prefix("name/")?, value.as_text()?))),
            ),
        };
        if let Some(uid) = &draft.uid {
            index.fields.entry("uid").or_default().insert(same(uid));
        }
        for (path, value) in &draft.fields {
            let kind = path.split('/').next().unwrap_or_default();
            index.add(kind, path, value);
        }
        for element in &draft.elements {
            if element.kind == "extra" {
                index.add_extra(element.text("pointer"), element.text("json"));
                continue;
            }
            for (leaf, value) in &element.fields {
                index.meanings.extend(leaf.strip_prefix("relation/"));
                if element.kind == "anniversaries" && leaf == "kind" {
                    index.meanings.extend(value.as_text());
                }
                if leaf == "extra" {
                    index.add_json(value.as_text().and_then(|text| serde_json::from_str(text).ok()).as_ref());
                } else {
                    index.add(&element.kind, leaf, value);
                }
            }
        }
        index
    }

    fn add(&mut self, kind: &'a str, leaf: &str, value: &'a Value) {
        let text = match value {
            Value::Text(text) => same(text),
            Value::Int(number) => Cow::Owned(number.to_string()),
            Value::Bool(_) | Value::Reference { .. } => return,
        };
        if leaf == "label" {
            self.labels.insert(text.clone());
        }
        self.fields.entry(kind).or_default().insert(text);
    }

    fn add_extra(&mut self, pointer: Option<&str>, json: Option<&str>) {
        let Some(json) = json.and_then(|text| serde_json::from_str::<Json>(text).ok()) else {
            return;
        };
        match (pointer, json.get(0).and_then(Json::as_str)) {
            (Some("vCard"), Some(name)) => {
                let mut values = BTreeSet::new();
                if let Some(value) = json.get(3) {
                    scalars(value, &mut values);
                }
                self.properties.entry(name.to_ascii_uppercase()).or_default().extend(values);
            }
            _ => self.add_json(Some(&json)),
        }
    }

    fn add_json(&mut self, json: Option<&Json>) {
        if let Some(json) = json {
            scalars(json, &mut self.kept);
        }
    }

    /// Finds out where the values of a line are.
    pub fn find(&self, line: &Line) -> Found {
        let has = |wanted: &str, value: &str| {
            line.params.iter().any(|(name, given)| name == wanted && given.eq_ignore_ascii_case(value))
        };
        // A full name that a program put together from other properties is its own, not the person's.
        let derived = line.name == "FN" && has("DERIVED", "TRUE");
        if derived || matches!(line.name.as_str(), "VERSION" | "REV" | "PRODID") {
            return Found::File;
        }
        if let Some(bytes) = &line.bytes {
            return self.find_bytes(line, bytes);
        }
        let mut found = Found::Empty;
        for part in line.parts.iter().filter(|part| !part.text.trim().is_empty()) {
            let here = self.find_part(line, part);
            found = match (found, here) {
                (Found::Missing(value), _) | (_, Found::Missing(value)) => Found::Missing(value),
                (Found::Extra, _) | (_, Found::Extra) => Found::Extra,
                _ => Found::Field,
            };
        }
        found
    }

    /// The same for one text below a member of a JSContact card.
    pub fn find_text(&self, member: &str, text: &str) -> Found {
        if text.trim().is_empty() {
            return Found::Empty;
        }
        let kinds: &[&str] = match member {
            "speakToAs" => &["speakToAs", "pronouns"],
            "vCard" => &["onlineServices", "anniversaries", "relatedTo"],
            "localizations" => &[],
            other => &[other],
        };
        let full = member == "name" && self.is_full_name(text);
        if full || self.in_fields(kinds, text) || self.in_fields(kinds, plain_label(text)) {
            return Found::Field;
        }
        if let Some((_, bytes)) = blob::from_data_uri(text)
            && self.in_fields(kinds, &blob::digest(&bytes))
        {
            return Found::Field;
        }
        let text = same(text);
        let in_property = self
            .properties
            .iter()
            .any(|(name, values)| values.contains(text.as_ref()) || name.eq_ignore_ascii_case(&text));
        let known = in_property
            || self.kept.contains(text.as_ref())
            || digests(&text).iter().any(|name| self.kept.contains(name));
        if known { Found::Extra } else { Found::Missing(text.into_owned()) }
    }

    fn find_part(&self, line: &Line, part: &Part) -> Found {
        let readings = [&part.text, &part.literal];
        let list = || part.list.iter().filter(|item| !item.trim().is_empty());
        let kinds = kinds_of(&line.name);
        if readings.iter().any(|text| self.is_field(line, kinds, text))
            || (!part.list.is_empty() && list().all(|item| self.is_field(line, kinds, item)))
        {
            return Found::Field;
        }
        let none = BTreeSet::new();
        let property = if line.name.is_empty() { "X-CONTACTMESH-LINE" } else { &line.name };
        let property = self.properties.get(property).unwrap_or(&none);
        let is_kept = |raw: &str| {
            let text = same(raw);
            property.contains(text.as_ref())
                || self.kept.contains(text.as_ref())
                || self.kept.contains(&date::canonical(&text))
                || digests(raw).iter().any(|name| property.contains(name) || self.kept.contains(name))
        };
        if line.name == "JSPROP"
            && let Ok(json) = serde_json::from_str::<Json>(&part.text)
        {
            // JSON text: its values count, not its members.
            let mut values = BTreeSet::new();
            texts(&json, &mut values);
            let in_field = |value: &&String| self.fields.values().any(|all| all.contains(value.as_str()));
            return if values.iter().all(|value| in_field(&value)) {
                Found::Field
            } else if values.iter().all(|value| in_field(&value) || is_kept(value)) {
                Found::Extra
            } else {
                Found::Missing(part.text.clone())
            };
        }
        if readings.iter().any(|text| is_kept(text))
            || (!part.list.is_empty() && list().all(|item| is_kept(item) || self.is_field(line, kinds, item)))
        {
            return Found::Extra;
        }
        Found::Missing(part.text.clone())
    }

    fn is_field(&self, line: &Line, kinds: &[&str], text: &str) -> bool {
        match line.name.as_str() {
            "FN" if self.is_full_name(text) => true,
            "X-ABLABEL" => {
                let label = plain_label(text.trim());
                let meaning = meaning(label).unwrap_or_default();
                self.labels.contains(&same(label)) || self.meanings.contains(meaning)
            }
            "BDAY" | "ANNIVERSARY" | "DEATHDATE" => {
                let omitted = line.params.iter().find(|(name, _)| name == OMIT_YEAR).map(|(_, year)| year);
                let yearless = omitted
                    .and_then(|year| text.trim().strip_prefix(year.as_str()))
                    .map(|rest| format!("--{}", rest.replace('-', "")));
                self.in_fields(kinds, yearless.as_deref().unwrap_or(text))
            }
            "TZ" => self.in_fields(kinds, text) || etc(text).is_some_and(|zone| self.in_fields(kinds, &zone)),
            "GEO" => self.in_fields(kinds, text) || self.in_fields(kinds, text.trim().trim_start_matches("geo:")),
            "LANG" | "KIND" | "GRAMGENDER" => {
                self.in_fields(kinds, text) || self.in_fields(kinds, &text.trim().to_ascii_lowercase())
            }
            _ => self.in_fields(kinds, text),
        }
    }

    fn is_full_name(&self, text: &str) -> bool {
        !self.full_name.is_empty() && self.full_name == names::squeeze(text)
    }

    fn in_fields(&self, kinds: &[&str], raw: &str) -> bool {
        let text = same(raw);
        kinds.iter().filter_map(|kind| self.fields.get(kind)).any(|values| {
            values.contains(&text)
                || (kinds.contains(&"anniversaries") && values.contains(date::canonical(&text).as_str()))
                || (text.starts_with("data:")
                    && blob::from_data_uri(&text).is_some_and(|(_, b)| values.contains(blob::digest(&b).as_str())))
                || digests(raw).iter().any(|name| values.contains(name.as_str()))
        })
    }

    fn find_bytes(&self, line: &Line, bytes: &[u8]) -> Found {
        let digest = blob::digest(bytes);
        if bytes.is_empty() {
            Found::Empty
        } else if self.in_fields(kinds_of(&line.name), &digest) {
            Found::Field
        } else if self.kept.contains(&digest)
            || self.properties.get(&line.name).is_some_and(|values| {
                values.contains(&digest)
                    || std::str::from_utf8(bytes).is_ok_and(|text| values.contains(same(text).as_ref()))
            })
        {
            Found::Extra
        } else {
            Found::Missing(format!("{} bytes", bytes.len()))
        }
    }
}

/// The kinds of elements (or first segments of fields) a property's value may be found below.
fn kinds_of(property: &str) -> &'static [&'static str] {
    match property {
        "N" | "FN" => &["name"],
        "NICKNAME" => &["nicknames"],
        "EMAIL" => &["emails"],
        "TEL" => &["phones"],
        "ADR" | "GEO" | "TZ" => &["addresses"],
        "ORG" => &["organizations"],
        "TITLE" | "ROLE" => &["titles"],
        "NOTE" => &["notes"],
        "URL" | "CONTACT-URI" => &["links"],
        "PHOTO" | "LOGO" | "SOUND" => &["media"],
        "BDAY" | "ANNIVERSARY" | "DEATHDATE" | "BIRTHPLACE" | "DEATHPLACE" => &["anniversaries"],
        "IMPP" | "SOCIALPROFILE" => &["onlineServices"],
        "KEY" => &["cryptoKeys"],
        "FBURL" | "CALURI" => &["calendars"],
        "CALADRURI" => &["schedulingAddresses"],
        "SOURCE" | "ORG-DIRECTORY" => &["directories"],
        "LANG" => &["preferredLanguages"],
        "LANGUAGE" => &["language"],
        "UID" => &["uid"],
        "KIND" => &["kind"],
        "CATEGORIES" => &["keywords"],
        "MEMBER" => &["members"],
        "RELATED" => &["relatedTo"],
        "EXPERTISE" | "HOBBY" | "INTEREST" => &["personalInfo"],
        "GRAMGENDER" => &["speakToAs"],
        "PRONOUNS" => &["pronouns"],
        other => known_kinds(other),
    }
}

/// What calcard makes of an offset in whole hours: an area of the time zone database, whose sign is the other way round.
fn etc(offset: &str) -> Option<String> {
    let offset = offset.trim();
    if matches!(offset, "Z" | "z") {
        return Some("Etc/UTC".into());
    }
    let (sign, digits) = match (offset.strip_prefix('-'), offset.strip_prefix('+')) {
        (Some(digits), _) => ('+', digits),
        (_, Some(digits)) => ('-', digits),
        _ => ('-', offset),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(both) => both,
        None => digits.split_at_checked(2).unwrap_or((digits, "")),
    };
    let hours: u32 = hours.parse().ok()?;
    minutes.bytes().all(|b| b == b'0').then(
        || {
            if hours == 0 { "Etc/UTC".into() } else { format!("Etc/GMT{sign}{hours}") }
        },
    )
}

/// The names that a text has as a blob, if it may be one: as it stands, and trimmed.
fn digests(text: &str) -> Vec<String> {
    if text.len() < 1_000 {
        return Vec::new();
    }
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    vec![blob::digest(plain.as_bytes()), blob::digest(same(&plain).as_bytes())]
}

/// The spelling under which values are compared: LF for every line end, nothing around it.
fn same(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\u{a0}', '\0']);
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(text) }
}

fn scalars(json: &Json, into: &mut BTreeSet<String>) {
    match json {
        Json::Object(object) => {
            for (name, json) in object {
                into.insert(name.clone());
                scalars(json, into);
            }
        }
        Json::Array(list) => list.iter().for_each(|json| scalars(json, into)),
        Json::String(text) => {
            into.insert(same(text).into_owned());
            for reference in [TEXT_REFERENCE, DATA_REFERENCE] {
                into.extend(text.strip_prefix(reference).map(str::to_owned));
            }
            if let Some((_, bytes)) = blob::from_data_uri(text) {
                into.insert(blob::digest(&bytes));
            }
        }
        Json::Number(number) => {
            into.insert(number.to_string());
        }
        Json::Null | Json::Bool(_) => {}
    }
}

/// The texts and numbers of JSON, without the names of members.
fn texts(json: &Json, into: &mut BTreeSet<String>) {
    match json {
        Json::Object(object) => {
            // The kind of a component is structure.
            let component = object.contains_key("value");
            object.iter().filter(|(name, _)| !component || *name != "kind").for_each(|(_, json)| texts(json, into));
        }
        Json::Array(list) => list.iter().for_each(|json| texts(json, into)),
        other => scalars(other, into),
    }
}
