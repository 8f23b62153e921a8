//! Points on the treated skin.

use crate::body::{Chart, ChartPoint, Place};
use crate::plan::{Finding, Pattern, Quality};
use crate::treated::Treated;

/// The limits a layout keeps, in mm on the skin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpacingLimits {
    /// No two points are closer.
    pub least_mm: f64,
    /// No nearest neighbour is farther.
    pub greatest_mm: f64,
}

/// A point laid on the skin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaidPoint {
    /// Index of its zone in [`Treated::zones`].
    pub zone: usize,
    /// Its row, from 1 at the top.
    pub row: usize,
    /// The chart of its coordinates.
    pub chart: Chart,
    /// Its chart coordinates.
    pub at: ChartPoint,
    /// Its place on the body.
    pub place: Place,
}

/// A finished layout, in the order of work.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The spacing that was asked for, in mm.
    pub spacing_mm: f64,
    /// The points: rows top to bottom, each from the patient's right to left.
    pub points: Vec<LaidPoint>,
    /// Measures over the whole map.
    pub quality: Quality,
    /// Measures of each zone, in the order of [`Treated::zones`].
    pub zone_quality: Vec<Quality>,
    /// What could not be met, and zones too small to hold points.
    pub findings: Vec<Finding>,
}

/// Lays points out over the treated skin at `spacing_mm`.
pub fn lay_out(treated: &Treated, spacing_mm: f64, limits: SpacingLimits, pattern: Pattern) -> Layout {
    let _ = (treated, limits, pattern);
    Layout {
        spacing_mm,
        points: Vec::new(),
        quality: Quality::default(),
        zone_quality: Vec::new(),
        findings: Vec::new(),
    }
}
