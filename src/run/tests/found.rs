//! What the simulator's world with a mailbox found, each as small as it could be made.

use contactmesh_mailbox::Fault;
use serde_json::json;

use super::scripts::{synced, title};
use super::support::{FOLDER, Replica, add, flow, only, row, touch};
use crate::contact::Value;
use crate::run::Wish;

fn audit() -> Wish {
    Wish { audit: true, run: String::new() }
}

#[test]
fn what_a_user_edits_before_the_answer_to_a_create_comes_is_a_question_with_both_answers() {
    // What they had before their eyes may have been what was left of what was sent.
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("name/surname", "Doe")]);
    assert!(d.run_with(&mut o, Wish::default(), &[(2, Fault::LostAnswer)]).is_none());
    let id = only(&o);
    touch(&mut o, &id, json!({ "surname": "Roe" }));
    d.run(&mut o);
    assert_eq!(d.conflicts(&jane), ["name"]);
    assert_eq!(row(&o, &only(&o))["surname"], "Roe", "not overwritten");
    d.choose(&jane, "name", 2);
    d.run(&mut o);
    assert_eq!((d.shows(&jane, "name/surname").as_str(), d.conflicts(&jane).len()), ("Roe", 0));
    assert_eq!(row(&o, &only(&o))["surname"], "Roe");
    d.assert_quiet(&mut o);
}

#[test]
fn not_even_one_row_with_nothing_in_it_is_believed() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("titles/new/name", "Dr")]);
    d.run(&mut o);
    d.run(&mut o);
    let id = only(&o);
    touch(&mut o, &id, json!({ "jobTitle": "Prof" }));
    let report = d.run_with(&mut o, Wish::default(), &[(0, Fault::BlankRows)]).expect("a run");
    assert_eq!(report.held.map(|hold| hold.kind).as_deref(), Some("blank"));
    assert_eq!(
        (d.shows(&jane, "name/given").as_str(), d.all(&jane, "titles", "name")),
        ("Jane", vec!["Dr".to_owned()])
    );
    d.run(&mut o);
    assert_eq!(d.all(&jane, "titles", "name"), ["Prof"]);
    // Nor is somebody made of one.
    let (mut fresh, wish) = (Replica::new(2), Wish::default());
    fresh.take_over(2);
    fresh.run_with(&mut o, wish, &[(0, Fault::BlankRows)]);
    assert_eq!(fresh.cards().len(), 0);
    fresh.audit(&mut o);
    assert_eq!(fresh.cards().len(), 1);
}

#[test]
fn what_is_edited_while_nobody_knows_where_a_row_is_is_sent_when_it_is_there_again() {
    let (mut d, mut o) = (Replica::new(1), flow());
    d.create(&[("name/given", "Bob")]);
    d.run(&mut o);
    let jane = d.create(&[("name/given", "Jane")]);
    d.run(&mut o);
    d.run(&mut o);
    let id = d.system.row_of(&jane).expect("a row").to_owned();
    // The listing leaves out its second half and counts what is left.
    d.edit(&jane, &[("name/given", "Janet")]);
    d.run_with(&mut o, audit(), &[(2, Fault::ShortListing)]);
    assert_eq!(row(&o, &id)["givenName"], "Jane", "not sent to a row that is missing");
    d.audit(&mut o);
    d.run(&mut o);
    assert_eq!(row(&o, &id)["givenName"], "Janet");
    d.assert_quiet(&mut o);
}

#[test]
fn a_row_that_is_moved_while_the_folders_are_listed_stays_one_person() {
    // Between the listings of changes, and between the complete ones.
    for at in [1, 3] {
        let (mut d, mut o) = (Replica::new(1), flow());
        let id = add(&mut o, json!({ "givenName": "Jane", "surname": "Doe" }));
        if at == 3 {
            d.run(&mut o);
        }
        d.run_beside(&mut o, audit(), &[], |_, o, number| {
            if number == at {
                o.mailbox.relocate(&id, "Other").expect("moved");
            }
        });
        for _ in 0..7 {
            d.audit(&mut o);
        }
        assert_eq!((d.cards().len(), o.mailbox.len(), d.system.rows().len()), (1, 1, 1), "at {at}");
        d.assert_quiet(&mut o);
    }
}

#[test]
fn a_number_that_a_user_moves_to_another_list_before_its_answer_comes_is_kept() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane =
        d.create(&[("name/given", "Jane"), ("phones/new/number", "+49 30 1"), ("phones/new/contexts/work", "true")]);
    d.run(&mut o);
    d.run(&mut o);
    let (id, number) = (only(&o), d.leaf(&jane, "phones", "number"));
    d.edit(&jane, &[(&number, "+49 30 2")]);
    assert!(d.run_with(&mut o, Wish::default(), &[(2, Fault::LostAnswer)]).is_none());
    touch(&mut o, &id, json!({ "businessPhones": [], "homePhones": ["+49 30 2"] }));
    for _ in 0..3 {
        d.run(&mut o);
    }
    assert_eq!(d.all(&jane, "phones", "number"), ["+49 30 2"]);
    assert_eq!(row(&o, &id)["homePhones"], json!(["+49 30 2"]), "where the user put it");
    d.assert_quiet(&mut o);
}

#[test]
fn what_was_cut_and_then_cleared_is_sent_again_once_a_person_wants_it_there() {
    let (mut d, mut o) = (Replica::new(1), flow());
    o.mailbox.cuts.insert("companyName".into(), 4);
    let jane = d.create(&[("name/given", "Jane"), ("organizations/new/name", "A long name")]);
    d.run(&mut o);
    d.run(&mut o);
    let id = only(&o);
    touch(&mut o, &id, json!({ "companyName": "" }));
    d.run(&mut o);
    let presence = d.leaf(&jane, "organizations", "name").trim_end_matches("/name").to_owned();
    assert_eq!(d.conflicts(&jane), [presence.as_str()], "its user had not seen the rest");
    d.decide(&jane, &presence, &Value::Bool(true));
    d.run(&mut o);
    assert_eq!(row(&o, &id)["companyName"], "A lo");
    d.assert_quiet(&mut o);
}

#[test]
fn one_who_is_in_a_card_twice_takes_nobody_elses_seat() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("emails/new/address", "one@example.com")]);
    for address in ["ONE@example.com", "two@example.com", "three@example.com"] {
        d.edit(&jane, &[("emails/new/address", address)]);
    }
    d.run(&mut o);
    let sent = row(&o, &only(&o))["emailAddresses"].to_string();
    for address in ["one@example.com", "two@example.com", "three@example.com"] {
        assert!(sent.to_lowercase().contains(address), "{address}: {sent}");
    }
    d.assert_quiet(&mut o);
}

#[test]
fn a_number_leaves_one_list_and_enters_another_together_or_not_at_all() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane =
        d.create(&[("name/given", "Jane"), ("phones/new/number", "+49 30 1"), ("phones/new/contexts/private", "true")]);
    d.run(&mut o);
    d.run(&mut o);
    let (id, number) = (only(&o), d.leaf(&jane, "phones", "number"));
    let private = number.replace("/number", "/contexts/private");
    let work = number.replace("/number", "/contexts/work");
    // Its user moves it to the business numbers, meanwhile somebody says in the book what it is for.
    d.edit(&jane, &[(&private, "true"), (&work, "true")]);
    touch(&mut o, &id, json!({ "businessPhones": ["+49 30 1"], "homePhones": [] }));
    for _ in 0..3 {
        d.run(&mut o);
        let row = row(&o, &id);
        let count = ["businessPhones", "homePhones"].map(|list| row[list].as_array().map_or(0, Vec::len));
        assert_eq!(count.iter().sum::<usize>(), 1, "{row}");
    }
    d.assert_quiet(&mut o);
}

#[test]
fn what_a_row_shows_is_not_written_over_while_it_is_among_the_answers() {
    let (mut d, mut o, jane, id) = synced();
    let mut other = Replica::new(2);
    d.meet(&mut other);
    let title = title(&mut d, &jane);
    // One goes back to what is there, the other does not; both are people.
    d.edit(&jane, &[(&title, "B")]);
    d.edit(&jane, &[(&title, "A")]);
    for text in ["C", "D", "E"] {
        other.edit(&jane, &[(&title, text)]);
    }
    other.meet(&mut d);
    assert_eq!(d.sides(&jane, &title), ["A", "E"]);
    assert_eq!(d.shows(&jane, &title), "E");
    d.run(&mut o);
    assert_eq!(row(&o, &id)["jobTitle"], "A");
    d.decide(&jane, &title, &Value::text("E").expect("text"));
    d.run(&mut o);
    assert_eq!(row(&o, &id)["jobTitle"], "E");
    d.assert_quiet(&mut o);
}

#[test]
fn what_both_edit_while_nobody_knows_of_a_create_is_on_both_sides() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("name/surname", "Doe")]);
    assert!(d.run_with(&mut o, Wish::default(), &[(2, Fault::AfterCreate)]).is_none());
    d.edit(&jane, &[("titles/new/name", "Engineer")]);
    let id = only(&o);
    touch(&mut o, &id, json!({ "companyName": "Acme" }));
    for _ in 0..3 {
        d.run(&mut o);
        o.mailbox.now += 700;
    }
    assert_eq!(d.conflicts(&jane), [""; 0]);
    assert_eq!(d.all(&jane, "organizations", "name"), ["Acme"]);
    assert_eq!(row(&o, &id)["jobTitle"], "Engineer");
    assert_eq!(d.cards(), [jane.as_str()]);
    d.assert_quiet(&mut o);
}

#[test]
fn a_namesake_of_the_family_is_not_taken_for_what_a_create_made() {
    // Whichever of the two was made first, and whatever their ids are.
    for is_first in [true, false] {
        let (mut d, mut o) = (Replica::new(1), flow());
        if is_first {
            add(&mut o, json!({ "givenName": "Bob", "surname": "Doe" }));
        }
        let jane = d.create(&[("name/given", "Jane"), ("name/surname", "Doe")]);
        assert!(d.run_with(&mut o, Wish::default(), &[(2, Fault::AfterCreate)]).is_none());
        if !is_first {
            add(&mut o, json!({ "givenName": "Bob", "surname": "Doe" }));
        }
        for _ in 0..3 {
            d.run(&mut o);
            o.mailbox.now += 700;
        }
        let id = d.system.row_of(&jane).expect("a row").to_owned();
        assert_eq!(row(&o, &id)["givenName"], "Jane");
        assert_eq!((d.cards().len(), o.mailbox.len()), (2, 2));
        d.assert_quiet(&mut o);
    }
}

#[test]
fn who_shares_an_address_with_somebody_whose_row_is_missing_is_not_taken_for_them() {
    let (mut one, mut two, mut o) = (Replica::new(1), Replica::new(2), flow());
    let jane =
        one.create(&[("name/given", "Jane"), ("name/surname", "Doe"), ("emails/new/address", "does@example.com")]);
    one.run(&mut o);
    one.run(&mut o);
    one.meet(&mut two);
    o.mailbox.delete(&only(&o)).expect("deleted");
    two.take_over(2);
    // Jane's row is missing, and nobody knows when it was made.
    two.edit(&jane, &[("notes/new/note", "private")]);
    add(
        &mut o,
        json!({ "givenName": "Bob", "surname": "Roe", "emailAddresses": [{ "address": "other@example.com" }] }),
    );
    two.audit(&mut o);
    let john = json!({ "givenName": "John", "surname": "Poe", "emailAddresses": [{ "address": "does@example.com" }] });
    let id = add(&mut o, john);
    two.audit(&mut o);
    assert_eq!(two.shows(&jane, "name/given"), "Jane");
    assert_eq!(two.conflicts(&jane), Vec::<String>::new());
    assert_ne!(two.system.base(&id).map(|base| base.card.clone()), Some(jane));
    assert_eq!(two.cards().len(), 3);
}

#[test]
fn who_is_written_down_in_the_second_of_somebody_else_is_in_the_book_at_once() {
    let (mut d, mut o) = (Replica::new(1), flow());
    d.create(&[("name/given", "Jane")]);
    d.run(&mut o);
    let jane = only(&o);
    // Nothing has happened there since: one more is of the same second.
    let bob = json!({ "givenName": "Bob", "surname": "Roe", "homePhones": [] });
    let bob = o.mailbox.create(FOLDER, &bob).expect("a row");
    let [of_jane, of_bob] = [&row(&o, &jane), &bob].map(|row| row["createdDateTime"].clone());
    assert_eq!(of_jane, of_bob);
    d.run(&mut o);
    assert_eq!(d.cards().len(), 2);
    d.assert_quiet(&mut o);
}

#[test]
fn what_was_sent_to_a_row_that_was_moved_before_the_answer_came_is_no_edit_where_it_turns_up() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[
        ("name/given", "Jane"),
        ("emails/new/address", "jane@example.com"),
        ("addresses/new/name", "High Street 1"),
        ("addresses/new/contexts/private", "true"),
    ]);
    d.run(&mut o);
    d.run(&mut o);
    let street = d.leaf(&jane, "addresses", "name");
    d.edit(&jane, &[(&street, "High Street 2")]);
    assert!(d.run_with(&mut o, Wish::default(), &[(2, Fault::LostAnswer)]).is_none());
    o.mailbox.relocate(&only(&o), "Other").expect("moved");
    d.edit(&jane, &[(&street, "High Street 3")]);
    for _ in 0..6 {
        d.audit(&mut o);
    }
    assert_eq!(d.all(&jane, "addresses", "name"), ["High Street 3"]);
    assert_eq!(d.conflicts(&jane), Vec::<String>::new());
    assert_eq!(row(&o, &only(&o))["homeAddress"]["street"], "High Street 3");
    d.assert_quiet(&mut o);
}

#[test]
fn what_the_mailbox_was_not_sent_because_another_answer_is_shown_outlives_what_it_clears() {
    let (mut d, mut o, jane, id) = synced();
    let mut other = Replica::new(2);
    d.meet(&mut other);
    let company = d.leaf(&jane, "organizations", "name");
    other.edit(&jane, &[(&company, "Left")]);
    d.edit(&jane, &[(&company, "Right")]);
    d.meet(&mut other);
    d.run(&mut o);
    assert_ne!(row(&o, &id)["companyName"], "Acme", "the shown answer is sent");
    touch(&mut o, &id, json!({ "companyName": "" }));
    d.run(&mut o);
    // Whoever cleared it never saw the other answer.
    let whole = company.trim_end_matches("/name").to_owned();
    assert_eq!(d.conflicts(&jane), [whole.as_str(), company.as_str()]);
    d.decide(&jane, &whole, &Value::Bool(true));
    assert_eq!(d.sides(&jane, &company), ["Left", "Right"]);
}

#[test]
fn who_is_edited_and_moved_in_the_second_they_were_made_in_stays_one_person() {
    let (mut d, mut o) = (Replica::new(1), flow());
    d.create(&[("name/given", "Jane"), ("titles/new/name", "Dr")]);
    d.run(&mut o);
    // Nothing has happened there since.
    let id = o.mailbox.relocate(&only(&o), "Other").expect("moved");
    let row = o.mailbox.update(&id, &json!({ "department": "R&D" })).expect("a row");
    assert_eq!(row["createdDateTime"], row["lastModifiedDateTime"]);
    for _ in 0..7 {
        d.audit(&mut o);
    }
    assert_eq!((d.cards().len(), o.mailbox.len(), d.system.rows().len()), (1, 1, 1));
    d.assert_quiet(&mut o);
}

#[test]
fn a_row_that_is_put_back_while_another_is_made_for_its_card_is_not_linked_beside_that() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("name/surname", "Doe"), ("emails/new/address", "jane@example.com")]);
    d.run(&mut o);
    d.run(&mut o);
    let before = row(&o, &only(&o));
    d.delete(&jane);
    d.run(&mut o);
    assert!(o.mailbox.is_empty());
    d.restore(&jane);
    d.run_with(&mut o, Wish::default(), &[(2, Fault::FailsAfter)]);
    assert_eq!(o.mailbox.len(), 1, "made, and nobody knows");
    o.mailbox.put_back(FOLDER, &before);
    for _ in 0..4 {
        d.audit(&mut o);
        let mut cards: Vec<String> = d.system.rows().values().map(|base| base.card.clone()).collect();
        let all = cards.len();
        cards.sort();
        cards.dedup();
        assert_eq!(cards.len(), all, "one card has one row");
    }
    assert!(d.system.row_of(&jane).is_some());
}

#[test]
fn one_who_was_made_with_somebody_and_moved_does_not_inherit_from_them() {
    let (mut d, mut o) = (Replica::new(1), flow());
    let jane = d.create(&[("name/given", "Jane"), ("name/surname", "Doe"), ("emails/new/address", "jane@example.com")]);
    let bob = d.create(&[("name/given", "Bob"), ("name/surname", "Roe"), ("emails/new/address", "bob@example.com")]);
    d.run(&mut o);
    d.run(&mut o);
    let [of_jane, of_bob] = [&jane, &bob].map(|card| d.system.row_of(card).expect("a row").to_owned());
    assert_eq!(row(&o, &of_jane)["createdDateTime"], row(&o, &of_bob)["createdDateTime"]);
    // Jane is deleted where she was, after a user moved her; then they move Bob too.
    d.run_beside(&mut o, Wish::default(), &[], |d, o, number| {
        if number == 0 {
            d.delete(&jane);
            o.mailbox.relocate(&of_jane, "Other").expect("moved");
        }
    });
    o.mailbox.relocate(&of_bob, "Other").expect("moved");
    for _ in 0..6 {
        d.audit(&mut o);
    }
    assert_eq!(d.all(&bob, "emails", "address"), ["bob@example.com"]);
    assert_eq!((d.shows(&bob, "name/given").as_str(), d.conflicts(&bob).len()), ("Bob", 0));
    d.assert_quiet(&mut o);
}
