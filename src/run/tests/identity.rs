//! The traps of identity: rows that move, ids that are used again, mailboxes that were restored.

use serde_json::json;

use super::support::{FOLDER, Replica, flow, only, row, touch};

#[test]
fn t9_a_row_that_is_moved_keeps_its_card_in_either_order_and_after_three_runs() {
    for gap in 0..4 {
        let (mut d, mut o) = (Replica::new(1), flow());
        let jane = d.create(&[("name/given", "Jane"), ("notes/new/note", "only here")]);
        d.run(&mut o);
        d.run(&mut o);
        let id = only(&o);
        let kept = o.mailbox.get(&id).unwrap();
        if gap == 3 {
            // The copy is listed before the original is gone: no listing in between can tell.
            o.mailbox.relocate(&id, "Other").unwrap();
            o.mailbox.put_back(FOLDER, &kept);
            d.run(&mut o);
            assert_eq!(d.system.parked.len(), 1, "it waits for a complete listing");
            o.mailbox.delete(&id).unwrap();
        } else {
            let moved = o.mailbox.relocate(&id, "Other").unwrap();
            let row = o.mailbox.get(&moved).unwrap();
            o.mailbox.delete(&moved).unwrap();
            for _ in 0..gap {
                d.audit(&mut o);
            }
            o.mailbox.put_back("Other", &row);
        }
        for _ in 0..6 {
            d.audit(&mut o);
        }
        assert_eq!(d.cards(), [jane.as_str()], "gap {gap}");
        assert_eq!(d.all(&jane, "notes", "note"), ["only here"]);
        assert_eq!(d.system.row_of(&jane), Some(only(&o).as_str()));
        assert_eq!(o.mailbox.len(), 1, "gap {gap}");
        d.assert_quiet(&mut o);
    }
}

#[test]
fn t9_an_id_that_names_somebody_else_now_gives_nothing_away() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("name/surname", "Doe")]);
    d.run(&mut o);
    d.run(&mut o);
    let id = only(&o);
    o.mailbox.delete(&id).unwrap();
    let mut bob = json!({ "givenName": "Bob", "surname": "Roe", "homePhones": [], "emailAddresses": [] });
    let about = json!({ "id": id, "changeKey": "EQ-900", "createdDateTime": "2026-02-01T00:00:00Z", "lastModifiedDateTime": contactmesh_mailbox::stamp(o.mailbox.now + 60) });
    bob.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
    o.mailbox.put_back(FOLDER, &bob);
    let report = d.audit(&mut o);
    assert_eq!(report.alerts, ["recycled-id"]);
    assert_eq!(d.shows(&jane, "name/given"), "Jane");
    assert_eq!(d.cards().len(), 2);
    assert_eq!(o.mailbox.len(), 1);
    d.assert_quiet(&mut o);
}

#[test]
fn t10_a_restored_mailbox_is_held_and_each_answer_gives_what_it_says() {
    for answer in ["keep", "take"] {
        let (mut d, mut o) = (Replica::new(1), flow());
        for n in 0..40 {
            d.create(&[("name/given", "Jane"), ("name/surname", &format!("Old {n}"))]);
        }
        d.run(&mut o);
        d.run(&mut o);
        let backup = o.mailbox.rows(FOLDER);
        o.mailbox.now += 6_000;
        for id in o.mailbox.ids() {
            touch(&mut o, &id, json!({ "department": "New" }));
        }
        d.run(&mut o);
        d.run(&mut o);
        backup.iter().for_each(|row| o.mailbox.put_back(FOLDER, row));
        let report = d.audit(&mut o);
        let held = report.held.clone().unwrap_or_else(|| panic!("not held: {report:?}"));
        assert_eq!((held.kind.as_str(), held.cards.len()), ("restored", 40));
        let jane = d.cards()[0].clone();
        assert_eq!(d.all(&jane, "organizations", "units/1"), ["New"]);
        d.system.allowed = Some((held.token, answer.into()));
        for _ in 0..3 {
            d.audit(&mut o);
        }
        let expected: &[&str] = if answer == "keep" { &["New"] } else { &[] };
        for jane in d.cards() {
            assert_eq!(d.all(&jane, "organizations", "units/1"), expected, "{answer}");
        }
        let with = o.mailbox.rows(FOLDER).iter().filter(|row| row["department"] == "New").count();
        assert_eq!(with, if answer == "keep" { 40 } else { 0 }, "{answer}");
        d.assert_quiet(&mut o);
    }
}

#[test]
fn a_stranger_who_was_made_in_the_same_second_inherits_nothing() {
    let (mut d, mut o) = (Replica::new(1), flow());
    // Imported together: one time for all.
    for n in 0..8 {
        let row = json!({ "givenName": format!("Row{n}"), "surname": "Doe", "homePhones": [] });
        o.mailbox.create(FOLDER, &row).unwrap();
    }
    d.run(&mut o);
    let ids = o.mailbox.ids();
    let doe = d.system.base(&ids[3]).unwrap().card.clone();
    let stranger = o.mailbox.get(&ids[3]).unwrap();
    o.mailbox.delete(&ids[3]).unwrap();
    o.mailbox.now += 60;
    let row = json!({ "givenName": "J.", "surname": "Roe", "homePhones": [] });
    let made = o.mailbox.create(FOLDER, &row).unwrap();
    let mut made = made.as_object().unwrap().clone();
    made.insert("createdDateTime".into(), stranger["createdDateTime"].clone());
    o.mailbox.put_back(FOLDER, &made.into());
    for _ in 0..2 {
        d.audit(&mut o);
    }
    assert_eq!(d.shows(&doe, "name/given"), "Row3");
    assert_eq!((d.cards().len(), o.mailbox.len()), (9, 8));
    for _ in 0..4 {
        d.audit(&mut o);
    }
    assert_eq!(d.cards().len(), 8);
    d.assert_quiet(&mut o);
}

#[test]
fn a_mailbox_that_is_really_empty_is_believed_once_a_person_says_so() {
    for answer in ["take", "keep"] {
        let (mut d, mut o) = (Replica::new(1), flow());
        for n in 0..9 {
            d.create(&[("name/given", "Jane"), ("name/surname", &format!("Doe {n}"))]);
        }
        d.run(&mut o);
        d.run(&mut o);
        for id in o.mailbox.ids() {
            o.mailbox.delete(&id).unwrap();
        }
        let held = d.audit(&mut o).held.expect("held");
        assert_eq!((held.kind.as_str(), held.cards.len()), ("empty-listing", 9));
        d.system.allowed = Some((held.token, answer.into()));
        for _ in 0..3 {
            assert!(d.audit(&mut o).held.is_none());
        }
        let left = if answer == "keep" { 9 } else { 0 };
        assert_eq!((d.cards().len(), o.mailbox.len()), (left, left), "{answer}");
        d.assert_quiet(&mut o);
    }
}

#[test]
fn what_is_typed_after_a_person_kept_what_was_blank_there_is_an_edit_like_any_other() {
    let (mut d, mut o) = (Replica::new(1), flow());
    for n in 0..9 {
        d.create(&[("name/given", "Jane"), ("name/surname", &format!("Doe {n}")), ("titles/new/name", "Dr")]);
    }
    d.run(&mut o);
    d.run(&mut o);
    for id in o.mailbox.ids() {
        touch(&mut o, &id, json!({ "jobTitle": "" }));
    }
    let held = d.run(&mut o).held.expect("held");
    assert_eq!((held.kind.as_str(), held.cards.len()), ("blank", 9));
    d.system.allowed = Some((held.token, "keep".into()));
    let id = o.mailbox.ids()[0].clone();
    touch(&mut o, &id, json!({ "companyName": "Acme", "surname": "Roe" }));
    for _ in 0..3 {
        assert!(d.run(&mut o).held.is_none());
    }
    let jane = d.system.base(&id).expect("a base").card.clone();
    assert_eq!(d.all(&jane, "organizations", "name"), ["Acme"]);
    assert_eq!((d.shows(&jane, "name/surname").as_str(), d.conflicts(&jane).len()), ("Roe", 0));
    for row in o.mailbox.rows(FOLDER) {
        assert_eq!(row["jobTitle"], "Dr", "{row}");
    }
    assert_eq!(row(&o, &id)["companyName"], "Acme");
    d.assert_quiet(&mut o);
}
