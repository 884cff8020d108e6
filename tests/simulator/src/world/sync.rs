//! Exchanges with relays: a request may be lost, come late or twice; its reply may be lost after the effect.

use contactmesh::book::{Batch, RelayState};
use contactmesh::relay;

use super::World;
use crate::bugs::Bug;
use crate::host::{Exchange, relay_name};
use crate::violation::{Checked, DURABILITY, broken};

/// Whose exchange a message belongs to.
#[derive(Clone)]
pub(crate) struct Call {
    host: usize,
    lease: u64,
    relay: usize,
    number: u64,
    upto: Option<u32>,
}

/// What travels.
#[derive(Clone)]
pub(crate) enum Message {
    Push(Call, Vec<Vec<u8>>),
    Pushed(Call),
    Pull(Call, usize, usize),
    Pulled(Call, Vec<Vec<u8>>, usize),
}

impl World {
    /// Begins an exchange with a relay, unless one is under way: first what is to be pushed, then a pull.
    pub fn begin_sync(&mut self, r: usize, relay: usize) -> Checked<()> {
        let now = self.now;
        if self.host(r).exchanges.get(&relay).is_some_and(|open| open.until > now) || !self.commit(r)? {
            return Ok(());
        }
        if self.host(r).exchanges.remove(&relay).is_some() {
            self.stats.count("exchanges given up");
        }
        let most_chunks = 1 + self.random.below(4);
        let name = relay_name(relay);
        let out = relay::outgoing(&self.host(r).book, &name, most_chunks);
        let upto = (!out.chunks.is_empty()).then_some(out.upto);
        let call = self.call(r, relay, upto);
        if upto.is_some() {
            self.stats.count("pushes");
            self.note(&format!("replica {r} pushes {} chunks to relay {relay}", out.chunks.len()));
            self.send(&Message::Push(call, out.chunks));
            if self.bug == Some(Bug::PushedBeforeReply) {
                self.acknowledge_push(r, relay, out.upto)?;
            }
        } else {
            self.begin_pull(r, relay);
        }
        Ok(())
    }

    fn begin_pull(&mut self, r: usize, relay: usize) {
        let from = self.host(r).cursor(relay);
        let most = 1 + self.random.below(6);
        let call = self.call(r, relay, None);
        self.stats.count("pulls");
        self.note(&format!("replica {r} pulls from relay {relay} at {from}"));
        self.send(&Message::Pull(call, from, most));
    }

    fn call(&mut self, r: usize, relay: usize, upto: Option<u32>) -> Call {
        self.sent += 1;
        let (number, until) = (self.sent, self.now + 5000);
        let host = self.host(r);
        host.exchanges.insert(relay, Exchange { number, until, upto });
        Call { host: r, lease: host.lease, relay, number, upto }
    }

    fn send(&mut self, message: &Message) {
        let (loss, duplicates, delay) = (self.weather.loss, self.weather.duplicates, self.weather.delay);
        let is_reply = matches!(message, Message::Pushed(_) | Message::Pulled(..));
        if self.strikes(loss) {
            self.stats.count(if is_reply { "replies lost after the effect" } else { "requests lost" });
            self.note("  lost on the way");
            return;
        }
        let mut copies = 1;
        if self.strikes(duplicates) {
            self.stats.count("messages that came twice");
            copies = 2;
        }
        for _ in 0..copies {
            self.sent += 1;
            let arrives = self.now + u64::try_from(self.random.below(delay)).unwrap_or_default();
            self.net.insert((arrives, self.sent), message.clone());
        }
    }

    /// Delivers everything that has arrived by now.
    pub fn deliver_due(&mut self) -> Checked<()> {
        while let Some(entry) = self.net.first_entry().filter(|entry| entry.key().0 <= self.now) {
            let message = entry.remove();
            self.deliver(message)?;
        }
        Ok(())
    }

    fn deliver(&mut self, message: Message) -> Checked<()> {
        match message {
            Message::Push(call, mut chunks) => {
                let mut complete = true;
                if self.strikes(150) {
                    self.random.shuffle(&mut chunks);
                    let kept = self.random.below(chunks.len() + 1);
                    complete = kept == chunks.len();
                    chunks.truncate(kept);
                    self.stats.add("pushes cut short", usize::from(!complete));
                }
                let Some(relay) = self.relays.get_mut(call.relay) else { return Ok(()) };
                chunks.into_iter().for_each(|chunk| relay.push(chunk));
                self.note(&format!("relay {} takes what replica {} pushed", call.relay, call.host));
                if complete {
                    self.send(&Message::Pushed(call));
                }
                Ok(())
            }
            Message::Pull(call, from, most) => {
                let Some(relay) = self.relays.get(call.relay) else { return Ok(()) };
                let (chunks, to) = relay.pull(from, most);
                self.stats.add("pulls of a part", usize::from(to < relay.len()));
                let to = if self.bug == Some(Bug::PageTakenForAll) { relay.len() } else { to };
                self.send(&Message::Pulled(call, chunks, to));
                Ok(())
            }
            Message::Pushed(call) => {
                let Some(upto) = call.upto.filter(|_| self.is_awaited(&call)) else { return Ok(()) };
                self.note(&format!("replica {} hears that relay {} has it", call.host, call.relay));
                if self.acknowledge_push(call.host, call.relay, upto)? {
                    self.begin_pull(call.host, call.relay);
                }
                Ok(())
            }
            Message::Pulled(call, chunks, to) => {
                if !self.is_awaited(&call) {
                    return Ok(());
                }
                self.take_in(call.host, call.relay, &chunks, to)?;
                Ok(())
            }
        }
    }

    /// Says whether a reply answers what this lease asked, and closes that exchange.
    fn is_awaited(&mut self, call: &Call) -> bool {
        let host = self.host(call.host);
        let late = host.lease != call.lease;
        let awaited =
            host.exchanges.get(&call.relay).is_some_and(|open| open.number == call.number && open.upto == call.upto);
        if awaited && !late {
            host.exchanges.remove(&call.relay);
            return true;
        }
        self.stats.count("replies nobody waits for");
        late && self.bug == Some(Bug::LateReplyCounted)
    }

    fn acknowledge_push(&mut self, r: usize, relay: usize, upto: u32) -> Checked<bool> {
        let host = self.host(r);
        // A late reply may name more than there is.
        let upto = upto.min(host.book.next_change());
        if let Err(error) = relay::acknowledge(&mut host.book, &relay_name(relay), upto) {
            return broken(DURABILITY, format!("replica {r} cannot note what it pushed: {error}"));
        }
        self.commit(r)
    }

    /// Takes in a page of a relay's log and commits it; returns how many changes were new.
    pub fn take_in(&mut self, r: usize, relay: usize, chunks: &[Vec<u8>], to: usize) -> Checked<usize> {
        let name = relay_name(relay);
        let received = match relay::incoming(&mut self.host(r).book, &name, chunks, &to.to_string()) {
            Ok(received) => received,
            Err(error) => return broken(DURABILITY, format!("replica {r} cannot take in a page: {error}")),
        };
        self.stats.add("changes received", received.accepted);
        self.stats.add("changes received again", received.known);
        self.stats.add("changes that had to wait", received.waiting);
        self.note(&format!(
            "replica {r} takes in {} chunks of relay {relay}, to {to}: {} new, {} known, {} wait, {} refused",
            chunks.len(),
            received.accepted,
            received.known,
            received.waiting,
            received.refused
        ));
        self.count_changes(r)?;
        if self.bug == Some(Bug::CursorBeforeData) && !self.commit_cursor_first(r)? {
            return Ok(received.accepted);
        }
        self.commit(r)?;
        Ok(received.accepted)
    }

    /// The planted bug: the relay's record first, the data in a second commit.
    fn commit_cursor_first(&mut self, r: usize) -> Checked<bool> {
        let Ok(mut batch) = self.host(r).book.take_batch() else {
            return broken(DURABILITY, format!("replica {r} cannot write its batch"));
        };
        let is_cursor = |(key, _): &(String, Vec<u8>)| key.starts_with("relay/");
        let (first, rest) = batch.put.into_iter().partition(is_cursor);
        batch.put = rest;
        // Not an acknowledgement: nothing of this page is promised yet.
        let known = std::mem::take(&mut self.host(r).known);
        self.host(r).known = self.host(r).committed.clone();
        let went_on = self.store(r, Batch { put: first, del: Vec::new() })?;
        if !went_on {
            return Ok(false);
        }
        self.host(r).known = known;
        self.store(r, batch)
    }

    /// The planted bug: what the host knew of the relay outlives the restored store.
    pub fn keep_cursors(&mut self, r: usize, cursors: &[(usize, usize)]) {
        let host = self.host(r);
        for (relay, cursor) in cursors.iter().filter(|(_, cursor)| *cursor > 0) {
            let state = host.book.relay(&relay_name(*relay));
            host.book.set_relay(&relay_name(*relay), RelayState { cursor: Some(cursor.to_string()), ..state });
        }
    }
}
