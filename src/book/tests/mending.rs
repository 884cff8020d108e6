//! What comes back after something of a store was lost, or a relay was: everything that anybody still has.

use super::*;

#[test]
fn a_card_with_two_writers_as_one_stays_equal_when_its_row_is_lost() {
    let (mut a, mut log) = (Replica::new(1), Vec::new());
    let id = a.create(&[("name/given", "Jane")]);
    a.sync(&mut log);
    let disk = a.disk.clone();
    let twin = || Replica { book: Book::open(disk.clone(), [77; 32]).expect("opens"), disk: disk.clone(), seed: 77 };
    let (mut one, mut two, mut c) = (twin(), twin(), Replica::new(3));
    one.edit(&id, &[("note", "one"), ("title", "only one")]);
    two.edit(&id, &[("note", "two"), ("language", "only two")]);
    converge(&mut [&mut a, &mut one, &mut two, &mut c], &mut log);
    c.disk.retain(|key, _| !key.starts_with("page/"));
    c.reopen();
    c.edit(&id, &[("uid", "x")]);
    converge(&mut [&mut a, &mut c], &mut log);
    c.reopen();
    assert_eq!(c.book.state_hash(), a.book.state_hash());
}

#[test]
fn what_waits_from_a_relay_that_forgot_it_is_offered_to_it_again() {
    let (mut a, mut b, mut c) = (Replica::new(1), Replica::new(2), Replica::new(3));
    let id = a.create(&[("name/given", "Jane")]);
    let one = relay::outgoing(&a.book, "r", 100);
    relay::acknowledge(&mut a.book, "r", one.upto).expect("known");
    a.edit(&id, &[("note", "x")]);
    let two = relay::outgoing(&a.book, "r", 100);
    b.book.receive("r", &two.chunks[0]).expect("waits");
    b.commit();
    // The relay was restored from before; the first change comes by another one.
    b.book.forget_relay("r");
    b.book.receive("s", &one.chunks[0]).expect("fits");
    b.commit();
    converge(&mut [&mut b, &mut c], &mut Vec::new());
    assert_eq!(c.value(&id, "note"), "x");
}

#[test]
fn what_is_written_after_the_last_pack_was_lost_is_offered() {
    let (mut a, mut log) = (Replica::new(1), Vec::new());
    let id = a.create(&[("name/given", "Jane")]);
    a.edit(&id, &[("note", "1")]);
    a.edit(&id, &[("note", "2")]);
    a.sync(&mut log);
    let last = a.disk.keys().rfind(|key| key.starts_with("pack/")).expect("there").clone();
    a.disk.remove(&last);
    a.reopen();
    a.edit(&id, &[("title", "new")]);
    a.reopen();
    assert_eq!(relay::outgoing(&a.book, "r", 100).chunks.len(), 1);
}

#[test]
fn a_draft_never_writes_the_id_or_the_state() {
    for path in ["id", "state"] {
        let json = format!(r#"[{{"uid":"u1","fields":{{"name/given":"Jane","{path}":"other"}}}}]"#);
        let error = Draft::list_from_json(&json).expect_err(path);
        assert!(error.message().contains("never in a draft"), "{error}");
    }
}

#[test]
fn a_lost_pack_takes_nobody_elses_card_along_and_comes_back_with_a_sync() {
    let (mut a, mut b, mut log) = (Replica::new(1), Replica::new(2), Vec::new());
    let id = a.create(&[("name/given", "Jane")]);
    let other = a.create(&[("name/given", "Bob")]);
    a.edit(&id, &[("note", "1")]);
    converge(&mut [&mut a, &mut b], &mut log);
    let whole = b.book.state_hash();
    a.edit(&id, &[("title", "never sent")]);
    a.disk.remove("pack/00000000");
    a.reopen();
    assert_eq!(a.book.list(&ListQuery::default()).map(|json| json.contains("Bob")), Ok(true));
    assert!(a.book.card(&id).expect_err("lost").message().contains("its first changes are missing"));
    assert_eq!(a.value(&other, "name/given"), "Bob");
    // What the host does with a damaged store: everything is offered and pulled again.
    a.book.forget_relay("r");
    converge(&mut [&mut a, &mut b], &mut log);
    assert_eq!((a.value(&id, "note"), a.value(&id, "title")), ("1".to_owned(), "never sent".to_owned()));
    assert_ne!(a.book.state_hash(), whole);
    for _ in 0..2 {
        a.reopen();
        assert_eq!(a.book.state_hash(), b.book.state_hash());
        a.edit(&id, &[("note", "2")]);
        converge(&mut [&mut a, &mut b], &mut log);
        a.edit(&id, &[("note", "1")]);
        converge(&mut [&mut a, &mut b], &mut log);
    }
}
