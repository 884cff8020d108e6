//! The full name that follows from the components of a name, and their usual order.
//!
//! A full name is only worth keeping if it says more than this derivation. This module knows nothing of cards: it
//! takes kinds and values.

/// The order in which components are shown and written when nothing else is known.
pub(crate) const NAME_ORDER: &[&str] =
    &["title", "given", "given2", "surname", "surname2", "generation", "credential", "separator"];

/// The same for addresses: from the smallest part to the largest.
pub(crate) const ADDRESS_ORDER: &[&str] = &[
    "postOfficeBox",
    "room",
    "apartment",
    "floor",
    "building",
    "number",
    "name",
    "block",
    "direction",
    "landmark",
    "subdistrict",
    "district",
    "locality",
    "region",
    "postcode",
    "country",
    "separator",
];

/// Splits a leaf such as `given_2` into its component kind and its number among equals.
pub(crate) fn component<'a>(leaf: &'a str, order: &[&str]) -> Option<(&'a str, u32)> {
    let (kind, number) = match leaf.split_once('_') {
        Some((kind, number)) => (kind, number.parse().ok().filter(|n| (2..1_000).contains(n))?),
        None => (leaf, 1),
    };
    order.contains(&kind).then_some((kind, number))
}

/// Names the leaf of the `number`-th component of a kind.
pub(crate) fn leaf(kind: &str, number: u32) -> String {
    if number < 2 { kind.to_owned() } else { format!("{kind}_{number}") }
}

/// Sorts leaves into the usual order.
pub(crate) fn sort(leaves: &mut [&str], order: &[&str]) {
    leaves.sort_by_key(|leaf| {
        component(leaf, order).map_or((usize::MAX, 0), |(kind, number)| {
            (order.iter().position(|k| *k == kind).unwrap_or(usize::MAX), number)
        })
    });
}

/// Derives the full name from (kind, value) pairs.
pub(crate) fn derive<'a>(components: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut all: Vec<(&str, &str)> = components
        .into_iter()
        .filter(|(leaf, _)| component(leaf, NAME_ORDER).is_some_and(|(kind, _)| kind != "separator"))
        .collect();
    all.sort_by_key(|(leaf, _)| {
        component(leaf, NAME_ORDER).map(|(kind, number)| (NAME_ORDER.iter().position(|k| *k == kind), number))
    });
    squeeze(&all.iter().map(|(_, value)| *value).collect::<Vec<_>>().join(" "))
}

/// Makes every run of white space one space, and none at the ends.
pub(crate) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_follows_from_its_components() {
        let name = [("surname", "Doe"), ("given", "Jane"), ("given_2", "Q."), ("title", "Dr."), ("credential", "MD")];
        assert_eq!(derive(name), "Dr. Jane Q. Doe MD");
    }

    #[test]
    fn strange_leaves_are_no_components() {
        assert_eq!(component("given_2", NAME_ORDER), Some(("given", 2)));
        assert_eq!(component("given_1", NAME_ORDER), None);
        assert_eq!(component("full", NAME_ORDER), None);
        assert_eq!(component("given_x", NAME_ORDER), None);
    }
}
