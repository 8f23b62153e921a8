//! Closing a record, telling whether it changed since, and correcting it.

use jiff::civil::Date;

use super::report::Report;
use super::{Amendment, Record, Seal};
use crate::digest::sha256;
use crate::fault::Fault;

impl Record {
    /// The record, sealed by someone on a day.
    ///
    /// # Errors
    /// When it is closed already; when `report`, what [`check`](super::check()) says of it, misses something; when
    /// it skips a point that the plan does not have, or more was given and wasted than drawn up; when the day
    /// comes before that of the session or of the amendment, or the name is blank.
    pub fn closed(&self, report: &Report, by: &str, date: Date) -> Result<Self, Fault> {
        if self.seal.is_some() {
            let fault = Fault::new("record", "is closed already");
            return Err(fault.hint("correct it with `nappage record amend`"));
        }
        if !report.missing.is_empty() {
            let fault = Fault::new("record", "is not filled in").value(report.missing.join(", "));
            return Err(fault.hint("fill these in, then close it"));
        }
        self.adds_up(report)?;
        not_before(date, self.form.date, "is before the session")?;
        not_before(
            date,
            self.amends.as_ref().map(|amends| amends.date),
            "is before the amendment was begun",
        )?;
        let seal = Seal { sha256: String::new(), by: named(by)?, date };
        let mut record = Self { seal: Some(seal), ..self.clone() };
        let sum = sha256(record.canonical().as_bytes());
        if let Some(seal) = &mut record.seal {
            seal.sha256 = sum;
        }
        Ok(record)
    }

    /// Holds what is written against itself and the points of the plan: a record that cannot be true is not closed.
    fn adds_up(&self, report: &Report) -> Result<(), Fault> {
        let points: usize = report.zones.iter().map(|zone| zone.points).sum();
        let odd = self.skipped.iter().filter(|number| !(1..=points).contains(*number));
        let odd: Vec<String> = odd.map(usize::to_string).collect();
        if !odd.is_empty() {
            let fault =
                Fault::new("skipped", "names points that the plan does not have").value(odd.join(", "));
            let fault = fault.bound(match points {
                0 => "none: the product goes onto the skin".to_owned(),
                points => format!("1 to {points}"),
            });
            return Err(fault.hint("write the numbers that the map shows, then close it"));
        }
        let used = report.totals.given_ul + report.totals.wasted_ul;
        match self.form.drawn.filter(|drawn| used > *drawn) {
            None => Ok(()),
            Some(drawn) => {
                let fault = Fault::new("product.drawn", "is less than was given and wasted");
                let fault = fault.value(drawn.to_string()).bound(format!("at least {used}"));
                Err(fault.hint("correct drawn, or given and wasted of the zones, then close it"))
            }
        }
    }

    /// Whether a closed record is as it was when it was closed; `None` for an open one.
    pub fn holds(&self) -> Option<bool> {
        self.seal.as_ref().map(|seal| sha256(self.canonical().as_bytes()) == seal.sha256)
    }

    /// An open record that names this one, closed and unchanged, as the one it corrects.
    ///
    /// # Errors
    /// When this one is open or changed since it was closed, when the day comes before it was closed, or the
    /// name or the reason is blank.
    pub fn amended(&self, by: &str, date: Date, reason: &str) -> Result<Self, Fault> {
        let Some(seal) = &self.seal else {
            let fault = Fault::new("record", "is not closed, so there is nothing to amend");
            return Err(fault.hint("edit it, then close it"));
        };
        if self.holds() == Some(false) {
            let fault = Fault::new("record", "has changed since it was closed").value(seal.sha256.clone());
            return Err(fault.hint("find the copy that its seal fits"));
        }
        not_before(date, Some(seal.date), "is before the record was closed")?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Fault::new("reason", "is empty").hint("say what was wrong"));
        }
        let amends =
            Amendment { sha256: seal.sha256.clone(), by: named(by)?, date, reason: reason.to_owned() };
        Ok(Self { amends: Some(amends), seal: None, ..self.clone() })
    }
}

fn named(by: &str) -> Result<String, Fault> {
    match by.trim() {
        "" => Err(Fault::new("name", "is empty").hint("say who does it")),
        name => Ok(name.to_owned()),
    }
}

fn not_before(date: Date, bound: Option<Date>, problem: &'static str) -> Result<(), Fault> {
    match bound.filter(|bound| date < *bound) {
        None => Ok(()),
        Some(bound) => {
            let fault = Fault::new("date", problem).value(date.to_string()).bound(format!("from {bound} on"));
            Err(fault.hint("give the day on which it is done"))
        }
    }
}
