//! The short way through the guard (format.md, section 3): a change that stands on everything the card has.
//!
//! The guard looks at a change and its ancestors. Where the ancestors are all the changes of the card, what the card
//! knows of itself is what they know, and nobody need decode them. Says yes or nothing: every other change goes the
//! long way, so that no rule is written twice.

use super::Card;
use crate::change::{Actor, Change};
use crate::contact::{ID, Value};

impl Card {
    /// Says that the guard accepts this change; `false` says nothing. Only for a card of which nothing is out.
    ///
    /// - Its dependencies are the heads: they are there, all changes of the card are its ancestors, and it is not one
    ///   of them, since a change of the card has a head that is no dependency of it: itself or a descendant.
    /// - Rule 2: counters grow along dependencies, so the greatest of the card is that of a head.
    /// - Rule 3: the actor's last change of the card is its last one among the ancestors.
    /// - Rule 4: a candidate of a register is an operation of an ancestor at that path.
    /// - Rule 5: as it stands; there are dependencies.
    #[must_use]
    pub fn surely_accepts(&self, change: &Change) -> bool {
        let own_id = |value: &Value| value.as_str() == Some(self.id());
        !self.heads.is_empty()
            && change.dependencies == self.heads
            && self.last_op.checked_add(1) == Some(change.start_op)
            && self.last_seq(&change.actor).checked_add(1) == Some(change.seq)
            && change.operations.iter().all(|operation| {
                let candidates = self.registers.at(&operation.path);
                let known = operation.predecessors.iter().all(|id| candidates.iter().any(|entry| entry.id == *id));
                known && (operation.path.as_str() != ID || own_id(&operation.value))
            })
    }

    /// Returns the number of an actor's last change of this card; 0 if there is none.
    fn last_seq(&self, actor: &Actor) -> u64 {
        let at = self.last_seqs.binary_search_by(|(other, _)| other.cmp(actor));
        at.ok().and_then(|at| self.last_seqs.get(at)).map_or(0, |(_, seq)| *seq)
    }

    /// Notes the number of a change.
    pub(super) fn note_seq(&mut self, actor: Actor, seq: u64) {
        match self.last_seqs.binary_search_by(|(other, _)| other.cmp(&actor)) {
            Ok(at) => {
                if let Some((_, last)) = self.last_seqs.get_mut(at) {
                    *last = seq.max(*last);
                }
            }
            Err(at) => self.last_seqs.insert(at, (actor, seq)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::change::{OpId, Operation, Verdict};
    use crate::contact::Path;
    use crate::hash::{Hash, sha256};
    use crate::history::History;

    const PATHS: [&str; 4] = ["id", "name", "name/given", "note"];

    /// What a step does: who writes, on what, and what of it is forged.
    type Step = (u8, u8, u8, u8);

    /// A change that an honest writer would make over `history` at `heads`, or one forged in one place.
    fn change(
        history: &History,
        card: &Card,
        heads: &[Hash],
        (actor, path, forged, salt): Step,
        number: u32,
    ) -> Change {
        let actor = [actor % 3; 16];
        let graph = history.graph();
        let marks = graph.ancestors(heads);
        let last_op = heads.iter().filter_map(|h| graph.node(h)).map(|n| n.last_op).max().unwrap_or(0);
        let then = history.card_at("c1", heads).unwrap_or_else(|| Card::new("c1"));
        let path = PATHS[usize::from(path) % PATHS.len()];
        let mut operation = Operation {
            path: Path::new(path).expect("legal"),
            value: Value::text(if path == ID { "c1".to_owned() } else { format!("v{salt}") }).expect("short"),
            predecessors: then.registers().all_ids(path),
        };
        let mut out = Change {
            hash: sha256(&[&number.to_le_bytes(), &[salt]]),
            actor,
            seq: graph.last_seq(&marks, &actor) + 1,
            start_op: last_op + 1,
            time: 0,
            message: "1 person r".into(),
            dependencies: heads.to_vec(),
            operations: Vec::new(),
        };
        match forged % 16 {
            0 => out.seq += u64::from(salt % 3),
            1 => out.seq = u64::from(salt % 3),
            2 => out.start_op += u32::from(salt % 3),
            3 => out.start_op = u32::from(salt % 4),
            4 => operation.predecessors = vec![OpId { counter: 1 + u32::from(salt % 6), actor: [salt % 3; 16] }],
            5 => operation.predecessors = card.registers().all_ids(PATHS[usize::from(salt) % PATHS.len()]),
            6 => operation.value = Value::text(format!("c{}", salt % 3)).expect("short"),
            8 => out.dependencies.push([salt; 32]),
            9 => out.dependencies.clear(),
            _ => {}
        }
        out.operations.push(operation);
        match history.changes().nth(usize::from(salt)).filter(|_| forged % 16 == 7) {
            Some((again, _)) => again.clone(),
            None => out,
        }
    }

    proptest! {
        #[test]
        fn what_the_short_way_accepts_the_guard_accepts(steps in prop::collection::vec(any::<(Step, u8)>(), 1..60)) {
            let (mut history, mut card) = (History::default(), Card::new("c1"));
            let (mut short, mut long) = (0, 0);
            for (number, (step, stand)) in (0..).zip(steps) {
                let known: Vec<Hash> = history.graph().nodes().iter().map(|node| node.hash).collect();
                // On all heads, on some of them, or on any older change.
                let heads = match stand % 4 {
                    0 => known.get(usize::from(stand) % known.len().max(1)).copied().into_iter().collect(),
                    1 => card.heads().iter().take(1).copied().collect(),
                    _ => card.heads().to_vec(),
                };
                let change = change(&history, &card, &heads, step, number);
                let verdict = history.graph().judge_change("c1", &change);
                let surely = card.surely_accepts(&change);
                prop_assert!(!surely || verdict == Verdict::Accepted, "{verdict:?} {change:?}");
                // An honest change over all heads does go the short way.
                let honest = step.2 % 16 >= 10 && !known.is_empty() && change.dependencies == card.heads();
                prop_assert!(!honest || surely, "{change:?}");
                if verdict == Verdict::Accepted {
                    let mut next = history.clone();
                    // The short way is for cards of which nothing is out.
                    if next.add(change.clone()) || next.changes().any(|(_, out)| out) {
                        prop_assert!(!surely, "a change on all heads puts nothing out");
                        continue;
                    }
                    history = next;
                    card.apply(&change);
                    prop_assert_eq!(&card, &history.card("c1"));
                    let copy = Card::from_snapshot("c1", &card.to_snapshot()).expect("readable");
                    prop_assert_eq!(&copy, &card);
                }
                short += u32::from(surely);
                long += u32::from(!surely);
            }
            prop_assert!(short + long > 0);
        }
    }
}
