//! The treated skin as the layout sees it: where points may lie, and samples of what they must
//! cover.
//!
//! On a symmetric selection the domain is the patient's left half; the layout of the other half is
//! its mirror image.

use std::sync::Arc;

use nalgebra::{Point2, Vector2, Vector3};

use crate::body::{Chart, ChartPoint, Frame, Place, Skin};
use crate::geometry::Polygon;
use crate::treated::{Treated, strips};

/// Skin that is to be covered by points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) at: ChartPoint,
    pub(super) frame: Frame,
    /// Index into [`Domain::charts`].
    pub(super) chart: usize,
    /// Index into [`Treated::zones`].
    pub(super) zone: usize,
    /// Skin it stands for, in mm2; 0 for a place on the rim.
    pub(super) area_mm2: f64,
}

impl Sample {
    pub(super) fn place(&self) -> Place {
        self.frame.place
    }
}

/// A position of a point: chart coordinate and place with its tangents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) chart: usize,
    pub(super) at: ChartPoint,
    pub(super) frame: Frame,
    /// Whether it stays where it is.
    pub(super) fixed: bool,
}

impl Spot {
    pub(super) fn place(&self) -> Place {
        self.frame.place
    }

    /// Whether it lies on the midline and is its own mirror image.
    pub(super) fn on_midline(&self) -> bool {
        self.at.x == 0.0
    }
}

/// The part of a domain on one chart.
#[derive(Debug)]
pub(super) struct ChartDomain {
    pub(super) chart: Chart,
    pub(super) skin: Skin,
    /// Least and greatest second coordinate.
    pub(super) low_v: f64,
    pub(super) high_v: f64,
    edges: Vec<Edge>,
    /// The edges that touch each band of heights.
    bands: Vec<Vec<u32>>,
    /// What lies in each cell of each band.
    cells: Vec<Cell>,
    /// Number of cells in a band.
    columns: usize,
    low_u: f64,
    cell_width: f64,
}

/// What lies in a part of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    /// Borders run through it.
    Border,
    /// One zone, or none.
    All(Option<u32>),
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    from: ChartPoint,
    to: ChartPoint,
    zone: usize,
}

/// Length of a row of samples that are equally far apart, in pitches.
const PIECE: f64 = 6.0;
/// Height of a band of edges, in units of the second coordinate (mm).
const BAND: f64 = 2.0;
/// Width of the cells of a band, in units of the first coordinate, and the most of them.
const CELL: f64 = 2.0;
const MOST_CELLS: f64 = 400.0;

#[derive(Debug)]
pub(super) struct Domain {
    pub(super) treated: Arc<Treated>,
    pub(super) charts: Vec<ChartDomain>,
    /// Whether this is the left half of a symmetric selection.
    pub(super) half: bool,
    /// Skin of the whole selection, in mm2.
    pub(super) area_mm2: f64,
}

impl Domain {
    pub(super) fn new(treated: Arc<Treated>) -> Self {
        let mut charts = Vec::new();
        for chart in Chart::ALL {
            let Some(skin) = treated.body().skin(chart) else { continue };
            let edges: Vec<Edge> = treated
                .zones
                .iter()
                .enumerate()
                .filter(|(_, zone)| zone.zone.chart == chart)
                .flat_map(|(index, zone)| {
                    zone.pieces.iter().flat_map(Polygon::edges).map(move |(from, to)| Edge {
                        from,
                        to,
                        zone: index,
                    })
                })
                .collect();
            if !edges.is_empty() {
                charts.push(ChartDomain::new(chart, skin.clone(), edges));
            }
        }
        let area_mm2 = treated.area_cm2() * 100.0;
        let half = treated.twins.is_some();
        Self { treated, charts, half, area_mm2 }
    }

    /// Samples inside the skin of one chart, about `pitch_mm` apart.
    pub(super) fn inside(&self, chart: usize, pitch_mm: f64) -> Vec<Sample> {
        let mut samples = Vec::new();
        let least_u = if self.half { 0.0 } else { f64::NEG_INFINITY };
        let part = &self.charts[chart];
        for (zone, treated) in
            self.treated.zones.iter().enumerate().filter(|(_, z)| z.zone.chart == part.chart)
        {
            strips(&part.skin, &treated.pieces, pitch_mm, |v, height, from, to, _| {
                let from = from.max(least_u);
                if from >= to {
                    return;
                }
                // Pieces short enough that the skin is stretched alike all along.
                let stretch = |u: f64| part.skin.frame(Point2::new(u, v)).du.norm();
                let pieces = ((to - from) * stretch((from + to) / 2.0) / (PIECE * pitch_mm)).ceil();
                let pieces = pieces.clamp(1.0, 1e4);
                let long = (to - from) / pieces;
                for piece in 0..pieces as usize {
                    let start = from + long * piece as f64;
                    let stretch = stretch(start).max(stretch(start + long));
                    let count = (long * stretch / pitch_mm).ceil().clamp(1.0, 1e5);
                    let width = long / count;
                    for k in 0..count as usize {
                        let at = Point2::new(start + width * (k as f64 + 0.5), v);
                        let frame = part.skin.frame(at);
                        let area_mm2 = frame.area_element() * width * height;
                        samples.push(Sample { at, frame, chart, zone, area_mm2 });
                    }
                }
            });
        }
        samples
    }

    /// Treated skin of one chart, both halves, in mm2.
    pub(super) fn chart_area_mm2(&self, chart: usize) -> f64 {
        let zones = self.treated.zones.iter().filter(|zone| zone.zone.chart == self.charts[chart].chart);
        zones.map(|zone| zone.area_cm2 * 100.0).sum()
    }

    /// The zone that is the mirror image of a zone.
    pub(super) fn twin(&self, zone: usize) -> usize {
        self.treated.twins.as_ref().map_or(zone, |twins| twins[zone])
    }

    pub(super) fn spot(&self, chart: usize, at: ChartPoint) -> Spot {
        Spot { chart, at, frame: self.charts[chart].skin.frame(at), fixed: false }
    }

    /// The zone a chart coordinate lies in, when points may lie there.
    pub(super) fn zone_at(&self, chart: usize, at: ChartPoint) -> Option<usize> {
        if self.half && at.x < 0.0 {
            return None;
        }
        self.charts[chart].zone_at(at)
    }

    /// The zone a point belongs to: that whose outline as drawn holds it. What is left of zones that
    /// share a border is cut apart with a rounding, on either side of which a point may lie.
    pub(super) fn zone_of(&self, spot: &Spot) -> Option<usize> {
        let cut = self.zone_at(spot.chart, spot.at)?;
        let chart = self.charts[spot.chart].chart;
        let drawn = |zone: usize| {
            let zone = &self.treated.zones[zone].zone;
            zone.chart == chart && zone.shape.contains(&spot.at)
        };
        let others = || (0..self.treated.zones.len()).find(|&zone| drawn(zone));
        if drawn(cut) { Some(cut) } else { others().or(Some(cut)) }
    }

    /// How much farther than its margins a place is from all it must keep clear of, in mm.
    pub(super) fn clearance_mm(&self, chart: usize, at: ChartPoint) -> f64 {
        self.treated.clearance_mm(self.charts[chart].chart, at)
    }

    /// Whether a point may lie there: in a zone, and clear of all it must keep clear of.
    pub(super) fn stands(&self, spot: &Spot) -> bool {
        self.zone_at(spot.chart, spot.at).is_some() && self.clearance_mm(spot.chart, spot.at) >= 0.0
    }

    /// `at`, or the nearest place to it where points may lie.
    pub(super) fn nearest_inside(&self, chart: usize, at: ChartPoint) -> Option<ChartPoint> {
        let at = if self.half { Point2::new(at.x.max(0.0), at.y) } else { at };
        if self.zone_at(chart, at).is_some() {
            return Some(at);
        }
        let inside = self.charts[chart].pull_in(at)?;
        (!self.half || inside.x >= 0.0).then_some(inside)
    }
}

impl ChartDomain {
    fn new(chart: Chart, skin: Skin, edges: Vec<Edge>) -> Self {
        let ends = || edges.iter().map(|edge| edge.from.y);
        let (low_v, high_v) =
            (ends().fold(f64::INFINITY, f64::min), ends().fold(f64::NEG_INFINITY, f64::max));
        let count = ((high_v - low_v) / BAND).floor() as usize + 1;
        let mut bands = vec![Vec::new(); count];
        for (index, edge) in edges.iter().enumerate() {
            let band = |v: f64| (((v - low_v) / BAND) as usize).min(count - 1);
            let (a, b) = (edge.from.y.min(edge.to.y), edge.from.y.max(edge.to.y));
            for list in &mut bands[band(a)..=band(b)] {
                list.push(index as u32);
            }
        }
        let us = || edges.iter().map(|edge| edge.from.x);
        let (low_u, high_u) = (us().fold(f64::INFINITY, f64::min), us().fold(f64::NEG_INFINITY, f64::max));
        let cell_width = ((high_u - low_u) / MOST_CELLS).max(CELL);
        let columns = ((high_u - low_u) / cell_width) as usize + 1;
        let cells = Vec::new();
        let mut part = Self { chart, skin, low_v, high_v, edges, bands, cells, columns, low_u, cell_width };
        part.cells = part.all_cells();
        part
    }

    fn all_cells(&self) -> Vec<Cell> {
        let columns = self.columns;
        let mut cells = Vec::with_capacity(columns * self.bands.len());
        for (band, list) in self.bands.iter().enumerate() {
            let (bottom, top) = (self.low_v + band as f64 * BAND, self.low_v + (band + 1) as f64 * BAND);
            let row = cells.len();
            cells.resize(row + columns, Cell::All(None));
            for edge in list.iter().map(|&index| &self.edges[index as usize]) {
                let level = edge.from.y == edge.to.y;
                let at = |v: f64| if level { edge.from.x } else { edge.crossing(v) };
                let within = |v: f64| v.clamp(edge.from.y.min(edge.to.y), edge.from.y.max(edge.to.y));
                let (a, b) = (at(within(bottom)), if level { edge.to.x } else { at(within(top)) });
                // A cell more on either side makes good for rounding.
                let column = |u: f64| ((u - self.low_u) / self.cell_width).max(0.0);
                let first = (column(a.min(b)) as usize).saturating_sub(1);
                let last = (column(a.max(b)) as usize + 1).min(columns - 1);
                cells[row + first..=row + last].fill(Cell::Border);
            }
            for column in 0..columns {
                if cells[row + column] != Cell::Border {
                    let middle = |low: f64, width: f64, k: usize| low + (k as f64 + 0.5) * width;
                    let at = Point2::new(
                        middle(self.low_u, self.cell_width, column),
                        middle(self.low_v, BAND, band).min(self.high_v),
                    );
                    cells[row + column] = Cell::All(self.zone_by_edges(at).map(|zone| zone as u32));
                }
            }
        }
        cells
    }

    fn band(&self, v: f64) -> &[u32] {
        if !(v >= self.low_v && v <= self.high_v) {
            return &[];
        }
        self.bands.get(((v - self.low_v) / BAND) as usize).map_or(&[], Vec::as_slice)
    }

    fn zone_at(&self, at: ChartPoint) -> Option<usize> {
        if !(at.y >= self.low_v && at.y <= self.high_v && at.x >= self.low_u) {
            return None;
        }
        let (band, column) =
            (((at.y - self.low_v) / BAND) as usize, ((at.x - self.low_u) / self.cell_width) as usize);
        if column >= self.columns {
            return None;
        }
        match self.cells[band * self.columns + column] {
            Cell::All(zone) => zone.map(|zone| zone as usize),
            Cell::Border => self.zone_by_edges(at),
        }
    }

    fn zone_by_edges(&self, at: ChartPoint) -> Option<usize> {
        // Edges of a zone stand together, so its parity is known when the next zone begins.
        let mut open: Option<usize> = None;
        let mut odd = false;
        for edge in self.band(at.y).iter().map(|&index| &self.edges[index as usize]) {
            if open != Some(edge.zone) {
                if odd {
                    return open;
                }
                open = Some(edge.zone);
            }
            if (edge.from.y > at.y) != (edge.to.y > at.y) && at.x < edge.crossing(at.y) {
                odd = !odd;
            }
        }
        if odd { open } else { None }
    }

    /// The runs of treated skin along a line of equal second coordinate, seams joined.
    pub(super) fn runs(&self, v: f64) -> Vec<(f64, f64)> {
        let mut crossings: Vec<(usize, f64)> = self
            .band(v)
            .iter()
            .map(|&index| &self.edges[index as usize])
            .filter(|edge| (edge.from.y > v) != (edge.to.y > v))
            .map(|edge| (edge.zone, edge.crossing(v)))
            .collect();
        crossings.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut runs: Vec<(f64, f64)> =
            crossings.chunks_exact(2).map(|pair| (pair[0].1, pair[1].1)).collect();
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut joined: Vec<(f64, f64)> = Vec::new();
        for run in runs {
            match joined.last_mut() {
                Some(last) if run.0 - last.1 < 0.05 => last.1 = last.1.max(run.1),
                _ => joined.push(run),
            }
        }
        joined
    }

    /// The nearest place inside, a hair from the border.
    fn pull_in(&self, at: ChartPoint) -> Option<ChartPoint> {
        let frame = self.skin.frame(Point2::new(at.x, at.y.clamp(self.low_v, self.high_v)));
        let scale = Vector2::new(frame.du.norm().max(1e-3), frame.dv.norm().max(1e-3));
        let mut best: Option<(f64, &Edge, ChartPoint)> = None;
        for edge in self.edges_near(at.y, 16.0 / scale.y) {
            let (along, away) =
                ((edge.to - edge.from).component_mul(&scale), (at - edge.from).component_mul(&scale));
            let t = (along.dot(&away) / along.norm_squared().max(1e-12)).clamp(0.0, 1.0);
            let distance = (away - along * t).norm_squared();
            if best.is_none_or(|(least, ..)| distance < least) {
                best = Some((distance, edge, edge.from + (edge.to - edge.from) * t));
            }
        }
        let (_, edge, on) = best?;
        let along = (edge.to - edge.from).component_mul(&scale).normalize();
        let inwards = Vector2::new(-along.y, along.x).component_div(&scale);
        let outwards = (on - at).component_mul(&scale).try_normalize(1e-9).map(|d| d.component_div(&scale));
        [Some(inwards), outwards]
            .into_iter()
            .flatten()
            .flat_map(|direction| [0.01, 0.1].map(|depth| on + direction * depth))
            .find(|&inside| self.zone_at(inside).is_some())
    }

    fn edges_near(&self, v: f64, within: f64) -> impl Iterator<Item = &Edge> {
        let band = |v: f64| (((v - self.low_v) / BAND).max(0.0) as usize).min(self.bands.len());
        let (first, last) = (band(v - within), band(v + within + BAND));
        self.bands[first..last.max(first)].iter().flatten().map(|&index| &self.edges[index as usize])
    }
}

impl Edge {
    fn crossing(&self, v: f64) -> f64 {
        self.from.x + (v - self.from.y) / (self.to.y - self.from.y) * (self.to.x - self.from.x)
    }
}

/// The mirror image of a place.
pub(super) fn mirrored(place: &Place) -> Place {
    Place::new(-place.x, place.y, place.z)
}

/// The mirror image of a vector.
pub(super) fn mirrored_vector(v: &Vector3<f64>) -> Vector3<f64> {
    Vector3::new(-v.x, v.y, v.z)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::body::Body;
    use crate::zones::{Atlas, Kind, Region, Side, Zone};
    use proptest::prelude::*;

    /// A star with a star-shaped hole, its corners at any distance from the middle.
    fn star() -> impl Strategy<Value = Polygon> {
        prop::collection::vec((10.0..60.0f64, 0.1..0.8f64), 3..24).prop_map(|corners| {
            let turn = std::f64::consts::TAU / corners.len() as f64;
            let ring = |reach: &dyn Fn(&(f64, f64)) -> f64| {
                let spot = |(k, corner): (usize, &(f64, f64))| {
                    let angle = k as f64 * turn;
                    ChartPoint::new(reach(corner) * libm::cos(angle), reach(corner) * libm::sin(angle))
                };
                corners.iter().enumerate().map(spot).collect::<Vec<_>>()
            };
            let outer = ring(&|&(far, _)| far);
            let hole = ring(&|&(far, share)| far * share);
            Polygon::from_sound_rings(outer, vec![hole])
        })
    }

    /// A zone of a shape in the plane.
    pub(in crate::layout) fn on_a_plane(shape: Polygon) -> Treated {
        let zone = Zone {
            id: "star".to_owned(),
            base: "star".to_owned(),
            name: "Star".to_owned(),
            region: Region::Chest,
            side: Side::Midline,
            kind: Kind::Standard,
            chart: Chart::Flat,
            shape,
            care: Vec::new(),
            drawn: String::new(),
        };
        Treated::new(&Body::flat(), &Atlas::default(), &[zone], 10.0).unwrap()
    }

    proptest! {
        #[test]
        fn cells_tell_what_the_edges_tell(
            shape in star(),
            places in prop::collection::vec((-70.0..70.0f64, -70.0..70.0f64), 200),
        ) {
            let treated = on_a_plane(shape);
            let domain = Domain::new(treated.into());
            for part in &domain.charts {
                for &(x, y) in &places {
                    let at = ChartPoint::new(x, y);
                    prop_assert_eq!(part.zone_at(at), part.zone_by_edges(at));
                }
            }
        }
    }
}
