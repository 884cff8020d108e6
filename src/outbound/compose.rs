//! An action as an entry of the outbox: the request as it will be sent, however often, and what was shown when it was
//! made.

use serde_json::{Value as Json, json};

use super::Action;
use crate::book::{Book, Known};
use crate::contact::{NAME, Path, STATE};
use crate::error::Result;
use crate::hash::{hex, sha256};
use crate::system::{Entry, Facing, Intent, SentSlot, System, link_path, may_take_group};

/// Makes the entry of an action.
///
/// # Errors
/// `store-damaged`.
pub fn compose(book: &mut Book, system: &System, action: &Action) -> Result<Entry> {
    let lens = system.lens;
    let base = system.base(&action.remote);
    let facing = Facing::new(book, lens, &action.card, base)?;
    let mut operations = Known::new();
    let mut keep = |path: Path| {
        let shown = facing.card.registers().shown_ids(&path);
        if !shown.is_empty() {
            operations.insert(path, shown);
        }
    };
    let mut slots = Vec::new();
    let nobody = crate::system::Base { heads: facing.card.heads().to_vec(), ..crate::system::Base::default() };
    for change in &action.changes {
        let content = facing.projection.contents.iter().find(|content| content.seat == change.seat);
        let element = content.and_then(|content| content.element.as_deref());
        let is_ours = content.is_some_and(|content| content.made_up);
        let paths = if is_ours { Vec::new() } else { facing.paths(lens, change.seat, change.part, element) };
        paths.iter().cloned().for_each(&mut keep);
        for path in facing.about(lens, change.seat, element) {
            // Whoever takes the element away there has not seen the answers that were not sent.
            if !facing.is_contested_at(lens, change.seat, element)
                && may_take_group(book, lens, base.unwrap_or(&nobody), &facing, &path)?
            {
                keep(path);
            }
        }
        slots.push(SentSlot { seat: change.seat, part: change.part, to: change.to.clone(), paths });
    }
    let is_all = action.withheld.is_empty() && !facing.is_contested();
    if is_all {
        keep(Path::new(STATE)?);
        let name = Path::new(NAME)?;
        if may_take_group(book, lens, base.unwrap_or(&nobody), &facing, &name)? {
            keep(name);
        }
    }
    let request = match base {
        Some(base) => lens.update(&base.contents, &base.rest, &action.changes),
        None => lens.update(&[], &[], &action.changes),
    };
    let revision = base.map(|base| base.revision.clone()).unwrap_or_default();
    let folder = base.map(|base| base.folder.clone()).filter(|folder| !folder.is_empty());
    let folder = folder.or_else(|| system.options.folders.first().cloned()).unwrap_or_default();
    let mut change = serde_json::Map::new();
    if action.intent != Intent::Delete {
        change.insert("fields".into(), Json::Object(request.fields));
    }
    if !request.clear.is_empty() {
        change.insert("clear".into(), json!(request.clear));
    }
    let seed = match action.intent {
        Intent::Create => book.card(&action.card)?.view().value(&link_path(&system.name)).to_plain(),
        Intent::Update | Intent::Delete => {
            change.insert("id".into(), json!(action.remote));
            change.insert("revision".into(), json!(revision));
            Json::Object(change.clone()).to_string()
        }
    };
    let key = operation_id(system, &action.card, action.intent, &seed);
    change.insert("op".into(), json!(action.intent.as_str()));
    let mut entry = Entry {
        key,
        intent: action.intent,
        remote: action.remote.clone(),
        folder,
        body: String::new(),
        contents: facing.projection.contents.clone(),
        slots,
        operations,
        heads: facing.card.heads().to_vec(),
        is_all,
        attempt: 0,
        is_claimed: false,
        is_sent: true,
    };
    change.insert("key".into(), json!(entry.key));
    entry.body = Json::Object(change).to_string();
    Ok(entry)
}

/// Returns the entry under the next key: nobody stored a result for the last one, and its row is not there.
#[must_use]
pub fn next_attempt(mut entry: Entry) -> Entry {
    let stem = entry.key.split('.').next().unwrap_or_default().to_owned();
    entry.attempt += 1;
    entry.key = format!("{stem}.{}", entry.attempt + 1);
    if let Ok(Json::Object(mut change)) = serde_json::from_str(&entry.body) {
        change.insert("key".into(), json!(entry.key));
        entry.body = Json::Object(change).to_string();
    }
    entry.is_claimed = false;
    entry
}

/// Returns the id under which an operation is claimed: the same for every replica that sends it, and for every retry.
fn operation_id(system: &System, card: &str, intent: Intent, seed: &str) -> String {
    let parts =
        [b"contactmesh operation 1".as_slice(), system.name.as_bytes(), card.as_bytes(), intent.as_str().as_bytes()];
    let mut bytes = parts.join(&0_u8);
    bytes.push(0);
    bytes.extend_from_slice(seed.as_bytes());
    hex(sha256(&[&bytes]).get(..16).unwrap_or_default())
}
