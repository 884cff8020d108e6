//! What an import leaves alone.

use super::*;
use crate::relay;

const JANE: &str = r#"[{"uid":"u1","fields":{"name/given":"Jane","name/surname":"Doe"},"elements":[]}]"#;

fn import_into(book: &mut Book, json: &str) -> Imported {
    let drafts = Draft::list_from_json(json).expect("legal");
    let provenance = Provenance::import(book.replica(), "run1");
    import(book, &drafts, &Clock { now: 1, provenance: &provenance }).expect("imports")
}

fn edit(book: &mut Book, id: &str, path: &str, value: &str) {
    let edits = [(path.to_owned(), Value::text(value).expect("short"))];
    let provenance = Provenance::person(book.replica());
    book.edit(id, None, &edits, &Clock { now: 1, provenance: &provenance }).expect("legal");
}

#[test]
fn an_import_into_a_group_in_conflict_decides_nothing() {
    let (mut a, mut b) = (Book::open([], [1; 32]).expect("opens"), Book::open([], [2; 32]).expect("opens"));
    let id = import_into(&mut a, JANE).created.remove(0);
    let first = relay::outgoing(&a, "r", 100);
    relay::incoming(&mut b, "r", &first.chunks, "1").expect("taken in");
    // Halves of a name that nobody wrote as a whole.
    edit(&mut a, &id, "name/given", "Janet");
    edit(&mut b, &id, "name/surname", "Smith");
    relay::acknowledge(&mut a, "r", first.upto).expect("known");
    relay::incoming(&mut b, "r", &relay::outgoing(&a, "r", 100).chunks, "2").expect("taken in");
    assert_eq!(b.conflicts_of(&id).expect("there").len(), 1);
    let again = import_into(&mut b, &JANE.replace(r#""name/given""#, r#""name/title":"Dr","name/given""#));
    assert_eq!(again.updated, std::slice::from_ref(&id));
    assert_eq!(b.conflicts_of(&id).expect("there").len(), 1, "the conflict is still open");
}
