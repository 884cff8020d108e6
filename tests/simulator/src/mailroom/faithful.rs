//! At the end every row is what its card says, and every card has its row. Compared field by field, with rules of this
//! file's own.

use std::collections::{BTreeMap, BTreeSet};

use contactmesh::system::Hold;
use serde_json::Value as Json;

use super::Mailroom;
use super::ledger::plain;
use super::row::{NUMBERS, PLACES, list, place, text, texts};
use super::sight::Sight;
use crate::violation::{BIJECTION, Checked, NO_LOSS, VERIFICATION, broken};

impl Mailroom {
    /// I5 and I9: rows and cards are one to one, and equal wherever nothing waits for a decision.
    pub fn check_faithful(&mut self, is_decided: bool) -> Checked<()> {
        let Some(host) = self.hosts.get(self.driver) else { return Ok(()) };
        let Some(system) = &host.system else { return Ok(()) };
        for id in self.flow.mailbox.ids() {
            let Some(row) = self.flow.mailbox.get(&id) else { continue };
            let Some(base) = system.base(&id) else {
                if system.parked.contains_key(&id) {
                    self.stats.count("rows parked at the end");
                    continue;
                }
                return broken(NO_LOSS, format!("row {id} is nobody's: no card, and no question"));
            };
            let Some(sight) = host.cards.get(&base.card) else {
                return broken(BIJECTION, format!("row {id} has no card"));
            };
            let waits = sight.conflicts.contains("state") || system.detached.contains(&base.card);
            if waits || system.refused.contains_key(&base.card) {
                continue;
            }
            if sight.is_gone() {
                return broken(VERIFICATION, format!("row {id} is there although card {} is deleted", base.card));
            }
            let cut = self.flow.mailbox.cuts.get("companyName").copied();
            if let Some(what) = differs(&row, sight, is_decided, cut) {
                return broken(VERIFICATION, format!("row {id} is not what card {} says: {what}", base.card));
            }
            self.stats.count("rows compared at the end");
        }
        let is_there = |row: &String| self.flow.mailbox.get(row).is_some();
        if let Some(row) = system.rows().keys().find(|row| !is_there(row)) {
            return broken(BIJECTION, format!("row {row} is gone, and its card waits for nothing"));
        }
        let is_asked = |card: &str| system.parked.values().any(|parked| parked.cards.iter().any(|other| other == card));
        for (card, sight) in &host.cards {
            let has_row =
                system.row_of(card).is_some() || system.detached.contains(card) || system.refused.contains_key(card);
            if has_row || sight.is_deleted || sight.shown.is_empty() || is_asked(card) {
                continue;
            }
            // A new row is sent whole or not at all.
            if !is_decided && !sight.conflicts.is_empty() {
                continue;
            }
            let only_private = sight.texts.iter().all(|text| text.ends_with(" note"));
            if !only_private {
                return broken(VERIFICATION, format!("card {card} has no row and waits for nothing"));
            }
        }
        // Whoever takes over may not have heard yet of a card whose row is there.
        if self.is_rebased() || is_decided { Ok(()) } else { self.check_twins() }
    }

    /// I5: nobody is there twice.
    fn check_twins(&self) -> Checked<()> {
        let mut known: BTreeMap<&str, &str> = BTreeMap::new();
        let Some(host) = self.hosts.get(self.driver) else { return Ok(()) };
        let is_detached = |card: &str| host.system.as_ref().is_some_and(|system| system.detached.contains(card));
        // While it is in question whether one is deleted, somebody is asked already.
        let counts =
            |card: &str, sight: &Sight| !sight.is_deleted && !sight.conflicts.contains("state") && !is_detached(card);
        for (card, sight) in host.cards.iter().filter(|(card, sight)| counts(card, sight)) {
            for text in sight
                .texts
                .iter()
                .filter(|text| *text != "-" && !self.ledger.is_shared(text) && !self.ledger.was_given_up(text))
                .filter(|text| !self.namesakes.contains(*text))
            {
                let other = known.insert(text, card);
                if let Some(other) = other.filter(|other| !self.is_double(host.cards.get(*other), sight)) {
                    return broken(BIJECTION, format!("\"{text}\" is in card {card} and in card {other}"));
                }
            }
        }
        Ok(())
    }

    /// Says whether a user of the mailbox added somebody who was in the book, and so made two rows of one person.
    fn is_double(&self, one: Option<&Sight>, two: &Sight) -> bool {
        let is_name = |text: &String| !text.contains('@') && !text.starts_with('+');
        one.is_some_and(|one| {
            one.texts.intersection(&two.texts).any(|text| is_name(text) && self.ledger.is_shared(text))
        })
    }

    /// Somebody answers a run that is held.
    pub fn answer_hold(&mut self, hold: &Hold, answer: &str) -> Checked<()> {
        let answer = if hold.direction == "out" || hold.kind == "empty-listing" { "take" } else { answer };
        self.note(&format!("somebody answers {} {} with {answer}: {:?}", hold.kind, hold.direction, hold.cards));
        self.stats.count(if answer == "take" { "held runs let pass" } else { "held runs answered with the book" });
        self.rebased += 1;
        let driver = self.driver;
        let Some(host) = self.hosts.get_mut(driver) else { return Ok(()) };
        let Some(system) = &mut host.system else { return Ok(()) };
        system.allowed = Some((hold.token.clone(), answer.to_owned()));
        system.keep();
        if answer == "keep" {
            // Whoever says so has the rows before their eyes.
            for (row, base) in system.rows().iter().filter(|(_, base)| hold.cards.contains(&base.card)) {
                let kept = host.cards.get(&base.card).map(|sight| sight.texts.clone()).unwrap_or_default();
                let row = texts(self.flow.mailbox.get(row).as_ref());
                row.difference(&kept).for_each(|text| self.ledger.settled(text));
            }
        }
        Ok(())
    }
}

/// Says where a row is not what its card says; fields of which a conflict is open are left out.
fn differs(row: &Json, sight: &Sight, is_decided: bool, cut: Option<usize>) -> Option<String> {
    let is_open = |kind: &str| !is_decided && sight.conflicts.iter().any(|path| path.starts_with(kind));
    let shown = |kind: &str, leaf: &str| -> BTreeSet<String> {
        let end = format!("/{leaf}");
        let fits = |path: &str| path.starts_with(&format!("{kind}/")) && path.ends_with(&end);
        sight.shown.iter().filter(|(path, _)| fits(path)).map(|(_, text)| plain(text)).collect()
    };
    if !is_open("name") {
        for (key, path) in [("givenName", "name/given"), ("surname", "name/surname")] {
            let (theirs, ours) = (plain(&text(row, key)), plain(sight.at(path)));
            if theirs != ours && !(ours.is_empty() && key == "givenName") {
                return Some(format!("{key} is \"{theirs}\", not \"{ours}\""));
            }
        }
    }
    let one = |kind: &str, leaf: &str, key: &str| {
        let (theirs, ours) = (plain(&text(row, key)), shown(kind, leaf));
        let fits = if theirs.is_empty() { ours.is_empty() } else { ours.contains(&theirs) };
        (!fits && !is_open(kind)).then(|| format!("{key} is \"{theirs}\", of {ours:?}"))
    };
    let several = |kind: &str, leaf: &str, theirs: BTreeSet<String>, room: usize| {
        let ours = shown(kind, leaf);
        let is_all = ours.len() > room || ours.is_subset(&theirs);
        (!(is_open(kind) || theirs.is_subset(&ours) && is_all)).then(|| format!("{kind} are {theirs:?}, not {ours:?}"))
    };
    let of =
        |keys: &[&str]| keys.iter().flat_map(|key| list(row, key)).map(|text| plain(&text)).collect::<BTreeSet<_>>();
    let mut numbers = of(&NUMBERS);
    numbers.extend(Some(plain(&text(row, "mobilePhone"))).filter(|number| !number.is_empty()));
    let (streets, cities): (BTreeSet<String>, BTreeSet<String>) =
        PLACES.into_iter().map(|key| place(row, key)).map(|(street, city)| (plain(&street), plain(&city))).unzip();
    let filled = |set: BTreeSet<String>| set.into_iter().filter(|text| !text.is_empty()).collect::<BTreeSet<_>>();
    one("titles", "name", "jobTitle")
        .or_else(|| {
            let (name, unit) = (plain(&text(row, "companyName")), plain(&text(row, "department")));
            let begins = |ours: &str| plain(&ours.chars().take(cut.unwrap_or(usize::MAX)).collect::<String>());
            let at = |id: &str, leaf: &str| begins(sight.at(&format!("organizations/{id}/{leaf}")));
            let ids = sight.elements("organizations");
            let fits =
                |id: &String| at(id, "name") == name && plain(sight.at(&format!("organizations/{id}/units/1"))) == unit;
            let is_it = ids.iter().any(fits) || ids.is_empty() && name.is_empty() && unit.is_empty();
            (!is_it && !is_open("organizations"))
                .then(|| format!("company is \"{name}\", \"{unit}\", of {:?}", shown("organizations", "name")))
        })
        .or_else(|| several("emails", "address", of(&["emailAddresses"]), 3))
        .or_else(|| several("phones", "number", numbers, 1))
        .or_else(|| several("addresses", "name", filled(streets), 1))
        .or_else(|| several("addresses", "locality", filled(cities), 1))
}
