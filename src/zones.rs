//! The atlas: zones, exclusions and presets.
//!
//! Zones are polygons on a [`Chart`]; paired zones are drawn once, on the patient's left, and
//! mirrored. The built-in atlas and its provenance are in `face_zones/`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::body::{Chart, ChartPoint};
use crate::geometry::Polygon;

/// A part of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// The face.
    Face,
    /// The neck, submental included.
    Neck,
    /// The upper chest.
    Chest,
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Face => "face",
            Self::Neck => "neck",
            Self::Chest => "chest",
        })
    }
}

/// The patient's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Across the midline.
    Midline,
    /// The patient's left.
    Left,
    /// The patient's right.
    Right,
}

/// What limits a zone falls under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The protocol's limits for face, neck and decolletage.
    Standard,
    /// The protocol's limits around the eyes.
    Periorbital,
}

/// An area to be treated, drawn on a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// The id, with the side for one of a pair: `temple-left`.
    pub id: String,
    /// The id it was drawn under: `temple`.
    pub base: String,
    /// The name used on sheets: `Temple, left`.
    pub name: String,
    /// The part of the body it belongs to.
    pub region: Region,
    /// The patient's side.
    pub side: Side,
    /// What limits it falls under.
    pub kind: Kind,
    /// The chart it is drawn on.
    pub chart: Chart,
    /// The drawn outline and its holes, curves already resolved into short straight edges.
    pub shape: Polygon,
    /// What to take care of here, from the safety literature.
    pub care: Vec<String>,
    /// How it was drawn.
    pub drawn: String,
}

/// What is never treated, with the margin points keep from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclusion {
    /// The id, with the side for one of a pair: `lid-aperture-left`.
    pub id: String,
    /// The name used on sheets.
    pub name: String,
    /// The chart it is drawn on.
    pub chart: Chart,
    /// The area or the line.
    pub shape: ExclusionShape,
    /// The distance every point keeps from it, in mm on the skin.
    pub margin_mm: f64,
    /// Whether the margin is published, derived or clinic-set.
    pub status: Status,
}

/// The shape of an exclusion.
#[derive(Clone, Debug, PartialEq)]
pub enum ExclusionShape {
    /// An area, such as the lid aperture.
    Area(Polygon),
    /// A line, such as the hairline: at least two places.
    Line(Vec<ChartPoint>),
}

/// How sure a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A source states it.
    Published,
    /// Computed from published figures.
    Derived,
    /// No source was found: an editable default.
    ClinicSet,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Published => "published",
            Self::Derived => "derived",
            Self::ClinicSet => "clinic-set",
        })
    }
}

/// A named selection of zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The id used on the command line.
    pub id: String,
    /// The name used on sheets.
    pub name: String,
    /// Base ids of its zones.
    pub zones: Vec<String>,
}

/// All zones, exclusions and presets there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Atlas {
    /// The zones, pairs resolved: right then left, in the order of the files.
    pub zones: Vec<Zone>,
    /// The exclusions, pairs resolved.
    pub exclusions: Vec<Exclusion>,
    /// The presets.
    pub presets: Vec<Preset>,
}
