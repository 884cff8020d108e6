//! The traps of contact sync, each with its own scenario.

use contactmesh_mailbox::Fault;
use serde_json::json;

use super::support::{FOLDER, Replica, add, flow, mails, only, row, touch};
use crate::contact::Value;
use crate::run::Wish;

fn audit() -> Wish {
    Wish { audit: true, run: "r".into() }
}

#[test]
fn t1_an_echo_causes_nothing_ten_rounds_long() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("titles/new/name", "Nurse")]);
    d.run(&mut o);
    let id = only(&o);
    let title = d.book.card(&jane).unwrap().view().elements("titles")[0].to_owned();
    d.edit(&jane, &[(&format!("titles/{title}/name"), "Dr")]);
    let report = d.run(&mut o);
    assert_eq!(report.sent, 1);
    assert_eq!(row(&o, &id)["jobTitle"], "Dr");
    d.assert_quiet(&mut o);
    assert_eq!(d.all(&jane, "titles", "name"), ["Dr"]);
    // A user who really sets it back is honoured.
    touch(&mut o, &id, json!({ "jobTitle": "Nurse" }));
    d.run(&mut o);
    assert_eq!(d.all(&jane, "titles", "name"), ["Nurse"]);
    d.assert_quiet(&mut o);
}

#[test]
fn t1_what_was_sent_and_comes_back_as_it_was_before_is_no_edit() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("name/surname", "Doe")]);
    d.run(&mut o);
    // A system that lags: it took the change and shows what was before, three times.
    let before = o.mailbox.rows(FOLDER)[0].clone();
    d.edit(&jane, &[("name/surname", "Roe")]);
    assert_eq!(d.run(&mut o).sent, 1);
    let after = o.mailbox.rows(FOLDER)[0].clone();
    o.mailbox.put_back(FOLDER, &before);
    d.audit(&mut o);
    assert_eq!(d.shows(&jane, "name/surname"), "Roe", "an older row is read again before it is believed");
    o.mailbox.put_back(FOLDER, &after);
    d.audit(&mut o);
    assert_eq!((d.shows(&jane, "name/surname").as_str(), d.system.parked.len()), ("Roe", 0));
    assert_eq!(row(&o, &only(&o))["surname"], "Roe");
    d.assert_quiet(&mut o);
}

#[test]
fn t1_a_change_whose_answer_is_lost_is_not_taken_for_an_edit_before_it_is_settled() {
    for fault in [Fault::LostRequest, Fault::LostAnswer, Fault::FailsAfter] {
        let (mut d, mut o) = (Replica::new(1), flow());
        let jane = d.create(&[("name/given", "Jane"), ("name/surname", "Doe")]);
        d.run(&mut o);
        d.run(&mut o);
        d.edit(&jane, &[("name/surname", "Roe")]);
        d.run_with(&mut o, Wish::default(), &[(2, fault)]);
        let changes = d.changes();
        for _ in 0..3 {
            d.audit(&mut o);
        }
        assert_eq!(d.changes(), changes, "{fault:?}");
        assert_eq!(row(&o, &only(&o))["surname"], "Roe", "{fault:?}");
        d.assert_quiet(&mut o);
    }
}

#[test]
fn a_listing_of_rows_that_are_as_they_were_decodes_no_card_and_stores_nothing_but_where_it_ended() {
    let (mut d, mut o) = (Replica::new(1), flow());
    for n in 0..450 {
        add(
            &mut o,
            json!({ "givenName": "Jane", "surname": format!("Doe {n}"), "mobilePhone": format!("+1 555 {n:04}") }),
        );
    }
    assert_eq!(d.run(&mut o).created, 450);
    d.run(&mut o);
    let mut store = std::collections::BTreeMap::new();
    let mut d = d.reopen(&mut store, 2);
    d.system.since.remove(FOLDER);
    let changes = d.changes();
    let report = d.audit(&mut o);
    assert_eq!((report.read, report.judged, report.sent, report.edited), (450, 0, 0, 0));
    assert_eq!((d.changes(), d.book.decoded(), o.applies), (changes, 0, 0));
    let written = d.system.take_batch().put;
    assert!(written.iter().all(|(key, _)| key == "system/outlook/meta"), "{:?}", written.len());
    assert!(d.book.take_batch().unwrap().is_empty());
}

#[test]
fn t2_a_difference_of_spelling_is_no_change_and_the_spelling_typed_is_kept() {
    let (mut d, mut o) = (Replica::new(1), flow());
    o.mailbox.rewrites_phones = true;
    let jane = d.create(&[
        ("name/given", "Jane"),
        ("phones/new/number", "+49 30 901820"),
        ("phones/new/contexts/work", "true"),
    ]);
    d.run(&mut o);
    let id = only(&o);
    assert_eq!(row(&o, &id)["businessPhones"], json!(["+49 (30) 901820"]));
    d.assert_quiet(&mut o);
    assert_eq!(d.all(&jane, "phones", "number"), ["+49 30 901820"]);
    let changes = d.changes();
    touch(&mut o, &id, json!({ "businessPhones": ["+49 30 901821"] }));
    d.run(&mut o);
    assert_eq!(d.changes(), changes + 1, "exactly one change");
    assert_eq!(d.all(&jane, "phones", "number"), ["+49 (30) 901821"]);
    d.assert_quiet(&mut o);
}

#[test]
fn t3_what_a_system_cannot_hold_is_neither_deleted_nor_cut() {
    let (mut d, mut o) = (Replica::new(1), flow());
    o.mailbox.cuts.insert("companyName".into(), 10);
    let company = "A company whose name is long";
    let jane = d.create(&[
        ("name/given", "Jane"),
        ("emails/new-1/address", "a@example.com"),
        ("emails/new-2/address", "b@example.com"),
        ("emails/new-3/address", "c@example.com"),
        ("emails/new-4/address", "d@example.com"),
        ("organizations/new/name", company),
    ]);
    d.run(&mut o);
    let id = only(&o);
    let held = mails(&o, &id);
    assert_eq!(held.len(), 3);
    d.assert_quiet(&mut o);
    assert_eq!(d.all(&jane, "organizations", "name"), [company]);
    // One of the three goes; the fourth takes the free seat, the others stay.
    let left: Vec<_> = held.iter().skip(1).map(|address| json!({ "address": address })).collect();
    touch(&mut o, &id, json!({ "emailAddresses": left }));
    d.run(&mut o);
    let mut expected: Vec<String> = ["a", "b", "c", "d"].map(|l| format!("{l}@example.com")).to_vec();
    expected.retain(|address| *address != held[0]);
    assert_eq!(d.all(&jane, "emails", "address"), expected);
    assert_eq!(mails(&o, &id), expected);
    assert_eq!(d.all(&jane, "organizations", "name"), [company]);
    d.assert_quiet(&mut o);
}

#[test]
fn t4_a_deletion_meets_an_edit_as_a_question_and_both_answers_converge() {
    for keep in [true, false] {
        let (mut d, mut o) = (Replica::new(1), flow());
        let jane = d.create(&[("name/given", "Jane"), ("phones/new/number", "+1 555 0100")]);
        d.run(&mut o);
        d.run(&mut o);
        let id = only(&o);
        d.create(&[("name/given", "Bob")]);
        d.run(&mut o);
        let phone = d.book.card(&jane).unwrap().view().elements("phones")[0].to_owned();
        o.mailbox.delete(&id).unwrap();
        d.edit(&jane, &[(&format!("phones/{phone}/number"), "+1 555 0101")]);
        for _ in 0..5 {
            d.audit(&mut o);
        }
        assert_eq!(d.conflicts(&jane), ["state"], "keep {keep}");
        assert_eq!(o.mailbox.len(), 1, "not made again until decided");
        d.assert_quiet(&mut o);
        d.decide(&jane, "state", &Value::text(if keep { "live" } else { "deleted" }).unwrap());
        d.run(&mut o);
        d.run(&mut o);
        assert_eq!(o.mailbox.len(), 1 + usize::from(keep));
        assert_eq!(d.cards().len(), 1 + usize::from(keep));
        d.assert_quiet(&mut o);
    }
}

#[test]
fn t4_an_empty_half_or_blank_answer_deletes_nobody() {
    for fault in [Fault::EmptyListing, Fault::HalfListing, Fault::BlankRows] {
        let (mut d, mut o) = (Replica::new(1), flow());
        for n in 0..30 {
            d.create(&[("name/given", "Jane"), ("name/surname", &format!("Doe {n}"))]);
        }
        d.run(&mut o);
        d.run(&mut o);
        assert_eq!(o.mailbox.len(), 30);
        let since = d.system.since.clone();
        o.mailbox.now += 600;
        for id in o.mailbox.ids() {
            touch(&mut o, &id, json!({ "department": "Care" }));
        }
        let all: Vec<_> = (0..6).map(|n| (n, fault)).collect();
        for _ in 0..6 {
            let report = d.run_with(&mut o, audit(), &all);
            assert!(report.is_none_or(|report| report.held.is_some()), "{fault:?}");
        }
        assert_eq!(d.cards().len(), 30, "{fault:?}");
        assert!(d.system.since == since, "the cursor stays: {fault:?}");
        let report = d.audit(&mut o);
        assert!(report.held.is_none(), "{fault:?} {report:?}");
        assert_eq!(o.mailbox.len(), 30, "{fault:?} {report:?}");
        let jane = d.cards()[0].clone();
        assert_eq!(d.all(&jane, "organizations", "units/1"), ["Care"], "{fault:?}");
        d.assert_quiet(&mut o);
    }
}

#[test]
fn t5_a_first_sync_of_overlapping_people_creates_nobody_twice() {
    let (mut d, mut o) = (Replica::new(1), flow());
    for n in 0..800 {
        let (given, mail) = (format!("Person {n}"), format!("p{n}@example.com"));
        d.create(&[("name/given", &given), ("name/surname", "Doe"), ("emails/new/address", &mail)]);
        add(
            &mut o,
            json!({ "givenName": given, "surname": "Doe", "emailAddresses": [{ "address": mail }], "jobTitle": "Nurse" }),
        );
    }
    let report = d.run(&mut o);
    assert_eq!((report.created, report.linked), (0, 800), "{report:?}");
    assert_eq!((d.cards().len(), o.mailbox.len()), (800, 800));
    d.assert_quiet(&mut o);
    let jane = d.cards()[0].clone();
    assert_eq!(d.all(&jane, "titles", "name"), ["Nurse"]);
}

#[test]
fn t5_two_people_with_one_address_are_never_one_and_a_likely_one_waits_for_a_person() {
    let (mut d, mut o) = (Replica::new(1), flow());
    d.create(&[("name/given", "Jane"), ("name/surname", "Doe"), ("emails/new/address", "info@example.com")]);
    add(&mut o, json!({ "givenName": "Bob", "surname": "Roe", "emailAddresses": [{ "address": "info@example.com" }] }));
    d.run(&mut o);
    d.run(&mut o);
    assert_eq!((d.cards().len(), o.mailbox.len()), (2, 2));
    // The same surname, another given name: perhaps.
    let id = add(
        &mut o,
        json!({ "givenName": "J.", "surname": "Moe", "emailAddresses": [{ "address": "moe@example.com" }] }),
    );
    let moe = d.create(&[("name/given", "Jill"), ("name/surname", "Moe"), ("emails/new/address", "moe@example.com")]);
    d.run(&mut o);
    d.run(&mut o);
    assert_eq!((d.cards().len(), o.mailbox.len()), (3, 3), "neither imported nor sent while it is open");
    assert_eq!(d.system.parked.len(), 1);
    let mut other = Replica::new(2);
    let likely = [("name/given", "Jane"), ("name/surname", "Doe"), ("phones/new/number", "+1 555 0100")];
    let mut there = flow();
    let twin = add(&mut there, json!({ "givenName": "Jane", "surname": "Doe" }));
    other.create(&likely);
    other.run(&mut there);
    other.run(&mut there);
    assert_eq!(there.mailbox.len(), 1);
    other.system.decisions.insert(twin.as_str(), None);
    other.run(&mut there);
    assert_eq!((there.mailbox.len(), other.cards().len()), (2, 2), "two people, who both are everywhere");
    other.assert_quiet(&mut there);
    d.system.decisions.insert(id.clone(), Some(moe.clone()));
    d.run(&mut o);
    assert_eq!(d.system.row_of(&moe), Some(id.as_str()));
    assert_eq!((d.cards().len(), o.mailbox.len()), (3, 3));
    d.run(&mut o);
    d.assert_quiet(&mut o);
}
