//! Conversions between JavaScript and the engine: small results as objects, bytes as arrays, errors with their codes.

use js_sys::{Array, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsError, JsValue};

use crate::book::{Batch, ListQuery, Received, Status};
use crate::engine::Engine;
use crate::error::Error;
use crate::relay::Outgoing;

/// Makes an `Error` with the stable code as its property `code`.
pub(super) fn error(error: Error) -> JsValue {
    coded(error.code().as_str(), error.message())
}

pub(super) fn no_entropy(why: &str) -> JsValue {
    coded("no-entropy", &format!("drawing random bytes: the host has none ({why}); a browser or Node has"))
}

fn coded(code: &str, message: &str) -> JsValue {
    let error = JsValue::from(JsError::new(message));
    // Setting a property of a fresh, ordinary object cannot fail.
    Reflect::set(&error, &"code".into(), &code.into()).ok();
    error
}

/// Takes a clock's milliseconds; what is no number is 1970.
pub(super) fn time(now: f64) -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "saturates, and the clock decides nothing")]
    let time = now as i64;
    time
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Query {
    search: Option<String>,
    offset: Option<u32>,
    limit: Option<u32>,
    deleted: Option<bool>,
    conflicts: Option<bool>,
}

pub(super) fn query(value: JsValue) -> Result<ListQuery, JsValue> {
    let query: Query = if value.is_undefined() || value.is_null() {
        Query::default()
    } else {
        serde_wasm_bindgen::from_value(value).map_err(|e| coded("bad-input", &format!("reading a list query: {e}")))?
    };
    Ok(ListQuery {
        search: query.search.unwrap_or_default(),
        offset: query.offset.unwrap_or_default() as usize,
        limit: query.limit.map(|limit| limit as usize),
        deleted: query.deleted.unwrap_or_default(),
        conflicts: query.conflicts.unwrap_or_default(),
    })
}

pub(super) fn batch(batch: &Batch) -> Result<JsValue, JsValue> {
    let put = Array::new();
    for (key, bytes) in &batch.put {
        put.push(&Array::of2(&key.as_str().into(), &Uint8Array::from(bytes.as_slice())));
    }
    let del: Array = batch.del.iter().map(|key| JsValue::from_str(key)).collect();
    let out = js_sys::Object::new();
    NAMES.with(|(put_name, del_name)| {
        Reflect::set(&out, put_name, &put)?;
        Reflect::set(&out, del_name, &del)
    })?;
    Ok(out.into())
}

thread_local! {
    /// The names of a batch's properties: every text that crosses the boundary is decoded, and this is done with every
    /// edit.
    static NAMES: (JsValue, JsValue) = ("put".into(), "del".into());
}

#[derive(Serialize)]
struct OutgoingHead<'a> {
    upto: u32,
    cursor: Option<&'a str>,
    more: bool,
}

pub(super) fn outgoing(outgoing: &Outgoing) -> Result<JsValue, JsValue> {
    let head = OutgoingHead { upto: outgoing.upto, cursor: outgoing.cursor.as_deref(), more: outgoing.more };
    let out = to_object(&head)?;
    let chunks: Array = outgoing.chunks.iter().map(|chunk| JsValue::from(Uint8Array::from(chunk.as_slice()))).collect();
    Reflect::set(&out, &"chunks".into(), &chunks)?;
    Ok(out)
}

#[derive(Serialize)]
struct ReceivedObject {
    accepted: usize,
    known: usize,
    waiting: usize,
    refused: usize,
    newer: usize,
}

pub(super) fn received(received: &Received) -> Result<JsValue, JsValue> {
    let Received { accepted, known, waiting, refused, newer } = *received;
    to_object(&ReceivedObject { accepted, known, waiting, refused, newer })
}

#[derive(Serialize)]
struct StatusObject<'a> {
    replica: &'a str,
    cards: usize,
    deleted: usize,
    conflicts: usize,
    changes: u32,
    waiting: usize,
    newer: usize,
    equivocated: usize,
    unpushed: &'a std::collections::BTreeMap<String, usize>,
    refused: Vec<RefusedObject<'a>>,
    damage: Vec<DamageObject<'a>>,
}

#[derive(Serialize)]
struct RefusedObject<'a> {
    card: &'a str,
    reason: &'a str,
    source: &'a str,
    length: usize,
}

#[derive(Serialize)]
struct DamageObject<'a> {
    key: &'a str,
    reason: &'a str,
}

pub(super) fn status(engine: &Engine, status: &Status) -> Result<JsValue, JsValue> {
    let refused = engine.refused().map(|q| RefusedObject {
        card: &q.card,
        reason: &q.reason,
        source: &q.source,
        length: q.length,
    });
    let damage = engine.damage().iter().map(|d| DamageObject { key: &d.key, reason: &d.reason });
    to_object(&StatusObject {
        replica: engine.replica(),
        cards: status.cards,
        deleted: status.deleted,
        conflicts: status.conflicts,
        changes: status.changes,
        waiting: status.waiting,
        newer: status.newer,
        equivocated: status.equivocated,
        unpushed: &status.unpushed,
        refused: refused.collect(),
        damage: damage.collect(),
    })
}

/// Makes a plain object: maps become objects, absent values null.
fn to_object(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&Serializer::json_compatible())
        .map_err(|e| coded("bad-input", &format!("handing over a result: {e}")))
}
