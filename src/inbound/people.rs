//! Who in a book could be whom: by link, by what they are reached by, by name, by what their rows held. Says how alike two
//! are; who is whom is decided elsewhere, and often by a person.

use crate::book::Book;
use crate::card::View;
use crate::contact::{NAME, Value, element_kind, joined};
use crate::error::Result;
use crate::hash::{hex, sha256};
use crate::identity::draft_key;
use crate::lens::{Content, Lens, Reading};
use crate::normalise::{plain_key, text};
use crate::system::{Base, System, link_path};
use crate::table::{Names, Table};
use serde_json::Value as Json;

/// Who in the book could be whom: by link, by what they are reached by, by name. Built once for all rows of a run.
#[derive(Default)]
pub struct People {
    pub(super) linked: Table<String>,
    pub(super) by_key: Table<Vec<String>>,
    pub(super) by_name: Table<Vec<String>>,
    pub(super) has_link: Table<String>,
    pub(super) by_content: Table<Vec<String>>,
    /// Rows that were known when the run began, by when they were made.
    pub(super) by_created: Table<Vec<String>>,
    /// Rows by when they were made, together with what they are known by; who moves a row may have edited it before.
    pub(super) by_mark: Table<Vec<String>>,
    /// The given name and surname that the card of a row shows, where nobody read here what that row held.
    pub(super) named: Table<[String; 2]>,
    /// Rows that a listing brought in this run.
    pub(super) there: Names,
}

/// Of up to so many rows that were made at the same time the contents are compared: people who were imported together
/// share it.
const MOST_ALIKE: usize = 16;

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
            if !base.created.is_empty() {
                out.by_created.or_default(&base.created).push(remote.clone());
            } else if base.missing > 0 {
                let view = book.card(&base.card)?.view();
                let shown = |leaf| view.value(&joined(&[NAME, leaf])).as_str().unwrap_or_default().to_owned();
                out.named.insert(remote.clone(), NAMES.map(shown));
            }
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
            note(self.by_content.or_default(&key), remote);
        }
        for mark in marks_of(&base.created, lens, &base.contents) {
            note(self.by_mark.or_default(&mark), remote);
        }
    }

    /// Returns the row that another one was before it was moved, as far as one can tell: made at the same time, and of
    /// the same name or reached by the same; else one of the same content. The time alone counts if nobody else was made
    /// then, for people who were imported together share it; if the row was changed since, for one that is as it was made
    /// has the content of the one it was, or, edited in that same second, half of it; and if the two are not of different
    /// names with nothing in common. Of several the one that shares a name with the row, if all others are surely others.
    pub(super) fn before_move(&self, system: &System, row: &Json, reading: &Reading) -> Option<&String> {
        let time = |field| row.get(field).and_then(Json::as_str).unwrap_or_default();
        let created = time(system.lens.created);
        let is_as_made = time(system.lens.modified) == created;
        let marks = marks(system.lens, created, &reading.contents);
        // Who shares an address with somebody and has another name was not moved. What a row held that nobody read here is
        // what its card showed then: a name that came in since is theirs, too.
        let is_them = |remote: &&String| {
            let shown = self.named.get(remote.as_str());
            let is_another = |base: &Base| is_another(system.lens, &base.contents, shown, &reading.contents);
            system.base(remote).is_some_and(|base| !is_another(base))
        };
        let is_missing = |remote: &&String| system.base(remote).is_some_and(|base| base.missing > 0);
        let known = |mark: &String| self.by_mark.get(mark).into_iter().flatten();
        let alike: Vec<&String> = marks.iter().flat_map(known).filter(is_them).collect();
        // Of several the one that is gone from where it was.
        let alike = alike.iter().copied().find(|remote| is_missing(remote)).or_else(|| alike.first().copied());
        // Of some that are missing nobody knows when they were made.
        let unknown = marks_of("", system.lens, &reading.contents);
        let unknown = || unknown.iter().flat_map(known).filter(is_them).find(is_missing);
        let alike = alike.or_else(unknown);
        let twins = content_key(system.lens, &reading.contents).and_then(|key| self.by_content.get(&key));
        let twins = twins.map(Vec::as_slice).unwrap_or_default();
        let is_linked = |remote: &&String| system.base(remote).is_some();
        let twin = twins.iter().find(is_missing).or_else(|| twins.iter().rev().find(is_linked));
        let same = self.by_created.get(created).map(Vec::as_slice).unwrap_or_default();
        if let Some(found) = alike.or(twin) {
            return Some(found).filter(is_linked);
        }
        let own = texts(system.lens, &reading.contents);
        let nearest = most_alike(system, same, &own);
        // Others who were made with it may be gone: who has another name, and nothing in common, is one of them.
        let is_alike = |remote: &&String| is_them(remote) || in_common(system, remote, &own).0 > 0;
        let only = same.first().filter(|_| same.len() == 1).filter(is_alike);
        let shares_name = |remote: &&String| {
            system.base(remote).is_some_and(|base| shares_name(system.lens, &base.contents, &reading.contents))
        };
        let mut possible = same.iter().filter(is_them);
        let left = possible.next().filter(|_| possible.next().is_none()).filter(shares_name);
        let only = only.or(nearest.is_none().then_some(left).flatten()).filter(|_| !is_as_made);
        let nearest = nearest.filter(|remote| !is_as_made || is_them(remote));
        only.or(nearest).filter(is_linked)
    }

    /// Says whether no row that could be there is a card's.
    pub(super) fn is_free(&self, system: &System, card: &str) -> bool {
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

/// Returns by what a row is known again under another id: when it was made, together with each address, number and name.
fn marks(lens: &Lens, created: &str, contents: &[Content]) -> Vec<String> {
    if created.is_empty() { Vec::new() } else { marks_of(created, lens, contents) }
}

fn marks_of(created: &str, lens: &Lens, contents: &[Content]) -> Vec<String> {
    let name = name_in(lens, contents).map(|name| ["name ", &name].concat());
    keys_in(lens, contents).into_iter().chain(name).map(|key| [created, "\u{1f}", &key].concat()).collect()
}

fn note(rows: &mut Vec<String>, remote: &str) {
    if !rows.iter().any(|other| other == remote) {
        rows.push(remote.to_owned());
    }
}

/// Returns the row, of a few that were made at the same time, that has the most in common with one that holds these
/// texts: half of what one of them holds or more.
fn most_alike<'a>(system: &System, same: &'a [String], own: &[String]) -> Option<&'a String> {
    let much = |remote: &&String| {
        let (common, least) = in_common(system, remote, own);
        if common * 2 >= least { common } else { 0 }
    };
    let few = if same.len() <= MOST_ALIKE { same } else { &[] };
    few.iter().filter(|remote| much(remote) > 0).max_by_key(much)
}

/// Returns how many of these texts a row holds too, and how many the one holds that holds less.
fn in_common(system: &System, remote: &str, own: &[String]) -> (usize, usize) {
    let texts = system.base(remote).map(|base| texts(system.lens, &base.contents)).unwrap_or_default();
    (texts.iter().filter(|text| own.contains(text)).count(), own.len().min(texts.len()))
}

/// Returns a key that rows of the same content share, whatever their ids; none for an empty row.
pub(super) fn content_key(lens: &Lens, contents: &[Content]) -> Option<String> {
    let mut texts = texts(lens, contents);
    if texts.is_empty() {
        return None;
    }
    crate::sorted::sort_by(&mut texts, |a, b| a < b);
    Some(hex(&sha256(&[texts.join("\u{1e}").as_bytes()])))
}

/// Returns everything that a row holds, in normal form, with the field that holds it.
fn texts(lens: &Lens, contents: &[Content]) -> Vec<String> {
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
    texts
}

/// Returns the name that somebody has in a row, to be compared.
fn name_in(lens: &Lens, contents: &[Content]) -> Option<String> {
    full_name(|leaf| part_of_name(lens, contents, leaf))
}

fn part_of_name<'a>(lens: &Lens, contents: &'a [Content], leaf: &str) -> Option<&'a str> {
    let name = if leaf == "given" { "givenName" } else { leaf };
    let is_it = |content: &&Content| lens.field(content.seat).is_some_and(|field| field.name == name);
    contents.iter().find(is_it).map(|content| content.text(0)).filter(|text| !text.is_empty())
}

/// Says whether two rows have the given name or the surname in common.
fn shares_name(lens: &Lens, one: &[Content], two: &[Content]) -> bool {
    NAMES.iter().any(|leaf| {
        let plain = |contents| part_of_name(lens, contents, leaf).map(|name| text(name).to_lowercase());
        plain(one).is_some_and(|one| plain(two).is_some_and(|two| one == two))
    })
}

/// Says whether two rows are people of different given names and surnames; a name that the first lacks is the one that
/// its card shows, if that counts.
fn is_another(lens: &Lens, one: &[Content], shown: Option<&[String; 2]>, two: &[Content]) -> bool {
    NAMES.iter().enumerate().all(|(at, leaf)| {
        let of_card = shown.and_then(|shown| shown.get(at)).map(String::as_str).filter(|name| !name.is_empty());
        let one = part_of_name(lens, one, leaf).or(of_card);
        let plain = |name| text(name).to_lowercase();
        one.is_some_and(|one| part_of_name(lens, two, leaf).is_some_and(|two| plain(one) != plain(two)))
    })
}

/// The parts of a name that tell people apart.
const NAMES: [&str; 2] = ["given", "surname"];

/// How alike two names are.
pub(super) enum Likeness {
    Equal,
    Partly,
    Other,
}

/// Compares names: equal, partly equal (or one of them has none), or those of two people.
pub(super) fn same_name(view: View<'_>, draft: &crate::contact::Draft) -> Likeness {
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

pub(super) fn keys(view: View<'_>) -> Vec<String> {
    let of_kind = |kind: &'static str| {
        let key = move |id: &str| plain_key(element_kind(kind), view.leaves(&joined(&[kind, id])));
        view.elements(kind).into_iter().map(key)
    };
    REACHED_BY.into_iter().flat_map(of_kind).filter(|key| !key.is_empty()).collect()
}

/// Returns a name to be compared, if somebody has a whole one.
pub(super) fn full_name<'a>(part: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let plain = |leaf| Some(text(part(leaf)?).to_lowercase()).filter(|name| !name.is_empty());
    Some([plain("given")?, plain("surname")?].join(" "))
}
