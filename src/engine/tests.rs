//! What the engine hands out, as its hosts read it.

use serde_json::Value as Json;

use super::*;

fn parse(json: &str) -> Json {
    serde_json::from_str(json).expect("JSON")
}

fn engine(seed: u8) -> Engine {
    Engine::open([], [seed; 32]).expect("opens")
}

#[test]
fn a_card_is_read_as_it_was_written_and_its_history_says_who_wrote_what() {
    let mut engine = engine(1);
    engine.name_replica("Laptop", 5).expect("names");
    let made =
        parse(&engine.create(r#"{"name/given":"Jane","emails/new/address":"j@example.com"}"#, 1000).expect("makes"));
    let id = made["id"].as_str().expect("id").to_owned();
    let edited = parse(&engine.edit(&id, None, r#"{"name/given":"Janet","name/surname":"Doe"}"#, 2000).expect("edits"));
    assert_eq!(edited["changed"], true);
    let card = parse(&engine.card(&id, 9000).expect("reads"));
    assert_eq!(card["fields"]["name/given"], "Janet");
    let email = card["elements"]["emails"][0].as_str().expect("one e-mail");
    assert_eq!(card["fields"][format!("emails/{email}/address")], "j@example.com");
    let before = parse(&engine.card_at(&id, made["revision"].as_str().expect("token")).expect("reads"));
    assert_eq!(
        (&before["fields"]["name/given"], &before["fields"]["name/surname"]),
        (&Json::from("Jane"), &Json::Null)
    );
    let history = parse(&engine.history(&id, 1500).expect("reads"));
    assert_eq!(history[1]["changes"][0]["path"], "name/given");
    assert_eq!(
        (&history[1]["changes"][0]["from"][0], &history[1]["changes"][0]["to"]),
        (&"Jane".into(), &"Janet".into())
    );
    assert_eq!(history[1]["changes"].as_array().expect("list").len(), 2, "touches are not shown");
    assert_eq!((&history[1]["writer"]["label"], &history[1]["writer"]["time"]), (&"Laptop".into(), &Json::from(1500)));
    let rows = parse(&engine.list(&ListQuery::default()).expect("lists"));
    assert_eq!(rows["total"], 1, "the book's own cards are not listed");
}

#[test]
fn a_conflict_shows_every_side_and_who_wrote_it_and_can_be_decided() {
    let (mut a, mut b) = (engine(1), engine(2));
    let made = parse(&a.create(r#"{"name/given":"Jane","note":"0"}"#, 1).expect("makes"));
    let id = made["id"].as_str().expect("id").to_owned();
    let send = |from: &mut Engine, to: &mut Engine, round: u32| {
        let out = from.outgoing("r", 10);
        from.acknowledge("r", out.upto).expect("known");
        to.incoming("r", &out.chunks, &round.to_string()).expect("fits");
    };
    send(&mut a, &mut b, 1);
    a.edit(&id, None, r#"{"note":"a"}"#, 2).expect("edits");
    b.edit(&id, None, r#"{"note":"b"}"#, 3).expect("edits");
    send(&mut a, &mut b, 2);
    send(&mut b, &mut a, 2);
    assert_eq!(a.state_hash().expect("reads"), b.state_hash().expect("reads"));
    assert_eq!(a.count_foreign_values().expect("reads") + b.count_foreign_values().expect("reads"), 1 + 2);
    let open = parse(&a.conflicts(None, 9).expect("reads"));
    let sides = open[0]["conflicts"][0]["candidates"].as_array().expect("sides").clone();
    assert_eq!(sides.len(), 2);
    assert_ne!(sides[0]["writers"][0]["replica"], sides[1]["writers"][0]["replica"]);
    let revision = open[0]["revision"].as_str().expect("token").to_owned();
    a.resolve(&id, Some(&revision), "note", 2, 4).expect("decides");
    let card = parse(&a.card(&id, 9).expect("reads"));
    assert_eq!(card["fields"]["note"], sides[1]["value"]);
    assert_eq!(a.resolve(&id, None, "note", 1, 5).expect_err("decided").code(), Code::NotInConflict);
}

#[test]
fn bad_input_is_named_and_changes_nothing() {
    let mut engine = engine(1);
    for (fields, say) in [
        ("nonsense", "JSON object of paths"),
        (r#"{"a":1.5}"#, "path `a`: 1.5 is not a whole number"),
        (r#"{"a":{"b":1}}"#, "one path for each leaf"),
        (r#"{"__proto__/x":"y"}"#, "forbidden name"),
        (r#"{"emails/new/label":"x"}"#, "needs address"),
    ] {
        let error = engine.create(fields, 1).expect_err(fields);
        assert!(error.message().contains(say), "{fields}: {error}");
    }
    assert_eq!(engine.card("nosuch", 1).expect_err("unknown").code(), Code::CardUnknown);
    assert_eq!(engine.status().expect("reads").changes, 0);
}
