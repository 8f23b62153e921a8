//! Whether a session is small enough to be laid out in seconds.

use crate::body::{Body, ChartPoint};
use crate::fault::Fault;
use crate::units::number;
use crate::zones::Zone;

/// The most points a plan may need. All zones of the atlas at 10 mm need some 700; a whole back needs
/// some 2500.
const MOST_POINTS: f64 = 3000.0;

/// The fault of zones that need too many points at `spacing_mm`.
pub(super) fn too_large(body: &Body, zones: &[Zone], spacing_mm: f64) -> Option<Fault> {
    // On an even lattice each point holds a hexagon of this area.
    let each_cm2 = 0.75_f64.sqrt() * spacing_mm * spacing_mm / 100.0;
    let areas: Vec<f64> = zones.iter().map(|zone| rough_area_cm2(body, zone)).collect();
    let area: f64 = areas.iter().sum();
    // Not `>`, so that an area that is no number is refused too.
    if area / each_cm2 <= MOST_POINTS {
        return None;
    }
    let largest = zones.iter().zip(&areas).max_by(|a, b| a.1.total_cmp(b.1)).map_or("", |(zone, _)| &zone.id);
    let value = format!("about {} cm2 at {} mm", number(area, 0), number(spacing_mm, 2));
    let bound = format!("{} points, {} cm2", MOST_POINTS, number(MOST_POINTS * each_cm2, 0));
    let hint = format!("treat less at a time (the largest is '{largest}'), or widen the spacing");
    Some(Fault::new("zones", "need too many points").value(value).bound(bound).hint(hint))
}

/// The skin area of a zone before its margins, by a coarse grid.
fn rough_area_cm2(body: &Body, zone: &Zone) -> f64 {
    const STEPS: u32 = 24;
    let Some(skin) = body.skin(zone.chart) else { return 0.0 };
    let (low, high) = zone.shape.bounds();
    let step = (high - low) / f64::from(STEPS);
    let grid = (0..STEPS).flat_map(|i| (0..STEPS).map(move |j| (f64::from(i) + 0.5, f64::from(j) + 0.5)));
    let places = grid.map(|(i, j)| ChartPoint::new(low.x + i * step.x, low.y + j * step.y));
    let elements: Vec<f64> = places
        .filter(|at| zone.shape.contains(at) && skin.covers(*at))
        .map(|at| skin.frame(at).area_element())
        .collect();
    let mean = elements.iter().sum::<f64>() / elements.len().max(1) as f64;
    mean * zone.shape.area() / 100.0
}
