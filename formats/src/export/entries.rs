//! From the members of a JSContact card to content lines, as RFC 9555 has it.
//!
//! A table says which property and which parameters a kind becomes; what the table has no parameter for is written as
//! JSPROP, so that reading it again loses nothing. calcard reads vCards but does not write them: its exporter links a
//! time zone database of a megabyte to turn zone names into offsets, which nobody wants.

use super::line::{Line, text, uri};
use super::structured;
use crate::{
    date,
    kinds::{self, KINDS, Kind},
    path::{Object, escape},
};
use serde_json::{Value as Json, json};

/// Members of an element that are parameters of its property.
fn parameters(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "emails" | "preferredLanguages" | "nicknames" => &[("pref", "PREF")],
        "phones" => &[("pref", "PREF")],
        "addresses" => &[
            ("pref", "PREF"),
            ("full", "LABEL"),
            ("countryCode", "CC"),
            ("coordinates", "GEO"),
            ("timeZone", "TZ"),
            ("phoneticSystem", "PHONETIC"),
            ("phoneticScript", "SCRIPT"),
        ],
        "organizations" => &[("sortAs", "SORT-AS")],
        "onlineServices" => &[("pref", "PREF"), ("service", "SERVICE-TYPE"), ("user", "USERNAME")],
        "links" | "media" | "calendars" | "schedulingAddresses" | "cryptoKeys" => {
            &[("pref", "PREF"), ("mediaType", "MEDIATYPE")]
        }
        "directories" => &[("pref", "PREF")],
        "personalInfo" => &[("listAs", "INDEX")],
        "pronouns" => &[("pref", "PREF")],
        _ => &[],
    }
}

/// Kinds whose contexts calcard reads from TYPE.
fn has_types(kind: &str) -> bool {
    !matches!(kind, "titles" | "media" | "directories" | "anniversaries" | "personalInfo" | "notes" | "pronouns")
}

/// The property of an element, by its kind and its own `kind`; `None` if vCard has none.
fn property(kind: &str, own: Option<&str>) -> Option<&'static str> {
    Some(match (kind, own) {
        ("nicknames", _) => "NICKNAME",
        ("organizations", _) => "ORG",
        ("titles", Some("role")) => "ROLE",
        ("titles", None | Some("title")) => "TITLE",
        ("emails", _) => "EMAIL",
        ("phones", _) => "TEL",
        ("addresses", _) => "ADR",
        ("onlineServices", _) => "SOCIALPROFILE",
        ("links", None) => "URL",
        ("links", Some("contact")) => "CONTACT-URI",
        ("media", Some("photo")) => "PHOTO",
        ("media", Some("logo")) => "LOGO",
        ("media", Some("sound")) => "SOUND",
        ("anniversaries", Some("birth")) => "BDAY",
        ("anniversaries", Some("death")) => "DEATHDATE",
        ("anniversaries", Some("wedding")) => "ANNIVERSARY",
        ("personalInfo", Some("expertise")) => "EXPERTISE",
        ("personalInfo", Some("hobby")) => "HOBBY",
        ("personalInfo", Some("interest")) => "INTEREST",
        ("preferredLanguages", _) => "LANG",
        ("notes", _) => "NOTE",
        ("calendars", Some("calendar")) => "CALURI",
        ("calendars", Some("freeBusy")) => "FBURL",
        ("schedulingAddresses", None) => "CALADRURI",
        ("cryptoKeys", None) => "KEY",
        ("directories", Some("entry")) => "SOURCE",
        ("directories", Some("directory")) => "ORG-DIRECTORY",
        _ => return None,
    })
}

/// The lines of a card and what parameters its member `vCard` adds to them.
pub(super) struct Lines {
    pub all: Vec<Line>,
    converted: Object,
}

/// Turns a card into lines; `card` is used up.
pub(super) fn lines(mut card: Object) -> Vec<Line> {
    let mut vcard = match card.remove("vCard") {
        Some(Json::Object(vcard)) => vcard,
        _ => Object::new(),
    };
    let converted = match vcard.remove("convertedProperties") {
        Some(Json::Object(converted)) => converted,
        _ => Object::new(),
    };
    let mut lines = Lines { all: Vec::new(), converted };
    for ignored in ["@type", "version", "updated", "prodId"] {
        card.remove(ignored);
    }
    for (member, name) in [("kind", "KIND"), ("uid", "UID"), ("language", "LANGUAGE")] {
        if let Some(Json::String(value)) = card.remove(member) {
            lines.push(member, Line::new(name, if member == "uid" { uri(&value) } else { text(&value) }));
        }
    }
    if let Some(created) = card.get("created").and_then(Json::as_str).filter(|text| date::is_date(text)) {
        let line = Line::new("CREATED", date::basic(created));
        lines.push("created", line);
        card.remove("created");
    }
    if let Some(Json::Object(name)) = card.remove("name") {
        structured::name(name, &mut lines);
    }
    for kind in KINDS {
        match card.remove(kind.name) {
            Some(Json::Object(all)) => lines.elements(kind, kind.name, all),
            Some(other) => lines.jsprop(kind.name, &other),
            None => {}
        }
    }
    lines.speak_to_as(card.remove("speakToAs"));
    lines.sets(&mut card);
    for (member, json) in card {
        lines.jsprop(&escape(&member), &json);
    }
    if let Some(Json::Array(properties)) = vcard.remove("properties") {
        lines.all.extend(properties.iter().filter_map(structured::jcard));
    }
    for (member, json) in vcard {
        lines.jsprop(&format!("vCard/{}", escape(&member)), &json);
    }
    lines.all
}

impl Lines {
    /// Adds a line, with the parameters that were kept for it.
    pub fn push(&mut self, pointer: &str, mut line: Line) {
        if let Some(Json::Object(mut kept)) = self.converted.remove(pointer) {
            if let Some(Json::String(name)) = kept.remove("name") {
                line.name = name.to_ascii_uppercase();
            }
            if let Some(Json::Object(params)) = kept.remove("parameters") {
                structured::add_params(&mut line, &params);
            }
        }
        self.all.push(line);
    }

    /// Writes what no property can hold.
    pub fn jsprop(&mut self, pointer: &str, json: &Json) {
        let mut line = Line::new("JSPROP", text(&json.to_string()));
        line.param("JSPTR", pointer);
        self.all.push(line);
    }

    fn elements(&mut self, kind: &Kind, at: &str, all: Object) {
        let own = |one: &Json| one.get("kind").and_then(Json::as_str).map(str::to_owned);
        let (written, strange): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|(_, one)| one.is_object() && property_of(kind.name, own(one).as_deref()).is_some());
        if written.is_empty() && !strange.is_empty() {
            // A patch needs something to patch.
            self.jsprop(at, &Json::Object(strange.into_iter().collect()));
        } else {
            for (id, json) in strange {
                self.jsprop(&format!("{at}/{}", escape(&id)), &json);
            }
        }
        for (id, json) in written {
            let name = property_of(kind.name, own(&json).as_deref());
            if let (Some(name), Json::Object(object)) = (name, json) {
                self.element(kind, at, name, &id, object);
            }
        }
    }

    fn element(&mut self, kind: &Kind, at: &str, name: &str, id: &str, mut object: Object) {
        let pointer = format!("{at}/{}", escape(id));
        let mut line = Line::new(name, String::new());
        object.remove("@type");
        if kinds::find(kind.name).is_some()
            && !matches!(kind.name, "pronouns")
            && property_of(kind.name, None) != Some(name)
        {
            object.remove("kind");
        }
        if name == "TITLE" {
            object.remove("kind");
        }
        types(kind.name, &mut object, &mut line);
        for (member, param) in parameters(kind.name) {
            match object.get(*member) {
                Some(Json::String(value)) => line.param(param, value),
                Some(Json::Number(value)) => line.param(param, &value.to_string()),
                _ => continue,
            }
            object.remove(*member);
        }
        match kind.name {
            "addresses" => structured::address(&mut object, &mut line),
            "organizations" => structured::organization(&mut object, &mut line),
            "anniversaries" => self.anniversary(&mut object, &mut line),
            "notes" => note(&mut object, &mut line),
            "personalInfo" => level(&mut object, &mut line),
            _ => {}
        }
        if let Some(Json::String(value)) = object.get(kind.main) {
            line.value = match kind.main {
                "uri" => uri(value),
                "number" if value.starts_with("tel:") => {
                    line.params.push(("VALUE".into(), "uri".into()));
                    uri(value)
                }
                _ => text(value),
            };
            object.remove(kind.main);
        }
        let service = matches!(name, "SOCIALPROFILE");
        if service
            && line.value.is_empty()
            && let Some(at) = line.params.iter().position(|(name, _)| name == "USERNAME")
        {
            // Other programs show the value.
            line.value = text(&line.params.remove(at).1);
            line.param("VALUE", "text");
        }
        line.param("PROP-ID", id);
        // An anniversary of which only the place is known has no line of its own.
        if kind.name != "anniversaries" || !line.value.is_empty() {
            self.push(&format!("{pointer}/{}", kind.main), line);
        }
        for (member, json) in object {
            self.jsprop(&format!("{pointer}/{}", escape(&member)), &json);
        }
    }

    fn anniversary(&mut self, object: &mut Object, line: &mut Line) {
        if let Some(Json::Object(json)) = object.remove("date") {
            match date::from_json(json.clone()) {
                Some((date, rest)) => {
                    line.value = date::basic(&date);
                    if let Some(scale) = rest.get("calendarScale").and_then(Json::as_str) {
                        line.param("CALSCALE", scale);
                    }
                }
                None => {
                    object.insert("date".into(), Json::Object(json));
                }
            }
        }
        let place = match line.name.as_str() {
            "BDAY" => "BIRTHPLACE",
            "DEATHDATE" => "DEATHPLACE",
            _ => return,
        };
        let full =
            object.get("place").filter(|p| p.as_object().is_some_and(|p| p.len() == 1)).and_then(|p| p.get("full"));
        if let Some(full) = full.and_then(Json::as_str).filter(|full| !full.starts_with("geo:")) {
            self.all.push(Line::new(place, text(full)));
            object.remove("place");
        }
    }

    fn speak_to_as(&mut self, json: Option<Json>) {
        let Some(Json::Object(mut speak)) = json else { return };
        if let Some(Json::String(gender)) = speak.remove("grammaticalGender") {
            self.push("speakToAs/grammaticalGender", Line::new("GRAMGENDER", text(&gender)));
        }
        if let Some(Json::Object(all)) = speak.remove("pronouns") {
            self.elements(&Kind { name: "pronouns", main: "pronouns", bytes: false }, "speakToAs/pronouns", all);
        }
        for (member, json) in speak.into_iter().filter(|(member, _)| member != "@type") {
            self.jsprop(&format!("speakToAs/{}", escape(&member)), &json);
        }
    }

    fn sets(&mut self, card: &mut Object) {
        if let Some(Json::Object(words)) = card.remove("keywords").filter(|words| *words != json!({})) {
            let list: Vec<String> = words.keys().map(|word| text(word)).collect();
            self.push("keywords", Line::new("CATEGORIES", list.join(",")));
        }
        if let Some(Json::Object(members)) = card.remove("members") {
            for member in members.keys() {
                self.all.push(Line::new("MEMBER", uri(member)));
            }
        }
        let Some(Json::Object(related)) = card.remove("relatedTo") else { return };
        for (to, json) in related {
            let mut line = Line::new("RELATED", uri(&to));
            let pointer = format!("relatedTo/{}", escape(&to));
            let Json::Object(mut object) = json else { continue };
            object.remove("@type");
            if let Some(Json::Object(relations)) = object.remove("relation") {
                relations.keys().for_each(|relation| line.param("TYPE", relation));
            }
            if !is_uri(&to) {
                line.value = text(&to);
                line.param("VALUE", "text");
            }
            self.push(&pointer, line);
            for (member, json) in object {
                self.jsprop(&format!("{pointer}/{}", escape(&member)), &json);
            }
        }
    }
}

fn property_of(kind: &str, own: Option<&str>) -> Option<&'static str> {
    if kind == "pronouns" { Some("PRONOUNS") } else { property(kind, own) }
}

fn is_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    })
}

/// Contexts and features are types, if they are all set.
fn types(kind: &str, object: &mut Object, line: &mut Line) {
    for (member, js, vcard) in [("contexts", "private", "home"), ("features", "mobile", "cell")] {
        let fits = if member == "features" { kind == "phones" } else { has_types(kind) };
        let Some(Json::Object(set)) = object.get(member).filter(|_| fits) else { continue };
        if set.values().any(|value| *value != true) {
            continue;
        }
        set.keys().for_each(|name| line.param("TYPE", if name == js { vcard } else { name }));
        object.remove(member);
    }
}

fn note(object: &mut Object, line: &mut Line) {
    if let Some(Json::Object(author)) = object.get_mut("author") {
        author.remove("@type");
        for (member, param) in [("name", "AUTHOR-NAME"), ("uri", "AUTHOR")] {
            if let Some(Json::String(value)) = author.remove(member) {
                line.param(param, &value);
            }
        }
        if author.is_empty() {
            object.remove("author");
        }
    }
    if let Some(created) = object.get("created").and_then(Json::as_str).filter(|text| date::is_date(text)) {
        line.param("CREATED", &date::basic(created));
        object.remove("created");
    }
}

fn level(object: &mut Object, line: &mut Line) {
    let Some(level) = object.get("level").and_then(Json::as_str) else { return };
    let level = match (line.name.as_str(), level) {
        ("EXPERTISE", "high") => "expert",
        ("EXPERTISE", "medium") => "average",
        ("EXPERTISE", "low") => "beginner",
        (_, "high" | "medium" | "low") => level,
        _ => return,
    };
    line.param("LEVEL", level);
    object.remove("level");
}
