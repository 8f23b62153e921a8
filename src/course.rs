//! The course: the days of a protocol's sessions, its assessment and its maintenance, from the day of
//! the first session.
//!
//! Each session follows the one before it by the protocol's interval. One that falls on a closed day
//! moves to the next open one, and one that is moved by hand stays where it is put; what comes after
//! either follows from there, so that the intervals are kept. The assessment follows the last session
//! the same way. Maintenance is a span of days: the source gives a least and a greatest number of
//! months between sessions, and the days are counted from the last session.
//!
//! Days come from the session; nothing here asks what day it is.
//!
//! ```
//! use nappage::course::{Asked, course, parse_date};
//! use nappage::library::Library;
//! use nappage::session::Session;
//!
//! let asked = Asked { start: Some(parse_date("2026-12-01")?), ..Asked::default() };
//! let session = Session { course: asked, ..Session::default() };
//! let course = course(&session, Library::built_in(), None)?;
//! let days: Vec<String> = course.items.iter().map(|item| item.date.to_string()).collect();
//! assert_eq!(days[..4], ["2026-12-01", "2026-12-29", "2027-01-26", "2027-02-23"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calendar;
mod closed;
mod date;
mod need;
mod place;
mod read;
mod schedule;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::export::lines;
use crate::fault::{Fault, Faults};
use crate::library::Library;
use crate::plan::{Finding, Named, Plan, Severity};
use crate::said::Said;
use crate::session::Session;

pub use calendar::icalendar;
pub use closed::{Closed, Weekday, parse_weekday};
pub use date::{parse_date, shown};
pub use need::Need;
pub(crate) use read::{read_asked, read_date};
pub use schedule::{Offset, Schedule};

/// The name and version of the JSON form.
pub const FORMAT: &str = "nappage-course/1";
/// The most sessions of a course, four times the longest that a source names.
pub const MOST_SESSIONS: u32 = 24;
/// How many maintenance sessions are listed when nobody says: a year of them, or a little more.
pub const MAINTENANCE: u32 = 4;
/// The most maintenance sessions that are listed.
pub const MOST_MAINTENANCE: u32 = 40;
/// The longest label, in characters: calendars show it in a narrow column.
pub const LONGEST_LABEL: usize = 60;

/// What is asked of a course. `None`, or empty: left to the protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The day of the first session.
    pub start: Option<Date>,
    /// Number of sessions, where it is not the protocol's.
    pub sessions: Option<u32>,
    /// The days on which the clinic is closed.
    pub closed: Closed,
    /// The days to which sessions and the assessment were moved.
    pub moved: BTreeMap<Place, Date>,
    /// How many maintenance sessions are listed.
    pub maintenance: Option<u32>,
    /// What a calendar shows before each entry, to tell courses apart; printed as it is, so no name of
    /// a patient.
    pub label: Option<String>,
}

impl Asked {
    /// This asked with whatever `flags` holds in place of its own. Closed days and moved sessions of both
    /// hold, those of `flags` first.
    #[must_use]
    pub fn overridden_by(mut self, flags: Self) -> Self {
        self.closed.weekdays.extend(flags.closed.weekdays);
        self.closed.dates.extend(flags.closed.dates);
        self.moved.extend(flags.moved);
        Self {
            start: flags.start.or(self.start),
            sessions: flags.sessions.or(self.sessions),
            maintenance: flags.maintenance.or(self.maintenance),
            label: flags.label.or(self.label),
            ..self
        }
    }

    /// The keys in a session file of what it gives and another replaces.
    pub(crate) fn keys(&self) -> Vec<String> {
        let given = [
            ("start", self.start.is_some()),
            ("sessions", self.sessions.is_some()),
            ("maintenance", self.maintenance.is_some()),
            ("label", self.label.is_some()),
        ];
        let given = given.into_iter().filter(|(_, given)| *given).map(|(key, _)| format!("course.{key}"));
        given.chain(self.moved.keys().map(|place| format!("course.moved.{place}"))).collect()
    }
}

/// What of a course can be moved to a day of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A session, from 1.
    Session(u32),
    /// The assessment.
    Assessment,
}

/// A dated course. Plain values; the JSON form keeps its keys, additions are allowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// Always [`FORMAT`].
    pub format: String,
    /// The version of the program that made it.
    pub version: String,
    /// The protocol.
    pub protocol: Named,
    /// The day asked for the first session.
    pub start: Date,
    /// Number of sessions, without maintenance.
    pub sessions: u32,
    /// What calendars show before each entry.
    pub label: Option<String>,
    /// The closed days.
    pub closed: Closed,
    /// Sessions, assessment and maintenance, in their order.
    pub items: Vec<Item>,
    /// The product that the sessions need, where their plan is known.
    pub need: Option<Need>,
    /// Everything the clinician should know about these days.
    pub findings: Vec<Finding>,
}

/// One entry of a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Its number among those of its kind, from 1.
    pub number: u32,
    /// How many of its kind there are.
    pub of: u32,
    /// Its day; the first of a span of days.
    pub date: Date,
    /// The last day of a span of days.
    pub until: Option<Date>,
    /// Where it was moved from.
    pub moved: Option<Moved>,
}

impl Item {
    /// What it is, for tables and calendars: `session 2 of 3`.
    pub fn name(&self) -> Said {
        match self.kind {
            Kind::Session => said!("session {number} of {of}", number = self.number, of = self.of),
            Kind::Assessment => said!("assessment"),
            Kind::Maintenance => said!("maintenance {number}", number = self.number),
        }
    }
}

/// The kinds of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A session of the course.
    Session,
    /// The assessment after it.
    Assessment,
    /// A session that keeps the result.
    Maintenance,
}

/// That an entry is not on the protocol's own day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The day it would have had.
    pub from: Date,
    /// Why it has another.
    pub why: Why,
}

/// Why an entry was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The clinic is closed on that day.
    Closed,
    /// Someone asked for it.
    Asked,
}

/// Dates a session's course. With a `plan`, the product it needs is counted too.
///
/// # Errors
/// All that keeps it from being dated, at once: no start, an unknown protocol or one that states no
/// course, days beyond the calendar, moved sessions that there are not or that come before the one they
/// follow, no open day.
pub fn course(session: &Session, library: &Library, plan: Option<&Plan>) -> Result<Course, Faults> {
    dated(session, library, plan).map_err(|faults| session.faults(faults))
}

/// The course as `nappage-course/1`, one line for each entry and finding, ended by a line break.
pub fn json(course: &Course) -> String {
    lines(course)
}

/// A batch that expires before the course is over.
fn outlived(session: &Session, items: &[Item]) -> Option<Finding> {
    let expiry = session.product.expiry?;
    let late = items.iter().find(|item| item.kind == Kind::Session && item.date > expiry)?;
    let message = said!(
        "the product on the tray expires on {expiry}, {late} is on {date}: have another batch for it",
        expiry,
        late = late.name(),
        date = late.date
    );
    Some(Finding::new(Severity::Warning, "expires-in-course", message))
}

fn dated(session: &Session, library: &Library, plan: Option<&Plan>) -> Result<Course, Vec<(String, Fault)>> {
    let asked = &session.course;
    let at = |key: &str| {
        let key = key.to_owned();
        move |fault: Fault| vec![(key, fault)]
    };
    let start = asked.start.ok_or_else(|| {
        let fault = Fault::new("start", "is missing");
        at("course")(
            fault.hint("give the day of the first session: --start 2026-12-01, or start in [course]"),
        )
    })?;
    date::possible(start).map_err(at("course.start"))?;
    let protocol = library.protocol_or_first(session.protocol.as_deref()).map_err(at("protocol"))?;
    let schedule = Schedule::of(protocol).map_err(at("protocol"))?;
    let schedule = schedule.with_sessions(asked.sessions).map_err(at("course.sessions"))?;
    let maintenance = asked.maintenance.unwrap_or(MAINTENANCE);
    if maintenance > MOST_MAINTENANCE {
        let fault = Fault::new("maintenance", "lists too many sessions").value(maintenance.to_string());
        return Err(at("course.maintenance")(fault.bound(said!("0 to {most}", most = MOST_MAINTENANCE))));
    }
    let (items, mut findings) = place::items(&schedule, start, asked, maintenance)?;
    findings.extend(schedule.findings(protocol));
    findings.extend(outlived(session, &items));
    let need = plan.map(|plan| Need::of(plan, session.vials_on_tray(library), schedule.sessions()));
    let need = need.transpose().map_err(at("syringe"))?;
    findings.sort_by_key(|finding| finding.severity);
    Ok(Course {
        format: FORMAT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        protocol: Named { id: protocol.id.clone(), name: protocol.name.clone() },
        start,
        sessions: schedule.sessions(),
        label: asked.label.clone(),
        closed: asked.closed.clone(),
        items,
        need,
        findings,
    })
}
