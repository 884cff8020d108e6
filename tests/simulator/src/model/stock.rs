//! Changes and cards as stock Automerge reads them: an eye that shares nothing with our reader.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::Key;
use automerge::{AutoCommit, ROOT, ReadDoc, ScalarValue};
use contactmesh::contact::Value;

/// A change as stock Automerge decodes it.
pub struct Stock {
    pub hash: [u8; 32],
    pub actor: Vec<u8>,
    pub seq: u64,
    pub start_op: u64,
    pub deps: Vec<[u8; 32]>,
    /// Ascending by path.
    pub writes: BTreeMap<String, Value>,
    /// By path: the operations it overwrites, as counter and actor.
    pub over: BTreeMap<String, BTreeSet<(u64, Vec<u8>)>>,
}

/// Reads a change; an error says what is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Stock, String> {
    let change = automerge::Change::from_bytes(bytes.to_vec()).map_err(|e| e.to_string())?;
    let decoded = change.decode();
    let (mut writes, mut over) = (BTreeMap::new(), BTreeMap::new());
    for op in &decoded.operations {
        let Key::Map(path) = &op.key else { return Err("an operation is not on the map".to_owned()) };
        let value = op.primitive_value().as_ref().and_then(scalar);
        let value = value.ok_or_else(|| format!("`{path}` holds what is no value of ours"))?;
        if writes.insert(path.to_string(), value).is_some() {
            return Err(format!("`{path}` is written twice in one change"));
        }
        let named = op.pred.iter().map(|id| (id.counter(), id.actor().to_bytes().to_vec()));
        over.insert(path.to_string(), named.collect());
    }
    Ok(Stock {
        hash: change.hash().0,
        actor: change.actor_id().to_bytes().to_vec(),
        seq: change.seq(),
        start_op: change.start_op().get(),
        deps: change.deps().iter().map(|hash| hash.0).collect(),
        writes,
        over,
    })
}

/// What a card shows to stock Automerge: per path its candidates, and the heads.
pub struct StockCard {
    pub candidates: BTreeMap<String, BTreeSet<Value>>,
    pub heads: BTreeSet<[u8; 32]>,
}

/// Opens a card's accepted changes.
pub fn open(changes: &[u8]) -> Result<StockCard, String> {
    let mut document = AutoCommit::load(changes).map_err(|e| e.to_string())?;
    let paths: Vec<String> = document.keys(ROOT).collect();
    let mut candidates = BTreeMap::new();
    for path in paths {
        let all = document.get_all(ROOT, path.as_str()).map_err(|e| e.to_string())?;
        let values: BTreeSet<Value> = all.iter().filter_map(|(value, _)| scalar(value.as_scalar()?)).collect();
        candidates.insert(path, values);
    }
    let heads = document.get_heads().iter().map(|hash| hash.0).collect();
    Ok(StockCard { candidates, heads })
}

fn scalar(value: &ScalarValue) -> Option<Value> {
    match value {
        ScalarValue::Null => Some(Value::Null),
        ScalarValue::Boolean(truth) => Some(Value::Bool(*truth)),
        ScalarValue::Int(number) => Some(Value::Int(*number)),
        ScalarValue::Str(text) => Some(Value::Str(text.as_str().into())),
        _ => None,
    }
}
