//! The traps of delivery: answers that are lost, doubled or parts, and crashes.

use contactmesh_mailbox::{Fault, Flow};
use serde_json::{Value as Json, json};

use super::support::{Replica, Store, add, flow, only, row};
use crate::run::Wish;

#[test]
fn what_is_known_of_a_mailbox_is_there_after_a_crash_at_any_step_of_a_run() {
    for crash_at in 0..14 {
        let (mut d, mut o) = (Replica::new(1), flow());
        let jane = d.create(&[("name/given", "Jane"), ("emails/new/address", "jane@example.com")]);
        add(&mut o, json!({ "givenName": "Bob", "mobilePhone": "+1 555 0100" }));
        let mut store = Store::new();
        d.run_storing(&mut o, &mut store, crash_at);
        let mut d = d.lost(&store, 7);
        assert!(d.book.has(&jane));
        for _ in 0..4 {
            d.run(&mut o);
        }
        assert_eq!((d.cards().len(), o.mailbox.len()), (2, 2), "crash at step {crash_at}");
        assert!(o.effect_keys.values().all(|count| *count == 1));
        d.assert_quiet(&mut o);
    }
}

#[test]
fn t6_a_create_whose_answer_is_lost_at_any_step_makes_one_row_and_links_it() {
    for fault in [
        Fault::LostRequest,
        Fault::BeforeClaim,
        Fault::AfterClaim,
        Fault::AfterCreate,
        Fault::BeforeAnswer,
        Fault::LostAnswer,
        Fault::FailsAfter,
    ] {
        let (mut d, mut o) = (Replica::new(1), flow());
        let jane = d.create(&[("name/given", "Jane"), ("emails/new/address", "jane@example.com")]);
        assert!(d.run_with(&mut o, Wish::default(), &[(2, fault)]).is_none() || fault == Fault::FailsAfter);
        // Five retries meet the same step again.
        for _ in 0..5 {
            d.run_with(&mut o, Wish::default(), &[(0, fault)]);
        }
        o.mailbox.now += 1_000;
        for _ in 0..4 {
            d.run(&mut o);
        }
        assert_eq!(o.mailbox.len(), 1, "{fault:?}");
        assert_eq!(d.cards(), [jane.as_str()], "{fault:?}");
        assert_eq!(d.system.row_of(&jane), Some(only(&o).as_str()), "{fault:?}");
        assert!(o.effect_keys.values().all(|count| *count == 1), "{fault:?}");
        d.assert_quiet(&mut o);
    }
}

#[test]
fn t11_duplicates_and_parts_of_answers_have_one_effect() {
    let (mut d, mut o) = (Replica::new(1), flow());
    for n in 0..6 {
        d.create(&[("name/given", "Jane"), ("name/surname", &format!("Doe {n}"))]);
    }
    d.run_with(&mut o, Wish::default(), &[(2, Fault::HalfResults)]);
    d.run_with(&mut o, Wish::default(), &[(0, Fault::LostAnswer)]);
    d.run(&mut o);
    d.run(&mut o);
    assert_eq!(o.mailbox.len(), 6);
    assert!(o.effect_keys.values().all(|count| *count == 1));
    d.assert_quiet(&mut o);
}

#[test]
fn t11_a_throttled_system_is_asked_again_later_and_loses_nothing() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane")]);
    let report = d.run_with(&mut o, Wish::default(), &[(2, Fault::Busy)]).unwrap();
    assert_eq!((report.sent, report.retry_after), (0, 30));
    assert_eq!(d.run(&mut o).sent, 1);
    d.edit(&jane, &[("name/given", "Janet")]);
    assert_eq!(d.run_with(&mut o, Wish::default(), &[(2, Fault::Busy)]).unwrap().retry_after, 30);
    assert_eq!(d.run(&mut o).sent, 1);
    assert_eq!(row(&o, &only(&o))["givenName"], "Janet");
    d.assert_quiet(&mut o);
}

#[test]
fn a_throttled_create_that_happens_after_all_is_not_held_to_have_written_what_was_added_since() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane")]);
    let mut entry = Json::Null;
    let remember = |replica: &mut Replica, _: usize| {
        let body = replica.system.entries().values().next().map(|entry| entry.body.clone());
        entry = body.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default();
    };
    assert_eq!(d.run_between(&mut o, Wish::default(), &[(2, Fault::Busy)], remember).unwrap().retry_after, 30);
    let (book, name, driver) = (d.system.options.book.clone(), d.system.name.clone(), d.book.replica().to_owned());
    let copy =
        json!({ "book": book, "system": name, "driver": driver, "epoch": 1, "folder": "Contacts", "changes": [entry] });
    d.edit(&jane, &[("titles/new/name", "Dr")]);
    // A copy of that request was under way yet, and happens after the rows were read.
    let happens = |_: &mut Replica, flow: &mut Flow, number: usize| {
        if number == 2 {
            assert_eq!(flow.serve("apply", &copy, None).unwrap()["results"][0]["status"], "done");
        }
    };
    d.run_beside(&mut o, Wish::default(), &[], happens).unwrap();
    for _ in 0..3 {
        d.run(&mut o);
    }
    assert_eq!((d.cards().len(), row(&o, &only(&o))["jobTitle"].as_str()), (1, Some("Dr")));
    d.assert_quiet(&mut o);
}
