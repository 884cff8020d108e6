//! Users who are quick: the mailbox tells seconds apart and no more, so people may be written down in the same one, and be
//! edited and moved in it too.

use super::Mailroom;
use crate::violation::Checked;

/// How often users are quick with a row that was just made, in a thousand.
const HASTE: usize = 250;
/// For how many steps a second lasts, at most, where the clock stands.
const LONG_SECOND: usize = 10;

impl Mailroom {
    /// What users do with a row in the second in which it was made, by them or by a flow; and to other rows.
    pub fn hurry(&mut self, id: &str) -> Checked<()> {
        if !self.strikes(HASTE) {
            return Ok(());
        }
        self.stats.count("rows that users are quick with");
        let mut id = id.to_owned();
        for _ in 0..=self.random.below(3) {
            match self.random.below(4) {
                0 => drop(self.add_somebody()),
                1 => id = self.move_there(&id).unwrap_or(id),
                _ => self.edit_there(&id),
            }
        }
        self.still = self.random.below(LONG_SECOND);
        Ok(())
    }

    /// Time passes between two things that happen, unless they are of one second.
    pub fn pass(&mut self) {
        if self.still > 0 {
            self.still -= 1;
            return;
        }
        self.flow.mailbox.now += i64::try_from(self.random.below(self.weather.lull)).unwrap_or_default();
    }
}
