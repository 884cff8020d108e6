//! From one vCard to a draft: calcard reads it, JSContact is the step between.
//!
//! Before calcard converts a card, its entries are put in order here: ids that keep the order of the file, types
//! without a name, dates and time zones it would cut short. Afterwards [`rescue`] compares with the content lines and
//! keeps as `extra` what did not arrive. Alone reads with calcard.

use super::jscontact::{self, Order};
use crate::{
    blob::{self, Blobs},
    date,
    draft::{Draft, Element},
    lines::{Block, Line},
    path::Object,
    report::Found,
};
use calcard::{
    Entry, Parser,
    common::Data,
    vcard::{
        VCard, VCardEntry, VCardParameter, VCardParameterName as Param, VCardParameterValue, VCardProperty as Prop,
        VCardValue, VCardValueType,
    },
};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Reads one card.
pub(super) fn draft(block: &Block, blobs: &mut Blobs) -> Draft {
    // Not `entry()`: that would link calcard's calendars, a third of the module.
    let body = block.text.strip_prefix("BEGIN:VCARD\n").unwrap_or_default();
    let Entry::VCard(mut vcard) = Parser::new(body).vcard() else {
        return Draft::default();
    };
    bytes(&mut vcard, &block.lines);
    dates(&mut vcard, &block.lines);
    let order = prepare(&mut vcard);
    let contact = vcard.into_jscontact::<String, String>();
    match serde_json::to_value(&contact.0) {
        Ok(Json::Object(card)) => jscontact::draft(card, &order, blobs),
        _ => Draft::default(),
    }
}

/// Base64 stays bytes even if the bytes happen to be text; where no element holds bytes, the line is left to
/// [`rescue`].
fn bytes(vcard: &mut VCard, lines: &[Line]) {
    let mut named: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        named.entry(&line.name).or_default().push(line);
    }
    named.retain(|_, lines| lines.iter().any(|line| line.bytes.is_some()));
    for (name, lines) in named {
        let is_named = |entry: &VCardEntry| entry.name.as_str().eq_ignore_ascii_case(name);
        if vcard.entries.iter().filter(|entry| is_named(entry)).count() != lines.len() {
            continue;
        }
        let mut lines = lines.into_iter();
        vcard.entries.retain_mut(|entry| {
            let bytes = if is_named(entry) { lines.next().and_then(|line| line.bytes.as_ref()) } else { None };
            match (bytes, &entry.name, entry.values.first()) {
                (None, ..) => true,
                (Some(bytes), Prop::Photo | Prop::Logo | Prop::Sound | Prop::Key, value) => {
                    if matches!(value, Some(VCardValue::Text(_))) && !bytes.is_empty() {
                        entry.values = vec![VCardValue::Binary(Data { content_type: None, data: bytes.clone() })];
                    }
                    true
                }
                (Some(_), ..) => false,
            }
        });
    }
}

/// Dates that calcard reads differently, such as `--09-21` in vCard 3.0, stay as they are written.
fn dates(vcard: &mut VCard, lines: &[Line]) {
    for (name, spelled) in [(Prop::Bday, "BDAY"), (Prop::Anniversary, "ANNIVERSARY"), (Prop::Deathdate, "DEATHDATE")] {
        let entries = vcard.entries.iter_mut().filter(|entry| entry.name == name);
        for (entry, line) in entries.zip(lines.iter().filter(|line| line.name == spelled)) {
            let Some(written) = line.parts.first().map(|part| date::canonical(&part.text)) else {
                continue;
            };
            let mut read = String::new();
            if let Some(VCardValue::PartialDateTime(date)) = entry.values.first()
                && date.format_as_vcard(&mut read, &VCardValueType::DateAndOrTime).is_ok()
                && (date::canonical(&read) != written || !date::is_date(&read))
            {
                entry.values = vec![VCardValue::Text(written)];
            }
        }
    }
}

/// Keeps as `extra` every line whose value is nowhere in the draft.
pub(super) fn rescue(lines: &[Line], found: &[Found], draft: &mut Draft, blobs: &mut Blobs) {
    for (line, _) in lines.iter().zip(found).filter(|(_, found)| found.is_missing()) {
        draft.elements.push(as_extra(line, blobs));
    }
}

fn as_extra(line: &Line, blobs: &mut Blobs) -> Element {
    let mut params = Object::new();
    if let Some(group) = &line.group {
        params.insert("group".into(), json!(group));
    }
    for (name, value) in &line.params {
        let name = name.to_ascii_lowercase();
        match params.get_mut(&name) {
            Some(Json::Array(all)) => all.push(json!(value)),
            Some(one) => *one = json!([one.clone(), value]),
            None => {
                params.insert(name, json!(value));
            }
        }
    }
    let mut values: Vec<Json> =
        line.parts.iter().map(|part| json!(part.text.replace("\r\n", "\n").replace('\r', "\n"))).collect();
    if let Some(bytes) = &line.bytes {
        values.push(json!(blob::to_data_uri(blob::sniff(bytes), bytes)));
    }
    let value = if values.len() == 1 { values.remove(0) } else { Json::Array(values) };
    let name = if line.name.is_empty() { "x-contactmesh-line".to_owned() } else { line.name.to_ascii_lowercase() };
    let mut element = super::element::extra("vCard", &json!([name, params, "unknown", value]));
    super::element::shorten(&mut element.fields, blobs);
    element
}

/// Entries that become elements with an id of their own.
fn has_id(name: &Prop) -> bool {
    matches!(
        name,
        Prop::Source
            | Prop::OrgDirectory
            | Prop::Anniversary
            | Prop::Bday
            | Prop::Deathdate
            | Prop::Pronouns
            | Prop::Nickname
            | Prop::Photo
            | Prop::Logo
            | Prop::Sound
            | Prop::Adr
            | Prop::Email
            | Prop::Impp
            | Prop::Lang
            | Prop::Socialprofile
            | Prop::Tel
            | Prop::ContactUri
            | Prop::Title
            | Prop::Role
            | Prop::Hobby
            | Prop::Interest
            | Prop::Expertise
            | Prop::Org
            | Prop::Note
            | Prop::Url
            | Prop::Key
            | Prop::Caladruri
            | Prop::Fburl
            | Prop::Caluri
    )
}

fn prepare(vcard: &mut VCard) -> Order {
    let mut order = Order::default();
    let taken: BTreeSet<String> = vcard.entries.iter().filter_map(|entry| entry.prop_id().map(str::to_owned)).collect();
    let mut organizations: BTreeMap<String, String> = BTreeMap::new();
    let mut entries = Vec::with_capacity(vcard.entries.len());
    for entry in vcard.entries.drain(..) {
        match entry.name {
            Prop::Version | Prop::Rev | Prop::Prodid | Prop::Begin | Prop::End => {}
            // calcard needs the date to be there first.
            Prop::Birthplace | Prop::Deathplace if plain_text(&entry).is_some() => {
                let kind = if entry.name == Prop::Birthplace { "birth" } else { "death" };
                order.birthplaces.extend(plain_text(&entry).map(|text| (kind, text)));
            }
            // One element each, and ids do not repeat.
            Prop::Nickname if entry.values.len() > 1 => {
                for value in &entry.values {
                    let mut one = entry.clone();
                    one.values = vec![value.clone()];
                    entries.push(one);
                }
            }
            _ => entries.push(entry),
        }
    }
    for (place, entry) in entries.iter_mut().enumerate() {
        params(entry);
        values(entry);
        if !has_id(&entry.name) {
            continue;
        }
        let id = match entry.prop_id() {
            Some(id) => id.to_owned(),
            None => {
                let mut id = format!("p{place}");
                while taken.contains(&id) {
                    id.insert(0, 'p');
                }
                entry.params.push(VCardParameter::prop_id(id.clone()));
                id
            }
        };
        if let (Prop::Org, Some(group)) = (&entry.name, &entry.group) {
            organizations.entry(group.clone()).or_insert_with(|| id.clone());
        }
        order.places.entry(id).or_insert(place);
    }
    for entry in &entries {
        if let (Prop::Title | Prop::Role, Some(id), Some(group)) = (&entry.name, entry.prop_id(), &entry.group)
            && let Some(organization) = organizations.get(group)
        {
            order.organizations.insert(id.to_owned(), organization.clone());
        }
    }
    order.guessed_organizations = true;
    vcard.entries = entries;
    order
}

/// The value of an entry that is one text in no particular language.
fn plain_text(entry: &VCardEntry) -> Option<String> {
    let plain = entry.params.iter().all(|param| param.name == Param::PropId);
    match entry.values.as_slice() {
        [VCardValue::Text(text)] if plain && !text.starts_with("geo:") => Some(text.clone()),
        _ => None,
    }
}

/// Gives types without a name (vCard 2.1) the name TYPE, and old names of parameters the new ones.
fn params(entry: &mut VCardEntry) {
    for param in &mut entry.params {
        if let VCardParameterValue::Text(text) = &mut param.value
            && text.contains('^')
        {
            // RFC 6868.
            *text = text.replace("^^", "\0").replace("^'", "\"").replace("^n", "\n").replace('\0', "^");
        }
        let bare = match &param.value {
            VCardParameterValue::Null => true,
            VCardParameterValue::Text(text) => text.is_empty(),
            _ => false,
        };
        match &param.name {
            Param::Pref if bare => *param = VCardParameter::typ("PREF".to_owned()),
            Param::Other(name) if bare => *param = VCardParameter::typ(name.to_ascii_uppercase()),
            Param::Other(name) if name.eq_ignore_ascii_case("X-SERVICE-TYPE") => param.name = Param::ServiceType,
            Param::Other(name) if name.eq_ignore_ascii_case("X-USER") => param.name = Param::Username,
            _ => {}
        }
    }
}

/// Apple writes a birthday without a year with the year 1604 and says so.
fn omit_year(entry: &mut VCardEntry) {
    let at = entry.params.iter().position(
        |param| matches!(&param.name, Param::Other(name) if name.eq_ignore_ascii_case(crate::lines::OMIT_YEAR)),
    );
    if let (Some(at), Some(VCardValue::PartialDateTime(date))) = (at, entry.values.first_mut()) {
        let year = entry.params.remove(at).value.as_text().and_then(|text| text.parse().ok());
        if year.is_some() && date.year == year && date.hour.is_none() {
            date.year = None;
        }
    }
}

/// Keeps as text what the conversion would cut short.
fn values(entry: &mut VCardEntry) {
    if !matches!(entry.name, Prop::Photo | Prop::Logo | Prop::Sound | Prop::Key) {
        for value in &mut entry.values {
            // Quoted-printable that is no text in its character set.
            if let VCardValue::Binary(data) = value
                && data.content_type.is_none()
            {
                *value = VCardValue::Text(String::from_utf8_lossy(&data.data).into_owned());
            }
        }
    }
    omit_year(entry);
    let Some(VCardValue::PartialDateTime(date)) = entry.values.first() else {
        return;
    };
    let kept = match entry.name {
        // A time without a zone: JSContact has no place for it, and calcard takes it for UTC.
        Prop::Bday | Prop::Anniversary | Prop::Deathdate => date.hour.is_some() && date.tz_hour.is_none(),
        // Half an hour: calcard makes Etc/GMT of the hours alone.
        Prop::Tz => date.tz_minute.is_some_and(|minute| minute > 0),
        _ => false,
    };
    if kept {
        let mut text = String::new();
        let as_type = if entry.name == Prop::Tz { VCardValueType::UtcOffset } else { VCardValueType::DateAndOrTime };
        if date.format_as_vcard(&mut text, &as_type).is_ok() && !text.is_empty() {
            entry.values = vec![VCardValue::Text(text)];
        }
    }
}
