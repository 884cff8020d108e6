//! What a row says, as edits of a card: one leaf for one text, and new elements for those no card has yet. Which of them
//! are made is decided by whoever has the base.

use super::read::{Moved, Reading};
use super::seat::{Content, Seat};
use super::shown::{At, Shown};
use super::table::{Holds, Lens};
use crate::contact::{Draft, DraftElement, DraftValue, Path, Value};
use crate::error::Result;

impl Lens {
    /// Returns what to write into a card so that it shows a text of the system at one part of a seat. A part of several
    /// leaves is written into the first; the others are cleared, because nobody knows which of its words were theirs.
    ///
    /// # Errors
    /// `bad-path` if the element's id is no segment of a path, `bad-value` if the text is too long.
    pub fn edits(
        &self,
        seat: Seat,
        part: usize,
        element: Option<&str>,
        text: &str,
        shown: &Shown<'_>,
    ) -> Result<Vec<(Path, Value)>> {
        let (Some(field), Some(part)) = (self.field(seat), self.parts(seat).get(part)) else { return Ok(Vec::new()) };
        let at = At::new(&field.holds, element);
        // What is not of the part's form was never read.
        let (true, Some(text)) = (at.exists(), part.form.value(text)) else { return Ok(Vec::new()) };
        let mut leaves = at.leaves(part).into_iter();
        let mut out = Vec::new();
        if let Some(first) = leaves.next() {
            out.push((Path::new(first)?, Value::text(text)?));
        }
        for leaf in leaves.filter(|leaf| shown.value(leaf).is_some()) {
            out.push((Path::new(leaf)?, Value::Null));
        }
        Ok(out)
    }

    /// Returns what it says of an element that the system's users took to another field.
    ///
    /// # Errors
    /// `bad-path` if the element's id is no segment of a path.
    pub fn relabel(&self, moved: &Moved, shown: &Shown<'_>) -> Result<Vec<(Path, Value)>> {
        let field = |seat: Seat| self.field(seat).and_then(|field| Some((field, field.elements()?)));
        let (Some((from, before)), Some((_, now))) = (field(moved.from), field(moved.to)) else {
            return Ok(Vec::new());
        };
        let at = At::new(&from.holds, Some(&moved.element));
        let mut out = Vec::new();
        for (leaf, _) in before.says.iter().filter(|(leaf, _)| !now.says.iter().any(|(other, _)| leaf == other)) {
            let path = at.path(leaf);
            if shown.value(&path).is_some() {
                out.push((Path::new(path)?, Value::Null));
            }
        }
        for (leaf, says) in now.says {
            let (path, value) = (at.path(leaf), says.value());
            if shown.value(&path) != Some(&value) {
                out.push((Path::new(path)?, value));
            }
        }
        Ok(out)
    }

    /// Returns what sits in a seat as a new element; `None` for leaves of the card and for empty seats.
    #[must_use]
    pub fn new_element(&self, content: &Content) -> Option<DraftElement> {
        let elements = self.field(content.seat)?.elements()?;
        let mut fields: Vec<(String, DraftValue)> = self.leaf_values(content).collect();
        if fields.is_empty() {
            return None;
        }
        fields.extend(elements.says.iter().map(|(leaf, says)| ((*leaf).to_owned(), DraftValue::Value(says.value()))));
        crate::sorted::sort_by(&mut fields, |(a, _), (b, _)| a < b);
        Some(DraftElement { kind: elements.kind.to_owned(), fields, primary: false })
    }

    /// Returns a row as a person of whom no card knows. The source of the card's id is the row, not the person: the draft
    /// has no UID.
    ///
    /// # Errors
    /// `bad-path` if the lens names a leaf that is no path.
    pub fn person(&self, reading: &Reading) -> Result<Draft> {
        let mut out = Draft::default();
        for content in &reading.contents {
            if let Some(element) = self.new_element(content) {
                out.elements.push(element);
            } else if matches!(self.field(content.seat).map(|field| &field.holds), Some(Holds::Leaves)) {
                for (leaf, value) in self.leaf_values(content) {
                    if let DraftValue::Value(value) = value {
                        out.fields.push((Path::new(leaf)?, value));
                    }
                }
            }
        }
        crate::sorted::sort_by(&mut out.fields, |(a, _), (b, _)| a.as_str() < b.as_str());
        Ok(out)
    }

    /// Returns the first leaf of each part that holds something, with the value a card stores.
    fn leaf_values(&self, content: &Content) -> impl Iterator<Item = (String, DraftValue)> {
        let parts = self.parts(content.seat).iter().enumerate();
        parts.filter_map(|(at, part)| {
            let text = part.form.value(content.text(at)).filter(|text| !text.is_empty())?;
            let leaf = part.lines.first()?.first()?;
            Some(((*leaf).to_owned(), DraftValue::Value(Value::text(text).ok()?)))
        })
    }
}
