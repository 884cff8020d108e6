//! Who is whom where little is known: two people are never one card for what somebody had not heard yet.

use serde_json::json;

use super::support::{Replica, add, flow, only, touch};

#[test]
fn whoever_is_added_with_the_address_of_somebody_whose_row_is_gone_and_another_name_is_somebody_else() {
    let (mut one, mut two, mut o) = (Replica::new(1), Replica::new(2), flow());
    let jane = one.create(&[("name/given", "Jane"), ("emails/new/address", "office@example.com")]);
    one.run(&mut o);
    one.run(&mut o);
    one.meet(&mut two);
    let id = only(&o);
    touch(&mut o, &id, json!({ "surname": "Doe" }));
    one.run(&mut o);
    assert_eq!(one.shows(&jane, "name/surname"), "Doe");
    o.mailbox.delete(&id).expect("deleted");
    two.take_over(2);
    two.run(&mut o);
    assert!(two.system.base(&id).is_some_and(|base| base.missing > 0), "it is missing");
    // Only now it hears of her surname.
    one.meet(&mut two);
    let other =
        json!({ "givenName": "Max", "surname": "Roe", "emailAddresses": [{ "address": "office@example.com" }] });
    let new = add(&mut o, other);
    two.audit(&mut o);
    let max = two.system.base(&new).expect("a base").card.clone();
    assert_ne!(max, jane, "Max is not Jane");
    assert_eq!((two.shows(&jane, "name/given").as_str(), two.conflicts(&jane).len()), ("Jane", 0));
    assert_eq!(two.shows(&max, "name/surname"), "Roe");
    for _ in 0..4 {
        two.audit(&mut o);
    }
    assert_eq!(two.conflicts(&jane), ["state"], "nobody here knows what her row had seen when it was deleted");
    assert_eq!((two.conflicts(&max).len(), only(&o)), (0, new));
    two.assert_quiet(&mut o);
}

#[test]
fn a_row_that_was_moved_before_a_takeover_is_found_though_its_card_was_renamed() {
    let (mut one, mut two, mut o) = (Replica::new(1), Replica::new(2), flow());
    let fields = [("name/given", "Jane"), ("name/surname", "Doe"), ("emails/new/address", "jane@example.com")];
    let jane = one.create(&fields);
    one.run(&mut o);
    one.run(&mut o);
    one.meet(&mut two);
    let id = only(&o);
    two.take_over(2);
    let row = o.mailbox.get(&id).expect("a row");
    o.mailbox.delete(&id).expect("gone from its folder");
    two.run(&mut o);
    assert!(two.system.base(&id).is_some_and(|base| base.missing > 0), "it is missing");
    two.edit(&jane, &[("name/given", "Max"), ("name/surname", "Roe")]);
    let moved =
        add(&mut o, json!({ "givenName": "Jane", "surname": "Doe", "emailAddresses": row["emailAddresses"].clone() }));
    two.audit(&mut o);
    assert_eq!(two.system.base(&moved).expect("a base").card, jane);
    assert_eq!((two.cards().len(), o.mailbox.len()), (1, 1));
}
