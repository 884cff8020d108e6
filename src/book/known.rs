//! What a system is known to have seen: operations by path. A short list, because a row has some twenty paths.

use crate::change::OpId;
use crate::contact::Path;

/// Operations by path, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(Vec<(Path, Vec<OpId>)>);

impl Known {
    /// Starts with nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the operations of a path in place of those that were known.
    pub fn insert(&mut self, path: Path, ids: Vec<OpId>) {
        match self.find(&path) {
            Ok(at) => {
                if let Some((_, known)) = self.0.get_mut(at) {
                    *known = ids;
                }
            }
            Err(at) => self.0.insert(at, (path, ids)),
        }
    }

    /// Forgets a path.
    pub fn remove(&mut self, path: &str) {
        if let Ok(at) = self.find(path) {
            self.0.remove(at);
        }
    }

    /// Returns the operations of a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Vec<OpId>> {
        self.0.get(self.find(path).ok()?).map(|(_, ids)| ids)
    }

    /// Returns all paths with their operations.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Vec<OpId>)> {
        self.0.iter().map(|(path, ids)| (path, ids))
    }

    /// Keeps the paths that are to be kept.
    pub fn retain(&mut self, mut keep: impl FnMut(&Path) -> bool) {
        self.0.retain(|(path, _)| keep(path));
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns how many paths there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, path: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(path))
    }
}
