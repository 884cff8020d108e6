//! Tables and sets keyed by texts, ascending. The maps of the standard library weigh some kilobytes for each type they
//! hold; all of these are one map from texts to positions.

use std::collections::BTreeMap;

/// Values by text.
#[derive(Clone, Debug)]
pub struct Table<V> {
    index: BTreeMap<String, usize>,
    items: Vec<Option<V>>,
    free: Vec<usize>,
}

/// A set of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<String, usize>);

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { index: BTreeMap::new(), items: Vec::new(), free: Vec::new() }
    }
}

impl<V: PartialEq> PartialEq for Table<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other.iter()).all(|(a, b)| a == b)
    }
}

impl<V> Table<V> {
    /// Starts empty.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a value; returns the one that was there.
    pub fn insert(&mut self, key: impl Into<String>, value: V) -> Option<V> {
        let key = key.into();
        if let Some(item) = self.index.get(&key).and_then(|at| self.items.get_mut(*at)) {
            return item.replace(value);
        }
        match self.free.pop() {
            Some(at) => {
                if let Some(item) = self.items.get_mut(at) {
                    *item = Some(value);
                }
                self.index.insert(key, at);
            }
            None => {
                self.index.insert(key, self.items.len());
                self.items.push(Some(value));
            }
        }
        None
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let at = self.index.remove(key)?;
        self.free.push(at);
        self.items.get_mut(at)?.take()
    }

    /// Returns a value.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&V> {
        self.items.get(*self.index.get(key)?)?.as_ref()
    }

    /// Returns a value to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.items.get_mut(*self.index.get(key)?)?.as_mut()
    }

    /// Returns a value to be changed, made if there is none.
    pub fn or_default(&mut self, key: &str) -> &mut V
    where
        V: Default,
    {
        if !self.contains_key(key) {
            self.insert(key, V::default());
        }
        let at = self.index.get(key).copied().unwrap_or_default();
        if self.items.len() <= at {
            self.items.resize_with(at + 1, || None);
        }
        match self.items.get_mut(at) {
            Some(item) => item.get_or_insert_with(V::default),
            None => unreachable!("the list was made long enough"),
        }
    }

    /// Says whether there is a value.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.index.contains_key(key)
    }

    /// Returns texts and values.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &V)> {
        self.index.iter().filter_map(|(key, at)| Some((key, self.items.get(*at)?.as_ref()?)))
    }

    /// Returns the texts.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.index.keys()
    }

    /// Returns the values, ascending by text.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Returns the values to be changed, in no order.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.items.iter_mut().flatten()
    }

    /// Keeps the values that are to be kept.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &V) -> bool) {
        let gone: Vec<String> =
            self.iter().filter(|(key, value)| !keep(key, value)).map(|(key, _)| key.clone()).collect();
        gone.iter().for_each(|key| drop(self.remove(key)));
    }

    /// Returns how many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Says whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }
}

impl Names {
    /// Starts empty.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text; says whether it is new.
    pub fn insert(&mut self, name: impl Into<String>) -> bool {
        self.0.insert(name.into(), 0).is_none()
    }

    /// Takes a text out; says whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// Says whether a text is there.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Adds texts.
    pub fn extend(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            self.0.insert(name, 0);
        }
    }

    /// Returns the texts, ascending.
    pub fn iter(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<String> for Names {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        let mut out = Self::new();
        out.extend(names);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_a_map_in_order_whatever_was_taken_out_of_it() {
        let mut table: Table<u32> = Table::new();
        for (n, key) in ["d", "a", "c", "b", "a"].into_iter().enumerate() {
            table.insert(key, u32::try_from(n).expect("small"));
        }
        assert_eq!(table.remove("c"), Some(2));
        assert_eq!((table.remove("c"), table.get("a"), table.len()), (None, Some(&4), 3));
        table.insert("e", 9);
        *table.or_default("f") += 1;
        *table.or_default("e") += 1;
        let all: Vec<(&str, u32)> = table.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        assert_eq!(all, [("a", 4), ("b", 3), ("d", 0), ("e", 10), ("f", 1)]);
        table.retain(|key, _| key != "e");
        assert!(!table.contains_key("e"));
        let mut other: Table<u32> = Table::new();
        for (key, value) in [("f", 1), ("d", 0), ("b", 3), ("a", 4)] {
            other.insert(key, value);
        }
        assert!(table == other);
    }
}
