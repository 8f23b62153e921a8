//! The plan of a product that is put onto the skin after microneedling or laser: no points, one volume.

use super::Session;
use super::assemble::{assemble, by_region};
use super::planning::{FULL_FACE, Setting};
use crate::dose::Dosed;
use crate::fault::{Fault, Faults};
use crate::layout::Layout;
use crate::library::Library;
use crate::plan::{Budget, Finding, Pattern, Plan, Quality, Severity, Topical};
use crate::said::Said;
use crate::treated::Treated;
use crate::units::{Microlitres, number};

/// The plan: the protocol's volume over the full face, by the area of the treated skin to that of the full
/// face on the same body, in whole graduations of the syringe.
///
/// # Errors
/// When the protocol states no such volume, the atlas has no full face to measure it by, or the session asks
/// for what points alone have.
pub(super) fn topical(
    session: &Session,
    setting: &Setting<'_>,
    library: &Library,
    treated: &Treated,
) -> Result<Plan, Faults> {
    let protocol = setting.protocol;
    let mut faults = of_points_alone(session);
    let figure = protocol.topical_total.as_ref();
    if figure.is_none() {
        let fault = Fault::new(
            "use",
            said!("is topical, of which protocol '{protocol}' says nothing", protocol = protocol.id),
        );
        faults.push(("use".to_owned(), fault.hint(told_by(library))));
    }
    let Some(figure) = figure.filter(|_| faults.is_empty()) else { return Err(session.faults(faults)) };
    let face =
        full_face(setting, library).map_err(|fault| session.faults(vec![("use".to_owned(), fault)]))?;
    let step = setting.syringe.graduation.value;
    let area = treated.area_cm2();
    let share = area / face.area_cm2();
    let steps = (figure.value.0 as f64 * share / step.0 as f64).round() as u64;
    let total = if area > 0.0 { step * steps.max(1) } else { Microlitres::ZERO };
    let standing = match &figure.note {
        Some(note) => said!("{note}, {standing}", note, standing = figure.standing()),
        None => figure.standing(),
    };
    let reason = said!(
        "{total} on the skin: {figure} over the full face ({standing}), by treated skin, {area} of {whole} cm2",
        total,
        figure = figure.value,
        standing,
        area = number(area, 1),
        whole = number(face.area_cm2(), 1)
    );
    let quality = Quality { area_cm2: area, ..Quality::default() };
    let layout = Layout {
        spacing_mm: 0.0,
        settled: true,
        points: Vec::new(),
        quality,
        zone_quality: Vec::new(),
        findings: Vec::new(),
    };
    let none = vec![Microlitres::ZERO; treated.zones.len()];
    let dosed = Dosed { layout, volumes: none, total, target: Some(total), reason, findings: Vec::new() };
    let mut plan = assemble(setting, treated, &dosed, Pattern::default());
    spread(&mut plan, total);
    plan.budget = Budget { min_ul: None, max_ul: None, ..plan.budget };
    let filling = (plan.syringe.capacity_ul.0 / step.0.max(1) * step.0).max(1);
    plan.topical = Some(Topical {
        full_face_ul: figure.value,
        full_face_cm2: face.area_cm2(),
        standing: standing.into(),
        fillings: total.0.div_ceil(filling),
        how: protocol.topical.as_ref().map(|figure| figure.value.clone()),
    });
    plan.findings.extend(protocol.topical.as_ref().map(|figure| {
        let message = said!(
            "on the skin, not into it: {how} ({standing})",
            how = figure.value,
            standing = figure.standing()
        );
        Finding::new(Severity::Note, "topical", message)
    }));
    Ok(plan)
}

/// Faults of keys that say nothing of what has no points.
fn of_points_alone(session: &Session) -> Vec<(String, Fault)> {
    let told = [
        ("spacing", session.spacing_mm.is_some()),
        ("pattern", session.pattern.is_some()),
        ("total", session.total.is_some()),
        ("volume", session.volume.is_some()),
        ("periorbital-volume", session.periorbital_volume.is_some()),
        ("previous", session.previous.is_some() || !session.last_points.is_empty()),
        ("interleave", session.interleave.is_some()),
    ];
    let told = told.into_iter().filter(|(_, told)| *told).map(|(key, _)| key.to_owned());
    let zones = session.volumes.keys().map(|zone| format!("volumes.{zone}"));
    let skipped = (1..=session.skip_points.len()).map(|point| format!("skip-point.{point}"));
    let points =
        skipped.chain((1..=session.point_volumes.len()).map(|point| format!("point-volume.{point}")));
    let fault = |key: String| {
        let item = key.split('.').next().unwrap_or_default().to_owned();
        let fault = Fault::new(item, "goes with injection alone");
        let hint = "take it out: a topical volume follows from the protocol and the zones";
        (key, fault.hint(hint))
    };
    told.chain(zones).chain(points).map(fault).collect()
}

/// The protocols that state a topical volume.
fn told_by(library: &Library) -> Said {
    let ids = library.protocols.iter().filter(|protocol| protocol.topical_total.is_some());
    match ids.map(|protocol| protocol.id.as_str()).collect::<Vec<_>>().as_slice() {
        [] => said!("inject it, or give topical-total in a protocol of your own"),
        ids => {
            said!("inject it, or take a protocol that states a topical volume: {ids}", ids = ids.join(", "))
        }
    }
}

/// The treated skin of the full face on the session's body.
fn full_face(setting: &Setting<'_>, library: &Library) -> Result<Treated, Fault> {
    let zones: Vec<_> = library.atlas.named(FULL_FACE).into_iter().cloned().collect();
    let least_mm = setting.limits.spacing.least_mm;
    let face = Treated::new(&setting.body, &library.atlas, &zones, least_mm)?;
    if face.area_cm2() > 0.0 {
        return Ok(face);
    }
    let fault = Fault::new(
        "use",
        said!("is topical, and '{full_face}' has no skin to measure the volume by", full_face = FULL_FACE),
    );
    Err(fault.hint(said!("give the preset '{full_face}' its zones", full_face = FULL_FACE)))
}

/// Gives each zone its part of the total by area, in whole microlitres that add up.
fn spread(plan: &mut Plan, total: Microlitres) {
    let area: f64 = plan.zones.iter().map(|zone| zone.area_cm2).sum();
    let (mut given, mut seen) = (Microlitres::ZERO, 0.0);
    for zone in &mut plan.zones {
        seen += zone.area_cm2;
        // Up to here, so that rounding never adds up.
        let so_far = Microlitres((total.0 as f64 * (seen / area.max(f64::MIN_POSITIVE))).round() as u64);
        zone.volume_ul = so_far.saturating_sub(given);
        zone.ul_per_cm2 = zone.volume_ul.per_cm2(zone.area_cm2);
        given += zone.volume_ul;
    }
    plan.totals.by_region = by_region(&plan.zones);
}
