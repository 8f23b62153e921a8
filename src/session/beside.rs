//! The points of layers that are planned already, off which those of the next one keep.

use crate::body::Place;
use crate::dose::Around;
use crate::layout::{Ground, Layout};
use crate::plan::{Pattern, Plan};

/// Points of other layers of the session.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    places: Vec<Place>,
    /// The narrowest spacing among them, in mm.
    spacing_mm: Option<f64>,
    apart_mm: f64,
}

impl Beside {
    /// No points yet; those to come are kept so far off, in mm.
    pub(super) fn kept_off(apart_mm: f64) -> Self {
        Self { apart_mm, ..Self::default() }
    }

    /// Adds the points of a layer.
    pub(super) fn add(&mut self, plan: &Plan) {
        if plan.points.is_empty() {
            return;
        }
        self.places.extend(plan.points.iter().map(|point| Place::from(point.skin_mm)));
        let narrowest = self.spacing_mm.map_or(plan.spacing_mm, |mm| mm.min(plan.spacing_mm));
        self.spacing_mm = Some(narrowest);
    }

    /// What points that are still to be laid out have around them.
    pub(super) fn around(&self) -> Around {
        if self.places.is_empty() { Around::Nothing } else { Around::Layers }
    }

    /// Their places on the body.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.places.iter().copied()
    }

    /// The narrowest spacing among them, where there are any, in mm.
    pub(super) fn spacing_mm(&self) -> Option<f64> {
        self.spacing_mm
    }

    /// A finished layout of a ground with the points that are too close to these moved off them.
    pub(super) fn parted(&self, ground: &Ground, layout: Layout, pattern: Pattern) -> Layout {
        if self.places.is_empty() {
            return layout;
        }
        ground.part(&layout, &self.places, self.apart_mm, pattern)
    }
}
