//! What a record says beside its plan.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Record, Seal};
use crate::export::lines;
use crate::plan::{Finding, Named, Plan};
use crate::units::Microlitres;

/// The name and version of the JSON form.
pub const FORMAT: &str = "nappage-record-report/1";

/// A record beside its plan. Plain values; the JSON form keeps its keys, additions are allowed. It holds
/// nothing of the patient: no reference, no reactions, no notes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Always [`FORMAT`].
    pub format: String,
    /// The version of the program that made it.
    pub version: String,
    /// Whether the record is closed.
    pub state: State,
    /// Its seal, where it is closed.
    pub seal: Option<Seal>,
    /// The seal of the record that it corrects.
    pub amends: Option<String>,
    /// The hash of the plan's input.
    pub input_hash: String,
    /// Which of several treatments of the session it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Whether the product goes onto the skin: the zones have no points then.
    #[serde(default)]
    pub topical: bool,
    /// The protocol of the plan.
    pub protocol: Named,
    /// The day of the session.
    pub date: Option<Date>,
    /// Zone by zone: those of the plan in its order, then those that were not planned.
    pub zones: Vec<ZoneReport>,
    /// Sums over the zones.
    pub totals: Sums,
    /// The keys that are still to be filled in.
    pub missing: Vec<String>,
    /// Everything in which the record differs from the plan or breaks a limit, errors first.
    pub findings: Vec<Finding>,
}

/// Whether a record is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It can still be filled in.
    Open,
    /// It is closed, and as it was then.
    Closed,
    /// It was changed after it was closed.
    Changed,
}

impl State {
    /// Of a record.
    pub(super) fn of(record: &Record) -> Self {
        match record.holds() {
            None => Self::Open,
            Some(true) => Self::Closed,
            Some(false) => Self::Changed,
        }
    }
}

/// What was planned and done in a zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneReport {
    /// The id.
    pub id: String,
    /// The name used on sheets.
    pub name: String,
    /// Treated skin, in cm2 to the thousandth; 0 in a zone that was not planned.
    #[serde(default)]
    pub area_cm2: f64,
    /// Number of points planned.
    pub points: usize,
    /// How many of them were skipped.
    pub skipped: usize,
    /// The volume planned.
    pub planned_ul: Microlitres,
    /// The volume planned for the points that were not skipped.
    pub expected_ul: Microlitres,
    /// The volume given; `None` where it is not written yet.
    pub given_ul: Option<Microlitres>,
    /// The volume wasted; `None` where it is not written yet.
    pub wasted_ul: Option<Microlitres>,
}

impl ZoneReport {
    /// A zone with what a record says of it.
    pub(super) fn of(plan: &Plan, record: &Record, id: &str) -> Self {
        let zone = plan.zones.iter().find(|zone| zone.id == id);
        let written = record.zones.iter().find(|zone| zone.id == id);
        let points = plan.points.iter().filter(|point| point.zone == id);
        let (skipped, expected): (Vec<_>, Vec<_>) =
            points.partition(|point| record.skipped.contains(&point.number));
        let planned = zone.map(|zone| zone.volume_ul).unwrap_or_default();
        Self {
            id: id.to_owned(),
            name: zone.map_or(id, |zone| zone.name.as_str()).to_owned(),
            points: zone.map_or(0, |zone| zone.points),
            area_cm2: zone.map_or(0.0, |zone| (zone.area_cm2 * 1000.0).round() / 1000.0),
            skipped: skipped.len(),
            planned_ul: planned,
            expected_ul: match plan.topical {
                Some(_) => planned,
                None => expected.iter().map(|point| point.volume_ul).sum(),
            },
            given_ul: written.and_then(|zone| zone.given),
            wasted_ul: written.and_then(|zone| zone.wasted),
        }
    }
}

/// Sums over the zones of a record, of what is written so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// What was planned.
    pub planned_ul: Microlitres,
    /// What was given.
    pub given_ul: Microlitres,
    /// What was wasted.
    pub wasted_ul: Microlitres,
    /// What was drawn up, where that is written.
    pub drawn_ul: Option<Microlitres>,
    /// What is left of what was drawn up: it, less what was given and wasted. `None` where that is more.
    pub left_ul: Option<Microlitres>,
}

impl Sums {
    /// Over zones, with what was drawn up for them.
    pub(super) fn over(zones: &[ZoneReport], drawn: Option<Microlitres>) -> Self {
        let given: Microlitres = zones.iter().filter_map(|zone| zone.given_ul).sum();
        let wasted: Microlitres = zones.iter().filter_map(|zone| zone.wasted_ul).sum();
        Self {
            planned_ul: zones.iter().map(|zone| zone.planned_ul).sum(),
            given_ul: given,
            wasted_ul: wasted,
            drawn_ul: drawn,
            left_ul: drawn.and_then(|drawn| drawn.checked_sub(given + wasted)),
        }
    }
}

/// The report as `nappage-record-report/1`, one line for each zone and finding, ended by a line break.
pub fn json(report: &Report) -> String {
    lines(report)
}
