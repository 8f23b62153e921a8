//! What a clinician should know before a needle is opened: the findings on a plan.
//!
//! Every finding has a stable code, names its zone and figure, and says what would mend it; the
//! remedies are computed from the plan at hand.
//!
//! | code | severity | what |
//! | --- | --- | --- |
//! | `over-budget` | error | the total is above the protocol's greatest |
//! | `under-budget` | error on a full face, else note | the total is below its least |
//! | `target-outside-budget` | error | the total asked for cannot be inside the budget |
//! | `target-missed` | warning | no choice comes near the total asked for (from [`crate::dose`]) |
//! | `usual-total` | warning | the source bounds no total, and its usual one is not met |
//! | `volume-outside-limits` | error | a volume per point breaks the protocol's limits |
//! | `volume-not-settable` | error | a volume per point is no whole step of the syringe |
//! | `periorbital-limits-unknown` | warning | the protocol has no limits around the eyes |
//! | `spacing-too-close` | error | two points are closer than the least spacing |
//! | `neighbour-too-far` | warning | a point's nearest neighbour is beyond the greatest spacing |
//! | `no-points` | error | nothing could be laid out |
//! | `vial-not-enough` | error | the vials do not hold the total and what syringes keep back |
//! | `contraindicated`, `defer` | error | an answer before the session rules it out or puts it off (from [`crate::screening`]) |
//! | `caution`, `poor-candidate` | warning | an answer that the clinician weighs (from the same) |
//! | `syringe-too-small` | error | a single point is more than a filling |
//! | `syringes` | note | how many fillings, and what they keep back |
//! | `care`, `evidence`, `clinic-set` | note | care areas; the state of the evidence; defaults without a source |
//!
//! The layout adds its own, such as `zone-too-small`; [`layers`](crate::session::layers) those between the layers
//! of a session: `layers-too-close`, `layer-order`, `vials-shared`, `layers-apart`. A topical plan has no points to
//! check: `topical` says how it is applied.

mod dose;
mod notes;
mod total;

use crate::dose::Extent;
use crate::plan::{Finding, Plan, PlannedPoint, PlannedZone, Severity};
use crate::protocol::{Limits, Protocol, SyringeKind};
use crate::session::Vials;
use crate::units::{Microlitres, number};
use crate::zones::Exclusion;

/// What a plan is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// The protocol the plan was made for.
    pub protocol: &'a Protocol,
    /// Its limits.
    pub limits: &'a Limits,
    /// How much of the face is treated.
    pub extent: Extent,
    /// The total that was asked for.
    pub asked: Option<Microlitres>,
    /// The vials on the tray.
    pub vials: Option<Vials>,
    /// The syringes there are, to name one that would do.
    pub syringes: &'a [SyringeKind],
    /// The exclusions whose margins the plan keeps.
    pub exclusions: &'a [&'a Exclusion],
}

/// Every finding on a plan, errors first, each kind in the order of the zones. What the plan holds
/// already, from its layout and doses, is kept.
pub fn check(plan: &Plan, against: &Against<'_>) -> Vec<Finding> {
    let mut findings = plan.findings.clone();
    findings.extend(total::findings(plan, against));
    if plan.topical.is_none() {
        findings.extend(dose::findings(plan, against));
        findings.extend(spacing(plan, against));
    }
    findings.extend(notes::findings(plan, against));
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// The layout's own measures against the limits of spacing.
fn spacing(plan: &Plan, against: &Against<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if plan.points.is_empty() {
        let message = "no zone holds a point: choose larger zones, or narrower margins";
        findings.push(Finding::new(Severity::Error, "no-points", message));
    }
    let limits = against.limits.spacing;
    let least = |zone: &&PlannedZone| zone.min_spacing_mm.unwrap_or(f64::INFINITY);
    if let Some(closest) = plan.quality.min_spacing_mm.filter(|mm| *mm < limits.least_mm - SLACK_MM) {
        let message = said!(
            "two points are {closest} mm apart, {least} mm is the least: lay out at a wider spacing than {spacing} mm",
            closest = number(closest, 2),
            least = number(limits.least_mm, 2),
            spacing = number(plan.spacing_mm, 2)
        );
        let zone = plan.zones.iter().min_by(|a, b| least(a).total_cmp(&least(b)));
        let finding = Finding::new(Severity::Error, "spacing-too-close", message);
        findings.push(finding.named(zone.map(|zone| (zone.id.as_str(), zone.name.as_str()))));
    }
    // The layout tells of the pieces that are too small for a second point.
    let told = plan.findings.iter().any(|finding| finding.code == "lone-point");
    let farthest = plan.quality.max_neighbour_mm.filter(|mm| *mm > limits.greatest_mm + SLACK_MM);
    if let Some(farthest) = farthest.filter(|_| !told) {
        let message = said!(
            "a point is {farthest} mm from its nearest neighbour, {greatest} mm is the greatest: lay out at a narrower spacing \
             than {spacing} mm, or treat the zones beside it too",
            farthest = number(farthest, 2),
            greatest = number(limits.greatest_mm, 2),
            spacing = number(plan.spacing_mm, 2)
        );
        let zone = loneliest_zone(plan);
        let finding = Finding::new(Severity::Warning, "neighbour-too-far", message);
        findings.push(finding.named(zone.map(|zone| (zone.id.as_str(), zone.name.as_str()))));
    }
    findings
}

/// The zone of the point whose nearest neighbour is farthest.
fn loneliest_zone(plan: &Plan) -> Option<&PlannedZone> {
    let nearest = |own: &PlannedPoint| {
        let others = plan.points.iter().filter(|other| other.number != own.number);
        let squared = |other: &PlannedPoint| {
            own.skin_mm.iter().zip(other.skin_mm).map(|(a, b)| (a - b).powi(2)).sum::<f64>()
        };
        others.map(squared).fold(f64::INFINITY, f64::min)
    };
    let farthest = plan.points.iter().map(|point| (nearest(point), point));
    let (_, point) = farthest.max_by(|a, b| a.0.total_cmp(&b.0))?;
    plan.zones.iter().find(|zone| zone.id == point.zone)
}

/// Distances are compared to the nanometre, so that rounding is no fault.
const SLACK_MM: f64 = 1e-6;

#[cfg(test)]
mod tests;
