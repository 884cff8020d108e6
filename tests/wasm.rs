//! The boundary as JavaScript sees it, run inside WebAssembly by `cargo xtask wasm-test`. What the
//! engine does is tested natively; here stands only what is different in WebAssembly.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use contactmesh::wasm::{Handle, Opening, version};
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn number(object: &JsValue, name: &str) -> f64 {
    property(object, name).as_f64().unwrap()
}

fn text(json: &str, name: &str) -> String {
    property(&js_sys::JSON::parse(json).unwrap(), name).as_string().unwrap()
}

/// What was committed, as records for the next opening.
fn store(engine: &mut Handle, records: &mut Vec<(String, Vec<u8>)>) {
    let batch = engine.take_batch().unwrap();
    for pair in property(&batch, "put").unchecked_into::<Array>().iter() {
        let pair: Array = pair.unchecked_into();
        let bytes: Uint8Array = pair.get(1).unchecked_into();
        records.push((pair.get(0).as_string().unwrap(), bytes.to_vec()));
    }
}

fn open(records: &[(String, Vec<u8>)]) -> Handle {
    let mut opening = Opening::new();
    for (key, bytes) in records {
        opening.add(key.clone(), bytes.clone());
    }
    opening.open().unwrap()
}

#[wasm_bindgen_test]
fn the_version_is_that_of_the_package() {
    assert_eq!(version().split('.').filter_map(|part| part.parse::<u32>().ok()).count(), 3, "{}", version());
}

#[wasm_bindgen_test]
fn a_card_is_there_after_reopening_and_every_lease_has_entropy_of_its_own() {
    let mut records = Vec::new();
    let mut engine = open(&records);
    let id = text(&engine.create(r#"{"name/given":"Jane"}"#, 1e12).unwrap(), "id");
    store(&mut engine, &mut records);
    let mut again = open(&records);
    assert!(again.card(&id, 1e12).unwrap().contains("Jane"));
    assert_eq!(again.replica(), engine.replica());
    assert_ne!(open(&[]).replica(), engine.replica());
    // Both write the same edit; only fresh actors keep the two changes apart.
    engine.edit(&id, None, r#"{"note":"x"}"#, 1e12).unwrap();
    again.edit(&id, None, r#"{"note":"x"}"#, 1e12).unwrap();
    assert_ne!(engine.state_hash().unwrap(), again.state_hash().unwrap());
}

#[wasm_bindgen_test]
fn two_engines_meet_through_chunks() {
    let (mut a, mut b) = (open(&[]), open(&[]));
    let id = text(&a.create(r#"{"name/given":"Jane","emails/new/address":"j@example.com"}"#, 1.0).unwrap(), "id");
    let out = a.outgoing("relay", 10).unwrap();
    let chunks = property(&out, "chunks").unchecked_into::<Array>();
    let pulled: Vec<Uint8Array> = chunks.iter().map(JsCast::unchecked_into).collect();
    assert!(property(&out, "cursor").is_null());
    let received = b.incoming("relay", pulled.clone(), "1").unwrap();
    assert_eq!(number(&received, "accepted"), 1.0);
    assert_eq!(number(&b.incoming("relay", pulled, "1").unwrap(), "known"), 1.0);
    assert_eq!(a.state_hash().unwrap(), b.state_hash().unwrap());
    assert!(b.list(JsValue::UNDEFINED).unwrap().contains(&id));
    let status = b.status().unwrap();
    assert_eq!((number(&status, "cards"), number(&status, "conflicts")), (1.0, 0.0));
}

#[wasm_bindgen_test]
fn an_error_carries_its_code_and_the_instance_lives_on() {
    let mut engine = open(&[]);
    let error = engine.card("nosuch", 1.0).unwrap_err();
    assert_eq!(property(&error, "code").as_string().unwrap(), "card-unknown");
    assert!(error.is_instance_of::<js_sys::Error>());
    let query = js_sys::JSON::parse(r#"{"limit":"many"}"#).unwrap();
    let error = engine.list(query).unwrap_err();
    assert_eq!(property(&error, "code").as_string().unwrap(), "bad-input");
    assert!(engine.create(r#"{"name/given":"Jane"}"#, f64::NAN).is_ok());
}

#[wasm_bindgen_test]
fn foreign_bytes_are_refused_without_a_trap() {
    let mut engine = open(&[]);
    for bytes in [&b""[..], b"\x01\x00\x01rubbish", b"\x01\x00\x00\x00\xff", &[0xff; 40_000]] {
        let received = engine.incoming("relay", vec![Uint8Array::from(bytes)], "1").unwrap();
        assert_eq!(number(&received, "accepted"), 0.0);
    }
    assert!(engine.create(r#"{"name/given":"Jane"}"#, 1.0).is_ok());
}

#[wasm_bindgen_test]
#[should_panic(expected = "index out of bounds")]
fn a_panic_is_seen_by_the_runner() {
    let empty: Vec<u8> = Vec::new();
    let at = version().len();
    #[allow(clippy::indexing_slicing, reason = "the panic is what is tested")]
    let _unreachable = empty[at];
}
