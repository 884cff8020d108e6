//! The boundary as JavaScript sees it, run inside WebAssembly by `cargo xtask wasm-test`. What the
//! engine does is tested natively; here stands only what is different in WebAssembly.
#![cfg(target_arch = "wasm32")]

use contactmesh::wasm::{entropy, version};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_version_is_that_of_the_package() {
    let parts: Vec<u32> = version().split('.').filter_map(|part| part.parse().ok()).collect();
    assert_eq!(parts.len(), 3, "{}", version());
}

#[wasm_bindgen_test]
fn entropy_comes_from_the_host_and_is_never_twice_the_same() {
    let (one, two) = (entropy(32).unwrap_or_default(), entropy(32).unwrap_or_default());
    assert_eq!((one.len(), two.len()), (32, 32));
    assert_ne!(one, two);
    assert_eq!(entropy(0).unwrap_or(vec![1]), [0_u8; 0]);
}

#[wasm_bindgen_test]
fn asking_for_too_much_entropy_is_an_error_and_the_instance_lives_on() {
    let refused = entropy(usize::MAX).map_err(JsValue::from).unwrap_err();
    let message = js_sys::Error::from(refused).message();
    assert!(String::from(message).contains("at most 1024"));
    assert_eq!(entropy(1024).map(|bytes| bytes.len()).unwrap_or_default(), 1024);
}

#[wasm_bindgen_test]
async fn a_promise_of_the_host_can_be_awaited() {
    let promise = js_sys::Promise::resolve(&JsValue::from_f64(7.0));
    let value = wasm_bindgen_futures::JsFuture::from(promise).await;
    assert_eq!(value.ok().and_then(|value| value.as_f64()), Some(7.0));
}

#[wasm_bindgen_test]
#[should_panic(expected = "index out of bounds")]
fn a_panic_is_seen_by_the_runner() {
    let empty: Vec<u8> = entropy(0).unwrap_or_default();
    let at = empty.len();
    #[allow(clippy::indexing_slicing, reason = "the panic is what is tested")]
    let _unreachable = empty[at];
}
