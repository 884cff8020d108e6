//! What edits promise, card by card.

mod groups;

use super::*;
use crate::change::{Actor, Operation, Unwritten, encode};
use crate::contact::{Provenance, Value};
use crate::history::History;

/// A replica's copy of one card.
#[derive(Clone)]
struct Copy {
    card: Card,
    history: History,
    actor: Actor,
    seq: u64,
}

fn text(text: &str) -> Value {
    Value::Str(text.into())
}

impl Copy {
    fn new(actor: u8) -> Self {
        Self { card: Card::new("k1"), history: History::default(), actor: [actor; 16], seq: 0 }
    }

    fn write(&mut self, operations: Vec<Operation>) -> Change {
        self.write_over(operations, self.card.heads().to_vec())
    }

    fn write_over(&mut self, operations: Vec<Operation>, dependencies: Vec<Hash>) -> Change {
        self.seq += 1;
        let last = dependencies.iter().filter_map(|h| self.history.graph().node(h)).map(|n| n.last_op).max();
        let (change, bytes) = encode(Unwritten {
            actor: self.actor,
            seq: self.seq,
            start_op: last.unwrap_or(0) + 1,
            time: 0,
            message: Provenance::person("r").to_message(),
            dependencies,
            operations,
        })
        .expect("encodes");
        assert_eq!(crate::change::read(&bytes), Ok(change.clone()));
        self.receive(&change);
        change
    }

    fn receive(&mut self, change: &Change) {
        assert_eq!(self.history.graph().judge_change("k1", change), crate::change::Verdict::Accepted);
        self.history.add(change.clone());
        self.card.apply(change);
        self.history.judge_groups(&mut self.card);
        assert_eq!(Card::from_snapshot("k1", &self.card.to_snapshot()), Ok(self.card.clone()));
    }

    fn base<'a>(&'a self, seen: &'a Card) -> EditBase<'a> {
        EditBase {
            card: "k1",
            seen: seen.view(),
            under: seen.registers(),
            now: self.card.registers(),
            own_ids: false,
            #[cfg(feature = "planted-bugs")]
            bugs: PlantedBugs::default(),
        }
    }

    fn plan(&self, edits: &[(&str, Value)]) -> crate::error::Result<Vec<Operation>> {
        let edits: Vec<(String, Value)> = edits.iter().map(|(p, v)| ((*p).to_owned(), v.clone())).collect();
        edit(&self.base(&self.card), &edits, &mut || "random01".to_owned())
    }

    fn edit(&mut self, edits: &[(&str, Value)]) -> Change {
        let operations = self.plan(edits).expect("legal edit");
        self.write(operations)
    }

    fn value(&self, path: &str) -> String {
        self.card.view().value(path).to_plain()
    }

    fn conflict_paths(&self) -> Vec<String> {
        self.card.conflicts().iter().map(|c| format!("{} {}", c.kind.as_str(), c.path)).collect()
    }

    fn email(&self) -> String {
        format!("emails/{}", self.card.view().elements("emails").first().expect("an e-mail"))
    }
}

/// Two copies of Jane Doe, who has an e-mail and an address, and nothing in conflict.
fn jane() -> (Copy, Copy) {
    let mut one = Copy::new(1);
    let mut operations = one
        .plan(&[
            ("name/given", text("Jane")),
            ("name/surname", text("Doe")),
            ("emails/new/address", text("jane@example.com")),
            ("addresses/new/name", text("Main St 12")),
            ("addresses/new/locality", text("Boston")),
            ("note", text("n")),
        ])
        .expect("legal");
    operations.push(Operation {
        path: crate::contact::Path::new("id").expect("legal"),
        value: text("k1"),
        predecessors: Vec::new(),
    });
    let change = one.write(operations);
    let mut two = Copy::new(2);
    two.receive(&change);
    (one, two)
}

fn exchange(a: &mut Copy, b: &mut Copy, from_a: &[Change], from_b: &[Change]) {
    from_b.iter().for_each(|c| a.receive(c));
    from_a.iter().for_each(|c| b.receive(c));
    assert_eq!(state_hash(&a.card), state_hash(&b.card));
}

#[test]
fn disjoint_concurrent_edits_merge() {
    let (mut a, mut b) = jane();
    let x = a.edit(&[("note", text("a"))]);
    let y = b.edit(&[("titles/new/name", text("Dr"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    assert_eq!(a.value("note"), "a");
    assert_eq!(a.card.view().elements("titles").len(), 1);
    assert!(a.conflict_paths().is_empty());
}

#[test]
fn the_same_field_edited_on_both_sides_is_a_conflict_holding_both() {
    let (mut a, mut b) = jane();
    let x = a.edit(&[("note", text("a"))]);
    let y = b.edit(&[("note", text("b"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    assert_eq!(a.conflict_paths(), ["value note"]);
    let sides: Vec<String> = a.card.conflicts()[0].versions.iter().map(|v| v.value.to_plain()).collect();
    assert_eq!(sides, ["b", "a"]);
    // Editing the field in conflict replaces only what is shown; resolving replaces all.
    let z = a.edit(&[("note", text("c"))]);
    b.receive(&z);
    assert_eq!(b.card.conflicts()[0].versions.len(), 2);
    let conflict = b.card.conflicts().remove(0);
    let kept = conflict.versions.iter().find(|v| v.value == text("a")).expect("kept");
    let operations = resolve(&b.base(&b.card), &conflict, kept);
    let w = b.write(operations);
    a.receive(&w);
    assert_eq!((a.value("note"), a.conflict_paths().len()), ("a".into(), 0));
}

#[test]
fn a_form_that_was_open_while_a_sync_arrived_makes_a_conflict() {
    let (mut a, mut b) = jane();
    let (seen, heads) = (a.card.clone(), a.card.heads().to_vec());
    let y = b.edit(&[("note", text("from b"))]);
    a.receive(&y);
    let edits = [("note".to_owned(), text("typed"))];
    let operations = edit(&a.base(&seen), &edits, &mut String::new).expect("legal");
    let x = a.write_over(operations, heads);
    b.receive(&x);
    assert_eq!(a.conflict_paths(), ["value note"]);
    assert_eq!(state_hash(&a.card), state_hash(&b.card));
}

#[test]
fn removal_against_an_edit_inside_is_a_conflict_and_the_element_stays_visible() {
    let (mut a, mut b) = jane();
    let email = a.email();
    let x = a.edit(&[(&email, Value::Null)]);
    let y = b.edit(&[(&format!("{email}/address"), text("jd@example.com"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    assert_eq!(a.conflict_paths(), [format!("presence {email}")]);
    assert_eq!(a.value(&format!("{}/address", a.email())), "jd@example.com");
    assert!(a.card.is_in_conflict(&format!("{email}/address")));
}

#[test]
fn delete_against_edit_is_a_conflict_and_the_card_stays_visible() {
    let (mut a, mut b) = jane();
    let operations = delete(&a.base(&a.card));
    let x = a.write(operations);
    assert!(a.card.is_deleted() && a.conflict_paths().is_empty());
    let y = b.edit(&[("note", text("b"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    assert!(!a.card.is_deleted());
    assert_eq!(a.conflict_paths(), ["state state"]);
    for side in 0..2 {
        let (mut c, conflict) = (a.clone(), a.card.conflicts().remove(0));
        let operations = resolve(&c.base(&c.card), &conflict, &conflict.versions[side]);
        c.write(operations);
        assert_eq!(c.card.is_deleted(), side == 1);
        assert!(c.conflict_paths().is_empty());
    }
}

#[test]
fn halves_of_an_address_are_a_conflict_of_whole_addresses() {
    let (mut a, mut b) = jane();
    let address = format!("addresses/{}", a.card.view().elements("addresses")[0]);
    let (street, city) = (format!("{address}/name"), format!("{address}/locality"));
    let x = a.edit(&[(&street, text("Ring 1")), (&city, text("Berlin"))]);
    let y = b.edit(&[(&street, text("Main St 12a"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    assert_eq!(a.conflict_paths(), [format!("group {address}")]);
    // Editing another part of it decides nothing.
    let z = a.edit(&[(&format!("{address}/label"), text("home"))]);
    b.receive(&z);
    assert_eq!(a.conflict_paths(), [format!("group {address}")]);
    let mut conflict = a.card.conflicts().remove(0);
    conflict.versions = a.history.group_versions(&a.card, &address);
    let whole: Vec<Vec<String>> =
        conflict.versions.iter().map(|v| v.leaves.iter().map(|(_, v)| v.to_plain()).collect()).collect();
    assert_eq!(whole.len(), 2);
    assert!(whole.iter().any(|v| *v == ["Berlin", "Ring 1"] || *v == ["Boston", "Main St 12a"]), "{whole:?}");
    let chosen = &conflict.versions[1];
    let operations = resolve(&a.base(&a.card), &conflict, chosen);
    let z = a.write(operations);
    b.receive(&z);
    for (path, value) in &chosen.leaves {
        assert_eq!(b.card.registers().value(path), value);
    }
    assert!(b.conflict_paths().is_empty());
}

#[test]
fn equal_values_collapse() {
    let (mut a, mut b) = jane();
    let address = format!("addresses/{}/locality", a.card.view().elements("addresses")[0]);
    let x = a.edit(&[("note", text("same")), (&address, text("Berlin"))]);
    let y = b.edit(&[("note", text("same")), (&address, text("Berlin"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    assert!(a.conflict_paths().is_empty(), "{:?}", a.conflict_paths());
    let z = a.edit(&[("note", text("next"))]);
    b.receive(&z);
    assert_eq!(b.card.registers().at("note").len(), 1);
}

#[test]
fn writing_what_is_shown_writes_nothing() {
    let (a, _) = jane();
    assert!(a.plan(&[("note", text("n")), ("name/given", text("Jane"))]).expect("legal").is_empty());
    assert!(a.plan(&[("emails/new/address", text(" JANE@example.com"))]).expect("legal").len() <= 3);
}

#[test]
fn an_entry_added_by_hand_on_two_replicas_is_one_entry() {
    let (mut a, mut b) = jane();
    let x = a.edit(&[("phones/new/number", text("+1 555 0100"))]);
    let y = b.edit(&[("phones/new/number", text("+1 (555) 0100"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    assert_eq!(a.card.view().elements("phones").len(), 1);
}

#[test]
fn what_cannot_be_edited_is_said_with_what_to_do() {
    let (a, _) = jane();
    for (path, value, say) in [
        ("emails/nosuch/address", text("x"), "write `emails/new/…` to add one"),
        ("state", text("deleted"), "delete or restore"),
        ("id", text("k2"), "cannot be written"),
        ("emails/new/label", text("x"), "needs address"),
        ("name", text("x"), "write true, or null"),
        ("a//b", text("x"), "segment"),
    ] {
        let error = a.plan(&[(path, value)]).expect_err(path);
        assert!(error.message().contains(say), "{path}: {error}");
    }
}

#[test]
fn a_summary_shows_and_finds_the_card() {
    let (mut a, _) = jane();
    a.edit(&[("phones/new/number", text("+49 (30) 901820"))]);
    let row = Summary::of(&a.card);
    assert!(row.json.contains("\"name\":\"Jane Doe\"") && row.json.contains("jane@example.com"), "{}", row.json);
    assert!(row.matches(&["doe".into(), "+493090".into(), "boston".into()]));
    assert!(!row.matches(&["smith".into()]));
    let mut writer = crate::wire::Writer::default();
    row.write(&mut writer);
    assert_eq!(Summary::read(&mut crate::wire::Cursor::new(&writer.finish())), Ok(row));
}
