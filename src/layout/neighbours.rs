//! The points of a layout with their mirror images, each known by its label.

use crate::body::Place;

use super::domain::{Domain, Spot, mirrored};
use super::near::Near;

/// The places of a layout, with the mirror images that close a half layout, found by nearness.
///
/// Label `i < count` is spot `i`; label `count + i` its mirror image.
pub(super) struct Neighbourhood {
    pub(super) near: Near,
    pub(super) count: usize,
    /// By label.
    pub(super) places: Vec<Place>,
}

impl Neighbourhood {
    pub(super) fn new(domain: &Domain, spots: &[Spot], cell_mm: f64) -> Self {
        let (labels, known): (Vec<u32>, Vec<Place>) = labelled(domain, spots).unzip();
        Self { near: Near::new(&known, &labels, cell_mm), count: spots.len(), places: places(spots) }
    }

    /// Lists for each spot the labels of those within a reach in mm, in their order.
    pub(super) fn list(&self, reach: f64, lists: &mut Vec<Vec<u32>>) {
        lists.resize(self.count, Vec::new());
        for (list, place) in lists.iter_mut().zip(&self.places) {
            list.clear();
            self.near.within(place, reach, |label, _| list.push(label));
            list.sort_unstable();
        }
    }
}

/// The labels of a layout with their places.
pub(super) fn labelled<'a>(domain: &Domain, spots: &'a [Spot]) -> impl Iterator<Item = (u32, Place)> + 'a {
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
