//! Policy: which candidate of a register is shown (format.md, section 5).
//!
//! The default only chooses what is shown; what it hides stays a conflict. It looks at values, origins and operation
//! ids, never at a clock.

use crate::change::OpId;
use crate::contact::{LIVE, NAME, Origin, STATE, Value};

/// Names the rules by which this build chooses; derived rows made under another version are made anew.
pub const POLICY_VERSION: u8 = 1;

/// How a candidate ranks: the greatest is shown.
pub type Rank = (bool, bool, bool, OpId);

/// Returns the rank of a candidate at a path.
#[must_use]
pub fn rank(path: &str, value: &Value, origin: Origin, id: OpId) -> Rank {
    let live = match value {
        Value::Bool(true) => is_presence(path),
        Value::Str(text) => path == STATE && text.as_ref() == LIVE,
        _ => false,
    };
    (live, !origin.is_system(), !value.is_null(), id)
}

/// Says whether a register tells if an element, the name or the card is there.
#[must_use]
pub fn is_presence(path: &str) -> bool {
    if path == NAME {
        return true;
    }
    let mut segments = path.split('/');
    let first = segments.next().unwrap_or_default();
    let two = segments.next().is_some() && segments.next().is_none();
    two && !matches!(first, "name" | "primary" | "link" | "sameAs" | "notSameAs" | "speakToAs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(counter: u32) -> OpId {
        OpId { counter, actor: [1; 16] }
    }

    #[test]
    fn a_person_comes_before_a_system_and_a_value_before_cleared() {
        let text = Value::Str("x".into());
        let person = rank("title", &text, Origin::Person, id(1));
        assert!(person > rank("title", &text, Origin::System, id(9)));
        assert!(person > rank("title", &Value::Null, Origin::Person, id(9)));
        assert!(rank("title", &Value::Null, Origin::Person, id(9)) > rank("title", &text, Origin::System, id(1)));
        assert!(rank("title", &text, Origin::Person, id(2)) > person);
    }

    #[test]
    fn what_is_there_comes_before_what_was_removed() {
        let there = rank("emails/x", &Value::Bool(true), Origin::System, id(1));
        assert!(there > rank("emails/x", &Value::Null, Origin::Person, id(9)));
        let live = rank("state", &Value::Str("live".into()), Origin::System, id(1));
        assert!(live > rank("state", &Value::Str("deleted".into()), Origin::Person, id(9)));
    }

    #[test]
    fn only_presences_are_presences() {
        for path in ["name", "emails/x", "pets/x"] {
            assert!(is_presence(path), "{path}");
        }
        for path in ["title", "primary/emails", "link/outlook", "emails/x/address", "name/given"] {
            assert!(!is_presence(path), "{path}");
        }
    }
}
