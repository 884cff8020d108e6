//! Seating: which element of a card sits in which seat. An element keeps its seat as long as it is there, has something
//! to show and fits; who comes later takes what is free. Nobody is moved for somebody else, except one who shows what another
//! one shows already.

use std::collections::BTreeMap;

use super::seat::Seat;
use super::shown::{At, Shown};
use super::table::{Elements, Field, Lens, Part};

/// Who sits where, and who does not.
pub(super) struct Seating<'a> {
    /// Elements by seat.
    pub seated: BTreeMap<Seat, &'a str>,
    /// Kind and id of those that fit somewhere and found no seat.
    pub standing: Vec<(&'static str, &'a str)>,
}

/// Gives every element that fits somewhere a seat, as far as there are seats. `before` says who sat where.
pub(super) fn seat_elements<'a>(lens: &Lens, shown: &Shown<'a>, before: &[(Seat, &str)]) -> Seating<'a> {
    let mut out = Seating { seated: BTreeMap::new(), standing: Vec::new() };
    let mut kinds: Vec<&'static str> = Vec::new();
    for elements in lens.fields.iter().filter_map(Field::elements) {
        if !kinds.contains(&elements.kind) {
            kinds.push(elements.kind);
        }
    }
    for kind in kinds {
        seat_kind(lens, shown, before, kind, &mut out);
    }
    out
}

fn seat_kind<'a>(lens: &Lens, shown: &Shown<'a>, before: &[(Seat, &str)], kind: &'static str, out: &mut Seating<'a>) {
    let fields: Vec<(usize, &Field, &Elements)> = lens
        .fields
        .iter()
        .enumerate()
        .filter_map(|(index, field)| Some((index, field, field.elements().filter(|e| e.kind == kind)?)))
        .collect();
    // How well each element fits each field it has something to show in.
    let fits = |id: &str, (_, field, elements): &(usize, &Field, &Elements)| {
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
        let first = fields.iter().zip(&ranks).find(|(_, rank)| rank.is_some());
        let texts = first.map(|((_, field, _), _)| texts(field, shown, id)).unwrap_or_default();
        people.push(Candidate { id, ranks, sat, texts });
    }
    let doubles = take_doubles(&mut people);
    for candidates in [people, doubles] {
        seat_candidates(&fields, candidates, kind, out);
    }
}

/// An element that looks for a seat.
struct Candidate<'a> {
    id: &'a str,
    /// How well it fits each field for its kind.
    ranks: Vec<Option<usize>>,
    /// Where it sat, as far as it still fits there.
    sat: Vec<Seat>,
    texts: Vec<String>,
}

/// Takes out who shows the same as another in the same fields: they sit down last, lest somebody stands for them. Of two
/// equal ones the one that sat stays.
fn take_doubles<'a>(people: &mut Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    let is_same = |one: &Candidate<'_>, other: &Candidate<'_>| one.texts == other.texts && one.ranks == other.ranks;
    let is_double: Vec<bool> = people
        .iter()
        .enumerate()
        .map(|(at, own)| {
            let goes_before = |(place, other): (usize, &Candidate<'_>)| {
                (other.sat.is_empty(), place) < (own.sat.is_empty(), at) && is_same(own, other)
            };
            people.iter().enumerate().any(goes_before)
        })
        .collect();
    let (mut rest, mut doubles) = (Vec::new(), Vec::new());
    for (candidate, is_double) in people.drain(..).zip(is_double) {
        if is_double { doubles.push(candidate) } else { rest.push(candidate) }
    }
    *people = rest;
    doubles
}

fn seat_candidates<'a>(
    fields: &[(usize, &Field, &Elements)],
    candidates: Vec<Candidate<'a>>,
    kind: &'static str,
    out: &mut Seating<'a>,
) {
    let mut standing: Vec<(&'a str, Vec<Option<usize>>)> = Vec::new();
    for Candidate { id, ranks, sat, .. } in candidates {
        match sat.into_iter().find(|seat| !out.seated.contains_key(seat)) {
            Some(seat) => drop(out.seated.insert(seat, id)),
            None if ranks.iter().any(Option::is_some) => standing.push((id, ranks)),
            None => {}
        }
    }
    let lines = fields.iter().map(|(.., elements)| elements.takes.len()).max().unwrap_or(0);
    for rank in 0..lines {
        standing.retain(|(id, ranks)| {
            let fitting = fields.iter().zip(ranks).filter(|(_, own)| **own == Some(rank));
            let free = fitting.filter_map(|((index, field, _), _)| free_seat(*index, field, out)).next();
            free.is_none_or(|seat| {
                out.seated.insert(seat, id);
                false
            })
        });
    }
    out.standing.extend(standing.into_iter().map(|(id, _)| (kind, id)));
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

fn free_seat(index: usize, field: &Field, seating: &Seating<'_>) -> Option<Seat> {
    (1..=field.seats).map(|number| Seat::new(index, number)).find(|seat| !seating.seated.contains_key(seat))
}
