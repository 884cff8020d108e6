//! Provenance: where a change came from, as its message says (format.md, section 4).
//!
//! Never decides whether a change is accepted: an unreadable message is shown as unknown.

/// Who is behind a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Somebody typed it.
    Person,
    /// It came with a file somebody imported.
    Import,
    /// A system of record had it.
    System,
    /// The message is not one this version reads.
    Unknown,
}

impl Origin {
    /// Returns the origin as written in messages and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Import => "import",
            Self::System => "system",
            Self::Unknown => "unknown",
        }
    }

    /// Says whether a system wrote it.
    #[must_use]
    pub fn is_system(self) -> bool {
        self == Self::System
    }
}

/// Where a change came from. Fields that an origin does not have are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Who is behind it.
    pub origin: Origin,
    /// The replica that wrote it.
    pub replica: String,
    /// The system's name.
    pub system: String,
    /// The system's own id of the record.
    pub row: String,
    /// The system's revision of the record: the later one is the greater text (RFC 3339, UTC).
    pub revision: String,
    /// The run that brought it.
    pub run: String,
}

impl Provenance {
    /// Returns the provenance of something a person typed on a replica.
    #[must_use]
    pub fn person(replica: &str) -> Self {
        Self::of(Origin::Person, replica)
    }

    /// Returns the provenance of an import.
    #[must_use]
    pub fn import(replica: &str, run: &str) -> Self {
        Self { run: run.to_owned(), ..Self::of(Origin::Import, replica) }
    }

    /// Writes the message of a change.
    #[must_use]
    pub fn to_message(&self) -> String {
        let mut out = format!("1 {}", self.origin.as_str());
        let fields: &[&str] = match self.origin {
            Origin::Import => &[&self.replica, &self.run],
            Origin::System => &[&self.replica, &self.system, &self.row, &self.revision, &self.run],
            Origin::Person | Origin::Unknown => &[&self.replica],
        };
        for field in fields {
            out.push(' ');
            encode(field, &mut out);
        }
        out
    }

    /// Reads a message; never fails.
    #[must_use]
    pub fn from_message(message: &str) -> Self {
        Self::read(message).unwrap_or_else(|| Self::of(Origin::Unknown, ""))
    }

    fn read(message: &str) -> Option<Self> {
        let mut fields = message.split(' ');
        if fields.next()? != "1" {
            return None;
        }
        let origin = match fields.next()? {
            "person" => Origin::Person,
            "import" => Origin::Import,
            "system" => Origin::System,
            _ => return None,
        };
        let mut out = Self::of(origin, &decode(fields.next()?)?);
        match origin {
            Origin::Import => out.run = decode(fields.next()?)?,
            Origin::System => {
                out.system = decode(fields.next()?)?;
                out.row = decode(fields.next()?)?;
                out.revision = decode(fields.next()?)?;
                out.run = decode(fields.next()?)?;
            }
            Origin::Person | Origin::Unknown => {}
        }
        fields.next().is_none().then_some(out)
    }

    fn of(origin: Origin, replica: &str) -> Self {
        Self {
            origin,
            replica: replica.to_owned(),
            system: String::new(),
            row: String::new(),
            revision: String::new(),
            run: String::new(),
        }
    }
}

fn encode(field: &str, out: &mut String) {
    if field.is_empty() {
        out.push('-');
        return;
    }
    // A field that is a lone hyphen must not read back as empty.
    if field == "-" {
        out.push_str("%2d");
        return;
    }
    for c in field.chars() {
        if c == '%' || c == ' ' || c.is_control() {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02x}"));
            }
        } else {
            out.push(c);
        }
    }
}

fn decode(field: &str) -> Option<String> {
    if field == "-" {
        return Some(String::new());
    }
    if field.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_back_whatever_its_fields_hold() {
        for row in ["", "-", "77", "a b%20\n", "ü/=+"] {
            let written = Provenance {
                origin: Origin::System,
                replica: "r1".into(),
                system: "outlook".into(),
                row: row.into(),
                revision: "CK 7".into(),
                run: "-".into(),
            };
            assert_eq!(Provenance::from_message(&written.to_message()), written);
        }
    }

    #[test]
    fn an_unreadable_message_is_of_unknown_origin() {
        for message in ["", "2 person r", "1 robot r", "1 person", "1 person a b", "1 person %zz", "1 person %"] {
            assert_eq!(Provenance::from_message(message).origin, Origin::Unknown, "{message}");
        }
    }
}
