//! Traps of syncing contacts with a system, as far as a lens can step into them: one example each.

use super::*;

fn text(contents: &[Content], name: &str) -> String {
    at(contents, name).join("|")
}

#[test]
fn an_echo_in_the_systems_own_spelling_is_no_change() {
    let fields = card(&[
        ("name/given", "Jane"),
        ("name/surname", "Mu\u{308}ller"),
        ("emails/e1/address", "jane@example.com"),
        ("phones/p1/number", "+49 30 901820"),
    ]);
    let (mut row, held) = create(&fields);
    row["surname"] = json!("M\u{fc}ller ");
    row["businessPhones"] = json!(["+49 (30) 901820"]);
    row["emailAddresses"] = json!([{ "name": "Jane (jane@example.com)", "address": "Jane@Example.com" }]);
    let reading = OUTLOOK.read(&row, &held);
    assert_eq!((reading.removed.len(), reading.moved.len(), reading.rest.len()), (0, 0, 0));
    assert_eq!(changed(&fields, &reading.contents), [""; 0]);
}

#[test]
fn a_real_edit_of_a_number_is_one_change_and_the_book_keeps_its_own_spelling_of_the_others() {
    let mut fields = card(&[("phones/p1/number", "+49 30 901820"), ("phones/p2/number", "tel:+49-30-5")]);
    let (mut row, held) = create(&fields);
    row["businessPhones"] = json!(["+49 (30) 901821", "+49 305"]);
    let reading = OUTLOOK.read(&row, &held);
    let changes = OUTLOOK.changes(&OUTLOOK.project(&shown(&fields), &held), &reading.contents);
    assert_eq!(changes.len(), 1);
    let change = &changes[0];
    let before = fields.clone();
    edit(&mut fields, OUTLOOK.edits(change.seat, 0, Some("p1"), &change.from, &shown(&before)).expect("legal"));
    assert_eq!(fields["phones/p1/number"], Value::Str("+49 (30) 901821".into()));
    assert_eq!(fields["phones/p2/number"], Value::Str("tel:+49-30-5".into()));
    assert_eq!(changed(&fields, &reading.contents), [""; 0]);
}

#[test]
fn what_a_system_has_no_seat_for_is_neither_sent_nor_deleted_and_takes_the_seat_that_is_freed() {
    let mut fields = Fields::new();
    for id in ["a", "b", "c", "d"] {
        put(&mut fields, &format!("emails/{id}/address"), Value::Str(format!("{id}@example.com").into()));
    }
    let (mut row, held) = create(&fields);
    let projection = OUTLOOK.project(&shown(&fields), &held);
    assert_eq!(projection.unheld, [Unheld { path: "emails/d".into(), why: Why::NoSeat }]);
    // In Outlook somebody deletes b.
    row["emailAddresses"].as_array_mut().expect("a list").remove(1);
    let reading = OUTLOOK.read(&row, &held);
    let removed: Vec<&str> = reading.removed.iter().map(|(_, element)| element.as_str()).collect();
    assert_eq!(removed, ["b"]);
    remove(&mut fields, "emails/b");
    let projection = OUTLOOK.project(&shown(&fields), &reading.contents);
    assert_eq!(text(&projection.contents, "emailAddresses/2"), "d@example.com");
    assert_eq!(sits(&projection.contents, "emailAddresses/3"), "c", "who sits, stays");
    assert_eq!(changed(&fields, &reading.contents), ["emailAddresses/2/address=d@example.com"]);
    let request = OUTLOOK.update(&reading.contents, &[], &OUTLOOK.changes(&projection, &reading.contents));
    let sent = request.fields["emailAddresses"].as_array().expect("whole").len();
    assert_eq!(sent, 3);
}

#[test]
fn another_order_of_a_list_is_no_change_and_an_edited_entry_is_not_two() {
    let fields = card(&[
        ("emails/a/address", "anna@example.com"),
        ("emails/b/address", "bert@example.com"),
        ("emails/c/address", "carl@example.com"),
    ]);
    let (mut row, held) = create(&fields);
    row["emailAddresses"].as_array_mut().expect("a list").rotate_left(1);
    assert_eq!(changed(&fields, &OUTLOOK.read(&row, &held).contents), [""; 0]);
    row["emailAddresses"] = json!([{ "address": "carl@example.com" }, { "address": "anna@example.com" }, { "address": "bert2@example.com" }]);
    let reading = OUTLOOK.read(&row, &held);
    assert_eq!(reading.removed, []);
    assert_eq!(
        (sits(&reading.contents, "emailAddresses/2"), text(&reading.contents, "emailAddresses/2")),
        ("b".into(), "bert2@example.com".into())
    );
    assert_eq!(reading.contents.iter().filter(|c| OUTLOOK.seat_name(c.seat).starts_with("email")).count(), 3);
}

#[test]
fn a_number_taken_to_another_field_keeps_its_element_and_is_relabelled_once() {
    let mut fields = card(&[
        ("phones/p1/number", "+49 30 901820"),
        ("phones/p1/contexts/work", "yes"),
        ("phones/p2/number", "555 0100"),
        ("phones/p2/contexts/private", "yes"),
    ]);
    let (mut row, held) = create(&fields);
    row["businessPhones"] = json!(["555 0100"]);
    row["homePhones"] = json!(["+49 30 90 18 20"]);
    let reading = OUTLOOK.read(&row, &held);
    assert_eq!((reading.moved.len(), reading.removed.len()), (2, 0));
    for moved in &reading.moved {
        let before = fields.clone();
        edit(&mut fields, OUTLOOK.relabel(moved, &shown(&before)).expect("legal"));
    }
    let contexts: Vec<&str> = fields.keys().map(String::as_str).filter(|path| path.contains("contexts")).collect();
    assert_eq!(contexts, ["phones/p1/contexts/private", "phones/p2/contexts/work"]);
    assert_eq!(changed(&fields, &reading.contents), [""; 0]);
    let again = OUTLOOK.read(&row, &reading.contents);
    assert_eq!((again.moved.len(), again.removed.len()), (0, 0), "the same row again moves nobody");
}

#[test]
fn a_relabelled_number_moves_in_the_system() {
    let mut fields = card(&[("phones/p1/number", "555 0100"), ("phones/p1/contexts/work", "yes")]);
    let (_, held) = create(&fields);
    fields.remove("phones/p1/contexts/work");
    put(&mut fields, "phones/p1/contexts/private", Value::Bool(true));
    assert_eq!(changed(&fields, &held), ["businessPhones/1=", "homePhones/1=555 0100"]);
}

#[test]
fn an_address_with_components_the_system_lacks_is_shown_whole_and_not_torn_apart() {
    let mut fields = card(&[
        ("addresses/h/name", "Ring"),
        ("addresses/h/number", "1"),
        ("addresses/h/apartment", "4b"),
        ("addresses/h/locality", "Berlin"),
        ("addresses/h/countryCode", "DE"),
        ("addresses/h/contexts/private", "yes"),
        ("addresses/h/timeZone", "Europe/Berlin"),
    ]);
    let (row, held) = create(&fields);
    let home =
        json!({ "street": "Ring 1\n4b", "city": "Berlin", "state": null, "postalCode": null, "countryOrRegion": "DE" });
    assert_eq!(row["homeAddress"], home);
    assert_eq!(
        OUTLOOK.project(&shown(&fields), &held).unheld,
        [Unheld { path: "addresses/h/timeZone".into(), why: Why::NoPlace }]
    );
    let mut edited = row;
    edited["homeAddress"]["street"] = json!("Allee 7");
    let reading = OUTLOOK.read(&edited, &held);
    let seat = OUTLOOK.seat("homeAddress").expect("a seat");
    let before = fields.clone();
    edit(&mut fields, OUTLOOK.edits(seat, 0, Some("h"), "Allee 7", &shown(&before)).expect("legal"));
    assert_eq!(fields.get("addresses/h/number"), None, "half an old street is nobody's address");
    assert_eq!(changed(&fields, &reading.contents), [""; 0]);
    assert!(
        OUTLOOK.covers("addresses/h/number").expect("a path")
            && !OUTLOOK.covers("addresses/h/timeZone").expect("a path")
    );
}

#[test]
fn a_row_without_a_given_name_is_left_as_it_is() {
    let row =
        json!({ "companyName": "Example Ltd", "givenName": null, "homePhones": [], "displayName": "Example Ltd" });
    let mut reading = OUTLOOK.read(&row, &[]);
    assert_eq!(reading.called.as_deref(), Some("Example Ltd"));
    let fields = import(&OUTLOOK.person(&reading).expect("legal"), &mut reading.contents);
    assert!(!fields.keys().any(|path| path.starts_with("name")), "Outlook's display name is not a name somebody gave");
    assert_eq!(changed(&fields, &reading.contents), [""; 0]);
}

#[test]
fn a_given_name_we_made_up_stays_ours_until_somebody_gives_one() {
    let mut fields = card(&[("organizations/o/name", "Example Ltd")]);
    let (mut row, held) = create(&fields);
    assert_eq!((&row["givenName"], &row["homePhones"]), (&json!("Example Ltd"), &json!([])));
    assert_eq!(changed(&fields, &held), [""; 0], "it is not a difference");
    put(&mut fields, "name/given", Value::Str("Ann".into()));
    assert_eq!(changed(&fields, &held), ["givenName=Ann"]);
    let surname_only = card(&[("name/surname", "Doe"), ("organizations/o/name", "Example Ltd")]);
    assert_eq!(create(&surname_only).0["givenName"], json!("-"), "a company is no given name");
    // Somebody types one in Outlook.
    row["givenName"] = json!("Bo");
    let seat = OUTLOOK.seat("givenName").expect("a seat");
    let read = OUTLOOK.read(&row, &held);
    let there = held.iter().find(|c| c.seat == seat).expect("made up");
    assert!(!OUTLOOK.is_same(seat, 0, there.text(0), at(&read.contents, "givenName")[0]));
}

#[test]
fn what_outlook_cannot_hold_is_named() {
    let fields = card(&[
        ("notes/n/note", "likes tea"),
        ("anniversaries/b/kind", "birth"),
        ("anniversaries/b/date", "--04-12"),
        ("phones/f/number", "555 0102"),
        ("phones/f/features/fax", "yes"),
        ("media/m/blob", "00"),
        ("name/credential", "PhD"),
        ("emails/e/address", "e@example.com"),
        ("emails/e/label", "club"),
        ("language", "de"),
    ]);
    let named: Vec<String> = OUTLOOK
        .project(&shown(&fields), &[])
        .unheld
        .iter()
        .map(|unheld| format!("{} {}", unheld.path, unheld.why.as_str()))
        .collect();
    let expected = [
        "anniversaries/b not-of-form",
        "emails/e/label no-place",
        "language no-field",
        "media/m no-field",
        "name/credential no-field",
        "notes/n no-field",
        "phones/f no-field",
    ];
    assert_eq!(named, expected);
}

#[test]
fn the_same_number_in_two_fields_is_one_element_and_is_not_erased() {
    let row = json!({ "businessPhones": ["555 0100", "555 0101"], "homePhones": ["555-0100"], "givenName": "Ann" });
    let mut reading = OUTLOOK.read(&row, &[]);
    assert_eq!(reading.rest, [("homePhones", json!("555-0100"))]);
    let mut fields = import(&OUTLOOK.person(&reading).expect("legal"), &mut reading.contents);
    put(&mut fields, "name/given", Value::Str("Anna".into()));
    let changes = OUTLOOK.changes(&OUTLOOK.project(&shown(&fields), &reading.contents), &reading.contents);
    let request = OUTLOOK.update(&reading.contents, &reading.rest, &changes);
    assert_eq!(json!(request.fields), json!({ "givenName": "Anna", "homePhones": ["555-0100"] }));
}
