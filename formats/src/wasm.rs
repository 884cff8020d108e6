//! The boundary: two functions for JavaScript, values in and values out.
//!
//! Alone imports `wasm_bindgen` and `js_sys`. Reading never throws: what is wrong with a file is in the report.
//! Writing throws an `Error` with the stable code in `code`. Nothing is decided here.

use crate::{Blobs, Draft, ErrorCode, Format, FormatError, Report};
use js_sys::{Array, Error, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

#[derive(Serialize)]
struct Answer<'a> {
    drafts: &'a [Draft],
    report: &'a Report,
    blobs: Vec<&'a str>,
}

/// Reads a file. `format` is `vcard`, `jscontact` or `auto`.
///
/// Returns `{ json, blobs }`: JSON text with `drafts`, `report` and the names of the blobs, and the bytes of the blobs
/// in the same order.
///
/// # Errors
///
/// Throws an error with the code `format-unknown` if there is no such format.
#[wasm_bindgen]
pub fn read(bytes: &[u8], format: &str) -> Result<Object, JsValue> {
    let format = if format == "auto" { None } else { Some(named(format)?) };
    let outcome = crate::read(bytes, format);
    let answer = Answer {
        drafts: &outcome.drafts,
        report: &outcome.report,
        blobs: outcome.blobs.keys().map(String::as_str).collect(),
    };
    let json = serde_json::to_string(&answer).map_err(|error| JsValue::from(Error::new(&error.to_string())))?;
    let blobs: Array = outcome.blobs.values().map(|bytes| Uint8Array::from(bytes.as_slice())).collect();
    let result = Object::new();
    Reflect::set(&result, &"json".into(), &json.into())?;
    Reflect::set(&result, &"blobs".into(), &blobs)?;
    Ok(result)
}

/// Writes cards (JSON text) as `vcard` or `jscontact`; `blobs` maps names of blobs to their bytes.
///
/// # Errors
///
/// Throws an error with a code: `format-card` if the JSON is no cards, `format-unknown` if there is no such format.
#[wasm_bindgen]
pub fn write(cards: &str, format: &str, blobs: &Object) -> Result<String, JsValue> {
    let format = named(format)?;
    let mut bytes = Blobs::new();
    for name in Object::keys(blobs).iter() {
        let value = Reflect::get(blobs, &name)?;
        if let Some(name) = name.as_string() {
            bytes.insert(name, Uint8Array::new(&value).to_vec());
        }
    }
    crate::write(cards, format, &bytes).map_err(|error| thrown(&error))
}

fn named(format: &str) -> Result<Format, JsValue> {
    [Format::VCard, Format::JsContact].into_iter().find(|known| known.as_str() == format).ok_or_else(|| {
        thrown(&FormatError::new(
            ErrorCode::Unknown,
            format!("There is no format {format:?}. Use vcard or jscontact (or auto, to read)."),
        ))
    })
}

fn thrown(error: &FormatError) -> JsValue {
    let thrown = Error::new(&error.message);
    // Fails only for frozen objects, and this one is new.
    Reflect::set(&thrown, &"code".into(), &error.code.as_str().into()).ok();
    thrown.into()
}
