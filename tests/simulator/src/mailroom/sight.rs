//! What people can see of a card: every value that is shown or is a side of an open conflict. Read from registers and
//! conflicts alone.

use std::collections::{BTreeMap, BTreeSet};

use contactmesh::book::Book;
use contactmesh::card::ConflictKind;
use contactmesh::contact::Value;

use super::ledger::plain;
use crate::model::{is_group, is_presence, presence_of};
use crate::violation::{Checked, DURABILITY, broken};

/// What people can see of a card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Every text: shown, or a side of a conflict.
    pub texts: BTreeSet<String>,
    /// Shown texts by path.
    pub shown: BTreeMap<String, String>,
    /// Paths of open conflicts.
    pub conflicts: BTreeSet<String>,
    /// The sides of conflicts about one value, by path.
    pub sides: BTreeMap<String, BTreeSet<String>>,
    /// Whether it is shown as deleted.
    pub is_deleted: bool,
}

impl Sight {
    /// Says whether nobody disputes that it is deleted.
    pub fn is_gone(&self) -> bool {
        self.is_deleted && !self.conflicts.contains("state")
    }

    /// Returns the ids of shown elements of a kind.
    pub fn elements(&self, kind: &str) -> BTreeSet<String> {
        let ids = self.shown.keys().filter_map(|path| path.strip_prefix(kind)?.strip_prefix('/')?.split('/').next());
        ids.map(str::to_owned).collect()
    }

    /// Says whether a row may have no place for a text: there is none for notes, and of what is listed here more entries are
    /// shown than there are places. Numbers and addresses have theirs by what they say of themselves.
    pub fn is_placeless(&self, text: &str) -> bool {
        let holds = |(path, shown): &(&String, &String)| path.contains('/') && plain(shown) == text;
        self.shown.iter().filter(holds).any(|(path, _)| {
            let mut parts = path.split('/');
            let (kind, own) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let label = |id: &str| {
                let says = |what: &str| self.shown.contains_key(&format!("{kind}/{id}/{what}"));
                [says("features/mobile"), says("contexts/private"), says("contexts/work")]
            };
            let labels: Vec<[bool; 3]> = self.elements(kind).iter().map(|id| label(id)).collect();
            let count = |label: [bool; 3]| labels.iter().filter(|other| **other == label).count();
            let (own, all) = (label(own), labels.len());
            let [is_mobile, ..] = own;
            match kind {
                "name" => false,
                "emails" => all > 3,
                "phones" => count(own) > if is_mobile { 1 } else { 2 },
                // One more may stand among the others.
                "addresses" => {
                    let (home, work) = (count([false, true, false]), count([false, false, true]));
                    let others = all - home.min(1) - work.min(1);
                    others > 1 && (own == [false; 3] || count(own) > 1)
                }
                "titles" | "organizations" => all > 1,
                _ => true,
            }
        })
    }

    /// Returns what is shown at a path.
    pub fn at(&self, path: &str) -> &str {
        self.shown.get(path).map_or("", String::as_str)
    }
}

/// Says whether a path holds what somebody typed.
pub fn is_typed(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    let about = path.starts_with("link/") || path.starts_with("primary/") || is_presence(path);
    !about && !["id", "uid", "state", "order", "kind", "e164"].contains(&last)
}

/// Looks at a card.
pub fn look(book: &mut Book, id: &str) -> Checked<Sight> {
    let Ok(conflicts) = book.conflicts_of(id) else {
        return broken(DURABILITY, format!("the conflicts of card {id} cannot be read"));
    };
    let Ok(card) = book.card(id) else { return broken(DURABILITY, format!("card {id} cannot be read")) };
    let mut out = Sight { is_deleted: card.is_deleted(), ..Sight::default() };
    out.conflicts = conflicts.iter().map(|conflict| conflict.path.to_string()).collect();
    if out.is_gone() {
        return Ok(out);
    }
    let there = |presence: &str| card.registers().at(presence).iter().any(|entry| entry.value == Value::Bool(true));
    for candidates in card.registers().groups() {
        let Some(path) = candidates.first().map(|entry| entry.path.as_str()).filter(|path| is_typed(path)) else {
            continue;
        };
        let presence = presence_of(path);
        // Of a group in conflict people see its versions, below.
        if presence.is_some_and(|presence| !there(presence) || is_group(presence) && out.conflicts.contains(presence)) {
            continue;
        }
        out.texts.extend(candidates.iter().filter_map(|entry| entry.value.as_str()).map(plain));
    }
    for conflict in &conflicts {
        let leaves = conflict.versions.iter().flat_map(|version| &version.leaves).filter(|(path, _)| is_typed(path));
        out.texts.extend(leaves.filter_map(|(_, value)| value.as_str()).map(plain));
        if conflict.kind == ConflictKind::Value && is_typed(&conflict.path) {
            let sides = conflict.versions.iter().filter_map(|version| version.value.as_str()).map(plain);
            out.sides.insert(conflict.path.to_string(), sides.collect());
        }
    }
    let shown = card.view().fields();
    out.shown = shown
        .map(|(path, value)| (path.to_owned(), value.as_str().map_or_else(|| "true".to_owned(), str::to_owned)))
        .collect();
    Ok(out)
}

/// Returns the texts that people can see in all cards.
pub fn texts_of(cards: &BTreeMap<String, Sight>) -> BTreeSet<&str> {
    cards.values().flat_map(|sight| &sight.texts).map(String::as_str).collect()
}

/// Returns the texts of a card that is linked with a row, deleted or not.
pub fn texts_of_row(book: &mut Book, card: &str, row: &str) -> Option<BTreeSet<String>> {
    let is_it = book.card(card).ok()?.registers().value("link/outlook").as_str() == Some(row);
    is_it.then(|| texts_in(book, card))
}

/// Returns the texts that are in a card, deleted or not.
pub fn texts_in(book: &mut Book, card: &str) -> BTreeSet<String> {
    let Ok(card) = book.card(card) else { return BTreeSet::new() };
    let typed = card.registers().entries().iter().filter(|entry| is_typed(&entry.path));
    typed.filter_map(|entry| entry.value.as_str()).map(plain).collect()
}
