//! Lets points drift apart before they are tightened: a seed may leave whole corners bare, from which
//! no deep hole says how much has to move.
//!
//! Each point goes towards the mean of its own cell of skin weighted by a high power of the distance,
//! a softened step of the p-centre problem, with some of the way it went the step before.

use nalgebra::Vector3;

use super::Goal;
use super::bounds::{hold, keep_side};
use super::cover::Cover;
use super::domain::{Domain, Spot, mirrored};
use super::neighbours::{nearest, places};

/// Steps, and how much of the last step's way is gone again.
const STEPS: usize = 12;
const CARRIED: f64 = 0.85;
/// The weight is the distance to this power, twice; the stride is what suits it.
const POWER: u32 = 3;
const STRIDE: f64 = 0.25;
/// The power of squared distances in the score.
const SCORED: f64 = 12.0;
/// How far from a point skin is looked at first, in spacings.
const REACH: f64 = 0.8;
/// No point moves farther in a step, in spacings.
const LONGEST: f64 = 0.33;

/// Lets the points drift apart. Returns a soft gap in mm, the mean of a high power of the distances.
pub(super) fn relax(domain: &Domain, cover: &Cover, spots: &mut [Spot], goal: Goal) -> f64 {
    let mut way = vec![Vector3::zeros(); spots.len()];
    for _ in 0..STEPS {
        let pulls = pulls(domain, cover, spots, goal);
        for ((spot, pull), way) in spots.iter_mut().zip(pulls).zip(&mut way) {
            let step = *way * CARRIED + pull * STRIDE;
            let longest = LONGEST * goal.spacing_mm;
            let step = if step.norm() > longest { step * (longest / step.norm()) } else { step };
            let before = spot.place();
            let at = keep_side(domain, spot, spot.at + spot.frame.chart_step(&step));
            if let Some(at) = domain.nearest_inside(spot.chart, at).filter(|_| !spot.fixed) {
                *spot = domain.spot(spot.chart, at);
            }
            *way = spot.place() - before;
        }
    }
    hold(domain, spots, goal.limits);
    let unit = 1.0 / (goal.spacing_mm * goal.spacing_mm);
    let far = [&cover.inner, &cover.rim]
        .into_iter()
        .flat_map(|layer| nearest::<1>(domain, layer, spots, REACH * goal.spacing_mm));
    let (sum, count) = far
        .fold((0.0, 0.0), |(sum, count), near| (sum + libm::pow(near.squared() * unit, SCORED), count + 1.0));
    libm::pow(sum / f64::max(count, 1.0), 0.5 / SCORED) * goal.spacing_mm
}

/// From each point to the weighted mean of its cell.
fn pulls(domain: &Domain, cover: &Cover, spots: &[Spot], goal: Goal) -> Vec<Vector3<f64>> {
    let count = spots.len();
    let places = places(spots);
    let unit = 1.0 / (goal.spacing_mm * goal.spacing_mm);
    let mut sums = vec![(Vector3::zeros(), 0.0); count];
    for layer in [&cover.inner, &cover.rim] {
        let nearest = nearest::<1>(domain, layer, spots, REACH * goal.spacing_mm);
        for (sample, near) in layer.samples.iter().zip(nearest) {
            let (squared, label) = (near.squared(), near.labels[0]);
            let own = label as usize % count;
            let place = if own == label as usize { sample.place() } else { mirrored(&sample.place()) };
            let weight = (0..POWER).fold(1.0, |product, _| product * squared * unit);
            sums[own].0 += (place - places[own]) * weight;
            sums[own].1 += weight;
        }
    }
    sums.into_iter().map(|(sum, weight)| if weight > 0.0 { sum / weight } else { sum }).collect()
}
