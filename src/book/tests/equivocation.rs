//! A machine that was copied while it ran: two processes write as one lease, and everybody goes on.

use super::*;

/// A card on the relay, and two replicas that were opened on one store with one seed.
fn twins(log: &mut Vec<Vec<u8>>) -> (String, Replica, Replica) {
    let mut a = Replica::new(1);
    let id = a.create(&[("name/given", "Jane")]);
    a.sync(log);
    let twin =
        || Replica { book: Book::open(a.disk.clone(), [77; 32]).expect("opens"), disk: a.disk.clone(), seed: 77 };
    (id, twin(), twin())
}

fn assert_nothing_refused(replicas: &mut [&mut Replica]) {
    for replica in replicas {
        let refused: Vec<&str> = replica.book.refused().map(|q| q.reason.as_ref()).collect();
        assert_eq!(refused, [""; 0]);
    }
}

#[test]
fn a_copied_machine_that_hears_of_its_copy_goes_on_under_another_actor() {
    let mut log = Vec::new();
    let (id, mut one, mut two) = twins(&mut log);
    let mut c = Replica::new(3);
    two.edit(&id, &[("note", "two")]);
    two.edit(&id, &[("title", "two")]);
    converge(&mut [&mut one, &mut two, &mut c], &mut log);
    // The first write of one twin, after those of the other: the actor it was going to draw is taken.
    one.edit(&id, &[("uid", "one")]);
    two.edit(&id, &[("language", "two")]);
    converge(&mut [&mut one, &mut two, &mut c], &mut log);
    one.edit(&id, &[("note", "one")]);
    two.edit(&id, &[("title", "two again")]);
    converge(&mut [&mut one, &mut two, &mut c], &mut log);
    assert_eq!((c.value(&id, "note"), c.value(&id, "title")), ("one".into(), "two again".into()));
    assert_nothing_refused(&mut [&mut one, &mut two, &mut c]);
}

#[test]
fn whoever_built_on_what_equivocation_put_out_goes_on_writing() {
    let mut log = Vec::new();
    let (id, mut one, mut two) = twins(&mut log);
    let (mut c, mut d) = (Replica::new(3), Replica::new(4));
    one.edit(&id, &[("note", "one")]);
    two.edit(&id, &[("note", "two")]);
    // One of the two builds on what will be out, whichever it is. Each sees one relay only, until they meet.
    let mut other = log.clone();
    one.sync(&mut other);
    c.sync(&mut other);
    c.edit(&id, &[("uid", "over one")]);
    two.sync(&mut log);
    d.sync(&mut log);
    d.edit(&id, &[("language", "over two")]);
    one.book.set_relay("r", RelayState::default());
    c.book.set_relay("r", RelayState::default());
    converge(&mut [&mut one, &mut two, &mut c, &mut d], &mut log);
    c.edit(&id, &[("title", "of c")]);
    d.edit(&id, &[("kind", "of d")]);
    converge(&mut [&mut one, &mut two, &mut c, &mut d], &mut log);
    assert_eq!((one.value(&id, "title"), one.value(&id, "kind")), ("of c".into(), "of d".into()));
    assert_nothing_refused(&mut [&mut one, &mut two, &mut c, &mut d]);
}

#[test]
fn equivocation_ends_alike_on_every_replica_and_its_losers_are_shown() {
    let mut log = Vec::new();
    let mut a = Replica::new(1);
    let id = a.create(&[("name/given", "Jane")]);
    a.sync(&mut log);
    // The same lease twice: what a copied virtual machine does.
    let disk = a.disk.clone();
    let mut twins: Vec<Replica> = (0..2)
        .map(|_| Replica { book: Book::open(disk.clone(), [77; 32]).expect("opens"), disk: disk.clone(), seed: 77 })
        .collect();
    for (n, twin) in twins.iter_mut().enumerate() {
        twin.edit(&id, &[("note", &format!("twin {n}"))]);
        twin.edit(&id, &[("title", &format!("twin {n}"))]);
    }
    let (mut c, mut d) = (Replica::new(3), Replica::new(4));
    let [one, two] = &mut twins[..] else { panic!("two") };
    one.sync(&mut log);
    c.sync(&mut log);
    c.edit(&id, &[("uid", "over twin 0")]);
    two.sync(&mut log);
    converge(&mut [&mut a, one, two, &mut c, &mut d], &mut log);
    for replica in [&mut a, &mut c, &mut d] {
        replica.reopen();
        assert_eq!(replica.book.status().expect("readable").equivocated, 1);
        let outs = replica.book.history(&id).expect("there").changes().filter(|(_, out)| *out).count();
        assert!(outs >= 2);
        assert_eq!(replica.value(&id, "note"), replica.value(&id, "title"));
    }
}
