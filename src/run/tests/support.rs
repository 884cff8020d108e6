//! A replica with a mailbox: what tests do to both, and runs between them.

use contactmesh_mailbox::{Fault, Flow};
use serde_json::{Value as Json, json};

use crate::book::{Book, Clock};
use crate::contact::{Provenance, Value};
use crate::run::{Report, Run, Step, Wish};
use crate::system::{Options, System};

/// The folder that takes part.
pub const FOLDER: &str = "Contacts";

/// What was stored, by key.
pub type Store = std::collections::BTreeMap<String, Vec<u8>>;

/// One replica that drives a mailbox.
pub struct Replica {
    /// Its book.
    pub book: Book,
    /// What it knows of the mailbox.
    pub system: System,
    now: i64,
}

impl Replica {
    /// A replica with an empty book.
    pub fn new(seed: u8) -> Self {
        let book = Book::open(Vec::new(), [seed; 32]).expect("a new book");
        let options = Options { book: "b1".into(), folders: vec![FOLDER.into(), "Other".into()], audit_every: 1000 };
        Self { book, system: System::new("outlook", options, 1), now: 1_000 }
    }

    /// Stores everything, stops, and opens again from what was stored.
    pub fn reopen(self, store: &mut Store, seed: u8) -> Self {
        let mut stopping = self;
        stopping.store(store);
        stopping.lost(store, seed)
    }

    fn tick(&mut self) -> i64 {
        self.now += 1_000;
        self.now
    }

    /// Somebody makes a card.
    pub fn create(&mut self, fields: &[(&str, &str)]) -> String {
        let (now, provenance) = (self.tick(), Provenance::person(self.book.replica()));
        let edits = edits(fields);
        self.book.create(None, &edits, &Clock { now, provenance: &provenance }).expect("a card")
    }

    /// Somebody edits what is shown now; the empty text clears.
    pub fn edit(&mut self, id: &str, fields: &[(&str, &str)]) {
        self.edit_over(id, None, fields);
    }

    /// Somebody edits what a revision showed.
    pub fn edit_over(&mut self, id: &str, revision: Option<&str>, fields: &[(&str, &str)]) {
        let (now, provenance) = (self.tick(), Provenance::person(self.book.replica()));
        self.book.edit(id, revision, &edits(fields), &Clock { now, provenance: &provenance }).expect("an edit");
    }

    /// Somebody deletes a card.
    pub fn delete(&mut self, id: &str) {
        let (now, provenance) = (self.tick(), Provenance::person(self.book.replica()));
        self.book.delete(id, None, &Clock { now, provenance: &provenance }).expect("deleted");
    }

    /// Somebody restores a card.
    pub fn restore(&mut self, id: &str) {
        let (now, provenance) = (self.tick(), Provenance::person(self.book.replica()));
        self.book.restore(id, None, &Clock { now, provenance: &provenance }).expect("restored");
    }

    /// Somebody decides a conflict for the candidate with this value.
    pub fn decide(&mut self, id: &str, path: &str, value: &Value) {
        let conflicts = self.book.conflicts_of(id).expect("conflicts");
        let conflict = conflicts.iter().find(|c| c.path.as_str() == path).expect("a conflict there");
        let number = conflict.versions.iter().position(|v| v.value == *value).expect("such a side") + 1;
        self.choose(id, path, number);
    }

    /// Decides a conflict for a side, counted from 1.
    pub fn choose(&mut self, id: &str, path: &str, number: usize) {
        let (now, provenance) = (self.tick(), Provenance::person(self.book.replica()));
        self.book.resolve(id, None, path, number, &Clock { now, provenance: &provenance }).expect("decided");
    }

    /// Runs once; a fault befalls the request of that number, from 0. Returns nothing if an answer was lost.
    pub fn run_with(&mut self, flow: &mut Flow, wish: Wish, faults: &[(usize, Fault)]) -> Option<Report> {
        self.run_between(flow, wish, faults, |_, _| {})
    }

    /// The same, and before each request is served something else happens.
    pub fn run_between(
        &mut self,
        flow: &mut Flow,
        wish: Wish,
        faults: &[(usize, Fault)],
        mut between: impl FnMut(&mut Self, usize),
    ) -> Option<Report> {
        self.run_beside(flow, wish, faults, |replica, _, number| between(replica, number))
    }

    /// The same, where what happens may happen in the mailbox.
    pub fn run_beside(
        &mut self,
        flow: &mut Flow,
        wish: Wish,
        faults: &[(usize, Fault)],
        mut between: impl FnMut(&mut Self, &mut Flow, usize),
    ) -> Option<Report> {
        let now = self.tick();
        flow.mailbox.now += 60;
        let mut run = Run::new(&self.book, wish);
        for _ in 0..10_000 {
            match run.next(&mut self.book, &mut self.system, now).expect("a step") {
                Step::Work { .. } => {}
                Step::Done => return Some(run.report().clone()),
                Step::Ask { flow: which, body } => {
                    let number = run.report().requests - 1;
                    between(self, flow, number);
                    let fault = faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| *fault);
                    let answer = flow.serve(which, &body, fault)?;
                    run.answer(&mut self.book, &mut self.system, &answer, now).ok()?;
                }
            }
        }
        panic!("a run that does not end");
    }

    /// Runs as a host does, storing after each step, and stops for good at one of them.
    pub fn run_storing(&mut self, flow: &mut Flow, store: &mut Store, stop_at: usize) {
        let now = self.tick();
        let mut run = Run::new(&self.book, Wish::default());
        self.store(store);
        for step in 0.. {
            if step == stop_at {
                return;
            }
            let next = run.next(&mut self.book, &mut self.system, now).expect("a step");
            self.store(store);
            match next {
                Step::Done => return,
                Step::Work { .. } => {}
                Step::Ask { flow: which, body } => {
                    let answer = flow.serve(which, &body, None).expect("an answer");
                    run.answer(&mut self.book, &mut self.system, &answer, now).expect("taken");
                    if step + 1 == stop_at {
                        // What the answer did is not stored.
                        return;
                    }
                    self.store(store);
                }
            }
        }
    }

    fn store(&mut self, store: &mut Store) {
        let mut batch = self.book.take_batch().expect("a batch");
        batch.merge(self.system.take_batch());
        batch.del.iter().for_each(|key| drop(store.remove(key)));
        store.extend(batch.put);
    }

    /// Loses everything that is not stored. Of a system that never was, only the connection is left.
    pub fn lost(self, store: &Store, seed: u8) -> Self {
        let of_system = |key: &str| key.starts_with(crate::system::RECORDS);
        let (own, rest): (Vec<_>, Vec<_>) = store.clone().into_iter().partition(|(key, _)| of_system(key));
        let book = Book::open(rest, [seed; 32]).expect("a book");
        let system = match own.iter().any(|(key, _)| key.ends_with("/meta")) {
            true => System::open("outlook", own).expect("a system"),
            false => {
                let options = self.system.options.clone();
                System::new("outlook", options, 1)
            }
        };
        Self { book, system, now: self.now }
    }

    /// Runs once.
    pub fn run(&mut self, flow: &mut Flow) -> Report {
        self.run_with(flow, Wish { audit: false, run: "r".into() }, &[]).expect("a run")
    }

    /// Runs once and lists every row.
    pub fn audit(&mut self, flow: &mut Flow) -> Report {
        self.run_with(flow, Wish { audit: true, run: "r".into() }, &[]).expect("a run")
    }

    /// Becomes the driver: what another replica's turn left is not known here.
    pub fn take_over(&mut self, epoch: u32) {
        let options = self.system.options.clone();
        self.system = System::new("outlook", options, epoch);
    }

    /// Exchanges everything with another replica, also what came from others.
    pub fn meet(&mut self, other: &mut Self) {
        let relay = format!("meeting-{}-{}", self.tick(), other.tick());
        let out = crate::relay::outgoing(&self.book, &relay, 1_000).chunks;
        let back = crate::relay::outgoing(&other.book, &relay, 1_000).chunks;
        crate::relay::incoming(&mut other.book, &relay, &out, "1").expect("taken in");
        crate::relay::incoming(&mut self.book, &relay, &back, "1").expect("taken in");
    }

    /// The path of a leaf of the only element of a kind.
    pub fn leaf(&mut self, id: &str, kind: &str, leaf: &str) -> String {
        let view = self.book.card(id).expect("a card").view();
        let elements = view.elements(kind);
        assert_eq!(elements.len(), 1, "one element of {kind}");
        format!("{kind}/{}/{leaf}", elements.first().copied().unwrap_or_default())
    }

    /// Asserts that any Automerge opens the card.
    pub fn assert_opens(&mut self, id: &str) {
        let bytes = self.book.accepted_changes(id).expect("changes");
        let mut document = automerge::AutoCommit::new();
        document.load_incremental(&bytes).expect("changes that load");
        automerge::AutoCommit::load(&document.save()).expect("a saved card that loads");
    }

    /// What a card shows at a path.
    pub fn shows(&mut self, id: &str, path: &str) -> String {
        self.book.card(id).expect("a card").view().value(path).to_plain()
    }

    /// The values of a kind's elements at a leaf, sorted.
    pub fn all(&mut self, id: &str, kind: &str, leaf: &str) -> Vec<String> {
        let view = self.book.card(id).expect("a card").view();
        let value = |element: &&str| view.value(&format!("{kind}/{element}/{leaf}")).to_plain();
        let mut out: Vec<String> = view.elements(kind).iter().map(value).collect();
        out.sort();
        out
    }

    /// The paths in conflict.
    pub fn conflicts(&mut self, id: &str) -> Vec<String> {
        self.book.conflicts_of(id).expect("conflicts").iter().map(|c| c.path.to_string()).collect()
    }

    /// The sides of a conflict, as texts, sorted.
    pub fn sides(&mut self, id: &str, path: &str) -> Vec<String> {
        let conflicts = self.book.conflicts_of(id).expect("conflicts");
        let conflict = conflicts.iter().find(|c| c.path.as_str() == path);
        let mut out: Vec<String> = conflict.into_iter().flat_map(|c| &c.versions).map(|v| v.value.to_plain()).collect();
        out.sort();
        out
    }

    /// How many changes the book has.
    pub fn changes(&self) -> u32 {
        self.book.next_change()
    }

    /// The ids of live cards.
    pub fn cards(&mut self) -> Vec<String> {
        self.book.live_ids(0, 10_000).expect("a list")
    }

    /// Asserts that ten more runs move nothing.
    pub fn assert_quiet(&mut self, flow: &mut Flow) {
        let (changes, applies) = (self.changes(), flow.applies);
        for round in 0..10 {
            let report = if round % 3 == 0 { self.audit(flow) } else { self.run(flow) };
            assert_eq!((report.edited, report.created, report.sent), (0, 0, 0), "round {round}: {report:?}");
        }
        assert_eq!(self.changes(), changes, "no new change");
        assert_eq!(flow.applies, applies, "no request to write");
    }
}

/// Paths and texts as edits; the empty text clears.
pub fn edits(fields: &[(&str, &str)]) -> Vec<(String, Value)> {
    let value = |text: &str| match text {
        "" => Value::Null,
        "true" => Value::Bool(true),
        text => Value::text(text).expect("a text"),
    };
    fields.iter().map(|(path, text)| ((*path).to_owned(), value(text))).collect()
}

/// A mailbox at its beginning.
pub fn flow() -> Flow {
    let mut flow = Flow::default();
    flow.mailbox.now = 1_000_000;
    flow
}

/// A user of the mailbox changes a row.
#[expect(clippy::needless_pass_by_value, reason = "tests write `json!` where they call")]
pub fn touch(flow: &mut Flow, id: &str, fields: Json) {
    flow.mailbox.now += 30;
    flow.mailbox.update(id, &fields).expect("a row to change");
}

/// A user of the mailbox adds a row.
#[expect(clippy::needless_pass_by_value, reason = "tests write `json!` where they call")]
pub fn add(flow: &mut Flow, fields: Json) -> String {
    flow.mailbox.now += 30;
    let mut all = json!({ "givenName": "-", "homePhones": [] });
    all.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
    let row = flow.mailbox.create(FOLDER, &all).expect("a row");
    row["id"].as_str().expect("an id").to_owned()
}

/// The only row of a mailbox.
pub fn only(flow: &Flow) -> String {
    let ids = flow.mailbox.ids();
    assert_eq!(ids.len(), 1, "one row: {ids:?}");
    ids.into_iter().next().unwrap_or_default()
}

/// What a row holds.
pub fn row(flow: &Flow, id: &str) -> Json {
    flow.mailbox.get(id).expect("a row")
}

/// The e-mail addresses of a row.
pub fn mails(flow: &Flow, id: &str) -> Vec<String> {
    let list = row(flow, id)["emailAddresses"].as_array().expect("a list").clone();
    let mut out: Vec<String> = list.iter().map(|e| e["address"].as_str().unwrap_or_default().to_owned()).collect();
    out.sort();
    out
}
