//! The skin that is each point's own, and how its area changes as points move.
//!
//! A sample belongs to its nearest point; close to the border of two cells it belongs to both in part, so
//! that areas are finer than the samples and change smoothly.

use nalgebra::Vector3;

use super::cover::Layer;
use super::domain::{Domain, Spot, mirrored_vector};
use super::neighbours::places;
use super::tree::{NOBODY, Nearest};

/// How far from a border the part of the other point falls by a factor e, in pitches of the samples.
const BLURRED: f64 = 0.3;
/// Parts that change less are left out of the slopes, in mm2 per mm.
const LEAST_CHANGE: f64 = 1e-3;

/// The area of a point's own skin.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// By how much it is off the mean of all, as a part of that.
    pub(super) off: f64,
    /// What part of all points it stands for: a pair's cell is that of both.
    pub(super) share: f64,
    /// The points it changes with, each with the change of `off` per mm that it moves.
    pub(super) slopes: Vec<(usize, Vector3<f64>)>,
}

/// The coefficient of variation of the areas.
pub(super) fn spread(cells: &[Cell]) -> f64 {
    cells.iter().map(|cell| cell.share * cell.off * cell.off).sum::<f64>().sqrt()
}

/// The cells of all points. `nearest` are the points nearest to the samples, which are about `pitch_mm` apart,
/// and `lists` the labels of those near each spot.
pub(super) fn cells(
    domain: &Domain,
    (layer, pitch_mm): (&Layer, f64),
    spots: &[Spot],
    nearest: &[Nearest],
    lists: &[Vec<u32>],
) -> Vec<Cell> {
    let count = spots.len();
    let places = places(spots);
    let blurred_mm = BLURRED * pitch_mm;
    let mut cells = vec![Cell::default(); count];
    for (sample, near) in layer.samples.iter().zip(nearest).filter(|(_, near)| near.label != NOBODY) {
        let (area_mm2, place) = (sample.area_mm2, sample.place());
        let own = near.label as usize % count;
        // The list of a mirror image is the mirror image of the list.
        let image = |label: u32| if near.label as usize == own { label } else { imaged(label, count) };
        let others = lists[own].iter().map(|&label| image(label)).filter(|&label| label != near.label);
        let next = others.map(|label| ((places[label as usize] - place).norm_squared(), label));
        let next = next.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let Some((squared, label)) = next.filter(|(_, label)| *label as usize % count != own) else {
            cells[own].off += area_mm2;
            continue;
        };
        let apart_mm = (places[label as usize] - places[near.label as usize]).norm().max(f64::MIN_POSITIVE);
        let to_border_mm = (squared - near.squared).max(0.0) / (2.0 * apart_mm);
        let theirs = 1.0 / (1.0 + libm::exp(to_border_mm / blurred_mm));
        let other = label as usize % count;
        cells[own].off += area_mm2 * (1.0 - theirs);
        cells[other].off += area_mm2 * theirs;
        let change = area_mm2 * theirs * (1.0 - theirs) / blurred_mm;
        if change < LEAST_CHANGE {
            continue;
        }
        // The border comes as near as half of what either point moves along the line between them.
        let slope = |label: u32| {
            let by = (places[label as usize] - place) * (change / apart_mm);
            if (label as usize) < count { by } else { mirrored_vector(&by) }
        };
        let (gain, loss) = (slope(label), -slope(near.label));
        for (cell, sign) in [(own, 1.0), (other, -1.0)] {
            cells[cell].add(own, loss * sign);
            cells[cell].add(other, gain * sign);
        }
    }
    // Of a point on the midline the samples hold one half, of a pair's both points one half each.
    let halves = |spot: &Spot| if domain.half && !spot.on_midline() { 2.0 } else { 1.0 };
    let whole = |spot: &Spot| if domain.half && spot.on_midline() { 2.0 } else { 1.0 };
    let all: f64 = spots.iter().map(halves).sum();
    let areas = spots.iter().zip(&cells).map(|(spot, cell)| halves(spot) * whole(spot) * cell.off);
    let mean = (areas.sum::<f64>() / all).max(f64::MIN_POSITIVE);
    for (spot, cell) in spots.iter().zip(&mut cells) {
        let part = whole(spot) / mean;
        cell.off = cell.off * part - 1.0;
        cell.share = halves(spot) / all;
        cell.slopes.iter_mut().for_each(|(_, slope)| *slope *= part);
    }
    cells
}

/// The label of the mirror image.
fn imaged(label: u32, count: usize) -> u32 {
    let count = count as u32;
    if label < count { label + count } else { label - count }
}

impl Cell {
    fn add(&mut self, point: usize, by: Vector3<f64>) {
        match self.slopes.iter_mut().find(|(known, _)| *known == point) {
            Some((_, slope)) => *slope += by,
            None => self.slopes.push((point, by)),
        }
    }
}
