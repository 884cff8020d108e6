//! Content lines, read independently of calcard: what a vCard file says, value by value.
//!
//! The scanner unfolds lines (also quoted-printable soft breaks and unindented base64), splits groups, parameters and
//! components, and decodes values. It cuts a file into cards and knows when one has no end. It gives no value a
//! meaning: the report does, by looking each one up in the draft that calcard's reading led to.

use crate::{blob, decode};

/// One content line of a card.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The line of the file it begins on, from 1.
    pub number: usize,
    /// The group, as in `item1`.
    pub group: Option<String>,
    /// The property in upper case; empty for a line without a colon.
    pub name: String,
    /// Parameters in upper case with their values, transfer encodings left out.
    pub params: Vec<(String, String)>,
    /// The decoded components: one, or several for structured values.
    pub parts: Vec<Part>,
    /// The bytes of a base64 value.
    pub bytes: Option<Vec<u8>>,
}

/// One component of a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Decoded, with escapes resolved.
    pub text: String,
    /// Decoded, with escapes as they stand: vCard 2.1 knows almost none.
    pub literal: String,
    /// The text split at commas, where a reader may take it for a list.
    pub list: Vec<String>,
}

/// A card of a file: its lines, and its text for calcard.
pub(crate) struct Block {
    pub text: String,
    pub lines: Vec<Line>,
}

/// A file cut into cards.
#[derive(Default)]
pub(crate) struct Cut {
    pub cards: Vec<Block>,
    /// Where cards without an end begin.
    pub open: Vec<usize>,
}

/// The parameter that says which year of a date means none.
pub(crate) const OMIT_YEAR: &str = "X-APPLE-OMIT-YEAR";

const STRUCTURED: &[&str] = &["N", "ADR", "ORG", "GENDER", "CLIENTPIDMAP"];

/// Reads the content lines of every complete card.
#[must_use]
pub fn scan(text: &str) -> Vec<Vec<Line>> {
    cut(text).cards.into_iter().map(|card| card.lines).collect()
}

/// Cuts text with plain line ends into cards.
pub(crate) fn cut(text: &str) -> Cut {
    let mut cut = Cut::default();
    let mut open: Option<(usize, Vec<(usize, &str)>)> = None;
    // A card inside AGENT is part of its line: (how many are open, the lines so far).
    let mut agent: Option<(usize, String)> = None;
    let mut agents: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let begins = is_mark(line, "BEGIN");
        let ends = is_mark(line, "END");
        if let Some((depth, nested)) = &mut agent {
            nested.push_str(line);
            nested.push('\n');
            *depth += usize::from(begins);
            *depth -= usize::from(ends);
            if *depth == 0 {
                agents.extend(agent.take().map(|(_, nested)| (number, nested)));
            }
        } else if begins {
            match &mut open {
                Some((_, lines)) if is_agent(lines) => {
                    lines.pop();
                    agent = Some((1, format!("{line}\n")));
                }
                _ => {
                    cut.open.extend(open.take().map(|(first, _)| first));
                    open = Some((number, Vec::new()));
                }
            }
        } else if ends {
            if let Some((_, lines)) = open.take() {
                cut.cards.push(block(&lines, std::mem::take(&mut agents)));
            }
        } else if let Some((_, lines)) = &mut open {
            lines.push((number, line));
        }
    }
    cut.open.extend(open.map(|(first, _)| first));
    cut
}

fn is_mark(line: &str, mark: &str) -> bool {
    line.split_once(':').is_some_and(|(name, value)| {
        name.trim_end().eq_ignore_ascii_case(mark) && value.trim().eq_ignore_ascii_case("VCARD")
    })
}

fn is_agent(lines: &[(usize, &str)]) -> bool {
    lines.last().is_some_and(|(_, line)| {
        line.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("AGENT")) && line.trim_end().ends_with(':')
    })
}

fn block(physical: &[(usize, &str)], agents: Vec<(usize, String)>) -> Block {
    let mut text = String::from("BEGIN:VCARD\n");
    let mut lines = Vec::new();
    let mut rest = physical;
    while let Some((&(number, start), tail)) = rest.split_first() {
        let taken = gather(start, tail);
        if !taken.text.trim().is_empty() {
            let line = read_line(number, &taken);
            for (place, (_, part)) in rest.iter().take(taken.count).enumerate() {
                match part.find(':').filter(|_| place == 0 && taken.guess_utf8()) {
                    // calcard takes Latin-1 for granted where the character set is not named.
                    Some(at) => {
                        text.push_str(part.get(..at).unwrap_or_default());
                        text.push_str(";CHARSET=UTF-8");
                        text.push_str(part.get(at..).unwrap_or_default());
                    }
                    None => text.push_str(part),
                }
                text.push('\n');
            }
            lines.push(line);
        }
        rest = rest.get(taken.count..).unwrap_or_default();
    }
    for (number, nested) in agents {
        let part = Part { text: nested.clone(), literal: nested, list: Vec::new() };
        lines.push(Line {
            number,
            group: None,
            name: "AGENT".into(),
            params: Vec::new(),
            parts: vec![part],
            bytes: None,
        });
    }
    text.push_str("END:VCARD\n");
    Block { text, lines }
}

#[derive(PartialEq, Clone, Copy)]
enum Transfer {
    Plain,
    Quoted,
    Base64,
}

struct Gathered {
    /// How many physical lines.
    count: usize,
    text: String,
    /// Where the value begins, once a colon was seen.
    colon: Option<usize>,
    transfer: Transfer,
    charset: Option<String>,
}

impl Gathered {
    fn look(&mut self) {
        let Some(colon) = find_outside_quotes(&self.text, ':') else {
            return;
        };
        self.colon = Some(colon);
        for (name, value) in params(self.text.get(..colon).unwrap_or_default()).1 {
            match (name.as_str(), value.to_ascii_uppercase().as_str()) {
                ("ENCODING", "QUOTED-PRINTABLE" | "Q") => self.transfer = Transfer::Quoted,
                ("ENCODING", "BASE64" | "B") => self.transfer = Transfer::Base64,
                ("CHARSET", _) => self.charset = Some(value),
                _ => {}
            }
        }
    }

    fn value(&self) -> &str {
        self.colon.and_then(|colon| self.text.get(colon + 1..)).unwrap_or_default()
    }

    fn guess_utf8(&self) -> bool {
        self.transfer == Transfer::Quoted && self.charset.is_none() && {
            let bytes = decode::quoted_printable(self.value());
            !bytes.is_ascii() && std::str::from_utf8(&bytes).is_ok()
        }
    }
}

/// Joins the physical lines of one content line.
fn gather(start: &str, tail: &[(usize, &str)]) -> Gathered {
    let mut all = Gathered { count: 1, text: start.to_owned(), colon: None, transfer: Transfer::Plain, charset: None };
    all.look();
    let mut looks = 0;
    for (_, next) in tail {
        if all.transfer == Transfer::Quoted && all.text.ends_with('=') {
            all.text.pop();
            all.text.push_str(next);
        } else if let Some(more) = next.strip_prefix([' ', '\t']) {
            all.text.push_str(more);
        } else if all.transfer == Transfer::Base64 && !next.is_empty() && is_base64(next) {
            all.text.push_str(next);
        } else {
            break;
        }
        all.count += 1;
        // A header that is folded; bounded, so that no file makes this quadratic.
        if all.colon.is_none() && looks < 50 && next.contains(':') {
            looks += 1;
            all.look();
        }
    }
    if all.colon.is_none() && all.text.contains('"') {
        // A quote that is never closed must not hide the value.
        all.colon = all.text.find(':');
    }
    all
}

fn is_base64(line: &str) -> bool {
    line.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
}

fn read_line(number: usize, all: &Gathered) -> Line {
    let Some(colon) = all.colon else {
        let part = Part { text: all.text.clone(), literal: all.text.clone(), list: Vec::new() };
        return Line { number, group: None, name: String::new(), params: Vec::new(), parts: vec![part], bytes: None };
    };
    let (full_name, mut params) = params(all.text.get(..colon).unwrap_or_default());
    params.retain(|(name, _)| name != "ENCODING" && name != "CHARSET");
    let (group, name) = match full_name.split_once('.') {
        Some((group, name)) => (Some(group.to_owned()), name.to_ascii_uppercase()),
        None => (None, full_name.to_ascii_uppercase()),
    };
    let decoded = |raw: &str| match all.transfer {
        Transfer::Quoted => decode::text(&decode::quoted_printable(raw), all.charset.as_deref()),
        _ => raw.to_owned(),
    };
    let value = all.value();
    let bytes = match all.transfer {
        Transfer::Base64 => blob::from_base64(value),
        _ => None,
    };
    let parts = if bytes.is_some() {
        Vec::new()
    } else if STRUCTURED.contains(&name.as_str()) {
        split(value, ';').into_iter().map(|raw| part(raw, &decoded)).collect()
    } else {
        vec![part(value, &decoded)]
    };
    Line { number, group, name, params, parts, bytes }
}

fn part(raw: &str, decoded: &dyn Fn(&str) -> String) -> Part {
    let literal = decoded(raw);
    let list = split(raw, ',');
    let list = if list.len() > 1 { list.into_iter().map(|raw| unescape(&decoded(raw))).collect() } else { Vec::new() };
    Part { text: unescape(&literal), literal, list }
}

/// Splits a header into the property with its group, and the parameters.
fn params(header: &str) -> (String, Vec<(String, String)>) {
    let mut segments = split_outside_quotes(header, ';').into_iter();
    let name = segments.next().unwrap_or_default().trim().to_owned();
    let mut all = Vec::new();
    for segment in segments {
        match segment.split_once('=') {
            Some((name, values)) => {
                for value in split_outside_quotes(values, ',') {
                    all.push((name.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned()));
                }
            }
            None => {
                let bare = segment.trim();
                let name = match bare.to_ascii_uppercase().as_str() {
                    "QUOTED-PRINTABLE" | "BASE64" | "B" | "8BIT" | "7BIT" => "ENCODING",
                    _ => "TYPE",
                };
                all.push((name.to_owned(), bare.to_owned()));
            }
        }
    }
    (name, all)
}

fn find_outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    let found = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == wanted && !quoted
    });
    found.map(|(at, _)| at)
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .collect()
}

/// Splits at separators without a backslash before them.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut escaped = false;
    text.split(|c| {
        let here = c == separator && !escaped;
        escaped = c == '\\' && !escaped;
        here
    })
    .collect()
}

/// Resolves the escapes of vCard 3.0 and 4.0.
fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n' | 'N')) => out.push('\n'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some(escaped)) => out.push(escaped),
            (c, _) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Line {
        let cards = scan(&format!("BEGIN:VCARD\n{text}\nEND:VCARD\n"));
        cards.into_iter().flatten().next().unwrap()
    }

    #[test]
    fn folds_groups_and_parameters() {
        let line = only("item1.TEL;type=CELL;X=\"a;b:c\",d:1\n 23");
        assert_eq!((line.group.as_deref(), line.name.as_str()), (Some("item1"), "TEL"));
        let expected = [("TYPE", "CELL"), ("X", "a;b:c"), ("X", "d")];
        assert_eq!(line.params, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(line.parts[0].text, "123");
    }

    #[test]
    fn quoted_printable_with_soft_breaks_and_structure() {
        let line = only("N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FC=\nller;J=F6rg;;;");
        assert_eq!(
            line.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>(),
            ["Müller", "Jörg", "", "", ""]
        );
        let guessed = cut("BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:M=C3=BCller\nEND:VCARD");
        assert!(guessed.cards[0].text.contains(";CHARSET=UTF-8:"));
    }

    #[test]
    fn base64_with_and_without_indentation() {
        assert_eq!(only("PHOTO;BASE64:Zm\n9v\n\nNOTE:x").bytes.unwrap(), b"foo");
        assert_eq!(only("PHOTO;ENCODING=b:\n  Zm\n  9v").bytes.unwrap(), b"foo");
    }

    #[test]
    fn escapes_and_lists() {
        let part = only("CATEGORIES:a\\,b,c\\nd").parts.remove(0);
        assert_eq!((part.text.as_str(), part.list), ("a,b,c\nd", vec!["a,b".to_owned(), "c\nd".to_owned()]));
    }

    #[test]
    fn cards_without_an_end_and_cards_inside_cards() {
        let file =
            "BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nFN:b\nAGENT:\nBEGIN:VCARD\nFN:c\nEND:VCARD\nEND:VCARD\nBEGIN:VCARD\n";
        let cut = cut(file);
        assert_eq!(cut.open, [1, 10]);
        assert_eq!(cut.cards.len(), 1);
        assert_eq!(cut.cards[0].lines.len(), 2);
        assert_eq!(cut.cards[0].lines[1].parts[0].text, "BEGIN:VCARD\nFN:c\nEND:VCARD\n");
    }
}
