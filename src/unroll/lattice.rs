//! The lattice over a part of a chart, and what is measured on it.

use nalgebra::{Point2, Vector2};

use crate::body::{ChartPoint, Place, Skin};
use crate::geometry::Polygon;

/// A length along the skin between two corners.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Length {
    /// A corner.
    pub(super) from: usize,
    /// The other.
    pub(super) to: usize,
    /// The length in mm.
    pub(super) mm: f64,
    /// How much of the part it speaks for.
    pub(super) weight: f64,
}

/// Cells over a part of a chart. Corner `(0, 0)` stands at the origin, so that the lattices of mirror
/// images are mirror images.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lattice {
    /// Chart units a cell.
    step: Vector2<f64>,
    /// mm a chart unit, about, the second with the sign of upwards.
    scale: Vector2<f64>,
    /// The least corner, as numbers of steps.
    low: [i64; 2],
    /// Corners each way.
    count: [usize; 2],
    /// The number of each corner of a cell, column by column or row by row.
    numbers: Vec<Option<usize>>,
    /// The numbered corners.
    corners: Vec<[i64; 2]>,
    /// Each cell's place with its corners' numbers, around.
    cells: Vec<([i64; 2], [usize; 4])>,
    lengths: Vec<Length>,
}

/// Cells that a part is to have, and the least side of one in mm.
const CELLS: f64 = 900.0;
const LEAST_MM: f64 = 2.0;
/// No lattice has more corners each way.
const MOST_CORNERS: f64 = 400.0;
/// Places each way in a cell between which distances are held against the skin, and the ways they go: a
/// power of two, so that mirror images stay so to the last bit.
const DENSER: usize = 4;
const WAYS: [(i64, i64); 8] = [(2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (-1, 2), (-2, 2), (-2, 1)];
/// What a cell counts that holds next to nothing of the part.
const LEAST_WEIGHT: f64 = 0.05;
/// Places each way in a cell of the border that tell how much of the part it holds.
const TRIED: usize = 4;

impl Lattice {
    /// The lattice over a polygon; `None` where the skin has no extent.
    pub(super) fn new(skin: &Skin, up: f64, shape: &Polygon) -> Option<Self> {
        let outer = shape.outer();
        let sum: Vector2<f64> =
            outer.iter().map(|&at| skin.frame(at)).map(|f| Vector2::new(f.du.norm(), f.dv.norm())).sum();
        let scale = sum / outer.len().max(1) as f64;
        let (low, high) = shape.bounds();
        let extent = (high - low).component_mul(&scale);
        let mm =
            (shape.area() * scale.x * scale.y / CELLS).sqrt().max(LEAST_MM).max(extent.max() / MOST_CORNERS);
        let step = scale.map(|s| mm / s);
        if !(mm.is_finite() && step.iter().all(|s| s.is_finite() && *s > 0.0)) {
            return None;
        }
        let node = |at: f64, step: f64| (at / step).floor() as i64;
        let first = [node(low.x, step.x), node(low.y, step.y)];
        let last = [node(high.x, step.x) + 1, node(high.y, step.y) + 1];
        let count = [0, 1].map(|k| (last[k] - first[k] + 1).max(2) as usize);
        let mut lattice = Self {
            step,
            scale: Vector2::new(scale.x, scale.y * up),
            low: first,
            count,
            numbers: vec![None; count[0] * count[1]],
            corners: Vec::new(),
            cells: Vec::new(),
            lengths: Vec::new(),
        };
        let weights = lattice.weights(shape);
        lattice.number(&weights);
        lattice.measure(skin, &weights);
        (lattice.lengths.iter().all(|l| l.mm.is_finite() && l.mm > 0.0) && !lattice.lengths.is_empty())
            .then_some(lattice)
    }

    /// Where a corner stands in the chart.
    fn at(&self, [i, j]: [i64; 2]) -> ChartPoint {
        Point2::new(i as f64 * self.step.x, j as f64 * self.step.y)
    }

    /// The place of a cell or corner in a list, along the shorter side first.
    fn index(&self, [i, j]: [i64; 2]) -> Option<usize> {
        let (i, j) = (usize::try_from(i - self.low[0]).ok()?, usize::try_from(j - self.low[1]).ok()?);
        if i >= self.count[0] || j >= self.count[1] {
            return None;
        }
        Some(if self.count[0] < self.count[1] { j * self.count[0] + i } else { i * self.count[1] + j })
    }

    fn cell_of(&self, at: ChartPoint) -> [i64; 2] {
        [(at.x / self.step.x).floor() as i64, (at.y / self.step.y).floor() as i64]
    }

    /// The corners and cells of the box, in the order of their numbers.
    fn boxed(&self) -> Vec<[i64; 2]> {
        let [columns, rows] = self.count.map(|n| n as i64);
        let [i0, j0] = self.low;
        let mut all: Vec<[i64; 2]> =
            (0..columns).flat_map(|i| (0..rows).map(move |j| [i0 + i, j0 + j])).collect();
        all.sort_by_key(|&at| self.index(at));
        all
    }

    /// How much each cell of the box holds of the polygon, from 0 to 1.
    fn weights(&self, shape: &Polygon) -> Vec<f64> {
        let mut crossed = vec![false; self.numbers.len()];
        for (a, b) in shape.edges() {
            let across = (b - a).component_div(&self.step);
            let parts = (across.amax() * 8.0).ceil().max(1.0) as usize;
            for k in 0..=parts {
                let at = a + (b - a) * (k as f64 / parts as f64);
                if let Some(index) = self.index(self.cell_of(at)) {
                    crossed[index] = true;
                }
            }
        }
        let inside = |at: [i64; 2], x: f64, y: f64| {
            shape.contains(&(self.at(at) + Vector2::new(x * self.step.x, y * self.step.y)))
        };
        let mut weights = vec![0.0; self.numbers.len()];
        for at in self.boxed() {
            let Some(index) = self.index(at) else { continue };
            weights[index] = if crossed[index] {
                let spot = |k: usize| (k as f64 + 0.5) / TRIED as f64;
                let tried = (0..TRIED * TRIED).filter(|k| inside(at, spot(k % TRIED), spot(k / TRIED)));
                (tried.count() as f64 / (TRIED * TRIED) as f64).max(LEAST_WEIGHT)
            } else {
                f64::from(u8::from(inside(at, 0.5, 0.5)))
            };
        }
        weights
    }

    /// Numbers the corners of all cells that count.
    fn number(&mut self, weights: &[f64]) {
        let around = |[i, j]: [i64; 2]| [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
        let counts = |at: [i64; 2]| self.index(at).is_some_and(|k| weights[k] > 0.0);
        let all = self.boxed();
        let cells: Vec<[i64; 2]> = all
            .iter()
            .copied()
            .filter(|&at| counts(at) && around(at).iter().all(|&c| self.index(c).is_some()))
            .collect();
        let mut used = vec![false; self.numbers.len()];
        for corner in cells.iter().flat_map(|&at| around(at)) {
            if let Some(index) = self.index(corner) {
                used[index] = true;
            }
        }
        for at in all {
            if let Some(index) = self.index(at).filter(|&index| used[index]) {
                self.numbers[index] = Some(self.corners.len());
                self.corners.push(at);
            }
        }
        for at in cells {
            let numbers = around(at).map(|c| self.index(c).and_then(|k| self.numbers[k]));
            if let [Some(a), Some(b), Some(c), Some(d)] = numbers {
                self.cells.push((at, [a, b, c, d]));
            }
        }
    }

    /// Measures the sides and diagonals of all cells.
    fn measure(&mut self, skin: &Skin, weights: &[f64]) {
        let mut lengths = std::collections::BTreeMap::new();
        for &(at, [a, b, c, d]) in &self.cells {
            let weight = self.index(at).map_or(0.0, |k| weights[k]);
            for (from, to) in [(a, b), (b, c), (c, d), (d, a), (a, c), (b, d)] {
                *lengths.entry((from.min(to), from.max(to))).or_insert(0.0) += weight;
            }
        }
        let places: Vec<Place> = self.corners.iter().map(|&at| skin.place(self.at(at))).collect();
        let length = |((from, to), weight): ((usize, usize), f64)| {
            let [a, b] = [from, to].map(|k| self.at(self.corners[k]));
            let middle = skin.place(nalgebra::center(&a, &b));
            Length { from, to, mm: along(&places[from], &middle, &places[to]), weight }
        };
        self.lengths = lengths.into_iter().map(length).collect();
    }

    pub(super) fn lengths(&self) -> &[Length] {
        &self.lengths
    }

    /// The greatest difference of the numbers of two corners that a length joins.
    pub(super) fn reach(&self) -> usize {
        self.lengths.iter().map(|length| length.to.abs_diff(length.from)).max().unwrap_or(0)
    }

    /// The corners where the chart has them, in mm.
    pub(super) fn start(&self) -> Vec<Point2<f64>> {
        self.corners.iter().map(|&at| Point2::from(self.at(at).coords.component_mul(&self.scale))).collect()
    }

    /// Whether every cell's corners go around it the same way.
    pub(super) fn is_sound(&self, spots: &[Point2<f64>]) -> bool {
        let sign = self.scale.y.signum();
        let turns = |[a, b, c]: [usize; 3]| (spots[b] - spots[a]).perp(&(spots[c] - spots[a])) * sign > 0.0;
        self.cells
            .iter()
            .all(|&(_, [a, b, c, d])| [[a, b, c], [b, c, d], [c, d, a], [d, a, b]].into_iter().all(turns))
    }

    /// Makes the corners their own mirror image.
    pub(super) fn make_even(&self, spots: &mut [Point2<f64>]) {
        let old = spots.to_vec();
        for (&[i, j], spot) in self.corners.iter().zip(spots) {
            if let Some(twin) = self.index([-i, j]).and_then(|k| self.numbers[k]) {
                let other = old[twin];
                *spot = Point2::new((spot.x - other.x) / 2.0, (spot.y + other.y) / 2.0);
            }
        }
    }

    /// The upward directions of all cells together.
    pub(super) fn upwards(&self, spots: &[Point2<f64>]) -> Vector2<f64> {
        let up = |&(_, [a, b, c, d]): &([i64; 2], [usize; 4])| {
            ((spots[d] - spots[a]) + (spots[c] - spots[b])) * self.scale.y.signum()
        };
        self.cells.iter().map(up).sum()
    }

    /// Where a chart coordinate lies among flat corners; outside all cells by the nearest one.
    pub(super) fn spot(&self, spots: &[Point2<f64>], at: ChartPoint) -> Point2<f64> {
        let [i, j] = self.cell_of(at);
        let number = |c: [i64; 2]| self.index(c).and_then(|k| self.numbers[k]);
        let own = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]].map(number);
        let (cell, corners) = match own {
            [Some(a), Some(b), Some(c), Some(d)] => ([i, j], [a, b, c, d]),
            _ => {
                let far = |&([x, y], _): &([i64; 2], [usize; 4])| (x - i).pow(2) + (y - j).pow(2);
                match self.cells.iter().min_by_key(|cell| far(cell)) {
                    Some(&cell) => cell,
                    None => return Point2::from(at.coords.component_mul(&self.scale)),
                }
            }
        };
        let within = (at - self.at(cell)).component_div(&self.step);
        let [a, b, c, d] = corners.map(|k| spots[k].coords);
        let (s, t) = (within.x, within.y);
        Point2::from((a * (1.0 - s) + b * s) * (1.0 - t) + (d * (1.0 - s) + c * s) * t)
    }

    /// How far flat distances of a cell's length are off those on the skin, inside the polygon: the
    /// middle of each with the deviation as a part of 1.
    pub(super) fn deviations(
        &self,
        skin: &Skin,
        shape: &Polygon,
        flat: impl Fn(ChartPoint) -> Point2<f64>,
    ) -> Vec<(ChartPoint, f64)> {
        let [columns, rows] = self.count.map(|n| DENSER * n);
        let place = |k: usize| {
            let (i, j) = (k / rows, k % rows);
            let x = self.low[0] as f64 + i as f64 / DENSER as f64;
            let y = self.low[1] as f64 + j as f64 / DENSER as f64;
            let at = Point2::new(x * self.step.x, y * self.step.y);
            shape.contains(&at).then(|| (at, skin.place(at), flat(at)))
        };
        let places: Vec<Option<(ChartPoint, Place, Point2<f64>)>> = (0..columns * rows).map(place).collect();
        let get = |i: i64, j: i64| {
            let (i, j) = (usize::try_from(i).ok()?, usize::try_from(j).ok()?);
            if i < columns && j < rows { places[i * rows + j] } else { None }
        };
        let mut deviations = Vec::new();
        for (i, j) in (0..columns as i64).flat_map(|i| (0..rows as i64).map(move |j| (i, j))) {
            for (di, dj) in WAYS {
                let ends = [get(i, j), get(i + di, j + dj), get(i + 2 * di, j + 2 * dj)];
                let [Some((_, a, p)), Some((at, b, q)), Some((_, c, r))] = ends else { continue };
                let off = (((q - p).norm() + (r - q).norm()) / along(&a, &b, &c) - 1.0).abs();
                deviations.push((at, off));
            }
        }
        deviations
    }
}

/// The length of a smooth line through three places, the second in its middle (Richardson).
fn along(a: &Place, middle: &Place, b: &Place) -> f64 {
    let halves = (middle - a).norm() + (b - middle).norm();
    (4.0 * halves - (b - a).norm()) / 3.0
}
