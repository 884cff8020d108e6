//! Rows that no base knows: whose they are. A row that was linked before is compared with its card; one that is surely
//! the same person is linked; one that may be somebody's waits for a person; everybody else becomes a card.
//!
//! Never links two people for a shared address, and never makes a second card of a row it could still place.

use serde_json::Value as Json;

use super::row::{Judged, judge, new_element, note_row};
use crate::book::{Book, Clock, PeerEdit};
use crate::card::{Rule, View};
use crate::contact::{DraftValue, LIVE, NAME, Path, STATE, Value, element_kind, joined, order_key};
use crate::error::Result;
use crate::hash::{hex, sha256};
use crate::identity::{card_id_from_row, draft_key, element_id};
use crate::lens::{Content, Lens, Reading, Shown};
use crate::normalise::{plain_key, text};
use crate::system::{Base, Entry, SentSlot, System, link_path};
use crate::table::{Names, Table};

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

/// Who in the book could be whom: by link, by what they are reached by, by name. Built once for all rows of a run.
#[derive(Default)]
pub struct People {
    linked: Table<String>,
    by_key: Table<Vec<String>>,
    by_name: Table<Vec<String>>,
    has_link: Table<String>,
    by_content: Table<String>,
    /// Rows by when they were made; who moves a row may have edited it before.
    by_created: Table<Vec<String>>,
    /// Rows that a listing brought in this run.
    there: Names,
}

impl People {
    /// Looks at every card.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn new(book: &mut Book, system: &System) -> Result<Self> {
        let mut out = Self::default();
        for id in book.all_ids() {
            out.add(book, &system.name, &id)?;
        }
        for (remote, base) in system.rows().iter() {
            out.add_row(system.lens, remote, base);
        }
        Ok(out)
    }

    /// Adds a card.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn add(&mut self, book: &mut Book, system: &str, id: &str) -> Result<()> {
        let card = book.card(id)?;
        if let Some(remote) = card.view().value(&link_path(system)).as_str() {
            self.linked.insert(remote.to_owned(), id.to_owned());
            self.has_link.insert(id.to_owned(), remote.to_owned());
        }
        if !card.is_deleted() {
            for key in keys(card.view()) {
                let cards = self.by_key.or_default(&key);
                if !cards.iter().any(|other| other == id) {
                    cards.push(id.to_owned());
                }
            }
            if let Some(name) = full_name(|leaf| card.view().value(&joined(&[NAME, leaf])).as_str()) {
                self.by_name.or_default(&name).push(id.to_owned());
            }
        }
        Ok(())
    }

    /// Adds a row: one that is moved while its folders are listed is met twice in one run.
    pub fn add_row(&mut self, lens: &Lens, remote: &str, base: &Base) {
        if let Some(key) = content_key(lens, &base.contents) {
            self.by_content.insert(key, remote.to_owned());
        }
        if !base.created.is_empty() {
            self.by_created.or_default(&base.created).push(remote.to_owned());
        }
    }

    /// Returns the row that another one was before it was moved, as far as one can tell: made at the same time, and of
    /// the same name or reached by the same; else one of the same content; else the only one made then that is missing.
    fn before_move(&self, system: &System, created: &str, reading: &Reading) -> Option<&String> {
        let same = self.by_created.get(created).map(Vec::as_slice).unwrap_or_default();
        let known = || same.iter().filter_map(|remote| Some((remote, system.base(remote)?)));
        let keys = keys_in(system.lens, &reading.contents);
        let name = name_in(system.lens, &reading.contents);
        let is_alike = |base: &Base| {
            keys_in(system.lens, &base.contents).iter().any(|key| keys.contains(key))
                || name.is_some() && name == name_in(system.lens, &base.contents)
        };
        let mut missing = known().filter(|(_, base)| base.missing > 0);
        let only = missing.next().filter(|_| missing.next().is_none());
        let twin = content_key(system.lens, &reading.contents).and_then(|key| self.by_content.get(&key));
        let alike = known().find(|(_, base)| is_alike(base)).map(|(remote, _)| remote);
        alike.or(twin).or(only.map(|(remote, _)| remote)).filter(|other| system.base(other).is_some())
    }

    /// Says whether no row that could be there is a card's.
    fn is_free(&self, system: &System, card: &str) -> bool {
        // One that was linked when another replica drove may have lost its row, or got it back under another id.
        let is_linked = |row: &str| system.base(row).is_some() || self.there.contains(row) || system.gone.contains(row);
        system.row_of(card).is_none()
            && !system.entries().contains_key(card)
            && !self.link_of(card).is_some_and(is_linked)
    }

    /// Notes which rows a listing brought.
    pub fn note_there<'a>(&mut self, rows: impl Iterator<Item = &'a String>) {
        self.there.extend(rows.cloned());
    }

    /// Returns the row that a card says is its own.
    #[must_use]
    pub fn link_of(&self, card: &str) -> Option<&str> {
        self.has_link.get(card).map(String::as_str)
    }

    /// Returns all links, by row.
    #[must_use]
    pub fn links(&self) -> &Table<String> {
        &self.linked
    }
}

/// Says whether a row has nothing in it by which anybody could be known.
#[must_use]
pub fn is_nobody(lens: &'static Lens, row: &Json) -> bool {
    let reading = lens.read(row, &[]);
    reading.contents.iter().all(Content::is_empty) && reading.called.is_none_or(|called| called.is_empty())
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
    if let Some(card) = people.linked.get(remote).filter(|card| system.row_of(card).is_none()) {
        return Ok(Place::Linked(card.clone()));
    }
    for (card, entry) in system.entries().iter().filter(|(_, entry)| entry.remote.is_empty()) {
        if is_what_was_sent(lens, entry, row) && !book.breaks(Rule::PendingRowsWait) {
            return Ok(Place::MaybeOurs(card.clone()));
        }
    }
    let created = row.get(lens.created).and_then(Json::as_str).unwrap_or_default();
    if let Some(other) = people.before_move(system, created, &reading).filter(|other| *other != remote) {
        return Ok(Place::Moved(other.clone()));
    }
    match system.decisions.get(remote) {
        Some(Some(card)) if book.has(card) => match system.row_of(card) {
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
    let mut base = unknown_base(book, system.lens, card, Some(row))?;
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
    let base = unknown_base(book, system.lens, card, Some(row))?;
    relink(book, system, base, remote, row, clock)
}

/// Returns the base of a row of which nobody knows what it saw: the card's values, and no operation. What the row holds
/// already keeps its seat, or two entries that have changed places would look like edits of each other.
///
/// # Errors
/// `store-damaged`.
pub fn unknown_base(book: &mut Book, lens: &'static Lens, card: &str, row: Option<&Json>) -> Result<Base> {
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
    let contents = lens.project(&Shown::new(known.view().fields()), &seated).contents;
    let heads = known.heads().to_vec();
    Ok(Base { card: card.to_owned(), contents, heads, ..Base::default() })
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

/// Says whether a row may be what an entry made: it holds most of what was sent, and nothing tells the two apart. Systems
/// cut, and users edit what they find.
#[must_use]
pub fn is_what_was_sent(lens: &'static Lens, entry: &Entry, row: &Json) -> bool {
    let reading = lens.read(row, &entry.contents);
    let there = |seat, part| {
        let content = reading.contents.iter().find(|content| content.seat == seat);
        content.map_or("", |content| content.text(part))
    };
    let is_kept = |slot: &&SentSlot| {
        let text = there(slot.seat, slot.part);
        lens.is_same(slot.seat, slot.part, &slot.to, text) || !text.is_empty() && slot.to.starts_with(text)
    };
    let (sent, row) = (keys_in(lens, &entry.contents), keys_in(lens, &reading.contents));
    let tells_apart = !sent.is_empty() && !row.is_empty() && !sent.iter().any(|key| row.contains(key));
    let kept = entry.slots.iter().filter(is_kept).count();
    !tells_apart && kept * 2 > entry.slots.len()
}

/// Returns a key that rows of the same content share, whatever their ids; none for an empty row.
fn content_key(lens: &Lens, contents: &[Content]) -> Option<String> {
    let mut texts: Vec<String> = Vec::new();
    for content in contents {
        let field = lens.field(content.seat).map_or("", |field| field.name);
        for (part, text) in lens.parts(content.seat).iter().zip(&content.texts) {
            let text = text.as_deref().unwrap_or_default();
            let canonical = part.form.canonical(text).unwrap_or_else(|| text.to_owned());
            if !canonical.is_empty() {
                texts.push([field, "\u{1f}", part.key, "\u{1f}", &canonical].concat());
            }
        }
    }
    if texts.is_empty() {
        return None;
    }
    crate::sorted::sort_by(&mut texts, |a, b| a < b);
    Some(hex(&sha256(&[texts.join("\u{1e}").as_bytes()])))
}

/// Returns the name that somebody has in a row, to be compared.
fn name_in(lens: &Lens, contents: &[Content]) -> Option<String> {
    let text = |name: &str| {
        let is_it = |content: &&Content| lens.field(content.seat).is_some_and(|field| field.name == name);
        contents.iter().find(is_it).map(|content| content.text(0))
    };
    full_name(|leaf| text(if leaf == "given" { "givenName" } else { leaf }).filter(|text| !text.is_empty()))
}

enum Likeness {
    Equal,
    Partly,
    Other,
}

/// Compares names: equal, partly equal (or one of them has none), or those of two people.
fn same_name(view: View<'_>, draft: &crate::contact::Draft) -> Likeness {
    let plain = |value: Option<&str>| value.map(|name| text(name).to_lowercase()).filter(|name| !name.is_empty());
    let pair = |leaf: &str| {
        let path = joined(&[NAME, leaf]);
        let ours = plain(view.value(&path).as_str());
        let theirs = plain(draft.field(&path).and_then(Value::as_str));
        (ours, theirs)
    };
    let (given, surname) = (pair("given"), pair("surname"));
    let is_known = |(ours, theirs): &(Option<String>, Option<String>)| ours.is_some() && theirs.is_some();
    let is_equal = |(ours, theirs): &(Option<String>, Option<String>)| ours == theirs;
    let (known_given, known_surname) = (is_known(&given), is_known(&surname));
    if is_equal(&given) && is_equal(&surname) && (known_given || known_surname) {
        Likeness::Equal
    } else if known_given && known_surname && !is_equal(&given) && !is_equal(&surname)
        || known_given && !is_equal(&given) && !known_surname && surname.0.is_none() == surname.1.is_none()
    {
        Likeness::Other
    } else {
        Likeness::Partly
    }
}

/// Returns what a row can be reached by: plain e-mail addresses and phone numbers.
#[must_use]
pub fn keys_in(lens: &Lens, contents: &[Content]) -> Vec<String> {
    let elements = contents.iter().filter_map(|content| lens.new_element(content));
    let reachable = elements.filter(|element| REACHED_BY.contains(&element.kind.as_str()));
    reachable.map(|element| draft_key(&element)).filter(|key| !key.is_empty()).collect()
}

/// The kinds of entries by which somebody is reached, and known again.
const REACHED_BY: [&str; 2] = ["emails", "phones"];

fn keys(view: View<'_>) -> Vec<String> {
    let of_kind = |kind: &'static str| {
        let key = move |id: &str| plain_key(element_kind(kind), view.leaves(&joined(&[kind, id])));
        view.elements(kind).into_iter().map(key)
    };
    REACHED_BY.into_iter().flat_map(of_kind).filter(|key| !key.is_empty()).collect()
}

/// Returns a name to be compared, if somebody has a whole one.
fn full_name<'a>(part: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let plain = |leaf| Some(text(part(leaf)?).to_lowercase()).filter(|name| !name.is_empty());
    Some([plain("given")?, plain("surname")?].join(" "))
}
