//! A replica that drove once drives again: everybody has heard of everything, and users of the mailbox have put back by hand
//! what became of some rows meanwhile. What it once knew of the mailbox is as true as an old photograph.

use serde_json::json;

use super::Mailroom;
use super::row::{TEXTS, text};
use crate::violation::Checked;

impl Mailroom {
    /// An earlier driver takes over again.
    pub fn come_back(&mut self) -> Checked<()> {
        let earlier: Vec<usize> = self.left.keys().copied().filter(|r| *r != self.driver).collect();
        let Some(r) = self.random.pick(&earlier).copied() else { return Ok(()) };
        self.put_back_by_hand(r)?;
        for _ in 0..2 {
            for other in 0..self.hosts.len() {
                self.meet(other)?;
                self.check(other)?;
            }
        }
        // Whoever has not heard of everything takes over in other runs.
        if !self.is_heard() {
            return Ok(());
        }
        self.stats.count("drivers that come back");
        self.take_over(r)
    }

    /// Says whether every replica has heard of everything.
    pub fn is_heard(&mut self) -> bool {
        let counts: Vec<u32> = self.hosts.iter().map(|host| host.book.next_change()).collect();
        if counts.iter().any(|count| Some(count) != counts.first()) {
            return false;
        }
        let hashes: Vec<_> = self.hosts.iter_mut().map(|host| host.book.state_hash().ok()).collect();
        hashes.iter().all(|hash| Some(hash) == hashes.first())
    }

    /// Users type again what rows held when a replica last drove.
    fn put_back_by_hand(&mut self, r: usize) -> Checked<()> {
        for (id, old) in self.left.get(&r).cloned().unwrap_or_default() {
            let Some(before) = self.flow.mailbox.get(&id) else { continue };
            let is_other = |key: &&str| text(&old, key) != text(&before, key) && !text(&old, key).is_empty();
            let Some(key) = TEXTS.iter().copied().find(is_other) else { continue };
            if !self.random.permille(900) {
                continue;
            }
            if let Ok(after) = self.flow.mailbox.update(&id, &json!({ key: text(&old, key) })) {
                self.stats.count("rows put back by hand");
                self.seen_to("puts back", &id, Some(&before), Some(&after));
            }
        }
        Ok(())
    }
}
