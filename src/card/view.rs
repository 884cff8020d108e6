//! Views: what a card shows. Outside groups in conflict that is the shown candidate of every register; of a group in
//! conflict it is one of its versions, whole: registers alone would show half of one address and half of another.
//!
//! Reads only. Which version is shown was decided when the group was judged.

use std::collections::BTreeMap;

use super::registers::{Registers, shown};
use super::shape::{group_of, presence_of};
use crate::change::OpId;
use crate::contact::{Path, Value, joined};
use crate::policy::is_presence;
use crate::sorted::sort_by;

/// What was decided of the groups that several changes touched without seeing each other, by presence: nothing if
/// their versions are equal, else the leaves of the shown version by full path, ascending.
pub(super) type Judged = BTreeMap<Path, Option<Vec<(Path, Value)>>>;

/// What a card shows.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    registers: &'a Registers,
    judged: &'a Judged,
}

impl<'a> View<'a> {
    pub(super) fn new(registers: &'a Registers, judged: &'a Judged) -> Self {
        Self { registers, judged }
    }

    /// Returns the view of a card that is not there yet.
    #[must_use]
    pub fn nothing() -> View<'static> {
        static REGISTERS: Registers = Registers::EMPTY;
        static JUDGED: Judged = BTreeMap::new();
        View { registers: &REGISTERS, judged: &JUDGED }
    }

    /// Returns the same decisions over other registers.
    #[cfg(feature = "planted-bugs")]
    pub(super) fn over(self, registers: &'a Registers) -> Self {
        Self { registers, ..self }
    }

    /// Returns the registers.
    #[must_use]
    pub fn registers(self) -> &'a Registers {
        self.registers
    }

    /// Returns the leaves of the shown version of a group in conflict.
    fn version(self, presence: &str) -> Option<&'a [(Path, Value)]> {
        // Hardly any card has one.
        if self.judged.is_empty() { None } else { self.judged.get(presence)?.as_deref() }
    }

    /// Returns the shown version of the group in conflict that a leaf is in.
    fn version_around(self, path: &str) -> Option<&'a [(Path, Value)]> {
        if self.judged.is_empty() { None } else { self.version(presence_of(path)?) }
    }

    /// Returns the shown value at a path; `Null` where there is none.
    #[must_use]
    pub fn value(self, path: &str) -> &'a Value {
        match self.version_around(path) {
            Some(version) => value_in(version, path),
            None => self.registers.value(path),
        }
    }

    /// Says whether an element, or the name, is there.
    #[must_use]
    pub fn is_present(self, presence: &str) -> bool {
        self.registers.is_present(presence)
    }

    /// Returns the leaves of an element or of the name that show a value, by path below it.
    pub fn leaves(self, presence: &str) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        let version = self.version(presence);
        let length = presence.len() + 1;
        self.registers.below(&joined(&[presence, ""])).filter_map(move |candidates| {
            let entry = shown(candidates)?;
            let value = version.map_or(&entry.value, |version| value_in(version, &entry.path));
            (!value.is_null()).then_some((entry.path.as_str().get(length..)?, value))
        })
    }

    /// Returns the value of a leaf of an element; `Null` where there is none.
    pub(super) fn leaf(self, presence: &str, leaf: &str) -> &'a Value {
        match self.version(presence) {
            Some(version) => value_in(version, &joined(&[presence, leaf])),
            None => self.registers.leaf(presence, leaf),
        }
    }

    /// Returns the ids of the present elements of a kind, in display order.
    #[must_use]
    pub fn elements(self, kind: &str) -> Vec<&'a str> {
        let mut out: Vec<(Option<&str>, &str)> = Vec::new();
        for entry in self.registers.below(kind).filter_map(shown) {
            let path = entry.path.as_str();
            let Some(id) = path.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/')) else { continue };
            if !id.contains('/') && entry.value == Value::Bool(true) {
                out.push((self.leaf(path, "order").as_str(), id));
            }
        }
        // One without an order comes last.
        let key = |(order, id): &(Option<&'a str>, &'a str)| (order.is_none(), *order, *id);
        sort_by(&mut out, |a, b| key(a) < key(b));
        out.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns every path that shows a value: nothing cleared, nothing inside what is not there.
    pub fn fields(self) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        // The leaves of an element are neighbours, so it is looked up once.
        let mut known = ("", true, None);
        self.registers.groups().filter_map(move |candidates| {
            let entry = shown(candidates)?;
            let path = entry.path.as_str();
            let presence = presence_of(path).unwrap_or_default();
            if presence != known.0 {
                known = (presence, presence.is_empty() || self.is_present(presence), self.version(presence));
            }
            let value = known.2.map_or(&entry.value, |version| value_in(version, path));
            (known.1 && !value.is_null()).then_some((path, value))
        })
    }

    /// Returns which operations an edit of a path overwrites, ascending: what its writer was shown there. `under` are
    /// the registers that the edit will stand on.
    #[must_use]
    pub fn overwritten(self, path: &str, under: &Registers) -> Vec<OpId> {
        if self.version(path).is_some() {
            // Equal presences of a group in conflict are different versions of it: naming all of them would decide.
            return self.registers.shown(path).map(|entry| entry.id).into_iter().collect();
        }
        match presence_of(path) {
            // A version is found again through its presence; its leaves may go.
            Some(presence) if self.is_mixed(presence, under) => under.all_ids(path),
            _ => self.registers.shown_ids(path),
        }
    }

    /// Adds to what is to be written inside groups the rest of the version that its writer was shown, as far as the
    /// registers that the edit will stand on show anything else: a new version is a whole one, too.
    pub fn complete(self, wanted: &mut BTreeMap<Path, Value>, under: &Registers) {
        // As nearly always: nothing in conflict, and no form was open.
        if self.judged.is_empty() && std::ptr::eq(self.registers, under) {
            return;
        }
        let mut presences: Vec<&str> = wanted.keys().filter_map(|path| presence_of(path)).collect();
        presences.dedup();
        let mut rest: Vec<(Path, Value)> = Vec::new();
        for presence in presences.into_iter().filter(|presence| self.is_mixed(presence, under)) {
            for candidates in under.below(&joined(&[presence, ""])) {
                let Some(entry) = shown(candidates) else { continue };
                let value = self.value(&entry.path);
                if candidates.len() > 1 || *value != entry.value {
                    rest.push((entry.path.clone(), value.clone()));
                }
            }
        }
        for (path, value) in rest {
            wanted.entry(path).or_insert(value);
        }
    }

    /// Says whether the registers that an edit will stand on hold other versions of a group than the one its writer
    /// was shown: it is in conflict, or the writer's own last change, which an edit always stands on, touched it after
    /// the form was opened.
    fn is_mixed(self, presence: &str, under: &Registers) -> bool {
        self.version(presence).is_some()
            || !std::ptr::eq(self.registers, under)
                && is_group(presence)
                && self.registers.all_ids(presence) != under.all_ids(presence)
    }
}

/// Says whether a path is the presence of a group: of the name or of an address.
pub(super) fn is_group(path: &str) -> bool {
    is_presence(path) && group_of(path) == Some(path)
}

fn value_in<'a>(version: &'a [(Path, Value)], path: &str) -> &'a Value {
    version.iter().find(|(other, _)| other.as_str() == path).map_or(&Value::Null, |(_, value)| value)
}
