//! Rows that are moved and changed so much, before anybody looked, that nobody can tell whose they are.

use std::collections::BTreeSet;

use contactmesh::system::Base;
use serde_json::Value as Json;

use super::Mailroom;
use super::ledger::plain;
use super::row::{text, texts};

impl Mailroom {
    /// Notes a row that was moved since the driver read it, and has another given name, another surname and less than half of
    /// what one of the two held: somebody else who was written down in that second looks no different.
    pub fn note_estranged(&mut self, row: &Json) {
        let id = text(row, "id");
        let (mut first, mut base) = (id.clone(), None);
        while let Some((earlier, _)) = self.moved.iter().find(|(_, later)| **later == first) {
            first.clone_from(earlier);
            let system = self.hosts.get(self.driver).and_then(|host| host.system.as_ref());
            base = system.and_then(|system| Some((system.base(&first)?, system.lens)));
            if base.is_some() {
                break;
            }
        }
        let Some((base, lens)) = base else { return };
        let is_other = |name: &str| {
            let holds = |base: &Base| {
                let field =
                    base.contents.iter().find(|content| lens.field(content.seat).is_some_and(|f| f.name == name));
                field.map(|content| plain(content.text(0))).filter(|known| !known.is_empty())
            };
            let own = Some(plain(&text(row, name))).filter(|own| !own.is_empty());
            holds(base).zip(own).is_some_and(|(known, own)| known != own)
        };
        let held = base.contents.iter().flat_map(|content| &content.texts).flatten().map(|text| plain(text));
        let known: BTreeSet<String> = held.filter(|text| !text.is_empty()).collect();
        let own = texts(Some(row));
        let common = known.intersection(&own).count();
        if ["givenName", "surname"].into_iter().all(is_other) && common * 2 < known.len().min(own.len()) {
            self.estranged.insert(id);
        }
    }
}
