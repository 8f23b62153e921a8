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
    /// When it is closed already, when `report`, what [`check`](super::check()) says of it, misses something,
    /// when the day comes before that of the session or of the amendment, or the name is blank.
    pub fn closed(&self, report: &Report, by: &str, date: Date) -> Result<Self, Fault> {
        if self.seal.is_some() {
            let fault = Fault::new("record", "is closed already");
            return Err(fault.hint("correct it with `nappage record amend`"));
        }
        if !report.missing.is_empty() {
            let fault = Fault::new("record", "is not filled in").value(report.missing.join(", "));
            return Err(fault.hint("fill these in, then close it"));
        }
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
            let fault = Fault::new("record", "has changed since it was closed").value(seal.sha256.as_str());
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

fn not_before(date: Date, bound: Option<Date>, problem: &str) -> Result<(), Fault> {
    match bound.filter(|bound| date < *bound) {
        None => Ok(()),
        Some(bound) => {
            Err(Fault::new("date", problem).value(date.to_string()).bound(format!("from {bound} on")))
        }
    }
}
