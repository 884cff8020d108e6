//! What was sent and not answered, and is written over before anybody hears of it: the row then shows what nobody wants any
//! more, and that is an echo and no edit.

use contactmesh::system::{Entry, Intent};
use serde_json::Value as Json;

use super::Mailroom;
use super::ledger::plain;
use super::row::text;
use super::sight::is_typed;
use crate::violation::Checked;

/// How often somebody corrects what has just left, in a thousand.
const CORRECTIONS: usize = 500;

/// What was sent: cards, each with a path of it.
pub type Sent = Vec<(String, String)>;

impl Mailroom {
    /// Returns what a replica sends to rows that are there and cards still show; of an answer, what it does not confirm.
    pub fn sent(&mut self, r: usize, answer: Option<&Json>) -> Sent {
        let results = answer.and_then(|body| body.get("results")).and_then(Json::as_array).into_iter().flatten();
        let done: Vec<String> =
            results.filter(|result| text(result, "status") == "done").map(|result| text(result, "key")).collect();
        let host = self.host(r);
        let entries = host.system.iter().flat_map(|system| system.entries().iter());
        let is_open = |entry: &Entry| entry.intent == Intent::Update && !done.contains(&entry.key);
        let mut sent = Sent::new();
        for (card, entry) in entries.filter(|(_, entry)| is_open(entry)) {
            let Some(sight) = host.cards.get(card).filter(|sight| !sight.is_deleted) else { continue };
            for slot in entry.slots.iter().filter(|slot| !slot.to.is_empty()) {
                let is_shown = |path: &&str| is_typed(path) && plain(sight.at(path)) == plain(&slot.to);
                let paths = slot.paths.iter().map(|path| path.as_str()).filter(is_shown);
                sent.extend(paths.map(|path| (card.clone(), path.to_owned())));
            }
        }
        sent
    }

    /// Somebody at a replica sometimes edits again what it sent, before it hears what became of that.
    pub fn correct(&mut self, r: usize, sent: &Sent) -> Checked<()> {
        if sent.is_empty() || !self.strikes(CORRECTIONS) {
            return Ok(());
        }
        let Some((card, path)) = self.random.pick(sent).cloned() else { return Ok(()) };
        let fresh = match path.rsplit('/').next().unwrap_or_default() {
            "address" => self.mail(),
            "number" => self.phone(),
            leaf => self.text(leaf),
        };
        let sight = self.host(r).cards.get(&card).cloned().unwrap_or_default();
        if sight.is_deleted || sight.at(&path).is_empty() {
            return Ok(());
        }
        let (edits, over) = self.over(&card, &sight, &path, fresh);
        self.stats.count("edits of what was sent and not answered");
        self.write_edits(r, card, None, &edits, &over)
    }
}
