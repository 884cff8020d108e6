//! The trial of one input: how far it comes, and what must hold wherever it comes.

use automerge::{AutoCommit, ROOT, ReadDoc};
use contactmesh::card::{Card, Summary, state_hash};
use contactmesh::change::{Change, Verdict, read};
use contactmesh::hash::sha256;
use contactmesh::wire::{Chunk, Cursor, Malformed, read_chunk};

use super::corpus::{Base, Corpus};
use super::crafted::{Crafted, MAGIC};
use super::histories::{CARD, Written};
use super::inputs::Input;
use super::random::Random;
use super::replica::Replica;
use super::shelf;
use super::stages::Counts;

/// One input among this many goes into a book.
const BOOK_EVERY: u64 = 10;
/// One accepted change among this many is tried in another order, and in stock automerge.
const SAMPLE: usize = 16;
/// How many entries of a chunk are looked into.
const ENTRIES: usize = 8;

/// What a trial works with.
pub struct Trial<'a> {
    pub corpus: &'a Corpus,
    pub counts: &'a mut Counts,
    pub random: &'a mut Random,
}

impl Trial<'_> {
    /// Works an input.
    pub fn run(&mut self, index: u64, input: &Input) {
        let (Input::Change { base, bytes } | Input::Chunk { base, bytes }) = input;
        let card = &self.corpus.bases[*base];
        if matches!(input, Input::Change { .. }) {
            self.change(card, bytes);
        } else {
            self.chunk(card, bytes);
        }
        if index.is_multiple_of(BOOK_EVERY) {
            shelf::receive(self.random, self.counts, card, input);
        }
    }

    fn chunk(&mut self, card: &Base, bytes: &[u8]) {
        let chunk = match read_chunk(bytes) {
            Ok(Chunk::Newer) => return self.counts.add("chunk: newer"),
            Err(_) => return self.counts.add("chunk: refused"),
            Ok(chunk) => chunk,
        };
        self.counts.add("chunk: unpacked");
        let Ok(entries) = chunk.entries() else { return self.counts.add("chunk: framing refused") };
        self.counts.add_many("chunk: entries", entries.len());
        for entry in entries.iter().take(ENTRIES) {
            self.change(card, entry.bytes);
        }
    }

    fn change(&mut self, card: &Base, bytes: &[u8]) {
        self.counts.add("change: read");
        let whole = self.walk(bytes).is_ok();
        let change = match read(bytes) {
            Ok(change) => change,
            Err(why) => {
                assert!(!why.0.is_empty());
                if whole {
                    self.counts.add("change: all parts, a column refused");
                }
                return;
            }
        };
        assert!(whole, "a change is read whose parts cannot be walked");
        self.counts.add("change: well-formed");
        self.check_canonical(&change, bytes);
        let verdict = card.replica.history.graph().judge_change(CARD, &change);
        assert_eq!(verdict, card.replica.history.graph().judge_change(CARD, &change));
        match verdict {
            Verdict::Known => self.counts.add("guard: known"),
            Verdict::Waits(missing) => {
                assert!(missing.iter().all(|hash| change.dependencies.contains(hash)));
                self.counts.add("guard: waits");
            }
            Verdict::Refused(why) => self.counts.add(rule(why)),
            Verdict::Accepted => {
                self.counts.add("guard: accepted");
                self.apply(card, &Written { change, bytes: bytes.to_vec() });
            }
        }
    }

    /// Walks the parts of a change on its own, counting each that is there.
    fn walk(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        const BROKEN: Malformed = Malformed("walked into a wall");
        let counts = &mut *self.counts;
        let mut must = |holds: bool, part: &'static str| {
            if holds {
                counts.add(part);
                Ok(())
            } else {
                Err(BROKEN)
            }
        };
        let mut cursor = Cursor::new(bytes);
        must(cursor.array()? == MAGIC, "change: magic")?;
        let checksum = cursor.array::<4>()?;
        must(cursor.byte()? == 1, "change: type 1")?;
        must(cursor.size()? == cursor.len(), "change: length")?;
        must(sha256(&[&bytes[8..]]).starts_with(&checksum), "change: checksum")?;
        for _ in 0..cursor.size()? {
            cursor.take(32)?;
        }
        must(true, "change: dependencies")?;
        must(cursor.framed()?.len() == 16, "change: actor")?;
        must(cursor.unsigned()? > 0, "change: seq")?;
        must(cursor.unsigned()? > 0, "change: start_op")?;
        must(cursor.signed().is_ok(), "change: time")?;
        must(cursor.text().is_ok(), "change: message")?;
        for _ in 0..cursor.size()? {
            cursor.framed()?;
        }
        must(true, "change: other actors")?;
        let mut lengths = 0_usize;
        for _ in 0..cursor.size()? {
            cursor.unsigned()?;
            lengths = lengths.saturating_add(cursor.size()?);
        }
        must(true, "change: list of columns")?;
        must(lengths == cursor.len(), "change: columns")
    }

    /// What is read is written again as the same bytes, by the encoder and piece by piece.
    fn check_canonical(&mut self, change: &Change, bytes: &[u8]) {
        let written = Written { change: change.clone(), bytes: bytes.to_vec() };
        let (again, encoded) = contactmesh::change::encode(written.again()).expect("what is read can be written");
        assert_eq!(&again, change, "the encoder writes another change than was read");
        assert!(encoded == bytes, "the encoder writes other bytes than were read");
        let pieces = Crafted::apart(bytes).expect("what is read can be taken apart");
        assert!(pieces.together() == bytes, "the pieces are other bytes than were read");
        self.counts.add("change: written again, the same bytes");
    }

    fn apply(&mut self, base: &Base, written: &Written) {
        let mut replica = base.replica.clone();
        let out_before = replica.hashes(true);
        replica.arrive(&written.change);
        let hash = written.change.hash;
        let graph = replica.history.graph();
        assert_eq!(graph.judge_change(CARD, &written.change), Verdict::Known);
        assert_eq!(replica.card.heads(), graph.heads());
        assert_eq!(replica.card.registers(), replica.history.card(CARD).registers());
        let out = replica.hashes(true);
        assert!(out.is_superset(&out_before), "what is out never comes back");
        if out.contains(&hash) {
            self.counts.add("card: out by equivocation");
        } else {
            self.counts.add("card: applied");
        }
        if out.iter().any(|one| *one != hash && !out_before.contains(one)) {
            self.counts.add("card: put another change out");
        }
        self.look_at(&replica.card);
        if self.random.once_in(SAMPLE) {
            self.check_order(base, written, &replica);
            self.check_automerge(base, written, &replica);
        }
    }

    /// Everything that is ever asked of a card.
    fn look_at(&mut self, card: &Card) {
        let conflicts = card.conflicts();
        assert_eq!(conflicts.len(), card.conflict_count());
        if !conflicts.is_empty() {
            self.counts.add("card: in conflict");
        }
        if !card.groups_in_conflict().is_empty() {
            self.counts.add("card: group in conflict");
        }
        let summary = Summary::of(card);
        assert_eq!(summary.live, !card.is_deleted());
        let snapshot = Card::from_snapshot(CARD, &card.to_snapshot()).expect("a snapshot is read back");
        assert_eq!(&snapshot, card, "a snapshot is another card");
    }

    fn check_order(&mut self, base: &Base, written: &Written, replica: &Replica) {
        let mut order: Vec<&Change> = base.held.iter().chain([written]).map(|one| &one.change).collect();
        for place in (1..order.len()).rev() {
            order.swap(place, self.random.below(place + 1));
        }
        let mut other = Replica::new(CARD);
        order.into_iter().for_each(|change| other.arrive(change));
        assert!(other.waiting.is_empty() && other.refused.is_empty());
        assert_eq!(state_hash(&other.card), state_hash(&replica.card), "another order, another state");
        assert_eq!(other.hashes(true), replica.hashes(true));
        self.counts.add("card: another order, the same state");
    }

    /// What the guard accepted is safe for stock automerge, which shows the same.
    fn check_automerge(&mut self, base: &Base, written: &Written, replica: &Replica) {
        let accepted = replica.hashes(false);
        let held = base.held.iter().chain([written]).filter(|one| accepted.contains(&one.change.hash));
        let bytes: Vec<u8> = held.flat_map(|one| one.bytes.iter().copied()).collect();
        let mut document = AutoCommit::load(&bytes).expect("stock automerge loads what the guard accepted");
        let saved = document.save();
        for document in [&mut document, &mut AutoCommit::load(&saved).expect("stock automerge loads what it saved")] {
            let mut heads: Vec<[u8; 32]> = document.get_heads().iter().map(|hash| hash.0).collect();
            heads.sort_unstable();
            assert_eq!(heads, replica.card.heads());
            for candidates in replica.card.registers().groups() {
                let theirs = document.get_all(ROOT, candidates[0].path.as_str()).expect("the root is there");
                assert_eq!(theirs.len(), candidates.len(), "{}", candidates[0].path);
            }
        }
        self.counts.add("automerge: loaded, saved, loaded");
    }
}

fn rule(why: &str) -> &'static str {
    for (word, stage) in [
        ("rule 2", "guard: refused, rule 2"),
        ("rule 3", "guard: refused, rule 3"),
        ("rule 4", "guard: refused, rule 4"),
        ("rule 5", "guard: refused, rule 5"),
    ] {
        if why.contains(word) {
            return stage;
        }
    }
    panic!("the guard refuses by no rule: {why}")
}
