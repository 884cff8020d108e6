//! Inbound: people from files become cards. Importing twice, also on two replicas, gives one card; importing an
//! unchanged file again never undoes what somebody edited since.
//!
//! Adds and updates; takes nothing away that a file does not mention.

pub mod arrivals;
mod compare;
pub mod departures;
pub mod past;
pub mod people;
pub mod row;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::book::{Book, Clock, is_reserved};
use crate::card::{View, presence_of};
use crate::change::Operation;
use crate::contact::{
    Draft, DraftElement, DraftValue, LIVE, Origin, Path, Provenance, STATE, Value, element_kind, joined, order_key,
};
use crate::error::{Code, Error, Result};
use crate::identity::{card_id_from_content, card_id_from_draft, draft_key, element_id};
use crate::normalise::{mail, plain_key, text};
use crate::sorted::sort_by;
use crate::table::Table;

/// What became of the drafts of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Cards that were made.
    pub created: Vec<String>,
    /// Cards that took something in.
    pub updated: Vec<String>,
    /// Cards that had it all.
    pub unchanged: Vec<String>,
    /// Cards that were deleted here: nothing was written.
    pub deleted: Vec<String>,
    /// Cards made under a random id because the one with the derived id is somebody else: id made, id found.
    pub proposals: Vec<(String, String)>,
}

/// What an import ever wrote into a card, by path.
type ImportedBefore = BTreeMap<Path, Vec<Value>>;

/// Imports drafts.
///
/// # Errors
/// `bad-path` or `bad-value`, naming the draft by its position; drafts before it are imported.
pub fn import(book: &mut Book, drafts: &[Draft], clock: &Clock<'_>) -> Result<Imported> {
    let mut out = Imported::default();
    for (position, draft) in drafts.iter().enumerate() {
        one(book, draft, clock, &mut out).map_err(|e| e.context(&format!("importing entry {}", position + 1)))?;
    }
    Ok(out)
}

fn one(book: &mut Book, draft: &Draft, clock: &Clock<'_>, out: &mut Imported) -> Result<()> {
    let id = card_for(book, draft, out)?;
    if is_reserved(&id) {
        return Err(Error::new(Code::BadInput, format!("`{id}` is a name the book keeps for itself")));
    }
    if !book.has(&id) {
        let operations = operations(&id, View::nothing(), &ImportedBefore::new(), draft)?;
        book.write_first(&id, operations, clock)?;
        out.created.push(id);
        return Ok(());
    }
    if book.card(&id)?.is_deleted() {
        out.deleted.push(id);
        return Ok(());
    }
    let before = imported_before(book, &id)?;
    let card = book.card(&id)?;
    let operations = operations(&id, card.view(), &before, draft)?;
    match book.write_now(&id, operations, clock)? {
        true => out.updated.push(id),
        false => out.unchanged.push(id),
    }
    Ok(())
}

/// Returns the id of a draft's card: the derived one, unless that card is somebody else; then the one derived from the
/// content alone, so that importing again finds it; a random one if that is somebody else too.
fn card_for(book: &mut Book, draft: &Draft, out: &mut Imported) -> Result<String> {
    let derived = card_id_from_draft(draft);
    if !book.has(&derived) || !contradicts(book, &derived, draft)? {
        return Ok(derived);
    }
    let mut id = card_id_from_content(draft);
    if book.has(&id) && contradicts(book, &id, draft)? {
        id = book.entropy().card_id();
    }
    if !book.has(&id) {
        out.proposals.push((id.clone(), derived));
    }
    Ok(id)
}

/// Says whether a card is somebody else: another name, and no e-mail that it ever had.
fn contradicts(book: &mut Book, id: &str, draft: &Draft) -> Result<bool> {
    let history = book.history(id)?;
    let written = history.written_by(|_| true);
    let is_address = |path: &Path| path.starts_with("emails/") && path.ends_with("/address");
    let ever = written.iter().filter(|(path, _)| is_address(path)).flat_map(|(_, values)| values.iter());
    let emails: Vec<String> = ever.filter_map(|value| value.as_str()).map(mail).collect();
    let theirs: Vec<String> = draft.elements.iter().filter(|e| e.kind == "emails").map(draft_key).collect();
    if emails.is_empty() || theirs.is_empty() || theirs.iter().any(|key| emails.contains(key)) {
        return Ok(false);
    }
    let card = book.card(id)?.view();
    let plain = |value: Option<&str>| value.map(|name| text(name).to_lowercase());
    let same = |path: &str| {
        let ours = plain(card.value(path).as_str());
        ours.is_some() && ours == plain(draft.field(path).and_then(Value::as_str))
    };
    Ok(!["name/given", "name/surname", "name/full"].into_iter().any(same))
}

fn imported_before(book: &mut Book, id: &str) -> Result<ImportedBefore> {
    let is_import = |change: &crate::change::Change| Provenance::from_message(&change.message).origin == Origin::Import;
    let written = book.history(id)?.written_by(is_import);
    let mut out = ImportedBefore::new();
    out.extend(written.into_iter().map(|(path, values)| (path.clone(), values.into_iter().cloned().collect())));
    Ok(out)
}

/// Returns what a draft changes in a card.
fn operations(id: &str, card: View<'_>, before: &ImportedBefore, draft: &Draft) -> Result<Vec<Operation>> {
    let mut out = Importing { card, before, wanted: BTreeMap::new() };
    let (ids, orders) = (element_ids(id, card, before, draft), order_keys(draft));
    if let Some(uid) = &draft.uid {
        out.want(Path::new("uid")?, Value::text(uid.as_str())?);
    }
    for (path, value) in &draft.fields {
        out.want(path.clone(), value.clone());
    }
    for (position, element) in draft.elements.iter().enumerate() {
        let Some(Some(element_id)) = ids.get(position) else { continue };
        let presence = joined(&[&element.kind, element_id]);
        let is_new = !card.is_present(&presence);
        for (leaf, value) in &element.fields {
            let value = match value {
                DraftValue::Value(value) => value.clone(),
                DraftValue::Element(other) => match ids.get(*other) {
                    Some(Some(other)) => Value::text(other.as_str())?,
                    _ => continue,
                },
            };
            out.want(Path::of(&[&presence, leaf])?, value);
        }
        if is_new && let Some(Some(key)) = orders.get(position) {
            out.want(Path::of(&[&presence, "order"])?, Value::text(key.as_str())?);
        }
        if element.primary {
            out.want(Path::of(&["primary", &element.kind])?, Value::text(element_id.as_str())?);
        }
    }
    out.finish()
}

/// Returns, for each element of a draft, the id it gets in the card; none for one that an import brought before and
/// that is gone since: somebody removed or changed it.
fn element_ids(id: &str, card: View<'_>, before: &ImportedBefore, draft: &Draft) -> Vec<Option<String>> {
    let mut present: Table<&str> = Table::new();
    let mut kinds: Vec<&str> = draft.elements.iter().map(|e| e.kind.as_str()).collect();
    sort_by(&mut kinds, |a, b| a < b);
    kinds.dedup();
    for kind in kinds {
        for element in card.elements(kind) {
            let key = plain_key(element_kind(kind), card.leaves(&joined(&[kind, element])));
            let key = joined(&[kind, &key]);
            if !present.contains_key(&key) {
                present.insert(key, element);
            }
        }
    }
    let new_id = |element: &DraftElement, key: &str| {
        for counter in 0.. {
            let candidate = element_id(id, &element.kind, key, counter);
            let presence = joined(&[&element.kind, &candidate]);
            if before.contains_key(presence.as_str()) {
                return None;
            }
            if card.registers().at(&presence).is_empty()
                && card.registers().below(&joined(&[&presence, ""])).next().is_none()
            {
                return Some(candidate);
            }
        }
        None
    };
    let id_of = |element: &DraftElement| {
        let key = draft_key(element);
        match present.get(&joined(&[&element.kind, &key])) {
            Some(known) => Some((*known).to_owned()),
            None => new_id(element, &key),
        }
    };
    draft.elements.iter().map(id_of).collect()
}

/// Returns the order key of each element among those of its kind.
fn order_keys(draft: &Draft) -> Vec<Option<String>> {
    let mut totals: Table<usize> = Table::new();
    draft.elements.iter().for_each(|element| *totals.or_default(&element.kind) += 1);
    let mut before: Table<usize> = Table::new();
    let key = |element: &DraftElement, place: usize| order_key(place, *totals.get(&element.kind)?);
    let mut out = Vec::with_capacity(draft.elements.len());
    for element in &draft.elements {
        let place = before.or_default(&element.kind);
        out.push(key(element, *place));
        *place += 1;
    }
    out
}

struct Importing<'a> {
    card: View<'a>,
    before: &'a ImportedBefore,
    wanted: BTreeMap<Path, Value>,
}

impl Importing<'_> {
    /// Wants a value, unless it is there or an import brought it before.
    fn want(&mut self, path: Path, value: Value) {
        let there = self.card.value(&path) == &value || value.is_null();
        let old = self.before.get(&path).is_some_and(|values| values.contains(&value));
        if !there && !old {
            // Two entries of a file that are one element: what the first says stays.
            self.wanted.entry(path).or_insert(value);
        }
    }

    /// Returns the operations, with the presences of everything written inside, and that the card is live.
    fn finish(mut self) -> Result<Vec<Operation>> {
        if self.wanted.is_empty() {
            return Ok(Vec::new());
        }
        self.card.complete(&mut self.wanted, self.card.registers());
        let mut presences: Vec<Path> = Vec::new();
        for presence in self.wanted.keys().filter_map(|path| presence_of(path)) {
            // The leaves of an element are neighbours.
            if presences.last().is_none_or(|last| last.as_str() != presence) {
                presences.push(Path::new(presence)?);
            }
        }
        self.wanted.extend(presences.into_iter().map(|presence| (presence, Value::Bool(true))));
        self.wanted.insert(Path::new(STATE)?, Value::text(LIVE)?);
        let card = self.card;
        let operation = |(path, value): (Path, Value)| Operation {
            predecessors: card.overwritten(&path, card.registers()),
            path,
            value,
        };
        Ok(self.wanted.into_iter().map(operation).collect())
    }
}
