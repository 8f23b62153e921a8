//! Whether a session is small enough to be laid out in seconds.

use crate::body::{Body, ChartPoint};
use crate::fault::Fault;
use crate::layout::lattice_count;
use crate::units::number;
use crate::zones::Zone;

/// The most points a plan may need. All zones of the atlas at 10 mm need some 700; a whole back needs
/// some 2500.
const MOST_POINTS: f64 = 3000.0;

/// The least spacing at which the zones can be laid out, in mm, in steps of 0.1.
///
/// # Errors
/// When it is above `greatest_mm`: then there are too many zones, or too large ones.
pub(super) fn least_spacing_mm(body: &Body, zones: &[Zone], greatest_mm: f64) -> Result<f64, Fault> {
    let areas: Vec<f64> = zones.iter().map(|zone| rough_area_cm2(body, zone)).collect();
    let area: f64 = areas.iter().sum();
    let least_mm = (lattice_count(area * 100.0, 1.0) / MOST_POINTS).sqrt();
    let least_mm = (least_mm * 10.0).ceil() / 10.0;
    if least_mm <= greatest_mm {
        return Ok(least_mm);
    }
    // An area that is no number ends here too.
    let largest = zones.iter().zip(&areas).max_by(|a, b| a.1.total_cmp(b.1)).map_or("", |(zone, _)| &zone.id);
    let value =
        said!("about {area} cm2 at {spacing} mm", area = number(area, 0), spacing = number(greatest_mm, 3));
    let most_cm2 = MOST_POINTS / lattice_count(100.0, greatest_mm);
    let bound = said!("{points} points, {area} cm2", points = MOST_POINTS, area = number(most_cm2, 0));
    let hint = match least_mm.is_finite() {
        true => said!("{least} mm, where the protocol allows it", least = number(least_mm, 1)),
        false => said!("a wider spacing"),
    };
    let hint = said!("treat less at a time (the largest is '{largest}'), or choose {hint}", largest, hint);
    Err(Fault::new("zones", "need too many points").value(value).bound(bound).hint(hint))
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
