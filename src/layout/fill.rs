//! Adds points where skin is left out, and takes away what stands too close.

use nalgebra::Point2;

use super::SpacingLimits;
use super::cells::Neighbourhood;
use super::domain::{Domain, Sample};
use super::seed::Seed;

/// Skin farther than this many spacings from any point gets a point of its own; a settled layout
/// leaves about 0.65.
const LEFT_OUT: f64 = 0.88;

/// Adds points, the farthest place first, until no skin is left out.
pub(super) fn fill(
    domain: &Domain,
    samples: &[Sample],
    layout: &mut Seed,
    spacing_mm: f64,
    limits: SpacingLimits,
) {
    let left_out = (LEFT_OUT * spacing_mm).max(limits.least_mm);
    let mut squares: Vec<f64> = Vec::new();
    // Each point covers skin of its own, so there are never more than samples.
    for _ in 0..samples.len() {
        if squares.is_empty() {
            let around = Neighbourhood::new(domain, &layout.spots, spacing_mm);
            squares = samples
                .iter()
                .map(|s| around.near.nearest(&s.place, None).map_or(f64::INFINITY, |n| n.1))
                .collect();
        }
        let far = samples.iter().zip(&squares).fold(
            (0.0, None),
            |far: (f64, Option<&Sample>), (sample, &squared)| {
                if squared > far.0 { (squared, Some(sample)) } else { far }
            },
        );
        let (squared, Some(sample)) = far else { break };
        if squared <= left_out * left_out {
            break;
        }
        // A place nearer to its own mirror image than the least distance stands on the midline.
        let to_midline = domain.half && sample.place.x * 2.0 < limits.least_mm;
        let at = if to_midline { Point2::new(0.0, sample.at.y) } else { sample.at };
        let Some(at) = domain.nearest_inside(sample.chart, at) else { break };
        layout.rows.push(layout.row_beside(sample));
        let spot = domain.spot(sample.chart, at);
        layout.spots.push(spot);
        for (sample, squared) in samples.iter().zip(&mut squares) {
            let direct = (sample.place - spot.place()).norm_squared();
            let image = (super::domain::mirrored(&sample.place) - spot.place()).norm_squared();
            *squared = squared.min(if domain.half { direct.min(image) } else { direct });
        }
        if domain.zone_at(sample.chart, at).is_none() {
            break;
        }
    }
}

/// Takes away points closer than `least_mm` to one that stays: the last guard of that promise.
pub(super) fn keep_apart(domain: &Domain, layout: &mut Seed, least_mm: f64) {
    let mut keep = vec![true; layout.spots.len()];
    let around = Neighbourhood::new(domain, &layout.spots, least_mm);
    let close = least_mm * least_mm;
    for index in 0..keep.len() {
        let spot = &layout.spots[index];
        around.near.within(&spot.place(), least_mm, |label, squared| {
            let other = label as usize % around.count;
            let itself = label as usize == index;
            if !itself && squared < close && (other == index || (other < index && keep[other])) {
                keep[index] = false;
            }
        });
        if domain.zone_at(spot.chart, spot.at).is_none() {
            keep[index] = false;
        }
    }
    let mut kept = keep.iter();
    layout.spots.retain(|_| *kept.next().unwrap_or(&false));
    let mut kept = keep.iter();
    layout.rows.retain(|_| *kept.next().unwrap_or(&false));
}
