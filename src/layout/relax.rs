//! Moves points so that no skin is far from one.
//!
//! The step is that of the p-centre problem, softened: a point goes to the mean of its own cell of
//! skin, weighted by a high power of the distance. Lloyd's plain mean evens out areas and leaves the
//! greatest gap larger; the middle of the smallest ball around the cell sees only the few farthest
//! places and stalls. After each step points are pushed back to the least distance and into the
//! domain; the best feasible layout is kept.

use nalgebra::{Point2, Vector3};

use crate::body::Place;

use super::SpacingLimits;
use super::bounds::{Breaches, breaches, hold, keep_side};
use super::cells::Cover;
use super::domain::{Domain, Spot};
use super::rows::Rows;

/// What a relaxation keeps to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) spacing_mm: f64,
    pub(super) limits: SpacingLimits,
    /// The power of the distance whose mean over a cell a point lessens; even, 4 at least.
    pub(super) power: u32,
    /// How much of the way to its cell's centre a point goes in a step.
    pub(super) stride: f64,
    pub(super) steps: usize,
}

/// Moves the points, and leaves the layout that keeps the limits best, of those the one of least gap
/// over the samples.
pub(super) fn relax(domain: &Domain, cover: &mut Cover, spots: &mut Vec<Spot>, rows: &Rows, terms: Terms) {
    hold(domain, spots, terms.limits);
    let mut best: Option<(Breaches, f64, Vec<Spot>)> = None;
    for step in 0..=terms.steps {
        let cells = cover.cells(domain, spots, terms.spacing_mm);
        // A lesser gap is worth a look only while the limits are kept no worse.
        if best.as_ref().is_none_or(|(worst, gap, _)| cells.gap_mm < *gap || *worst > Breaches::NONE) {
            let now = breaches(domain, spots, terms.limits);
            if best.as_ref().is_none_or(|(worst, gap, _)| (now, cells.gap_mm) < (*worst, *gap)) {
                best = Some((now, cells.gap_mm, spots.clone()));
            }
        }
        if step == terms.steps {
            break;
        }
        let mut moved: Vec<Point2<f64>> =
            spots.iter().enumerate().map(|(i, spot)| towards_centre(spot, cells.members(i), terms)).collect();
        rows.straighten(spots, &mut moved);
        for (spot, at) in spots.iter_mut().zip(moved) {
            if let Some(at) = domain.nearest_inside(spot.chart, keep_side(domain, spot, at)) {
                *spot = domain.spot(spot.chart, at);
            }
        }
        hold(domain, spots, terms.limits);
    }
    if let Some((_, _, best)) = best {
        *spots = best;
    }
}

/// The mean of a point's skin, weighted by a power of its distance.
fn towards_centre(spot: &Spot, members: &[Place], terms: Terms) -> Point2<f64> {
    let (mut sum, mut weight) = (Vector3::zeros(), 0.0);
    let unit = 1.0 / (terms.spacing_mm * terms.spacing_mm);
    for member in members {
        let away = member - spot.place();
        let pull = power(away.norm_squared() * unit, terms.power / 2 - 1);
        sum += away * pull;
        weight += pull;
    }
    if weight <= 0.0 {
        return spot.at;
    }
    let step = sum * (terms.stride / weight);
    let longest = terms.spacing_mm / 2.0;
    let step = if step.norm() > longest { step * (longest / step.norm()) } else { step };
    spot.at + spot.frame.chart_step(&step)
}

/// A whole power by multiplication alone, the same on every machine.
pub(super) fn power(base: f64, exponent: u32) -> f64 {
    let (mut result, mut square, mut left) = (1.0, base, exponent);
    while left > 0 {
        if left % 2 == 1 {
            result *= square;
        }
        square *= square;
        left /= 2;
    }
    result
}
