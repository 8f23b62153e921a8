//! When a protocol wants its sessions, from the first one on.

use jiff::ToSpan;
use jiff::civil::Date;

use super::MOST_SESSIONS;
use crate::fault::Fault;
use crate::plan::{Finding, Severity};
use crate::protocol::{Count, Months, Protocol, Span};
use crate::said::{Said, Say};

/// A time from the first session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offset {
    /// Whole weeks.
    Weeks(u32),
    /// Whole months; where a month has no such day, its last one.
    Months(u32),
}

impl Offset {
    /// The day so much after `date`; `None` beyond the calendar.
    pub(super) fn after(self, date: Date) -> Option<Date> {
        match self {
            Self::Weeks(weeks) => date.checked_add(i64::from(weeks).weeks()).ok(),
            Self::Months(months) => date.checked_add(i64::from(months).months()).ok(),
        }
    }

    /// The time from `earlier` to this one.
    pub(super) fn since(self, earlier: Self) -> Self {
        match (self, earlier) {
            (Self::Weeks(later), Self::Weeks(earlier)) => Self::Weeks(later.saturating_sub(earlier)),
            (Self::Months(later), Self::Months(earlier)) => Self::Months(later.saturating_sub(earlier)),
            (later, _) => later,
        }
    }

    fn plus(self, more: Self) -> Self {
        match (self, more) {
            (Self::Weeks(a), Self::Weeks(b)) => Self::Weeks(a.saturating_add(b)),
            (Self::Months(a), Self::Months(b)) => Self::Months(a.saturating_add(b)),
            (first, _) => first,
        }
    }
}

impl std::fmt::Display for Offset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say())
    }
}

impl Say for Offset {
    fn say(&self) -> Said {
        match self {
            Self::Weeks(1) => said!("1 week"),
            Self::Weeks(weeks) => said!("{weeks} weeks", weeks),
            Self::Months(1) => said!("1 month"),
            Self::Months(months) => said!("{months} months", months),
        }
    }
}

fn counted(sessions: u32) -> Said {
    if sessions == 1 { said!("1 session") } else { said!("{sessions} sessions", sessions) }
}

/// A protocol's course before it is dated.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The sessions, the first at the start; never empty.
    pub sessions: Vec<Offset>,
    /// The assessment.
    pub assessment: Option<Offset>,
    /// Months from one maintenance session to the next.
    pub maintenance: Option<Span<Months>>,
    /// Where the intervals come from: `published, celmade-2026`.
    pub standing: Said,
}

impl Schedule {
    /// The course that a protocol states.
    ///
    /// # Errors
    /// When it states none, or one of too many sessions.
    pub fn of(protocol: &Protocol) -> Result<Self, Fault> {
        let item = || said!("protocol '{protocol}'", protocol = protocol.id);
        let weeks = protocol.session_weeks.as_ref().map(|figure| {
            let first = figure.value.first().map_or(0, |week| week.0);
            let offsets = figure.value.iter().map(|week| Offset::Weeks(week.0.saturating_sub(first)));
            (offsets.take(MOST_SESSIONS as usize + 1).collect::<Vec<_>>(), figure.standing())
        });
        let regular = || {
            let count = protocol.sessions.as_ref()?.value.0.min(MOST_SESSIONS + 1);
            let (interval, standing) = match (&protocol.interval_weeks, &protocol.interval_months) {
                (Some(weeks), _) => (Offset::Weeks(weeks.value.0), weeks.standing()),
                (None, Some(months)) => (Offset::Months(months.value.0), months.standing()),
                (None, None) => return None,
            };
            let times = |number: u32| match interval {
                Offset::Weeks(weeks) => Offset::Weeks(weeks.saturating_mul(number)),
                Offset::Months(months) => Offset::Months(months.saturating_mul(number)),
            };
            Some(((0..count).map(times).collect(), standing))
        };
        let stated = weeks.or_else(regular).filter(|(sessions, _)| !sessions.is_empty());
        let Some((sessions, standing)) = stated else {
            let fault = Fault::new(item(), "states no course");
            let hint = "choose another protocol, or give session-weeks as clinic-set in a copy of its file";
            return Err(fault.hint(hint));
        };
        if sessions.len() > MOST_SESSIONS as usize {
            return Err(Fault::new(item(), "has too many sessions")
                .bound(said!("at most {most}", most = MOST_SESSIONS)));
        }
        let assessment = protocol.assessment.as_ref().map(|figure| Offset::Weeks(figure.value.0));
        let maintenance = protocol.maintenance_every.as_ref().map(|figure| figure.value);
        Ok(Self { sessions, assessment, maintenance, standing })
    }

    /// Number of sessions.
    pub fn sessions(&self) -> u32 {
        u32::try_from(self.sessions.len()).unwrap_or(u32::MAX)
    }

    /// The course with another number of sessions: further ones follow by the last interval, and the
    /// assessment keeps its distance from the last session.
    ///
    /// # Errors
    /// When the number is zero or too large, or one session gives no interval to go on with.
    pub fn with_sessions(mut self, number: Option<u32>) -> Result<Self, Fault> {
        let Some(number) = number else { return Ok(self) };
        let bound = said!("1 to {most}", most = MOST_SESSIONS);
        let fault = |problem: &'static str| Fault::new("sessions", problem).value(number.to_string());
        if !(1..=MOST_SESSIONS).contains(&number) {
            return Err(fault("is no number of sessions").bound(bound));
        }
        let last = *self.sessions.last().unwrap_or(&Offset::Weeks(0));
        let wait = self.assessment.map(|assessment| assessment.since(last));
        self.sessions.truncate(number as usize);
        while self.sessions() < number {
            let [.., before, last] = self.sessions.as_slice() else {
                let fault = fault("needs an interval, which the protocol does not state");
                return Err(
                    fault.hint("leave it out, or give session-weeks as clinic-set in a copy of the protocol")
                );
            };
            let next = last.plus(last.since(*before));
            self.sessions.push(next);
        }
        let last = *self.sessions.last().unwrap_or(&Offset::Weeks(0));
        self.assessment = wait.map(|wait| last.plus(wait));
        Ok(self)
    }

    /// That the assessment is not when the protocol states it, since the course has another number of sessions.
    fn assessment_moved(&self, protocol: &Protocol) -> Option<Finding> {
        let stated = Self::of(protocol).ok()?;
        let (own, usual) = (self.assessment?, stated.assessment?);
        let figure = protocol.assessment.as_ref().filter(|_| own != usual)?;
        let message = said!(
            "the assessment is {own} after the start, {last} after the last of {sessions}; the protocol states {usual} for {stated} ({standing})",
            own,
            last = own.since(*self.sessions.last()?),
            sessions = counted(self.sessions()),
            usual,
            stated = counted(stated.sessions()),
            standing = figure.standing()
        );
        Some(Finding::new(Severity::Note, "assessment-moved", message))
    }

    /// What the protocol says about the number of sessions, and of its maintenance.
    pub(crate) fn findings(&self, protocol: &Protocol) -> Vec<Finding> {
        let sessions = self.sessions();
        let mut findings = Vec::new();
        if let Some(least) = &protocol.least_sessions {
            let Count(number) = least.value;
            let message = said!(
                "{number} sessions are the least of this course ({standing})",
                number,
                standing = least.standing()
            );
            findings.push(match sessions < number {
                true => Finding::new(
                    Severity::Error,
                    "too-few-sessions",
                    said!(
                        "{message}, {sessions} planned: plan for {number} or more",
                        message,
                        sessions,
                        number
                    ),
                ),
                false => Finding::new(Severity::Note, "least-sessions", message),
            });
        }
        if let Some(long) = &protocol.long_course
            && sessions > long.value.greatest.0
        {
            let message = said!(
                "{sessions} sessions are more than the {greatest} of a longer course ({standing}): decide whether they are meant",
                sessions,
                greatest = long.value.greatest.0,
                standing = long.standing()
            );
            findings.push(Finding::new(Severity::Warning, "long-course", message));
        }
        findings.extend(self.assessment_moved(protocol));
        if let (Some(_), Some(every)) = (&self.maintenance, &protocol.maintenance_every) {
            let message = said!(
                "a maintenance session every {every} after the last one ({standing}): its days run from the earliest to the latest",
                every = every.value,
                standing = every.standing()
            );
            findings.push(Finding::new(Severity::Note, "maintenance-every", message));
        }
        if let (Some(_), Some(total)) = (&self.maintenance, &protocol.maintenance_total) {
            let message = said!(
                "a maintenance session takes {total} over the full face ({standing})",
                total = total.value,
                standing = total.standing()
            );
            findings.push(Finding::new(Severity::Note, "maintenance-total", message));
        }
        findings
    }
}
