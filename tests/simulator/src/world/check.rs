//! After every step: what the touched cards show against what the model says they must.

use std::collections::{BTreeMap, BTreeSet};

use contactmesh::card::Card;
use contactmesh::contact::Value;

use super::World;
use crate::model::{Leaves, Model, View, is_group};
use crate::violation::{CONFLICTS, CONVERGENCE, Checked, DURABILITY, NO_INVENTION, NO_LOSS, broken};

impl World {
    /// Looks at every card of a replica after this step.
    pub fn touch_all(&mut self, r: usize) {
        let cards: Vec<String> = self.model.cards().map(str::to_owned).collect();
        let host = self.host(r);
        let there: Vec<String> = cards.into_iter().filter(|card| host.book.has(card)).collect();
        host.touched.extend(there);
    }

    /// I2, I11, I12: checks the cards that something happened to.
    pub fn check_touched(&mut self, r: usize) -> Checked<()> {
        for card in std::mem::take(&mut self.host(r).touched) {
            if self.model.is_exempt(&card) || !self.host(r).book.has(&card) {
                continue;
            }
            self.check_card(r, &card)?;
        }
        Ok(())
    }

    #[expect(clippy::indexing_slicing, reason = "hosts are numbered from 0 and never removed")]
    fn check_card(&mut self, r: usize, id: &str) -> Checked<()> {
        let (model, stats) = (&self.model, &mut self.stats);
        let host = &mut self.hosts[r];
        let conflicts = match host.book.conflicts_of(id) {
            Ok(conflicts) => conflicts,
            Err(error) => return broken(DURABILITY, format!("replica {r} cannot read card {id}: {error}")),
        };
        stats.count("cards checked");
        stats.add("conflicts seen", conflicts.len());
        let at = format!("replica {r}, card {id}");
        let Ok(card) = host.book.card(id) else {
            return broken(DURABILITY, format!("{at}: it cannot be read"));
        };
        check_registers(model, card, &host.known, &at)?;
        let listed: BTreeSet<String> = conflicts.iter().map(|conflict| conflict.path.to_string()).collect();
        let expected = model.conflicts(id, &host.known);
        if let Some(hidden) = expected.difference(&listed).next() {
            return broken(CONFLICTS, format!("{at}: the conflict at {hidden} is not shown"));
        }
        if let Some(made_up) = listed.difference(&expected).next() {
            return broken(CONFLICTS, format!("{at}: {made_up} is shown as a conflict and is none"));
        }
        for conflict in &conflicts {
            let path = conflict.path.as_str();
            let ours: BTreeSet<(Value, Leaves)> = if is_group(path) {
                stats.count("group conflicts seen");
                model.sides(id, path, &host.known)
            } else {
                model.values(id, path, &host.known).into_iter().map(|value| (value.clone(), Leaves::new())).collect()
            };
            let leaves = |leaves: &[(contactmesh::contact::Path, Value)]| -> Leaves {
                leaves.iter().map(|(path, value)| (path.to_string(), value.clone())).collect()
            };
            let theirs: BTreeSet<(Value, Leaves)> =
                conflict.versions.iter().map(|version| (version.value.clone(), leaves(&version.leaves))).collect();
            if ours != theirs {
                return broken(CONFLICTS, format!("{at}: the conflict at {path} shows {theirs:?} instead of {ours:?}"));
            }
        }
        check_groups(model, card, &host.known, &at)
    }
}

/// I2, I11 and I12 for every register: exactly the values that nobody wrote over who had seen them.
fn check_registers(model: &Model, card: &Card, view: &View, at: &str) -> Checked<()> {
    let id = card.id();
    let mut shown: BTreeMap<&str, BTreeSet<&Value>> = BTreeMap::new();
    for entry in card.registers().entries() {
        shown.entry(entry.path.as_str()).or_default().insert(&entry.value);
    }
    let nothing = BTreeSet::new();
    for path in model.paths(id) {
        let ours = model.values(id, path, view);
        let theirs = shown.remove(path).unwrap_or_default();
        if let Some(lost) = ours.difference(&theirs).next() {
            let (invariant, was) = if ours.len() > 1 {
                (CONFLICTS, "one side of a conflict that nobody decided")
            } else {
                (NO_LOSS, "which nobody overwrote who had seen it")
            };
            return broken(invariant, format!("{at}: {path} has lost {}, {was}", plain(lost)));
        }
        if let Some(extra) = theirs.difference(&ours).next() {
            let all = all_values(model, id, path);
            let invariant = if all.contains(extra) { CONFLICTS } else { NO_INVENTION };
            let what = if all.contains(extra) { "which was overwritten" } else { "which nobody wrote" };
            return broken(invariant, format!("{at}: {path} holds {}, {what}", plain(extra)));
        }
        if *card.registers().value(path) != model.value(id, path, view) {
            return broken(CONVERGENCE, format!("{at}: {path} shows another candidate than the rule says"));
        }
    }
    match shown.into_iter().find(|(_, values)| *values != nothing) {
        Some((path, _)) => broken(NO_INVENTION, format!("{at}: {path} holds a value and nobody ever wrote there")),
        None => Ok(()),
    }
}

fn all_values<'a>(model: &'a Model, card: &str, path: &str) -> BTreeSet<&'a Value> {
    model.ever(card, path).collect()
}

/// I11 for groups: what is shown, also while it is in conflict, was written as a whole by somebody.
fn check_groups(model: &Model, card: &Card, view: &View, at: &str) -> Checked<()> {
    let id = card.id();
    let groups = model.paths(id).filter(|path| is_group(path) && card.view().is_present(path));
    for presence in groups {
        let leaves = card.view().leaves(presence);
        let leaves: Leaves = leaves.map(|(leaf, value)| (format!("{presence}/{leaf}"), value.clone())).collect();
        if leaves != model.leaves(id, presence, view) {
            return broken(CONVERGENCE, format!("{at}: {presence} shows another version than the rule says"));
        }
        if !model.is_whole(id, presence, &leaves) {
            return broken(NO_INVENTION, format!("{at}: {presence} shows {leaves:?}, which nobody wrote as a whole"));
        }
    }
    Ok(())
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "that it was cleared".to_owned(),
        Value::Str(text) => format!("\"{}\"", text.chars().take(60).collect::<String>()),
        other => format!("{other:?}"),
    }
}
