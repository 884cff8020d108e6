//! The laws, over random cards and rows.

use super::people::{element, person, rewrite, row};
use super::*;

const ROUNDS: u64 = 1500;

fn each_seed(law: impl Fn(&mut Random, u64)) {
    for seed in 0..ROUNDS {
        law(&mut Random::new(seed), seed);
    }
}

#[test]
fn reading_what_was_projected_gives_the_projected_fields_back() {
    each_seed(|random, seed| {
        let fields = person(random);
        let projection = OUTLOOK.project_new(&shown(&fields));
        let mut row = json!({ "id": "row" });
        apply(&mut row, &OUTLOOK.create(&projection));
        rewrite(random, &mut row);
        let reading = OUTLOOK.read(&row, &projection.contents);
        assert!(
            reading.removed.is_empty() && reading.moved.is_empty() && reading.rest.is_empty(),
            "{seed}: {reading:?}"
        );
        let is_new = |content: &Content| content.element.is_none() && OUTLOOK.new_element(content).is_some();
        assert!(!reading.contents.iter().any(is_new), "{seed}: {reading:?}");
        assert_eq!(OUTLOOK.changes(&projection, &reading.contents), [], "{seed}");
        assert_eq!(changed(&fields, &reading.contents), [""; 0], "{seed}");
    });
}

#[test]
fn projecting_what_was_read_changes_nothing() {
    each_seed(|random, seed| {
        let row = row(random);
        let mut reading = OUTLOOK.read(&row, &[]);
        let draft = OUTLOOK.person(&reading).expect("legal leaves");
        let fields = import(&draft, &mut reading.contents);
        assert_eq!(changed(&fields, &reading.contents), [""; 0], "{seed}: {row}");
        // And once more, as the next run does it, whatever the system did to the spelling.
        let mut again = row;
        rewrite(random, &mut again);
        let second = OUTLOOK.read(&again, &reading.contents);
        assert_eq!((second.removed.len(), second.moved.len()), (0, 0), "{seed}: {again}");
        assert_eq!(changed(&fields, &second.contents), [""; 0], "{seed}: {again}");
    });
}

#[test]
fn a_difference_that_was_written_is_none_any_more_and_touches_nothing_else() {
    each_seed(|random, seed| {
        let mut fields = person(random);
        let (mut row, held) = create(&fields);
        rewrite(random, &mut row);
        let held = OUTLOOK.read(&row, &held).contents;
        for number in 0..random.below(3) {
            element(random, &mut fields, &format!("b{number}"));
        }
        if random.once_in(2) {
            let presences: Vec<String> =
                fields.keys().filter(|path| path.matches('/').count() == 1 && path.contains("/a")).cloned().collect();
            random.pick(&presences).into_iter().for_each(|presence| remove(&mut fields, presence));
        }
        let projection = OUTLOOK.project(&shown(&fields), &held);
        let changes = OUTLOOK.changes(&projection, &held);
        let request = OUTLOOK.update(&held, &[], &changes);
        let needed = |key: &str| {
            let in_change = |change: &Change| {
                let name = OUTLOOK.slot_name(change.seat, change.part);
                name.split('/').next() == Some(key)
            };
            changes.iter().any(in_change) || !changes.is_empty() && matches!(key, "givenName" | "homePhones")
        };
        assert!(request.fields.keys().all(|key| needed(key)), "{seed}: {request:?} for {changes:?}");
        assert!(!request.fields.values().any(Json::is_null), "{seed}");
        apply(&mut row, &request);
        rewrite(random, &mut row);
        let reading = OUTLOOK.read(&row, &projection.contents);
        assert!(reading.removed.is_empty() && reading.moved.is_empty(), "{seed}: {reading:?}");
        assert_eq!(OUTLOOK.changes(&projection, &reading.contents), [], "{seed}");
    });
}

#[test]
fn everything_a_card_shows_is_in_a_seat_or_named() {
    each_seed(|random, seed| {
        let fields = person(random);
        let shown = shown(&fields);
        let projection = OUTLOOK.project(&shown, &[]);
        let mut held: Vec<String> = ["id", "state", "name", "uid", "link/outlook"].map(String::from).into();
        for content in &projection.contents {
            let id = content.element.as_deref();
            for part in 0..content.texts.len() {
                held.extend(OUTLOOK.leaves(content.seat, part, id, &shown));
            }
            if let (Some(elements), Some(id)) = (OUTLOOK.field(content.seat).and_then(Field::elements), id) {
                let presence = format!("{}/{id}", elements.kind);
                held.extend(elements.says.iter().map(|(leaf, _)| format!("{presence}/{leaf}")));
                held.push(format!("{presence}/order"));
                held.push(presence);
            }
        }
        for path in fields.keys().filter(|path| !path.starts_with("primary/")) {
            let is_named =
                projection.unheld.iter().any(|u| u.path == *path || path.starts_with(&format!("{}/", u.path)));
            assert!(held.contains(path) || is_named, "{seed}: {path} is lost: {:?}", projection.unheld);
        }
        let whole = |u: &&Unheld| !matches!(u.why, Why::Cut | Why::NotOfForm);
        for unheld in projection.unheld.iter().filter(whole) {
            assert!(!held.contains(&unheld.path), "{seed}: {} is both held and not", unheld.path);
        }
    });
}

#[test]
fn seats_are_kept_and_nobody_sits_twice() {
    each_seed(|random, seed| {
        let mut fields = person(random);
        let before = OUTLOOK.project(&shown(&fields), &[]);
        assert_eq!(before, OUTLOOK.project(&shown(&fields), &before.contents), "{seed}: the same card, the same seats");
        for number in 0..random.below(6) {
            element(random, &mut fields, &format!("0{number}"));
        }
        let after = OUTLOOK.project(&shown(&fields), &before.contents);
        for content in before.contents.iter().filter(|content| content.element.is_some()) {
            // One who shows what another one of the kind shows makes room, and that one stays.
            let stays = |c: &Content| (c.seat, &c.element) == (content.seat, &content.element);
            let is_shown = |c: &Content| {
                OUTLOOK.same_kind(c.seat, content.seat) && c.element != content.element && c.texts == content.texts
            };
            let is_double = before.contents.iter().any(is_shown) && after.contents.iter().any(is_shown);
            assert!(after.contents.iter().any(stays) || is_double, "{seed}");
        }
        let kind = |content: &Content| OUTLOOK.field(content.seat).and_then(Field::elements).map(|e| e.kind);
        for (number, content) in after.contents.iter().enumerate().filter(|(_, content)| content.element.is_some()) {
            let others = after.contents.iter().skip(number + 1);
            let same =
                |c: &Content| c.seat == content.seat || (kind(c), &c.element) == (kind(content), &content.element);
            assert!(!others.clone().any(same), "{seed}: {content:?}");
            assert_eq!(OUTLOOK.seat(&OUTLOOK.seat_name(content.seat)), Some(content.seat));
        }
    });
}

#[test]
fn what_a_row_does_not_mention_is_unknown_and_what_it_empties_is_gone() {
    each_seed(|random, seed| {
        let fields = person(random);
        let (row, held) = create(&fields);
        let keys: Vec<String> = row.as_object().expect("a row").keys().cloned().collect();
        let key = random.pick(&keys).expect("some").as_str();
        let is_key = |seat: Seat| {
            let field = OUTLOOK.field(seat).expect("a field");
            field.name == key || field.shape == Shape::Keys && field.parts.iter().any(|part| part.key == key)
        };
        let mut silent = row.clone();
        silent.as_object_mut().expect("a row").remove(key);
        let reading = OUTLOOK.read(&silent, &held);
        assert!(reading.removed.is_empty(), "{seed}: {key}");
        let told: Vec<&Content> = reading.contents.iter().filter(|content| is_key(content.seat)).collect();
        assert!(told.iter().all(|content| content.texts.iter().any(Option::is_none)), "{seed}: {key}: {told:?}");
        for nothing in [Json::Null, json!("")] {
            let mut emptied = row.clone();
            emptied[key] = nothing;
            let reading = OUTLOOK.read(&emptied, &held);
            for content in held.iter().filter(|content| is_key(content.seat)) {
                let field = OUTLOOK.field(content.seat).expect("a field");
                let part = field.parts.iter().position(|part| part.key == key).unwrap_or(0);
                let now = reading.contents.iter().find(|c| c.seat == content.seat);
                let is_removed = reading.removed.iter().any(|(seat, _)| *seat == content.seat);
                assert!(is_removed || now.is_some_and(|c| c.texts[part].as_deref() == Some("")), "{seed}: {key}");
            }
        }
    });
}

#[test]
fn an_edit_taken_from_a_row_shows_what_the_row_says() {
    each_seed(|random, seed| {
        let mut fields = person(random);
        let (_, held) = create(&fields);
        let Some(content) = random.pick(&held).cloned() else { return };
        let part = random.below(content.texts.len());
        let is_day = OUTLOOK.parts(content.seat)[part].form == Form::Date;
        let text = if is_day { "2001-02-03T00:00:00Z" } else { "Something else 5" };
        let before = changed(&fields, &held);
        let shown_before = fields.clone();
        let edits = OUTLOOK.edits(content.seat, part, content.element.as_deref(), text, &shown(&shown_before));
        edit(&mut fields, edits.expect("legal"));
        let mut now = held.clone();
        let own = now.iter_mut().find(|c| c.seat == content.seat).expect("still there");
        own.texts[part] = Some(text.to_owned());
        own.made_up = false;
        let after = changed(&fields, &now);
        assert!(after.iter().all(|change| before.contains(change)), "{seed}: {after:?} after {before:?}");
    });
}
