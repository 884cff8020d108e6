//! Seating: which element of a card sits in which seat. An element keeps its seat as long as it is there, has something
//! to show and fits; who comes later takes what is free. Nobody is moved for somebody else, except one who shows what another
//! one shows already.

use super::seat::Seat;
use super::shown::{At, Shown};
use super::table::{Elements, Field, Lens, Part};
use crate::sorted::sort_by;

/// Who sits where, and who does not.
pub(super) struct Seating<'a> {
    /// Seats and their elements, ascending by seat.
    pub seated: Vec<(Seat, &'a str)>,
    /// Kind and id of those that fit somewhere and found no seat.
    pub standing: Vec<(&'static str, &'a str)>,
}

/// Gives every element that fits somewhere a seat, as far as there are seats. `before` says who sat where.
pub(super) fn seat_elements<'a>(lens: &Lens, shown: &Shown<'a>, before: &[(Seat, &str)]) -> Seating<'a> {
    let mut out = Seating { seated: Vec::new(), standing: Vec::new() };
    let mut kinds: Vec<&'static str> = Vec::new();
    for elements in lens.fields.iter().filter_map(Field::elements) {
        if !kinds.contains(&elements.kind) {
            kinds.push(elements.kind);
        }
    }
    for kind in kinds {
        seat_kind(lens, shown, before, kind, &mut out);
    }
    sort_by(&mut out.seated, |(one, _), (other, _)| one < other);
    out
}

/// A field of a kind, with its index.
type OfKind<'a> = (usize, &'a Field, &'a Elements);

fn seat_kind<'a>(lens: &Lens, shown: &Shown<'a>, before: &[(Seat, &str)], kind: &'static str, out: &mut Seating<'a>) {
    let fields: Vec<OfKind<'_>> = lens
        .fields
        .iter()
        .enumerate()
        .filter_map(|(index, field)| Some((index, field, field.elements().filter(|e| e.kind == kind)?)))
        .collect();
    // How well each element fits each field it has something to show in.
    let fits = |id: &str, (_, field, elements): &OfKind<'_>| {
        let at = At::new(&field.holds, Some(id));
        let shows = |part| {
            let (text, leaves) = shown.compose(&at, part);
            !leaves.is_empty() && part.form.spell(&text).is_some_and(|text| !text.is_empty())
        };
        field.parts.iter().any(shows).then(|| shown.rank(elements, id)).flatten()
    };
    let mut people: Vec<Candidate<'a>> = Vec::new();
    for id in shown.elements(kind) {
        let ranks: Vec<Option<usize>> = fields.iter().map(|field| fits(id, field)).collect();
        let sat = before.iter().filter(|(seat, sitting)| {
            let field = fields.iter().position(|(index, ..)| *index == seat.field_index());
            *sitting == id && field.and_then(|at| ranks.get(at).copied().flatten()).is_some()
        });
        let sat: Vec<Seat> = sat.map(|(seat, _)| *seat).collect();
        people.push(Candidate { id, ranks, sat });
    }
    let mut seated = seat_in_turn(&fields, &[&people]);
    if !seated.standing.is_empty() {
        let (rest, doubles) = apart(&fields, shown, people);
        seated = seat_in_turn(&fields, &[&rest, &doubles]);
    }
    out.seated.extend(seated.seated);
    out.standing.extend(seated.standing.into_iter().map(|id| (kind, id)));
}

/// An element that looks for a seat.
struct Candidate<'a> {
    id: &'a str,
    /// How well it fits each field for its kind.
    ranks: Vec<Option<usize>>,
    /// Where it sat, as far as it still fits there.
    sat: Vec<Seat>,
}

/// Tells who shows the same as another in the same fields: they sit down last, lest somebody stands for them. Of two equal
/// ones the one that sat stays.
fn apart<'a>(
    fields: &[OfKind<'_>],
    shown: &Shown<'a>,
    people: Vec<Candidate<'a>>,
) -> (Vec<Candidate<'a>>, Vec<Candidate<'a>>) {
    let shows = |candidate: &Candidate<'_>| {
        let first = fields.iter().zip(&candidate.ranks).find(|(_, rank)| rank.is_some());
        first.map(|((_, field, _), _)| texts(field, shown, candidate.id)).unwrap_or_default()
    };
    let texts: Vec<Vec<String>> = people.iter().map(shows).collect();
    let all: Vec<(&Candidate<'_>, &Vec<String>)> = people.iter().zip(&texts).collect();
    let is_double = |(at, (own, texts)): (usize, &(&Candidate<'_>, &Vec<String>))| {
        all.iter().enumerate().any(|(place, (other, theirs))| {
            (other.sat.is_empty(), place) < (own.sat.is_empty(), at) && theirs == texts && other.ranks == own.ranks
        })
    };
    let are_doubles: Vec<bool> = all.iter().enumerate().map(is_double).collect();
    let (doubles, rest): (Vec<_>, Vec<_>) = people.into_iter().zip(are_doubles).partition(|(_, is_double)| *is_double);
    let candidates = |them: Vec<(Candidate<'a>, bool)>| them.into_iter().map(|(candidate, _)| candidate).collect();
    (candidates(rest), candidates(doubles))
}

/// Who of a kind sits where, and who stands.
#[derive(Default)]
struct Seated<'a> {
    seated: Vec<(Seat, &'a str)>,
    standing: Vec<&'a str>,
}

/// Seats one group after the other: first everybody where they sat, then by how well they fit.
fn seat_in_turn<'a>(fields: &[OfKind<'_>], groups: &[&[Candidate<'a>]]) -> Seated<'a> {
    let mut out = Seated::default();
    for candidates in groups {
        let mut standing: Vec<&Candidate<'a>> = Vec::new();
        for candidate in *candidates {
            match candidate.sat.iter().find(|seat| is_free(**seat, &out.seated)) {
                Some(seat) => out.seated.push((*seat, candidate.id)),
                None if candidate.ranks.iter().any(Option::is_some) => standing.push(candidate),
                None => {}
            }
        }
        let lines = fields.iter().map(|(.., elements)| elements.takes.len()).max().unwrap_or(0);
        for rank in 0..lines {
            standing.retain(|Candidate { id, ranks, .. }| {
                let fitting = fields.iter().zip(ranks).filter(|(_, own)| **own == Some(rank));
                let free = fitting.filter_map(|((index, field, _), _)| free_seat(*index, field, &out.seated)).next();
                free.is_none_or(|seat| {
                    out.seated.push((seat, id));
                    false
                })
            });
        }
        out.standing.extend(standing.into_iter().map(|candidate| candidate.id));
    }
    out
}

/// Returns what a field would show of an element, part by part, in normal form.
fn texts(field: &Field, shown: &Shown<'_>, id: &str) -> Vec<String> {
    let at = At::new(&field.holds, Some(id));
    let text = |part: &Part| {
        let (text, _) = shown.compose(&at, part);
        part.form.canonical(&text).unwrap_or(text)
    };
    field.parts.iter().map(text).collect()
}

fn free_seat(index: usize, field: &Field, seated: &[(Seat, &str)]) -> Option<Seat> {
    (1..=field.seats).map(|number| Seat::new(index, number)).find(|seat| is_free(*seat, seated))
}

fn is_free(seat: Seat, seated: &[(Seat, &str)]) -> bool {
    seated.iter().all(|(taken, _)| *taken != seat)
}
