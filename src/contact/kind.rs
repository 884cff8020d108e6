//! Element kinds: their parts and which plain key they are compared by (format.md, section 1.2).

/// How the plain key of an element is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// *mail* of one part.
    Mail,
    /// *phone* of one part.
    Phone,
    /// *text* of one part.
    Text,
    /// *compound* of all parts.
    Compound,
}

/// What is known of one kind of element.
#[derive(Clone, Copy, Debug)]
pub struct ElementKind {
    /// How its plain key is made.
    pub key: Key,
    parts: &'static [&'static str],
}

/// Leaves that never are a part of an element of an unknown kind.
pub const PARTS_EXCLUDED: [&str; 3] = ["order", "pref", "label"];

const ADDRESS: &[&str] = &[
    "room",
    "apartment",
    "floor",
    "building",
    "number",
    "name",
    "block",
    "subdistrict",
    "district",
    "locality",
    "region",
    "postcode",
    "country",
    "direction",
    "landmark",
    "postOfficeBox",
    "separator",
];
const ADDRESS_WHOLE: &[&str] = &["full", "countryCode", "coordinates", "timeZone"];
const RESOURCE: &[&str] = &["kind", "blob", "uri"];

/// Returns what is known of a kind.
#[must_use]
pub fn element_kind(kind: &str) -> ElementKind {
    let (key, parts): (Key, &'static [&'static str]) = match kind {
        "emails" => (Key::Mail, &["address"]),
        "phones" => (Key::Phone, &["number"]),
        "addresses" => (Key::Compound, ADDRESS),
        "organizations" => (Key::Compound, &["name"]),
        "titles" => (Key::Compound, &["kind", "name"]),
        "nicknames" => (Key::Text, &["name"]),
        "notes" => (Key::Text, &["note"]),
        "onlineServices" => (Key::Compound, &["service", "uri", "user"]),
        "links" => (Key::Compound, &["kind", "uri"]),
        "media" | "calendars" | "schedulingAddresses" | "cryptoKeys" | "directories" => (Key::Compound, RESOURCE),
        "anniversaries" => (Key::Compound, &["kind", "date", "place"]),
        "personalInfo" => (Key::Compound, &["kind", "value", "level"]),
        "keywords" => (Key::Text, &["value"]),
        "preferredLanguages" => (Key::Text, &["language"]),
        "pronouns" => (Key::Text, &["pronouns"]),
        "relatedTo" | "members" => (Key::Text, &["uid"]),
        "extra" => (Key::Compound, &["pointer", "json"]),
        _ => (Key::Compound, &[]),
    };
    ElementKind { key, parts }
}

impl ElementKind {
    /// Says whether a leaf of an element is one of its parts.
    #[must_use]
    pub fn is_part(&self, leaf: &str) -> bool {
        if self.parts.is_empty() {
            return !PARTS_EXCLUDED.contains(&leaf) && !leaf.starts_with("contexts/");
        }
        if std::ptr::eq(self.parts, ADDRESS) {
            return ADDRESS_WHOLE.contains(&leaf) || ADDRESS.contains(&component(leaf));
        }
        if self.parts == ["name"] && self.key == Key::Compound {
            return leaf == "name" || is_unit(leaf);
        }
        self.parts.contains(&leaf)
    }

    /// Returns the one leaf the key is made of, unless it is a compound key.
    #[must_use]
    pub fn key_leaf(&self) -> Option<&'static str> {
        match self.key {
            Key::Compound => None,
            _ => self.parts.first().copied(),
        }
    }
}

/// Says whether elements of a kind are groups: entries whose leaves belong together.
#[must_use]
pub fn is_group(kind: &str) -> bool {
    kind == "addresses"
}

/// Returns the paths of single values whose first segment is not a kind of elements.
#[must_use]
pub fn single_paths() -> &'static [&'static str] {
    &["uid", "kind", "language", "speakToAs/grammaticalGender"]
}

/// Returns a component leaf without its repetition: `given_2` is a `given`.
fn component(leaf: &str) -> &str {
    match leaf.rsplit_once('_') {
        Some((kind, times)) if !times.is_empty() && times.bytes().all(|b| b.is_ascii_digit()) => kind,
        _ => leaf,
    }
}

fn is_unit(leaf: &str) -> bool {
    let digits = leaf.strip_prefix("units/").unwrap_or_default().as_bytes();
    matches!(digits, [b'1'..=b'9'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_made_of_all_its_components_and_of_nothing_else() {
        let kind = element_kind("addresses");
        assert!(kind.is_part("locality") && kind.is_part("name_2") && kind.is_part("countryCode"));
        assert!(!kind.is_part("label") && !kind.is_part("contexts/work") && !kind.is_part("name_x"));
    }

    #[test]
    fn an_organization_is_made_of_its_name_and_units() {
        let kind = element_kind("organizations");
        assert!(kind.is_part("name") && kind.is_part("units/1"));
        assert!(!kind.is_part("units/10") && !kind.is_part("units") && !kind.is_part("label"));
    }

    #[test]
    fn an_unknown_kind_is_made_of_every_leaf_that_is_no_decoration() {
        let kind = element_kind("pets");
        assert!(kind.is_part("name") && kind.is_part("a/b"));
        assert!(!kind.is_part("order") && !kind.is_part("contexts/home"));
    }
}
