//! Holds points to the least distance from each other and the greatest distance from their nearest
//! neighbour.

use nalgebra::{Point2, Vector3};

use crate::body::Place;

use super::SpacingLimits;
use super::domain::{Domain, Spot, mirrored, mirrored_vector};
use super::neighbours::Neighbourhood;

/// Sweeps over the pairs that are too close; what they cannot mend is not feasible.
const SWEEPS: usize = 20;
/// Pairs this much farther apart than the least distance are watched while others are pushed, in mm.
const WATCH_MM: f64 = 2.0;

/// Pushes points apart that are too close and pulls lone ones to their nearest neighbour.
pub(super) fn hold(domain: &Domain, spots: &mut [Spot], limits: SpacingLimits) {
    let around = Neighbourhood::new(domain, spots, limits.least_mm);
    let count = around.count;
    let mut pairs: Vec<(usize, u32)> = Vec::new();
    let mut lone: Vec<(usize, u32)> = Vec::new();
    for (i, spot) in spots.iter().enumerate() {
        let before = pairs.len();
        around.near.within(&spot.place(), limits.least_mm + WATCH_MM, |label, _| {
            let other = label as usize % count;
            if other > i || (other == i && label as usize != i) {
                pairs.push((i, label));
            }
        });
        pairs[before..].sort_unstable();
        if let Some((label, squared)) = around.near.nearest(&spot.place(), Some(i as u32))
            && squared > limits.greatest_mm * limits.greatest_mm
        {
            lone.push((i, label));
        }
    }
    // A hair inside the bounds, so that rounding never breaks them.
    let (least, greatest) = (limits.least_mm * (1.0 + 1e-4), limits.greatest_mm * (1.0 - 1e-4));
    for _ in 0..SWEEPS {
        let mut done = true;
        for &(i, label) in &lone {
            let (distance, _) = towards(spots, i, label);
            if distance > greatest {
                done = false;
                part(domain, spots, i, label, greatest - distance);
            }
        }
        for &(i, label) in &pairs {
            let (distance, _) = towards(spots, i, label);
            if distance < limits.least_mm * (1.0 + 1e-6) {
                done = false;
                part(domain, spots, i, label, least - distance);
            }
        }
        if done {
            break;
        }
    }
}

/// Steps of the search for a place that keeps its margins, and how far beyond them it goes, in mm.
const CLEARING_STEPS: usize = 12;
const BEYOND_MM: f64 = 0.02;

/// Moves a point off the margins that the traced borders cut short, where corners are sharper than
/// their grid. `None` when there is no such place nearby.
pub(super) fn cleared(domain: &Domain, spot: &Spot) -> Option<Spot> {
    let mut spot = *spot;
    for _ in 0..CLEARING_STEPS {
        let clearance = domain.clearance_mm(spot.chart, spot.at);
        if clearance >= 0.0 {
            return domain.zone_at(spot.chart, spot.at).map(|_| spot);
        }
        let (across, along) = spot.frame.directions()?;
        let by = |direction: Vector3<f64>| {
            let at = spot.at + spot.frame.chart_step(&(direction * BEYOND_MM));
            domain.clearance_mm(spot.chart, at) - clearance
        };
        let uphill = (across * by(across) + along * by(along)).try_normalize(1e-12)?;
        let step = uphill * (BEYOND_MM - clearance);
        spot = domain.spot(spot.chart, keep_side(domain, &spot, spot.at + spot.frame.chart_step(&step)));
    }
    None
}

/// Distance and direction from the place of a label to a spot.
fn towards(spots: &[Spot], i: usize, label: u32) -> (f64, Vector3<f64>) {
    let there = place_of(spots, label);
    let apart = spots[i].place() - there;
    let distance = apart.norm();
    (distance, if distance > 1e-9 { apart / distance } else { along(&spots[i]) })
}

fn place_of(spots: &[Spot], label: u32) -> Place {
    let index = label as usize % spots.len();
    let place = spots[index].place();
    if label as usize == index { place } else { mirrored(&place) }
}

fn along(spot: &Spot) -> Vector3<f64> {
    spot.frame.du.try_normalize(1e-9).unwrap_or_else(Vector3::x)
}

/// Moves a spot and what stands at a label apart by `by` in all, or together where it is negative.
fn part(domain: &Domain, spots: &mut [Spot], i: usize, label: u32, by: f64) {
    let (_, direction) = towards(spots, i, label);
    let other = label as usize % spots.len();
    let image = label as usize != other;
    let half = direction * (by / 2.0);
    shift(domain, &mut spots[i], &half);
    if other != i {
        shift(domain, &mut spots[other], &if image { mirrored_vector(&-half) } else { -half });
    }
}

fn shift(domain: &Domain, spot: &mut Spot, by: &Vector3<f64>) {
    if spot.fixed {
        return;
    }
    if let Some(moved) = moved(domain, spot, by) {
        *spot = moved;
    }
}

/// A point a step along the skin away, or as near to there as points may lie: one on the midline stays on it,
/// any other on its side.
pub(super) fn moved(domain: &Domain, spot: &Spot, step: &Vector3<f64>) -> Option<Spot> {
    let wanted = keep_side(domain, spot, spot.at + spot.frame.chart_step(step));
    let inside = domain.nearest_inside(spot.chart, wanted)?;
    // What was pulled in from a border may have left the midline.
    let at = keep_side(domain, spot, inside);
    (at == inside || domain.zone_at(spot.chart, at).is_some()).then(|| domain.spot(spot.chart, at))
}

/// A point of a half layout stays on the midline, or on its side of it.
pub(super) fn keep_side(domain: &Domain, spot: &Spot, at: Point2<f64>) -> Point2<f64> {
    match domain.half {
        true if spot.on_midline() => Point2::new(0.0, at.y),
        true => Point2::new(at.x.max(1e-6), at.y),
        false => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Polygon;
    use crate::layout::domain::tests::on_a_plane;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_point_on_the_midline_stays_on_it(
            v in -28.0..28.0f64,
            step in (-30.0..30.0f64, -70.0..70.0f64),
            apex in -20.0..20.0f64,
        ) {
            // A field with a notch from below, whose sides lead off the midline.
            let ring = [(-40.0, -40.0), (-10.0, -40.0), (0.0, apex), (10.0, -40.0), (40.0, -40.0), (40.0, 40.0), (-40.0, 40.0)];
            let field = ring.map(|(x, y)| Point2::new(x, y)).to_vec();
            let domain = Domain::new(on_a_plane(Polygon::from_sound_rings(field, Vec::new())).into());
            prop_assert!(domain.half);
            let step = Vector3::new(step.0, step.1, 0.0);
            for u in [0.0, 12.0] {
                let spot = domain.spot(0, Point2::new(u, v));
                prop_assume!(domain.zone_at(0, spot.at).is_some());
                if let Some(moved) = moved(&domain, &spot, &step) {
                    prop_assert_eq!(moved.on_midline(), u == 0.0);
                    prop_assert!(domain.zone_at(0, moved.at).is_some());
                }
            }
        }
    }
}
