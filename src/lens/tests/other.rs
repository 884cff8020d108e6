//! The machinery knows no system: a CRM with one address, short company names and no first-name rule is another table.

use super::*;

const SHORT: Part = Part { longest: Some(10), ..Part::new("company", &[&["name"]], Form::Text) };

static CRM: Lens = Lens {
    system: "crm",
    id: "vid",
    revision: "",
    modified: "",
    created: "",
    called: "label",
    fields: &[
        Field::leaves("lastname", &[Part::new("lastname", &[&["name/surname"]], Form::Text)]),
        Field::element("email", Shape::Keys, ANY_EMAIL, &[Part::new("email", &[&["address"]], Form::Mail)]),
        Field::element("company", Shape::Keys, ANY_COMPANY, &[SHORT]),
    ],
    about: &["vid"],
    unread: &[],
};
const ANY_EMAIL: Elements = Elements { kind: "emails", takes: &[&[]], says: &[] };
const ANY_COMPANY: Elements = Elements { kind: "organizations", takes: &[&[]], says: &[] };

#[test]
fn a_text_the_system_cuts_is_unchanged_when_it_comes_back_and_named_as_cut() {
    let fields = card(&[
        ("organizations/o/name", "Example Limited"),
        ("emails/a/address", "a@example.com"),
        ("emails/b/address", "b@example.com"),
        ("primary/emails", "b"),
    ]);
    let projection = CRM.project(&shown(&fields), &[]);
    let named: Vec<String> = projection.unheld.iter().map(|u| format!("{} {}", u.path, u.why.as_str())).collect();
    assert_eq!(named, ["emails/a no-seat", "organizations/o/name cut"]);
    let row = json!(CRM.create(&projection).fields);
    assert_eq!(row, json!({ "company": "Example Li", "email": "b@example.com" }));
    let reading = CRM.read(&row, &projection.contents);
    assert_eq!(CRM.changes(&projection, &reading.contents), []);
}

#[test]
fn an_address_that_became_primary_waits_for_the_seat() {
    let mut fields = card(&[("emails/a/address", "a@example.com"), ("emails/b/address", "b@example.com")]);
    let before = CRM.project(&shown(&fields), &[]);
    fields.insert("primary/emails".into(), Value::Str("b".into()));
    let after = CRM.project(&shown(&fields), &before.contents);
    assert_eq!(before.contents, after.contents, "nobody is moved for somebody else");
}
