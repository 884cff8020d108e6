//! Scripts that broke plausible rules, each with what must not happen.

use contactmesh_mailbox::Fault;
use serde_json::json;

use super::support::{Replica, flow, only, row, touch};
use crate::contact::Value;
use crate::lens::{Clear, Condition, Elements, Field, Form, Lens, Part, Shape};
use crate::run::Wish;

/// Jane with a title, an address at work and two e-mail addresses, in step with the mailbox, and Bob beside her.
pub fn synced() -> (Replica, contactmesh_mailbox::Flow, String, String) {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[
        ("name/given", "Jane"),
        ("titles/new/name", "A"),
        ("organizations/new/name", "Acme"),
        ("notes/new/note", "private"),
        ("addresses/new/name", "S"),
        ("addresses/new/locality", "C"),
        ("addresses/new/contexts/work", "true"),
        ("emails/new-1/address", "a@example.com"),
        ("emails/new-2/address", "b@example.com"),
    ]);
    d.run(&mut o);
    let id = only(&o);
    d.create(&[("name/given", "Bob")]);
    d.run(&mut o);
    d.run(&mut o);
    (d, o, jane, id)
}

pub fn title(d: &mut Replica, jane: &str) -> String {
    d.leaf(jane, "titles", "name")
}

#[test]
fn script_1_an_edit_of_the_shown_side_does_not_decide_for_it() {
    let (mut d, mut o, jane, id) = synced();
    let title = title(&mut d, &jane);
    d.edit(&jane, &[(&title, "Y")]);
    touch(&mut o, &id, json!({ "jobTitle": "X" }));
    d.run(&mut o);
    assert_eq!(d.sides(&jane, &title), ["X", "Y"]);
    d.edit(&jane, &[(&title, "Z")]);
    d.run(&mut o);
    assert_eq!(d.sides(&jane, &title), ["X", "Z"]);
    assert_eq!(row(&o, &id)["jobTitle"], "X", "not sent while its own answer is open");
    d.assert_quiet(&mut o);
    d.decide(&jane, &title, &Value::text("X").unwrap());
    d.run(&mut o);
    assert_eq!((row(&o, &id)["jobTitle"].as_str(), d.conflicts(&jane).len()), (Some("X"), 0));
    d.assert_quiet(&mut o);
}

#[test]
fn script_2_what_a_user_of_the_system_types_counts_even_if_somebody_here_once_typed_the_same() {
    let (mut d, mut o, jane, id) = synced();
    let title = title(&mut d, &jane);
    d.edit(&jane, &[(&title, "Z")]);
    d.edit(&jane, &[(&title, "X")]);
    touch(&mut o, &id, json!({ "jobTitle": "Z" }));
    d.run(&mut o);
    assert_eq!(d.sides(&jane, &title), ["X", "Z"]);
    d.assert_quiet(&mut o);
}

#[test]
fn script_3_an_edit_that_never_reached_the_system_meets_its_deletion_as_a_question() {
    let (mut d, mut o, jane, id) = synced();
    let title = title(&mut d, &jane);
    d.edit(&jane, &[(&title, "Y")]);
    d.run_with(&mut o, Wish::default(), &[(2, Fault::LostRequest)]);
    o.mailbox.delete(&id).unwrap();
    for _ in 0..5 {
        d.audit(&mut o);
    }
    assert_eq!(d.conflicts(&jane), ["state"]);
    assert_eq!(d.shows(&jane, &title), "Y");
    d.assert_quiet(&mut o);
}

#[test]
fn script_4_a_deletion_after_everything_was_sent_is_a_deletion() {
    for fault in [None, Some(Fault::LostAnswer)] {
        let (mut d, mut o, jane, id) = synced();
        let title = title(&mut d, &jane);
        let faults: Vec<_> = fault.into_iter().map(|fault| (2, fault)).collect();
        // Typed after the mailbox was listed, sent in the same run.
        d.run_between(&mut o, Wish::default(), &faults, |d, number| {
            if number == 1 {
                d.edit(&jane, &[(&title, "Y")]);
            }
        });
        assert_eq!(row(&o, &id)["jobTitle"], "Y");
        d.run(&mut o);
        o.mailbox.delete(&id).unwrap();
        for _ in 0..5 {
            d.audit(&mut o);
        }
        assert_eq!((d.conflicts(&jane).len(), d.cards().len()), (0, 1), "{fault:?}");
        d.assert_quiet(&mut o);
    }
}

#[test]
fn what_is_edited_after_the_plan_was_made_is_sent_as_it_is_then_and_confirmed_as_that() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let name = |n: usize| format!("Person {n}");
    let cards: Vec<String> = (0..50).map(|n| d.create(&[("name/given", &name(n)), ("titles/new/name", "A")])).collect();
    d.run(&mut o);
    d.run(&mut o);
    let titles: Vec<String> = cards.iter().map(|card| d.leaf(card, "titles", "name")).collect();
    let all: Vec<(&String, &String)> = cards.iter().zip(&titles).collect();
    all.iter().for_each(|(card, title)| d.edit(card, &[(title, "Y")]));
    // While the first changes are on their way, everybody is edited again.
    d.run_between(&mut o, Wish::default(), &[], |d, number| {
        if number == 2 {
            all.iter().for_each(|(card, title)| d.edit(card, &[(title, "Z")]));
        }
    });
    let mut sent = Vec::new();
    for (card, _) in &all {
        let id = d.system.row_of(card).unwrap().to_owned();
        sent.push(row(&o, &id)["jobTitle"] == "Z");
        touch(&mut o, &id, json!({ "jobTitle": "theirs" }));
    }
    assert!(sent.contains(&true) && sent.contains(&false), "some left before they were edited, some after");
    d.run(&mut o);
    for ((card, title), sent) in all.iter().zip(sent) {
        // Whoever had seen what was typed last has overwritten it; the others are a question.
        let expected: &[&str] = if sent { &[] } else { &["Z", "theirs"] };
        assert_eq!(d.sides(card, title), expected);
    }
    d.assert_quiet(&mut o);
}

#[test]
fn script_5_editing_again_does_not_decide_whether_a_card_was_deleted() {
    let (mut d, mut o, jane, id) = synced();
    let note = d.leaf(&jane, "notes", "note");
    d.edit(&jane, &[(&note, "more")]);
    o.mailbox.delete(&id).unwrap();
    for round in 0..5 {
        if round == 0 {
            // The deletion is noticed before the edit could be taken for seen.
            assert!(d.system.base(&id).is_some());
        }
        d.audit(&mut o);
    }
    assert_eq!(d.conflicts(&jane), ["state"]);
    d.edit(&jane, &[(&note, "and more")]);
    assert_eq!(d.conflicts(&jane), ["state"]);
    d.assert_quiet(&mut o);
}

#[test]
fn script_6_an_edit_of_a_text_that_was_cut_is_a_question() {
    let (mut d, mut o) = (Replica::new(1), flow());
    o.mailbox.cuts.insert("companyName".into(), 3);
    let jane = d.create(&[("name/given", "Jane"), ("organizations/new/name", "LONG")]);
    d.run(&mut o);
    let id = only(&o);
    d.run(&mut o);
    assert_eq!(row(&o, &id)["companyName"], "LON");
    touch(&mut o, &id, json!({ "companyName": "Z" }));
    d.run(&mut o);
    let company = d.leaf(&jane, "organizations", "name");
    assert_eq!(d.sides(&jane, &company), ["LONG", "Z"]);
    d.assert_quiet(&mut o);
}

#[test]
fn script_8_an_entry_edited_here_and_removed_there_waits_for_a_decision() {
    let (mut d, mut o, jane, id) = synced();
    let element = {
        let view = d.book.card(&jane).unwrap().view();
        let is_a = |e: &&&str| view.value(&format!("emails/{e}/address")).as_str() == Some("a@example.com");
        view.elements("emails").iter().find(is_a).copied().unwrap().to_owned()
    };
    d.edit(&jane, &[(&format!("emails/{element}/address"), "x@example.com")]);
    touch(&mut o, &id, json!({ "emailAddresses": [{ "address": "b@example.com" }] }));
    d.run(&mut o);
    assert_eq!(d.conflicts(&jane), [format!("emails/{element}")]);
    d.run(&mut o);
    assert_eq!(super::support::mails(&o, &id), ["b@example.com"], "not sent back undecided");
    d.assert_quiet(&mut o);
}

const STREET: &[Part] = &[Part {
    key: "street",
    lines: &[&["name"]],
    instead: &[],
    repeats: false,
    form: Form::Lines,
    longest: None,
    clear: Clear::Empty,
}];

/// A system that knows streets and no cities.
static STREETS: Lens = Lens {
    system: "streets",
    id: "id",
    revision: "changeKey",
    modified: "lastModifiedDateTime",
    created: "createdDateTime",
    called: "displayName",
    fields: &[
        Field::leaves("givenName", &[Part::new("givenName", &[&["name/given"]], Form::Text)])
            .required(crate::lens::StandIn::Text { beside: "name/", of: &[], last: "-" }),
        Field::list(
            "homePhones",
            2,
            Elements { kind: "phones", takes: &[&[Condition::Has("contexts/private")]], says: &[] },
            &[Part::new("", &[&["number"]], Form::Phone)],
        )
        .required(crate::lens::StandIn::Nothing),
        Field::element(
            "businessAddress",
            Shape::Object,
            Elements { kind: "addresses", takes: &[&[]], says: &[] },
            STREET,
        ),
    ],
    about: &["id", "changeKey", "parentFolderId", "createdDateTime", "lastModifiedDateTime"],
    unread: &[],
};

#[test]
fn script_9_an_address_that_nobody_wrote_is_never_shown_as_decided() {
    let (mut d, mut o) = (Replica::new(1), flow());
    d.system.lens = &STREETS;
    let jane = d.create(&[("name/given", "Jane"), ("addresses/new/name", "S"), ("addresses/new/locality", "C")]);
    d.run(&mut o);
    d.run(&mut o);
    let id = only(&o);
    let city = d.leaf(&jane, "addresses", "locality");
    d.edit(&jane, &[(&city, "Z")]);
    d.run(&mut o);
    touch(&mut o, &id, json!({ "businessAddress": { "street": "Y" } }));
    d.run(&mut o);
    let presence = city.trim_end_matches("/locality").to_owned();
    assert_eq!(d.conflicts(&jane), [presence.as_str()]);
    let versions = d.book.conflicts_of(&jane).unwrap().remove(0).versions;
    let mut texts: Vec<Vec<String>> =
        versions.iter().map(|v| v.leaves.iter().map(|(_, value)| value.to_plain()).collect()).collect();
    texts.sort();
    assert_eq!(texts, [["C", "Y"], ["Z", "S"]], "each side as its writer had it");
    d.assert_quiet(&mut o);
}

#[test]
fn script_12_an_answer_that_comes_after_a_pull_leaves_a_card_that_opens() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("titles/new/name", "A")]);
    d.run_with(&mut o, Wish::default(), &[(2, Fault::LostAnswer)]);
    let id = only(&o);
    touch(&mut o, &id, json!({ "jobTitle": "X" }));
    // The claim is asked first; here that answer is lost too, so the next run lists the row before it knows.
    d.run_with(&mut o, Wish::default(), &[(0, Fault::LostAnswer)]);
    for round in 0..4 {
        d.run(&mut o);
        touch(&mut o, &id, json!({ "department": format!("D{round}") }));
    }
    d.run(&mut o);
    assert_eq!((d.cards().len(), o.mailbox.len()), (1, 1));
    d.assert_opens(&jane);
    let title = title(&mut d, &jane);
    d.edit(&jane, &[(&title, "Y")]);
    d.run(&mut o);
    d.assert_opens(&jane);
    d.assert_quiet(&mut o);
}
