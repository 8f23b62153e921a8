//! The plans of the layers of one session.

use serde::{Deserialize, Serialize};

use super::{Finding, Plan};

/// The name and version of the JSON form of a session's layers.
pub const LAYERS_FORMAT: &str = "nappage-layers/1";

/// A session of several treatments that follow each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layered {
    /// Always [`LAYERS_FORMAT`].
    pub format: String,
    /// The distance that points of different layers keep, in mm on the skin; none where fewer than two have
    /// points and none was asked for.
    pub apart_mm: Option<f64>,
    /// The layers, in the order of work.
    pub layers: Vec<PlannedLayer>,
    /// The least distance between points of different layers, in mm; none where there is none to measure.
    pub min_between_mm: Option<f64>,
    /// What the clinician should know about the layers together.
    pub findings: Vec<Finding>,
}

/// One of the treatments of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedLayer {
    /// What the session calls it.
    pub name: String,
    /// Its plan.
    pub plan: Plan,
}

impl Layered {
    /// Every finding: those of the layers together, then each layer's own.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(self.layers.iter().flat_map(|layer| &layer.plan.findings))
    }
}
