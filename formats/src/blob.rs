//! Bytes inside contact files: data URIs, base64 and the SHA-256 that names a blob.
//!
//! Alone imports `sha2`. Follows no link: a URI that is not `data:` stays a text.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Bytes by the lower-case hexadecimal SHA-256 of their content.
pub type Blobs = BTreeMap<String, Vec<u8>>;

const UNKNOWN: &str = "application/octet-stream";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Adds bytes to the blobs and returns their name.
pub(crate) fn keep(blobs: &mut Blobs, bytes: Vec<u8>) -> String {
    let name = digest(&bytes);
    blobs.entry(name.clone()).or_insert(bytes);
    name
}

/// Returns the name of bytes.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Reads base64, with or without padding and white space, in either alphabet.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut buffer, mut bits, mut padding) = (0_u32, 0_u32, false);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                padding = true;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            _ => return None,
        };
        if padding {
            return None;
        }
        buffer = (buffer << 6 | u32::from(digit)) & 0x00ff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).unwrap_or_default());
        }
    }
    Some(bytes)
}

/// Writes base64 with padding.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = ALPHABET.get((group >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// Reads a `data:` URI into its media type (if it has one) and its bytes.
pub(crate) fn from_data_uri(uri: &str) -> Option<(Option<String>, Vec<u8>)> {
    let rest = uri.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).and(uri.get(5..))?;
    let (head, body) = rest.split_once(',')?;
    // Some writers escape the comma as if the URI were a text.
    let head = head.trim_end_matches('\\');
    let (head, bytes) = match head.len().checked_sub(7).and_then(|at| head.split_at_checked(at)) {
        Some((before, mark)) if mark.eq_ignore_ascii_case(";base64") => (before, from_base64(body)?),
        _ => (head, from_percent(body)),
    };
    let media_type = head.split(';').next().unwrap_or_default().trim();
    // The type of bytes about which nothing is known.
    let known = !media_type.is_empty() && !media_type.eq_ignore_ascii_case(UNKNOWN);
    Some((known.then(|| media_type.to_ascii_lowercase()), bytes))
}

/// Writes a `data:` URI.
pub(crate) fn to_data_uri(media_type: Option<&str>, bytes: &[u8]) -> String {
    format!("data:{};base64,{}", media_type.unwrap_or(UNKNOWN), to_base64(bytes))
}

fn from_percent(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| byte == b'%') {
            Some(decoded) => {
                bytes.push(decoded);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    bytes
}

/// Guesses what kind of picture or key bytes are, from their first ones.
pub(crate) fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if starts(b"\x89PNG") {
        Some("image/png")
    } else if starts(b"GIF8") {
        Some("image/gif")
    } else if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else if starts(b"BM") {
        Some("image/bmp")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_rfc() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(to_base64(bytes.as_bytes()), text);
            assert_eq!(from_base64(text).unwrap(), bytes.as_bytes());
        }
        assert_eq!(from_base64("Zm 9\r\n v").unwrap(), b"foo");
        assert_eq!(from_base64("Zg=v"), None);
        assert_eq!(from_base64("Z?"), None);
    }

    #[test]
    fn data_uris_with_and_without_base64() {
        assert_eq!(from_data_uri("data:image/PNG;base64,Zm9v").unwrap(), (Some("image/png".into()), b"foo".to_vec()));
        assert_eq!(from_data_uri("DATA:;base64\\,Zm9v").unwrap(), (None, b"foo".to_vec()));
        assert_eq!(from_data_uri("data:,a%20b%").unwrap(), (None, b"a b%".to_vec()));
        assert_eq!(from_data_uri("https://example.com/a,b"), None);
    }

    #[test]
    fn the_digest_of_nothing_is_the_known_one() {
        assert_eq!(digest(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
