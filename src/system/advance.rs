//! How a base advances: field by field, and only to what its system is known to hold (docs/system-sync.md, section 3).

use super::{Base, Entry, Facing, SentSlot};
use crate::book::Book;
use crate::card::Rule;
use crate::change::OpId;
use crate::contact::{NAME, Path, STATE};
use crate::error::Result;
use crate::lens::{Lens, Seat};

/// Takes over, without a request, the operations of everything that the row holds already: else the system's next edit
/// would be in conflict with what it had. Returns whether that changed the base.
///
/// # Errors
/// `store-damaged`.
pub fn advance_silently(book: &mut Book, lens: &Lens, base: &mut Base) -> Result<bool> {
    let facing = Facing::new(book, lens, &base.card.clone(), Some(base))?;
    if facing.card.is_deleted() {
        return Ok(false);
    }
    let before = base.clone();
    let differs = |seat: Seat| facing.differences.iter().any(|change| change.seat == seat);
    let differs_at = |seat, part| facing.differences.iter().any(|c| c.seat == seat && c.part == part);
    let mut name_is_equal = true;
    for content in &facing.projection.contents {
        let element = content.element.as_deref();
        let mut contested = false;
        for part in 0..content.texts.len() {
            for path in facing.paths(lens, content.seat, part, element) {
                contested |= facing.conflict_at(&path).is_some();
                if path.starts_with("name/") {
                    name_is_equal &= !differs_at(content.seat, part) && facing.conflict_at(&path).is_none();
                }
                if !differs_at(content.seat, part) {
                    take(&facing, base, path);
                }
            }
        }
        if differs(content.seat) {
            continue;
        }
        if let Some(held) = base.contents.iter_mut().find(|held| held.seat == content.seat) {
            held.element.clone_from(&content.element);
        }
        for path in facing.about(lens, content.seat, element) {
            if !contested && facing.conflict_at(&path).is_none() && may_take_group(book, lens, base, &facing, &path)? {
                take(&facing, base, path);
            }
        }
    }
    let name = Path::new(NAME)?;
    if name_is_equal && facing.conflict_at(NAME).is_none() && may_take_group(book, lens, base, &facing, &name)? {
        take(&facing, base, name);
    }
    if facing.changes.is_empty() && !facing.is_contested() || book.breaks(Rule::StateOnlyIfEqual) {
        take(&facing, base, Path::new(STATE)?);
    }
    forget_absent(lens, base);
    grow_heads(book, base, &before)?;
    Ok(*base != before)
}

/// Takes over what an answer confirms of an entry: each slot with the value as returned; its operations only if that is
/// the value that was sent. With everything confirmed and nothing else to send, presences and the state too.
pub fn take_over(lens: &Lens, base: &mut Base, entry: &Entry, confirmed: &[(Seat, usize)]) {
    let is_confirmed = |slot: &SentSlot| confirmed.contains(&(slot.seat, slot.part));
    let mut take = |path: &Path| {
        if let Some(ids) = entry.operations.get(path) {
            base.operations.insert(path.clone(), ids.clone());
        }
    };
    for slot in entry.slots.iter().filter(|slot| is_confirmed(slot)) {
        slot.paths.iter().for_each(&mut take);
        let of_seat = entry.slots.iter().filter(|other| other.seat == slot.seat);
        if of_seat.clone().all(is_confirmed) {
            let elements = entry.contents.iter().filter(|content| content.seat == slot.seat);
            for (kind, id) in
                elements.filter_map(|content| Some((lens.field(slot.seat)?.elements()?, content.element.as_deref()?)))
            {
                let presence = crate::contact::joined(&[kind.kind, id]);
                let says = kind.says.iter().map(|(leaf, _)| crate::contact::joined(&[&presence, leaf]));
                says.chain([presence.clone()]).filter_map(|path| Path::new(path).ok()).for_each(|path| take(&path));
            }
        }
    }
    if entry.is_all && entry.slots.iter().all(is_confirmed) {
        entry.operations.iter().map(|(path, _)| path).for_each(&mut take);
    }
    base.heads.extend(entry.heads.iter().copied());
}

/// Takes the shown operations of a path.
fn take(facing: &Facing, base: &mut Base, path: Path) {
    let shown = facing.card.registers().shown_ids(&path);
    if !shown.is_empty() {
        base.operations.insert(path, shown);
    }
}

/// Says whether a group's presence may be taken over: not if anybody wrote a leaf of it that the system cannot hold,
/// or the system's next edit would be laid over an address it never saw.
///
/// # Errors
/// `store-damaged`.
pub fn may_take_group(book: &mut Book, lens: &Lens, base: &Base, facing: &Facing, path: &Path) -> Result<bool> {
    if crate::card::group_of(path) != Some(path) {
        return Ok(true);
    }
    let prefix = crate::contact::joined(&[path, ""]);
    let mut private: Vec<OpId> = Vec::new();
    for entry in facing.card.registers().below(&prefix).flatten() {
        if !lens.covers(&entry.path)? {
            private.push(entry.id);
        }
    }
    if private.is_empty() {
        return Ok(true);
    }
    let graph = book.history(facing.card.id())?.graph();
    let seen = graph.ancestors(&base.heads);
    let is_seen = |id: &OpId| graph.writer(*id).and_then(|at| seen.get(at)).copied().unwrap_or_default();
    Ok(private.iter().all(is_seen))
}

/// Forgets the operations of elements that are not in the row.
fn forget_absent(lens: &Lens, base: &mut Base) {
    let present: Vec<String> = base
        .contents
        .iter()
        .filter_map(|content| {
            let elements = lens.field(content.seat)?.elements()?;
            Some(crate::contact::joined(&[elements.kind, content.element.as_deref()?]))
        })
        .collect();
    base.operations.retain(|path| {
        let presence = crate::card::presence_of(path).unwrap_or(path);
        let is_element = presence != NAME && crate::policy::is_presence(presence);
        !is_element || present.iter().any(|known| known == presence)
    });
}

/// Lets the heads grow by the changes of operations that were taken over.
fn grow_heads(book: &mut Book, base: &mut Base, before: &Base) -> Result<()> {
    let mut heads = base.heads.clone();
    let history = book.history(&base.card)?;
    for (path, ids) in base.operations.iter() {
        if before.operations.get(path) != Some(ids) {
            heads.extend(ids.iter().filter_map(|id| history.writer(*id)).map(|change| change.hash));
        }
    }
    base.heads = book.frontier(&base.card, &heads)?;
    Ok(())
}
