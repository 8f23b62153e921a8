//! Lets points drift apart before they are tightened: a seed may leave whole corners bare, from which
//! no deep hole says how much has to move.
//!
//! Each point goes towards the mean of its own cell of skin weighted by a high power of the distance,
//! a softened step of the p-centre problem, with some of the way it went the step before.

use nalgebra::Vector3;

use super::Goal;
use super::bounds::{hold, moved};
use super::cover::Cover;
use super::domain::{Domain, Spot, mirrored};
use super::neighbours::places;
use super::tree::{Nearest, Watch};

/// How much of the last step's way is gone again.
const CARRIED: f64 = 0.85;
/// The weight is the distance to this power, twice; the stride is what suits it.
const POWER: u32 = 3;
const STRIDE: f64 = 0.25;
/// The score is the mean of distances to this power.
const SCORED: f64 = 24.0;
/// How far points may move before it is looked anew who is near what, in spacings.
const SLACK: f64 = 0.3;
/// No point moves farther in a step, in spacings.
const LONGEST: f64 = 0.33;

/// Lets the points drift apart for so many steps. Returns a soft gap in mm, the mean of a high power of the
/// distances.
pub(super) fn relax(domain: &Domain, cover: &Cover, spots: &mut [Spot], goal: Goal, steps: usize) -> f64 {
    let mut way = vec![Vector3::zeros(); spots.len()];
    let mut watches = [0, 1].map(|_| Watch::new(SLACK * goal.spacing_mm));
    for _ in 0..steps {
        let pulls = pulls(domain, cover, spots, goal, &mut watches);
        for ((spot, pull), way) in spots.iter_mut().zip(pulls).zip(&mut way) {
            let step = *way * CARRIED + pull * STRIDE;
            let longest = LONGEST * goal.spacing_mm;
            let step = if step.norm() > longest { step * (longest / step.norm()) } else { step };
            let before = spot.place();
            if let Some(moved) = moved(domain, spot, &step).filter(|_| !spot.fixed) {
                *spot = moved;
            }
            *way = spot.place() - before;
        }
    }
    hold(domain, spots, goal.limits);
    let unit = 1.0 / (goal.spacing_mm * goal.spacing_mm);
    let far = [&cover.inner, &cover.rim]
        .into_iter()
        .zip(&mut watches)
        .flat_map(|(layer, watch)| layer.tree.nearest(domain, spots, watch));
    let (sum, count) =
        far.fold((0.0, 0.0), |(sum, count), near| (sum + twelfth_power(near.squared * unit), count + 1.0));
    libm::pow(sum / f64::max(count, 1.0), 1.0 / SCORED) * goal.spacing_mm
}

/// Of a squared distance, what makes [`SCORED`].
fn twelfth_power(squared: f64) -> f64 {
    let sixth = squared * squared * squared;
    (sixth * sixth) * (sixth * sixth)
}

/// From each point to the weighted mean of its cell.
fn pulls(
    domain: &Domain,
    cover: &Cover,
    spots: &[Spot],
    goal: Goal,
    watches: &mut [Watch; 2],
) -> Vec<Vector3<f64>> {
    let count = spots.len();
    let places = places(spots);
    let unit = 1.0 / (goal.spacing_mm * goal.spacing_mm);
    let mut sums = vec![(Vector3::zeros(), 0.0); count];
    for (layer, watch) in [&cover.inner, &cover.rim].into_iter().zip(watches) {
        let nearest = layer.tree.nearest(domain, spots, watch);
        for (sample, Nearest { squared, label }) in layer.samples.iter().zip(nearest) {
            let own = label as usize % count;
            let place = if own == label as usize { sample.place() } else { mirrored(&sample.place()) };
            let weight = (0..POWER).fold(1.0, |product, _| product * squared * unit);
            sums[own].0 += (place - places[own]) * weight;
            sums[own].1 += weight;
        }
    }
    sums.into_iter().map(|(sum, weight)| if weight > 0.0 { sum / weight } else { sum }).collect()
}
