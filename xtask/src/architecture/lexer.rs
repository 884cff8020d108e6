//! Rust source as a list of tokens: names, `::` and single characters, each with its line. Comments
//! and the contents of strings are dropped, and so is every item under `#[cfg(test)]`, because
//! tests may import what they like.

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or keyword.
    Name(String),
    /// `::`
    Path,
    /// Any other character that is not white space.
    Sign(char),
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its line, from 1.
    pub(crate) line: usize,
}

impl Token {
    /// Whether it is this name.
    pub(crate) fn is_name(&self, name: &str) -> bool {
        matches!(&self.kind, Kind::Name(own) if own == name)
    }

    /// Whether it is this character.
    pub(crate) fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// The tokens of a file, without its tests.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    without_tests(&scan(text))
}

struct Scanner {
    characters: Vec<char>,
    at: usize,
    line: usize,
}

impl Scanner {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek(0)?;
        self.at += 1;
        if character == '\n' {
            self.line += 1;
        }
        Some(character)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|character| character != '\n') {
            self.next();
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.skip(2);
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.skip(2);
                    if depth == 0 {
                        return;
                    }
                }
                (None, _) => return,
                _ => self.skip(1),
            }
        }
    }

    /// From the opening quote to behind the closing one.
    fn skip_quoted(&mut self, quote: char) {
        self.next();
        while let Some(character) = self.next() {
            if character == '\\' {
                self.next();
            } else if character == quote {
                return;
            }
        }
    }

    /// From the first `#` or quote of a raw string to behind its end.
    fn skip_raw(&mut self) {
        let mut hashes = 0;
        while self.peek(0) == Some('#') {
            hashes += 1;
            self.next();
        }
        self.next();
        while let Some(character) = self.next() {
            if character == '"' && (0..hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                self.skip(hashes);
                return;
            }
        }
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(character) = self.peek(0).filter(|c| c.is_alphanumeric() || *c == '_') {
            name.push(character);
            self.next();
        }
        name
    }

    /// Whether a raw string starts here, after a prefix such as `r` or `br`.
    fn is_raw_string(&self, prefix: &str) -> bool {
        let hashes = (0..).take_while(|ahead| self.peek(*ahead) == Some('#')).count();
        matches!(prefix, "r" | "br" | "cr") && self.peek(hashes) == Some('"')
    }
}

fn scan(text: &str) -> Vec<Token> {
    let mut scanner = Scanner { characters: text.chars().collect(), at: 0, line: 1 };
    let mut tokens = Vec::new();
    while let Some(character) = scanner.peek(0) {
        let line = scanner.line;
        let kind = match (character, scanner.peek(1)) {
            ('/', Some('/')) => {
                scanner.skip_line();
                continue;
            }
            ('/', Some('*')) => {
                scanner.skip_block_comment();
                continue;
            }
            ('"', _) => {
                scanner.skip_quoted('"');
                continue;
            }
            ('\'', next) => {
                // A character literal closes; a lifetime does not.
                if next == Some('\\') || scanner.peek(2) == Some('\'') {
                    scanner.skip_quoted('\'');
                } else {
                    scanner.next();
                    scanner.name();
                }
                continue;
            }
            (':', Some(':')) => {
                scanner.skip(2);
                Kind::Path
            }
            _ if character.is_alphabetic() || character == '_' => {
                let name = scanner.name();
                if scanner.is_raw_string(&name) {
                    scanner.skip_raw();
                    continue;
                }
                if name == "r" && scanner.peek(0) == Some('#') {
                    scanner.next();
                    Kind::Name(scanner.name())
                } else {
                    Kind::Name(name)
                }
            }
            _ => {
                scanner.next();
                if character.is_whitespace() {
                    continue;
                }
                Kind::Sign(character)
            }
        };
        tokens.push(Token { kind, line });
    }
    tokens
}

fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut rest = tokens;
    while let Some((first, tail)) = rest.split_first() {
        if is_test_attribute(rest) {
            rest = after_item(rest);
        } else {
            kept.push(first.clone());
            rest = tail;
        }
    }
    kept
}

/// `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn is_test_attribute(tokens: &[Token]) -> bool {
    let head: String = tokens
        .iter()
        .take(7)
        .map(|token| match &token.kind {
            Kind::Name(name) => name.clone(),
            Kind::Path => "::".to_owned(),
            Kind::Sign(sign) => sign.to_string(),
        })
        .collect();
    head.starts_with("#[cfg(test)") || head.starts_with("#[cfg(all(test")
}

/// What follows the item that starts here: its attributes, and all up to `;` or its closing brace.
fn after_item(tokens: &[Token]) -> &[Token] {
    let mut rest = tokens;
    while rest.first().is_some_and(|token| token.is_sign('#')) {
        rest = after_group(rest, '[', ']');
    }
    let end = rest.iter().position(|token| token.is_sign(';') || token.is_sign('{'));
    let Some(end) = end else {
        return &[];
    };
    let tail = rest.get(end..).unwrap_or_default();
    if tail.first().is_some_and(|token| token.is_sign(';')) {
        return tail.get(1..).unwrap_or_default();
    }
    let after = after_group(tail, '{', '}');
    // `use x::{…};` ends behind its semicolon.
    match after.split_first() {
        Some((token, tail)) if token.is_sign(';') => tail,
        _ => after,
    }
}

/// What follows the first group in these brackets.
fn after_group(tokens: &[Token], open: char, close: char) -> &[Token] {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        if token.is_sign(open) {
            depth += 1;
        } else if token.is_sign(close) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return tokens.get(index + 1..).unwrap_or_default();
            }
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        tokens(text)
            .into_iter()
            .filter_map(|token| match token.kind {
                Kind::Name(name) => Some(name),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn drops_comments_and_strings() {
        let text = r####"a // b
            /* c /* d */ e */ "f \" g" r#"h " i"# b"j" 'k' '\'' 'l: loop br##"m"# n"## o"####;
        // The prefix of a byte string is a name here; nobody imports it.
        assert_eq!(names(text), ["a", "b", "loop", "o"]);
    }

    #[test]
    fn drops_items_under_cfg_test() {
        let text = "a; #[cfg(test)] mod tests { fn b() { c } } d; #[cfg(test)] use e::{f}; g;
            #[cfg(test)] #[derive(H)] struct I; #[cfg(not(test))] fn j() {}";
        let found = names(text);
        assert_eq!(found, ["a", "d", "g", "cfg", "not", "test", "fn", "j"]);
    }

    #[test]
    fn keeps_lines() {
        let found = tokens("a\n\"x\ny\"\nb");
        assert_eq!(found.last().map(|token| token.line), Some(4));
    }
}
