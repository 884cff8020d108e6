//! The traps of several replicas and one system: takeovers, backups, replicas that begin anew.

use contactmesh_mailbox::Fault;
use serde_json::json;

use super::scripts::{synced, title};
use super::support::{Replica, Store, flow, only, row, touch};
use crate::contact::Value;
use crate::run::Wish;

#[test]
fn script_7_a_create_of_another_driver_is_found_and_what_differs_is_sent() {
    for mail in [true, false] {
        let (mut one, mut two, mut o) = (Replica::new(1), Replica::new(2), flow());
        let mut fields = vec![("name/given", "Jane"), ("name/surname", "Doe"), ("titles/new/name", "A")];
        fields.extend(mail.then_some(("emails/new/address", "jane@example.com")));
        let jane = one.create(&fields);
        one.meet(&mut two);
        assert!(one.run_with(&mut o, Wish::default(), &[(2, Fault::LostAnswer)]).is_none());
        let title = title(&mut two, &jane);
        two.edit(&jane, &[(&title, "B")]);
        two.take_over(2);
        for _ in 0..4 {
            two.audit(&mut o);
        }
        assert_eq!(o.mailbox.len(), 1, "one Jane");
        assert_eq!(two.cards(), [jane.as_str()]);
        if !mail {
            // Nothing but the name is alike: a person says who it is.
            assert_eq!(two.system.parked.len(), 1);
            two.system.decisions.insert(only(&o), Some(jane.clone()));
            two.audit(&mut o);
        }
        let sides = two.sides(&jane, &title);
        assert_eq!(sides, ["A", "B"], "nobody knows what the system had seen");
        two.decide(&jane, &title, &Value::text("B").unwrap());
        two.run(&mut o);
        assert_eq!(row(&o, &only(&o))["jobTitle"], "B");
        two.assert_quiet(&mut o);
    }
}

#[test]
fn script_11_an_older_driver_is_refused_and_two_never_undo_each_other() {
    let (mut one, mut o, jane, id) = synced();
    let mut two = Replica::new(2);
    one.meet(&mut two);
    two.take_over(2);
    two.run(&mut o);
    two.run(&mut o);
    let title = title(&mut one, &jane);
    one.edit(&jane, &[(&title, "Y")]);
    let (applies, effects) = (o.applies, o.effects);
    assert!(one.run_with(&mut o, Wish::default(), &[]).is_none(), "the old driver hears it");
    assert_eq!((o.applies, o.effects), (applies, effects));
    touch(&mut o, &id, json!({ "jobTitle": "A2" }));
    two.run(&mut o);
    one.meet(&mut two);
    assert_eq!(two.sides(&jane, &title), ["A2", "Y"]);
    two.run(&mut o);
    two.assert_quiet(&mut o);
}

#[test]
fn t13_the_replica_that_takes_over_makes_no_second_person_and_loses_no_value() {
    let (mut one, mut o, jane, id) = synced();
    let mut two = Replica::new(2);
    let title = title(&mut one, &jane);
    touch(&mut o, &id, json!({ "jobTitle": "X" }));
    one.run(&mut o);
    one.meet(&mut two);
    one.edit(&jane, &[(&title, "Y")]);
    two.take_over(2);
    two.run(&mut o);
    two.run(&mut o);
    assert_eq!(row(&o, &id)["jobTitle"], "X", "nothing old is pushed");
    assert!(one.run_with(&mut o, Wish::default(), &[]).is_none());
    one.meet(&mut two);
    for _ in 0..3 {
        two.run(&mut o);
    }
    let (shown, open) = (two.shows(&jane, &title), two.sides(&jane, &title));
    assert!(shown == "Y" || open.contains(&"X".to_owned()), "{shown} {open:?}");
    assert!(shown != "X" || open.contains(&"Y".to_owned()));
    assert_eq!(o.mailbox.len(), 2);
    two.assert_quiet(&mut o);
}

#[test]
fn a_card_that_was_deleted_and_restored_here_is_made_again_there() {
    let (mut d, mut o, jane, id) = synced();
    d.delete(&jane);
    d.run(&mut o);
    assert!(o.mailbox.get(&id).is_none());
    d.run(&mut o);
    d.restore(&jane);
    d.run(&mut o);
    d.run(&mut o);
    assert_eq!(o.mailbox.len(), 2);
    assert_eq!(d.cards().len(), 2);
    d.assert_quiet(&mut o);
}

#[test]
fn t10_a_replica_restored_from_a_backup_makes_nobody_twice_and_undoes_nothing() {
    let (mut d, mut o, jane, id) = synced();
    let mut other = Replica::new(2);
    let title = title(&mut d, &jane);
    let mut store = Store::new();
    let mut d = d.reopen(&mut store, 3);
    let backup = store.clone();
    // After the backup: an edit that reached the mailbox and the relay, a new person, an edit in the mailbox.
    d.edit(&jane, &[(&title, "Y")]);
    d.create(&[("name/given", "Carol"), ("name/surname", "Loe"), ("emails/new/address", "carol@example.com")]);
    d.run(&mut o);
    touch(&mut o, &id, json!({ "department": "Care" }));
    d.run(&mut o);
    d.meet(&mut other);
    let mut d = d.lost(&backup, 4);
    d.meet(&mut other);
    for _ in 0..3 {
        d.audit(&mut o);
    }
    assert_eq!((d.cards().len(), o.mailbox.len()), (3, 3));
    assert_eq!((d.shows(&jane, &title).as_str(), row(&o, &id)["jobTitle"].as_str()), ("Y", Some("Y")));
    assert_eq!(d.all(&jane, "organizations", "units/1"), ["Care"]);
    d.assert_quiet(&mut o);
    d.assert_opens(&jane);
}

#[test]
fn t10_a_replica_that_lost_everything_comes_back_from_the_relay_and_takes_over_without_a_question_too_many() {
    let (mut d, mut o, jane, _) = synced();
    let (mut relay, mut new) = (Replica::new(2), Replica::new(3));
    d.meet(&mut relay);
    new.meet(&mut relay);
    new.take_over(2);
    let effects = o.effects;
    for _ in 0..3 {
        new.audit(&mut o);
    }
    assert_eq!((new.cards().len(), o.mailbox.len(), o.effects), (2, 2, effects), "nobody is made, nothing is written");
    assert_eq!(new.conflicts(&jane), Vec::<String>::new());
    let title = title(&mut new, &jane);
    new.edit(&jane, &[(&title, "Z")]);
    assert_eq!(new.run(&mut o).sent, 1);
    new.assert_quiet(&mut o);
}
