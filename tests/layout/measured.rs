//! Measures of a layout taken from the places of its points alone, with samples of their own.

use super::ways::{Skin, places};
use nappage::layout::{LaidPoint, Layout, SpacingLimits};
use nappage::plan::Quality;
use nappage::treated::Treated;

/// The limits of the exosome protocol.
pub(super) const LIMITS: SpacingLimits = SpacingLimits { least_mm: 10.0, greatest_mm: 15.0 };

/// The greatest distance from a treated place to its nearest point, in mm, from samples at most about
/// `pitch_mm` apart and the corners of every border. It falls short of the truth by less than a pitch.
pub(super) fn gap_mm(treated: &Treated, layout: &Layout, pitch_mm: f64) -> f64 {
    Skin::new(treated, pitch_mm).gap_mm(&places(layout))
}

/// The coefficient of variation of the points' own areas of skin, from samples at most about `pitch_mm` apart.
pub(super) fn area_spread(treated: &Treated, layout: &Layout, pitch_mm: f64) -> f64 {
    let mut areas = vec![0.0; layout.points.len()];
    for zone in &treated.zones {
        let skin = treated.body().skin(zone.zone.chart).expect("the skin of a zone");
        for piece in &zone.pieces {
            let (low, high) = piece.bounds();
            let middle = skin.frame(nalgebra::center(&low, &high));
            let counts = [(high.x - low.x) * middle.du.norm(), (high.y - low.y) * middle.dv.norm()];
            let [columns, rows] = counts.map(|mm| (mm / pitch_mm).ceil().max(1.0));
            let step = (high - low).component_div(&nalgebra::Vector2::new(columns, rows));
            let columns = columns as usize;
            for k in 0..columns * rows as usize {
                let [column, row] = [k % columns, k / columns].map(|place| place as f64 + 0.5);
                let at = low + step.component_mul(&nalgebra::Vector2::new(column, row));
                if piece.contains(&at) {
                    let frame = skin.frame(at);
                    let distance = |k: &usize| (layout.points[*k].place - frame.place).norm_squared();
                    let nearest = (0..areas.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
                    areas[nearest.expect("points")] += frame.area_element() * step.x * step.y;
                }
            }
        }
    }
    let mean = areas.iter().sum::<f64>() / areas.len() as f64;
    let variance = areas.iter().map(|area| (area - mean) * (area - mean)).sum::<f64>() / areas.len() as f64;
    variance.sqrt() / mean
}

/// Distance from a point to its nearest neighbour, in mm; infinite for one alone.
pub(super) fn neighbour_mm(points: &[LaidPoint], index: usize) -> f64 {
    let place = points[index].place;
    let others = points.iter().enumerate().filter(|(other, _)| *other != index);
    others.map(|(_, other)| (other.place - place).norm()).fold(f64::INFINITY, f64::min)
}

/// The promises that hold for any skin: least distance, a neighbour within the greatest distance or a
/// finding, every point in its zone and clear of its margins, rows that count on.
#[track_caller]
pub(super) fn assert_promises(treated: &Treated, layout: &Layout, name: &str) {
    let points = &layout.points;
    let found = |code: &str| layout.findings.iter().find(|finding| finding.code == code);
    let lone = found("lone-point").is_some();
    for (code, of) in [
        ("lone-point", (|quality| quality.max_neighbour_mm) as fn(&Quality) -> Option<f64>),
        ("bare-skin", |quality| quality.gap_mm),
        ("uneven-rows", |quality| quality.row_sway_mm),
    ] {
        let Some(finding) = found(code) else { continue };
        let place = treated.zones.iter().position(|zone| finding.zone.as_deref() == Some(&zone.zone.id));
        let place = place.unwrap_or_else(|| panic!("{name}: {finding:?} names no zone"));
        assert_eq!(of(&layout.zone_quality[place]), of(&layout.quality), "{name}: {finding:?}");
        assert!(finding.message.starts_with(&treated.zones[place].zone.name), "{name}: {finding:?}");
    }
    for (index, point) in points.iter().enumerate() {
        let neighbour = neighbour_mm(points, index);
        assert!(neighbour >= LIMITS.least_mm, "{name}: neighbour at {neighbour} mm");
        assert!(
            neighbour <= LIMITS.greatest_mm || lone || points.len() == 1,
            "{name}: {neighbour} mm and no finding"
        );
        let zone = &treated.zones[point.zone];
        assert!(zone.zone.shape.contains(&point.at), "{name}: {point:?} outside {}", zone.zone.id);
        let clearance = treated.clearance_mm(point.chart, point.at);
        assert!(clearance >= 0.0, "{name}: {clearance} mm at {point:?}");
    }
    assert!(points.first().is_none_or(|point| point.row == 1), "{name}");
    for pair in points.windows(2) {
        let same_row = pair[0].row == pair[1].row;
        assert!(same_row || pair[1].row == pair[0].row + 1, "{name}: rows {} {}", pair[0].row, pair[1].row);
        assert!(!same_row || pair[0].at.x <= pair[1].at.x, "{name}: row {} doubles back", pair[0].row);
    }
}
