//! A plan, rendered: exactly what a system would be sent now, field by field, with who wrote each, and what waits.

use serde_json::{Value as Json, json};

use super::json::writer;
use crate::book::Book;
use crate::contact::STATE;
use crate::error::Result;
use crate::lens::{Change, Content};
use crate::outbound::{action, candidates, withheld};
use crate::system::{Facing, Hold, System};
use crate::table::Table;

/// Returns the plan.
///
/// # Errors
/// `store-damaged`.
pub(super) fn plan(book: &mut Book, system: &System, labels: &Table<String>, now: i64) -> Result<Json> {
    let (mut actions, mut waiting, mut taking) = (Vec::new(), Vec::new(), 0);
    for card in candidates(book, system).iter() {
        let action = action(book, system, card)?;
        let open = match &action {
            Some(action) => action.withheld.clone(),
            None => withheld(book, system, card)?,
        };
        for one in open {
            let slot = system.lens.slot_name(one.change.seat, one.change.part);
            waiting.push(json!({ "card": card, "slot": slot, "conflict": one.conflict.as_str() }));
        }
        let Some(action) = action else { continue };
        taking += usize::from(action.takes_away());
        let mut fields = Vec::new();
        for change in &action.changes {
            let because = because(book, system, card, change, labels, now)?;
            let slot = system.lens.slot_name(change.seat, change.part);
            fields.push(json!({ "slot": slot, "from": change.from, "to": change.to, "because": because }));
        }
        let because = if fields.is_empty() { why_deleted(book, card, labels, now)? } else { Json::Null };
        actions.push(json!({
            "card": action.card,
            "name": action.name,
            "do": action.intent.as_str(),
            "row": action.remote,
            "fields": fields,
            "because": because,
        }));
    }
    Ok(json!({
        "actions": actions,
        "waiting": waiting,
        "takesAway": taking,
        "brake": system.brake(),
        "held": system.hold.as_ref().map(Hold::to_json),
        "unsettled": system.entries().len(),
    }))
}

/// Returns who wrote what a change would send: the latest of the operations it is made of.
fn because(
    book: &mut Book,
    system: &System,
    card: &str,
    change: &Change,
    labels: &Table<String>,
    now: i64,
) -> Result<Json> {
    let base = system.row_of(card).and_then(|remote| system.base(remote));
    let facing = Facing::new(book, system.lens, card, base)?;
    let of = |contents: &[Content]| {
        contents.iter().find(|content| content.seat == change.seat).and_then(|content| content.element.clone())
    };
    let element = of(&facing.projection.contents).or_else(|| base.and_then(|base| of(&base.contents)));
    let mut paths = facing.paths(system.lens, change.seat, change.part, element.as_deref());
    paths.extend(facing.about(system.lens, change.seat, element.as_deref()));
    let ids = paths.iter().filter_map(|path| facing.card.registers().shown(path)).map(|entry| entry.id);
    let Some(latest) = ids.max() else { return Ok(Json::Null) };
    let history = book.history(card)?;
    Ok(history.writer(latest).map_or(Json::Null, |change| writer(change, labels, now)))
}

fn why_deleted(book: &mut Book, card: &str, labels: &Table<String>, now: i64) -> Result<Json> {
    let shown = book.card(card)?.registers().shown(STATE).map(|entry| entry.id);
    let history = book.history(card)?;
    Ok(shown.and_then(|id| history.writer(id)).map_or(Json::Null, |change| writer(change, labels, now)))
}
