//! What cards show of a whole address, or of the whole name, while two answers are open.

use super::*;

/// Two copies of Jane after each rewrote her address in a way of its own, and the address.
fn moved(first: &[(&str, Value)], second: &[(&str, Value)]) -> (Copy, Copy, String) {
    let (mut a, mut b) = jane();
    let address = format!("addresses/{}", a.card.view().elements("addresses")[0]);
    let edits = |edits: &[(&str, Value)]| -> Vec<(String, Value)> {
        edits.iter().map(|(leaf, value)| (format!("{address}/{leaf}"), value.clone())).collect()
    };
    let edit = |copy: &mut Copy, edits: Vec<(String, Value)>| {
        let edits: Vec<(&str, Value)> = edits.iter().map(|(path, value)| (path.as_str(), value.clone())).collect();
        copy.edit(&edits)
    };
    let x = edit(&mut a, edits(first));
    let y = edit(&mut b, edits(second));
    exchange(&mut a, &mut b, &[x], &[y]);
    assert_eq!(a.conflict_paths(), [format!("group {address}")]);
    (a, b, address)
}

fn leaves(copy: &Copy, presence: &str) -> Vec<(String, String)> {
    copy.card.view().leaves(presence).map(|(leaf, value)| (leaf.to_owned(), value.to_plain())).collect()
}

fn versions(copy: &Copy, presence: &str) -> Vec<Vec<(String, String)>> {
    let strip = |path: &Path| path[presence.len() + 1..].to_owned();
    let plain = |v: &Version| v.leaves.iter().map(|(path, value)| (strip(path), value.to_plain())).collect();
    copy.history.group_versions(&copy.card, presence).iter().map(plain).collect()
}

fn of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(leaf, value)| ((*leaf).to_owned(), (*value).to_owned())).collect()
}

/// The second wrote fewer operations, so registers alone would show its street in the first one's town.
const BERLIN: [(&str, &str); 3] = [("locality", "Berlin"), ("name", "Ring 1"), ("postcode", "10115")];
const BOSTON: [(&str, &str); 2] = [("locality", "Boston"), ("name", "Main St 12a")];

fn berlin_or_boston() -> (Copy, Copy, String) {
    let berlin = [("name", text("Ring 1")), ("locality", text("Berlin")), ("postcode", text("10115"))];
    moved(&berlin, &[("name", text("Main St 12a"))])
}

#[test]
fn a_group_in_conflict_shows_one_of_its_versions_whole() {
    let (a, _, address) = berlin_or_boston();
    let shown = leaves(&a, &address);
    assert!(shown == of(&BERLIN) || shown == of(&BOSTON), "{shown:?}");
    assert_eq!(versions(&a, &address)[0], shown, "the first of its versions is the one that is shown");
    let fields = a.card.view().fields().filter(|(path, _)| path.starts_with(&format!("{address}/")));
    assert_eq!(fields.count(), shown.len());
    let other = if shown == of(&BERLIN) { "boston" } else { "berlin" };
    assert!(!Summary::of(&a.card).matches(&[other.to_owned()]));
}

#[test]
fn an_edit_inside_a_group_in_conflict_makes_a_whole_version_and_decides_nothing() {
    let (mut a, mut b, address) = berlin_or_boston();
    let before = versions(&a, &address);
    let x = a.edit(&[(&format!("{address}/label"), text("home"))]);
    b.receive(&x);
    assert_eq!(a.conflict_paths(), [format!("group {address}")]);
    let mut edited = before[0].clone();
    edited.insert(0, ("label".into(), "home".into()));
    assert_eq!(versions(&a, &address), [edited.clone(), before[1].clone()]);
    assert_eq!((leaves(&a, &address), leaves(&b, &address)), (edited.clone(), edited));
}

#[test]
fn what_the_shown_version_lacks_stays_away_through_an_edit() {
    let (mut a, mut b, address) =
        moved(&[("name", text("Ring 1")), ("locality", Value::Null)], &[("locality", text("Salem"))]);
    let other = versions(&a, &address)[1].clone();
    let mut shown = leaves(&a, &address);
    let x = a.edit(&[(&format!("{address}/label"), text("home"))]);
    let y = b.edit(&[(&format!("{address}/country"), text("US"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    shown.insert(0, ("label".into(), "home".into()));
    let all = versions(&a, &address);
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(all.contains(&shown) && all.contains(&other), "{all:?}");
    assert!(all.contains(&leaves(&a, &address)));
}

#[test]
fn removing_the_shown_version_of_an_address_leaves_the_other_one() {
    let (mut a, mut b, address) = berlin_or_boston();
    let other = versions(&a, &address)[1].clone();
    let x = a.edit(&[(&address, Value::Null)]);
    b.receive(&x);
    assert_eq!(versions(&b, &address), [other.clone(), Vec::new()]);
    assert_eq!(leaves(&b, &address), other);
    assert_eq!(b.conflict_paths(), [format!("group {address}")]);
}

#[test]
fn writing_what_the_shown_version_says_writes_nothing() {
    let (a, _, address) = berlin_or_boston();
    for (leaf, value) in leaves(&a, &address) {
        assert!(a.plan(&[(&format!("{address}/{leaf}"), text(&value))]).expect("legal").is_empty(), "{leaf}");
    }
    let shown = leaves(&a, &address) == of(&BERLIN);
    let other = if shown { "Boston" } else { "Berlin" };
    assert!(!a.plan(&[(&format!("{address}/locality"), text(other))]).expect("legal").is_empty());
}

#[test]
fn a_name_in_conflict_is_one_of_the_names_in_the_list_too() {
    let (mut a, mut b) = jane();
    let x = a.edit(&[("name/given", text("Janet")), ("name/surname", text("Dorn"))]);
    let y = b.edit(&[("name/title", text("Dr")), ("name/given", text("Jean"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    assert_eq!(a.conflict_paths(), ["group name"]);
    let name = display_name(a.card.view());
    assert!(["Janet Dorn", "Dr Jean Doe"].contains(&name.as_str()), "{name}");
    assert!(Summary::of(&b.card).json.contains(&format!("\"name\":\"{name}\"")));
}

#[test]
fn a_question_about_a_whole_name_holds_what_a_question_inside_one_of_its_versions_hid() {
    let (mut a, mut b) = jane();
    let x = a.edit(&[("name/surname", text("Poe"))]);
    let y = b.edit(&[("name/surname", text("Roe"))]);
    exchange(&mut a, &mut b, &[x], &[y]);
    let mut c = b.clone();
    c.actor = [0; 16];
    c.seq = 0;
    // Somebody says that it is one name, and not yet which surname is right.
    let name = Operation {
        path: Path::new("name").expect("a path"),
        value: Value::Bool(true),
        predecessors: a.card.registers().all_ids("name"),
    };
    let one = a.write(vec![name]);
    assert_eq!(a.conflict_paths(), ["value name/surname"]);
    let shown = a.card.view().value("name/surname").to_plain();
    let hidden = if shown == "Poe" { "Roe" } else { "Poe" };
    let other = c.edit(&[("name/given", text("Joan")), ("name/surname", text("Coe"))]);
    a.receive(&other);
    c.receive(&one);
    for copy in [&a, &c] {
        assert_eq!(copy.conflict_paths(), ["group name"]);
        let sides = copy.history.group_sides(&copy.card, "name");
        let surname = |side: &Version| side.leaves.last().map(|(_, value)| value.to_plain());
        let surnames: Vec<Option<String>> = sides.iter().map(surname).collect();
        let is_there = |name: &str| surnames.contains(&Some(name.to_owned()));
        assert!(is_there("Coe") && is_there(&shown) && is_there(hidden), "{surnames:?}");
    }
    // Nobody answers it by writing something else, and who takes the name away leaves nothing.
    assert_eq!(a.card.view().value("name/surname").to_plain(), shown);
    let x = a.edit(&[("name/title", text("Dr"))]);
    let y = c.edit(&[("name", Value::Null)]);
    exchange(&mut a, &mut c, &[x], &[y]);
    let sides = a.history.group_sides(&a.card, "name");
    let is_removed = |side: &&Version| side.value.is_null();
    assert_eq!(sides.iter().filter(is_removed).map(|side| side.leaves.len()).collect::<Vec<_>>(), [0], "{sides:?}");
    let mut conflict = a.card.conflicts().remove(0);
    let says = |version: &&Version| version.leaves.iter().any(|(_, value)| value.to_plain() == hidden);
    conflict.versions = sides;
    let side = conflict.versions.iter().find(says).expect("a side");
    let operations = resolve(&a.base(&a.card), &conflict, side);
    a.write(operations);
    assert_eq!((a.value("name/given"), a.value("name/surname")), ("Jane".to_owned(), hidden.to_owned()));
    assert!(a.conflict_paths().is_empty());
}
