//! Volumes per point against the limits and the syringe.

use std::collections::{BTreeMap, BTreeSet};

use super::Against;
use crate::dose::settable;
use crate::plan::{Finding, Plan, PlannedZone, Severity};
use crate::said::Said;
use crate::units::Microlitres;
use crate::zones::Kind;

/// Findings on the volumes per point: one for each volume, naming the zones that get it.
pub(super) fn findings(plan: &Plan, against: &Against<'_>) -> Vec<Finding> {
    let mut by_dose: BTreeMap<(Kind, Microlitres), Vec<&PlannedZone>> = BTreeMap::new();
    for zone in &plan.zones {
        let own = plan.points.iter().filter(|point| point.zone == zone.id);
        let volumes: BTreeSet<Microlitres> = own.map(|point| point.volume_ul).collect();
        for volume in volumes {
            by_dose.entry((zone.kind, volume)).or_default().push(zone);
        }
    }
    let mut findings = Vec::new();
    for ((kind, volume), zones) in by_dose {
        let names: Vec<_> = zones.iter().map(|zone| zone.id.as_str()).collect();
        let about = |finding: Finding| match names.as_slice() {
            [one] => finding.in_zone(*one),
            _ => finding,
        };
        let names = names.join(", ");
        findings.extend(outside(plan, against, kind, volume, &names).map(about));
        findings.extend(not_settable(plan, against, kind, volume, &names).map(about));
    }
    if against.limits.periorbital.is_none() && plan.zones.iter().any(|zone| zone.kind == Kind::Periorbital) {
        let message = said!(
            "'{protocol}' gives no volume around the eyes, those of the face are taken: leave the periorbital zones out unless \
             the product's own instructions cover them",
            protocol = against.protocol.id
        );
        findings.push(Finding::new(Severity::Warning, "periorbital-limits-unknown", message));
    }
    findings
}

fn outside(
    plan: &Plan,
    against: &Against<'_>,
    kind: Kind,
    volume: Microlitres,
    zones: &str,
) -> Option<Finding> {
    let limits = against.limits.volume(kind);
    if limits.contains(&volume) {
        return None;
    }
    let figure = match (kind, &against.protocol.periorbital_volume) {
        (Kind::Periorbital, Some(figure)) => Some(figure),
        _ => against.protocol.volume.as_ref(),
    };
    let standing = figure.map(|figure| figure.standing()).unwrap_or_default();
    let options = settable(limits, plan.syringe.graduation_ul);
    let nearest = options.iter().min_by_key(|option| option.0.abs_diff(volume.0));
    let message = said!(
        "{zones}: {volume} per point is outside {limits} ({standing})",
        zones,
        volume,
        limits,
        standing
    );
    let message = match nearest {
        Some(volume) => said!("{message}: give {volume}", message, volume),
        None => message,
    };
    Some(Finding::new(Severity::Error, "volume-outside-limits", message))
}

fn not_settable(
    plan: &Plan,
    against: &Against<'_>,
    kind: Kind,
    volume: Microlitres,
    zones: &str,
) -> Option<Finding> {
    let step = plan.syringe.graduation_ul;
    if step > Microlitres::ZERO && volume.0.is_multiple_of(step.0) {
        return None;
    }
    let sets =
        |graduation: Microlitres| graduation > Microlitres::ZERO && volume.0.is_multiple_of(graduation.0);
    // The coarsest syringe that will do is the easiest to read.
    let fitting = against.syringes.iter().filter(|syringe| sets(syringe.graduation.value));
    let syringe = fitting.max_by_key(|syringe| syringe.graduation.value).map(|syringe| {
        said!(
            "take {syringe} ('{id}', steps of {graduation})",
            syringe = syringe.name,
            id = syringe.id,
            graduation = syringe.graduation.value
        )
    });
    let options = settable(against.limits.volume(kind), step);
    let nearest = options.iter().min_by_key(|option| option.0.abs_diff(volume.0));
    let other = nearest.map(|volume| said!("give {volume}", volume));
    let remedies: Vec<_> = syringe.into_iter().chain(other).collect();
    let remedy = match remedies.is_empty() {
        true => said!("no syringe at hand sets it"),
        false => Said::joined(remedies, "; or "),
    };
    let message = said!(
        "{zones}: {volume} cannot be set on the {syringe}, steps of {step}: {remedy}",
        zones,
        volume,
        syringe = plan.syringe.name,
        step,
        remedy
    );
    Some(Finding::new(Severity::Error, "volume-not-settable", message))
}
