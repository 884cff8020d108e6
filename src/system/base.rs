//! Bases: what a system is known to have seen of one card, and what its row held when it was last seen. The third side
//! of every merge.
//!
//! A base advances field by field (docs/system-sync.md, section 3). It never decides anything: judging is inbound's,
//! sending outbound's.

use serde_json::Value as Json;

use crate::book::Known;
use crate::change::OpId;
use crate::contact::Path;
use crate::hash::Hash;
use crate::lens::{Content, Lens};
use crate::wire::{Cursor, Malformed, Writer};

const VERSION: u8 = 1;

/// What a system is known to have seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Base {
    /// The card.
    pub card: String,
    /// The folder in which the row was last seen.
    pub folder: String,
    /// The row's revision.
    pub revision: String,
    /// When the system last changed the row, as it says; empty if it does not say.
    pub modified: String,
    /// When the row was made, as the system says; empty if it does not say.
    pub created: String,
    /// The digest of the row as last read: an equal row is not looked at.
    pub digest: Hash,
    /// What the row holds, as the system spells it.
    pub contents: Vec<Content>,
    /// What was sent to a part of a seat and came back as something else: cut, say. It is not sent again.
    pub rewritten: Vec<(crate::lens::Seat, usize, String)>,
    /// Entries of lists that have no seat: lists are written whole.
    pub rest: Vec<(&'static str, Json)>,
    /// The operations whose values the row holds, by path.
    pub operations: Known,
    /// What the system's next change stands on.
    pub heads: Vec<Hash>,
    /// In how many complete listings, one after the other, the row was missing.
    pub missing: u32,
}

impl Base {
    /// Returns what sits in a seat.
    #[must_use]
    pub fn content(&self, seat: crate::lens::Seat) -> Option<&Content> {
        self.contents.iter().find(|content| content.seat == seat)
    }

    /// Writes the base as a record of the store.
    #[must_use]
    pub fn to_record(&self, lens: &Lens, remote: &str) -> Vec<u8> {
        let mut out = Writer::default();
        out.byte(VERSION);
        for text in [remote, &self.card, &self.folder, &self.revision, &self.modified, &self.created] {
            out.text(text);
        }
        out.raw(&self.digest);
        out.unsigned(u64::from(self.missing));
        write_contents(&mut out, lens, &self.contents);
        out.size(self.rewritten.len());
        for (seat, part, sent) in &self.rewritten {
            out.text(&lens.seat_name(*seat));
            out.size(*part);
            out.text(sent);
        }
        out.size(self.rest.len());
        for (field, entry) in &self.rest {
            out.text(field);
            out.text(&entry.to_string());
        }
        write_known(&mut out, &self.operations);
        write_hashes(&mut out, &self.heads);
        out.finish()
    }

    /// Reads a record; returns the row's id with it. Seats that the lens no longer has are left out.
    ///
    /// # Errors
    /// If it is not a base.
    pub fn read(lens: &Lens, record: &[u8]) -> Result<(String, Self), Malformed> {
        let mut cursor = Cursor::new(record);
        if cursor.byte()? != VERSION {
            return Err(Malformed("the base is of a later version"));
        }
        let mut text = || Ok::<_, Malformed>(cursor.text()?.to_owned());
        let (remote, card, folder) = (text()?, text()?, text()?);
        let (revision, modified, created) = (text()?, text()?, text()?);
        let digest = cursor.array()?;
        let missing = u32::try_from(cursor.unsigned()?).map_err(|_| Malformed("a number is too large"))?;
        let contents = read_contents(&mut cursor, lens)?;
        let mut rewritten = Vec::new();
        for _ in 0..cursor.size()? {
            let (seat, part, sent) = (lens.seat(cursor.text()?), cursor.size()?, cursor.text()?.to_owned());
            rewritten.extend(seat.map(|seat| (seat, part, sent)));
        }
        let mut rest = Vec::new();
        for _ in 0..cursor.size()? {
            let (name, json) = (cursor.text()?, cursor.text()?);
            let json = serde_json::from_str(json).map_err(|_| Malformed("an entry of a list is not JSON"))?;
            rest.extend(lens.fields.iter().find(|field| field.name == name).map(|field| (field.name, json)));
        }
        let operations = read_known(&mut cursor)?;
        let heads = read_hashes(&mut cursor)?;
        let base = Self {
            card,
            folder,
            revision,
            modified,
            created,
            digest,
            contents,
            rewritten,
            rest,
            operations,
            heads,
            missing,
        };
        Ok((remote, base))
    }
}

pub(super) fn write_contents(out: &mut Writer, lens: &Lens, contents: &[Content]) {
    out.size(contents.len());
    for content in contents {
        out.text(&lens.seat_name(content.seat));
        out.byte(u8::from(content.element.is_some()) | u8::from(content.made_up) << 1);
        out.text(content.element.as_deref().unwrap_or_default());
        out.size(content.texts.len());
        for text in &content.texts {
            out.byte(u8::from(text.is_some()));
            out.text(text.as_deref().unwrap_or_default());
        }
        out.text(&if content.raw.is_null() { String::new() } else { content.raw.to_string() });
    }
}

pub(super) fn read_contents(cursor: &mut Cursor<'_>, lens: &Lens) -> Result<Vec<Content>, Malformed> {
    let mut out = Vec::new();
    for _ in 0..cursor.size()? {
        let seat = lens.seat(cursor.text()?);
        let flags = cursor.byte()?;
        let element = cursor.text()?.to_owned();
        let mut texts = Vec::new();
        for _ in 0..cursor.size()? {
            let known = cursor.byte()? == 1;
            let text = cursor.text()?;
            texts.push(known.then(|| text.to_owned()));
        }
        let raw = match cursor.text()? {
            "" => Json::Null,
            raw => serde_json::from_str(raw).map_err(|_| Malformed("an entry of a list is not JSON"))?,
        };
        out.extend(seat.map(|seat| Content {
            seat,
            element: (flags & 1 == 1).then_some(element),
            texts,
            raw,
            made_up: flags & 2 == 2,
        }));
    }
    Ok(out)
}

/// Operations repeat their actors, so those are written once.
pub(super) fn write_known(out: &mut Writer, known: &Known) {
    let mut actors: Vec<[u8; 16]> = known.iter().flat_map(|(_, ids)| ids).map(|id| id.actor).collect();
    crate::sorted::sort_by(&mut actors, |a, b| a < b);
    actors.dedup();
    out.size(actors.len());
    actors.iter().for_each(|actor| out.raw(actor));
    out.size(known.len());
    for (path, ids) in known.iter() {
        out.text(path);
        out.size(ids.len());
        for id in ids {
            out.unsigned(u64::from(id.counter));
            out.size(actors.binary_search(&id.actor).unwrap_or_default());
        }
    }
}

pub(super) fn read_known(cursor: &mut Cursor<'_>) -> Result<Known, Malformed> {
    let mut actors: Vec<[u8; 16]> = Vec::new();
    for _ in 0..cursor.size()? {
        actors.push(cursor.array()?);
    }
    let mut out = Known::new();
    for _ in 0..cursor.size()? {
        let path = Path::new(cursor.text()?).map_err(|_| Malformed("a path of a base is none"))?;
        let mut ids = Vec::new();
        for _ in 0..cursor.size()? {
            let counter = u32::try_from(cursor.unsigned()?).map_err(|_| Malformed("a number is too large"))?;
            let actor = actors.get(cursor.size()?).ok_or(Malformed("an actor of a base is missing"))?;
            ids.push(OpId { counter, actor: *actor });
        }
        out.insert(path, ids);
    }
    Ok(out)
}

pub(super) fn write_hashes(out: &mut Writer, hashes: &[Hash]) {
    out.size(hashes.len());
    hashes.iter().for_each(|hash| out.raw(hash));
}

pub(super) fn read_hashes(cursor: &mut Cursor<'_>) -> Result<Vec<Hash>, Malformed> {
    let mut out = Vec::new();
    for _ in 0..cursor.size()? {
        out.push(cursor.array()?);
    }
    Ok(out)
}
