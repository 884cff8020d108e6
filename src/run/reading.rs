//! Reading: what a system's flow is asked, and what of its answers is believed. Rows that are as they were are not even
//! looked at; a listing counts as complete only if it proves to be.

use serde_json::{Value as Json, json};

use super::{Asked, BATCH, Phase, ROWS, Run, Step};
use crate::error::{Code, Error, Result};
use crate::inbound::departures::{self, Listing};
use crate::inbound::row::digest;
use crate::system::{Entry, Intent, System, Why};
use crate::table::Names;

/// How many rows one page holds.
const LIMIT: usize = 200;
/// The longest id of a row, in bytes.
const LONGEST_ID: usize = 512;

/// Where a listing stands.
#[derive(Default)]
pub(super) struct Page {
    /// Which folder is listed.
    pub folder: usize,
    /// Since when, and how many rows of that very moment were seen.
    pub since: Option<String>,
    pub skip: usize,
    pub is_begun: bool,
    /// Where the next run begins, by folder.
    pub watermarks: Vec<(String, String)>,
}

impl Run {
    /// Sends again what has an unknown outcome, before anything is read: what a row holds means nothing until then.
    pub(super) fn ask_unknown(&mut self, system: &mut System) -> Option<Step> {
        // A row that is missing has nothing to say; where it turns up, or that it is gone, is for listings.
        let is_missing = |entry: &Entry| {
            entry.intent == Intent::Update && system.base(&entry.remote).is_some_and(|base| base.missing > 0)
        };
        let open =
            |(card, entry): &(&String, &Entry)| entry.is_sent && !self.settled.contains(card) && !is_missing(entry);
        let folder = system.entries().iter().find(open).map(|(_, entry)| entry.folder.clone());
        let Some(folder) = folder else {
            self.phase = Phase::Pull;
            return None;
        };
        let of_folder = system.entries().iter().filter(open).filter(|(_, entry)| entry.folder == folder);
        let cards: Vec<String> = of_folder.map(|(card, _)| card.clone()).take(BATCH).collect();
        self.settled.extend(cards.iter().cloned());
        Some(self.apply(system, cards, &folder))
    }

    /// Returns the request that sends the entries of these cards.
    pub(super) fn apply(&mut self, system: &System, cards: Vec<String>, folder: &str) -> Step {
        let bodies = cards.iter().filter_map(|card| system.entries().get(card));
        let changes: Vec<Json> = bodies.filter_map(|entry| serde_json::from_str(&entry.body).ok()).collect();
        let body = self.request(system, json!({ "folder": folder, "changes": changes }));
        self.ask("apply", Asked::Apply { cards }, body)
    }

    /// Returns a request with who asks.
    fn request(&self, system: &System, rest: Json) -> Json {
        let mut out = json!({
            "v": 1,
            "book": system.options.book,
            "system": system.name,
            "driver": self.driver,
            "epoch": system.epoch,
        });
        if let (Some(out), Json::Object(rest)) = (out.as_object_mut(), rest) {
            out.extend(rest);
        }
        out
    }

    fn ask(&mut self, flow: &'static str, asked: Asked, body: Json) -> Step {
        self.asked = Some(asked);
        self.report.requests += 1;
        Step::Ask { flow, body }
    }

    /// Asks for the next page of rows that changed since the last run.
    pub(super) fn ask_changed(&mut self, system: &System) -> Option<Step> {
        let Some(folder) = system.options.folders.get(self.page.folder) else {
            self.phase = Phase::Audit;
            self.page.folder = 0;
            return None;
        };
        if !self.page.is_begun {
            self.page.since = system.since.get(folder).cloned();
            self.page.skip = 0;
        }
        let mut rest = json!({ "op": "changed", "folder": folder, "skip": self.page.skip, "limit": LIMIT });
        if let (Some(since), Some(rest)) = (&self.page.since, rest.as_object_mut()) {
            rest.insert("since".into(), json!(since));
        }
        let body = self.request(system, rest);
        Some(self.ask("pull", Asked::Changed { folder: folder.clone() }, body))
    }

    pub(super) fn take_changed(&mut self, system: &System, folder: &str, body: &Json) -> Result<()> {
        check_echo(body, "changed", folder)?;
        let items = list(body, "items")?;
        if !self.page.is_begun {
            let watermark = body.get("watermark").and_then(Json::as_str).filter(|mark| mark.len() <= 40);
            let watermark = watermark.ok_or_else(|| bad_answer("it has no `watermark`"))?;
            self.page.watermarks.push((folder.to_owned(), watermark.to_owned()));
            self.page.is_begun = true;
        }
        let modified = |row: &Json| row.get(system.lens.modified).and_then(Json::as_str).unwrap_or_default().to_owned();
        let last = items.last().map(modified).unwrap_or_default();
        for row in items {
            self.stage(system, folder, row);
        }
        if items.len() < LIMIT {
            self.page.is_begun = false;
            self.page.folder += 1;
            return Ok(());
        }
        // The next page begins at the last moment seen: counting rows from the start would miss one for each row that
        // is edited meanwhile and moves to the end.
        let same = items.iter().rev().take_while(|row| modified(row) == last).count();
        if !last.is_empty() && self.page.since.as_deref() != Some(&last) {
            self.page.since = Some(last);
            self.page.skip = same;
        } else {
            self.page.skip += items.len();
        }
        Ok(())
    }

    /// Asks which rows there are at all, if that is due.
    pub(super) fn ask_audit(&mut self, system: &mut System) -> Option<Step> {
        if self.page.folder == 0 && !self.is_audit_due(system) {
            self.phase = Phase::Weigh;
            return None;
        }
        let Some(folder) = system.options.folders.get(self.page.folder).cloned() else {
            if self.is_nobody_there(system) {
                return None;
            }
            self.is_audited = true;
            self.report.audited = true;
            self.to_read = departures::note(system, &self.listings);
            // What went away between the two listings is gone: a row that was moved would be met twice.
            self.listed = self.listings.iter().flat_map(|listing| &listing.rows).map(|(row, _)| row.clone()).collect();
            let listed = &self.listed;
            self.staged.retain(|remote, _| listed.contains(remote));
            let staged = &self.staged;
            self.to_read.retain(|(_, remote)| !staged.contains_key(remote));
            self.phase = Phase::Read;
            return None;
        };
        let body = self.request(system, json!({ "op": "audit", "folder": folder }));
        Some(self.ask("pull", Asked::Audit { folder }, body))
    }

    /// Says whether a mailbox with rows claims to be empty: not believed unless a person says so.
    fn is_nobody_there(&mut self, system: &mut System) -> bool {
        if self.listings.iter().any(|listing| !listing.rows.is_empty()) {
            return false;
        }
        let everybody: Names = system.rows().keys().cloned().collect();
        let is_held = self.is_held(system, "empty-listing", "in", &everybody, 0);
        if is_held {
            system.keep();
            self.phase = Phase::Done;
        } else if !everybody.is_empty() {
            // A person says that it is so: nobody waits for further listings.
            self.is_empty_confirmed = true;
            for remote in everybody.iter() {
                if let Some(base) = system.base(remote).cloned() {
                    system.set_base(remote, crate::system::Base { missing: departures::GRACE, ..base });
                }
            }
        }
        is_held
    }

    fn is_audit_due(&self, system: &System) -> bool {
        let waits = |why| matches!(why, Why::PendingCreate | Why::Moved | Why::Copy | Why::Older);
        let is_claimed = system.entries().values().any(|entry| entry.intent == Intent::Create && entry.is_claimed);
        self.wish.audit
            || system.runs_since_audit + 1 >= system.options.audit_every.max(1)
            || is_claimed
            || departures::is_anybody_missing(system)
            || system.parked.values().any(|parked| waits(parked.why))
            || system.hold.is_some()
            || !system.decisions.is_empty()
    }

    pub(super) fn take_audit(&mut self, system: &mut System, folder: &str, body: &Json) -> Result<()> {
        check_echo(body, "audit", folder)?;
        let rows = list(body, "rows")?;
        let text = |row: &Json, key: &str| row.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        let rows: Vec<(String, String)> =
            rows.iter().map(|row| (text(row, system.lens.id), text(row, system.lens.revision))).collect();
        let ids: Names = rows.iter().map(|(remote, _)| remote.clone()).collect();
        let count = body.get("count").and_then(Json::as_u64).and_then(|count| usize::try_from(count).ok());
        let is_proved = body.get("complete").and_then(Json::as_bool) == Some(true)
            && count == Some(rows.len())
            && ids.len() == rows.len()
            && !ids.contains("");
        if !is_proved {
            return Err(bad_answer(
                "it does not prove that the listing is complete: `complete`, `count` and different ids of all rows do",
            ));
        }
        self.listings.push(Listing { folder: folder.to_owned(), rows });
        self.page.folder += 1;
        Ok(())
    }

    /// Asks for rows that the listing of changes did not bring.
    pub(super) fn ask_rows(&mut self, system: &System) -> Option<Step> {
        let Some((folder, _)) = self.to_read.first().cloned() else {
            self.phase = Phase::Weigh;
            return None;
        };
        let mut ids = Vec::new();
        self.to_read.retain(|(of, remote)| {
            let taken = *of == folder && ids.len() < ROWS;
            if taken {
                ids.push(remote.clone());
            }
            !taken
        });
        let body = self.request(system, json!({ "op": "rows", "folder": folder, "ids": ids }));
        Some(self.ask("pull", Asked::Rows { folder }, body))
    }

    pub(super) fn take_rows(&mut self, system: &System, folder: &str, body: &Json) -> Result<()> {
        check_echo(body, "rows", folder)?;
        for row in list(body, "items")? {
            self.stage(system, folder, row);
        }
        Ok(())
    }

    /// Puts a row aside to be judged, unless it is as it was.
    fn stage(&mut self, system: &System, folder: &str, row: &Json) {
        self.report.read += 1;
        let id = row.get(system.lens.id).and_then(Json::as_str).unwrap_or_default();
        if id.is_empty() || id.len() > LONGEST_ID {
            self.alert("row-without-id");
            return;
        }
        let is_known = system.base(id).is_some_and(|base| {
            base.digest == digest(row)
                && base.missing == 0
                && base.folder == folder
                && !system.entries().contains_key(&base.card)
        });
        if !is_known {
            self.staged.insert(id.to_owned(), (folder.to_owned(), row.clone()));
        }
    }

    pub(super) fn alert(&mut self, word: &str) {
        if !self.report.alerts.iter().any(|known| known == word) {
            self.report.alerts.push(word.to_owned());
        }
    }
}

fn check_echo(body: &Json, op: &str, folder: &str) -> Result<()> {
    let is = |key: &str, value: &str| body.get(key).and_then(Json::as_str) == Some(value);
    if is("op", op) && is("folder", folder) {
        return Ok(());
    }
    Err(bad_answer("it answers another question"))
}

fn list<'a>(body: &'a Json, key: &str) -> Result<&'a [Json]> {
    let list = body.get(key).and_then(Json::as_array);
    list.map(Vec::as_slice).ok_or_else(|| bad_answer(&format!("it has no list `{key}`")))
}

pub(super) fn bad_answer(why: &str) -> Error {
    Error::new(
        Code::BadAnswer,
        format!("the flow's answer is not believed: {why}. Nothing was taken from it; look at the flow's last run"),
    )
}
