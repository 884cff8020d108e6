//! Changes too long for one chunk, which travel in parts.

use super::*;
use crate::wire::read_chunk;

#[test]
fn parts_that_come_again_while_their_change_waits_do_not_stay_behind() {
    let (mut a, mut b) = (Replica::new(1), Replica::new(2));
    let id = a.create(&[("name/given", "Jane")]);
    let mut long = String::new();
    while long.len() < 60_000 {
        long.extend(a.book.entropy().block().iter().map(|byte| char::from(33 + byte % 90)));
    }
    a.edit(&id, &[("note", &long)]);
    let chunks = relay::outgoing(&a.book, "r", 100).chunks;
    let is_part =
        |chunk: &&Vec<u8>| read_chunk(chunk).expect("readable").entries().expect("readable")[0].part.is_some();
    let (parts, whole): (Vec<&Vec<u8>>, Vec<&Vec<u8>>) = chunks.iter().partition(is_part);
    assert!(parts.len() > 1 && whole.len() == 1);
    // All of it, then the first part again (another relay has it too), then what it waits for, then the rest again.
    for chunk in parts.iter().chain(&parts[..1]).chain(&whole).chain(&parts[1..]) {
        b.book.receive("r", chunk).expect("fits");
        b.commit();
    }
    assert_eq!(b.value(&id, "note"), long);
    assert_eq!(b.book.status().expect("readable").waiting, 0);
    b.reopen();
    assert_eq!(b.book.status().expect("readable").waiting, 0);
}
