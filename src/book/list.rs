//! Lists and searches over rows. Decodes no card whose row is stored.

use super::{Book, is_reserved};
use crate::error::Result;
use crate::table::Names;

/// Which rows are wanted.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Words that must all be found; empty for all cards.
    pub search: String,
    /// How many rows to pass over.
    pub offset: usize,
    /// The most rows to return; none for all.
    pub limit: Option<usize>,
    /// Deleted cards instead of live ones.
    pub deleted: bool,
    /// Only cards with open conflicts.
    pub conflicts: bool,
}

/// The ids of all cards in the order of their rows, brought up to date when a list is wanted.
#[derive(Default)]
pub struct Sorted {
    ids: Vec<Box<str>>,
    touched: Names,
    ready: bool,
}

impl Sorted {
    /// Notes that a card's row changed.
    pub fn touch(&mut self, id: &str) {
        if self.ready && !is_reserved(id) {
            self.touched.insert(id);
        }
    }
}

impl Book {
    /// Returns rows as JSON: `{"total": n, "rows": [row, …]}`, ascending by name.
    ///
    /// # Errors
    /// `store-damaged`, if a card whose row is missing cannot be read.
    pub fn list(&mut self, query: &ListQuery) -> Result<String> {
        self.make_rows()?;
        self.sort();
        let words: Vec<String> = query.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let rows = self.sorted.ids.iter().filter_map(|id| self.slots.get(id)?.summary.as_ref());
        let wanted = rows
            .filter(|row| row.live != query.deleted && (!query.conflicts || row.conflicts > 0) && row.matches(&words));
        let (mut total, mut taken, mut json) = (0_usize, 0_usize, String::from("{\"rows\":["));
        for row in wanted {
            if total >= query.offset && query.limit.is_none_or(|limit| taken < limit) {
                if taken > 0 {
                    json.push(',');
                }
                json.push_str(&row.json);
                taken += 1;
            }
            total += 1;
        }
        json.push_str(&format!("],\"total\":{total}}}"));
        Ok(json)
    }

    /// Returns the ids of live cards, ascending by name: `limit` of them from `offset` on.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn live_ids(&mut self, offset: usize, limit: usize) -> Result<Vec<String>> {
        self.make_rows()?;
        self.sort();
        let is_live = |id: &str| self.slots.get(id).and_then(|slot| slot.summary.as_ref()).is_some_and(|row| row.live);
        let live = self.sorted.ids.iter().filter(|id| is_live(id));
        Ok(live.skip(offset).take(limit).map(ToString::to_string).collect())
    }

    /// Brings the order up to date: anew if many rows changed, else one by one.
    fn sort(&mut self) {
        let slots = &self.slots;
        let key = |id: &str| slots.get(id).and_then(|slot| slot.summary.as_ref()).map_or("", |row| row.sort.as_ref());
        let sorted = &mut self.sorted;
        if sorted.ready && sorted.touched.len() * 8 < sorted.ids.len() {
            let touched = std::mem::take(&mut sorted.touched);
            if touched.is_empty() {
                return;
            }
            sorted.ids.retain(|id| !touched.contains(id));
            for id in touched.iter() {
                let own = (key(id), id.as_ref());
                let at = sorted.ids.partition_point(|other| (key(other), other.as_ref()) < own);
                sorted.ids.insert(at, id.as_str().into());
            }
            return;
        }
        let mut rows: Vec<(&str, &str)> = Vec::with_capacity(slots.len());
        for (id, slot) in slots.iter().filter(|(id, _)| !is_reserved(id)) {
            rows.push((slot.summary.as_ref().map_or("", |row| row.sort.as_ref()), id));
        }
        rows.sort_unstable();
        sorted.ids = rows.into_iter().map(|(_, id)| id.into()).collect();
        sorted.touched = Names::new();
        sorted.ready = true;
    }
}
