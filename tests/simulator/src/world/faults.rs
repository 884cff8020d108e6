//! What happens to replicas: clocks that jump, full disks, restored backups, cloned and wiped stores, copied machines.

use std::collections::BTreeMap;

use super::World;
use crate::bugs::Bug;
use crate::disk::{Disk, Image};
use crate::host::Backup;
use crate::model::View;
use crate::relay::Relay;
use crate::violation::Checked;

/// The most replicas of a run.
const MOST: usize = 6;

impl World {
    pub fn jump_clock(&mut self, r: usize) -> Checked<()> {
        self.stats.count("clock jumps");
        self.host(r).clock = self.any_clock();
        Ok(())
    }

    pub fn fill_disk(&mut self, r: usize) -> Checked<()> {
        self.host(r).failing = 1 + self.random.below(4);
        self.note(&format!("replica {r}: the disk is full"));
        Ok(())
    }

    pub fn close_and_open(&mut self, r: usize) -> Checked<()> {
        if self.commit(r)? {
            self.note(&format!("replica {r} is closed and opened"));
            self.stats.count("clean restarts");
            self.reopen(r)?;
        }
        Ok(())
    }

    pub fn compact(&mut self, r: usize) -> Checked<()> {
        if !self.commit(r)? {
            return Ok(());
        }
        self.note(&format!("replica {r} compacts"));
        self.stats.count("compactions");
        let batch = self.host(r).book.compact();
        self.store(r, batch).map(|_| ())
    }

    pub fn take_backup(&mut self, r: usize) -> Checked<()> {
        self.stats.count("backups taken");
        let host = self.host(r);
        let backup = host.backup();
        host.backups.push(backup);
        Ok(())
    }

    pub fn restore_backup(&mut self, r: usize) -> Checked<()> {
        let backups = self.host(r).backups.clone();
        let Some(backup) = self.random.pick(&backups).cloned() else { return Ok(()) };
        self.stats.count("backups restored");
        self.note(&format!("replica {r} is restored from a backup"));
        let host = self.host(r);
        host.forms.clear();
        let before: Vec<(usize, usize)> = host.relays.iter().map(|relay| (*relay, host.cursor(*relay))).collect();
        let old_seed = host.seed;
        let fresh = self.random.bytes();
        let seed = if self.bug == Some(Bug::ActorReused) { old_seed } else { fresh };
        self.open(r, backup, seed)?;
        if self.bug == Some(Bug::CursorOutlivesRestore) {
            self.keep_cursors(r, &before);
        }
        self.count_risks();
        Ok(())
    }

    /// Two replicas go on from one store.
    pub fn clone_store(&mut self, r: usize) -> Checked<()> {
        if self.hosts.len() >= MOST || !self.commit(r)? {
            return Ok(());
        }
        self.stats.count("stores cloned");
        let host = self.host(r);
        let (backup, relays) = (host.backup(), host.relays.clone());
        let clone = self.add_host(Image::new(), relays)?;
        self.note(&format!("replica {clone} is a clone of replica {r}"));
        let seed = self.random.bytes();
        self.open(clone, backup, seed)
    }

    /// The store is gone; the replica begins anew and pulls everything.
    pub fn wipe_store(&mut self, r: usize) -> Checked<()> {
        self.stats.count("stores wiped");
        self.note(&format!("replica {r} loses its store"));
        let host = self.host(r);
        host.forms.clear();
        host.backups.clear();
        let empty = Backup { image: Image::new(), committed: View::default(), cursors: BTreeMap::new() };
        let seed = self.random.bytes();
        self.open(r, empty, seed)?;
        self.count_risks();
        Ok(())
    }

    /// A machine is copied while it runs: two processes go on under one lease.
    pub fn copy_machine(&mut self, r: usize) -> Checked<()> {
        if self.hosts.len() >= MOST || !self.commit(r)? {
            return Ok(());
        }
        self.stats.count("machines copied");
        let host = self.host(r);
        let (backup, relays) = (host.backup(), host.relays.clone());
        let seed = self.random.bytes();
        self.open(r, backup.clone(), seed)?;
        let first = self.host(r).lease;
        let copy = self.add_host(Image::new(), relays)?;
        self.host(copy).disk = Disk::of(backup.image.clone());
        self.open(copy, backup, seed)?;
        let second = self.host(copy).lease;
        self.model.twins.insert(second, first);
        self.note(&format!("replica {copy} is a copy of the running replica {r}"));
        Ok(())
    }

    /// Marks every change of which, or of whose ancestors, no store and no log is sure to have a copy any more.
    fn count_risks(&mut self) {
        let mut safe = View::default();
        self.hosts.iter().for_each(|host| safe.extend(&host.committed));
        let logged: Vec<usize> =
            self.relays.iter().flat_map(Relay::complete).filter_map(|hash| self.model.find(&hash)).collect();
        logged.into_iter().for_each(|change| safe.insert(change));
        for (number, change) in self.model.changes.iter_mut().enumerate() {
            let is_safe = safe.contains(number) && change.ancestors.iter().all(|ancestor| safe.contains(ancestor));
            if !is_safe && !change.at_risk {
                change.at_risk = true;
                self.stats.add("changes lost with a store", usize::from(change.acknowledged));
            }
        }
    }
}
