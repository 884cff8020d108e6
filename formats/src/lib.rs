//! vCard and JSContact in and out: bytes become drafts, cards become text.
//!
//! [`read()`] turns a file into [`Draft`]s, the bytes of its photos and a [`Report`] that counts, value by value, what
//! was kept and where. [`write()`] turns cards back into a file. Both are pure functions over values: nothing here opens
//! a file, follows a link, knows an engine or gives anything an id. Bad input is data ([`FormatError`] in the report),
//! never a panic.
//!
//! ```
//! use contactmesh_formats::{Blobs, Format, read, write};
//!
//! let file = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jane Doe\r\nEMAIL:jane@example.com\r\nEND:VCARD\r\n";
//! let outcome = read(file, Some(Format::VCard));
//! assert_eq!(outcome.drafts[0].elements[0].kind, "emails");
//! assert_eq!(outcome.report.missing(), 0);
//!
//! let cards = r#"[{ "fields": { "name/full": "Jane Doe", "emails/a/address": "jane@example.com" } }]"#;
//! let text = write(cards, Format::VCard, &Blobs::default()).unwrap();
//! assert!(text.contains("EMAIL;PROP-ID=a:jane@example.com\r\n"));
//! ```

mod blob;
mod card;
mod date;
mod decode;
mod draft;
mod error;
mod export;
mod import;
mod kinds;
mod lines;
mod names;
mod path;
mod report;
mod text;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use blob::Blobs;
pub use card::Card;
pub use draft::{Draft, Element, Value};
pub use error::{ErrorCode, FormatError};
pub use export::write;
pub use import::{Outcome, read};
pub use lines::{Line, scan};
pub use report::{Count, Missing, Report, count};

/// A file format this module reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// vCard: 2.1, 3.0 and 4.0 are read, 4.0 is written.
    VCard,
    /// JSContact (RFC 9553): one card, an array of cards, or an object with `cards`.
    JsContact,
}

impl Format {
    /// Names the format as the boundary spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VCard => "vcard",
            Self::JsContact => "jscontact",
        }
    }
}
