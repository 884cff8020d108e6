//! Users of the mailbox: they see rows, and change, move, delete and restore them.

use std::collections::BTreeSet;

use contactmesh::system::Base;
use serde_json::{Value as Json, json};

use super::ledger::plain;
use super::row::{NUMBERS, PLACES, TEXTS, list, text, texts};
use super::sight::{texts_of, texts_of_row};
use super::{FOLDERS, Mailroom};
use crate::violation::Checked;

impl Mailroom {
    /// Notes what a user did to a row: what came, and what went away under their eyes.
    pub fn seen_to(&mut self, what: &str, id: &str, before: Option<&Json>, after: Option<&Json>) {
        let (old, new) = (texts(before), texts(after));
        self.note(&format!(
            "a user {what} {id}: {:?} instead of {:?}",
            new.difference(&old).collect::<Vec<_>>(),
            old.difference(&new).collect::<Vec<_>>()
        ));
        // What is there again before anybody looked was never away: no merge can tell.
        let held = self.held(id);
        for text in new.difference(&old) {
            if held.contains(text) { self.ledger.restored(text) } else { self.ledger.typed(text) }
        }
        old.difference(&new).for_each(|text| self.ledger.settled(text));
        self.part(&old, &new);
        let surname = |row: Option<&Json>| row.map(|row| plain(&text(row, "surname"))).unwrap_or_default();
        if after.is_some() && surname(after).is_empty() {
            self.forget_surname(&surname(before));
        }
        // Before a create is answered nobody knows what of it was there: an edit of that is a question. An answer that its
        // row is not there any more does not tell either, until it is read where it was moved to.
        if self.is_unread(id) {
            old.difference(&new).for_each(|text| self.ledger.in_question(text));
            self.note_namesake(&held, after, old.difference(&new));
        }
        if let Some(after) = after {
            self.note_estranged(after);
        }
        self.touched.insert(id.to_owned(), self.step);
        if before.is_none() {
            self.appeared.insert(id.to_owned(), self.step);
        }
    }

    /// Says whether a row was made by a create of the driver that has not seen it yet.
    fn is_unread(&self, id: &str) -> bool {
        let Some(key) = self.made_by.get(id) else { return false };
        let system = self.hosts.get(self.driver).and_then(|host| host.system.as_ref());
        system.is_some_and(|system| {
            let is_unread =
                |(row, base): (&String, &Base)| base.created.is_empty() && self.made_by.get(row) == Some(key);
            system.entries().values().any(|entry| entry.key == *key) || system.rows().iter().any(is_unread)
        })
    }

    /// Who is reached otherwise before the driver saw the row that its create made may be a namesake; so may be who was
    /// renamed, if no more than half of what was sent is left.
    fn note_namesake<'a>(
        &mut self,
        sent: &BTreeSet<String>,
        after: Option<&Json>,
        mut gone: impl Iterator<Item = &'a String>,
    ) {
        let Some(after) = after else { return };
        let names = ["givenName", "surname"].map(|key| plain(&text(after, key)));
        let is_renamed = !sent.is_empty() && names.iter().any(|name| !name.is_empty() && !sent.contains(name));
        let kept = texts(Some(after)).intersection(sent).count();
        if gone.any(|text| text.contains('@') || text.starts_with('+')) || is_renamed && kept * 2 <= sent.len() {
            self.namesakes.extend(names);
        }
    }

    /// Notes what a row does not hold any more.
    pub fn part(&mut self, old: &BTreeSet<String>, new: &BTreeSet<String>) {
        let now = self.flow.mailbox.now;
        self.parted.extend(old.difference(new).map(|text| (text.clone(), now)));
    }

    /// Returns what the driver takes a row to hold; one that it has not read since it took over, what the card shows.
    pub fn held(&mut self, id: &str) -> BTreeSet<String> {
        let made_by = self.made_by.get(id).cloned();
        let driver = self.driver;
        let host = self.host(driver);
        if let Some(base) = host.system.as_ref().and_then(|system| system.base(id)) {
            return base.contents.iter().flat_map(|content| &content.texts).flatten().map(|text| plain(text)).collect();
        }
        // Of a row that was made and not seen yet it knows what it sent.
        if let Some(entry) = host
            .system
            .iter()
            .flat_map(|system| system.entries().values())
            .find(|entry| made_by.as_ref() == Some(&entry.key))
        {
            return entry
                .contents
                .iter()
                .flat_map(|content| &content.texts)
                .flatten()
                .map(|text| plain(text))
                .collect();
        }
        let cards: Vec<String> = host.cards.keys().cloned().collect();
        let own = cards.iter().find_map(|card| texts_of_row(&mut host.book, card, id));
        own.unwrap_or_default()
    }

    /// Somebody is written down, often in a second of their own.
    pub fn add_row(&mut self) -> Checked<()> {
        if self.random.permille(700) {
            self.flow.mailbox.now += 1;
        }
        let Some(id) = self.add_somebody() else { return Ok(()) };
        self.hurry(&id)
    }

    pub fn add_somebody(&mut self) -> Option<String> {
        let folder = *self.random.pick(&FOLDERS).unwrap_or(&"Contacts");
        let mut row = json!({ "givenName": self.text("given"), "surname": self.text("surname"), "homePhones": [] });
        let mail = self.mail();
        put(&mut row, "emailAddresses", json!([{ "address": mail }]));
        if self.random.permille(400) {
            put(&mut row, "jobTitle", json!(self.text("title")));
        }
        if self.random.permille(300) {
            put(&mut row, "businessPhones", json!([self.phone()]));
        }
        if self.random.permille(300) {
            self.be_somebody_known(&mut row);
        } else if self.random.permille(200) {
            self.share_an_address(&mut row);
        }
        let made = self.flow.mailbox.create(folder, &row).ok()?;
        self.stats.count("rows added");
        let id = text(&made, "id");
        self.seen_to("adds", &id, None, Some(&made));
        Some(id)
    }

    /// Somebody who is in the book already: the same name and address.
    fn be_somebody_known(&mut self, row: &mut Json) {
        let driver = self.driver;
        let cards: Vec<_> = self.host(driver).cards.values().filter(|sight| !sight.is_deleted).cloned().collect();
        let Some(sight) = self.random.pick(&cards) else { return };
        put(row, "givenName", json!(sight.at("name/given")));
        put(row, "surname", json!(sight.at("name/surname")));
        let mail = sight.shown.iter().find(|(path, _)| path.starts_with("emails/") && path.ends_with("/address"));
        if let Some((_, mail)) = mail {
            put(row, "emailAddresses", json!([{ "address": mail }]));
        }
        if sight.at("name/given").is_empty() {
            put(row, "givenName", json!("-"));
        }
        texts(Some(row)).iter().for_each(|text| self.ledger.shared(text));
        if sight.at("name/surname").is_empty() {
            self.one_named.insert(plain(sight.at("name/given")));
        }
        self.stats.count("people who are on both sides");
    }

    /// Somebody who is reached as somebody in the book is, under another name: a family, an office.
    fn share_an_address(&mut self, row: &mut Json) {
        let driver = self.driver;
        let cards: Vec<_> = self.host(driver).cards.values().filter(|sight| !sight.is_deleted).cloned().collect();
        let Some(sight) = self.random.pick(&cards) else { return };
        let mail = sight.shown.iter().find(|(path, _)| path.starts_with("emails/") && path.ends_with("/address"));
        let (given, surname) = (plain(sight.at("name/given")), plain(sight.at("name/surname")));
        let Some((_, mail)) = mail.filter(|_| !given.is_empty() && !surname.is_empty()) else { return };
        put(row, "emailAddresses", json!([{ "address": mail }]));
        self.ledger.shared(&plain(mail));
        let [own_given, own_surname] = ["givenName", "surname"].map(|key| plain(&text(row, key)));
        self.strangers.push([(given, own_given), (surname, own_surname)]);
        self.stats.count("people who share an address");
    }

    fn pick_row(&mut self) -> Option<(String, Json)> {
        let ids = self.flow.mailbox.ids();
        let hot = if self.random.permille(600) { ids.len().min(3) } else { ids.len() };
        let id = ids.get(..hot).and_then(|ids| self.random.pick(ids))?.clone();
        let row = self.flow.mailbox.get(&id)?;
        Some((id, row))
    }

    pub fn edit_row(&mut self) -> Checked<()> {
        if let Some((id, _)) = self.pick_row() {
            self.edit_there(&id);
        }
        Ok(())
    }

    pub fn edit_there(&mut self, id: &str) {
        let Some(before) = self.flow.mailbox.get(id) else { return };
        let fields = self.row_edit(id, &before);
        if let Ok(after) = self.flow.mailbox.update(id, &fields) {
            self.stats.count("rows edited");
            self.seen_to("edits", id, Some(&before), Some(&after));
        }
    }

    fn row_edit(&mut self, id: &str, row: &Json) -> Json {
        match self.random.below(10) {
            0..5 => {
                let key = *self.random.pick(&TEXTS).unwrap_or(&"jobTitle");
                let fresh = if key == "mobilePhone" { self.phone() } else { self.text(key) };
                let is_here = |(of, at, _): &&(String, String, String)| of == id && at == key;
                let old = self.before.iter().rfind(is_here).map(|(_, _, text)| text.clone());
                let fresh = old.filter(|_| self.random.permille(120)).unwrap_or(fresh);
                self.before.push((id.to_owned(), key.to_owned(), text(row, key)));
                let clears = key != "givenName" && self.random.permille(150);
                json!({ key: if clears { String::new() } else { fresh } })
            }
            5..8 => {
                let key = *self
                    .random
                    .pick(&["emailAddresses", "emailAddresses", NUMBERS[0], NUMBERS[1]])
                    .unwrap_or(&NUMBERS[0]);
                let is_mail = key == "emailAddresses";
                let mut entries = list(row, key);
                let at = self.random.below(entries.len());
                let fresh = if is_mail { self.mail() } else { self.phone() };
                match self.random.below(4) {
                    0 if entries.len() < if is_mail { 3 } else { 2 } => entries.push(fresh),
                    1 if !entries.is_empty() => drop(entries.remove(at)),
                    2 if entries.len() > 1 => entries.rotate_left(1),
                    _ => {
                        if let Some(entry) = entries.get_mut(at) {
                            *entry = fresh;
                        }
                    }
                }
                let entries: Vec<Json> = entries
                    .into_iter()
                    .map(|entry| if is_mail { json!({ "address": entry }) } else { json!(entry) })
                    .collect();
                json!({ key: entries })
            }
            8 => {
                let key = *self.random.pick(&PLACES).unwrap_or(&"homeAddress");
                let (street, city) = super::row::place(row, key);
                let both = street.is_empty() && city.is_empty();
                let street = if both || self.random.permille(400) { self.text("street") } else { street };
                let city = if both || self.random.permille(400) { self.text("city") } else { city };
                if self.random.permille(100) {
                    json!({ key: {} })
                } else {
                    json!({ key: { "street": street, "city": city } })
                }
            }
            _ => {
                // A number moves from one list to the other.
                let (work, home) = (list(row, "businessPhones"), list(row, "homePhones"));
                json!({ "businessPhones": home, "homePhones": work })
            }
        }
    }

    pub fn delete_row(&mut self) -> Checked<()> {
        let Some((id, before)) = self.pick_row() else { return Ok(()) };
        if self.flow.mailbox.delete(&id).is_ok() {
            self.stats.count("rows deleted");
            self.seen_to("deletes", &id, Some(&before), None);
        }
        Ok(())
    }

    pub fn move_row(&mut self) -> Checked<()> {
        if let Some((id, _)) = self.pick_row() {
            self.move_there(&id);
        }
        Ok(())
    }

    /// Moves a row to the other folder; returns its id there.
    pub fn move_there(&mut self, id: &str) -> Option<String> {
        let before = self.flow.mailbox.get(id)?;
        let is_other = |folder: &&str| Some(*folder) != self.flow.mailbox.folder(id);
        let folder = FOLDERS.into_iter().find(is_other).unwrap_or("Other");
        let new = self.flow.mailbox.relocate(id, folder).ok()?;
        self.stats.count("rows moved");
        self.moved.insert(id.to_owned(), new.clone());
        self.touched.insert(new.clone(), self.step);
        // It is still what a create made.
        if let Some(key) = self.made_by.get(id).cloned() {
            self.made_by.insert(new.clone(), key);
        }
        let after = self.flow.mailbox.get(&new);
        self.seen_to(&format!("moves to {new}"), id, Some(&before), after.as_ref());
        Some(new)
    }

    pub fn copy_row(&mut self) -> Checked<()> {
        let Some((id, before)) = self.pick_row() else { return Ok(()) };
        let mut copy = json!({});
        for key in TEXTS.iter().chain(&NUMBERS).chain(&PLACES).chain(&["emailAddresses"]) {
            if let Some(value) = before.get(*key).filter(|value| !value.is_null()) {
                put(&mut copy, key, value.clone());
            }
        }
        let folder = self.flow.mailbox.folder(&id).unwrap_or("Contacts").to_owned();
        if let Ok(made) = self.flow.mailbox.create(&folder, &copy) {
            self.stats.count("rows copied");
            texts(Some(&made)).iter().for_each(|text| self.ledger.shared(text));
            self.seen_to("copies", &text(&made, "id"), None, Some(&made));
        }
        Ok(())
    }

    pub fn take_backup(&mut self) -> Checked<()> {
        let mailbox = &self.flow.mailbox;
        let rows =
            mailbox.ids().into_iter().filter_map(|id| Some((mailbox.folder(&id)?.to_owned(), mailbox.get(&id)?)));
        self.backups.push(rows.collect());
        Ok(())
    }

    /// Rows are put back as they were: all of them, or one.
    pub fn restore_backup(&mut self) -> Checked<()> {
        let Some(mut rows) = self.random.pick(&self.backups).cloned() else { return Ok(()) };
        if self.random.permille(500) {
            rows = self.random.pick(&rows).cloned().into_iter().collect();
        }
        self.stats.count("backups restored");
        for (folder, row) in rows {
            let id = text(&row, "id");
            let before = self.flow.mailbox.get(&id);
            // Nobody types what a backup brings back, and one that was moved or copied since is there already.
            texts(Some(&row)).iter().for_each(|text| self.ledger.shared(text));
            if before.is_none() {
                let mut last = id.clone();
                while let Some(next) = self.moved.get(&last) {
                    last.clone_from(next);
                }
                texts(self.flow.mailbox.get(&last).as_ref()).iter().for_each(|text| self.ledger.shared(text));
            }
            self.flow.mailbox.put_back(&folder, &row);
            // It and the one that was moved are two from now on.
            self.moved.remove(&id);
            self.put_back.insert(id.clone());
            self.seen_to("restores", &id, before.as_ref(), Some(&row));
        }
        Ok(())
    }

    /// Says whether a text is in any card of a replica.
    pub fn is_shown(&mut self, r: usize, what: &str) -> bool {
        texts_of(&self.host(r).cards).contains(what)
    }

    /// Says whether a text is in any row, or in any card of a replica.
    pub fn is_anywhere(&mut self, r: usize, what: &str) -> bool {
        self.is_shown(r, what)
            || (0..self.hosts.len()).any(|other| self.is_shown(other, what))
            || self.is_in_any_row(what)
    }

    /// Says whether a text is in any row.
    pub fn is_in_any_row(&self, what: &str) -> bool {
        self.flow.mailbox.ids().iter().any(|id| self.is_in_row(id, what))
    }

    /// Says whether a text is in a row.
    pub fn is_in_row(&self, row: &str, what: &str) -> bool {
        texts(self.flow.mailbox.get(row).as_ref()).contains(what)
    }
}

fn put(row: &mut Json, key: &str, value: Json) {
    if let Some(row) = row.as_object_mut() {
        row.insert(key.to_owned(), value);
    }
}
