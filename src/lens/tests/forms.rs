//! Canonical forms: idempotent, blind to spelling, and to nothing else.

use super::*;

const FORMS: [Form; 5] = [Form::Text, Form::Lines, Form::Mail, Form::Phone, Form::Date];

fn noise(random: &mut Random) -> String {
    let pieces = [
        "+",
        "(",
        ")",
        " ",
        "\u{a0}",
        "-",
        "ext",
        "ension",
        "x",
        "tel:",
        "5",
        "30",
        "\r\n",
        "\n",
        "\t",
        "\u{0}",
        "u\u{308}",
        "Ä",
        "\u{301}",
        "e",
        "@example.com",
        "1985-04-12",
        "T22:00:00Z",
        "T",
        "Z",
        "\u{130}",
        "\u{1100}",
        "\u{1161}",
        "*",
        ",",
        "",
    ];
    (0..random.below(7)).filter_map(|_| random.pick(&pieces).copied()).collect()
}

#[test]
fn a_canonical_form_is_its_own_canonical_form() {
    let mut random = Random::new(1);
    for _ in 0..40_000 {
        let raw = noise(&mut random);
        for form in FORMS {
            if let Some(once) = form.canonical(&raw) {
                assert_eq!(form.canonical(&once).as_ref(), Some(&once), "{form:?} of {raw:?}");
            }
        }
    }
}

#[test]
fn what_is_spelled_for_a_system_and_what_is_stored_of_it_are_one_value() {
    let mut random = Random::new(2);
    for _ in 0..40_000 {
        let raw = noise(&mut random);
        for form in FORMS {
            if let Some(spelled) = form.spell(&raw) {
                let stored = form.value(&spelled).expect("what is sent can be read");
                assert_eq!(form.spell(&stored).as_deref(), Some(spelled.as_str()), "{form:?} of {raw:?}");
                assert_eq!(form.canonical(&stored), form.canonical(&spelled), "{form:?} of {raw:?}");
            }
        }
    }
}

#[test]
fn a_phone_number_in_another_spelling_is_the_same_and_another_number_is_not() {
    let same = |a: &str, b: &str| Form::Phone.canonical(a) == Form::Phone.canonical(b);
    for spelled in ["+49 (30) 901820", "+49-30-90 18 20", "tel:+4930901820", " +49.30.901820\u{a0}"] {
        assert!(same("+49 30 901820", spelled), "{spelled}");
    }
    assert!(same("555 0100 ext. 5", "(555) 0100 x5"));
    for other in ["+49 30 901821", "49 30 901820", "+49 30 901820,5", "+49 30 901820 ext 5", "+49 30 90182O"] {
        assert!(!same("+49 30 901820", other), "{other}");
    }
    assert!(!same("1 800 FLOWERS", "1 800 TAXI"), "letters are dialled, too");
}

#[test]
fn a_birthday_is_the_day_that_was_meant_in_every_time_zone() {
    let day = |row: &str| Form::Date.canonical(row);
    for row in [
        "1985-04-12",
        "1985-04-12T00:00:00Z",
        "1985-04-12T11:59:00Z",
        "1985-04-11T22:00:00Z",
        "1985-04-12T08:00:00.000Z",
    ] {
        assert_eq!(day(row).as_deref(), Some("1985-04-12"), "{row}");
    }
    assert_eq!(day("1999-12-31T23:00:00Z").as_deref(), Some("2000-01-01"));
    assert_eq!(day("2000-02-28T23:00:00Z").as_deref(), Some("2000-02-29"));
    for bad in [
        "1985-13-01",
        "1985-02-29",
        "0000-01-01",
        "1985-04-12X",
        "1985-04-12T25:00:00Z",
        "12.4.1985",
        "9999-12-31T23:00:00Z",
    ] {
        assert_eq!(day(bad), None, "{bad}");
    }
    assert_eq!(Form::Date.spell("1985-04-12").as_deref(), Some("1985-04-12T00:00:00Z"));
    assert_eq!((Form::Date.spell("--04-12"), Form::Date.spell("1985")), (None, None));
}
