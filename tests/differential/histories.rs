//! Random histories of one card: written by our encoder, by stock automerge, and by both in turns.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ROOT, ReadDoc, ScalarValue};
use contactmesh::card::Registers;
use contactmesh::change::{Actor, Change, OpId, Operation, Unwritten, encode, read};
use contactmesh::contact::{Path, Value};
use contactmesh::hash::Hash;
use contactmesh::history::History;

use super::random::Random;

/// The card all histories are about.
pub const CARD: &str = "k5t3abcdefghijklmnop2345";

/// Every path that is ever written, ascending.
pub const PATHS: &[&str] = &[
    "addresses/a1",
    "addresses/a1/locality",
    "emails/e1",
    "emails/e1/address",
    "id",
    "name",
    "name/given",
    "state",
    "title",
];

/// A change with its bytes.
#[derive(Clone, Debug)]
pub struct Written {
    pub change: Change,
    pub bytes: Vec<u8>,
}

impl Written {
    /// The change as it was before it had bytes.
    pub fn again(&self) -> Unwritten {
        let change = self.change.clone();
        Unwritten {
            actor: change.actor,
            seq: change.seq,
            start_op: change.start_op,
            time: change.time,
            message: change.message.into(),
            dependencies: change.dependencies,
            operations: change.operations,
        }
    }
}

/// A writer's id: equal bytes now and then, so that ids are compared to the end.
fn actor(random: &mut Random, number: usize) -> Actor {
    let mut out = [u8::try_from(random.below(3)).expect("small"); 16];
    out[15] = u8::try_from(number).expect("small");
    out
}

fn value(random: &mut Random) -> Value {
    match random.below(6) {
        0 => Value::Null,
        1 => Value::Bool(true),
        2 => Value::Int(i64::try_from(random.below(3)).expect("small") - 1),
        _ => Value::Str(["live", "deleted", "Jane", "Köln \u{1f600}"][random.below(4)].into()),
    }
}

/// A few paths, ascending; `id` only where it is asked for.
fn paths(random: &mut Random, first: bool) -> Vec<&'static str> {
    let own = |path: &str, random: &mut Random| if path == "id" { first } else { random.once_in(3) };
    let mut out: Vec<&str> = PATHS.iter().copied().filter(|path| own(path, random)).collect();
    if out.is_empty() {
        out.push("title");
    }
    out
}

/// A history of changes by our encoder, each after those it depends on.
pub fn ours(random: &mut Random, replicas: usize, steps: usize, equivocation: bool) -> Vec<Written> {
    let mut writer = Writer::new(random, replicas, 1);
    for _ in 0..steps {
        writer.write(random);
        if equivocation && random.once_in(4) {
            writer.write_again(random);
        }
    }
    writer.written
}

/// Goes on with a history as actors of our own.
pub fn go_on(random: &mut Random, history: &mut Vec<Written>, replicas: usize, steps: usize) {
    let mut writer = Writer::new(random, replicas, 100);
    for written in history.drain(..) {
        writer.keep(written);
    }
    for _ in 0..steps {
        writer.write(random);
    }
    *history = writer.written;
}

struct Writer {
    actors: Vec<Actor>,
    /// Each actor's last change.
    last: Vec<Option<Hash>>,
    all: History,
    written: Vec<Written>,
}

impl Writer {
    fn new(random: &mut Random, replicas: usize, from: usize) -> Self {
        Self {
            actors: (from..from + replicas).map(|number| actor(random, number)).collect(),
            last: vec![None; replicas],
            all: History::default(),
            written: Vec::new(),
        }
    }

    fn keep(&mut self, written: Written) {
        self.all.add(written.change.clone());
        self.written.push(written);
    }

    /// One more change, by anybody, over anything it may have seen.
    fn write(&mut self, random: &mut Random) {
        let writer = random.below(self.actors.len());
        let mut seen: Vec<Hash> = self.last[writer].into_iter().collect();
        for _ in 0..random.below(3) {
            seen.extend(random.pick(&self.written).map(|written| written.change.hash));
        }
        let change = draft(random, &self.all, self.actors[writer], &seen);
        self.last[writer] = Some(change.change.hash);
        self.keep(change);
    }

    /// A second change with the actor and the number of one that is there.
    fn write_again(&mut self, random: &mut Random) {
        let Some(rival) = random.pick(&self.written).cloned() else { return };
        let again = draft(random, &self.all, rival.change.actor, &rival.change.dependencies);
        assert_eq!(again.change.seq, rival.change.seq);
        if self.all.graph().position(&again.change.hash).is_none() {
            let writer = self.actors.iter().position(|actor| *actor == rival.change.actor);
            if let Some(writer) = writer.filter(|_| random.once_in(2)) {
                self.last[writer] = Some(again.change.hash);
            }
            self.keep(again);
        }
    }
}

/// One more change by this actor over these changes and what they stand on.
pub fn draft(random: &mut Random, all: &History, actor: Actor, seen: &[Hash]) -> Written {
    let graph = all.graph();
    // Now and then it names a dependency of a dependency too.
    let mut dependencies = if random.once_in(5) { seen.to_vec() } else { graph.frontier(seen) };
    dependencies.sort_unstable();
    dependencies.dedup();
    let marks = graph.ancestors(&dependencies);
    let ancestors: Vec<&Change> =
        all.changes().zip(&marks).filter(|(_, marked)| **marked).map(|((change, _), _)| change).collect();
    let mut registers = Registers::default();
    ancestors.iter().for_each(|change| registers.apply(change));
    let mine = ancestors.iter().filter(|change| change.actor == actor);
    let seq = mine.map(|change| change.seq).max().unwrap_or(0) + 1;
    let start_op = ancestors.iter().map(|change| change.last_op()).max().unwrap_or(0) + 1;
    let operations = paths(random, dependencies.is_empty()).into_iter().map(|path| {
        let value = if path == "id" { Value::Str(CARD.into()) } else { value(random) };
        Operation {
            path: Path::new(path).expect("legal"),
            value,
            predecessors: seen_at(random, path, &registers, &ancestors),
        }
    });
    let operations = operations.collect();
    let message = ["", "1 person r1", "1 system r1 crm 4711 9 s1"][random.below(3)].to_owned();
    let time = i64::try_from(random.below(1 << 40)).expect("small");
    let unwritten = Unwritten { actor, seq, start_op, time, message, dependencies, operations };
    let (change, bytes) = encode(unwritten).expect("legal");
    Written { change, bytes }
}

/// What an operation overwrites: what is shown, everything, some of it, or something overwritten long ago.
fn seen_at(random: &mut Random, path: &str, registers: &Registers, ancestors: &[&Change]) -> Vec<OpId> {
    let mut ids = match random.below(4) {
        0 => registers.all_ids(path),
        1 | 2 => registers.shown_ids(path),
        _ => {
            let ever = ancestors.iter().flat_map(|change| {
                let numbered = change.operations.iter().zip(change.start_op..);
                numbered
                    .filter(|(op, _)| op.path.as_str() == path)
                    .map(|(_, counter)| OpId { counter, actor: change.actor })
            });
            ever.filter(|_| random.once_in(2)).collect()
        }
    };
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// A history that stock automerge wrote: puts, commits and merges of its own.
pub fn stock(random: &mut Random, replicas: usize, steps: usize) -> Vec<Written> {
    let mut documents: Vec<AutoCommit> = Vec::new();
    for number in 1..=replicas {
        let actor = ActorId::from(actor(random, number));
        let document = match documents.first_mut() {
            Some(base) if !random.once_in(3) => base.fork().with_actor(actor),
            _ => {
                let mut fresh = AutoCommit::new().with_actor(actor);
                commit(random, &mut fresh, true);
                fresh
            }
        };
        documents.push(document);
    }
    for _ in 0..steps {
        let to = random.below(replicas);
        if random.once_in(3) {
            let mut other = documents[random.below(replicas)].clone();
            documents[to].merge(&mut other).expect("stock automerge merges");
        } else {
            commit(random, &mut documents[to], false);
        }
    }
    let mut all = AutoCommit::new();
    for document in &mut documents {
        all.merge(document).expect("stock automerge merges");
    }
    written_by(&mut all)
}

/// Stock automerge loads a history and writes two more changes: one over everything, one of another actor over an
/// earlier state.
pub fn stock_goes_on(random: &mut Random, history: &mut Vec<Written>) {
    let mut document = AutoCommit::new();
    for (number, written) in history.iter().enumerate() {
        document.load_incremental(&written.bytes).expect("stock automerge takes it");
        if number == history.len() / 2 {
            let mut early = document.fork().with_actor(ActorId::from([0xee; 16]));
            commit(random, &mut early, false);
            let bytes = early.save_after(&document.get_heads());
            document = document.with_actor(ActorId::from([0xef; 16]));
            document.load_incremental(&bytes).expect("stock automerge takes its own");
        }
    }
    commit(random, &mut document, false);
    *history = written_by(&mut document);
}

fn commit(random: &mut Random, document: &mut AutoCommit, first: bool) {
    for path in paths(random, first) {
        let value = match value(random) {
            _ if path == "id" => ScalarValue::Str(CARD.into()),
            Value::Null => ScalarValue::Null,
            Value::Bool(truth) => ScalarValue::Boolean(truth),
            Value::Int(number) => ScalarValue::Int(number),
            Value::Str(text) => ScalarValue::Str(text.as_ref().into()),
        };
        // Putting the winner's value over a conflict makes it delete the losers, and a card knows no deletes.
        let shown = document.get(ROOT, path).expect("the root is there");
        if shown.is_none_or(|(shown, _)| shown.as_scalar() != Some(&value)) {
            document.put(ROOT, path, value).expect("the root takes scalars");
        }
    }
    let time = i64::try_from(random.below(1 << 40)).expect("small");
    document.commit_with(CommitOptions::default().with_message("1 person r1").with_time(time));
}

/// All changes of a document, read by our reader.
fn written_by(document: &mut AutoCommit) -> Vec<Written> {
    let changes = document.get_changes(&[]);
    let plain = changes.iter().map(|change| change.raw_bytes().to_vec());
    plain
        .map(|bytes| Written { change: read(&bytes).expect("our reader reads what stock automerge writes"), bytes })
        .collect()
}
