//! Snapshots: the registers of a card as bytes, so that a long history need not be replayed to edit a card.
//!
//! Derived: whatever cannot be read is made anew from the changes.

use super::hash::write_value;
use super::{Card, Entry, Registers};
use crate::change::{Actor, OpId};
use crate::contact::{Origin, Path, Value};
use crate::policy::POLICY_VERSION;
use crate::sorted::sort_by;
use crate::wire::{Cursor, Malformed, Writer};

const VERSION: u8 = 3;

impl Card {
    /// Writes the card's state.
    #[must_use]
    pub fn to_snapshot(&self) -> Vec<u8> {
        let mut actors: Vec<Actor> = self.registers().entries().iter().map(|e| e.id.actor).collect();
        actors.extend(self.last_seqs.iter().map(|(actor, _)| *actor));
        sort_by(&mut actors, |a, b| a < b);
        actors.dedup();
        let mut out = Writer::default();
        out.byte(VERSION);
        out.byte(POLICY_VERSION);
        out.unsigned(u64::from(self.last_op));
        out.size(self.heads.len());
        self.heads.iter().for_each(|head| out.raw(head));
        out.size(actors.len());
        actors.iter().for_each(|actor| out.raw(actor));
        let position = |actor: &Actor| actors.binary_search(actor).unwrap_or_default();
        let id = |out: &mut Writer, id: &OpId| {
            out.unsigned(u64::from(id.counter));
            out.size(position(&id.actor));
        };
        out.size(self.last_seqs.len());
        for (actor, seq) in &self.last_seqs {
            out.size(position(actor));
            out.unsigned(*seq);
        }
        out.size(self.registers().entries().len());
        for entry in self.registers().entries() {
            out.text(&entry.path);
            id(&mut out, &entry.id);
            out.byte(entry.origin as u8);
            write_value(&mut out, &entry.value);
        }
        out.size(self.judged.len());
        for (path, shown) in &self.judged {
            out.text(path);
            out.byte(u8::from(shown.is_some()));
            out.size(shown.as_ref().map_or(0, Vec::len));
            for (path, value) in shown.iter().flatten() {
                out.text(path);
                write_value(&mut out, value);
            }
        }
        out.finish()
    }

    /// Reads a state back.
    ///
    /// # Errors
    /// If the bytes are not a snapshot of this version and policy.
    pub fn from_snapshot(id: &str, bytes: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(bytes);
        if cursor.byte()? != VERSION || cursor.byte()? != POLICY_VERSION {
            return Err(Malformed("the snapshot is of another version"));
        }
        let mut card = Self::new(id);
        card.last_op = counter(&mut cursor)?;
        for _ in 0..cursor.size()? {
            card.heads.push(cursor.array()?);
        }
        let mut actors = Vec::new();
        for _ in 0..cursor.size()? {
            actors.push(cursor.array()?);
        }
        for _ in 0..cursor.size()? {
            let actor = actors.get(cursor.size()?).ok_or(Malformed("an actor is not listed"))?;
            card.note_seq(*actor, cursor.unsigned()?);
        }
        let count = cursor.size()?;
        let mut entries = Vec::with_capacity(count.min(cursor.len()));
        for _ in 0..count {
            entries.push(Entry {
                path: path(&mut cursor)?,
                id: operation_id(&mut cursor, &actors)?,
                origin: origin(cursor.byte()?),
                value: value(&mut cursor)?,
            });
        }
        if !entries.is_sorted_by(|a, b| (&a.path, a.id) < (&b.path, b.id)) {
            return Err(Malformed("the snapshot's registers do not ascend"));
        }
        card.registers = Registers::from_sorted(entries);
        for _ in 0..cursor.size()? {
            let presence = path(&mut cursor)?;
            let differ = cursor.byte()? == 1;
            let leaves = (0..cursor.size()?).map(|_| Ok((path(&mut cursor)?, value(&mut cursor)?)));
            let leaves = leaves.collect::<Result<_, Malformed>>()?;
            card.judged.insert(presence, differ.then_some(leaves));
        }
        if cursor.is_empty() { Ok(card) } else { Err(Malformed("bytes follow the snapshot")) }
    }
}

fn counter(cursor: &mut Cursor<'_>) -> Result<u32, Malformed> {
    u32::try_from(cursor.unsigned()?).map_err(|_| Malformed("a counter is too large"))
}

fn path(cursor: &mut Cursor<'_>) -> Result<Path, Malformed> {
    Path::new(cursor.text()?).map_err(|_| Malformed("a path breaks the grammar"))
}

fn operation_id(cursor: &mut Cursor<'_>, actors: &[Actor]) -> Result<OpId, Malformed> {
    let counter = counter(cursor)?;
    let actor = actors.get(cursor.size()?).ok_or(Malformed("an actor is not listed"))?;
    Ok(OpId { counter, actor: *actor })
}

fn origin(byte: u8) -> Origin {
    [Origin::Person, Origin::Import, Origin::System].into_iter().find(|o| *o as u8 == byte).unwrap_or(Origin::Unknown)
}

fn value(cursor: &mut Cursor<'_>) -> Result<Value, Malformed> {
    let kind = cursor.byte()?;
    let bytes = cursor.framed()?;
    match kind {
        0 => Ok(Value::Null),
        1 => Ok(Value::Bool(false)),
        2 => Ok(Value::Bool(true)),
        4 => Ok(Value::Int(Cursor::new(bytes).signed()?)),
        6 => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Str(text.into())),
            Err(_) => Err(Malformed("a text is not UTF-8")),
        },
        _ => Err(Malformed("a value is of an unknown type")),
    }
}
