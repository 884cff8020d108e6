//! Systems of record, as a host sees them: connected by one replica, exchanged with in runs, looked at as plans. Shapes are
//! in docs/system-json.md.

use serde_json::{Value as Json, json};

use super::{Engine, plan};
use crate::book::{Batch, Clock};
use crate::contact::{Value, check_segment};
use crate::error::{Code, Error, Result};
use crate::run::{Run, Step, Wish};
use crate::system::{Hold, Options, Parked, RECORDS, System};
use crate::table::{Names, Table};

/// The card that says which replica drives a system.
const SETTINGS: &str = "book-settings";
/// After how many runs every row is listed, unless it was said.
const AUDIT_EVERY: u32 = 6;

/// The systems of a book, opened when they are first asked for.
#[derive(Default)]
pub(super) struct Systems {
    closed: Table<Vec<(String, Vec<u8>)>>,
    open: Table<System>,
    runs: Table<Run>,
    batch: Batch,
}

impl Systems {
    /// Takes the records of systems out of those of a store.
    pub(super) fn sort_out(records: impl IntoIterator<Item = (String, Vec<u8>)>) -> (Self, Vec<(String, Vec<u8>)>) {
        let mut out = Self::default();
        let mut rest = Vec::new();
        for (key, record) in records {
            let name = key.strip_prefix(RECORDS).and_then(|rest| rest.split('/').next()).map(str::to_owned);
            match name {
                Some(name) => out.closed.or_default(&name).push((key, record)),
                None => rest.push((key, record)),
            }
        }
        (out, rest)
    }

    /// Takes out what must be written.
    pub(super) fn take_batch(&mut self) -> Batch {
        let mut out = std::mem::take(&mut self.batch);
        for system in self.open.values_mut() {
            out.merge(system.take_batch());
        }
        out
    }

    fn get(&mut self, name: &str) -> Result<&mut System> {
        if let Some(records) = self.closed.get(name) {
            let system = System::open(name, records).map_err(|malformed| {
                Error::new(
                    Code::StoreDamaged,
                    format!(
                        "what the book knows of `{name}` cannot be read: {}. Disconnect it and connect it again",
                        malformed.0
                    ),
                )
            })?;
            self.closed.remove(name);
            self.open.insert(name, system);
        }
        self.open.get_mut(name).ok_or_else(|| unknown(name))
    }
}

impl Engine {
    /// Connects a system: this replica drives it from now on. Returns `{"name", "epoch", "driver"}`.
    ///
    /// # Errors
    /// `bad-input`, `bad-path`; `not-driver` if another replica drives it and `takeOver` was not said.
    pub fn system_connect(&mut self, name: &str, options: &str, now: i64) -> Result<String> {
        check_segment(name)?;
        let asked: Json = serde_json::from_str(options)
            .map_err(|e| bad(format!("connecting `{name}`: {e}; see docs/system-json.md")))?;
        check_keys(&asked, &["kind", "book", "folders", "auditEvery", "takeOver"])?;
        let kind = text(&asked, "kind");
        if kind != "outlook" {
            return Err(bad(format!("connecting `{name}`: there is no kind of system `{kind}`; there is outlook")));
        }
        let flow_book = text(&asked, "book");
        check_segment(&flow_book)?;
        let takes_over = flag(&asked, "takeOver");
        let driver = self.driver_of(name)?;
        let known = self.systems.get(name).ok().map(|system| system.epoch);
        let me = self.book.replica().to_owned();
        let epoch = match &driver {
            Some((other, _)) if !other.is_empty() && *other != me && !takes_over => {
                return Err(not_driver(name, other));
            }
            // Nobody else drove it since: what this replica knows of it is still right.
            Some((other, epoch)) if *other == me && known == Some(*epoch) && !takes_over => *epoch,
            Some((_, epoch)) => epoch.saturating_add(1),
            None => 1,
        };
        let list = asked.get("folders").and_then(Json::as_array).into_iter().flatten();
        let mut folders: Vec<String> = list.filter_map(Json::as_str).map(str::to_owned).collect();
        if folders.is_empty() {
            folders.push("Contacts".to_owned());
        }
        let every = asked.get("auditEvery").and_then(Json::as_u64).and_then(|every| u32::try_from(every).ok());
        let options = Options { book: flow_book, folders, audit_every: every.unwrap_or(AUDIT_EVERY).max(1) };
        if known == Some(epoch) {
            let system = self.systems.get(name)?;
            system.options = options;
            system.keep();
        } else {
            self.forget_system(name);
            let mut system = System::new(name, options, epoch);
            system.keep();
            self.systems.open.insert(name.to_owned(), system);
            self.write_driver(name, &me, epoch, now)?;
        }
        Ok(json!({ "name": name, "epoch": epoch, "driver": me }).to_string())
    }

    /// Forgets a system. Cards and rows stay as they are.
    ///
    /// # Errors
    /// `system-unknown`; `bad-value`.
    pub fn system_disconnect(&mut self, name: &str, now: i64) -> Result<()> {
        if !self.systems.open.contains_key(name) && !self.systems.closed.contains_key(name) {
            return Err(unknown(name));
        }
        self.forget_system(name);
        if let Some((driver, epoch)) = self.driver_of(name)?
            && driver == self.book.replica()
        {
            self.write_driver(name, "", epoch, now)?;
        }
        Ok(())
    }

    /// Returns the names of the systems that this replica drives or drove.
    #[must_use]
    pub fn systems(&self) -> Vec<String> {
        let names: Names = self.systems.open.keys().chain(self.systems.closed.keys()).cloned().collect();
        names.iter().cloned().collect()
    }

    /// Begins a run; one that was under way is given up. `wish` is `{"audit", "run"}`.
    ///
    /// # Errors
    /// `system-unknown`; `not-driver`; `bad-input`.
    pub fn system_begin(&mut self, name: &str, wish: &str) -> Result<()> {
        let wish: Json = serde_json::from_str(wish)
            .map_err(|e| bad(format!("beginning a run with `{name}`: {e}; see docs/system-json.md")))?;
        check_keys(&wish, &["audit", "run"])?;
        let epoch = self.systems.get(name)?.epoch;
        match self.driver_of(name)? {
            Some((driver, known)) if driver == self.book.replica() && known == epoch => {}
            Some((driver, _)) => return Err(not_driver(name, &self.called(&driver)?)),
            None => return Err(not_driver(name, "")),
        }
        let run = Run::new(&self.book, Wish { audit: flag(&wish, "audit"), run: text(&wish, "run") });
        self.systems.runs.insert(name.to_owned(), run);
        Ok(())
    }

    /// Returns what the run needs next: `{"do": "ask" | "work" | "done", …}`. What it leaves must be stored before a
    /// request leaves.
    ///
    /// # Errors
    /// `system-unknown` without a run; `store-damaged`.
    pub fn system_next(&mut self, name: &str, now: i64) -> Result<String> {
        let mut run = self.systems.runs.remove(name).ok_or_else(|| no_run(name))?;
        let step = run.next(&mut self.book, self.systems.get(name)?, now)?;
        let out = match step {
            Step::Ask { flow, body } => json!({ "do": "ask", "flow": flow, "body": body }),
            Step::Work { done, total } => json!({ "do": "work", "done": done, "total": total }),
            Step::Done => return Ok(json!({ "do": "done", "report": run.report().to_json() }).to_string()),
        };
        self.systems.runs.insert(name.to_owned(), run);
        Ok(out.to_string())
    }

    /// Takes a flow's answer to the last request.
    ///
    /// # Errors
    /// `bad-answer`: the run is over, and nothing of the answer was taken; `not-driver`; `store-damaged`.
    pub fn system_answer(&mut self, name: &str, answer: &str, now: i64) -> Result<()> {
        let mut run = self.systems.runs.remove(name).ok_or_else(|| no_run(name))?;
        let body: Json = serde_json::from_str(answer).map_err(|e| {
            Error::new(
                Code::BadAnswer,
                format!("what the flow of `{name}` answered is not JSON: {e}; look at its last run"),
            )
        })?;
        if body.pointer("/error/code").and_then(Json::as_str) == Some("OldDriver") {
            return Err(not_driver(name, "another replica"));
        }
        run.answer(&mut self.book, self.systems.get(name)?, &body, now)?;
        self.systems.runs.insert(name.to_owned(), run);
        Ok(())
    }

    /// Returns what is known of a system: rows, what waits, and why.
    ///
    /// # Errors
    /// `system-unknown`; `store-damaged`.
    pub fn system_status(&mut self, name: &str) -> Result<String> {
        let driver = self.driver_of(name)?.map(|(driver, _)| driver);
        let me = self.book.replica().to_owned();
        let system = self.systems.get(name)?;
        let lens = system.lens;
        let shown = |(id, parked): (&String, &Parked)| {
            let reading = lens.read(&parked.row, &[]);
            let fields = lens.filled(&reading.contents).map(|(slot, text)| json!({ "slot": slot, "text": text }));
            json!({
                "row": id,
                "called": reading.called.as_deref().unwrap_or_default(),
                "fields": fields.collect::<Vec<_>>(),
                "why": parked.why.as_str(),
                "cards": parked.cards,
            })
        };
        let parked: Vec<Json> = system.parked.iter().map(shown).collect();
        let refused: Vec<Json> = system
            .refused
            .iter()
            .map(|(card, r)| json!({ "card": card, "code": r.code, "message": r.message }))
            .collect();
        let missing: Vec<&str> = system.rows().values().filter(|b| b.missing > 0).map(|b| b.card.as_str()).collect();
        Ok(json!({
            "name": name,
            "kind": lens.system,
            "epoch": system.epoch,
            "isDriver": driver.as_deref() == Some(&me),
            "folders": system.options.folders,
            "rows": system.rows().len(),
            "unsettled": system.entries().len(),
            "missing": missing,
            "detached": system.detached.iter().collect::<Vec<_>>(),
            "parked": parked,
            "refused": refused,
            "held": system.hold.as_ref().map(Hold::to_json),
            "damaged": system.damaged(),
        })
        .to_string())
    }

    /// Returns exactly what would be sent now, field by field, each with who wrote it, and what waits for a decision.
    ///
    /// # Errors
    /// `system-unknown`; `store-damaged`.
    pub fn system_plan(&mut self, name: &str, now: i64) -> Result<String> {
        let labels = self.labels()?;
        let system = self.systems.get(name)?;
        plan::plan(&mut self.book, system, &labels, now).map(|plan| plan.to_string())
    }

    /// Lets a held run pass: `take` believes what is held, `keep` keeps what the other side has.
    ///
    /// # Errors
    /// `system-unknown`; `bad-input` if something else is held now.
    pub fn system_confirm(&mut self, name: &str, token: &str, answer: &str) -> Result<()> {
        let system = self.systems.get(name)?;
        if !matches!(answer, "take" | "keep") {
            return Err(bad(format!("the answer to a held run is take or keep, not `{answer}`")));
        }
        if system.hold.as_ref().is_none_or(|hold| hold.token != token) {
            return Err(bad(format!("`{token}` is not what `{name}` holds now; look at its status again")));
        }
        system.allowed = Some((token.to_owned(), answer.to_owned()));
        system.keep();
        Ok(())
    }

    /// Says whose a parked row is: a card's, or nobody's the book knows.
    ///
    /// # Errors
    /// `system-unknown`; `bad-input`; `card-unknown`.
    pub fn system_decide(&mut self, name: &str, row: &str, card: Option<&str>) -> Result<()> {
        if let Some(card) = card {
            self.book.card(card)?;
        }
        let system = self.systems.get(name)?;
        if !system.parked.contains_key(row) {
            return Err(bad(format!("no such row of `{name}` waits for a decision; look at its status again")));
        }
        system.decisions.insert(row.to_owned(), card.map(str::to_owned));
        system.keep();
        Ok(())
    }

    /// Sends what was refused for a card once more, and what was kept back because its row became somebody else's.
    ///
    /// # Errors
    /// `system-unknown`.
    pub fn system_retry(&mut self, name: &str, card: &str) -> Result<()> {
        let system = self.systems.get(name)?;
        system.refused.remove(card);
        system.detached.remove(card);
        system.dirty.insert(card.to_owned());
        system.keep();
        Ok(())
    }

    /// Returns what people call a replica; its id if nobody named it.
    fn called(&mut self, replica: &str) -> Result<String> {
        let label = self.labels()?.get(replica).map(|label| format!("\"{label}\""));
        Ok(label.unwrap_or_else(|| replica.to_owned()))
    }

    /// Returns which replica drives a system, and in which turn.
    fn driver_of(&mut self, name: &str) -> Result<Option<(String, u32)>> {
        if !self.book.has(SETTINGS) {
            return Ok(None);
        }
        let view = self.book.card(SETTINGS)?.view();
        let leaf = |leaf: &str| view.value(&format!("systems/{name}/{leaf}"));
        let driver = leaf("driver").as_str().map(str::to_owned);
        let epoch = match leaf("epoch") {
            Value::Int(number) => u32::try_from(*number).unwrap_or_default(),
            _ => 0,
        };
        Ok(if driver.is_none() && epoch == 0 { None } else { Some((driver.unwrap_or_default(), epoch)) })
    }

    fn write_driver(&mut self, name: &str, driver: &str, epoch: u32, now: i64) -> Result<()> {
        let driver = if driver.is_empty() { Value::Null } else { Value::text(driver)? };
        let presence = format!("systems/{name}");
        let edits =
            [(format!("{presence}/driver"), driver), (format!("{presence}/epoch"), Value::Int(i64::from(epoch)))];
        let provenance = self.person();
        let clock = Clock { now, provenance: &provenance };
        if self.book.has(SETTINGS) {
            self.book.edit(SETTINGS, None, &edits, &clock)?;
        } else {
            self.book.create(Some(SETTINGS), &edits, &clock)?;
        }
        Ok(())
    }

    fn forget_system(&mut self, name: &str) {
        self.systems.runs.remove(name);
        let mut batch = Batch::default();
        for (key, _) in self.systems.closed.remove(name).unwrap_or_default() {
            batch.delete(key);
        }
        if let Some(mut system) = self.systems.open.remove(name) {
            self.systems.batch.merge(system.take_batch());
            batch.merge(system.forget());
        }
        self.systems.batch.merge(batch);
    }
}

fn text(json: &Json, key: &str) -> String {
    json.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn flag(json: &Json, key: &str) -> bool {
    json.get(key).and_then(Json::as_bool).unwrap_or_default()
}

/// Refuses what is no object, and keys that nobody reads: a misspelt option must not be ignored.
fn check_keys(json: &Json, known: &[&str]) -> Result<()> {
    let Some(object) = json.as_object() else { return Err(bad("options are a JSON object".to_owned())) };
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(bad(format!("there is no option `{key}`; there are {}", known.join(", ")))),
        None => Ok(()),
    }
}

fn bad(message: String) -> Error {
    Error::new(Code::BadInput, message)
}

fn unknown(name: &str) -> Error {
    Error::new(Code::SystemUnknown, format!("no system `{name}` is connected here; connect it first"))
}

fn no_run(name: &str) -> Error {
    Error::new(Code::SystemUnknown, format!("no run with `{name}` is under way; begin one"))
}

fn not_driver(name: &str, driver: &str) -> Error {
    let driver = if driver.is_empty() { "nobody" } else { driver };
    Error::new(
        Code::NotDriver,
        format!(
            "`{name}` is driven by {driver}, not by this replica; connect it here, taking over, if that one is gone"
        ),
    )
}
