//! Relay: what this replica has that a relay may not have, as chunks; and what a relay has that this replica may not.
//!
//! A relay is a log of opaque chunks. Its cursor moves in the batch that holds what it covers, and passes a chunk only
//! when every entry is taken in, known, refused with a reason, or durably waiting.

use crate::book::{Book, Received, RelayState};
use crate::error::{Code, Error, Result};
use crate::wire::Packer;

/// The most changes that one exchange sends.
const MOST_CHANGES: usize = 5_000;

/// What is to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// The chunks, to be sent in this order.
    pub chunks: Vec<Vec<u8>>,
    /// What to acknowledge once the relay has them all.
    pub upto: u32,
    /// Where the pull begins.
    pub cursor: Option<String>,
    /// Whether more is to be sent after these.
    pub more: bool,
}

/// Returns what a relay may not have yet, in chunks of about `most_chunks` at most.
#[must_use]
pub fn outgoing(book: &Book, relay: &str, most_chunks: usize) -> Outgoing {
    let state = book.relay(relay);
    let mut packer = Packer::default();
    let (mut upto, mut more, mut bytes) = (state.pushed, false, 0);
    for (count, (seq, stored)) in book.unpushed(relay).enumerate() {
        // Unpacked bytes are an upper bound of what the chunks will hold.
        if count > 0
            && (count >= MOST_CHANGES || bytes + stored.change.len() > most_chunks * crate::wire::MAX_CHUNK_BYTES)
        {
            more = true;
            break;
        }
        packer.add(stored.card, &stored.hash, stored.change);
        bytes += stored.change.len();
        upto = seq.saturating_add(1);
    }
    if !more {
        upto = book.next_change();
    }
    Outgoing { chunks: packer.finish(), upto, cursor: state.cursor, more }
}

/// Notes that a relay has everything up to `upto`.
///
/// # Errors
/// `bad-input` if there are not that many changes.
pub fn acknowledge(book: &mut Book, relay: &str, upto: u32) -> Result<()> {
    if upto > book.next_change() {
        return Err(Error::new(Code::BadInput, format!("there is no change {upto} to acknowledge")));
    }
    let state = book.relay(relay);
    let pushed = state.pushed.max(upto);
    book.set_relay(relay, RelayState { pushed, ..state });
    Ok(())
}

/// Takes in pulled chunks; the cursor moves with them.
///
/// # Errors
/// `room-full`: then the cursor stays, and what was taken in stays too.
pub fn incoming(book: &mut Book, relay: &str, chunks: &[Vec<u8>], cursor: &str) -> Result<Received> {
    let mut total = Received::default();
    for chunk in chunks {
        let one = book.receive(relay, chunk)?;
        total.accepted += one.accepted;
        total.known += one.known;
        total.waiting += one.waiting;
        total.refused += one.refused;
        total.newer += one.newer;
    }
    let state = book.relay(relay);
    book.set_relay(relay, RelayState { cursor: Some(cursor.to_owned()), ..state });
    Ok(total)
}
