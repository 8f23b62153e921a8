//! Volumes of single points, set by hand on a dosed plan.

use super::Session;
use super::assemble::by_region;
use super::marked::{PointName, PointVolume};
use crate::body::Body;
use crate::plan::{Finding, Plan, Severity};

/// Gives the points that a session names their own volumes, with the sums of zones and plan, and notes each.
/// Names that are none of a point are faults before this.
pub(super) fn set(plan: &mut Plan, session: &Session, body: &Body) {
    if session.point_volumes.is_empty() {
        return;
    }
    let names = PointName::all_of(plan, &session.skip_points);
    for PointVolume { point: name, volume } in &session.point_volumes {
        let Some(at) = name.find(plan, &names, body) else {
            plan.findings.push(name.gone("point-volume", plan.spacing_mm));
            continue;
        };
        let before = std::mem::replace(&mut plan.points[at].volume_ul, *volume);
        let message =
            said!("{name} in it gets {volume}, set by hand, in place of {before}", name, volume, before);
        let finding = Finding::new(Severity::Note, "point-volume", message);
        plan.findings.push(finding.in_zone(name.zone.clone()));
    }
    sum(plan);
    plan.reason = said!(
        "{reason}; {volume} with single points set by hand",
        reason = plan.reason,
        volume = plan.totals.volume_ul
    );
}

/// Sums the volumes of the points anew.
fn sum(plan: &mut Plan) {
    for zone in &mut plan.zones {
        let own = plan.points.iter().filter(|point| point.zone == zone.id);
        zone.volume_ul = own.map(|point| point.volume_ul).sum();
        zone.ul_per_cm2 = zone.volume_ul.per_cm2(zone.area_cm2);
    }
    plan.totals.by_region = by_region(&plan.zones);
    plan.totals.volume_ul = plan.points.iter().map(|point| point.volume_ul).sum();
}
