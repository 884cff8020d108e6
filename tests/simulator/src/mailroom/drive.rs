//! Driving the mailbox: a run goes one message at a time, so that anything may happen between a request, its effect and
//! its answer. Requests are lost, answers too, flows die half-way, listings lie, and a platform delivers again.

use std::collections::BTreeSet;

use contactmesh::lens::text_at;
use contactmesh::run::{Run, Step, Wish};
use contactmesh::system::Entry;
use contactmesh_mailbox::Fault;
use serde_json::Value as Json;

use super::Mailroom;
use super::again::Sent;
use super::host::{Commit, Post, Running};
use super::ledger::plain;
use super::row::{text, texts};
use crate::bugs::Bug;
use crate::violation::{Checked, DURABILITY, EFFECTS, NO_INVENTION, SAFE_DELETES, VISIBILITY, broken};

const OF_APPLY: [Fault; 9] = [
    Fault::LostRequest,
    Fault::LostAnswer,
    Fault::BeforeClaim,
    Fault::AfterClaim,
    Fault::AfterCreate,
    Fault::BeforeAnswer,
    Fault::Busy,
    Fault::FailsAfter,
    Fault::HalfResults,
];
const OF_PULL: [Fault; 9] = [
    Fault::LostRequest,
    Fault::LostAnswer,
    Fault::EmptyListing,
    Fault::HalfListing,
    Fault::ShortListing,
    Fault::BlankRows,
    Fault::Lagging,
    Fault::Lagging,
    Fault::Lagging,
];
/// Keys that the connector wants with every write.
const REQUIRED: [&str; 2] = ["givenName", "homePhones"];
/// For how many seconds a platform tries again.
const PATIENCE: i64 = 300;

impl Mailroom {
    /// Goes one message further with the run of a replica, if it drives or believes so.
    pub fn drive(&mut self, r: usize) -> Checked<()> {
        if self.host(r).system.is_none() {
            return Ok(());
        }
        let Some(mut running) = self.host(r).running.take() else {
            let audit = self.random.permille(250);
            return self.begin(r, audit);
        };
        match std::mem::replace(&mut running.post, Post::Idle) {
            Post::Idle => self.go_on(r, running),
            Post::Sent(flow, body) => {
                let fault = self.fault(flow);
                running.post = Post::Answered(self.serve(flow, &body, fault)?);
                let flight = self.weather.flight;
                if flow == "apply" && self.strikes(flight) {
                    self.note(&format!("replica {r} dies while its changes are on their way"));
                    self.stats.count("crashes before an answer");
                    let sent = self.sent(r, None);
                    self.reopen(r)?;
                    return self.correct(r, &sent);
                }
                self.host(r).running = Some(running);
                Ok(())
            }
            Post::Answered(None) => {
                self.stats.count("runs that wait for an answer in vain");
                let sent = self.sent(r, None);
                self.correct(r, &sent)
            }
            Post::Answered(Some(body)) => {
                let is_of_changes = body.get("results").is_some();
                let sent = if is_of_changes { self.sent(r, Some(&body)) } else { Sent::new() };
                self.take(r, running, &body)?;
                self.correct(r, &sent)
            }
        }
    }

    /// Begins a run.
    pub fn begin(&mut self, r: usize, audit: bool) -> Checked<()> {
        let (step, time) = (self.step, self.flow.mailbox.now);
        self.look_again(r)?;
        let host = self.host(r);
        let run = Run::new(&host.book, Wish { audit, run: format!("run {step}") });
        host.running = Some(Running { run, post: Post::Idle, began: host.cards.clone(), began_step: step });
        host.reads = (step, time);
        self.ledger.begin();
        self.stats.count("runs begun");
        self.note(&format!("replica {r} begins a run, audit {audit}"));
        Ok(())
    }

    fn go_on(&mut self, r: usize, mut running: Running) -> Checked<()> {
        let linked = self.linked(r);
        let (now, host) = (self.now(), self.host(r));
        let Some(system) = &mut host.system else { return Ok(()) };
        let step = match running.run.next(&mut host.book, system, now) {
            Ok(step) => step,
            Err(error) => return broken(DURABILITY, format!("replica {r}: a run cannot go on: {error}")),
        };
        let ended = if step == Step::Done { Some(running) } else { host.running.replace(running).and(None) };
        // What a step left is stored before its request leaves.
        let is_late = self.bug == Some(Bug::RequestBeforeEntry) && matches!(step, Step::Ask { .. });
        let became = if is_late { Commit::Kept } else { self.commit(r)? };
        // Who is linked with a row is compared with it as a whole.
        for card in self.linked(r).difference(&linked) {
            self.cover_placeless(r, card);
        }
        if let Some(running) = ended.as_ref().filter(|_| became != Commit::Lost) {
            self.cover(r, running);
        }
        if became != Commit::Kept {
            return Ok(());
        }
        self.check_bases(r)?;
        match step {
            Step::Work { .. } => Ok(()),
            Step::Ask { flow, body } => {
                self.note(&format!("replica {r} asks {flow}: {}", brief(&body)));
                for change in body.get("changes").and_then(Json::as_array).into_iter().flatten() {
                    let row = texts(self.flow.mailbox.get(&text(change, "id")).as_ref());
                    // The driver may not have heard yet that somebody brought it back.
                    let is_over = |text: &String| !self.ledger.is_open(text) || self.ledger.was_given_up(text);
                    let over = row.into_iter().filter(is_over);
                    self.over_when_sent.entry(text(change, "key")).or_default().extend(over);
                }
                if let Some(running) = &mut self.host(r).running {
                    running.post = Post::Sent(flow, body);
                }
                Ok(())
            }
            Step::Done => ended.map_or(Ok(()), |running| self.ended(r, &running)),
        }
    }

    fn take(&mut self, r: usize, mut running: Running, body: &Json) -> Checked<()> {
        let confirmed = self.confirmed(r, body);
        let (now, host) = (self.now(), self.host(r));
        let Some(system) = &mut host.system else { return Ok(()) };
        match running.run.answer(&mut host.book, system, body, now) {
            Ok(()) => {
                host.running = Some(running);
                confirmed.iter().for_each(|card| self.cover_placeless(r, card));
                self.look_again(r)
            }
            Err(error) if r == self.driver && self.calm => {
                broken(DURABILITY, format!("replica {r} does not believe an honest answer: {error}"))
            }
            Err(error) => {
                self.stats.count("answers not believed");
                self.note(&format!("replica {r} does not believe it: {error}"));
                Ok(())
            }
        }
    }

    /// Returns the cards that are linked with a row that is there, as far as a replica knows.
    fn linked(&mut self, r: usize) -> BTreeSet<String> {
        let rows = self.host(r).system.iter().flat_map(|system| system.rows().values());
        rows.filter(|base| base.missing == 0).map(|base| base.card.clone()).collect()
    }

    /// Returns the cards of which an answer says that they were written to their rows: now, or before it was lost.
    fn confirmed(&mut self, r: usize, body: &Json) -> Vec<String> {
        let results = body.get("results").and_then(Json::as_array).into_iter().flatten();
        let results: Vec<&Json> = results.collect();
        let Some(system) = &self.host(r).system else { return Vec::new() };
        let is_written = |entry: &Entry| {
            let result = results.iter().find(|result| text(result, "key") == entry.key);
            let row = result.and_then(|result| result.get("row"));
            match result.map(|result| text(result, "status")).as_deref() {
                Some("done") => true,
                Some("stale") => row.is_some_and(|row| {
                    let there = system.lens.read(row, &entry.contents).contents;
                    entry.slots.iter().all(|slot| plain(text_at(&there, slot.seat, slot.part)) == plain(&slot.to))
                }),
                _ => false,
            }
        };
        system.entries().iter().filter(|(_, entry)| is_written(entry)).map(|(card, _)| card.to_owned()).collect()
    }

    /// A confirmation covers what the mailbox has no place for, or cuts; of the rest the end of the run tells.
    fn cover_placeless(&mut self, r: usize, card: &str) {
        let cuts = !self.flow.mailbox.cuts.is_empty();
        let Some(sight) = self.hosts.get(r).and_then(|host| host.cards.get(card)) else { return };
        let has_not = |text: &&String| sight.is_placeless(text) || cuts && text.ends_with(" long");
        sight.texts.iter().filter(has_not).for_each(|text| self.ledger.may_be_covered(text));
    }

    /// A run that ended well: what its cards showed when it began is known to the mailbox, or cannot be.
    fn cover(&mut self, r: usize, running: &Running) {
        let report = running.run.report();
        let host = self.host(r);
        let Some(system) = host.system.as_ref().filter(|_| report.held.is_none()) else { return };
        let mut covered: Vec<String> = Vec::new();
        for (card, began) in &running.began {
            let row = system.row_of(card).and_then(|row| system.base(row));
            let is_open = system.entries().contains_key(card)
                || system.detached.contains(card)
                || system.refused.contains_key(card);
            let now = host.cards.get(card).cloned().unwrap_or_default();
            if row.is_some_and(|base| base.missing == 0) && !is_open && now.conflicts.is_empty() {
                covered.extend(began.texts.intersection(&now.texts).cloned());
            }
        }
        // Of a run that was throttled only what the mailbox has no place for counts: the rest may wait.
        let is_private = |text: &&String| report.retry_after == 0 || text.ends_with(" note");
        covered.iter().filter(is_private).for_each(|text| self.ledger.covered(text));
    }

    /// Counts what a run did that ended, and looks whether it left anything out.
    fn ended(&mut self, r: usize, running: &Running) -> Checked<()> {
        let report = running.run.report().clone();
        let Some(system) = &self.host(r).system else { return Ok(()) };
        let older = system.parked.values().filter(|parked| parked.why == contactmesh::system::Why::Older).count();
        self.stats.add("rows that look older", older);
        self.note(&format!("replica {r} ends its run: {report:?}"));
        self.stats.count("runs ended");
        for (what, count) in [
            ("rows made into cards", report.created),
            ("cards edited by rows", report.edited),
            ("cards linked with rows", report.linked),
            ("cards deleted for rows", report.deleted),
            ("rows that moved", report.moved),
            ("changes sent", report.sent),
            ("changes that met another edit", report.stale),
            ("changes nobody knows of", report.unknown),
            ("changes refused", report.rejected),
            ("runs held", usize::from(report.held.is_some())),
        ] {
            self.stats.add(what, count);
        }
        if report.held.is_none() {
            self.check_fresh(r, running.began_step, report.audited)?;
        }
        Ok(())
    }

    fn fault(&mut self, flow: &str) -> Option<Fault> {
        let often = self.weather.flow;
        if !self.strikes(often) {
            self.was_faulty = false;
            return None;
        }
        let faults: &[Fault] = if flow == "apply" { &OF_APPLY } else { &OF_PULL };
        let fault = self.random.pick(faults).copied()?;
        let lies = matches!(fault, Fault::EmptyListing | Fault::HalfListing | Fault::ShortListing | Fault::BlankRows);
        // A listing that hides what a flow made before it died is a lie that nobody can see through.
        let is_claimed = |room: &Self| {
            let systems = room.hosts.iter().filter_map(|host| host.system.as_ref());
            systems.flat_map(|system| system.entries().values()).any(|entry| entry.is_claimed)
        };
        if lies && (self.was_faulty || is_claimed(self)) {
            return None;
        }
        self.was_faulty |= lies;
        if lies {
            self.lied = Some(self.step);
        }
        if fault == Fault::Lagging {
            self.lagged = self.step;
        }
        self.stats.count(name(fault));
        self.note(&format!("  {fault:?}"));
        Some(fault)
    }

    fn serve(&mut self, flow: &'static str, body: &Json, fault: Option<Fault>) -> Checked<Option<Json>> {
        let until = self.flow.mailbox.now + PATIENCE;
        if self.strikes(200) {
            self.late.push((flow, body.clone(), until));
        }
        let answer = self.flow.serve(flow, body, fault);
        self.check_effects()?;
        Ok(answer)
    }

    /// A platform delivers a request again: its flow runs once more, and nobody listens to the answer.
    pub fn deliver_late(&mut self) -> Checked<()> {
        let now = self.flow.mailbox.now;
        self.late.retain(|(_, _, until)| *until > now);
        let at = self.random.below(self.late.len());
        let Some((flow, body, _)) = self.late.get(at).cloned() else { return Ok(()) };
        self.stats.count("requests delivered again");
        self.note(&format!("a request to {flow} is delivered again: {}", brief(&body)));
        drop(self.flow.serve(flow, &body, None));
        self.check_effects()
    }

    /// I4, I7, I8: what changes did to the mailbox.
    fn check_effects(&mut self) -> Checked<()> {
        let mut made: Vec<String> = Vec::new();
        for effect in std::mem::take(&mut self.flow.journal) {
            self.stats.count("effects");
            let (old, new) = (texts(effect.before.as_ref()), texts(effect.after.as_ref()));
            self.note(&format!(
                "  {} {}: {:?} -> {:?}",
                effect.id,
                effect.sent.join("+"),
                old.difference(&new).collect::<Vec<_>>(),
                new.difference(&old).collect::<Vec<_>>()
            ));
            // A row that a backup brought back can be deleted again: it has its old revision.
            if self.flow.effect_keys.get(&effect.key).copied() != Some(1) && !self.put_back.contains(&effect.id) {
                return broken(EFFECTS, format!("operation {} had an effect twice", effect.key));
            }
            self.part(&old, &new);
            let over = self.over_when_sent.get(&effect.key).cloned().unwrap_or_default();
            let driver = self.driver;
            // Once a base was begun anew, another entry of the card may have the only place; and a number of which somebody
            // said that it is a private one may find no place among those.
            let is_kept = |room: &mut Self, text: &str| {
                (room.is_rebased() || text.starts_with('+')) && room.is_shown(driver, text)
            };
            let lost: Vec<&String> =
                old.difference(&new).filter(|text| self.ledger.is_open(text) && !over.contains(*text)).collect();
            if let Some(lost) = lost.into_iter().find(|text| !is_kept(self, text)) {
                let invariant = if effect.after.is_none() { SAFE_DELETES } else { VISIBILITY };
                return broken(
                    invariant,
                    format!("row {}: a write takes away \"{lost}\", which nobody decided", effect.id),
                );
            }
            if let Some(made_up) = new.difference(&old).find(|text| !self.ledger.is_known(text)) {
                return broken(
                    NO_INVENTION,
                    format!("row {}: a write brings \"{made_up}\", which nobody typed", effect.id),
                );
            }
            if effect.before.is_none() {
                made.push(effect.id.clone());
                self.made_by.insert(effect.id.clone(), effect.key.clone());
            }
            if let (Some(before), Some(after)) = (&effect.before, &effect.after) {
                // The connector insists on two keys, and whoever cuts has the same beginning again.
                let is_free = |key: &str| REQUIRED.contains(&key) || self.flow.mailbox.cuts.contains_key(key);
                // Whoever says that the book is right has it written, whatever is there.
                let is_vain =
                    |key: &&String| !self.is_rebased() && before.get(*key) == after.get(*key) && !is_free(key);
                if let Some(key) = effect.sent.iter().find(is_vain) {
                    return broken(VISIBILITY, format!("row {}: {key} is written and was so already", effect.id));
                }
            }
        }
        made.iter().try_for_each(|id| self.hurry(id))
    }
}

fn brief(body: &Json) -> String {
    let op = body.get("op").and_then(Json::as_str).unwrap_or_default();
    let changes = body.get("changes").map(Json::to_string).unwrap_or_default();
    format!("{op} {changes}")
}

fn name(fault: Fault) -> &'static str {
    match fault {
        Fault::LostRequest => "fault: request lost",
        Fault::LostAnswer => "fault: answer lost",
        Fault::BeforeClaim => "fault: dies before a claim",
        Fault::AfterClaim => "fault: dies after a claim",
        Fault::AfterCreate => "fault: dies after a create",
        Fault::BeforeAnswer => "fault: dies before it answers",
        Fault::Busy => "fault: throttled",
        Fault::FailsAfter => "fault: fails after the effect",
        Fault::EmptyListing => "fault: empty listing",
        Fault::HalfListing => "fault: half a listing",
        Fault::BlankRows => "fault: blank rows",
        Fault::HalfResults => "fault: half the results",
        Fault::ShortListing => "fault: a short listing that looks complete",
        Fault::Lagging => "fault: an old state read",
    }
}
