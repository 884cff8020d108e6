//! The brake: what would delete or blank too much waits for a person. What exactly is held has a token; a person lets
//! that very set pass, or says that the book's values are the right ones.

use super::{Phase, Run, Step};
use crate::book::Book;
use crate::card::Rule;
use crate::error::Result;
use crate::hash::{hex, sha256};
use crate::inbound::arrivals::unknown_base;
use crate::inbound::departures;
use crate::inbound::people::{People, keys_in};
use crate::inbound::row::compare;
use crate::lens::Lens;
use crate::system::{Base, Hold, System, Why};
use crate::table::Names;

/// The answer that keeps what the book has.
pub(super) const KEEP: &str = "keep";

/// What a run would do to many cards at once.
#[derive(Default)]
struct Weight {
    blanked: Names,
    /// Of those the ones of which nothing is left: even one is not believed.
    emptied: Names,
    restored: Names,
    unknown: Names,
}

impl Run {
    /// Looks at everything that was read, before any of it is believed.
    pub(super) fn weigh(&mut self, book: &mut Book, system: &mut System) -> Result<Option<Step>> {
        for (remote, parked) in system.parked.iter() {
            if parked.why != Why::Older && !self.staged.contains_key(remote) {
                self.staged.insert(remote.clone(), (parked.folder.clone(), parked.row.clone()));
            }
        }
        if self.staged.keys().any(|remote| system.base(remote).is_none()) {
            let mut people = People::new(book, system)?;
            people.note_there(self.staged.keys());
            self.people = Some(people);
            self.count_keys(system);
        }
        let weight = self.weight(book, system)?;
        let departed: Names = departures::departed(book, system).into_iter().collect();
        let brake = system.brake();
        for (kind, remotes, allowed) in [
            ("delete", &departed, if self.is_empty_confirmed { departed.len() } else { brake }),
            ("blank", &weight.blanked, if weight.emptied.is_empty() { brake } else { 0 }),
            ("restored", &weight.restored, brake),
            ("takeover", &weight.unknown, brake),
        ] {
            if !book.breaks(Rule::Brake) && self.is_held(system, kind, "in", remotes, allowed) {
                system.keep();
                self.phase = Phase::Done;
                return Ok(None);
            }
        }
        let (known, unknown): (Vec<String>, Vec<String>) =
            self.staged.keys().cloned().partition(|remote| system.base(remote).is_some());
        // Of a row that was moved twice the listing has the last id only: that one is where it went.
        let (listed, left): (Vec<String>, Vec<String>) =
            unknown.into_iter().partition(|remote| self.listed.contains(remote));
        self.queue = known.into_iter().chain(listed).chain(left).collect();
        self.total = self.queue.len();
        self.phase = Phase::Judge;
        Ok(None)
    }

    /// Says whether so much waits for a person; notes it if so. What a person let pass does not.
    pub(super) fn is_held(
        &mut self,
        system: &mut System,
        kind: &str,
        direction: &str,
        rows: &Names,
        allowed: usize,
    ) -> bool {
        if rows.len() <= allowed {
            return false;
        }
        let mut text = format!("{kind} {direction}");
        rows.iter().for_each(|remote| text.push_str(&format!("\n{remote}")));
        let token = hex(sha256(&[text.as_bytes()]).get(..8).unwrap_or_default());
        if let Some((known, answer)) = &system.allowed
            && *known == token
        {
            if answer == KEEP {
                let kept = if direction == "in" { &mut self.kept } else { &mut self.spared };
                kept.extend(rows.iter().cloned());
            }
            return false;
        }
        let linked = |remote: &String| self.people.as_ref().and_then(|people| people.links().get(remote)).cloned();
        let card = |remote: &String| {
            let known = system.base(remote).map(|base| base.card.clone());
            known.or_else(|| linked(remote)).unwrap_or_else(|| remote.clone())
        };
        let hold = Hold {
            token,
            kind: kind.to_owned(),
            direction: direction.to_owned(),
            cards: rows.iter().map(card).collect(),
            allowed,
        };
        self.report.held = Some(hold.clone());
        system.hold = Some(hold);
        true
    }

    fn weight(&self, book: &mut Book, system: &System) -> Result<Weight> {
        let mut out = Weight::default();
        for (remote, (_, row)) in self.staged.iter() {
            if let Some(base) = system.base(remote) {
                let pending = system.entries().get(&base.card);
                let compared = compare(system.lens, base, pending, false, row);
                if compared.differences.is_empty() {
                    continue;
                }
                if compared.empties() && !book.breaks(Rule::BlankDoubted) {
                    out.emptied.insert(remote.clone());
                    out.blanked.insert(remote.clone());
                } else if is_older(system, base, row) {
                    out.restored.insert(remote.clone());
                } else if compared.blanks() {
                    out.blanked.insert(remote.clone());
                }
            } else if let Some(card) = self.people.as_ref().and_then(|people| people.links().get(remote))
                && system.row_of(card).is_none()
                && !book.card(card)?.is_deleted()
            {
                let modified = row.get(system.lens.modified).and_then(serde_json::Value::as_str).unwrap_or_default();
                let provenance = self.provenance(book, system, remote, modified);
                let base = unknown_base(book, system.lens, card, Some(row), Some(&provenance))?;
                if !compare(system.lens, &base, None, false, row).differences.is_empty() {
                    out.unknown.insert(remote.clone());
                }
            }
        }
        Ok(out)
    }

    /// Counts how many rows are reached by the same address or number: a shared one says nothing of who somebody is.
    fn count_keys(&mut self, system: &System) {
        let bases = system.rows().iter().filter(|(remote, _)| !self.staged.contains_key(remote));
        let mut mails: Vec<String> = Vec::new();
        for (_, base) in bases {
            mails.extend(keys_in(system.lens, &base.contents));
        }
        for (_, row) in self.staged.values() {
            mails.extend(keys_in(system.lens, &system.lens.read(row, &[]).contents));
        }
        for mail in mails {
            *self.rows_of_key.or_default(&mail) += 1;
        }
    }

    /// Says whether a row that is older than the one that was seen may be believed: only if it is still the same when it
    /// is read a second time.
    pub(super) fn is_suspect(&self, system: &System, remote: &str, base: &Base, row: &serde_json::Value) -> bool {
        let again = system.parked.get(remote).is_some_and(|p| p.why == Why::Older && p.row == *row);
        let is_allowed = system.allowed.is_some();
        is_older(system, base, row) && !again && !is_allowed
    }
}

pub(super) fn is_older(system: &System, base: &Base, row: &serde_json::Value) -> bool {
    let modified = row.get(system.lens.modified).and_then(serde_json::Value::as_str).unwrap_or_default();
    Lens::is_earlier(modified, &base.modified)
}
