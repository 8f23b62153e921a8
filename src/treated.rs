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

use geo::{BooleanOps, MapCoords};
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
const TRACE_SLACK_MM: f64 = 0.15;
/// Pieces smaller than this are dropped, in mm2: no papule needs them.
const LEAST_PIECE_MM2: f64 = 4.0;
/// Coordinates nearer to 0 than this are on the midline.
const MIDLINE: f64 = 1e-5;
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
    /// For each zone its mirror image, itself on the midline; `None` where zones or exclusions are
    /// not symmetric.
    pub twins: Option<Vec<usize>>,
    body: Body,
    barriers: Barriers,
    /// Excluded areas with their bounds.
    excluded: Vec<(Chart, ChartPoint, ChartPoint, Polygon)>,
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
                ExclusionShape::Area(area) => Some((e.chart, area.bounds().0, area.bounds().1, area.clone())),
                ExclusionShape::Line(_) => None,
            })
            .collect();
        let segments = border_segments(body, atlas, zones, &exclusions, least_spacing_mm / 2.0);
        let mut treated = Self {
            zones: Vec::new(),
            twins: if exclusions_are_symmetric(&exclusions) { twins(zones) } else { None },
            body: body.clone(),
            barriers: Barriers::new(segments),
            excluded,
        };
        let mut cut: Vec<Option<TreatedZone>> = vec![None; zones.len()];
        for chart in charts {
            treated.cut(chart, zones, &mut cut)?;
        }
        treated.zones = cut.into_iter().flatten().collect();
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
            Some(skin) => Margins { treated: self, chart, skin, hint: 0 }.signed(at, &skin.place(at)),
            None => f64::NEG_INFINITY,
        }
    }

    /// Cuts the zones of one chart to where their margins leave them. Of a symmetric selection only
    /// the patient's left half is traced; the rest is its mirror image.
    fn cut(&self, chart: Chart, zones: &[Zone], into: &mut [Option<TreatedZone>]) -> Result<(), Fault> {
        let Some(skin) = self.body.skin(chart) else { return Ok(()) };
        let of_chart: Vec<usize> = (0..zones.len()).filter(|&z| zones[z].chart == chart).collect();
        let corners = of_chart.iter().flat_map(|&z| zones[z].shape.outer().iter().copied());
        let grid = trace_grid(skin, chart, &corners.collect::<Vec<_>>(), self.twins.is_some())?;
        let allowed = contour::positive(&mut Margins { treated: self, chart, skin, hint: 0 }, grid);
        let allowed: geo::MultiPolygon = allowed.iter().map(to_geo).collect();
        for &index in &of_chart {
            let zone = &zones[index];
            let pieces = match &self.twins {
                None => intersection(to_geo(&zone.shape), &allowed),
                Some(twins) if twins[index] == index => both_halves(&zone.shape, &allowed),
                Some(_) if is_right(&zone.shape) => continue,
                Some(_) => intersection(to_geo(&zone.shape), &allowed),
            };
            let sized =
                pieces.into_iter().map(|piece| (skin_area_mm2(skin, std::slice::from_ref(&piece)), piece));
            let kept: Vec<(f64, Polygon)> = sized.filter(|(area, _)| *area >= LEAST_PIECE_MM2).collect();
            let area_cm2 = kept.iter().map(|(area, _)| area).sum::<f64>() / 100.0;
            let pieces: Vec<Polygon> = kept.into_iter().map(|(_, piece)| piece).collect();
            if let Some(twin) = self.twins.as_ref().map(|twins| twins[index]).filter(|&twin| twin != index) {
                let pieces = pieces.iter().map(Polygon::mirrored).collect();
                into[twin] = Some(TreatedZone { zone: zones[twin].clone(), pieces, area_cm2 });
            }
            into[index] = Some(TreatedZone { zone: zone.clone(), pieces, area_cm2 });
        }
        Ok(())
    }
}

/// The grid on which the margins of some zones are traced; of a symmetric selection the left half.
fn trace_grid(skin: &Skin, chart: Chart, corners: &[ChartPoint], half: bool) -> Result<Grid, Fault> {
    let (low, high) = bounds(corners);
    let stretch = mean_stretch(skin, corners);
    let extent_cm2 = (high.x - low.x) * stretch.x * (high.y - low.y) * stretch.y / 100.0;
    if extent_cm2 > MOST_SKIN_CM2 {
        return Err(Fault::new(said!("the zones of the {chart} chart", chart), "are larger than a body")
            .value(format!("{} cm2", crate::units::number(extent_cm2, 0)))
            .bound(said!("{most} cm2", most = crate::units::number(MOST_SKIN_CM2, 0)))
            .hint("check the unit of the outline's coordinates"));
    }
    let step = stretch.map(|s| TRACE_MM / s);
    let node = |x: f64, step: f64, by: f64| (x / step + by).floor() as i64;
    let least = if half { -2 } else { node(low.x, step.x, -2.0) };
    Ok(Grid {
        step,
        low: (least, node(low.y, step.y, -2.0)),
        high: (node(high.x, step.x, 3.0), node(high.y, step.y, 3.0)),
    })
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
        self.signed(at, &self.skin.place(at)) - TRACE_SLACK_MM
    }

    fn may_cross(&mut self, middle: Point2<f64>, half: Vector2<f64>) -> bool {
        let frame = self.skin.frame(middle);
        let value = (self.signed(middle, &frame.place) - TRACE_SLACK_MM).abs();
        // The clearance changes by at most 1 mm per mm. On a small box the tangents tell its extent,
        // with a third more for skin that bulges; on a large one, places around its border.
        let near = 1.3 * (frame.du.norm() * half.x + frame.dv.norm() * half.y);
        if near < 8.0 || value > 4.0 * near {
            return value <= near;
        }
        let place = |x: f64, y: f64| self.skin.place(middle + Vector2::new(x * half.x, y * half.y));
        let around = [
            (-1.0, -1.0),
            (1.0, -1.0),
            (1.0, 1.0),
            (-1.0, 1.0),
            (0.0, 1.0),
            (0.0, -1.0),
            (1.0, 0.0),
            (-1.0, 0.0),
        ];
        let farthest =
            around.map(|(x, y)| (place(x, y) - frame.place).norm()).into_iter().fold(0.0, f64::max);
        value <= 1.3 * farthest
    }
}

impl Margins<'_> {
    /// Clearance beyond the margins, negative inside an exclusion.
    fn signed(&mut self, at: Point2<f64>, place: &Place) -> f64 {
        let clearance = self.treated.barriers.clearance(place, &mut self.hint);
        let inside = |(chart, low, high, area): &(Chart, ChartPoint, ChartPoint, Polygon)| {
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
}

fn check_on_skin(body: &Body, zone: &Zone) -> Result<(), Fault> {
    let item = || said!("zone '{zone}'", zone = zone.id);
    let Some(skin) = body.skin(zone.chart) else {
        return Err(Fault::new(
            item(),
            said!("the body '{body}' has no {chart} chart", body = body.id, chart = zone.chart),
        )
        .hint("choose another body, or a zone of a chart it has"));
    };
    match zone.shape.rings().flatten().find(|at| !skin.covers(**at)) {
        None => Ok(()),
        Some(at) => {
            Err(Fault::new(item(), said!("leaves the skin of the {chart} chart", chart = zone.chart))
                .value(format!("[{}, {}]", crate::units::number(at.x, 2), crate::units::number(at.y, 2)))
                .bound("where the body's tables hold skin")
                .hint("move the outline inwards"))
        }
    }
}

/// For each zone the one that is its mirror image, when all have one.
fn twins(zones: &[Zone]) -> Option<Vec<usize>> {
    let key = |z: &Zone, mirror: bool| (z.chart, z.kind, ring_key(&z.shape, mirror));
    let plain: Vec<_> = zones.iter().map(|zone| key(zone, false)).collect();
    zones.iter().map(|zone| plain.iter().position(|other| *other == key(zone, true))).collect()
}

fn exclusions_are_symmetric(exclusions: &[&Exclusion]) -> bool {
    let key = |e: &Exclusion, mirror: bool| {
        let shape = match &e.shape {
            ExclusionShape::Area(area) => ring_key(area, mirror),
            ExclusionShape::Line(line) => points_key(line.iter(), mirror),
        };
        (e.chart, e.margin_mm.to_bits(), shape)
    };
    let plain: Vec<_> = exclusions.iter().map(|e| key(e, false)).collect();
    exclusions.iter().all(|e| plain.contains(&key(e, true)))
}

/// Whether a shape lies on the patient's right.
fn is_right(shape: &Polygon) -> bool {
    let (low, high) = shape.bounds();
    low.x + high.x < 0.0
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
            let along_exclusion = || along.is_within(&middle, ALONG_MM);
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
            Some(index) != but && border.is_within(at, near)
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

fn intersection(zone: geo::Polygon, allowed: &geo::MultiPolygon) -> Vec<Polygon> {
    from_geo(&zone.intersection(allowed))
}

/// The treated pieces of a zone across the midline: its left half, and that half's mirror image.
fn both_halves(zone: &Polygon, allowed: &geo::MultiPolygon) -> Vec<Polygon> {
    let (low, high) = zone.bounds();
    let left = geo::Rect::new((0.0, low.y - 1.0), (high.x.max(1.0) + 1.0, high.y + 1.0)).to_polygon();
    let half = to_geo(zone).intersection(&left).intersection(allowed);
    // The operation rounds; on the midline both halves must meet exactly to become one.
    let half = half.map_coords(|c| geo::Coord { x: if c.x.abs() < MIDLINE { 0.0 } else { c.x }, y: c.y });
    let mirrored: geo::MultiPolygon = from_geo(&half).iter().map(|piece| to_geo(&piece.mirrored())).collect();
    from_geo(&half.union(&mirrored))
}

fn from_geo(shapes: &geo::MultiPolygon) -> Vec<Polygon> {
    let ring = |line: &geo::LineString| -> Vec<Point2<f64>> {
        let mut ring: Vec<_> = line.coords().map(|c| Point2::new(c.x, c.y)).collect();
        ring.pop();
        ring
    };
    let pieces =
        shapes.iter().map(|piece| (ring(piece.exterior()), piece.interiors().iter().map(ring).collect()));
    pieces.map(|(outer, holes)| oriented(outer, holes)).collect()
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

/// Calls `with(v, height, from, to, piece)` for each run of each polygon in horizontal strips at most
/// about `pitch_mm` high on the skin.
pub(crate) fn strips(
    skin: &Skin,
    pieces: &[Polygon],
    pitch_mm: f64,
    mut with: impl FnMut(f64, f64, f64, f64, usize),
) {
    for (index, piece) in pieces.iter().enumerate() {
        let rows = strip_rows(skin, piece, pitch_mm);
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); rows.len()];
        for (a, b) in piece.rings().flat_map(ring_edges) {
            let (bottom, top) = if a.y <= b.y { (a, b) } else { (b, a) };
            let first = rows.partition_point(|&(v, _)| v < bottom.y);
            for (crossed, &(v, _)) in crossings.iter_mut().zip(&rows).skip(first) {
                if v >= top.y {
                    break;
                }
                crossed.push(bottom.x + (v - bottom.y) / (top.y - bottom.y) * (top.x - bottom.x));
            }
        }
        for (crossed, &(v, height)) in crossings.iter_mut().zip(&rows) {
            crossed.sort_by(f64::total_cmp);
            for run in crossed.chunks_exact(2).filter(|run| run[1] > run[0]) {
                with(v, height, run[0], run[1], index);
            }
        }
    }
}

/// The middles and heights of strips across a polygon, low where the skin runs steep.
fn strip_rows(skin: &Skin, piece: &Polygon, pitch_mm: f64) -> Vec<(f64, f64)> {
    let (low, high) = piece.bounds();
    let steepest = |v: f64| {
        let across = (0..=STEEPNESS_LOOKED_AT).map(|k| k as f64 / STEEPNESS_LOOKED_AT as f64);
        let at = |t: f64| Point2::new(low.x + (high.x - low.x) * t, v);
        across.map(|t| skin.frame(at(t)).dv.norm()).fold(1e-3, f64::max)
    };
    let least = (high.y - low.y) / MOST_STRIPS;
    let (mut rows, mut v, mut here) = (Vec::new(), low.y, steepest(low.y));
    loop {
        let left = high.y - v;
        let ahead = steepest((v + pitch_mm / here).min(high.y));
        let height = (pitch_mm / here.max(ahead)).max(least);
        if height > left - 0.5 * least {
            rows.push((v + left / 2.0, left));
            break;
        }
        rows.push((v + height / 2.0, height));
        v += height;
        here = steepest(v);
    }
    rows
}

/// Places along a line of equal height at which the skin's steepness is taken.
const STEEPNESS_LOOKED_AT: usize = 8;
/// No polygon is cut into more strips.
const MOST_STRIPS: f64 = 1e5;
