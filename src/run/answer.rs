//! Answers: what a flow says became of an entry. Whatever the row holds now is judged as a row; only a definite answer
//! takes an entry out of the outbox.

use serde_json::Value as Json;

use crate::book::{Book, Clock};
use crate::card::Rule;
use crate::contact::Value;
use crate::error::{Code, Error, Result};
use crate::inbound::row::judge;
use crate::lens::{Lens, text_at};
use crate::system::{Base, Entry, Intent, Refused, System, link_path, take_over};

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It happened.
    Done,
    /// The row has changed since: nothing was sent, its change was judged.
    Stale,
    /// The row is not there.
    Gone,
    /// Somebody claimed it so many seconds ago and stored no result.
    Claimed(u64),
    /// The system asks for peace for so many seconds; this request did nothing.
    Busy(u64),
    /// The system refused it; it is not sent again as it is.
    Rejected,
    /// Nobody knows.
    Unknown,
}

/// Settles the entry of a card by one result of the flow.
///
/// # Errors
/// `bad-answer` if the result is none; `store-damaged`.
pub fn settle(book: &mut Book, system: &mut System, card: &str, result: &Json, clock: &Clock<'_>) -> Result<Outcome> {
    let Some(entry) = system.entries().get(card).cloned() else { return Ok(Outcome::Unknown) };
    let number = |key: &str| result.get(key).and_then(Json::as_u64).unwrap_or_default();
    let text = |key: &str| result.get(key).and_then(Json::as_str).unwrap_or_default();
    let row = result.get("row").filter(|row| row.is_object());
    match (text("status"), row) {
        ("done", row) => {
            // The row of a create that was done earlier may have been edited since, or been made by an earlier driver of what
            // the card was then.
            let is_new = result.get("earlier") == Some(&Json::Bool(false));
            done(book, system, card, &entry, row, is_new, clock)?;
            Ok(Outcome::Done)
        }
        ("stale", Some(_)) if book.breaks(Rule::StaleIsNotDone) => {
            if let Some(mut base) = system.base(&entry.remote).cloned() {
                let all: Vec<_> = entry.slots.iter().map(|slot| (slot.seat, slot.part)).collect();
                take_over(system.lens, &mut base, &entry, &all);
                base.contents.clone_from(&entry.contents);
                system.set_base(&entry.remote, base);
            }
            system.drop_entry(card);
            Ok(Outcome::Done)
        }
        ("stale", Some(row)) => {
            if let Some(mut base) = system.base(&entry.remote).cloned() {
                judge(book, system.lens, &mut base, Some(&entry), false, row, clock)?;
                system.set_base(&entry.remote, base);
            }
            leave(system, card);
            Ok(Outcome::Stale)
        }
        ("gone", _) => {
            gone(book, system, card, &entry, text("id"), clock)?;
            Ok(Outcome::Gone)
        }
        ("claimed", _) => {
            system.set_entry(card, Entry { is_claimed: true, ..entry });
            Ok(Outcome::Claimed(number("age")))
        }
        ("busy", _) => {
            leave(system, card);
            Ok(Outcome::Busy(number("retryAfter")))
        }
        ("rejected", _) => {
            let message: String = text("message").chars().filter(|c| !c.is_control()).take(300).collect();
            let code = result.get("code").and_then(Json::as_i64).unwrap_or_default();
            let digest = refusal(&entry);
            system.drop_entry(card);
            system.refused.insert(card.to_owned(), Refused { digest, code, message });
            Ok(Outcome::Rejected)
        }
        ("failed", _) => Ok(Outcome::Unknown),
        _ => Err(Error::new(
            Code::BadAnswer,
            format!(
                "the flow answered `{}` for a {}, which is no result; update the flow",
                text("status"),
                entry.intent.as_str()
            ),
        )),
    }
}

/// Returns the digest under which a refused entry is known again: what it writes, not its key.
#[must_use]
pub fn refusal(entry: &Entry) -> String {
    let mut body: Json = serde_json::from_str(&entry.body).unwrap_or_default();
    if let Some(body) = body.as_object_mut() {
        body.remove("key");
        body.remove("revision");
    }
    crate::hash::hex(&crate::hash::sha256(&[body.to_string().as_bytes()]))
}

/// Links a card with the row that its create turned out to have made; `is_new` if that was just now.
///
/// # Errors
/// `store-damaged`; `bad-answer` if the row has no id.
pub fn done(
    book: &mut Book,
    system: &mut System,
    card: &str,
    entry: &Entry,
    row: Option<&Json>,
    is_new: bool,
    clock: &Clock<'_>,
) -> Result<()> {
    if entry.intent == Intent::Delete {
        system.drop_entry(card);
        system.drop_base(&entry.remote);
        system.gone.insert(entry.remote.clone());
        return Ok(());
    }
    let remote = row.and_then(|row| row.get(system.lens.id)).and_then(Json::as_str).unwrap_or(&entry.remote).to_owned();
    let (Some(row), false) = (row, remote.is_empty()) else {
        return Err(Error::new(
            Code::BadAnswer,
            format!("the flow answered no row for a {}; update the flow. It is asked again", entry.intent.as_str()),
        ));
    };
    let known = system.base(&remote).cloned();
    if known.as_ref().is_some_and(|base| base.card != card) {
        // The row belongs to another card already: one row is one card, and a person has to say which.
        system.drop_entry(card);
        system.detached.insert(card.to_owned());
        return Ok(());
    }
    let new = || Base { card: card.to_owned(), heads: entry.heads.clone(), ..Base::default() };
    let mut base = known.unwrap_or_else(new);
    base.folder.clone_from(&entry.folder);
    // An update names the revision that it changed: nothing happened to the row in between.
    let is_answer = is_new || entry.intent == Intent::Update || book.breaks(Rule::OldCreatesJudged);
    if !is_answer && system.epoch <= 1 {
        hold_as_made(system.lens, &mut base, entry, row);
    }
    judge(book, system.lens, &mut base, Some(entry), is_answer, row, clock)?;
    if entry.intent == Intent::Create {
        book.write_about(card, &link_path(&system.name), Value::text(remote.as_str())?, clock)?;
        system.unpark(&remote);
        system.gone.remove(&remote);
    }
    if remote != entry.remote && !entry.remote.is_empty() {
        system.drop_base(&entry.remote);
    }
    system.set_base(&remote, base);
    leave(system, card);
    Ok(())
}

/// Lets a base hold what was sent, but for what the row does not show. Judging then takes for seen only what is there as it
/// was sent: of another text nobody can tell whether it is an edit of what was sent or of what was left of it, and of
/// nothing, whether it was ever there (docs/decisions/0013).
fn hold_as_made(lens: &'static Lens, base: &mut Base, entry: &Entry, row: &Json) {
    let there = lens.read(row, &entry.contents).contents;
    base.contents.clone_from(&entry.contents);
    for content in &mut base.contents {
        for (part, text) in content.texts.iter_mut().enumerate() {
            if text_at(&there, content.seat, part).is_empty() {
                *text = Some(String::new());
            }
        }
    }
    base.contents.retain(|content| content.element.is_none() || !content.is_empty());
}

/// A row that is not there any more: it may have been moved, so complete listings tell whether it is gone. The row that a
/// create made is known from now on, as missing.
fn gone(book: &mut Book, system: &mut System, card: &str, entry: &Entry, id: &str, clock: &Clock<'_>) -> Result<()> {
    if let Some(mut base) = system.base(&entry.remote).cloned().filter(|_| entry.intent != Intent::Create) {
        base.missing = base.missing.max(1);
        system.set_base(&entry.remote, base);
        // It may have happened before the row was moved: where that turns up, what was sent is no edit.
        if entry.intent == Intent::Update {
            return Ok(());
        }
    }
    leave(system, card);
    if entry.intent != Intent::Create {
        return Ok(());
    }
    if !id.is_empty() && system.base(id).is_none() {
        let contents = entry.contents.clone();
        let mut base = Base { card: card.to_owned(), contents, missing: 1, ..Base::default() };
        // Nobody knows what the row held of that: it may have been cut, or made by an earlier driver.
        base.heads.extend(entry.heads.iter().copied());
        base.heads = book.frontier(card, &base.heads)?;
        base.folder.clone_from(&entry.folder);
        book.write_about(card, &link_path(&system.name), Value::text(id)?, clock)?;
        system.set_base(id, base);
    }
    Ok(())
}

fn leave(system: &mut System, card: &str) {
    system.drop_entry(card);
    system.dirty.insert(card.to_owned());
}
