//! A card facing its row: what the row would hold, where it differs, and which of the differences must not be sent.

use super::Base;
use crate::book::Book;
use crate::card::{Card, Conflict, ConflictKind, Rule, presence_of};
use crate::contact::{Path, STATE, Value, joined};
use crate::error::Result;
use crate::lens::{Change, Lens, Projection, Seat, Shown};

/// A card facing its row.
pub struct Facing {
    /// The card as it is.
    pub card: Card,
    /// What the row would hold of it.
    pub projection: Projection,
    /// Where the row differs from that.
    pub differences: Vec<Change>,
    /// What of that is to be sent: not what was sent before and came back as something else.
    pub changes: Vec<Change>,
    conflicts: Vec<Conflict>,
    /// The paths of every projected part, found once.
    parts: Vec<(Seat, usize, Vec<Path>)>,
}

/// A difference that is not sent while a conflict is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The difference.
    pub change: Change,
    /// The conflict.
    pub conflict: Path,
}

impl Facing {
    /// Looks at a card and what its row holds.
    ///
    /// # Errors
    /// `card-unknown`; `store-damaged`.
    pub fn new(book: &mut Book, lens: &Lens, card: &str, base: Option<&Base>) -> Result<Self> {
        let card = book.card(card)?.clone();
        let shown = Shown::new(card.view().fields());
        let projection = match base {
            Some(base) => lens.project(&shown, &base.contents),
            None => lens.project_new(&shown),
        };
        let differences = lens.changes(&projection, base.map_or(&[], |base| &base.contents));
        let is_known = |change: &Change| {
            let mut sent = base.iter().flat_map(|base| &base.rewritten);
            sent.any(|(seat, part, to)| {
                (*seat, *part) == (change.seat, change.part) && lens.is_same(*seat, *part, to, &change.to)
            })
        };
        let changes = differences.iter().filter(|change| !is_known(change)).cloned().collect();
        let mut parts = Vec::new();
        for content in &projection.contents {
            for part in 0..content.texts.len() {
                let leaves = lens.leaves(content.seat, part, content.element.as_deref(), &shown);
                parts.push((content.seat, part, to_paths(leaves)));
            }
        }
        let conflicts = card.conflicts();
        Ok(Self { card, projection, differences, changes, conflicts, parts })
    }

    /// Returns the paths that a part of a seat is made of, with its element's presence and what its seat says of it.
    #[must_use]
    pub fn paths(&self, lens: &Lens, seat: Seat, part: usize, element: Option<&str>) -> Vec<Path> {
        let projected = self.projection.contents.iter().find(|content| content.seat == seat);
        if projected.is_some_and(|content| content.element.as_deref() == element) {
            let found = self.parts.iter().find(|(at, of, _)| *at == seat && *of == part);
            return found.map(|(.., paths)| paths.clone()).unwrap_or_default();
        }
        let shown = Shown::new(self.card.view().fields());
        to_paths(lens.leaves(seat, part, element, &shown))
    }

    /// Returns the presence of an element, and what its seat says of it.
    #[must_use]
    pub fn about(&self, lens: &Lens, seat: Seat, element: Option<&str>) -> Vec<Path> {
        let (Some(elements), Some(id)) = (lens.field(seat).and_then(|field| field.elements()), element) else {
            return Vec::new();
        };
        let presence = joined(&[elements.kind, id]);
        let says = elements.says.iter().map(|(leaf, _)| joined(&[&presence, leaf]));
        std::iter::once(presence.clone()).chain(says).filter_map(|path| Path::new(path).ok()).collect()
    }

    /// Returns the open conflict at a path, its presence or the card's state.
    #[must_use]
    pub fn conflict_at(&self, path: &str) -> Option<&Conflict> {
        let presence = presence_of(path);
        let is_it = |c: &&Conflict| c.path.as_str() == path || Some(c.path.as_str()) == presence || *c.path == *STATE;
        self.conflicts.iter().find(is_it)
    }

    /// Says whether a conflict is open about anything that the row holds of an element.
    #[must_use]
    pub fn is_contested_at(&self, lens: &Lens, seat: Seat, element: Option<&str>) -> bool {
        let parts = lens.parts(seat).len();
        let mut paths = (0..parts).flat_map(|part| self.paths(lens, seat, part, element));
        paths.any(|path| self.conflict_at(&path).is_some())
    }

    /// Says whether a conflict is open anywhere.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        !self.conflicts.is_empty()
    }

    /// Parts the differences into those to be sent and those that wait for a decision: what is in conflict as a whole,
    /// and values where the system's own is among the answers.
    ///
    /// # Errors
    /// `store-damaged`.
    pub fn sift(
        &self,
        book: &mut Book,
        lens: &Lens,
        system: &str,
        base: Option<&Base>,
    ) -> Result<(Vec<Change>, Vec<Withheld>)> {
        let (mut sent, mut withheld) = (Vec::new(), Vec::new());
        for change in &self.changes {
            let mut conflict = None;
            for path in self.paths_of(lens, base, change) {
                let Some(found) = self.conflict_at(&path) else { continue };
                if found.kind != ConflictKind::Value
                    || self.is_there_among(lens, change, &found.path)
                    || self.is_own_among(book, system, base, &found.path)?
                {
                    conflict = Some(found.path.clone());
                    break;
                }
            }
            match conflict.filter(|_| !book.breaks(Rule::ConflictsWithheld)) {
                Some(conflict) => withheld.push(Withheld { change: change.clone(), conflict }),
                None => sent.push(change.clone()),
            }
        }
        // Nobody arrives who may not leave, nor leaves who may not arrive.
        loop {
            let waits = |change: &Change| {
                let other =
                    withheld.iter().find(|other: &&Withheld| self.is_one_move(lens, base, change, &other.change));
                other.map(|other| other.conflict.clone())
            };
            let Some((at, conflict)) = sent.iter().enumerate().find_map(|(at, change)| Some((at, waits(change)?)))
            else {
                return Ok((sent, withheld));
            };
            let change = sent.remove(at);
            withheld.push(Withheld { change, conflict });
        }
    }

    /// Says whether two differences are about one element that goes from one seat to another.
    fn is_one_move(&self, lens: &Lens, base: Option<&Base>, one: &Change, two: &Change) -> bool {
        let to = |change: &Change| {
            let content = self.projection.contents.iter().find(|content| content.seat == change.seat);
            content.and_then(|content| content.element.as_deref())
        };
        let from = |change: &Change| base.and_then(|base| base.content(change.seat)).and_then(|c| c.element.as_deref());
        let goes = |there: &Change, here: &Change| to(there).is_some() && to(there) == from(here);
        one.seat != two.seat && lens.same_kind(one.seat, two.seat) && (goes(one, two) || goes(two, one))
    }

    /// Returns every path that a difference touches: of what is to sit there, and of what sits there now. One that is to
    /// move leaves and arrives together, or the row would have it twice.
    fn paths_of(&self, lens: &Lens, base: Option<&Base>, change: &Change) -> Vec<Path> {
        let to = self.projection.contents.iter().find(|content| content.seat == change.seat);
        let from = base.and_then(|base| base.content(change.seat));
        let mut out = Vec::new();
        for element in [to, from].into_iter().flatten().map(|content| content.element.as_deref()) {
            out.extend(self.paths(lens, change.seat, change.part, element));
            out.extend(self.about(lens, change.seat, element));
            let contents = self.projection.contents.iter().chain(base.into_iter().flat_map(|base| &base.contents));
            for other in contents.filter(|other| element.is_some() && other.element.as_deref() == element) {
                if other.seat != change.seat && lens.same_kind(other.seat, change.seat) {
                    out.extend(self.about(lens, other.seat, element));
                }
            }
        }
        out
    }

    /// Says whether what the row shows is among the answers, whoever gave it.
    fn is_there_among(&self, lens: &Lens, change: &Change, path: &Path) -> bool {
        let is_it = |value: &Value| lens.is_same(change.seat, change.part, &change.from, &value.plain());
        !change.from.is_empty() && self.card.registers().at(path).iter().any(|entry| is_it(&entry.value))
    }

    fn is_own_among(&self, book: &mut Book, system: &str, base: Option<&Base>, path: &Path) -> Result<bool> {
        for entry in self.card.registers().at(path) {
            let seen = base.and_then(|base| base.operations.get(path)).is_some_and(|ids| ids.contains(&entry.id));
            if seen {
                return Ok(true);
            }
            let writer = if entry.origin.is_system() { book.writer_of(self.card.id(), entry.id)? } else { None };
            if writer.is_some_and(|(_, provenance, _)| provenance.system == system) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn to_paths(leaves: Vec<String>) -> Vec<Path> {
    leaves.into_iter().filter_map(|leaf| Path::new(leaf).ok()).collect()
}
