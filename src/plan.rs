//! The finished plan: plain values, serialisable, read by the sheets and by outside programs.
//!
//! The JSON form (`nappage-plan/1`) keeps its keys; additions are allowed.

mod layered;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::body::Chart;
use crate::clock::Clock;
use crate::product::Form;
use crate::said::Said;
use crate::units::Microlitres;
use crate::zones::{Kind, Region, Side};

pub use layered::{LAYERS_FORMAT, Layered, PlannedLayer};

/// The name and version of the JSON form.
pub const FORMAT: &str = "nappage-plan/1";

/// What a table says in place of one volume where a zone's points get several.
pub const MIXED: &str = "mixed";

/// A whole planned session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Always [`FORMAT`].
    pub format: String,
    /// The version of the program that made the plan.
    pub version: String,
    /// The first 12 hex digits of the SHA-256 of everything that went into the plan.
    pub input_hash: String,
    /// Whether its points would settle further: it was wanted at once, to be looked at and not to be worked from.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
    /// The protocol that set the limits.
    pub protocol: Named,
    /// The body the points lie on.
    pub body: BodyUsed,
    /// The spacing that was laid out, in mm on the skin.
    pub spacing_mm: f64,
    /// How the points are arranged.
    pub pattern: Pattern,
    /// Why this spacing and these volumes, in one line.
    pub reason: Said,
    /// The syringe the volumes are set on.
    pub syringe: Syringe,
    /// The zones treated, in the atlas's order.
    pub zones: Vec<PlannedZone>,
    /// The points in the order of work: rows top to bottom, each from the patient's right to left.
    pub points: Vec<PlannedPoint>,
    /// Sums over the points.
    pub totals: Totals,
    /// The measures of the layout over the whole map.
    pub quality: Quality,
    /// The session's volume limits.
    pub budget: Budget,
    /// The fillings of the syringe, in the order of work.
    #[serde(default)]
    pub fillings: Vec<PlannedFilling>,
    /// What is on the tray, and what the plan takes of it.
    #[serde(default)]
    pub tray: Tray,
    /// Lesions and other areas marked on the skin, which are not treated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marked: Vec<MarkedArea>,
    /// Zones that were chosen with others and then left out, which are not treated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Named>,
    /// The points of the session before, where it was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub last_time: Vec<LastPoint>,
    /// How the product is put onto the skin, where it is not given point by point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topical: Option<Topical>,
    /// Everything the clinician should know before the session.
    pub findings: Vec<Finding>,
}

/// A product that is put onto the skin: the plan has no points then, and its zones share the volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Topical {
    /// The protocol's volume over the full face.
    pub full_face_ul: Microlitres,
    /// Treated skin of the full face on the same body, in cm2.
    pub full_face_cm2: f64,
    /// How sure that volume is, and by whom: `about, published, celmade-2026`. What is scaled by area is derived.
    pub standing: String,
    /// Fillings of the syringe.
    pub fillings: u64,
    /// How it is applied, where the protocol says.
    pub how: Option<String>,
}

/// A point of the session before, on the skin of this one's body.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastPoint {
    /// The chart of its coordinates.
    pub chart: Chart,
    /// Its chart coordinates.
    pub at: [f64; 2],
    /// Its place on the body, in mm.
    pub skin_mm: [f64; 3],
}

/// An area marked on the skin, which is not treated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkedArea {
    /// What it is called.
    pub name: String,
    /// The chart of its coordinates.
    pub chart: Chart,
    /// Its outline in chart coordinates, a ring whose last point joins its first.
    pub outline: Vec<[f64; 2]>,
    /// The distance points keep from it, in mm on the skin.
    pub margin_mm: f64,
}

/// An id with its readable name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The id used in files and on the command line.
    pub id: String,
    /// The name used on sheets.
    pub name: String,
}

/// The body of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BodyUsed {
    /// The id of the body.
    pub id: String,
    /// Measurements the body was scaled to, in mm; empty for a reference body.
    pub measurements_mm: BTreeMap<String, f64>,
}

/// How the points are arranged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// Gently curved rows a hand can follow.
    #[default]
    Rows,
    /// Free positions, for the best cover.
    Even,
}

/// The syringe volumes are set on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Syringe {
    /// The id used in session files.
    pub id: String,
    /// The name used on sheets.
    pub name: String,
    /// The smallest step that can be set.
    pub graduation_ul: Microlitres,
    /// What one filling holds.
    pub capacity_ul: Microlitres,
    /// What stays behind in each, at most.
    pub dead_space_ul: Microlitres,
}

/// One treated zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedZone {
    /// The id, with the side for one of a pair: `temple-left`.
    pub id: String,
    /// The name used on sheets.
    pub name: String,
    /// The part of the body it belongs to.
    pub region: Region,
    /// The patient's side.
    pub side: Side,
    /// What limits it falls under.
    pub kind: Kind,
    /// The chart its coordinates are in.
    pub chart: Chart,
    /// The drawn outline in chart coordinates, a ring whose last point joins its first.
    pub outline: Vec<[f64; 2]>,
    /// Holes of the drawn outline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holes: Vec<Vec<[f64; 2]>>,
    /// What is left once margins and exclusions are taken off.
    pub treated: Vec<TreatedPiece>,
    /// Skin area of `treated`, in cm2.
    pub area_cm2: f64,
    /// Number of points.
    pub points: usize,
    /// Volume of all its points.
    pub volume_ul: Microlitres,
    /// Volume of each of its points but those that were given one of their own.
    pub per_point_ul: Microlitres,
    /// Volume per area of treated skin, in microlitres per cm2.
    pub ul_per_cm2: f64,
    /// Least distance from one of its points to any other point of the map, in mm.
    pub min_spacing_mm: Option<f64>,
    /// Greatest distance from a treated place of the zone to the nearest point, in mm.
    pub gap_mm: Option<f64>,
    /// The gap over that of a perfect hexagonal cover with as many points on the same area.
    pub q: Option<f64>,
    /// What to take care of here, from the safety literature.
    pub care: Vec<String>,
}

impl PlannedZone {
    /// The volume of each of its points; `None` where single ones were given others.
    pub fn each_ul(&self) -> Option<Microlitres> {
        (self.per_point_ul * self.points as u64 == self.volume_ul).then_some(self.per_point_ul)
    }
}

/// A connected piece of treated skin in chart coordinates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreatedPiece {
    /// The outer ring.
    pub outline: Vec<[f64; 2]>,
    /// The holes in it.
    pub holes: Vec<Vec<[f64; 2]>>,
}

/// One papule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedPoint {
    /// From 1, in the order of work.
    pub number: usize,
    /// The id of its zone.
    pub zone: String,
    /// From 1, top to bottom.
    pub row: usize,
    /// Its chart coordinates.
    pub chart: [f64; 2],
    /// Its place on the body, in mm.
    pub skin_mm: [f64; 3],
    /// Its volume.
    pub volume_ul: Microlitres,
}

/// Sums over the points of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Number of points.
    pub points: usize,
    /// Volume of all points.
    pub volume_ul: Microlitres,
    /// Volume by region.
    pub by_region: BTreeMap<Region, Microlitres>,
}

/// Measures of a layout. `None` where too few points leave nothing to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Treated skin, in cm2.
    pub area_cm2: f64,
    /// Least distance between two points, in mm.
    pub min_spacing_mm: Option<f64>,
    /// Greatest distance from a point to its nearest neighbour, in mm.
    pub max_neighbour_mm: Option<f64>,
    /// Covering radius: greatest distance from a treated place to its nearest point, in mm.
    pub gap_mm: Option<f64>,
    /// `gap_mm` over that of a perfect hexagonal cover, `sqrt(2A / (3 sqrt(3) N))`.
    pub q: Option<f64>,
    /// Coefficient of variation of each point's own area of skin: how evenly the dose is spread.
    pub area_spread: Option<f64>,
    /// Greatest distance of a point from the line between its neighbours in its row, along the skin, in
    /// mm: how straight a hand is led. `None` for points that are not laid in rows.
    #[serde(default)]
    pub row_sway_mm: Option<f64>,
}

/// The session's volume limits. `None` where the protocol's source bounds no total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Least total.
    pub min_ul: Option<Microlitres>,
    /// Greatest total.
    pub max_ul: Option<Microlitres>,
    /// The total asked for or chosen.
    pub target_ul: Option<Microlitres>,
    /// What the vials on the tray hold, where it was said.
    pub vials_ul: Option<Microlitres>,
}

/// What is on the tray, and what the plan takes of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tray {
    /// The product, where one was named.
    pub product: Option<TrayProduct>,
    /// What stays behind in syringes and needles, at most.
    pub losses_ul: Microlitres,
    /// What is drawn up: the doses and the losses.
    pub needed_ul: Microlitres,
    /// What the vials hold, where it was said.
    pub held_ul: Option<Microlitres>,
    /// What is left of that, where it is enough.
    pub left_ul: Option<Microlitres>,
    /// How many minutes the product may be used once made up, from the shorter to the longer, where the session
    /// says it itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_within_min: Option<[u32; 2]>,
    /// Times of the day.
    pub times: Times,
}

/// The product of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrayProduct {
    /// The id in the library; none for one that the session alone describes.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// How it comes, where that is known.
    pub form: Option<Form>,
    /// How strong it is, in the maker's words.
    pub concentration: Option<String>,
    /// The batch.
    pub batch: Option<String>,
    /// The last day on which it may be used.
    pub expiry: Option<Date>,
}

/// The times of a session's day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// The day.
    pub date: Option<Date>,
    /// The first point.
    pub start: Option<Clock>,
    /// The last point.
    pub end: Option<Clock>,
    /// When the anaesthetic is put on: not before, and not after.
    pub anaesthetic: Option<[Clock; 2]>,
    /// When the product is made up.
    pub reconstituted: Option<Clock>,
    /// Until when it may surely be used: the shorter end of its window.
    pub use_by: Option<Clock>,
    /// Until when it may be used at the latest: the longer end.
    pub use_by_latest: Option<Clock>,
}

/// One filling of a syringe, as a plan holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFilling {
    /// From 1, in the order of work.
    pub number: usize,
    /// Number of points given from it.
    pub points: usize,
    /// The numbers of its first and last point.
    pub from_to: [usize; 2],
    /// The rows of these.
    pub rows: [usize; 2],
    /// The ids of the zones it serves, in the order of work.
    pub zones: Vec<String>,
    /// The dose: what is given from it, and the mark it is filled to.
    pub given_ul: Microlitres,
    /// What stays behind in it, at most.
    pub loss_ul: Microlitres,
    /// What it takes from the vial.
    pub drawn_ul: Microlitres,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The plan breaks a limit; exit code 1.
    Error,
    /// The clinician should decide.
    Warning,
    /// Worth knowing.
    Note,
}

/// Something the clinician should know about a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// A stable name, such as `over-budget`.
    pub code: String,
    /// What was found, the figure, and the remedy.
    pub message: Said,
    /// The id of the zone it is about.
    pub zone: Option<String>,
}

impl Finding {
    /// A finding about the whole plan.
    pub fn new(severity: Severity, code: &str, message: impl Into<Said>) -> Self {
        Self { severity, code: code.to_owned(), message: message.into(), zone: None }
    }

    /// The same, about the zone of this id and name where there is one; its message begins with the name.
    pub(crate) fn named(self, zone: Option<(&str, &str)>) -> Self {
        let Some((id, name)) = zone else { return self };
        Self { message: said!("{name}: {message}", name, message = self.message), ..self }.in_zone(id)
    }

    /// The same, about one zone.
    #[must_use]
    pub fn in_zone(mut self, zone: impl Into<String>) -> Self {
        self.zone = Some(zone.into());
        self
    }
}
