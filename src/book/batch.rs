//! Batches: what one commit writes to the store, all of it or nothing.

use crate::wire::Writer;

/// Records to put and to delete. Keys are plain text; the store knows nothing of what they mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Records to write.
    pub put: Vec<(String, Vec<u8>)>,
    /// Keys to delete.
    pub del: Vec<String>,
}

impl Batch {
    /// Writes a record. A key is put or deleted, never both.
    pub fn write(&mut self, key: String, value: Vec<u8>) {
        self.del.retain(|other| *other != key);
        self.put.push((key, value));
    }

    /// Deletes a record; one that this batch was to write is not written.
    pub fn delete(&mut self, key: String) {
        self.put.retain(|(other, _)| *other != key);
        self.del.push(key);
    }

    /// Adds a later batch to this one.
    pub fn merge(&mut self, later: Self) {
        later.del.into_iter().for_each(|key| self.delete(key));
        later.put.into_iter().for_each(|(key, value)| self.write(key, value));
    }

    /// Says whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.put.is_empty() && self.del.is_empty()
    }

    /// Writes the batch as bytes: count of puts, each key and value behind its length; count of deletes, each key.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.size(self.put.len());
        for (key, value) in &self.put {
            out.text(key);
            out.framed(value);
        }
        out.size(self.del.len());
        self.del.iter().for_each(|key| out.text(key));
        out.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_put_or_deleted_never_both() {
        let mut batch = Batch::default();
        batch.write("a".into(), vec![1]);
        batch.delete("a".into());
        batch.delete("b".into());
        let mut later = Batch::default();
        later.write("b".into(), vec![2]);
        batch.merge(later);
        assert_eq!((batch.put, batch.del), (vec![("b".into(), vec![2])], vec!["a".into()]));
    }
}
