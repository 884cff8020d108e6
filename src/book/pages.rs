//! Pages: rows and snapshots as stored, written in the commit of the changes they are made from.
//!
//! Derived: a page that cannot be read, or was made from other changes or under another policy, is passed over and its
//! cards are decoded anew.

use super::slots::{Slots, Snapshot};
use crate::card::Summary;
use crate::policy::POLICY_VERSION;
use crate::wire::{Cursor, Malformed, Writer};

const VERSION: u8 = 1;
const ROW: u8 = 0;
const SNAPSHOT: u8 = 1;

/// Returns the key of a page.
#[must_use]
pub fn key(number: u32) -> String {
    format!("page/{number:08x}")
}

/// Starts a page.
#[must_use]
pub fn start() -> Writer {
    let mut out = Writer::default();
    out.byte(VERSION);
    out.byte(POLICY_VERSION);
    out
}

/// Writes the row of a card, if it has one.
pub fn write_row(out: &mut Writer, slots: &Slots, id: &str) {
    let Some(slot) = slots.get(id) else { return };
    let Some(summary) = &slot.summary else { return };
    out.byte(ROW);
    out.text(id);
    out.size(slot.seqs.len());
    out.raw(&slot.digest.to_le_bytes());
    out.byte(u8::from(slot.equivocated));
    summary.write(out);
}

/// Writes the snapshot of a card, if it has one.
pub fn write_snapshot(out: &mut Writer, slots: &Slots, id: &str) {
    let Some(snapshot) = slots.get(id).and_then(|slot| slot.snapshot.as_ref()) else { return };
    out.byte(SNAPSHOT);
    out.text(id);
    out.size(snapshot.count);
    out.raw(&snapshot.last);
    out.framed(&snapshot.bytes);
}

/// Reads a page into the slots of cards whose changes are known.
///
/// # Errors
/// If it is not a page. What was read until then stays: it was checked row by row.
pub fn load(slots: &mut Slots, number: u32, page: &[u8]) -> Result<(), Malformed> {
    let mut cursor = Cursor::new(page);
    if cursor.byte()? != VERSION || cursor.byte()? != POLICY_VERSION {
        return Ok(());
    }
    while !cursor.is_empty() {
        match cursor.byte()? {
            ROW => {
                let id = cursor.text()?;
                let count = cursor.size()?;
                let digest = u64::from_le_bytes(cursor.array()?);
                let equivocated = cursor.byte()? == 1;
                let summary = Summary::read(&mut cursor)?;
                let current = slots.get_mut(id).filter(|slot| slot.seqs.len() == count && slot.digest == digest);
                if let Some(slot) = current {
                    slot.summary = Some(summary);
                    slot.equivocated = equivocated;
                    slot.row_page = number;
                }
            }
            SNAPSHOT => {
                let id = cursor.text()?;
                let count = cursor.size()?;
                let last = cursor.array()?;
                let bytes = cursor.framed()?.into();
                if let Some(slot) = slots.get_mut(id).filter(|slot| slot.seqs.len() >= count) {
                    slot.snapshot = Some(Snapshot { count, last, bytes, page: number });
                }
            }
            _ => return Err(Malformed("the page holds an item of an unknown kind")),
        }
    }
    Ok(())
}
