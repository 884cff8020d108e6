//! What a lens is made of: a table of fields, each with its seats, its parts and what may sit there. Only data, and the
//! short forms that keep a table readable; the rest of the module is the machinery that follows it.

use super::form::Form;

/// How cards look in one system.
#[derive(Debug)]
pub struct Lens {
    /// The kind of system.
    pub system: &'static str,
    /// The key of a row that holds the system's own id of it.
    pub id: &'static str,
    /// The key of a row that names its revision.
    pub revision: &'static str,
    /// The key that says when a row was last changed: a later time is a later revision (RFC 3339, UTC).
    pub modified: &'static str,
    /// The key that says when a row was made: one row has one such time.
    pub created: &'static str,
    /// The key that says what the system calls the whole row. Never a field: the system makes it of others.
    pub called: &'static str,
    /// What is read and written.
    pub fields: &'static [Field],
    /// Keys of a row that are not contents.
    pub about: &'static [&'static str],
    /// Keys that are not read, each with the reason.
    pub unread: &'static [(&'static str, &'static str)],
}

/// One field of a system's row: one seat, or several of a kind.
#[derive(Debug)]
pub struct Field {
    /// Its name, and its key in a row unless the parts are keys of the row themselves.
    pub name: &'static str,
    /// How it lies in the row.
    pub shape: Shape,
    /// How many things it can hold.
    pub seats: u16,
    /// What of a card sits there.
    pub holds: Holds,
    /// What one seat is made of.
    pub parts: &'static [Part],
    /// Whether every request must carry the field, and what a new row gets where the card has nothing.
    pub required: Option<StandIn>,
}

/// How a field lies in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Each part is a key of the row.
    Keys,
    /// An object under the field's name, always written whole.
    Object,
    /// A list under the field's name, always written whole; entries are texts if the part has no key, else objects.
    List,
}

/// What of a card sits in a field.
#[derive(Debug)]
pub enum Holds {
    /// Leaves of the card itself; those of the parts are whole paths.
    Leaves,
    /// Elements; the leaves of the parts are relative to them.
    Elements(Elements),
}

/// Which elements sit in a field.
#[derive(Debug)]
pub struct Elements {
    /// Their kind.
    pub kind: &'static str,
    /// Which of them fit: those that meet all conditions of a line. Elements that meet an earlier line sit down first.
    pub takes: &'static [&'static [Condition]],
    /// What sitting there says of an element, and what a new one gets.
    pub says: &'static [(&'static str, Says)],
}

/// What must be so of an element's leaves.
#[derive(Clone, Copy, Debug)]
pub enum Condition {
    /// The leaf shows something.
    Has(&'static str),
    /// The leaf shows nothing.
    Lacks(&'static str),
    /// The leaf shows this text.
    Is(&'static str, &'static str),
}

/// The value of a leaf that a seat implies.
#[derive(Clone, Copy, Debug)]
pub enum Says {
    /// True.
    Yes,
    /// A text.
    Text(&'static str),
}

/// One part of a seat.
#[derive(Debug)]
pub struct Part {
    /// Its key; empty if the seat is nothing but this text.
    pub key: &'static str,
    /// The leaves it shows: lines of words. The first takes what the system's users write, the others are cleared then.
    pub lines: &'static [&'static [&'static str]],
    /// Leaves of which the first that shows something is taken if the lines are empty.
    pub instead: &'static [&'static str],
    /// Whether leaves repeat as `given`, `given_2`, `given_3`.
    pub repeats: bool,
    /// Which rewriting by the system is no change.
    pub form: Form,
    /// How many characters the system keeps, if it is known to cut.
    pub longest: Option<usize>,
    /// How the part is cleared.
    pub clear: Clear,
}

/// How a part is cleared. A missing key never clears; a list is cleared by leaving entries out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clear {
    /// By the empty text.
    Empty,
    /// By naming it in the request's `clear`: no text of its type says "nothing".
    Named,
}

/// What a new row gets where the system insists on a value and the card has none.
#[derive(Clone, Copy, Debug)]
pub enum StandIn {
    /// An empty list.
    Nothing,
    /// A text.
    Text {
        /// If the card shows a field under this path, `last` is taken: the row has a name without it.
        beside: &'static str,
        /// Else the first of these that shows something: kind (empty: the card itself) and leaf.
        of: &'static [(&'static str, &'static str)],
        /// Else this.
        last: &'static str,
    },
}

impl Part {
    /// Returns the part under a key that shows one line of words.
    #[must_use]
    pub const fn new(key: &'static str, lines: &'static [&'static [&'static str]], form: Form) -> Self {
        Self { key, lines, instead: &[], repeats: false, form, longest: None, clear: Clear::Empty }
    }

    /// Says that its leaves repeat.
    #[must_use]
    pub const fn repeating(self) -> Self {
        Self { repeats: true, ..self }
    }

    /// Gives it leaves to take where the lines are empty.
    #[must_use]
    pub const fn or(self, instead: &'static [&'static str]) -> Self {
        Self { instead, ..self }
    }

    /// Says that it is cleared by name.
    #[must_use]
    pub const fn cleared_by_name(self) -> Self {
        Self { clear: Clear::Named, ..self }
    }
}

impl Field {
    /// Returns a field of leaves of the card itself.
    #[must_use]
    pub const fn leaves(name: &'static str, parts: &'static [Part]) -> Self {
        Self { name, shape: Shape::Keys, seats: 1, holds: Holds::Leaves, parts, required: None }
    }

    /// Returns a field in which one element sits.
    #[must_use]
    pub const fn element(name: &'static str, shape: Shape, elements: Elements, parts: &'static [Part]) -> Self {
        Self { name, shape, seats: 1, holds: Holds::Elements(elements), parts, required: None }
    }

    /// Returns a list of elements.
    #[must_use]
    pub const fn list(name: &'static str, seats: u16, elements: Elements, parts: &'static [Part]) -> Self {
        Self { name, shape: Shape::List, seats, holds: Holds::Elements(elements), parts, required: None }
    }

    /// Says that every request must carry it.
    #[must_use]
    pub const fn required(self, stand_in: StandIn) -> Self {
        Self { required: Some(stand_in), ..self }
    }

    /// Returns the elements that sit in it, if any do.
    #[must_use]
    pub fn elements(&self) -> Option<&Elements> {
        match &self.holds {
            Holds::Elements(elements) => Some(elements),
            Holds::Leaves => None,
        }
    }
}
