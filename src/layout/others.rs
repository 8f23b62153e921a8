//! The points of another layout on the same skin.

use crate::body::Place;

use super::domain::{Domain, mirrored};
use super::near::Near;

/// Points of another layout, with their mirror images where half of the skin is laid out.
pub(super) struct Others {
    places: Vec<Place>,
    near: Near,
}

impl Others {
    /// The points at `places`, to be searched within about `reach_mm`.
    pub(super) fn new(domain: &Domain, places: &[Place], reach_mm: f64) -> Self {
        let images = places.iter().filter(|_| domain.half).map(mirrored);
        let places: Vec<Place> = places.iter().copied().chain(images).collect();
        let labels: Vec<u32> = (0..places.len() as u32).collect();
        Self { near: Near::new(&places, &labels, reach_mm), places }
    }

    /// The nearest of them to a place with its distance, in mm.
    pub(super) fn nearest(&self, place: &Place) -> Option<(Place, f64)> {
        let (label, squared) = self.near.nearest(place, None)?;
        Some((*self.places.get(label as usize)?, squared.sqrt()))
    }
}
