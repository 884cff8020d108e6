//! A replica with what it keeps of the mailbox, on a disk that holds every batch whole; it may die at any commit.

use std::collections::{BTreeMap, BTreeSet};

use contactmesh::book::{Batch, Book};
use contactmesh::run::Run;
use contactmesh::system::{Options, RECORDS, System};
use serde_json::Value as Json;

use super::sight::{Sight, look};
use super::{FOLDERS, Mailroom, SYSTEM};
use crate::bugs::Bug;
use crate::disk::Image;
use crate::violation::{Checked, DURABILITY, broken};

/// Where a run stands between two steps of the world.
pub enum Post {
    /// The run can go on.
    Idle,
    /// A request is on its way.
    Sent(&'static str, Json),
    /// Its answer is on its way; none if it is lost.
    Answered(Option<Json>),
}

/// A run under way.
pub struct Running {
    pub run: Run,
    pub post: Post,
    /// What was to be seen in each card when it began.
    pub began: BTreeMap<String, Sight>,
    pub began_step: usize,
}

/// One replica.
pub struct Host {
    pub book: Book,
    pub system: Option<System>,
    pub image: Image,
    pub running: Option<Running>,
    /// When its last run began: step, and the mailbox's time.
    pub reads: (usize, i64),
    /// What people saw in each card at the last look.
    pub cards: BTreeMap<String, Sight>,
    /// The same, when it was last compared.
    pub checked: BTreeMap<String, Sight>,
    /// The same, as of what the disk holds.
    pub durable: BTreeMap<String, Sight>,
    /// Cards to look at.
    pub stale: BTreeSet<String>,
    /// Changes before this local number were looked at.
    pub counted: u32,
    /// What cards showed once and do not any more, with its card; and, if the driver knew then what the row had seen, how
    /// often bases had been set anew.
    pub over: BTreeMap<(String, String), Option<usize>>,
    /// A form that was opened: card, revision, and what it showed.
    pub form: Option<(String, String, Sight)>,
}

/// What became of a commit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// It is kept and the replica goes on.
    Kept,
    /// It is kept, and then the replica died.
    KeptAndDied,
    /// The replica died before.
    Lost,
}

impl Mailroom {
    /// Adds a replica with an empty book.
    pub fn add_host(&mut self) -> Checked<()> {
        let seed = self.random.bytes();
        let Ok(book) = Book::open(Image::new(), seed) else {
            return broken(DURABILITY, "an empty store cannot be opened");
        };
        let host = Host {
            book,
            system: None,
            image: Image::new(),
            running: None,
            reads: (0, 0),
            cards: BTreeMap::new(),
            checked: BTreeMap::new(),
            durable: BTreeMap::new(),
            stale: BTreeSet::new(),
            counted: 0,
            over: BTreeMap::new(),
            form: None,
        };
        self.hosts.push(host);
        let r = self.hosts.len() - 1;
        self.plant(r);
        // Who it is must be known before anything else.
        self.write(r)
    }

    /// Lets a replica drive the mailbox, knowing nothing of it.
    pub fn connect(&mut self, r: usize) -> Checked<()> {
        let folders = FOLDERS.iter().map(|&folder| folder.to_owned()).collect();
        let options = Options { book: "b1".into(), folders, audit_every: 6 };
        let epoch = self.epoch;
        let keeps = self.bug == Some(Bug::TakeoverKeepsBases);
        let host = self.host(r);
        host.running = None;
        if keeps && let Some(system) = &mut host.system {
            system.epoch = epoch;
            system.keep();
        } else if let Some(old) = host.system.take() {
            old.forget().del.iter().for_each(|key| drop(host.image.remove(key)));
        }
        let system = host.system.get_or_insert_with(|| System::new(SYSTEM, options, epoch));
        system.keep();
        self.driver = r;
        self.plant(r);
        self.write(r)
    }

    /// Another replica drives from now on, or the same one anew: what the last one knew of the mailbox stays with it.
    pub fn take_over(&mut self, r: usize) -> Checked<()> {
        self.epoch += 1;
        self.rebased += 1;
        let rows = self.flow.mailbox.ids().into_iter().filter_map(|id| Some((id.clone(), self.flow.mailbox.get(&id)?)));
        self.left.insert(self.driver, rows.collect());
        self.stats.count("takeovers");
        self.note(&format!("replica {r} takes over"));
        self.connect(r)
    }

    /// Switches the engine's planted bugs on.
    pub fn plant(&mut self, r: usize) {
        self.host(r).book.bugs.broken = self.bug.and_then(Bug::rule);
    }

    /// Commits what a call left behind; the replica may die before or after.
    pub fn commit(&mut self, r: usize) -> Checked<Commit> {
        let crash = self.weather.crash;
        if self.strikes(crash) {
            self.note(&format!("replica {r} dies before a commit"));
            self.stats.count("crashes before a commit");
            self.reopen(r)?;
            return Ok(Commit::Lost);
        }
        self.write(r)?;
        if self.strikes(crash) {
            self.note(&format!("replica {r} dies after a commit"));
            self.stats.count("crashes after a commit");
            self.reopen(r)?;
            return Ok(Commit::KeptAndDied);
        }
        if self.random.permille(20) {
            self.check_records(r)?;
        }
        Ok(Commit::Kept)
    }

    fn write(&mut self, r: usize) -> Checked<()> {
        let host = self.host(r);
        let batch = match host.book.take_batch() {
            Ok(mut batch) => {
                if let Some(system) = &mut host.system {
                    batch.merge(system.take_batch());
                }
                batch
            }
            Err(error) => return broken(DURABILITY, format!("replica {r} cannot write its batch: {error}")),
        };
        apply(&mut host.image, batch);
        self.look_again(r)?;
        let host = self.host(r);
        host.durable = host.cards.clone();
        Ok(())
    }

    /// Looks at the cards that changed. Whether anything was lost is found out later.
    pub fn look_again(&mut self, r: usize) -> Checked<()> {
        let host = self.host(r);
        let changed: Vec<String> = host.book.changed_cards(host.counted).keys().cloned().collect();
        host.counted = host.book.next_change();
        for card in changed {
            if host.book.has(&card) {
                let sight = look(&mut host.book, &card)?;
                host.cards.insert(card.clone(), sight);
                host.stale.insert(card);
            }
        }
        Ok(())
    }

    /// Opens everything again from the disk.
    pub fn reopen(&mut self, r: usize) -> Checked<()> {
        self.stats.count("reopenings");
        let seed = self.random.bytes();
        let (book, system) = open(r, &self.host(r).image, seed)?;
        let host = self.host(r);
        host.book = book;
        host.system = system;
        host.running = None;
        host.form = None;
        let durable = std::mem::take(&mut host.durable);
        host.cards = BTreeMap::new();
        host.counted = 0;
        self.plant(r);
        self.look_again(r)?;
        let host = self.host(r);
        host.stale.clear();
        let lost = durable.iter().find(|(card, sight)| host.cards.get(*card) != Some(sight));
        if let Some((card, _)) = lost {
            return broken(
                DURABILITY,
                format!("replica {r} opened again shows card {card} as it was not when it was stored"),
            );
        }
        host.checked = host.cards.clone();
        host.durable = host.cards.clone();
        Ok(())
    }

    /// I10: what is kept of the mailbox is what is written of it.
    pub fn check_records(&mut self, r: usize) -> Checked<()> {
        self.stats.count("records compared");
        let seed = self.random.bytes();
        let (_, again) = open(r, &self.host(r).image, seed)?;
        let differs =
            |what: &str| broken(DURABILITY, format!("replica {r} opened again knows other {what} of the mailbox"));
        match (&self.host(r).system, &again) {
            (Some(live), Some(again)) if live.rows() != again.rows() => differs("bases"),
            (Some(live), Some(again)) if live.entries() != again.entries() => differs("entries"),
            (Some(live), Some(again)) if live.epoch != again.epoch || live.options != again.options => {
                differs("options")
            }
            (Some(_), None) | (None, Some(_)) => differs("things"),
            _ => Ok(()),
        }
    }
}

fn open(r: usize, image: &Image, seed: [u8; 32]) -> Checked<(Book, Option<System>)> {
    let (records, rest): (Vec<_>, Vec<_>) = image.clone().into_iter().partition(|(key, _)| key.starts_with(RECORDS));
    let book = match Book::open(rest, seed) {
        Ok(book) if book.damage().is_empty() => book,
        Ok(_) => return broken(DURABILITY, format!("replica {r} finds its store damaged")),
        Err(error) => return broken(DURABILITY, format!("replica {r} cannot open its store: {error}")),
    };
    if records.is_empty() {
        return Ok((book, None));
    }
    match System::open(SYSTEM, records) {
        Ok(system) if system.damaged() == 0 => Ok((book, Some(system))),
        Ok(_) => broken(DURABILITY, format!("replica {r} cannot read a record of the mailbox")),
        Err(malformed) => {
            broken(DURABILITY, format!("replica {r} cannot read what it knows of the mailbox: {}", malformed.0))
        }
    }
}

fn apply(image: &mut Image, batch: Batch) {
    batch.del.iter().for_each(|key| drop(image.remove(key)));
    image.extend(batch.put);
}
