//! Requests: only what changed, lists and objects whole, each field cleared in its own way.

use super::*;

fn jane() -> Fields {
    card(&[
        ("name/given", "Jane"),
        ("name/surname", "Doe"),
        ("emails/a/address", "jane@example.com"),
        ("phones/h/number", "555 0100"),
        ("phones/h/contexts/private", "yes"),
        ("anniversaries/b/kind", "birth"),
        ("anniversaries/b/date", "1985-04-12"),
        ("addresses/w/name", "Ring 1"),
        ("addresses/w/locality", "Berlin"),
        ("addresses/w/contexts/work", "yes"),
    ])
}

fn request(fields: &Fields, held: &[Content]) -> Json {
    let changes = OUTLOOK.changes(&OUTLOOK.project(&shown(fields), held), held);
    let request = OUTLOOK.update(held, &[], &changes);
    json!({ "fields": request.fields, "clear": request.clear })
}

#[test]
fn a_new_row_carries_what_the_card_shows_and_what_the_connector_insists_on() {
    let expected = json!({
        "id": "row", "changeKey": "1",
        "givenName": "Jane", "surname": "Doe",
        "emailAddresses": [{ "address": "jane@example.com" }],
        "homePhones": ["555 0100"],
        "birthday": "1985-04-12T00:00:00Z",
        "businessAddress": {
            "street": "Ring 1", "city": "Berlin", "state": null, "postalCode": null, "countryOrRegion": null,
        },
    });
    assert_eq!(create(&jane()).0, expected);
    let nobody = OUTLOOK.create(&OUTLOOK.project_new(&shown(&Fields::new())));
    assert_eq!(json!(nobody.fields), json!({ "givenName": "-", "homePhones": [] }));
}

#[test]
fn an_update_sends_required_fields_with_their_current_value_and_nothing_else_unchanged() {
    let mut fields = jane();
    let (_, held) = create(&fields);
    put(&mut fields, "name/surname", Value::Str("Roe".into()));
    let expected = json!({ "givenName": "Jane", "surname": "Roe", "homePhones": ["555 0100"] });
    assert_eq!(request(&fields, &held), json!({ "fields": expected, "clear": [] }));
    assert_eq!(request(&jane(), &held), json!({ "fields": {}, "clear": [] }), "no difference, no request");
}

#[test]
fn every_field_is_cleared_in_its_own_way() {
    let mut fields = jane();
    let (_, held) = create(&fields);
    for element in ["emails/a", "phones/h", "anniversaries/b", "addresses/w"] {
        remove(&mut fields, element);
    }
    fields.remove("name/surname");
    let expected = json!({
        "givenName": "Jane", "surname": "", "emailAddresses": [], "homePhones": [],
        "businessAddress": { "street": "", "city": "", "state": "", "postalCode": "", "countryOrRegion": "" },
    });
    assert_eq!(request(&fields, &held), json!({ "fields": expected, "clear": ["birthday"] }));
}

#[test]
fn an_object_is_sent_whole_and_what_is_not_known_of_it_is_not_emptied() {
    let mut fields = jane();
    let (mut row, held) = create(&fields);
    row["businessAddress"]["state"] = json!(7);
    let held = OUTLOOK.read(&row, &held).contents;
    put(&mut fields, "addresses/w/postcode", Value::Str("10115".into()));
    let expected = json!({ "street": "Ring 1", "city": "Berlin", "postalCode": "10115", "countryOrRegion": "" });
    assert_eq!(request(&fields, &held)["fields"]["businessAddress"], expected);
}

#[test]
fn entries_that_do_not_change_are_sent_as_they_came_back() {
    let mut fields = jane();
    let (mut row, held) = create(&fields);
    row["emailAddresses"] = json!([{ "name": "The boss", "address": "Jane@example.com" }]);
    let held = OUTLOOK.read(&row, &held).contents;
    put(&mut fields, "emails/b/address", Value::Str("doe@example.com".into()));
    let sent = json!([{ "name": "The boss", "address": "Jane@example.com" }, { "address": "doe@example.com" }]);
    assert_eq!(request(&fields, &held)["fields"]["emailAddresses"], sent);
    put(&mut fields, "emails/a/address", Value::Str("jd@example.com".into()));
    let sent = json!([{ "name": "The boss", "address": "jd@example.com" }, { "address": "doe@example.com" }]);
    assert_eq!(request(&fields, &held)["fields"]["emailAddresses"], sent);
    row["emailAddresses"][0]["name"] = json!("Jane (jane@example.com)");
    let held = OUTLOOK.read(&row, &held).contents;
    let sent = json!([{ "address": "jd@example.com" }, { "address": "doe@example.com" }]);
    assert_eq!(request(&fields, &held)["fields"]["emailAddresses"], sent, "a name that repeats the old address goes");
}

#[test]
fn an_entry_that_is_only_a_name_is_not_lost_when_the_list_is_written() {
    let mut fields = jane();
    let (mut row, held) = create(&fields);
    row["emailAddresses"] = json!([{ "name": "Old desk", "address": null }, { "address": "jane@example.com" }, {}]);
    let reading = OUTLOOK.read(&row, &held);
    assert_eq!((reading.removed.len(), reading.rest.len()), (0, 1));
    put(&mut fields, "emails/b/address", Value::Str("doe@example.com".into()));
    let changes = OUTLOOK.changes(&OUTLOOK.project(&shown(&fields), &reading.contents), &reading.contents);
    let request = OUTLOOK.update(&reading.contents, &reading.rest, &changes);
    assert_eq!(request.fields["emailAddresses"][2]["name"], json!("Old desk"));
}

#[test]
fn names_of_seats_are_read_back_and_no_other_text_is_one() {
    for name in ["surname", "emailAddresses/1", "emailAddresses/3", "homeAddress", "company", "categories/100"] {
        assert_eq!(OUTLOOK.seat(name).map(|seat| OUTLOOK.seat_name(seat)).as_deref(), Some(name));
    }
    for name in
        ["", "emailAddresses", "emailAddresses/0", "emailAddresses/4", "emailAddresses/01", "surname/1", "x/1/2"]
    {
        assert_eq!(OUTLOOK.seat(name), None, "{name}");
    }
    let slot = |seat: &str, part| OUTLOOK.slot_name(OUTLOOK.seat(seat).expect("a seat"), part);
    assert_eq!(
        [slot("company", 1), slot("emailAddresses/2", 0), slot("homePhones/1", 0), slot("homeAddress", 0)],
        ["department", "emailAddresses/2/address", "homePhones/1", "homeAddress/street"]
    );
}

#[test]
fn the_document_for_people_names_every_key_of_the_table() {
    let document = include_str!("../../../docs/lens-outlook.md");
    let keys = OUTLOOK.fields.iter().flat_map(|field| match field.shape {
        Shape::Keys => field.parts.iter().map(|part| part.key).collect(),
        Shape::Object => field.parts.iter().map(|part| part.key).chain([field.name]).collect(),
        Shape::List => vec![field.name],
    });
    let left_alone = OUTLOOK.unread.iter().map(|(key, _)| *key).chain(OUTLOOK.about.iter().copied());
    for key in keys.chain(left_alone).chain([OUTLOOK.called, OUTLOOK.id, OUTLOOK.revision]) {
        assert!(document.contains(&format!("`{key}`")), "{key}");
    }
}
