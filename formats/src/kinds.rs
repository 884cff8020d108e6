//! The table of element kinds that JSContact keeps as maps from ids to objects.
//!
//! One row says where a kind lives in a JSContact card and which member carries its value. Kinds with a shape of
//! their own (names, keywords, relations, `extra`) are not here.

/// One kind of element.
pub(crate) struct Kind {
    /// Its name, in the document format and in JSContact alike.
    pub name: &'static str,
    /// The member that carries the value; vCard parameters are filed under it.
    pub main: &'static str,
    /// Whether `uri` may carry bytes.
    pub bytes: bool,
}

const fn kind(name: &'static str, main: &'static str, bytes: bool) -> Kind {
    Kind { name, main, bytes }
}

/// All of them, in the order drafts list them.
pub(crate) const KINDS: &[Kind] = &[
    kind("nicknames", "name", false),
    kind("organizations", "name", false),
    kind("titles", "name", false),
    kind("emails", "address", false),
    kind("phones", "number", false),
    kind("addresses", "components", false),
    kind("onlineServices", "uri", false),
    kind("links", "uri", true),
    kind("media", "uri", true),
    kind("anniversaries", "date", false),
    kind("personalInfo", "value", false),
    kind("preferredLanguages", "language", false),
    kind("notes", "note", false),
    kind("calendars", "uri", true),
    kind("schedulingAddresses", "uri", false),
    kind("cryptoKeys", "uri", true),
    kind("directories", "uri", true),
];

/// Finds a kind by its name.
pub(crate) fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}
