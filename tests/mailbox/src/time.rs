//! Seconds since the fake's beginning, as Outlook writes times.

/// Returns a time as RFC 3339 text: the fake's first second is the first of a year.
#[must_use]
pub fn stamp(seconds: i64) -> String {
    const DAY: i64 = 86_400;
    let (mut year, mut days) = (2026, seconds.div_euclid(DAY));
    while days < 0 {
        year -= 1;
        days += days_of(year);
    }
    while days >= days_of(year) {
        days -= days_of(year);
        year += 1;
    }
    let lengths = [31, if days_of(year) == 366 { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let time = seconds.rem_euclid(DAY);
    format!("{year:04}-{month:02}-{:02}T{:02}:{:02}:{:02}Z", days + 1, time / 3_600, time / 60 % 60, time % 60)
}

fn days_of(year: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if leap { 366 } else { 365 }
}
