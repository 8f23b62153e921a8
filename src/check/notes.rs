//! What is worth knowing on any plan: care areas, the evidence, and defaults without a source.

use std::collections::BTreeMap;

use super::Against;
use crate::plan::{Finding, Plan, PlannedZone, Severity};
use crate::said::Said;
use crate::units::number;
use crate::zones::{Side, Status};

/// The notes.
pub(super) fn findings(plan: &Plan, against: &Against<'_>) -> Vec<Finding> {
    let mut findings = care(plan);
    if let Some(evidence) = &against.protocol.evidence {
        let message = said!(
            "{protocol}: {evidence} ({standing})",
            protocol = against.protocol.name,
            evidence = evidence.value,
            standing = evidence.standing()
        );
        findings.push(Finding::new(Severity::Note, "evidence", message));
    }
    findings.extend(clinic_set(against));
    findings
}

/// The care notes of the treated zones, said once for both of a pair.
fn care(plan: &Plan) -> Vec<Finding> {
    let mut said: Vec<(&str, &str, Vec<&PlannedZone>)> = Vec::new();
    for zone in plan.zones.iter().filter(|zone| zone.points > 0) {
        let name = match zone.side {
            Side::Midline => zone.name.as_str(),
            Side::Left | Side::Right => {
                zone.name.rsplit_once(',').map_or(zone.name.as_str(), |(name, _)| name)
            }
        };
        for text in &zone.care {
            match said.iter_mut().find(|(other, note, _)| *other == name && note == text) {
                Some((_, _, zones)) => zones.push(zone),
                None => said.push((name, text, vec![zone])),
            }
        }
    }
    let finding = |(name, text, zones): (&str, &str, Vec<&PlannedZone>)| {
        let finding = Finding::new(Severity::Note, "care", said!("{name}: {text}", name, text));
        match zones.as_slice() {
            [one] => finding.in_zone(one.id.clone()),
            _ => finding,
        }
    };
    said.into_iter().map(finding).collect()
}

/// The defaults in use that no source gives.
fn clinic_set(against: &Against<'_>) -> Option<Finding> {
    let mut margins: BTreeMap<&str, f64> = BTreeMap::new();
    for exclusion in against.exclusions.iter().filter(|exclusion| exclusion.status == Status::ClinicSet) {
        let id = exclusion.id.trim_end_matches("-left").trim_end_matches("-right");
        margins.insert(id, exclusion.margin_mm);
    }
    let margins = margins
        .into_iter()
        .map(|(id, margin)| said!("margin of {id} {margin} mm", id, margin = number(margin, 1)));
    let figures = against.protocol.figures().into_iter();
    // The margin of lesions is told with the lesions.
    let figures = figures.filter(|line| line.status == Status::ClinicSet && line.key != "lesion-margin");
    let figures = figures.map(|line| match line.unit {
        "" => said!("{name} {value}", name = line.name, value = line.value),
        unit => said!("{name} {value} {unit}", name = line.name, value = line.value, unit),
    });
    let all: Vec<_> = figures.chain(margins).collect();
    (!all.is_empty()).then(|| {
        let message =
            said!("no source was found for these, the clinic decides: {all}", all = Said::joined(all, ", "));
        Finding::new(Severity::Note, "clinic-set", message)
    })
}
