//! Delivery orders: every topological one, and random ones with duplicates and late ancestors.

use super::histories::Written;
use super::random::Random;

/// Every order in which each change comes after those it depends on; at most `most` of them.
pub fn all_orders(history: &[Written], most: usize) -> Vec<Vec<usize>> {
    let position = |hash| history.iter().position(|written| written.change.hash == hash);
    let needs: Vec<Vec<usize>> = history
        .iter()
        .map(|written| written.change.dependencies.iter().filter_map(|hash| position(*hash)).collect())
        .collect();
    let mut out = Vec::new();
    extend(&needs, &mut Vec::new(), &mut out, most);
    out
}

fn extend(needs: &[Vec<usize>], begun: &mut Vec<usize>, out: &mut Vec<Vec<usize>>, most: usize) {
    if out.len() == most {
        return;
    }
    if begun.len() == needs.len() {
        out.push(begun.clone());
        return;
    }
    for (next, before) in needs.iter().enumerate() {
        if !begun.contains(&next) && before.iter().all(|position| begun.contains(position)) {
            begun.push(next);
            extend(needs, begun, out, most);
            begun.pop();
        }
    }
}

/// All positions in random order, some of them twice.
pub fn shuffled(count: usize, random: &mut Random) -> Vec<usize> {
    let mut out: Vec<usize> = (0..count).collect();
    out.extend((0..count / 3).map(|_| random.below(count)));
    for place in (1..out.len()).rev() {
        out.swap(place, random.below(place + 1));
    }
    out
}
