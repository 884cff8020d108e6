//! Imports: the same few files on every replica, sometimes changed, sometimes twice.

use contactmesh::book::Clock;
use contactmesh::contact::{Draft, Provenance};
use contactmesh::inbound;

use super::World;
use crate::model::Intent;
use crate::violation::{Checked, NO_LOSS, QUIESCENCE, broken};

/// How many people the files know.
const PEOPLE: usize = 4;

impl World {
    /// Imports a file; with `twice` the same one again, which must write nothing.
    pub fn import(&mut self, r: usize, twice: bool) -> Checked<()> {
        let (first, changed) = (self.random.below(PEOPLE), self.random.below(5));
        let people = [draft(first, changed), draft((first + 1) % PEOPLE, 0)];
        let json = format!("[{}]", people.get(..1 + self.random.below(2)).unwrap_or_default().join(","));
        let Ok(drafts) = Draft::list_from_json(&json) else {
            return broken(NO_LOSS, format!("a draft is refused: {json}"));
        };
        self.import_drafts(r, &drafts)?;
        if twice {
            let written = self.import_drafts(r, &drafts)?;
            self.stats.count("files imported twice");
            if written > 0 {
                return broken(QUIESCENCE, format!("replica {r} imports a file again and writes {written} changes"));
            }
        }
        self.done(r)
    }

    fn import_drafts(&mut self, r: usize, drafts: &[Draft]) -> Checked<usize> {
        let now = self.clock(r);
        let run = format!("run{}", self.step);
        let host = self.host(r);
        let provenance = Provenance::import(host.book.replica(), &run);
        let seen = host.known.clone();
        let imported = match inbound::import(&mut host.book, drafts, &Clock { now, provenance: &provenance }) {
            Ok(imported) => imported,
            Err(error) => return broken(NO_LOSS, format!("replica {r}: an import is refused: {error}")),
        };
        self.note(&format!(
            "replica {r} imports {}: {} created, {} updated, {} unchanged, {} deleted",
            drafts.len(),
            imported.created.len(),
            imported.updated.len(),
            imported.unchanged.len(),
            imported.deleted.len()
        ));
        self.stats.count("imports");
        self.stats.add("cards from imports", imported.created.len());
        self.stats.add("cards updated by imports", imported.updated.len());
        self.stats.add("imports of somebody else's UID", imported.proposals.len());
        self.written(r, &Intent::Import, &seen)
    }
}

/// A person of the files, as found (0) or changed since.
fn draft(person: usize, changed: usize) -> String {
    let uid = if person == 3 { String::new() } else { format!(r#""uid":"person-{person}","#) };
    let surname = if changed == 1 { "Changed" } else { "Example" };
    let city = if changed == 2 { "Newtown" } else { "Oldtown" };
    let more = match changed {
        3 => r#",{"kind":"phones","fields":{"number":"+1 555 0100"}}"#,
        4 => r#",{"kind":"emails","fields":{"address":"second@example.com","label":"new"}}"#,
        _ => "",
    };
    format!(
        r#"{{{uid}"fields":{{"name/given":"Person {person}","name/surname":"{surname}","language":"en"}},"elements":[
        {{"kind":"emails","fields":{{"address":"imported-{person}@example.com"}},"primary":true}},
        {{"kind":"addresses","fields":{{"name":"Main St 1","locality":"{city}"}}}},
        {{"kind":"notes","fields":{{"note":"imported {person}"}}}}{more}]}}"#
    )
}
