//! What is left of the chosen zones once margins and exclusions are taken off.
//!
//! A place is treated when it lies in a chosen zone and keeps, in a straight line through space (which
//! never exceeds the distance on the skin),
//! - every exclusion's own margin,
//! - half the protocol's least spacing from borders to skin that is not treated, so that the
//!   neighbour can be treated another day,
//! - nothing from a border shared by two chosen zones: the seam is laid out as one. Zones of two
//!   charts share a border where they run within [`CHART_SEAM_MM`] of each other,
//! - nothing but the exclusion's margin from a border that runs along an exclusion and has no zone
//!   of the atlas behind it.

mod barrier;
mod contour;

use std::collections::{BTreeSet, HashSet};

use geo::BooleanOps;
use nalgebra::{Point2, Vector2};

use crate::body::{Body, Chart, ChartPoint, Place, Skin};
use crate::fault::Fault;
use crate::geometry::{Polygon, bounds, ring_edges};
use crate::zones::{Atlas, Exclusion, ExclusionShape, Zone};
use barrier::{Barriers, Segment};
use contour::{Field, Grid};

/// Zones of two charts share a border where they come this near, in mm: the tables of two charts
/// meet within their accuracy only.
pub const CHART_SEAM_MM: f64 = 3.0;
/// Zones of one chart share a border where they come this near, in mm.
const SEAM_MM: f64 = 0.3;
/// A border runs along an exclusion where it comes this near, in mm.
const ALONG_MM: f64 = 0.5;
/// Edges are cut to this length on the skin before distances are taken, in mm.
const EDGE_MM: f64 = 2.0;
/// Step of the grid on which margins are traced, in mm on the skin.
const TRACE_MM: f64 = 1.25;
/// Added to every margin when it is traced, in mm: the traced edges are chords of round corners.
const TRACE_SLACK_MM: f64 = 0.06;
/// Pieces smaller than this are dropped, in mm2: no papule needs them.
const LEAST_PIECE_MM2: f64 = 4.0;
/// More treated skin than this is refused, in cm2; a whole body has about 20,000.
const MOST_SKIN_CM2: f64 = 30_000.0;

/// The treated skin of one zone.
#[derive(Clone, Debug)]
pub struct TreatedZone {
    /// The zone as drawn.
    pub zone: Zone,
    /// The pieces of it where points may lie, in chart coordinates.
    pub pieces: Vec<Polygon>,
    /// Skin area of the pieces, in cm2.
    pub area_cm2: f64,
}

/// The treated skin of a selection of zones, laid out as one.
#[derive(Clone, Debug)]
pub struct Treated {
    /// The zones, in the order of the selection.
    pub zones: Vec<TreatedZone>,
    /// Whether zones and exclusions are their own mirror image.
    pub symmetric: bool,
    body: Body,
    barriers: Barriers,
    excluded: Vec<(Chart, Polygon)>,
}

impl Treated {
    /// Takes margins and exclusions off the chosen zones. Depends on no spacing, so that one value
    /// serves a whole search.
    ///
    /// # Errors
    /// When the body has no skin for a zone's chart, a zone leaves the chart, or is larger than any
    /// body.
    pub fn new(body: &Body, atlas: &Atlas, zones: &[Zone], least_spacing_mm: f64) -> Result<Self, Fault> {
        for zone in zones {
            check_on_skin(body, zone)?;
        }
        let charts: BTreeSet<Chart> = zones.iter().map(|zone| zone.chart).collect();
        let exclusions: Vec<&Exclusion> = atlas
            .exclusions
            .iter()
            .filter(|e| charts.contains(&e.chart) && body.skin(e.chart).is_some())
            .collect();
        let excluded = exclusions
            .iter()
            .filter_map(|e| match &e.shape {
                ExclusionShape::Area(area) => Some((e.chart, area.clone())),
                ExclusionShape::Line(_) => None,
            })
            .collect();
        let segments = border_segments(body, atlas, zones, &exclusions, least_spacing_mm / 2.0);
        let mut treated = Self {
            zones: Vec::new(),
            symmetric: is_symmetric(zones, &exclusions),
            body: body.clone(),
            barriers: Barriers::new(segments),
            excluded,
        };
        for chart in charts {
            treated.cut(chart, zones)?;
        }
        treated.zones.sort_by_key(|t| zones.iter().position(|zone| zone.id == t.zone.id));
        Ok(treated)
    }

    /// Area of all treated skin, in cm2.
    pub fn area_cm2(&self) -> f64 {
        self.zones.iter().map(|zone| zone.area_cm2).sum()
    }

    /// The body the zones lie on.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// How much farther than its margins a place of a chart is from everything it must keep clear
    /// of, in mm; negative where a point must not lie. Says nothing of the zones.
    pub fn clearance_mm(&self, chart: Chart, at: ChartPoint) -> f64 {
        match self.body.skin(chart) {
            Some(skin) => Margins { treated: self, chart, skin, hint: 0 }.value(at),
            None => f64::NEG_INFINITY,
        }
    }

    /// Cuts the zones of one chart to where their margins leave them.
    fn cut(&mut self, chart: Chart, zones: &[Zone]) -> Result<(), Fault> {
        let Some(skin) = self.body.skin(chart) else { return Ok(()) };
        let zones: Vec<&Zone> = zones.iter().filter(|zone| zone.chart == chart).collect();
        let corners: Vec<ChartPoint> =
            zones.iter().flat_map(|zone| zone.shape.outer().iter().copied()).collect();
        let (low, high) = bounds(&corners);
        let stretch = mean_stretch(skin, &corners);
        let extent_cm2 = (high.x - low.x) * stretch.x * (high.y - low.y) * stretch.y / 100.0;
        if extent_cm2 > MOST_SKIN_CM2 {
            return Err(Fault::new(format!("the zones of the {chart} chart"), "are larger than a body")
                .value(format!("{} cm2", crate::units::number(extent_cm2, 0)))
                .bound(format!("{} cm2", crate::units::number(MOST_SKIN_CM2, 0)))
                .hint("check the unit of the outline's coordinates"));
        }
        let step = stretch.map(|s| TRACE_MM / s);
        let node = |x: f64, step: f64, by: f64| (x / step + by).floor() as i64;
        let grid = Grid {
            step,
            low: (node(low.x, step.x, -2.0), node(low.y, step.y, -2.0)),
            high: (node(high.x, step.x, 3.0), node(high.y, step.y, 3.0)),
        };
        let allowed = contour::positive(&mut Margins { treated: self, chart, skin, hint: 0 }, grid);
        let allowed: geo::MultiPolygon = allowed.iter().map(to_geo).collect();
        let mut cut = Vec::new();
        for zone in zones {
            let pieces = intersection(&zone.shape, &allowed);
            let pieces: Vec<(Polygon, f64)> = pieces
                .into_iter()
                .map(|piece| (skin_area_mm2(skin, std::slice::from_ref(&piece)), piece))
                .filter(|(area, _)| *area >= LEAST_PIECE_MM2)
                .map(|(area, piece)| (piece, area))
                .collect();
            let area_cm2 = pieces.iter().map(|(_, area)| area).sum::<f64>() / 100.0;
            let pieces = pieces.into_iter().map(|(piece, _)| piece).collect();
            cut.push(TreatedZone { zone: zone.clone(), pieces, area_cm2 });
        }
        self.zones.extend(cut);
        Ok(())
    }
}

/// The clearance over one chart, as a field to be traced.
struct Margins<'a> {
    treated: &'a Treated,
    chart: Chart,
    skin: &'a Skin,
    hint: usize,
}

impl Field for Margins<'_> {
    fn value(&mut self, at: Point2<f64>) -> f64 {
        let clearance =
            self.treated.barriers.clearance(&self.skin.place(at), &mut self.hint) - TRACE_SLACK_MM;
        let inside = |(chart, area): &(Chart, Polygon)| {
            let (low, high) = area.bounds();
            *chart == self.chart
                && (low.x..=high.x).contains(&at.x)
                && (low.y..=high.y).contains(&at.y)
                && area.contains(&at)
        };
        if clearance.is_finite() && self.treated.excluded.iter().any(inside) {
            -clearance.abs()
        } else {
            clearance
        }
    }

    fn radius_mm(&mut self, middle: Point2<f64>, half: Vector2<f64>) -> f64 {
        let centre = self.skin.place(middle);
        let corner =
            |x: f64, y: f64| (self.skin.place(middle + Vector2::new(x * half.x, y * half.y)) - centre).norm();
        // A quarter more for skin that bulges between the corners.
        1.25 * [
            (-1.0, -1.0),
            (1.0, -1.0),
            (1.0, 1.0),
            (-1.0, 1.0),
            (0.0, 1.0),
            (0.0, -1.0),
            (1.0, 0.0),
            (-1.0, 0.0),
        ]
        .map(|(x, y)| corner(x, y))
        .into_iter()
        .fold(0.0, f64::max)
    }
}

fn check_on_skin(body: &Body, zone: &Zone) -> Result<(), Fault> {
    let item = || format!("zone '{}'", zone.id);
    let Some(skin) = body.skin(zone.chart) else {
        return Err(Fault::new(item(), format!("the body '{}' has no {} chart", body.id, zone.chart))
            .hint("choose another body, or a zone of a chart it has"));
    };
    match zone.shape.rings().flatten().find(|at| !skin.covers(**at)) {
        None => Ok(()),
        Some(at) => Err(Fault::new(item(), format!("leaves the skin of the {} chart", zone.chart))
            .value(format!("[{}, {}]", crate::units::number(at.x, 2), crate::units::number(at.y, 2)))
            .bound("where the body's tables hold skin")
            .hint("move the outline inwards")),
    }
}

/// Whether every zone and exclusion has its mirror image among the others.
fn is_symmetric(zones: &[Zone], exclusions: &[&Exclusion]) -> bool {
    let zone_shapes: Vec<_> =
        zones.iter().map(|z| (z.chart, z.kind as u8, ring_key(&z.shape, false))).collect();
    let zones_match =
        zones.iter().all(|z| zone_shapes.contains(&(z.chart, z.kind as u8, ring_key(&z.shape, true))));
    let key = |e: &Exclusion, mirror: bool| match &e.shape {
        ExclusionShape::Area(area) => ring_key(area, mirror),
        ExclusionShape::Line(line) => points_key(line.iter(), mirror),
    };
    let margin = |e: &Exclusion| e.margin_mm.to_bits();
    let shapes: Vec<_> = exclusions.iter().map(|e| (e.chart, margin(e), key(e, false))).collect();
    zones_match && exclusions.iter().all(|e| shapes.contains(&(e.chart, margin(e), key(e, true))))
}

/// A polygon's corners as a sorted list of bits: equal for equal shapes, wherever a ring starts.
fn ring_key(shape: &Polygon, mirror: bool) -> Vec<(u64, u64)> {
    points_key(shape.rings().flatten(), mirror)
}

fn points_key<'a>(points: impl Iterator<Item = &'a ChartPoint>, mirror: bool) -> Vec<(u64, u64)> {
    let sign = if mirror { -1.0 } else { 1.0 };
    let mut key: Vec<_> = points.map(|p| ((p.x * sign + 0.0).to_bits(), (p.y + 0.0).to_bits())).collect();
    key.sort_unstable();
    key
}

/// Edges of zones and exclusions that points keep a margin from, cut short and placed in space.
fn border_segments(
    body: &Body,
    atlas: &Atlas,
    zones: &[Zone],
    exclusions: &[&Exclusion],
    outer_margin_mm: f64,
) -> Vec<Segment> {
    let mut segments = Vec::new();
    for exclusion in exclusions {
        let Some(skin) = body.skin(exclusion.chart) else { continue };
        let edges: Vec<_> = match &exclusion.shape {
            ExclusionShape::Area(area) => area.edges().collect(),
            ExclusionShape::Line(line) => line.windows(2).map(|w| (w[0], w[1])).collect(),
        };
        cut_edges(skin, edges, exclusion.margin_mm, &mut segments);
    }
    let along = Barriers::new(segments.iter().map(|s| Segment { margin_mm: 0.0, ..*s }).collect());
    let chosen = Borders::new(body, zones.iter());
    let others =
        Borders::new(body, atlas.zones.iter().filter(|z| !zones.iter().any(|chosen| chosen.id == z.id)));
    for (index, zone) in zones.iter().enumerate() {
        let Some(skin) = body.skin(zone.chart) else { continue };
        let open = zone.shape.edges().filter(|&(a, b)| !chosen.has_reverse(zone.chart, a, b)).collect();
        let mut pieces = Vec::new();
        cut_edges(skin, open, outer_margin_mm, &mut pieces);
        segments.extend(pieces.into_iter().filter(|piece| {
            let middle = nalgebra::center(&piece.from, &piece.to);
            let seam = chosen.runs_beside(zone.chart, Some(index), &middle);
            let along_exclusion = || along.clearance(&middle, &mut 0) <= ALONG_MM;
            !(seam || along_exclusion() && !others.runs_beside(zone.chart, None, &middle))
        }));
    }
    segments
}

fn cut_edges(skin: &Skin, edges: Vec<(ChartPoint, ChartPoint)>, margin_mm: f64, into: &mut Vec<Segment>) {
    for (a, b) in edges {
        let chord = (skin.place(b) - skin.place(a)).norm();
        let middle = skin.place(nalgebra::center(&a, &b));
        let length = chord.max((middle - skin.place(a)).norm() + (middle - skin.place(b)).norm());
        let parts = (length / EDGE_MM).ceil().clamp(1.0, 10_000.0) as usize;
        let place = |k: usize| {
            if k == parts { skin.place(b) } else { skin.place(a + (b - a) * (k as f64 / parts as f64)) }
        };
        into.extend((0..parts).map(|k| Segment { from: place(k), to: place(k + 1), margin_mm }));
    }
}

/// Borders of a set of zones, to be asked whether another border runs beside them.
struct Borders {
    zones: Vec<(Chart, Barriers)>,
    edges: HashSet<(Chart, [u64; 4])>,
}

impl Borders {
    fn new<'a>(body: &Body, zones: impl Iterator<Item = &'a Zone>) -> Self {
        let mut borders = Self { zones: Vec::new(), edges: HashSet::new() };
        for zone in zones {
            let Some(skin) = body.skin(zone.chart) else { continue };
            let mut segments = Vec::new();
            cut_edges(skin, zone.shape.edges().collect(), 0.0, &mut segments);
            borders.zones.push((zone.chart, Barriers::new(segments)));
            borders.edges.extend(zone.shape.edges().map(|(a, b)| (zone.chart, edge_bits(a, b))));
        }
        borders
    }

    fn has_reverse(&self, chart: Chart, a: ChartPoint, b: ChartPoint) -> bool {
        self.edges.contains(&(chart, edge_bits(b, a)))
    }

    /// Whether a place of a chart's border has the border of another zone beside it.
    fn runs_beside(&self, chart: Chart, but: Option<usize>, at: &Place) -> bool {
        self.zones.iter().enumerate().any(|(index, (other, border))| {
            let near = if *other == chart { SEAM_MM } else { CHART_SEAM_MM };
            Some(index) != but && border.clearance(at, &mut 0) <= near
        })
    }
}

fn edge_bits(a: ChartPoint, b: ChartPoint) -> [u64; 4] {
    [a.x, a.y, b.x, b.y].map(|x| (x + 0.0).to_bits())
}

/// Mean skin distance per chart unit over some places, in mm.
fn mean_stretch(skin: &Skin, places: &[ChartPoint]) -> Vector2<f64> {
    let sum: Vector2<f64> = places
        .iter()
        .map(|&at| skin.frame(at))
        .map(|frame| Vector2::new(frame.du.norm(), frame.dv.norm()))
        .sum();
    (sum / places.len().max(1) as f64).map(|s| s.max(1e-3))
}

pub(crate) fn to_geo(polygon: &Polygon) -> geo::Polygon {
    let ring = |ring: &[Point2<f64>]| geo::LineString::from_iter(ring.iter().map(|p| (p.x, p.y)));
    geo::Polygon::new(ring(polygon.outer()), polygon.holes().iter().map(|hole| ring(hole)).collect())
}

fn intersection(zone: &Polygon, allowed: &geo::MultiPolygon) -> Vec<Polygon> {
    let ring = |line: &geo::LineString| -> Vec<Point2<f64>> {
        let mut ring: Vec<_> = line.coords().map(|c| Point2::new(c.x, c.y)).collect();
        ring.pop();
        ring
    };
    to_geo(zone)
        .intersection(allowed)
        .iter()
        .map(|piece| (ring(piece.exterior()), piece.interiors().iter().map(ring).collect()))
        .map(|(outer, holes)| oriented(outer, holes))
        .collect()
}

fn oriented(mut outer: Vec<Point2<f64>>, mut holes: Vec<Vec<Point2<f64>>>) -> Polygon {
    if crate::geometry::signed_area(&outer) < 0.0 {
        outer.reverse();
    }
    for hole in &mut holes {
        if crate::geometry::signed_area(hole) > 0.0 {
            hole.reverse();
        }
    }
    Polygon::from_sound_rings(outer, holes)
}

/// Skin area of polygons, in mm2: Simpson's rule across strips of about 1 mm.
pub fn skin_area_mm2(skin: &Skin, pieces: &[Polygon]) -> f64 {
    let mut area = 0.0;
    strips(skin, pieces, 1.0, |v, height, from, to, _| {
        let element = |u: f64| skin.frame(Point2::new(u, v)).area_element();
        let parts = (((to - from) * skin.frame(Point2::new((from + to) / 2.0, v)).du.norm() / 4.0).ceil())
            .clamp(1.0, 1e5) as usize;
        let width = (to - from) / parts as f64;
        for k in 0..parts {
            let left = from + width * k as f64;
            let mean = (element(left) + 4.0 * element(left + width / 2.0) + element(left + width)) / 6.0;
            area += mean * width * height;
        }
    });
    area
}

/// Calls `with(v, height, from, to, piece)` for each run of each polygon in horizontal strips about
/// `pitch_mm` high on the skin.
pub(crate) fn strips(
    skin: &Skin,
    pieces: &[Polygon],
    pitch_mm: f64,
    mut with: impl FnMut(f64, f64, f64, f64, usize),
) {
    for (index, piece) in pieces.iter().enumerate() {
        let (low, high) = piece.bounds();
        let stretch = mean_stretch(skin, piece.outer()).y;
        let count = ((high.y - low.y) * stretch / pitch_mm).ceil().clamp(1.0, 1e5) as usize;
        let height = (high.y - low.y) / count as f64;
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); count];
        for (a, b) in piece.rings().flat_map(ring_edges) {
            let (bottom, top) = if a.y <= b.y { (a, b) } else { (b, a) };
            let first = ((bottom.y - low.y) / height - 0.5).ceil().max(0.0) as usize;
            for (k, row) in crossings.iter_mut().enumerate().skip(first) {
                let v = low.y + (k as f64 + 0.5) * height;
                if v >= top.y {
                    break;
                }
                if v >= bottom.y {
                    row.push(bottom.x + (v - bottom.y) / (top.y - bottom.y) * (top.x - bottom.x));
                }
            }
        }
        for (k, row) in crossings.iter_mut().enumerate() {
            row.sort_by(f64::total_cmp);
            let v = low.y + (k as f64 + 0.5) * height;
            for run in row.chunks_exact(2).filter(|run| run[1] > run[0]) {
                with(v, height, run[0], run[1], index);
            }
        }
    }
}
