//! The atlas: zones, exclusions and presets.
//!
//! Zones are polygons on a [`Chart`]; paired zones are drawn once, on the patient's left, and
//! mirrored. The built-in atlas and its provenance are in `face_zones/`.
//!
//! A zone file (`nappage-zone/1`) is read in three steps: its tables into what they draw, the drawn
//! walks into rings with every border sampled once, and the rings held against their neighbours.
//! Each step notes every fault it finds and goes on.

mod curve;
mod drawn;
mod overlap;
mod read;
mod resolve;
mod ring;
mod sources;
#[cfg(test)]
mod tests;
mod walk;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::body::{Chart, ChartPoint};
use crate::document::quoted;
use crate::fault::{Fault, nearest_name};
use crate::geometry::Polygon;
use crate::said::{Said, Say};

pub(crate) use read::FORMAT;
pub(crate) use sources::Sources;

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

impl Say for Status {
    fn say(&self) -> Said {
        match self {
            Self::Published => said!("published"),
            Self::Derived => said!("derived"),
            Self::ClinicSet => said!("clinic-set"),
        }
    }
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

impl Atlas {
    /// The zones of that name: a zone's id, the base id of a pair for both its sides, or a preset.
    /// Empty for an unknown name. Where a preset bears a zone's id, the preset counts.
    pub fn named(&self, name: &str) -> Vec<&Zone> {
        let preset = self.presets.iter().find(|preset| preset.id == name);
        let bears = |zone: &Zone, name: &str| zone.id == name || zone.base == name;
        self.zones
            .iter()
            .filter(|zone| match preset {
                Some(preset) => preset.zones.iter().any(|name| bears(zone, name)),
                None => bears(zone, name),
            })
            .collect()
    }

    /// The zones of all those names, each once, in the order of the atlas.
    ///
    /// # Errors
    /// When a name is unknown; the hint is the nearest known one.
    pub fn select(&self, names: &[String]) -> Result<Vec<Zone>, Fault> {
        let mut chosen = Vec::new();
        for name in names {
            let zones = self.named(name);
            if zones.is_empty() {
                return Err(self.unknown(name));
            }
            chosen.extend(zones.into_iter().map(|zone| zone.id.as_str()));
        }
        Ok(self.zones.iter().filter(|zone| chosen.contains(&zone.id.as_str())).cloned().collect())
    }

    fn unknown(&self, name: &str) -> Fault {
        let base = name.strip_suffix("-left").or_else(|| name.strip_suffix("-right"));
        if let Some(zone) = base.and_then(|base| self.zones.iter().find(|zone| zone.id == base)) {
            let hint = said!("'{zone}' has no sides: name it whole", zone = zone.id);
            return Fault::new("zone", "is not known").value(quoted(name)).hint(hint);
        }
        let presets = self.presets.iter().map(|preset| preset.id.as_str());
        let zones = self.zones.iter().flat_map(|zone| [zone.base.as_str(), zone.id.as_str()]);
        let hint = nearest_name(name, presets.chain(zones))
            .map_or(said!("`nappage zones list` shows all"), |near| said!("did you mean '{near}'?", near));
        Fault::new("zone", "is not known").value(quoted(name)).hint(hint)
    }
}
