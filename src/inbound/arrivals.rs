//! Rows that no base knows: whose they are. A row that was linked before is compared with its card; one that is surely
//! the same person is linked; one that may be somebody's waits for a person; everybody else becomes a card.
//!
//! Never links two people for a shared address, and never makes a second card of a row it could still place.

use serde_json::Value as Json;

use super::past::last_read;
use super::people::{Likeness, People, full_name, keys, keys_in, same_name};
use super::row::{Judged, holds, judge, new_element, note_row};
use crate::book::{Book, Clock, PeerEdit};
use crate::card::Rule;
use crate::contact::{DraftValue, LIVE, NAME, Path, Provenance, STATE, Value, joined, order_key};
use crate::error::Result;
use crate::identity::{card_id_from_row, draft_key, element_id};
use crate::lens::{Content, Lens, Reading, Shown, text_at};
use crate::system::{Base, Entry, SentSlot, System, link_path};
use crate::table::Table;

/// What becomes of a row without a base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is the row of this card: it was linked before, here or on another replica.
    Linked(String),
    /// It is surely this person, whom no row of the system was linked to yet.
    Same(String),
    /// It may be one of these.
    Unclear(Vec<String>),
    /// A create of this card may have made it.
    MaybeOurs(String),
    /// It may be this row, moved: same content under another id.
    Moved(String),
    /// Nobody the book knows.
    New,
}

/// Says whose row it is.
///
/// # Errors
/// `store-damaged`.
pub fn place(
    book: &mut Book,
    system: &System,
    people: &People,
    remote: &str,
    row: &Json,
    rows_of_key: &Table<usize>,
) -> Result<Place> {
    let lens = system.lens;
    let reading = lens.read(row, &[]);
    // A card whose create is under way gets that row, if it was made: one card has one row.
    let is_without = |card: &&String| system.row_of(card).is_none() && !system.entries().contains_key(card);
    if let Some(card) = people.linked.get(remote).filter(is_without) {
        return Ok(Place::Linked(card.clone()));
    }
    for (card, entry) in system.entries().iter().filter(|(_, entry)| entry.remote.is_empty()) {
        if is_what_was_sent(lens, entry, row) && !book.breaks(Rule::PendingRowsWait) {
            return Ok(Place::MaybeOurs(card.clone()));
        }
    }
    match system.decisions.get(remote) {
        Some(Some(card)) if book.has(card) => match system.row_of(card) {
            // Its create is not answered, and made this.
            None if system.entries().contains_key(card) => return Ok(Place::MaybeOurs(card.clone())),
            None => return Ok(Place::Same(card.clone())),
            // Its row went away, and this is where it went.
            Some(other) if system.base(other).is_some_and(|base| base.missing > 0) => {
                return Ok(Place::Moved(other.to_owned()));
            }
            Some(_) => return Ok(Place::New),
        },
        Some(_) => return Ok(Place::New),
        None => {}
    }
    if let Some(other) = people.before_move(system, row, &reading).filter(|other| *other != remote) {
        return Ok(Place::Moved(other.clone()));
    }
    let draft = lens.person(&reading)?;
    let mut found: Vec<(String, bool)> = Vec::new();
    let own_keys = keys_in(lens, &reading.contents);
    for key in &own_keys {
        let cards = people.by_key.get(key).map(Vec::as_slice).unwrap_or_default();
        let is_unique = cards.len() == 1 && rows_of_key.get(key).copied().unwrap_or(1) == 1;
        for card in cards {
            if people.is_free(system, card) && !found.iter().any(|(known, _)| known == card) {
                found.push((card.clone(), is_unique));
            }
        }
    }
    let mut unclear = Vec::new();
    let creates = system.entries().iter().filter(|(_, entry)| entry.remote.is_empty());
    let waits = !book.breaks(Rule::PendingRowsWait);
    for (card, entry) in creates.filter(|(_, entry)| waits && is_perhaps_what_was_sent(lens, entry, row)) {
        if !entry.is_claimed {
            // The next answer tells whether it was made at all.
            return Ok(Place::MaybeOurs(card.clone()));
        }
        unclear.push(card.clone());
    }
    let is_sure = found.iter().all(|(card, _)| found.first().is_some_and(|(first, _)| first == card));
    for (card, is_unique) in &found {
        match same_name(book.card(card)?.view(), &draft) {
            _ if book.breaks(Rule::NameToo) => return Ok(Place::Same(card.clone())),
            Likeness::Equal if *is_unique && is_sure => return Ok(Place::Same(card.clone())),
            Likeness::Other => {}
            Likeness::Equal | Likeness::Partly => unclear.push(card.clone()),
        }
    }
    // The same name and nothing that tells them apart: perhaps. Two namesakes who can be reached elsewhere are two.
    let name = full_name(|leaf| draft.field(&joined(&[NAME, leaf])).and_then(Value::as_str));
    for card in name.and_then(|name| people.by_name.get(&name)).into_iter().flatten() {
        let tells_apart = !own_keys.is_empty() && !keys(book.card(card)?.view()).is_empty();
        if people.is_free(system, card) && !tells_apart && !unclear.contains(card) {
            unclear.push(card.clone());
        }
    }
    Ok(if unclear.is_empty() { Place::New } else { Place::Unclear(unclear) })
}

/// Makes the card of a row.
///
/// # Errors
/// `bad-value`, `bad-path`.
pub fn create(book: &mut Book, system: &System, remote: &str, row: &Json, clock: &Clock<'_>) -> Result<(String, Base)> {
    let lens = system.lens;
    let reading = lens.read(row, &[]);
    let derived = card_id_from_row(&system.name, remote);
    let id = if book.has(&derived) { book.entropy().card_id() } else { derived };
    let draft = lens.person(&reading)?;
    let mut values: Vec<(Path, Value)> = draft.fields;
    if values.is_empty() && draft.elements.is_empty() {
        let called = reading.called.clone().unwrap_or_default();
        if !called.is_empty() {
            values.push((Path::new("name/full")?, Value::text(called)?));
        }
    }
    let mut contents = reading.contents.clone();
    let mut used: Vec<String> = Vec::new();
    let count = contents.len();
    for (at, content) in contents.iter_mut().enumerate() {
        let Some(element) = lens.new_element(content) else { continue };
        let key = draft_key(&element);
        let is_free = |id: &String| !used.contains(&joined(&[&element.kind, id]));
        let Some(element_id) = (0..).map(|n| element_id(&id, &element.kind, &key, n)).find(is_free) else { continue };
        let presence = joined(&[&element.kind, &element_id]);
        for (leaf, value) in &element.fields {
            if let DraftValue::Value(value) = value {
                values.push((Path::of(&[&presence, leaf])?, value.clone()));
            }
        }
        if let Some(order) = order_key(at, count) {
            values.push((Path::of(&[&presence, "order"])?, Value::text(order)?));
        }
        content.element = Some(element_id);
        used.push(presence);
    }
    values.push((Path::new(link_path(&system.name))?, Value::text(remote)?));
    let written = book.create_as_peer(&id, &values, clock)?;
    let mut base =
        Base { card: id.clone(), contents, rest: reading.rest, heads: vec![written.hash], ..Base::default() };
    for (path, id) in written.operations {
        base.operations.insert(path, vec![id]);
    }
    base.operations.retain(|path| super::row::holds(lens, path));
    base.contents.retain(|content| !content.is_empty() || content.element.is_none());
    note_row(lens, &mut base, row);
    Ok((id, base))
}

/// Links a row with the card that is known to be the person: both sides keep what only they have; where both have
/// something else, both answers stay.
///
/// # Errors
/// `store-damaged`, `bad-value`.
pub fn join(
    book: &mut Book,
    system: &System,
    card: &str,
    remote: &str,
    row: &Json,
    clock: &Clock<'_>,
) -> Result<(Base, Judged)> {
    let reading = system.lens.read(row, &[]);
    // What the system has nothing of is no deletion: it never had it.
    let is_there = |content: &Content| {
        reading.contents.iter().any(|other| other.seat == content.seat && !other.is_empty())
            || system.lens.field(content.seat).is_some_and(|field| field.seats > 1)
    };
    let mut base = unknown_base(book, system.lens, card, Some(row), None)?;
    base.contents.retain(is_there);
    // Of lists, only equal entries are known to be the same.
    let texts: Vec<(usize, &str)> = reading.contents.iter().map(|c| (c.texts.len(), c.text(0))).collect();
    base.contents.retain(|content| {
        let is_list = system.lens.field(content.seat).is_some_and(|field| field.seats > 1);
        !is_list || texts.iter().any(|(_, text)| system.lens.is_same(content.seat, 0, content.text(0), text))
    });
    for content in &mut base.contents {
        let other = reading.contents.iter().find(|other| other.seat == content.seat);
        for (part, text) in content.texts.iter_mut().enumerate() {
            if other.is_some_and(|other| other.text(part).is_empty()) {
                *text = Some(String::new());
            }
        }
    }
    relink(book, system, base, remote, row, clock)
}

/// Compares a row with the card that it was linked to before, without knowing what it had seen: equal fields become the
/// base, of a different one both values stay.
///
/// # Errors
/// `store-damaged`, `bad-value`.
pub fn link_again(
    book: &mut Book,
    system: &System,
    card: &str,
    remote: &str,
    row: &Json,
    clock: &Clock<'_>,
) -> Result<(Base, Judged)> {
    let base = unknown_base(book, system.lens, card, Some(row), Some(clock.provenance))?;
    relink(book, system, base, remote, row, clock)
}

/// Returns the base of a row of which nobody knows what it saw: the card's values, and no operation but those that were read
/// of the row `earlier` and that nobody has written over. What the row holds already keeps its seat, or two entries that
/// have changed places would look like edits of each other.
///
/// # Errors
/// `store-damaged`.
pub fn unknown_base(
    book: &mut Book,
    lens: &'static Lens,
    card: &str,
    row: Option<&Json>,
    earlier: Option<&Provenance>,
) -> Result<Base> {
    let known = book.card(card)?;
    let mut seated = row.map(|row| lens.read(row, &[]).contents).unwrap_or_default();
    let mut taken: Vec<String> = Vec::new();
    for content in &mut seated {
        if let Some((id, edits)) = new_element(lens, card, known.view(), &taken, content)
            && edits.is_empty()
        {
            taken.push(id.clone());
            content.element = Some(id);
        }
    }
    seated.retain(|content| content.element.is_some());
    let heads = known.heads().to_vec();
    let base = Base { card: card.to_owned(), heads, ..Base::default() };
    let Some(earlier) = earlier else {
        let contents = lens.project(&Shown::new(known.view().fields()), &seated).contents;
        return Ok(Base { contents, ..base });
    };
    let operations = last_read(book, lens, card, earlier)?;
    let sight = book.sight(card, &base.heads, &operations, &|path| holds(lens, path), earlier)?;
    let contents = lens.project(&Shown::new(sight.view().fields()), &seated).contents;
    Ok(Base { contents, operations, ..base })
}

fn relink(
    book: &mut Book,
    system: &System,
    mut base: Base,
    remote: &str,
    row: &Json,
    clock: &Clock<'_>,
) -> Result<(Base, Judged)> {
    let card = base.card.clone();
    if book.card(&card)?.is_deleted() && system.gone.contains(remote) {
        // The system took its own deletion back.
        let mut known = crate::book::Known::new();
        let entries: Vec<_> = book.card(&card)?.registers().at(STATE).to_vec();
        for entry in entries.into_iter().filter(|entry| entry.origin.is_system()) {
            let mut ids = known.get(&entry.path).cloned().unwrap_or_default();
            ids.push(entry.id);
            known.insert(entry.path.clone(), ids);
        }
        let holds = |path: &str| super::row::holds(system.lens, path);
        let sight = book.sight(&card, &base.heads, &known, &holds, clock.provenance)?;
        if !known.is_empty()
            && let Some(written) = book.write_as_peer(&card, &sight, PeerEdit::Restore, clock)?
        {
            base.heads.push(written.hash);
        }
    }
    let judged = judge(book, system.lens, &mut base, None, false, row, clock)?;
    book.write_about(&card, &link_path(&system.name), Value::text(remote)?, clock)?;
    if book.card(&card)?.registers().value(STATE).as_str() == Some(LIVE) {
        crate::system::advance_silently(book, system.lens, &mut base)?;
    }
    Ok((base, judged))
}

/// Says whether a row may be what an entry made: it holds half of what was sent or more, and nothing tells the two apart.
/// Systems cut, and users edit what they find: another number tells nobody apart who is otherwise the same, not in name
/// alone, and another name nobody of whom most is there.
#[must_use]
pub fn is_what_was_sent(lens: &'static Lens, entry: &Entry, row: &Json) -> bool {
    let reading = lens.read(row, &entry.contents);
    let is_kept = |slot: &&SentSlot| is_kept(lens, &reading, slot);
    let kept = kept_in(lens, entry, &reading);
    let is_named = |slot: &SentSlot| slot.paths.iter().any(|path| path.starts_with("name/"));
    let is_key =
        |slot: &SentSlot| slot.paths.iter().any(|path| path.starts_with("emails/") || path.starts_with("phones/"));
    let mut rest = entry.slots.iter().filter(|slot| !is_key(slot));
    let is_same_beside = rest.clone().any(|slot| !is_named(slot)) && rest.all(|slot| is_kept(&slot));
    let is_other = |slot: &SentSlot| {
        is_named(slot) && !text_at(&reading.contents, slot.seat, slot.part).is_empty() && !is_kept(&slot)
    };
    let has_name = !entry.slots.iter().any(is_other);
    let is_enough = if has_name { kept > 0 && kept * 2 >= entry.slots.len() } else { kept * 2 > entry.slots.len() };
    (!tells_apart(lens, entry, &reading) || is_same_beside) && is_enough
}

/// Says whether a row may be what an entry made, and a user has given it another name since: half of what was sent is
/// there. A namesake looks the same, so a person says; one that is as somebody made it has the name that they gave it.
fn is_perhaps_what_was_sent(lens: &'static Lens, entry: &Entry, row: &Json) -> bool {
    let is_changed = row.get(lens.modified) != row.get(lens.created);
    let reading = lens.read(row, &entry.contents);
    let kept = kept_in(lens, entry, &reading);
    let is_half = kept > 0 && kept * 2 >= entry.slots.len();
    is_changed && is_half && !tells_apart(lens, entry, &reading)
}

/// Says whether who was sent is reached by nothing that who is in a row is reached by.
fn tells_apart(lens: &Lens, entry: &Entry, reading: &Reading) -> bool {
    let (sent, row) = (keys_in(lens, &entry.contents), keys_in(lens, &reading.contents));
    !sent.is_empty() && !row.is_empty() && !sent.iter().any(|key| row.contains(key))
}

/// Returns how much of what an entry sent a row holds, in slots.
#[must_use]
pub fn kept_of(lens: &'static Lens, entry: &Entry, row: &Json) -> usize {
    kept_in(lens, entry, &lens.read(row, &entry.contents))
}

fn kept_in(lens: &Lens, entry: &Entry, reading: &Reading) -> usize {
    entry.slots.iter().filter(|slot| is_kept(lens, reading, slot)).count()
}

fn is_kept(lens: &Lens, reading: &Reading, slot: &SentSlot) -> bool {
    let text = text_at(&reading.contents, slot.seat, slot.part);
    lens.is_same(slot.seat, slot.part, &slot.to, text) || !text.is_empty() && slot.to.starts_with(text)
}
