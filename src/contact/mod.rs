//! The vocabulary: paths, values, element kinds, drafts. Values only; no rule about merging lives here.

mod draft;
mod kind;
mod order;
mod path;
mod provenance;
mod value;

pub use draft::{Draft, DraftElement, DraftValue, Fields};
pub use kind::{ElementKind, Key, PARTS_EXCLUDED, element_kind, is_group, single_paths};
pub use order::order_key;
pub use path::{Path, check_segment, compare, joined};
pub use provenance::{Origin, Provenance};
pub use value::{MAX_INT, MAX_STR, Value};

/// The register that says whether a card is there.
pub const STATE: &str = "state";
/// The `state` of a card that is there.
pub const LIVE: &str = "live";
/// The `state` of a card that was deleted.
pub const DELETED: &str = "deleted";
/// The register that holds the card's own id.
pub const ID: &str = "id";
/// The presence register of the name.
pub const NAME: &str = "name";
/// How the ids of cards that belong to the book itself begin.
pub const RESERVED: &str = "book-";
