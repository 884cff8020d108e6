//! The simulated disk: forgets what was not synced. A batch is there as a whole or not at all.

use std::collections::BTreeMap;

use contactmesh::book::Batch;

/// All records of a store.
pub type Image = BTreeMap<String, Vec<u8>>;

/// A disk with a cache that a power cut empties.
#[derive(Clone, Default)]
pub struct Disk {
    synced: Image,
    unsynced: Vec<Batch>,
}

impl Disk {
    /// Makes a disk that holds these records.
    pub fn of(image: Image) -> Self {
        Self { synced: image, unsynced: Vec::new() }
    }

    /// Writes a batch; it is safe only after the next sync.
    pub fn write(&mut self, batch: Batch) {
        self.unsynced.push(batch);
    }

    /// Makes everything written so far safe.
    pub fn sync(&mut self) {
        for batch in std::mem::take(&mut self.unsynced) {
            apply(&mut self.synced, batch);
        }
    }

    /// Cuts the power: the first `reached` unsynced batches happened to reach the medium, the others are gone. With
    /// `torn`, half of the next one is there too: what a store that does not commit atomically would leave.
    pub fn cut_power(&mut self, reached: usize, torn: bool) {
        let mut lost = std::mem::take(&mut self.unsynced).into_iter();
        for batch in lost.by_ref().take(reached) {
            apply(&mut self.synced, batch);
        }
        if torn && let Some(mut half) = lost.next() {
            half.del.clear();
            half.put.truncate(half.put.len().div_ceil(2));
            apply(&mut self.synced, half);
        }
    }

    /// Returns how many batches a power cut would put at risk.
    pub fn unsynced(&self) -> usize {
        self.unsynced.len()
    }

    /// Returns what a process reads that opens the store now.
    pub fn image(&self) -> Image {
        let mut image = self.synced.clone();
        self.unsynced.iter().for_each(|batch| apply(&mut image, batch.clone()));
        image
    }
}

fn apply(image: &mut Image, batch: Batch) {
    batch.del.iter().for_each(|key| {
        image.remove(key);
    });
    image.extend(batch.put);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(key: &str, value: u8) -> Batch {
        Batch { put: vec![(key.to_owned(), vec![value]), (format!("{key}2"), vec![value])], del: Vec::new() }
    }

    #[test]
    fn a_power_cut_takes_what_was_not_synced_and_nothing_else() {
        let mut disk = Disk::default();
        disk.write(put("a", 1));
        disk.sync();
        disk.write(put("b", 2));
        assert_eq!((disk.image().len(), disk.unsynced()), (4, 1));
        disk.cut_power(0, false);
        assert_eq!(disk.image().keys().collect::<Vec<_>>(), ["a", "a2"]);
    }

    #[test]
    fn unsynced_batches_survive_in_order_and_whole() {
        let mut disk = Disk::default();
        disk.write(put("a", 1));
        disk.write(Batch { put: Vec::new(), del: vec!["a".into()] });
        disk.write(put("c", 3));
        disk.cut_power(2, false);
        assert_eq!(disk.image().keys().collect::<Vec<_>>(), ["a2"]);
    }

    #[test]
    fn a_torn_batch_is_what_only_a_planted_bug_leaves() {
        let mut disk = Disk::default();
        disk.write(put("a", 1));
        disk.cut_power(0, true);
        assert_eq!(disk.image().keys().collect::<Vec<_>>(), ["a"]);
    }
}
