//! The same promises inside WebAssembly, where calcard without its `wasm` feature corrupts cards in silence, and the
//! boundary as JavaScript sees it. Run by `cargo xtask wasm-test`.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::let_underscore_must_use,
    reason = "a test fails by panicking"
)]

mod support;

use contactmesh_formats::{Format, read, wasm, write};
use js_sys::{Array, JSON, Object, Reflect};
use support::{SAMPLES, cards, values};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn each_sample_survives_jscontact_and_vcard_in_wasm() {
    for (name, bytes) in SAMPLES {
        let first = read(bytes, None);
        assert_eq!(first.report.missing, [], "{name}");
        let mut outcome = first.clone();
        for format in [Format::JsContact, Format::VCard, Format::JsContact] {
            let text = write(&cards(&outcome.drafts), format, &outcome.blobs).unwrap();
            outcome = read(text.as_bytes(), Some(format));
            assert_eq!(outcome.report.error, None, "{name}");
            assert_eq!(outcome.report.missing, [], "{name}");
            assert_eq!(first.drafts.len(), outcome.drafts.len(), "{name}");
            for (before, after) in first.drafts.iter().zip(&outcome.drafts) {
                assert_eq!(values(before), values(after), "{name}");
            }
            assert_eq!(first.blobs, outcome.blobs, "{name}");
        }
    }
}

#[wasm_bindgen_test]
fn the_boundary_hands_out_drafts_reports_and_bytes() {
    let outlook = SAMPLES[0].1;
    let result = wasm::read(outlook, "auto").unwrap();
    let json = Reflect::get(&result, &"json".into()).unwrap().as_string().unwrap();
    let answer = JSON::parse(&json).unwrap();
    let names = Array::from(&Reflect::get(&answer, &"blobs".into()).unwrap());
    let bytes = Array::from(&Reflect::get(&result, &"blobs".into()).unwrap());
    assert_eq!((names.length(), bytes.length()), (2, 2));
    let blobs = Object::new();
    for (name, bytes) in names.iter().zip(bytes.iter()) {
        Reflect::set(&blobs, &name, &bytes).unwrap();
    }
    let drafts = read(outlook, None).drafts;
    let text = wasm::write(&cards(&drafts), "vcard", &blobs).unwrap().replace("\r\n ", "");
    assert!(text.contains("data:image/png;base64,"));
}

#[wasm_bindgen_test]
fn mistakes_have_a_code() {
    let code = |thrown: JsValue| Reflect::get(&thrown, &"code".into()).unwrap().as_string();
    assert_eq!(code(wasm::read(b"", "pdf").unwrap_err()).as_deref(), Some("format-unknown"));
    assert_eq!(code(wasm::write("[1]", "vcard", &Object::new()).unwrap_err()).as_deref(), Some("format-card"));
    let result = wasm::read(b"BEGIN:VCARD\nFN:x\n", "auto").unwrap();
    let json = Reflect::get(&result, &"json".into()).unwrap().as_string().unwrap();
    assert!(json.contains("\"code\":\"format-truncated\""));
}
