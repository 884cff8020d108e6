//! What a card shows, as a lens reads it: paths and values, ascending, nothing cleared and nothing inside what is not
//! there. That is what a card's view lists; a lens lies below cards and takes the list.

use super::table::{Condition, Elements, Holds, Lens, Part, Says};
use crate::contact::{Path, Value, joined};
use crate::error::Result;
use crate::sorted::sort_by;

/// How often a component of a name or an address may repeat: `given`, `given_2` … `given_9`.
const REPEATS: usize = 9;

/// What one card shows.
#[derive(Debug)]
pub struct Shown<'a> {
    fields: Vec<(&'a str, &'a Value)>,
}

impl<'a> Shown<'a> {
    /// Takes the paths that show a value.
    #[must_use]
    pub fn new(fields: impl Iterator<Item = (&'a str, &'a Value)>) -> Self {
        let mut fields: Vec<_> = fields.filter(|(_, value)| !value.is_null()).collect();
        sort_by(&mut fields, |(a, _), (b, _)| a < b);
        Self { fields }
    }

    /// Returns all paths that show a value, ascending.
    pub fn paths(&self) -> impl Iterator<Item = &'a str> {
        self.fields.iter().map(|(path, _)| *path)
    }

    /// Returns the value at a path, if there is one.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<&'a Value> {
        let at = self.fields.binary_search_by(|(other, _)| (*other).cmp(path)).ok()?;
        self.fields.get(at).map(|(_, value)| *value)
    }

    /// Returns the ids of the elements of a kind: the primary one, then the others in display order.
    #[must_use]
    pub fn elements(&self, kind: &str) -> Vec<&'a str> {
        let prefix = joined(&[kind, ""]);
        let from = self.fields.partition_point(|(path, _)| *path < prefix.as_str());
        let below = self.fields.get(from..).unwrap_or_default().iter();
        let primary = self.value(&joined(&["primary", kind])).and_then(Value::as_str);
        let mut out: Vec<(bool, Option<&str>, &str)> = below
            .map_while(|(path, value)| Some((path.strip_prefix(&prefix)?, *value)))
            .filter(|(id, value)| !id.contains('/') && **value == Value::Bool(true))
            .map(|(id, _)| {
                let order = self.value(&joined(&[kind, id, "order"])).and_then(Value::as_str);
                (primary == Some(id), order, id)
            })
            .collect();
        // One without an order comes last.
        let key = |(primary, order, id): &(bool, Option<&'a str>, &'a str)| (!*primary, order.is_none(), *order, *id);
        sort_by(&mut out, |a, b| key(a) < key(b));
        out.into_iter().map(|(_, _, id)| id).collect()
    }

    /// Returns how well an element fits: the number of the first line whose conditions it meets.
    pub(super) fn rank(&self, elements: &Elements, id: &str) -> Option<usize> {
        let leaf = |leaf: &str| self.value(&joined(&[elements.kind, id, leaf]));
        let is_met = |condition: &Condition| match condition {
            Condition::Has(name) => leaf(name).is_some_and(|value| *value != Value::Bool(false)),
            Condition::Lacks(name) => leaf(name).is_none_or(|value| *value == Value::Bool(false)),
            Condition::Is(name, text) => leaf(name).and_then(Value::as_str) == Some(*text),
        };
        elements.takes.iter().position(|line| line.iter().all(is_met))
    }

    /// Returns what a part shows: its text, as a card spells it, and the leaves it is made of.
    pub(super) fn compose(&self, at: &At<'_>, part: &Part) -> (String, Vec<String>) {
        let mut leaves = Vec::new();
        let mut text = String::new();
        for line in part.lines {
            let before = leaves.len();
            for leaf in line.iter().flat_map(|leaf| at.repeats(leaf, part.repeats)) {
                let Some(value) = self.value(&leaf).filter(|value| !value.plain().trim().is_empty()) else { continue };
                if !text.is_empty() {
                    text.push(if leaves.len() > before { ' ' } else { '\n' });
                }
                text.push_str(&value.plain());
                leaves.push(leaf);
            }
        }
        if leaves.is_empty() {
            let instead = part.instead.iter().map(|leaf| at.path(leaf));
            if let Some((leaf, value)) = instead.filter_map(|leaf| self.value(&leaf).map(|value| (leaf, value))).next()
            {
                text = value.to_plain();
                leaves.push(leaf);
            }
        }
        (text, leaves)
    }
}

/// Where the leaves of a part lie.
pub(super) struct At<'a> {
    /// The element; none for leaves of the card itself.
    presence: Option<String>,
    holds: &'a Holds,
}

impl<'a> At<'a> {
    pub(super) fn new(holds: &'a Holds, element: Option<&str>) -> Self {
        let presence = match (holds, element) {
            (Holds::Elements(elements), Some(id)) => Some(joined(&[elements.kind, id])),
            _ => None,
        };
        Self { presence, holds }
    }

    /// Says whether there is a place for leaves: an element is needed where elements sit.
    pub(super) fn exists(&self) -> bool {
        self.presence.is_some() || matches!(self.holds, Holds::Leaves)
    }

    pub(super) fn path(&self, leaf: &str) -> String {
        match &self.presence {
            Some(presence) => joined(&[presence, leaf]),
            None => leaf.to_owned(),
        }
    }

    fn repeats(&self, leaf: &str, repeats: bool) -> impl Iterator<Item = String> + use<> {
        let first = self.path(leaf);
        let more = (2..=if repeats { REPEATS } else { 0 }).map({
            let first = first.clone();
            move |number| format!("{first}_{number}")
        });
        std::iter::once(first).chain(more)
    }

    /// Returns every leaf a part may show.
    pub(super) fn leaves(&self, part: &Part) -> Vec<String> {
        let lines = part.lines.iter().flat_map(|line| line.iter());
        let instead = part.instead.iter().map(|leaf| self.path(leaf));
        lines.flat_map(|leaf| self.repeats(leaf, part.repeats)).chain(instead).collect()
    }
}

impl Says {
    /// Returns the value.
    pub(super) fn value(self) -> Value {
        match self {
            Self::Yes => Value::Bool(true),
            Self::Text(text) => Value::Str(text.into()),
        }
    }
}

impl Lens {
    /// Says whether the lens shows or implies the leaf at a path of a card; what it does not is private to the book.
    /// Presences are no leaves.
    ///
    /// # Errors
    /// `bad-path` if the text is no path.
    pub fn covers(&self, path: &str) -> Result<bool> {
        Path::check(path)?;
        let mut segments = path.splitn(3, '/');
        let (kind, id, leaf) = (segments.next(), segments.next(), segments.next());
        let of_kind = |elements: &Elements| Some(elements.kind) == kind;
        Ok(self.fields.iter().any(|field| {
            let element = field.elements().filter(|elements| of_kind(elements)).and(id);
            let at = At::new(&field.holds, element);
            let implied = field.elements().filter(|elements| of_kind(elements) && leaf.is_some());
            at.exists() && field.parts.iter().any(|part| at.leaves(part).iter().any(|leaf| leaf == path))
                || implied.is_some_and(|elements| elements.says.iter().any(|(says, _)| Some(*says) == leaf))
        }))
    }
}
