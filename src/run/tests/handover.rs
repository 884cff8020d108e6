//! What one driver read of a row and another one hears of later: the row's own past, and no news.

use contactmesh_mailbox::Flow;
use serde_json::json;

use super::scripts::{synced, title};
use super::support::{Replica, row, touch};
use crate::contact::Value;

/// One replica reads what a user of the mailbox typed, and tells nobody; the user types again; another replica takes over.
fn taken_over(first: serde_json::Value, then: serde_json::Value) -> (Replica, Replica, Flow, String, String) {
    let (mut one, mut o, jane, id) = synced();
    let mut two = Replica::new(2);
    one.meet(&mut two);
    touch(&mut o, &id, first);
    one.run(&mut o);
    touch(&mut o, &id, then);
    two.take_over(2);
    two.audit(&mut o);
    two.run(&mut o);
    (one, two, o, jane, id)
}

#[test]
fn what_a_former_driver_read_is_not_written_over_what_was_typed_after_that() {
    let (mut one, mut two, mut o, jane, id) = taken_over(json!({ "jobTitle": "X" }), json!({ "jobTitle": "A" }));
    one.meet(&mut two);
    two.run(&mut o);
    assert_eq!(row(&o, &id)["jobTitle"], "A");
    assert_eq!(two.all(&jane, "titles", "name"), ["A"]);
    assert!(two.conflicts(&jane).is_empty());
    two.assert_quiet(&mut o);
    one.meet(&mut two);
    assert_eq!(one.all(&jane, "titles", "name"), ["A"]);
}

#[test]
fn an_entry_that_a_former_driver_read_and_that_is_gone_since_stays_gone() {
    let (mut one, mut two, mut o, jane, id) =
        taken_over(json!({ "homePhones": ["+49 30 900051"] }), json!({ "homePhones": [] }));
    one.meet(&mut two);
    two.run(&mut o);
    assert_eq!(row(&o, &id)["homePhones"], json!([]));
    assert_eq!(two.all(&jane, "phones", "number"), Vec::<String>::new());
    two.assert_quiet(&mut o);
}

#[test]
fn an_entry_that_a_former_driver_saw_go_and_that_is_back_since_stays() {
    let there = || json!([{ "address": "a@example.com" }, { "address": "b@example.com" }]);
    let (mut one, mut two, mut o, jane, id) =
        taken_over(json!({ "emailAddresses": [{ "address": "b@example.com" }] }), json!({ "emailAddresses": there() }));
    one.meet(&mut two);
    two.run(&mut o);
    assert_eq!(super::support::mails(&o, &id), ["a@example.com", "b@example.com"]);
    assert_eq!(two.all(&jane, "emails", "address"), ["a@example.com", "b@example.com"]);
    two.assert_quiet(&mut o);
}

#[test]
fn who_edits_what_a_former_driver_read_is_asked_about_what_was_typed_there_since() {
    let (mut one, mut two, mut o, jane, id) = taken_over(json!({ "jobTitle": "X" }), json!({ "jobTitle": "A" }));
    let title = title(&mut one, &jane);
    one.edit(&jane, &[(&title, "Z")]);
    one.meet(&mut two);
    two.run(&mut o);
    assert_eq!(two.sides(&jane, &title), ["A", "Z"]);
    assert_eq!(row(&o, &id)["jobTitle"], "A", "not written over while it is a question");
    two.decide(&jane, &title, &Value::text("Z").expect("a text"));
    two.run(&mut o);
    assert_eq!((row(&o, &id)["jobTitle"].as_str(), two.conflicts(&jane).len()), (Some("Z"), 0));
    two.assert_quiet(&mut o);
}

#[test]
fn what_was_decided_with_all_before_their_eyes_is_not_asked_again() {
    let (mut one, mut two, mut o, jane, id) = taken_over(json!({ "jobTitle": "X" }), json!({ "jobTitle": "B" }));
    let title = title(&mut two, &jane);
    assert_eq!(two.sides(&jane, &title), ["A", "B"], "nobody had told that A was replaced");
    // On a third device both are seen before the driver hears of either.
    let mut three = Replica::new(3);
    one.meet(&mut three);
    two.meet(&mut three);
    three.decide(&jane, &title, &Value::text("X").expect("a text"));
    three.meet(&mut two);
    for _ in 0..2 {
        two.run(&mut o);
    }
    assert_eq!((row(&o, &id)["jobTitle"].as_str(), two.conflicts(&jane).len()), (Some("X"), 0));
    two.assert_quiet(&mut o);
}

#[test]
fn who_takes_over_and_has_heard_all_that_was_read_asks_nothing() {
    let (mut one, mut o, jane, id) = synced();
    let mut two = Replica::new(2);
    touch(&mut o, &id, json!({ "jobTitle": "X", "homePhones": ["+49 30 900051"] }));
    one.run(&mut o);
    one.meet(&mut two);
    touch(&mut o, &id, json!({ "jobTitle": "B", "homePhones": [] }));
    two.take_over(2);
    two.audit(&mut o);
    two.run(&mut o);
    assert_eq!(two.conflicts(&jane), Vec::<String>::new());
    assert_eq!(two.all(&jane, "titles", "name"), ["B"]);
    assert_eq!(two.all(&jane, "phones", "number"), Vec::<String>::new());
    assert_eq!(row(&o, &id)["jobTitle"], "B");
    two.assert_quiet(&mut o);
}
