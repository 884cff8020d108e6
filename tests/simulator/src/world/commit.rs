//! Commits as the shim does them: take the batch, write it, sync, acknowledge; after any failure drop the book and
//! open it again from the disk.

use contactmesh::book::{Batch, Book};

use super::World;
use crate::bugs::Bug;
use crate::disk::{Disk, Image};
use crate::host::{Backup, relay_name};
use crate::model::View;
use crate::violation::{Checked, DURABILITY, broken};

impl World {
    /// Commits what is pending; says whether the replica went on under the same lease.
    pub fn commit(&mut self, r: usize) -> Checked<bool> {
        let batch = match self.host(r).book.take_batch() {
            Ok(batch) => batch,
            Err(error) => return broken(DURABILITY, format!("replica {r} cannot write its batch: {error}")),
        };
        self.store(r, batch)
    }

    /// Commits a batch.
    pub fn store(&mut self, r: usize, batch: Batch) -> Checked<bool> {
        if let Some(key) = batch.put.iter().map(|(key, _)| key).find(|key| batch.del.contains(key)) {
            return broken(DURABILITY, format!("replica {r} puts and deletes `{key}` in one batch"));
        }
        if batch.is_empty() {
            self.acknowledge(r);
            return Ok(true);
        }
        self.stats.count("commits");
        let faults = self.weather.faults;
        if self.strikes(faults / 3) {
            return self.restart(r, "crashes before the write");
        }
        if !self.calm && self.host(r).failing > 0 {
            self.host(r).failing -= 1;
            return self.failed(r, "commits refused by a full disk");
        }
        self.host(r).disk.write(batch);
        if self.strikes(faults / 3) {
            let lost = self.random.permille(500);
            if lost {
                self.lose_power(r);
            } else {
                self.host(r).disk.sync();
            }
            return self.failed(r, "commits with an I/O error");
        }
        if self.strikes(faults / 2) {
            return self.restart(r, "crashes between write and sync");
        }
        // A disk that syncs when it likes is what the planted bug trusts.
        if self.bug != Some(Bug::UnsyncedWriteCounted) || self.random.permille(200) {
            self.host(r).disk.sync();
        }
        if self.strikes(faults / 3) {
            return self.restart(r, "crashes between sync and answer");
        }
        self.acknowledge(r);
        Ok(true)
    }

    fn acknowledge(&mut self, r: usize) {
        let host = self.host(r);
        host.committed = host.known.clone();
        host.cursors = host.relays.iter().map(|relay| (*relay, host.cursor(*relay))).collect();
        let kept = std::mem::take(&mut host.unacknowledged);
        self.stats.add("acknowledged changes", kept.len());
        for change in kept {
            if let Some(change) = self.model.changes.get_mut(change) {
                change.acknowledged = true;
            }
        }
    }

    fn failed(&mut self, r: usize, what: &'static str) -> Checked<bool> {
        self.stats.count(what);
        if self.bug == Some(Bug::FailedCommitIgnored) {
            return Ok(true);
        }
        self.note(&format!("replica {r}: {what}; reopens"));
        self.reopen(r)?;
        Ok(false)
    }

    /// Ends the process, with or without the power.
    pub fn restart(&mut self, r: usize, what: &'static str) -> Checked<bool> {
        self.stats.count(what);
        if self.random.permille(500) {
            self.stats.count("power cuts");
            self.lose_power(r);
        }
        self.note(&format!("replica {r}: {what}; reopens"));
        self.reopen(r)?;
        Ok(false)
    }

    fn lose_power(&mut self, r: usize) {
        let unsynced = self.host(r).disk.unsynced();
        let reached = self.random.below(unsynced + 1);
        let torn = self.bug == Some(Bug::TornBatch);
        self.host(r).disk.cut_power(reached, torn);
    }

    /// Opens the book again from its own disk.
    pub fn reopen(&mut self, r: usize) -> Checked<()> {
        self.stats.count("reopenings");
        let host = self.host(r);
        let (image, committed, cursors) = (host.disk.image(), host.committed.clone(), host.cursors.clone());
        let seed = self.random.bytes();
        self.open(r, Backup { image, committed, cursors }, seed)
    }

    /// Opens a book on a store that must hold at least what was committed to it.
    pub fn open(&mut self, r: usize, store: Backup, seed: [u8; 32]) -> Checked<()> {
        self.leases += 1;
        let lease = self.leases;
        let book = match Book::open(store.image.clone(), seed) {
            Ok(book) => book,
            Err(error) => return broken(DURABILITY, format!("replica {r} cannot open its store: {error}")),
        };
        if let Some(damage) = book.damage().first() {
            let what = format!("replica {r} finds its store damaged: `{}`, {}", damage.key, damage.reason);
            return broken(DURABILITY, what);
        }
        let host = self.host(r);
        host.book = book;
        host.lease = lease;
        host.seed = seed;
        host.known = View::default();
        host.counted = 0;
        host.exchanges.clear();
        // Whoever was not told goes on not knowing.
        host.unacknowledged.clear();
        if host.disk.image() != store.image {
            host.disk = Disk::of(store.image);
        }
        // What opening has read, opening has made safe: else it could be gone after it was shown.
        if self.bug != Some(Bug::UnsyncedWriteCounted) {
            self.host(r).disk.sync();
        }
        self.plant(r);
        self.count_changes(r)?;
        self.check_opened(r, &store.committed, &store.cursors)?;
        let host = self.host(r);
        host.committed = host.known.clone();
        host.cursors = host.relays.iter().map(|relay| (*relay, host.cursor(*relay))).collect();
        self.touch_all(r);
        Ok(())
    }

    /// I10: everything committed is there, and no cursor is behind what was committed or ahead of the data.
    fn check_opened(
        &mut self,
        r: usize,
        committed: &View,
        cursors: &std::collections::BTreeMap<usize, usize>,
    ) -> Checked<()> {
        let host = self.host(r);
        let known = host.known.clone();
        let positions: Vec<(usize, usize)> = host.relays.iter().map(|relay| (*relay, host.cursor(*relay))).collect();
        let waiting = match host.book.status() {
            Ok(status) => status.waiting,
            Err(error) => return broken(DURABILITY, format!("replica {r} cannot read its cards: {error}")),
        };
        if let Some(lost) = committed.iter().find(|change| !known.contains(*change)) {
            let of = self.model.changes.get(lost).map(|change| change.card.clone()).unwrap_or_default();
            return broken(
                DURABILITY,
                format!("replica {r} reopened without a change of card {of} that its store had committed"),
            );
        }
        for (relay, cursor) in positions {
            if cursors.get(&relay).is_some_and(|committed| cursor < *committed) {
                return broken(DURABILITY, format!("replica {r}: the cursor of {} went back", relay_name(relay)));
            }
            let Some(log) = self.relays.get(relay) else { continue };
            let have = |hash: &&[u8; 32]| self.model.find(hash).is_some_and(|change| known.contains(change));
            let missing: std::collections::BTreeSet<&[u8; 32]> =
                log.covered(cursor).filter(|hash| !have(hash)).collect();
            if missing.len() > waiting {
                return broken(
                    DURABILITY,
                    format!(
                        "replica {r}: the cursor of {} has passed {} changes that are neither stored nor among the {waiting} that wait",
                        relay_name(relay),
                        missing.len()
                    ),
                );
            }
        }
        Ok(())
    }

    /// Opens another book on the same records, without the right to write.
    pub fn peek(&mut self, image: Image) -> Checked<Book> {
        let seed = self.random.bytes();
        Book::open(image, seed).or_else(|error| broken(DURABILITY, format!("a store cannot be opened: {error}")))
    }
}
