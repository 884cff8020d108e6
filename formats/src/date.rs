//! Dates as one text: `1985-04-12`, `--06-15`, `1985`, `1985-04-12T10:22:00Z`.
//!
//! [`canonical`] gives every way of writing a date one spelling, [`to_json`] and [`from_json`] go to and from JSContact.
//! What is no date stays the text it was. No calendar but the Gregorian one, and no clock.

use crate::path::Object;
use serde_json::{Value as Json, json};

#[derive(Debug, Default, Clone, PartialEq)]
struct Date {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    time: Option<[i64; 3]>,
    /// Minutes east of UTC.
    offset: Option<i64>,
}

/// Spells a date the way drafts do; any other text is only trimmed.
pub(crate) fn canonical(text: &str) -> String {
    let text = text.trim();
    parse(text).map_or_else(|| text.to_owned(), |date| spell(&to_utc(date)))
}

/// Turns a date into a PartialDate or a Timestamp of JSContact, if one can hold it.
pub(crate) fn to_json(text: &str) -> Option<Object> {
    let date = to_utc(parse(text)?);
    let object = match (date.time, date.offset) {
        (None, _) => {
            let mut object = Object::new();
            object.insert("@type".into(), json!("PartialDate"));
            for (name, number) in [("year", date.year), ("month", date.month), ("day", date.day)] {
                object.extend(number.map(|number| (name.to_owned(), json!(number))));
            }
            object
        }
        (Some(_), Some(_)) => {
            let mut object = Object::new();
            object.insert("@type".into(), json!("Timestamp"));
            object.insert("utc".into(), json!(spell(&date)));
            object
        }
        (Some(_), None) => return None,
    };
    Some(object)
}

/// Reads a PartialDate or Timestamp and returns what is left of it; `None` if it is neither.
pub(crate) fn from_json(mut object: Object) -> Option<(String, Object)> {
    object.remove("@type");
    if let Some(utc) = object.remove("utc") {
        let text = canonical(utc.as_str()?);
        return Some((text, object));
    }
    let mut part = |name: &str| match object.remove(name) {
        None | Some(Json::Null) => Some(None),
        Some(json) => json.as_i64().map(Some),
    };
    let date = Date { year: part("year")?, month: part("month")?, day: part("day")?, ..Date::default() };
    let text = spell(&date);
    (parse(&text).as_ref() == Some(&date)).then_some((text, object))
}

/// A date in the basic format of vCard, for what JSContact cannot hold.
pub(crate) fn is_date(text: &str) -> bool {
    parse(text).is_some()
}

/// Spells a date as vCard 4.0 does, without separators.
pub(crate) fn basic(text: &str) -> String {
    let Some(date) = parse(text) else {
        return text.to_owned();
    };
    let spelled = spell(&date);
    if date.year.is_some() && date.day.is_none() {
        return spelled;
    }
    let (day, time) = spelled.split_once('T').unwrap_or((&spelled, ""));
    let year_less = day.starts_with("--");
    let day = if year_less {
        format!("--{}", day.get(2..).unwrap_or_default().replace('-', ""))
    } else {
        day.replace('-', "")
    };
    let day = if spelled.starts_with("---") { spelled.clone() } else { day };
    if time.is_empty() { day } else { format!("{day}T{}", time.replace(':', "")) }
}

fn spell(date: &Date) -> String {
    let day = match (date.year, date.month, date.day) {
        (Some(y), Some(m), Some(d)) => format!("{y:04}-{m:02}-{d:02}"),
        (Some(y), Some(m), None) => format!("{y:04}-{m:02}"),
        (Some(y), None, _) => format!("{y:04}"),
        (None, Some(m), Some(d)) => format!("--{m:02}-{d:02}"),
        (None, Some(m), None) => format!("--{m:02}"),
        (None, None, Some(d)) => format!("---{d:02}"),
        (None, None, None) => String::new(),
    };
    let time = date.time.map(|[h, m, s]| format!("T{h:02}:{m:02}:{s:02}")).unwrap_or_default();
    format!("{day}{time}{}", if date.offset.is_some() { "Z" } else { "" })
}

fn parse(text: &str) -> Option<Date> {
    let (day, time) = match text.split_once(['T', 't']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let mut date = parse_day(day)?;
    if let Some(time) = time {
        // A time needs a whole day: anything else is no date that a contact has.
        date.year.and(date.month).and(date.day)?;
        let (clock, offset) = split_zone(time)?;
        date.time = Some(parse_clock(clock)?);
        date.offset = offset;
    }
    Some(date)
}

fn parse_day(text: &str) -> Option<Date> {
    let (year, month, day) = if let Some(day) = text.strip_prefix("---") {
        (None, None, Some(number(day, 2)?))
    } else if let Some(rest) = text.strip_prefix("--") {
        let digits = rest.replace('-', "");
        match digits.len() {
            2 => (None, Some(number(&digits, 2)?), None),
            4 => (None, Some(number(digits.get(..2)?, 2)?), Some(number(digits.get(2..)?, 2)?)),
            _ => return None,
        }
    } else {
        let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let at = |from: usize, to: usize| text.get(from..to).and_then(|digits| number(digits, to - from));
        match shape.as_str() {
            "0000" => (Some(at(0, 4)?), None, None),
            "0000-00" => (Some(at(0, 4)?), Some(at(5, 7)?), None),
            "0000-00-00" => (Some(at(0, 4)?), Some(at(5, 7)?), Some(at(8, 10)?)),
            "00000000" => (Some(at(0, 4)?), Some(at(4, 6)?), Some(at(6, 8)?)),
            _ => return None,
        }
    };
    let fits = month.is_none_or(|m| (1..=12).contains(&m)) && day.is_none_or(|d| (1..=31).contains(&d));
    fits.then_some(Date { year, month, day, ..Date::default() })
}

fn parse_clock(text: &str) -> Option<[i64; 3]> {
    let text = text.split(['.', ',']).next().unwrap_or_default().replace(':', "");
    let at = |from: usize| match text.get(from..from + 2) {
        Some(digits) => number(digits, 2),
        None => (text.len() == from).then_some(0),
    };
    let clock = match text.len() {
        2 => [at(0)?, 0, 0],
        4 => [at(0)?, at(2)?, 0],
        6 => [at(0)?, at(2)?, at(4)?],
        _ => return None,
    };
    let [h, m, s] = clock;
    (h < 24 && m < 60 && s < 61).then_some(clock)
}

fn split_zone(time: &str) -> Option<(&str, Option<i64>)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(at) = time.find(['+', '-']) else {
        return Some((time, None));
    };
    let sign = if time.get(at..=at) == Some("-") { -1 } else { 1 };
    let zone = time.get(at + 1..)?.replace(':', "");
    let hours = number(zone.get(..2)?, 2)?;
    let minutes = if zone.len() == 2 { 0 } else { number(zone.get(2..)?, 2)? };
    Some((time.get(..at)?, Some(sign * (hours * 60 + minutes))))
}

fn number(digits: &str, length: usize) -> Option<i64> {
    (digits.len() == length && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

fn to_utc(mut date: Date) -> Date {
    if let (Some(y), Some(m), Some(d), Some([hours, minutes, s]), Some(offset)) =
        (date.year, date.month, date.day, date.time, date.offset)
    {
        let total = days(y, m, d) * 1_440 + hours * 60 + minutes - offset;
        let (y, m, d) = civil(total.div_euclid(1_440));
        let rest = total.rem_euclid(1_440);
        (date.year, date.month, date.day) = (Some(y), Some(m), Some(d));
        date.time = Some([rest / 60, rest % 60, s]);
        date.offset = Some(0);
    }
    date
}

// Howard Hinnant's day counts, https://howardhinnant.github.io/date_algorithms.html.
fn days(y: i64, m: i64, d: i64) -> i64 {
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
}

fn civil(days: i64) -> (i64, i64, i64) {
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_every_way_of_writing() {
        for (written, spelled) in [
            ("19850412", "1985-04-12"),
            ("1985-04-12", "1985-04-12"),
            ("1985", "1985"),
            ("1985-04", "1985-04"),
            ("--0615", "--06-15"),
            ("--06-15", "--06-15"),
            ("--06", "--06"),
            ("---12", "---12"),
            ("20090808T1430-0500", "2009-08-08T19:30:00Z"),
            ("2000-01-01T00:30:00+01:00", "1999-12-31T23:30:00Z"),
            ("19531015T231000", "1953-10-15T23:10:00"),
            ("circa 1800", "circa 1800"),
            ("19851340", "19851340"),
            (" 2012-06-06 ", "2012-06-06"),
            ("T10", "T10"),
        ] {
            assert_eq!(canonical(written), spelled);
            assert_eq!(canonical(&canonical(written)), spelled);
        }
    }

    #[test]
    fn jscontact_dates_there_and_back() {
        for date in ["1985-04-12", "1985", "1985-04", "--06-15", "---12", "2009-08-08T19:30:00Z"] {
            let (text, rest) = from_json(to_json(date).unwrap()).unwrap();
            assert_eq!((text.as_str(), rest.is_empty()), (date, true));
        }
        assert_eq!(to_json("1953-10-15T23:10:00"), None);
        assert_eq!(to_json("circa 1800"), None);
    }

    #[test]
    fn basic_format_for_vcard() {
        assert_eq!(basic("1953-10-15T23:10:00"), "19531015T231000");
        assert_eq!(basic("--06-15"), "--0615");
        assert_eq!(basic("1985-04"), "1985-04");
        assert_eq!(basic("---12"), "---12");
        assert_eq!(basic("circa 1800"), "circa 1800");
    }
}
