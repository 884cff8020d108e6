//! From the bytes of a file to text with plain line ends.
//!
//! UTF-16 needs a byte order mark. What is not UTF-8 is read line by line: a line may name its own character set, and
//! old exporters fold lines in the middle of a character. Never fails: the last resort is Windows-1252, which reads
//! everything.

use crate::decode;

/// Decodes a file.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => eight_bit(rest),
        _ => eight_bit(bytes),
    };
    line_ends(&text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(unit));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn eight_bit(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let unfolded = unfold(bytes);
    let mut text = String::with_capacity(unfolded.len() + unfolded.len() / 8);
    for line in unfolded.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => text.push_str(&decode::text(line, charset(line).as_deref())),
        }
    }
    text
}

fn unfold(bytes: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match line.split_first() {
            Some((b' ' | b'\t', rest)) if !out.is_empty() => {
                while matches!(out.last(), Some(b'\r' | b'\n')) {
                    out.pop();
                }
                out.extend_from_slice(rest);
            }
            _ => out.extend_from_slice(line),
        }
    }
    out
}

/// The character set a content line names for itself.
fn charset(line: &[u8]) -> Option<String> {
    let header: String = line.iter().take_while(|byte| **byte != b':').map(|byte| char::from(*byte)).collect();
    let at = header.to_ascii_uppercase().find("CHARSET=")?;
    let name = header.get(at + 8..)?.split([';', ',']).next()?.trim_matches('"');
    (!name.eq_ignore_ascii_case("utf-8")).then(|| name.to_owned())
}

/// Makes LF of CRLF, of the CRCRLF that some exporters write, and of lone CRs in files without LF.
fn line_ends(text: &str) -> String {
    if !text.contains('\r') {
        return text.to_owned();
    }
    if !text.contains('\n') {
        return text.replace('\r', "\n");
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.strip_suffix('\n') {
            Some(line) => {
                out.push_str(line.trim_end_matches('\r'));
                out.push('\n');
            }
            None => out.push_str(line.trim_end_matches('\r')),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_line_ends() {
        assert_eq!(decode(b"\xef\xbb\xbfa\r\r\nb\r\n"), "a\nb\n");
        assert_eq!(decode(b"a\rb\r"), "a\nb\n");
        assert_eq!(decode(b"\xff\xfea\0\n\0\xe4\0"), "a\nä");
        assert_eq!(decode(b"\xfe\xff\0a\xd8"), "a");
    }

    #[test]
    fn lines_of_several_character_sets_in_one_file() {
        assert_eq!(decode("N:ä\n".as_bytes()), "N:ä\n");
        assert_eq!(decode(b"A:\xe4\nB:\xc3\xa4\n"), "A:ä\nB:ä\n");
        assert_eq!(decode(b"A:\xc3\n \xa4\nB:\xe4\n"), "A:ä\nB:ä\n");
        assert_eq!(decode(b"N;CHARSET=ISO-8859-15:\xa4\n"), "N;CHARSET=ISO-8859-15:€\n");
    }
}
