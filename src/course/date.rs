//! Days: reading them without a doubt about which number is the month, and showing them.

use jiff::civil::Date;

use super::Weekday;
use crate::fault::Fault;
use crate::said::Said;
use crate::units::UnitError;

/// The years a course may start in: other ones are slips of the keyboard.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;
const EXAMPLE: &str = "write year, month and day, as in 2026-12-01";

/// Reads a day such as `2026-12-01`.
///
/// # Errors
/// When it is written another way, with the days it may mean, or is no day of the calendar.
///
/// ```
/// use nappage::course::parse_date;
/// assert_eq!(parse_date("2026-12-01").unwrap().to_string(), "2026-12-01");
/// assert!(parse_date("01.12.2026").unwrap_err().hint.contains("did you mean 2026-12-01?"));
/// assert!(parse_date("12/1/2026").unwrap_err().hint.contains("2026-12-01 or 2026-01-12"));
/// ```
pub fn parse_date(text: &str) -> Result<Date, UnitError> {
    let fail = |problem: &'static str, hint: Said| UnitError::new(text, problem, hint);
    let trimmed = text.trim();
    let parts: Vec<&str> = trimmed.split(['-', '.', '/']).map(str::trim).collect();
    let numbers: Option<Vec<u16>> = parts.iter().map(|part| whole(part)).collect();
    let [first, second, third] = match numbers.as_deref() {
        Some(&[first, second, third]) => [first, second, third],
        // Year, month and day in one number.
        Some(&[_]) | None if trimmed.len() == 8 && trimmed.bytes().all(|b| b.is_ascii_digit()) => {
            let [year, month, day] = [&trimmed[..4], &trimmed[4..6], &trimmed[6..]].map(whole);
            return Err(otherwise(&fail, &[[year, month, day].map(Option::unwrap_or_default)]));
        }
        _ => return Err(fail("is no day", EXAMPLE.into())),
    };
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    if lengths == [4, 2, 2] && trimmed.bytes().filter(|byte| *byte == b'-').count() == 2 {
        let date = day(first, second, third);
        return date.ok_or_else(|| fail("is not in the calendar", last_day(first, second)));
    }
    Err(match lengths.as_slice() {
        [4, ..] => otherwise(&fail, &[[first, second, third]]),
        // A point is written between day and month; with a slash or a hyphen either may come first.
        [_, _, 4] if trimmed.contains('.') => otherwise(&fail, &[[third, second, first]]),
        [_, _, 4] => otherwise(&fail, &[[third, first, second], [third, second, first]]),
        _ => fail("is no day with a year of four digits", EXAMPLE.into()),
    })
}

/// A day as tables show it: `tue 2026-12-01`.
pub fn shown(date: Date) -> Said {
    said!("{weekday} {date}", weekday = Weekday::of(date).name(), date)
}

/// The fault of a day in a year that cannot be meant.
pub(super) fn possible(date: Date) -> Result<(), Fault> {
    if YEARS.contains(&date.year()) {
        return Ok(());
    }
    let fault = Fault::new("start", "is in a year that cannot be meant").value(date.to_string());
    Err(fault
        .bound(said!("{start} to {end}", start = YEARS.start(), end = YEARS.end()))
        .hint("check the year"))
}

fn whole(digits: &str) -> Option<u16> {
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn day(year: u16, month: u16, day: u16) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The error of a day that is written another way, asking whether one of `meant` is it.
fn otherwise(fail: &impl Fn(&'static str, Said) -> UnitError, meant: &[[u16; 3]]) -> UnitError {
    let mut days: Vec<Date> = meant.iter().filter_map(|&[y, m, d]| day(y, m, d)).collect();
    days.dedup();
    let problem = "is not written as year, month and day";
    match days.as_slice() {
        [] => fail("is no day", EXAMPLE.into()),
        [one] => fail(problem, said!("did you mean {one}?", one)),
        [one, other, ..] => fail(problem, said!("did you mean {one} or {other}?", one, other)),
    }
}

/// How many days the month has, or how many months the year.
fn last_day(year: u16, month: u16) -> Said {
    match day(year, month, 1) {
        Some(first) => said!("that month has {days} days", days = first.days_in_month()),
        None => said!("months go from 01 to 12"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_one_way_alone() {
        assert_eq!(parse_date(" 2028-02-29 ").map(|date| date.to_string()), Ok("2028-02-29".to_owned()));
        let asked = [
            ("01.12.2026", "did you mean 2026-12-01?"),
            ("1. 12. 2026", "did you mean 2026-12-01?"),
            ("12/1/2026", "did you mean 2026-12-01 or 2026-01-12?"),
            ("13/1/2026", "did you mean 2026-01-13?"),
            ("1/1/2026", "did you mean 2026-01-01?"),
            ("01-12-2026", "did you mean 2026-01-12 or 2026-12-01?"),
            ("2026/12/01", "did you mean 2026-12-01?"),
            ("2026-12-1", "did you mean 2026-12-01?"),
            ("20261201", "did you mean 2026-12-01?"),
            ("2026-02-30", "that month has 28 days"),
            ("2026-13-01", "months go from 01 to 12"),
            ("31.04.2026", EXAMPLE),
            ("1.12.26", EXAMPLE),
            ("tomorrow", EXAMPLE),
            ("", EXAMPLE),
            ("2026-12", EXAMPLE),
            ("-2026-12-01", EXAMPLE),
            ("2026-12-01T00:00", EXAMPLE),
            ("٢٠٢٦-١٢-٠١", EXAMPLE),
            ("é2345678", EXAMPLE),
        ];
        for (text, hint) in asked {
            let error = parse_date(text).expect_err(text);
            assert_eq!(error.hint, hint, "{text}");
        }
    }
}
