//! What a book promises: nothing lost, nothing twice, whatever the order, and after every reopening.

mod equivocation;
mod groups;
mod hostile;
mod mending;
mod parts;

use std::collections::BTreeMap;

use super::*;
use crate::contact::{Draft, Provenance, Value};
use crate::{inbound, relay};

/// A replica on a disk that keeps what was committed.
struct Replica {
    book: Book,
    disk: BTreeMap<String, Vec<u8>>,
    seed: u8,
}

fn text(text: &str) -> Value {
    Value::Str(text.into())
}

impl Replica {
    fn new(seed: u8) -> Self {
        Self { book: Book::open([], [seed; 32]).expect("opens"), disk: BTreeMap::new(), seed }
    }

    fn commit(&mut self) {
        let batch = self.book.take_batch().expect("writes");
        self.store(batch);
    }

    fn store(&mut self, batch: Batch) {
        assert!(batch.put.iter().all(|(key, _)| !batch.del.contains(key)), "a key is put or deleted, never both");
        batch.del.iter().for_each(|key| {
            self.disk.remove(key);
        });
        self.disk.extend(batch.put);
    }

    fn reopen(&mut self) {
        self.seed = self.seed.wrapping_add(100);
        self.book = Book::open(self.disk.clone(), [self.seed; 32]).expect("opens");
        assert_eq!(self.book.damage(), []);
    }

    fn edit(&mut self, id: &str, edits: &[(&str, &str)]) {
        let edits: Vec<(String, Value)> = edits.iter().map(|(p, v)| ((*p).to_owned(), text(v))).collect();
        let provenance = Provenance::person(self.book.replica());
        self.book.edit(id, None, &edits, &Clock { now: 1, provenance: &provenance }).expect("legal");
        self.commit();
    }

    fn create(&mut self, edits: &[(&str, &str)]) -> String {
        let edits: Vec<(String, Value)> = edits.iter().map(|(p, v)| ((*p).to_owned(), text(v))).collect();
        let provenance = Provenance::person(self.book.replica());
        let id = self.book.create(None, &edits, &Clock { now: 1, provenance: &provenance }).expect("legal");
        self.commit();
        id
    }

    fn import(&mut self, json: &str) -> inbound::Imported {
        let provenance = Provenance::import(self.book.replica(), "run1");
        let drafts = Draft::list_from_json(json).expect("legal");
        let out =
            inbound::import(&mut self.book, &drafts, &Clock { now: 1, provenance: &provenance }).expect("imports");
        self.commit();
        out
    }

    fn value(&mut self, id: &str, path: &str) -> String {
        self.book.card(id).expect("there").registers().value(path).to_plain()
    }

    /// One exchange with a relay that keeps everything; returns how many chunks were pushed.
    fn sync(&mut self, log: &mut Vec<Vec<u8>>) -> usize {
        let out = relay::outgoing(&self.book, "r", 100);
        let sent = out.chunks.len();
        log.extend(out.chunks);
        relay::acknowledge(&mut self.book, "r", out.upto).expect("known");
        let from = out.cursor.map_or(0, |cursor| cursor.parse().expect("ours"));
        relay::incoming(&mut self.book, "r", &log[from..], &log.len().to_string()).expect("taken in");
        self.commit();
        sent
    }
}

fn converge(replicas: &mut [&mut Replica], log: &mut Vec<Vec<u8>>) {
    for _ in 0..3 {
        for replica in replicas.iter_mut() {
            replica.sync(log);
        }
    }
    let hashes: Vec<_> = replicas.iter_mut().map(|r| r.book.state_hash().expect("readable")).collect();
    assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]), "state hashes differ");
    assert!(replicas.iter_mut().all(|r| r.sync(log) == 0), "a further round sends something");
}

const JANE: &str = r#"[{"uid":"u1","fields":{"name/given":"Jane","name/surname":"Doe"},"elements":[
    {"kind":"emails","fields":{"address":"jane@example.com"},"primary":true},
    {"kind":"emails","fields":{"address":"jd@example.com","contexts/work":true}},
    {"kind":"addresses","fields":{"name":"Main St 12","locality":"Boston"}},
    {"kind":"organizations","fields":{"name":"Example Ltd","units/1":"Research"}},
    {"kind":"titles","fields":{"kind":"title","name":"Engineer","organization":{"element":3}}},
    {"kind":"notes","fields":{"note":"met in May"}},
    {"kind":"media","fields":{"kind":"photo","blob":"aa"}}]}]"#;

#[test]
fn two_replicas_that_import_the_same_file_have_one_set_of_cards() {
    let (mut a, mut b, mut log) = (Replica::new(1), Replica::new(2), Vec::new());
    let made = a.import(JANE).created;
    assert_eq!(b.import(JANE).created, made);
    converge(&mut [&mut a, &mut b], &mut log);
    let status = a.book.status().expect("readable");
    assert_eq!((status.cards, status.conflicts, status.refused), (1, 0, 0));
    let card = a.book.card(&made[0]).expect("there");
    for (kind, count) in
        [("emails", 2), ("addresses", 1), ("organizations", 1), ("titles", 1), ("notes", 1), ("media", 1)]
    {
        assert_eq!(card.view().elements(kind).len(), count, "{kind}");
    }
    assert_eq!(a.import(JANE).unchanged, made, "importing again changes nothing");
}

#[test]
fn importing_an_unchanged_file_again_undoes_no_edit() {
    let mut a = Replica::new(1);
    let id = a.import(JANE).created.remove(0);
    let emails: Vec<String> =
        a.book.card(&id).expect("there").view().elements("emails").iter().map(ToString::to_string).collect();
    let provenance = Provenance::person("a");
    let clock = Clock { now: 1, provenance: &provenance };
    let edits = [
        ("name/surname".to_owned(), text("Smith")),
        (format!("emails/{}", emails[0]), Value::Null),
        (format!("emails/{}/address", emails[1]), text("new@example.com")),
    ];
    a.book.edit(&id, None, &edits, &clock).expect("legal");
    a.commit();
    let again = a.import(JANE);
    assert_eq!(again.unchanged, std::slice::from_ref(&id), "{again:?}");
    a.reopen();
    let changed = JANE.replace("Jane", "Janet");
    assert_eq!(a.import(&changed).updated, std::slice::from_ref(&id));
    assert_eq!((a.value(&id, "name/given"), a.value(&id, "name/surname")), ("Janet".into(), "Smith".into()));
    assert_eq!(a.book.card(&id).expect("there").view().elements("emails").len(), 1);
}

#[test]
fn a_uid_that_names_somebody_else_makes_a_card_of_its_own_and_a_proposal() {
    let mut a = Replica::new(1);
    let id = a.import(JANE).created.remove(0);
    let bob = r#"[{"uid":"u1","fields":{"name/given":"Bob","name/surname":"Ray"},"elements":[
        {"kind":"emails","fields":{"address":"bob@example.com"}}]}]"#;
    let out = a.import(bob);
    assert_eq!(out.proposals, [(out.created[0].clone(), id.clone())]);
    assert_eq!(a.value(&id, "name/given"), "Jane");
    let again = a.import(bob);
    assert_eq!((again.unchanged, again.proposals), (out.created, Vec::new()), "also the second time it is one card");
}

#[test]
fn a_restored_backup_and_a_cloned_store_go_on_and_merge() {
    let (mut a, mut b, mut log) = (Replica::new(1), Replica::new(2), Vec::new());
    let id = a.create(&[("name/given", "Jane"), ("note", "0")]);
    let backup = a.disk.clone();
    a.edit(&id, &[("note", "1")]);
    a.edit(&id, &[("title", "Dr")]);
    converge(&mut [&mut a, &mut b], &mut log);
    // Restored: what was written since comes back from the relay, and new edits are not taken for old ones.
    a.disk = backup.clone();
    a.reopen();
    a.edit(&id, &[("note", "2")]);
    let mut clone = Replica::new(9);
    clone.disk = backup;
    clone.reopen();
    clone.edit(&id, &[("uid", "x")]);
    converge(&mut [&mut a, &mut b, &mut clone], &mut log);
    for replica in [&mut a, &mut b, &mut clone] {
        assert_eq!(replica.value(&id, "title"), "Dr");
        assert_eq!(replica.value(&id, "uid"), "x");
        let status = replica.book.status().expect("readable");
        assert_eq!((status.conflicts, status.equivocated, status.refused, status.waiting), (1, 0, 0, 0));
    }
}

#[test]
fn changes_wait_for_what_they_build_on_also_over_a_reopening() {
    let (mut a, mut b) = (Replica::new(1), Replica::new(2));
    let id = a.create(&[("name/given", "Jane")]);
    let mut chunks = Vec::new();
    let mut from = 0;
    for n in 0..5 {
        a.edit(&id, &[("note", &n.to_string())]);
    }
    while from < a.book.next_change() {
        let mut packer = crate::wire::Packer::default();
        let (seq, stored) = a.book.unpushed("r").find(|(seq, _)| *seq >= from).expect("there");
        packer.add(stored.card, &stored.hash, stored.change);
        chunks.extend(packer.finish());
        from = seq + 1;
    }
    chunks.reverse();
    let count = chunks.len();
    for (n, chunk) in chunks.iter().enumerate() {
        assert_eq!(b.book.status().expect("readable").waiting, n);
        b.book.receive("r", chunk).expect("fits");
        b.commit();
        b.reopen();
    }
    assert_eq!((count, b.value(&id, "note")), (6, "4".into()));
    assert_eq!(b.book.status().expect("readable").waiting, 0);
    assert!(!b.disk.keys().any(|key| key.starts_with("wait/")));
}

#[test]
fn a_long_history_survives_reopening_and_compaction() {
    let (mut a, mut b, mut log) = (Replica::new(1), Replica::new(2), Vec::new());
    let ids: Vec<String> = (0..20)
        .map(|n| a.create(&[("name/given", &format!("P{n}")), ("emails/new/address", "x@example.com")]))
        .collect();
    for n in 0..200 {
        a.edit(&ids[n % 7], &[("note", &n.to_string())]);
        if n % 23 == 0 {
            a.reopen();
        }
    }
    let before = a.book.state_hash().expect("readable");
    assert!(a.book.wants_compaction());
    let (records, list) = (a.disk.len(), a.book.list(&ListQuery::default()).expect("lists"));
    let batch = a.book.compact();
    a.store(batch);
    assert!(a.disk.len() < records / 10, "{} of {records}", a.disk.len());
    a.reopen();
    assert!(a.book.slots.iter().all(|(_, slot)| slot.summary.is_some()), "no row must be made anew");
    assert_eq!(a.book.list(&ListQuery::default()).expect("lists"), list);
    assert_eq!(a.book.state_hash().expect("readable"), before);
    converge(&mut [&mut a, &mut b], &mut log);
}

#[test]
fn refused_changes_are_kept_and_shown_and_leave_the_card_alone() {
    let (mut a, mut b) = (Replica::new(1), Replica::new(2));
    let id = a.create(&[("name/given", "Jane")]);
    let mut packer = crate::wire::Packer::default();
    let stored: Vec<(String, Hash, Vec<u8>)> =
        a.book.unpushed("r").map(|(_, s)| (s.card.to_owned(), s.hash, s.change.to_vec())).collect();
    let (card, hash, mut bytes) = stored[0].clone();
    packer.add("somebody-else", &hash, &bytes);
    packer.add(&card, &[0; 32], &bytes);
    bytes[20] ^= 1;
    packer.add(&card, &hash, &bytes);
    for chunk in packer.finish() {
        assert_eq!(b.book.receive("r", &chunk).expect("fits").refused, 3);
        b.book.receive("r", &chunk).expect("fits");
    }
    assert_eq!(b.book.receive("r", b"\x01\0\0rubbish").expect("fits").refused, 1);
    assert_eq!(b.book.receive("r", b"\x09 from the future").expect("fits").newer, 1);
    b.commit();
    b.reopen();
    let status = b.book.status().expect("readable");
    assert_eq!((status.cards, status.refused, status.newer), (0, 4, 1));
    assert!(!b.book.has(&id));
    let reasons: Vec<&str> = b.book.refused().map(|q| q.reason.as_ref()).collect();
    assert!(
        reasons.iter().any(|r| r.contains("rule 5")) && reasons.iter().any(|r| r.contains("checksum")),
        "{reasons:?}"
    );
}

#[test]
fn a_twin_whose_edits_were_set_aside_goes_on_under_a_fresh_actor() {
    let mut log = Vec::new();
    let mut a = Replica::new(1);
    let id = a.create(&[("name/given", "Jane"), ("note", "0")]);
    a.sync(&mut log);
    let disk = a.disk.clone();
    let twin = || Replica { book: Book::open(disk.clone(), [77; 32]).expect("opens"), disk: disk.clone(), seed: 77 };
    let (mut one, mut two) = (twin(), twin());
    one.edit(&id, &[("note", "one")]);
    two.edit(&id, &[("note", "two")]);
    converge(&mut [&mut a, &mut one, &mut two], &mut log);
    let form = one.book.revision(&id).expect("there");
    for (n, replica) in [&mut one, &mut two].into_iter().enumerate() {
        replica.edit(&id, &[("title", &format!("title {n}"))]);
        let provenance = Provenance::person("x");
        let clock = Clock { now: 2, provenance: &provenance };
        replica.book.edit(&id, Some(&form), &[(format!("more{n}"), text("x"))], &clock).expect("legal");
        replica.commit();
    }
    converge(&mut [&mut a, &mut one, &mut two], &mut log);
    assert_eq!((a.value(&id, "more0"), a.value(&id, "more1")), ("x".into(), "x".into()));
    assert_eq!(a.book.status().expect("readable").refused, 0);
}

#[test]
fn a_relay_that_lost_its_end_gets_back_what_once_came_from_it() {
    let (mut a, mut b, mut c, mut log) = (Replica::new(1), Replica::new(2), Replica::new(3), Vec::new());
    let id = a.create(&[("name/given", "Jane")]);
    a.sync(&mut log);
    b.sync(&mut log);
    // The relay is restored from before, and its author is gone for good.
    log.clear();
    b.book.forget_relay("r");
    b.edit(&id, &[("note", "from b")]);
    b.reopen();
    converge(&mut [&mut b, &mut c], &mut log);
    assert_eq!((c.value(&id, "name/given"), c.value(&id, "note")), ("Jane".into(), "from b".into()));
}

#[test]
fn an_edit_carries_what_its_writer_saw() {
    let (mut a, mut b, mut log) = (Replica::new(1), Replica::new(2), Vec::new());
    let id = a.create(&[("name/given", "Jane"), ("note", "0")]);
    converge(&mut [&mut a, &mut b], &mut log);
    let open_form = a.book.revision(&id).expect("there");
    a.edit(&id, &[("title", "typed in another form")]);
    b.edit(&id, &[("note", "from b")]);
    converge(&mut [&mut a, &mut b], &mut log);
    let provenance = Provenance::person("a");
    let clock = Clock { now: 1, provenance: &provenance };
    a.book.edit(&id, Some(&open_form), &[("note".to_owned(), text("typed"))], &clock).expect("legal");
    a.commit();
    converge(&mut [&mut a, &mut b], &mut log);
    assert_eq!(b.book.conflicts_of(&id).expect("there").len(), 1);
    assert_eq!(b.value(&id, "title"), "typed in another form");
    let error = a.book.edit(&id, Some("00ff"), &[], &clock).expect_err("no revision");
    assert_eq!(error.code(), Code::RevisionUnknown);
}

#[test]
fn a_store_that_is_not_a_book_is_refused_and_damage_is_shown() {
    let foreign = [("something".to_owned(), vec![1])];
    assert_eq!(Book::open(foreign, [0; 32]).err().map(|e| e.code()), Some(Code::StoreDamaged));
    let later = [("meta/store".to_owned(), vec![9, 1, b'x'])];
    assert_eq!(Book::open(later, [0; 32]).err().map(|e| e.code()), Some(Code::Newer));
    let mut a = Replica::new(1);
    a.create(&[("name/given", "Jane")]);
    if let Some(pack) = a.disk.get_mut("pack/00000000") {
        pack.truncate(20);
    }
    let book = Book::open(a.disk.clone(), [5; 32]).expect("opens");
    assert_eq!(book.damage().len(), 1);
}

#[test]
fn lists_are_sorted_searched_and_paged() {
    let mut a = Replica::new(1);
    for name in ["Mia", "anna", "Zoë", "Ben"] {
        a.create(&[("name/given", name)]);
    }
    let list = |a: &mut Replica, query: &ListQuery| -> Vec<String> {
        let json: serde_json::Value = serde_json::from_str(&a.book.list(query).expect("lists")).expect("JSON");
        json["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["name"].as_str().expect("name").to_owned())
            .collect()
    };
    assert_eq!(list(&mut a, &ListQuery::default()), ["anna", "Ben", "Mia", "Zoë"]);
    let id = a.create(&[("name/given", "Cleo"), ("emails/new/address", "cleo@example.com")]);
    assert_eq!(list(&mut a, &ListQuery::default())[2], "Cleo");
    // The book's own cards are never listed, also when they change after the first list.
    let label = [("replicas/r1/label".to_owned(), text("Phone"))];
    let provenance = Provenance::person("a");
    a.book.create(Some("book-origins"), &label, &Clock { now: 1, provenance: &provenance }).expect("legal");
    a.commit();
    assert_eq!(list(&mut a, &ListQuery::default()).len(), 5);
    a.edit(&id, &[("name/given", "Yara")]);
    assert_eq!(list(&mut a, &ListQuery { offset: 3, limit: Some(1), ..ListQuery::default() }), ["Yara"]);
    assert_eq!(list(&mut a, &ListQuery { search: "CLEO@ yara".into(), ..ListQuery::default() }), ["Yara"]);
    let provenance = Provenance::person("a");
    a.book.delete(&id, None, &Clock { now: 1, provenance: &provenance }).expect("there");
    a.commit();
    assert_eq!(list(&mut a, &ListQuery { deleted: true, ..ListQuery::default() }), ["Yara"]);
    assert_eq!(list(&mut a, &ListQuery::default()).len(), 4);
}
