//! More of what the simulator's world with a mailbox found, each as small as it could be made.

use contactmesh_mailbox::Fault;
use serde_json::json;

use super::support::{Replica, add, flow, only, row, touch};
use crate::contact::Value;
use crate::run::Wish;
use crate::system::Why;

#[test]
fn whether_a_row_with_another_name_is_what_a_create_made_is_for_a_person_to_say() {
    for is_jane in [true, false] {
        let (mut d, mut o) = (Replica::new(1), flow());
        let jane = d.create(&[("name/given", "Jane"), ("name/surname", "Doe")]);
        assert!(d.run_with(&mut o, Wish::default(), &[(2, Fault::AfterCreate)]).is_none());
        let id = only(&o);
        touch(&mut o, &id, json!({ "surname": "Roe" }));
        for _ in 0..4 {
            d.run(&mut o);
            o.mailbox.now += 700;
        }
        // Nobody makes her again, and nobody makes somebody of the row.
        assert_eq!((o.mailbox.len(), d.cards()), (1, vec![jane.clone()]));
        let parked = d.system.parked.get(&id).expect("a question");
        assert_eq!((parked.why, &parked.cards), (Why::Proposal, &vec![jane.clone()]));
        d.system.decisions.insert(id.clone(), is_jane.then(|| jane.clone()));
        for _ in 0..4 {
            d.run(&mut o);
            o.mailbox.now += 700;
        }
        assert!(d.system.parked.is_empty() && d.system.decisions.is_empty());
        if is_jane {
            assert_eq!((d.cards().len(), o.mailbox.len(), d.system.row_of(&jane)), (1, 1, Some(id.as_str())));
            assert_eq!(d.conflicts(&jane), ["name"], "Doe was sent, and Roe may be what was left of it");
            d.choose(&jane, "name", 2);
            d.run(&mut o);
            assert_eq!(
                (d.shows(&jane, "name/surname").as_str(), row(&o, &id)["surname"].as_str()),
                ("Roe", Some("Roe"))
            );
        } else {
            assert_eq!((d.cards().len(), o.mailbox.len()), (2, 2));
            assert_eq!(d.shows(&jane, "name/surname"), "Doe");
        }
        d.assert_quiet(&mut o);
    }
}

#[test]
fn who_is_renamed_and_moved_between_two_syncs_stays_one_person() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let mails = json!([{ "address": "jane@example.com" }]);
    let id = add(&mut o, json!({ "givenName": "Jane", "surname": "Doe", "emailAddresses": mails }));
    d.run(&mut o);
    let jane = d.cards().remove(0);
    touch(&mut o, &id, json!({ "givenName": "Johanna", "surname": "Roe", "department": "Sales" }));
    let new = o.mailbox.relocate(&id, "Other").expect("moved");
    for _ in 0..6 {
        d.audit(&mut o);
    }
    assert_eq!(d.cards(), [jane.as_str()]);
    assert_eq!(d.system.row_of(&jane), Some(new.as_str()));
    assert_eq!(d.shows(&jane, "name/surname"), "Roe");
    d.assert_quiet(&mut o);
}

#[test]
fn a_number_changes_its_list_once_it_may_leave_the_place_that_another_one_is_asked_about() {
    let (mut d, mut other, mut o) = (Replica::new(1), Replica::new(2), flow());
    let jane = d.create(&[
        ("name/given", "Jane"),
        ("phones/new-1/number", "+49 30 900038"),
        ("phones/new-1/contexts/private", "true"),
        ("phones/new-2/number", "+49 30 900070"),
        ("phones/new-2/contexts/private", "true"),
    ]);
    d.run(&mut o);
    d.run(&mut o);
    d.meet(&mut other);
    let of = |d: &mut Replica, number: &str| {
        let view = d.book.card(&jane).expect("a card").view();
        let is_it = |id: &&&str| view.value(&format!("phones/{id}/number")).to_plain() == number;
        format!("phones/{}", view.elements("phones").iter().find(is_it).expect("a number"))
    };
    // The first in the list goes, and the other one would take its place.
    let listed = row(&o, &only(&o))["homePhones"].clone();
    let [first, second] = [0, 1].map(|at| listed[at].as_str().expect("a number").to_owned());
    let (stays, asked) = (of(&mut d, &first), of(&mut d, &second));
    // Whether the second is there at all is a question.
    d.edit(&jane, &[(&asked, "")]);
    d.run(&mut o);
    d.run(&mut o);
    other.edit(&jane, &[(&format!("{asked}/number"), "+49 30 900072")]);
    d.meet(&mut other);
    assert!(d.conflicts(&jane).contains(&asked));
    d.edit(
        &jane,
        &[
            (&format!("{stays}/number"), "+49 30 900129"),
            (&format!("{stays}/contexts/private"), ""),
            (&format!("{stays}/contexts/work"), "true"),
        ],
    );
    d.run(&mut o);
    // Not in both lists: whoever reads the row would take that for two numbers.
    assert_eq!(row(&o, &only(&o))["homePhones"], json!([first]));
    assert_eq!(row(&o, &only(&o))["businessPhones"], json!([]));
    for _ in 0..3 {
        d.run(&mut o);
    }
    d.assert_quiet(&mut o);
    d.decide(&jane, &asked, &Value::Bool(true));
    for _ in 0..3 {
        d.run(&mut o);
    }
    let row = row(&o, &only(&o));
    assert_eq!((&row["businessPhones"], &row["homePhones"]), (&json!(["+49 30 900129"]), &json!(["+49 30 900072"])));
    d.assert_quiet(&mut o);
}
