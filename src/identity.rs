//! Derived ids: one person, one card; one value, one element, wherever it is imported (format.md, section 1.3).
//!
//! Pure functions over values. Whether a derived id may be used is the book's business.

use crate::contact::{Draft, DraftElement, DraftValue, NAME, Value, element_kind, single_paths};
use crate::hash::{base32, sha256};
use crate::normalise::{plain_key, text};
use crate::sorted::sort_by;

/// Returns the card id that belongs to a UID.
#[must_use]
pub fn card_id_from_uid(uid: &str) -> String {
    card_id("uid", text(uid).as_bytes())
}

/// Returns the card id of a row first seen in a system.
#[must_use]
pub fn card_id_from_row(system: &str, remote_id: &str) -> String {
    card_id("row", &[system.as_bytes(), b"\0", remote_id.as_bytes()].concat())
}

/// Returns the card id of a draft: from its UID, else from its content.
#[must_use]
pub fn card_id_from_draft(draft: &Draft) -> String {
    match &draft.uid {
        Some(uid) => card_id_from_uid(uid),
        None => card_id_from_content(draft),
    }
}

/// Returns the card id of a draft from its content alone.
#[must_use]
pub fn card_id_from_content(draft: &Draft) -> String {
    card_id("content", content(draft).as_bytes())
}

/// Returns the id of an element; `counter` grows while the id was used before in the card.
#[must_use]
pub fn element_id(card: &str, kind: &str, key: &str, counter: u32) -> String {
    let digest = sha256(&[
        b"contactmesh element 1\0",
        card.as_bytes(),
        b"\0",
        kind.as_bytes(),
        b"\0",
        key.as_bytes(),
        b"\0",
        counter.to_string().as_bytes(),
    ]);
    base32(digest.get(..5).unwrap_or_default())
}

/// Returns the plain key of a draft's element. References to other elements are no part of it.
#[must_use]
pub fn draft_key(element: &DraftElement) -> String {
    let leaves = element.fields.iter().filter_map(|(leaf, value)| match value {
        DraftValue::Value(value) => Some((leaf.as_str(), value)),
        DraftValue::Element(_) => None,
    });
    plain_key(element_kind(&element.kind), leaves)
}

fn card_id(source: &str, key: &[u8]) -> String {
    let digest = sha256(&[b"contactmesh card 1\0", source.as_bytes(), b"\0", key]);
    base32(digest.get(..15).unwrap_or_default())
}

fn content(draft: &Draft) -> String {
    let is_content = |path: &str| path.starts_with(&format!("{NAME}/")) || single_paths().contains(&path);
    let single = draft
        .fields
        .iter()
        .filter(|(path, value)| is_content(path) && *value != Value::Null)
        .map(|(path, value)| [path.as_str(), "\u{1f}", &text(&value.plain())].concat());
    let elements = draft.elements.iter().map(|e| [e.kind.as_str(), "\u{1f}", &draft_key(e)].concat());
    let mut lines: Vec<String> = single.chain(elements).collect();
    sort_by(&mut lines, |a, b| a < b);
    lines.dedup();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(json: &str) -> Draft {
        Draft::list_from_json(&format!("[{json}]")).expect("legal").remove(0)
    }

    #[test]
    fn the_order_and_decoration_of_elements_do_not_change_the_card_id() {
        let a = draft(
            r#"{"fields":{"name/given":"Ann"},"elements":[
            {"kind":"emails","fields":{"address":"a@example.com"}},{"kind":"notes","fields":{"note":"x"}}]}"#,
        );
        let b = draft(
            r#"{"fields":{"name/given":"Ann"},"elements":[
            {"kind":"notes","fields":{"note":"x "}},
            {"kind":"emails","fields":{"address":"A@example.com","contexts/work":true},"primary":true}]}"#,
        );
        assert_eq!(card_id_from_draft(&a), card_id_from_draft(&b));
        let c = draft(r#"{"fields":{"name/given":"Anne"}}"#);
        assert_ne!(card_id_from_draft(&a), card_id_from_draft(&c));
    }

    #[test]
    fn a_uid_decides_alone_and_one_element_id_belongs_to_one_card() {
        let a = draft(r#"{"uid":"u1","fields":{"name/given":"Ann"}}"#);
        let b = draft(r#"{"uid":"u1 ","fields":{"name/given":"Bob"}}"#);
        assert_eq!(card_id_from_draft(&a), card_id_from_draft(&b));
        assert_ne!(element_id("c1", "emails", "a@example.com", 0), element_id("c2", "emails", "a@example.com", 0));
        assert_ne!(element_id("c1", "emails", "a@example.com", 0), element_id("c1", "emails", "a@example.com", 1));
    }
}
