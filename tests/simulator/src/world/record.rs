//! From what a book did to what the model knows of it.

use contactmesh::contact::Value;

use super::World;
use super::edits::Edits;
use crate::model::{Intent, View, Write, stock};
use crate::violation::{CONFLICTS, Checked, DURABILITY, INTEROPERATION, NO_INVENTION, NO_LOSS, broken};

impl World {
    /// Records the changes that the book wrote just now.
    pub fn written(&mut self, r: usize, intent: &Intent, seen: &View) -> Checked<usize> {
        let host = self.host(r);
        let lease = host.lease;
        let new: Vec<(String, Vec<u8>)> = host
            .book
            .changes_since(host.counted, "\0")
            .map(|(_, stored)| (stored.card.to_owned(), stored.change.to_vec()))
            .collect();
        host.counted = host.book.next_change();
        for (card, bytes) in &new {
            let stock = match stock::read(bytes) {
                Ok(stock) => stock,
                Err(why) => {
                    return broken(INTEROPERATION, format!("replica {r} wrote what Automerge cannot read: {why}"));
                }
            };
            let intent = settle(intent, &stock);
            let writes = self.model.writes(card, &intent, seen, Some(&stock));
            if let Intent::Edit(edits) | Intent::Create(edits) = &intent
                && !self.model.is_exempt(card)
                && let Some(lost) = writes.iter().find(|write| {
                    edits.iter().any(|(path, _)| *path == write.path)
                        && stock.writes.get(&write.path) != Some(&write.value)
                })
            {
                return broken(
                    NO_LOSS,
                    format!("replica {r}: what was typed at {} of {card} is not in the change", lost.path),
                );
            }
            self.check_predecessors(r, card, &stock, seen, &writes)?;
            let number = self.model.record(card, lease, &stock, seen, writes)?;
            self.trace.digest(&stock.hash);
            let host = self.host(r);
            host.known.insert(number);
            host.unacknowledged.push(number);
            host.touched.insert(card.clone());
        }
        Ok(new.len())
    }

    /// I12: a change names what its writer saw and meant there, all of it and nothing else.
    fn check_predecessors(
        &self,
        r: usize,
        card: &str,
        stock: &stock::Stock,
        seen: &View,
        writes: &[Write],
    ) -> Checked<()> {
        for write in writes.iter().filter(|_| !self.model.is_exempt(card)) {
            let Some(named) = stock.over.get(&write.path) else { continue };
            let at = format!("replica {r}: the change of {card} at {}", write.path);
            let open = self.model.candidates(card, &write.path, seen);
            for id in named.iter().filter(|id| self.model.ops(&write.over).all(|op| op.id != **id)) {
                if !self.model.has_seen(card, &write.path, seen, id) {
                    return broken(CONFLICTS, format!("{at} overwrites what its writer had not seen"));
                }
                if open.iter().any(|(_, op)| op.id == *id) {
                    return broken(CONFLICTS, format!("{at} overwrites a side of a conflict that nobody decided"));
                }
            }
            if self.model.ops(&write.over).any(|op| op.is_real && !named.contains(&op.id)) {
                return broken(CONFLICTS, format!("{at} leaves standing what its writer had seen and overwrote"));
            }
        }
        Ok(())
    }

    /// Notes which changes the book has, after opening or receiving.
    pub fn count_changes(&mut self, r: usize) -> Checked<()> {
        let host = self.host(r);
        let new: Vec<[u8; 32]> = host.book.changes_since(host.counted, "\0").map(|(_, stored)| stored.hash).collect();
        host.counted = host.book.next_change();
        for hash in new {
            let found = self.model.find(&hash).and_then(|at| Some((at, self.model.changes.get(at)?.card.clone())));
            let Some((number, card)) = found else {
                return broken(NO_INVENTION, format!("replica {r} has a change that nobody wrote"));
            };
            let host = self.host(r);
            if host.known.contains(number) {
                return broken(DURABILITY, format!("replica {r} holds a change of card {card} twice"));
            }
            host.known.insert(number);
            host.touched.insert(card);
        }
        Ok(())
    }

    /// Picks a card that is shown as live, or as deleted: mostly one of the few hot ones.
    pub fn pick_card(&mut self, r: usize, deleted: bool) -> Option<String> {
        let seen = self.host(r).known.clone();
        let there = |card: &&str| {
            self.model.value(card, "id", &seen) != Value::Null && self.model.is_deleted(card, &seen) == deleted
        };
        let cards: Vec<String> = self.model.cards().filter(there).map(str::to_owned).collect();
        let hot = if self.random.permille(700) { cards.len().min(3) } else { cards.len() };
        cards.get(..hot).and_then(|cards| self.random.pick(cards)).cloned()
    }

    /// Draws a text: mostly one that nobody else ever writes, so that it names its write.
    pub fn text(&mut self) -> Value {
        if self.random.permille(120) {
            return Value::Str(format!("same {}", self.random.below(3)).into());
        }
        self.texts += 1;
        Value::Str(format!("text {}", self.texts).into())
    }
}

/// Puts the ids that new elements got in place of `new`.
fn settle(intent: &Intent, stock: &stock::Stock) -> Intent {
    let settled = |edits: &Edits| {
        let id = |path: &str, value: &Value| {
            let Some((kind, leaf)) = path.split_once("/new/") else { return Some(path.to_owned()) };
            let fits = |other: &&String| {
                let parts: Vec<&str> = other.splitn(3, '/').collect();
                matches!(parts.as_slice(), [k, _, l] if *k == kind && *l == leaf)
            };
            stock.writes.iter().find(|(other, v)| fits(other) && *v == value).map(|(other, _)| other.clone())
        };
        edits.iter().filter_map(|(path, value)| Some((id(path, value)?, value.clone()))).collect()
    };
    match intent {
        Intent::Create(edits) => Intent::Create(settled(edits)),
        Intent::Edit(edits) => Intent::Edit(settled(edits)),
        other => other.clone(),
    }
}
