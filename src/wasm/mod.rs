//! The boundary: what JavaScript can call. It turns bytes and JSON text into values for the engine
//! and back, draws entropy, and decides nothing. No input may make it panic: a panic ends the
//! instance.

use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// The most random bytes drawn at once; more than any caller needs.
const MOST_ENTROPY: usize = 1024;

/// The version of the engine, for reports and for the shim to compare with its own.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Draws random bytes from the host.
///
/// # Errors
///
/// More than 1,024 bytes were asked for, or the host has no source of randomness.
#[wasm_bindgen]
pub fn entropy(bytes: usize) -> Result<Vec<u8>, JsError> {
    if bytes > MOST_ENTROPY {
        return Err(JsError::new(&format!("{bytes} random bytes asked for; at most {MOST_ENTROPY} are drawn at once")));
    }
    let mut drawn = vec![0; bytes];
    getrandom::fill(&mut drawn).map_err(|error| JsError::new(&format!("the host gave no random bytes: {error}")))?;
    Ok(drawn)
}
