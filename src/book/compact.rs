//! Compaction: many small packs and pages become few, in one batch, without changing what they hold.

use super::{Batch, Book, pages};

/// Packs and pages below this size are worth joining.
const SMALL: usize = 256 << 10;
/// What joined packs grow to.
const LARGE: usize = 1 << 20;
/// How many small pages there may be.
const PAGES: usize = 64;

impl Book {
    /// Says whether compaction would be worth its commit.
    #[must_use]
    pub fn wants_compaction(&self) -> bool {
        self.page_sizes.values().filter(|size| **size < SMALL).count() > PAGES
    }

    /// Joins small packs, and small pages without what later pages replaced. Call between batches.
    pub fn compact(&mut self) -> Batch {
        let mut batch = Batch::default();
        let (put, del) = self.packs.join(SMALL, LARGE);
        del.into_iter().for_each(|key| batch.delete(key));
        put.into_iter().for_each(|(key, record)| batch.write(key, record));
        let small: Vec<u32> =
            self.page_sizes.iter().filter(|(_, size)| **size < SMALL).map(|(page, _)| *page).collect();
        if small.len() < 2 {
            return batch;
        }
        let joined = self.next_page;
        let mut out = pages::start();
        let is_small = |page: u32| small.binary_search(&page).is_ok();
        let mut moved: Vec<(String, bool, bool)> = Vec::new();
        for (id, slot) in self.slots.iter() {
            let row = slot.summary.is_some() && is_small(slot.row_page);
            let snapshot = slot.snapshot.as_ref().is_some_and(|snapshot| is_small(snapshot.page));
            if row {
                pages::write_row(&mut out, &self.slots, id);
            }
            if snapshot {
                pages::write_snapshot(&mut out, &self.slots, id);
            }
            if row || snapshot {
                moved.push((id.to_owned(), row, snapshot));
            }
        }
        for (id, row, snapshot) in moved {
            let Some(slot) = self.slots.get_mut(&id) else { continue };
            if row {
                slot.row_page = joined;
            }
            if snapshot && let Some(snapshot) = &mut slot.snapshot {
                snapshot.page = joined;
            }
        }
        for page in small {
            self.page_sizes.remove(&page);
            batch.delete(pages::key(page));
        }
        self.page_sizes.insert(joined, out.len());
        batch.write(pages::key(joined), out.finish());
        self.next_page += 1;
        batch
    }
}
