//! Which points are nearest to each sample of the skin.
//!
//! The search goes out from the points: samples stay where they are, sorted into cubes once for all, and
//! each point makes itself known to those within its reach. Nothing has to be kept up to date while a
//! layout settles.

use crate::body::Place;

use super::cover::Layer;
use super::domain::{Domain, Spot, mirrored};
use super::near::Near;

/// The places of a layout, with the mirror images that close a half layout, found by nearness.
///
/// Label `i < count` is spot `i`; label `count + i` its mirror image.
pub(super) struct Neighbourhood {
    pub(super) near: Near,
    pub(super) count: usize,
}

impl Neighbourhood {
    pub(super) fn new(domain: &Domain, spots: &[Spot], cell_mm: f64) -> Self {
        let (labels, places): (Vec<u32>, Vec<Place>) = labelled(domain, spots).unzip();
        Self { near: Near::new(&places, &labels, cell_mm), count: spots.len() }
    }
}

/// The labels of a layout with their places.
fn labelled<'a>(domain: &Domain, spots: &'a [Spot]) -> impl Iterator<Item = (u32, Place)> + 'a {
    let own = (0_u32..).zip(spots).map(|(label, spot)| (label, spot.place()));
    let count = spots.len() as u32;
    let imaged = if domain.half { spots } else { &[] };
    let paired = (count..).zip(imaged).filter(|(_, spot)| !spot.on_midline());
    own.chain(paired.map(|(label, spot)| (label, mirrored(&spot.place()))))
}

/// The places of all labels: the spots, then their mirror images.
pub(super) fn places(spots: &[Spot]) -> Vec<Place> {
    let own = spots.iter().map(Spot::place);
    own.chain(spots.iter().map(|spot| mirrored(&spot.place()))).collect()
}

/// The label of nobody.
pub(super) const NOBODY: u32 = u32::MAX;

/// The `K` points nearest to a place, nearest first; of equally near ones the lower label first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nearest<const K: usize> {
    pub(super) squares: [f64; K],
    /// [`NOBODY`] where there are fewer.
    pub(super) labels: [u32; K],
}

impl<const K: usize> Nearest<K> {
    pub(super) const NONE: Self = Self { squares: [f64::INFINITY; K], labels: [NOBODY; K] };

    /// Squared distance to the nearest.
    pub(super) fn squared(&self) -> f64 {
        self.squares[0]
    }

    /// Takes in a point; labels come in order.
    pub(super) fn take(&mut self, label: u32, squared: f64) {
        let mut k = K;
        while k > 0 && squared < self.squares[k - 1] {
            k -= 1;
            if k + 1 < K {
                (self.squares[k + 1], self.labels[k + 1]) = (self.squares[k], self.labels[k]);
            }
        }
        if k < K {
            (self.squares[k], self.labels[k]) = (squared, label);
        }
    }
}

/// The points near each sample of a layer: the nearest always, others as far as `reach_mm`.
pub(super) fn nearest<const K: usize>(
    domain: &Domain,
    layer: &Layer,
    spots: &[Spot],
    reach_mm: f64,
) -> Vec<Nearest<K>> {
    let mut all = vec![Nearest::NONE; layer.samples.len()];
    // No sample of a half domain lies beyond the midline.
    let reaches = |place: &Place| !domain.half || place.x > -reach_mm;
    for (label, place) in labelled(domain, spots).filter(|(_, place)| reaches(place)) {
        layer.near.within(&place, reach_mm, |sample, squared| all[sample as usize].take(label, squared));
    }
    if all.iter().any(|near| near.labels[0] == NOBODY) && !spots.is_empty() {
        let around = Neighbourhood::new(domain, spots, reach_mm);
        for (near, sample) in all.iter_mut().zip(&layer.samples).filter(|(n, _)| n.labels[0] == NOBODY) {
            *near = nearest_to(&around, &sample.place());
        }
    }
    all
}

/// The points nearest to a place, however far.
pub(super) fn nearest_to<const K: usize>(around: &Neighbourhood, place: &Place) -> Nearest<K> {
    let mut near = Nearest::NONE;
    let Some((label, squared)) = around.near.nearest(place, None) else { return near };
    if K == 1 {
        near.take(label, squared);
        return near;
    }
    let mut found = Vec::new();
    // As far again as the nearest, and a little: enough for all that may bound a hole here.
    around.near.within(place, 2.0 * squared.sqrt() + 1.0, |label, squared| found.push((label, squared)));
    found.sort_unstable_by_key(|(label, _)| *label);
    for (label, squared) in found {
        near.take(label, squared);
    }
    near
}
