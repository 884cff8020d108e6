//! The encoder: a change this replica makes, as bytes. Alone imports the `automerge` crate.
//!
//! Takes only values that are already checked; never sees foreign bytes.

use std::num::NonZeroU64;

use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{ActorId, ChangeHash, ExpandedChange, ScalarValue};

use super::{Actor, Change, MAX_CHANGE_BYTES, MAX_COUNTER, MAX_OPERATIONS, MAX_PREDECESSORS, Operation};
use crate::contact::Value;
use crate::error::{Code, Error, Result};
use crate::hash::Hash;
use crate::sorted::sort_by;

/// A change before it has a hash.
#[derive(Clone, Debug)]
pub struct Unwritten {
    /// Who writes it.
    pub actor: Actor,
    /// Its number among the actor's changes of this card, from 1.
    pub seq: u64,
    /// 1 + the greatest last operation of its dependencies.
    pub start_op: u32,
    /// The clock, in milliseconds since 1970.
    pub time: i64,
    /// Where it came from (format.md, section 4).
    pub message: String,
    /// The heads it stands on; any order.
    pub dependencies: Vec<Hash>,
    /// Its operations; any order, no path twice.
    pub operations: Vec<Operation>,
}

/// Encodes a change; returns it with its bytes.
///
/// # Errors
/// `bad-input` if it is larger than the format allows; the edit must be made in smaller steps.
pub fn encode(unwritten: Unwritten) -> Result<(Change, Vec<u8>)> {
    let Unwritten { actor, seq, start_op, time, message, mut dependencies, mut operations } = unwritten;
    let count = operations.len();
    let fits =
        u32::try_from(count).ok().and_then(|n| start_op.checked_add(n)).is_some_and(|end| end <= MAX_COUNTER + 1);
    if count == 0 || count > MAX_OPERATIONS || !fits {
        return Err(Error::new(
            Code::BadInput,
            format!("an edit of {count} values does not fit in a change (1 to 5,000); make it in smaller steps"),
        ));
    }
    let predecessors: usize = operations.iter().map(|operation| operation.predecessors.len()).sum();
    if predecessors > MAX_PREDECESSORS {
        return Err(Error::new(
            Code::BadInput,
            format!("an edit over {predecessors} values does not fit in a change (65,536); make it in smaller steps"),
        ));
    }
    let Some(first) = NonZeroU64::new(u64::from(start_op)) else {
        return Err(Error::new(Code::BadInput, "a change cannot start at operation 0"));
    };
    sort_by(&mut dependencies, |a, b| a < b);
    sort_by(&mut operations, |a, b| a.path < b.path);
    let encoded = automerge::Change::from(ExpandedChange {
        operations: operations.iter().map(to_automerge).collect(),
        actor_id: ActorId::from(actor),
        hash: None,
        seq,
        start_op: first,
        time,
        message: (!message.is_empty()).then(|| message.clone()),
        deps: dependencies.iter().map(|hash| ChangeHash(*hash)).collect(),
        extra_bytes: Vec::new(),
        author: None,
    });
    let bytes = encoded.raw_bytes().to_vec();
    if bytes.len() > MAX_CHANGE_BYTES {
        return Err(Error::new(
            Code::BadInput,
            format!("an edit of {} bytes does not fit in a change (262,144); make it in smaller steps", bytes.len()),
        ));
    }
    let change = Change {
        hash: encoded.hash().0,
        actor,
        seq,
        start_op,
        time,
        message: message.into(),
        dependencies,
        operations,
    };
    Ok((change, bytes))
}

fn to_automerge(operation: &Operation) -> Op {
    let value = match &operation.value {
        Value::Null => ScalarValue::Null,
        Value::Bool(b) => ScalarValue::Boolean(*b),
        Value::Int(number) => ScalarValue::Int(*number),
        Value::Str(text) => ScalarValue::Str(text.as_ref().into()),
    };
    let predecessors: Vec<automerge::legacy::OpId> = operation
        .predecessors
        .iter()
        .map(|id| automerge::legacy::OpId::new(u64::from(id.counter), &ActorId::from(id.actor)))
        .collect();
    Op {
        action: OpType::Put(value),
        obj: ObjectId::Root,
        key: Key::Map(operation.path.as_str().into()),
        pred: predecessors.into(),
        insert: false,
    }
}
