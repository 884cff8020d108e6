//! A host: what the shim around the engine does for one replica. Holds the book, its disk and what is under way.

use std::collections::{BTreeMap, BTreeSet};

use contactmesh::book::Book;

use crate::disk::{Disk, Image};
use crate::model::View;

/// One replica.
pub struct Host {
    pub book: Book,
    pub disk: Disk,
    /// Unique among all leases of the run.
    pub lease: u64,
    /// The seed of the lease.
    pub seed: [u8; 32],
    /// The relays it syncs with.
    pub relays: Vec<usize>,
    /// What is under way, by relay.
    pub exchanges: BTreeMap<usize, Exchange>,
    /// What its clock shows at virtual time 0.
    pub clock: i64,
    /// The changes the book has.
    pub known: View,
    /// Changes before this local number are in `known`.
    pub counted: u32,
    /// The changes the store has for sure.
    pub committed: View,
    /// The committed cursor of each relay.
    pub cursors: BTreeMap<usize, usize>,
    /// Changes whose writers wait to be told that they are kept.
    pub unacknowledged: Vec<usize>,
    /// Open forms.
    pub forms: Vec<Form>,
    /// Copies of the store.
    pub backups: Vec<Backup>,
    /// Cards to look at after this step.
    pub touched: BTreeSet<String>,
    /// For how many more commits the disk fails.
    pub failing: usize,
}

/// An exchange with a relay that has not been answered.
#[derive(Clone)]
pub struct Exchange {
    pub number: u64,
    /// When the host gives up.
    pub until: u64,
    /// What a push acknowledges; none for a pull.
    pub upto: Option<u32>,
}

/// A form that somebody opened and has not saved.
#[derive(Clone)]
pub struct Form {
    pub card: String,
    pub revision: String,
    pub seen: View,
}

/// A copy of a store.
#[derive(Clone)]
pub struct Backup {
    pub image: Image,
    pub committed: View,
    pub cursors: BTreeMap<usize, usize>,
}

impl Host {
    /// Makes the host of a book that was just opened.
    pub fn new(book: Book, disk: Disk, lease: u64, seed: [u8; 32], relays: Vec<usize>, clock: i64) -> Self {
        Self {
            book,
            disk,
            lease,
            seed,
            relays,
            exchanges: BTreeMap::new(),
            clock,
            known: View::default(),
            counted: 0,
            committed: View::default(),
            cursors: BTreeMap::new(),
            unacknowledged: Vec::new(),
            forms: Vec::new(),
            backups: Vec::new(),
            touched: BTreeSet::new(),
            failing: 0,
        }
    }

    /// Returns a copy of the store as committed.
    pub fn backup(&self) -> Backup {
        Backup { image: self.disk.image(), committed: self.committed.clone(), cursors: self.cursors.clone() }
    }

    /// Returns the relay's cursor that the book holds.
    pub fn cursor(&self, relay: usize) -> usize {
        let cursor = self.book.relay(&relay_name(relay)).cursor;
        cursor.and_then(|text| text.parse().ok()).unwrap_or(0)
    }
}

/// Returns the name a relay has in books.
pub fn relay_name(relay: usize) -> String {
    format!("relay{relay}")
}
