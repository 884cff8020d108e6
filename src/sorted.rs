//! One short sort for every type.
//!
//! The sorts of the standard library weigh about ten kilobytes for each type they are used with, most of it for long
//! lists. A card sorts a handful of heads, operations and elements. Long lists (the rows of a book) keep the standard
//! one.

/// Up to this many items behind a sorted start are put in place one by one.
const FEW: usize = 24;

/// Sorts in place; the order of equal items is not kept.
pub fn sort_by<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    sort(&mut List { items, less });
}

/// What the sort needs of a list; behind a trait object, so that its code exists once.
trait Sortable {
    fn len(&self) -> usize;
    fn less(&self, a: usize, b: usize) -> bool;
    fn swap(&mut self, a: usize, b: usize);
}

struct List<'a, T, F> {
    items: &'a mut [T],
    less: F,
}

impl<T, F: Fn(&T, &T) -> bool> Sortable for List<'_, T, F> {
    fn len(&self) -> usize {
        self.items.len()
    }

    fn less(&self, a: usize, b: usize) -> bool {
        matches!((self.items.get(a), self.items.get(b)), (Some(a), Some(b)) if (self.less)(a, b))
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.items.swap(a, b);
    }
}

/// By insertion if little is out of place, else as a heap, so that no input takes quadratic time.
#[inline(never)]
fn sort(list: &mut dyn Sortable) {
    let len = list.len();
    let mut sorted = 1;
    while sorted < len && !list.less(sorted, sorted - 1) {
        sorted += 1;
    }
    if len.saturating_sub(sorted) <= FEW {
        for item in sorted..len {
            let mut at = item;
            while at > 0 && list.less(at, at - 1) {
                list.swap(at, at - 1);
                at -= 1;
            }
        }
        return;
    }
    for root in (0..len / 2).rev() {
        sift(list, root, len);
    }
    for end in (1..len).rev() {
        list.swap(0, end);
        sift(list, 0, end);
    }
}

/// Lets an item sink to its place in the heap that ends at `end`.
fn sift(list: &mut dyn Sortable, mut root: usize, end: usize) {
    loop {
        let mut child = 2 * root + 1;
        if child >= end {
            return;
        }
        if child + 1 < end && list.less(child, child + 1) {
            child += 1;
        }
        if !list.less(root, child) {
            return;
        }
        list.swap(root, child);
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_length_and_disorder_are_sorted() {
        let mut state = 7_u32;
        for len in (0..70).chain([500, 1000]) {
            for most in [2, 10, 1_000_000] {
                let mut list: Vec<u32> = Vec::new();
                for _ in 0..len {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    list.push((state >> 8) % most);
                }
                let mut expected = list.clone();
                expected.sort_unstable();
                sort_by(&mut list, |a, b| a < b);
                assert_eq!(list, expected);
                list.extend([3, 1]);
                sort_by(&mut list, |a, b| a < b);
                assert!(list.is_sorted());
            }
        }
    }
}
