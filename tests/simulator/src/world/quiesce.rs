//! The end of a run: faults stop, everybody syncs, and then everything must be equal, quiet and complete.

use contactmesh::book::{Book, Status};
use contactmesh::relay;

use super::World;
use crate::host::relay_name;
use crate::violation::{CONFLICTS, CONVERGENCE, Checked, DURABILITY, NO_LOSS, NO_REFUSAL, QUIESCENCE, broken};

impl World {
    /// Ends the run: quiet, equal, complete; then every conflict is decided, and it is quiet again.
    pub fn quiesce(&mut self) -> Checked<()> {
        self.calm = true;
        self.step += 1;
        self.note("faults end; everybody syncs");
        while let Some((at, _)) = self.net.keys().next().copied() {
            self.now = self.now.max(at);
            self.deliver_due()?;
        }
        for r in 0..self.hosts.len() {
            self.host(r).exchanges.clear();
            self.host(r).failing = 0;
            self.commit(r)?;
        }
        self.settle_down()?;
        self.check_end()?;
        self.step += 1;
        self.decide_everything()?;
        self.settle_down()?;
        self.check_end()?;
        for r in 0..self.hosts.len() {
            if self.status(r)?.conflicts > 0 {
                return broken(CONFLICTS, format!("replica {r} shows conflicts after all were decided"));
            }
        }
        Ok(())
    }

    /// I3: after so many rounds nothing moves any more.
    fn settle_down(&mut self) -> Checked<()> {
        let rounds = 4 + 2 * self.hosts.len();
        for _ in 0..rounds {
            let mut moved = 0;
            for r in 0..self.hosts.len() {
                for relay in self.host(r).relays.clone() {
                    moved += self.sync_fully(r, relay)?;
                }
                self.check_touched(r)?;
            }
            if moved == 0 {
                return Ok(());
            }
        }
        broken(QUIESCENCE, format!("after {rounds} rounds without faults something still moves"))
    }

    /// Pushes and pulls everything; returns how many chunks went out and changes came in.
    fn sync_fully(&mut self, r: usize, relay: usize) -> Checked<usize> {
        let name = relay_name(relay);
        let mut moved = 0;
        loop {
            let out = relay::outgoing(&self.host(r).book, &name, 64);
            moved += out.chunks.len();
            if let Some(log) = self.relays.get_mut(relay) {
                out.chunks.into_iter().for_each(|chunk| log.push(chunk));
            }
            if relay::acknowledge(&mut self.host(r).book, &name, out.upto).is_err() {
                return broken(QUIESCENCE, format!("replica {r} cannot note what it pushed"));
            }
            if !out.more {
                break;
            }
        }
        let from = self.host(r).cursor(relay);
        let page = self.relays.get(relay).map(|log| log.pull(from, usize::MAX));
        if let Some((chunks, to)) = page.filter(|(chunks, _)| !chunks.is_empty()) {
            moved += self.take_in(r, relay, &chunks, to)?;
        } else {
            self.commit(r)?;
        }
        Ok(moved)
    }

    fn check_end(&mut self) -> Checked<()> {
        let mut hashes = Vec::new();
        for r in 0..self.hosts.len() {
            let status = self.status(r)?;
            if status.refused + status.newer > 0 {
                let why = self.host(r).book.refused().next().map(|entry| entry.reason.to_string()).unwrap_or_default();
                return broken(NO_REFUSAL, format!("replica {r} refuses what an honest replica wrote: {why}"));
            }
            // I2: all that was acknowledged and is not gone with its only store.
            let known = self.host(r).known.clone();
            let changes = self.model.changes.iter().enumerate();
            let lost = changes.filter(|(at, change)| change.acknowledged && !change.at_risk && !known.contains(*at));
            if let Some((_, lost)) = lost.into_iter().next() {
                let what = format!(
                    "replica {r} never got an acknowledged change of card {} (number {} of its actor)",
                    lost.card, lost.seq
                );
                return broken(NO_LOSS, what);
            }
            // What is gone with its only store may have left parts, and changes that build on it, on a relay.
            let gone = |hash: &&[u8; 32]| {
                let number = self.model.find(hash).filter(|number| !known.contains(*number));
                number.and_then(|number| self.model.changes.get(number)).is_some_and(|change| change.at_risk)
            };
            let orphans = self.relays.iter().flat_map(|log| log.covered(log.len())).filter(gone).count();
            if status.waiting > orphans {
                return broken(QUIESCENCE, format!("replica {r} still waits for {} changes", status.waiting));
            }
            if status.unpushed.values().any(|count| *count > 0) {
                return broken(QUIESCENCE, format!("replica {r} still has something to push"));
            }
            hashes.push(self.state_hash(r)?);
        }
        if let Some(other) = hashes.iter().position(|hash| Some(hash) != hashes.first()) {
            return broken(CONVERGENCE, format!("replicas 0 and {other} differ although both have everything"));
        }
        let expected = hashes.first().copied().unwrap_or_default();
        self.trace.digest(&expected);
        self.check_fresh(expected)?;
        for r in 0..self.hosts.len() {
            self.touch_all(r);
            self.check_touched(r)?;
            self.check_reload(r)?;
        }
        let cards: Vec<String> = self.model.cards().map(str::to_owned).collect();
        let r = self.random.below(self.hosts.len());
        for card in cards {
            if self.host(r).book.has(&card) {
                self.check_stock(r, &card)?;
            }
        }
        self.check_imports(r)
    }

    /// I1: a new replica that pulls everything, in the log's order and in any other, ends alike.
    fn check_fresh(&mut self, expected: [u8; 32]) -> Checked<()> {
        for relay in 0..self.relays.len() {
            let Some((mut chunks, _)) = self.relays.get(relay).map(|log| log.pull(0, usize::MAX)) else { continue };
            for shuffled in [false, true] {
                if shuffled {
                    self.random.shuffle(&mut chunks);
                }
                let mut book = self.peek(crate::disk::Image::new())?;
                let name = relay_name(relay);
                if let Err(error) = relay::incoming(&mut book, &name, &chunks, "1") {
                    return broken(DURABILITY, format!("a new replica cannot pull everything: {error}"));
                }
                if hash_of(&mut book)? != expected {
                    let order = if shuffled { "in another order" } else { "in order" };
                    return broken(
                        CONVERGENCE,
                        format!("a new replica that pulls everything {order} from relay {relay} has another state"),
                    );
                }
            }
        }
        Ok(())
    }

    fn decide_everything(&mut self) -> Checked<()> {
        for _ in 0..2000 {
            let Ok(cards) = self.host(0).book.cards_in_conflict() else {
                return broken(CONFLICTS, "replica 0 cannot say which cards are in conflict");
            };
            match cards.first() {
                Some(card) => self.resolve_one(0, &card.clone())?,
                None => return Ok(()),
            }
            self.check_touched(0)?;
        }
        broken(CONFLICTS, "2,000 decisions leave conflicts open on one replica")
    }

    /// What came with files is there once, wherever and how often they were imported.
    fn check_imports(&mut self, r: usize) -> Checked<()> {
        let view = self.host(r).known.clone();
        let cards: Vec<String> =
            self.model.cards().filter(|card| !self.model.is_exempt(card)).map(str::to_owned).collect();
        for card in cards {
            let mut known = std::collections::BTreeSet::new();
            for presence in self.model.present(&card, &view) {
                let value = self.model.value(&card, &format!("{presence}/address"), &view);
                let imported = value.as_str().is_some_and(|text| text.starts_with("imported-"));
                if imported && !known.insert(value.clone()) {
                    return broken(NO_LOSS, format!("card {card} has {value:?} twice, from imports alone"));
                }
            }
        }
        Ok(())
    }

    fn status(&mut self, r: usize) -> Checked<Status> {
        let status = self.host(r).book.status();
        status.or_else(|error| broken(DURABILITY, format!("replica {r} cannot read its cards: {error}")))
    }

    fn state_hash(&mut self, r: usize) -> Checked<[u8; 32]> {
        hash_of(&mut self.host(r).book)
    }
}

fn hash_of(book: &mut Book) -> Checked<[u8; 32]> {
    book.state_hash().or_else(|error| broken(DURABILITY, format!("a book cannot be read: {error}")))
}
