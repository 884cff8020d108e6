//! Old transfer encodings: quoted-printable and character sets.
//!
//! Used by the content-line scanner and for raw 8-bit lines. Alone imports `mail_parser`, for its character sets.

use mail_parser::decoders::charsets::map::charset_decoder;

/// Decodes quoted-printable; what is not an escape stays as it is.
pub(crate) fn quoted_printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| byte == b'=') {
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

/// Turns bytes into text: by the named character set, else UTF-8, else Windows-1252.
pub(crate) fn text(bytes: &[u8], charset: Option<&str>) -> String {
    if charset.is_some_and(|name| name.eq_ignore_ascii_case("utf-8")) {
        // Broken UTF-8 stays recognisable as broken.
        return String::from_utf8_lossy(bytes).into_owned();
    }
    if let Some(decoder) = charset.and_then(|name| charset_decoder(name.as_bytes())) {
        return decoder(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => charset_decoder(b"windows-1252")
            .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decoder| decoder(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_with_its_mistakes() {
        assert_eq!(quoted_printable("M=FCller=3D=4"), b"M\xfcller==4");
        assert_eq!(quoted_printable("=ü"), "=ü".as_bytes());
    }

    #[test]
    fn character_sets_by_name_then_by_guess() {
        assert_eq!(text(b"M\xfcller", Some("ISO-8859-1")), "Müller");
        assert_eq!(text(b"M\xfcller \x80", None), "Müller €");
        assert_eq!(text("Müller".as_bytes(), None), "Müller");
    }
}
