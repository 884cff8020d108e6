//! What hosts read and say about systems of record.

use contactmesh_mailbox::Flow;
use serde_json::{Value as Json, json};

use super::Engine;
use crate::error::Code;

fn engine(seed: u8) -> Engine {
    Engine::open([], [seed; 32]).expect("opens")
}

fn parse(json: &str) -> Json {
    serde_json::from_str(json).expect("JSON")
}

fn mailbox() -> Flow {
    let mut flow = Flow::default();
    flow.mailbox.now = 1_000_000;
    flow
}

const CONNECT: &str = r#"{"kind":"outlook","book":"b1"}"#;

fn run(engine: &mut Engine, flow: &mut Flow, wish: &str) -> Json {
    flow.mailbox.now += 60;
    engine.system_begin("office", wish).expect("begins");
    loop {
        let step = parse(&engine.system_next("office", 5_000).expect("a step"));
        match step["do"].as_str().expect("what to do") {
            "ask" => {
                let answer = flow.serve(step["flow"].as_str().expect("which"), &step["body"], None).expect("an answer");
                engine.system_answer("office", &answer.to_string(), 5_000).expect("taken");
            }
            "done" => return step["report"].clone(),
            _ => {}
        }
    }
}

#[test]
fn a_plan_names_every_field_that_would_be_sent_and_who_wrote_it_and_sends_nothing() {
    let (mut engine, mut flow) = (engine(1), mailbox());
    engine.name_replica("Laptop", 1).expect("named");
    engine.system_connect("office", CONNECT, 1).expect("connected");
    let made = parse(&engine.create(r#"{"name/given":"Jane","titles/new/name":"Nurse"}"#, 2_000).expect("made"));
    let plan = parse(&engine.system_plan("office", 9_000).expect("a plan"));
    let action = &plan["actions"][0];
    assert_eq!((action["do"].as_str(), action["name"].as_str()), (Some("create"), Some("Jane")));
    let slots: Vec<&str> =
        action["fields"].as_array().expect("fields").iter().filter_map(|field| field["slot"].as_str()).collect();
    assert_eq!(slots, ["givenName", "jobTitle"]);
    assert_eq!(action["fields"][1]["to"], "Nurse");
    assert_eq!(action["fields"][1]["because"]["label"], "Laptop");
    assert_eq!((flow.requests, run(&mut engine, &mut flow, "{}")["sent"].as_u64()), (0, Some(1)));
    assert_eq!(parse(&engine.system_plan("office", 9_000).expect("a plan"))["actions"], json!([]));
    engine.delete(made["id"].as_str().expect("id"), None, 3_000).expect("deleted");
    let plan = parse(&engine.system_plan("office", 9_000).expect("a plan"));
    assert_eq!(
        (&plan["actions"][0]["do"], &plan["actions"][0]["because"]["label"]),
        (&"delete".into(), &"Laptop".into())
    );
}

#[test]
fn history_says_which_system_wrote_a_value_in_which_run() {
    let (mut engine, mut flow) = (engine(1), mailbox());
    engine.system_connect("office", CONNECT, 1).expect("connected");
    let made = flow.mailbox.create("Contacts", &json!({ "givenName": "Bob", "homePhones": [] })).expect("a row");
    let report = run(&mut engine, &mut flow, r#"{"run":"morning"}"#);
    assert_eq!((report["created"].as_u64(), report["held"].is_null()), (Some(1), true));
    let list = parse(&engine.list(&crate::book::ListQuery { limit: Some(10), ..Default::default() }).expect("a list"));
    let id = list["rows"][0]["id"].as_str().expect("a card").to_owned();
    let writer = parse(&engine.history(&id, 9_000).expect("a history"))[0]["writer"].clone();
    assert_eq!(writer["system"], "office");
    assert_eq!(writer["run"], "morning");
    assert_eq!((&writer["row"], &writer["origin"]), (&made["id"], &"system".into()));
}

#[test]
fn one_replica_drives_and_another_takes_over_only_when_told() {
    let (mut one, mut two, mut flow) = (engine(1), engine(2), mailbox());
    assert_eq!(parse(&one.system_connect("office", CONNECT, 1).expect("connected"))["epoch"], 1);
    let chunks = one.outgoing("r", 100).chunks;
    two.incoming("r", &chunks, "1").expect("taken in");
    let refused = two.system_connect("office", CONNECT, 2).expect_err("driven by another");
    assert_eq!(refused.code(), Code::NotDriver);
    let taken =
        two.system_connect("office", r#"{"kind":"outlook","book":"b1","takeOver":true}"#, 3).expect("taken over");
    assert_eq!(parse(&taken)["epoch"], 2);
    run(&mut two, &mut flow, "{}");
    // The old driver does not know yet; the flow tells it.
    one.system_begin("office", "{}").expect("begins");
    let step = parse(&one.system_next("office", 4).expect("a step"));
    let answer = flow.serve("pull", &step["body"], None).expect("an answer");
    let error = one.system_answer("office", &answer.to_string(), 4).expect_err("refused");
    assert_eq!(error.code(), Code::NotDriver);
    // Once it hears of it from the book, it does not even ask.
    let chunks = two.outgoing("r", 100).chunks;
    one.incoming("r", &chunks, "2").expect("taken in");
    assert_eq!(one.system_begin("office", "{}").expect_err("not the driver").code(), Code::NotDriver);
    assert_eq!(parse(&one.system_status("office").expect("status"))["isDriver"], false);
    // Given up, it is free for anybody.
    two.system_disconnect("office", 5).expect("disconnected");
    let chunks = two.outgoing("r", 100).chunks;
    one.incoming("r", &chunks, "3").expect("taken in");
    assert_eq!(parse(&one.system_connect("office", CONNECT, 6).expect("connected"))["epoch"], 3);
}

#[test]
fn what_a_host_says_wrong_is_refused_with_what_to_say() {
    let mut engine = engine(1);
    for (options, says) in [
        (r#"{"kind":"fax","book":"b"}"#, "no kind of system"),
        (r#"{"kind":"outlook","book":"b","folder":"x"}"#, "no option `folder`"),
        (r#"{"kind":"outlook","book":"a b"}"#, "a b"),
        ("[]", "JSON object"),
    ] {
        let error = engine.system_connect("office", options, 1).expect_err(says);
        assert!(error.message().contains(says), "{error}");
    }
    assert_eq!(engine.system_begin("office", "{}").expect_err("unknown").code(), Code::SystemUnknown);
    assert_eq!(engine.system_next("office", 1).expect_err("no run").code(), Code::SystemUnknown);
    engine.system_connect("office", CONNECT, 1).expect("connected");
    assert_eq!(engine.system_confirm("office", "x", "take").expect_err("nothing held").code(), Code::BadInput);
    assert_eq!(engine.system_decide("office", "x", None).expect_err("nothing parked").code(), Code::BadInput);
    engine.system_begin("office", "{}").expect("begins");
    engine.system_next("office", 1).expect("a request");
    let error = engine.system_answer("office", "<html>", 1).expect_err("no JSON");
    assert_eq!(error.code(), Code::BadAnswer);
}

#[test]
fn a_hostile_or_foolish_answer_ends_the_run_and_changes_nothing() {
    let answers = [
        json!({}),
        json!([]),
        json!(null),
        json!({ "v": 2 }),
        json!({ "v": 1, "op": "changed", "folder": "Contacts" }),
        json!({ "v": 1, "op": "changed", "folder": "Other", "items": [], "watermark": "2026-01-01T00:00:00Z" }),
        json!({ "v": 1, "op": "audit", "folder": "Contacts", "rows": [], "count": 0, "complete": true }),
        json!({ "v": 1, "op": "changed", "folder": "Contacts", "items": {}, "watermark": "x" }),
    ];
    for answer in answers {
        let mut engine = engine(1);
        engine.system_connect("office", CONNECT, 1).expect("connected");
        engine.take_batch().expect("a batch");
        engine.system_begin("office", "{}").expect("begins");
        engine.system_next("office", 1).expect("a request");
        assert_eq!(
            engine.system_answer("office", &answer.to_string(), 1).expect_err("refused").code(),
            Code::BadAnswer
        );
        assert!(engine.take_batch().expect("a batch").is_empty(), "{answer}");
    }
    // Rows that are none are passed over, and named.
    let mut engine = engine(1);
    engine.system_connect("office", CONNECT, 1).expect("connected");
    engine.system_begin("office", "{}").expect("begins");
    engine.system_next("office", 1).expect("a request");
    let items = json!([null, 7, "x", {}, { "id": "" }, { "id": "__proto__", "givenName": ["x"], "emailAddresses": { "a": 1 } }]);
    let answer =
        json!({ "v": 1, "op": "changed", "folder": "Contacts", "items": items, "watermark": "2026-01-01T00:00:00Z" });
    engine.system_answer("office", &answer.to_string(), 1).expect("taken");
    let mut step = parse(&engine.system_next("office", 1).expect("a step"));
    while step["do"] == "work" {
        step = parse(&engine.system_next("office", 1).expect("a step"));
    }
    assert_eq!(step["report"]["alerts"], json!(["row-without-id", "empty-row"]));
}
