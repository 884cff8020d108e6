//! Views: sets of changes, by their number in the model.

/// A set of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View(Vec<u64>);

impl View {
    /// Adds a change.
    pub fn insert(&mut self, change: usize) {
        if self.0.len() <= change / 64 {
            self.0.resize(change / 64 + 1, 0);
        }
        if let Some(word) = self.0.get_mut(change / 64) {
            *word |= 1 << (change % 64);
        }
    }

    /// Says whether a change is in it.
    pub fn contains(&self, change: usize) -> bool {
        self.0.get(change / 64).is_some_and(|word| word & (1 << (change % 64)) != 0)
    }

    /// Adds all changes of another view.
    pub fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    /// Returns the changes, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let bits = |word: u64| (0..64).filter(move |bit| word & (1_u64 << bit) != 0);
        self.0.iter().enumerate().flat_map(move |(at, word)| bits(*word).map(move |bit| at * 64 + bit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_holds_what_was_put_in() {
        let (mut a, mut b) = (View::default(), View::default());
        for number in [3, 64, 200] {
            a.insert(number);
        }
        b.insert(5);
        b.extend(&a);
        assert_eq!(b.iter().collect::<Vec<_>>(), [3, 5, 64, 200]);
        assert!(a.contains(200) && !a.contains(5) && !a.contains(9999));
    }
}
