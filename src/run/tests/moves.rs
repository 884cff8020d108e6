//! Rows that are moved after so much was changed in them that little tells whose they are.

use contactmesh_mailbox::Flow;
use serde_json::{Value as Json, json};

use super::support::{FOLDER, Replica, flow, touch};

/// Writes people down in one second; returns their rows.
fn together(flow: &mut Flow, people: &[Json]) -> Vec<String> {
    let made = people.iter().map(|person| flow.mailbox.create(FOLDER, person).expect("a row"));
    made.map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
}

fn jane() -> Json {
    json!({ "givenName": "Jane", "surname": "Doe", "homePhones": [], "emailAddresses": [{ "address": "jane@example.com" }] })
}

/// What a user changes of her: all but her given name.
fn married() -> Json {
    json!({ "surname": "Roe", "jobTitle": "Dr", "emailAddresses": [{ "address": "roe@example.com" }] })
}

#[test]
fn who_keeps_half_a_name_is_known_again_beside_others_of_that_second_who_have_another() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let rows = together(&mut o, &[json!({ "givenName": "Bob", "surname": "Poe", "homePhones": [] }), jane()]);
    d.run(&mut o);
    let card = d.system.base(&rows[1]).expect("a base").card.clone();
    touch(&mut o, &rows[1], married());
    let there = o.mailbox.relocate(&rows[1], "Other").expect("moved");
    for _ in 0..7 {
        d.audit(&mut o);
    }
    assert_eq!(d.system.base(&there).expect("a base").card, card, "the same person");
    assert_eq!((d.cards().len(), d.shows(&card, "name/surname").as_str()), (2, "Roe"));
    assert_eq!(d.all(&card, "emails", "address"), ["roe@example.com"]);
    d.assert_quiet(&mut o);
}

#[test]
fn of_two_of_that_second_who_could_be_the_one_nobody_inherits() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let poe = json!({ "givenName": "Jane", "surname": "Poe", "companyName": "Acme", "homePhones": [] });
    let rows = together(&mut o, &[poe, jane()]);
    d.run(&mut o);
    touch(&mut o, &rows[1], married());
    let there = o.mailbox.relocate(&rows[1], "Other").expect("moved");
    o.mailbox.delete(&rows[0]).expect("deleted");
    let before = d.cards();
    for _ in 0..7 {
        d.audit(&mut o);
    }
    assert_eq!(d.cards().len(), 1);
    assert!(!before.contains(&d.system.base(&there).expect("a base").card), "a card of its own");
    d.assert_quiet(&mut o);
}
