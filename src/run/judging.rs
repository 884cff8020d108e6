//! Judging: every staged row, those with a base first, then those of whom nobody knows yet whose they are; at last what
//! the listing says of rows that are gone.

use serde_json::Value as Json;

use super::answer::done;
use super::brake::is_older;
use super::{Phase, Run, STEP, Step};
use crate::book::{Book, Clock};
use crate::card::Rule;
use crate::contact::{Value, joined};
use crate::error::Result;
use crate::inbound::arrivals::{self, Place};
use crate::inbound::departures;
use crate::inbound::people::{People, is_nobody};
use crate::inbound::row::{Difference, compare, judge, note_row};
use crate::lens::Shown;
use crate::outbound::next_attempt;
use crate::system::{Base, Parked, System, Why, link_path};

/// After how many seconds a claim without a result is given up, if a complete listing has no such row. A flow answers
/// or fails within two minutes.
const LEASE: u64 = 600;

/// A row to be judged: where it was found, and what it holds.
#[derive(Clone, Copy)]
struct Arrival<'a> {
    remote: &'a str,
    folder: &'a str,
    row: &'a Json,
}

impl Run {
    pub(super) fn judge_some(&mut self, book: &mut Book, system: &mut System, now: i64) -> Result<Option<Step>> {
        for _ in 0..STEP {
            let Some(remote) = self.queue.pop_front() else {
                self.conclude(book, system, now)?;
                self.phase = Phase::Plan;
                return Ok(None);
            };
            if let Some((folder, row)) = self.staged.get(&remote).cloned() {
                self.report.judged += 1;
                let arrival = Arrival { remote: &remote, folder: &folder, row: &row };
                self.judge_row(book, system, arrival, now)?;
            }
        }
        let done = self.total - self.queue.len();
        Ok(Some(Step::Work { done, total: self.total }))
    }

    fn judge_row(&mut self, book: &mut Book, system: &mut System, arrival: Arrival<'_>, now: i64) -> Result<()> {
        let Arrival { remote, folder, row } = arrival;
        let text = |key: &str| row.get(key).and_then(Json::as_str).unwrap_or_default();
        let provenance = self.provenance(book, system, remote, text(system.lens.modified));
        let clock = Self::clock(&provenance, now);
        let Some(mut base) = system.base(remote).cloned() else {
            return self.place(book, system, arrival, &clock);
        };
        let created = text(system.lens.created);
        if !created.is_empty() && !base.created.is_empty() && created != base.created {
            // The id names somebody else now: neither inherits from the other.
            system.drop_base(remote);
            system.detached.insert(base.card.clone());
            self.alert("recycled-id");
            return self.make(book, system, arrival, &clock);
        }
        if self.kept.contains(remote) {
            // A person said that the book is right. What is empty in the row is known, and no edit; what somebody has typed
            // there since is one. A row from a backup is not looked at.
            if is_older(system, &base, row) {
                hold_as_read(system, &mut base, row);
                return self.keep_base(system, remote, folder, base);
            }
            hold_blanks(book, system, &mut base, row)?;
        }
        if !book.breaks(Rule::OlderTwice)
            && self.is_suspect(system, remote, &base, row)
            && !compare(system.lens, &base, system.entries().get(&base.card), false, row).differences.is_empty()
        {
            Self::park(system, arrival, Why::Older, vec![base.card.clone()]);
            return Ok(());
        }
        let pending = system.entries().get(&base.card).cloned();
        let judged = judge(book, system.lens, &mut base, pending.as_ref(), false, row, &clock)?;
        self.report.edited += usize::from(judged.is_edited);
        if judged.is_settled && pending.is_some() {
            system.drop_entry(&base.card);
        }
        self.keep_base(system, remote, folder, base)
    }

    fn keep_base(&mut self, system: &mut System, remote: &str, folder: &str, mut base: Base) -> Result<()> {
        folder.clone_into(&mut base.folder);
        system.dirty.insert(base.card.clone());
        self.seen.insert(base.card.clone());
        if let Some(people) = &mut self.people {
            people.add_row(system.lens, remote, &base);
        }
        system.unpark(remote);
        system.set_base(remote, base);
        Ok(())
    }

    /// Finds out whose row it is.
    fn place(&mut self, book: &mut Book, system: &mut System, arrival: Arrival<'_>, clock: &Clock<'_>) -> Result<()> {
        let Arrival { remote, folder, row } = arrival;
        if is_nobody(system.lens, row) && !book.breaks(Rule::BlankDoubted) {
            // An answer that lost its columns looks like this. It is read again with every complete listing.
            self.alert("empty-row");
            return Ok(());
        }
        let people = match self.people.take() {
            Some(people) => people,
            None => People::new(book, system)?,
        };
        let place = arrivals::place(book, system, &people, remote, row, &self.rows_of_key);
        self.people = Some(people);
        let place = place?;
        let has_waited = |parked: &Parked| matches!(parked.why, Why::Moved | Why::Copy);
        if self.is_audited
            && !self.listed.contains(remote)
            && !matches!(place, Place::Moved(_))
            && system.parked.get(remote).is_some_and(has_waited)
        {
            // It was moved on: what came of it is known by now.
            system.unpark(remote);
            return Ok(());
        }
        match place {
            Place::Linked(card) => {
                let (base, judged) = arrivals::link_again(book, system, &card, remote, row, clock)?;
                self.report.edited += usize::from(judged.is_edited);
                self.link(system, remote, folder, base)
            }
            Place::Same(card) => {
                let (base, judged) = arrivals::join(book, system, &card, remote, row, clock)?;
                self.report.edited += usize::from(judged.is_edited);
                self.link(system, remote, folder, base)
            }
            Place::Unclear(cards) => {
                Self::park(system, arrival, Why::Proposal, cards);
                Ok(())
            }
            Place::MaybeOurs(card) => {
                Self::park(system, arrival, Why::PendingCreate, vec![card]);
                Ok(())
            }
            Place::Moved(other) => self.move_row(book, system, &other, arrival, clock),
            Place::New => self.make(book, system, arrival, clock),
        }
    }

    fn link(&mut self, system: &mut System, remote: &str, folder: &str, base: Base) -> Result<()> {
        self.report.linked += 1;
        system.gone.remove(remote);
        system.decisions.remove(remote);
        self.keep_base(system, remote, folder, base)
    }

    fn make(&mut self, book: &mut Book, system: &mut System, arrival: Arrival<'_>, clock: &Clock<'_>) -> Result<()> {
        let Arrival { remote, folder, row } = arrival;
        let (_, base) = arrivals::create(book, system, remote, row, clock)?;
        self.report.created += 1;
        system.decisions.remove(remote);
        let card = base.card.clone();
        self.keep_base(system, remote, folder, base)?;
        self.seen.remove(&card);
        self.made.insert(card);
        Ok(())
    }

    /// A row that looks like another: if that one is gone it was moved, if it is there this is a copy, and until a
    /// listing says which, it waits.
    fn move_row(
        &mut self,
        book: &mut Book,
        system: &mut System,
        other: &str,
        arrival: Arrival<'_>,
        clock: &Clock<'_>,
    ) -> Result<()> {
        let Arrival { remote, folder, row } = arrival;
        let is_missing = system.base(other).is_some_and(|base| base.missing > 0);
        // The folders are listed one after the other, and a listing may lag: a row that is moved meanwhile is in both.
        // Only what is there beside the other in two listings is a copy.
        let waited = system.parked.get(remote).map(|parked| parked.why);
        if !is_missing && self.is_audited && matches!(waited, Some(Why::Moved | Why::Copy)) {
            if !self.listed.contains(remote) {
                system.unpark(remote);
                return Ok(());
            }
            if waited == Some(Why::Moved) {
                Self::park(system, arrival, Why::Copy, Vec::new());
                return Ok(());
            }
            return self.make(book, system, arrival, clock);
        }
        let Some(mut base) = is_missing.then(|| system.drop_base(other)).flatten() else {
            Self::park(system, arrival, Why::Moved, Vec::new());
            return Ok(());
        };
        // What was on its way is there already, or is sent anew: the former row is not there to take it.
        let pending = system.drop_entry(&base.card);
        let judged = judge(book, system.lens, &mut base, pending.as_ref(), false, row, clock)?;
        self.report.edited += usize::from(judged.is_edited);
        self.report.moved += 1;
        system.decisions.remove(remote);
        book.write_about(&base.card, &link_path(&system.name), Value::text(remote)?, clock)?;
        self.keep_base(system, remote, folder, base)
    }

    fn park(system: &mut System, arrival: Arrival<'_>, why: Why, cards: Vec<String>) {
        let parked = Parked { row: arrival.row.clone(), folder: arrival.folder.to_owned(), why, cards };
        // Cards that it is no longer thought to be have waited with it.
        if system.parked.get(arrival.remote).is_some_and(|known| known.cards != parked.cards) {
            system.unpark(arrival.remote);
        }
        system.parked.insert(arrival.remote, parked);
    }

    /// What follows once every row was judged: claims nobody finished, rows that are gone, and where the next run begins.
    fn conclude(&mut self, book: &mut Book, system: &mut System, now: i64) -> Result<()> {
        if self.is_audited {
            self.settle_claims(book, system, now)?;
            for remote in departures::departed(book, system) {
                self.depart(book, system, &remote, now)?;
            }
        }
        self.report.parked = system.parked.len();
        self.keep_watermarks(system);
        if let Some((_, _)) = &system.allowed
            && system.hold.as_ref().is_some_and(|hold| hold.direction == "in")
        {
            system.allowed = None;
            system.hold = None;
        }
        system.keep();
        Ok(())
    }

    /// Notes where the next run begins.
    pub(super) fn keep_watermarks(&mut self, system: &mut System) {
        for (folder, watermark) in std::mem::take(&mut self.page.watermarks) {
            system.since.insert(folder, watermark);
        }
        system.keep();
    }

    fn depart(&mut self, book: &mut Book, system: &mut System, remote: &str, now: i64) -> Result<()> {
        let provenance = self.provenance(book, system, remote, "");
        let Some(base) = system.drop_base(remote) else { return Ok(()) };
        system.gone.insert(remote.to_owned());
        system.drop_entry(&base.card);
        system.dirty.insert(base.card.clone());
        if !self.kept.contains(remote) {
            let clock = Self::clock(&provenance, now);
            self.report.deleted += usize::from(departures::delete(book, system, &base, &clock)?);
        }
        Ok(())
    }

    /// Settles creates that were claimed and never answered: a row that holds what was sent is theirs; with
    /// none, nobody asked about one, and the claim old enough, the create is sent under the next key; anything else waits.
    fn settle_claims(&mut self, book: &mut Book, system: &mut System, now: i64) -> Result<()> {
        let claimed: Vec<_> = system
            .entries()
            .iter()
            .filter(|(_, entry)| entry.is_claimed)
            .map(|(card, entry)| (card.clone(), entry.clone()))
            .collect();
        for (card, entry) in claimed {
            let of_card = |p: &&Parked| p.why == Why::PendingCreate && p.cards.contains(&card);
            // Of several the one that holds most of it, and the first that was made: whoever copied it did so later.
            let made =
                |p: &Parked| p.row.get(system.lens.created).and_then(Json::as_str).unwrap_or_default().to_owned();
            let id = |p: &Parked| p.row.get(system.lens.id).and_then(Json::as_str).unwrap_or_default().to_owned();
            let is_said = |p: &Parked| system.decisions.get(&id(p)).is_some_and(|said| said.as_ref() == Some(&card));
            let kept = |p: &Parked| std::cmp::Reverse(arrivals::kept_of(system.lens, &entry, &p.row));
            let rank = |p: &&Parked| (!is_said(p), kept(p), made(p));
            let is_asked = system.parked.values().any(|p| p.why == Why::Proposal && p.cards.contains(&card));
            let first = system.parked.values().filter(of_card).min_by_key(rank).cloned();
            let first = first.filter(|_| !book.breaks(Rule::ClaimsWait));
            match first {
                Some(first) => {
                    let text = |key: &str| first.row.get(key).and_then(Json::as_str).unwrap_or_default();
                    let provenance = self.provenance(book, system, text(system.lens.id), text(system.lens.modified));
                    done(book, system, &card, &entry, Some(&first.row), false, &Self::clock(&provenance, now))?;
                    system.decisions.remove(&provenance.row);
                    self.report.linked += 1;
                }
                None if book.breaks(Rule::ClaimsWait)
                    || !is_asked && self.ages.get(&card).is_some_and(|age| *age >= LEASE) =>
                {
                    system.set_entry(&card, next_attempt(entry));
                    self.retried.push(card);
                }
                None => {}
            }
        }
        Ok(())
    }
}

/// Lets a base hold nothing where its row has nothing, without taking that for an edit.
fn hold_blanks(book: &mut Book, system: &System, base: &mut Base, row: &Json) -> Result<()> {
    let lens = system.lens;
    let card = book.card(&base.card)?;
    let shown = Shown::new(card.view().fields());
    for difference in compare(lens, base, system.entries().get(&base.card), false, row).differences {
        match difference {
            Difference::Text { seat, part, element, text } if text.is_empty() => {
                for leaf in lens.leaves(seat, part, element.as_deref(), &shown) {
                    base.operations.remove(&leaf);
                }
                base.rewritten.retain(|(at, of, _)| (*at, *of) != (seat, part));
                let held = base.contents.iter_mut().find(|content| content.seat == seat);
                if let Some(held) = held.and_then(|content| content.texts.get_mut(part)) {
                    *held = Some(text);
                }
            }
            Difference::Removed { seat, element } => {
                base.rewritten.retain(|(at, ..)| *at != seat);
                base.contents.retain(|content| content.element.as_deref() != Some(&element) || content.seat != seat);
                if let Some(elements) = lens.field(seat).and_then(|field| field.elements()) {
                    let presence = joined(&[elements.kind, &element]);
                    let below = joined(&[&presence, ""]);
                    base.operations.retain(|path| path.as_str() != presence && !path.starts_with(&below));
                }
            }
            Difference::Text { .. } | Difference::Moved(_) | Difference::New(_) => {}
        }
    }
    Ok(())
}

/// Lets a base hold what its row holds, without taking any of it for an edit.
fn hold_as_read(system: &System, base: &mut Base, row: &Json) {
    let reading = system.lens.read(row, &base.contents);
    base.contents = reading.contents.into_iter().filter(|c| c.element.is_some() || !c.is_empty()).collect();
    base.rest = reading.rest;
    base.operations.clear();
    // What was cut once is not there any more.
    base.rewritten.clear();
    note_row(system.lens, base, row);
}
