//! Putting the entries of a course on days.

use std::fmt;

use jiff::civil::Date;

use super::{Asked, Item, Kind, Moved, Offset, Place, Schedule, Why, shown};
use crate::fault::Fault;
use crate::plan::{Finding, Severity};
use crate::said::Said;

/// The entries with what is to be said of their days.
type Placed = (Vec<Item>, Vec<Finding>);

impl fmt::Display for Place {
    /// As files and flags name it: `2`, `assessment`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(number) => write!(f, "{number}"),
            Self::Assessment => f.write_str("assessment"),
        }
    }
}

/// Puts sessions, assessment and so many maintenance sessions on days.
///
/// # Errors
/// Every fault with its key in a session file.
pub(super) fn items(
    schedule: &Schedule,
    start: Date,
    asked: &Asked,
    maintenance: u32,
) -> Result<Placed, Vec<(String, Fault)>> {
    let faults: Vec<_> = asked.moved.keys().filter_map(|place| missing(*place, schedule)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut hand =
        Hand { schedule, asked, anchor: (start, Offset::Weeks(0)), items: Vec::new(), findings: Vec::new() };
    if let Some(first) = schedule.sessions.first() {
        hand.anchor.1 = *first;
    }
    let of = schedule.sessions();
    for (number, offset) in (1..).zip(&schedule.sessions) {
        hand.put(Place::Session(number), *offset, of)?;
    }
    let last = hand.items.last().map_or(start, |item| item.date);
    if let Some(offset) = schedule.assessment {
        hand.put(Place::Assessment, offset, 1)?;
    }
    let Hand { mut items, findings, .. } = hand;
    items.extend(maintained(schedule, last, maintenance)?);
    Ok((items, findings))
}

/// The fault of a moved entry that the course does not have.
fn missing(place: Place, schedule: &Schedule) -> Option<(String, Fault)> {
    let sessions = schedule.sessions();
    let there = match place {
        Place::Session(number) => (1..=sessions).contains(&number),
        Place::Assessment => schedule.assessment.is_some(),
    };
    let fault = || {
        let fault = Fault::new("moved", "names a session that this course does not have");
        fault.value(place.to_string()).bound(match schedule.assessment {
            Some(_) => said!("1 to {sessions}, assessment", sessions),
            None => said!("1 to {sessions}", sessions),
        })
    };
    (!there).then(|| (key(place), fault()))
}

fn key(place: Place) -> String {
    format!("course.moved.{place}")
}

fn beyond() -> Fault {
    Fault::new("start", "leads beyond the calendar").hint("choose an earlier day")
}

/// A course being dated, entry by entry.
struct Hand<'a> {
    schedule: &'a Schedule,
    asked: &'a Asked,
    /// The day that the next entries are counted from, with its time in the protocol.
    anchor: (Date, Offset),
    items: Vec<Item>,
    findings: Vec<Finding>,
}

impl Hand<'_> {
    /// Puts the next entry on its day.
    fn put(&mut self, place: Place, offset: Offset, of: u32) -> Result<(), Vec<(String, Fault)>> {
        let (day, since) = self.anchor;
        let due =
            offset.since(since).after(day).ok_or_else(|| vec![("course.start".to_owned(), beyond())])?;
        let closed = &self.asked.closed;
        let (date, why) = match self.asked.moved.get(&place) {
            Some(&date) => (date, Why::Asked),
            None => {
                let open = closed.open_from(due).ok_or_else(|| {
                    let fault = Fault::new("closed", "leaves no open day");
                    vec![("course.closed".to_owned(), fault.hint("leave at least one day of the week open"))]
                })?;
                (open, Why::Closed)
            }
        };
        let (kind, number) = match place {
            Place::Session(number) => (Kind::Session, number),
            Place::Assessment => (Kind::Assessment, 1),
        };
        let moved = (date != due).then_some(Moved { from: due, why });
        let item = Item { kind, number, of, date, until: None, moved };
        self.follows(place, &item)?;
        self.findings.extend(self.found(&item, due, offset));
        if moved.is_some() {
            self.anchor = (date, offset);
        }
        self.items.push(item);
        Ok(())
    }

    /// Whether an entry comes after the one before it.
    fn follows(&self, place: Place, item: &Item) -> Result<(), Vec<(String, Fault)>> {
        let Some(before) = self.items.last().filter(|before| before.date >= item.date) else { return Ok(()) };
        let fault = Fault::new("moved", said!("puts {item} before it is due at all", item = item.name()))
            .value(item.date.to_string())
            .bound(said!("after {date}, {name}", date = before.date, name = before.name()))
            .hint("choose a later day, or move the one before it too");
        Err(vec![(key(place), fault)])
    }

    /// What is to be said of an entry's day.
    fn found(&self, item: &Item, due: Date, offset: Offset) -> Vec<Finding> {
        let mut findings = Vec::new();
        let name = item.name();
        if self.asked.closed.on(item.date) {
            let message = said!(
                "{name} is moved to {date}, when the clinic is closed: choose another day",
                name,
                date = shown(item.date)
            );
            findings.push(Finding::new(Severity::Warning, "closed-day", message));
        }
        let Some(Moved { why, .. }) = item.moved else { return findings };
        let interval = self.interval(item, offset);
        match (why, &interval) {
            (Why::Closed, None) => {
                let message = said!(
                    "the course would start on {due}, when the clinic is closed: it starts on {date}",
                    due = shown(due),
                    date = shown(item.date)
                );
                findings.push(Finding::new(Severity::Warning, "start-closed", message));
            }
            (Why::Closed, Some((_, told))) => {
                let message = said!(
                    "{name} moves from {due}, when the clinic is closed, to {date}: {told}",
                    name,
                    due = shown(due),
                    date = shown(item.date),
                    told
                );
                findings.push(Finding::new(Severity::Note, "moved-closed", message));
            }
            (Why::Asked, None) => {}
            (Why::Asked, Some((days, told))) => {
                let message = said!(
                    "{name} is moved from {due} to {date}: {told}",
                    name,
                    due = shown(due),
                    date = shown(item.date),
                    told
                );
                let code = if *days < 0 { "interval-nearer" } else { "interval-farther" };
                findings.push(Finding::new(Severity::Warning, code, message));
            }
        }
        findings
    }

    /// By how many days an entry is farther from the one before it than the protocol says, and that in
    /// words; `None` for the first.
    fn interval(&self, item: &Item, offset: Offset) -> Option<(i32, Said)> {
        let before = self.items.last()?;
        let earlier = *self.schedule.sessions.get(self.items.len().checked_sub(1)?)?;
        let interval = offset.since(earlier);
        let days = days(before.date, item.date);
        let wanted = days_of(interval, before.date)?;
        let off = days - wanted;
        let (before, far, standing) = (before.name(), off.abs(), &self.schedule.standing);
        let told = match off < 0 {
            true => said!(
                "{days} days after {before}, {far} nearer than {interval} ({standing})",
                days,
                before,
                far,
                interval,
                standing
            ),
            false => said!(
                "{days} days after {before}, {far} farther than {interval} ({standing})",
                days,
                before,
                far,
                interval,
                standing
            ),
        };
        Some((off, told))
    }
}

fn days_of(interval: Offset, from: Date) -> Option<i32> {
    Some(days(from, interval.after(from)?))
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// The spans of days of the maintenance sessions. Each widens by the play of those before it.
fn maintained(schedule: &Schedule, last: Date, count: u32) -> Result<Vec<Item>, Vec<(String, Fault)>> {
    let Some(every) = schedule.maintenance else { return Ok(Vec::new()) };
    let after = |months: u32, number: u32| Offset::Months(months.saturating_mul(number)).after(last);
    let item = |number: u32| {
        let (date, until) = (after(every.least.0, number)?, after(every.greatest.0, number)?);
        Some(Item { kind: Kind::Maintenance, number, of: count, date, until: Some(until), moved: None })
    };
    let items: Option<Vec<Item>> = (1..=count).map(item).collect();
    items.ok_or_else(|| vec![("course.start".to_owned(), beyond())])
}
