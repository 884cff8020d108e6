//! The two flows of a mailbox: Outlook Pull and Outlook Apply, as their contract says, with what can go wrong on the way.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::mailbox::{Mailbox, Refusal};
use crate::time::stamp;

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request is lost.
    LostRequest,
    /// Everything happens, the answer is lost.
    LostAnswer,
    /// The run dies before the first create is claimed.
    BeforeClaim,
    /// It dies after the first create was claimed.
    AfterClaim,
    /// It dies after the first create's row was made, before its result is stored.
    AfterCreate,
    /// It dies before it answers.
    BeforeAnswer,
    /// The connector throttles.
    Busy,
    /// The connector fails for every change, after doing it.
    FailsAfter,
    /// A listing comes back with nothing in it, and says it is complete.
    EmptyListing,
    /// A listing comes back with its first half only, and does not say so.
    HalfListing,
    /// Every row comes back with nothing in it.
    BlankRows,
    /// Only the first half of the results comes back.
    HalfResults,
    /// A complete listing leaves out its second half and counts what is left: a lie that nobody can see through.
    ShortListing,
    /// Everything read is as it was at the last [`Flow::look_back`].
    Lagging,
}

/// What a change did to the mailbox.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The operation id.
    pub key: String,
    /// The row.
    pub id: String,
    /// The keys that the change wrote.
    pub sent: Vec<String>,
    /// The row before; nothing if it was made.
    pub before: Option<Json>,
    /// The row after; nothing if it was deleted.
    pub after: Option<Json>,
}

/// For how many seconds a reading may lag.
const LAG: i64 = 300;

#[derive(Clone, Debug)]
struct Claim {
    result: Option<String>,
    at: i64,
}

/// The flows of one mailbox, with their list of claims.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    /// The mailbox.
    pub mailbox: Mailbox,
    claims: BTreeMap<String, Claim>,
    driver: Option<(u64, String)>,
    /// Requests that were served.
    pub requests: u64,
    /// Requests to Apply.
    pub applies: u64,
    /// Changes that had an effect in the mailbox.
    pub effects: u64,
    /// Operation ids that had an effect, each as often as it had one.
    pub effect_keys: BTreeMap<String, u32>,
    /// What changes did, until somebody takes it out.
    pub journal: Vec<Effect>,
    past: Option<Mailbox>,
}

impl Flow {
    /// Serves a request to `pull` or `apply`; nothing comes back if the answer is lost.
    pub fn serve(&mut self, flow: &str, body: &Json, fault: Option<Fault>) -> Option<Json> {
        if fault == Some(Fault::LostRequest) {
            return None;
        }
        self.requests += 1;
        let epoch = body.get("epoch").and_then(Json::as_u64).unwrap_or_default();
        let driver = text(body, "driver").to_owned();
        match &self.driver {
            Some((known, other)) if *known > epoch || *known == epoch && *other != driver => {
                return Some(json!({ "v": 1, "error": { "code": "OldDriver", "message": "another replica drives" } }));
            }
            _ => self.driver = Some((epoch, driver)),
        }
        let answer = if flow == "apply" { self.apply(body, fault) } else { Some(self.pull(body, fault)) };
        if fault == Some(Fault::LostAnswer) { None } else { answer }
    }

    /// Keeps the mailbox as it is now, for a reading that lags.
    pub fn look_back(&mut self) {
        self.past = Some(self.mailbox.clone());
    }

    /// Says whether a reading could lag: whether what was kept is neither shown nor too old.
    #[must_use]
    pub fn may_lag(&self) -> bool {
        self.past.as_ref().is_some_and(|past| self.mailbox.now - past.now <= LAG)
    }

    fn pull(&mut self, body: &Json, fault: Option<Fault>) -> Json {
        let folder = text(body, "folder");
        // Every past is shown once, and not for long: what was seen to have happened does not unhappen.
        let past = if fault == Some(Fault::Lagging) { self.past.take() } else { None };
        let past = past.filter(|past| self.mailbox.now - past.now <= LAG);
        let mailbox = past.as_ref().unwrap_or(&self.mailbox);
        let mut rows = mailbox.rows(folder);
        rows.sort_by(|a, b| {
            (text(a, "lastModifiedDateTime"), text(a, "id")).cmp(&(text(b, "lastModifiedDateTime"), text(b, "id")))
        });
        match text(body, "op") {
            "changed" => {
                let since = text(body, "since");
                let number = |key: &str| body.get(key).and_then(Json::as_u64).and_then(|n| usize::try_from(n).ok());
                let (skip, limit) = (number("skip").unwrap_or(0), number("limit").unwrap_or(200));
                let changed = rows.into_iter().filter(|row| text(row, "lastModifiedDateTime") >= since);
                let mut items: Vec<Json> = changed.skip(skip).take(limit).collect();
                match fault {
                    Some(Fault::EmptyListing) => items.clear(),
                    Some(Fault::BlankRows) => items.iter_mut().for_each(blank),
                    _ => {}
                }
                let watermark = stamp(mailbox.now - 300);
                json!({ "v": 1, "op": "changed", "folder": folder, "items": items, "watermark": watermark })
            }
            "audit" => {
                let count = rows.len();
                let keep = match fault {
                    Some(Fault::EmptyListing) => 0,
                    Some(Fault::HalfListing | Fault::ShortListing) => count / 2,
                    _ => count,
                };
                rows.truncate(keep);
                let count = if fault == Some(Fault::HalfListing) { count } else { rows.len() };
                let rows: Vec<Json> = rows
                    .iter()
                    .map(|row| json!({ "id": text(row, "id"), "changeKey": text(row, "changeKey") }))
                    .collect();
                json!({ "v": 1, "op": "audit", "folder": folder, "rows": rows, "count": count, "complete": true })
            }
            _ => {
                let ids = body.get("ids").and_then(Json::as_array).cloned().unwrap_or_default();
                let (mut items, mut gone) = (Vec::new(), Vec::new());
                for id in ids.iter().filter_map(Json::as_str) {
                    match mailbox.get(id) {
                        Some(mut row) => {
                            if fault == Some(Fault::BlankRows) {
                                blank(&mut row);
                            }
                            items.push(row);
                        }
                        None => gone.push(id.to_owned()),
                    }
                }
                json!({ "v": 1, "op": "rows", "folder": folder, "items": items, "gone": gone })
            }
        }
    }

    fn apply(&mut self, body: &Json, fault: Option<Fault>) -> Option<Json> {
        self.applies += 1;
        let changes = body.get("changes").and_then(Json::as_array).cloned().unwrap_or_default();
        let scope = format!("{}.{}", text(body, "book"), text(body, "system"));
        let folder = text(body, "folder").to_owned();
        let mut results = Vec::new();
        for change in &changes {
            let key = text(change, "key").to_owned();
            let result = match text(change, "op") {
                "create" => self.create(&scope, &folder, &key, change, fault)?,
                "update" => self.update(&key, change, fault),
                _ => self.delete(&key, change, fault),
            };
            let mut result = result;
            if let Some(result) = result.as_object_mut() {
                result.insert("key".into(), json!(key));
            }
            results.push(result);
        }
        match fault {
            Some(Fault::BeforeAnswer) => None,
            Some(Fault::HalfResults) => {
                results.truncate(results.len() / 2);
                Some(json!({ "v": 1, "results": results }))
            }
            _ => Some(json!({ "v": 1, "results": results })),
        }
    }

    fn create(&mut self, scope: &str, folder: &str, key: &str, change: &Json, fault: Option<Fault>) -> Option<Json> {
        if fault == Some(Fault::BeforeClaim) {
            return None;
        }
        let title = format!("{scope}.{key}");
        if let Some(claim) = self.claims.get(&title) {
            return Some(match &claim.result {
                Some(id) => match self.mailbox.get(id) {
                    Some(row) => json!({ "status": "done", "row": row, "earlier": true }),
                    None => json!({ "status": "gone", "id": id }),
                },
                None => json!({ "status": "claimed", "age": self.mailbox.now - claim.at }),
            });
        }
        self.claims.insert(title.clone(), Claim { result: None, at: self.mailbox.now });
        match fault {
            Some(Fault::AfterClaim) => return None,
            Some(Fault::Busy) => {
                self.claims.remove(&title);
                return Some(json!({ "status": "busy", "retryAfter": 30 }));
            }
            _ => {}
        }
        match self.mailbox.create(folder, change.get("fields").unwrap_or(&Json::Null)) {
            Ok(row) => {
                self.effect(key, text(&row, "id"), change, None);
                match fault {
                    Some(Fault::AfterCreate) => return None,
                    Some(Fault::FailsAfter) => return Some(json!({ "status": "failed" })),
                    _ => {}
                }
                if let Some(claim) = self.claims.get_mut(&title) {
                    claim.result = Some(text(&row, "id").to_owned());
                }
                Some(json!({ "status": "done", "row": row, "earlier": false }))
            }
            Err(refusal) => {
                self.claims.remove(&title);
                Some(refused(&refusal))
            }
        }
    }

    fn update(&mut self, key: &str, change: &Json, fault: Option<Fault>) -> Json {
        let id = text(change, "id").to_owned();
        let Some(row) = self.mailbox.get(&id) else { return json!({ "status": "gone" }) };
        if text(&row, "changeKey") != text(change, "revision") {
            return json!({ "status": "stale", "row": row });
        }
        if fault == Some(Fault::Busy) {
            return json!({ "status": "busy", "retryAfter": 30 });
        }
        let mut fields = change.get("fields").cloned().unwrap_or_default();
        for name in change.get("clear").and_then(Json::as_array).cloned().unwrap_or_default() {
            if let (Some(fields), Some(name)) = (fields.as_object_mut(), name.as_str()) {
                fields.insert(name.to_owned(), Json::Null);
            }
        }
        match self.mailbox.update(&id, &fields) {
            Ok(after) => {
                self.effect(key, &id, change, Some(row));
                if fault == Some(Fault::FailsAfter) {
                    json!({ "status": "failed" })
                } else {
                    json!({ "status": "done", "row": after })
                }
            }
            Err(refusal) => refused(&refusal),
        }
    }

    fn delete(&mut self, key: &str, change: &Json, fault: Option<Fault>) -> Json {
        let id = text(change, "id").to_owned();
        let Some(row) = self.mailbox.get(&id) else { return json!({ "status": "done" }) };
        if text(&row, "changeKey") != text(change, "revision") {
            return json!({ "status": "stale", "row": row });
        }
        if fault == Some(Fault::Busy) {
            return json!({ "status": "busy", "retryAfter": 30 });
        }
        if self.mailbox.delete(&id).is_ok() {
            self.effect(key, &id, change, Some(row));
        }
        if fault == Some(Fault::FailsAfter) { json!({ "status": "failed" }) } else { json!({ "status": "done" }) }
    }

    fn effect(&mut self, key: &str, id: &str, change: &Json, before: Option<Json>) {
        let fields = change.get("fields").and_then(Json::as_object);
        let cleared = change.get("clear").and_then(Json::as_array).into_iter().flatten();
        let sent = fields.into_iter().flat_map(|fields| fields.keys().cloned());
        let sent = sent.chain(cleared.filter_map(Json::as_str).map(str::to_owned)).collect();
        let after = self.mailbox.get(id);
        self.journal.push(Effect { key: key.to_owned(), id: id.to_owned(), sent, before, after });
        self.effects += 1;
        self.mailbox.flow_writes += 1;
        *self.effect_keys.entry(key.to_owned()).or_default() += 1;
    }
}

fn refused(refusal: &Refusal) -> Json {
    match refusal {
        Refusal::Bad(message) => json!({ "status": "rejected", "code": 400, "message": message }),
        Refusal::NotFound => json!({ "status": "gone" }),
    }
}

/// Empties a row, as a flow does that lost its columns.
fn blank(row: &mut Json) {
    if let Some(row) = row.as_object_mut() {
        for (key, value) in row.iter_mut() {
            let about = ["id", "changeKey", "createdDateTime", "lastModifiedDateTime", "parentFolderId"];
            if !about.contains(&key.as_str()) {
                *value = match value {
                    Json::Array(_) => json!([]),
                    Json::Object(_) => json!({}),
                    _ => json!(""),
                };
            }
        }
    }
}

fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json.get(key).and_then(Json::as_str).unwrap_or_default()
}
