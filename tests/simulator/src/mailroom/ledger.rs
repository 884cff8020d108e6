//! The ledger: every text that anybody typed, and whether somebody who had it before their eyes put something else in
//! its place. Texts are told apart by themselves, so that nothing here needs to know which register holds one.

use std::collections::BTreeMap;

/// What became of a text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    /// Somebody who saw it wrote over it, took it away or decided against it.
    is_over: bool,
    /// Somebody who saw it deleted the card that it was in.
    is_deleted: bool,
    /// One of the two was so, at some time.
    was_given_up: bool,
    /// A run that ended well had it: a deletion there covers it.
    is_covered: bool,
    /// An answer may have covered it, as what the mailbox has no place for.
    may_be_covered: bool,
    /// It was written over before the answer came by which the book would know that it was there.
    is_in_question: bool,
    /// It was over once and typed again: of whoever writes over it nobody can tell which one they saw.
    is_again: bool,
    /// It was typed since the last run began.
    is_fresh: bool,
    /// It was typed more than once, by different people.
    is_shared: bool,
}

impl Standing {
    fn is_open(self) -> bool {
        !self.is_over && !self.is_deleted && !self.is_shared
    }
}

/// Every text that was typed.
#[derive(Default)]
pub struct Ledger(BTreeMap<String, Standing>);

impl Ledger {
    /// Somebody typed it.
    pub fn typed(&mut self, text: &str) {
        let standing = self.0.entry(text.to_owned()).or_default();
        *standing = Standing {
            is_shared: standing.is_shared,
            was_given_up: standing.was_given_up,
            is_again: standing.was_given_up,
            is_fresh: true,
            ..Standing::default()
        };
    }

    /// Somebody typed it, as somebody else did.
    pub fn shared(&mut self, text: &str) {
        self.0.entry(text.to_owned()).or_default().is_shared = true;
    }

    /// Somebody who saw it put something else in its place, or took it away.
    pub fn settled(&mut self, text: &str) {
        if let Some(standing) = self.0.get_mut(text) {
            (standing.is_over, standing.was_given_up) = (true, true);
        }
    }

    /// Somebody who saw it deleted the card that it was in.
    pub fn deleted(&mut self, text: &str) {
        if let Some(standing) = self.0.get_mut(text) {
            (standing.is_deleted, standing.was_given_up) = (true, true);
        }
    }

    /// Somebody brought the card back that it was in.
    pub fn restored(&mut self, text: &str) {
        if let Some(standing) = self.0.get_mut(text) {
            standing.is_deleted = false;
        }
    }

    /// Somebody chose it among the answers.
    pub fn chosen(&mut self, text: &str) {
        if let Some(standing) = self.0.get_mut(text) {
            (standing.is_over, standing.is_deleted) = (false, false);
        }
    }

    /// Says whether somebody typed a longer text that begins like this.
    pub fn is_beginning(&self, text: &str) -> bool {
        self.0.keys().any(|other| other != text && other.starts_with(text))
    }

    /// It was written over before the book could know that it was there.
    pub fn in_question(&mut self, text: &str) {
        if let Some(standing) = self.0.get_mut(text) {
            standing.is_in_question = true;
        }
    }

    /// Says whether it may be asked about although somebody wrote over it: before the book could know that it was
    /// there, or over an earlier one.
    pub fn is_in_question(&self, text: &str) -> bool {
        self.0.get(text).is_some_and(|standing| standing.is_in_question || standing.is_again)
    }

    /// Says whether somebody who saw it wrote over it, and nobody typed it since.
    pub fn is_over(&self, text: &str) -> bool {
        self.0.get(text).is_some_and(|standing| standing.is_over)
    }

    /// Says whether it was ever over, or deleted, even if somebody brought it back.
    pub fn was_given_up(&self, text: &str) -> bool {
        self.0.get(text).is_some_and(|standing| standing.was_given_up)
    }

    /// Returns what there is to know of a text, to be put back if the last act comes to nothing.
    pub fn standing(&self, text: &str) -> Option<Standing> {
        self.0.get(text).copied()
    }

    /// Puts back what was known of a text.
    pub fn put_back(&mut self, text: &str, standing: Option<Standing>) {
        match standing {
            Some(standing) => drop(self.0.insert(text.to_owned(), standing)),
            None => self.settled(text),
        }
    }

    /// A run begins: what was typed until now it can have.
    pub fn begin(&mut self) {
        self.0.values_mut().for_each(|standing| standing.is_fresh = false);
    }

    /// A run that ended well had it, unless it was typed while that was under way.
    pub fn covered(&mut self, text: &str) {
        if let Some(standing) = self.0.get_mut(text) {
            standing.is_covered |= !standing.is_fresh;
        }
    }

    /// An answer may have covered it: the mailbox has no place for it.
    pub fn may_be_covered(&mut self, text: &str) {
        if let Some(standing) = self.0.get_mut(text) {
            standing.may_be_covered = true;
        }
    }

    /// Says whether somebody typed it, or the beginning of it: systems cut.
    pub fn is_known(&self, text: &str) -> bool {
        let begins = |(known, _): (&String, _)| known.starts_with(text);
        self.0.range(text.to_owned()..).next().is_some_and(begins)
    }

    /// Says whether it must be somewhere still. Of what several people were given, one may go without the others.
    pub fn is_open(&self, text: &str) -> bool {
        self.0.get(text).is_some_and(|standing| standing.is_open())
    }

    /// Says whether a deletion in the system covers it.
    pub fn is_covered(&self, text: &str) -> bool {
        self.0.get(text).is_some_and(|standing| standing.is_covered)
    }

    /// Says whether a deletion in the system may cover it.
    pub fn is_perhaps_covered(&self, text: &str) -> bool {
        self.0.get(text).is_some_and(|standing| standing.is_covered || standing.may_be_covered)
    }

    /// Says whether more than one person was given it.
    pub fn is_shared(&self, text: &str) -> bool {
        self.0.get(text).is_some_and(|standing| standing.is_shared)
    }

    /// Returns every text that must be somewhere still.
    pub fn open(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, standing)| standing.is_open()).map(|(text, _)| text.as_str())
    }
}

/// Returns a text as it is compared: systems write numbers and addresses in their own way.
pub fn plain(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('+') {
        Some(number) => {
            number.chars().filter(char::is_ascii_digit).fold("+".to_owned(), |out, digit| out + &digit.to_string())
        }
        None => text.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_until_somebody_who_saw_it_writes_over_it() {
        let mut ledger = Ledger::default();
        ledger.typed("dr 7");
        ledger.covered("dr 7");
        assert!(!ledger.is_covered("dr 7"), "typed while the run was under way");
        ledger.begin();
        ledger.covered("dr 7");
        assert!(ledger.is_open("dr 7") && ledger.is_covered("dr 7") && ledger.is_known("dr"));
        ledger.settled("dr 7");
        assert!(!ledger.is_open("dr 7") && !ledger.is_known("mr"));
        ledger.typed("dr 7");
        assert!(ledger.is_open("dr 7") && !ledger.is_covered("dr 7"));
    }

    #[test]
    fn spellings_of_one_number_are_one_text() {
        assert_eq!(plain("+49 (30) 901 820"), plain("+4930901820"));
        assert_eq!(plain(" Jane@Example.com"), "jane@example.com");
    }
}
