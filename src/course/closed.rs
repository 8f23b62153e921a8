//! The days on which a clinic is closed.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::parse_date;
use crate::fault::nearest_name;
use crate::units::UnitError;

/// The most closed dates, ten years of public holidays and leave.
pub(super) const MOST_DATES: usize = 1000;

/// The weekdays, from Monday, as they are written.
const NAMES: [(&str, &str); 7] = [
    ("mon", "monday"),
    ("tue", "tuesday"),
    ("wed", "wednesday"),
    ("thu", "thursday"),
    ("fri", "friday"),
    ("sat", "saturday"),
    ("sun", "sunday"),
];

/// Closed weekdays and single closed dates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Every such day of the week.
    pub weekdays: BTreeSet<Weekday>,
    /// Single days.
    pub dates: BTreeSet<Date>,
}

impl Closed {
    /// Whether the clinic is closed on a day.
    ///
    /// ```
    /// use nappage::course::{Closed, parse_date, parse_weekday};
    /// let closed = Closed { weekdays: [parse_weekday("sun").unwrap()].into(), ..Closed::default() };
    /// assert!(closed.on(parse_date("2026-11-29").unwrap()));
    /// assert!(!closed.on(parse_date("2026-11-30").unwrap()));
    /// ```
    pub fn on(&self, date: Date) -> bool {
        self.weekdays.contains(&Weekday::of(date)) || self.dates.contains(&date)
    }

    /// The first open day from `date` on; `None` where there is none, or none in the calendar.
    pub(super) fn open_from(&self, date: Date) -> Option<Date> {
        // Among so many weeks and one, one day at least of each open weekday is no closed date.
        let days = 7 * (self.dates.len() + 1);
        let mut date = date;
        for _ in 0..days {
            if !self.on(date) {
                return Some(date);
            }
            date = date.tomorrow().ok()?;
        }
        None
    }
}

/// A day of the week, Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weekday(i8);

impl Weekday {
    /// The day of the week of a date.
    pub fn of(date: Date) -> Self {
        Self(date.weekday().to_monday_zero_offset())
    }

    /// Its name in three letters: `mon`.
    pub fn name(self) -> &'static str {
        usize::try_from(self.0).ok().and_then(|index| NAMES.get(index)).map_or("", |(short, _)| short)
    }
}

impl Serialize for Weekday {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Weekday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        parse_weekday(&name).map_err(serde::de::Error::custom)
    }
}

/// Reads the English name of a day of the week, whole or its first three letters: `sat`, `Saturday`.
///
/// # Errors
/// When it is none, with the nearest name.
pub fn parse_weekday(text: &str) -> Result<Weekday, UnitError> {
    let name = text.trim().to_lowercase();
    let found = NAMES.iter().position(|(short, long)| name == *short || name == *long);
    if let Some(day) = found.and_then(|index| i8::try_from(index).ok()) {
        return Ok(Weekday(day));
    }
    if parse_date(text).is_ok() {
        let hint = "a single day goes into closed-on".into();
        return Err(UnitError { value: text.to_owned(), problem: said!("is no day of the week"), hint });
    }
    let hint = match nearest_name(&name, NAMES.iter().flat_map(|(short, long)| [*long, *short])) {
        Some(near) => said!("did you mean '{near}'?", near),
        None => said!("one of {names}", names = NAMES.map(|(short, _)| short).join(", ")),
    };
    Err(UnitError { value: text.to_owned(), problem: said!("is no day of the week"), hint })
}
