//! A plan from a layout with its doses.

use std::collections::BTreeMap;

use super::planning::Setting;
use crate::dose::Dosed;
use crate::geometry::Polygon;
use crate::layout::Layout;
use crate::plan::{
    BodyUsed, Budget, FORMAT, Named, Pattern, Plan, PlannedPoint, PlannedZone, Totals, Tray, TreatedPiece,
};
use crate::treated::{Treated, TreatedZone};
use crate::units::Microlitres;
use crate::zones::Region;

/// The plan without its input hash and its checks.
pub(super) fn assemble(setting: &Setting<'_>, treated: &Treated, dosed: &Dosed, pattern: Pattern) -> Plan {
    let layout = &dosed.layout;
    let zones: Vec<_> =
        treated.zones.iter().enumerate().map(|(i, zone)| planned_zone(i, zone, dosed)).collect();
    let points = planned_points(treated, dosed);
    let by_region = by_region(&zones);
    let mut findings = layout.findings.clone();
    findings.extend(dosed.findings.iter().cloned());
    findings.extend(setting.body.measurement_findings());
    Plan {
        format: FORMAT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        input_hash: String::new(),
        draft: !layout.settled,
        protocol: Named { id: setting.protocol.id.clone(), name: setting.protocol.name.clone() },
        body: BodyUsed { id: setting.body.id.clone(), measurements_mm: setting.body.measurements_mm.clone() },
        spacing_mm: layout.spacing_mm,
        pattern,
        reason: dosed.reason.clone(),
        syringe: setting.syringe.planned(),
        zones,
        totals: Totals { points: points.len(), volume_ul: dosed.total, by_region },
        points,
        quality: layout.quality,
        budget: Budget {
            min_ul: setting.limits.budget.map(|budget| budget.least),
            max_ul: setting.limits.budget.map(|budget| budget.greatest),
            target_ul: dosed.target,
            vials_ul: setting.vials.map(|vials| vials.total()),
        },
        fillings: Vec::new(),
        tray: Tray::default(),
        marked: Vec::new(),
        skipped: Vec::new(),
        last_time: Vec::new(),
        topical: None,
        findings,
    }
}

/// The volumes of zones by region.
pub(super) fn by_region(zones: &[PlannedZone]) -> BTreeMap<Region, Microlitres> {
    let mut sums = BTreeMap::new();
    for zone in zones {
        *sums.entry(zone.region).or_insert(Microlitres::ZERO) += zone.volume_ul;
    }
    sums
}

fn planned_points(treated: &Treated, dosed: &Dosed) -> Vec<PlannedPoint> {
    let zoned = dosed.layout.points.iter().filter_map(|point| {
        let (zone, volume) = (treated.zones.get(point.zone)?, dosed.volumes.get(point.zone)?);
        Some((point, zone, volume))
    });
    let planned = zoned.enumerate().map(|(index, (point, zone, volume))| PlannedPoint {
        number: index + 1,
        zone: zone.zone.id.clone(),
        row: point.row,
        chart: [positive(point.at.x), positive(point.at.y)],
        skin_mm: [positive(point.place.x), positive(point.place.y), positive(point.place.z)],
        volume_ul: *volume,
    });
    planned.collect()
}

fn planned_zone(index: usize, treated: &TreatedZone, dosed: &Dosed) -> PlannedZone {
    let TreatedZone { zone, pieces, area_cm2 } = treated;
    let Layout { points, zone_quality, .. } = &dosed.layout;
    let quality = zone_quality.get(index).copied().unwrap_or_default();
    let per_point = dosed.volumes.get(index).copied().unwrap_or_default();
    let points = points.iter().filter(|point| point.zone == index).count();
    let volume = per_point * points as u64;
    let holes = |polygon: &Polygon| polygon.holes().iter().map(|hole| ring(hole)).collect();
    let piece = |piece| TreatedPiece { outline: ring(Polygon::outer(piece)), holes: holes(piece) };
    PlannedZone {
        id: zone.id.clone(),
        name: zone.name.clone(),
        region: zone.region,
        side: zone.side,
        kind: zone.kind,
        chart: zone.chart,
        outline: ring(zone.shape.outer()),
        holes: holes(&zone.shape),
        treated: pieces.iter().map(piece).collect(),
        area_cm2: *area_cm2,
        points,
        volume_ul: volume,
        per_point_ul: per_point,
        ul_per_cm2: volume.per_cm2(*area_cm2),
        min_spacing_mm: quality.min_spacing_mm,
        gap_mm: quality.gap_mm,
        q: quality.q,
        care: zone.care.clone(),
    }
}

/// A ring as plans hold it.
pub(super) fn ring(ring: &[crate::body::ChartPoint]) -> Vec<[f64; 2]> {
    ring.iter().map(|at| [positive(at.x), positive(at.y)]).collect()
}

/// The number with `-0` as `0`, so that no output shows a negative zero.
pub(super) fn positive(value: f64) -> f64 {
    value + 0.0
}
