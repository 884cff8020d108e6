//! Whole addresses and names: every version that a book writes is one that somebody had in front of them.

use super::*;
use crate::change::{Operation, Unwritten, encode};
use crate::contact::{NAME, Path};
use crate::wire::Packer;

fn leaves(replica: &mut Replica, id: &str, presence: &str) -> Vec<String> {
    let view = replica.book.card(id).expect("there").view();
    view.leaves(presence).map(|(leaf, value)| format!("{leaf}={}", value.to_plain())).collect()
}

#[test]
fn an_old_form_saved_after_another_one_makes_the_version_that_was_in_it() {
    let mut a = Replica::new(1);
    let id = a.create(&[("name/given", "Jane"), ("name/surname", "Doe")]);
    let form = a.book.revision(&id).expect("there");
    a.edit(&id, &[("name/title", "Dr"), ("name/given", "Joan")]);
    let edits = [("name/surname".to_owned(), text("Roe"))];
    let provenance = Provenance::person(a.book.replica());
    assert_eq!(a.book.edit(&id, Some(&form), &edits, &Clock { now: 1, provenance: &provenance }), Ok(true));
    a.commit();
    let versions: Vec<Vec<String>> = a.book.conflicts_of(&id).expect("there")[0]
        .versions
        .iter()
        .map(|version| version.leaves.iter().map(|(path, value)| format!("{path}={}", value.to_plain())).collect())
        .collect();
    let typed = ["name/given=Jane".to_owned(), "name/surname=Roe".to_owned()];
    let other = ["name/given=Joan".to_owned(), "name/surname=Doe".to_owned(), "name/title=Dr".to_owned()];
    assert_eq!(versions, [typed.to_vec(), other.to_vec()]);
    assert_eq!(leaves(&mut a, &id, "name"), ["given=Jane", "surname=Roe"]);
    a.reopen();
    assert_eq!(leaves(&mut a, &id, "name"), ["given=Jane", "surname=Roe"]);
}

#[test]
fn an_import_into_an_address_in_conflict_makes_a_whole_version_too() {
    let (mut a, mut b, mut log) = (Replica::new(1), Replica::new(2), Vec::new());
    let id = a.import(JANE).created[0].clone();
    converge(&mut [&mut a, &mut b], &mut log);
    let address = {
        let card = a.book.card(&id).expect("there");
        format!("addresses/{}", card.view().elements("addresses")[0])
    };
    let at = |leaf: &str| format!("{address}/{leaf}");
    a.edit(&id, &[(&at("locality"), "Berlin"), (&at("postcode"), "10115")]);
    b.edit(&id, &[(&at("region"), "MA"), (&at("floor"), "2")]);
    converge(&mut [&mut a, &mut b], &mut log);
    let shown = leaves(&mut a, &id, &address);
    // The same address as far as its key goes, and one leaf more.
    let more: String =
        shown.iter().filter_map(|leaf| leaf.split_once('=')).fold(String::new(), |all, (leaf, value)| {
            if leaf == "order" { all } else { format!("{all}\"{leaf}\":\"{value}\",") }
        });
    let file = format!(
        r#"[{{"uid":"u1","fields":{{"name/given":"Jane"}},"elements":[
            {{"kind":"emails","fields":{{"address":"jane@example.com"}}}},
            {{"kind":"addresses","fields":{{{more}"label":"home"}}}}]}}]"#
    );
    assert_eq!(b.import(&file).updated, [id.as_str()]);
    converge(&mut [&mut a, &mut b], &mut log);
    let now = leaves(&mut a, &id, &address);
    let mut expected = shown;
    expected.push("label=home".to_owned());
    expected.sort();
    assert_eq!(now, expected);
    assert_eq!(a.book.conflicts_of(&id).expect("there").len(), 1);
}

#[test]
fn changes_that_follow_each_other_are_taken_in_by_a_card_that_was_judged_while_the_first_came() {
    let (mut a, mut b, mut log) = (Replica::new(1), Replica::new(2), Vec::new());
    let id = a.import(JANE).created[0].clone();
    converge(&mut [&mut a, &mut b], &mut log);
    a.edit(&id, &[("name/given", "Joan")]);
    b.edit(&id, &[("name/surname", "Roe")]);
    converge(&mut [&mut a, &mut b], &mut log);
    // Nothing of the card is decoded: judging its name takes its history, just before the change that comes is added.
    b.reopen();
    a.edit(&id, &[("language", "de")]);
    a.edit(&id, &[("language", "fr")]);
    converge(&mut [&mut a, &mut b], &mut log);
    assert_eq!((b.value(&id, "language"), b.book.status().expect("readable").waiting), ("fr".to_owned(), 0));
}

#[test]
fn an_answer_that_a_version_of_a_name_hid_can_be_chosen() {
    let (mut a, mut b, mut log) = (Replica::new(1), Replica::new(2), Vec::new());
    let id = a.create(&[("name/given", "Jane"), ("name/surname", "Doe")]);
    converge(&mut [&mut a, &mut b], &mut log);
    a.edit(&id, &[("name/surname", "Poe")]);
    b.edit(&id, &[("name/surname", "Roe")]);
    converge(&mut [&mut a, &mut b], &mut log);
    // A third program says that the two names are one, and leaves the surname open.
    let card = a.book.card(&id).expect("there");
    let name = Operation {
        path: Path::new(NAME).expect("legal"),
        value: Value::Bool(true),
        predecessors: card.registers().all_ids(NAME),
    };
    let (change, bytes) = encode(Unwritten {
        actor: [9; 16],
        seq: 1,
        start_op: card.last_op() + 1,
        time: 0,
        message: Provenance::person("third").to_message(),
        dependencies: card.heads().to_vec(),
        operations: vec![name],
    })
    .expect("encodes");
    let mut packer = Packer::default();
    packer.add(&id, &change.hash, &bytes);
    let chunks = packer.finish();
    b.edit(&id, &[("name/surname", "Coe")]);
    converge(&mut [&mut a, &mut b], &mut log);
    for replica in [&mut a, &mut b] {
        for chunk in &chunks {
            replica.book.receive("another", chunk).expect("fits");
        }
        replica.commit();
        let conflicts = replica.book.conflicts_of(&id).expect("there");
        assert_eq!(conflicts.iter().map(|c| c.path.as_str()).collect::<Vec<_>>(), ["name"]);
        let surname = |version: &crate::card::Version| version.leaves.last().map(|(_, value)| value.to_plain());
        let surnames: Vec<String> = conflicts[0].versions.iter().filter_map(surname).collect();
        let mut sorted = surnames.clone();
        sorted.sort();
        assert_eq!(sorted, ["Coe", "Poe", "Roe"]);
        for (at, chosen) in surnames.iter().enumerate() {
            let mut copy = Replica::new(3);
            copy.disk.clone_from(&replica.disk);
            copy.reopen();
            let provenance = Provenance::person("r");
            let clock = Clock { now: 1, provenance: &provenance };
            copy.book.resolve(&id, None, NAME, at + 1, &clock).expect("a side");
            assert_eq!((copy.value(&id, "name/given"), &copy.value(&id, "name/surname")), ("Jane".to_owned(), chosen));
            assert!(copy.book.conflicts_of(&id).expect("there").is_empty());
        }
    }
}
