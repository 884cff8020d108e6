//! What people do to cards, and its record in the model.

use std::collections::BTreeSet;

use contactmesh::book::Clock;
use contactmesh::card::ConflictKind;
use contactmesh::contact::{Provenance, Value};
use contactmesh::error::{Code, Error};

use super::World;
use crate::host::Form;
use crate::model::{Intent, View, is_group};
use crate::violation::{Checked, NO_LOSS, broken};

/// Paths and new values, as typed.
pub(crate) type Edits = Vec<(String, Value)>;

const FIELDS: [&str; 5] = ["language", "kind", "x-nick", "speakToAs/grammaticalGender", "primary/emails"];
const KINDS: [(&str, &str); 4] =
    [("emails", "address"), ("phones", "number"), ("notes", "note"), ("organizations", "name")];
const NAME: [&str; 4] = ["name/given", "name/surname", "name/full", "name/sortAs/given"];
const ADDRESS: [&str; 4] = ["name", "locality", "postcode", "countryCode"];

impl World {
    pub fn create(&mut self, r: usize) -> Checked<()> {
        let mut edits = vec![("name/given".to_owned(), self.text()), ("language".to_owned(), self.text())];
        if self.random.permille(700) {
            edits.push(("emails/new/address".to_owned(), self.text()));
        }
        if self.random.permille(500) {
            edits.push(("addresses/new/locality".to_owned(), self.text()));
            edits.push(("addresses/new/name".to_owned(), self.text()));
        }
        let now = self.clock(r);
        let host = self.host(r);
        let provenance = Provenance::person(host.book.replica());
        let seen = host.known.clone();
        match host.book.create(None, &edits, &Clock { now, provenance: &provenance }) {
            Ok(id) => {
                self.note(&format!("replica {r} creates {id}"));
                self.stats.count("cards created");
                self.written(r, &Intent::Create(edits), &seen)?;
                self.done(r)
            }
            Err(error) => self.refused(r, "", "creating a card", &error),
        }
    }

    pub fn edit_field(&mut self, r: usize) -> Checked<()> {
        let Some(card) = self.pick_card(r, false) else { return Ok(()) };
        let edits = self.field_edits();
        self.edit(r, &card, None, edits)
    }

    fn field_edits(&mut self) -> Edits {
        let count = 1 + self.random.below(2);
        let mut edits: Edits = Vec::new();
        for _ in 0..count {
            let path = self.random.pick(&FIELDS).copied().unwrap_or("language");
            let value = if self.random.permille(120) { Value::Null } else { self.text() };
            if edits.iter().all(|(other, _)| other != path) {
                edits.push((path.to_owned(), value));
            }
        }
        edits
    }

    pub fn edit_element(&mut self, r: usize) -> Checked<()> {
        let Some(card) = self.pick_card(r, false) else { return Ok(()) };
        let seen = self.host(r).known.clone();
        match self.element_edits(&card, &seen) {
            Some(edits) => self.edit(r, &card, None, edits),
            None => Ok(()),
        }
    }

    fn element_edits(&mut self, card: &str, seen: &View) -> Option<Edits> {
        let present = self.model.present(card, seen);
        let elements: Vec<&String> = present.iter().filter(|presence| !is_group(presence)).collect();
        let presence = (*self.random.pick(&elements)?).clone();
        let kind = presence.split('/').next().unwrap_or_default();
        let main = KINDS.iter().find(|(k, _)| *k == kind).map_or("label", |(_, leaf)| leaf);
        let leaf = self.random.pick(&[main, "label", "pref"]).copied().unwrap_or("label");
        let value = match leaf {
            "pref" => Value::Int(i64::try_from(self.random.below(100)).unwrap_or(1)),
            "label" if self.random.permille(200) => Value::Null,
            _ => self.text(),
        };
        Some(vec![(format!("{presence}/{leaf}"), value)])
    }

    pub fn edit_group(&mut self, r: usize) -> Checked<()> {
        let Some(card) = self.pick_card(r, false) else { return Ok(()) };
        let seen = self.host(r).known.clone();
        let edits = self.group_edits(&card, &seen);
        self.edit(r, &card, None, edits)
    }

    /// One half of the name or of an address; sometimes both halves.
    fn group_edits(&mut self, card: &str, seen: &View) -> Edits {
        let present = self.model.present(card, seen);
        let addresses: Vec<&String> = present.iter().filter(|presence| presence.starts_with("addresses/")).collect();
        let address = self.random.pick(&addresses).map(|presence| (*presence).clone());
        let mut paths: Vec<String> = match address.filter(|_| self.random.permille(600)) {
            Some(presence) => ADDRESS.iter().map(|leaf| format!("{presence}/{leaf}")).collect(),
            None => NAME.iter().map(|&leaf| leaf.to_owned()).collect(),
        };
        let start = self.random.below(paths.len());
        paths.rotate_left(start);
        let mut edits = Vec::new();
        for path in paths {
            if edits.is_empty() || self.random.permille(200) {
                let value = if self.random.permille(80) { Value::Null } else { self.text() };
                edits.push((path, value));
            }
        }
        edits
    }

    pub fn add_element(&mut self, r: usize) -> Checked<()> {
        let Some(card) = self.pick_card(r, false) else { return Ok(()) };
        let mut edits = Vec::new();
        if self.random.permille(300) {
            for leaf in ADDRESS.iter().take(2 + self.random.below(3)) {
                edits.push((format!("addresses/new/{leaf}"), self.text()));
            }
        } else {
            let (kind, leaf) = self.random.pick(&KINDS).copied().unwrap_or(("notes", "note"));
            edits.push((format!("{kind}/new/{leaf}"), self.text()));
            if self.random.permille(300) {
                edits.push((format!("{kind}/new/label"), self.text()));
            }
        }
        self.edit(r, &card, None, edits)
    }

    pub fn remove_element(&mut self, r: usize) -> Checked<()> {
        let Some(card) = self.pick_card(r, false) else { return Ok(()) };
        let seen = self.host(r).known.clone();
        let present = self.model.present(&card, &seen);
        let Some(presence) = self.random.pick(&present).cloned() else { return Ok(()) };
        self.stats.count("elements removed");
        self.edit(r, &card, None, vec![(presence, Value::Null)])
    }

    /// A text that does not compress and travels in parts.
    pub fn write_long_text(&mut self, r: usize) -> Checked<()> {
        let Some(card) = self.pick_card(r, false) else { return Ok(()) };
        let mut long = String::new();
        while long.len() < 60_000 {
            long.extend(self.random.bytes().iter().map(|byte| char::from(33 + byte % 90)));
        }
        self.stats.count("changes in parts");
        self.edit(r, &card, None, vec![("x-long".to_owned(), Value::Str(long.into()))])
    }

    pub fn open_form(&mut self, r: usize) -> Checked<()> {
        let Some(card) = self.pick_card(r, false) else { return Ok(()) };
        let host = self.host(r);
        let Ok(revision) = host.book.revision(&card) else {
            return broken(NO_LOSS, format!("replica {r} has no revision of card {card}"));
        };
        let form = Form { card, revision, seen: host.known.clone() };
        if host.forms.len() >= 4 {
            host.forms.remove(0);
        }
        host.forms.push(form);
        self.stats.count("forms opened");
        Ok(())
    }

    pub fn save_form(&mut self, r: usize) -> Checked<()> {
        let count = self.host(r).forms.len();
        let at = self.random.below(count);
        if count == 0 {
            return Ok(());
        }
        let form = self.host(r).forms.remove(at);
        let edits = match self.random.below(4) {
            0 => self.group_edits(&form.card, &form.seen),
            1 => self.element_edits(&form.card, &form.seen).unwrap_or_else(|| self.field_edits()),
            _ => self.field_edits(),
        };
        self.stats.count("forms saved");
        let card = form.card.clone();
        self.edit(r, &card, Some(&form), edits)
    }

    /// Edits a card, over what is there or over what a form showed.
    pub fn edit(&mut self, r: usize, card: &str, form: Option<&Form>, edits: Edits) -> Checked<()> {
        let now = self.clock(r);
        let host = self.host(r);
        let provenance = Provenance::person(host.book.replica());
        let seen = form.map_or_else(|| host.known.clone(), |form| form.seen.clone());
        let stale = seen != host.known;
        let revision = form.map(|form| form.revision.as_str());
        let result = host.book.edit(card, revision, &edits, &Clock { now, provenance: &provenance });
        match result {
            Ok(changed) => {
                let typed: Vec<&str> = edits.iter().map(|(path, _)| path.as_str()).collect();
                let how = if stale { "saves an old form of" } else { "edits" };
                self.note(&format!("replica {r} {how} {card}: {}", typed.join(" ")));
                self.stats.count(if stale { "edits over an old form" } else { "edits" });
                let is_new = |(path, _): &(String, Value)| path.contains("/new/");
                let intent = Intent::Edit(edits);
                if !changed
                    && let Intent::Edit(edits) = &intent
                    && !edits.iter().any(is_new)
                    && !self.model.is_exempt(card)
                    && !self.model.writes(card, &intent, &seen, None).is_empty()
                {
                    return broken(NO_LOSS, format!("replica {r} took an edit of card {card} and wrote nothing"));
                }
                self.written(r, &intent, &seen)?;
                self.done(r)
            }
            // After a crash, or a restored backup, a form may show what the book no longer knows.
            Err(error) if matches!(error.code(), Code::RevisionUnknown | Code::CardUnknown) && stale => {
                self.stats.count("forms too old to save");
                Ok(())
            }
            Err(error) => self.refused(r, card, "editing a card", &error),
        }
    }

    pub fn delete(&mut self, r: usize) -> Checked<()> {
        self.turn(r, false, "deleted")
    }

    pub fn restore(&mut self, r: usize) -> Checked<()> {
        self.turn(r, true, "live")
    }

    fn turn(&mut self, r: usize, deleted: bool, state: &'static str) -> Checked<()> {
        let Some(card) = self.pick_card(r, deleted) else { return Ok(()) };
        let now = self.clock(r);
        let host = self.host(r);
        let provenance = Provenance::person(host.book.replica());
        let clock = Clock { now, provenance: &provenance };
        let seen = host.known.clone();
        let result = match deleted {
            true => host.book.restore(&card, None, &clock),
            false => host.book.delete(&card, None, &clock),
        };
        match result {
            Ok(_) => {
                self.note(&format!("replica {r} makes {card} {state}"));
                self.stats.count(if deleted { "cards restored" } else { "cards deleted" });
                self.written(r, &Intent::State(state), &seen)?;
                self.done(r)
            }
            Err(error) => self.refused(r, &card, "deleting or restoring a card", &error),
        }
    }

    pub fn resolve(&mut self, r: usize) -> Checked<()> {
        let Ok(cards) = self.host(r).book.cards_in_conflict() else {
            return broken(NO_LOSS, format!("replica {r} cannot say which cards are in conflict"));
        };
        match self.random.pick(&cards).cloned() {
            Some(card) => self.resolve_one(r, &card),
            None => Ok(()),
        }
    }

    /// Decides one conflict of a card for a random side.
    pub fn resolve_one(&mut self, r: usize, card: &str) -> Checked<()> {
        let Ok(conflicts) = self.host(r).book.conflicts_of(card) else {
            return broken(NO_LOSS, format!("replica {r} cannot show the conflicts of card {card}"));
        };
        let Some(conflict) = self.random.pick(&conflicts).cloned() else { return Ok(()) };
        let number = self.random.below(conflict.versions.len());
        let Some(chosen) = conflict.versions.get(number) else { return Ok(()) };
        let path = conflict.path.to_string();
        let intent = if conflict.kind == ConflictKind::Group {
            let leaves = |leaves: &[(contactmesh::contact::Path, Value)]| -> Vec<(String, Value)> {
                leaves.iter().map(|(path, value)| (path.to_string(), value.clone())).collect()
            };
            let all: BTreeSet<String> =
                conflict.versions.iter().flat_map(|v| leaves(&v.leaves)).map(|(path, _)| path).collect();
            let picked = leaves(&chosen.leaves).into_iter().collect();
            Intent::DecideGroup(path.clone(), chosen.value.clone(), picked, all)
        } else {
            Intent::Decide(path.clone(), chosen.value.clone())
        };
        let now = self.clock(r);
        let host = self.host(r);
        let provenance = Provenance::person(host.book.replica());
        let seen = host.known.clone();
        let clock = Clock { now, provenance: &provenance };
        match host.book.resolve(card, None, &path, number + 1, &clock) {
            Ok(()) => {
                self.note(&format!("replica {r} decides {path} of {card} for side {}", number + 1));
                self.stats.count("conflicts decided");
                self.written(r, &intent, &seen)?;
                self.done(r)
            }
            Err(error) => self.refused(r, card, "deciding a conflict", &error),
        }
    }

    /// An operation that was not carried out: fine only where the model does not know what is shown.
    fn refused(&mut self, r: usize, card: &str, what: &str, error: &Error) -> Checked<()> {
        let legal = [Code::CardDeleted, Code::BadInput, Code::NotInConflict, Code::RevisionUnknown];
        if self.model.is_exempt(card) && legal.contains(&error.code()) {
            self.stats.count("operations refused after equivocation");
            return Ok(());
        }
        broken(NO_LOSS, format!("replica {r}: {what} is refused: {error}"))
    }

    /// Commits what was just written, or leaves it for a later batch.
    pub fn done(&mut self, r: usize) -> Checked<()> {
        let deferred = self.weather.deferred;
        if self.strikes(deferred) {
            self.stats.count("commits put off");
            return Ok(());
        }
        self.commit(r).map(|_| ())
    }
}
