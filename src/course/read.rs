//! The table `[course]` of a session file.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::closed::MOST_DATES;
use super::{Asked, Closed, LONGEST_LABEL, Place, Weekday, parse_date, parse_weekday};
use crate::document::{Fields, Item, Places};
use crate::said::Said;

/// Reads the table, and notes where its values stand.
pub(crate) fn read_asked(mut table: Fields<'_, '_>, places: &mut Places) -> Asked {
    let mut get = |key| noted(&mut table, places, key);
    let (start, sessions) = (get("start"), get("sessions"));
    let (maintenance, label) = (get("maintenance"), get("label"));
    let (weekdays, dates) = (get("closed"), get("closed-on"));
    let moved = get("moved").and_then(|item| item.table());
    let mut days = BTreeMap::new();
    for (key, item) in moved.map(Fields::entries).unwrap_or_default() {
        places.insert(format!("course.moved.{key}"), item.span());
        let place = parse_place(&key);
        if place.is_none() {
            item.note(said!("'{key}' is no session of a course", key), |fault| {
                fault.hint("write the number of the session, or assessment, before its day")
            });
        }
        if let (Some(place), Some(date)) = (place, read_date(&item)) {
            days.insert(place, date);
        }
    }
    table.finish();
    Asked {
        start: start.and_then(|item| read_date(&item)),
        sessions: sessions.and_then(|item| item.whole()),
        closed: Closed {
            weekdays: weekdays.map(|item| set(&item, weekday)).unwrap_or_default(),
            dates: dates.map(|item| set(&item, read_date)).unwrap_or_default(),
        },
        moved: days,
        maintenance: maintenance.and_then(|item| item.whole()),
        label: label.and_then(|item| short(&item)),
    }
}

fn noted<'a, 't>(table: &mut Fields<'a, 't>, places: &mut Places, key: &'static str) -> Option<Item<'a, 't>> {
    let item = table.get(key)?;
    places.insert(format!("course.{key}"), item.span());
    Some(item)
}

/// What a text names that can be moved: `2`, `assessment`.
fn parse_place(text: &str) -> Option<Place> {
    if text == "assessment" {
        return Some(Place::Assessment);
    }
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok().map(Place::Session)).flatten()
}

impl std::str::FromStr for Place {
    type Err = Said;

    /// Reads `2` or `assessment`.
    fn from_str(text: &str) -> Result<Self, Said> {
        let problem = || said!("is no session; write its number, or assessment");
        parse_place(text.trim()).ok_or_else(problem)
    }
}

/// A day, as a text or as TOML's own.
pub(crate) fn read_date(item: &Item<'_, '_>) -> Option<Date> {
    item.parsed("a day such as \"2026-12-01\"", parse_date)
}

fn weekday(item: &Item<'_, '_>) -> Option<Weekday> {
    item.parsed("a day of the week such as \"sat\"", parse_weekday)
}

fn set<T: Ord>(item: &Item<'_, '_>, read: impl Fn(&Item<'_, '_>) -> Option<T>) -> BTreeSet<T> {
    let Some(items) = item.list() else { return BTreeSet::new() };
    if items.len() > MOST_DATES {
        item.note("names too many days", |fault| {
            fault.value(items.len().to_string()).bound(said!("at most {most}", most = MOST_DATES))
        });
        return BTreeSet::new();
    }
    items.iter().filter_map(read).collect()
}

fn short(item: &Item<'_, '_>) -> Option<String> {
    let text = item.text()?.trim();
    if text.chars().count() > LONGEST_LABEL {
        item.note("is too long", |fault| {
            fault.bound(said!("at most {most} characters", most = LONGEST_LABEL))
        });
        return None;
    }
    Some(text.to_owned())
}
