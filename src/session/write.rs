//! Writing a session as the file that reads as it again.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::marked::{Anchor, Marked, MarkedShape, PointName, PointVolume};
use super::{FORMAT, Layer, Session, Use, Vials};
use crate::body::{Chart, ChartPoint};
use crate::clock::Clock;
use crate::course::{Asked, Weekday};
use crate::plan::Pattern;
use crate::protocol::Minutes;
use crate::screening::Answers;
use crate::tray::{OnTray, Visit};
use crate::units::{LENGTH_DECIMALS, Microlitres, number};
use crate::zones::Side;

/// The text of a session file; see [`Session::written_out`].
pub(super) fn text(session: &Session) -> Result<String, toml::ser::Error> {
    toml::to_string(&File::of(session))
}

/// A session file or one of its layers, its keys in the order in which they are written.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct File<'a> {
    format: Option<&'static str>,
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    zones: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    skip: &'a [String],
    body: Option<&'a str>,
    protocol: Option<&'a str>,
    spacing: Option<String>,
    pattern: Option<Pattern>,
    #[serde(rename = "use")]
    used: Option<&'static str>,
    total: Option<String>,
    volume: Option<String>,
    periorbital_volume: Option<String>,
    syringe: Option<&'a str>,
    layers_apart: Option<String>,
    paper: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pages: Vec<&'static str>,
    reference: Option<&'a str>,
    previous: Option<&'a str>,
    interleave: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    volumes: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    measurements: BTreeMap<&'a str, String>,
    vials: Option<VialsTable>,
    #[serde(skip_serializing_if = "is_default")]
    product: ProductTable<'a>,
    #[serde(skip_serializing_if = "is_default")]
    visit: VisitTable,
    #[serde(skip_serializing_if = "is_default")]
    course: CourseTable<'a>,
    screening: Option<&'a Answers>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exclusion: Vec<ExclusionTable<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skip_point: Vec<PointTable<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    point_volume: Vec<PointTable<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    layer: Vec<File<'a>>,
}

impl<'a> File<'a> {
    fn of(session: &'a Session) -> Self {
        let volumes = session.volumes.iter();
        let measurements = session.measurements_mm.iter();
        let points = session.skip_points.iter();
        Self {
            format: Some(FORMAT),
            name: None,
            zones: &session.zones,
            skip: &session.skip,
            body: session.body.as_deref(),
            protocol: session.protocol.as_deref(),
            spacing: session.spacing_mm.map(length),
            pattern: session.pattern,
            used: session.used.map(Use::name),
            total: session.total.map(volume),
            volume: session.volume.map(volume),
            periorbital_volume: session.periorbital_volume.map(volume),
            syringe: session.syringe.as_deref(),
            layers_apart: session.layers_apart_mm.map(length),
            paper: session.paper.map(|paper| paper.to_string()),
            pages: session.pages.iter().map(|page| page.name()).collect(),
            reference: session.reference.as_deref(),
            previous: session.previous.as_deref(),
            interleave: session.interleave,
            volumes: volumes.map(|(zone, each)| (zone.as_str(), volume(*each))).collect(),
            measurements: measurements.map(|(id, mm)| (id.as_str(), length(*mm))).collect(),
            vials: session
                .vials
                .map(|Vials { volume: each, number }| VialsTable { volume: volume(each), number }),
            product: ProductTable::of(&session.product),
            visit: VisitTable::of(session.visit),
            course: CourseTable::of(&session.course),
            screening: session.screening.as_ref(),
            exclusion: session.marked.iter().map(ExclusionTable::of).collect(),
            skip_point: points.map(|point| PointTable::of(point, None)).collect(),
            point_volume: session.point_volumes.iter().map(PointTable::with_volume).collect(),
            layer: session.layers.iter().map(Self::of_layer).collect(),
        }
    }

    fn of_layer(layer: &'a Layer) -> Self {
        Self { format: None, name: Some(&layer.name), ..Self::of(&layer.asked) }
    }
}

#[derive(Serialize)]
struct VialsTable {
    volume: String,
    number: u32,
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ProductTable<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    volume: Option<String>,
    number: Option<u32>,
    concentration: Option<&'a str>,
    batch: Option<&'a str>,
    expiry: Option<String>,
    reconstituted: Option<Clock>,
    use_within: Option<String>,
}

impl<'a> ProductTable<'a> {
    fn of(product: &'a OnTray) -> Self {
        Self {
            id: product.id.as_deref(),
            name: product.name.as_deref(),
            volume: product.volume.map(volume),
            number: product.number,
            concentration: product.concentration.as_deref(),
            batch: product.batch.as_deref(),
            expiry: product.expiry.map(day),
            reconstituted: product.reconstituted,
            // A session gives one time, which stands for both ends.
            use_within: product.use_within.map(|window| minutes(window.least)),
        }
    }
}

#[derive(Default, PartialEq, Serialize)]
struct VisitTable {
    date: Option<String>,
    start: Option<Clock>,
    lasts: Option<String>,
}

impl VisitTable {
    fn of(visit: Visit) -> Self {
        Self { date: visit.date.map(day), start: visit.start, lasts: visit.lasts.map(minutes) }
    }
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
struct CourseTable<'a> {
    start: Option<String>,
    sessions: Option<u32>,
    maintenance: Option<u32>,
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    closed: Vec<Weekday>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    closed_on: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    moved: BTreeMap<String, String>,
}

impl<'a> CourseTable<'a> {
    fn of(asked: &'a Asked) -> Self {
        let weekdays = asked.closed.weekdays.iter();
        Self {
            start: asked.start.map(day),
            sessions: asked.sessions,
            maintenance: asked.maintenance,
            label: asked.label.as_deref(),
            closed: weekdays.copied().collect(),
            closed_on: asked.closed.dates.iter().copied().map(day).collect(),
            moved: asked.moved.iter().map(|(place, date)| (place.to_string(), day(*date))).collect(),
        }
    }
}

#[derive(Default, Serialize)]
struct ExclusionTable<'a> {
    name: &'a str,
    landmark: Option<&'a str>,
    side: Option<Side>,
    lateral: Option<String>,
    medial: Option<String>,
    above: Option<String>,
    below: Option<String>,
    chart: Option<Chart>,
    place: Option<[f64; 2]>,
    outline: Option<Vec<[f64; 2]>>,
    radius: Option<String>,
    margin: Option<String>,
}

impl<'a> ExclusionTable<'a> {
    fn of(marked: &'a Marked) -> Self {
        let table = Self { name: &marked.name, margin: marked.margin_mm.map(length), ..Self::default() };
        match &marked.shape {
            MarkedShape::Outline { chart, corners } => {
                Self { chart: Some(*chart), outline: Some(corners.iter().map(pair).collect()), ..table }
            }
            MarkedShape::Round { middle, radius_mm } => {
                Self { radius: Some(length(*radius_mm)), ..table }.around(middle)
            }
        }
    }

    fn around(self, middle: &'a Anchor) -> Self {
        match middle {
            Anchor::Chart(chart, at) => self.on(*chart, at),
            Anchor::Landmark { landmark, side, lateral_mm, up_mm } => {
                let [lateral, medial] = ways(*lateral_mm);
                let [above, below] = ways(*up_mm);
                Self { landmark: Some(landmark), side: Some(*side), lateral, medial, above, below, ..self }
            }
        }
    }

    fn on(self, chart: Chart, at: &ChartPoint) -> Self {
        Self { chart: Some(chart), place: Some(pair(at)), ..self }
    }
}

#[derive(Serialize)]
struct PointTable<'a> {
    zone: &'a str,
    row: usize,
    place: usize,
    at: Option<[f64; 2]>,
    layer: Option<&'a str>,
    volume: Option<String>,
}

impl<'a> PointTable<'a> {
    fn of(point: &'a PointName, volume: Option<String>) -> Self {
        let PointName { zone, row, place, at, layer } = point;
        Self { zone, row: *row, place: *place, at: at.as_ref().map(pair), layer: layer.as_deref(), volume }
    }

    fn with_volume(own: &'a PointVolume) -> Self {
        Self::of(&own.point, Some(volume(own.volume)))
    }
}

fn is_default<T: Default + PartialEq>(table: &T) -> bool {
    *table == T::default()
}

/// A way and its opposite: the one that is gone; neither where there is none.
fn ways(mm: f64) -> [Option<String>; 2] {
    [mm, -mm].map(|way| (way > 0.0).then(|| length(way)))
}

/// A length with as many decimals as are read.
fn length(mm: f64) -> String {
    format!("{} mm", number(mm, LENGTH_DECIMALS))
}

fn volume(volume: Microlitres) -> String {
    volume.to_string()
}

fn minutes(Minutes(minutes): Minutes) -> String {
    format!("{minutes} min")
}

fn day(date: Date) -> String {
    date.to_string()
}

fn pair(at: &ChartPoint) -> [f64; 2] {
    [at.x, at.y]
}
