//! The strict reader: bytes in, a change or a reason out (format.md, section 2).
//!
//! Refuses every byte sequence that the encoder would not write. Allocates no more than the input warrants and
//! never panics. Knows nothing of ancestors: that is the guard's business.

use super::columns::run_length;
use super::{Actor, Change, MAX_CHANGE_BYTES, MAX_COUNTER, MAX_OPERATIONS, MAX_PREDECESSORS, OpId, Operation};
use crate::contact::{MAX_INT, MAX_STR, Path, Value};
use crate::hash::{Hash, sha256};
use crate::wire::{Cursor, Malformed};

type Result<T> = std::result::Result<T, Malformed>;

/// What every change begins with.
pub const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PUT: u64 = 1;

/// Reads one change; nothing may follow it.
///
/// # Errors
/// The first rule of the format that the bytes break.
pub fn read(bytes: &[u8]) -> Result<Change> {
    if bytes.len() > MAX_CHANGE_BYTES {
        return Err(Malformed("it is longer than 262,144 bytes"));
    }
    let mut cursor = Cursor::new(bytes);
    let checksum = read_header(&mut cursor)?;
    let hash = sha256(&[bytes.get(8..).unwrap_or_default()]);
    if hash.first_chunk::<4>() != Some(&checksum) {
        return Err(Malformed("its checksum does not match"));
    }
    read_content(cursor, hash)
}

/// Reads a change that this book stored under its hash. The store answers for its bytes, so they are not hashed again:
/// that was a seventh of the time it takes to decode a card.
///
/// # Errors
/// As [`read`], as far as the format shows it.
pub fn read_stored(bytes: &[u8], hash: Hash) -> Result<Change> {
    let mut cursor = Cursor::new(bytes);
    let checksum = read_header(&mut cursor)?;
    if hash.first_chunk::<4>() != Some(&checksum) {
        return Err(Malformed("its checksum does not match"));
    }
    read_content(cursor, hash)
}

fn read_content(mut cursor: Cursor<'_>, hash: Hash) -> Result<Change> {
    let dependencies = read_dependencies(&mut cursor)?;
    let actor = read_actor(&mut cursor)?;
    let seq = cursor.unsigned()?;
    if seq == 0 {
        return Err(Malformed("its seq is 0"));
    }
    let start_op = cursor.unsigned()?;
    let start_op = u32::try_from(start_op).map_err(|_| Malformed("an operation counter is too large"))?;
    if start_op == 0 {
        return Err(Malformed("its start_op is 0"));
    }
    let time = cursor.signed()?;
    let message = cursor.text()?;
    let actors = read_actors(&mut cursor, actor)?;
    let columns = Columns::read(&mut cursor)?;
    let operations = columns.operations(&actors)?;
    let change = Change { hash, actor, seq, start_op, time, message: message.into(), dependencies, operations };
    let count = u32::try_from(change.operations.len()).unwrap_or(u32::MAX);
    if start_op.checked_add(count).is_none_or(|end| end > MAX_COUNTER + 1) {
        return Err(Malformed("an operation counter is too large"));
    }
    Ok(change)
}

/// Checks magic, type and length; returns the checksum and leaves the cursor at the content.
fn read_header(cursor: &mut Cursor<'_>) -> Result<[u8; 4]> {
    if cursor.array::<4>()? != MAGIC {
        return Err(Malformed("it does not begin with the magic bytes"));
    }
    let checksum = cursor.array::<4>()?;
    if cursor.array::<1>()? != [1] {
        return Err(Malformed("it is not a plain change chunk (type 1)"));
    }
    let length = cursor.size()?;
    if length != cursor.len() {
        return Err(Malformed("its length is not that of the bytes"));
    }
    Ok(checksum)
}

fn read_dependencies(cursor: &mut Cursor<'_>) -> Result<Vec<Hash>> {
    let count = cursor.size()?;
    let mut out: Vec<Hash> = Vec::with_capacity(count.min(cursor.len() / 32));
    for _ in 0..count {
        let hash = cursor.array::<32>()?;
        if out.last().is_some_and(|last| *last >= hash) {
            return Err(Malformed("its dependencies do not ascend"));
        }
        out.push(hash);
    }
    Ok(out)
}

fn read_actor(cursor: &mut Cursor<'_>) -> Result<Actor> {
    if cursor.unsigned()? != 16 {
        return Err(Malformed("an actor is not 16 bytes"));
    }
    cursor.array::<16>()
}

/// Returns the change's own actor followed by the others.
fn read_actors(cursor: &mut Cursor<'_>, own: Actor) -> Result<Vec<Actor>> {
    let count = cursor.size()?;
    let mut out = Vec::with_capacity(count.min(cursor.len() / 17) + 1);
    out.push(own);
    for position in 0..count {
        let actor = read_actor(cursor)?;
        if actor == own {
            return Err(Malformed("its own actor is among the others"));
        }
        if position > 0 && out.last().is_some_and(|last| *last >= actor) {
            return Err(Malformed("its other actors do not ascend"));
        }
        out.push(actor);
    }
    Ok(out)
}

/// The bytes of the columns a change may have.
#[derive(Default)]
struct Columns<'a> {
    key: &'a [u8],
    insert: &'a [u8],
    action: &'a [u8],
    value_kind: &'a [u8],
    value: &'a [u8],
    predecessors: &'a [u8],
    predecessor_actor: &'a [u8],
    predecessor_counter: &'a [u8],
}

impl<'a> Columns<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self> {
        let count = cursor.size()?;
        if count > 8 {
            return Err(Malformed("it has columns that a card never has"));
        }
        let mut specifications = Vec::with_capacity(count);
        for _ in 0..count {
            specifications.push((cursor.unsigned()?, cursor.size()?));
        }
        if !specifications.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(Malformed("its columns do not ascend"));
        }
        let mut out = Self::default();
        for (specification, length) in specifications {
            if length == 0 {
                return Err(Malformed("a column is empty"));
            }
            let bytes = cursor.take(length)?;
            *match specification {
                21 => &mut out.key,
                52 => &mut out.insert,
                66 => &mut out.action,
                86 => &mut out.value_kind,
                87 => &mut out.value,
                112 => &mut out.predecessors,
                113 => &mut out.predecessor_actor,
                115 => &mut out.predecessor_counter,
                _ => return Err(Malformed("it has columns that a card never has")),
            } = bytes;
        }
        if cursor.is_empty() { Ok(out) } else { Err(Malformed("bytes follow its columns")) }
    }

    fn operations(&self, actors: &[Actor]) -> Result<Vec<Operation>> {
        let paths = self.paths()?;
        let count = paths.len();
        self.check_puts(count)?;
        let values = self.values(count)?;
        let mut predecessors = self.predecessor_lists(count, actors)?;
        let mut out = Vec::with_capacity(count);
        for (path, value) in paths.into_iter().zip(values) {
            out.push(Operation { path, value, predecessors: predecessors.next().unwrap_or_default() });
        }
        Ok(out)
    }

    fn paths(&self) -> Result<Vec<Path>> {
        let raw = run_length(self.key, MAX_OPERATIONS, Cursor::text)?;
        if raw.is_empty() {
            return Err(Malformed("it has no operation"));
        }
        if !raw.is_sorted_by(|a, b| a < b) {
            return Err(Malformed("its paths do not ascend"));
        }
        raw.into_iter().map(|path| Path::new(path).map_err(|_| Malformed("a path breaks the grammar"))).collect()
    }

    /// Checks that every operation is a put and none inserts.
    fn check_puts(&self, count: usize) -> Result<()> {
        let mut insert = Cursor::new(self.insert);
        if insert.size()? != count || !insert.is_empty() {
            return Err(Malformed("an operation inserts"));
        }
        let actions = run_length(self.action, MAX_OPERATIONS, Cursor::unsigned)?;
        if actions.len() != count || actions.iter().any(|action| *action != PUT) {
            return Err(Malformed("an operation is not a put"));
        }
        Ok(())
    }

    fn values(&self, count: usize) -> Result<Vec<Value>> {
        let kinds = run_length(self.value_kind, MAX_OPERATIONS, Cursor::unsigned)?;
        if kinds.len() != count {
            return Err(Malformed("values and paths differ in number"));
        }
        let mut cursor = Cursor::new(self.value);
        let mut out = Vec::with_capacity(count);
        for kind in kinds {
            let length = usize::try_from(kind >> 4).map_err(|_| Malformed("a number is too large"))?;
            out.push(read_value(kind & 15, cursor.take(length)?)?);
        }
        if cursor.is_empty() { Ok(out) } else { Err(Malformed("bytes follow its values")) }
    }

    fn predecessor_lists(&self, count: usize, actors: &[Actor]) -> Result<impl Iterator<Item = Vec<OpId>> + use<>> {
        let counts = run_length(self.predecessors, MAX_OPERATIONS, Cursor::size)?;
        if counts.len() != count {
            return Err(Malformed("predecessor lists and paths differ in number"));
        }
        let by = run_length(self.predecessor_actor, MAX_PREDECESSORS, Cursor::size)?;
        let differences = run_length(self.predecessor_counter, MAX_PREDECESSORS, Cursor::signed)?;
        let total = counts.iter().try_fold(0_usize, |sum, n| sum.checked_add(*n));
        if total != Some(by.len()) || total != Some(differences.len()) {
            return Err(Malformed("predecessors and their lists differ in number"));
        }
        let mut used = vec![false; actors.len()];
        let mut counter = 0_i64;
        let mut all = Vec::with_capacity(by.len());
        for (actor, difference) in by.into_iter().zip(differences) {
            counter = counter.checked_add(difference).ok_or(Malformed("an operation counter is too large"))?;
            let (Some(actor_id), Some(mark)) = (actors.get(actor), used.get_mut(actor)) else {
                return Err(Malformed("a predecessor names an actor that is not listed"));
            };
            *mark = true;
            let counter = u32::try_from(counter).ok().filter(|c| (1..=MAX_COUNTER).contains(c));
            all.push(OpId {
                counter: counter.ok_or(Malformed("an operation counter is out of range"))?,
                actor: *actor_id,
            });
        }
        if used.iter().skip(1).any(|used| !used) {
            return Err(Malformed("one of its other actors is unused"));
        }
        split(&all, &counts)
    }
}

/// Deals the predecessors out to their operations.
fn split(all: &[OpId], counts: &[usize]) -> Result<impl Iterator<Item = Vec<OpId>> + use<>> {
    let mut rest = all;
    let mut lists = Vec::with_capacity(counts.len());
    for count in counts {
        let (list, after) = rest.split_at_checked(*count).ok_or(Malformed("it ends early"))?;
        if !list.is_sorted_by(|a, b| a < b) {
            return Err(Malformed("predecessors of an operation do not ascend"));
        }
        lists.push(list.to_vec());
        rest = after;
    }
    Ok(lists.into_iter())
}

fn read_value(kind: u64, bytes: &[u8]) -> Result<Value> {
    match (kind, bytes) {
        (0, []) => Ok(Value::Null),
        (1, []) => Ok(Value::Bool(false)),
        (2, []) => Ok(Value::Bool(true)),
        (4, _) => {
            let mut cursor = Cursor::new(bytes);
            let number = cursor.signed()?;
            if cursor.is_empty() && (-MAX_INT..=MAX_INT).contains(&number) {
                Ok(Value::Int(number))
            } else {
                Err(Malformed("a number is beyond 2^53 − 1 or too long"))
            }
        }
        (6, []) => Err(Malformed("a text is empty")),
        (6, _) if bytes.len() > MAX_STR => Err(Malformed("a text is longer than 65,536 bytes")),
        (6, _) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Str(text.into())),
            Err(_) => Err(Malformed("a text is not UTF-8")),
        },
        _ => Err(Malformed("a value is not a text, a whole number, true, false or null")),
    }
}
