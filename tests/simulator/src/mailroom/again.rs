//! What was sent and not answered, and is written over before anybody hears of it: the row then shows what nobody wants any
//! more, and that is an echo and no edit.

use contactmesh::system::Intent;

use super::Mailroom;
use super::ledger::plain;
use super::sight::is_typed;
use crate::violation::Checked;

/// How often somebody corrects what has just left, in a thousand.
const CORRECTIONS: usize = 400;

impl Mailroom {
    /// Somebody at a replica sometimes edits again what it sent, before it hears what became of that.
    pub fn correct(&mut self, r: usize) -> Checked<()> {
        if !self.strikes(CORRECTIONS) {
            return Ok(());
        }
        let host = self.host(r);
        let entries = host.system.iter().flat_map(|system| system.entries().iter());
        let updates = entries.filter(|(_, entry)| entry.intent == Intent::Update);
        let mut sent: Vec<(String, String)> = Vec::new();
        for (card, entry) in updates {
            let Some(sight) = host.cards.get(card).filter(|sight| !sight.is_deleted) else { continue };
            for slot in &entry.slots {
                let is_shown = |path: &&str| is_typed(path) && plain(sight.at(path)) == plain(&slot.to);
                let paths = slot.paths.iter().map(|path| path.as_str()).filter(is_shown);
                sent.extend(paths.filter(|_| !slot.to.is_empty()).map(|path| (card.clone(), path.to_owned())));
            }
        }
        let Some((card, path)) = self.random.pick(&sent).cloned() else { return Ok(()) };
        let text = match path.rsplit('/').next().unwrap_or_default() {
            "address" => self.mail(),
            "number" => self.phone(),
            leaf => self.text(leaf),
        };
        let sight = self.host(r).cards.get(&card).cloned().unwrap_or_default();
        let (edits, over) = self.over(&card, &sight, &path, text);
        self.stats.count("edits of what was sent and not answered");
        self.write_edits(r, card, None, &edits, &over)
    }
}
