//! Shape: what a path belongs to (an element, the name, the card) and what is there.

use super::registers::{Registers, shown};
use crate::contact::{DELETED, ID, NAME, STATE, Value, is_group, joined};
use crate::policy::is_presence;
use crate::sorted::sort_by;

/// Returns the presence register that a leaf is written under; `None` for single values and presences themselves.
#[must_use]
pub fn presence_of(path: &str) -> Option<&str> {
    if path.starts_with("name/") {
        return path.get(..NAME.len());
    }
    let kind_end = path.find('/')?;
    let rest = path.get(kind_end + 1..)?;
    let element_end = kind_end + 1 + rest.find('/')?;
    path.get(..element_end)
}

/// Returns the group a path belongs to, if it is (in) one: the name or an address.
#[must_use]
pub fn group_of(path: &str) -> Option<&str> {
    let presence = presence_of(path).or_else(|| is_presence(path).then_some(path))?;
    let kind = presence.split('/').next()?;
    (presence == NAME || is_group(kind)).then_some(presence)
}

impl Registers {
    /// Says whether an element, or the name, is there.
    #[must_use]
    pub fn is_present(&self, presence: &str) -> bool {
        *self.value(presence) == Value::Bool(true)
    }

    /// Says whether the card was deleted.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.value(STATE).as_str() == Some(DELETED)
    }

    /// Returns the ids of the present elements of a kind, in display order.
    #[must_use]
    pub fn elements<'a>(&'a self, kind: &str) -> Vec<&'a str> {
        let mut out: Vec<(Option<&str>, &str)> = Vec::new();
        for entry in self.below(kind).filter_map(shown) {
            let path = entry.path.as_str();
            let Some(id) = path.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/')) else { continue };
            if !id.contains('/') && entry.value == Value::Bool(true) {
                out.push((self.leaf(path, "order").as_str(), id));
            }
        }
        // One without an order comes last.
        let key = |(order, id): &(Option<&'a str>, &'a str)| (order.is_none(), *order, *id);
        sort_by(&mut out, |a, b| key(a) < key(b));
        out.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns the leaves of an element or of the name that show a value, by path below it.
    pub fn leaves(&self, presence: &str) -> impl Iterator<Item = (&str, &Value)> + use<'_> {
        let prefix = joined(&[presence, ""]);
        let length = prefix.len();
        self.below(&prefix).filter_map(move |group| {
            let entry = shown(group)?;
            let leaf = entry.path.as_str().get(length..)?;
            (!entry.value.is_null()).then_some((leaf, &entry.value))
        })
    }

    /// Returns the shown value of every register that shows one: nothing cleared, nothing inside what is not there.
    pub fn shown_fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        // The leaves of an element are neighbours, so it is looked up once.
        let mut known = ("", true);
        self.groups().filter_map(move |group| {
            let entry = shown(group)?;
            let path = entry.path.as_str();
            let presence = presence_of(path).unwrap_or_default();
            if presence != known.0 {
                known = (presence, presence.is_empty() || self.is_present(presence));
            }
            (known.1 && !entry.value.is_null()).then_some((path, &entry.value))
        })
    }
}

/// Says whether people may write a path directly; `id` and `state` have actions of their own.
#[must_use]
pub fn is_writable(path: &str) -> bool {
    path != ID && path != STATE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_belongs_to_its_element_or_to_the_name() {
        assert_eq!(presence_of("emails/x/address"), Some("emails/x"));
        assert_eq!(presence_of("emails/x/contexts/work"), Some("emails/x"));
        assert_eq!(presence_of("name/given"), Some("name"));
        assert_eq!(presence_of("name/sortAs/given"), Some("name"));
        for single in ["uid", "name", "emails/x", "primary/emails", "speakToAs/grammaticalGender"] {
            assert_eq!(presence_of(single), None, "{single}");
        }
    }

    #[test]
    fn names_and_addresses_are_groups_and_nothing_else_is() {
        assert_eq!(group_of("name/given"), Some("name"));
        assert_eq!(group_of("name"), Some("name"));
        assert_eq!(group_of("addresses/x/locality"), Some("addresses/x"));
        assert_eq!(group_of("addresses/x"), Some("addresses/x"));
        assert_eq!(group_of("emails/x/address"), None);
        assert_eq!(group_of("uid"), None);
    }
}
