//! Plain keys: the frozen forms that elements are compared and named by (format.md, section 1.2).
//!
//! Alone imports `icu_normalizer`. Never touches a stored value, and never runs while merging.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::contact::{ElementKind, Key, Value};
use crate::sorted::sort_by;

/// Returns *text*: NFC, LF line ends, no blanks at either end.
#[must_use]
pub fn text(raw: &str) -> Cow<'_, str> {
    const BLANKS: [char; 4] = [' ', '\t', '\n', '\u{a0}'];
    let composed =
        if raw.is_ascii() { Cow::Borrowed(raw) } else { ComposingNormalizerBorrowed::new_nfc().normalize(raw) };
    if composed.contains('\r') {
        let unix = composed.replace("\r\n", "\n").replace('\r', "\n");
        return Cow::Owned(unix.trim_matches(BLANKS).to_owned());
    }
    match composed {
        Cow::Borrowed(all) => Cow::Borrowed(all.trim_matches(BLANKS)),
        Cow::Owned(all) => Cow::Owned(all.trim_matches(BLANKS).to_owned()),
    }
}

/// Returns *mail*: *text* in lower case, A–Z only.
#[must_use]
pub fn mail(raw: &str) -> String {
    text(raw).to_ascii_lowercase()
}

/// Returns *phone*: a leading plus and the digits; *text* where there are none.
#[must_use]
pub fn phone(raw: &str) -> String {
    let text = text(raw);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        text.into_owned()
    } else if text.starts_with('+') || text.starts_with("tel:+") {
        ["+", &digits].concat()
    } else {
        digits
    }
}

/// Returns the plain key of an element with these leaves; values that are cleared count as absent.
pub fn plain_key<'a>(kind: ElementKind, leaves: impl Iterator<Item = (&'a str, &'a Value)>) -> String {
    let mut parts: Vec<(&str, &Value)> =
        leaves.filter(|(leaf, value)| !value.is_null() && kind.is_part(leaf)).collect();
    if let Some(leaf) = kind.key_leaf() {
        let raw = parts.iter().find(|(name, _)| *name == leaf).map(|(_, value)| value.plain());
        let raw = raw.unwrap_or_default();
        return match kind.key {
            Key::Mail => mail(&raw),
            Key::Phone => phone(&raw),
            Key::Text | Key::Compound => text(&raw).into_owned(),
        };
    }
    sort_by(&mut parts, |(a, _), (b, _)| a < b);
    let mut out = String::new();
    for (leaf, value) in parts {
        if !out.is_empty() {
            out.push('\u{1e}');
        }
        out.push_str(leaf);
        out.push('\u{1f}');
        out.push_str(&text(&value.plain()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::element_kind;

    #[test]
    fn spellings_of_one_phone_number_have_one_key() {
        for spelled in ["+49 30 901820", "+49 (30) 90-18-20", "tel:+49-30-901820"] {
            assert_eq!(phone(spelled), "+4930901820");
        }
        assert_eq!(phone("CALL ME"), "CALL ME");
    }

    #[test]
    fn composed_and_decomposed_spellings_have_one_key() {
        assert_eq!(text(" Mu\u{308}ller\r\n"), "M\u{fc}ller");
        assert_eq!(mail("ANN@Example.COM "), "ann@example.com");
    }

    #[test]
    fn a_compound_key_holds_the_parts_and_ignores_decoration() {
        let leaves = [
            ("locality", Value::text("Berlin").expect("short")),
            ("name", Value::text("Ring 1").expect("short")),
            ("region", Value::Null),
            ("label", Value::text("home").expect("short")),
        ];
        let key = plain_key(element_kind("addresses"), leaves.iter().map(|(leaf, value)| (*leaf, value)));
        assert_eq!(key, "locality\u{1f}Berlin\u{1e}name\u{1f}Ring 1");
    }

    #[test]
    fn normalising_twice_is_normalising_once() {
        for raw in ["  a\u{308}\r\nb ", "+1 (2)", "\u{a0}x"] {
            assert_eq!(text(&text(raw)), text(raw));
            assert_eq!(phone(&phone(raw)), phone(raw));
        }
    }
}
