//! One content line of a vCard 4.0: escaping, quoting, folding.
//!
//! Whatever a value, a parameter or a name holds, the result is one logical line. Nothing here knows a property.

/// A content line that is not written yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    /// Where it comes among the lines of its card.
    pub place: (usize, usize),
    pub name: String,
    pub group: Option<String>,
    pub params: Vec<(String, String)>,
    /// The value, escaped.
    pub value: String,
}

impl Line {
    pub fn new(name: &str, value: String) -> Self {
        Self { name: name.to_owned(), value, ..Self::default() }
    }

    pub fn param(&mut self, name: &str, value: &str) {
        self.params.push((name.to_owned(), value.to_owned()));
    }

    /// Writes the line, folded at 75 octets, never inside a character.
    pub fn write(&self, out: &mut String) {
        let mut line = String::new();
        if let Some(group) = self.group.as_deref().filter(|group| is_token(group)) {
            line.push_str(group);
            line.push('.');
        }
        line.push_str(&name(&self.name));
        let mut last = "";
        for (name, value) in self.params.iter().filter(|(name, _)| is_token(name)) {
            if last == name {
                line.push(',');
            } else {
                line.push(';');
                line.push_str(name);
                line.push('=');
            }
            line.push_str(&quoted(value));
            last = name;
        }
        line.push(':');
        line.push_str(&self.value);
        let mut length = 0;
        for c in line.chars() {
            if length + c.len_utf8() > 75 {
                out.push_str("\r\n ");
                length = 1;
            }
            out.push(c);
            length += c.len_utf8();
        }
        out.push_str("\r\n");
    }
}

/// Escapes a text.
pub(super) fn text(value: &str) -> String {
    escape(value, &[',', ';'])
}

/// Escapes a value in which commas and semicolons have no meaning, such as a URI.
pub(super) fn uri(value: &str) -> String {
    escape(value, &[])
}

/// Line ends become `\n`; other control characters have no place in a vCard.
fn escape(value: &str, separators: &[char]) -> String {
    let mut out = String::with_capacity(value.len());
    let mut after_cr = false;
    for c in value.chars() {
        match c {
            '\n' if after_cr => {}
            '\n' | '\r' => out.push_str("\\n"),
            '\\' => out.push_str("\\\\"),
            c if separators.contains(&c) => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
        after_cr = c == '\r';
    }
    out
}

/// Quotes a parameter's value where it needs it; quotes inside are written as RFC 6868 says.
fn quoted(value: &str) -> String {
    let value = uri(&value.replace('^', "^^").replace('"', "^'"));
    let plain = value.chars().all(|c| !matches!(c, ',' | ':' | ';' | '=' | ' ' | '\t' | '\\'));
    if plain { value } else { format!("\"{value}\"") }
}

/// Makes a property's name one that readers know is none of theirs, if it is no name.
fn name(name: &str) -> String {
    if is_token(name) {
        return name.to_owned();
    }
    let clean: String = name.chars().filter(|c| is_token_char(*c)).collect();
    let clean = if clean.is_empty() { "UNNAMED" } else { &clean };
    let known = clean.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("X-"));
    if known { clean.to_owned() } else { format!("X-{clean}") }
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_token_char)
}

/// The underscore is in no standard and in many files.
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_line() {
        let mut line = Line::new("no\r\nname", text("a,b;c\\d\r\ne\rf\u{0}\u{85}"));
        line.param("LABEL", "x\r\ny\";z^");
        line.param("bad name", "1");
        let mut out = String::new();
        line.write(&mut out);
        assert_eq!(out, "X-noname;LABEL=\"x\\ny^';z^^\":a\\,b\\;c\\\\d\\ne\\nf\r\n");
    }

    #[test]
    fn folds_at_75_octets_between_characters() {
        let mut out = String::new();
        Line::new("NOTE", "ü".repeat(100)).write(&mut out);
        let lines: Vec<&str> = out.trim_end().split("\r\n ").collect();
        assert_eq!(lines.iter().map(|line| line.len()).collect::<Vec<_>>(), [75, 74, 56]);
        assert_eq!(lines.concat(), format!("NOTE:{}", "ü".repeat(100)));
    }
}
