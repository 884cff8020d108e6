//! Saving and opening again, and the card in stock Automerge.

use std::collections::BTreeSet;

use contactmesh::book::{Book, ListQuery};
use contactmesh::contact::Value;

use super::World;
use crate::disk::Image;
use crate::host::relay_name;
use crate::model::stock;
use crate::violation::{Checked, DURABILITY, INTEROPERATION, broken};

/// What two books that hold the same must agree on.
#[derive(PartialEq, Eq)]
struct Seen {
    lists: Vec<String>,
    state: [u8; 32],
    numbers: (usize, usize, usize, u32, usize, usize),
}

impl World {
    /// I10: reload(save(x)) = x; also with every derived page thrown away.
    pub fn check_reload(&mut self, r: usize) -> Checked<()> {
        if !self.commit(r)? {
            return Ok(());
        }
        self.stats.count("reloads compared");
        let image = self.host(r).disk.image();
        let bare: Image =
            image.iter().filter(|(key, _)| !key.starts_with("page/")).map(|(k, v)| (k.clone(), v.clone())).collect();
        let mut again = self.peek(image)?;
        let mut rebuilt = self.peek(bare)?;
        let host = self.host(r);
        let live = seen(&mut host.book)?;
        let relays: Vec<String> = host.relays.iter().map(|relay| relay_name(*relay)).collect();
        if relays.iter().any(|name| host.book.relay(name) != again.relay(name)) {
            return broken(DURABILITY, format!("replica {r} opened again knows another position at a relay"));
        }
        for (book, how) in [(&mut again, "opened again"), (&mut rebuilt, "opened again without its derived pages")] {
            let other = seen(book)?;
            if other == live {
                continue;
            }
            let what = match (other.numbers == live.numbers, other.state == live.state) {
                (false, _) => format!("counts {:?} instead of {:?}", other.numbers, live.numbers),
                (true, false) => "has another state hash".to_owned(),
                (true, true) => "lists other rows".to_owned(),
            };
            return broken(DURABILITY, format!("replica {r} {how} {what}"));
        }
        Ok(())
    }

    /// Any Automerge opens a card and sees the same candidates.
    pub fn check_stock(&mut self, r: usize, id: &str) -> Checked<()> {
        let book = &mut self.host(r).book;
        let (Ok(changes), Ok(card)) = (book.accepted_changes(id), book.card(id).cloned()) else {
            return broken(DURABILITY, format!("replica {r} cannot read card {id}"));
        };
        self.stats.count("cards opened in Automerge");
        let theirs = match stock::open(&changes) {
            Ok(theirs) => theirs,
            Err(why) => return broken(INTEROPERATION, format!("replica {r}: Automerge cannot open card {id}: {why}")),
        };
        let heads: BTreeSet<[u8; 32]> = card.heads().iter().copied().collect();
        if heads != theirs.heads {
            return broken(INTEROPERATION, format!("replica {r}: Automerge sees other heads of card {id}"));
        }
        let ours = card.registers().groups().filter_map(|group| {
            let values: BTreeSet<Value> = group.iter().map(|entry| entry.value.clone()).collect();
            Some((group.first()?.path.to_string(), values))
        });
        let ours: std::collections::BTreeMap<String, BTreeSet<Value>> = ours.collect();
        let differs = ours.iter().find(|(path, values)| theirs.candidates.get(*path) != Some(values));
        match differs {
            Some((path, _)) => {
                broken(INTEROPERATION, format!("replica {r}: Automerge sees other candidates at {path} of card {id}"))
            }
            None if ours.len() != theirs.candidates.len() => {
                broken(INTEROPERATION, format!("replica {r}: Automerge sees more registers in card {id}"))
            }
            None => Ok(()),
        }
    }
}

fn seen(book: &mut Book) -> Checked<Seen> {
    let queries = [
        ListQuery::default(),
        ListQuery { deleted: true, ..ListQuery::default() },
        ListQuery { conflicts: true, ..ListQuery::default() },
    ];
    let lists = queries.iter().map(|query| book.list(query)).collect::<Result<Vec<String>, _>>();
    let (Ok(lists), Ok(state), Ok(status)) = (lists, book.state_hash(), book.status()) else {
        return broken(DURABILITY, "a book cannot be listed");
    };
    let numbers = (status.cards, status.deleted, status.conflicts, status.changes, status.waiting, status.equivocated);
    Ok(Seen { lists, state, numbers })
}
