//! People at replicas: what they type, clear, remove, delete, restore and decide, over what they see.

use contactmesh::book::Clock;
use contactmesh::card::ConflictKind;
use contactmesh::contact::{Provenance, Value};
use contactmesh::error::{Error, Result};

use super::Mailroom;
use super::host::Commit;
use super::ledger::plain;
use super::sight::{Sight, is_typed};
use crate::violation::{Checked, NO_LOSS, broken};

type Edits = Vec<(String, Value)>;

impl Mailroom {
    pub fn create(&mut self, r: usize) -> Checked<()> {
        let mut edits: Vec<(&str, String)> = vec![("name/given", self.text("given"))];
        if self.random.permille(850) {
            edits.push(("name/surname", self.text("surname")));
        }
        if self.random.permille(750) {
            edits.push(("emails/new/address", self.mail()));
        }
        if self.random.permille(300) {
            edits.push(("titles/new/name", self.text("title")));
        }
        if self.random.permille(300) {
            edits.push(("organizations/new/name", self.text("a company whose name is long")));
        }
        if self.random.permille(300) {
            edits.push(("notes/new/note", self.text("note")));
        }
        let mut edits: Edits =
            edits.into_iter().map(|(path, text)| (path.to_owned(), Value::Str(text.into()))).collect();
        if self.random.permille(300) {
            edits.extend(self.new_phone());
        }
        let (now, host) = (self.now(), self.host(r));
        let provenance = Provenance::person(host.book.replica());
        let made = host.book.create(None, &edits, &Clock { now, provenance: &provenance });
        let Ok(card) = made else { return broken(NO_LOSS, format!("replica {r} makes no card")) };
        self.note(&format!("replica {r} makes {card}: {}", plainly(&edits)));
        self.stats.count("cards created");
        self.keep_typed(r, &edits, &[])
    }

    fn new_phone(&mut self) -> Edits {
        let number = self.phone();
        let says =
            *self.random.pick(&["contexts/work", "contexts/private", "features/mobile"]).unwrap_or(&"contexts/work");
        vec![
            ("phones/new/number".to_owned(), Value::Str(number.into())),
            (format!("phones/new/{says}"), Value::Bool(true)),
        ]
    }

    /// Edits what is there, or what a form showed.
    pub fn edit_any(&mut self, r: usize) -> Checked<()> {
        let form = if self.random.permille(150) { self.host(r).form.take() } else { None };
        let (card, revision, sight) = match form {
            Some((card, revision, sight)) => (card, Some(revision), sight),
            None => {
                let Some((card, sight)) = self.pick_card(r, false) else { return Ok(()) };
                (card, None, sight)
            }
        };
        let (edits, over) = self.edits(&card, &sight);
        self.write_edits(r, card, revision.as_deref(), &edits, &over)
    }

    /// Writes what somebody typed, over a form or what is shown now.
    pub fn write_edits(
        &mut self,
        r: usize,
        card: String,
        revision: Option<&str>,
        edits: &[(String, Value)],
        over: &[String],
    ) -> Checked<()> {
        if edits.is_empty() {
            return Ok(());
        }
        let (now, host) = (self.now(), self.host(r));
        let provenance = Provenance::person(host.book.replica());
        let clock = Clock { now, provenance: &provenance };
        match host.book.edit(&card, revision, edits, &clock) {
            Ok(true) => {
                self.stats.count(if revision.is_some() { "edits over an old form" } else { "edits" });
                self.note(&format!("replica {r} edits {card}: {} over {over:?}", plainly(edits)));
                if edits.iter().any(|(_, value)| value.as_str().is_none()) {
                    self.handled.insert(card);
                }
                self.keep_typed(r, edits, over)
            }
            Ok(false) => Ok(()),
            // A form may show what is gone meanwhile.
            Err(_) if revision.is_some() => Ok(()),
            Err(error) => broken(NO_LOSS, format!("replica {r}: editing {card} is refused: {error}")),
        }
    }

    /// Draws an edit of what somebody sees; returns it with the texts that it takes the place of.
    fn edits(&mut self, card: &str, sight: &Sight) -> (Edits, Vec<String>) {
        let kinds = [
            ("titles", "name", "title"),
            ("organizations", "name", "a company whose name is long"),
            ("organizations", "units/1", "unit"),
            ("emails", "address", ""),
            ("phones", "number", ""),
            ("notes", "note", "note"),
            ("addresses", "name", "street"),
            ("addresses", "locality", "city"),
        ];
        let name = *self.random.pick(&["name/given", "name/surname"]).unwrap_or(&"name/given");
        if self.random.permille(250) {
            let text = self.text(name.trim_start_matches("name/"));
            return self.over(card, sight, name, text);
        }
        let (kind, leaf, what) = self.random.pick(&kinds).copied().unwrap_or(("titles", "name", "title"));
        let text = match kind {
            "emails" => self.mail(),
            "phones" => self.phone(),
            _ => self.text(what),
        };
        let ids: Vec<String> = sight.elements(kind).into_iter().collect();
        let Some(id) = self.random.pick(&ids).filter(|_| ids.len() > 4).cloned().or_else(|| {
            let grows = self.random.permille(if matches!(kind, "emails" | "phones") { 350 } else { 60 });
            self.random.pick(&ids).filter(|_| !grows).cloned()
        }) else {
            return (self.new_element(kind, leaf, text), Vec::new());
        };
        let presence = format!("{kind}/{id}");
        match self.random.below(10) {
            0 | 1 => {
                let inside =
                    sight.shown.iter().filter(|(path, _)| path.starts_with(&format!("{presence}/")) && is_typed(path));
                let sides = sight.sides.iter().filter(|(path, _)| path.starts_with(&format!("{presence}/")));
                let sides = sides.flat_map(|(_, texts)| texts.iter().cloned());
                let texts = inside.map(|(_, text)| plain(text)).chain(sides).collect();
                (vec![(presence, Value::Null)], texts)
            }
            2 if kind == "phones" && sight.at(&format!("{presence}/contexts/work")) == "true" => (
                vec![
                    (format!("{presence}/contexts/work"), Value::Null),
                    (format!("{presence}/contexts/private"), Value::Bool(true)),
                ],
                Vec::new(),
            ),
            _ => self.over(card, sight, &format!("{presence}/{leaf}"), text),
        }
    }

    fn new_element(&mut self, kind: &str, leaf: &str, text: String) -> Edits {
        match kind {
            "phones" => self.new_phone(),
            "addresses" => {
                let says = *self.random.pick(&["contexts/work", "contexts/private"]).unwrap_or(&"contexts/work");
                vec![
                    ("addresses/new/name".to_owned(), Value::Str(self.text("street").into())),
                    ("addresses/new/locality".to_owned(), Value::Str(self.text("city").into())),
                    (format!("addresses/new/{says}"), Value::Bool(true)),
                ]
            }
            "organizations" => vec![(
                "organizations/new/name".to_owned(),
                Value::Str(self.text("a company whose name is long").into()),
            )],
            _ => vec![(format!("{kind}/new/{leaf}"), Value::Str(text.into()))],
        }
    }

    /// A new text at a path, or the one that was there before.
    pub fn over(&mut self, card: &str, sight: &Sight, path: &str, text: String) -> (Edits, Vec<String>) {
        let shown = sight.at(path).to_owned();
        let is_here = |(of, at, _): &&(String, String, String)| of == card && at == path;
        let old = self.before.iter().rfind(is_here).map(|(_, _, text)| text.clone()).filter(|text| !text.is_empty());
        let text = old.filter(|_| self.random.permille(120)).unwrap_or(text);
        if shown == text {
            return (Vec::new(), Vec::new());
        }
        self.before.push((card.to_owned(), path.to_owned(), shown.clone()));
        let over = if shown.is_empty() { Vec::new() } else { vec![plain(&shown)] };
        (vec![(path.to_owned(), Value::Str(text.into()))], over)
    }

    /// Commits an edit, and notes what it means if it is kept.
    fn keep_typed(&mut self, r: usize, edits: &[(String, Value)], over: &[String]) -> Checked<()> {
        let texts = edits.iter().filter(|(path, _)| is_typed(path)).filter_map(|(_, value)| value.as_str());
        let typed: Vec<String> = texts.map(plain).collect();
        let over: Vec<&String> = over.iter().filter(|text| !typed.contains(text)).collect();
        let touched: Vec<&String> = typed.iter().chain(over.iter().copied()).collect();
        let before: Vec<_> = touched.iter().map(|text| self.ledger.standing(text)).collect();
        typed.iter().for_each(|text| self.ledger.typed(text));
        let is_deletion = edits.is_empty();
        for text in over {
            if is_deletion { self.ledger.deleted(text) } else { self.ledger.settled(text) }
        }
        if self.commit(r)? == Commit::Lost {
            touched.iter().zip(before).for_each(|(text, standing)| self.ledger.put_back(text, standing));
        }
        Ok(())
    }

    pub fn open_form(&mut self, r: usize) -> Checked<()> {
        let Some((card, sight)) = self.pick_card(r, false) else { return Ok(()) };
        let host = self.host(r);
        if let Ok(revision) = host.book.revision(&card) {
            host.form = Some((card, revision, sight));
        }
        Ok(())
    }

    pub fn delete(&mut self, r: usize) -> Checked<()> {
        let Some((card, sight)) = self.pick_card(r, false) else { return Ok(()) };
        self.note(&format!("replica {r} deletes {card}"));
        self.stats.count("cards deleted");
        let over: Vec<String> = sight.texts.into_iter().collect();
        self.act(r, &card, |host, clock| host.delete(&card, None, clock).map(drop))?;
        self.keep_typed(r, &[], &over)
    }

    pub fn restore(&mut self, r: usize) -> Checked<()> {
        let Some((card, _)) = self.pick_card(r, true) else { return Ok(()) };
        self.note(&format!("replica {r} restores {card}"));
        self.stats.count("cards restored");
        self.act(r, &card, |host, clock| host.restore(&card, None, clock).map(drop))?;
        if self.commit(r)? != Commit::Lost {
            self.revive(r, &card);
        }
        Ok(())
    }

    /// Whoever brings a card back wants what it shows.
    fn revive(&mut self, r: usize, card: &str) {
        let shown = self.host(r).cards.get(card).cloned().unwrap_or_default();
        for (_, text) in shown.shown.iter().filter(|(path, _)| is_typed(path)) {
            self.ledger.restored(&plain(text));
        }
    }

    fn act(
        &mut self,
        r: usize,
        card: &str,
        what: impl FnOnce(&mut contactmesh::book::Book, &Clock<'_>) -> Result<()>,
    ) -> Checked<()> {
        self.handled.insert(card.to_owned());
        let (now, host) = (self.now(), self.host(r));
        let provenance = Provenance::person(host.book.replica());
        let refused = |error: Error| broken(NO_LOSS, format!("replica {r}: an act on {card} is refused: {error}"));
        what(&mut host.book, &Clock { now, provenance: &provenance }).or_else(refused)
    }

    pub fn resolve_any(&mut self, r: usize) -> Checked<()> {
        let cards: Vec<String> =
            self.host(r).cards.iter().filter(|(_, s)| !s.conflicts.is_empty()).map(|(card, _)| card.clone()).collect();
        match self.random.pick(&cards).cloned() {
            Some(card) => self.resolve(r, &card),
            None => Ok(()),
        }
    }

    /// Decides one conflict of a card for a random side.
    pub fn resolve(&mut self, r: usize, card: &str) -> Checked<()> {
        let Ok(conflicts) = self.host(r).book.conflicts_of(card) else {
            return broken(NO_LOSS, format!("replica {r} cannot show the conflicts of card {card}"));
        };
        let Some(conflict) = self.random.pick(&conflicts).cloned() else { return Ok(()) };
        let number = self.random.below(conflict.versions.len());
        let before = self.host(r).cards.get(card).cloned().unwrap_or_default();
        self.note(&format!("replica {r} decides {} of {card} for side {}", conflict.path, number + 1));
        self.stats.count("conflicts decided");
        self.act(r, card, |book, clock| book.resolve(card, None, &conflict.path, number + 1, clock))?;
        if self.commit(r)? == Commit::Lost {
            return Ok(());
        }
        // Whoever decided saw everything that this hides, and wants what it shows.
        let now = self.host(r).cards.get(card).cloned().unwrap_or_default();
        before.texts.difference(&now.texts).for_each(|text| self.ledger.settled(text));
        if *conflict.path == *"state" {
            self.revive(r, card);
            return Ok(());
        }
        if conflict.kind == ConflictKind::Value {
            let (text, row) = (plain(now.at(&conflict.path)), now.at("link/outlook"));
            // What a user of the mailbox replaced meanwhile was that same value.
            if self.held(row).contains(&text) == self.is_in_row(row, &text) {
                self.ledger.chosen(&text);
            }
        }
        Ok(())
    }

    fn pick_card(&mut self, r: usize, deleted: bool) -> Option<(String, Sight)> {
        let cards: Vec<(String, Sight)> = self
            .host(r)
            .cards
            .iter()
            .filter(|(_, sight)| sight.is_deleted == deleted)
            .map(|(card, sight)| (card.clone(), sight.clone()))
            .collect();
        let hot = if self.random.permille(600) { cards.len().min(3) } else { cards.len() };
        cards.get(..hot).and_then(|cards| self.random.pick(cards)).cloned()
    }
}

fn plainly(edits: &[(String, Value)]) -> String {
    let parts: Vec<String> = edits.iter().map(|(path, value)| format!("{path}={}", value.to_plain())).collect();
    parts.join(", ")
}
