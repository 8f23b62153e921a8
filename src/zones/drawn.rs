//! Zone files as they were drawn: steps of a walk, not yet resolved into outlines.

use crate::body::{Chart, ChartPoint};
use crate::document::Span;
use crate::zones::{Kind, Preset, Region, Status};

/// Everything drawn in some files. Of things with the same id the last one counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) zones: Vec<DrawnZone>,
    pub(crate) borders: Vec<DrawnBorder>,
    pub(crate) exclusions: Vec<DrawnExclusion>,
    pub(crate) presets: Vec<DrawnPreset>,
}

/// Which half of the body a shape is drawn on, and what that means for the other half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    /// Drawn on the left, mirrored into a second shape.
    Pair,
    /// An open chain on the left, closed by its own mirror image.
    Halved,
    /// Drawn whole.
    Whole,
}

/// Where something was drawn: the number of its file and the bytes in it.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) file: usize,
    pub(crate) span: Span,
}

/// A zone as drawn.
#[derive(Clone, Debug)]
pub(crate) struct DrawnZone {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) region: Region,
    pub(crate) kind: Kind,
    pub(crate) care: Vec<String>,
    pub(crate) drawn: String,
    pub(crate) source: Source,
    /// Nothing where the file is at fault; the fault is reported, the id is known all the same.
    pub(crate) shape: Option<DrawnShape>,
}

/// A closed shape as drawn.
#[derive(Clone, Debug)]
pub(crate) struct DrawnShape {
    pub(crate) chart: Chart,
    pub(crate) sides: Sides,
    pub(crate) outline: Walk,
    pub(crate) holes: Vec<Walk>,
}

/// A border as drawn.
#[derive(Clone, Debug)]
pub(crate) struct DrawnBorder {
    pub(crate) id: String,
    pub(crate) source: Source,
    pub(crate) line: Option<DrawnLine>,
}

/// The course of a border.
#[derive(Clone, Debug)]
pub(crate) struct DrawnLine {
    pub(crate) chart: Chart,
    pub(crate) course: Course,
    pub(crate) points: Vec<DrawnPoint>,
}

/// How drawn points are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// By a smooth curve.
    Smooth,
    /// By straight edges.
    Straight,
}

/// An exclusion as drawn.
#[derive(Clone, Debug)]
pub(crate) struct DrawnExclusion {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) margin_mm: f64,
    pub(crate) status: Status,
    pub(crate) source: Source,
    pub(crate) shape: Option<(Extent, DrawnShape)>,
}

/// Whether an exclusion covers an area or is a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Area,
    Line,
}

/// A preset as drawn up, with where each of its zones is named.
#[derive(Clone, Debug)]
pub(crate) struct DrawnPreset {
    pub(crate) preset: Preset,
    pub(crate) spans: Vec<Span>,
    pub(crate) source: Source,
}

/// A place with its bytes in the file.
#[derive(Clone, Debug)]
pub(crate) struct DrawnPoint {
    pub(crate) at: ChartPoint,
    pub(crate) span: Span,
}

/// An ordered walk around a shape or along a line.
pub(crate) type Walk = Vec<Step>;

/// One step of a walk.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) form: StepForm,
    pub(crate) span: Span,
}

/// What a step of a walk is.
#[derive(Clone, Debug)]
pub(crate) enum StepForm {
    /// A corner.
    Corner(ChartPoint),
    /// A whole border.
    Border(String),
    /// The part of a border between two of its drawn points.
    Part { border: String, from: DrawnPoint, to: DrawnPoint },
    /// A smooth curve.
    Curve(Vec<DrawnPoint>),
}

impl Drawn {
    /// Adds what another file draws; what has a known id replaces it in place.
    pub(crate) fn add(&mut self, other: Self) {
        replace(&mut self.zones, other.zones, |zone| &zone.id);
        replace(&mut self.borders, other.borders, |border| &border.id);
        replace(&mut self.exclusions, other.exclusions, |exclusion| &exclusion.id);
        replace(&mut self.presets, other.presets, |preset| &preset.preset.id);
    }

    /// Everything that has an id: what it is, the id, and where it is drawn.
    pub(crate) fn named(&self) -> Vec<(&'static str, &str, &Source)> {
        let zones = self.zones.iter().map(|zone| ("zone", zone.id.as_str(), &zone.source));
        let borders = self.borders.iter().map(|border| ("border", border.id.as_str(), &border.source));
        let exclusions = self.exclusions.iter().map(|e| ("exclusion", e.id.as_str(), &e.source));
        let presets = self.presets.iter().map(|p| ("preset", p.preset.id.as_str(), &p.source));
        zones.chain(borders).chain(exclusions).chain(presets).collect()
    }
}

fn replace<T>(list: &mut Vec<T>, others: Vec<T>, id: impl Fn(&T) -> &str) {
    for other in others {
        match list.iter_mut().find(|known| id(known) == id(&other)) {
            Some(known) => *known = other,
            None => list.push(other),
        }
    }
}
