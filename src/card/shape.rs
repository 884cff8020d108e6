//! Shape: what a path belongs to (an element, the name, the card) and what is there.

use super::registers::Registers;
use crate::contact::{DELETED, ID, NAME, STATE, Value, is_group};
use crate::policy::is_presence;

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
