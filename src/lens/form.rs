//! Canonical forms: which spellings of a text are one value to a system that rewrites what it is given. Two texts are
//! equal if their canonical forms are; a format-only difference is no change.
//!
//! Never stored in a card. Whatever could make a text reach somebody else (digits, letters, dialled signs) counts. Changing a form must not cause writes, so bases keep texts as returned, not forms.

use crate::normalise::{mail, text};

/// A kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Any text: NFC, LF line ends, no blanks at the ends, no control characters.
    Text,
    /// A text of several lines; blanks at their ends do not count.
    Lines,
    /// An e-mail address: case of A–Z does not count.
    Mail,
    /// A phone number: only digits, letters, a leading plus and the signs that are dialled count.
    Phone,
    /// A day. The time that comes with it does not count, beyond saying which day is meant.
    Date,
}

impl Form {
    /// Returns what the system is sent for a text of a card; `None` if it cannot hold it.
    #[must_use]
    pub fn spell(self, card: &str) -> Option<String> {
        match self {
            Self::Text | Self::Mail => Some(clean(card)),
            Self::Lines => Some(lines(card)),
            Self::Phone => Some(without_scheme(&clean(card)).to_owned()),
            Self::Date if clean(card).is_empty() => Some(String::new()),
            Self::Date => {
                let card = clean(card);
                let (day, time) = card.split_at_checked(10)?;
                let legal = Day::parse(day).is_some() && (time.is_empty() || time.starts_with('T'));
                legal.then(|| format!("{day}T00:00:00Z"))
            }
        }
    }

    /// Returns the canonical form of a text as the system has it; `None` if it is not of this kind.
    #[must_use]
    pub fn canonical(self, row: &str) -> Option<String> {
        match self {
            Self::Text => Some(clean(row)),
            Self::Lines => Some(lines(row)),
            Self::Mail => Some(mail(&clean(row))),
            Self::Phone => Some(phone(row)),
            Self::Date => day(&clean(row)),
        }
    }

    /// Returns what a card stores of a text as the system has it; `None` if it is not of this kind.
    #[must_use]
    pub fn value(self, row: &str) -> Option<String> {
        match self {
            Self::Text | Self::Mail | Self::Phone => Some(clean(row)),
            Self::Lines => Some(lines(row)),
            Self::Date => day(&clean(row)),
        }
    }
}

/// Says whether a text holds control characters other than line ends and tabs.
pub(super) fn has_controls(raw: &str) -> bool {
    raw.chars().any(is_control)
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

fn clean(raw: &str) -> String {
    if has_controls(raw) {
        let kept: String = raw.chars().filter(|c| !is_control(*c)).collect();
        return text(&kept).into_owned();
    }
    text(raw).into_owned()
}

fn lines(raw: &str) -> String {
    let clean = clean(raw);
    let trimmed: Vec<&str> = clean.split('\n').map(|line| line.trim_matches([' ', '\t', '\u{a0}'])).collect();
    trimmed.join("\n").trim_matches('\n').to_owned()
}

fn without_scheme(mut number: &str) -> &str {
    while let Some((scheme, rest)) = number.split_at_checked(4)
        && scheme.eq_ignore_ascii_case("tel:")
    {
        number = rest.trim_matches([' ', '\t', '\n', '\u{a0}']);
    }
    number
}

fn phone(raw: &str) -> String {
    let clean = clean(raw);
    let number = without_scheme(&clean);
    let mut out = String::with_capacity(number.len());
    if number.starts_with('+') {
        out.push('+');
    }
    let mut word = String::new();
    for c in number.chars() {
        if is_letter(c) {
            word.push(c.to_ascii_lowercase());
            continue;
        }
        end_word(&mut word, &mut out);
        if c.is_ascii_digit() || matches!(c, '*' | '#' | ',' | ';') {
            out.push(c);
        }
    }
    end_word(&mut word, &mut out);
    if out.is_empty() || out == "+" { number.to_owned() } else { out }
}

fn end_word(word: &mut String, out: &mut String) {
    if word.is_empty() {
        return;
    }
    // A blank stays between two words, so that dropping it does not make a third.
    if out.ends_with(is_letter) {
        out.push(' ');
    }
    out.push_str(if matches!(word.as_str(), "ext" | "extension") { "x" } else { word });
    word.clear();
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !c.is_ascii_digit()
}

/// Returns the day that a text with or without a time means; the empty text is the day of nobody.
fn day(row: &str) -> Option<String> {
    if row.is_empty() {
        return Some(String::new());
    }
    let (date, time) = row.split_at_checked(10)?;
    let date = Day::parse(date)?;
    if time.is_empty() {
        return Some(date.spell());
    }
    let time = time.strip_prefix('T')?;
    let (clock, zone) = time.split_at(time.find(['Z', '+', '-']).unwrap_or(time.len()));
    let mut numbers = clock.splitn(3, ':');
    let hour: u8 = two_digits(numbers.next()?)?;
    let minute = two_digits(numbers.next()?)?;
    let second = numbers.next().unwrap_or("00");
    let (second, fraction) = second.split_at_checked(2)?;
    let legal_fraction = fraction.strip_prefix('.').unwrap_or(fraction).bytes().all(|b| b.is_ascii_digit());
    if hour > 23 || minute > 59 || two_digits(second)? > 60 || !legal_fraction {
        return None;
    }
    // Midnight somewhere east of Greenwich, told in UTC, is the evening before.
    let is_evening = zone == "Z" && (hour, minute) > (12, 0);
    if is_evening { date.next()?.spell().into() } else { date.spell().into() }
}

#[derive(Clone, Copy)]
struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    fn parse(text: &str) -> Option<Self> {
        let [year @ .., b'-', _, _, b'-', _, _] = text.as_bytes() else { return None };
        if year.len() != 4 || !year.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let year: u16 = text.get(..4)?.parse().ok()?;
        let date = Self { year, month: two_digits(text.get(5..7)?)?, day: two_digits(text.get(8..10)?)? };
        let legal = year > 0 && (1..=12).contains(&date.month) && (1..=date.days_in_month()).contains(&date.day);
        legal.then_some(date)
    }

    fn days_in_month(self) -> u8 {
        let leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    fn next(self) -> Option<Self> {
        let Self { year, month, day } = self;
        if day < self.days_in_month() {
            Some(Self { day: day + 1, ..self })
        } else if month < 12 {
            Some(Self { month: month + 1, day: 1, ..self })
        } else if year < 9999 {
            Some(Self { year: year + 1, month: 1, day: 1 })
        } else {
            None
        }
    }

    fn spell(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn two_digits(text: &str) -> Option<u8> {
    let legal = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if legal { text.parse().ok() } else { None }
}
