//! State hashes: whether two replicas show the same, by one number (format.md, section 5).

use super::Card;
use super::registers::shown;
use crate::contact::Value;
use crate::hash::{Hash, Hasher};
use crate::wire::Writer;

/// Returns the state hash of a card: heads, candidates and what is shown.
#[must_use]
pub fn state_hash(card: &Card) -> Hash {
    let mut out = Writer::default();
    out.raw(b"contactmesh state 1\0");
    out.raw(card.id().as_bytes());
    out.byte(0);
    out.size(card.heads().len());
    for head in card.heads() {
        out.raw(head);
    }
    for candidates in card.registers().groups() {
        let Some(shown) = shown(candidates) else { continue };
        out.raw(shown.path.as_bytes());
        out.byte(0);
        out.size(candidates.len());
        for entry in candidates {
            out.unsigned(u64::from(entry.id.counter));
            out.raw(&entry.id.actor);
            out.byte(u8::from(entry.value == shown.value));
            write_value(&mut out, &entry.value);
        }
    }
    crate::hash::sha256(&[&out.finish()])
}

/// Returns the state hash of a book from those of its cards, by ascending card id.
#[must_use]
pub fn book_state_hash(cards: impl Iterator<Item = Hash>) -> Hash {
    let mut hasher = Hasher::default();
    hasher.update(b"contactmesh book 1\0");
    for card in cards {
        hasher.update(&card);
    }
    hasher.finish()
}

/// Writes a value as its type, its length and its bytes.
pub(super) fn write_value(out: &mut Writer, value: &Value) {
    out.byte(value.type_code());
    match value {
        Value::Null | Value::Bool(_) => out.size(0),
        Value::Int(number) => {
            let mut digits = Writer::default();
            digits.signed(*number);
            out.framed(&digits.finish());
        }
        Value::Str(text) => out.text(text),
    }
}
